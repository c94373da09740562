"""The web's side of the query host: asking, and starting and stopping it."""

from __future__ import annotations

import contextlib
import json
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from rdflib import URIRef
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.evaluation import beyond_rdf_11, wrong_form
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.engine.results import ResultsError, read_boolean, read_solutions
from slm_graph.errors import EnvironmentFault, Text
from slm_graph.formats import Format
from slm_graph.model import Triple
from slm_graph.settings import QueryLimits
from slm_graph.store import frames, refusals
from slm_graph.store.face import Answer, AnswerAborted, Form, QueryRequest, Solutions
from slm_graph.store.standing import DESCRIBE, GRAPHS

_READY_SECONDS = 10.0
"""A host is ready in a fifth of a second; on a machine under load it may take longer."""
_CONNECT_SECONDS = 2.0
"""A host accepts at once; one that does not for so long is gone."""
_POLL_SECONDS = 0.25
"""How soon a query stops after its reader has left, for a reader who can be watched."""
_PATIENCE_SECONDS = 5.0
"""Beyond three deadlines (two to wait, one to run): then the host has lost the query."""


class QueryClient:
    """Queries by way of the host that listens on `socket_path`. Safe to share between threads and forks."""

    def __init__(self, socket_path: Path, *, limits: QueryLimits | None = None) -> None:
        self._path = socket_path
        self._deadline_seconds = (limits or QueryLimits()).deadline_seconds

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
        """The answer, as soon as its head is there. Raises the host's refusal; Busy also when no host answers.

        `has_left` is asked now and then while the query runs: True stops it, and Busy is raised to nobody.
        """
        payload = frames.json_frame(frames.REQUEST, frames.request_document(request))
        patience = 3 * max(self._deadline_seconds, request.deadline_seconds or 0.0) + _PATIENCE_SECONDS
        connection = self._connect()
        reader = frames.FrameReader()
        try:
            connection.settimeout(patience)
            connection.sendall(payload)
            if has_left is not None:
                _wait_for_bytes(connection, has_left, patience)
            document = _head(frames.receive(connection, reader))
        except OSError as fault:
            connection.close()
            raise refusals.host_silent(fault) from fault
        except BaseException:
            connection.close()
            raise
        return Answer(
            document["form"],
            _format(document),
            _body(connection, reader),
            length_bytes=document["length_bytes"],
            on_close=connection.close,
        )

    def ping(self) -> int:
        """The host's process id. Raises Busy if there is no host."""
        pid: int = self._ask(frames.PING)["pid"]
        return pid

    def statistics(self) -> dict[str, Any]:
        """The host's numbers: counts, lanes, releases with their processes. Raises Busy if there is no host."""
        return self._ask(frames.STATISTICS)

    def _ask(self, kind: bytes) -> dict[str, Any]:
        with self._connect() as connection:
            try:
                connection.sendall(frames.frame(kind))
                _, document = _document(frames.receive(connection, frames.FrameReader()))
            except OSError as fault:
                raise refusals.host_silent(fault) from fault
            return document

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_CONNECT_SECONDS)
        try:
            connection.connect(str(self._path))
        except OSError as fault:
            connection.close()
            raise refusals.host_silent(fault) from fault
        return connection


class HostedStore:
    """One release's data as a Store, by way of the query host, in the lane of the site's own queries."""

    def __init__(self, client: QueryClient, data: Path) -> None:
        self._client = client
        self._data = data

    def select(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> Solutions:
        data = self._read(query, bindings, ("select",))
        try:
            return read_solutions(data)
        except ResultsError as fault:
            raise beyond_rdf_11() from fault

    def ask(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> bool:
        return read_boolean(self._read(query, bindings, ("ask",)))

    def construct(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> list[Triple]:
        data = self._read(query, bindings, ("construct", "describe"))
        try:
            return [quad[:3] for quad in parse(data, formats.N_TRIPLES)]
        except ParseError as fault:
            raise beyond_rdf_11() from fault

    def describe(self, iri: URIRef) -> list[Triple]:
        return self.construct(DESCRIBE, bindings={"resource": iri})

    def graphs(self) -> tuple[URIRef, ...]:
        return tuple(sorted(URIRef(str(row[0])) for row in self.select(GRAPHS).rows))

    def answer(self, request: QueryRequest) -> Answer:
        return self._client.answer(request)

    def _read(self, query: str, bindings: Mapping[str, Node] | None, forms: tuple[Form, ...]) -> bytes:
        request = QueryRequest(
            query=query,
            data=self._data,
            solution_format=formats.SPARQL_JSON,
            graph_format=formats.N_TRIPLES,
            bindings=bindings or {},
            lane="trusted",
        )
        with self._client.answer(request) as answer:
            if answer.form not in forms:
                raise wrong_form(forms[0].upper())
            return answer.read()


class HostProcess:
    """A running query host and the private directory of its socket; ends with the `with` block, or with us."""

    def __init__(self, limits: QueryLimits, *, drain_seconds: float = 10.0) -> None:
        self._limits = limits
        self._drain_seconds = drain_seconds
        self._directory = Path(tempfile.mkdtemp(prefix="slm-graph-"))  # mode 0700: nobody else gets in
        self.socket_path = self._directory / "queries"
        self.client = QueryClient(self.socket_path, limits=limits)
        self._process = self._spawn()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def revive(self) -> bool:
        """Start a new host on the same socket if the old one is gone; True if that was so."""
        if self.is_alive():
            return False
        self._close_pipe()
        self._process = self._spawn()
        return True

    def stop(self) -> None:
        """Let the running queries end, for the drain time at most, then end the host and remove its directory."""
        self._process.terminate()
        try:
            self._process.wait(self._drain_seconds + _PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipe()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> HostProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "slm_graph.store.host", "--watch-parent"]
        command += ["--socket", str(self.socket_path), "--limits", json.dumps(asdict(self._limits))]
        command += ["--drain-seconds", str(self._drain_seconds)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(Exception):
                if self.client.ping() == process.pid:
                    return process
            time.sleep(0.01)
        process.kill()
        process.wait()
        raise EnvironmentFault(
            Text(de="Der Abfragedienst ließ sich nicht starten.", en="the query host could not be started"),
            where=f"exit status {process.returncode}",
        )

    def _close_pipe(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()


def start_host(limits: QueryLimits | None = None, *, drain_seconds: float = 10.0) -> HostProcess:
    """A query host of our own, ready to answer; a context manager. Raises EnvironmentFault if it does not start."""
    return HostProcess(limits or QueryLimits(), drain_seconds=drain_seconds)


def _wait_for_bytes(connection: socket.socket, has_left: Callable[[], bool], patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    poll = select.poll()  # select() ends at descriptor 1024, which a worker with many clients passes
    poll.register(connection, select.POLLIN)
    while not poll.poll(_POLL_SECONDS * 1000):
        if has_left():
            raise ConnectionAbortedError("the reader has left")
        if time.monotonic() > deadline:
            raise TimeoutError("no answer from the query host")


def _document(received: tuple[bytes, bytes] | None) -> tuple[bytes, dict[str, Any]]:
    if received is None:
        raise ConnectionResetError("the query host has closed the connection")
    return received[0], json.loads(received[1])


def _head(received: tuple[bytes, bytes] | None) -> dict[str, Any]:
    kind, document = _document(received)
    if kind != frames.HEAD:
        raise frames.error_of(document)
    return document


def _format(head: dict[str, Any]) -> Format:
    rows = formats.SOLUTION_FORMATS if head["form"] in ("select", "ask") else formats.RDF_FORMATS
    format = formats.by_name(head["format"], rows)
    if format is None:
        raise ConnectionResetError(f"unknown format {head['format']}")
    return format


def _body(connection: socket.socket, reader: frames.FrameReader) -> Iterator[bytes]:
    """The pieces of an answer; raises AnswerAborted unless the frame that ends it has come."""
    try:
        while True:
            received = frames.receive(connection, reader)
            if received is None:
                raise AnswerAborted(refusals.host_silent(None))
            kind, payload = received
            if kind == frames.END:
                return
            if kind == frames.ERROR:
                raise AnswerAborted(frames.error_of(json.loads(payload)))
            yield payload
    except OSError as fault:
        raise AnswerAborted(refusals.host_silent(fault)) from fault
    finally:
        connection.close()
