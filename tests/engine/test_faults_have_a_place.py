"""The place of a syntax error is the token at fault, whatever the parser looked at after it."""

from __future__ import annotations

import time

import pytest

from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import QueryError


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator.in_memory(b"")


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("SELEKT * {}", (1, 1), "“SELEKT”"),
        ("SELECT *\nWHERE { ?s ?p }", (2, 15), "“}”"),
        ("SELECT * { ?s ?p ?o ?x }", (1, 21), "“?x”"),
        ("SELECT { ?s ?p ?o }", (1, 8), "“{”"),
        ("SELECT * {", (1, 11), "ends too soon"),
        ("", (1, 1), "ends too soon"),
        ("# only a comment", (1, 17), "ends too soon"),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", (1, 35), "unbound"),
        ("ASK { ?s ?p 'open }", (1, 13), "“'open }”"),
        ("ASK { ?s ?p '''open }", (1, 22), "ends too soon"),
        ("ASK { ?s ?p 1 } # ]", (1, 20), ""),
    ],
)
def test_the_token_at_fault_is_named(
    evaluator: Evaluator, query: str, place: tuple[int, int], words: str
) -> None:
    if not words:
        assert evaluator.evaluate(query).boolean() is False
        return
    with pytest.raises(QueryError) as caught:
        evaluator.evaluate(query)
    assert (caught.value.line, caught.value.column) == place
    assert words in caught.value.text.en


def test_the_longest_query_is_looked_through_in_no_time(evaluator: Evaluator) -> None:
    query = "SELECT * { VALUES ?x { " + "1 " * 30_000 + "] } }"
    started = time.monotonic()
    with pytest.raises(QueryError) as caught:
        evaluator.evaluate(query)
    assert caught.value.column == len(query) - 4
    assert time.monotonic() - started < 5
