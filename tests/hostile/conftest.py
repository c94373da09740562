"""A real `slm-graph serve` on loopback, a listener that nobody may reach, and a canary after every test."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

DEADLINE_SECONDS = 1.0
CANARY_SECONDS = 6.0
"""An idle machine takes 10 ms; a stopped query may need its deadline first, and the machine may be busy."""
PATIENCE_SECONDS = 15.0
CANARY_QUERY = "SELECT (COUNT(*) AS ?n) { <https://w3id.org/slm-graph/id/sfia/SLMO> a ?type }"
PAGE = "/doc/sfia/SLMO"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it came over the wire; `whole` says whether its framing was complete."""

    status: int
    head: bytes
    body: bytes
    whole: bool

    def header(self, name: str) -> str | None:
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r\n]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else None


def parse(data: bytes, *, reset: bool = False) -> Response:
    """The last response in `data` that is not 100 Continue."""
    while data.startswith(b"HTTP/1.1 100"):
        data = data.partition(b"\r\n\r\n")[2]
    head, separator, body = data.partition(b"\r\n\r\n")
    assert separator, f"no response: {data[:200]!r}"
    status = int(head.split()[1])
    lower = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lower:
        parts, position = [], 0
        while (line_end := body.find(b"\r\n", position)) >= 0:
            length = int(body[position:line_end], 16)
            if length == 0:
                return Response(status, head, b"".join(parts), body[line_end + 2 : line_end + 4] == b"\r\n")
            parts.append(body[line_end + 2 : line_end + 2 + length])
            position = line_end + 2 + length + 2
        return Response(status, head, b"".join(parts), whole=False)
    length_said = re.search(rb"\r\ncontent-length: (\d+)", lower)
    return Response(status, head, body, len(body) >= int(length_said[1]) if length_said else not reset)


@dataclass(slots=True)
class Site:
    """The running service."""

    process: subprocess.Popen[str]
    port: int
    errors: Path
    trap: int
    """A port of ours that no process of the service may connect to."""
    trapped: list[tuple[str, int]] = field(default_factory=list)
    read_errors: int = 0

    def connect(self, *, source: str | None = None, receive_buffer_bytes: int | None = None) -> socket.socket:
        client = socket.socket()
        if receive_buffer_bytes is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        if source is not None:
            client.bind((source, 0))
        client.settimeout(PATIENCE_SECONDS)
        client.connect(("127.0.0.1", self.port))
        return client

    def say(self, request: bytes, *, source: str | None = None) -> bytes:
        """Everything the server answers until it closes; TimeoutError where it does not."""
        with self.connect(source=source) as client:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(request)
            return read_all(client)

    def get(self, target: str, *, source: str | None = None, **headers: str) -> Response:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n"
        return parse(self.say(request.encode("latin-1"), source=source))

    def sparql(
        self,
        query: str | bytes,
        *,
        accept: str = "application/sparql-results+json",
        source: str | None = None,
    ) -> Response:
        return parse(self.say(post(query, accept=accept), source=source))

    def processes(self) -> dict[int, str]:
        """Every process of the service below its parent, by what it is: worker, host, release or query."""
        found: dict[int, str] = {}
        for child in children(self.process.pid):
            is_host = b"slm_graph.store.host" in Path(f"/proc/{child}/cmdline").read_bytes()
            found[child] = "host" if is_host else "worker"
            if is_host:
                for release in children(child):
                    found[release] = "release"
                    found |= dict.fromkeys(children(release), "query")
        return found

    def canary(self) -> None:
        """Raises AssertionError unless a cheap query and a page are right, soon, and nothing else went wrong."""
        started = time.monotonic()
        while True:
            answer = self.sparql(CANARY_QUERY, source="127.0.0.9")
            if answer.status != 503 or time.monotonic() - started > CANARY_SECONDS:
                break
            time.sleep(0.1)
        assert answer.status == 200, answer
        assert json.loads(answer.body)["results"]["bindings"][0]["n"]["value"] in ("1", "2", "3"), answer.body
        page = self.get(PAGE, Accept="text/html", Accept_Language="en")
        assert page.status == 200, page
        assert page.whole
        assert b"SLMO" in page.body
        assert page.body.rstrip().endswith(b"</html>")
        assert time.monotonic() - started < CANARY_SECONDS
        assert self.process.poll() is None
        assert not self.trapped, f"somebody called out: {self.trapped}"
        said = self.errors.read_text("utf-8", "replace")[self.read_errors :]
        self.read_errors += len(said)
        assert "Traceback" not in said, said
        assert " failed" not in said, said


def post(
    query: str | bytes, *, accept: str = "application/sparql-results+json", version: str = "1.1", **more: str
) -> bytes:
    body = query if isinstance(query, bytes) else query.encode("utf-8", "surrogatepass")
    headers = {
        "Host": "localhost",
        "Connection": "close",
        "Content-Type": "application/sparql-query",
        "Accept": accept,
    }
    headers |= {"Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /sparql HTTP/{version}\r\n{lines}\r\n".encode("latin-1") + body


def read_all(client: socket.socket) -> bytes:
    parts = []
    while data := client.recv(1 << 20):
        parts.append(data)
    return b"".join(parts)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.fixture(scope="session")
def release_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a release of what is shipped."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    command = [sys.executable, "-m", "slm_graph.cli", "build", "--data", str(data), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return data


@pytest.fixture(scope="session")
def serve(release_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Starts services, each with a trap of its own, with settings by environment; ends them after the session."""
    running: list[Site] = []
    listeners: list[socket.socket] = []

    def start(**environment: str) -> Site:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        errors = tmp_path_factory.mktemp("site") / "stderr"
        command = [sys.executable, "-m", "slm_graph.cli", "serve", "--data", str(release_data), "--port", "0"]
        command += ["--query-seconds", str(DEADLINE_SECONDS), "--workers", "2"]
        with errors.open("w") as stderr:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
            )
        assert process.stdout is not None
        running.append(site := Site(process, 0, errors, listener.getsockname()[1]))
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url, errors.read_text()
        site.port = urlsplit(url[0]).port or 0

        def watch() -> None:
            while True:
                try:
                    accepted, caller = listener.accept()
                except OSError:
                    return
                site.trapped.append(caller)
                accepted.close()

        threading.Thread(target=watch, daemon=True).start()
        return site

    yield start
    for site in running:
        if site.process.poll() is None:
            site.process.terminate()
            try:
                site.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                site.process.kill()
        site.process.communicate()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture(scope="session")
def site(serve: Callable[[], Site]) -> Site:
    """The one service that every attack hits, one after the other."""
    return serve()


@pytest.fixture(autouse=True)
def canary_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every attack on `site`, everybody else is served as if nothing had happened."""
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").canary()


@pytest.fixture(scope="session")
def as_post() -> Callable[..., bytes]:
    """The bytes of a query sent by POST."""
    return post


@pytest.fixture(scope="session")
def read_response() -> Callable[..., Response]:
    """Bytes of the wire to a response."""
    return parse


@pytest.fixture(scope="session")
def in_address() -> Callable[[str], str]:
    """A query as the target of a GET."""
    return lambda query: f"/sparql?query={quote(query, safe='')}"
