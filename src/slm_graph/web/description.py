"""The SPARQL service description, from the tables the endpoint works by (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDFS, XSD
from rdflib.term import Node

from slm_graph.formats import (
    CSV,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_XML,
    SOLUTION_FORMATS,
    SPARQL_JSON,
    SPARQL_XML,
    TRIG,
    TSV,
    TURTLE,
    Format,
)
from slm_graph.model import Quad
from slm_graph.namespaces import SD
from slm_graph.settings import FederationSettings, QueryLimits
from slm_graph.web.site import Served

VOID = Namespace("http://rdfs.org/ns/void#")
_FORMATS = "http://www.w3.org/ns/formats/"

MERGED = (
    "the default graph holds the triples of all graphs (or of those asked for); one that stands in several of them "
    "is found once in each, so that DISTINCT is needed to count it once"
)
"""The engine's way with SPARQL 1.1, 13.2.1, which asks for a merge."""

FORMAT_IRIS: dict[Format, str] = {
    TURTLE: "Turtle",
    JSON_LD: "JSON-LD",
    RDF_XML: "RDF_XML",
    N_TRIPLES: "N-Triples",
    TRIG: "TriG",
    N_QUADS: "N-Quads",
    SPARQL_JSON: "SPARQL_Results_JSON",
    SPARQL_XML: "SPARQL_Results_XML",
    CSV: "SPARQL_Results_CSV",
    TSV: "SPARQL_Results_TSV",
}
"""Local names in the W3C's list of unique IRIs for file formats."""


def service_description(
    served: Served, limits: QueryLimits, *, endpoint: str, federation: FederationSettings | None = None
) -> tuple[URIRef, list[Quad]]:
    """The service's IRI and the statements about it: language, features, formats, data set, limits.

    `endpoint` is the address to send queries to; the service's IRI is below the base wherever it runs. `federation`:
    what SERVICE may ask; None: nothing.
    """
    service = URIRef(served.release.base + "sparql")
    statements = _statements(service, served, limits, URIRef(endpoint), federation or FederationSettings())
    return service, [(s, p, o, None) for s, p, o in statements]


def _statements(
    service: URIRef, served: Served, limits: QueryLimits, endpoint: URIRef, federation: FederationSettings
) -> Iterator[tuple[Node, URIRef, Node]]:
    yield service, RDF.type, SD.Service
    yield service, SD.endpoint, endpoint
    yield service, SD.supportedLanguage, SD.SPARQL11Query
    yield service, SD.feature, SD.UnionDefaultGraph
    if federation.endpoints:
        yield service, SD.feature, SD.BasicFederatedQuery
    for row in (*SOLUTION_FORMATS, *RDF_FORMATS):
        if row in FORMAT_IRIS:
            yield service, SD.resultFormat, URIRef(_FORMATS + FORMAT_IRIS[row])
    yield service, SD.defaultEntailmentRegime, URIRef("http://www.w3.org/ns/entailment/Simple")
    said = (
        f"deadline {limits.deadline_seconds:g} s; query at most {limits.max_query_bytes} bytes, "
        f"{limits.max_nesting} nested brackets, {limits.max_operators} operators of a kind; "
        f"answer at most {limits.max_answer_bytes} bytes and {limits.max_rows} rows or triples, never cut short in silence; "
        f"memory at most {limits.max_memory_bytes} bytes, of all together {limits.max_memory_together_bytes}; "
        f"{limits.processes} queries at once, {limits.queue_length} waiting; no updates, "
        f"{_services(federation)}"
    )
    yield service, RDFS.comment, Literal(said, lang="en")
    yield service, RDFS.comment, Literal(MERGED, lang="en")
    dataset, default = BNode("dataset"), BNode("default")
    yield service, SD.defaultDataset, dataset
    yield dataset, RDF.type, SD.Dataset
    yield dataset, DCTERMS.hasVersion, URIRef(f"{served.release.base}release/{served.release.version}")
    yield dataset, SD.defaultGraph, default
    yield default, RDF.type, SD.Graph
    yield default, VOID.triples, Literal(str(served.release.manifest["quads"]), datatype=XSD.integer)
    for number, (name, size) in enumerate(sorted(served.release.manifest["graphs"].items())):
        if name in ("", "None"):
            continue
        node, graph = BNode(f"named{number}"), BNode(f"graph{number}")
        yield dataset, SD.namedGraph, node
        yield node, RDF.type, SD.NamedGraph
        yield node, SD.name, URIRef(name)
        yield node, SD.graph, graph
        yield graph, RDF.type, SD.Graph
        yield graph, VOID.triples, Literal(str(size), datatype=XSD.integer)


def _services(federation: FederationSettings) -> str:
    """What is said of SERVICE."""
    if not federation.endpoints:
        return "no SERVICE"
    known = ", ".join(f"<{iri}>" for iri in federation.endpoints)
    return (
        f"SERVICE at most {federation.max_clauses} times, of {known} only, within {federation.timeout_seconds:g} s, "
        f"at most {federation.max_rows} solutions and {federation.max_bytes} bytes of each"
    )
