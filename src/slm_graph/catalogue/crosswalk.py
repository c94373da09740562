"""Reading a release's mappings: sets, pairs of frameworks, rows, and chains through a third framework."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdflib import URIRef

from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.mappings import NO_FRAMEWORK
from slm_graph.catalogue.reading import Catalogue
from slm_graph.mapping import NO_TERM_FOUND, Chained, MappingSet, chained_predicate, mapping_set
from slm_graph.mapping import Mapping as Row
from slm_graph.mapping.derive import inverse
from slm_graph.mapping.terms import BUILT_IN
from slm_graph.namespaces import SEMAPV, prefixes

_COLUMNS = (
    "m.subject, m.predicate, m.object, m.negated, m.confidence, m.justification, m.authors, m.date, m.comment, "
    "m.subject_label, m.object_label, m.subject_source, m.object_source, m.subject_source_version, "
    "m.object_source_version, m.tool, m.cardinality, m.further, m.subject_framework, m.object_framework, "
    "m.recorded, s.name"
)

_RELATION = (
    f"CASE WHEN '{NO_TERM_FOUND}' IN (m.subject, m.object) THEN '{NO_TERM_FOUND}' ELSE m.predicate END"
)
"""What a row says of its ends. `exactMatch NoTermFound` says that a search for an equal found nothing: a relation of its own."""

MAX_CHAINS = 1000
"""Chains between two frameworks: more than anybody looks through."""

_MAX_STEPS = 20_000
"""Rows read for the first step of chains: the largest crosswalk known (ESCO to a national list) has 14,000."""


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One mapping set with its number of rows; `further` are its other slots."""

    name: str
    iri: URIRef
    license: URIRef
    title: str | None
    creators: tuple[URIRef, ...]
    further: tuple[tuple[str, tuple[str, ...]], ...]
    rows: int
    pairs: tuple[tuple[str, str], ...]
    """The frameworks its rows lead from and to."""

    def slot(self, name: str) -> tuple[str, ...]:
        return next((values for slot, values in self.further if slot == name), ())

    @property
    def language(self) -> str:
        """Of its title, its description and the comments of its rows; `""` where it does not say."""
        return next((tag for other in self.slot("other") if (tag := _language(other))), "")


_LANGUAGE = re.compile(r"(?:^|\|)\s*language\s*[:=]\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:\||$)")


def _language(other: str) -> str | None:
    """The language that the slot `other` names: SSSOM has no slot for it, and `other` takes pairs of a key and a value.

    Ours are written with a colon: sssom-pydantic refuses its own reading of `key=value` in a header.

    >>> _language("language: en | reviewed: no")
    'en'
    """
    found = _LANGUAGE.search(other)
    return found[1] if found is not None else None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two frameworks with mappings from one to the other; `''` is no known framework."""

    subject: str
    object: str
    rows: int
    predicates: tuple[tuple[str, int], ...]
    """Relation (a predicate, or `NO_TERM_FOUND`) and number of rows, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row with where it stands; `set_name` None and `recorded` False: a bare triple without who, when and why."""

    row: Row
    subject_framework: str
    object_framework: str
    recorded: bool
    set_name: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What rows are wanted; None: any."""

    subject_framework: str | None = None
    object_framework: str | None = None
    set_name: str | None = None
    predicates: Sequence[str] = ()
    relations: Sequence[str] = ()
    """As they are counted: `NO_TERM_FOUND` stands for what was not found, its predicate does not."""
    least: float | None = None
    """Lowest confidence; rows without one are left out then."""
    subjects: Sequence[str] = ()
    objects: Sequence[str] = ()
    either_way: bool = False
    """Also the rows that lead the other way round: subjects with objects, frameworks with frameworks."""
    negated: bool | None = None
    """Only rows that deny a correspondence, or only the others."""

    def turned(self) -> Asked:
        """The rows that lead from the objects to the subjects."""
        return replace(
            self,
            subject_framework=self.object_framework,
            object_framework=self.subject_framework,
            subjects=self.objects,
            objects=self.subjects,
        )

    def clause(self) -> tuple[str, list[object]]:
        """A clause of SQL and the values of its parameters."""
        parts, values = self._ends()
        if self.either_way:
            there, back = " AND ".join(parts), self.turned()._ends()
            parts = [f"(({there}) OR ({' AND '.join(back[0])}))"]
            values += back[1]
        if self.set_name is not None:
            parts.append("s.name = ?")
            values.append(self.set_name)
        if self.negated is not None:
            parts.append("m.negated = ?")
            values.append(int(self.negated))
        if self.least is not None:
            parts.append("m.confidence >= ?")
            values.append(self.least)
        for column, wanted in (("m.predicate", self.predicates), (_RELATION, self.relations)):
            if wanted:
                parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
                values += wanted
        return " AND ".join(parts), values

    def _ends(self) -> tuple[list[str], list[object]]:
        parts: list[str] = ["1"]
        values: list[object] = []
        for column, framework in (
            ("m.subject_framework", self.subject_framework),
            ("m.object_framework", self.object_framework),
        ):
            if framework is not None:
                parts.append(f"{column} = ?")
                values.append(framework)
        for column, wanted in (("m.subject", self.subjects), ("m.object", self.objects)):
            if wanted:
                parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
                values += wanted
        return parts, values


class Crosswalk:
    """The mappings in one release's resource index."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._catalogue.rows(sql, parameters)

    def framework(self, token: str) -> str | None:
        """The IRI of the framework with that name in addresses, or None."""
        rows = self._rows("SELECT iri FROM framework WHERE token = ?", (token,))
        return str(rows[0][0]) if rows else None

    def tokens(self) -> dict[str, str]:
        """Framework IRI → its name in addresses."""
        return dict(self._rows("SELECT iri, token FROM framework ORDER BY iri"))

    def sets(self, name: str | None = None) -> tuple[SetSummary, ...]:
        """Every mapping set, or the one of that name, by name."""
        ends: dict[int, list[tuple[str, str, int]]] = {}
        for number, subject, object_, rows in self._rows(
            "SELECT mapping_set, subject_framework, object_framework, COUNT(*) FROM mapping WHERE mapping_set IS NOT "
            "NULL GROUP BY mapping_set, subject_framework, object_framework ORDER BY 1, 2, 3"
        ):
            ends.setdefault(number, []).append((subject, object_, rows))
        return tuple(
            SetSummary(
                name=str(found),
                iri=URIRef(iri),
                license=URIRef(license_),
                title=title,
                creators=tuple(URIRef(one) for one in json.loads(creators)),
                further=_slots(further),
                rows=sum(rows for _, _, rows in ends.get(number, ())),
                pairs=tuple((subject, object_) for subject, object_, _ in ends.get(number, ())),
            )
            for number, found, iri, license_, title, creators, further in self._rows(
                "SELECT id, name, iri, license, title, creators, further FROM mapping_set ORDER BY name"
            )
            if name is None or found == name
        )

    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of frameworks with mappings, the largest first."""
        counts: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for subject, object_, predicate, number in self._rows(
            f"SELECT subject_framework, object_framework, {_RELATION} AS relation, COUNT(*) AS n FROM mapping m "  # noqa: S608
            "GROUP BY subject_framework, object_framework, relation ORDER BY n DESC, relation"
        ):
            counts.setdefault((subject, object_), []).append((predicate, number))
        made = [Pair(s, o, sum(n for _, n in found), tuple(found)) for (s, o), found in counts.items()]
        return tuple(sorted(made, key=lambda pair: (-pair.rows, pair.subject, pair.object)))

    def entries(self, asked: Asked, *, limit: int = 1000, offset: int = 0) -> tuple[Entry, ...]:
        """The rows asked for, by subject's notation, then confidence, the surest first."""
        clause, values = asked.clause()
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM mapping m LEFT JOIN mapping_set s ON s.id = m.mapping_set "  # noqa: S608
            "LEFT JOIN resource r ON r.iri = m.subject "
            f"WHERE {clause} ORDER BY COALESCE(r.sort, m.subject), m.subject, m.confidence IS NULL, "
            "m.confidence DESC, m.object, m.id LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return tuple(_entry(row) for row in rows)

    def count(self, asked: Asked) -> int:
        clause, values = asked.clause()
        rows = self._rows(
            "SELECT COUNT(*) FROM mapping m LEFT JOIN mapping_set s ON s.id = m.mapping_set "  # noqa: S608
            f"WHERE {clause}",
            values,
        )
        return int(rows[0][0])

    def predicates(self, asked: Asked) -> tuple[tuple[str, int], ...]:
        """The relations of the rows asked for with their numbers, the most frequent first."""
        clause, values = asked.clause()
        return tuple(
            self._rows(
                f"SELECT {_RELATION} AS relation, COUNT(*) AS n FROM mapping m "  # noqa: S608
                f"LEFT JOIN mapping_set s ON s.id = m.mapping_set WHERE {clause} GROUP BY relation ORDER BY n DESC, relation",
                values,
            )
        )

    def chains(self, subject: str, object_: str, *, limit: int = MAX_CHAINS) -> tuple[Chained, ...]:
        """Candidates from one framework to another through a third: each step may be read either way.

        Surest first. What a chain may claim is the table in `mapping.derive`; none of it is published.
        """
        first = self._steps(subject)
        middle = sorted({str(row.object) for row in first})
        following: dict[str, list[Row]] = {}
        for start in range(0, len(middle), 400):
            for row in self._steps_from(middle[start : start + 400], object_):
                following.setdefault(str(row.subject), []).append(row)
        made: list[Chained] = []
        for row in first:
            for other in following.get(str(row.object), ()):
                predicate = chained_predicate(row.predicate, other.predicate)
                if predicate is None or row.subject == other.object:
                    continue
                known = row.confidence is not None and other.confidence is not None
                joined = replace(
                    row,
                    predicate=predicate,
                    object=other.object,
                    justification=SEMAPV.MappingChaining,
                    confidence=round((row.confidence or 0) * (other.confidence or 0), 6) if known else None,
                    object_label=other.object_label,
                    object_source=other.object_source,
                    object_source_version=other.object_source_version,
                    authors=(),
                    date=None,
                    comment=None,
                    tool="slm-graph",
                    cardinality=None,
                    further=(),
                )
                made.append(Chained(joined, (row, other)))
        made.sort(key=lambda one: (-(one.mapping.confidence or 0), one.mapping.subject, one.mapping.object))
        return tuple(made[:limit])

    def _steps(self, framework: str) -> list[Row]:
        """Positive rows out of a framework into another one, turned where they lead into it."""
        out = self._positive(
            "m.subject_framework = ? AND m.object_framework <> m.subject_framework", [framework]
        )
        back = self._positive(
            "m.object_framework = ? AND m.object_framework <> m.subject_framework", [framework]
        )
        return [*out, *_turned(back)]

    def _steps_from(self, subjects: Sequence[str], framework: str) -> list[Row]:
        marks = ",".join("?" * len(subjects))
        out = self._positive(f"m.subject IN ({marks}) AND m.object_framework = ?", [*subjects, framework])
        back = self._positive(f"m.object IN ({marks}) AND m.subject_framework = ?", [*subjects, framework])
        return [*out, *_turned(back)]

    def _positive(self, clause: str, values: Sequence[object]) -> list[Row]:
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM mapping m LEFT JOIN mapping_set s ON s.id = m.mapping_set "  # noqa: S608
            f"WHERE m.negated = 0 AND {clause} ORDER BY m.confidence DESC, m.id LIMIT {_MAX_STEPS}",
            values,
        )
        return [row for found in rows if (row := _entry(found).row).positive]

    def mapping_set(
        self, asked: Asked, *, id: URIRef, title: str, license: URIRef | None = None
    ) -> MappingSet:
        """The rows asked for as a set, to be written as SSSOM; a set of the release with its own metadata.

        A row that several sets say comes once.
        """
        found = self.sets(asked.set_name) if asked.set_name is not None else ()
        own = found[0] if found else None
        rows: dict[object, Row] = {}
        for entry in self.entries(asked, limit=-1):
            rows.setdefault(entry.row.identity(), entry.row)
        licences = {one.license for one in self.sets()}
        common = license or (next(iter(licences)) if len(licences) == 1 else None)
        return mapping_set(
            id=own.iri if own else id,
            license=own.license if own else (common or _UNLICENSED),
            mappings=rows.values(),
            title=own.title if own else title,
            prefixes=_prefixes(list(rows.values()), base=self._catalogue.base),
            creators=own.creators if own else (),
            further=own.further if own else (),
        )


_UNLICENSED = URIRef("https://w3id.org/sssom/license/unspecified")
"""What SSSOM has for a set whose parts have different licences, or none."""


def _prefixes(rows: Iterable[Row], *, base: str) -> list[tuple[str, str]]:
    """The prefixes that rows of a release have a use for; what is left gets numbered ones when it is written."""
    used = {str(term) for row in rows for term in (row.subject, row.predicate, row.object, *row.authors)}
    used |= {str(source) for row in rows for source in (row.subject_source, row.object_source) if source}
    known = [("agent", base + "agent/"), ("slmid", base + "id/"), *prefixes(base).items()]
    return [
        (prefix, namespace)
        for prefix, namespace in known
        if prefix not in BUILT_IN and any(iri.startswith(namespace) for iri in used)
    ]


def _turned(rows: Sequence[Row]) -> list[Row]:
    return [turned for row in rows if (turned := inverse(row)) is not None]


def _slots(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((slot, tuple(values)) for slot, values in json.loads(text))


def _entry(cells: Sequence[Any]) -> Entry:
    row = Row(
        subject=URIRef(cells[0]),
        predicate=URIRef(cells[1]),
        object=URIRef(cells[2]),
        negated=bool(cells[3]),
        confidence=cells[4],
        justification=URIRef(cells[5]),
        authors=tuple(URIRef(author) for author in json.loads(cells[6])),
        date=None if cells[7] is None else datetime.date.fromisoformat(cells[7]),
        comment=cells[8],
        subject_label=cells[9],
        object_label=cells[10],
        subject_source=None if cells[11] is None else URIRef(cells[11]),
        object_source=None if cells[12] is None else URIRef(cells[12]),
        subject_source_version=cells[13],
        object_source_version=cells[14],
        tool=cells[15],
        cardinality=cells[16],
        further=_slots(cells[17]),
    )
    return Entry(row, cells[18], cells[19], bool(cells[20]), cells[21])


__all__ = ["NO_FRAMEWORK", "Asked", "Crosswalk", "Entry", "Pair", "SetSummary"]


@kept(at_most=8)  # the releases that are open
def set_languages(catalogue: Catalogue) -> Mapping[str, str]:
    """Name of a mapping set → the language of its texts, `""` where it does not say."""
    return {found.name: found.language for found in Crosswalk(catalogue).sets()}
