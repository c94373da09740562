"""The web's side of the query host: asking it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from rdflib import URIRef
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.evaluation import beyond_rdf_11, wrong_form
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.engine.results import ResultsError, read_boolean, read_solutions
from slm_graph.formats import Format
from slm_graph.model import Triple
from slm_graph.settings import QueryLimits
from slm_graph.store import frames, refusals
from slm_graph.store.face import Answer, AnswerAborted, Form, QueryRequest, Solutions
from slm_graph.store.standing import DESCRIBE, GRAPHS

T = TypeVar("T")

_CONNECT_SECONDS = 2.0
"""A host accepts at once; one that does not for so long is gone."""
_POLL_SECONDS = 0.25
"""How soon a query stops after its reader has left, for a reader who can be watched."""
_DOUBT_SECONDS = 2.0
"""After so long without an answer a query asks whether the host still is there; most have been answered by then."""
_PONG_SECONDS = 3.0
"""A host answers a ping in milliseconds, under a flood and while it opens a release, too."""
KEPT_SECONDS = 30.0
"""A connection unused for so long is not used again: before the host hangs up."""
_KEPT_CONNECTIONS = 8
"""Of one process; so many queries at once are rare, and the host's descriptors are for those under way."""
_PATIENCE_SECONDS = 5.0
"""Beyond three deadlines (two to wait, one to run): then the host has lost the query."""


class _Kept(NamedTuple):
    connection: socket.socket
    since: float
    pid: int
    """Of the process that opened it: no fork shares it."""


class _Line:
    """A connection to the host for one question; once that is answered whole, it can be kept for the next."""

    def __init__(self, connection: socket.socket, kept: deque[_Kept]) -> None:
        self.socket: socket.socket | None = connection
        self.reader = frames.FrameReader()
        self._kept = kept

    def receive(self) -> tuple[bytes, bytes] | None:
        """The next frame; None at the end. Raises OSError."""
        return frames.receive(self.socket, self.reader) if self.socket is not None else None

    def keep(self) -> None:
        connection, self.socket = self.socket, None
        if connection is None:
            return
        if self.reader.is_empty and len(self._kept) < _KEPT_CONNECTIONS:
            self._kept.append(_Kept(connection, time.monotonic(), os.getpid()))
        else:
            connection.close()

    def close(self) -> None:
        """Hang up, unless it is kept; a query under way is stopped."""
        connection, self.socket = self.socket, None
        if connection is not None:
            connection.close()


class QueryClient:
    """Queries by way of the host that listens on `socket_path`. Safe to share between threads and forks."""

    def __init__(self, socket_path: Path, *, limits: QueryLimits | None = None) -> None:
        self._path = socket_path
        self._deadline_seconds = (limits or QueryLimits()).deadline_seconds
        self._kept: deque[_Kept] = deque()  # the last one kept is the next one used
        weakref.finalize(self, _hang_up, self._kept)

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
        """The answer, as soon as its head is there. Raises the host's refusal; Busy also when no host answers.

        `has_left` is asked now and then while the query runs: True stops it, and Busy is raised to nobody.
        """
        payload = frames.json_frame(frames.REQUEST, frames.request_document(request))
        deadline = self._deadline_seconds if request.deadline_seconds is None else request.deadline_seconds
        patience = 3 * deadline + _PATIENCE_SECONDS
        line: _Line | None = None
        try:
            line = self._asked(payload, has_left, patience)
            head = _head(line)
            return Answer(
                head["form"],
                _format(head),
                _body(line),
                length_bytes=head["length_bytes"],
                on_close=line.close,
            )
        except BaseException as fault:
            if line is not None:
                line.close()
            if isinstance(fault, OSError):
                raise refusals.host_silent(fault) from fault
            raise

    def _asked(self, payload: bytes, has_left: Callable[[], bool] | None, patience_seconds: float) -> _Line:
        """A line on which the answer has begun. Raises OSError; Busy where nobody answers."""
        while True:
            line = self._kept_line()
            is_kept = line is not None
            if line is None:
                line = _Line(self._connect(), self._kept)
            connection = line.socket
            assert connection is not None  # noqa: S101  # a fresh line
            first = b""
            try:
                connection.settimeout(_POLL_SECONDS)
                self._send(connection, payload, has_left, patience_seconds)
                first = self._when_ready(
                    partial(connection.recv, frames.CHUNK_BYTES), has_left, patience_seconds
                )
                connection.settimeout(patience_seconds)
            except (BrokenPipeError, ConnectionResetError):
                if not is_kept:
                    line.close()
                    raise
            except BaseException:
                line.close()
                raise
            if first or not is_kept:
                line.reader.feed(first)
                return line
            line.close()  # the host had hung up on it meanwhile, or was replaced: the question was not heard

    def _kept_line(self) -> _Line | None:
        """A line of this process that was used lately."""
        while self._kept:
            try:
                kept = self._kept.pop()
            except IndexError:  # another thread was quicker
                return None
            if kept.pid == os.getpid() and time.monotonic() - kept.since < KEPT_SECONDS:
                return _Line(kept.connection, self._kept)
            kept.connection.close()
        return None

    def _send(
        self,
        connection: socket.socket,
        payload: bytes,
        has_left: Callable[[], bool] | None,
        patience_seconds: float,
    ) -> None:
        """All of a question: one of megabytes takes a busy host more than one look."""
        unsent = memoryview(payload)
        until = time.monotonic() + patience_seconds
        while unsent:
            left_seconds = max(0.0, until - time.monotonic())
            unsent = unsent[self._when_ready(partial(connection.send, unsent), has_left, left_seconds) :]

    def _when_ready(
        self, step: Callable[[], T], has_left: Callable[[], bool] | None, patience_seconds: float
    ) -> T:
        """What `step` gives, a call on a socket that waits _POLL_SECONDS for the host, made again until it gives anything.

        Raises OSError for a reader who has left, and a host that has.
        """
        began_at = asked_at = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                return step()
            now = time.monotonic()
            if has_left is not None and has_left():
                raise ConnectionAbortedError("the reader has left")
            if now - began_at > patience_seconds:
                raise TimeoutError("no answer from the query host")
            if now - asked_at > _DOUBT_SECONDS:
                self._hear(frames.PING, _PONG_SECONDS)  # that it is busy will do
                asked_at = time.monotonic()

    def ping(self) -> int:
        """The host's process id. Raises Busy if there is no host."""
        pid: int = self._ask(frames.PING)["pid"]
        return pid

    def statistics(self) -> dict[str, Any]:
        """The host's numbers: counts, lanes, releases with their processes. Raises Busy if there is no host."""
        return self._ask(frames.STATISTICS)

    def _ask(self, kind: bytes) -> dict[str, Any]:
        answered, document = self._hear(kind, _CONNECT_SECONDS)
        if answered == frames.ERROR:
            raise frames.error_of(document)
        return document

    def _hear(self, kind: bytes, patience_seconds: float) -> tuple[bytes, dict[str, Any]]:
        with self._connect() as connection:
            connection.settimeout(patience_seconds)
            try:
                connection.sendall(frames.frame(kind))
                return _document(frames.receive(connection, frames.FrameReader()))
            except OSError as fault:
                raise refusals.host_silent(fault) from fault

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


def _document(received: tuple[bytes, bytes] | None) -> tuple[bytes, dict[str, Any]]:
    if received is None:
        raise ConnectionResetError("the query host has closed the connection")
    return received[0], json.loads(received[1])


def _hang_up(kept: deque[_Kept]) -> None:
    while kept:
        kept.pop().connection.close()


def _head(line: _Line) -> dict[str, Any]:
    kind, document = _document(line.receive())
    if kind != frames.HEAD:
        line.keep()
        raise frames.error_of(document)
    return document


def _format(head: dict[str, Any]) -> Format:
    rows = formats.SOLUTION_FORMATS if head["form"] in ("select", "ask") else formats.RDF_FORMATS
    format = formats.by_name(head["format"], rows)
    if format is None:
        raise ConnectionResetError(f"unknown format {head['format']}")
    return format


def _body(line: _Line) -> Iterator[bytes]:
    """The pieces of an answer; raises AnswerAborted unless the frame that ends it has come."""
    try:
        while True:
            received = line.receive()
            if received is None:
                raise AnswerAborted(refusals.host_silent(None))
            kind, payload = received
            if kind == frames.END:
                line.keep()
                return
            if kind == frames.ERROR:
                line.keep()
                raise AnswerAborted(frames.error_of(json.loads(payload)))
            yield payload
    except OSError as fault:
        raise AnswerAborted(refusals.host_silent(fault)) from fault
    finally:
        line.close()
