"""A real release of what is shipped and of a small tree of trades, served in this process; and its statements counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app, programs

WIDE = 260
"""Trades below one group: more than one page of a list and more than one branch's slice."""

HEAD = """
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix t: <https://w3id.org/slm-graph/id/trades/> .

<https://w3id.org/slm-graph/id/trades> a slm:Framework , skos:ConceptScheme ;
    skos:prefLabel "Gewerke"@de , "Trades"@en ; skos:notation "TR" ;
    dcterms:title "Gewerke"@de , "Trades"@en ;
    dcterms:creator <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language "de" , "en" ;
    skos:hasTopConcept t:wood , t:metal .

t:wood a skos:Concept ; skos:prefLabel "Öfen & <Holz>"@de , "Stoves & <wood>"@en ; skos:notation "wood" ;
    skos:inScheme <https://w3id.org/slm-graph/id/trades> ; skos:topConceptOf <https://w3id.org/slm-graph/id/trades> .
t:metal a skos:Concept ; skos:prefLabel "Metall"@de , "Metal"@en ; skos:notation "metal" ;
    skos:inScheme <https://w3id.org/slm-graph/id/trades> ; skos:topConceptOf <https://w3id.org/slm-graph/id/trades> .
"""


def trades(wide: int = WIDE) -> str:
    """Turtle of the trades: two groups, one with a chain of three, the other with `wide` members."""
    rows = [HEAD]
    for name, above, german, english in (
        ("joiner", "wood", "Tischlerei", "Joinery"),
        ("chair", "joiner", "Stühle bauen", "Building chairs"),
        ("leg", "chair", "Stuhlbeine drechseln", "Turning chair legs"),
        *((f"m{n}", "metal", f"Metallarbeit {n}", f"Metalwork {n}") for n in range(wide)),
    ):
        rows.append(
            f't:{name} a skos:Concept ; skos:prefLabel "{german}"@de , "{english}"@en ; skos:broader t:{above} ;'
            f' skos:notation "{name}" ; skos:inScheme <https://w3id.org/slm-graph/id/trades> .\n'
            f"t:{above} skos:narrower t:{name} ."
        )
    return "\n".join(rows)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one release."""
    folder = tmp_path_factory.mktemp("pages")
    source = folder / "trades.ttl"
    source.write_text(trades(), "utf-8")
    dataset = assemble([source], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(
        dataset, report, data=folder / "data", base=DEFAULT_BASE, version="first", date="2026-11-20"
    )
    return folder / "data"


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """`with statements() as told:` gathers the SQL of every connection opened meanwhile in `told`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        told: list[str] = []
        connect = sqlite3.connect

        def traced(*arguments: object, **named: object) -> sqlite3.Connection:
            opened: sqlite3.Connection = connect(*arguments, **named)  # type: ignore[call-overload]  # passed on
            # "--": what the full-text tables ask themselves
            opened.set_trace_callback(lambda sql: None if sql.startswith("--") else told.append(sql))
            return opened

        programs.search.cache_clear()  # an index that is open already would not be counted
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced)
            yield told

    return counting
