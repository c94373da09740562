"""The mappings of a release as rows: gathered from records and plain triples when the index is written."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDFS, SKOS
from rdflib.term import Node

from slm_graph.mapping import Mapping as Row
from slm_graph.mapping import MappingSet, set_name
from slm_graph.mapping.slots import ENTITY_TYPES, ROW_SLOTS, SET_SLOTS, Kind, slot_property
from slm_graph.model import Quad
from slm_graph.namespaces import PAV, SEMAPV, SSSOM, vocabulary

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

NO_FRAMEWORK = ""
"""The framework of an end of which nobody says where it belongs."""

_OWN_SLOTS = frozenset(
    "record_id subject_id subject_label predicate_id predicate_modifier object_id object_label mapping_justification "
    "author_id subject_source subject_source_version object_source object_source_version mapping_cardinality "
    "mapping_tool mapping_date confidence comment".split()
)
"""Slots with a column of their own, or said otherwise."""

_OWN_SET_SLOTS = frozenset("mapping_set_id mapping_set_title license creator_id".split())

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
    connection: sqlite3.Connection, by_subject: Mapping[Node, Sequence[Quad]], *, base: str
) -> None:
    """Fill the tables of `TABLES` from the statements of a release, by subject."""
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
        if (row := _row(record, by_subject[record])) is not None
    ]
    said = {(one.row.subject, one.row.predicate, one.row.object) for one in found}
    found += [_Found(Row(s, p, o, SEMAPV.UnspecifiedMatching), None, False) for s, p, o in plain - said]
    sets = {iri: _set(iri, by_subject.get(iri, ())) for iri in sorted(set(owners.values()))}
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
            _framework(end, source, by_subject)
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


def _framework(end: URIRef, source: URIRef | None, by_subject: Mapping[Node, Sequence[Quad]]) -> str:
    """The scheme an end is in; the one its row names where it is in several, or where nothing else is known of it."""
    schemes = [str(o) for _, p, o, _ in by_subject.get(end, ()) if p in (SKOS.inScheme, SKOS.topConceptOf)]
    if source is not None and (not schemes or str(source) in schemes):
        return str(source)
    return min(schemes, default=NO_FRAMEWORK)


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


def _row(record: Node, own: Iterable[Quad]) -> Row | None:
    """The row that a record says; None for an annotation that is no mapping."""
    said: dict[URIRef, list[Node]] = {}
    for _, predicate, object_, _ in own:
        if object_ not in said.setdefault(predicate, []):
            said[predicate].append(object_)
    subject = _iri(said, OWL.annotatedSource)
    claim = _iri(said, OWL.annotatedProperty)
    target = _iri(said, OWL.annotatedTarget)
    justification = _iri(said, SSSOM.mapping_justification)
    if subject is None or claim is None or target is None or justification is None:
        return None
    further = {
        slot: tuple(sorted(_text(value, kind) for value in said[slot_property(slot)]))
        for slot, kind in ROW_SLOTS.items()
        if slot not in _OWN_SLOTS and slot_property(slot) in said
    }
    if isinstance(record, URIRef):
        further["record_id"] = (str(record),)
    return Row(
        subject=subject,
        predicate=claim,
        object=target,
        justification=justification,
        negated=SSSOM.NegatedPredicate in said.get(SSSOM.predicate_modifier, ()),
        confidence=_number(_literal(said, SSSOM.confidence)),
        authors=tuple(
            sorted(author for author in said.get(PAV.authoredBy, ()) if isinstance(author, URIRef))
        ),
        date=_day(_literal(said, DCTERMS.created)),
        comment=_literal(said, RDFS.comment),
        subject_label=_literal(said, SSSOM.subject_label),
        object_label=_literal(said, SSSOM.object_label),
        subject_source=_iri(said, SSSOM.subject_source),
        object_source=_iri(said, SSSOM.object_source),
        subject_source_version=_literal(said, SSSOM.subject_source_version),
        object_source_version=_literal(said, SSSOM.object_source_version),
        tool=_literal(said, SSSOM.mapping_tool),
        cardinality=_literal(said, SSSOM.mapping_cardinality),
        further=tuple(sorted(further.items())),
    )


def _set(iri: URIRef, own: Iterable[Quad]) -> MappingSet:
    said: dict[URIRef, list[Node]] = {}
    for _, predicate, object_, _ in own:
        if not isinstance(object_, BNode):
            said.setdefault(predicate, []).append(object_)
    further = {
        slot: tuple(sorted(_text(value, kind) for value in said[slot_property(slot)]))
        for slot, kind in SET_SLOTS.items()
        if slot not in _OWN_SET_SLOTS and slot_property(slot) in said
    }
    return MappingSet(
        id=iri,
        license=_iri(said, DCTERMS.license) or URIRef(""),
        mappings=(),
        title=_literal(said, DCTERMS.title),
        creators=tuple(sorted(one for one in said.get(DCTERMS.creator, ()) if isinstance(one, URIRef))),
        further=tuple(sorted(further.items())),
    )


_TYPE_NAMES = {iri: name for name, iri in ENTITY_TYPES.items()}


def _text(value: Node, kind: Kind) -> str:
    """A slot's value as SSSOM writes it."""
    if isinstance(value, URIRef):
        version = str(value).removeprefix(str(SSSOM) + "version")
        return _TYPE_NAMES.get(value) or (version if version != str(value) else str(value))
    number = _number_of(str(value)) if kind == "number" else None
    return str(value) if number is None else str(number)


def _iri(said: Mapping[URIRef, Sequence[Node]], predicate: URIRef) -> URIRef | None:
    return min((value for value in said.get(predicate, ()) if isinstance(value, URIRef)), default=None)


def _literal(said: Mapping[URIRef, Sequence[Node]], predicate: URIRef) -> str | None:
    return min((str(value) for value in said.get(predicate, ()) if isinstance(value, Literal)), default=None)


def _number(text: str | None) -> float | None:
    number = None if text is None else _number_of(text)
    return number if number is not None and 0 <= number <= 1 else None


def _number_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _day(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
