"""What operators ask: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, runtime_checkable

from flask import Response

from slm_graph import __version__
from slm_graph.errors import NotFound, SlmGraphError, Text
from slm_graph.web.counters import BOUNDS_SECONDS, FAMILIES, Counters, Family
from slm_graph.web.discovery import plain
from slm_graph.web.responses import NOT_KEPT
from slm_graph.web.site import Site

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
"""The text format of Prometheus."""

FRESH_SECONDS = 1.0
"""How long an answer of the canary holds: probes come every few seconds, a flood of them must not fill the lane."""


@runtime_checkable
class Statistics(Protocol):
    """Whoever answers queries and counts them: the query host's client."""

    def statistics(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Readiness:
    """Whether the canary sang, asked at most once in a while, by one thread at a time."""

    sings: Callable[[], bool]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _heard: tuple[float, bool] | None = None

    def is_ready(self) -> bool:
        with self._lock:
            now = monotonic()
            if self._heard is None or now - self._heard[0] >= FRESH_SECONDS:
                self._heard = (monotonic(), self.sings())
            return self._heard[1]


@dataclass(frozen=True, slots=True)
class Operations:
    """The answers for operators."""

    site: Site
    counters: Counters
    queries: object
    readiness: Readiness

    def alive(self) -> Response:
        """`/healthz`: this worker answers."""
        return plain("ok", 200)

    def ready(self) -> Response:
        """`/readyz`: the release is open, and a query on it is answered."""
        ready = self.readiness.is_ready()
        return plain("ready" if ready else "not ready", 200 if ready else 503)

    def metrics(self) -> Response:
        """`/metrics`, of all workers and of the query host."""
        if not self.site.settings.metrics:
            raise NotFound(
                Text(de="Metriken gibt dieser Server nicht heraus.", en="This server gives out no metrics.")
            )
        body = "".join(f"{line}\n" for line in self._lines()).encode()
        return Response(body, 200, [("Cache-Control", NOT_KEPT)], content_type=EXPOSITION)

    def _lines(self) -> Iterator[str]:
        for family in FAMILIES:
            yield from _counted(family, self.counters)
        release = self.site.current().release
        yield from _one("slm_graph_workers", "gauge", "Worker processes.", [({}, self.counters.alive())])
        yield from _one(
            "slm_graph_release_info",
            "gauge",
            "The release that is served, and by which program.",
            [({"release": release.version, "software": __version__}, 1)],
        )
        yield from _one(
            "slm_graph_release_quads",
            "gauge",
            "Statements of that release.",
            [({}, release.manifest["quads"])],
        )
        yield from self._of_host()

    def _of_host(self) -> Iterator[str]:
        if not isinstance(self.queries, Statistics):  # a store elsewhere counts for itself
            return
        try:
            said = self.queries.statistics()
        except SlmGraphError:
            said = {}
        up = "Whether the query host answers; its numbers begin anew when it is started anew."
        yield from _one("slm_graph_query_host_up", "gauge", up, [({}, int(bool(said)))])
        if not said:
            return
        yield from _one(
            "slm_graph_query_host_total",
            "counter",
            "Queries by their end, as the host saw it; deadline and crashed are processes lost.",
            [({"end": name}, number) for name, number in said["counts"].items()],
        )
        for name, help_ in (
            ("running", "Queries being evaluated."),
            ("waiting", "Queries in the queue."),
            ("places", "Queries that may be evaluated at once."),
        ):
            rows = [({"lane": lane}, numbers[name]) for lane, numbers in said["lanes"].items()]
            yield from _one(f"slm_graph_queries_{name}", "gauge", help_, rows)
        processes = sum(len(one["processes"]) for one in said["releases"])
        yield from _one(
            "slm_graph_query_processes", "gauge", "Query processes, spare ones included.", [({}, processes)]
        )
        yield from _one(
            "slm_graph_query_network_refused",
            "gauge",
            "Whether the kernel keeps query processes from the network.",
            [({}, int(said["network_refused_by_kernel"]))],
        )


def _one(name: str, kind: str, help_: str, rows: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
    for labels, value in rows:
        yield f"{name}{_braces(labels)} {_number(value)}"


def _counted(family: Family, counters: Counters) -> Iterator[str]:
    names = [name for name, _ in family.labels]
    if not family.is_histogram:
        rows = [
            (dict(zip(names, labels, strict=True)), counters.values(family, labels)[0])
            for labels in family.series()
        ]
        yield from _one(family.name, "counter", family.help, rows)
        return
    yield f"# HELP {family.name} {family.help}"
    yield f"# TYPE {family.name} histogram"
    for labels in family.series():
        named = dict(zip(names, labels, strict=True))
        *classes, seconds = counters.values(family, labels)
        total = 0.0
        for bound, number in zip([*map(_number, BOUNDS_SECONDS), "+Inf"], classes, strict=True):
            total += number
            yield f"{family.name}_bucket{_braces(named | {'le': bound})} {_number(total)}"
        yield f"{family.name}_sum{_braces(named)} {_number(seconds)}"
        yield f"{family.name}_count{_braces(named)} {_number(total)}"


def _braces(labels: Mapping[str, str]) -> str:
    def escaped(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    inside = ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _number(value: float) -> str:
    """
    >>> _number(3.0), _number(0.25)
    ('3', '0.25')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))
