"""How statements are laid out for people, the same in every readable syntax.

Subjects, predicates and objects in a fixed order; a blank node that is mentioned once is written where it is
mentioned, an RDF list as a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from slm_graph.engine.canonical import labelled, term_text
from slm_graph.model import Quad

_MAX_NESTING = 8
"""Deeper than any shape or axiom people write; what is nested deeper gets a label, so that no syntax recurses far."""

_PREDICATES = (
    RDF.type,
    SKOS.prefLabel,
    RDFS.label,
    DCTERMS.title,
    FOAF.name,
    SKOS.altLabel,
    SKOS.hiddenLabel,
    SKOS.notation,
    DCTERMS.identifier,
    SKOS.definition,
    DCTERMS.description,
    RDFS.comment,
    SKOS.scopeNote,
    SKOS.note,
    SKOS.example,
    SKOS.editorialNote,
    SKOS.changeNote,
    SKOS.historyNote,
    DCTERMS.provenance,
    SKOS.inScheme,
    SKOS.topConceptOf,
    SKOS.hasTopConcept,
    SKOS.broader,
    SKOS.narrower,
    SKOS.related,
    SKOS.memberList,
    SKOS.member,
)
_RANK = {str(predicate): rank for rank, predicate in enumerate(_PREDICATES)}
_LANGUAGE_RANK = {"de": 0, "en": 1}

_LABEL = re.compile(r"[A-Za-wyz][A-Za-z0-9]*")
"""Labels that are the same in every syntax (an XML name too); x is left to those that are spelled out."""

Properties = dict[URIRef, list[Node]]


@dataclass(frozen=True, slots=True)
class GraphOutline:
    """One graph in writing order; `name` is None for the default graph."""

    name: URIRef | None
    subjects: dict[Node, Properties]
    """What stands at the top level, ordered."""
    nested: dict[BNode, Properties]
    """Blank nodes that are written where their one mention stands."""
    lists: dict[BNode, list[Node]]
    """Heads of well-formed RDF lists mentioned once, with their items; their cells are in no other place."""
    anonymous: frozenset[Node]
    """Blank nodes at the top level that nothing mentions: they need no label."""


def outline(
    quads: Iterable[Quad],
    *,
    base: str,
    subject: URIRef | None = None,
    keeps_graphs: bool = False,
    nests: bool = True,
    relabels: bool = True,
    may_be_list: Callable[[list[Node]], bool] = bool,
) -> list[GraphOutline]:
    """The graphs of a data set, default graph first (it is there even when empty), then by name.

    `subject` stands first in its graph; `keeps_graphs=False` gives the union as the default graph;
    `relabels=False` keeps the blank nodes' labels; `nests=False` leaves every blank node at the top level; `may_be_list` says which lists of items are written
    as lists, others being left as cells.
    """
    by_graph: dict[URIRef | None, dict[Node, dict[URIRef, dict[str, Node]]]] = {None: {}}
    for subject_, predicate, object_, name in with_labels(quads, relabels=relabels):
        graph = by_graph.setdefault(name if keeps_graphs else None, {})
        graph.setdefault(subject_, {}).setdefault(predicate, {})[term_text(object_)] = object_
    vocabulary = base + "ontology#"
    orders = _Orders(vocabulary)
    graphs = {
        name: {node: orders.properties(found[node]) for node in sorted(found, key=_subject_key(subject))}
        for name, found in by_graph.items()
    }
    mentions = _mentions(graphs)
    names = sorted((name for name in graphs if name is not None), key=str)
    return [
        _arranged(name, graphs[name], mentions, nests=nests, may_be_list=may_be_list)
        for name in (None, *names)
    ]


def with_labels(quads: Iterable[Quad], *, relabels: bool) -> Iterator[Quad]:
    """The statements with canonical blank node labels, or with their own, which then decide the order.

    A label that not every syntax has is spelled out in hexadecimal.
    """
    if relabels:
        yield from labelled(quads)
        return
    for quad in quads:
        subject, predicate, object_, graph = quad
        if type(subject) is BNode or type(object_) is BNode:
            yield _kept(subject), predicate, _kept(object_), graph
        else:
            yield quad


def _kept(term: Node) -> Node:
    if type(term) is not BNode or _LABEL.fullmatch(term):
        return term
    return BNode("x_" + term.encode("utf-8", "surrogatepass").hex())


def _subject_key(first: URIRef | None) -> Callable[[Node], tuple[int, int, str]]:
    def key(node: Node) -> tuple[int, int, str]:
        label = str(node)
        return (
            (0 if node == first else 2 if type(node) is BNode else 1),
            len(label) * (type(node) is BNode),
            label,
        )

    return key


class _Orders:
    """The orders of predicates and objects, remembering the sort key of every predicate."""

    def __init__(self, vocabulary: str) -> None:
        self._vocabulary = vocabulary
        self._keys: dict[str, tuple[int, str]] = {}

    def properties(self, found: dict[URIRef, dict[str, Node]]) -> Properties:
        ordered = sorted(found, key=self._predicate_key) if len(found) > 1 else found
        return {
            predicate: list(values.values())
            if len(values := found[predicate]) == 1
            else [values[text] for text in sorted(values, key=self._object_key(predicate, values))]
            for predicate in ordered
        }

    def _predicate_key(self, predicate: URIRef) -> tuple[int, str]:
        text = str(predicate)
        key = self._keys.get(text)
        if key is None:
            own = len(_RANK) + (0 if text.startswith(self._vocabulary) else 1)
            key = self._keys[text] = (_RANK.get(text, own), text)
        return key

    def _object_key(
        self, predicate: URIRef, values: dict[str, Node]
    ) -> Callable[[str], tuple[int, int, str, int, str]]:
        own = f"<{self._vocabulary}"

        def key(text: str) -> tuple[int, int, str, int, str]:
            value = values[text]
            if type(value) is URIRef:
                return 0, 0 if text.startswith(own) and predicate == RDF.type else 1, "", 0, text
            if type(value) is Literal:
                language = (value.language or "").lower()
                return 1, _LANGUAGE_RANK.get(language, 2), language, 0, text
            return 2, 0, "", len(text), text

        return key


def _mentions(graphs: dict[URIRef | None, dict[Node, Properties]]) -> dict[Node, tuple[int, int]]:
    """Blank node → how often it is an object, and in how many graphs it occurs at all."""
    objects: dict[Node, int] = {}
    places: dict[Node, set[URIRef | None]] = {}
    for name, subjects in graphs.items():
        for subject, properties in subjects.items():
            if type(subject) is BNode:
                places.setdefault(subject, set()).add(name)
            for values in properties.values():
                for value in values:
                    if type(value) is BNode:
                        objects[value] = objects.get(value, 0) + 1
                        places.setdefault(value, set()).add(name)
    return {node: (objects.get(node, 0), len(names)) for node, names in places.items()}


def _arranged(
    name: URIRef | None,
    subjects: dict[Node, Properties],
    mentions: dict[Node, tuple[int, int]],
    *,
    nests: bool,
    may_be_list: Callable[[list[Node]], bool],
) -> GraphOutline:
    anonymous = frozenset(node for node in subjects if mentions.get(node) == (0, 1))
    once = {node: subjects[node] for node in subjects if type(node) is BNode and mentions[node] == (1, 1)}
    if not once:
        return GraphOutline(name, subjects, {}, {}, anonymous)
    lists, cells = _lists(subjects, once, may_be_list)
    candidates = {node: once[node] for node in once if node not in cells} if nests else {}
    top = {
        node: properties
        for node, properties in subjects.items()
        if node not in candidates and node not in cells
    }
    nested: dict[BNode, Properties] = {}
    used: dict[BNode, list[Node]] = {}
    waiting = list(top)
    while waiting:
        pending = [(value, 1) for value in _values(top[waiting.pop()])]
        while pending:
            value, depth = pending.pop()
            if type(value) is not BNode:
                continue
            if value in lists and depth <= _MAX_NESTING:
                used[value] = lists[value]
                pending += [(item, depth + 1) for item in lists[value]]
            elif value in lists:
                deep = {cell: subjects[cell] for cell in _cells(value, subjects)}
                top.update(deep)
                waiting.extend(deep)
            elif value in candidates:
                if depth <= _MAX_NESTING:
                    nested[value] = candidates[value]
                    pending += [(inner, depth + 1) for inner in _values(candidates[value])]
                else:
                    top[value] = candidates.pop(value)
                    waiting.append(value)
    # blank nodes that mention each other in a circle are reached from nowhere: they keep their labels
    reached = {cell for head in used for cell in _cells(head, subjects)}
    for node, properties in subjects.items():
        if node not in top and node not in nested and node not in reached:
            top[node] = properties
    order = {node: place for place, node in enumerate(subjects)}
    ordered = {node: top[node] for node in sorted(top, key=order.__getitem__)}
    return GraphOutline(name, ordered, nested, used, anonymous)


def _values(properties: Properties) -> Iterator[Node]:
    for values in properties.values():
        yield from values


def _lists(
    subjects: dict[Node, Properties], once: dict[BNode, Properties], may_be_list: Callable[[list[Node]], bool]
) -> tuple[dict[BNode, list[Node]], set[Node]]:
    """Heads of lists with their items, and the cells of all of them."""
    cells = {node for node, properties in once.items() if _is_cell(properties)}
    inner = {value for cell in cells for value in subjects[cell][RDF.rest] if value in cells}
    lists: dict[BNode, list[Node]] = {}
    taken: set[Node] = set()
    for head in once:
        if head not in cells or head in inner:
            continue
        chain = [head]
        rest = subjects[head][RDF.rest][0]
        while type(rest) is BNode and rest in cells:
            chain.append(rest)
            rest = subjects[rest][RDF.rest][0]
        items = [subjects[cell][RDF.first][0] for cell in chain]
        if rest == RDF.nil and may_be_list(items):
            lists[head] = items
            taken.update(chain)
    return lists, taken


def _is_cell(properties: Properties) -> bool:
    return (
        len(properties) == 2
        and len(properties.get(RDF.first, ())) == 1
        and len(properties.get(RDF.rest, ())) == 1
    )


def _cells(head: BNode, subjects: dict[Node, Properties]) -> Iterator[Node]:
    rest: Node = head
    while rest != RDF.nil:
        yield rest
        rest = subjects[rest][RDF.rest][0]
