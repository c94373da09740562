"""SERVICE wherever it may stand: what is asked of the endpoint, and what comes of its answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from rdflib import Literal, URIRef

from slm_graph.engine.evaluation import Evaluator

X = "http://x.example/"
HERE = f"""\
<{X}a> <{X}level> "1" <{X}g1> .
<{X}b> <{X}level> "2" <{X}g2> .
""".encode()
THERE = rf"""
<{X}a> <{X}name> "eins"@de .
<{X}a> <{X}name> "one"@en .
<{X}c> <{X}name> "three \\u0022 }} # \" ' \n {{"@en-gb .
<{X}c> <{X}age> "07"^^<http://x.example/months> .
<{X}c> <{X}knows> _:somebody .
_:somebody <{X}knows> _:somebody .
""".encode()


@pytest.fixture
def site(asking: Callable[..., Any], endpoint: Any) -> Any:
    endpoint.evaluator = Evaluator.in_memory(THERE)
    endpoint.asked.clear()
    return asking(endpoint.url, data=HERE)


def values(rows: list[dict[str, Any]], *names: str) -> list[tuple[str | None, ...]]:
    return sorted(
        (tuple(row[name]["value"] if name in row else None for name in names) for row in rows), key=repr
    )


PLACES: dict[str, tuple[str, list[tuple[str | None, ...]]]] = {
    "a group": ("?s :level ?v SERVICE @ { ?s :name ?n }", [("a", "eins"), ("a", "one")]),
    "before what it joins": ("SERVICE @ { ?s :name ?n } ?s :level ?v", [("a", "eins"), ("a", "one")]),
    "OPTIONAL": ("?s :level ?v OPTIONAL { SERVICE @ { ?s :name ?n } }", [("a", "eins"), ("a", "one"), ("b", None)]),
    "UNION": ("{ ?s :level '2' } UNION { SERVICE @ { ?s :name 'eins'@de } }", [("a", None), ("b", None)]),
    "MINUS": ("?s :level ?v MINUS { SERVICE @ { ?s :name ?n } }", [("b", None)]),
    "EXISTS": ("?s :level ?v FILTER EXISTS { SERVICE @ { ?s :name ?n } }", [("a", None)]),
    "NOT EXISTS": ("?s :level ?v FILTER NOT EXISTS { SERVICE @ { ?s :name ?n } }", [("b", None)]),
    "a sub-query": ("?s :level ?v { SELECT DISTINCT ?s { SERVICE @ { ?s :name ?n } } }", [("a", None)]),
    "GRAPH": ("GRAPH :g1 { ?s :level ?v SERVICE @ { ?s :name ?n } }", [("a", "eins"), ("a", "one")]),
    "a dollar sign": ("?s :level ?v SERVICE @ { $s :name $n }", [("a", "eins"), ("a", "one")]),
    "without blanks": ("?s :level ?v.SERVICE @{?s :name ?n}", [("a", "eins"), ("a", "one")]),
    "in lower case, with comments": ("?s :level ?v service # } SERVICE\n @ # {\n{ ?s :name ?n # }\n }", [("a", "eins"), ("a", "one")]),
    "a sub-query inside": ("?s :level ?v SERVICE @ { SELECT ?s (COUNT(*) AS ?n) { ?s :name ?hidden } GROUP BY ?s }", [("a", "2")]),
    "BIND and VALUES inside": ("SERVICE @ { VALUES ?s { :a :z } ?s :name ?m BIND(LANG(?m) AS ?n) }", [("a", "de"), ("a", "en")]),
    "braces in strings": ("SERVICE @ { ?s :name ?n FILTER(CONTAINS(?n, '} # \"')) FILTER(?n != \"\"\" } \" } \"\"\") }", [("c", "three \\u0022 } # \" ' \n {")]),
    "blank nodes in the pattern": ("?s :level ?v SERVICE @ { ?s :name ?n . _:x :age [] }", [("a", "eins"), ("a", "one")]),
    "OPTIONAL inside: unbound joins with all": ("?s :level ?v SERVICE @ { :c :age ?age OPTIONAL { ?s :none ?n } }", [("a", None), ("b", None)]),
    "two clauses": ("SERVICE @ { ?s :age ?v } SERVICE SILENT @ { ?s :name ?n FILTER(LANG(?n) = 'en-gb') }", [("c", "three \\u0022 } # \" ' \n {")]),
    "no solutions": ("?s :level ?v SERVICE @ { ?s :none ?n }", []),
}  # fmt: skip


@pytest.mark.parametrize("target", ["<URL>", "there:", "<sparql>"])
@pytest.mark.parametrize("place", PLACES)
def test_the_solutions_stand_in_its_place(site: Any, endpoint: Any, place: str, target: str) -> None:
    pattern, expected = PLACES[place]
    base = endpoint.url.removesuffix("sparql")
    query = f"BASE <{base}> PREFIX : <{X}> PREFIX there: <{endpoint.url}>\nSELECT ?s ?n {{ {pattern} }}"
    query = re.sub(r"@(?=[ {])", target.replace("URL", endpoint.url), query)
    found = [
        (subject and subject.removeprefix(X), name) for subject, name in values(site.rows(query), "s", "n")
    ]
    assert found == expected
    assert len(endpoint.asked) == (2 if place == "two clauses" else 1)


def test_terms_come_through_as_they_are(site: Any, endpoint: Any) -> None:
    rows = site.rows(f"SELECT ?v {{ SERVICE <{endpoint.url}> {{ <{X}c> <{X}age>|<{X}name> ?v }} }}")
    assert [row["v"] for row in rows] == [
        {"type": "literal", "value": "07", "datatype": "http://x.example/months"},
        {"type": "literal", "value": "three \\u0022 } # \" ' \n {", "xml:lang": "en-gb"},
    ]


def test_every_solution_counts_as_often_as_it_comes(site: Any, endpoint: Any) -> None:
    query = f"SELECT ?s {{ SERVICE <{endpoint.url}> {{ {{ ?s <{X}name> 'eins'@de }} UNION {{ ?s <{X}name> 'one'@en }} }} }}"
    assert values(site.rows(query), "s") == [(f"{X}a",)] * 2


@pytest.mark.parametrize(("pattern", "truth"), [(f"<{X}a> <{X}name> []", True), (f"<{X}z> ?p ?o", False)])
def test_ask_of_a_pattern(site: Any, endpoint: Any, pattern: str, truth: bool) -> None:
    assert site.ask(f"ASK {{ SERVICE <{endpoint.url}> {{ {pattern} }} }}")[1]["boolean"] is truth


def test_a_pattern_without_variables_counts_its_solutions(site: Any, endpoint: Any) -> None:
    count = f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{endpoint.url}> {{ <{X}a> <{X}name> [] }} }}"
    assert values(site.rows(count), "n") == [("2",)]
    none = count.replace(f"<{X}a>", f"<{X}z>")
    assert values(site.rows(none), "n") == [("0",)]
    assert "SELECT (1 AS ?solution) WHERE" in endpoint.asked[0][0]


def test_construct_and_describe(site: Any, endpoint: Any) -> None:
    pattern = f"{{ ?s <{X}level> ?v SERVICE <{endpoint.url}> {{ ?s <{X}name> 'one'@en }} }}"
    _, made = site.ask(f"CONSTRUCT {{ ?s <{X}made> ?v }} WHERE {pattern}")
    assert made == f'<{X}a> <{X}made> "1" .\n'.encode()
    _, described = site.ask(f"DESCRIBE ?s {pattern}")
    assert described == f'<{X}a> <{X}level> "1" .\n'.encode()


def test_a_blank_node_of_the_answer_is_a_skolem_iri(site: Any, endpoint: Any) -> None:
    # RDF 1.1 Concepts, 3.5: joined within one answer, nobody else's, and new in the next
    query = f"SELECT ?x ?y {{ SERVICE <{endpoint.url}> {{ <{X}c> <{X}knows> ?x . ?x <{X}knows> ?y }} }}"
    first, second = (site.rows(query)[0] for _ in range(2))
    assert first["x"]["type"] == "uri"
    assert first["x"]["value"].startswith("https://w3id.org/.well-known/genid/")
    assert first["x"] == first["y"]
    assert first["x"] != second["x"]


def test_only_what_is_visible_outside_is_asked_for(site: Any, endpoint: Any) -> None:
    hidden = f"{{ SELECT ?s {{ ?s <{X}name> ?hidden }} }} FILTER NOT EXISTS {{ ?s <{X}x> ?unseen }} MINUS {{ ?s <{X}x> ?gone }}"
    request, answer = site.ask(f"SELECT * {{ SERVICE <{endpoint.url}> {{ {hidden} }} }}")
    assert answer["head"]["vars"] == ["s"]
    assert "SELECT ?s WHERE {" in endpoint.asked[0][0]
    assert "SERVICE" not in request.query


def test_the_endpoint_gets_the_prologue_and_nothing_of_the_asker(site: Any, endpoint: Any) -> None:
    site.ask(f"BASE <{X}>\nPREFIX n: <na>\nSELECT * {{ SERVICE <{endpoint.url}> {{ <a> n:me ?n }} }}")
    query, headers, _ = endpoint.asked[0]
    assert query.startswith(f"BASE <{X}>\nPREFIX n: <na>")
    assert query.endswith("LIMIT 10001")
    assert set(headers) == {
        "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "User-Agent",
    }  # fmt: skip
    assert (headers["User-Agent"], headers["Accept-Encoding"]) == ("slm-graph", "identity")


def test_parameters_of_a_named_query_reach_the_endpoint(site: Any, endpoint: Any) -> None:
    query = f"SELECT ?s ?language ?n {{ SERVICE <{endpoint.url}> {{ ?s <{X}name> ?n FILTER(LANG(?n) = ?language) }} }}"
    bindings = {"s": URIRef(f"{X}a"), "language": Literal("de")}
    assert values(site.rows(query, bindings=bindings), "s", "n") == [(f"{X}a", "eins")]
    assert "VALUES ?language" in endpoint.asked[0][0]
