"""SPARQL 1.1 Service Description: ids cite its sections; what it says is what the endpoint does."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDFS

from slm_graph.formats import RDF_FORMATS, Format
from slm_graph.settings import QueryLimits
from slm_graph.syntax import read

if TYPE_CHECKING:
    from conftest import Site

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")


@pytest.fixture(scope="module")
def description(site: Site) -> Graph:
    return Graph().parse(data=site.ask("GET", "/sparql", accept="text/turtle").body, format="turtle")


@pytest.fixture(scope="module")
def service(description: Graph) -> URIRef:
    found = list(description.subjects(RDF.type, SD.Service))
    assert len(found) == 1
    return URIRef(str(found[0]))


@pytest.mark.parametrize(
    "row", [row for row in RDF_FORMATS if row.name != "json"], ids=lambda row: f"2-{row.name}"
)
def test_it_comes_in_every_format(site: Site, description: Graph, row: Format) -> None:
    answer = site.ask("GET", "/sparql", accept=row.media_type)
    assert (answer.status, answer.headers["content-type"]) == (200, row.content_type)
    if row.name == "jsonld":  # with a context of the site's own
        assert answer.document["@context"] == "/context.jsonld"
        return
    graph = Graph()
    for subject, predicate, object_, _ in read(answer.body, row, name="answer"):
        graph.add((subject, predicate, object_))
    assert isomorphic(graph, description)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("TURTLE", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("n3", "text/turtle"),
        ("xml", "application/rdf+xml"),
        ("application/rdf+xml", "application/rdf+xml"),  # its "+" arrives as a blank
        ("json-ld", "application/ld+json"),
        ("text/html", "text/html"),
    ],
)
def test_format_is_spelt_as_with_a_query(site: Site, name: str, media_type: str) -> None:
    query = quote("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1")
    for target in (f"/sparql?format={name}", f"/sparql?query={query}&format={name}"):
        answer = site.ask("GET", target, accept="*/*")
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type), target


def test_a_format_that_is_none_is_a_mistake_of_the_address(site: Site) -> None:
    for target in ("/sparql?format=none", "/sparql?query=ASK%7B%7D&format=none"):
        answer = site.ask("GET", target, accept="*/*")
        assert answer.status == 400
        assert "format" in answer.document["detail"]


def test_as_json_it_says_where_its_context_is(site: Site) -> None:  # JSON-LD 1.1, 6.1
    question = quote("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1")
    answers = [
        site.ask("GET", path, accept="application/json") for path in ("/sparql", f"/sparql?query={question}")
    ]
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    assert {answer.headers["link"] for answer in answers} == {
        '</context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    }
    assert "link" not in site.ask("GET", "/sparql", accept="application/ld+json").headers


def test_the_endpoint_and_its_language(
    site: Site, description: Graph, service: URIRef
) -> None:  # 3.4.1, 3.4.2
    # on this machine: a client that follows it stays with the server it asked
    assert list(description.objects(service, SD.endpoint)) == [URIRef(f"{site.url.rstrip('/')}/sparql")]
    assert list(description.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]


def test_features_are_those_that_work(site: Site, description: Graph, service: URIRef) -> None:  # 3.4.3
    assert set(description.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    one = quote("ASK { <https://w3id.org/slm-graph/id/sfia/SLMO> ?p ?o }")
    assert site.ask("GET", f"/sparql?query={one}&format=json").document["boolean"] is True
    service_ = quote("ASK { SERVICE <http://localhost:9/> {} }")
    assert site.ask("GET", f"/sparql?query={service_}").status == 403  # no sd:BasicFederatedQuery


def test_every_named_graph_is_told_with_its_size(
    site: Site, description: Graph, service: URIRef
) -> None:  # 3.4.10 to 3.4.16
    query = quote("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    rows = site.ask("GET", f"/sparql?query={query}&format=json").document["results"]["bindings"]
    expected = {URIRef(row["g"]["value"]): int(row["n"]["value"]) for row in rows}
    told = {}
    for node in description.objects(None, SD.namedGraph):
        graph = description.value(node, SD.graph)
        told[description.value(node, SD.name)] = int(str(description.value(graph, VOID.triples)))
    assert told == expected
    default = description.value(description.value(service, SD.defaultDataset), SD.defaultGraph)
    assert description.value(default, VOID.triples).toPython() == sum(expected.values())  # type: ignore[union-attr]


def test_every_limit_is_said(description: Graph, service: URIRef) -> None:
    comments = [str(one) for one in description.objects(service, RDFS.comment) if isinstance(one, Literal)]
    for field in fields(QueryLimits):
        assert any(
            f"{getattr(QueryLimits(), field.name):g}" in c or str(getattr(QueryLimits(), field.name)) in c
            for c in comments
        )
