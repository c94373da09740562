"""Canonical N-Quads back to quads, at a fraction of a parser's cost: only what `quad_line` wrote."""

from __future__ import annotations

import re
from functools import lru_cache

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from slm_graph.engine.parsing import ParseError
from slm_graph.engine.terms import literal
from slm_graph.model import Quad

_ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_UNESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}

_MANY_IRIS = 16_384
"""IRIs kept as terms: predicates, classes, graphs, schemes and whatever is asked for together, in some 4 MB."""


def read_lines(text: str) -> tuple[Quad, ...]:
    """The quads of lines that `quad_line` wrote, in their order. Raises ParseError for a line it never writes."""
    quads: list[Quad] = []
    line = ""
    try:
        for line in text.split("\n"):  # not at the other line ends of Unicode, which stand in literals
            if line:
                quads.append(_quad(line))
    except (ValueError, KeyError) as fault:
        raise ParseError(len(quads) + 1, None, f"not a line of canonical N-Quads: {line[:200]}") from fault
    return tuple(quads)


def without_graph(line: str, quad: Quad) -> str:
    """Subject, predicate and object of the line of N-Quads that `quad_line` wrote for `quad`, without the point.

    >>> a, b = URIRef("a:a"), URIRef("a:b")
    >>> without_graph("<a:a> <a:b> <a:a> <a:b> .", (a, b, a, b)), without_graph("<a:a> <a:b> <a:a> .", (a, b, a, None))
    ('<a:a> <a:b> <a:a>', '<a:a> <a:b> <a:a>')
    """
    graph = quad[3]
    return line.removesuffix(" .") if graph is None else line.removesuffix(f" <{graph}> .")


def _quad(line: str) -> Quad:
    if not line.endswith(" ."):
        raise ValueError(line)
    subject, predicate, rest = line[:-2].split(" ", 2)
    value: Node
    if rest.startswith('"'):
        # neither a language nor an IRI has a quotation mark: the last one ends the text
        end = rest.rindex('"')
        mark, _, graph = rest[end + 1 :].partition(" ")
        value = _literal(rest[1:end], mark)
    else:
        object_, _, graph = rest.partition(" ")
        value = BNode(object_[2:]) if object_.startswith("_:") else _iri(object_)
    return (
        BNode(subject[2:]) if subject.startswith("_:") else _iri(subject),
        _iri(predicate),
        value,
        _iri(graph) if graph else None,
    )


@lru_cache(maxsize=_MANY_IRIS)
def _iri(text: str) -> URIRef:
    if not (text.startswith("<") and text.endswith(">")):
        raise ValueError(text)
    return URIRef(text[1:-1])


def _literal(form: str, mark: str) -> Literal:
    """The literal of what stands between the quotation marks and what stands right behind them."""
    lexical = _ESCAPE.sub(_unescaped, form) if "\\" in form else form
    if mark.startswith("^^"):
        return literal(lexical, datatype=str(_iri(mark[2:])))
    if mark and not mark.startswith("@"):
        raise ValueError(mark)
    made = str.__new__(Literal, lexical)
    # rdflib's constructor takes five times as long, looking for a datatype that is not there
    made._language, made._datatype, made._value, made._ill_typed = mark[1:] or None, None, lexical, None
    return made


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _UNESCAPED[found[2]]
