"""The place of a syntax error is the token at fault, whatever the parser looked at after it."""

from __future__ import annotations

import time

import pytest
from rdflib import URIRef

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


@pytest.mark.parametrize(
    ("query", "place", "iri"),
    [
        ("SELECT (<http://x/f>(1) AS ?n) {}", (1, 9), "http://x/f"),
        ("PREFIX x: <http://x/>\nSELECT (1 AS ?m) (x:f ( 1 ) AS ?n) {}", (2, 19), "http://x/f"),
        ("BASE <http://x/> ASK { FILTER (STR(1) = '<f>(' || <f>(1)) }", (1, 51), "http://x/f"),
        ("ASK { ?s <http://x/f> (1 2) FILTER <http://x/f>(?s) }", (1, 36), "http://x/f"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?s <http://x/f>(?s)", (1, 36), "http://x/f"),
    ],
)
def test_a_function_the_engine_lacks_is_named_where_it_is_called(
    evaluator: Evaluator, query: str, place: tuple[int, int], iri: str
) -> None:
    with pytest.raises(QueryError) as caught:
        evaluator.evaluate(query)
    assert (caught.value.http_status, caught.value.line, caught.value.column) == (400, *place)
    assert f"there is no function <{iri}> here (line {place[0]}, column {place[1]})" in caught.value.text.en
    assert (
        f"Funktion <{iri}> gibt es hier nicht (Zeile {place[0]}, Spalte {place[1]})" in caught.value.text.de
    )


def test_a_bound_variable_that_is_not_projected_is_told_apart(evaluator: Evaluator) -> None:
    bindings = {"n": URIRef("http://x/n")}
    with pytest.raises(QueryError, match="not projected"):
        evaluator.evaluate("SELECT ?a { ?a ?b ?n }", bindings=bindings)
    with pytest.raises(QueryError, match="no function"):
        evaluator.evaluate("SELECT ?n (<http://x/f>(1) AS ?m) { ?n ?p ?o }", bindings=bindings)


def test_many_calls_are_looked_through_in_no_time(evaluator: Evaluator) -> None:
    query = "SELECT * { FILTER (1 IN (" + ", ".join(["<a:f>(1)"] * 7_000) + ")) }"
    started = time.monotonic()
    with pytest.raises(QueryError) as caught:
        evaluator.evaluate(query)
    assert caught.value.column == query.index("<") + 1
    assert time.monotonic() - started < 5
