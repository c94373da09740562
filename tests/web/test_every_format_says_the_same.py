"""The same graph comes out of every format, for every kind of resource; read by three independent parsers."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic, to_isomorphic

from slm_graph.formats import JSON, JSON_LD, N_QUADS, N_TRIPLES, RDF_FORMATS, RDF_XML, TRIG, TURTLE

KINDS = {
    "scheme": "/doc/sfia",
    "skill with mappings": "/doc/sfia/SLMO",
    "skill level": "/doc/sfia/SLMO_5",
    "unobserved level": "/doc/sfia/SLMO_1",
    "level": "/doc/sfia/level/5",
    "collection": "/doc/sfia/SLMO/levels",
    "vocabulary": "/ontology",
    "statement": "/doc/statement/short-de",
    "agent": "/doc/agent/slm-graph",
    "umlaut": "/doc/x/Pr%C3%BCfung",
    "markup": "/doc/x/markup",
    "external": "/doc/external?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO",
    "release": "/release/first/doc",
}
OXIGRAPH = {
    TURTLE: pyoxigraph.RdfFormat.TURTLE,
    RDF_XML: pyoxigraph.RdfFormat.RDF_XML,
    N_TRIPLES: pyoxigraph.RdfFormat.N_TRIPLES,
    TRIG: pyoxigraph.RdfFormat.TRIG,
    N_QUADS: pyoxigraph.RdfFormat.N_QUADS,
}


@pytest.fixture
def context(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(client.get("/context.jsonld").data)
    return document


def triples_of_pyld(document: Any, context: dict[str, Any]) -> Graph:
    assert document.pop("@context") == "/context.jsonld"
    lines = jsonld.to_rdf({**context, **document}, {"format": "application/n-quads"})
    return union(lines)


def union(n_quads: str | bytes) -> Graph:
    dataset = Dataset()
    dataset.parse(data=n_quads, format="nquads")
    graph = Graph()
    for s, p, o, _ in dataset.quads():
        graph.add((s, p, o))
    return graph


def by_oxigraph(body: bytes, format: pyoxigraph.RdfFormat) -> Graph:
    quads = pyoxigraph.parse(body, format=format)
    triples = [getattr(one, "triple", one) for one in quads]
    text = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    graph = Graph()
    graph.parse(data=text, format="nt")
    return graph


def by_rdflib(body: bytes, name: str) -> Graph:
    if name in ("trig", "nquads"):
        dataset = Dataset()
        dataset.parse(data=body, format=name)
        graph = Graph()
        for s, p, o, _ in dataset.quads():
            graph.add((s, p, o))
        return graph
    graph = Graph()
    graph.parse(data=body, format={"turtle": "turtle", "rdfxml": "xml", "ntriples": "nt"}[name])
    return graph


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's Dataset warns of its own default
@pytest.mark.parametrize("path", KINDS.values(), ids=list(KINDS))
def test_all_serialisations_of_a_resource_are_one_graph(
    client: FlaskClient, context: dict[str, Any], path: str
) -> None:
    bodies = {row: client.get(path, headers={"Accept": row.media_type}) for row in RDF_FORMATS}
    assert {answer.status_code for answer in bodies.values()} == {200}
    reference = to_isomorphic(by_oxigraph(bodies[N_TRIPLES].data, OXIGRAPH[N_TRIPLES]))
    assert len(reference) > 0
    for row, format in OXIGRAPH.items():
        assert isomorphic(reference, by_oxigraph(bodies[row].data, format)), row.label
        assert isomorphic(reference, by_rdflib(bodies[row].data, row.name)), row.label
    for row in (JSON_LD, JSON):
        assert isomorphic(reference, triples_of_pyld(json.loads(bodies[row].data), context)), row.label


def test_formats_that_keep_graphs_name_where_a_statement_stands(client: FlaskClient) -> None:
    quads = pyoxigraph.parse(client.get("/doc/sfia/SLMO.nq").data, format=pyoxigraph.RdfFormat.N_QUADS)
    names = {one.graph_name.value for one in quads}
    assert {
        "https://w3id.org/slm-graph/graph/sfia",
        "https://w3id.org/slm-graph/graph/mappings/e-cf",
    } <= names


def test_turtle_is_prefixed_and_begins_with_the_resource(client: FlaskClient) -> None:
    text = client.get("/doc/sfia/SLMO_5.ttl").text
    statements = [line for line in text.splitlines() if line and not line.startswith("@prefix")]
    assert statements[0].startswith("sfia:SLMO_5 a ")


def test_json_ld_reads_well_in_german(client: FlaskClient) -> None:
    document = client.get("/doc/sfia/SLMO_5.jsonld").json
    (skill_level,) = [node for node in document["@graph"] if node.get("id") == "sfia:SLMO_5"]
    assert skill_level["prefLabel"]["de"] == "Servicelevel-Management: Ebene 5"
    assert client.get("/doc/x/v1.2.jsonld").json["prefLabel"] == {"de": "Fassung 1.2", "en": "Version 1.2"}
