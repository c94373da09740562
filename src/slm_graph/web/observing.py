"""WSGI around everything: every request has an id, is counted, and leaves one line of JSON."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from slm_graph.settings import LogSettings
from slm_graph.web.again import AGAIN, ALIKE, TOLD
from slm_graph.web.counters import REQUEST_SECONDS, REQUESTS, SENT_BYTES, Counters
from slm_graph.web.log_lines import MAX_PATH_BYTES, MAX_TEXT_BYTES, LogLines, beginning
from slm_graph.web.mounting import Application, StartResponse

QUERY = "slm_graph.query"
"""The key of the WSGI environment under which the endpoint leaves the text it was asked."""

SERVICES = "slm_graph.services"
"""The key of the WSGI environment under which the endpoint leaves how the calls of SERVICE clauses went."""

_AREAS = {
    "sparql": "sparql",
    "graph": "sparql",
    "queries": "queries",
    "id": "documents",
    "doc": "documents",
    "agent": "documents",
    "ontology": "documents",
    "release": "documents",
    "mappings": "documents",
    "rest": "interfaces",
    "jskos": "interfaces",
    "reconcile": "interfaces",
}


def area_of(path: str) -> str:
    """The part of the site that a path below the mount belongs to, for the metrics.

    >>> area_of("/doc/sfia/SLMO"), area_of("/sparql"), area_of("/"), area_of("/graph/sfia")
    ('documents', 'sparql', 'site', 'documents')
    """
    first, _, rest = path[1:].partition("/")
    if first == "graph" and rest:
        return "documents"
    return _AREAS.get(first.partition(".")[0], "site")


class Observed:
    """A WSGI application whose requests are counted and logged; adds `X-Request-Id` to every answer."""

    def __init__(
        self,
        application: Application,
        counters: Counters,
        log: LogSettings,
        *,
        lines: LogLines,
        mount: str = "",
    ) -> None:
        self._application = application
        self._counters = counters
        self._log = log
        self._lines = lines
        self._mount = mount

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        seen = _Seen(self, environ)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            seen.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-Id", seen.id)], *exc_info)

        try:
            body = self._application(environ, start)
        except BaseException:
            seen.status = 500
            seen.end(is_whole=False)
            raise
        if isinstance(body, list):
            seen.sent_bytes = sum(map(len, body))
            seen.end(is_whole=True)
            if AGAIN in environ or ALIKE in environ:
                environ[TOLD] = _Retold(self, self.note(environ, seen.path, seen.status))
            return body
        return _Watched(body, seen)

    def note(self, environ: dict[str, Any], path: str, status: int) -> _Note:
        """What is said of every answer to this very request."""
        area = area_of(path.removeprefix(self._mount))
        said: dict[str, Any] = {
            "method": str(environ["REQUEST_METHOD"])[:16],
            "path": beginning(path.encode("latin-1", "replace").decode("utf-8", "replace"), MAX_PATH_BYTES),
            "status": status,
        }
        query = environ.get(QUERY)
        if query is not None:
            said |= self._of_query(query)
        if SERVICES in environ:
            said["services"] = environ[SERVICES]
        return _Note(area, f"{min(max(status // 100, 1), 5)}xx", said)

    def _of_query(self, query: str) -> dict[str, str]:
        said = {"query": hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]}
        return said | {"text": beginning(query, MAX_TEXT_BYTES)} if self._log.queries else said

    def of_another_query(self, note: _Note, query: str) -> _Note:
        """What is said of the answer to the same request with `query` for its own."""
        return replace(note, said=note.said | self._of_query(query))

    def write(
        self,
        note: _Note,
        *,
        request_id: str,
        client: str | None,
        sent_bytes: int,
        seconds: float,
        is_whole: bool = True,
    ) -> None:
        """Count the request, and log it if that is wanted."""
        self._counters.count(REQUESTS, note.area, note.status_class)
        self._counters.time(REQUEST_SECONDS, note.area, seconds=seconds)
        if sent_bytes:
            self._counters.count(SENT_BYTES, note.area, by=sent_bytes)
        if not self._log.requests:
            return
        said: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "info",
            "event": "request",
            "request": request_id,
            **note.said,
            "bytes": sent_bytes,
            "seconds": round(seconds, 6),
        }
        if not is_whole:
            said["broken"] = True
        if self._log.clients:
            said["client"] = client
        self._lines.write(said)


@dataclass(frozen=True, slots=True)
class _Note:
    """What counters and log say alike of every answer to the same request."""

    area: str
    status_class: str
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Retold:
    """Counts and logs an answer that the server gave again without the application; gives the id of that request."""

    observed: Observed
    note: _Note

    def __call__(self, client: str, sent_bytes: int, seconds: float, query: str | None = None) -> str:
        request_id = new_id()
        note = self.note if query is None else self.observed.of_another_query(self.note, query)
        self.observed.write(
            note, request_id=request_id, client=client, sent_bytes=sent_bytes, seconds=seconds
        )
        return request_id


def new_id() -> str:
    """Sixteen hexadecimal digits that no other request has."""
    return secrets.token_hex(8)


class _Seen:
    """One request on its way."""

    __slots__ = ("_observed", "_started", "environ", "id", "path", "sent_bytes", "status")

    def __init__(self, observed: Observed, environ: dict[str, Any]) -> None:
        self._observed: Observed | None = observed
        self._started = perf_counter()
        self.environ = environ
        self.id = environ["slm_graph.request_id"] = new_id()
        self.path = str(environ.get("PATH_INFO", ""))  # before anybody cuts the mount off
        self.status = 0
        self.sent_bytes = 0

    def end(self, *, is_whole: bool) -> None:
        """The request is over: told once."""
        observed, self._observed = self._observed, None
        if observed is not None:
            observed.write(
                observed.note(self.environ, self.path, self.status),
                request_id=self.id,
                client=self.environ.get("REMOTE_ADDR"),
                sent_bytes=self.sent_bytes,
                seconds=perf_counter() - self._started,
                is_whole=is_whole,
            )


class _Watched:
    """A body that is counted as it goes."""

    def __init__(self, body: Iterable[bytes], seen: _Seen) -> None:
        self._body = body
        self._seen = seen
        self._is_whole = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self._body:
            self._seen.sent_bytes += len(part)
            yield part
        self._is_whole = True

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._seen.end(is_whole=self._is_whole)
