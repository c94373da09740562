"""Mapping sets in RDF: plain triples to query easily, and a record of each row in SSSOM's own terms."""

from __future__ import annotations

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, XSD

from slm_graph.mapping.sets import Mapping, MappingSet
from slm_graph.mapping.slots import ENTITY_TYPES, ROW_SLOTS, SET_SLOTS, Kind, slot_property
from slm_graph.namespaces import DEFAULT_BASE, PAV, SSSOM


def plain_triples(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> Graph:
    """`subject predicate object` of every row that claims a correspondence; none for Not and NoTermFound."""
    graph = Graph()
    for row in mappings.rebased(base).mappings:
        if row.positive:
            graph.add((row.subject, row.predicate, row.object))
    return graph


def records(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> Graph:
    """SSSOM/RDF of the whole set: the set, and an `owl:Axiom` for each row, negative and unmatched ones included.

    A row with a `record_id` has it as its IRI, every other is a blank node, as SSSOM/RDF says.
    """
    moved = mappings.rebased(base)
    graph = Graph()
    graph.add((moved.id, RDF.type, SSSOM.MappingSet))
    graph.add((moved.id, DCTERMS.license, moved.license))
    if moved.title is not None:
        graph.add((moved.id, DCTERMS.title, Literal(moved.title)))
    for creator in moved.creators:
        graph.add((moved.id, DCTERMS.creator, creator))
    for slot, values in moved.further:
        for value in values:
            graph.add((moved.id, slot_property(slot), _value(slot, value, SET_SLOTS[slot])))
    for row in moved.mappings:
        graph.add((moved.id, SSSOM.mappings, _add_record(graph, row)))
    return graph


def axioms(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> Graph:
    """The plain triples with their records, fit for an OWL file: positive rows only, nothing that points to a record.

    OWL reads every axiom annotation as a positive fact, and an annotation's blank node may not be pointed to.
    """
    moved = mappings.rebased(base)
    graph = plain_triples(moved, base=base)
    for row in moved.mappings:
        if row.positive:
            _add_record(graph, row, node=BNode())
    return graph


def set_graph(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> Graph:
    """What the set's named graph holds: plain triples and records."""
    graph = records(mappings, base=base)
    for triple in plain_triples(mappings, base=base):
        graph.add(triple)
    return graph


def _add_record(graph: Graph, row: Mapping, *, node: URIRef | BNode | None = None) -> URIRef | BNode:
    if node is None:
        record_id = row.slot("record_id")
        node = URIRef(record_id[0]) if record_id else BNode()
    graph.add((node, RDF.type, OWL.Axiom))
    graph.add((node, OWL.annotatedSource, row.subject))
    graph.add((node, OWL.annotatedProperty, row.predicate))
    graph.add((node, OWL.annotatedTarget, row.object))
    graph.add((node, SSSOM.mapping_justification, row.justification))
    if row.negated:
        graph.add((node, SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
    if row.confidence is not None:
        graph.add((node, SSSOM.confidence, Literal(repr(row.confidence), datatype=XSD.double)))
    for author in row.authors:
        graph.add((node, PAV.authoredBy, author))
    if row.date is not None:
        graph.add((node, DCTERMS.created, Literal(row.date.isoformat(), datatype=XSD.date)))
    for slot, text in (
        ("comment", row.comment),
        ("subject_label", row.subject_label),
        ("object_label", row.object_label),
        ("subject_source_version", row.subject_source_version),
        ("object_source_version", row.object_source_version),
        ("mapping_tool", row.tool),
        ("mapping_cardinality", row.cardinality),
    ):
        if text is not None:
            graph.add((node, slot_property(slot), Literal(text)))
    for slot, source in (("subject_source", row.subject_source), ("object_source", row.object_source)):
        if source is not None:
            graph.add((node, slot_property(slot), source))
    for slot, values in row.further:
        if slot != "record_id":
            for value in values:
                graph.add((node, slot_property(slot), _value(slot, value, ROW_SLOTS[slot])))
    return node


def _value(slot: str, value: str, kind: Kind) -> URIRef | Literal:
    if kind in ("reference", "references", "iri", "iris"):
        return URIRef(value)
    if kind == "entity type":
        return ENTITY_TYPES[value]
    if kind == "date":
        return Literal(value, datatype=XSD.date)
    if kind == "number":
        return Literal(value, datatype=XSD.double)
    if slot == "sssom_version":
        return SSSOM[f"version{value}"]
    return Literal(value)
