"""The negotiation table of the site against web servers on a copy of it; what differs is expected to differ."""

from __future__ import annotations

import importlib.util
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from slm_graph.formats import DOCUMENT_FORMATS

if TYPE_CHECKING:
    from conftest import Answer, Copy

TABLES = Path(__file__).resolve().parents[1] / "negotiation"


def _rows(file: str, table: str) -> list[Any]:
    spec = importlib.util.spec_from_file_location(f"table_{file}", TABLES / f"{file}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows: list[Any] = getattr(module, table)
    return rows


DOCUMENTS = _rows("test_accept_header", "DOCUMENTS")

EXCEPTIONS = {"a-repeated-range-highest": "html"}
"""Row → what a copy sends instead of what the site sends; explained in docs/static-export.md."""

TYPES = {row.name: row.content_type for row in DOCUMENT_FORMATS}


def _links(header: str) -> set[str]:
    """The links of a header; white space between a link's parts says nothing."""
    return {re.sub(r";\s+", ";", link) for link in re.split(r",\s*(?=<)", header)}


def _varies(answer: Answer) -> set[str]:
    """What the answer varies by, besides Accept-Encoding: who packs nothing does not name that."""
    return set(re.findall(r"[\w-]+", answer.headers.get("vary", ""))) - {"Accept-Encoding"}


_HREF = re.compile(rb'(?<=href=")[^"]*')
_FORM = re.compile(rb"<form\b.*?</form>", re.DOTALL)
_SAID_INSTEAD = re.compile(rb'<p class="[^"]*"><a href="/copy[^"]*">[^<]*</a></p>')


def _is_the_same_page(theirs: bytes, ours: bytes) -> bool:
    """Whether the copy's page is the site's, but for forms and links that need the running service."""
    if not ours.startswith(b"<!DOCTYPE html>"):
        return theirs == ours
    ours = re.sub(rb'<link rel="search"[^>]*>\n', b"", ours)
    said = re.split(rb"(<form\b.*?</form>)", ours, flags=re.DOTALL)
    assert len(_SAID_INSTEAD.findall(theirs)) == len(said) // 2
    ours, theirs = _FORM.sub(b"", ours), _SAID_INSTEAD.sub(b"", theirs)
    pairs = zip(_HREF.findall(theirs), _HREF.findall(ours), strict=True)
    assert all(one == other or one.startswith(b"/copy") for one, other in pairs)
    return _HREF.sub(b"", theirs) == _HREF.sub(b"", ours)


def _path(answer: Answer) -> str:
    """Where a redirect leads; Apache names its own host as well."""
    return re.sub(r"^http://localhost:\d+(?=/)", "", answer.headers["location"])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [pytest.param(*row.values[:1], EXCEPTIONS.get(row.id, row.values[1]), id=row.id) for row in DOCUMENTS],
)
def test_a_document_comes_in_the_format_the_header_asks_for(
    copy: Copy, accept: str | None, expected: str | None
) -> None:
    answer = copy.get("/doc/sfia/SLMO_5", {} if accept is None else {"Accept": accept})
    if expected is None:
        assert answer.status == 406
    else:
        assert (answer.status, answer.headers["content-type"]) == (200, TYPES[expected])
    assert "Accept" in answer.headers["vary"].replace(" ", "").split(",")


def test_every_exception_is_a_row_of_the_table_where_the_site_does_otherwise() -> None:
    sent = {row.id: row.values[1] for row in DOCUMENTS}
    assert all(sent[name] != other for name, other in EXCEPTIONS.items())


@pytest.mark.parametrize("row", DOCUMENT_FORMATS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "path",
    [
        "/doc/sfia/SLMO_5",
        "/doc/sfia",
        "/ontology",
        "/doc/x/v1.2",
        "/doc/x/Pr%C3%BCfung",
        "/release/2/doc",
        "/doc/external?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO",
    ],
)
def test_bodies_and_headers_are_those_of_the_site(copy: Copy, live: FlaskClient, path: str, row: Any) -> None:
    asked = {"Accept": row.media_type, "Accept-Language": "en"}
    ours, theirs = live.get(path, headers=asked), copy.get(path, asked)
    assert theirs.status == 200
    assert _is_the_same_page(theirs.body, ours.data)
    for name in ("Content-Type", "Content-Location", "Content-Language", "Content-Profile"):
        assert theirs.headers.get(name.lower()) == ours.headers.get(name)
    said = {
        link for link in _links(ours.headers["Link"]) if "_profile=" not in link and "linkset" not in link
    }
    assert _links(theirs.headers["link"]) == said
    fixed = copy.get(ours.headers["Content-Location"], {"Accept": "image/png", "Accept-Language": "en"})
    assert (fixed.status, fixed.body) == (200, theirs.body)
    assert fixed.headers["content-type"] == ours.headers["Content-Type"]
    assert _varies(fixed) == ({"Accept-Language"} if row.name == "html" else set())
    assert fixed.headers["etag"] == theirs.headers["etag"]
    assert not theirs.headers["etag"].startswith("W/")


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/", "text/html"),
        ("/about", "*/*"),
        ("/releases", "text/turtle, application/json;q=0.5"),
        ("/releases", "text/turtle, text/html;q=0.5"),
        ("/releases", "text/turtle"),
        ("/quality", "application/rdf+xml, text/turtle;q=0.1"),
        ("/catalog", "application/ld+json"),
        ("/.well-known/void", "text/html, application/rdf+xml;q=0.5"),
        ("/.well-known/void", "*/*"),
        ("/mappings", "text/html"),
        ("/mappings/sfia/ecf", "text/csv"),
        ("/mappings/sfia/ecf", "text/turtle;q=0.9, text/tab-separated-values"),
        ("/mappings/sfia/ecf", "*/*"),
        ("/release/2/changes", "application/json"),
        ("/context.jsonld", "*/*"),
        ("/robots.txt", "*/*"),
        ("/dumps/all.ttl.gz", "*/*"),
    ],
)
def test_other_addresses_negotiate_among_what_they_have(
    copy: Copy, live: FlaskClient, path: str, accept: str
) -> None:
    asked = {"Accept": accept, "Accept-Language": "en"}
    # as the public asks it: documents that name themselves in full name the base IRI
    ours, theirs = live.get(path, headers=asked, base_url="https://w3id.org/"), copy.get(path, asked)
    assert theirs.status == ours.status_code
    if ours.status_code == 200:
        assert theirs.headers["content-type"] == ours.headers["Content-Type"]
        assert theirs.headers["cache-control"] == ours.headers["Cache-Control"]
        assert _is_the_same_page(theirs.body, ours.data)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "en",
        "de",
        "fr",
        "fr, en-GB;q=0.8, de;q=0.5",
        "de-AT",
        "en, de",
        "de, en",
        "de;q=0",
        "*;q=0.5, de;q=0.4",
        "en;q=0.3, de;q=0.4",
        "en;q=0",
        "fr, *",
        "en-US,en;q=0.9,de;q=0.8",
        "de;q=0.5, *;q=0.5",
        "EN",
    ],
)
def test_pages_come_in_the_readers_language(copy: Copy, live: FlaskClient, header: str) -> None:
    asked = {"Accept": "text/html", "Accept-Language": header}
    assert _is_the_same_page(copy.get("/doc/sfia", asked).body, live.get("/doc/sfia", headers=asked).data)


@pytest.mark.parametrize("path", ["/doc/sfia?lang=en", "/doc/sfia.html?lang=de", "/?lang=en"])
def test_a_chosen_language_stays_chosen(copy: Copy, live: FlaskClient, path: str) -> None:
    assert _is_the_same_page(copy.get(path).body, live.get(path).data)


@pytest.mark.parametrize(
    "path",
    [
        "/id/sfia/SLMO_5",
        "/id/x/Pr%C3%BCfung",
        "/id/sfia?lang=en",
        "/agent/slm-graph",
        "/graph/sfia",
        "/release/2",
    ],
)
def test_a_thing_leads_to_its_document(copy: Copy, live: FlaskClient, path: str) -> None:
    ours, theirs = live.get(path), copy.get(path)
    assert theirs.status == 303
    assert _path(theirs) == ours.headers["Location"]
    assert theirs.headers["vary"] == "Accept"
    assert 'rel="describedby"' in theirs.headers["link"]
    assert theirs.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/nothing", 404),
        ("/id/nothing", 404),
        ("/doc/external", 404),
        ("/doc/external?iri=..%2F..%2Fx", 404),
        ("/doc/external?iri=/../../../../etc/passwd", 404),
        ("/doc/sfia?_profile=schema", 404),
        ("/search?q=a", 404),
        ("/sparql?query=ASK%7B%7D", 404),
        ("/_errors/404.html", 404),
        ("/de/doc/sfia.html", 404),
        ("/id/x/gone", 410),
        ("/doc/x/gone", 410),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/ld+json"])
def test_what_is_not_there_is_told(copy: Copy, path: str, status: int, accept: str) -> None:
    answer = copy.get(path, {"Accept": accept, "Accept-Language": "en"})
    assert answer.status == status
    html = accept == "text/html"
    assert answer.headers["content-type"] == (
        "text/html; charset=utf-8" if html else "application/problem+json"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_an_unchanged_document_is_not_sent_again(copy: Copy) -> None:
    asked = {"Accept": "text/turtle"}
    first = copy.get("/doc/sfia/SLMO_5", asked)
    again = copy.get("/doc/sfia/SLMO_5", {**asked, "If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert _varies(again) == {"Accept"}
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=60"
    other = copy.get("/doc/sfia/SLMO_5", {"Accept": "text/html", "If-None-Match": first.headers["etag"]})
    assert other.status == 200


def test_a_condition_that_fails_is_kept_by_nobody(copy: Copy) -> None:
    whole = copy.get("/doc/sfia/SLMO_5.ttl")
    assert copy.get("/doc/sfia/SLMO_5.ttl", {"If-Match": whole.headers["etag"]}).status == 200
    for path in ("/doc/sfia/SLMO_5.ttl", "/doc/sfia/SLMO_5"):
        refused = copy.get(path, {"If-Match": '"other"'})
        assert (refused.status, refused.headers["cache-control"]) == (412, "no-store")
        assert copy.get(path).headers["cache-control"] == "public, max-age=60"


def test_only_reading_is_allowed_and_a_preflight_is_answered(copy: Copy) -> None:
    refused = copy.get("/doc/sfia", method="POST")
    assert refused.status == 405
    assert "GET" in refused.headers["allow"]
    preflight = copy.get("/doc/sfia", {"Origin": "https://example.org"}, method="OPTIONS")
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "Accept" in preflight.headers["access-control-allow-headers"]
    head = copy.get("/doc/sfia", {"Accept": "text/turtle"}, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == "text/turtle; charset=utf-8"


def test_no_host_that_a_request_claims_comes_back(copy: Copy) -> None:
    answer = copy.get("/id/sfia", {"Host": "evil.example"})
    assert answer.status == 303
    assert "evil" not in answer.headers["location"]


def test_documents_as_of_this_release_are_the_current_ones(copy: Copy) -> None:
    answer = copy.get("/release/2/doc/sfia")
    assert (answer.status, _path(answer)) == (302, "/doc/sfia")


def test_every_answer_carries_what_the_sites_answers_carry(copy: Copy, live: FlaskClient) -> None:
    ours = live.get("/doc/sfia").headers
    names = ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "X-Content-Type-Options")
    for path in ("/doc/sfia", "/doc/nothing", "/id/sfia", "/doc/sfia.ttl"):
        theirs = copy.get(path).headers
        for name in (*names, "Content-Security-Policy", "Referrer-Policy"):
            assert theirs[name.lower()] == ours[name]


@pytest.mark.parametrize(
    "accept",
    [
        "text/html" + ";a=b" * 1900,
        ',\\"' * 2500,
        "text/turtle" + "; " * 3700,
        "text/turtle;q=0." + "1" * 7500,
        "text/*" + ", x" * 2500,
    ],
    ids=["parameters", "quotes", "spaces", "digits", "ranges"],
)
def test_a_long_header_is_read_in_bounded_time(copy: Copy, accept: str) -> None:
    began = time.monotonic()
    assert copy.get("/doc/sfia/SLMO_5", {"Accept": accept}).status == 200
    # far more than any of them takes on a machine under load, far less than a pattern that tries everything again
    assert time.monotonic() - began < 5
