"""What travels between web, query host and query processes: frames, requests, terms, errors.

A frame is one byte of kind, four bytes of length (big-endian), and the payload.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rdflib import Literal, URIRef
from rdflib.term import Node

from slm_graph import errors, formats
from slm_graph.engine.results import term_of
from slm_graph.errors import EnvironmentFault, QueryError, SlmGraphError, Text, quotation
from slm_graph.store.face import QueryDataset, QueryRequest

REQUEST = b"Q"
PING = b"P"
STATISTICS = b"S"
HEAD = b"H"
DATA = b"D"
END = b"E"
LAST = b"L"
"""END to the host: the process ends after this answer."""
ERROR = b"X"
FORK = b"F"
KILL = b"K"
READY = b"R"
EXITED = b"Z"

_HEADER = struct.Struct(">cI")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SOLUTION_FORMATS = {row.name: row for row in formats.SOLUTION_FORMATS}
_GRAPH_FORMATS = {row.name: row for row in formats.RDF_FORMATS}
MAX_FRAME_BYTES = 16 * 1024 * 1024
"""A request is the longest frame: 64 KiB of query text, which JSON can make six times as long, its graphs, and at most
4 MiB of other endpoints' answers, whose quotation marks and backslashes it doubles."""
CHUNK_BYTES = 64 * 1024
"""A third of a Unix socket's buffer: one is on its way while the next is made."""

_ERRORS: dict[str, type[SlmGraphError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SlmGraphError) and not issubclass(kind, errors.SourceError)
}


def frame(kind: bytes, payload: bytes | bytearray = b"") -> bytes:
    return _HEADER.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, document: Any) -> bytes:
    return frame(kind, _encode(document).encode())


class FrameReader:
    """Bytes in, whole frames out. Raises EnvironmentFault for what cannot be a frame of ours."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Kind and payload of each whole frame that has come."""
        while len(self._buffer) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer)
            if length > MAX_FRAME_BYTES:
                raise EnvironmentFault(
                    Text(
                        de=f"Rahmen von {length} Bytes auf dem Socket der Abfragen.",
                        en=f"frame of {length} bytes on the socket of queries",
                    )
                )
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(memoryview(self._buffer)[_HEADER.size : end])
            del self._buffer[:end]
            yield kind, payload

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that is not yet a whole frame, or not yet given."""
        return not self._buffer


def receive(connection: socket.socket, reader: FrameReader) -> tuple[bytes, bytes] | None:
    """The next frame of a blocking socket; None at its end. Raises OSError, TimeoutError."""
    while True:
        for kind, payload in reader.frames():
            return kind, payload
        data = connection.recv(CHUNK_BYTES)
        if not data:
            return None
        reader.feed(data)


def request_document(request: QueryRequest) -> dict[str, Any]:
    """The request as JSON. Raises QueryError for text that is not Unicode."""
    try:
        request.query.encode()
    except UnicodeEncodeError as fault:
        raise QueryError(
            Text(
                de="Die Abfrage enthält Zeichen, die es nicht gibt (einzelne Surrogate).",
                en="the query has characters that are none (lone surrogates)",
            )
        ) from fault
    return {
        "query": request.query,
        "data": str(request.data),
        "solution_format": request.solution_format and request.solution_format.name,
        "graph_format": request.graph_format and request.graph_format.name,
        "default_graphs": [str(name) for name in request.dataset.default_graphs],
        "named_graphs": [str(name) for name in request.dataset.named_graphs],
        "bindings": {name: _term_document(term) for name, term in request.bindings.items()},
        "lane": request.lane,
        "client": request.client,
        "deadline_seconds": request.deadline_seconds,
        "base": request.base,
        "context": request.context,
        "tables": dict(request.tables),
    }


def request_of(document: dict[str, Any]) -> QueryRequest:
    """The request in a document of `request_document`."""
    return QueryRequest(
        query=document["query"],
        data=Path(document["data"]),
        solution_format=_SOLUTION_FORMATS.get(document["solution_format"]),
        graph_format=_GRAPH_FORMATS.get(document["graph_format"]),
        dataset=QueryDataset(
            tuple(URIRef(name) for name in document["default_graphs"]),
            tuple(URIRef(name) for name in document["named_graphs"]),
        ),
        bindings={name: term_of(term) for name, term in document["bindings"].items()},
        lane=document["lane"],
        client=document["client"],
        deadline_seconds=document["deadline_seconds"],
        base=document["base"],
        context=document["context"],
        tables=document["tables"],
    )


def _term_document(term: Node) -> dict[str, str]:
    if isinstance(term, URIRef):
        return {"type": "uri", "value": str(term)}
    if isinstance(term, Literal):
        document = {"type": "literal", "value": str(term)}
        if term.language:
            document["xml:lang"] = term.language
        elif term.datatype is not None:
            document["datatype"] = str(term.datatype)
        return document
    raise QueryError(
        Text(
            de=f"Nur IRIs und Literale lassen sich binden: {quotation(str(term)).de}",
            en=f"only IRIs and literals can be bound: {quotation(str(term)).en}",
        )
    )


def error_document(error: SlmGraphError) -> dict[str, Any]:
    """The error as JSON; of a class of ours that is not in `errors`, as its nearest one there."""
    kind = next(kind for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    return {
        "class": kind.__name__,
        "text": asdict(error.text),
        "hint": error.hint and asdict(error.hint),
        "where": error.where,
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
        "retry_after_seconds": getattr(error, "retry_after_seconds", None),
    }


def error_of(document: dict[str, Any]) -> SlmGraphError:
    """The error in a document of `error_document`."""
    kind = _ERRORS[document["class"]]
    text = Text(**document["text"])
    hint = Text(**document["hint"]) if document["hint"] else None
    if issubclass(kind, QueryError):
        return kind(text, hint=hint, line=document["line"], column=document["column"])
    if issubclass(kind, errors.Busy):
        return kind(text, hint=hint, retry_after_seconds=document["retry_after_seconds"])
    return kind(text, hint=hint, where=document["where"])
