"""The shipped files as they are published, and a way to ask them that two engines must agree on."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pyoxigraph
import pytest
from rdflib import RDF, RDFS, XSD, BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, SKOS
from rdflib.query import Result
from rdflib.term import Node

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE, PAV, SEMAPV, SSSOM
from slm_graph.remote import with_values

ID = Namespace(DEFAULT_BASE + "id/")

GRAPHS = {"slm": "ontology", "sfia-level": "sfia/level", "agents": "provenance"}
"""Shipped files whose named graph is not called after them."""

Row = Mapping[str, Node]


def _record(
    graph: Graph,
    subject: URIRef,
    predicate: URIRef,
    target: URIRef,
    *,
    confidence: str | None = None,
    negative: bool = False,
) -> None:
    """A mapping as it is published: the plain triple and its record; the record alone where nothing is asserted."""
    if not negative and target != SSSOM.NoTermFound:
        graph.add((subject, predicate, target))
    record = BNode()
    graph.add((record, RDF.type, OWL.Axiom))
    graph.add((record, OWL.annotatedSource, subject))
    graph.add((record, OWL.annotatedProperty, predicate))
    graph.add((record, OWL.annotatedTarget, target))
    graph.add((record, SSSOM.mapping_justification, SEMAPV.ManualMappingCuration))
    graph.add((record, PAV.authoredBy, URIRef(DEFAULT_BASE + "agent/slm-graph")))
    graph.add((record, RDFS.comment, Literal("from the test")))
    if confidence is not None:
        graph.add((record, SSSOM.confidence, Literal(confidence, datatype=XSD.double)))
    if negative:
        graph.add((record, SSSOM.predicate_modifier, SSSOM.NegatedPredicate))


@pytest.fixture(scope="session")
def published() -> Dataset:
    """Every shipped file in its named graph, and a small set of mappings in one of its own."""
    dataset = Dataset(default_union=True)
    for file in resources.ontology_files():
        stem = file.removesuffix(".ttl")
        name = URIRef(DEFAULT_BASE + "graph/" + GRAPHS.get(stem, stem))
        dataset.graph(name).parse(data=resources.ontology_file(file), format="turtle")
    mappings = dataset.graph(URIRef(DEFAULT_BASE + "graph/mappings/test"))
    slmo = ID["sfia/SLMO"]
    _record(mappings, slmo, SKOS.closeMatch, ID["ecf/A.2"], confidence="0.85")
    _record(mappings, slmo, SKOS.relatedMatch, ID["iso20000-1/8.3.3"], confidence="0.4")
    _record(mappings, slmo, SKOS.closeMatch, ID["itil4/SLM"], confidence="0.9", negative=True)
    _record(mappings, slmo, SKOS.exactMatch, SSSOM.NoTermFound)
    mappings.add((ID["sfia/SLMO_5"], SKOS.closeMatch, ID["ecf/A.2_3"]))
    return dataset


@pytest.fixture(scope="session")
def store(published: Dataset) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for graph in published.graphs():
        data = graph.serialize(format="nt", encoding="utf-8")
        name = pyoxigraph.NamedNode(str(graph.identifier))
        store.load(data, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
    return store


def _oxigraph_term(term: Node) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    if isinstance(term, Literal):
        datatype = pyoxigraph.NamedNode(term.datatype) if term.datatype else None
        return pyoxigraph.Literal(str(term), datatype=datatype)
    return pyoxigraph.NamedNode(str(term))


def _by_oxigraph(store: pyoxigraph.Store, text: str, parameters: Mapping[str, Any]) -> Result:
    found = store.query(
        text,
        use_default_graph_as_union=True,
        substitutions={pyoxigraph.Variable(name): _oxigraph_term(term) for name, term in parameters.items()},
    )
    if isinstance(found, pyoxigraph.QueryTriples):
        result = Result("CONSTRUCT")
        result.graph = Graph().parse(data=found.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")
        return result
    data = found.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    assert data is not None
    return Result.parse(io.BytesIO(data), format="json")


def _by_rdflib(published: Dataset, text: str, parameters: Mapping[str, Any]) -> Result:
    with warnings.catch_warnings():
        # rdflib's own evaluator still uses names of Dataset that rdflib has deprecated.
        warnings.filterwarnings("ignore", message=r"Dataset\.", category=DeprecationWarning)
        result = published.query(text, initBindings=parameters)
        result.bindings  # noqa: B018  # evaluated here, where the warnings are known
        return result


def _rows(result: Result) -> list[Row]:
    return [{str(name): term for name, term in row.items()} for row in result.bindings]


def _unordered(rows: list[Row]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, term.n3()) for name, term in row.items()) for row in rows)


def _all_ways(
    name: str, published: Dataset, store: pyoxigraph.Store, parameters: Mapping[str, str]
) -> list[Result]:
    """One query answered by two engines, each with substituted parameters and with a VALUES clause."""
    query = resources.named_queries()[name]
    bound = resources.bindings(query, parameters, base=DEFAULT_BASE)
    text = with_values(query.text, bound)
    return [
        _by_oxigraph(store, query.text, bound),
        _by_oxigraph(store, text, {}),
        _by_rdflib(published, query.text, bound),
        _by_rdflib(published, text, {}),
    ]


@pytest.fixture(scope="session")
def answer(published: Dataset, store: pyoxigraph.Store) -> Callable[..., list[Row]]:
    """`answer(NAME, **parameters)`: the solutions of a SELECT, in the engine's order, after all ways agreed on them."""

    def ask(name: str, **parameters: str) -> list[Row]:
        first, *others = (_rows(result) for result in _all_ways(name, published, store, parameters))
        for other in others:
            assert _unordered(other) == _unordered(first)
        return first

    return ask


@pytest.fixture(scope="session")
def construct(published: Dataset, store: pyoxigraph.Store) -> Callable[..., Graph]:
    """`construct(NAME, **parameters)`: the graph of a CONSTRUCT, after all ways agreed on it."""

    def ask(name: str, **parameters: str) -> Graph:
        first, *others = (result.graph for result in _all_ways(name, published, store, parameters))
        assert first is not None
        for other in others:
            assert other is not None
            assert isomorphic(other, first)
        return first

    return ask
