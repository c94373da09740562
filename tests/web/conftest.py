"""A real release of what is shipped and of a few awkward concepts, served in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.store import Answer, EmbeddedStore, QueryRequest
from slm_graph.web import create_app

AWKWARD = """
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix x: <https://w3id.org/slm-graph/id/x/> .

<https://w3id.org/slm-graph/id/x> a slm:Framework , skos:ConceptScheme ;
    skos:prefLabel "Sperriges"@de , "Awkward things"@en ;
    skos:notation "X" ;
    dcterms:title "Sperriges"@de , "Awkward things"@en ;
    dcterms:creator <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language "de" , "en" ;
    skos:hasTopConcept <https://w3id.org/slm-graph/id/x/Prüfung> , x:old , x:markup , x:v1.2 .

<https://w3id.org/slm-graph/id/x/Prüfung> a skos:Concept ;
    skos:prefLabel "Prüfung"@de , "Examination"@en ;
    skos:notation "Prüfung" ;
    skos:definition "Ob jemand etwas kann."@de , "Whether somebody can do something."@en ;
    dcterms:provenance <https://w3id.org/slm-graph/id/statement/short-de> ,
        <https://w3id.org/slm-graph/id/statement/short-en> ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .

x:old a skos:Concept ;
    skos:prefLabel "Veraltetes"@de , "Outdated"@en ;
    skos:notation "old" ;
    owl:deprecated true ;
    dcterms:isReplacedBy <https://w3id.org/slm-graph/id/x/Prüfung> ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .

x:v1.2 a skos:Concept ;
    skos:prefLabel "Fassung 1.2"@de , "Version 1.2"@en ;
    skos:notation "v1.2" ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .

x:markup a skos:Concept ;
    skos:prefLabel "<script>alert(1)</script> & \\"Zitat\\""@de , "<b>bold</b> & more"@en ;
    skos:notation "markup" ;
    foaf:page <javascript:alert(1)> , <data:text/html,x> ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .
"""


class InProcess:
    """Queries answered by the embedded store of the file they name."""

    def __init__(self) -> None:
        self._stores: dict[Path, EmbeddedStore] = {}

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
        if request.data not in self._stores:
            self._stores[request.data] = EmbeddedStore.open(request.data)
        return self._stores[request.data].answer(request)


@pytest.fixture(scope="session")
def awkward() -> str:
    """Turtle of the awkward concepts."""
    return AWKWARD


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    """A data directory with one release."""
    folder = tmp_path_factory.mktemp("web")
    publish_turtle(folder / "data", AWKWARD, version="first", date="2026-11-20")
    return folder / "data"


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=InProcess())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
