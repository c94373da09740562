"""Searching a release's labels."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rdflib import URIRef

from slm_graph.errors import EnvironmentFault, Language, Text
from slm_graph.search.connections import Connections
from slm_graph.search.folding import exact, fold, fold_with_places, words, written_out

LAYOUT = "3"
"""Raised whenever the tables change, so that an index of a layout that cannot be read is refused by name."""

_IN_SCHEMES = {
    "2": "c.scheme IN ({})",  # knows one scheme of a concept: a release of that time is searched as it was
    LAYOUT: (
        "EXISTS (SELECT 1 FROM member m WHERE m.concept = e.concept "
        "AND m.scheme IN (SELECT id FROM scheme WHERE iri IN ({})))"
    ),
}
"""Layouts that are read, and how each says that a hit is in one of some schemes; their parameters go between the braces."""

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
    """What hits are limited to; None or nothing: no limit."""

    schemes: tuple[str, ...] = ()
    """Concepts in any of these."""
    kinds: tuple[str, ...] = ()
    level: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One concept, with the label or text that was found and the places in it that answer the query."""

    iri: URIRef
    kind: str
    scheme: str | None
    """The one it is shown in; it may be in others."""
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
        self._connection = Connections(path)
        try:
            found = self._connection().execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
        except sqlite3.Error as error:
            raise EnvironmentFault(
                Text(
                    de=f"Suchindex {path.name} ist nicht lesbar: {error}",
                    en=f"search index {path.name} cannot be read: {error}",
                )
            ) from error
        if found is None or found[0] not in _IN_SCHEMES:
            raise EnvironmentFault(
                Text(
                    de=f"Suchindex {path.name} hat einen anderen Aufbau als {LAYOUT}.",
                    en=f"search index {path.name} has another layout than {LAYOUT}.",
                )
            )
        self._in_schemes = _IN_SCHEMES[found[0]]

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
        fits: Callable[[str], bool] | None = None,
    ) -> Page:
        """Concepts for a query, best first: notation, then exact label, whole words (a label that begins with them, then
        in any order), prefix, beginnings of words in any order, the same by other spellings of umlauts, inside of
        compounds, and, with `texts`, definitions last.

        Among equals preferred labels come first, then the reader's language, then the shorter label. Each concept
        is one hit, by its best match. Without `counted` the weaker ways of matching are left out once there are hits
        enough: the same hits sooner, and `total` is only what was seen. Labels and texts that do not pass `fits` are
        no hits.
        """
        asked = query.strip()[:_LONGEST]
        meant = written_out(asked)
        best: dict[int, tuple[tuple[int, int, int, int, int, str, str], _Row, Match]] = {}
        complete = True
        for rank, (match, rows, is_cut) in enumerate(self._matches(asked, filters or Filters(), texts=texts)):
            complete = complete and not is_cut
            for row in rows:
                _, concept, field, tag, value = row
                if fits is not None and not fits(value):
                    continue
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
    ) -> Iterator[tuple[Match, list[_Row], bool]]:
        """Best first: the way of matching, its rows, and whether the bound cut them."""
        spelled, folded = exact(asked), fold(asked)
        parts = words(spelled)[:_MOST_WORDS]
        folded_parts = [fold(part) for part in parts]
        if not parts:
            return
        by_label = "e.field IN (1, 2) AND e.field < 3"
        in_words = "e.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        in_folds = "e.id IN (SELECT rowid FROM folds WHERE folds MATCH ?)"
        # of labels with the very words those come first that begin with them
        by_whole_words: dict[tuple[str, tuple[str, ...]], tuple[Match, Callable[[str], str]]] = {
            (in_words, (_whole(parts),)): ("prefix", exact),
            (in_folds, (_whole(folded_parts),)): ("fold", fold),
        }
        ways: list[tuple[Match, str, tuple[str, ...]]] = [
            ("exact", f"{_BY_NOTATION} AND e.exact = ?", (spelled,)),
            ("prefix", f"{_BY_NOTATION} AND e.exact > ? AND e.exact < ?", (spelled, spelled + "\U0010ffff")),
            ("exact", f"{by_label} AND e.exact = ?", (spelled,)),
            # before labels that only go on with the letters: Excel is meant, not excellence
            ("word", in_words, (_whole(parts),)),
            ("prefix", f"{by_label} AND e.exact > ? AND e.exact < ?", (spelled, spelled + "\U0010ffff")),
            ("word", in_words, (_prefixes(parts),)),
            ("fold", f"{by_label} AND e.folded = ?", (folded,)),
            ("fold", in_folds, (_whole(folded_parts),)),
            ("fold", f"{by_label} AND e.folded > ? AND e.folded < ?", (folded, folded + "\U0010ffff")),
            ("fold", in_folds, (_prefixes(folded_parts),)),
        ]
        if all(len(part) >= _TRIGRAM for part in folded_parts):
            ways.append(
                ("inside", "e.id IN (SELECT rowid FROM inside WHERE inside MATCH ?)", (_whole(folded_parts),))
            )
        if texts:
            ways.append(
                ("text", "e.id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", (_prefixes(folded_parts),))
            )
        for match, condition, parameters in ways:
            rows = self._rows(condition, parameters, filters)
            is_cut = len(rows) >= BOUND
            if (condition, parameters) in by_whole_words:
                beginning, spelling = by_whole_words[condition, parameters]
                start = spelling(asked)
                yield beginning, [row for row in rows if _begins(spelling(row[4]), start)], is_cut
                rows = [row for row in rows if not _begins(spelling(row[4]), start)]
            yield match, rows, is_cut

    def _rows(self, condition: str, parameters: Sequence[str], filters: Filters) -> list[_Row]:
        clauses, values = self._limits(filters)
        join = "JOIN concept c ON c.id = e.concept" if clauses else ""
        where = " AND ".join([condition, *clauses])
        sql = f"SELECT e.id, e.concept, e.field, e.language, e.value FROM entry e {join} WHERE {where} ORDER BY e.id LIMIT {BOUND}"  # noqa: S608
        return self._connection().execute(sql, [*parameters, *values]).fetchall()

    def _limits(self, filters: Filters) -> tuple[list[str], list[str | int]]:
        """Clauses of SQL and the values of their parameters."""
        clauses: list[str] = []
        values: list[str | int] = []
        if filters.schemes:
            clauses.append(self._in_schemes.format(",".join("?" * len(filters.schemes))))
            values += filters.schemes
        if filters.kinds:
            clauses.append(f"c.kind IN ({','.join('?' * len(filters.kinds))})")
            values += filters.kinds
        if filters.level is not None:
            clauses.append("c.level = ?")
            values.append(filters.level)
        if filters.language is not None:
            # notations have no language and are found in every one
            clauses.append("(e.language = ? OR e.language = '')")
            values.append(filters.language)
        return clauses, values


def _begins(label: str, asked: str) -> bool:
    """Whether a label begins with what was asked, as whole words.

    >>> _begins("excel (program)", "excel"), _begins("excellence", "excel")
    (True, False)
    """
    return label.startswith(asked) and not label[len(asked) : len(asked) + 1].isalnum()


def _whole(parts: Sequence[str]) -> str:
    """An FTS5 query: every word, in any order; in a table of letter triples, every word anywhere."""
    return " AND ".join(f'"{part}"' for part in parts)


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
