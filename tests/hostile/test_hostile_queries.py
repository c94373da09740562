"""Queries that crash, flood or exhaust an engine: each is one clear answer, and the next query is right."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

JSON, CSV, HTML, TURTLE = "application/sparql-results+json", "text/csv", "text/html", "text/turtle"
XML, RDF_XML, JSON_LD = "application/sparql-results+xml", "application/rdf+xml", "application/ld+json"

ANSWERED, MALFORMED, TOO_LARGE, STOPPED, REFUSED = {200}, {400}, {413}, {408, 413}, {400, 403, 408, 413}


def doubling(times: int, *, start: str = "aaaaaaaaaaaaaaaa") -> str:
    steps = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(times))
    return f"BIND('{start}' AS ?v0) {steps}"


def cross(times: int) -> str:
    return " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(times))


CRASHES: dict[str, tuple[str, set[int]]] = {
    "nested braces": ("ASK " + "{" * 8_000 + "}" * 8_000, TOO_LARGE),
    "nested braces never closed": ("ASK " + "{" * 30_000, TOO_LARGE),
    "nested parentheses": ("ASK { FILTER(" + "(" * 9_000 + "1" + ")" * 9_000 + ") }", TOO_LARGE),
    "nested brackets": ("ASK { ?s ?p " + "[ ?p " * 9_000 + "1" + "]" * 9_000 + " }", TOO_LARGE),
    "nested collections": ("ASK { ?s ?p " + "( " * 9_000 + ")" * 9_000 + " }", TOO_LARGE),
    "nested functions": ("ASK { FILTER(" + "STR(" * 9_000 + "1" + ")" * 9_000 + ") }", TOO_LARGE),
    "nested IF": ("SELECT (" + "IF(?x,1," * 4_000 + "1" + ")" * 4_000 + " AS ?y) {}", TOO_LARGE),
    "nested EXISTS": ("ASK { " + "FILTER EXISTS { " * 2_500 + "}" * 2_500 + " }", TOO_LARGE),
    "nested sub-queries": ("SELECT * { " + "{ SELECT * { " * 2_000 + "}}" * 2_000 + " }", TOO_LARGE),
    "nested triple terms": ("SELECT (" + "TRIPLE(<a:a>,<a:b>," * 2_000 + "1" + ")" * 2_000 + " AS ?t) {}", TOO_LARGE),
    "nested quoted triples": ("ASK { ?x ?y " + "<<( ?a ?b " * 3_000 + "?c" + ")>>" * 3_000 + " }", TOO_LARGE),
    "nested annotations": ("ASK { ?x ?y ?z " + "{| ?a ?b " * 3_000 + "|}" * 3_000 + " }", TOO_LARGE),
    "nesting hidden in what looks like an IRI": ("ASK { FILTER(?a<" + "(" * 9_000 + "1> 2) }", TOO_LARGE),
    "nesting at the limit": ("ASK { FILTER(" + "(" * 98 + "1" + ")" * 98 + ") }", ANSWERED),
    "unary not chain": ("ASK { FILTER(" + "!" * 30_000 + "?x) }", TOO_LARGE),
    "unary minus chain": ("SELECT (" + "- " * 20_000 + "1 AS ?x) {}", TOO_LARGE),
    "plus chain": ("SELECT (1" + "+1" * 20_000 + " AS ?x) {}", TOO_LARGE),
    "or chain": ("ASK { FILTER(?x" + "||?x" * 9_000 + ") }", TOO_LARGE),
    "equals chain": ("ASK { FILTER(1" + "=1" * 9_000 + ") }", TOO_LARGE),
    "UNION chain": ("ASK { {}" + "UNION{}" * 9_000 + " }", TOO_LARGE),
    "OPTIONAL chain": ("ASK { " + "OPTIONAL{}" * 6_000 + " }", TOO_LARGE),
    "MINUS chain": ("ASK { " + "MINUS{}" * 6_000 + " }", TOO_LARGE),
    "GRAPH chain": ("ASK { " + "GRAPH ?g{}" * 6_000 + " }", TOO_LARGE),
    "BIND chain": ("ASK { " + "BIND(1 AS ?x)" * 4_000 + " }", TOO_LARGE),
    "FILTER chain": ("ASK { " + "FILTER(1)" * 6_000 + " }", TOO_LARGE),
    "VALUES chain": ("ASK { " + "VALUES ?x{1}" * 5_000 + " }", TOO_LARGE),
    "path sequence chain": ("ASK { ?s <p:p>" + "/<p:p>" * 9_000 + " ?o }", TOO_LARGE),
    "path alternative chain": ("ASK { ?s <p:p>" + "|<p:p>" * 9_000 + " ?o }", TOO_LARGE),
    "path inverse chain": ("ASK { ?s " + "^" * 30_000 + "<p:p> ?o }", {400, 413}),
    "path star chain": ("ASK { ?s <p:p>" + "*" * 30_000 + " ?o }", TOO_LARGE),
    "path question mark chain": ("ASK { ?s <p:p>" + "?" * 30_000 + " ?o }", {400, 408, 413}),
    "path plus chain": ("ASK { ?s <p:p>" + "+" * 30_000 + " ?o }", TOO_LARGE),
    "projection chain": ("SELECT " + "".join(f"(1 AS ?x{n})" for n in range(4_000)) + " {}", TOO_LARGE),
    "a query over the size limit": ("ASK {} #" + "x" * 66_000, TOO_LARGE),
    "a query of one byte less than a mebibyte": ("ASK {} #" + "x" * (2**20 - 9), TOO_LARGE),
    "a limit that overflows an integer": ("SELECT * {} LIMIT 99999999999999999999999999", MALFORMED),
    "the largest offset": ("SELECT * { ?s ?p ?o } OFFSET 18446744073709551615 LIMIT 18446744073709551615", ANSWERED),
    "the smallest integer, negated and divided": (
        "SELECT (-9223372036854775808 / -1 AS ?x) (ABS(-9223372036854775808) AS ?y) {}",
        ANSWERED,
    ),
    "substrings at the ends of the integers": (
        "SELECT (SUBSTR('abc', -9223372036854775808, 9223372036854775807) AS ?x) {}",
        ANSWERED,
    ),
    "decimals that overflow": (
        "SELECT (170141183460469231731.687303715884105727 * 170141183460469231731.687303715884105727 AS ?x) {}",
        ANSWERED,
    ),
    "dates at the end of time": (
        ("PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT (YEAR('999999999999999999-01-01'^^x:date) AS ?y) "
         "('-99999999999999999-01-01T00:00:00Z'^^x:dateTime + 'P99999999999999Y'^^x:duration AS ?x) {}"),
        ANSWERED,
    ),
    "escaped lone surrogate": (r"SELECT ('\uD800' AS ?x) {}", MALFORMED),
    "escape beyond Unicode": (r"SELECT ('\UFFFFFFFF' AS ?x) {}", MALFORMED),
    "NUL in the query": ("ASK {} \0", MALFORMED),
    "an empty query": ("", MALFORMED),
    "two queries in one": ("ASK {} ASK {}", MALFORMED),
    "a string that never ends": ("ASK { ?s ?p '''" + "x" * 60_000, MALFORMED),
    "an IRI that never ends": ("ASK { ?s <" + "x" * 60_000, MALFORMED),
    "escapes only": (r"\u0041" * 10_000, MALFORMED),
    "a list of 20,000 values": ("ASK { FILTER(1 IN (" + "1," * 19_999 + "1)) }", {200, 408}),
    "20,000 arguments": ("SELECT (CONCAT(" + "?x," * 19_999 + "?x) AS ?y) {}", {200, 408}),
    "3,000 variables": ("SELECT * { VALUES (" + " ".join(f"?x{n}" for n in range(3_000)) + ") {} }", ANSWERED),
    "4,000 FROM": ("SELECT * " + "".join(f"FROM <x:{n}>" for n in range(4_000)) + "{}", {200, 408}),
    "2,500 prefixes": ("".join(f"PREFIX p{n}: <x:{n}> " for n in range(2_500)) + "ASK {}", ANSWERED),
    "20,000 group conditions": ("SELECT (1 AS ?y) {} GROUP BY " + "?x " * 20_000, {200, 400, 408}),
    "15,000 having conditions": ("SELECT (COUNT(*) AS ?c) {} HAVING " + "(1)" * 15_000, {200, 408, 413}),
}  # fmt: skip

FLOODS: dict[str, tuple[str, set[int]]] = {
    "cross product": (f"SELECT (COUNT(*) AS ?n) {{ {cross(5)} }}", STOPPED),
    "cross product of blank nodes": ("SELECT (COUNT(*) AS ?n) { [] ?a []. [] ?b []. [] ?c [] }", STOPPED),
    "ORDER BY on a cross product": (f"SELECT * {{ {cross(4)} }} ORDER BY ?o0 ?o1 ?o2 ?o3 LIMIT 1", STOPPED),
    "DISTINCT on a cross product": (f"SELECT (COUNT(DISTINCT CONCAT(STR(?o0),STR(?o1))) AS ?n) {{ {cross(3)} }}", STOPPED),
    "distinct random values": (f"SELECT (COUNT(DISTINCT ?r) AS ?n) {{ {cross(3)} BIND(CONCAT(STRUUID(),STR(RAND())) AS ?r) }}", STOPPED),
    "huge GROUP_CONCAT": (
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?o0),STR(?o1));separator='{'s' * 9_000}') AS ?x) {{ {cross(3)} }}",
        STOPPED,
    ),
    "doubling by CONCAT": (f"SELECT (STRLEN(?v40) AS ?n) {{ {doubling(40)} }}", STOPPED),
    "eightfold by REPLACE": (
        "SELECT (STRLEN(?v20) AS ?n) { BIND('aaaaaaaaaaaaaaaa' AS ?v0) "
        + " ".join(f"BIND(REPLACE(?v{n}, '.', '$0$0$0$0$0$0$0$0') AS ?v{n + 1})" for n in range(20)) + " }",
        STOPPED,
    ),
    "encoding that triples": (
        f"SELECT (STRLEN({'ENCODE_FOR_URI(' * 30}?v20{')' * 30}) AS ?n) {{ {doubling(20, start='%%%%')} }}", STOPPED,
    ),
    "hashes of a long text": (
        f"SELECT (COUNT(?h) AS ?n) {{ {cross(2)} {doubling(18)} BIND(SHA512(CONCAT(?v18, STR(?o0), STR(?o1))) AS ?h) }}",
        STOPPED,
    ),
    "catastrophic regular expression": (
        f"SELECT (REGEX('{'a' * 20_000}!', '^(a+)+$') AS ?x) (REGEX('{'a' * 20_000}', '(.*)*(.*)*(.*)*x') AS ?y) {{}}",
        {200, 408},
    ),
    "regular expression that multiplies": ("SELECT (REGEX('a', '((((a{100}){100}){100}){100}){100}') AS ?x) {}", ANSWERED),
    "regular expressions made of data": (f"SELECT (COUNT(*) AS ?n) {{ {cross(3)} FILTER(REGEX(STR(?o0), STR(?o1), 'i')) }}", STOPPED),
    "big VALUES multiplied": (
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{k} {{ {' '.join(map(str, range(900)))} }}" for k in range(8)) + " }",
        STOPPED,
    ),
    "huge CONSTRUCT template": (
        "CONSTRUCT { " + " ".join(f"?s0 <x:{n}> ?o1 ." for n in range(450)) + f" }} {{ {cross(3)} }}", {200, 408, 413},
    ),
    "DESCRIBE of everything, many times": (f"DESCRIBE * {{ {cross(3)} }}", {200, 408, 413}),
    "star of stars": ("SELECT (COUNT(*) AS ?n) { ?x ((!<x:q>)*)* ?y . ?y ((!<x:q>|^!<x:p>)*)* ?z . ?z (!<x:q>)+ ?a }", STOPPED),
    "sequence of stars": ("SELECT (COUNT(*) AS ?n) { ?s " + "/".join(["(!<x:p>|^!<x:p>)*"] * 20) + " ?o }", STOPPED),
    "NOT EXISTS with a join inside": (
        f"SELECT (COUNT(*) AS ?n) {{ {cross(2)} FILTER NOT EXISTS {{ ?x ?y ?z . ?z ?w ?v FILTER(STR(?z) = STRUUID()) }} }}", STOPPED,
    ),
    "MINUS of a cross product": (f"SELECT (COUNT(*) AS ?n) {{ {cross(2)} MINUS {{ ?s0 ?x ?y . ?s1 ?z ?w . ?q ?r ?t }} }}", STOPPED),
    "a plan of 400 joined patterns": (
        "SELECT * { " + " ".join(f"?s{n} ?p{n} ?s{n + 1} ." for n in range(400)) + " } LIMIT 1", {200, 408, 413},
    ),
    "a plan of 400 optional patterns": (
        "SELECT * { " + " ".join(f"OPTIONAL {{ ?s{n} ?p{n} ?s{n + 1} }}" for n in range(400)) + " } LIMIT 1", {200, 408, 413},
    ),
    "a plan of 6,000 equal patterns": ("ASK { " + "?s ?p ?o . " * 4_000 + " }", {200, 408, 413}),
    "a collection of 20,000": ("ASK { ?s ?p (" + " 1" * 20_000 + ") }", {200, 408, 413}),
}  # fmt: skip


@pytest.mark.parametrize("case", CRASHES)
def test_what_would_crash_the_engine_is_one_answer(site: Any, case: str) -> None:
    query, statuses = CRASHES[case]
    answer = site.sparql(query, accept=CSV)
    assert answer.status in statuses, answer.body[:300]
    assert answer.whole
    if answer.status != 200:
        assert json.loads(answer.body)["status"] == answer.status
        assert b"/slm_graph" not in answer.body


@pytest.mark.parametrize("case", FLOODS)
def test_what_would_run_for_ever_is_stopped(site: Any, case: str) -> None:
    query, statuses = FLOODS[case]
    answer = site.sparql(query, accept=CSV if not query.startswith(("CONSTRUCT", "DESCRIBE")) else TURTLE)
    assert answer.status in statuses, answer.body[:300]
    if answer.status != 200:
        assert answer.whole
        assert json.loads(answer.body)["detail"]


TERMS: dict[str, tuple[str, str, int]] = {
    "control characters in XML": (r"SELECT ('\u0000\u0001' AS ?x) {}", XML, 406),
    "a character that is none in XML": (r"SELECT ('\uFFFE' AS ?x) {}", XML, 406),
    "a carriage return in XML": (r"SELECT ('a\r\nb' AS ?x) {}", XML, 200),
    "markup in XML": ("SELECT (']]><x>&' AS ?x) {}", XML, 200),
    "a triple term in XML": ("SELECT (TRIPLE(<a:a>,<a:b>,<a:c>) AS ?x) {}", XML, 200),
    "control characters in RDF/XML": (r"CONSTRUCT { <a:s> <a:p> '\u0000' } {}", RDF_XML, 406),
    "a property without a name in RDF/XML": ("CONSTRUCT { <a:s> <http://x/123> 1 } {}", RDF_XML, 406),
    "markup in RDF/XML": ("CONSTRUCT { <http://x/?a&b='> <http://x/a&b/c> '</rdf:RDF>' } {}", RDF_XML, 200),
    "control characters in JSON": (r"SELECT ('\u0000\u001F' AS ?x) {}", JSON, 200),
    "control characters in JSON-LD": (r"CONSTRUCT { <a:s> <a:p> '\u0000' } {}", JSON_LD, 200),
    "control characters on a page": (r"SELECT ('\u0000\u0008' AS ?x) {}", HTML, 200),
    "a script on a page": ("SELECT ('<script>alert(1)</script>' AS ?x) {}", HTML, 200),
    "a script in an IRI on a page": ("SELECT (IRI('javascript:alert(1)') AS ?x) {}", HTML, 200),
    "a script in a variable's language": ("SELECT ('x'@en-script AS ?x) {}", HTML, 200),
    "triple terms on a page": ("SELECT (TRIPLE(<a:a>,<a:b>,TRIPLE(<a:a>,<a:b>,'<b>'@de)) AS ?x) {}", HTML, 200),
    "relative and broken IRIs on a page": ("SELECT (IRI('http://[::1') AS ?x) (IRI('../..') AS ?y) {}", HTML, 200),
    "a value of a megabyte on a page": (f"SELECT (?v16 AS ?x) {{ {doubling(16)} }}", HTML, 200),
    "an IRI of a megabyte on a page": (f"SELECT (IRI(CONCAT('x:', ?v16)) AS ?x) {{ {doubling(16)} }}", HTML, 200),
    "a row of eight megabytes on a page": (f"SELECT (?v19 AS ?x) {{ {doubling(19)} }}", HTML, 200),
    "three hundred wide rows on a page": (
        "SELECT * { VALUES ?k { " + " ".join(map(str, range(300))) + " } "
        + " ".join(f"BIND(IRI(CONCAT('x:{n}', STR(?k))) AS ?v{n})" for n in range(240)) + " }", HTML, 200,
    ),
    "a variable of 30,000 letters on a page": ("SELECT (1 AS ?" + "a" * 30_000 + ") {}", HTML, 200),
    "a syntax error with markup on a page": ("SELECT <script>alert(1)</script>", HTML, 400),
    "a prefix of 200 letters nobody declared": ("ASK { " + "p" * 200 + ":a ?p ?o }", HTML, 400),
}  # fmt: skip


@pytest.mark.parametrize("case", TERMS)
def test_hostile_terms_leave_every_format_whole(site: Any, case: str) -> None:
    query, accept, status = TERMS[case]
    answer = site.sparql(query, accept=accept)
    assert answer.status == status, answer.body[:300]
    assert answer.whole
    if accept in (XML, RDF_XML) and status == 200:
        text = "".join(ElementTree.fromstring(answer.body).itertext())
        if "carriage" in case:
            assert "a\r\nb" in text
    elif accept == HTML:
        assert b"<script>alert" not in answer.body
        assert b'href="javascript' not in answer.body
        assert len(answer.body) < 700_000
    elif status == 200:
        json.loads(answer.body)


BEGINS = "{ ?s ?p ?o } UNION { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?o))) < 0) }"
"""All statements, half a megabyte of them, and then nothing for ever."""


@pytest.mark.parametrize("form", ["SELECT ?s ?p ?o", "CONSTRUCT { ?s ?p ?o }"])
def test_a_page_of_a_query_that_is_stopped_midway_says_so(site: Any, form: str) -> None:
    answer = site.sparql(f"{form} {{ {BEGINS} }}", accept=HTML)
    assert answer.status == 408
    assert answer.whole


@pytest.mark.parametrize("accept", [JSON, XML, "text/tab-separated-values"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_answer_stopped_midway_never_ends_as_a_whole_one(
    site: Any, as_post: Any, read_response: Any, accept: str, version: str
) -> None:
    request = as_post(f"SELECT ?s ?p ?o {{ {BEGINS} }}", accept=accept, version=version)
    with site.connect() as client:
        client.sendall(request)
        received, reset = b"", False
        try:
            while data := client.recv(65536):
                received += data
        except ConnectionResetError:
            reset = True
    if received:
        answer = read_response(received, reset=reset)
        assert not (answer.status == 200 and answer.whole)
    else:
        assert reset


def test_an_answer_past_the_size_limit_never_ends_as_a_whole_one(
    site: Any, as_post: Any, read_response: Any
) -> None:
    answer = read_response(site.say(as_post(f"SELECT * {{ {cross(3)} }}", accept=CSV)))
    assert answer.status == 200
    assert len(answer.body) <= 64 * 2**20
    assert not answer.whole


def test_the_limits_are_declared(site: Any) -> None:
    description = site.get("/sparql", Accept="text/turtle")
    assert description.status == 200
    for limit in (b"67108864", b"65536", b"500000 rows"):
        assert limit in description.body
    page = site.get("/sparql", Accept="text/html", Accept_Language="de")
    assert "500\u202f000 Zeilen und 64 MiB" in page.body.decode()
