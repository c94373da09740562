"""The two kinds of process below the query host.

A *release process* opens one release and forks query processes from it, so that they share its memory; it kills and
buries them on the host's word. A *query process* answers one query at a time over its socket to the host.
Both are single-threaded, and both end with their parent.
"""

from __future__ import annotations

import errno
import gc
import json
import logging
import os
import selectors
import signal
import socket
import time
from collections import deque
from pathlib import Path
from typing import IO, NoReturn, cast

from slm_graph.errors import SlmGraphError
from slm_graph.settings import QueryLimits
from slm_graph.store import confinement, frames, memory, refusals
from slm_graph.store.answering import Prepared, prepare, write
from slm_graph.store.disk import Held, hold
from slm_graph.store.face import Lane

LOG = logging.getLogger(__name__)

WHOLE_BYTES = 256 * 1024
"""An answer up to this size is made whole before its head is sent, so that it cannot fail half-way."""
_MAX_GROWTH = 4
"""A process that still holds a quarter of its memory limit after an answer retires: malloc gives little back."""
_LONG_SECONDS = 0.1
"""An answer that took so long may have copied much of the release's memory: the engine counts references in it."""
_UNFIT_STATUS = 70
"""Of a query process that ends before it can take a query: the "internal software error" of sysexits.h."""
_MAX_QUERIES = 5_000
"""Then it retires in any case, whatever it may have leaked."""


class _Sink:
    """Where an answer is written: held back up to WHOLE_BYTES, then sent piece by piece, never past the limit."""

    def __init__(self, connection: socket.socket, prepared: Prepared, *, max_bytes: int) -> None:
        self._connection = connection
        self._prepared = prepared
        self._max_bytes = max_bytes
        self._pieces = bytearray()
        self._count = 0
        self._started = False

    def write(self, data: bytes) -> int:
        self._count += len(data)
        if self._count > self._max_bytes:
            raise refusals.answer_too_large(self._max_bytes)
        self._pieces += data
        if len(self._pieces) >= (frames.CHUNK_BYTES if self._started else WHOLE_BYTES):
            if not self._started:
                self._send_head(None)
            self._send_pieces()
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go out by size."""

    def finish(self, *, retire: bool) -> None:
        end = frames.frame(frames.LAST if retire else frames.END)
        if not self._started and len(self._pieces) <= frames.CHUNK_BYTES:  # most answers: in one piece
            data = frames.frame(frames.DATA, self._pieces) if self._pieces else b""
            self._connection.sendall(self._head(self._count) + data + end)
            return
        if not self._started:
            self._send_head(self._count)
        self._send_pieces()
        self._connection.sendall(end)

    def _send_head(self, length_bytes: int | None) -> None:
        self._started = True
        self._connection.sendall(self._head(length_bytes))

    def _head(self, length_bytes: int | None) -> bytes:
        return frames.json_frame(
            frames.HEAD,
            {
                "form": self._prepared.form,
                "format": self._prepared.format.name,
                "length_bytes": length_bytes,
            },
        )

    def _send_pieces(self) -> None:
        for start in range(0, len(self._pieces), frames.CHUNK_BYTES):
            piece = bytes(self._pieces[start : start + frames.CHUNK_BYTES])
            self._connection.sendall(frames.frame(frames.DATA, piece))
        self._pieces.clear()


def query_process(connection: socket.socket, held: Held, limits: QueryLimits, *, lane: Lane) -> NoReturn:
    """Answers the requests that come over `connection` until it ends."""
    try:
        evaluator = held.open()
        confinement.limit_resources(max_memory_bytes=limits.max_memory_bytes, yielding=lane == "public")
        if confinement.why_network_is_open() is None:
            confinement.refuse_network()
        before = confinement.address_space_bytes()
    except Exception as fault:  # noqa: BLE001  # no query is to blame for it
        LOG.error("a query process cannot be set up: %s: %s", type(fault).__name__, fault)  # noqa: TRY400
        os._exit(_UNFIT_STATUS)
    reader = frames.FrameReader()
    answered = 0
    while (received := frames.receive(connection, reader)) is not None:
        answered += 1
        began_at = time.monotonic()
        retire = answered >= _MAX_QUERIES
        try:
            request = frames.request_of(json.loads(received[1]))
            prepared = prepare(evaluator, request, limits)
            sink = _Sink(connection, prepared, max_bytes=limits.max_answer_bytes)
            write(prepared, request, cast("IO[bytes]", sink), max_rows=limits.max_rows)
            del prepared
            retire |= confinement.address_space_bytes() - before > limits.max_memory_bytes // _MAX_GROWTH
            if time.monotonic() - began_at > _LONG_SECONDS:
                retire |= memory.own_bytes() > limits.max_memory_bytes // _MAX_GROWTH
            sink.finish(retire=retire)
        except (BrokenPipeError, ConnectionResetError):
            break
        except MemoryError:
            _send_error(connection, refusals.memory_exhausted(limits.max_memory_bytes), retire=True)
        except SlmGraphError as refusal:
            _send_error(connection, refusal, retire=retire)
        except Exception as fault:  # noqa: BLE001  # a fault of ours is one clear answer, too, and a new process
            _send_error(connection, refusals.own_fault(fault), retire=True)
        except BaseException:  # noqa: BLE001  # a panic of the engine is no Exception; it must not unwind into our parents' code
            _send_error(
                connection, refusals.crashed(0, max_memory_bytes=limits.max_memory_bytes), retire=True
            )
    os._exit(0)


def _send_error(connection: socket.socket, error: SlmGraphError, *, retire: bool) -> None:
    try:
        document = frames.error_document(error) | {"retire": retire}
        connection.sendall(frames.json_frame(frames.ERROR, document))
    except OSError:
        os._exit(0)


class ReleaseProcess:
    """One opened release and the query processes forked from it."""

    def __init__(self, channel: socket.socket, held: Held, limits: QueryLimits) -> None:
        self._channel = channel
        self._held = held
        self._limits = limits
        self._reader = frames.FrameReader()
        self._descriptors: deque[int] = deque()
        self._children: set[int] = set()

    def run(self) -> NoReturn:
        wake, waker = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(self._channel, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == wake:
                    os.read(wake, 512)
                elif not self._read():
                    self._end()
            self._bury()

    def _read(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._channel, frames.CHUNK_BYTES, 16)
        self._descriptors += descriptors
        self._reader.feed(data)
        for kind, payload in self._reader.frames():
            document = json.loads(payload)
            if kind == frames.FORK:
                self._fork(self._descriptors.popleft(), document)
            elif kind == frames.KILL and document["pid"] in self._children:
                os.kill(document["pid"], signal.SIGKILL)
        return bool(data)

    def _fork(self, descriptor: int, document: dict[str, str]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            confinement.leave_signals_to_the_host()
            confinement.close_descriptors_except([descriptor])
            confinement.die_with_parent(parent)
            query_process(
                socket.socket(fileno=descriptor),
                self._held,
                self._limits,
                lane=cast("Lane", document["lane"]),
            )
        os.close(descriptor)
        self._children.add(pid)
        self._channel.sendall(frames.json_frame(frames.FORK, {"key": document["key"], "pid": pid}))

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _UNFIT_STATUS:
                number = refusals.UNFIT
            self._channel.sendall(frames.json_frame(frames.EXITED, {"pid": pid, "signal": number}))

    def _end(self) -> NoReturn:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)


def release_process(channel: socket.socket, data: Path, limits: QueryLimits) -> NoReturn:
    """Opens `data`, says so over `channel`, and forks query processes on request until `channel` ends."""
    try:
        started = time.monotonic()
        held = hold(data)
        # Nothing of what is loaded is ever collected; frozen, the collector does not touch (and copy) its pages.
        gc.freeze()
        ready = {"seconds": time.monotonic() - started, "place": held.place}
        channel.sendall(frames.json_frame(frames.READY, ready))
        ReleaseProcess(channel, held, limits).run()
    except SlmGraphError as refusal:
        _send_error(channel, refusal, retire=True)
    except OSError as fault:
        if fault.errno not in (errno.EPIPE, errno.ECONNRESET):
            _send_error(channel, refusals.own_fault(fault), retire=True)
    except Exception as fault:  # noqa: BLE001  # the host must hear of it whatever it is
        _send_error(channel, refusals.own_fault(fault), retire=True)
    os._exit(0)
