"""Which texts are read as a look-up, and as which; every other is left to the engine."""

from __future__ import annotations

import pytest
from rdflib import RDF
from rdflib.namespace import SKOS

from slm_graph.engine.lookups import LookUp, TagFilter, Variable, read_look_up

S, P, O = "http://a.example/s", "http://a.example/p", "http://a.example/o"  # noqa: E741  # as RDF names them
EX = "PREFIX ex: <http://a.example/>\n"
LABEL = ((str(SKOS.prefLabel), Variable("l")),)
OBJECT = ((P, Variable("o")),)


def select(*names: str, patterns: tuple[tuple[str | Variable, str | Variable], ...] = OBJECT) -> LookUp:
    return LookUp(S, names, False, patterns, ())


READ = {
    "one pattern": ("SELECT ?o WHERE { <http://a.example/s> <http://a.example/p> ?o }", select("o")),
    "without WHERE": ("SELECT?o{<http://a.example/s><http://a.example/p>?o}", select("o")),
    "prefixed names": (EX + "SELECT ?o { ex:s ex:p ?o . }", select("o")),
    "the empty prefix": ("PREFIX : <http://a.example/> SELECT $o { :s :p $o }", select("o")),
    "keywords in any case": (
        EX + "select ?o where { ex:s ex:p ?o }".replace("PREFIX", "prefix"),
        select("o"),
    ),
    "comments": (EX + "# what\nSELECT ?o { ex:s # who\r\n ex:p ?o } # ?x {", select("o")),
    "a local name with a dot": (
        EX + "SELECT ?o { ex:s ex:p.q ?o . }",
        select("o", patterns=(("http://a.example/p.q", Variable("o")),)),
    ),
    "a name before a full stop": (EX + "ASK { ex:s ex:p ex:o. }", LookUp(S, None, False, ((P, O),), ())),
    "any predicate": (
        EX + "SELECT ?p ?o { ex:s ?p ?o }",
        select("p", "o", patterns=((Variable("p"), Variable("o")),)),
    ),
    "predicates and objects in lists": (
        EX + "SELECT ?a ?c { ex:s a ?a , ?b ; ex:p ?c }",
        select(
            "a",
            "c",
            patterns=((str(RDF.type), Variable("a")), (str(RDF.type), Variable("b")), (P, Variable("c"))),
        ),
    ),
    "a type": (
        EX + "ASK { ex:s a ex:o }",
        LookUp(S, None, False, ((str(RDF.type), O),), ()),
    ),
    "two triples": (
        EX + "SELECT ?o { ex:s ex:p ?o . ex:s ex:q ?n }",
        select("o", patterns=((P, Variable("o")), ("http://a.example/q", Variable("n")))),
    ),
    "distinct": (EX + "SELECT DISTINCT ?o { ex:s ex:p ?o }", LookUp(S, ("o",), True, OBJECT, ())),
    "a language": (
        EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANG(?o) = "de") }',
        LookUp(S, ("o",), False, OBJECT, (TagFilter("o", "de", False),)),
    ),
    "a language, first": (
        EX + "SELECT ?o { FILTER ( lang ( ?o ) = '' ) . ex:s ex:p ?o }",
        LookUp(S, ("o",), False, OBJECT, (TagFilter("o", "", False),)),
    ),
    "a range of languages": (
        EX + 'SELECT ?o { ex:s ex:p ?o . FILTER langMatches(lang(?o), "DE-at") . }',
        LookUp(S, ("o",), False, OBJECT, (TagFilter("o", "de-at", True),)),
    ),
    "any language, in brackets": (
        EX + "SELECT ?o { ex:s ex:p ?o FILTER(LANGMATCHES(LANG(?o), '*')) }",
        LookUp(S, ("o",), False, OBJECT, (TagFilter("o", "*", True),)),
    ),
}
ANOTHER = {
    "nothing": "",
    "not SPARQL": "SELEKT ?o { ex:s ex:p ?o }",
    "a subject that is asked for": EX + "SELECT ?s { ?s ex:p ex:o }",
    "another subject": EX + "SELECT ?o { ex:s ex:p ?o . ex:t ex:p ?n }",
    "a variable twice": EX + "SELECT ?o { ex:s ex:p ?o ; ex:q ?o }",
    "a predicate that is an object": EX + "SELECT ?o { ex:s ?o ?o }",
    "a name selected twice": EX + "SELECT ?o ?o { ex:s ex:p ?o }",
    "a name of no pattern": EX + "SELECT ?n { ex:s ex:p ?o }",
    "a filter on no pattern": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANG(?n) = "de") }',
    "a filter on a predicate": EX + 'SELECT ?p { ex:s ?p ?o FILTER(LANG(?p) = "de") }',
    "all variables": EX + "SELECT * { ex:s ex:p ?o }",
    "no variables": EX + "SELECT { ex:s ex:p ?o }",
    "an expression": EX + "SELECT (STR(?o) AS ?t) { ex:s ex:p ?o }",
    "reduced": EX + "SELECT REDUCED ?o { ex:s ex:p ?o }",
    "a limit": EX + "SELECT ?o { ex:s ex:p ?o } LIMIT 1",
    "an order": EX + "SELECT ?o { ex:s ex:p ?o } ORDER BY ?o",
    "a data set": EX + "SELECT ?o FROM ex:g { ex:s ex:p ?o }",
    "a graph": EX + "SELECT ?o { GRAPH ex:g { ex:s ex:p ?o } }",
    "an optional part": EX + "SELECT ?o { ex:s ex:p ?o OPTIONAL { ex:s ex:q ?n } }",
    "a service": EX + "SELECT ?o { SERVICE ex:e { ex:s ex:p ?o } }",
    "a path": EX + "SELECT ?o { ex:s ex:p/ex:q ?o }",
    "a path of one": EX + "SELECT ?o { ex:s ^ex:p ?o }",
    "a literal": EX + 'ASK { ex:s ex:p "o" }',
    "a number": EX + "ASK { ex:s ex:p 5 }",
    "a blank node": EX + "ASK { ex:s ex:p _:o }",
    "a blank node in brackets": EX + "ASK { ex:s ex:p [] }",
    "an empty group": "ASK {}",
    "two groups": EX + "ASK { ex:s ex:p ?o } { ex:s ex:p ?o }",
    "a group in a group": EX + "ASK { { ex:s ex:p ?o } }",
    "a describe": "DESCRIBE <http://a.example/s>",
    "an update": EX + "DELETE WHERE { ex:s ex:p ?o }",
    "an undeclared prefix": "SELECT ?o { ex:s ex:p ?o }",
    "a prefix declared twice": EX + EX + "SELECT ?o { ex:s ex:p ?o }",
    "a namespace that names would not end": "PREFIX ex: <http://a.example:8> ASK { ex:0 ex:1 ?o }",
    "a base": "BASE <http://a.example/> SELECT ?o { <s> <p> ?o }",
    "a relative reference": "SELECT ?o { <s> <p> ?o }",
    "an IRI with a port that is none": "ASK { <http://a.example:b/s> <http://a.example/p> ?o }",
    "an IRI with half an escape": "ASK { <http://a.example/%zz> <http://a.example/p> ?o }",
    "an IRI with two fragments": "ASK { <http://a.example/#a#b> <http://a.example/p> ?o }",
    "an IRI beyond ASCII": "ASK { <http://a.example/Straße> <http://a.example/p> ?o }",
    "an escape": r"ASK { <http://a.example/\u0073> <http://a.example/p> ?o }",
    "a name with an escape": EX + r"ASK { ex:s ex:p\-q ?o }",
    "a name with two colons": EX + "PREFIX : <http://b.example/> ASK { ex:s ex:p:o }",
    "a filter without brackets": EX + 'SELECT ?o { ex:s ex:p ?o FILTER LANG(?o) = "de" }',
    "a tag in capitals": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANG(?o) = "de-AT") }',
    "a range that is none": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANGMATCHES(LANG(?o), "de-*")) }',
    "another condition": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(STR(?o) = "de") }',
    "two conditions": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANG(?o) = "de" || LANG(?o) = "en") }',
    "two full stops": EX + "ASK { ex:s ex:p ?o . . }",
    "an open group": EX + "ASK { ex:s ex:p ?o ",
    "an open string": EX + 'SELECT ?o { ex:s ex:p ?o FILTER(LANG(?o) = "de) }',
    "white space that is none": EX + "ASK\f{ ex:s ex:p ?o }",
    "very many patterns": EX + "ASK { " + " . ".join(f"ex:s ex:p ?o{n}" for n in range(40)) + " }",
}


@pytest.mark.parametrize(("query", "right"), READ.values(), ids=READ)
def test_a_question_about_one_resource_is_read(query: str, right: LookUp) -> None:
    assert read_look_up(query) == right


@pytest.mark.parametrize("query", ANOTHER.values(), ids=ANOTHER)
def test_any_other_text_is_none(query: str) -> None:
    assert read_look_up(query) is None


@pytest.mark.parametrize(
    ("filter_", "admitted"),
    [
        (TagFilter("o", "de", False), ["de"]),
        (TagFilter("o", "", False), [""]),
        (TagFilter("o", "de", True), ["de", "de-at"]),
        (TagFilter("o", "de-at", True), ["de-at"]),
        (TagFilter("o", "*", True), ["de", "de-at", "den", "en"]),
    ],
    ids=["17.4.2.3-lang", "17.4.2.3-lang-of-none", "RFC4647-3.3.1", "RFC4647-3.3.1-two", "RFC4647-3.3.1-any"],
)
def test_a_tag_passes_as_the_standard_says(filter_: TagFilter, admitted: list[str]) -> None:
    assert [tag for tag in ["", "de", "de-at", "den", "en"] if filter_.admits(tag)] == admitted
