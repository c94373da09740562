"""A service that may ask one other endpoint, and that endpoint in hostile hands: nobody else is called, and all others are
served right after."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

RESULTS = "application/sparql-results+json"
TIMEOUT_SECONDS = 1.0
IN_TIME_SECONDS = 6.0
"""For the call's second and the query's, on a machine that may be busy."""
BOMB = gzip.compress(b" " * 200_000_000)


def solutions(*terms: dict[str, Any]) -> bytes:
    rows = [{"s": term} for term in terms]
    return json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": rows}}).encode()


def whole(body: bytes, *, media_type: str = RESULTS, status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Hostile:
    """An endpoint that answers with `script`: pieces, and seconds to wait between them; again and again if `endless`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.script: list[bytes | float] = []
        self.endless = False
        self.calls = 0
        self.closed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/sparql"

    def close(self) -> None:
        self.endless = False
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            self._read_request(connection)
            until = time.monotonic() + 10
            while True:
                for piece in self.script:
                    if isinstance(piece, float):
                        self._wait(connection, piece)
                    else:
                        connection.sendall(piece)
                if not self.endless or time.monotonic() > until:
                    break
        self.closed += 1

    @staticmethod
    def _read_request(connection: socket.socket) -> None:
        """To its last byte: who closes with some of it unread resets the connection, and takes the answer back."""
        received = b""
        while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
            received += data
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        missing = (int(length[1]) if length else 0) - len(body)
        while missing > 0 and (data := connection.recv(65536)):
            missing -= len(data)

    @staticmethod
    def _wait(connection: socket.socket, seconds: float) -> None:
        """As long as the other side is there."""
        connection.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            while connection.recv(65536):
                pass
            raise ConnectionAbortedError
        connection.settimeout(10)


@pytest.fixture(scope="session")
def hostile() -> Iterator[Hostile]:
    endpoint = Hostile()
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="session")
def federated(serve: Callable[..., Any], hostile: Hostile) -> Any:
    """The service that may ask the hostile endpoint, and nobody else."""
    return serve(
        SLM_GRAPH_FEDERATION_ENDPOINTS=hostile.url,
        SLM_GRAPH_FEDERATION_TIMEOUT_SECONDS=str(TIMEOUT_SECONDS),
    )


@pytest.fixture(autouse=True)
def canary(federated: Any, hostile: Hostile) -> Iterator[None]:
    hostile.script, hostile.endless = [], False
    yield
    hostile.endless = False
    federated.canary()


def asks(url: str, pattern: str = "?s ?p ?o", *, silent: bool = False) -> str:
    return f"SELECT ?s {{ SERVICE {'SILENT ' if silent else ''}<{url}> {{ {pattern} }} }}"


TRAP = "http://127.0.0.1:PORT/sparql"
TERM = {"type": "uri", "value": "http://x.example/a"}
ESCAPES = [
    f"http://x.example/> }} SERVICE <{TRAP}> {{ ?s ?p ?o }} #",
    f'" }} SERVICE <{TRAP}> {{ ?s ?p ?o }} #',
    f"\\u0022 }} SERVICE <{TRAP}> {{ ?s ?p ?o }} #",
    f"\\\\u0022 }} SERVICE <{TRAP}> {{ ?s ?p ?o }} #",
    f"\n}} SERVICE <{TRAP}> {{ ?s ?p ?o }} #",
]
ANSWERS: dict[str, tuple[list[bytes | float], bool, set[int]]] = {
    "never answers": ([30.0], False, {504}),
    "a byte at a time": ([b"HTTP/1.1 200 OK\r\n", b"X", 0.05], True, {502, 504}),
    "a header line at a time": ([b"HTTP/1.1 200 OK\r\nX: y\r\n", 0.01], True, {502, 504}),
    "a blank at a time": ([whole(b"")[:-2].replace(b": 0", b": 1000000"), b"\r\n", 0.02], True, {502, 504}),
    "100 Continue for ever": ([b"HTTP/1.1 100 Continue\r\n\r\n" * 1000], True, {502, 504}),
    "headers for ever": ([b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 60_000 + b"\r\n") * 20], True, {502, 504}),
    "one header without end": ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 60_000], True, {502, 504}),
    "a body without end": ([f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode(), b" " * 65536], True, {502}),
    "chunks without end": ([f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + b"1\r\n \r\n" * 10_000], True, {502, 504}),
    "a negative chunk": ([f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc".encode()], False, {502}),
    "a huge chunk": ([f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc".encode()], False, {502}),
    "a negative length": ([whole(b"x").replace(b"Length: 1", b"Length: -1")], False, {502}),
    "two lengths": ([whole(solutions(TERM), more="Content-Length: 5\r\n")], False, {200, 502}),
    "a gzip bomb": ([whole(BOMB, more="Content-Encoding: gzip\r\n")], False, {502}),
    "a deflated answer": ([whole(b"x", more="Content-Encoding: deflate\r\n")], False, {502}),
    "a bomb as transfer encoding": ([whole(BOMB, more="Transfer-Encoding: gzip\r\n")], False, {502}),
    "301 to the trap": ([whole(b"", status="301 Moved", more=f"Location: {TRAP}\r\n")], False, {502}),
    "302 to the trap": ([whole(b"", status="302 Found", more=f"Location: {TRAP}\r\n")], False, {502}),
    "303 to the trap": ([whole(b"", status="303 See Other", more=f"Location: {TRAP}\r\n")], False, {502}),
    "307 to the trap": ([whole(b"", status="307 Temporary Redirect", more=f"Location: {TRAP}\r\n")], False, {502}),
    "308 to the trap": ([whole(b"", status="308 Permanent Redirect", more=f"Location: {TRAP}\r\n")], False, {502}),
    "305 by way of the trap": ([whole(b"", status="305 Use Proxy", more=f"Location: {TRAP}\r\n")], False, {502}),
    "a refresh to the trap": ([whole(solutions(TERM), more=f"Refresh: 0; url={TRAP}\r\n")], False, {200}),
    "a link to the trap": ([whole(solutions(TERM), more=f'Link: <{TRAP}>; rel="alternate"\r\n')], False, {200}),
    "a document type at the trap": ([whole(f'<!DOCTYPE x SYSTEM "{TRAP}"><sparql/>'.encode(), media_type="application/sparql-results+xml")], False, {502}),
    "a context at the trap": ([whole(f'{{"@context": "{TRAP}", "head": {{"vars": ["s"]}}, "results": {{"bindings": []}}}}'.encode())], False, {200, 502}),
    "asks for a password": ([whole(b"", status="401 Unauthorized", more='WWW-Authenticate: Basic realm="x"\r\n')], False, {502}),
    "sets a cookie": ([whole(solutions(TERM), more="Set-Cookie: a=b\r\n")], False, {200}),
    "HTTP/0.9": ([b"hello"], False, {502}),
    "another protocol": ([b"SSH-2.0-OpenSSH\r\n"], False, {502}),
    "NUL": ([b"\0" * 100_000], False, {502}),
    "nothing": ([], False, {502}),
    "brackets without end": ([whole(b"[" * 1_000_000)], False, {502}),
    "objects in objects": ([whole(b'{"a":' * 200_000)], False, {502}),
    "a number of a million digits": ([whole(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":' + b"9" * 1_000_000 + b"}]}}")], False, {502}),
    "a million variables": ([whole(b'{"head":{"vars":[' + b",".join(b'"v%d"' % n for n in range(100_000)) + b']},"results":{"bindings":[]}}')], False, {502}),
    "the same variable twice": ([whole(b'{"head":{"vars":["s","s"]},"results":{"bindings":[]}}')], False, {200, 502}),
    "other variables": ([whole(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}')], False, {502}),
    "too many rows": ([whole(solutions(*[{"type": "literal", "value": ""}] * 10_001))], False, {502}),
    "half a character": ([whole(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"\\ud800"}}]}}')], False, {502}),
    "no UTF-8": ([whole(solutions(TERM).replace(b"/a", b"/\xff\xfe"))], False, {502}),
    "a relative IRI": ([whole(solutions({"type": "uri", "value": "../a"}))], False, {502}),
    "a language that is none": ([whole(solutions({"type": "literal", "value": "a", "xml:lang": 'de" }'}))], False, {502}),
    "a datatype that breaks out": ([whole(solutions({"type": "literal", "value": "a", "datatype": ESCAPES[0]}))], False, {502}),
    "a blank node that breaks out": ([whole(solutions({"type": "bnode", "value": ESCAPES[0]}))], False, {502}),
    "an IRI that breaks out": ([whole(solutions({"type": "uri", "value": ESCAPES[0]}))], False, {502}),
    "literals that break out": ([whole(solutions(*({"type": "literal", "value": text} for text in ESCAPES)))], False, {200}),
    "control characters": ([whole(solutions({"type": "literal", "value": "".join(map(chr, range(1, 32))) + "\x7f\u202e\ufffe"}))], False, {200}),
    "a page with a script": ([whole(b"<script>alert(1)</script>", media_type="text/html")], False, {502}),
    "an error with a script": ([whole(b"<script>alert(1)</script>", media_type="text/html", status="500 <script>alert(1)</script>")], False, {502}),
    "a status that is none": ([whole(b"", status="999 Odd")], False, {502}),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_whatever_it_answers(federated: Any, hostile: Hostile, case: str) -> None:
    script, endless, statuses = ANSWERS[case]
    port = str(federated.trap).encode()
    hostile.script = [
        piece.replace(b"PORT", port) if isinstance(piece, bytes) and b"PORT" in piece else piece
        for piece in script
    ]
    if case == "literals that break out":
        texts = [text.replace("PORT", str(federated.trap)) for text in ESCAPES]
        hostile.script = [whole(solutions(*({"type": "literal", "value": text} for text in texts)))]
    hostile.endless = endless
    before, began = hostile.calls, time.monotonic()
    answer = federated.sparql(asks(hostile.url))
    assert time.monotonic() - began < IN_TIME_SECONDS
    assert answer.status in statuses, answer
    assert answer.whole
    assert hostile.calls == before + 1
    assert b"<script" not in answer.body
    document = json.loads(answer.body)
    if answer.status == 200:
        if case == "literals that break out":
            assert sorted(row["s"]["value"] for row in document["results"]["bindings"]) == sorted(texts)
    else:
        assert hostile.url in document["detail"]
        silent = federated.sparql(asks(hostile.url, silent=True))
        assert silent.status == 200, silent
        assert json.loads(silent.body)["results"]["bindings"] == [{}]
        assert (silent.header("X-Silenced-Services") or "").startswith(f"<{hostile.url}>")


QUERIES: dict[str, tuple[str, set[int]]] = {
    "to the trap": (asks(TRAP), {403}),
    "to the trap, silently": (asks(TRAP, silent=True), {403}),
    "to the trap by a prefix": (f"PREFIX t: <{TRAP}> ASK {{ SERVICE t: {{}} }}", {403}),
    "to the trap by BASE": (f"BASE <{TRAP}> ASK {{ SERVICE <> {{}} }}", {403}),
    "to the trap by a variable": (f"ASK {{ BIND(<{TRAP}> AS ?g) SERVICE ?g {{}} }}", {403}),
    "to the trap beside what is allowed": (f"ASK {{ SERVICE <HOSTILE> {{}} SERVICE <{TRAP}> {{}} }}", {403}),
    "to the trap within what is allowed": (f"ASK {{ SERVICE <HOSTILE> {{ SERVICE <{TRAP}> {{}} }} }}", {403}),
    "to the trap in a sub-query of what is allowed": (f"ASK {{ SERVICE <HOSTILE> {{ {{ SELECT * {{ SERVICE <{TRAP}> {{}} }} }} }} }}", {403}),
    "to the trap with an escape beside what is allowed": (f"ASK {{ SERVICE <HOSTILE> {{}} \\u0053ERVICE <{TRAP}> {{}} }}", {400, 403}),
    "to the trap without a blank beside what is allowed": (f"ASK {{ SERVICE <HOSTILE> {{}} SERVICESILENT<{TRAP}>{{}} }}", {400, 403}),
    "to the trap by a glued prefix beside what is allowed": (f"PREFIX t: <{TRAP}> ASK {{ SERVICE <HOSTILE> {{}} SERVICEt:{{}} }}", {400, 403}),
    "to the trap behind what may be an IRI": (f"ASK {{ SERVICE <HOSTILE> {{}} FILTER(1<'>' ) SERVICE <{TRAP}> {{}} #>\n }}", {400, 403}),
    "to the trap behind a string that is not closed": (f"ASK {{ SERVICE <HOSTILE> {{}} ?s ?p \"x\n SERVICE <{TRAP}> {{}} }}", {400, 403}),
    "what is allowed, with user information": (asks("http://me:secret@HOSTREST"), {403}),
    "what is allowed, with a fragment": (asks("HOSTILE#x"), {403}),
    "what is allowed, with a query": (asks("HOSTILE?x=y"), {403}),
    "what is allowed, another path": (asks("HOSTILE/../x"), {403}),
    "what is allowed, in capitals": (asks("HTTP://HOSTREST"), {403}),
    "LOAD from what is allowed": ("LOAD <HOSTILE>", {400, 403}),
    "FROM what is allowed": ("SELECT * FROM <HOSTILE> { ?s ?p ?o }", {200}),
    "an update with SERVICE": ("INSERT { ?s ?p ?o } WHERE { SERVICE <HOSTILE> { ?s ?p ?o } }", {403}),
    "a thousand clauses": ("ASK { " + "SERVICE <HOSTILE> {} " * 1_000 + "}", {413}),
    "clauses in clauses": ("ASK { " + "SERVICE <HOSTILE> { " * 90 + "} " * 90 + "}", {403, 413}),
    "nested braces inside": ("ASK { SERVICE <HOSTILE> " + "{" * 9_000 + "}" * 9_000 + " }", {413}),
    "nested functions inside": ("ASK { SERVICE <HOSTILE> { FILTER(" + "STR(" * 9_000 + "1" + ")" * 9_000 + ") } }", {413}),
    "a chain inside": ("ASK { SERVICE <HOSTILE> { FILTER(1" + "+1" * 9_000 + ") } }", {413}),
    "a prologue of blank lines": ("\n" * 60_000 + asks("HOSTILE"), {502}),
    "a prologue of comments": ("#\n" * 30_000 + asks("HOSTILE"), {502}),
    "a prologue of prefixes": ("PREFIX a: <b:c> " * 3_800 + asks("HOSTILE"), {502}),
    "a prologue of half prefixes": ("PREFIX a: <b:c> PREFIX " * 2_000 + asks("HOSTILE"), {400}),
    "a query over the size limit": (asks("HOSTILE") + "#" + "x" * 66_000, {413}),
    "half a query": ("ASK { SERVICE <HOSTILE> { ?s", {400}),
    "a lone brace": ("SERVICE <HOSTILE> }", {400}),
    "lone surrogates": (asks("HOSTILE", "?s ?p '\ud800'"), {400}),
    "NUL": (asks("HOSTILE", "?s ?p '\0'"), {400, 502}),
}  # fmt: skip


@pytest.mark.parametrize("case", QUERIES)
def test_whatever_is_asked(federated: Any, hostile: Hostile, case: str) -> None:
    text, statuses = QUERIES[case]
    rest = hostile.url.partition("//")[2]
    query = (
        text.replace("PORT", str(federated.trap)).replace("HOSTREST", rest).replace("HOSTILE", hostile.url)
    )
    before, began = hostile.calls, time.monotonic()
    answer = federated.sparql(query)
    assert time.monotonic() - began < IN_TIME_SECONDS
    assert answer.status in statuses, answer
    assert hostile.calls == before + (502 in statuses and answer.status == 502)


def test_a_hundred_queries_wait_for_an_endpoint_that_hangs(federated: Any, hostile: Hostile) -> None:
    hostile.script = [30.0]
    with ThreadPoolExecutor(50) as pool:
        waiting = [
            pool.submit(federated.sparql, asks(hostile.url), source=f"127.0.0.{n % 7 + 20}")
            for n in range(100)
        ]
        began = time.monotonic()
        federated.canary()
        assert time.monotonic() - began < IN_TIME_SECONDS
        statuses = {future.result().status for future in waiting}
    assert statuses <= {503, 504}


def test_clients_that_leave_take_their_calls_along(federated: Any, hostile: Hostile, as_post: Any) -> None:
    hostile.script = [30.0]
    before, closed = hostile.calls, hostile.closed
    for _ in range(4):
        with federated.connect() as client:
            client.sendall(as_post(asks(hostile.url)))
            deadline = time.monotonic() + 5
            while hostile.calls == before and time.monotonic() < deadline:
                time.sleep(0.01)
        before = hostile.calls
    deadline = time.monotonic() + 5
    while hostile.closed < closed + 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert hostile.closed >= closed + 4


def test_ten_thousand_rows_that_multiply_meet_the_deadline(federated: Any, hostile: Hostile) -> None:
    rows = solutions(*({"type": "literal", "value": str(number)} for number in range(10_000)))
    hostile.script = [whole(rows)]
    clause = f"SERVICE <{hostile.url}> {{ ?s ?p ?o }}"
    product = " ".join(f"{{ SELECT (?s AS ?x{n}) {{ {clause} }} }}" for n in range(4))
    began = time.monotonic()
    answer = federated.sparql(f"SELECT (COUNT(*) AS ?n) {{ {product} }}")
    assert time.monotonic() - began < IN_TIME_SECONDS
    assert answer.status in {408, 413}, answer
