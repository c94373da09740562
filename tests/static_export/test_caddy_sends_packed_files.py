"""What Caddy alone does with a copy: files that are packed already, with tags of their own."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Copy

PATH, TURTLE = "/doc/sfia/SLMO_5", {"Accept": "text/turtle"}


def test_who_takes_gzip_gets_it_with_another_tag(caddy: Copy) -> None:
    plain = caddy.get(PATH, TURTLE)
    packed = caddy.get(PATH, {**TURTLE, "Accept-Encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in plain.headers
    for answer in (plain, packed):
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_each_form_is_checked_by_its_own_tag(caddy: Copy) -> None:
    taking = {**TURTLE, "Accept-Encoding": "gzip"}
    tag = caddy.get(PATH, taking).headers["etag"]
    again = caddy.get(PATH, {**taking, "If-None-Match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert caddy.get(PATH, {**TURTLE, "If-None-Match": tag}).status == 200


def test_who_refuses_gzip_does_not_get_it(caddy: Copy) -> None:
    answer = caddy.get(PATH, {**TURTLE, "Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", [f"{PATH}.ttl.gz", f"{PATH}.ttl.GZ", "/index.html.gz"])
def test_a_packed_file_has_no_address_of_its_own(caddy: Copy, path: str) -> None:
    assert caddy.get(path).status == 404


def test_an_error_is_whole_whatever_the_request_had_seen_before(caddy: Copy) -> None:
    first = caddy.get("/doc/nothing")
    again = caddy.get("/doc/nothing", {"If-None-Match": "*", "Range": "bytes=0-1"})
    assert (again.status, again.body) == (404, first.body)
    assert "etag" not in first.headers


@pytest.mark.parametrize(
    "path", ["/doc/{env.HOME}", "/doc/*", "/doc/sfia/SLM?_5", "/doc/%5Bs%5Dfia", "/doc/sfia%3Fx.ttl"]
)
def test_no_sign_of_a_pattern_or_of_a_variable_means_anything_in_a_request(caddy: Copy, path: str) -> None:
    assert caddy.get(path, TURTLE).status == 404


def test_a_variable_in_an_address_is_not_filled_in(caddy: Copy) -> None:
    answer = caddy.get("/release/2/doc/{env.HOME}")
    assert (answer.status, answer.headers["location"]) == (302, "/doc/{env.HOME}")
