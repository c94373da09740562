"""Of a query with several faults the first one is told, as what it is."""

from __future__ import annotations

import pytest

from slm_graph.store import EmbeddedStore


@pytest.mark.parametrize(
    ("query", "words", "column"),
    [
        ("ASK { <http://a b> ?y ?z }", "an IRI has no blanks", 7),
        ("ASK { <http://a b> x:y ?z }", "an IRI has no blanks", 7),
        ("ASK { x:y ?y <http://a b> }", "the prefix x: is not declared", 7),
        ("ASK { ?x ?y ?z x:y }", "the prefix x: is not declared", 16),
    ],
)
def test_of_two_faults_the_first_is_told(data, ask, query: str, words: str, column: int) -> None:
    with pytest.raises(Exception, match=words) as caught:
        EmbeddedStore.open(data).answer(ask(query))
    assert (caught.value.line, caught.value.column) == (1, column)  # type: ignore[attr-defined]


def test_what_is_wrong_beside_two_clauses_is_told_of_the_query_itself(data, ask) -> None:
    with pytest.raises(Exception, match="prefix y: is not declared") as caught:
        EmbeddedStore.open(data).answer(ask("SELECT * FROM y:a FROM <a:b> { ?s ?p ?o }"))
    assert (caught.value.line, caught.value.column) == (1, 15)  # type: ignore[attr-defined]
