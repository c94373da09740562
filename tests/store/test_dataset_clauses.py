"""Dataset clauses are found where the engine sees one, glued to their neighbours or not, and nowhere else."""

from __future__ import annotations

import pytest

from slm_graph.engine.tokens import tokens
from slm_graph.store import EmbeddedStore
from slm_graph.store.dataset_clauses import dataset_clauses

EX = "https://data.example/"
PROLOGUE = f"PREFIX x: <{EX}graph/> PREFIX from: <{EX}graph/> PREFIX named: <{EX}graph/> "


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK {}", []),
        ("ASK FROM <a:b> {}", [(False, "<a:b>")]),
        ("SELECT * FROM x:crafts FROM NAMED <a:b> {}", [(False, "x:crafts"), (True, "<a:b>")]),
        ("SELECT*from<a:b>from named<c:d>{}", [(False, "<a:b>"), (True, "<c:d>")]),
        ("SELECT * FROMNAMED<a:b>{}", [(True, "<a:b>")]),
        ("ASKFROM<a:b>{}", [(False, "<a:b>")]),
        ("ASKFROMNAMED<a:b>{}", [(True, "<a:b>")]),
        ("SELECT (1 AS ?x) FROMx:crafts {}", [(False, "x:crafts")]),
        ("SELECT * FROMx:crafts FROMx:levels {}", [(False, "x:crafts"), (False, "x:levels")]),
        ("SELECT * FROMNAMEDx:crafts {}", [(True, "x:crafts")]),
        ("SELECT * FROM NAMEDx:crafts {}", [(True, "x:crafts")]),
        ("SELECT * FROM from:crafts {}", [(False, "from:crafts")]),
        ("SELECT * FROM named:crafts {}", [(False, "named:crafts")]),
        ("SELECT * FROM NAMED named:crafts {}", [(True, "named:crafts")]),
        ("ASKFROMx:crafts {}", [(False, "x:crafts")]),
        ("CONSTRUCT {} FROMx:crafts {}", [(False, "x:crafts")]),
        ("CONSTRUCT FROMx:crafts WHERE {}", [(False, "x:crafts")]),
        ("CONSTRUCT { ?s from:p 1 } FROM <a:b> {}", [(False, "<a:b>")]),
        ("DESCRIBE from:crafts", []),
        ("DESCRIBE from:crafts FROM <a:b>", [(False, "<a:b>")]),
        ("DESCRIBE ?s FROMx:crafts { ?s ?p ?o }", [(False, "x:crafts")]),
        ("SELECT (from:f(1) AS ?x) { ?s from:p ?o FILTER(from:f(?o)) } ORDER BY from:f(?o)", []),
        ("SELECT ?from { ?from ?p 'FROM', 'a'@from, _:from } # FROM <a:b>", []),
    ],
)
def test_the_clauses_of_a_query_are_found(query: str, expected: list[tuple[bool, str]]) -> None:
    found = dataset_clauses(tokens(PROLOGUE + query))
    assert [(clause.is_named, clause.graph) for clause in found] == expected


@pytest.mark.parametrize(
    ("clauses", "count"),
    [
        ("FROMx:levels", 2),
        ("FROMx:levels FROMx:levels", 2),
        ("FROMx:levels FROMNAMEDx:crafts", 2),
        ("FROMNAMEDx:crafts", 0),
        ("FROMNAMED<https://data.example/graph/crafts>", 0),
        ("", 8),
    ],
)
def test_a_clause_glued_to_its_name_is_one_as_the_engine_has_it(data, clauses: str, count: int) -> None:
    found = EmbeddedStore.open(data).select(f"{PROLOGUE} SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}")
    assert str(found.rows[0][0]) == str(count)


def test_the_longest_list_of_clauses_is_read_in_no_time(data, ask) -> None:
    clauses = " ".join(f"FROM <a:{number}>" for number in range(4_000)) + f" FROM <{EX}graph/levels>" * 2
    answer = EmbeddedStore.open(data).answer(ask(f"SELECT ?s {clauses} {{ ?s ?p ?o }}"))
    assert answer.read().count(b'"uri"') == 2
