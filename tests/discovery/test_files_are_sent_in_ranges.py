"""RFC 9110, 14 and 13.1.5: dumps whole, in part, packed on the way or unpacked."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

PACKED = "/dumps/all.nt.gz"
PLAIN = "/dumps/all.nt"


def test_a_packed_file_is_a_file_of_its_own(client: FlaskClient) -> None:
    answer = client.get(PACKED, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_the_unpacked_file_is_packed_on_its_way(client: FlaskClient) -> None:
    stored = client.get(PACKED).data
    plain, packed = client.get(PLAIN), client.get(PLAIN, headers={"Accept-Encoding": "gzip"})
    assert plain.data == gzip.decompress(stored)
    assert packed.data == stored
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"] == "application/n-triples"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "status", "first", "stop"),
    [
        pytest.param("bytes=0-9", 206, 0, 10, id="14.1.2-first-ten"),
        pytest.param("bytes=10-", 206, 10, None, id="14.1.2-from"),
        pytest.param("bytes=-10", 206, -10, None, id="14.1.2-last-ten"),
        pytest.param("bytes=-99999999", 206, 0, None, id="14.1.2-more-than-there-is"),
        pytest.param("bytes=0-99999999", 206, 0, None, id="14.1.2-end-beyond"),
        pytest.param("bytes=99999999-", 416, 0, 0, id="14.1.1-start-beyond"),
        pytest.param("bytes=-0", 416, 0, 0, id="14.1.1-nothing"),
        pytest.param("bytes=9-1", 200, 0, None, id="14.1.1-backwards-is-ignored"),
        pytest.param("bytes=-", 200, 0, None, id="14.1.1-empty-is-ignored"),
        pytest.param("bytes=0-1,3-4", 200, 0, None, id="14.2-several-may-be-ignored"),
        pytest.param("lines=0-1", 200, 0, None, id="14.2-other-units-are-ignored"),
        pytest.param("bytes=" + "9" * 40 + "-", 200, 0, None, id="14.2-absurd-is-ignored"),
    ],
)
def test_ranges(client: FlaskClient, asked: str, status: int, first: int, stop: int | None) -> None:
    whole = client.get(PACKED).data
    answer = client.get(PACKED, headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        return
    assert answer.data == whole[first:stop]
    if status == 206:
        start = whole.index(answer.data)
        expected = f"bytes {start}-{start + len(answer.data) - 1}/{len(whole)}"
        assert answer.headers["Content-Range"] == expected


def test_a_range_of_another_file_is_not_mixed_in(client: FlaskClient) -> None:
    tag = client.get(PACKED).headers["ETag"]
    assert client.get(PACKED, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == 206
    assert client.get(PACKED, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200


def test_conditions_and_head(client: FlaskClient) -> None:
    for path in (PACKED, PLAIN):
        answer = client.get(path)
        head = client.head(path)
        assert head.data == b""
        assert head.headers["ETag"] == answer.headers["ETag"]
        same = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (same.status_code, same.data) == (304, b"")


def test_files_of_a_release_never_change(client: FlaskClient) -> None:
    assert "immutable" in client.get("/release/1/dumps/all.nt.gz").headers["Cache-Control"]
    assert client.get(PACKED).headers["Cache-Control"] == "public, max-age=60"
    assert b'"C"' in client.get("/release/1/dumps/x.nt").data
    assert b'"C"' not in client.get("/dumps/x.nt").data


@pytest.mark.parametrize(
    "path",
    [
        "/release/2/dumps/",
        "/dumps/nothing.ttl",
        "/dumps/all",
        "/dumps/all.gz",
        "/dumps/..%2fmanifest.json",
        "/dumps/../manifest.json",
        "/dumps/all.nt.gz.gz",
        "/dumps/all.exe.gz",
        "/release/9/dumps/all.nt",
    ],
)
def test_there_is_nothing_else(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
