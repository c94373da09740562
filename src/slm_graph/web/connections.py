"""HTTP connections of one worker: waitress, with deadlines for slow clients and stricter reading of requests.

Waitress reads requests and writes answers in one thread that never waits for anybody, and gives only whole requests
to the threads that run the application. What it lacks is added here by its own extension points (parser, task,
channel, server): an end to clients that send or read too slowly, refusals the HTTP standard asks for (RFC 9112),
answers to HEAD without a body, an aborted answer that cannot be taken for a whole one, and an orderly stop.

Two keys are added to the WSGI environment:

`slm_graph.raw_path`
    the request target as it was sent, before percent decoding; every byte is one character (Latin-1).
`slm_graph.client_left`
    a callable without arguments: True once the client has closed its connection.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import struct
import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.channel import ClientDisconnected, HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask  # type: ignore[import-untyped]
from waitress.utilities import Error  # type: ignore[import-untyped]

from slm_graph.web.limits import Limits
from slm_graph.web.responses import ANY_ORIGIN, SECURITY

LOG = logging.getLogger("slm_graph.server")

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends RST, so the peer sees a failure and not an end."""

NOT_ALLOWED_IN_TARGET = re.compile(r"[\x00-\x20\x7f]")
"""RFC 9112, 3.2: a request target holds no whitespace and no control characters."""

IN_MEMORY_BYTES = {"inbuf_overflow": 64 * 1024, "outbuf_overflow": 256 * 1024}
"""Of one request's body and of one answer; the rest lies in a file. A thousand clients must not fill the memory: the
longest query that is accepted, and every page, stay below."""

CROWDED, ROOMY = 3 / 4, 1 / 2
"""Shares of the connections allowed: beyond the first, those that ask nothing are cut down to the second."""

FOLDED = re.compile(rb"\r\n[ \t]")
"""A header line that goes on in the next one: nobody sends it but to be read in two ways (RFC 9112, 5.2)."""

CHUNKED_TWICE = re.compile(rb"(?im)^transfer-encoding:.*chunked[ \t]*,")
"""RFC 9112, 6.1: chunked once, and last."""

FRESH_SECONDS = 0.5
"""While stopping, a silent connection is kept this long: a request may already be on its way."""


class RequestTimeout(Error):  # type: ignore[misc]
    code = 408
    reason = "Request Timeout"


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request being read; refuses what RFC 9112 says must be refused."""

    path = request_uri = ""
    """Until the first line is read: the log names the path even of a request that has none."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.started_at = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        if FOLDED.search(header_plus) or CHUNKED_TWICE.search(header_plus):
            raise ParsingError("A header can be read in two ways.")
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # urlsplit on `http://[`
            raise ParsingError("The request target is not a URI.") from error
        if NOT_ALLOWED_IN_TARGET.search(self.request_uri):
            raise ParsingError("The request target contains control characters.")
        if self.version not in {"1.0", "1.1"}:
            raise ParsingError("Only HTTP/1.1 and HTTP/1.0 are spoken here.")
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or "," in (host or ""):
            raise ParsingError("Exactly one Host header is needed.")  # RFC 9112, 3.2
        if self.version == "1.0" and "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding.")  # RFC 9112, 6.1
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Transfer-Encoding and Content-Length exclude each other.")  # RFC 9112, 6.1


class Answer(WSGITask):  # type: ignore[misc]
    """The application's answer to one request."""

    def get_environment(self) -> dict[str, Any]:
        fresh = self.environ is None
        environ: dict[str, Any] = super().get_environment()
        if fresh:
            environ["wsgi.multiprocess"] = True
            environ["slm_graph.raw_path"] = self.request.request_uri
            environ["slm_graph.client_left"] = self.channel.check_client_disconnected
        return environ

    @property
    def ends_with_its_header(self) -> bool:
        """Whether no body follows, so that no length is needed to tell where the answer ends (RFC 9112, 6.3)."""
        return not self.has_body or self.request.command == "HEAD"

    def build_response_header(self) -> bytes:
        if self.channel.server.draining:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        """Close after this answer; but waitress's reason for that, a missing Content-Length, is none without a body."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.version == "1.1" and self.ends_with_its_header and "close" not in re.split(r"[,\s]+", asked):
            return
        super().set_close_on_finish()

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if self.request.command == "HEAD":  # also of an answer in chunks there is no last one
            self.write(b"")
        else:
            super().finish()

    def service(self) -> None:
        """Run the application; when it fails after its first byte, the answer must not look whole."""
        self.start()
        try:
            self.execute()
            self.finish()
        except ClientDisconnected:
            raise
        except Exception as error:
            if not self.wrote_header:
                raise  # the channel answers 500
            LOG.warning(
                "answer cut short: %s %r: %s: %s",
                self.request.command,
                self.request.request_uri,
                type(error).__name__,
                error,
            )
            self.close_on_finish = True
            if not self.chunked_response and self.content_length is None:
                # HTTP/1.0 ends an answer by closing; only a reset says that this was no end.
                self.channel.reset_on_close()


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that never reaches the application, as problem details (RFC 9457)."""

    def execute(self) -> None:
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        limits = self.channel.server.limits
        detail = {
            413: f"A request body has at most {limits.body_bytes} bytes here.",
            431: f"Request line and headers have at most {limits.header_bytes} bytes together here.",
        }.get(error.code, error.body)
        problem = {"type": "about:blank", "title": error.reason, "status": error.code, "detail": detail}
        body = json.dumps(problem, ensure_ascii=False).encode()
        self.response_headers.append(("Content-Type", "application/problem+json"))
        self.response_headers.extend((*ANY_ORIGIN, *SECURITY))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


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
        """Cut or refuse this client if it is too slow; `now` is monotonic. Called about once a second."""
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
            return bool(super().received(data))
        self.drained_bytes += len(data)
        if self.drained_bytes > self.server.limits.drained_bytes:
            self.will_close = True
        return False

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

    def handle_error(self) -> None:
        LOG.exception("connection failed")
        self.handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One worker's end of the shared listening socket."""

    channel_class = Connection

    def __init__(
        self, application: WSGIApplication, listener: socket.socket, *, threads: int, limits: Limits
    ) -> None:
        self.limits = limits
        self.draining = False
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
            cleanup_interval=1,
            log_socket_errors=False,  # a client that resets its connection is no news
            asyncore_use_poll=True,  # select() ends at descriptor 1024
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

    def readable(self) -> bool:
        """Whether to accept: while requests wait for a thread, newcomers are left to the other workers.

        A request that an idle thread is about to take does not wait; to count it would shut the door for a whole turn.
        """
        dispatcher = self.task_dispatcher
        idle = len(dispatcher.threads) - dispatcher.active_count
        return bool(super().readable()) and len(dispatcher.queue) <= idle

    def turn(self, *, timeout_seconds: float) -> None:
        """Serve whatever is due, waiting at most so long for something to happen."""
        wasyncore.loop(timeout=timeout_seconds, use_poll=True, map=self._map, count=1)
        if self.draining:
            self.maintenance(time.time())

    def connections(self) -> Iterable[Connection]:
        return list(self.active_channels.values())

    def maintenance(self, now: float) -> None:
        """Called by waitress about once a second, with the wall clock; deadlines need the monotonic one."""
        monotonic = time.monotonic()
        for connection in self.connections():
            connection.enforce_deadlines(monotonic)
        self.make_room()

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


def quiet_logs() -> None:
    """Let only what an operator must know through: clients that leave and requests that queue are daily life."""
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
