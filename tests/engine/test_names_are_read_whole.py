"""Names and variables end where the grammar says (SPARQL 1.1, 19.8): what follows may look like a keyword."""

from __future__ import annotations

import contextlib

import pytest

from slm_graph.engine.evaluation import Evaluator
from slm_graph.engine.tokens import tokens
from slm_graph.errors import QueryError
from slm_graph.settings import QueryLimits
from slm_graph.store.guard import inspect

BASE = [
    (0x41, 0x5A),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
]
"""[164] PN_CHARS_BASE."""
FIRST = [*BASE, (0x5F, 0x5F), (0x30, 0x39)]
"""[165] PN_CHARS_U and the digits: what begins a VARNAME [166]."""
REST = [*FIRST, (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)]
"""What goes on with it; [167] PN_CHARS has the hyphen, too."""
_DATA = b'<a:s> <a:p> "o" <a:g> .\n'


def edges() -> list[str]:
    """The first and the last character of each range, and the ones beside them."""
    found = {number for first, last in REST for number in (first - 1, first, last, last + 1)}
    return [
        chr(number)
        for number in sorted(found)
        if not 0xD800 <= number <= 0xDFFF and chr(number) not in "/:@[{`"
    ]


def within(character: str, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator.in_memory(_DATA)


def is_taken(evaluator: Evaluator, query: str) -> bool:
    with contextlib.suppress(QueryError):
        evaluator.evaluate(query)
        return True
    return False


@pytest.mark.parametrize("character", edges(), ids=lambda character: f"U+{ord(character):04X}")
@pytest.mark.parametrize("word", ["from", "SERVICE"])
def test_each_character_is_part_of_what_the_grammar_gives_it_to(
    evaluator: Evaluator, character: str, word: str
) -> None:
    """What the engine takes we read as one; it knows fewer characters than the grammar (U+FFFD, U+10000)."""
    for name, allowed in (
        (f"?a{character}{word}", REST),
        (f"?{character}{word}", FIRST),
        (f"x:a{character}{word}", REST),
        (f"x:{character}{word}", FIRST),
        (f"_:a{character}{word}", REST),
        (f"x{character}{word}:b", REST),
        (f"{character}{word}:b", BASE),
    ):
        query = f"PREFIX x: <x:> PREFIX {name.partition(':')[0]}: <x:> SELECT * {{ ?s ?p {name} }}"
        if name[0] in "?_":
            query = f"SELECT * {{ ?s ?p {name} }}"
        is_one = within(character, allowed)
        assert (name in [token.text for token in tokens(query)]) == is_one, name
        assert is_one or not is_taken(evaluator, query), name
        if is_one:
            assert inspect(query, QueryLimits()).dataset_clauses == ()


@pytest.mark.parametrize(
    "name", ["?a·from", "?a€from", "?a\u0301from", "x:é\u0301from", "x:_from", "x‿from:b"]
)
def test_what_only_looks_like_a_clause_leaves_the_default_graph_as_it_is(
    evaluator: Evaluator, name: str
) -> None:
    prefix = name.partition(":")[0].lstrip("?") or "x"
    query = f"PREFIX {'y' if name[0] == '?' else prefix}: <x:> SELECT ?s {{ ?s ?p ?o OPTIONAL {{ ?s <a:q> {name} }} }}"
    outline = inspect(query, QueryLimits())
    found = evaluator.evaluate(query, has_dataset_clause=bool(outline.dataset_clauses)).solutions()
    assert len(found.rows) == 1
