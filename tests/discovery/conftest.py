"""A site with two releases: the second lacks a concept of the first, has a new one, and names a third otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
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


def _small(concepts: dict[str, str]) -> str:
    """Turtle of a framework with these concepts."""
    return TEXT + "".join(CONCEPT.format(name=name, english=english) for name, english in concepts.items())


@pytest.fixture(scope="session")
def small() -> Callable[[dict[str, str]], str]:
    """`small({name: English name})`: Turtle of a framework with these concepts."""
    return _small


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    """A data directory with two releases."""
    folder = tmp_path_factory.mktemp("discovery") / "data"
    folder.mkdir()
    publish_turtle(folder, _small({"A": "Ant", "B": "Bee", "C": "Cat"}), version="1", date="2026-10-01")
    publish_turtle(folder, _small({"A": "Ant", "B": "Bumblebee", "D": "Dog"}), version="2", date="2026-11-20")
    return folder


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
