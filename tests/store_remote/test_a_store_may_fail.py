"""A store that fails in every way known: a clear 502 or 504 without its address, and pages that work all the same."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from slm_graph import formats
from slm_graph.errors import Busy, QueryTooLarge, RemoteError, RemoteTimeout
from slm_graph.settings import QueryLimits, SiteSettings
from slm_graph.store import QueryRequest
from slm_graph.store.remote import RUNNING, WAITING, RemoteQueries
from slm_graph.web import create_app

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}}]}}'
SELECT = "SELECT ?s { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Faulty(BaseHTTPRequestHandler):
    """Knows the release «second» and answers every other query as its path says."""

    protocol_version = "HTTP/1.1"
    let_go = threading.Event()
    released = threading.Event()
    """For the path /held alone, which answers then."""

    def do_GET(self):
        self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self):
        self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0])

    def answer(self, query):
        fault = urlsplit(self.path).path.strip("/")
        if "dcterms:hasPart" in query:
            record = {
                "stored": {"type": "uri", "value": "urn:x"},
                "published": {"type": "uri", "value": "urn:g"},
            }
            rows = [] if fault == "empty" else [record]
            self.give(
                200,
                RESULTS,
                json.dumps(
                    {"head": {"vars": ["stored", "published"]}, "results": {"bindings": rows}}
                ).encode(),
            )
        else:
            getattr(self, fault.replace("-", "_"))()
        self.close_connection = True

    def give(self, status, media_type, body, **headers):
        self.send_response(status)
        for name, value in {"Content_Type": media_type, "Content_Length": str(len(body)), **headers}.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def sound(self):
        self.give(200, RESULTS, WHOLE)

    def page(self):
        self.give(200, "text/html", b"<p>Welcome</p>")

    def lie(self):
        self.give(200, RESULTS, b"<p>Welcome</p>")

    def lie_in_triples(self):
        self.give(200, TRIPLES, b"<p>Welcome</p>")

    def cut_at_length(self):
        self.give(200, RESULTS, WHOLE[:40], Content_Length=str(len(WHOLE)))

    def cut_json(self):
        self.give(200, RESULTS, WHOLE[:-4])

    def cut_chunk(self):
        self.give(
            200,
            TRIPLES,
            b"40\r\n<urn:a> <urn:b> <urn:c> .\n",
            Content_Length=None,
            Transfer_Encoding="chunked",
        )

    def cut_between_chunks(self):
        self.give(
            200,
            TRIPLES,
            b"1a\r\n<urn:a> <urn:b> <urn:c> .\n\r\n",
            Content_Length=None,
            Transfer_Encoding="chunked",
        )

    def endless(self):
        self.give(200, TRIPLES, b"<urn:a> <urn:b> <urn:c> .\n", Content_Length=None)

    def capped(self):
        self.give(200, RESULTS, WHOLE, X_SPARQL_MaxRows="1")

    def stopped(self):
        self.give(200, RESULTS, WHOLE, X_SQL_State="S1TAT")

    def refuses(self):
        self.give(400, "text/plain", b"SP031: internal error in /opt/store")

    def quotes(self, status=400):
        asked = parse_qs(urlsplit(self.path).query)["query"][0]
        self.give(status, "text/plain", f"SP030: syntax error in {asked}".encode())

    def quotes_as_its_own_fault(self):
        self.quotes(500)

    def breaks(self):
        self.give(500, "text/plain", b"Traceback")

    def busy(self):
        self.give(503, "text/plain", b"busy")

    def locked(self):
        self.give(401, "text/plain", b"who are you?")

    def moves_in_circles(self):
        self.give(302, "text/plain", b"", Location=self.path)

    def no_http(self):
        self.wfile.write(b"\x00\x01\x02\r\n\r\n")

    def hangs_up(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def large(self):
        self.give(200, RESULTS, b" " * 300_000 + WHOLE)

    def silent(self):
        self.let_go.wait(10)

    def held(self):
        self.released.wait(30)
        self.give(200, RESULTS, WHOLE)

    def trickles(self):
        self.send_response(200)
        self.send_header("Content-Type", RESULTS)
        self.end_headers()
        try:
            while not self.let_go.wait(0.1):
                self.wfile.write(b" ")
        except OSError:
            pass  # the site has left, as it should

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture(scope="module")
def faulty():
    """The address of a store; its path says how it fails."""
    Faulty.let_go.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        Faulty.let_go.set()
        Faulty.released.set()
        server.shutdown()


@pytest.fixture
def site(data_directory, reading):
    """Makes a client of the site whose store is at `url`."""

    def client(url, seconds=1.0):
        limits = QueryLimits(deadline_seconds=seconds, max_answer_bytes=200_000)
        reader, nothing = reading
        queries = RemoteQueries(url, reader=reader, nothing=nothing, limits=limits)
        return create_app(SiteSettings(data=data_directory, limits=limits), queries=queries).test_client()

    return client


FAULTS = [
    ("page", SELECT, 502),
    ("page", CONSTRUCT, 502),
    ("lie", SELECT, 502),
    ("lie", "ASK {}", 502),
    ("lie-in-triples", CONSTRUCT, 502),
    ("cut-at-length", SELECT, 502),
    ("cut-json", SELECT, 502),
    ("cut-chunk", CONSTRUCT, 502),
    ("cut-between-chunks", CONSTRUCT, 502),
    ("endless", CONSTRUCT, 502),
    ("capped", SELECT, 502),
    ("stopped", SELECT, 502),
    ("refuses", SELECT, 502),
    ("breaks", SELECT, 502),
    ("busy", SELECT, 502),
    ("locked", SELECT, 502),
    ("moves-in-circles", SELECT, 502),
    ("no-http", SELECT, 502),
    ("hangs-up", SELECT, 502),
    ("empty", SELECT, 502),
    ("large", SELECT, 413),
    ("silent", SELECT, 504),
    ("trickles", SELECT, 504),
]


@pytest.mark.parametrize(
    ("fault", "query", "status"), FAULTS, ids=lambda value: str(value).split(" ", maxsplit=1)[0]
)
def test_each_failure_is_a_clear_problem_and_pages_go_on(site, faulty, fault, query, status):
    client = site(f"{faulty}/{fault}")
    began = time.monotonic()
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": f"{RESULTS}, {TRIPLES}"})
    assert time.monotonic() - began < 5
    assert answer.status_code == status
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert len(problem["detail"]) > 20
    for secret in ("127.0.0.1", "/opt/", "Traceback", "urn:a", "SP031"):
        assert secret not in answer.text
    assert client.get("/readyz").status_code == 503
    page = client.get("/doc/sfia/SLMO", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "SLMO" in page.text


@pytest.mark.parametrize("fault", ["quotes", "quotes-as-its-own-fault"])
def test_no_word_of_a_query_that_the_store_quotes_is_logged(site, faulty, fault, caplog):
    answer = site(f"{faulty}/{fault}").get("/sparql", query_string={"query": "ASK { ?secret ?p ?o }"})
    assert answer.status_code == 502
    assert faulty in caplog.text
    assert "secret" not in caplog.text


def test_nobody_listening_is_a_clear_problem_and_pages_go_on(site):
    with socket.socket() as unheard:  # bound, not listening: connections are refused
        unheard.bind(("127.0.0.1", 0))
        client = site(f"http://127.0.0.1:{unheard.getsockname()[1]}/sparql")
        answer = client.get(
            "/sparql", query_string={"query": SELECT}, headers={"Accept": RESULTS, "Accept-Language": "de"}
        )
    assert (answer.status_code, answer.get_json(force=True)["status"]) == (502, 502)
    assert "Die Seiten sind nicht betroffen" in answer.text
    assert client.get("/doc/sfia/SLMO.ttl").status_code == 200
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_form_for_people_tells_the_failure_too(site, faulty):
    answer = site(f"{faulty}/breaks").get(
        "/sparql", query_string={"query": SELECT}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 502
    assert "SELECT ?s" in answer.text
    assert "127.0.0.1" not in answer.text


def test_a_sound_answer_passes_through(site, faulty):
    client = site(f"{faulty}/sound")
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.text) == (200, "s\r\nurn:a\r\n")


@pytest.fixture
def queries(reading, faulty):
    """Makes the queries of a site whose store fails as named."""

    def of(fault, seconds=1.0):
        reader, nothing = reading
        limits = QueryLimits(deadline_seconds=seconds, max_answer_bytes=200_000)
        return RemoteQueries(f"{faulty}/{fault}", reader=reader, nothing=nothing, limits=limits)

    return of


def request_of(shipped, **given):
    return QueryRequest(
        query=SELECT,
        data=shipped.quads_file,
        solution_format=formats.SPARQL_JSON,
        graph_format=None,
        base=shipped.base,
        **given,
    )


@pytest.mark.parametrize(
    ("fault", "kind"), [("breaks", RemoteError), ("silent", RemoteTimeout), ("large", QueryTooLarge)]
)
def test_the_errors_are_of_the_declared_kinds(queries, shipped, fault, kind):
    with pytest.raises(kind):
        queries(fault).answer(request_of(shipped))


def test_a_deadline_of_the_request_is_kept(queries, shipped):
    began = time.monotonic()
    with pytest.raises(RemoteTimeout):
        queries("silent", seconds=8).answer(request_of(shipped, lane="trusted", deadline_seconds=1.0))
    assert time.monotonic() - began < 4


def test_strangers_take_so_many_places_and_no_more_and_the_sites_own_queries_pass(
    queries, shipped, wait_until
):
    hanging = queries("held", seconds=20)
    Faulty.released.clear()
    with ThreadPoolExecutor(RUNNING + WAITING + 1) as pool:
        # one more than there are places: whoever comes last is told so while all others are still here
        strangers = [pool.submit(hanging.answer, request_of(shipped)) for _ in range(RUNNING + WAITING + 1)]
        wait_until(lambda: any(one.done() for one in strangers), "a stranger is turned away")
        (turned_away,) = [one for one in strangers if one.done()]
        refusal = turned_away.exception()
        assert isinstance(refusal, Busy)
        assert refusal.retry_after_seconds >= 1
        with pytest.raises(Busy):
            hanging.answer(request_of(shipped))
        with pytest.raises(RemoteTimeout):  # sent, not turned away
            hanging.answer(request_of(shipped, lane="trusted", deadline_seconds=1.0))
        Faulty.released.set()
        answered = [one.result() for one in strangers if one is not turned_away]
    assert len(answered) == RUNNING + WAITING
    assert hanging.answer(request_of(shipped)).read()  # the places are free again
