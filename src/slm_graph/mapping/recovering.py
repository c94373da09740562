"""Mapping sets out of RDF: SSSOM records as `records` writes them, and plain mapping triples of others."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from types import MappingProxyType

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from slm_graph.errors import DataRefused, Text
from slm_graph.mapping.check import SKOS_MAPPINGS
from slm_graph.mapping.sets import Mapping, MappingSet, Slots, mapping_set
from slm_graph.mapping.slots import ENTITY_TYPES, REQUIRED_COLUMNS, ROW_SLOTS, SET_SLOTS, Kind, slot_property
from slm_graph.namespaces import SEMAPV, SSSOM

_ENTITY_TYPE_NAMES = MappingProxyType({iri: name for name, iri in ENTITY_TYPES.items()})

_ONE_IRI = (*REQUIRED_COLUMNS, "subject_source", "object_source")
_ONE_TEXT = ("confidence", "mapping_date", "comment", "subject_label", "object_label", "subject_source_version",
             "object_source_version", "mapping_tool", "mapping_cardinality")  # fmt: skip
_OF_A_ROW = frozenset({*_ONE_IRI, *_ONE_TEXT, "predicate_modifier", "author_id", "record_id"})
"""Slots with a field of their own, or said otherwise; the others are further slots."""

_OF_A_SET = frozenset({"mapping_set_id", "mapping_set_title", "license", "creator_id"})

UNKNOWN_LICENSE = URIRef("https://w3id.org/sssom/license/unspecified")
"""What the SSSOM specification has tools write where nobody gave a licence."""

Said = ReadOnlyMapping[URIRef, Sequence[URIRef | Literal]]
"""What is said of one node: property → values."""


def said_of(statements: Iterable[tuple[Node, Node]]) -> Said:
    """Predicates and objects of one node by predicate, each once; no slot has a blank node for its value."""
    said: dict[URIRef, list[URIRef | Literal]] = {}
    for predicate, object_ in statements:
        if isinstance(predicate, URIRef) and isinstance(object_, URIRef | Literal):
            values = said.setdefault(predicate, [])
            if object_ not in values:
                values.append(object_)
    return said


def sets_in(graph: Graph, *, fallback: URIRef) -> tuple[MappingSet, ...]:
    """Every mapping set described in the graph, by IRI; records and plain triples of no set are one named `fallback`.

    Plain triples are the five SKOS mapping properties and `skos:mappingRelation`, each once, in the direction given.
    Raises DataRefused for a record that says less or more than a row can.
    """
    sets: list[MappingSet] = []
    in_a_set: set[Node] = set()
    for node in sorted(one for one in graph.subjects(RDF.type, SSSOM.MappingSet) if isinstance(one, URIRef)):
        nodes = list(graph.objects(node, SSSOM.mappings))
        in_a_set.update(nodes)
        said = said_of(graph.predicate_objects(node))
        sets.append(recovered_set(node, said, [_row(graph, record) for record in nodes]))
    loose = [
        _row(graph, record)
        for record in set(graph.subjects(SSSOM.mapping_justification, None))
        if record not in in_a_set
    ]
    told = {(row.subject, row.predicate, row.object) for one in sets for row in one.mappings}
    told |= {(row.subject, row.predicate, row.object) for row in loose}
    for predicate in sorted(SKOS_MAPPINGS):
        for subject, object_ in graph.subject_objects(predicate):
            if (
                isinstance(subject, URIRef)
                and isinstance(object_, URIRef)
                and (subject, predicate, object_) not in told
            ):
                loose.append(Mapping(subject, predicate, object_, SEMAPV.UnspecifiedMatching))
    if loose:
        sets.append(mapping_set(id=fallback, license=UNKNOWN_LICENSE, mappings=loose))
    return tuple(sets)


def _row(graph: Graph, record: Node) -> Mapping:
    """The row of a record that says it in full. Raises DataRefused."""
    said = said_of(graph.predicate_objects(record))
    fault, row = _fault(said), recovered_row(record, said)
    if fault is not None or row is None:
        raise _refused(record, said, fault or "")
    return row


def recovered_row(record: Node, said: Said) -> Mapping | None:
    """The row that a record says; None for an annotation that is no mapping.

    As far as it can be read: of several values where one belongs the first in order counts, and what is no number or no
    date is left out.
    """
    subject, predicate = _iri(said, "subject_id"), _iri(said, "predicate_id")
    target, justification = _iri(said, "object_id"), _iri(said, "mapping_justification")
    if subject is None or predicate is None or target is None or justification is None:
        return None
    further = _further(said, {slot: kind for slot, kind in ROW_SLOTS.items() if slot not in _OF_A_ROW})
    if isinstance(record, URIRef):
        further = tuple(sorted((*further, ("record_id", (str(record),)))))
    return Mapping(
        subject=subject,
        predicate=predicate,
        object=target,
        justification=justification,
        negated=SSSOM.NegatedPredicate in said.get(SSSOM.predicate_modifier, ()),
        confidence=_share(_literal(said, "confidence")),
        authors=_iris(said, "author_id"),
        date=_day(_literal(said, "mapping_date")),
        comment=_literal(said, "comment"),
        subject_label=_literal(said, "subject_label"),
        object_label=_literal(said, "object_label"),
        subject_source=_iri(said, "subject_source"),
        subject_source_version=_literal(said, "subject_source_version"),
        object_source=_iri(said, "object_source"),
        object_source_version=_literal(said, "object_source_version"),
        tool=_literal(said, "mapping_tool"),
        cardinality=_literal(said, "mapping_cardinality"),
        further=further,
    )


def recovered_set(
    iri: URIRef, said: Said, mappings: Iterable[Mapping] = (), *, unlicensed: URIRef = UNKNOWN_LICENSE
) -> MappingSet:
    """The set that a node describes, with these rows; `unlicensed` stands where no licence is said."""
    return mapping_set(
        id=iri,
        license=_iri(said, "license") or unlicensed,
        mappings=mappings,
        title=_literal(said, "mapping_set_title"),
        creators=_iris(said, "creator_id"),
        further=_further(said, {slot: kind for slot, kind in SET_SLOTS.items() if slot not in _OF_A_SET}),
    )


def _fault(said: Said) -> str | None:
    """Why a record says less or more than a row can; None for one that says it in full."""
    for slot in _ONE_IRI:
        number = len(_iris(said, slot))
        if number > 1 or (number == 0 and slot in REQUIRED_COLUMNS):
            return f"{slot}: {number}"
    for slot in _ONE_TEXT:
        number = len(said.get(slot_property(slot), ()))
        if number > 1:
            return f"{slot}: {number}"
    for slot, read in (("confidence", _share), ("mapping_date", _day)):
        text = _literal(said, slot)
        if text is not None and read(text) is None:
            return f"{slot} {text}"
    return None


def _iris(said: Said, slot: str) -> tuple[URIRef, ...]:
    return tuple(sorted(value for value in said.get(slot_property(slot), ()) if isinstance(value, URIRef)))


def _iri(said: Said, slot: str) -> URIRef | None:
    return next(iter(_iris(said, slot)), None)


def _literal(said: Said, slot: str) -> str | None:
    values = (str(value) for value in said.get(slot_property(slot), ()) if isinstance(value, Literal))
    return min(values, default=None)


def _further(said: Said, kinds: ReadOnlyMapping[str, Kind]) -> Slots:
    found = ((slot, said.get(slot_property(slot), ()), kind) for slot, kind in kinds.items())
    return tuple(
        sorted(
            (slot, tuple(sorted(_text(value, slot, kind) for value in values)))
            for slot, values, kind in found
            if values
        )
    )


def _text(value: URIRef | Literal, slot: str, kind: Kind) -> str:
    """A slot's value as SSSOM writes it."""
    if kind == "entity type" and isinstance(value, URIRef):
        return _ENTITY_TYPE_NAMES.get(value, "rdfs resource")
    if slot == "sssom_version":
        return re.sub(r".*version", "", str(value))
    number = _number(str(value)) if kind == "number" else None
    return str(value) if number is None else str(number)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _share(text: str | None) -> float | None:
    """A confidence, from 0 to 1; None for what is none."""
    number = None if text is None else _number(text)
    return number if number is not None and 0 <= number <= 1 else None


def _day(text: str | None) -> datetime.date | None:
    """A date, of a point in time its day; None for what is none."""
    if text is None or text[10:11] not in ("", "T"):
        return None
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _refused(record: Node, said: Said, what: str) -> DataRefused:
    ends = " ".join(
        one.n3()
        for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        for one in said.get(part, ())
    )
    return DataRefused(
        Text(
            de=f"Ein Zuordnungssatz-Eintrag ist unvollständig oder mehrdeutig ({what}): {ends or record.n3()}",
            en=f"a record of a mapping is incomplete or ambiguous ({what}): {ends or record.n3()}",
        )
    )
