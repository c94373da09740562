"""Searching a release's labels."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rdflib import URIRef

from slm_graph.errors import EnvironmentFault, Language, Text
from slm_graph.search.folding import exact, fold, fold_with_places, words, written_out

LAYOUT = "2"
"""Raised whenever the tables change, so that an index of another layout is refused by name."""

Field = Literal["notation", "label", "alternative", "text"]
FIELDS: tuple[Field, ...] = get_args(Field)

Match = Literal["exact", "prefix", "word", "fold", "inside", "text"]
MATCHES: tuple[Match, ...] = get_args(Match)
"""How a hit was found, best first."""

BOUND = 500
"""Rows read for one way of matching: ten pages of results; a reader who gets there types another letter."""

_TRIGRAM = 3
"""Letters below which nothing can be found inside words."""

_LONGEST = 200
"""Characters of a query that are looked at: longer than any label of ESCO."""

_MOST_WORDS = 12
"""Words of a query that are looked at."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are limited to; None: no limit."""

    scheme: str | None = None
    kind: str | None = None
    level: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One concept, with the label or text that was found and the places in it that answer the query."""

    iri: URIRef
    kind: str
    scheme: str | None
    match: Match
    field: Field
    value: str
    language: str | None
    spans: tuple[tuple[int, int], ...]
    """Half-open, ascending, not overlapping: character places in `value`."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the hits, best first. `complete` is False where a bound was met, and `total` then is what was seen."""

    hits: tuple[Hit, ...]
    total: int
    complete: bool


_BY_NOTATION = "e.field = 0 AND e.field < 3"
"""The second clause names the partial index."""

_Row = tuple[int, int, int, str, str]  # entry, concept, field, language, value


class Search:
    """One release's label index, open for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises EnvironmentFault where `path` is no index of this layout."""
        self._path = path
        self._local = threading.local()
        try:
            found = self._connection().execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
        except sqlite3.Error as error:
            raise EnvironmentFault(
                Text(
                    de=f"Suchindex {path.name} ist nicht lesbar: {error}",
                    en=f"search index {path.name} cannot be read: {error}",
                )
            ) from error
        if found is None or found[0] != LAYOUT:
            raise EnvironmentFault(
                Text(
                    de=f"Suchindex {path.name} hat einen anderen Aufbau als {LAYOUT}.",
                    en=f"search index {path.name} has another layout than {LAYOUT}.",
                )
            )

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = self._path.absolute().as_uri() + "?mode=ro&immutable=1"
            connection = self._local.connection = sqlite3.connect(uri, uri=True)
        return connection

    def find(
        self,
        query: str,
        *,
        language: Language = "de",
        filters: Filters | None = None,
        limit: int = 20,
        offset: int = 0,
        texts: bool = True,
        counted: bool = True,
    ) -> Page:
        """Concepts for a query, best first: notation, then exact label, prefix, words in any order, other spellings of
        umlauts, inside of compounds, and, with `texts`, definitions last.

        Among equals preferred labels come first, then the reader's language, then the shorter label. Each concept
        is one hit, by its best match. Without `counted` the weaker ways of matching are left out once there are hits
        enough: the same hits sooner, and `total` is only what was seen.
        """
        asked = query.strip()[:_LONGEST]
        meant = written_out(asked)
        best: dict[int, tuple[tuple[int, int, int, int, int, str, str], _Row, Match]] = {}
        complete = True
        for rank, match, rows in self._matches(asked, filters or Filters(), texts=texts):
            if len(rows) >= BOUND:
                complete = False
            for row in rows:
                _, concept, field, tag, value = row
                # `muell` means Müll before Mull, though both fold to the same
                otherwise = int(match == "fold" and meant not in written_out(value))
                key = (rank, field, otherwise, int(tag != language), len(value), value, tag)
                if concept not in best or key < best[concept][0]:
                    best[concept] = (key, row, match)
            if not counted and len(best) >= offset + limit:
                complete = False
                break
        ordered = sorted(best.values(), key=lambda found: (found[0], found[1][1]))
        chosen = ordered[offset : offset + limit]
        concepts = self._concepts([row[1] for _, row, _ in chosen])
        hits = tuple(
            Hit(
                iri=URIRef(concepts[row[1]][0]),
                kind=concepts[row[1]][1],
                scheme=concepts[row[1]][2],
                match=match,
                field=FIELDS[row[2]],
                value=row[4],
                language=row[3] or None,
                spans=tuple(_spans(row[4], asked, match)),
            )
            for _, row, match in chosen
        )
        return Page(hits, len(ordered), complete)

    def with_notation(self, notation: str) -> tuple[URIRef, ...]:
        """The concepts with this notation, whatever its case, by IRI; at most `BOUND`."""
        rows = self._rows(_BY_NOTATION + " AND e.exact = ?", (exact(notation[:_LONGEST]),), Filters())
        concepts = self._concepts([row[1] for row in rows])
        return tuple(sorted(URIRef(iri) for iri, _, _ in concepts.values()))

    def _concepts(self, numbers: Sequence[int]) -> dict[int, tuple[str, str, str | None]]:
        marks = ",".join("?" * len(numbers))
        rows = self._connection().execute(
            f"SELECT id, iri, kind, scheme FROM concept WHERE id IN ({marks})",  # noqa: S608
            list(numbers),
        )
        return {number: (iri, kind, scheme) for number, iri, kind, scheme in rows}

    def _matches(
        self, asked: str, filters: Filters, *, texts: bool
    ) -> Iterator[tuple[int, Match, list[_Row]]]:
        """Rank (lower is better), way of matching, rows; a way that found enough ends the weaker ones."""
        spelled, folded = exact(asked), fold(asked)
        parts = words(spelled)[:_MOST_WORDS]
        folded_parts = [fold(part) for part in parts]
        if not parts:
            return
        by_label = "e.field IN (1, 2) AND e.field < 3"
        ways: list[tuple[Match, str, tuple[str, ...]]] = [
            ("exact", f"{_BY_NOTATION} AND e.exact = ?", (spelled,)),
            ("prefix", f"{_BY_NOTATION} AND e.exact > ? AND e.exact < ?", (spelled, spelled + "\U0010ffff")),
            ("exact", f"{by_label} AND e.exact = ?", (spelled,)),
            ("prefix", f"{by_label} AND e.exact > ? AND e.exact < ?", (spelled, spelled + "\U0010ffff")),
            ("word", "e.id IN (SELECT rowid FROM words WHERE words MATCH ?)", (_prefixes(parts),)),
            ("fold", f"{by_label} AND e.folded = ?", (folded,)),
            ("fold", f"{by_label} AND e.folded > ? AND e.folded < ?", (folded, folded + "\U0010ffff")),
            ("fold", "e.id IN (SELECT rowid FROM folds WHERE folds MATCH ?)", (_prefixes(folded_parts),)),
        ]
        if all(len(part) >= _TRIGRAM for part in folded_parts):
            inside = " AND ".join(f'"{part}"' for part in folded_parts)
            ways.append(("inside", "e.id IN (SELECT rowid FROM inside WHERE inside MATCH ?)", (inside,)))
        if texts:
            ways.append(
                ("text", "e.id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", (_prefixes(folded_parts),))
            )
        for rank, (match, condition, parameters) in enumerate(ways):
            yield rank, match, self._rows(condition, parameters, filters)

    def _rows(self, condition: str, parameters: Sequence[str], filters: Filters) -> list[_Row]:
        limits = {
            "c.scheme = ?": filters.scheme,
            "c.kind = ?": filters.kind,
            "c.level = ?": filters.level,
            # notations have no language and are found in every one
            "(e.language = ? OR e.language = '')": filters.language,
        }
        asked = [(clause, value) for clause, value in limits.items() if value is not None]
        join = "JOIN concept c ON c.id = e.concept" if asked else ""
        where = " AND ".join([condition, *(clause for clause, _ in asked)])
        sql = f"SELECT e.id, e.concept, e.field, e.language, e.value FROM entry e {join} WHERE {where} ORDER BY e.id LIMIT {BOUND}"  # noqa: S608
        return self._connection().execute(sql, [*parameters, *(value for _, value in asked)]).fetchall()


def _prefixes(parts: Sequence[str]) -> str:
    """An FTS5 query: every word as a prefix, in any order. Words hold letters and digits only, so quoting is enough."""
    return " AND ".join(f'"{part}"*' for part in parts)


def _spans(value: str, asked: str, match: Match) -> Iterator[tuple[int, int]]:
    """Where the words of the query stand in `value`, by the folded spelling."""
    folded, places = fold_with_places(value)
    found: list[tuple[int, int]] = []
    for part in sorted({fold(part) for part in words(asked)[:_MOST_WORDS]}, key=len, reverse=True):
        start = r"" if match == "inside" else r"(?<![^\W_])"
        for hit in re.finditer(start + re.escape(part), folded):
            begin, end = places[hit.start()], places[hit.end()]
            if part and all(end <= other[0] or begin >= other[1] for other in found):
                found.append((begin, end))
    yield from sorted(found)
