"""Bytes to quads, for every RDF syntax that `formats` names."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef

from slm_graph import formats
from slm_graph.engine.terms import to_rdflib
from slm_graph.formats import Format
from slm_graph.model import Quad

_SYNTAXES: dict[str, ox.RdfFormat] = {
    formats.TURTLE.name: ox.RdfFormat.TURTLE,
    formats.TRIG.name: ox.RdfFormat.TRIG,
    formats.N_TRIPLES.name: ox.RdfFormat.N_TRIPLES,
    formats.N_QUADS.name: ox.RdfFormat.N_QUADS,
    formats.RDF_XML.name: ox.RdfFormat.RDF_XML,
    formats.JSON_LD.name: ox.RdfFormat.JSON_LD,
    formats.JSON.name: ox.RdfFormat.JSON_LD,
}


class ParseError(Exception):
    """What the parser could not read; `line` and `column` count from 1, None where it does not say."""

    def __init__(self, line: int | None, column: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column
        self.reason = reason


def parse(data: bytes, format: Format, *, base_iri: str | None = None) -> Iterator[Quad]:
    """The quads of `data` as they come, duplicates included; the graph is None in a format of triples.

    Blank nodes keep the labels they have in `data` (those without one get a random one), so two documents'
    nodes must be kept apart by whoever reads two. No remote context is fetched.
    Raises ParseError at the first fault.
    """
    iris: dict[str, URIRef] = {}
    try:
        for statement in ox.parse(data, format=_SYNTAXES[format.name], base_iri=base_iri):
            yield _quad(statement, iris)
    except SyntaxError as fault:
        line = fault.lineno
        if line is None and format == formats.RDF_XML:
            line = _line_of_fault(data, base_iri)
        raise ParseError(line, fault.offset, _reason(fault)) from fault
    except (TypeError, ValueError) as fault:
        raise ParseError(None, None, str(fault)) from fault


def _quad(statement: ox.Quad | ox.Triple, iris: dict[str, URIRef]) -> Quad:
    subject = _term(statement.subject, iris)
    predicate = _term(statement.predicate, iris)
    object_ = _term(statement.object, iris)
    graph = _term(statement.graph_name, iris) if isinstance(statement, ox.Quad) else None
    if isinstance(graph, BNode):
        raise TypeError("a graph is named by a blank node; only IRIs name graphs here")
    if subject is None or object_ is None or not isinstance(predicate, URIRef) or isinstance(graph, Literal):
        raise TypeError(f"not a statement of RDF 1.1: {statement}")
    return subject, predicate, object_, graph


def _term(term: object, iris: dict[str, URIRef]) -> URIRef | BNode | Literal | None:
    """`to_rdflib`, with one object for each IRI of a document: a data set repeats few IRIs many times."""
    if isinstance(term, ox.NamedNode):
        value = term.value
        if (known := iris.get(value)) is None:
            known = iris[value] = URIRef(value)
        return known
    return to_rdflib(term)


class _Lines:
    """A file that gives one line a read, so that whoever stopped reading stopped in line `count`."""

    def __init__(self, data: bytes) -> None:
        self._lines = iter(data.splitlines(keepends=True))
        self._rest = b""
        self.count = 0

    def read(self, size: int) -> bytes:
        if not self._rest:
            self._rest = next(self._lines, b"")
            self.count += bool(self._rest)
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _line_of_fault(data: bytes, base_iri: str | None) -> int | None:
    """The line at which the RDF/XML parser gives up, which it does not say itself."""
    lines = _Lines(data)
    try:
        for _ in ox.parse(lines, format=ox.RdfFormat.RDF_XML, base_iri=base_iri):  # type: ignore[arg-type]
            pass
    except SyntaxError:
        return lines.count
    return None


def _reason(fault: SyntaxError) -> str:
    """The parser's words without the position, which the error carries apart."""
    message = fault.msg
    return message.partition(": ")[2] if message.startswith("Parser error ") else message
