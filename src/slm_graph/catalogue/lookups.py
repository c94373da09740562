"""Answers to look-ups, out of a resource's own lines: no engine, and no more work than its statements are."""

from __future__ import annotations

import re
from itertools import product

from rdflib.namespace import XSD

from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.reading import Catalogue
from slm_graph.engine.lookups import LookUp, TagFilter, Variable

LONGEST_TEXT = 64 * 1024
"""Characters said of a resource; of one with more (a scheme that names thousands of top concepts) the engine is asked."""

MOST_ROWS = 1_000
"""Of an answer: patterns that have nothing in common multiply."""

KEPT_RESOURCES = 256
"""Whose statements are kept: a megabyte as a rule, 16 where each is as long as may be."""

_SAID = "SELECT kind, quads, EXISTS (SELECT 1 FROM mapping_set WHERE iri = resource.iri) FROM resource WHERE iri = ?"
_NOT_WHOLE = ("vocabulary", "other")
"""Kinds of which the index has other lines than their statements: a vocabulary's terms; of a mapping set, not its rows."""

_XSD = f"^^<{XSD}"
_PLAIN_VALUES = {
    f"^^<{XSD.integer}>": re.compile(r'"(?:0|-?[1-9][0-9]{0,17})"'),
    f"^^<{XSD.boolean}>": re.compile(r'"(?:true|false)"'),
    f"^^<{XSD.date}>": re.compile(r'"[0-9]{4}-[0-9]{2}-[0-9]{2}"'),
    f"^^<{XSD.anyURI}>": re.compile(r".*", re.DOTALL),
}
"""Values that the engine gives as they are spelt. It writes others its own way (007, 1.50), and both ways must agree."""


class _ForTheEngine(Exception):  # no error: it goes no further than this module
    """A term or a number of rows that the engine has to answer for."""


_Row = dict[str, str]
"""Variable → its term as SPARQL JSON."""


def solutions(catalogue: Catalogue, asked: LookUp, *, max_rows: int) -> bytes | None:
    """The answer as SPARQL 1.1 Query Results JSON, each statement once, however many graphs it stands in.

    None: the engine has to answer, for the resource says too much, more than `max_rows` solutions would be given, or one
    has a blank node or a number in a spelling of its own.
    """
    statements = _statements(catalogue, asked.subject)
    if statements is None:
        return None
    try:
        rows = _rows(statements, asked, max_rows=min(max_rows, MOST_ROWS))
    except _ForTheEngine:
        return None
    if asked.variables is None:
        return b'{"head":{},"boolean":%b}' % (b"true" if rows else b"false")
    written = ["{" + ",".join(f'"{name}":{row[name]}' for name in asked.variables) + "}" for row in rows]
    if asked.is_distinct:
        written = list(dict.fromkeys(written))
    names = ",".join(f'"{name}"' for name in asked.variables)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(written)}]}}}}'.encode()


@kept(at_most=KEPT_RESOURCES)
def _statements(catalogue: Catalogue, iri: str) -> tuple[tuple[str, str], ...] | None:
    """Predicate and object of each statement about `iri`, as the lines of the index spell them; None: too many, or not all."""
    rows = catalogue.rows(_SAID, (iri,))
    if not rows:
        return ()
    kind, text, is_set = rows[0]
    if kind in _NOT_WHOLE or is_set or len(text) > LONGEST_TEXT:
        return None
    start = f"<{iri}> "
    own: dict[tuple[str, str], None] = {}
    for line in text.split("\n"):
        if line.startswith(
            start
        ):  # and not of a blank node, or of a mapping's record, that is described along with it
            predicate, rest = line[len(start) : -len(" .")].split(" ", 1)
            # an IRI, a language and a graph have no blank
            end = rest.find(" ", rest.rindex('"') if rest.startswith('"') else 0)
            own[predicate, rest if end < 0 else rest[:end]] = None
    return tuple(own)


def _rows(statements: tuple[tuple[str, str], ...], asked: LookUp, *, max_rows: int) -> list[_Row]:
    filters = {one.variable: one for one in asked.filters}
    rows: list[_Row] = [{}]
    for predicate, object_ in asked.patterns:
        matches = [
            row
            for said in statements
            if (row := _match(said, predicate, object_, filters, needs_terms=asked.variables is not None))
            is not None
        ]
        if len(rows) * len(matches) > max_rows:
            raise _ForTheEngine
        rows = [one | other for one, other in product(rows, matches)]
    return rows


def _match(
    said: tuple[str, str],
    predicate: str | Variable,
    object_: str | Variable,
    filters: dict[str, TagFilter],
    *,
    needs_terms: bool,
) -> _Row | None:
    """What a pattern's variables are bound to by one statement; None: it does not match."""
    row: _Row = {}
    for term, asked in zip(said, (predicate, object_), strict=True):
        if isinstance(asked, str):
            if term != f"<{asked}>":
                return None
        else:
            wanted = filters.get(asked.name)
            if wanted is not None and not _passes(term, wanted):
                return None
            row[asked.name] = _json(term) if needs_terms else ""
    return row


def _passes(term: str, wanted: TagFilter) -> bool:
    """Whether a literal's language is the one wanted; of what is no literal LANG is an error, and no solution."""
    if not term.startswith('"'):
        return False
    mark = term[term.rindex('"') + 1 :]
    return wanted.admits(mark[1:] if mark.startswith("@") else "")


def _json(term: str) -> str:
    """A term of canonical N-Quads as SPARQL 1.1 Query Results JSON (3.2.2), whose strings have the same escapes."""
    if term.startswith("<"):
        return f'{{"type":"uri","value":"{term[1:-1]}"}}'
    if not term.startswith('"'):
        raise _ForTheEngine
    end = term.rindex('"') + 1
    value, mark = term[:end], term[end:]
    if not mark:
        return f'{{"type":"literal","value":{value}}}'
    if mark.startswith("@"):
        return f'{{"type":"literal","value":{value},"xml:lang":"{mark[1:]}"}}'
    if mark.startswith(_XSD):
        plain = _PLAIN_VALUES.get(mark)
        if plain is None or plain.fullmatch(value) is None:
            raise _ForTheEngine
    return f'{{"type":"literal","value":{value},"datatype":"{mark[3:-1]}"}}'
