"""Mappings whose ends are missing, and exact matches that make two concepts of one scheme the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, SKOS
from rdflib.term import Node

from slm_graph.namespaces import SSSOM

_SIDES = ((OWL.annotatedSource, SSSOM.subject_source), (OWL.annotatedTarget, SSSOM.object_source))


def dangling(graph: Graph, base: str) -> Iterator[tuple[Node, Node]]:
    """Each record with an end below our own `id/` that does not exist."""
    yield from ((record, end) for record, end, _ in _missing(graph) if str(end).startswith(f"{base}id/"))


def dangling_elsewhere(graph: Graph, base: str) -> Iterator[tuple[Node, Node]]:
    """Each record with an end that is missing in another's scheme whose concepts are here: a slip, or a part of that
    framework that was not brought along."""
    for record, end, source in _missing(graph):
        here = any((None, SKOS.inScheme, scheme) in graph for scheme in graph.objects(record, source))
        if here and not str(end).startswith(f"{base}id/"):
            yield record, end


def _missing(graph: Graph) -> Iterator[tuple[Node, Node, URIRef]]:
    """Record, end nothing is said of, and the property that names the end's scheme."""
    for record in graph.subjects(SSSOM.mapping_justification):
        for side, source in _SIDES:
            for end in graph.objects(record, side):
                known = any((end, part, None) in graph for part in (RDF.type, SKOS.inScheme, SKOS.prefLabel))
                if not known and end != SSSOM.NoTermFound:
                    yield record, end, source


def collapsed(graph: Graph, base: str) -> Iterator[tuple[Node, Node]]:
    """Each concept that a chain of exactMatch, read both ways, joins to another of its scheme, with that other."""
    neighbours: defaultdict[Node, set[Node]] = defaultdict(set)
    for one, other in graph.subject_objects(SKOS.exactMatch):
        neighbours[one].add(other)
        neighbours[other].add(one)
    seen: set[Node] = set()
    for start in neighbours:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            found = neighbours[waiting.pop()] - group
            group |= found
            waiting.extend(found)
        seen |= group
        members: defaultdict[Node, list[Node]] = defaultdict(list)
        for concept in sorted(group, key=str):
            for scheme in graph.objects(concept, SKOS.inScheme):
                members[scheme].append(concept)
        for same in members.values():
            # the next one, in a ring: n findings for n concepts, not n²
            for place, concept in enumerate(same):
                if len(same) > 1:
                    yield concept, same[(place + 1) % len(same)]
