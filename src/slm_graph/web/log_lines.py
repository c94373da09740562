"""Lines of JSON on standard error, for which nobody waits: one that is not taken at once is lost, and counted."""

from __future__ import annotations

import json
import logging
import os
import select
import socket
import stat
import sys
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slm_graph.web.counters import LOST_LINES, Counters

MAX_LINE_BYTES = 4096
"""What a pipe takes in one piece or not at all (PIPE_BUF of Linux): two workers' lines never mix."""

MAX_PATH_BYTES = 1024
"""Of a path in a line, as JSON spells it: longer than any of ours, and a line keeps room for the rest."""

MAX_TEXT_BYTES = 1536
"""Of a query's text, or of a message, likewise; the calls of SERVICE clauses have what is left."""

MAX_TRACE_BYTES = 2048
"""Of a traceback, likewise: beside the longest message it fills a line."""

_LEFT_OUT_FIRST = ("text", "trace", "services")
"""Where all the parts together are too long: a hash still tells the query, and counters the calls."""

_WRITE_FLAGS = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY

_spelt = json.JSONEncoder(separators=(",", ":")).encode
"""ASCII alone: some readers end a line at U+2028, too."""


def beginning(text: str, most_bytes: int) -> str:
    r"""As much of `text` as JSON spells with so many bytes, its quotation marks aside.

    >>> beginning("hier", 10), beginning("grün", 7), beginning("grün", 8)
    ('hier', 'gr', 'grü')
    """
    # Twelve bytes, a surrogate pair, are the longest that one character takes.
    if len(text) * 12 <= most_bytes or _size(text[: most_bytes + 1]) <= most_bytes:
        return text
    return text[: bisect_right(range(most_bytes + 1), most_bytes, key=lambda n: _size(text[:n])) - 1]


def ending(text: str, most_bytes: int) -> str:
    """The same of the end of `text`, where a traceback says what happened."""
    return beginning(text[: -most_bytes - 1 : -1], most_bytes)[::-1]


def _size(text: str) -> int:
    return len(_spelt(text)) - 2


def line_of(said: dict[str, Any]) -> bytes:
    """One line, of at most MAX_LINE_BYTES as long as the parts keep to their own bounds."""
    line = _spelt(said)
    if len(line) >= MAX_LINE_BYTES:
        said = dict(said)
        for name in _LEFT_OUT_FIRST:
            if name in said and len(line) >= MAX_LINE_BYTES:
                del said[name]
                line = _spelt(said)
    return line.encode() + b"\n"


class LogLines:
    """Standard error, or another open descriptor, for whole lines."""

    def __init__(self, counters: Counters, descriptor: int | None = None) -> None:
        self._counters = counters
        self._write = _writing(descriptor)
        self._is_cut = False
        """The last line was taken in part: whatever comes next begins a line of its own."""

    def write(self, said: dict[str, Any]) -> None:
        """Write one line if it is taken at once; else count it as lost."""
        line = line_of(said)
        if self._is_cut:
            line = b"\n" + line
        try:
            taken = self._write(line)
        except OSError:
            taken = 0
        if taken:
            self._is_cut = taken < len(line)
        if taken < len(line):
            self._counters.count(LOST_LINES)


def _writing(descriptor: int | None) -> Callable[[bytes], int]:
    """How to write to a descriptor without waiting: how much was taken; raises OSError where nothing was.

    Others have the descriptor open as we do, so it stays as it is: O_NONBLOCK would be theirs, too.
    """
    if descriptor is None:
        if sys.__stderr__ is None:  # closed before we began: its number is another file's by now
            return _nowhere
        descriptor = 2
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return _nowhere
    if stat.S_ISREG(mode):
        return partial(os.write, descriptor)
    if stat.S_ISSOCK(mode):  # of a service manager, often
        return partial(_send, socket.socket(fileno=os.dup(descriptor)))
    try:
        return partial(os.write, os.open(f"/proc/self/fd/{descriptor}", _WRITE_FLAGS))
    except OSError:  # no Linux, or another user's
        return partial(_write_if_ready, descriptor)


def _nowhere(_line: bytes) -> int:
    return 0


def _send(connection: socket.socket, line: bytes) -> int:
    return connection.send(line, socket.MSG_DONTWAIT)


def _write_if_ready(descriptor: int, line: bytes) -> int:
    """A pipe that is ready takes MAX_LINE_BYTES, unless another writer is quicker: as good as it gets."""
    if not select.select((), (descriptor,), (), 0)[1]:
        return 0
    return os.write(descriptor, line)


class LogHandler(logging.Handler):
    """What else is logged, in lines of the same make."""

    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.name,
            "message": beginning(record.getMessage(), MAX_TEXT_BYTES),
        }
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            said["trace"] = ending(trace, MAX_TRACE_BYTES)
        self._lines.write(said)
