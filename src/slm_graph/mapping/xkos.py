"""Mapping sets as XKOS correspondences: what many-to-many rows say together, in one association."""

from __future__ import annotations

from collections import defaultdict

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from slm_graph.mapping.records import plain_triples
from slm_graph.mapping.sets import MappingSet
from slm_graph.namespaces import DEFAULT_BASE, XKOS


def correspondence(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> Graph:
    """One `xkos:Correspondence` with an `xkos:ConceptAssociation` for each group of rows, and their plain triples.

    Subjects with one predicate and the very same objects share an association, so that one says no more than its
    rows do: each of its sources is mapped to each of its targets. XKOS has no property for the kind of a mapping: it
    stands as `dcterms:type` at the association. Negated and NoTermFound rows are left out: XKOS cannot say them.
    """
    moved = mappings.rebased(base)
    graph = plain_triples(moved, base=base)
    graph.add((moved.id, RDF.type, XKOS.Correspondence))
    graph.add((moved.id, DCTERMS.license, moved.license))
    if moved.title is not None:
        graph.add((moved.id, DCTERMS.title, Literal(moved.title)))
    objects: defaultdict[tuple[URIRef, URIRef], set[URIRef]] = defaultdict(set)
    for row in moved.mappings:
        if row.positive:
            objects[row.predicate, row.subject].add(row.object)
            for source in (row.subject_source, row.object_source):
                if source is not None:
                    graph.add((moved.id, XKOS.compares, source))
    groups: defaultdict[tuple[URIRef, tuple[URIRef, ...]], list[URIRef]] = defaultdict(list)
    for (predicate, subject), targets in sorted(objects.items()):
        groups[predicate, tuple(sorted(targets))].append(subject)
    for number, ((predicate, targets_of_all), subjects) in enumerate(sorted(groups.items()), start=1):
        association = BNode(f"a{number}")
        graph.add((moved.id, XKOS.madeOf, association))
        graph.add((association, RDF.type, XKOS.ConceptAssociation))
        graph.add((association, DCTERMS.type, predicate))
        for subject in subjects:
            graph.add((association, XKOS.sourceConcept, subject))
        for target in targets_of_all:
            graph.add((association, XKOS.targetConcept, target))
    return graph
