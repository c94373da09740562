"""sitemaps.org 0.9 and RFC 9309."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.representations import Representations
from slm_graph.web.site import Site
from slm_graph.web.sitemap import PAGES, Sitemap

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(text: bytes) -> list[str]:
    return [str(one.text) for one in ET.fromstring(text).iter(LOC)]  # our own


def test_every_address_answers(client: FlaskClient) -> None:
    found = addresses(client.get("/sitemap.xml").data)
    assert len(found) == len(set(found)) > 50
    assert "http://localhost/doc/x/A" in found
    for address in found:
        path = address.removeprefix("http://localhost")
        if not path.startswith(("/sparql", "/queries")):
            assert client.get(path).status_code == 200, path


IMPORTED = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
<http://other.example/y&> a skos:ConceptScheme ; skos:prefLabel "Others"@en ; dcterms:title "Others"@en ;
    dcterms:language "en" ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ; skos:hasTopConcept <http://other.example/E> .
<http://other.example/E> a skos:Concept ; skos:prefLabel "Eel"@en ; skos:inScheme <http://other.example/y&> ;
    skos:topConceptOf <http://other.example/y&> ; skos:narrower <http://other.example/F> .
<http://other.example/F> a skos:Concept ; skos:prefLabel "Fly"@en ; skos:inScheme <http://other.example/y&> ;
    skos:broader <http://other.example/E> .
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> FlaskClient:
    """A site with concepts of others."""
    folder = tmp_path_factory.mktemp("imported") / "data"
    folder.mkdir()
    publish_turtle(folder, IMPORTED, version="1", date="2026-11-20")
    return create_app(SiteSettings(data=folder), queries=None).test_client()


def test_imported_concepts_are_found_too(imported: FlaskClient) -> None:
    found = addresses(imported.get("/sitemap.xml").data)
    assert "http://localhost/doc/sfia/SLMO" in found
    paths = [one.removeprefix("http://localhost") for one in found if "other.example" in one]
    assert paths == ["/doc/external?iri=http%3A%2F%2Fother.example%2F" + end for end in ("E", "F", "y%26")]
    assert [imported.get(path).status_code for path in paths] == [200, 200, 200]


def test_a_site_elsewhere_has_its_own_addresses(client: FlaskClient) -> None:
    found = addresses(client.get("/sitemap.xml", headers={"Host": "skills.example"}).data)
    assert all(one.startswith("https://w3id.org/slm-graph/") for one in found)
    again = addresses(client.get("/sitemap.xml").data)
    assert all(one.startswith("http://localhost/") for one in again)


@pytest.mark.parametrize("most", [5, 10, 13])
def test_many_addresses_come_in_parts(app: Flask, data: Path, most: int) -> None:
    site = Site(SiteSettings(data=data))
    small, all_of_them = Sitemap(site, Representations(), most=most), Sitemap(site, Representations())
    with app.test_request_context("/"):
        parts = addresses(small.sitemap().data)
        found: list[str] = []
        for number, part in enumerate(parts, start=1):
            assert part == f"http://localhost/sitemap-{number}.xml"
            some = addresses(small.part(str(number)).data)
            assert 0 < len(some) <= most
            found += some
        assert found == addresses(all_of_them.sitemap().data)
        assert len(PAGES) > 5


@pytest.mark.parametrize("number", ["1", "0", "01", "x", "99999999999", "-1"])
def test_a_small_site_has_no_parts(client: FlaskClient, number: str) -> None:
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text.splitlines()
    assert "Disallow: /reconcile" in answer.text.splitlines()
