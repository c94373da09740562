"""Of a list's further pages: what leads to them in this form and language, and what they call themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

SCHEME = "http://lists.example/herbs"
LONG = 430
"""Concepts: three pages of a tree's slice, of an index and of what a search finds."""

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<{scheme}> a skos:ConceptScheme ; skos:prefLabel "Kräuter"@de , "Herbs"@en ;
    dcterms:title "Kräuter"@de , "Herbs"@en ; dcterms:creator <http://lists.example/> ; dcterms:rightsHolder <http://lists.example/> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:language "de" , "en" ; skos:hasTopConcept {members} .
"""
CONCEPT = """
<{scheme}/{number}> a skos:Concept ; skos:prefLabel "Kraut {number}"@de , "Weed {number}"@en ;
    skos:inScheme <{scheme}> ; skos:topConceptOf <{scheme}> .
"""

DOCUMENT = f"/doc/external?iri={quote(SCHEME, safe='')}"


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    """A data directory with a scheme that goes on for pages."""
    folder = tmp_path_factory.mktemp("lists") / "data"
    folder.mkdir()
    members = " , ".join(f"<{SCHEME}/{number}>" for number in range(LONG))
    text = TURTLE.format(scheme=SCHEME, members=members)
    text += "".join(CONCEPT.format(scheme=SCHEME, number=number) for number in range(LONG))
    publish_turtle(folder, text, version="first", date="2026-11-20")
    return folder


@pytest.fixture(scope="module")
def reading(lists: Path) -> FlaskClient:
    return create_app(SiteSettings(data=lists), queries=None).test_client()


def switches(page: str) -> set[str]:
    """Where the page's links to other languages lead, its own language's among them."""
    return {unescape(found) for found in re.findall(r'<a href="([^"]+)" hreflang', page)}


def canonical(link: str) -> str:
    found = re.search('<([^>]*)>; rel="canonical"', link)
    assert found is not None
    return found[1]


def test_a_further_page_says_its_own_address(reading: FlaskClient) -> None:
    answer = reading.get(f"{DOCUMENT}&page=2")
    assert answer.headers["Content-Location"] == DOCUMENT.replace("external?", "external.html?") + "&page=2"
    assert canonical(answer.headers["Link"]) == f"{DOCUMENT}&page=2"
    assert canonical(reading.get(DOCUMENT).headers["Link"]) == DOCUMENT
    assert canonical(reading.get(f"{DOCUMENT}&page=1").headers["Link"]) == DOCUMENT


@pytest.mark.parametrize(
    "path",
    [
        DOCUMENT,
        f"{DOCUMENT}&page=2",
        f"{DOCUMENT}&page=2&lang=en",
        "/doc/sfia/SLMO_5?lang=en",
        "/doc/sfia/SLMO_5.html?lang=en",
        "/doc/sfia/SLMO_5?_profile=alt&_mediatype=text/html&lang=en",
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_content_s_location_gives_the_same_client_the_same_page(
    reading: FlaskClient, path: str, language: str
) -> None:
    asked = {"Accept": "text/html", "Accept-Language": language}
    answer = reading.get(path, headers=asked)
    there = reading.get(answer.headers["Content-Location"], headers=asked)
    assert (there.status_code, there.data) == (200, answer.data)


@pytest.mark.parametrize(
    "path",
    [
        f"{DOCUMENT}&page=2",
        "/search?q=Kraut&page=2",
        f"/index?scheme={quote(SCHEME, safe='')}&letter=K&page=2",
        "/mappings/sfia/ecf?rows=1&page=2",
    ],
)
def test_another_language_shows_the_same_page_of_the_list(reading: FlaskClient, path: str) -> None:
    page = reading.get(path).text
    assert switches(page) == {f"{path}&lang=de", f"{path}&lang=en"}
    assert f'hreflang="en" href="{path}&lang=en"' in page.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (f"{DOCUMENT}&page=2", "Kräuter · Seite 2 · "),
        (f"{DOCUMENT}&page=2&lang=en", "Herbs · Page 2 · "),
        ("/search?q=Kraut&page=3", "Kraut · Suche · Seite 3 · "),
        (DOCUMENT, "Kräuter · slm-graph"),
    ],
)
def test_a_further_page_is_told_by_its_title(reading: FlaskClient, path: str, title: str) -> None:
    assert f"<title>{title}" in reading.get(path).text


def test_a_page_s_number_is_spelt_in_one_way(reading: FlaskClient) -> None:
    for number in ("01", "02", "+2", "٢"):
        assert reading.get(f"{DOCUMENT}&page={quote(number)}").status_code == 404


def test_the_same_hits_as_json_are_those_of_the_page(reading: FlaskClient) -> None:
    link = reading.get("/search?q=Kraut&page=2").headers["Link"]
    assert link.startswith("</search.json?q=Kraut&page=2>")
