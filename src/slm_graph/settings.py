"""Settings of a deployment: from the environment and the command line; every default with its reason."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from slm_graph.errors import Text, UsageError
from slm_graph.namespaces import DEFAULT_BASE

_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+/")


def data_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """The directory of releases: `given`, else `SLM_GRAPH_DATA`, else the user's data directory."""
    chosen = given or os.environ.get("SLM_GRAPH_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("slm-graph")


def base_iri(given: str | None = None) -> str:
    """The base of every IRI we mint: `given`, else `SLM_GRAPH_BASE_IRI`, else the default. Raises UsageError."""
    base = given or os.environ.get("SLM_GRAPH_BASE_IRI") or DEFAULT_BASE
    if not _BASE.fullmatch(base):
        raise UsageError(
            Text(de=f"Keine brauchbare Basis-IRI: {base}", en=f"not a usable base IRI: {base}"),
            hint=Text(
                de="Sie beginnt mit http:// oder https://, endet mit / und hat weder ? noch #.",
                en="It starts with http:// or https://, ends in / and has neither ? nor #.",
            ),
        )
    return base


def mount_prefix(given: str) -> str:
    """The path below which a server stands, '' or '/…' without a final slash. Raises UsageError."""
    prefix = "/" + given.strip("/") if given.strip("/") else ""
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", prefix):
        raise UsageError(
            Text(
                de=f"Kein brauchbarer Pfad für --mount: {given}", en=f"not a usable path for --mount: {given}"
            )
        )
    return prefix


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a stranger's query may cost; all of it is said in the service description."""

    deadline_seconds: float = 10.0
    """Long enough for every named query on a million triples, short enough that two cores stay shared."""
    max_query_bytes: int = 64 * 1024
    """Longer than any query a person writes; the crashes known begin at 4 KB of nesting, which is guarded apart."""
    max_nesting: int = 100
    """The engine's stack overflows at about 2,100 nested braces; no honest query passes 30."""
    max_operators: int = 500
    """Of one kind in one query: chains of thousands overflow the stack as nesting does."""
    max_answer_bytes: int = 64 * 1024 * 1024
    """A CONSTRUCT of the whole shipped graph is below 1 MB; dumps are for more."""
    max_memory_bytes: int = 320 * 1024 * 1024
    """Address space a query process may add to the release it has open: every statement of 660,000 sorted, and every
    definition with its labels, pass with 256 MiB; two bombs at once and a million statements stay below 1.5 GB."""
    processes: int = 2
    """Queries of strangers evaluated at once: one a core on a small machine."""
    queue_length: int = 32
    """Waiting queries before the answer is 503: at ten seconds each, more would only be waited for in vain."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a running site is told once; never derived from a request's Host."""

    data: Path
    mount: str = ""
    """'' or '/prefix', the path below which the site stands."""
    see_other: bool = True
    """`/id/x` answers 303 to `/doc/x`; False: 200 with Content-Location."""
    limits: QueryLimits = QueryLimits()
    body_bytes: int = 1024 * 1024
    """A request's body: sixteen times the longest query."""
