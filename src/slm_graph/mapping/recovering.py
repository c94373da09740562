"""Mapping sets out of RDF: SSSOM records as `records` writes them, and plain mapping triples of others."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from types import MappingProxyType

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF
from rdflib.term import Node

from slm_graph.errors import DataRefused, Text
from slm_graph.mapping.check import SKOS_MAPPINGS
from slm_graph.mapping.sets import Mapping, MappingSet, Slots, mapping_set
from slm_graph.mapping.slots import ENTITY_TYPES, ROW_SLOTS, SET_SLOTS, Kind, slot_property
from slm_graph.namespaces import SEMAPV, SSSOM

_ENTITY_TYPE_NAMES = MappingProxyType({iri: name for name, iri in ENTITY_TYPES.items()})
_OF_A_ROW = ("subject_id", "predicate_id", "object_id", "mapping_justification", "predicate_modifier", "confidence",
             "author_id", "mapping_date", "comment", "subject_label", "object_label", "subject_source",
             "subject_source_version", "object_source", "object_source_version", "mapping_tool",
             "mapping_cardinality", "record_id")  # fmt: skip
"""Slots read one by one; the others are further slots."""
UNKNOWN_LICENSE = URIRef("https://w3id.org/sssom/license/unspecified")
"""What the SSSOM specification has tools write where nobody gave a licence."""


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
        sets.append(_set(graph, node, [_row(graph, record) for record in nodes]))
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


def _set(graph: Graph, node: URIRef, rows: Iterable[Mapping]) -> MappingSet:
    titles = _texts(graph, node, "mapping_set_title", "text")
    licenses = [one for one in graph.objects(node, DCTERMS.license) if isinstance(one, URIRef)]
    own = {"mapping_set_id", "mapping_set_title", "license", "creator_id"}
    return mapping_set(
        id=node,
        license=min(licenses, default=UNKNOWN_LICENSE),
        mappings=rows,
        title=titles[0] if titles else None,
        creators=sorted(one for one in graph.objects(node, DCTERMS.creator) if isinstance(one, URIRef)),
        further=_further(graph, node, {slot: kind for slot, kind in SET_SLOTS.items() if slot not in own}),
    )


def _row(graph: Graph, node: Node) -> Mapping:
    def iri(slot: str) -> URIRef | None:
        found = [one for one in graph.objects(node, slot_property(slot)) if isinstance(one, URIRef)]
        if len(found) > 1:
            raise _refused(graph, node, f"{slot}: {len(found)}")
        return found[0] if found else None

    def needed(slot: str) -> URIRef:
        found = iri(slot)
        if found is None:
            raise _refused(graph, node, slot)
        return found

    def text(slot: str) -> str | None:
        found = _texts(graph, node, slot, "text")
        if len(found) > 1:
            raise _refused(graph, node, f"{slot}: {len(found)}")
        return found[0] if found else None

    confidence, date = text("confidence"), text("mapping_date")
    try:
        sure = None if confidence is None else float(confidence)
        day = None if date is None else datetime.date.fromisoformat(date)
    except ValueError as error:
        raise _refused(graph, node, str(error)) from error
    if sure is not None and not 0 <= sure <= 1:
        raise _refused(graph, node, f"confidence {confidence}")
    further = _further(graph, node, {slot: kind for slot, kind in ROW_SLOTS.items() if slot not in _OF_A_ROW})
    if isinstance(node, URIRef):
        further = tuple(sorted((*further, ("record_id", (str(node),)))))
    return Mapping(
        subject=needed("subject_id"),
        predicate=needed("predicate_id"),
        object=needed("object_id"),
        justification=needed("mapping_justification"),
        negated=(node, SSSOM.predicate_modifier, SSSOM.NegatedPredicate) in graph,
        confidence=sure,
        authors=tuple(
            sorted(one for one in graph.objects(node, slot_property("author_id")) if isinstance(one, URIRef))
        ),
        date=day,
        comment=text("comment"),
        subject_label=text("subject_label"),
        object_label=text("object_label"),
        subject_source=iri("subject_source"),
        subject_source_version=text("subject_source_version"),
        object_source=iri("object_source"),
        object_source_version=text("object_source_version"),
        tool=text("mapping_tool"),
        further=further,
    )


def _further(graph: Graph, node: Node, kinds: dict[str, Kind]) -> Slots:
    found = ((slot, _texts(graph, node, slot, kind)) for slot, kind in kinds.items())
    return tuple(sorted((slot, texts) for slot, texts in found if texts))


def _texts(graph: Graph, node: Node, slot: str, kind: Kind) -> tuple[str, ...]:
    return tuple(sorted(_text(value, slot, kind) for value in graph.objects(node, slot_property(slot))))


def _text(value: Node, slot: str, kind: Kind) -> str:
    if kind == "entity type" and isinstance(value, URIRef):
        return _ENTITY_TYPE_NAMES.get(value, "rdfs resource")
    if slot == "sssom_version":
        return re.sub(r".*version", "", str(value))
    return (
        str(float(value))
        if kind == "number" and isinstance(value, Literal) and _is_number(value)
        else str(value)
    )


def _is_number(value: Literal) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _refused(graph: Graph, node: Node, what: str) -> DataRefused:
    ends = " ".join(
        one.n3()
        for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        for one in graph.objects(node, part)
    )
    return DataRefused(
        Text(
            de=f"Ein Zuordnungssatz-Eintrag ist unvollständig oder mehrdeutig ({what}): {ends or node.n3()}",
            en=f"a record of a mapping is incomplete or ambiguous ({what}): {ends or node.n3()}",
        )
    )
