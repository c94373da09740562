"""The place of a syntax error is the token at fault, whatever the parser looked at after it."""

from __future__ import annotations

import re
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
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", (1, 8), "?x is neither in GROUP BY"),
        ("SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c }", (1, 8), "?a is neither in GROUP BY"),
        ("SELECT ?b ?c\n(COUNT(?a) AS ?n) ?a { ?a ?b ?c } GROUP BY ?b ?c", (2, 19), "?a is neither"),
        ("SELECT ?b (SUM(?c) + ?a AS ?n) { ?a ?b ?c } GROUP BY ?b", (1, 11), "expression of ?n has a"),
        ("SELECT ?a ?b ?a { ?a ?b ?c }", (1, 14), "?a is in SELECT twice"),
        ("SELECT DISTINCT (1 AS ?a) (2 AS ?b) (3 AS ?a) {}", (1, 43), "?a is in SELECT twice"),
        ("SELECT ?a (STR(?a) AS ?b) { ?a ?b ?c }", (1, 23), "?b is there already"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", (1, 8), "name the variables"),
        ("SELECT * { <foo> ?y ?z }", (1, 12), "<foo> is relative, and there is no BASE"),
        ("PREFIX a: <b> ASK {}", (1, 11), "<b> is relative"),
        ("ASK { ?x ?y 'a'^^<b> }", (1, 18), "<b> is relative"),
        ("ASK { ?x ?y <#b> }", (1, 13), "<#b> is relative"),
        ("ASK { ?x ?y ?z <foo> }", (1, 16), "“<foo>” is out of place"),
        ("SELECT * { <http://a b> ?y ?z }", (1, 12), "an IRI has no blanks: <http://a b>"),
        ("PREFIX a: <http://a b> ASK {}", (1, 11), "no blanks"),
        ("ASK {\n?x <http://a{b}> ?z }", (2, 4), "no “{”"),
        ("SELECT * { <http://[> ?y ?z }", (1, 12), "an IRI is not valid"),
        ("SELECT * {} LIMIT 99999999999999999999999", (1, 19), ""),
        ("SELECT * {} VALUES (?a ?a) {}", (1, 29), "a variable is in VALUES twice"),
        ("ASK { ?s ?p 'open }", (1, 13), "“'open }”"),
        ("ASK { ?s ?p '''open }", (1, 22), "ends too soon"),
        ("ASK { ?s ?p 1 } # ]", (1, 20), ""),
    ],
)
def test_the_token_at_fault_is_named(
    evaluator: Evaluator, query: str, place: tuple[int, int], words: str
) -> None:
    if not words and query.startswith("ASK"):
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


ENGLISH = re.compile(r"\b(?:the|is|are|not|with|contains|allowed|should|failed|parsing)\b", re.IGNORECASE)
"""Words of the engine that no German sentence of ours has."""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c }",
        "SELECT (SUM(?a) + ?b AS ?n) { ?a ?b ?c }",
        "SELECT ?a ?a { ?a ?b ?c }",
        "SELECT (1 AS ?a) { ?a ?b ?c }",
        "SELECT * { ?a ?b ?c } GROUP BY ?a",
        "SELECT * {} LIMIT 99999999999999999999999",
        "SELECT * {} OFFSET 99999999999999999999999",
        "SELECT * {} VALUES (?a ?a) {}",
        "SELECT * {} VALUES (?a ?b) { (1) }",
        "SELECT * { ?a ?b ?c FILTER(COUNT(?a) > 1) }",
        "SELECT * { ?a ?b 'x'@en-abcdefghijk }",
        "SELECT * { ?a ?b 'x'@en--up }",
        r"SELECT * { ?a ?b '\uD800' }",
        "PREFIX a: <b> ASK {}",
        "BASE <http://[> ASK {}",
        "SELECT * { { SELECT ?x ?x { ?x ?y ?z } } }",
        "SELECT * { BIND(1 AS ?a) BIND(2 AS ?a) }",
        "SELECT * { VALUES (?a ?b) { (1) } }",
    ],
)
def test_no_german_message_has_the_engines_english(evaluator: Evaluator, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        evaluator.evaluate(query)
    reason = caught.value.text.de.partition("): ")[2]
    assert reason
    assert not ENGLISH.search(reason.replace(query, ""))


def test_the_column_at_fault_is_found_among_many_in_no_time(evaluator: Evaluator) -> None:
    names = " ".join(f"?x{number}" for number in range(5_000))
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"\?x4999 is in SELECT twice"):
        evaluator.evaluate(f"SELECT {names} ?x4999 ?y {{ ?x0 ?x1 ?x2 }}")
    assert time.monotonic() - started < 20
