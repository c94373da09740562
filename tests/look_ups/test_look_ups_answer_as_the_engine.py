"""What a look-up finds in the index is what the engine finds in the data, each solution once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_graph.catalogue import Catalogue
from slm_graph.catalogue.lookups import MOST_ROWS, solutions
from slm_graph.engine.lookups import read_look_up
from slm_graph.errors import QueryError

Ask = Callable[..., object]

PREFIXES = "PREFIX ex: <http://a.example/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
ALIKE = {
    "everything": "SELECT ?p ?o { ex:plain ?p ?o }",
    "objects alone": "SELECT ?o { ex:plain ?p ?o }",
    "predicates alone, each once": "SELECT DISTINCT ?p { ex:plain ?p ?o }",
    "labels": "SELECT ?l { ex:plain skos:prefLabel ?l }",
    "labels in German": 'SELECT ?l { ex:plain skos:prefLabel ?l FILTER(LANG(?l) = "de") }',
    "labels in any German": 'SELECT ?l { ex:plain skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "de")) }',
    "labels in any language": 'SELECT ?l { ex:plain skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), "*")) }',
    "texts in no language": 'SELECT ?o { ex:plain ?p ?o FILTER(LANG(?o) = "") }',
    "every label with every notation": "SELECT ?l ?n { ex:plain skos:prefLabel ?l ; skos:notation ?n }",
    "whether there is one": "ASK { ex:plain skos:broader ?o }",
    "whether it is that one": "ASK { ex:plain skos:broader ex:above }",
    "whether it is another": "ASK { ex:plain skos:broader ex:below }",
    "none": "SELECT ?o { ex:plain skos:narrower ?o }",
    "of what is only an object": "SELECT ?p ?o { ex:above ?p ?o }",
    "of what nobody speaks of": "SELECT ?p ?o { ex:nowhere ?p ?o }",
    "a number spelt plainly": "SELECT ?o { ex:plain ex:level ?o }",
    "a label beside what is awkward": "SELECT ?o { ex:odd skos:prefLabel ?o }",
    "whether there is something awkward": "ASK { ex:odd ex:part ?o }",
}
FOR_THE_ENGINE = {
    "a number in a spelling of its own": "SELECT ?o { ex:numbers ex:level ?o }",
    "a decimal number": "SELECT ?o { ex:numbers ex:weight ?o }",
    "a blank node": "SELECT ?o { ex:odd ?p ?o }",
    "a mapping set, whose rows the index leaves out": "SELECT ?p ?o { ex:set ?p ?o }",
    "a resource of no known kind": "SELECT ?p ?o { ex:untyped ?p ?o }",
    "a resource with too many statements": "SELECT ?p ?o { ex:scheme ?p ?o }",
}


@pytest.mark.parametrize("query", ALIKE.values(), ids=ALIKE)
def test_both_find_the_same(index: Ask, engine: Ask, query: str) -> None:
    found = index(PREFIXES + query)
    assert found is not None
    assert found == engine(PREFIXES + query)


@pytest.mark.parametrize("query", FOR_THE_ENGINE.values(), ids=FOR_THE_ENGINE)
def test_what_only_the_engine_knows_is_left_to_it(index: Ask, query: str) -> None:
    assert index(PREFIXES + query) is None


def test_a_statement_in_two_graphs_is_one_statement(catalogue: Catalogue) -> None:
    """SPARQL 1.1, 13.1: the default graph is the union; a graph has a triple once."""
    asked = read_look_up(PREFIXES + 'SELECT ?l { ex:plain skos:prefLabel ?l FILTER(LANG(?l) = "de") }')
    assert asked is not None
    assert solutions(catalogue, asked, max_rows=1000) == (
        '{"head":{"vars":["l"]},"results":{"bindings":[{"l":{"type":"literal","value":"Prüfung","xml:lang":"de"}}]}}'.encode()
    )


def test_rows_have_their_limit(index: Ask) -> None:
    two = PREFIXES + "SELECT ?a ?b { ex:plain ?p ?a ; ?q ?b }"
    four = PREFIXES + "SELECT ?a ?b ?c ?d { ex:plain ?p ?a ; ?q ?b ; ?r ?c ; ?s ?d }"
    assert index(two, max_rows=MOST_ROWS) is not None
    assert index(two, max_rows=10) is None
    assert index(four, max_rows=500_000) is None


_SPACE = st.sampled_from([" ", "\n", "\t", " # a comment\n", ""])
_PIECES = st.sampled_from(
    [
        *"SELECT ASK WHERE DISTINCT FILTER LANG LANGMATCHES LIMIT PREFIX a { } ( ) . ; , = *".split(),
        *"?p ?o ?l $o ex:plain ex:odd ex:level skos:prefLabel skos:notation skos: : ex:a.b ex:a:b _:b".split(),
        *"<http://a.example/plain> <http://a.example:x/> <a:b> <a> 5 'de' \"en\" '*' \"\"".split(),
    ]
)
_LIKELY = st.sampled_from(
    [
        "SELECT ?o { ex:plain ?p ?o }",
        "SELECT ?p ?o WHERE { ex:plain ?p ?o . FILTER ( LANG ( ?o ) = 'de' ) }",
        "SELECT ?l ?n { ex:plain skos:prefLabel ?l ; skos:notation ?n . FILTER LANGMATCHES ( LANG ( ?l ) , 'en' ) }",
        "SELECT DISTINCT ?a { ex:plain skos:prefLabel ?a , ?b . ex:plain ?p ?c }",
        "ASK { <http://a.example/plain> a skos:Concept ; skos:broader ex:above }",
    ]
)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """A query with a few of its words gone, doubled or put in another's place, and any white space between."""
    words = draw(_LIKELY).split()
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + draw(st.integers(0, 1))] = draw(st.lists(_PIECES, max_size=2))
        if not words:
            break
    return "".join(word + draw(_SPACE) for word in words)


@given(_texts())
@settings(max_examples=1500, deadline=None)
def test_no_text_is_read_as_another_query_than_the_engine_reads(index: Ask, engine: Ask, text: str) -> None:
    asked = read_look_up(PREFIXES + text)
    if asked is None:
        return
    try:
        right = engine(PREFIXES + text)
    except QueryError as error:
        raise AssertionError(f"the engine refuses what was read as {asked}") from error
    assert index(PREFIXES + text) in (None, right)
