"""How many rows an answer has, counted in its bytes: the engine writes it in one go, and tells of none."""

from __future__ import annotations

from typing import IO

from slm_graph import formats
from slm_graph.formats import Format
from slm_graph.store import refusals

_ENDS: dict[str, tuple[bytes, ...]] = {
    formats.SPARQL_JSON.name: (b"[{", b",{"),
    formats.SPARQL_XML.name: (b"<result>",),
    formats.CSV.name: (b"\r\n",),
    formats.TSV.name: (b"\n",),
    formats.N_TRIPLES.name: (b"\n",),
    formats.N_QUADS.name: (b"\n",),
}
"""What stands once in every solution, or triple, outside of quotes: in JSON no other object is member of an array, and XML, TSV
and the formats of lines write no term that could hold theirs."""
_LEAST_BYTES: dict[str, int] = {
    formats.SPARQL_JSON.name: len(b"{},"),
    formats.SPARQL_XML.name: len(b"<result></result>"),
    formats.CSV.name: len(b"\r\n"),
    formats.TSV.name: len(b"\n"),
    formats.N_TRIPLES.name: len(b"<a:> <a:> <a:> .\n"),
    formats.N_QUADS.name: len(b"<a:> <a:> <a:> .\n"),
}
"""Of a solution of nothing, or a triple of the shortest names."""
_HELD_BYTES = 2 * 1024 * 1024
"""Of an answer that has not been counted yet: most answers end before they can have too many rows, and are never counted."""
_QUOTED = frozenset([formats.SPARQL_JSON.name, formats.CSV.name])
"""Formats whose terms may hold such bytes, between quotation marks."""
_HEADED = frozenset([formats.CSV.name, formats.TSV.name])
"""Formats whose first line names the variables."""


class RowCounter:
    """The solutions in what has been fed of an answer in one of formats.SOLUTION_FORMATS, or the triples of one in
    formats.LINE_FORMATS.

    >>> counter = RowCounter(formats.CSV)
    >>> counter.feed(b'label\\r\\n"of two\\r\\n'), counter.feed(b'lines"\\r\\n')
    (0, 1)
    """

    def __init__(self, format: Format) -> None:
        self._ends = _ENDS[format.name]
        self._overlap = max(map(len, self._ends)) - 1
        self._is_quoted = format.name in _QUOTED
        self._is_escaped = format.name == formats.SPARQL_JSON.name
        self._rest = b""
        self._is_inside = False
        self._tail = b""
        self._count = -1 if format.name in _HEADED else 0

    def feed(self, data: bytes) -> int:
        """The number of solutions begun so far (CSV, TSV: ended)."""
        if self._is_quoted:
            data = self._outside(data)
        data = self._tail + data
        self._count += sum(map(data.count, self._ends))
        self._tail = data[-self._overlap :] if self._overlap else b""
        return max(0, self._count)

    def _outside(self, data: bytes) -> bytes:
        """What of `data` stands outside of quotation marks, a mark for each pair of them."""
        if self._is_escaped:
            data = self._rest + data
            whole = data.rstrip(b"\\")  # what these escape is still to come
            self._rest = data[len(whole) :]
            data = whole.replace(b"\\\\", b"").replace(b'\\"', b"")
        pieces = data.split(b'"')
        began_inside = self._is_inside
        self._is_inside ^= len(pieces) % 2 == 0
        return (b'"' if began_inside else b"") + b'"'.join(pieces[began_inside::2])


class RowSink:
    """Passes an answer's bytes on to `sink`. Raises QueryTooLarge before the piece that brings one row too many."""

    def __init__(self, sink: IO[bytes], format: Format, *, max_rows: int) -> None:
        self._sink = sink
        self._counter = RowCounter(format)
        self._max_rows = max_rows
        self._uncounted: list[bytes] | None = []
        self._room_bytes = min(_HELD_BYTES, _LEAST_BYTES[format.name] * max_rows)
        """What may come without being counted."""

    def write(self, data: bytes) -> int:
        counted = data
        if self._uncounted is not None:
            self._uncounted.append(data)
            self._room_bytes -= len(data)
            if self._room_bytes >= 0:
                return self._sink.write(data)
            counted, self._uncounted = b"".join(self._uncounted), None
        if self._counter.feed(counted) > self._max_rows:
            raise refusals.too_many_rows(self._max_rows)
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()
