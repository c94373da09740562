"""Requests asked before: answered with what was sent the last time, ahead of routes, views and negotiation.

A document's answer depends on the request's target, on the headers named here, on its conditions, and on which release
is current. An answer that was given once for the same of all these is the answer; only its conditions are looked at again.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from slm_graph.web.again import AGAIN
from slm_graph.web.mounting import Application, StartResponse
from slm_graph.web.representations import Representations
from slm_graph.web.responses import REPEATABLE, Repeatable, condition, without_content
from slm_graph.web.site import Site

KNOWN_REQUESTS = 8192
"""Requests remembered: some 10 MB, headers included; bodies are kept elsewhere, within their own room."""

MAX_REQUEST_LENGTH = 1024
"""Characters of the target and the headers together; browsers send below 400, longer ones go the long way."""

CHOOSING = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_PROFILE",
    "HTTP_HOST",
    "wsgi.url_scheme",
)
"""What chooses among a resource's representations: the headers that Vary may name, and for documents that must name the
site in full the address it was asked for."""

_NOT_MODIFIED = "304 NOT MODIFIED"


@dataclass(frozen=True, slots=True)
class _Known:
    note: Repeatable
    status: str
    headers: list[tuple[str, str]]
    """Of the whole answer, as the client got them."""
    spared: list[tuple[str, str]]
    """Of 304."""
    etag: str | None
    """None: no conditions are asked of this answer."""
    modified: str | None

    def condition(self, environ: dict[str, Any]) -> int | None:
        """304 or 412 where the request's conditions say so (RFC 9110, 13.2.1: of what would be a 200)."""
        return None if self.etag is None else condition(environ, self.etag, self.modified)


def target(environ: dict[str, Any]) -> str | None:
    """The request target as it was spelt, where the server tells."""
    return environ.get("RAW_URI") or environ.get("REQUEST_URI")


class Repeats:
    """WSGI around the whole application. What differs from one request to the next (a request's id) belongs outside."""

    def __init__(self, application: Application, site: Site, kept: Representations) -> None:
        self._application = application
        self._site = site
        self._kept = kept
        self._lock = threading.Lock()
        self._known: dict[Hashable, _Known] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        # the path as the server decoded it, too: it is what is routed
        asked = (
            target(environ),
            environ.get("PATH_INFO"),
            environ.get("QUERY_STRING"),
            *map(environ.get, CHOOSING),
        )
        known = self._known.get(asked)
        if known is not None and self._holds(known.note):
            made = self._kept.find(known.note.key)
            if made is not None:
                status = known.condition(environ)
                if status is None or status == 304:
                    environ[AGAIN] = partial(self._again, known.note, is_spared=status == 304)
                if status is None:
                    start_response(known.status, known.headers.copy())
                    return [made.body] if method == "GET" else []
                if status == 304:
                    start_response(_NOT_MODIFIED, known.spared.copy())
                    return []

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            note = environ.get(REPEATABLE)
            if note is not None and status[:3] in {"200", "303"}:
                self.remember(asked, note, status, headers)
            return start_response(status, headers, *exc_info)

        return self._application(environ, start)

    def _again(self, note: Repeatable, *, is_spared: bool) -> bytes | None:
        if note.current is not None:
            served = self._site.surely_current()
            if served is None or note.current() is not served:
                return None
        made = self._kept.find(note.key)
        return None if made is None else b"" if is_spared else made.body

    def _holds(self, note: Repeatable) -> bool:
        return note.current is None or note.current() is self._site.current()

    def __len__(self) -> int:
        return len(self._known)

    def remember(
        self, asked: tuple[str | None, ...], note: Repeatable, status: str, headers: list[tuple[str, str]]
    ) -> None:
        """Answer `asked` by `status` and the body of `note` with `headers`, the oldest forgotten for it."""
        if sum(len(part) for part in asked if part is not None) > MAX_REQUEST_LENGTH:
            return
        said = dict(headers)
        spared = without_content(headers)
        known = _Known(note, status, list(headers), spared, said.get("ETag"), said.get("Last-Modified"))
        with self._lock:
            if len(self._known) >= KNOWN_REQUESTS:
                del self._known[next(iter(self._known))]
            self._known[asked] = known
