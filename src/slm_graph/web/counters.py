"""What a site counts, in memory that its workers share: each writes to a place of its own, `/metrics` adds them up.

A worker that dies leaves its numbers in its place, and the one that comes after it goes on counting there: no sum ever
falls while the site runs.
"""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from slm_graph.store.service_calls import CALL_OUTCOMES

PLACES = 72
"""Workers at most (64, by the command line), and some that are being replaced."""

AREAS = ("documents", "sparql", "queries", "interfaces", "site")
STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
LANES = ("public", "trusted")
OUTCOMES = ("answered", "closed", "aborted", "malformed", "refused", "too large", "timeout", "busy", "failed")
"""`closed`: by the client, before the end; `aborted`: by us, past a limit, after the first byte."""

BOUNDS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Of the classes of durations: a kept page takes less than the first, the longest query less than the last."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its series are all the combinations of its labels' values."""

    name: str
    help: str
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_histogram: bool = False

    @property
    def cells_each(self) -> int:
        """A histogram has a cell for each class, one beyond all bounds, and one for the sum."""
        return len(BOUNDS_SECONDS) + 2 if self.is_histogram else 1

    def series(self) -> Iterator[tuple[str, ...]]:
        """The values of the labels, in the order of the cells."""
        return product(*(values for _, values in self.labels))


REQUESTS = Family(
    "slm_graph_http_requests_total",
    "Requests answered by the application.",
    (("area", AREAS), ("status", STATUSES)),
)
REQUEST_SECONDS = Family(
    "slm_graph_http_request_seconds",
    "From the request to the last byte handed over.",
    (("area", AREAS),),
    True,
)
SENT_BYTES = Family(
    "slm_graph_http_sent_bytes_total", "Bytes of bodies handed over, before chunking.", (("area", AREAS),)
)
QUERIES = Family(
    "slm_graph_queries_total",
    "Queries by their end, as the web saw it.",
    (("lane", LANES), ("outcome", OUTCOMES)),
)
QUERY_SECONDS = Family(
    "slm_graph_query_seconds",
    "From the question to the end of the answer, waiting included.",
    (("lane", LANES),),
    True,
)
SERVICE_CALLS = Family(
    "slm_graph_service_calls_total",
    "Calls of SERVICE clauses to other endpoints, by their end.",
    (("outcome", CALL_OUTCOMES),),
)
LOST_LINES = Family("slm_graph_log_lines_lost_total", "Lines of the log that nobody took at once.")

FAMILIES = (REQUESTS, REQUEST_SECONDS, SENT_BYTES, QUERIES, QUERY_SECONDS, SERVICE_CALLS, LOST_LINES)


def _layout() -> tuple[dict[tuple[str, tuple[str, ...]], int], int]:
    cells, at = {}, 1  # the first is the process id of the worker whose place it is
    for family in FAMILIES:
        for labels in family.series():
            cells[family.name, labels] = at
            at += family.cells_each
    return cells, at


_CELL, _CELLS = _layout()


class Counters:
    """The counters of one site. Shared ones are made before the workers are forked; each worker then claims its place."""

    def __init__(self, *, is_shared: bool = False) -> None:
        self._file = tempfile.TemporaryFile() if is_shared else None  # noqa: SIM115  # until `close`
        self._memory: mmap.mmap | bytearray
        if self._file is None:
            self._memory = bytearray(PLACES * _CELLS * 8)
        else:
            self._file.truncate(PLACES * _CELLS * 8)
            self._memory = mmap.mmap(self._file.fileno(), PLACES * _CELLS * 8)
        self._cells = memoryview(self._memory).cast("B").cast("d")
        self._lock = threading.Lock()
        self._start: int | None = None

    def close(self) -> None:
        """Give the memory back; nothing can be counted or read any more."""
        self._start = None
        self._cells.release()
        if isinstance(self._memory, mmap.mmap):
            self._memory.close()
        if self._file is not None:
            self._file.close()

    def claim(self) -> None:
        """Take a place for this process: a free one, or that of a process that is no more."""
        if self._file is None:
            self._take(0)
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # held by processes, not by whoever inherited the file
        try:
            for place in range(PLACES):
                pid = int(self._cells[place * _CELLS])
                if pid in (0, os.getpid()) or not _is_alive(pid):
                    self._take(place)
                    return
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        log.error("no place left to count in: what this process does is not in the metrics")

    def _take(self, place: int) -> None:
        self._cells[place * _CELLS] = os.getpid()
        self._start = place * _CELLS

    def count(self, family: Family, *labels: str, by: float = 1.0) -> None:
        """Add to one series."""
        cell = self._cell(family, labels)
        if cell is not None:
            with self._lock:
                self._cells[cell] += by

    def time(self, family: Family, *labels: str, seconds: float) -> None:
        """Add one duration to a histogram."""
        cell = self._cell(family, labels)
        if cell is None:
            return
        index = next((i for i, bound in enumerate(BOUNDS_SECONDS) if seconds <= bound), len(BOUNDS_SECONDS))
        with self._lock:
            self._cells[cell + index] += 1
            self._cells[cell + len(BOUNDS_SECONDS) + 1] += seconds

    def values(self, family: Family, labels: tuple[str, ...]) -> list[float]:
        """The cells of one series, added up over all places."""
        at = _CELL[family.name, labels]
        return [
            sum(self._cells[place * _CELLS + at + offset] for place in range(PLACES))
            for offset in range(family.cells_each)
        ]

    def alive(self) -> int:
        """How many processes that claimed a place are there."""
        pids = (int(self._cells[place * _CELLS]) for place in range(PLACES))
        return sum(pid != 0 and _is_alive(pid) for pid in pids)

    def _cell(self, family: Family, labels: tuple[str, ...]) -> int | None:
        if self._start is None:
            return None
        return self._start + _CELL[family.name, labels]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
