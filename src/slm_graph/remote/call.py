"""One SELECT asked of an endpoint that may do anything: within a time and a size, and of nobody else.

A call has a thread of its own, for a name that does not resolve cannot be given up otherwise. No redirect is followed, no
proxy of the environment used, nothing of the asker sent along, nothing unpacked, and nothing of a failure's body read.
"""

from __future__ import annotations

import contextlib
import math
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

import SPARQLWrapper as sparqlwrapper

from slm_graph import formats
from slm_graph.errors import RemoteError, RemoteTimeout, Text, german_number
from slm_graph.remote.endpoint import RemoteAnswerTooLarge

_CHUNK_BYTES = 64 * 1024
_ROWS_HEADER = "X-SPARQL-MaxRows"
"""How Virtuoso says after how many rows it would cut an answer."""


class Call:
    """The SELECT `query` on its way to the endpoint `url`. Started once; whoever does not wait for its end abandons it.

    `when_over` is called once, in the call's thread, when nothing of it is left: after `abandon` that may be later.
    """

    def __init__(
        self,
        url: str,
        query: str,
        *,
        timeout_seconds: float,
        max_bytes: int,
        when_over: Callable[[], None] = lambda: None,
    ) -> None:
        self.url = url
        self._query = query
        self._timeout_seconds = timeout_seconds
        self._began = time.monotonic()
        self._ended: float | None = None
        self._deadline = self._began + timeout_seconds
        self._max_bytes = max_bytes
        self._when_over = when_over
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._abandoned = False
        self._line: socket.socket | None = None
        self._body = b""
        self._fault: RemoteError | None = None
        self.capped_at_rows: int | None = None
        """Where the endpoint itself says how many rows it gives at most."""

    @property
    def seconds(self) -> float:
        """How long it took, or has taken by now."""
        return (self._ended or time.monotonic()) - self._began

    def start(self) -> None:
        """Raises RuntimeError where the machine has no more threads."""
        threading.Thread(target=self._run, name="federated call", daemon=True).start()

    def is_over(self, *, within_seconds: float) -> bool:
        """Whether it came to an end, its own deadline included; waits for that."""
        remaining = self._deadline - time.monotonic()
        self._over.wait(max(0.0, min(within_seconds, remaining)))
        return self._over.is_set() or time.monotonic() >= self._deadline

    def body(self) -> bytes:
        """The answer, in what it says is SPARQL JSON. Raises RemoteError and its kin; too late if it is not over."""
        if not self._over.is_set():
            self.abandon()
            raise _too_late(self.url, self._timeout_seconds)
        if self._fault is not None:
            raise self._fault
        return self._body

    def abandon(self) -> None:
        """Break the connection off, whatever it waits for."""
        with self._lock:
            self._abandoned = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

    def connected(self, host: str, port: int) -> socket.socket:
        """A connection to the endpoint, for `http.client`. Raises OSError."""
        line = socket.create_connection((host, port), timeout=self._remaining_seconds())
        with self._lock:
            # of our own: TLS takes the first one over
            self._line = line.dup()
            is_late = self._abandoned
        if is_late:
            line.close()
            raise TimeoutError
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(self._remaining_seconds())
        return line

    def _remaining_seconds(self) -> float:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining

    def _run(self) -> None:
        try:
            self._body = self._asked()
        except RemoteError as fault:
            self._fault = fault
        except TimeoutError:
            self._fault = _too_late(self.url, self._timeout_seconds)
        except urllib.error.URLError as fault:
            late = isinstance(fault.reason, TimeoutError) or time.monotonic() >= self._deadline
            self._fault = _too_late(self.url, self._timeout_seconds) if late else _unreachable(self.url)
        except (OSError, HTTPException, ValueError):  # ValueError: lengths and chunks that are no numbers
            late = time.monotonic() >= self._deadline
            self._fault = _too_late(self.url, self._timeout_seconds) if late else _broken(self.url)
        finally:
            self._ended = time.monotonic()
            with self._lock:
                if self._line is not None:
                    self._line.close()
                    self._line = None
            if self._fault is None and not self._body:
                self._fault = _broken(self.url)
            self._over.set()
            self._when_over()

    def _asked(self) -> bytes:
        wrapper = _Direct(self)
        wrapper.setOnlyConneg(True)
        wrapper.setMethod(sparqlwrapper.POST)
        wrapper.setTimeout(math.ceil(self._remaining_seconds()))
        # not setQuery: it looks through the text by expressions that a hostile prologue makes slow
        wrapper.queryString, wrapper.queryType = self._query, sparqlwrapper.SELECT
        response: HTTPResponse = wrapper.query().response
        with response:
            self._check(response)
            pieces: list[bytes] = []
            count = 0
            while piece := response.read1(_CHUNK_BYTES):
                count += len(piece)
                if count > self._max_bytes:
                    raise _too_large(self.url, self._max_bytes)
                self._remaining_seconds()
                pieces.append(piece)
            if response.length:  # what Content-Length promised and nobody sent
                raise _broken(self.url)
        return b"".join(pieces)

    def _check(self, response: HTTPResponse) -> None:
        if 300 <= response.status < 400:
            raise _unusable(
                self.url,
                de=f"leitet weiter (HTTP {response.status}); Weiterleitungen wird nicht gefolgt.",
                en=f"redirects (HTTP {response.status}); redirects are not followed.",
            )
        if response.status != 200:
            raise _unusable(
                self.url,
                de=f"antwortete mit HTTP {response.status}.",
                en=f"answered with HTTP {response.status}.",
            )
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise _unusable(
                self.url,
                de="antwortete komprimiert, was nicht verlangt war.",
                en="answered compressed, which was not asked for.",
            )
        row = formats.SPARQL_JSON
        if response.headers.get_content_type() not in (row.media_type, *row.aliases):
            raise _unusable(
                self.url,
                de="antwortete nicht in SPARQL JSON.",
                en="did not answer in SPARQL JSON.",
            )
        if response.headers.get("X-SQL-State") is not None:  # Virtuoso: its own time limit ended the query
            raise _unusable(self.url, de="brach die Abfrage selbst ab.", en="broke the query off by itself.")
        if response.length is not None and response.length > self._max_bytes:
            raise _too_large(self.url, self._max_bytes)
        rows = response.headers.get(_ROWS_HEADER, "")
        self.capped_at_rows = int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 10 else None


def no_results(url: str) -> RemoteError:
    """For a body that is no SPARQL JSON of a SELECT, or not of what was asked."""
    return _unusable(
        url, de="gab kein brauchbares Ergebnis in SPARQL JSON.", en="gave no usable result in SPARQL JSON."
    )


def too_many_rows(url: str, max_rows: int) -> RemoteAnswerTooLarge:
    """For an answer of more rows than are taken, or than the endpoint gives."""
    return RemoteAnswerTooLarge(
        Text(
            de=f"Der Endpunkt {url} hat mehr als {max_rows} Lösungen.",
            en=f"the endpoint {url} has more than {max_rows} solutions.",
        ),
        hint=Text(de="Das Muster in SERVICE enger fassen.", en="Narrow the pattern in SERVICE down."),
    )


class _Direct(sparqlwrapper.SPARQLWrapper):
    """SPARQLWrapper whose request goes by a connection of `call`, and whose response comes as it is."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.url, returnFormat=sparqlwrapper.JSON, agent="slm-graph")
        self._opener = urllib.request.OpenerDirector()  # with no handler that redirects, unpacks or remembers
        self._opener.add_handler(_Handler(call))

    def _query(self) -> tuple[HTTPResponse, str]:
        response: HTTPResponse = self._opener.open(self._createRequest(), timeout=self.timeout)
        return response, self.returnFormat


class _Handler(urllib.request.AbstractHTTPHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        call = self._call

        class Plain(HTTPConnection):
            def connect(self) -> None:
                self.sock = call.connected(self.host, self.port)

        return self.do_open(Plain, request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        call = self._call

        class Secured(HTTPSConnection):
            def connect(self) -> None:
                line = call.connected(self.host, self.port)
                self.sock = _tls().wrap_socket(line, server_hostname=self.host)

        return self.do_open(Secured, request, context=_tls())

    http_request = urllib.request.AbstractHTTPHandler.do_request_
    https_request = urllib.request.AbstractHTTPHandler.do_request_


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _unusable(url: str, *, de: str, en: str) -> RemoteError:
    return RemoteError(Text(de=f"Der Endpunkt {url} {de}", en=f"the endpoint {url} {en}"), hint=_HINT)


def _too_late(url: str, seconds: float) -> RemoteTimeout:
    return RemoteTimeout(
        Text(
            de=f"Der Endpunkt {url} antwortete nicht in {german_number(seconds)} Sekunden.",
            en=f"the endpoint {url} did not answer within {seconds:g} seconds.",
        ),
        hint=_HINT,
    )


def _unreachable(url: str) -> RemoteError:
    return _unusable(url, de="ist nicht erreichbar.", en="cannot be reached.")


def _broken(url: str) -> RemoteError:
    return _unusable(url, de="brach seine Antwort ab.", en="broke its answer off.")


def _too_large(url: str, max_bytes: int) -> RemoteAnswerTooLarge:
    return RemoteAnswerTooLarge(
        Text(
            de=f"Der Endpunkt {url} antwortete mit mehr als {max_bytes} Bytes.",
            en=f"the endpoint {url} answered with more than {max_bytes} bytes.",
        ),
        hint=Text(de="Das Muster in SERVICE enger fassen.", en="Narrow the pattern in SERVICE down."),
    )


_HINT = Text(
    de="Später noch einmal versuchen, oder mit SERVICE SILENT auf seine Daten verzichten.",
    en="Try again later, or do without its data by SERVICE SILENT.",
)
