"""Examples for the editor: the named queries with values in place of their parameters."""

from __future__ import annotations

import re
from functools import cache

from rdflib import XSD, Literal
from rdflib.term import Node

from slm_graph import resources
from slm_graph.errors import Language
from slm_graph.resources import NamedQuery

_HEADER = re.compile(r"\A(?:#.*\n|[ \t]*\n)*")
_WHERE_LINE = re.compile(r"^WHERE \{$", re.MULTILINE)


@cache  # some twenty queries in two languages
def example(query: NamedQuery, *, base: str, language: Language) -> str:
    """The text of `query`, its title first, its parameters as one VALUES line for the reader to change.

    A parameter stands with its example, else its default; the language is the reader's. One line in the outermost
    group is enough for the shipped queries: their inner filters stand in OPTIONAL, which sees it (SPARQL 1.1 Query 18.2.2.6).
    """
    given = {
        parameter.name: language
        if parameter.type == "language"
        else parameter.example or parameter.default or ""
        for parameter in query.parameters
    }
    bound = resources.bindings(query, given, base=base)
    text = _HEADER.sub("", query.sparql(base=base))
    if bound:
        names, terms = " ".join(f"?{name}" for name in bound), " ".join(map(_spelt, bound.values()))
        text = _WHERE_LINE.sub(lambda _: f"WHERE {{\n  VALUES ({names}) {{ ({terms}) }}", text, count=1)
    return f"# {query.title.in_language(language)}\n{text}"


def _spelt(term: Node) -> str:
    if isinstance(term, Literal) and term.datatype == XSD.integer:
        return str(term)
    if isinstance(term, Literal) and term.datatype == XSD.decimal and "." in term:
        return str(term)
    return term.n3()
