"""JSON-LD 1.1: compact with a context, expanded, flattened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from slm_graph.engine.canonical import iri_text
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.syntax import contexts
from slm_graph.syntax.inverse import Inverse, Term, inverse
from slm_graph.syntax.outline import GraphOutline, Properties, outline

Json = Any

_NATIVE = {
    str(XSD.integer): re.compile(r"0|-?[1-9][0-9]{0,14}"),
    str(XSD.boolean): re.compile(r"true|false"),
}
"""Canonical lexical forms that are JSON values of their own; fifteen digits are exact in every JSON reader."""


def write_json_ld(
    quads: Iterable[Quad],
    *,
    base: str,
    context: str | Mapping[str, Json] | None = None,
    subject: URIRef | None = None,
    relabels: bool = True,
) -> str:
    """The compact form: one node object where the data is about one node, else a `@graph`; `subject` first.

    `context` is a reference to the shipped context at `base`, a context to inline, or None: the shipped one inlined.
    """
    return _text(_compact(quads, base=base, context=context, subject=subject, nests=True, relabels=relabels))


def write_flattened(
    quads: Iterable[Quad],
    *,
    base: str,
    context: str | Mapping[str, Json] | None = None,
    subject: URIRef | None = None,
    relabels: bool = True,
) -> str:
    """The flattened form (JSON-LD 1.1, 5.3): compact, but every node stands by itself in `@graph`."""
    return _text(_compact(quads, base=base, context=context, subject=subject, nests=False, relabels=relabels))


def write_expanded(
    quads: Iterable[Quad], *, base: str = DEFAULT_BASE, subject: URIRef | None = None, relabels: bool = True
) -> str:
    """The expanded form (JSON-LD 1.1, 5.1): an array of node objects without context."""
    graphs = outline(quads, base=base, subject=subject, keeps_graphs=True, relabels=relabels)
    nodes: list[Json] = []
    for graph in graphs:
        inside = [_expanded_node(node, properties, graph) for node, properties in graph.subjects.items()]
        nodes += inside if graph.name is None else [{"@id": iri_text(graph.name)[1:-1], "@graph": inside}]
    return _text(nodes)


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _compact(
    quads: Iterable[Quad],
    *,
    base: str,
    context: str | Mapping[str, Json] | None,
    subject: URIRef | None,
    nests: bool,
    relabels: bool,
) -> Json:
    if isinstance(context, Mapping):
        stated: Json = contexts.definitions_of(context)
        writer_of = inverse(stated)
    else:
        definitions, shared = _shipped(base)
        stated = context if context is not None else definitions
        writer_of = shared.fresh()
    graphs = outline(quads, base=base, subject=subject, keeps_graphs=True, nests=nests, relabels=relabels)
    nodes: list[Json] = []
    graph_key = writer_of.keyword["@graph"]
    for graph in graphs:
        writer = _Compact(graph, writer_of, nests=nests)
        inside = [writer.node(node, properties) for node, properties in graph.subjects.items()]
        if graph.name is None:
            nodes += inside
        else:
            name = writer_of.document_iri(str(graph.name))
            nodes.append({writer_of.keyword["@id"]: name, graph_key: inside})
    if nests and len(nodes) == 1:
        return {"@context": stated, **nodes[0]}
    return {"@context": stated, graph_key: nodes}


@lru_cache(maxsize=4)  # bases of one process: its deployment's and the default one, and room for tests
def _shipped(base: str) -> tuple[Mapping[str, Json], Inverse]:
    definitions = contexts.shipped(base)
    return definitions, inverse(definitions)


class _Compact:
    """The nodes of one graph, said with the terms of a context."""

    def __init__(self, graph: GraphOutline, context: Inverse, *, nests: bool) -> None:
        self._graph = graph
        self._context = context
        self._nests = nests
        self._id, self._type, self._value = (context.keyword[key] for key in ("@id", "@type", "@value"))
        self._language, self._list = context.keyword["@language"], context.keyword["@list"]

    def node(self, node: Node, properties: Properties, *, nested: bool = False) -> dict[str, Json]:
        made: dict[str, Json] = {}
        if not nested and not (self._nests and node in self._graph.anonymous):
            made[self._id] = self._reference(node)
        for predicate, values in properties.items():
            if predicate == RDF.type:
                values = self._types(values, made)  # noqa: PLW2901  # what is left has no @type
            for value in values:
                self._add(str(predicate), value, made)
        return made

    def _types(self, values: list[Node], made: dict[str, Json]) -> list[Node]:
        """Writes the IRIs among the types and gives the others back: `@type` takes no literal and no list."""
        kinds = [value for value in values if type(value) is URIRef]
        if kinds:
            names = [self._context.vocabulary_iri(str(kind)) for kind in kinds]
            made[self._type] = names[0] if len(names) == 1 else names
        return [value for value in values if type(value) is not URIRef]

    def _reference(self, node: Node) -> str:
        return f"_:{node}" if type(node) is BNode else self._context.document_iri(str(node))

    def _add(self, predicate: str, value: Node, made: dict[str, Json]) -> None:
        """Puts one value under the key that says it shortest."""
        items = self._items(value)
        term = self._term_for(predicate, value, items, made)
        if term is None:
            _append(made, self._context.document_iri(predicate), self._plain(value, items, None))
        elif "@list" in term.container:
            made[term.name] = [self._plain(item, self._items(item), term.type) for item in items or ()]
        elif "@language" in term.container and type(value) is Literal:
            by_language = made.setdefault(term.name, {})
            _append(by_language, (value.language or "").lower(), str(value), "@set" in term.container)
        else:
            _append(made, term.name, self._plain(value, items, term.type), "@set" in term.container)

    def _items(self, value: Node) -> list[Node] | None:
        """The items, if `value` is a list here."""
        if value == RDF.nil:
            return []
        return self._graph.lists.get(value) if type(value) is BNode else None

    def _term_for(
        self, predicate: str, value: Node, items: list[Node] | None, made: dict[str, Json]
    ) -> Term | None:
        """The best of a property's terms for a value; None where only the IRI will do."""
        best: Term | None = None
        best_rank = 0
        for term in self._context.terms.get(predicate, ()):
            rank = _fit(term, value, is_list=items is not None, is_free=term.name not in made)
            if rank > best_rank:
                best, best_rank = term, rank
        return best

    def _plain(self, value: Node, items: list[Node] | None, type_: str | None) -> Json:
        """A value as a term of that `@type` has it."""
        if items is not None:
            return {self._list: [self._plain(item, self._items(item), type_) for item in items]}
        if type(value) is Literal:
            return self._literal(value, type_)
        if type(value) is BNode and (properties := self._graph.nested.get(value)) is not None:
            return self.node(value, properties, nested=True)
        if type_ == "@id":
            return self._reference(value)
        if type_ == "@vocab" and type(value) is URIRef:
            return self._context.vocabulary_iri(str(value))
        return {self._id: self._reference(value)}

    def _literal(self, literal: Literal, type_: str | None) -> Json:
        lexical = str(literal)
        if literal.language:
            return {self._value: lexical, self._language: literal.language.lower()}
        datatype = _datatype(literal)
        if type_ == datatype or (type_ is None and datatype is None):
            return _native(lexical, datatype) if datatype else lexical
        if datatype is None:
            return {self._value: lexical}
        if type_ is None and not isinstance(native := _native(lexical, datatype), str):
            return native
        return {self._value: lexical, self._type: self._context.vocabulary_iri(datatype)}


def _datatype(literal: Literal) -> str | None:
    return None if literal.datatype is None or literal.datatype == XSD.string else str(literal.datatype)


def _native(lexical: str, datatype: str | None) -> str | int | bool:
    pattern = _NATIVE.get(datatype or "")
    if pattern is None or not pattern.fullmatch(lexical):
        return lexical
    value: int | bool = json.loads(lexical)
    return value


def _fit(term: Term, value: Node, *, is_list: bool, is_free: bool) -> int:
    """How well a term says a value: 0 not at all, 1 with an object, 2 as it is."""
    if "@list" in term.container:
        return 2 if is_list and is_free else 0
    if "@language" in term.container:
        return 2 if type(value) is Literal and value.language else 0
    if is_list:
        return 1
    if type(value) is not Literal:
        return 2 if term.type in ("@id", "@vocab") else 1
    datatype = None if value.language else _datatype(value)
    return 2 if term.type == datatype and not value.language else 1


def _append(made: dict[str, Json], key: str, value: Json, always_array: bool = False) -> None:
    """Adds a value to a key, as an array from the second on."""
    if key not in made:
        made[key] = [value] if always_array else value
    elif isinstance(made[key], list):
        made[key].append(value)
    else:
        made[key] = [made[key], value]


def _expanded_node(node: Node, properties: Properties, graph: GraphOutline, *, nested: bool = False) -> Json:
    made: dict[str, Json] = {}
    if not nested and node not in graph.anonymous:
        made["@id"] = _expanded_reference(node)
    for predicate, values in properties.items():
        if predicate == RDF.type and (kinds := [str(value) for value in values if type(value) is URIRef]):
            made["@type"] = [iri_text(kind)[1:-1] for kind in kinds]
            values = [value for value in values if type(value) is not URIRef]  # noqa: PLW2901  # the rest
        if values:
            made[iri_text(predicate)[1:-1]] = [_expanded_value(value, graph) for value in values]
    return made


def _expanded_reference(node: Node) -> str:
    return f"_:{node}" if type(node) is BNode else iri_text(str(node))[1:-1]


def _expanded_value(value: Node, graph: GraphOutline) -> Json:
    if type(value) is Literal:
        if value.language:
            return {"@value": str(value), "@language": value.language.lower()}
        datatype = _datatype(value)
        return {"@value": str(value)} if datatype is None else {"@value": str(value), "@type": datatype}
    if value == RDF.nil:
        return {"@list": []}
    if type(value) is BNode:
        if (items := graph.lists.get(value)) is not None:
            return {"@list": [_expanded_value(item, graph) for item in items]}
        if (properties := graph.nested.get(value)) is not None:
            return _expanded_node(value, properties, graph, nested=True)
    return {"@id": _expanded_reference(value)}
