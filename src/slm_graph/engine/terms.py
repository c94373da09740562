"""Terms between the two libraries: rdflib's for every room, pyoxigraph's for this one alone.

Both directions keep lexical forms character by character. Language tags are compared without regard to case
(RDF 1.1 Concepts, 3.3); lower case is the form we write, and the only one this module gives.
"""

from __future__ import annotations

import logging

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

_STRING = str(XSD.string)
_REWRITTEN = frozenset({str(XSD.normalizedString), str(XSD.token)})
"""The datatypes whose white space rdflib collapses even when asked not to normalise."""


def _is_wanted(record: logging.LogRecord) -> bool:
    """False for rdflib's stack trace about an ill-typed literal: the shapes judge whether it may pass."""
    return not str(record.msg).startswith("Failed to convert Literal lexical form")


logging.getLogger("rdflib.term").addFilter(_is_wanted)


def literal(lexical: str, *, language: str | None = None, datatype: str | None = None) -> Literal:
    """The rdflib literal with exactly this lexical form; of `xsd:string` a plain one (RDF 1.1 Concepts 3.3).

    >>> literal("01", datatype=str(XSD.integer)) == Literal("01", datatype=XSD.integer, normalize=False)
    True
    >>> literal("Ebene", language="de-AT").language
    'de-at'
    """
    if language is not None:
        return Literal(lexical, lang=language.lower())
    if datatype is None or datatype == _STRING:
        return Literal(lexical)
    made = Literal(lexical, datatype=URIRef(datatype), normalize=False)
    if datatype in _REWRITTEN and str(made) != lexical:
        exact = str.__new__(Literal, lexical)
        # rdflib has no public way to keep the white space of these two types
        exact._language, exact._datatype = None, URIRef(datatype)
        exact._value, exact._ill_typed = made.value, made.ill_typed
        return exact
    return made


def to_rdflib(term: object) -> URIRef | BNode | Literal | None:
    """The rdflib term; None for the default graph.

    Raises TypeError for a triple term, ValueError for a literal with a base direction: RDF 1.1 has neither.
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.direction is not None:
            raise ValueError(f"a literal with a base direction is not RDF 1.1: {term}")
        return literal(term.value, language=term.language, datatype=term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.DefaultGraph):
        return None
    raise TypeError(f"not a term of RDF 1.1: {term!r}")


def from_rdflib(term: Node | None) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.DefaultGraph:
    """The pyoxigraph term; None is the default graph. Raises ValueError for an IRI, a blank node label or a
    language tag that is none, TypeError for a node of no RDF kind."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        if term.datatype is None:
            return ox.Literal(str(term))
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if term is None:
        return ox.DefaultGraph()
    raise TypeError(f"not a term of RDF 1.1: {term!r}")
