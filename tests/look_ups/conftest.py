"""A small data set with what is awkward about statements, as index and as an engine holds it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from slm_graph import formats
from slm_graph.catalogue import Catalogue, write_index
from slm_graph.catalogue.lookups import solutions
from slm_graph.engine.canonical import canonical_lines
from slm_graph.engine.evaluation import Evaluator
from slm_graph.engine.lookups import read_look_up
from slm_graph.engine.parsing import parse
from slm_graph.namespaces import DEFAULT_BASE

PREFIXES = """
@prefix ex: <http://a.example/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TRIG = (
    PREFIXES
    + r"""
ex:one {
  ex:plain a skos:Concept ;
    skos:prefLabel "Prüfung"@de , "Examination"@en , "Prüfung, österreichisch"@de-AT , "plain" ;
    skos:notation "P 1" , "2"^^ex:code ;
    skos:broader ex:above ;
    skos:note "a \"quoted\" \\ text\nof two lines\u0007"@en , "𝄞 < > & ' http://x/ \"@de ." ;
    ex:page "http://a.example/?a=b#c"^^xsd:anyURI ;
    ex:level 5 , -7 ; ex:on true ; ex:date "2026-11-30"^^xsd:date .
  ex:numbers a skos:Concept ; ex:level 5 , 007 ; ex:weight 1.50 .
  ex:odd a skos:Concept ; skos:prefLabel "Sonderbares"@de ; ex:part [ ex:name "a part" ] .
  <http://a.example/Straße> a skos:Concept ; skos:prefLabel "Straße"@de .
  ex:set a sssom:MappingSet ; skos:prefLabel "a set"@en ; sssom:mappings [
    a owl:Axiom ; owl:annotatedSource ex:plain ; owl:annotatedProperty skos:closeMatch ; owl:annotatedTarget ex:other ] .
  ex:untyped skos:prefLabel "without a type"@en .
}
ex:two {
  ex:plain skos:prefLabel "Prüfung"@de ; skos:altLabel "Test"@de .
  ex:scheme a skos:ConceptScheme .
}
"""
)
MANY = "".join(
    f"<http://a.example/scheme> <http://www.w3.org/2004/02/skos/core#hasTopConcept> <http://a.example/c{n}> <http://a.example/two> .\n"
    for n in range(1500)
)

Said = bool | tuple[list[str], set[str]]


def said(data: bytes) -> Said:
    """What SPARQL JSON says: a truth, or the variables and the solutions, each once and in no order."""
    document: dict[str, Any] = json.loads(data)
    if "boolean" in document:
        assert document["head"] == {}
        return bool(document["boolean"])
    rows = document["results"]["bindings"]
    return document["head"]["vars"], {json.dumps(row, sort_keys=True) for row in rows}


@pytest.fixture(scope="session")
def lines() -> bytes:
    """The data set as canonical N-Quads."""
    quads = [*parse(TRIG.encode(), formats.TRIG), *parse(MANY.encode(), formats.N_QUADS)]
    return "".join(f"{line}\n" for line, _ in canonical_lines(quads)).encode()


@pytest.fixture(scope="session")
def catalogue(lines: bytes, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = tmp_path_factory.mktemp("look-ups") / "index.sqlite"
    write_index(parse(lines, formats.N_QUADS), path, base=DEFAULT_BASE, version="first")
    return Catalogue(path)


@pytest.fixture(scope="session")
def engine(lines: bytes) -> Callable[[str], Said]:
    """What the engine says to a query. Raises QueryError."""
    evaluator = Evaluator.in_memory(lines)

    def ask(query: str) -> Said:
        body = io.BytesIO()
        evaluator.evaluate(query).write(body, formats.SPARQL_JSON)
        return said(body.getvalue())

    return ask


@pytest.fixture(scope="session")
def index(catalogue: Catalogue) -> Callable[..., Said | None]:
    """`index(query, max_rows=1000)`: what a look-up finds, which the query must be; None: it is left to the engine."""

    def ask(query: str, *, max_rows: int = 1000) -> Said | None:
        asked = read_look_up(query)
        assert asked is not None
        found = solutions(catalogue, asked, max_rows=max_rows)
        return None if found is None else said(found)

    return ask
