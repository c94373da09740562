"""A site with two releases: the second lacks a concept of the first and says that another is outdated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

SCHEME = """
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix x: <https://w3id.org/slm-graph/id/x/> .

<https://w3id.org/slm-graph/id/x> a slm:Framework , skos:ConceptScheme ;
    skos:prefLabel "Sperriges"@de , "Awkward things"@en ;
    skos:notation "X" ;
    dcterms:title "Sperriges"@de , "Awkward things"@en ;
    dcterms:creator <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language "de" , "en" ;
    skos:hasTopConcept CONCEPTS .
"""

CONCEPT = """
x:NAME a skos:Concept ;
    skos:prefLabel "GERMAN"@de , "ENGLISH"@en ;
    skos:notation "NAME" ; MORE
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .
"""

CONCEPTS = {
    "kept": ("Bleibendes", "Lasting"),
    "old": ("Veraltetes", "Outdated"),
    "gone": ("Vergangenes", "Bygone"),
    "Prüfung": ("Prüfung", "Examination"),
}


def scheme(*, without: str = "", deprecated: str = "", names: dict[str, tuple[str, str]] = CONCEPTS) -> str:
    """Turtle of the awkward framework."""
    left = {name: labels for name, labels in names.items() if name != without}
    text = SCHEME.replace("CONCEPTS", " , ".join(f"x:{name}" for name in left))
    for name, (german, english) in left.items():
        more = "owl:deprecated true ; dcterms:isReplacedBy x:kept ;" if name == deprecated else ""
        one = CONCEPT.replace("NAME", name).replace("GERMAN", german).replace("ENGLISH", english)
        text += one.replace("MORE", more)
    return text


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    """A data directory with two releases."""
    folder = tmp_path_factory.mktemp("http") / "data"
    folder.mkdir()
    publish_turtle(folder, scheme(), version="1", date="2026-10-01")
    text = scheme(without="gone", deprecated="old").replace("Lasting", "Enduring")
    publish_turtle(folder, text, version="2", date="2026-11-20")
    return folder


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


TWINS = {
    "twin": ("Zwilling", "Twin"),
    "Twin": ("Anderer Zwilling", "Other twin"),
    "Single": ("Einzelner", "Single one"),
    "gone": ("Vergangenes", "Bygone"),
    "GONE": ("Gebliebenes", "Still there"),
}


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> FlaskClient:
    """A site whose concepts' names differ in case only; of `gone` and `GONE` the second release has the latter."""
    data = tmp_path_factory.mktemp("case") / "data"
    data.mkdir()
    publish_turtle(data, scheme(names=TWINS), version="1", date="2026-10-01")
    publish_turtle(data, scheme(names=TWINS, without="gone"), version="2", date="2026-11-20")
    return create_app(SiteSettings(data=data), queries=None).test_client()
