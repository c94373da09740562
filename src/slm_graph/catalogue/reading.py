"""Reading a release's resource index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.engine.lines import read_lines
from slm_graph.errors import EnvironmentFault, Language, Text
from slm_graph.model import Quad
from slm_graph.search.connections import Connections

Kind = Literal[
    "scheme",
    "skill",
    "skill-level",
    "level",
    "concept",
    "collection",
    "vocabulary",
    "term",
    "source",
    "other",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

LAYOUT = "3"
"""Raised whenever the tables change, so that a release of a layout that cannot be read is refused by name."""

COUNTED_BY_SCHEME = (
    f"SELECT l.object, r.kind, COUNT(*) FROM link l JOIN resource r ON r.id = l.subject WHERE l.predicate = '{SKOS.inScheme}' "  # noqa: S608  # a constant
    "AND r.kind IN ('skill', 'skill-level', 'level', 'concept') GROUP BY l.object, r.kind"
)
"""Scheme, kind and number of its concepts, each concept in every scheme it is in."""

_SCHEME_COUNTS = {
    "2": COUNTED_BY_SCHEME,  # has no table of them; its `resource.scheme` is just the smallest of a concept's schemes
    LAYOUT: "SELECT scheme, kind, concepts FROM scheme_count",
}
"""Layouts that are read, and where each has those numbers."""

_BATCH = 400
"""Variables in one IN (…): well below SQLite's smallest compiled-in limit of 999."""


@dataclass(frozen=True, slots=True)
class Label:
    """A resource's name as shown to a reader: `language` is the value's own tag, None for one without."""

    value: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """All that is said of `iri`: every quad it is the subject of, blank nodes followed, and the records of mappings
    from it. `quads` are in canonical order."""

    iri: URIRef
    kind: Kind
    quads: tuple[Quad, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list shows of a resource besides its name."""

    kind: Kind
    notation: str | None
    scheme: str | None
    """The IRI of the concept scheme it is shown in (`search.schemes`); it may be in others."""


@dataclass(frozen=True, slots=True)
class SchemeSummary:
    """One concept scheme, with its number of concepts by kind."""

    iri: URIRef
    framework: bool
    """Typed `slm:Framework`; the others are scales of levels and schemes of other vocabularies."""
    counts: dict[Kind, int]

    @property
    def concepts(self) -> int:
        return sum(self.counts.values())


class Catalogue:
    """One release's resource index, open for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises EnvironmentFault where `path` is no index of this layout."""
        self._connection = Connections(path)
        try:
            meta = {key: value for key, value in self._rows("SELECT key, value FROM meta")}  # noqa: C416  # typed pairs
        except sqlite3.Error as error:
            raise EnvironmentFault(
                Text(
                    de=f"Ressourcen-Index {path.name} ist nicht lesbar: {error}",
                    en=f"resource index {path.name} cannot be read: {error}",
                )
            ) from error
        if meta.get("layout") not in _SCHEME_COUNTS:
            raise EnvironmentFault(
                Text(
                    de=f"Ressourcen-Index {path.name} hat den Aufbau {meta.get('layout')}, erwartet war {LAYOUT}.",
                    en=f"resource index {path.name} has layout {meta.get('layout')}, expected {LAYOUT}.",
                )
            )
        self.base = str(meta["base"])
        """The base IRI of everything this release minted."""
        self.version = str(meta["version"])
        self._scheme_counts = _SCHEME_COUNTS[meta["layout"]]

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[str, ...]]:
        return self._connection().execute(sql, parameters).fetchall()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """For the other readers of this room: rows of the index."""
        return self._rows(sql, parameters)

    def rows_in(
        self, sql: str, values: Iterable[object], *, before: Sequence[object] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql` for all `values`, which stand for the … of its `IN (…)`, as its last parameters.

        Each value counts once. They are asked in batches, each in the order of `sql`.
        """
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            yield from self._rows(sql.replace("…", ",".join("?" * len(batch))), [*before, *batch])

    def among(self, predicate: str, object_: str, iris: Iterable[str]) -> frozenset[str]:
        """Those of `iris` that point to `object_` by `predicate`."""
        sql = (
            "SELECT r.iri FROM resource r JOIN link l ON l.subject = r.id "
            "WHERE l.object = ? AND l.predicate = ? AND r.iri IN (…)"
        )
        return frozenset(row[0] for row in self.rows_in(sql, iris, before=(object_, predicate)))

    def pointed_at(self, predicate: str, iris: Iterable[str]) -> frozenset[str]:
        """Those of `iris` that anything points to by `predicate`."""
        sql = "SELECT DISTINCT object FROM link WHERE predicate = ? AND object IN (…)"
        return frozenset(row[0] for row in self.rows_in(sql, iris, before=(predicate,)))

    def describe(self, iri: str) -> Description | None:
        """The description of `iri`, or None when the release says nothing of it."""
        rows = self._rows("SELECT kind, quads FROM resource WHERE iri = ?", (iri,))
        if not rows:
            return None
        kind, lines = rows[0]
        quads = read_lines(lines)
        return Description(URIRef(iri), KINDS[KINDS.index(kind)], quads)

    def said(self, iri: str, predicates: Iterable[str]) -> tuple[Quad, ...]:
        """The quads of `iri` with one of `predicates`: of a description that may have thousands, only these are read."""
        rows = self._rows("SELECT quads FROM resource WHERE iri = ?", (iri,))
        return _said(iri, rows[0][0] if rows else "", predicates)

    def said_by(self, kind: Kind, predicates: Sequence[str]) -> dict[str, tuple[Quad, ...]]:
        """IRI → the same of each resource of one kind, by IRI. One look-up for all of them."""
        rows = self._rows("SELECT iri, quads FROM resource WHERE kind = ? ORDER BY iri", (kind,))
        return {iri: _said(iri, text, predicates) for iri, text in rows}

    def kind(self, iri: str) -> Kind | None:
        """What `iri` is, or None when the release says nothing of it."""
        rows = self._rows("SELECT kind FROM resource WHERE iri = ?", (iri,))
        return KINDS[KINDS.index(rows[0][0])] if rows else None

    def labels(self, iris: Iterable[str], language: Language) -> dict[str, Label]:
        """IRI → its name for a reader of `language`: that language, else German or English, else any; IRIs without
        a name are absent. One look-up for all of them."""
        order = (language, *(other for other in ("de", "en") if other != language))
        best: dict[str, tuple[int, Label]] = {}
        sql = "SELECT iri, language, value FROM label WHERE iri IN (…) ORDER BY iri, language, value"
        for iri, tag, value in self.rows_in(sql, map(str, iris)):
            rank = order.index(tag) if tag in order else len(order)
            if iri not in best or rank < best[iri][0]:
                best[iri] = (rank, Label(value, tag or None))
        return {iri: label for iri, (_, label) in best.items()}

    def label(self, iri: str, language: Language) -> Label | None:
        """The name of one resource, or None."""
        return self.labels([iri], language).get(str(iri))

    def entries(self, iris: Iterable[str]) -> dict[str, Entry]:
        """IRI → its entry; IRIs the release says nothing of are absent. One look-up for all of them."""
        sql = "SELECT iri, kind, notation, scheme FROM resource WHERE iri IN (…)"
        return {
            iri: Entry(KINDS[KINDS.index(kind)], notation, scheme)
            for iri, kind, notation, scheme in self.rows_in(sql, map(str, iris))
        }

    def notation(self, iri: str) -> str | None:
        """The first notation of `iri`, or None."""
        rows = self._rows("SELECT notation FROM resource WHERE iri = ? AND notation IS NOT NULL", (iri,))
        return rows[0][0] if rows else None

    def schemes(self) -> tuple[SchemeSummary, ...]:
        """Every concept scheme described in the release, frameworks first, then by IRI."""
        counts: dict[str, dict[Kind, int]] = {}
        for scheme, kind, number in self._rows(f"{self._scheme_counts} ORDER BY 1, 2"):
            counts.setdefault(scheme, {})[KINDS[KINDS.index(kind)]] = int(number)
        return tuple(
            SchemeSummary(URIRef(iri), bool(framework), counts.get(iri, {}))
            for iri, framework in self._rows(
                "SELECT iri, framework FROM resource WHERE kind = 'scheme' ORDER BY framework DESC, iri"
            )
        )

    def subjects(
        self, predicate: str, object_: str, *, limit: int = 1000, offset: int = 0
    ) -> tuple[URIRef, ...]:
        """IRIs that point to `object_` by `predicate` (of SKOS or our vocabulary), by notation, then IRI."""
        rows = self._rows(
            "SELECT r.iri FROM link l JOIN resource r ON r.id = l.subject WHERE l.predicate = ? AND l.object = ? "
            "ORDER BY r.sort, r.iri LIMIT ? OFFSET ?",
            (predicate, object_, limit, offset),
        )
        return tuple(URIRef(row[0]) for row in rows)

    def subject_count(self, predicate: str, object_: str) -> int:
        """How many IRIs point to `object_` by `predicate`."""
        rows = self._rows(
            "SELECT COUNT(*) FROM link WHERE predicate = ? AND object = ?", (predicate, object_)
        )
        return int(rows[0][0])

    def iris(self, kind: Kind, *, limit: int = 1000, offset: int = 0) -> tuple[URIRef, ...]:
        """The IRIs of one kind, by notation, then IRI."""
        rows = self._rows(
            "SELECT iri FROM resource WHERE kind = ? ORDER BY sort, iri LIMIT ? OFFSET ?",
            (kind, limit, offset),
        )
        return tuple(URIRef(row[0]) for row in rows)

    def counts(self) -> dict[Kind, int]:
        """Number of resources by kind; kinds without any are absent."""
        return {
            KINDS[KINDS.index(kind)]: int(number)
            for kind, number in self._rows("SELECT kind, COUNT(*) FROM resource GROUP BY kind ORDER BY kind")
        }


def _said(iri: str, lines: str, predicates: Iterable[str]) -> tuple[Quad, ...]:
    """Of what is described along with `iri`, its own quads with one of `predicates`."""
    starts = tuple(f"<{iri}> <{predicate}> " for predicate in predicates)
    return read_lines("\n".join(line for line in lines.split("\n") if line.startswith(starts)))
