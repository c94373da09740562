"""SPARQL 1.1 Query Results JSON Format, read into rdflib terms."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef

from slm_graph.engine.evaluation import SOLUTION_SYNTAXES, Solutions
from slm_graph.engine.terms import literal
from slm_graph.formats import Format

_EXCERPT_CHARACTERS = 200
"""Of what another server wrote, in a message: enough to see what it is."""


class ResultsError(ValueError):
    """Bytes that are no results of the kind expected; the text says why."""


def read_solutions(data: bytes) -> Solutions:
    """The solutions of a SELECT (3.2). Raises ResultsError."""
    document = _document(data)
    try:
        names, bindings = document["head"]["vars"], document["results"]["bindings"]
        _expect(names, list)
        _expect(bindings, list)
        for name in names:
            _expect(name, str)
        rows = tuple(_row(solution, names) for solution in bindings)
    except ResultsError:
        raise
    except (KeyError, TypeError, ValueError) as fault:
        raise ResultsError(f"no solutions in SPARQL JSON: {fault!r:.{_EXCERPT_CHARACTERS}}") from fault
    return Solutions(tuple(names), rows)


def read_boolean(data: bytes) -> bool:
    """The truth of an ASK (3.3). Raises ResultsError."""
    truth = _document(data).get("boolean")
    if not isinstance(truth, bool):
        raise ResultsError("no truth value in SPARQL JSON")
    return truth


def written_anew(data: bytes, format: Format) -> bytes:
    """The results in `data`, SPARQL JSON of another make, in `format`. Raises ResultsError where they are not whole."""
    body = io.BytesIO()
    results: ox.QuerySolutions | ox.QueryBoolean | None = None
    try:
        results = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        results.serialize(body, SOLUTION_SYNTAXES[format.name])
    except (SyntaxError, ValueError) as fault:
        raise ResultsError(f"no results in SPARQL JSON: {fault}") from fault
    finally:
        # an exception keeps this frame, and the collector of another thread must not be who ends the library's object
        del results
    return body.getvalue()


def term_of(document: Mapping[str, Any]) -> URIRef | BNode | Literal:
    """The term of one binding (3.2.2). Raises ResultsError for terms beyond RDF 1.1, KeyError, TypeError or ValueError
    for what is none."""
    value = document["value"]
    match document["type"]:
        case "uri":
            _expect(value, str)
            return URIRef(value)
        case "bnode":
            _expect(value, str)
            return BNode(value)
        case "literal" | "typed-literal":  # the second is what Virtuoso writes
            language, datatype = document.get("xml:lang"), document.get("datatype")
            for part in (value, language or "", datatype or ""):
                _expect(part, str)
            return literal(value, language=language, datatype=datatype)
        case other:
            raise ResultsError(f"a term of type {other!r:.{_EXCERPT_CHARACTERS}}, which RDF 1.1 lacks")


def _row(solution: Any, names: Sequence[str]) -> tuple[URIRef | BNode | Literal | None, ...]:
    _expect(solution, dict)
    return tuple(term_of(solution[name]) if name in solution else None for name in names)


def _expect(value: object, kind: type) -> None:
    """Raises TypeError where `value` is of another kind: rdflib's terms take everything, and say it as text."""
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} where {kind.__name__} is due")


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise ResultsError(f"not JSON: {fault}") from fault
    if not isinstance(document, dict):
        raise ResultsError("not a JSON object")
    return document
