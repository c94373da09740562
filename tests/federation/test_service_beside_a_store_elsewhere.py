"""`serve --store URL` and SERVICE: the site asks the endpoint, and the store sees a table, never SERVICE."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rdflib import URIRef

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.remote import RemoteEndpoint
from slm_graph.settings import FederationSettings, QueryLimits
from slm_graph.store import EmbeddedStore, QueryRequest
from slm_graph.store.federation import Federation
from slm_graph.store.graph_names import ReleaseGraphs
from slm_graph.store.graph_store import RemoteGraphs
from slm_graph.store.remote import RemoteStore

X = "http://x.example/"
GRAPHS = ReleaseGraphs(X, "v1", (URIRef(f"{X}graph/a"), URIRef(f"{X}graph/b")))
DATA = f"""\
<{X}1> <{X}p> "eins" <{X}graph/a> .
<{X}2> <{X}p> "zwei" <{X}graph/b> .
"""
THERE = (
    rf'<{X}1> <{X}q> "one \\u0022 #"@en . <{X}1> <{X}q> "<{X}graph/a> FROM <x:y>" . <{X}graph/a> <{X}q> "a" .'
)
QUERIES = [
    "SELECT * { ?s :p ?v SERVICE <THERE> { ?s :q ?n } }",
    "SELECT * { GRAPH ?g { ?s :p ?v } OPTIONAL { SERVICE <THERE> { ?s :q ?n } } }",
    "SELECT ?g ?n { GRAPH ?g { ?s :p ?v } SERVICE <THERE> { ?g :q ?n } }",
    f"SELECT * FROM <{X}graph/b> {{ ?s :p ?v OPTIONAL {{ SERVICE <THERE> {{ ?s :q ?n }} }} }}",
    "SELECT (COUNT(*) AS ?n) { SERVICE <THERE> { :1 :q [] } }",
    "ASK { ?s :p ?v FILTER NOT EXISTS { SERVICE <THERE> { ?s :q ?n } } }",
    "CONSTRUCT { ?s :made ?n } { ?s :p ?v SERVICE <THERE> { ?s :q ?n } }",
]


def multiset(answer: Any) -> Any:
    body = answer.read()
    if answer.form == "construct":
        return sorted(body.splitlines())
    said = json.loads(body)
    if answer.form == "ask":
        return said["boolean"]
    return Counter(json.dumps(row, sort_keys=True) for row in said["results"]["bindings"])


@pytest.fixture(params=["our own engine", "oxigraph"])
def store_url(request: pytest.FixtureRequest, another_endpoint: Any) -> str:
    """A store that holds the data under its stored names."""
    if request.param == "oxigraph":
        server = request.getfixturevalue("oxigraph_server")
        remote = RemoteGraphs(server.graphs_url)
        for name in GRAPHS.names:
            triples = "".join(
                f"{line.rpartition(' <')[0]} .\n" for line in DATA.splitlines() if f"<{name}>" in line
            )
            remote.put(GRAPHS.on_store(name), triples.encode())
        return str(server.query_url)
    stored = "".join(
        f"{line.rpartition(' <')[0]} <{GRAPHS.on_store(URIRef(line.rpartition(' <')[2][:-3]))}> .\n"
        for line in DATA.splitlines()
    )
    another_endpoint.evaluator = Evaluator.in_memory(stored.encode())
    return str(another_endpoint.url)


@pytest.mark.parametrize("text", QUERIES)
def test_the_answer_is_that_of_our_own_engine(
    text: str, store_url: str, endpoint: Any, another_endpoint: Any, reading: Any, tmp_path: Path
) -> None:
    data = tmp_path / "data.nq"
    data.write_text(DATA, "utf-8")
    endpoint.evaluator = Evaluator.in_memory("\n".join(THERE.replace(" . ", " .\n").splitlines()).encode())
    endpoint.asked.clear()
    reader, nothing = reading
    allowed = FederationSettings(endpoints=(endpoint.url,))
    federation = Federation(allowed, QueryLimits(), reader=reader, nothing=nothing)
    request = QueryRequest(
        query=f"PREFIX : <{X}>\n" + text.replace("THERE", endpoint.url),
        data=data,
        solution_format=formats.SPARQL_JSON,
        graph_format=formats.N_TRIPLES,
        base=X,
    )
    federated = federation.carried_out(request)
    store = RemoteStore(RemoteEndpoint(store_url), GRAPHS, data, reader=reader, nothing=nothing)
    assert multiset(store.answer(federated)) == multiset(EmbeddedStore.open(data).answer(federated))
    assert [headers["User-Agent"] for _, headers, _ in endpoint.asked] == ["slm-graph"]
    assert all("SERVICE" not in query for query, _, _ in another_endpoint.asked)
    if store_url == another_endpoint.url and federated.tables["".join(federated.tables)]:
        assert "VALUES (" in another_endpoint.asked[-1][0]
