"""HTTP connections of one worker: waitress, with deadlines for slow clients and stricter reading of requests.

Waitress reads requests and writes answers in one thread that never waits for anybody, and gives only whole requests
to the threads that run the application. What it lacks is added here by its own extension points (parser, task,
channel, server): an end to clients that send or read too slowly, refusals the HTTP standard asks for (RFC 9112),
answers to HEAD without a body, an aborted answer that cannot be taken for a whole one, and an orderly stop.

A request that was asked before in the very same bytes may be answered by the reading thread itself (`web.again`).
"""

from __future__ import annotations

import logging
import math
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from typing import Any
from wsgiref.types import WSGIApplication

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from slm_graph.settings import Network
from slm_graph.web.again import ReadyAnswers
from slm_graph.web.exchange import Answer, Refusal, Request, RequestTimeout
from slm_graph.web.limits import Limits
from slm_graph.web.watching import Watch

LOG = logging.getLogger("slm_graph.server")

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends RST, so the peer sees a failure and not an end."""

IN_MEMORY_BYTES = {"inbuf_overflow": 64 * 1024, "outbuf_overflow": 256 * 1024}
"""Of one request's body and of one answer; the rest lies in a file. A thousand clients must not fill the memory: the
longest query that is accepted, and every page, stay below."""

CROWDED, ROOMY = 3 / 4, 1 / 2
"""Shares of the connections allowed: beyond the first, those that ask nothing are cut down to the second."""

MAINTENANCE_SECONDS = 1.0
"""How late a deadline may be noticed; the shortest is five seconds."""

FRESH_SECONDS = 0.5
"""While stopping, a silent connection is kept this long: a request may already be on its way."""


class Connection(HTTPChannel):  # type: ignore[misc]
    """One client's connection, cut when the client is too slow."""

    task_class = Answer
    error_task_class = Refusal
    parser_class = Request
    request: Request | None

    def __init__(
        self, server: Server, sock: socket.socket, addr: Any, adj: Adjustments, map: Any = None
    ) -> None:
        self.silent_since = time.monotonic()  # nothing asked and nothing owed since then
        self.sent_bytes = 0
        self.window: tuple[float, int] | None = None  # when an answer last was checked, and sent_bytes then
        self.refused = False
        self.drain_until: float | None = None  # after a refusal: what still arrives is thrown away until then
        self.drained_bytes = 0
        super().__init__(server, sock, addr, adj, map=map)

    def reset_on_close(self) -> None:
        """Make the close of this connection visible as a failure."""
        with self.outbuf_lock:
            if self.connected:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)

    def cut(self) -> None:
        """Close at once; what is still owed is lost, and the client sees it."""
        self.reset_on_close()
        self.handle_close()

    def refuse_slow_request(self) -> None:
        with self.requests_lock:
            request = self.request
            if request is None or self.requests or self.close_when_flushed:
                return
            if not request.headers_finished:
                request.parse_header(b"GET / HTTP/1.0\r\n")  # the task reads fields only a parsed request has
            request.error = RequestTimeout("The request did not arrive whole in time.")
            request.completed = True
            self.request = None
            self.requests.append(request)
            self.server.add_task(self)

    def enforce_deadlines(self, now: float) -> None:
        """Cut or refuse this client if it is too slow; `now` is monotonic."""
        limits = self.server.limits
        if self.drain_until is not None:
            if now > self.drain_until:
                self.will_close = True
        elif self.total_outbufs_len:
            self.silent_since = now
            if self.window is None:
                self.window = (now, self.sent_bytes)
            elif now - self.window[0] >= self.window_seconds():
                if self.sent_bytes - self.window[1] < limits.read_window_bytes:
                    self.cut()
                else:
                    self.window = (now, self.sent_bytes)
            return
        elif self.requests:
            self.silent_since = now
        elif self.request is not None and not self.request.completed:
            allowed = limits.request_seconds if self.request.headers_finished else limits.header_seconds
            if now - self.request.started_at > allowed:
                self.refuse_slow_request()
        else:
            self.close_if_silent(now)
        self.window = None

    def window_seconds(self) -> float:
        holds_a_thread = bool(self.requests) and self.total_outbufs_len > self.adj.outbuf_high_watermark
        limits: Limits = self.server.limits
        return limits.holding_window_seconds if holds_a_thread else limits.read_window_seconds

    def close_if_silent(self, now: float) -> None:
        allowed = FRESH_SECONDS if self.server.draining else self.server.limits.idle_seconds
        if now - self.silent_since > allowed:
            self.will_close = True

    @property
    def is_asking(self) -> bool:
        """Whether a whole request is being answered, or an answer still read."""
        return bool(self.requests or self.total_outbufs_len)

    @property
    def sent_lately_bytes(self) -> int:
        """What an answer's reader has taken since it was last looked at."""
        return self.sent_bytes - self.window[1] if self.window is not None else self.sent_bytes

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self.sent_bytes += sent
        return sent

    def service(self) -> None:
        self.refused = self.requests[0].error is not None
        super().service()
        self.silent_since = time.monotonic()

    def readable(self) -> bool:
        return self.drain_until is not None or bool(super().readable())

    def received(self, data: bytes) -> bool:
        if self.drain_until is None:
            return self.answer_again(data) or bool(super().received(data))
        self.drained_bytes += len(data)
        if self.drained_bytes > self.server.limits.drained_bytes:
            self.will_close = True
        return False

    @property
    def owes_nothing(self) -> bool:
        """Whether no request is read or answered, and nothing is left to send: then no thread is at this connection."""
        return not (
            self.request is not None
            or self.requests
            or self.total_outbufs_len
            or self.will_close
            or self.close_when_flushed
        )

    def answer_again(self, request: bytes) -> bool:
        """Answer a request from what is ready; False: it goes the long way. Called in the server's loop."""
        if not self.owes_nothing or self.server.draining:
            return False
        answer = self.server.ready.answer(request, self.addr[0])
        if answer is None:
            return False
        rest = answer[self.send(answer) :]
        if rest and self.connected:
            with self.outbuf_lock:
                self.outbufs[-1].append(rest)
                self.current_outbuf_count += len(rest)
                self.total_outbufs_len += len(rest)
        self.silent_since = time.monotonic()
        return True

    def writable(self) -> bool:
        return bool(self.will_close or (self.drain_until is None and super().writable()))

    def handle_write(self) -> None:
        if not self.refused or not self.close_when_flushed or self.will_close or self.drain_until is not None:
            super().handle_write()
            return
        # Closing while the client still sends would make its kernel throw our refusal away (RFC 9112, 9.6):
        # half-close, and read the rest into nothing for a moment.
        self._flush_exception(self._flush_some)
        if not self.total_outbufs_len and self.connected:
            self.drain_until = time.monotonic() + self.server.limits.drained_seconds
            self.socket.shutdown(socket.SHUT_WR)

    def add_channel(self, map: Any = None) -> None:
        super().add_channel(map)
        self.server.watch.look_again(self._fileno)

    def del_channel(self, map: Any = None) -> None:
        descriptor = self._fileno
        super().del_channel(map)
        if descriptor is not None:
            self.server.watch.look_again(descriptor)

    def handle_error(self) -> None:
        LOG.exception("connection failed")
        self.handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One worker's end of the shared listening socket."""

    channel_class = Connection

    def __init__(
        self,
        application: WSGIApplication,
        listener: socket.socket,
        *,
        threads: int,
        limits: Limits,
        trusted_proxies: Sequence[Network],
    ) -> None:
        self.limits = limits
        self.trusted_proxies = trusted_proxies
        self.draining = False
        self.ready = ReadyAnswers()
        adj = Adjustments(
            sockets=[listener],
            threads=threads,
            ident="slm-graph",
            max_request_header_size=limits.header_bytes + 1,
            max_request_body_size=limits.body_bytes + 1,  # waitress refuses what reaches the number
            outbuf_high_watermark=limits.buffered_bytes,
            **IN_MEMORY_BYTES,
            connection_limit=limits.connections,
            channel_request_lookahead=1,  # keep reading while the application works: this is how a leaving client shows
            log_socket_errors=False,  # a client that resets its connection is no news
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        super().__init__(
            application,
            {},
            True,
            listener,
            dispatcher=dispatcher,
            adj=adj,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self.listening = listener.fileno()
        self.watch = Watch(self._map, is_settled=_is_settled)
        self.next_channel_cleanup = math.inf  # waitress's own hour for it; ours is in `turn`
        self.next_maintenance = 0.0

    def readable(self) -> bool:
        """Whether to accept: while requests wait for a thread, newcomers are left to the other workers.

        A request that an idle thread is about to take does not wait; to count it would shut the door for a whole turn.
        """
        dispatcher = self.task_dispatcher
        idle = len(dispatcher.threads) - dispatcher.active_count
        return bool(super().readable()) and len(dispatcher.queue) <= idle

    def turn(self, *, timeout_seconds: float) -> None:
        """Serve whatever is due, waiting at most so long for something to happen."""
        now = time.monotonic()
        if self.draining or now >= self.next_maintenance:
            self.next_maintenance = now + MAINTENANCE_SECONDS
            self.enforce_limits(now)
        self.watch.look_again(self.listening)  # a thread that has become idle opens the door
        self.watch.turn(timeout_seconds=timeout_seconds)

    def connections(self) -> Iterable[Connection]:
        return list(self.active_channels.values())

    def enforce_limits(self, now: float) -> None:
        """Cut or refuse who is too slow, and make room; `now` is monotonic. About once a second."""
        for connection in self.connections():
            connection.enforce_deadlines(now)
        self.make_room()
        self.watch.look_at_all()

    def make_room(self) -> None:
        """Cut who asks nothing while newcomers find no place, and the slowest readers while answers fill the disk."""
        allowed = self.limits.connections
        if len(self.active_channels) > CROWDED * allowed:
            silent = [connection for connection in self.connections() if not connection.is_asking]
            silent.sort(key=lambda connection: connection.silent_since)
            for connection in silent[: len(self.active_channels) - int(ROOMY * allowed)]:
                connection.cut()
        readers = [connection for connection in self.connections() if connection.total_outbufs_len]
        owed = sum(connection.total_outbufs_len for connection in readers)
        for connection in sorted(readers, key=lambda connection: connection.sent_lately_bytes):
            if owed <= self.limits.all_buffered_bytes:
                break
            owed -= connection.total_outbufs_len
            connection.cut()

    def drain(self) -> None:
        """Take no new connections, answer what was asked, close what is silent."""
        if self.draining:
            return
        self.draining = True
        before = -1
        while before != len(self.active_channels):  # who is already in the kernel's queue is still served
            before = len(self.active_channels)
            self.handle_accept()
        self.accepting = False
        self.del_channel()
        self.socket.close()

    @property
    def is_empty(self) -> bool:
        return not self.active_channels


def _is_settled(channel: Any) -> bool:
    """Whether nothing but an event changes what a channel waits for; threads are at work only on what owes an answer."""
    return not isinstance(channel, Connection) or (channel.owes_nothing and channel.drain_until is None)


def quiet_logs() -> None:
    """Let only what an operator must know through: clients that leave and requests that queue are daily life."""
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
