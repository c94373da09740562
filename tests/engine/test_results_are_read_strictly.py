"""SPARQL JSON of whatever server: terms as they are written, and one kind of error for all that is no result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from slm_graph.engine.results import ResultsError, read_boolean, read_solutions

DEEP = b"[" * 100_000
"""Deeper than Python's reader of JSON goes."""


def solutions(*rows: Any, names: Any = ("s",)) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ({"type": "uri", "value": "http://x.example/ü"}, URIRef("http://x.example/ü")),
        ({"type": "bnode", "value": "b0"}, BNode("b0")),
        ({"type": "literal", "value": ""}, Literal("")),
        ({"type": "literal", "value": "eins", "xml:lang": "de-AT"}, Literal("eins", lang="de-at")),
        (
            {"type": "typed-literal", "value": "05", "datatype": str(XSD.integer)},
            Literal("05", datatype=XSD.integer, normalize=False),
        ),
    ],
    ids=["IRI", "blank node", "string", "language", "datatype as SPARQL 1.0 had it"],
)
def test_a_term_is_what_was_written(written: Any, term: Any) -> None:
    assert read_solutions(solutions({"s": written}, {})).rows == ((term,), (None,))


@pytest.mark.parametrize(
    "term",
    [
        {"type": "literal", "xml:lang": 5, "value": "x"},
        {"type": "literal", "xml:lang": "!!", "value": "x"},
        {"type": "literal", "datatype": 5, "value": "x"},
        {"type": "literal", "value": 7},
        {"type": "uri", "value": None},
        {"type": "literal"},
        {"value": "x"},
        {"type": "triple", "value": {}},
        "x",
        ["type", "value"],
        None,
    ],
    ids=[
        "a number for a language",
        "no language tag",
        "a number for a datatype",
        "a number for a value",
        "an IRI that is null",
        "no value",
        "no type",
        "RDF 1.2",
        "a text",
        "a list",
        "null",
    ],
)
def test_what_is_no_term_is_refused(term: Any) -> None:
    with pytest.raises(ResultsError):
        read_solutions(solutions({"s": term}))


@pytest.mark.parametrize(
    "data",
    [
        DEEP,
        b"",
        b"\xff",
        b"[]",
        b"{}",
        solutions(names="s"),
        solutions(names=[5]),
        solutions([]),
        solutions("s"),
        b'{"head": {"vars": ["s"]}, "results": {"bindings": {"s": {}}}}',
    ],
    ids=[
        "nested too deep",
        "nothing",
        "no text",
        "a list",
        "an object without members",
        "variables as a text",
        "a number for a variable",
        "a solution as a list",
        "a solution as a text",
        "solutions as an object",
    ],
)
def test_what_is_no_solutions_is_refused(data: bytes) -> None:
    with pytest.raises(ResultsError):
        read_solutions(data)


@pytest.mark.parametrize("data", [DEEP, b"[]", b"{}", b'{"boolean": "true"}', b'{"boolean": 1}'])
def test_what_is_no_truth_is_refused(data: bytes) -> None:
    with pytest.raises(ResultsError):
        read_boolean(data)
