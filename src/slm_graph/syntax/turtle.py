"""Turtle and TriG for people: only the prefixes used, types first, one value a line where there are several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from slm_graph.engine.canonical import iri_text, string_text
from slm_graph.model import Quad
from slm_graph.namespaces import prefixes
from slm_graph.syntax.outline import GraphOutline, Properties, outline

_INDENT = "    "
_LOCAL = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")
"""Of the local names Turtle allows, those that need no escape and that every parser reads alike."""
_BARE = {
    str(XSD.integer): re.compile(r"0|-?[1-9][0-9]*"),
    str(XSD.boolean): re.compile(r"true|false"),
    str(XSD.decimal): re.compile(r"(?!-0\.0$)-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])"),
}
"""Canonical lexical forms (XML Schema 2), which stay the same whether or not a reader normalises."""
_LONG_ESCAPED = re.compile('[\x00-\x09\x0b-\x1f\\\\\x7f\ud800-\udfff\ufffe\uffff]|"(?="|$)')


def write_turtle(
    quads: Iterable[Quad], *, base: str, subject: URIRef | None = None, relabels: bool = True
) -> str:
    """The union of the graphs; `subject` first."""
    return _document(outline(quads, base=base, subject=subject, relabels=relabels), base=base)


def write_trig(
    quads: Iterable[Quad], *, base: str, subject: URIRef | None = None, relabels: bool = True
) -> str:
    """The default graph without braces, then each named graph as `IRI { … }`, by name."""
    graphs = outline(quads, base=base, subject=subject, keeps_graphs=True, relabels=relabels)
    return _document(graphs, base=base)


def _document(graphs: list[GraphOutline], *, base: str) -> str:
    names = _Names(prefixes(base))
    body = [part for graph in graphs for part in _graph(graph, names)]
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    return "\n".join(([head] if head else []) + body)


class _Names:
    """IRIs as prefixed names where a prefix fits, remembering which prefixes that took."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known
        self._by_namespace = {namespace: prefix for prefix, namespace in known.items()}
        self._written: dict[str, str] = {}
        self._used: set[str] = set()

    def iri(self, iri: str) -> str:
        text = self._written.get(iri)
        if text is None:
            text = self._written[iri] = self._name(str(iri))
        return text

    def _name(self, iri: str) -> str:
        whole = iri_text(iri)
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._by_namespace.get(iri[:cut])
        if prefix is None or not _LOCAL.fullmatch(iri, cut):
            return whole
        self._used.add(prefix)
        return f"{prefix}:{iri[cut:]}"

    def used(self) -> Iterator[tuple[str, str]]:
        return ((prefix, namespace) for prefix, namespace in self._known.items() if prefix in self._used)


def _graph(graph: GraphOutline, names: _Names) -> list[str]:
    writer = _Writer(graph, names)
    if graph.name is None:
        return [writer.block(subject, properties, "") for subject, properties in graph.subjects.items()]
    inside = "\n".join(
        writer.block(subject, properties, _INDENT) for subject, properties in graph.subjects.items()
    )
    return [f"{names.iri(graph.name)} {{\n{inside}}}\n"]


class _Writer:
    """The statements of one graph as text."""

    def __init__(self, graph: GraphOutline, names: _Names) -> None:
        self._graph = graph
        self._names = names

    def block(self, subject: Node, properties: Properties, indent: str) -> str:
        """The statements about one subject, with the line's end."""
        head = self._subject(subject)
        return f"{indent}{head} {self._properties(properties, indent + _INDENT)} .\n"

    def _subject(self, subject: Node) -> str:
        if type(subject) is URIRef:
            return self._names.iri(subject)
        return "[]" if subject in self._graph.anonymous else f"_:{subject}"

    def _properties(self, properties: Properties, indent: str) -> str:
        return f" ;\n{indent}".join(
            self._property(predicate, values, indent) for predicate, values in properties.items()
        )

    def _property(self, predicate: URIRef, values: list[Node], indent: str) -> str:
        if predicate == RDF.type:
            return "a " + " , ".join(self._term(value, indent) for value in values)
        name = self._names.iri(predicate)
        if len(values) == 1:
            return f"{name} {self._term(values[0], indent)}"
        deeper = indent + _INDENT
        lines = f" ,\n{deeper}".join(self._term(value, deeper) for value in values)
        return f"{name}\n{deeper}{lines}"

    def _term(self, term: Node, indent: str) -> str:
        if type(term) is URIRef:
            return "()" if term == RDF.nil else self._names.iri(term)
        if type(term) is Literal:
            return self._literal(term)
        if type(term) is not BNode:
            raise TypeError(f"not a term of RDF 1.1: {term!r}")
        if (items := self._graph.lists.get(term)) is not None:
            return self._list(items, indent)
        if (nested := self._graph.nested.get(term)) is not None:
            deeper = indent + _INDENT
            return f"[\n{deeper}{self._properties(nested, deeper)}\n{indent}]"
        return f"_:{term}"

    def _list(self, items: list[Node], indent: str) -> str:
        if len(items) == 1:
            return f"( {self._term(items[0], indent)} )"
        deeper = indent + _INDENT
        lines = f"\n{deeper}".join(self._term(item, deeper) for item in items)
        return f"(\n{deeper}{lines}\n{indent})"

    def _literal(self, literal: Literal) -> str:
        value = str(literal)
        if literal.language:
            return f"{_quoted(value)}@{literal.language.lower()}"
        datatype = literal.datatype
        if datatype is None or datatype == XSD.string:
            return _quoted(value)
        bare = _BARE.get(str(datatype))
        if bare is not None and bare.fullmatch(value):
            return value
        return f"{_quoted(value)}^^{self._names.iri(datatype)}"


def _quoted(value: str) -> str:
    """The string in quotes: three of them where it has line breaks, which then stay as they are."""
    if "\n" not in value:
        return string_text(value)
    return f'"""{_LONG_ESCAPED.sub(lambda found: string_text(found[0])[1:-1], value)}"""'
