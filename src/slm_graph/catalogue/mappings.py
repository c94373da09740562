"""The mappings of a release as rows: gathered from records and plain triples when the index is written."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import OWL, SKOS
from rdflib.term import Node

from slm_graph.mapping import Mapping as Row
from slm_graph.mapping import set_name
from slm_graph.mapping.recovering import Said, recovered_row, recovered_set, said_of
from slm_graph.model import Quad
from slm_graph.namespaces import SEMAPV, SSSOM, vocabulary

TABLES = """
CREATE TABLE framework (iri TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE mapping_set (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, iri TEXT NOT NULL, license TEXT NOT NULL, title TEXT,
    creators TEXT NOT NULL, further TEXT NOT NULL
);
CREATE TABLE mapping (
    id INTEGER PRIMARY KEY, mapping_set INTEGER, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    negated INTEGER NOT NULL, confidence REAL, justification TEXT NOT NULL, authors TEXT NOT NULL, date TEXT,
    comment TEXT, subject_label TEXT, object_label TEXT, subject_source TEXT, object_source TEXT,
    subject_source_version TEXT, object_source_version TEXT, tool TEXT, cardinality TEXT, further TEXT NOT NULL,
    subject_framework TEXT NOT NULL, object_framework TEXT NOT NULL, recorded INTEGER NOT NULL
);
CREATE INDEX mapping_pair ON mapping (subject_framework, object_framework, predicate, confidence);
CREATE INDEX mapping_object_framework ON mapping (object_framework);
CREATE INDEX mapping_subject ON mapping (subject);
CREATE INDEX mapping_object ON mapping (object);
CREATE INDEX mapping_of_set ON mapping (mapping_set);
"""

MATCHES = (
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
    SKOS.mappingRelation,
)

NO_LICENSE = URIRef("")
"""Of a set that has none, as its table says it."""

NO_FRAMEWORK = ""
"""The framework of an end of which nobody says where it belongs."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_UNPLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def framework_token(iri: str, *, base: str) -> str:
    """A framework's name in an address: one path segment, made from its IRI alone.

    >>> framework_token("https://w3id.org/slm-graph/id/sfia/level", base="https://w3id.org/slm-graph/")
    'sfia~level'
    >>> framework_token("http://data.europa.eu/esco/concept-scheme/skills", base="https://w3id.org/slm-graph/")
    'skills-b61027cd'
    """
    if iri == NO_FRAMEWORK:
        return "~"
    local = iri[len(base) + 3 :] if iri.startswith(base + "id/") else ""
    if _PLAIN_NAME.fullmatch(local):
        return local.replace("/", "~")
    last = _UNPLAIN.sub("-", re.split(r"[/#]", iri.rstrip("/#"))[-1]).strip("-.")
    # eight hexadecimal digits tell some thousand frameworks apart
    return f"{last or 'scheme'}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class _Found:
    row: Row
    owner: URIRef | None
    recorded: bool


def write_mappings(
    connection: sqlite3.Connection,
    by_subject: Mapping[Node, Sequence[Quad]],
    shown: Mapping[str, str],
    *,
    base: str,
) -> None:
    """Fill the tables of `TABLES` from the statements of a release, by subject; `shown`: concept → its scheme."""
    owners: dict[Node, URIRef] = {}
    records: list[Node] = []
    plain: set[tuple[URIRef, URIRef, URIRef]] = set()
    matches = {*MATCHES, vocabulary(base).usedInOccupation}
    for subject, own in by_subject.items():
        for _, predicate, object_, _ in own:
            if predicate in matches and isinstance(subject, URIRef) and isinstance(object_, URIRef):
                plain.add((subject, predicate, object_))
            elif predicate == SSSOM.mappings and isinstance(subject, URIRef):
                owners[object_] = subject
            elif predicate == OWL.annotatedSource:
                records.append(subject)
    found = [
        _Found(row, owners.get(record), True)
        for record in records
        if (row := recovered_row(record, _said(by_subject[record]))) is not None
    ]
    said = {(one.row.subject, one.row.predicate, one.row.object) for one in found}
    found += [_Found(Row(s, p, o, SEMAPV.UnspecifiedMatching), None, False) for s, p, o in plain - said]
    sets = {
        iri: recovered_set(iri, _said(by_subject.get(iri, ())), unlicensed=NO_LICENSE)
        for iri in sorted(set(owners.values()))
    }
    numbers = {iri: number for number, iri in enumerate(sets, start=1)}
    connection.executemany(
        "INSERT INTO mapping_set VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                numbers[iri],
                set_name(one, base=base),
                str(iri),
                str(one.license),
                one.title,
                json.dumps(one.creators, ensure_ascii=False),
                json.dumps(one.further, ensure_ascii=False),
            )
            for iri, one in sets.items()
        ),
    )
    frameworks = {NO_FRAMEWORK}
    rows = []
    for one in found:
        ends = [
            _framework(end, source, by_subject, shown)
            for end, source in (
                (one.row.subject, one.row.subject_source),
                (one.row.object, one.row.object_source),
            )
        ]
        frameworks.update(ends)
        rows.append(_cells(one, numbers, ends))
    rows.sort(key=lambda cells: [("" if cell is None else str(cell)) for cell in cells])
    marks = ", ".join("?" * 23)
    connection.executemany(
        f"INSERT INTO mapping VALUES ({marks})",  # noqa: S608
        ((number, *cells) for number, cells in enumerate(rows, start=1)),
    )
    frameworks |= {
        str(object_)
        for own in by_subject.values()
        for _, predicate, object_, _ in own
        if predicate == SKOS.inScheme
    }
    connection.executemany(
        "INSERT INTO framework VALUES (?, ?)",
        sorted((iri, framework_token(iri, base=base)) for iri in frameworks),
    )


def _framework(
    end: URIRef,
    source: URIRef | None,
    by_subject: Mapping[Node, Sequence[Quad]],
    shown: Mapping[str, str],
) -> str:
    """The scheme an end is in; the one its row names where it is in several, or where nothing else is known of it."""
    schemes = [str(o) for _, p, o, _ in by_subject.get(end, ()) if p in (SKOS.inScheme, SKOS.topConceptOf)]
    if source is not None and (not schemes or str(source) in schemes):
        return str(source)
    return shown.get(str(end)) or min(schemes, default=NO_FRAMEWORK)


def _cells(one: _Found, numbers: Mapping[URIRef, int], ends: Sequence[str]) -> list[object]:
    row = one.row
    return [
        None if one.owner is None else numbers[one.owner],
        str(row.subject),
        str(row.predicate),
        str(row.object),
        int(row.negated),
        row.confidence,
        str(row.justification),
        json.dumps(row.authors, ensure_ascii=False),
        None if row.date is None else row.date.isoformat(),
        row.comment,
        row.subject_label,
        row.object_label,
        row.subject_source,
        row.object_source,
        row.subject_source_version,
        row.object_source_version,
        row.tool,
        row.cardinality,
        json.dumps(row.further, ensure_ascii=False),
        *ends,
        int(one.recorded),
    ]


def _said(own: Iterable[Quad]) -> Said:
    return said_of((predicate, object_) for _, predicate, object_, _ in own)
