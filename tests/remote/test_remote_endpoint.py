"""Another SPARQL server, asked over loopback: right answers, and every way of giving none."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib import Literal, URIRef

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import QueryError, RemoteError, RemoteTimeout, UsageError
from slm_graph.remote import RemoteEndpoint, with_values

EX = "https://data.example/"
DATA = f"""\
<{EX}turn> <{EX}label> "Drehen"@de .
<{EX}turn> <{EX}label> "Turning"@en .
<{EX}turn> <{EX}level> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
<{EX}weld> <{EX}label> "Schweißen"@de .
""".encode()
PATIENCE_SECONDS = 20.0
"""Of a server that is slow; its clients have a second."""
LABELS = f"SELECT ?skill ?label {{ ?skill <{EX}label> ?label }} ORDER BY ?label"


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL server of the plainest kind; its path says how it misbehaves."""

    protocol_version = "HTTP/1.1"
    evaluator = Evaluator.in_memory(DATA)
    let_go = threading.Event()
    """Set when the tests have ended: until then, the slow ones are slow."""
    given_up: ClassVar[list[str]] = []
    """The slow ones whose own patience ended first."""

    def do_GET(self) -> None:
        self.answer(parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

    def answer(self, parameters: dict[str, list[str]]) -> None:
        match urlsplit(self.path).path:
            case "/html":
                self.give(200, "text/html", b"<p>Welcome</p>")
            case "/lie":
                self.give(200, "application/sparql-results+json", b"<p>Welcome</p>")
            case "/lie-turtle":
                self.give(200, "text/turtle", b"<a> <b> .")
            case "/slow":
                if not self.let_go.wait(PATIENCE_SECONDS):
                    self.given_up.append("/slow")
            case "/trickle":
                self.send_response(200)
                self.send_header("Content-Type", "application/sparql-results+json")
                self.end_headers()
                with contextlib.suppress(OSError):  # the client has left, as it should
                    for _ in range(int(PATIENCE_SECONDS / 0.1)):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        if self.let_go.wait(0.1):
                            return
                    self.given_up.append("/trickle")
            case "/cut":
                self.send_response(200)
                self.send_header("Content-Type", "application/sparql-results+json")
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"head":')
                self.close_connection = True
            case "/500" | "/503" | "/401" | "/404" as path:
                self.give(int(path[1:]), "text/plain", b"no")
            case _:
                self.evaluate(parameters["query"][0])

    def evaluate(self, query: str) -> None:
        try:
            evaluation = self.evaluator.evaluate(query)
        except QueryError as refusal:
            self.give(400, "text/plain", refusal.text.en.encode())
            return
        media_type, format = {
            "graph": ("text/turtle", formats.TURTLE),
        }.get(evaluation.kind, ("application/sparql-results+json", formats.SPARQL_JSON))
        body = io.BytesIO()
        evaluation.write(body, format)
        self.give(200, media_type, body.getvalue())

    def give(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        Endpoint.let_go.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def endpoint(server: str) -> RemoteEndpoint:
    return RemoteEndpoint(f"{server}/sparql")


def test_select_gives_terms(endpoint):
    solutions = endpoint.select(LABELS)
    assert solutions.variables == ("skill", "label")
    assert [row[1] for row in solutions.rows] == [
        Literal("Drehen", lang="de"),
        Literal("Schweißen", lang="de"),
        Literal("Turning", lang="en"),
    ]


def test_ask_and_construct_and_describe(endpoint):
    assert endpoint.ask(f"ASK {{ <{EX}turn> ?p ?o }}") is True
    assert endpoint.ask(f"ASK {{ <{EX}none> ?p ?o }}") is False
    assert len(endpoint.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")) == 4
    assert (URIRef(f"{EX}weld"), URIRef(f"{EX}label"), Literal("Schweißen", lang="de")) in endpoint.construct(
        f"DESCRIBE <{EX}weld>"
    )


def test_a_long_query_is_posted(endpoint):
    assert len(endpoint.select(LABELS + " #" + "x" * 20_000).rows) == 3


def test_bindings_reach_a_server_that_knows_no_substitution(endpoint):
    assert len(endpoint.select(LABELS, bindings={"skill": URIRef(f"{EX}turn")}).rows) == 2
    assert len(endpoint.select(LABELS, bindings={"label": Literal("Schweißen", lang="de")}).rows) == 1
    assert endpoint.select(LABELS, bindings={"label": Literal('"} UNION {?skill ?p ?label} #')}).rows == ()


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        (LABELS, "skill", URIRef(f"{EX}turn")),
        (
            f"SELECT ?skill ?label ?wanted {{ ?skill <{EX}label> ?label FILTER(?label = ?wanted) }}",
            "wanted",
            Literal("Turning", lang="en"),
        ),
        (
            f"SELECT ?skill ?l ?tag {{ ?skill ?p ?o OPTIONAL {{ ?skill <{EX}label> ?l FILTER(LANG(?l) = ?tag) }} }}",
            "tag",
            Literal("en"),
        ),
        (
            f"SELECT ?skill ?tag {{ {{ ?skill <{EX}label> ?l FILTER(LANG(?l) = ?tag) }} UNION {{ ?skill <{EX}level> 3 }} }}",
            "tag",
            Literal("de"),
        ),
        (
            f"SELECT ?tag ?skill {{ ?skill ?p ?o FILTER NOT EXISTS {{ ?skill <{EX}label> ?l FILTER(LANG(?l) = ?tag) }} }}",
            "tag",
            Literal("en"),
        ),
        (
            f"SELECT ?skill ?n {{ ?skill <{EX}label> ?x {{ SELECT ?skill (COUNT(*) AS ?n) {{ ?skill ?p ?o }} GROUP BY ?skill }} }}",
            "skill",
            URIRef(f"{EX}weld"),
        ),
        (
            f"SELECT ?skill ?l {{ VALUES (?l) {{ ('Drehen'@de) ('x') }} ?skill <{EX}label> ?l }}",
            "skill",
            URIRef(f"{EX}turn"),
        ),
    ],
    ids=["pattern", "filter", "optional", "union", "not exists", "subquery", "beside data of its own"],
)
def test_values_mean_the_same_as_substitution(query, name, value):
    substituted = Endpoint.evaluator.evaluate(query, bindings={name: value}).solutions()
    written = Endpoint.evaluator.evaluate(with_values(query, {name: value})).solutions()
    assert written.variables == substituted.variables
    assert sorted(map(str, written.rows)) == sorted(map(str, substituted.rows))
    assert substituted.rows


def test_values_reach_construct_describe_and_ask():
    one = {"skill": URIRef(f"{EX}turn")}
    for query, count in (
        (f"CONSTRUCT {{ ?skill <{EX}is> ?o }} WHERE {{ ?skill ?p ?o }}", 3),
        ("DESCRIBE ?skill", 3),
    ):
        assert len(Endpoint.evaluator.evaluate(with_values(query, one)).triples()) == count
    assert Endpoint.evaluator.evaluate(with_values(f"ASK {{ ?skill <{EX}level> ?x }}", one)).boolean() is True


@pytest.mark.parametrize("value", [URIRef("https://data.example/> } #"), URIRef("no scheme")])
def test_a_value_that_sparql_cannot_spell_is_refused(value):
    with pytest.raises(QueryError, match="bound"):
        with_values(LABELS, {"skill": value})


def test_construct_where_takes_no_parameters():
    with pytest.raises(QueryError, match="no parameters") as refusal:
        with_values("CONSTRUCT WHERE { ?s ?p ?o }", {"s": URIRef(EX)})
    assert "CONSTRUCT {" in refusal.value.hint.en


def test_a_malformed_query_is_told_in_the_server_s_words(endpoint):
    with pytest.raises(QueryError, match="line 1, column"):
        endpoint.select("SELECT * {")


@pytest.mark.parametrize("query", ["INSERT DATA { <a:a> <a:b> 1 }", "DROP ALL", "", "ASK {}"])
def test_only_the_form_asked_for_is_sent(endpoint, query):
    with pytest.raises(QueryError, match="not a SELECT"):
        endpoint.select(query)


@pytest.mark.parametrize("path", ["html", "lie", "cut", "500", "503", "401", "404"])
def test_an_unusable_answer_is_a_clear_error_with_the_address(server, path):
    with pytest.raises(RemoteError, match=f"/{path}") as refusal:
        RemoteEndpoint(f"{server}/{path}").select(LABELS)
    assert refusal.value.http_status == 502
    assert refusal.value.hint is not None


@pytest.mark.parametrize("path", ["html", "lie-turtle"])
def test_an_unusable_graph_is_a_clear_error(server, path):
    with pytest.raises(RemoteError, match=f"/{path}"):
        RemoteEndpoint(f"{server}/{path}").construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("path", ["slow", "trickle"])
def test_a_slow_server_is_left_in_time(server, path):
    with pytest.raises(RemoteTimeout, match="1 seconds") as refusal:
        RemoteEndpoint(f"{server}/{path}", timeout_seconds=1).select(LABELS)
    assert refusal.value.http_status == 504
    assert f"/{path}" not in Endpoint.given_up


def test_an_answer_past_the_cap_is_not_read(server):
    with pytest.raises(RemoteError, match="50"):
        RemoteEndpoint(f"{server}/sparql", max_answer_bytes=50).select(LABELS)


def test_a_server_that_is_not_there_is_a_clear_error():
    with pytest.raises(RemoteError, match="127"):
        RemoteEndpoint("http://127.0.0.1:1/sparql").select(LABELS)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "sparql", "", "http://"])
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(UsageError):
        RemoteEndpoint(url)
