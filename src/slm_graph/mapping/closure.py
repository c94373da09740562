"""What follows from mappings and hierarchy together: paths over exactMatch, and up the hierarchy."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from slm_graph.mapping.sets import MappingSet

_UP = (SKOS.broader, SKOS.broadMatch, SKOS.broaderTransitive)
_DOWN = (SKOS.narrower, SKOS.narrowMatch, SKOS.narrowerTransitive)


@dataclass(frozen=True, slots=True)
class Link:
    """One statement a conclusion rests on; `source` is the mapping set that makes it, None: the graph."""

    subject: URIRef
    predicate: URIRef
    object: URIRef
    source: URIRef | None = None

    def n3(self) -> str:
        statement = f"{self.subject.n3()} {_short(self.predicate)} {self.object.n3()}"
        return f"{statement} [{self.source.n3()}]" if self.source else statement


def _short(predicate: URIRef) -> str:
    return f"skos:{predicate.removeprefix(str(SKOS))}" if predicate.startswith(str(SKOS)) else predicate.n3()


class Network:
    """The positive rows of some sets beside a graph, to be walked; the graph is read where a walk comes by."""

    def __init__(self, sets: Iterable[MappingSet], graph: Graph) -> None:
        self.graph = graph
        self.links: list[Link] = []
        self._out: defaultdict[tuple[URIRef, URIRef], list[Link]] = defaultdict(list)
        self._in: defaultdict[tuple[URIRef, URIRef], list[Link]] = defaultdict(list)
        for mappings in sets:
            for row in mappings.mappings:
                if row.positive:
                    link = Link(row.subject, row.predicate, row.object, mappings.id)
                    self.links.append(link)
                    self._out[row.subject, row.predicate].append(link)
                    self._in[row.object, row.predicate].append(link)

    def statements(self, predicate: URIRef) -> Iterator[Link]:
        """Every statement with the predicate: the sets' first, then the graph's that no set makes."""
        told = set()
        for link in self.links:
            if link.predicate == predicate:
                told.add((link.subject, link.object))
                yield link
        for subject, object_ in sorted(self.graph.subject_objects(predicate)):
            if isinstance(subject, URIRef) and isinstance(object_, URIRef) and (subject, object_) not in told:
                yield Link(subject, predicate, object_)

    def exact_path(self, start: URIRef, end: URIRef) -> tuple[Link, ...] | None:
        """The shortest chain of exactMatch between two concepts, read in both directions; None without one."""
        return _path(start, end, self._exact)

    def exact_component(self, start: URIRef) -> set[URIRef]:
        """`start` and every concept an exactMatch chain leads to."""
        found, waiting = {start}, deque([start])
        while waiting:
            for concept, _ in self._exact(waiting.popleft()):
                if concept not in found:
                    found.add(concept)
                    waiting.append(concept)
        return found

    def broader_path(self, start: URIRef, end: URIRef) -> tuple[Link, ...] | None:
        """The shortest way up from `start` to `end` over hierarchy and broadMatch, of one step at least."""
        return _path(start, end, self._broader)

    def _exact(self, concept: URIRef) -> Iterator[tuple[URIRef, Link]]:
        yield from self._around(concept, SKOS.exactMatch, forwards=True)
        yield from self._around(concept, SKOS.exactMatch, forwards=False)

    def _broader(self, concept: URIRef) -> Iterator[tuple[URIRef, Link]]:
        for predicate in _UP:
            yield from self._around(concept, predicate, forwards=True)
        for predicate in _DOWN:
            yield from self._around(concept, predicate, forwards=False)

    def _around(self, concept: URIRef, predicate: URIRef, *, forwards: bool) -> Iterator[tuple[URIRef, Link]]:
        for link in (self._out if forwards else self._in).get((concept, predicate), ()):
            yield (link.object if forwards else link.subject), link
        if forwards:
            for other in _iris(self.graph.objects(concept, predicate)):
                yield other, Link(concept, predicate, other)
        else:
            for other in _iris(self.graph.subjects(predicate, concept)):
                yield other, Link(other, predicate, concept)


def _iris(terms: Iterable[Node]) -> list[URIRef]:
    """In a fixed order, so that the same data tell the same chain."""
    return sorted(term for term in terms if isinstance(term, URIRef))


def _path(
    start: URIRef, end: URIRef, neighbours: Callable[[URIRef], Iterable[tuple[URIRef, Link]]]
) -> tuple[Link, ...] | None:
    """Breadth first, so the shortest; a cycle ends the walk, it does not repeat it."""
    came: dict[URIRef, tuple[URIRef, Link]] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for concept, link in neighbours(here):
            if concept in came:
                continue
            came[concept] = (here, link)
            if concept == end:
                return _walked(came, start, end)
            waiting.append(concept)
    return None


def _walked(came: dict[URIRef, tuple[URIRef, Link]], start: URIRef, end: URIRef) -> tuple[Link, ...]:
    links: list[Link] = []
    here = end
    while True:
        here, link = came[here]
        links.append(link)
        if here == start:
            return tuple(reversed(links))
