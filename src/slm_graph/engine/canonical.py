"""The canonical form of a data set: RDFC-1.0 blank node labels, canonical N-Quads lines, sorted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from slm_graph.engine.terms import from_rdflib, to_rdflib
from slm_graph.errors import DataRefused, Text
from slm_graph.model import Quad

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff\ufffe\uffff]')
_ECHAR = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_STRING = XSD.string
_MANY_IRIS = 65_536
"""IRIs whose text is kept: those of a data set of ESCO's size that come again and again, in some 20 MB."""


@lru_cache(maxsize=_MANY_IRIS)
def iri_text(iri: str) -> str:
    """`<iri>`; raises DataRefused for what is not an absolute IRI (N-Quads has no others)."""
    if not _IRI.fullmatch(iri):
        raise DataRefused(
            Text(
                de=f"Keine absolute IRI: <{printable(iri)}>.", en=f"not an absolute IRI: <{printable(iri)}>."
            ),
            hint=Text(
                de='Sie hat ein Schema wie https: und keines der Zeichen < > " { } | ^ ` \\ und Leerraum.',
                en='It has a scheme such as https: and none of < > " { } | ^ ` \\ or white space.',
            ),
        )
    return f"<{iri}>"


def printable(text: str) -> str:
    """`text` fit for a message: at most 200 characters, and none that cannot be written."""
    return text[:200].encode("utf-8", "backslashreplace").decode("utf-8")


def string_text(value: str) -> str:
    """`value` in quotes, escaped as canonical N-Quads does (RDF Dataset Canonicalization, A).

    >>> string_text('"a\\n')
    '"\\\\"a\\\\n"'
    """
    return f'"{_ESCAPED.sub(_escape, value)}"' if _ESCAPED.search(value) else f'"{value}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if "\ud800" <= character <= "\udfff":
        raise DataRefused(
            Text(
                de=f"Ein Text enthält U+{ord(character):04X}, ein halbes Ersatzzeichenpaar und kein Zeichen",
                en=f"a text holds U+{ord(character):04X}, half a surrogate pair and no character",
            )
        )
    return _ECHAR.get(character) or f"\\u{ord(character):04X}"


def term_text(term: Node) -> str:
    """The term in canonical N-Quads; a blank node with the label it has.

    >>> term_text(Literal("a", lang="de-AT"))
    '"a"@de-at'
    """
    # rdflib's classes are abstract ones, which answer isinstance in Python: an eighth of the time of writing
    if type(term) is URIRef:
        return iri_text(term)
    if type(term) is Literal:
        text = string_text(str(term))
        if term.language:
            return f"{text}@{term.language.lower()}"
        datatype = term.datatype
        return text if datatype is None or datatype == _STRING else f"{text}^^{iri_text(datatype)}"
    if type(term) is BNode:
        return f"_:{term}"
    raise TypeError(f"not a term of RDF 1.1: {term!r}")


def quad_line(quad: Quad) -> str:
    """The statement as one line of canonical N-Quads, without the line's end."""
    subject, predicate, object_, graph = quad
    name = f" {iri_text(graph)}" if graph is not None else ""
    return f"{term_text(subject)} {iri_text(predicate)} {term_text(object_)}{name} ."


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """The same data set with RDFC-1.0 blank node labels (`c14n0` …), no duplicates, sorted by its lines.

    The order is that of code points. Raises DataRefused for a term that cannot be written.
    Labelling takes exponential time in the worst case: a stranger's data belongs in a limited child process.
    """
    return [quad for _, quad in canonical_lines(quads)]


def canonical_lines(quads: Iterable[Quad]) -> list[tuple[str, Quad]]:
    """As `canonical`, each statement with its line (without the line's end)."""
    by_line = {quad_line(quad): quad for quad in labelled(quads)}
    return [(line, by_line[line]) for line in sorted(by_line)]


def labelled(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same data set with RDFC-1.0 blank node labels, in no order, duplicates left in.

    Hundreds of blank nodes in a chain that look alike take minutes, as for `canonical`.
    """
    blank: list[Quad] = []
    for quad in quads:
        if type(quad[0]) is BNode or type(quad[2]) is BNode:
            blank.append(quad)
        else:
            yield quad
    yield from _relabelled(blank)


def _relabelled(quads: list[Quad]) -> Iterator[Quad]:
    """Statements about blank nodes with canonical labels; the others have no say in them (RDFC-1.0, 4.4)."""
    if not quads:
        return
    numbered: dict[Node, ox.BlankNode] = {}
    dataset = ox.Dataset()
    for subject, predicate, object_, graph in quads:
        ends = [_engine_term(term, numbered) for term in (subject, object_)]
        quad_line((subject, predicate, object_, graph))  # names what the engine would only call invalid
        dataset.add(
            ox.Quad(ends[0], ox.NamedNode(str(predicate)), ends[1], from_rdflib(graph))  # type: ignore[arg-type]
        )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for found in dataset:
        terms = tuple(map(to_rdflib, (found.subject, found.predicate, found.object, found.graph_name)))
        yield terms  # type: ignore[misc]  # what went in as Quad comes out as one


def _engine_term(term: Node, numbered: dict[Node, ox.BlankNode]) -> object:
    """`from_rdflib`, but any blank node label goes: rdflib allows labels that no syntax does."""
    if type(term) is BNode:
        return numbered.setdefault(term, ox.BlankNode(f"b{len(numbered)}"))
    return from_rdflib(term)
