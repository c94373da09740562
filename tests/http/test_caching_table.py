"""RFC 9110, 8.8, 12.5.5, 13, 15.4.5 and RFC 9111, 5.2: one row a kind of answer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

SHORT, FOREVER, NEVER = "public, max-age=60", "public, max-age=31536000, immutable", "no-store"
PAGE, DATA = {"Accept": "text/html"}, {"Accept": "text/turtle"}
ELSEWHERE = {"Host": "skills.example"}
"""Asked from another machine: documents that name the site in full name it as it is known everywhere."""
PAGE_VARIES = {"Accept", "Accept-Language", "Accept-Encoding", "Accept-Profile"}

ROWS = [
    # id, path, headers, status, Cache-Control, Vary at least, has validators
    ("9111-5.2.2.1-page", "/doc/x/kept", PAGE, 200, SHORT, PAGE_VARIES, True),
    (
        "9111-5.2.2.1-data",
        "/doc/sfia",
        DATA,
        200,
        SHORT,
        {"Accept", "Accept-Encoding", "Accept-Profile"},
        True,
    ),
    (
        "9110-12.5.5-fixed-format",
        "/doc/sfia.ttl",
        {},
        200,
        SHORT,
        {"Accept-Encoding", "Accept-Profile"},
        True,
    ),
    (
        "9110-12.5.5-fixed-page",
        "/doc/sfia.html",
        {},
        200,
        SHORT,
        {"Accept-Language", "Accept-Encoding"},
        True,
    ),
    ("9110-12.5.5-fixed-json-ld-has-forms", "/doc/sfia.jsonld", {}, 200, SHORT, {"Accept"}, True),
    ("8246-immutable-page", "/release/1/doc/x/kept", PAGE, 200, FOREVER, PAGE_VARIES, True),
    ("8246-immutable-data", "/release/1/doc/x/kept", DATA, 200, FOREVER, {"Accept", "Accept-Profile"}, True),
    ("9110-15.4.4-see-other", "/id/x/kept", {}, 303, SHORT, {"Accept"}, False),
    ("9110-15.4.2-moved", "/doc/x/kept/", {}, 301, SHORT, set(), False),
    ("9110-15.5.5-not-found", "/doc/x/nothing", {}, 404, NEVER, {"Accept", "Accept-Language"}, False),
    (
        "9110-15.5.7-not-acceptable",
        "/doc/x/kept",
        {"Accept": "image/png"},
        406,
        NEVER,
        {"Accept", "Accept-Language", "Accept-Profile"},
        False,
    ),
    ("9110-15.5.11-gone", "/doc/x/gone", {}, 410, NEVER, {"Accept", "Accept-Language"}, False),
    ("9110-15.5.6-method", "/doc/x/kept", {"X-Method": "DELETE"}, 405, NEVER, {"Accept"}, False),
    ("home", "/", PAGE, 200, SHORT, {"Accept", "Accept-Language", "Accept-Encoding"}, True),
    ("catalogue", "/catalog", DATA, 200, SHORT, {"Accept", "Accept-Encoding"}, True),
    ("catalogue-fixed", "/catalog.ttl", {}, 200, SHORT, {"Accept-Encoding"}, True),
    ("void", "/.well-known/void", DATA, 200, SHORT, {"Accept", "Accept-Encoding"}, True),
    ("report", "/quality", PAGE, 200, SHORT, {"Accept", "Accept-Language"}, True),
    ("link-set", "/linkset", ELSEWHERE, 200, SHORT, {"Accept", "Host"}, True),
    ("link-set-here", "/linkset", {}, 200, "no-cache", {"Accept", "Host"}, True),
    ("sitemap", "/sitemap.xml", ELSEWHERE, 200, SHORT, {"Accept-Encoding", "Host"}, True),
    ("sitemap-here", "/sitemap.xml", {}, 200, "no-cache", {"Accept-Encoding", "Host"}, True),
    ("robots", "/robots.txt", ELSEWHERE, 200, "public, max-age=86400", {"Host"}, True),
    ("robots-here", "/robots.txt", {}, 200, "no-cache", {"Host"}, True),
    ("opensearch", "/opensearch.xml", ELSEWHERE, 200, SHORT, {"Accept-Language", "Host"}, True),
    ("opensearch-here", "/opensearch.xml", {}, 200, "no-cache", {"Accept-Language", "Host"}, True),
    ("reconcile", "/reconcile", ELSEWHERE, 200, SHORT, {"Accept-Language", "Host"}, True),
    ("reconcile-here", "/reconcile", {}, 200, "no-cache", {"Accept-Language", "Host"}, True),
    ("jskos-here", "/jskos/status", {}, 200, "no-cache", {"Accept-Language", "Host"}, True),
    ("dump", "/dumps/all.ttl", {}, 200, SHORT, {"Accept-Encoding"}, True),
    ("dump-packed", "/dumps/all.ttl.gz", {}, 200, SHORT, set(), True),
    ("dump-of-a-release", "/release/1/dumps/all.ttl.gz", {}, 200, FOREVER, set(), True),
    ("context", "/context.jsonld", {}, 200, "public, max-age=86400", {"Accept-Encoding"}, True),
]


@pytest.mark.parametrize(
    ("path", "headers", "status", "cache", "vary", "validated"),
    [pytest.param(*row[1:], id=row[0]) for row in ROWS],
)
def test_caches_are_told(
    client: FlaskClient,
    path: str,
    headers: dict[str, str],
    status: int,
    cache: str,
    vary: set[str],
    validated: bool,
) -> None:
    method = headers.get("X-Method", "GET")
    answer = client.open(path, method=method, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == cache
    named = {name for name in answer.headers.get("Vary", "").split(", ") if name}
    assert vary <= named
    assert len(named) == len(answer.headers.get("Vary", "").split(", ")) or not named
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if not validated:
        assert "ETag" not in answer.headers
        return
    assert re.fullmatch(r'"[0-9a-f-]{16,64}"', answer.headers["ETag"])
    if not path.startswith("/static/"):
        assert answer.headers["Last-Modified"].endswith(" 00:00:00 GMT")
    assert client.head(path, headers=headers).headers["ETag"] == answer.headers["ETag"]
    same = client.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Content-Location"):
        assert same.headers.get(name) == answer.headers.get(name)
    other = client.get(path, headers={**headers, "If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, answer.data)


@pytest.mark.parametrize(
    "path", ["/doc/x/kept", "/doc/x/kept.ttl", "/catalog", "/dumps/all.ttl", "/", "/quality"]
)
def test_head_says_what_get_says(client: FlaskClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.data == b""
    assert list(head.headers) == list(get.headers)


@pytest.mark.parametrize(
    "path", ["/doc/x/kept", "/catalog", "/dumps/all.ttl.gz", "/linkset", "/.well-known/void"]
)
def test_every_address_tells_its_methods(client: FlaskClient, path: str) -> None:
    answer = client.options(path, headers={"Origin": "https://example.org"})
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (answer.data, "Content-Type" in answer.headers) == (b"", False)
    assert "Accept-Profile" in answer.headers["Access-Control-Allow-Headers"]
    refused = client.delete(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "Access-Control-Allow-Credentials" not in answer.headers
