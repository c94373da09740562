"""A question answered ahead of the framework has the very answer that the framework would have given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_graph.settings import QueryLimits, SiteSettings
from slm_graph.store import Answer, AnswerAborted, HostProcess, QueryRequest, start_host
from slm_graph.store.refusals import deadline
from slm_graph.web import create_app
from slm_graph.web.app import EXTENSION
from slm_graph.web.asking import Asking
from slm_graph.web.counters import QUERIES

JSON = "application/sparql-results+json"
ROWS = "SELECT * { ?s <http://www.w3.org/2004/02/skos/core#notation> ?o } ORDER BY ?s ?o LIMIT 9"
GRAPH = "CONSTRUCT { <a:s> <a:p> 'ö', 2 } {}"
LIMITS = QueryLimits(deadline_seconds=5.0, max_query_bytes=2_000)

Told = tuple[str, list[tuple[str, str]], bytes]

SHORT = {
    "rows as JSON": (ROWS, JSON),
    "rows as XML": (ROWS, "application/sparql-results+xml"),
    "rows as CSV": (ROWS, "text/csv"),
    "rows as TSV": (ROWS, "text/tab-separated-values;q=0.9, text/csv;q=0.2"),
    "truth": ("ASK {}", JSON),
    "no Accept": (ROWS, None),
    "anything": (ROWS, "*/*"),
    "a graph as Turtle": (GRAPH, "text/turtle"),
    "a graph as JSON-LD": (GRAPH, "application/ld+json"),
    "a graph as JSON": (GRAPH, "application/json"),
    "a description": ("DESCRIBE <https://w3id.org/slm-graph/id/sfia/SLMO>", "application/n-triples"),
    "letters beyond ASCII": ("SELECT ('ß€𝄞' AS ?x) {}", JSON),
    "plus and percent": ("SELECT (1+2 AS ?x) ('50%' AS ?y) {}", JSON),
    "an equals sign": ("ASK { FILTER(1 = 1) }", JSON),
}
LONG = {
    "not SPARQL": ("SELEKT", JSON),
    "an undeclared prefix": ("ASK { ?s x:p ?o }", JSON),
    "an update": ("INSERT DATA { <a:s> <a:p> <a:o> }", JSON),
    "SERVICE": ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", JSON),
    "an escape": (r"ASK { ?s ?p '\u00DF' }", JSON),
    "too long": ("ASK {} #" + "x" * 2_000, JSON),
    "a graph for who takes rows": (GRAPH, JSON),
    "rows for who takes graphs": (ROWS, "text/turtle"),
    "nothing acceptable": (ROWS, "image/png"),
    "a browser": (ROWS, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
    "more than XML holds": ("SELECT (<http://x/\u0001> AS ?x) {}", "application/sparql-results+xml"),
}
"""Errors, pages, and what the short way does not look at."""
ADDRESSES = [
    "",
    "query=",
    "query",
    "query=%ff",
    "query=%",
    "query=%zz",
    "query=ASK%20%7B%7D&format=csv",
    "query=ASK%20%7B%7D&query=ASK%20%7B%7D",
    "query=ASK%20%7B%7D&",
    "&query=ASK%20%7B%7D",
    "Query=ASK%20%7B%7D",
    "query=ASK%20%7B%7D&default-graph-uri=a:b",
    "query=ASK%20%7B%7D&update=x",
    "query=ASK+{}",
    "query=ASK%2B%7B%7D",
    "query=ASK=%7B%7D",
    "query=ASK%20%7B%7D;x=1",
    "query=SELECT('\xc3\xa4'AS%3Fx)%7B%7D",
    "query=%EF%BB%BFASK%7B%7D",
    "query=ASK%7B%7D%00",
]


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with start_host(LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def served(data: Path, host: HostProcess) -> Flask:
    return create_app(SiteSettings(data=data, limits=LIMITS), queries=host.client)


class Ways:
    """The framework's way, and the short one, which tells whether it had to go the other."""

    def __init__(self, app: Flask) -> None:
        self.went_on = 0
        self.framework = partial(Flask.wsgi_app, app)
        self.short = Asking(self._count, app.extensions[EXTENSION].endpoint)

    def _count(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.went_on += 1
        return self.framework(environ, start_response)

    def both(self, address: str, accept: str | None, **given: str) -> tuple[Told, Told]:
        return tell(self.framework, address, accept, **given), tell(self.short, address, accept, **given)


def tell(application: Any, address: str, accept: str | None, **given: str) -> Told:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/sparql",
        "SCRIPT_NAME": "",
        "QUERY_STRING": address,
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "slm_graph.request_id": "0" * 16,
        **given,
    }
    if accept is not None:
        environ["HTTP_ACCEPT"] = accept
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> None:
        told[:] = [(status, sorted(headers))]

    parts = application(environ, start)
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return *told[0], body


@pytest.mark.parametrize(("query", "accept"), SHORT.values(), ids=SHORT)
def test_an_ordinary_question_is_answered_the_short_way_and_alike(
    served: Flask, query: str, accept: str | None
) -> None:
    ways = Ways(served)
    long, short = ways.both("query=" + quote(query), accept)
    assert short == long
    assert short[0] == "200 OK"
    assert ways.went_on == 0


@pytest.mark.parametrize(("query", "accept"), LONG.values(), ids=LONG)
def test_whatever_is_unusual_is_told_by_the_framework(served: Flask, query: str, accept: str) -> None:
    ways = Ways(served)
    long, short = ways.both("query=" + quote(query), accept)
    assert short == long
    assert ways.went_on == 1


def test_who_takes_only_the_other_kind_of_answer_is_counted_once(served: Flask) -> None:
    counters = served.extensions[EXTENSION].endpoint.counters
    before = sum(counters.values(QUERIES, ("public", "refused")))
    told = tell(Ways(served).short, "query=" + quote(ROWS), "text/turtle")
    assert told[0] == "406 NOT ACCEPTABLE"
    assert sum(counters.values(QUERIES, ("public", "refused"))) == before + 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_spelling_of_an_address_means_the_same_both_ways(served: Flask, address: str) -> None:
    long, short = Ways(served).both(address, JSON)
    assert short == long


@given(st.text(max_size=30), st.sampled_from(["", "+", "%20"]))
@settings(max_examples=40, deadline=None)
def test_any_text_is_the_same_query_both_ways(served: Flask, text: str, blank: str) -> None:
    encoded = quote("#" + text.encode("utf-8", "ignore").decode(), safe="+&=") + blank + "%0AASK%7B%7D"
    long, short = Ways(served).both("query=" + encoded, JSON)
    assert short == long


@pytest.mark.parametrize("host_name", ["localhost:8000", "a b", "x/y", "", "[::1]", "ä"])
def test_a_host_that_is_none_is_met_by_the_framework(served: Flask, host_name: str) -> None:
    long, short = Ways(served).both("query=ASK%7B%7D", JSON, HTTP_HOST=host_name)
    assert short == long


def test_a_large_answer_is_streamed_whole(served: Flask) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 20000"
    ways = Ways(served)
    long, short = ways.both("query=" + quote(query), "text/csv")
    assert (short, ways.went_on) == (long, 0)
    assert "Content-Length" not in dict(short[1])
    assert short[2].count(b"\r\n") == 20_001


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "DELETE"])
def test_other_methods_are_the_framework_s(served: Flask, method: str) -> None:
    ways = Ways(served)
    long, short = ways.both("query=ASK%7B%7D", JSON, REQUEST_METHOD=method)
    assert (short, ways.went_on) == (long, 1)


def test_an_answer_that_breaks_off_before_it_is_sent_is_a_problem(data: Path) -> None:
    class Breaking:
        def answer(self, request: QueryRequest, **_: object) -> Answer:
            def body() -> Iterator[bytes]:
                yield b"{"
                raise AnswerAborted(deadline(1))

            row = request.solution_format
            assert row is not None
            return Answer("select", row, body(), length_bytes=2)

    client = create_app(SiteSettings(data=data), queries=Breaking()).test_client()
    answer = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": JSON})
    assert answer.status_code == 408
    assert answer.mimetype == "application/problem+json"
