"""The Graph Store Protocol's reading half; ids cite its sections. What a graph holds is told by SPARQL."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from slm_graph.formats import RDF_FORMATS, Format
from slm_graph.syntax import read

if TYPE_CHECKING:
    from conftest import Answer, Site

SFIA = "https://w3id.org/slm-graph/graph/sfia"
NAMED = "/graph?graph=" + quote(SFIA, safe="")
ROWS = [row for row in RDF_FORMATS if row.name in ("turtle", "rdfxml", "ntriples")]


def graph_of(answer: Answer, row: Format) -> Graph:
    assert (answer.status, answer.headers["content-type"]) == (200, row.content_type), answer.body[:300]
    graph = Graph()
    for subject, predicate, object_, name in read(answer.body, row, name="answer"):
        assert name is None
        graph.add((subject, predicate, object_))
    return graph


def by_sparql(site: Site, pattern: str) -> Graph:
    query = quote(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", safe="")
    answer = site.ask("GET", f"/sparql?query={query}&format=nt")
    assert answer.status == 200
    return Graph().parse(data=answer.body, format="nt")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"4.2-5.2-{row.name}")
def test_a_named_graph_is_given_whole(site: Site, row: Format) -> None:
    expected = by_sparql(site, f"GRAPH <{SFIA}> {{ ?s ?p ?o }}")
    assert len(expected) > 50
    assert isomorphic(graph_of(site.ask("GET", NAMED, accept=row.media_type), row), expected)
    assert isomorphic(graph_of(site.ask("GET", f"{NAMED}&format={row.suffix}", accept="a/b"), row), expected)


def test_the_default_graph_is_the_one_that_queries_see(site: Site) -> None:  # 4.2, 5.2
    row = next(row for row in ROWS if row.name == "ntriples")
    given = graph_of(site.ask("GET", "/graph?default", accept=row.media_type), row)
    count = site.ask("GET", "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") + "&format=json")
    assert len(given) == int(count.document["results"]["bindings"][0]["n"]["value"])


def test_a_context_comes_along_with_json(site: Site) -> None:
    answer = site.ask("GET", NAMED, accept="application/ld+json")
    assert answer.media_type == "application/ld+json"
    assert answer.document["@context"]


def test_head_says_what_get_says(site: Site) -> None:  # 5.6
    got, head = (site.ask(method, NAMED, accept="text/turtle") for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "etag", "vary", "cache-control"):
        assert head.headers[name] == got.headers[name]


def test_caches_may_keep_it(site: Site) -> None:  # RFC 9110, 13.1.2 and 8.4
    got = site.ask("GET", NAMED, accept="text/turtle")
    packed = site.ask("GET", NAMED, accept="text/turtle", accept_encoding="gzip")
    assert got.headers["vary"] == packed.headers["vary"] == "Accept, Accept-Encoding"
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == got.body
    assert packed.headers["etag"] != got.headers["etag"]
    again = site.ask("GET", NAMED, accept="text/turtle", if_none_match=got.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("target", "accept", "status"),
    [
        pytest.param("/graph?graph=" + quote(SFIA + "/none", safe=""), "*/*", 404, id="5.2-no-such-graph"),
        pytest.param("/graph?graph=graph/sfia", "*/*", 400, id="4.2-relative"),
        pytest.param("/graph?graph=", "*/*", 400, id="4.2-empty"),
        pytest.param("/graph?graph=http://a%20b", "*/*", 400, id="4.2-no-iri"),
        pytest.param("/graph?graph=%FF", "*/*", 400, id="4.2-not-utf-8"),
        pytest.param("/graph", "*/*", 400, id="4.2-none"),
        pytest.param("/graph?default&graph=" + quote(SFIA), "*/*", 400, id="4.2-both"),
        pytest.param(f"/graph?graph={quote(SFIA)}&graph={quote(SFIA)}", "*/*", 400, id="4.2-two"),
        pytest.param("/graph?default", "image/png", 406, id="5.2-RFC9110-15.5.7"),
        pytest.param("/graph?default", "application/n-quads", 406, id="5.2-one-graph-is-no-data-set"),
        pytest.param("/graph?default&format=nq", "*/*", 400, id="format=of-a-data-set"),
        pytest.param("/graph?default&format=docx", "*/*", 400, id="format=unknown"),
    ],
)
def test_what_is_asked_wrongly_is_told(site: Site, target: str, accept: str, status: int) -> None:
    answer = site.ask("GET", target, accept=accept)
    assert (answer.status, answer.media_type) == (status, "application/problem+json"), answer.body
    assert answer.document["status"] == status


@pytest.mark.parametrize(
    "method",
    ["PUT", "POST", "DELETE", "PATCH"],
    ids=["5.3-put", "5.5-post", "5.4-delete", "5.7-patch"],
)
@pytest.mark.parametrize(
    "target", [NAMED, "/graph?default", "/graph/sfia"], ids=["named", "default", "4.1-direct"]
)
def test_nobody_writes(site: Site, method: str, target: str) -> None:
    body = None if method == "DELETE" else "<urn:a> <urn:b> <urn:c> ."
    answer = site.ask(method, target, body=body, content_type="text/turtle")
    assert answer.status == 405  # 5.1
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert site.ask("GET", "/graph?default", accept="text/turtle").status == 200
