"""Queries asked before: their answers are kept as long as the release is current, ahead of routes and query processes.

A release never changes, so the same query of it, in the same format, has the same answer; only what the engine makes up
anew each time, or others would answer, is asked again. A kept answer has an ETag: a client may ask whether it still holds.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from werkzeug.exceptions import PreconditionFailed

from slm_graph.web.again import AGAIN
from slm_graph.web.mounting import RAISED, Application, StartResponse
from slm_graph.web.observing import QUERY
from slm_graph.web.repeats import CHOOSING
from slm_graph.web.representations import entity_tag
from slm_graph.web.responses import NOT_KEPT, condition, without_content
from slm_graph.web.site import Served, Site

ROOM_BYTES = 8 * 1024 * 1024
"""Of one worker: some 8,000 look-ups, so little because memory under a flood is what a query process may need."""

LARGEST_BYTES = 64 * 1024
"""Of an answer; what is longer costs more to send than to find."""

LONGEST_QUERY = 4096
"""Characters of a query in an address, escapes included: what programs ask again and again is short."""

OVERHEAD_BYTES = 1024
"""Counted for each answer besides its bytes and its query: headers and Python's own."""

_NEVER_THE_SAME = re.compile(r"\b(?:now|rand|uuid|struuid|bnode|service)\b|\\u", re.IGNORECASE)
"""Functions with another value each time, what others answer, and the escapes that could spell these (SPARQL 1.1, 19.2).
Such a word in a string or a name costs nothing but the keeping."""


@dataclass(frozen=True, slots=True)
class _Kept:
    release: weakref.ref[Served]
    """By reference: a release that is served no more is not kept open for it."""
    etag: str
    headers: list[tuple[str, str]]
    body: bytes
    size_bytes: int
    query: str | None
    """What the log takes its hash from."""


class Answers:
    """WSGI around the application; `path` is the endpoint's. Only for queries that the release alone answers."""

    def __init__(
        self, application: Application, site: Site, *, path: str, room_bytes: int = ROOM_BYTES
    ) -> None:
        self._application = application
        self._site = site
        self._path = path
        self._room_bytes = room_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str | None, ...], _Kept] = OrderedDict()
        self.bytes = 0
        """Held now, overhead included."""

    def __len__(self) -> int:
        return len(self._kept)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != self._path or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        query: str = environ.get("QUERY_STRING", "")
        if not query or len(query) > LONGEST_QUERY:
            return self._application(environ, start_response)
        asked = (query, *map(environ.get, CHOOSING))
        served = self._site.current()
        known = self._kept.get(asked)
        if known is not None and known.release() is served:
            environ[QUERY] = known.query
            status = condition(environ, known.etag, None)
            if status is None or status == 304:
                environ[AGAIN] = partial(self._again, asked, known, is_spared=status == 304)
            return self._give(known, environ, start_response)
        if _NEVER_THE_SAME.search(unquote_plus(query)):
            return self._application(environ, start_response)
        return self._ask(asked, served, environ, start_response)

    def _again(self, asked: tuple[str | None, ...], known: _Kept, *, is_spared: bool) -> bytes | None:
        served = self._site.surely_current()
        if self._kept.get(asked) is not known or served is None or known.release() is not served:
            return None
        return b"" if is_spared else known.body

    def _ask(
        self,
        asked: tuple[str | None, ...],
        served: Served,
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            if exc_info or not _is_keepable(status, headers):
                said.clear()
                return start_response(status, headers, *exc_info)
            said[:] = [(status, headers)]
            return _write_nothing

        method = environ["REQUEST_METHOD"]
        environ["REQUEST_METHOD"] = (
            "GET"  # the headers of HEAD are those of GET, the tag of a kept answer included
        )
        try:
            parts = self._application(environ, start)
        finally:
            environ["REQUEST_METHOD"] = method
        if not said and method == "GET":
            return parts
        try:
            body = b"".join(parts) if said else b""
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        if not said:
            return []
        status, headers = said[0]
        # shorter than announced: its client has left
        if str(len(body)) != dict(headers)["Content-Length"] or self._site.current() is not served:
            start_response(status, headers)
            return [body] if method == "GET" else []
        etag = entity_tag(body, dict(headers)["Content-Type"])
        size_bytes = len(body) + len(asked[0] or "") + OVERHEAD_BYTES
        kept = _Kept(
            weakref.ref(served), etag, [("ETag", etag), *headers], body, size_bytes, environ.get(QUERY)
        )
        self._keep(asked, kept)
        return self._give(kept, environ, start_response)

    def _give(self, kept: _Kept, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status = condition(environ, kept.etag, None)
        if status == 412:
            environ[RAISED] = PreconditionFailed()  # told by the framework, as other errors are
            return self._application(environ, start_response)
        if status == 304:
            start_response("304 NOT MODIFIED", without_content(kept.headers))
            return []
        start_response("200 OK", kept.headers.copy())
        return [kept.body] if environ["REQUEST_METHOD"] == "GET" else []

    def _keep(self, asked: tuple[str | None, ...], kept: _Kept) -> None:
        """The oldest are forgotten for it; asked again, they are new."""
        with self._lock:
            before = self._kept.pop(asked, None)
            self.bytes += kept.size_bytes - (before.size_bytes if before is not None else 0)
            self._kept[asked] = kept
            while self.bytes > self._room_bytes:
                self.bytes -= self._kept.popitem(last=False)[1].size_bytes


def _is_keepable(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whole, small, and no page: pages differ by more than the query."""
    said = dict(headers)
    length = said.get("Content-Length", "")
    return (
        status == "200 OK"
        and length.isdecimal()
        and int(length) <= LARGEST_BYTES
        and "ETag" not in said
        and said.get("Cache-Control") != NOT_KEPT
        and not said.get("Content-Type", "text/html").startswith("text/html")
    )


def _write_nothing(data: bytes) -> None:
    raise AssertionError("the application returns its answers, it does not write them")
