"""One request and its answer, as waitress reads and writes them, with what the HTTP standard asks for (RFC 9112) beyond it.

Two keys are added to the WSGI environment:

`slm_graph.raw_path`
    the request target as it was sent, before percent decoding; every byte is one character (Latin-1).
`slm_graph.client_left`
    a callable without arguments: True once the client has closed its connection.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.channel import ClientDisconnected  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.task import ErrorTask, WSGITask  # type: ignore[import-untyped]
from waitress.utilities import Error  # type: ignore[import-untyped]

from slm_graph.settings import Network
from slm_graph.store.face import AnswerAborted
from slm_graph.web.again import AGAIN, ALIKE, LARGEST_BODY_BYTES, TOLD, Told, ready, ready_alike
from slm_graph.web.proxies import client_of
from slm_graph.web.refused import refused
from slm_graph.web.responses import ANY_ORIGIN, SECURITY

LOG = logging.getLogger("slm_graph.server")

NOT_ALLOWED_IN_TARGET = re.compile(r"[\x00-\x20\x7f]")
"""RFC 9112, 3.2: a request target holds no whitespace and no control characters."""

FOLDED = re.compile(rb"\r\n[ \t]")
"""A header line that goes on in the next one: nobody sends it but to be read in two ways (RFC 9112, 5.2)."""

CHUNKED_TWICE = re.compile(rb"(?im)^transfer-encoding:.*chunked[ \t]*,")
"""RFC 9112, 6.1: chunked once, and last."""


MAX_METHOD_LENGTH, MAX_PATH_LENGTH = 16, 512
"""Of what a client wrote, in the log: longer than any of ours."""


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
        self.sent: bytes | None = b""
        """Its bytes, where they came in one piece that holds nothing else."""

    def received(self, data: bytes) -> int:
        in_one_piece = self.sent == b""
        consumed: int = super().received(data)
        self.sent = data if in_one_piece and self.completed and consumed == len(data) else None
        return consumed

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
        if not self.chunked and not self.content_length:
            self.expect_continue = False  # RFC 9110, 10.1.1: nothing follows, and waitress would wait for it


class Answer(WSGITask):  # type: ignore[misc]
    """The application's answer to one request."""

    header_section = b""
    """As it was sent."""

    def get_environment(self) -> dict[str, Any]:
        fresh = self.environ is None
        environ: dict[str, Any] = super().get_environment()
        if fresh:
            environ["wsgi.multiprocess"] = True
            environ["slm_graph.raw_path"] = self.request.request_uri
            environ["slm_graph.client_left"] = self.channel.check_client_disconnected
            trusted = self.channel.server.trusted_proxies
            if trusted:  # after this, waitress drops the header with all of its kind
                forwarded = self.request.headers.get("X_FORWARDED_FOR")
                environ["REMOTE_ADDR"] = client_of(environ["REMOTE_ADDR"], forwarded, trusted)
        return environ

    @property
    def ends_with_its_header(self) -> bool:
        """Whether no body follows, so that no length is needed to tell where the answer ends (RFC 9112, 6.3)."""
        return not self.has_body or self.request.command == "HEAD"

    def build_response_header(self) -> bytes:
        if self.channel.server.draining:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        self.header_section = header
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
            self.offer_again()
        except ClientDisconnected:
            raise
        except Exception as error:
            if not self.wrote_header:
                raise  # the channel answers 500
            reason = error.reason if isinstance(error, AnswerAborted) else error
            # No word of the query: it stands behind the path's "?", and a message may quote it.
            LOG.warning(
                "answer cut short: %s %r, request %s: %s",
                self.request.command[:MAX_METHOD_LENGTH],
                self.request.request_uri.partition("?")[0][:MAX_PATH_LENGTH],
                (self.environ or {}).get("slm_graph.request_id", "without id"),
                type(reason).__name__,
            )
            self.close_on_finish = True
            if not self.chunked_response and self.content_length is None:
                # HTTP/1.0 ends an answer by closing; only a reset says that this was no end.
                self.channel.reset_on_close()

    def offer_again(self) -> None:
        """Leave this answer to the server's loop, where the application has said that it may be given again."""
        request, environ = self.request, self.environ
        if self.close_on_finish or request.command != "GET" or not request.sent or environ is None:
            return
        kept, told = self.channel.server.ready, environ.get(TOLD)
        again, alike = environ.get(AGAIN), environ.get(ALIKE)
        if told is not None and self.channel.server.trusted_proxies:
            told = _Forwarded(
                told, request.headers.get("X_FORWARDED_FOR"), self.channel.server.trusted_proxies
            )
        if again is not None and self.content_bytes_written <= LARGEST_BODY_BYTES:
            kept.keep(request.sent, ready(self.header_section, again, told))
        if alike is not None:
            kept.keep_alike(request.sent, ready_alike(self.header_section, alike, told))


@dataclass(frozen=True, slots=True)
class _Forwarded:
    """Tells of answers to the same header by their client: the same list of addresses, but perhaps of another peer."""

    told: Told
    forwarded: str | None
    trusted: Sequence[Network]

    def __call__(self, client: str, sent_bytes: int, seconds: float, query: str | None = None) -> str:
        return self.told(client_of(client, self.forwarded, self.trusted), sent_bytes, seconds, query)


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that never reaches the application, as problem details (RFC 9457)."""

    def execute(self) -> None:
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        answer = refused(error.code, error.body, self.request.headers, self.channel.server.limits)
        self.response_headers.extend(answer.headers)
        self.response_headers.extend((*ANY_ORIGIN, *SECURITY))
        self.set_close_on_finish()
        self.content_length = len(answer.body)
        self.write(answer.body)
