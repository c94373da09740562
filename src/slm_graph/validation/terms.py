"""RDF terms as a person reads them in a report."""

from __future__ import annotations

import re
from collections.abc import Callable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import BNode, Node

from slm_graph.errors import EnvironmentFault, Text
from slm_graph.namespaces import prefixes

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_LONGEST_TEXT = 80
"""Characters of a literal shown: a line of a terminal; the whole text is in the data."""


def term_text(term: Node, *, base: str) -> str:
    """The term in N3, an IRI as prefixed name where one of our prefixes fits, a long literal shortened.

    >>> term_text(URIRef("http://www.w3.org/2004/02/skos/core#broader"), base="https://x.example/")
    'skos:broader'
    """
    if isinstance(term, URIRef):
        return _prefixed(term, base=base) or f"<{term}>"
    if isinstance(term, Literal):
        text = str(term)
        shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
        quoted = '"' + "".join(_ESCAPES.get(sign, sign) for sign in shown) + '"'
        if term.language:
            return f"{quoted}@{term.language}"
        return (
            quoted
            if term.datatype in (None, XSD.string)
            else f"{quoted}^^{term_text(term.datatype, base=base)}"
        )
    return f"_:{term}"


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"} | {
    chr(code): f"\\u{code:04X}" for code in (*range(9), 11, 12, *range(14, 32), 127)
}


def _prefixed(iri: URIRef, *, base: str) -> str | None:
    fitting = [
        (namespace, prefix)
        for prefix, namespace in prefixes(base).items()
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri[len(namespace) :])
    ]
    if not fitting:
        return None
    namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace) :]}"


def sort_key(term: Node | None) -> tuple[int, str, str]:
    """Orders terms the same way in every run: none, IRIs, blank nodes, literals, each by code points."""
    if term is None:
        return 0, "", ""
    if isinstance(term, Literal):
        return 3, str(term), f"{term.language or ''}^{term.datatype or ''}"
    return (2 if isinstance(term, BNode) else 1), str(term), ""


def path_text(shapes: Graph, path: Node, *, base: str) -> str:
    """The SHACL property path as a SPARQL property path (SHACL 2.3.1). Raises EnvironmentFault for anything else."""
    if isinstance(path, URIRef):
        return term_text(path, base=base)

    def inner(node: Node) -> str:
        text = path_text(shapes, node, base=base)
        return text if isinstance(node, URIRef) else f"({text})"

    def step_text(node: Node) -> str:
        """In a sequence, only an alternative binds more loosely (SPARQL 1.1, 9.1)."""
        return (
            inner(node) if (node, SH.alternativePath, None) in shapes else path_text(shapes, node, base=base)
        )

    if (path, RDF.first, None) in shapes:
        return "/".join(step_text(step) for step in shapes.items(path))
    writers: dict[URIRef, Callable[[Node], str]] = {
        SH.inversePath: lambda node: f"^{inner(node)}",
        SH.zeroOrMorePath: lambda node: f"{inner(node)}*",
        SH.oneOrMorePath: lambda node: f"{inner(node)}+",
        SH.zeroOrOnePath: lambda node: f"{inner(node)}?",
        SH.alternativePath: lambda node: "|".join(
            path_text(shapes, step, base=base) for step in shapes.items(node)
        ),
    }
    for predicate, written in writers.items():
        if (operand := shapes.value(path, predicate)) is not None:
            return written(operand)
    raise EnvironmentFault(
        Text(de=f"Kein Pfad in den Shapes: {path}", en=f"not a path in the shapes: {path}")
    )
