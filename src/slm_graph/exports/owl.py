"""The OWL download: vocabulary and content as one OWL 2 DL ontology."""

from __future__ import annotations

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from slm_graph.namespaces import SSSOM

_LANGUAGE_OF_OWL = tuple(str(namespace) for namespace in (OWL, RDF, RDFS, XSD))
"""Terms in these namespaces are OWL's own: they need no declaration, and may have none."""

_KINDS = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.Ontology,
    RDFS.Datatype,
)


def owl_graph(graph: Graph) -> Graph:
    """A new graph with what OWL 2 DL can say of `graph`, which holds the vocabulary beside the content.

    Every individual is an owl:NamedIndividual; a property, class or datatype nobody declared is declared
    (properties as annotation properties, which fit any value). Left out are skos:memberList with its lists,
    because OWL keeps RDF lists for its own syntax (skos:member stays), and the records of negative mappings:
    a tool would read the annotated axiom as a fact. The other records are blank nodes nothing points to,
    as OWL's mapping to RDF has annotated axioms.
    """
    kept = Graph()
    left_out = _list_cells(graph) | _negative_records(graph)
    records: dict[Node, BNode] = {
        record: record if isinstance(record, BNode) else BNode()
        for record in graph.subjects(RDF.type, OWL.Axiom)
    }
    for subject, predicate, object_ in graph:
        if subject in left_out or predicate == SKOS.memberList:
            continue
        if object_ in records or object_ == SSSOM.NoTermFound:
            continue
        kept.add((records.get(subject, subject), predicate, object_))
    _declare(kept)
    return kept


def _list_cells(graph: Graph) -> set[Node]:
    """The nodes of every list that skos:memberList begins."""
    cells: set[Node] = set()
    waiting = list(graph.objects(None, SKOS.memberList))
    while waiting:
        cell = waiting.pop()
        if cell != RDF.nil and cell not in cells:
            cells.add(cell)
            waiting.extend(graph.objects(cell, RDF.rest))
    return cells


def _negative_records(graph: Graph) -> set[Node]:
    """The records of mappings that say "not" or "nothing found"."""
    negated = set(graph.subjects(SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
    nothing_found = set(graph.subjects(OWL.annotatedTarget, SSSOM.NoTermFound))
    return negated | nothing_found


def _declare(graph: Graph) -> None:
    """Add the declarations that OWL 2 DL asks for and `graph` lacks."""
    declared = {subject for kind in _KINDS for subject in graph.subjects(RDF.type, kind)}
    relations = set(graph.subjects(RDF.type, OWL.ObjectProperty))
    missing: set[tuple[URIRef, URIRef]] = set()
    for subject, predicate, object_ in graph:
        if isinstance(predicate, URIRef) and _needs_declaration(predicate, declared):
            missing.add((predicate, OWL.AnnotationProperty))
        if isinstance(object_, Literal):
            if object_.datatype is not None and _needs_declaration(object_.datatype, declared):
                missing.add((object_.datatype, RDFS.Datatype))
        elif predicate == RDF.type:
            if not str(object_).startswith(_LANGUAGE_OF_OWL):
                if isinstance(object_, URIRef) and object_ not in declared:
                    missing.add((object_, OWL.Class))
                if isinstance(subject, URIRef) and subject not in declared:
                    missing.add((subject, OWL.NamedIndividual))
        elif predicate in relations and isinstance(object_, URIRef) and object_ not in declared:
            missing.add((object_, OWL.NamedIndividual))
    for term, kind in missing:
        graph.add((term, RDF.type, kind))


def _needs_declaration(term: URIRef, declared: set[Node]) -> bool:
    return term not in declared and not str(term).startswith(_LANGUAGE_OF_OWL)
