"""Endpoints on loopback: one that answers from data of its own, and one that misbehaves as its path says."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import SlmGraphError
from slm_graph.settings import FederationSettings, QueryLimits
from slm_graph.store import EmbeddedStore, QueryRequest
from slm_graph.store.engine_reader import Answerer
from slm_graph.store.federation import Federation
from slm_graph.store.service_calls import ServiceCall

RESULTS = "application/sparql-results+json"
WHOLE = json.dumps(
    {
        "head": {"vars": ["s"]},
        "results": {"bindings": [{"s": {"type": "uri", "value": "http://x.example/a"}}]},
    }
).encode()
BOMB = gzip.compress(b" " * 100_000_000 + WHOLE)
NOWHERE = Path("endpoint.nq")


class AnsweringHandler(BaseHTTPRequestHandler):
    """SPARQL in SPARQL JSON and N-Triples, from `server.evaluator`; keeps what it was asked."""

    server: AnsweringServer

    def do_POST(self) -> None:
        self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0])

    def do_GET(self) -> None:
        self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def answer(self, query: str) -> None:
        self.server.asked.append((query, dict(self.headers), self.path))
        store = EmbeddedStore(NOWHERE, self.server.evaluator)
        request = QueryRequest(
            query=query,
            data=NOWHERE,
            solution_format=formats.SPARQL_JSON,
            graph_format=formats.N_TRIPLES,
        )
        try:
            answer = store.answer(request)
            status, media_type, body = 200, answer.format.media_type, answer.read()
        except SlmGraphError as fault:
            status, media_type, body = fault.http_status, "text/plain", fault.message("en").encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class AnsweringServer(ThreadingHTTPServer):
    """An endpoint whose data a test sets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), AnsweringHandler)
        self.evaluator = Evaluator.in_memory(b"")
        self.asked: list[tuple[str, dict[str, str], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


@contextlib.contextmanager
def answering() -> Iterator[AnsweringServer]:
    server = AnsweringServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[AnsweringServer]:
    with answering() as server:
        yield server


@pytest.fixture
def another_endpoint() -> Iterator[AnsweringServer]:
    with answering() as server:
        yield server


def received(connection: socket.socket) -> bytes:
    """The next bytes. Raises ConnectionError where the other side has closed."""
    data = connection.recv(65536)
    if not data:
        raise ConnectionResetError("no whole request")
    return data


class Misbehaving:
    """A listener that reads a request and then does what its path says; `others` counts who else was called."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._trap = socket.create_server(("127.0.0.1", 0))
        self.others = 0
        self.asked: list[str] = []
        self.let_go = threading.Event()
        self.together = threading.Barrier(4)
        self._threads = [
            threading.Thread(target=self._accept, daemon=True),
            threading.Thread(target=self._watch, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def url(self, fault: str) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/{fault}"

    @property
    def elsewhere(self) -> str:
        return f"http://127.0.0.1:{self._trap.getsockname()[1]}/sparql"

    def close(self) -> None:
        self.let_go.set()
        self.together.abort()
        for listener in (self._listener, self._trap):
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        while True:
            try:
                connection, _ = self._trap.accept()
            except OSError:
                return
            self.others += 1
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                head += received(connection)
            length = int(head.lower().partition(b"content-length:")[2].split()[0])
            body = head.partition(b"\r\n\r\n")[2]
            while len(body) < length:
                body += received(connection)
            fault = head.split()[1].decode().strip("/")
            self.asked.append(fault)
            getattr(self, "do_" + fault.replace("-", "_"))(connection)

    @staticmethod
    def give(
        connection: socket.socket,
        body: bytes,
        *,
        status: str = "200 OK",
        media_type: str = RESULTS,
        length: int | None = None,
        more: str = "",
    ) -> None:
        said = len(body) if length is None else length
        head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {said}\r\n{more}\r\n"
        connection.sendall(head.encode() + body)

    def do_sound(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE)

    def do_hang(self, connection: socket.socket) -> None:
        self.let_go.wait(20)

    def _drip(self, connection: socket.socket, data: bytes) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            if self.let_go.wait(0.05):
                return

    def do_drip(self, connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
        self._drip(connection, b" " * 400 + WHOLE)

    def do_drip_head(self, connection: socket.socket) -> None:
        self._drip(connection, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: very slow\r\n" * 100)

    def do_continue_for_ever(self, connection: socket.socket) -> None:
        while not self.let_go.is_set():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    def do_huge(self, connection: socket.socket) -> None:
        self.give(connection, b"", length=10**12)
        while not self.let_go.is_set():
            connection.sendall(b" " * 65536)

    def do_huge_without_length(self, connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
        while not self.let_go.is_set():
            connection.sendall(b" " * 65536)

    def do_huge_head(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.let_go.is_set():
            connection.sendall(b"X-More: " + b"x" * 60_000 + b"\r\n")

    def do_bomb(self, connection: socket.socket) -> None:
        self.give(connection, BOMB, more="Content-Encoding: gzip\r\n")

    def do_redirect(self, connection: socket.socket) -> None:
        self.give(connection, b"", status="307 Temporary Redirect", more=f"Location: {self.elsewhere}\r\n")

    def do_see_other(self, connection: socket.socket) -> None:
        self.give(connection, b"", status="303 See Other", more=f"Location: {self.elsewhere}\r\n")

    def do_page(self, connection: socket.socket) -> None:
        self.give(connection, b"<script>alert(1)</script>", media_type="text/html")

    def do_no_media_type(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)

    def do_cut_json(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE[:-4])

    def do_cut_at_length(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE[:40], length=len(WHOLE))

    def do_cut_chunk(self, connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode() + b"%x\r\n" % (len(WHOLE) + 9) + WHOLE)

    def do_bad_chunk(self, connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode() + b"zzz\r\n" + WHOLE)

    def do_error(self, connection: socket.socket) -> None:
        self.give(
            connection,
            b"Traceback: <b>/secret/path</b>",
            status="500 Internal Server Error",
            media_type="text/html",
        )

    def do_endless_error(self, connection: socket.socket) -> None:
        self.give(connection, b"", status="400 Bad Request", length=10**12)
        while not self.let_go.is_set():
            connection.sendall(b" " * 65536)

    def do_unauthorised(self, connection: socket.socket) -> None:
        self.give(connection, b"", status="401 Unauthorized", more='WWW-Authenticate: Basic realm="r"\r\n')

    def do_close(self, connection: socket.socket) -> None:
        pass

    def do_empty(self, connection: socket.socket) -> None:
        self.give(connection, b"")

    def do_no_http(self, connection: socket.socket) -> None:
        connection.sendall(b"\x00\x01\x02\r\n\r\n")

    def do_truth(self, connection: socket.socket) -> None:
        self.give(connection, b'{"head":{},"boolean":true}')

    def do_nested(self, connection: socket.socket) -> None:
        self.give(connection, b"[" * 500_000)

    def do_triple_term(self, connection: socket.socket) -> None:
        one = {"type": "uri", "value": "http://x.example/a"}
        term = {"type": "triple", "value": {"subject": one, "predicate": one, "object": one}}
        self.give(
            connection,
            json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{"s": term}]}}).encode(),
        )

    def do_breaks_out(self, connection: socket.socket) -> None:
        evil = "http://x.example/a> } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #"
        term = {"type": "uri", "value": evil}
        self.give(
            connection,
            json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{"s": term}]}}).encode(),
        )

    def do_numbers(self, connection: socket.socket) -> None:
        self.give(
            connection,
            b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":5}}]}}',
        )

    def do_many_rows(self, connection: socket.socket) -> None:
        row = '{"s":{"type":"literal","value":"x"}}'
        self.give(
            connection,
            ('{"head":{"vars":["s"]},"results":{"bindings":[' + ",".join([row] * 60) + "]}}").encode(),
        )

    def do_capped(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE, more="X-SPARQL-MaxRows: 1\r\n")

    def do_not_capped(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE, more="X-SPARQL-MaxRows: 2\r\n")

    def do_stopped(self, connection: socket.socket) -> None:
        self.give(connection, WHOLE, more="X-SQL-State: S1TAT\r\n")

    def do_together(self, connection: socket.socket) -> None:
        """Answers when four are asking at the same time, and nobody before."""
        with contextlib.suppress(threading.BrokenBarrierError):
            self.together.wait(20)
            self.give(connection, WHOLE)


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    server = Misbehaving()
    yield server
    server.close()


class Asking:
    """A store of its own data, and the federation before it."""

    def __init__(
        self, directory: Path, data: bytes, settings: FederationSettings, reading: tuple[Answerer, Path]
    ) -> None:
        self._path = directory / "data.nq"
        self._path.write_bytes(data)
        self._store = EmbeddedStore.open(self._path)
        reader, nothing = reading
        self.federation = Federation(settings, QueryLimits(), reader=reader, nothing=nothing)
        self.calls: list[ServiceCall] = []

    def request(self, query: str, **more: Any) -> QueryRequest:
        return QueryRequest(
            query=query,
            data=self._path,
            solution_format=formats.SPARQL_JSON,
            graph_format=formats.N_TRIPLES,
            **more,
        )

    def ask(
        self, query: str, *, has_left: Callable[[], bool] | None = None, **more: Any
    ) -> tuple[QueryRequest, Any]:
        """The query as it is evaluated, and the answer: SPARQL JSON read, or the bytes of a graph."""
        request = self.federation.carried_out(
            self.request(query, **more), tell=self.calls.append, has_left=has_left
        )
        answer = self._store.answer(request)
        body = answer.read()
        return request, json.loads(body) if answer.format is formats.SPARQL_JSON else body

    def rows(self, query: str, **more: Any) -> list[dict[str, Any]]:
        found = self.ask(query, **more)[1]["results"]["bindings"]
        return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


@pytest.fixture
def asking(tmp_path: Path, reading: tuple[Answerer, Path]) -> Callable[..., Asking]:
    """A store that may ask the endpoints given, within the limits given."""

    def make(*endpoints: str, data: bytes = b"", **limits: Any) -> Asking:
        return Asking(tmp_path, data, FederationSettings(endpoints=endpoints, **limits), reading)

    return make


@pytest.fixture
def unused_url() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"


@pytest.fixture(scope="module")
def standing() -> Iterator[Misbehaving]:
    """A misbehaving listener that a site can have on its list."""
    server = Misbehaving()
    yield server
    server.close()
