"""SPARQL JSON of another server as rows of VALUES: each term as it is, and nothing that is no result."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from slm_graph.engine.results import ResultsError
from slm_graph.engine.tables import TooManyRows, values_rows

XSD = "http://www.w3.org/2001/XMLSchema#"


def rows(*terms: Any, names: tuple[str, ...] = ("s",), asked=("s",), max_rows: int = 10) -> list[str]:
    solutions = [{"s": term} if term is not None else {} for term in terms]
    document = {"head": {"vars": list(names)}, "results": {"bindings": solutions}}
    return values_rows(
        json.dumps(document).encode(),
        ("s",),
        asked=("s",),
        max_rows=max_rows,
        iri_of_blank_node=lambda label: f"http://x.example/{label}",
    )


TERMS: dict[str, tuple[Any, str]] = {
    "an IRI": ({"type": "uri", "value": "http://x.example/ü#'"}, "(<http://x.example/ü#'>)"),
    "a string": ({"type": "literal", "value": 'a "b" \n\t\\'}, r'("a \"b\" \n\t\\")'),
    "a language": ({"type": "literal", "value": "eins", "xml:lang": "DE-at"}, '("eins"@de-at)'),
    "a datatype": (
        {"type": "literal", "value": "07", "datatype": f"{XSD}integer"},
        f'("07"^^<{XSD}integer>)',
    ),
    "xsd:string": ({"type": "literal", "value": "x", "datatype": f"{XSD}string"}, '("x")'),
    "a typed literal of SPARQL 1.0": (
        {"type": "typed-literal", "value": "x", "datatype": "http://x.example/t"},
        '("x"^^<http://x.example/t>)',
    ),
    "what looks like an escape": ({"type": "literal", "value": r"\u0022 \U0001F600"}, r'("\\\u00750022 \\\u00550001F600")'),
    "escaped and control": ({"type": "literal", "value": "\\\x01\\u"}, r'("\\\u0001\\\u0075")'),
    "a blank node": ({"type": "bnode", "value": "b0"}, "(<http://x.example/b0>)"),
    "unbound": (None, "(UNDEF)"),
}  # fmt: skip


@pytest.mark.parametrize("case", TERMS)
def test_a_term_is_spelt_as_it_is(case: str) -> None:
    term, spelling = TERMS[case]
    assert rows(term) == [spelling]


WRONG: dict[str, Any] = {
    "a relative IRI": {"type": "uri", "value": "../a"},
    "an IRI that breaks out": {"type": "uri", "value": "http://x.example/> } #"},
    "a number for a value": {"type": "literal", "value": 5},
    "a language that is none": {"type": "literal", "value": "x", "xml:lang": "d e"},
    "a language of another type": {"type": "literal", "value": "x", "xml:lang": 5},
    "a datatype that is no IRI": {"type": "literal", "value": "x", "datatype": "t"},
    "half a character": {"type": "literal", "value": "\ud800"},
    "a direction": {"type": "literal", "value": "x", "xml:lang": "ar", "its:dir": "rtl"},
    "a triple term": {"type": "triple", "value": {}},
    "a triple term in a string": {"type": "triple", "value": "x"},
    "no type": {"value": "x"},
    "a string": "x",
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_term_is_no_result(case: str) -> None:
    with pytest.raises(ResultsError):
        rows(WRONG[case])


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"[]", b"5", b"{}", b'{"boolean":true,"head":{}}', b'{"head":{"vars":["s"]},"results":{}}',
     b'{"head":{"vars":5},"results":{"bindings":[]}}', b'{"head":{"vars":[["s"]]},"results":{"bindings":[]}}',
     b'{"head":{"vars":["s"]},"results":{"bindings":{}}}', b'{"head":{"vars":["s"]},"results":{"bindings":[5]}}',
     b'{"head":{"vars":["s"]},"results":{"bindings":[]}} x', b"[" * 1_000_000, b'{"a":' * 1_000_000, b"\xff", b"9" * 1_000_000],
)  # fmt: skip
def test_what_is_no_sparql_json_is_no_result(data: bytes) -> None:
    with pytest.raises(ResultsError):
        values_rows(data, ("s",), asked=("s",), max_rows=10, iri_of_blank_node=str)


def test_other_variables_are_no_result_and_missing_ones_are_unbound() -> None:
    with pytest.raises(ResultsError, match="other variables"):
        rows(names=("s", "t"))
    assert rows(None, None, names=()) == ["(UNDEF)", "(UNDEF)"]
    assert values_rows(
        b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}',
        (),
        asked=("n",),
        max_rows=1,
        iri_of_blank_node=str,
    ) == ["()"]  # how many there are is all that counts


def test_a_row_more_than_is_taken_is_told() -> None:
    term = {"type": "literal", "value": "x"}
    assert len(rows(*[term] * 10)) == 10
    with pytest.raises(TooManyRows):
        rows(*[term] * 11)


def test_a_hundred_thousand_variables_cost_no_time() -> None:
    names = ",".join(f'"v{number}"' for number in range(100_000))
    began = time.monotonic()
    with pytest.raises(ResultsError):
        values_rows(
            f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[]}}}}'.encode(),
            ("s",),
            asked=("s",),
            max_rows=10,
            iri_of_blank_node=str,
        )
    assert time.monotonic() - began < 2  # the engine's own reader takes 24
