"""A site with two releases: the second lacks a concept of the first, has a new one, and names a third otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app

TEXT = """
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix x: <https://w3id.org/slm-graph/id/x/> .

<https://w3id.org/slm-graph/id/x> a slm:Framework , skos:ConceptScheme ;
    skos:prefLabel "Kleines"@de , "Small things"@en ;
    skos:notation "X" ;
    dcterms:title "Kleines"@de , "Small things"@en ;
    dcterms:creator <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language "de" , "en" .
"""

CONCEPT = """
x:{name} a skos:Concept ; skos:prefLabel "{name}"@de , "{english}"@en ; skos:notation "{name}" ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ; skos:topConceptOf <https://w3id.org/slm-graph/id/x> .
<https://w3id.org/slm-graph/id/x> skos:hasTopConcept x:{name} .
"""


def publish(data: Path, concepts: dict[str, str], *, version: str, date: str) -> None:
    """Write a release of what is shipped and of a framework with these concepts, and make it current."""
    source = data.parent / f"{version}.ttl"
    text = TEXT + "".join(CONCEPT.format(name=name, english=english) for name, english in concepts.items())
    source.write_text(text, "utf-8")
    dataset = assemble([source], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=data, base=DEFAULT_BASE, version=version, date=date)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two releases."""
    folder = tmp_path_factory.mktemp("discovery") / "data"
    folder.mkdir()
    publish(folder, {"A": "Ant", "B": "Bee", "C": "Cat"}, version="1", date="2026-10-01")
    publish(folder, {"A": "Ant", "B": "Bumblebee", "D": "Dog"}, version="2", date="2026-11-20")
    return folder


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
