"""Random soups of SPARQL's tokens: two thousand answers, none of them a fault."""

from __future__ import annotations

import http.client
import random
import time
from typing import Any
from xml.etree import ElementTree

CASES = 2_000
SECONDS = 15.0
FEWEST = 400
"""What even a machine under load manages in that time."""

PIECES = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) [ ] . ; , * + / | ^ ! ? - = != < > <= >= && || << >> <<( )>> {| |} ~ "
    "OPTIONAL UNION MINUS FILTER BIND VALUES GRAPH EXISTS NOT LATERAL DISTINCT REDUCED LIMIT OFFSET ORDER BY GROUP HAVING "
    "AS ASC DESC IN UNDEF FROM NAMED PREFIX BASE VERSION COUNT SUM MIN AVG SAMPLE GROUP_CONCAT SEPARATOR IF COALESCE STR "
    "LANG REGEX REPLACE CONCAT SUBSTR TRIPLE SUBJECT isTRIPLE IRI BNODE STRDT STRLANG STRLANGDIR UUID RAND NOW YEAR TZ "
    "ENCODE_FOR_URI MD5 SHA512 ADJUST ?s ?p ?o ?s $o ?x _:b _:c a true false 0 1 -1 1.5 1e400 99999999999999999999 'x' "
    '"y"@de "z"@ar--rtl \'\'\'long\'\'\' """also long""" \'open "open \\u0041 \\uD800 \\ # \n \t \0 <a:b> <http://x/y> <> <open '
    "ex: ex:a skos:prefLabel : ^^ @ SERVICE LOAD INSERT DATA DROP ä 🙂 \u202e %41 ' \" ` @prefix ;;; }}}} (((( ."
).split(" ")
SKELETONS = (
    "SELECT * { @ }", "SELECT * { ?s ?p ?o . @ } LIMIT 5", "ASK { ?s ?p ?o FILTER(@) }", "SELECT (@ AS ?x) {}",
    "CONSTRUCT { @ } { ?s ?p ?o } LIMIT 5", "DESCRIBE @", "SELECT ?s { ?s @ ?o } LIMIT 5", "@",
    "PREFIX ex: <http://x/> SELECT * { VALUES ?x { @ } }", "ASK { ?s ?p ?o } @", "SELECT * { ?s ?p ?o } ORDER BY @ LIMIT 5",
)  # fmt: skip
ACCEPTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/html", "*/*",
           "text/turtle", "application/ld+json", "application/rdf+xml", "text/tab-separated-values")  # fmt: skip


FUNCTIONS = {
    1: "STR LANG DATATYPE IRI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR DAY TZ TIMEZONE MD5 SHA512 isIRI "
       "isTRIPLE SUBJECT OBJECT LANGDIR hasLANG",
    2: "STRDT STRLANG CONTAINS STRSTARTS STRBEFORE STRAFTER REGEX sameTerm SUBSTR LANGMATCHES ADJUST",
    3: "IF SUBSTR REPLACE TRIPLE STRLANGDIR COALESCE CONCAT",
    0: "RAND NOW UUID STRUUID BNODE",
}  # fmt: skip
CONSTANTS = ("'x'", "'y'@de", "1", "-1", "1.5", "1e400", "-0.0", "99999999999999999999", "true", "<http://x/123>", "''", "?s", "?p", "?o",
             "?none", "'\\u0000'", "'2026-02-30'^^<http://www.w3.org/2001/XMLSchema#date>", "'('", "'P1Y'^^<http://www.w3.org/2001/XMLSchema#duration>",
             "'999999999999999-01-01T00:00:00Z'^^<http://www.w3.org/2001/XMLSchema#dateTime>", "'🙂ä'@ar--rtl")  # fmt: skip
PATHS = ("a", "^a", "a*", "(a|^a)?", "!(a|^a)", "a/^a", "!a", "(!a)*/a")


def expression(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.2:
        return dice.choice(CONSTANTS)
    if dice.random() < 0.4:
        sign = dice.choice(("+", "-", "*", "/", "=", "!=", "<", ">", "<=", ">=", "&&", "||"))
        return f"({expression(dice, depth - 1)} {sign} {expression(dice, depth - 1)})"
    if dice.random() < 0.1:
        return f"({expression(dice, depth - 1)} IN ({expression(dice, depth - 1)}, {expression(dice, depth - 1)}))"
    if dice.random() < 0.1:
        return f"EXISTS {{ {pattern(dice, depth - 1)} }}"
    count = dice.choice(tuple(FUNCTIONS))
    arguments = ", ".join(expression(dice, depth - 1) for _ in range(count))
    return f"{dice.choice(FUNCTIONS[count].split())}({arguments})"


def pattern(dice: random.Random, depth: int) -> str:
    if depth <= 0 or dice.random() < 0.3:
        return f"?s {dice.choice(PATHS)} ?o ."
    return dice.choice((
        lambda: f"{pattern(dice, depth - 1)} FILTER({expression(dice, 3)})",
        lambda: f"{{ {pattern(dice, depth - 1)} }} UNION {{ {pattern(dice, depth - 1)} }}",
        lambda: f"OPTIONAL {{ {pattern(dice, depth - 1)} }}",
        lambda: f"{pattern(dice, depth - 1)} MINUS {{ {pattern(dice, depth - 1)} }}",
        lambda: f"GRAPH ?g {{ {pattern(dice, depth - 1)} }}",
        lambda: f"{{ SELECT ?s (COUNT(*) AS ?n) {{ {pattern(dice, depth - 1)} }} GROUP BY ?s HAVING ({expression(dice, 2)}) }}",
        lambda: f"{pattern(dice, depth - 1)} BIND({expression(dice, 3)} AS ?b{dice.randint(0, 10**6)})",
    ))()  # fmt: skip


def meal(dice: random.Random) -> str:
    """A query by the grammar, whatever it may mean."""
    return dice.choice((
        lambda: f"SELECT ({expression(dice, 4)} AS ?x) ({expression(dice, 4)} AS ?y) {{ {pattern(dice, 1)} }} LIMIT 20",
        lambda: f"SELECT * {{ {pattern(dice, 3)} }} ORDER BY ?s LIMIT 20",
        lambda: f"ASK {{ {pattern(dice, 3)} }}",
        lambda: f"CONSTRUCT {{ ?s <http://x/{dice.choice(('a', '1', ''))}> ?x }} {{ {pattern(dice, 1)} BIND({expression(dice, 4)} AS ?x) }} LIMIT 20",
        lambda: f"SELECT (GROUP_CONCAT({expression(dice, 2)}) AS ?x) (MAX({expression(dice, 2)}) AS ?y) {{ {pattern(dice, 1)} }}",
    ))()  # fmt: skip


def soup(dice: random.Random) -> str:
    if dice.random() < 0.4:
        return meal(dice)
    pieces = dice.choices(PIECES, k=dice.randint(1, 12))
    filling = "".join(piece + dice.choice(("", " ", " ", " ", "\n")) for piece in pieces)
    return dice.choice(SKELETONS).replace("@", filling, 1)


def test_no_soup_of_tokens_is_a_fault(site: Any) -> None:
    dice = random.Random(20261123)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=15)
    statuses: dict[int, int] = {}
    began_at = time.monotonic()
    done = 0
    while done < CASES and time.monotonic() - began_at < SECONDS:
        query, accept = soup(dice), dice.choice(ACCEPTS)
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        try:
            connection.request("POST", "/sparql", query.encode("utf-8", "surrogatepass"), headers)
            answer = connection.getresponse()
            body = answer.read()
        except http.client.IncompleteRead:  # stopped midway, and said so
            connection.close()
            continue
        done += 1
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
        assert answer.status in {200, 400, 403, 406, 408, 413, 503}, (
            query,
            accept,
            answer.status,
            body[:500],
        )
        if answer.status == 200 and "xml" in (answer.getheader("Content-Type") or ""):
            ElementTree.fromstring(body)
    connection.close()
    assert done >= FEWEST
    assert statuses.get(200, 0) > done // 5, "soups that nobody can eat test only the parser"
    assert statuses.get(400, 0) > done // 5
    assert statuses.get(503, 0) < done // 10
