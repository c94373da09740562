"""The guard: what it refuses before the engine sees it, and what it must let pass."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_graph.engine.tokens import resolve_escapes, tokens
from slm_graph.errors import QueryError, QueryRefused, QueryTooLarge
from slm_graph.settings import QueryLimits
from slm_graph.store.guard import inspect

LIMITS = QueryLimits()


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "ASK { service silent ?where { ?s ?p ?o } }",
        "ASK { SERVICE<http://127.0.0.1/>{?s ?p ?o} }",
        "ASK { SERVICESILENT<http://127.0.0.1/>{?s ?p ?o} }",
        "PREFIX x: <http://127.0.0.1/> ASK { SERVICEx:y {?s ?p ?o} }",
        "PREFIX : <http://127.0.0.1/> ASK { SERVICE:y {?s ?p ?o} }",
        "ASK { ?s ?p trueSERVICE<http://127.0.0.1/>{?s ?p ?o} }",
        "ASK { # comment\rSERVICE # another\n <http://127.0.0.1/> { ?s ?p ?o } }",
        r"ASK { \u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        r"ASK { \U00000053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "ASK { VALUES ?x {1} FILTER(?x<'s>' ) SERVICE <http://127.0.0.1/> {?x ?y ?z} #'\n }",
        "ASK { VALUES ?x {1} FILTER(?x<x:y#>'''\n ) SERVICE <http://127.0.0.1/> {?x ?y ?z} #'''\n }",
        'ASK { VALUES ?x {""" "} SERVICE <http://127.0.0.1/> {?x ?y ?z} }',
        "SELECT * { { SELECT * { SERVICE ?s { ?a ?b ?c } } } }",
    ],
)
def test_service_is_refused_however_it_is_written(query):
    with pytest.raises(QueryRefused, match="SERVICE") as refusal:
        inspect(query, LIMITS)
    assert refusal.value.line is not None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1/> {}' }",
        'SELECT * { ?s ?p "Service level management"@en }',
        "SELECT * { ?s ?p '''a 'SERVICE' <b> {'''}",
        r"SELECT * { ?s ?p 'it\'s a SERVICE <http://x>' }",
        "SELECT * { ?s <http://127.0.0.1/SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1/> {}",
        "SELECT ?service { ?service ?p $SERVICE }",
        "PREFIX service: <http://127.0.0.1/> SELECT * { service:a service:b service:c }",
        "PREFIX service: <http://127.0.0.1/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "PREFIX service: <http://127.0.0.1/> SELECT * FROM service:g { ?s ?p ?o }",
        "PREFIX service: <http://127.0.0.1/> SELECT * FROM NAMED service:g { ?s ?p ?o }",
        "SELECT * { ?a·service ?p ?a€service, ?a\u0301service { ?s ?p ?o } }",
        "PREFIX x: <x:> SELECT * { x:é\u0301service x:a x:b·service GRAPH x:a‿service { ?s ?p ?o } }",
        "SELECT * { _:a\u0301service ?p _:a€service { ?s ?p ?o } }",
        "SELECT * { _:service ?p 'x'@service }",
        "PREFIX e: <e:> SELECT * { e:SERVICE e:load ?o FILTER(LANG(?o) = 'SERVICE') }",
        'SELECT * { VALUES (?l ?i) { ("Service level management" <http://e.example/a#b>) ("service" <c:d#e>) } }',
        "SELECT * { ?s ?p ?o FILTER(?o<3 && ?o>1) }",
        "SELECT * { ?s ?p ?o FILTER(STRLEN(?o) < 3) } LIMIT 5",
    ],
)
def test_the_word_is_no_service_where_it_is_none(query):
    assert inspect(query, LIMITS).form == "select"


@pytest.mark.parametrize("word", ["WITHOUT", "LOADING", "ADDRESS", "dropout", "Created", "INSERTS"])
def test_a_word_that_only_begins_like_an_update_is_left_to_the_parser(word):
    assert inspect(f"{word} {{ ?s ?p ?o }}", LIMITS).form is None


def test_a_name_like_service_may_be_described():
    query = "PREFIX service: <http://127.0.0.1/> DESCRIBE ?s service:x { ?s ?p ?o }"
    assert inspect(query, LIMITS).form == "describe"


@pytest.mark.parametrize(
    "word",
    [
        "INSERT DATA",
        "DELETE WHERE",
        "LOAD",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH",
        "ADD",
        "MOVE",
        "COPY",
        "WITH <a:b> INSERT",
        "load",
        "INSERTDATA",
        "deletewhere",
        "CLEARSILENTALL",
        "COPYDEFAULTTO",
        r"\u004COAD",
    ],
)
def test_updates_are_refused_with_their_place(word):
    with pytest.raises(QueryRefused, match="no updates") as refusal:
        inspect(f"PREFIX a: <a:>\n {word} <a:b>", LIMITS)
    assert (refusal.value.line, refusal.value.column) == (2, 2)


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 101 + "}" * 101,
        "ASK { FILTER(" + "(" * 100 + "1" + ")" * 100 + ") }",
        "ASK { ?s ?p " + "[?p " * 101 + "1" + "]" * 101 + "}",
        "ASK { FILTER(?a<" + "(" * 4_000 + "1> 2) }",
        "ASK { FILTER(" + "STR(" * 100 + "1" + ")" * 100 + ") }",
    ],
    ids=["braces", "parentheses", "brackets", "inside what looks like an IRI", "functions"],
)
def test_deep_nesting_is_refused(query):
    with pytest.raises(QueryTooLarge, match="100 nested"):
        inspect(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(1" + "+1" * 501 + ") }",
        "ASK { FILTER(?x" + "||?x" * 501 + ") }",
        "ASK { FILTER(" + "!" * 501 + "?x) }",
        "ASK { ?s <p:p>" + "/<p:p>" * 501 + " ?o }",
        "ASK { {}" + "UNION{}" * 501 + "}",
        "ASK {" + "OPTIONAL{}" * 501 + "}",
        "SELECT " + "".join(f"(1 AS ?x{number})" for number in range(501)) + "{}",
    ],
    ids=["+", "||", "!", "/", "UNION", "OPTIONAL", "AS"],
)
def test_long_chains_are_refused(query):
    with pytest.raises(QueryTooLarge, match=r"occurs 50\d times"):
        inspect(query, LIMITS)


def test_what_honest_queries_hold_passes():
    inspect("ASK " + "{" * 100 + "}" * 100, LIMITS)
    inspect("ASK { FILTER(?x IN (" + ", ".join(f"<e:{number}>" for number in range(2_000)) + ")) }", LIMITS)
    inspect("SELECT * { VALUES ?x { " + "'a (b) {c} + d' " * 2_000 + "} }", LIMITS)


def test_the_size_is_counted_in_bytes():
    inspect("ASK {} #" + "x" * (LIMITS.max_query_bytes - 8), LIMITS)
    with pytest.raises(QueryTooLarge, match=str(LIMITS.max_query_bytes)):
        inspect("ASK {} #" + "ß" * (LIMITS.max_query_bytes // 2), LIMITS)


def test_text_that_is_not_unicode_is_a_clear_error():
    with pytest.raises(QueryError, match="surrogates"):
        inspect("ASK { ?s ?p '\ud800' }", LIMITS)


@pytest.mark.parametrize(
    "unit",
    [
        '"\\',
        "a.",
        "'''a",
        '"""\\',
        "<",
        "<a",
        "@a-",
        "1e",
        "\\u0041",
        "a:",
        "_:",
        "\"'",
        "((",
        "#\n",
        "?a<'b>",
    ],
)
def test_hostile_text_is_read_in_linear_time(unit):
    text = unit * (60_000 // len(unit))
    started = time.process_time()
    with contextlib.suppress(QueryError):
        inspect(text, LIMITS)
    assert time.process_time() - started < 2.0  # quadratic reading takes ten and more


@given(st.text(max_size=200))
def test_any_text_is_read_whole_and_without_a_fault(text):
    end = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
        assert token.start >= end
        end = token.end
    assert resolve_escapes(text.replace("\\", "")) == text.replace("\\", "")


@given(st.text(alphabet="ab SERVICE<>'\"#\\{}:?\n", max_size=60))
def test_a_string_hides_whatever_it_holds(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    outline = inspect(f'SELECT * {{ ?s ?p "{escaped}" }}', LIMITS)
    assert (outline.form, outline.dataset_clauses) == ("select", ())
