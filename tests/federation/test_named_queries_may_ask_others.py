"""A named query with SERVICE: the same way as a stranger's, its parameters bound, no tag; and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from slm_graph.build import assemble
from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import QueryRefused
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import open_release, write_release
from slm_graph.resources import named_query
from slm_graph.settings import FederationSettings, QueryLimits, SiteSettings
from slm_graph.store import EmbeddedStore, HostProcess, start_host
from slm_graph.store.engine_reader import empty_file
from slm_graph.store.federation import Federation
from slm_graph.validation import validate
from slm_graph.web import create_app
from slm_graph.web.named import named_queries

SLMO = f"{DEFAULT_BASE}id/sfia/SLMO"
QUERY = f"""\
# title@de: Anderswo
# title@en: Elsewhere
# description@de: Wie ein anderer Endpunkt etwas nennt.
# description@en: What another endpoint calls something.
# param concept: iri e.g. {SLMO} | Was | What
BASE <{DEFAULT_BASE}>
SELECT ?concept ?name {{ ?concept ?p ?o SERVICE SILENT <THERE> {{ ?concept <http://x.example/name> ?name }} }} LIMIT 1
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named") / "data"
    dataset = assemble([], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=folder, base=DEFAULT_BASE, version="first", date="2026-11-20")
    return folder


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with start_host(QueryLimits(deadline_seconds=5.0)) as running:
        yield running


@pytest.fixture
def client(data: Path, host: HostProcess, endpoint: Any, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    endpoint.evaluator = Evaluator.in_memory(f'<{SLMO}> <http://x.example/name> "anderswo"@de .\n'.encode())
    endpoint.asked.clear()
    known: Any = named_queries()
    monkeypatch.setitem(known, "elsewhere", named_query("elsewhere", QUERY.replace("THERE", endpoint.url)))
    federation = Federation(
        FederationSettings(endpoints=(endpoint.url,)),
        QueryLimits(),
        reader=host.client,
        nothing=empty_file(host.socket_path.parent),
    )
    app = create_app(SiteSettings(data=data), queries=host.client, federation=federation)
    return app.test_client()


def test_a_named_query_asks_others_and_has_no_tag(client: FlaskClient, endpoint: Any) -> None:
    for number in range(1, 3):
        answer = client.get(f"/queries/elsewhere?concept={SLMO}&format=json")
        assert answer.status_code == 200, answer.text
        (row,) = answer.get_json(force=True)["results"]["bindings"]
        assert row["name"] == {"type": "literal", "value": "anderswo", "xml:lang": "de"}
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(endpoint.asked) == number
        assert f"VALUES ?concept {{ <{SLMO}> }}" in endpoint.asked[-1][0]
    assert client.get("/queries/skill-levels?code=SLMO&format=json").headers["ETag"]


def test_its_page_and_its_description_stand(client: FlaskClient) -> None:
    page = client.get(f"/queries/elsewhere?concept={SLMO}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "anderswo" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    described = client.get("/openapi.json").get_json()["paths"]["/queries/elsewhere"]["get"]
    assert "application/sparql-results+json" in described["responses"]["200"]["content"]


SPELLINGS = [
    "SERVICE",
    "service",
    "SeRvIcE",
    "%53ERVICE",
    "SERV%49CE%20SILENT",
    "SERVICE%23%0A",
    "SERVICE%0ASILENT%09",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_the_word_is_kept(client: FlaskClient, endpoint: Any, spelling: str) -> None:
    query = f"ASK%7B{spelling}%3C{endpoint.url}%3E%7B?s+?p+?o%7D%7D"
    for number in range(1, 4):
        answer = client.get(f"/sparql?query={query}&format=json")
        assert answer.get_json(force=True)["boolean"] is True
        assert "ETag" not in answer.headers
        assert len(endpoint.asked) == number


@pytest.mark.parametrize("spelling", [r"\u0053ERVICE", r"SERVIC\U00000045", "SERVICESILENT"])
def test_other_spellings_are_refused(client: FlaskClient, endpoint: Any, spelling: str) -> None:
    answer = client.get("/sparql", query_string={"query": f"ASK {{ {spelling}<{endpoint.url}>{{}} }}"})
    assert answer.status_code in (400, 403)
    assert endpoint.asked == []


def test_where_nobody_carries_it_out_the_engine_is_never_asked_to(
    data: Path, endpoint: Any, asking: Callable[..., Any]
) -> None:
    # what the command line evaluates with
    release = open_release(data)
    store = EmbeddedStore.open(release.quads_file)
    endpoint.asked.clear()
    for text in ("SERVICE", "SERVICE SILENT"):
        with pytest.raises(QueryRefused, match="SERVICE is not allowed here"):
            store.ask(f"ASK {{ {text} <{endpoint.url}> {{ ?s ?p ?o }} }}")
    # and what a query process gets has none
    request, _ = asking(endpoint.url).ask(f"ASK {{ SERVICE <{endpoint.url}> {{ ?s ?p ?o }} }}")
    assert "SERVICE" not in request.query
    assert len(endpoint.asked) == 1


def test_a_text_that_knows_a_mark_is_no_way_past_the_guard(asking: Callable[..., Any], endpoint: Any) -> None:
    # an answer that spells a clause stays a literal; and marks are made anew for each query
    evil = "} SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #"
    endpoint.evaluator = Evaluator.in_memory(f'<a:s> <a:p> "{evil}" .\n'.encode())
    site = asking(endpoint.url)
    query = f"SELECT ?o {{ SERVICE <{endpoint.url}> {{ ?s ?p ?o }} }}"
    first, answer = site.ask(query)
    second, _ = site.ask(query)
    assert answer["results"]["bindings"] == [{"o": {"type": "literal", "value": evil}}]
    assert set(first.tables).isdisjoint(second.tables)
    assert all(len(mark) == 33 for mark in first.tables)
