"""RFC 9110, 8.4 and 12.5.3: gzip for those who take it, another representation with a tag of its own."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from slm_graph.negotiation import takes_gzip

PATH = "/doc/sfia"


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        pytest.param(None, False, id="12.5.3-missing"),
        pytest.param("", False, id="12.5.3-empty-is-identity-only"),
        pytest.param("gzip", True, id="12.5.3-named"),
        pytest.param("GZIP", True, id="8.4.1-case-insensitive"),
        pytest.param("x-gzip", True, id="8.4.1.3-old-name"),
        pytest.param("gzip, deflate, br, zstd", True, id="12.5.3-browser"),
        pytest.param("br", False, id="12.5.3-other"),
        pytest.param("*", True, id="12.5.3-any"),
        pytest.param("gzip;q=0, *", False, id="12.5.3-refused"),
        pytest.param("gzip; Q=0.000", False, id="12.4.2-zero"),
        pytest.param("identity;q=1, gzip;q=0.5", False, id="12.5.3-identity-preferred"),
        pytest.param("identity;q=0.5, gzip", True, id="12.5.3-gzip-preferred"),
        pytest.param("identity;q=0", False, id="12.5.3-nothing-else-known"),
        pytest.param(",,;;q", False, id="12.5.3-nonsense"),
    ],
)
def test_accept_encoding(header: str | None, taken: bool) -> None:
    assert takes_gzip(header) is taken


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/rdf+xml"])
def test_the_packed_body_is_the_plain_one(client: FlaskClient, accept: str) -> None:
    plain = client.get(PATH, headers={"Accept": accept})
    packed = client.get(PATH, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"].split(", ")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_the_tag_of_the_plain_body_does_not_spare_the_packed_one(client: FlaskClient) -> None:
    plain = client.get(PATH).headers["ETag"]
    assert client.get(PATH, headers={"Accept-Encoding": "gzip", "If-None-Match": plain}).status_code == 200


def test_errors_are_not_packed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/nothing", headers={"Accept-Encoding": "gzip"}).headers


def test_what_is_small_is_not_packed(client: FlaskClient) -> None:
    answer = client.get("/doc/x/kept.nt", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < 1024
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" not in answer.headers.get("Vary", "")
