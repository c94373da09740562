"""`integrity` alone judges by the SKOS Reference: what it calls inconsistent is refused, what it allows passes.

The examples are our own; each carries no more than the statements that decide it, mostly without any rdf:type.
"""

import pytest
from rdflib import BNode, Graph, URIRef

from slm_graph.validation import validate

PREFIXES = """
@prefix : <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
"""

INCONSISTENT = [
    ("S9", ":a a skos:Concept, skos:ConceptScheme ."),
    ("S9", ":pear skos:inScheme :a . :a skos:broader :b ."),
    ("S9", ":pear skos:inScheme :a . :b skos:narrower :a ."),
    ("S9", ":a skos:hasTopConcept :pear . :b skos:related :a ."),
    ("S9", ":a skos:hasTopConcept :a ."),
    ("S9", ":pear skos:topConceptOf :a . :a skos:inScheme :b ; skos:topConceptOf :b ."),
    ("S9", ":a skos:hasTopConcept :pear . :b skos:closeMatch :a ."),
    ("S9", ":a skos:hasTopConcept :pear . :b skos:semanticRelation :a ."),
    ("S9", ":a a skos:ConceptScheme . :basket skos:member :a ."),
    ("S9", "slm:Framework rdfs:subClassOf skos:ConceptScheme . :a a slm:Framework ; skos:narrower :b ."),
    ("S37", ":a a skos:Collection, skos:Concept ."),
    ("S37", ":a a skos:OrderedCollection, skos:ConceptScheme ."),
    ("S37", ":a skos:member :pear ; skos:narrower :b ."),
    ("S37", ":a skos:memberList ( :pear ) . :b skos:exactMatch :a ."),
    ("S37", ":a skos:member :pear . :b skos:topConceptOf :a ."),
    ("S37", ":a skos:member :pear . :b skos:inScheme :a ."),
    ("S12", ":a skos:prefLabel :label ."),
    ("S13", ':a skos:prefLabel "Birne"@de ; skos:altLabel "Birne"@de .'),
    ("S13", ':a skos:hiddenLabel "Birne"@de ; skos:altLabel "Birne"@DE .'),
    ("S13", ':a skos:prefLabel "Birne" ; skos:altLabel "Birne"^^xsd:string .'),
    ("S13-HIDDEN", ':a skos:prefLabel "Birne"@de ; skos:hiddenLabel "Birne"@de .'),
    ("S14", ':a skos:prefLabel "Birne"@de, "Kochbirne"@de .'),
    ("S14", ':a skos:prefLabel "Birne"@de-at, "Kochbirne"@de-AT .'),
    ("S14-UNTAGGED", ':a skos:prefLabel "Birne", "Kochbirne"^^xsd:string .'),
    ("S27", ":a skos:broader :b ; skos:related :b ."),
    ("S27", ":b skos:narrower :a . :b skos:related :a ."),
    ("S27", ":a skos:broader :b . :b skos:broader :c . :c skos:related :a ."),
    ("S27", ":a skos:broader :b . :c skos:narrower :b . :a skos:related :c ."),
    ("S27", ":a skos:broaderTransitive :b . :b skos:narrowerTransitive :c . :c skos:related :b ."),
    ("S27", ":a skos:broadMatch :b ; skos:relatedMatch :b ."),
    ("S27", ":a skos:broader :b . :b skos:narrowMatch :a ; skos:related :a ."),
    ("S27", ":a skos:broader :b . :b skos:broader :a . :a skos:related :a ."),
    ("S46", ":a skos:exactMatch :b ; skos:broadMatch :b ."),
    ("S46", ":a skos:exactMatch :b . :b skos:broadMatch :a ."),
    ("S46", ":a skos:exactMatch :b . :b skos:narrowMatch :a ."),
    ("S46", ":a skos:exactMatch :b ; skos:relatedMatch :b ."),
    ("S46", ":a skos:exactMatch :b . :c skos:exactMatch :b . :c skos:relatedMatch :a ."),
    (
        "S46",
        ":a skos:exactMatch :b . :b skos:exactMatch :c . :c skos:exactMatch :d . :d skos:narrowMatch :a .",
    ),
]

CONSISTENT = [
    ":a a skos:Concept ; skos:inScheme :one, :two .",
    ":one a skos:ConceptScheme . :two a skos:ConceptScheme . :one skos:hasTopConcept :a .",
    ":one skos:inScheme :two .",
    ":basket skos:member :a, :inner . :inner skos:member :b . :a skos:inScheme :one . :basket skos:inScheme :one .",
    ":basket skos:memberList ( :a :b ) ; skos:member :a, :b .",
    ':a skos:prefLabel "Birne"@de, "pear"@en, "Birn"@de-at ; skos:altLabel "Birne"@lb .',
    ':a skos:prefLabel "Birne", "pear"@en .',
    ':a skos:altLabel "Birne"@de, "Kochbirne"@de .',
    ':a skos:prefLabel "Birne"@de . :b skos:prefLabel "Birne"@de .',
    ":a skos:broader :b . :b skos:broader :a .",
    ":a skos:broader :a .",
    ":a skos:related :a .",
    ":a skos:related :b . :b skos:related :c . :a skos:broader :d . :b skos:broader :d .",
    ":a skos:broader :b, :c . :b skos:broader :c .",
    ":a skos:exactMatch :b . :b skos:broadMatch :c .",
    ":a skos:exactMatch :b ; skos:closeMatch :b .",
    ":a skos:closeMatch :b ; skos:broadMatch :b .",
    ":a skos:exactMatch :a .",
    ":a skos:broader :b ; skos:exactMatch :b .",
    ':a skos:notation "1", "eins" .',
    ":a skos:definition [ skos:note :b ] .",
]


def read(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


@pytest.mark.parametrize(("rule_id", "text"), INCONSISTENT)
def test_what_the_reference_calls_inconsistent_is_refused_by_its_number(rule_id: str, text: str) -> None:
    report = validate(read(text), shape_sets=["integrity"])
    assert rule_id in {result.source_shape for result in report.results if result.severity == "Violation"}
    assert not report.conforms()


@pytest.mark.parametrize("text", CONSISTENT)
def test_what_the_reference_allows_passes_without_types_german_labels_or_rights(text: str) -> None:
    report = validate(read(text), shape_sets=["integrity"])
    assert [result for result in report.results if result.severity == "Violation"] == []
    assert report.conforms()


@pytest.mark.parametrize(("rule_id", "text"), INCONSISTENT)
def test_a_blank_node_is_judged_as_an_iri_is(rule_id: str, text: str) -> None:
    blank = Graph()
    for triple in read(text):
        blank.add(tuple(BNode("a") if term == URIRef("https://example.org/a") else term for term in triple))
    assert rule_id in {result.source_shape for result in validate(blank, shape_sets=["integrity"]).results}


def test_a_cycle_of_broader_warns_in_integrity_and_is_refused_in_a_publication() -> None:
    graph = read(":a skos:broader :b . :b skos:broader :c . :c skos:broader :a .")
    alone = validate(graph, shape_sets=["integrity"])
    assert {result.source_shape for result in alone.results} == {"CYC-001"}
    assert alone.conforms()
    assert not alone.conforms(strict=True)
    published = {result.source_shape: result.severity for result in validate(graph).results}
    assert published["STR-013"] == "Violation"
    assert "CYC-001" not in published
