"""Clients that people have: SPARQLWrapper, rdflib's SPARQLStore, curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import SPARQLWrapper as sw
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.plugins.stores.sparqlstore import SPARQLStore

if TYPE_CHECKING:
    from conftest import Site

SKILL = URIRef("https://w3id.org/slm-graph/id/sfia/SLMO")
SFIA = "https://w3id.org/slm-graph/graph/sfia"
LABELS = f"PREFIX skos: <{SKOS}> SELECT ?label {{ <{SKILL}> skos:prefLabel ?label }} # Größe: + & %"
CONSTRUCT = f"CONSTRUCT {{ <{SKILL}> ?p ?o }} WHERE {{ <{SKILL}> ?p ?o FILTER(isIRI(?o)) }}"
EXPECTED = {"Servicelevel-Management", "Service level management"}


# SPARQLWrapper


def wrapper(site: Site, query: str, format: str, *, method: str, request: str, only_accept: bool) -> Any:
    asked = sw.SPARQLWrapper(site.url + "/sparql")
    asked.setQuery(query)
    asked.setReturnFormat(format)
    asked.setMethod(method)
    asked.setRequestMethod(request)
    asked.setOnlyConneg(only_accept)
    return asked


WAYS = [
    pytest.param({"method": method, "request": request, "only_accept": only}, id=f"{method}-{request}-{only}")
    for method, request in ((sw.GET, sw.URLENCODED), (sw.POST, sw.URLENCODED), (sw.POST, sw.POSTDIRECTLY))
    for only in (True, False)
]


@pytest.mark.parametrize("way", WAYS)
def test_sparqlwrapper_reads_solutions(site: Site, way: dict[str, Any]) -> None:
    rows = wrapper(site, LABELS, sw.JSON, **way).queryAndConvert()["results"]["bindings"]
    assert {row["label"]["value"] for row in rows} == EXPECTED
    document = wrapper(site, LABELS, sw.XML, **way).queryAndConvert().toxml()
    csv, tsv = (wrapper(site, LABELS, form, **way).queryAndConvert().decode() for form in (sw.CSV, sw.TSV))
    assert all(label in text for label in EXPECTED for text in (document, csv, tsv))
    assert wrapper(site, "ASK {}", sw.JSON, **way).queryAndConvert()["boolean"] is True


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # which the client makes
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", [sw.TURTLE, sw.N3, sw.XML, sw.RDFXML, sw.JSONLD])
def test_sparqlwrapper_reads_graphs(site: Site, way: dict[str, Any], form: str) -> None:
    response = wrapper(site, CONSTRUCT, form, **way).query()
    if form == sw.JSONLD:  # it would fetch the context from where it runs
        assert json.loads(response.response.read())["id"]
        return
    found = response.convert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert (SKILL, SKOS.inScheme, URIRef("https://w3id.org/slm-graph/id/sfia")) in graph


def test_sparqlwrapper_names_a_data_set(site: Site) -> None:
    asked = wrapper(
        site,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        sw.JSON,
        method=sw.GET,
        request=sw.URLENCODED,
        only_accept=True,
    )
    whole = int(asked.queryAndConvert()["results"]["bindings"][0]["n"]["value"])
    asked.addDefaultGraph(SFIA)
    part = int(asked.queryAndConvert()["results"]["bindings"][0]["n"]["value"])
    assert 0 < part < whole


def test_sparqlwrapper_is_told_of_a_fault_as_it_knows_faults(site: Site) -> None:
    asked = wrapper(
        site, "SELECT * { FEHLER }", sw.JSON, method=sw.GET, request=sw.URLENCODED, only_accept=True
    )
    with pytest.raises(sw.SPARQLExceptions.QueryBadFormed, match="Spalte 12"):
        asked.query()


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflibs_store_asks(site: Site, method: str, form: str) -> None:
    graph = Graph(SPARQLStore(site.url + "/sparql", method=method, returnFormat=form))
    assert {str(row.label) for row in graph.query(LABELS)} == EXPECTED  # type: ignore[union-attr]


def test_rdflibs_store_reads_as_if_it_were_a_graph(site: Site) -> None:
    graph = Graph(SPARQLStore(site.url + "/sparql"))
    assert set(graph.objects(SKILL, SKOS.prefLabel)) == {
        Literal("Servicelevel-Management", lang="de"),
        Literal("Service level management", lang="en"),
    }
    assert (SKILL, SKOS.notation, None) in graph
    assert len(graph) > 1000
    made = graph.query(CONSTRUCT).graph
    assert made is not None
    assert (SKILL, SKOS.inScheme, URIRef("https://w3id.org/slm-graph/id/sfia")) in made


def test_rdflibs_store_reads_one_named_graph(site: Site) -> None:
    store = SPARQLStore(site.url + "/sparql")
    whole = Graph(store)
    part = Graph(store, identifier=URIRef(SFIA))
    assert 0 < len(part) < len(whole)


# curl


@pytest.fixture(scope="module")
def curl() -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    return program


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--get", "--data-urlencode", f"query={LABELS}"], id="get"),
        pytest.param(["--data-urlencode", f"query={LABELS}"], id="form"),
        pytest.param(["-H", "Content-Type: application/sparql-query", "--data-binary", LABELS], id="direct"),
        pytest.param(
            ["-X", "QUERY", "-H", "Content-Type: application/sparql-query", "--data-binary", LABELS],
            id="method-query",
        ),
        pytest.param(
            [
                "-H",
                "Transfer-Encoding: chunked",
                "-H",
                "Content-Type: application/sparql-query",
                "--data-binary",
                LABELS,
            ],
            id="chunked",
        ),
        pytest.param(["-H", "Expect: 100-continue", "--data-urlencode", f"query={LABELS}"], id="expect"),
        pytest.param(["--http1.0", "--data-urlencode", f"query={LABELS}"], id="http-1.0"),
    ],
)
def test_curl_asks(site: Site, curl: str, arguments: list[str]) -> None:
    command = [
        curl,
        "-sS",
        "--fail",
        "--max-time",
        "20",
        "-H",
        "Accept: text/csv",
        *arguments,
        site.url + "/sparql",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()[1:]) == EXPECTED


def test_curl_looks_first(site: Site, curl: str) -> None:
    command = [curl, "-sS", "-I", "--get", "--data-urlencode", f"query={LABELS}", site.url + "/sparql"]
    head = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert head.startswith("HTTP/1.1 200 ")
    assert "Content-Type: application/sparql-results+json" in head
