"""The web's side of the query host: asking it."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

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

_CONNECT_SECONDS = 2.0
"""A host accepts at once; one that does not for so long is gone."""
_POLL_SECONDS = 0.25
"""How soon a query stops after its reader has left, for a reader who can be watched."""
_DOUBT_SECONDS = 2.0
"""After so long without an answer a query asks whether the host still is there; most have been answered by then."""
_PONG_SECONDS = 3.0
"""A host answers a ping in milliseconds, under a flood and while it opens a release, too."""
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
        deadline = self._deadline_seconds if request.deadline_seconds is None else request.deadline_seconds
        patience = 3 * deadline + _PATIENCE_SECONDS
        connection = self._connect()
        reader = frames.FrameReader()
        try:
            connection.sendall(payload)
            reader.feed(self._first_bytes(connection, has_left, patience))
            connection.settimeout(patience)
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

    def _first_bytes(
        self, connection: socket.socket, has_left: Callable[[], bool] | None, patience_seconds: float
    ) -> bytes:
        """The beginning of an answer, b"" at the end. Raises OSError for a reader who has left, and a host that has."""
        began_at = asked_at = time.monotonic()
        connection.settimeout(_POLL_SECONDS)
        while True:
            with contextlib.suppress(TimeoutError):
                return connection.recv(frames.CHUNK_BYTES)
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
