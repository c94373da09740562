"""Rules with several conditions: each condition alone is found."""

import pytest
from rdflib import Graph

from slm_graph.validation import validate

PREFIXES = """
@prefix : <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix sfia: <https://w3id.org/slm-graph/id/sfia/> .
@prefix statement: <https://w3id.org/slm-graph/id/statement/> .
"""
SHA = "0123456789abcdef" * 4

REFUSED = [
    ("LVL-001", ":a a slm:SkillLevel ."),
    ("LVL-001", ":a slm:levelNumber 0 ."),
    ("LVL-001", ":a slm:levelNumber 1, 2 ."),
    ("LVL-001", ":a slm:levelNumber 2.5 ."),
    ("LVL-001", ":a slm:level :b ."),
    ("LVL-003", ":a skos:inScheme <https://w3id.org/slm-graph/id/sfia/level> ."),
    ("LVL-004", ":a skos:inScheme :s ; slm:levelNumber 1 ; slm:nextLevel :a ."),
    ("LVL-006", ":a slm:skill :b ."),
    ("LVL-006", ':a slm:level "5" .'),
    ("LVL-007", ":a slm:skill :b ; skos:broader :c ."),
    ("LVL-008", ":b slm:skillLevel :a ."),
    ("LVL-011", ":a a slm:SkillLevel ."),
    ("LVL-011", ":a a slm:SkillLevel ; slm:typicallyObserved true, false ."),
    ("LVL-013", ":s slm:definedAtLevel :l ."),
    ("LVL-015", ":a a slm:SkillLevel ."),
    ("LVL-016", ":a skos:memberList ( :b :c ) . :b slm:levelNumber 2 . :c slm:levelNumber 2 ."),
    ("RGT-003", ':a dcterms:provenance statement:verbatim-fr ; dcterms:rights "x" .'),
    ("RGT-007", ":a a slm:SourcePage ."),
    ("RGT-007", f':a slm:sha256 "{SHA}", "{SHA[::-1]}" .'),
    ("RGT-007", f':a slm:sha256 "{SHA}\\n" .'),
    ("RGT-007", f':a slm:sha256 "{SHA[1:]}" .'),
    ("STR-002", ":a a slm:Skill ."),
    ("STR-002", ":a skos:broader :b . :a a skos:Concept ."),
    ("STR-002", ":s skos:hasTopConcept :a ."),
    ("STR-003", ':a skos:notation "1" .'),
    ("STR-003", ":basket skos:member :a ."),
    ("STR-004", ":a skos:topConceptOf :s ."),
    ("STR-005", ':a a skos:Concept ; skos:inScheme "Obst" .'),
    ("STR-008", ":a skos:narrower :b ."),
    ("STR-008", ":a skos:narrower :b . :b skos:broader :a, :c ."),
    ("STR-009", ":s skos:hasTopConcept :a ."),
    ("STR-014", ":a skos:notation :b ."),
    ("STR-014", ':a skos:notation "" .'),
    ("STR-015", ":a skos:memberList ( :b ), ( :c ) ."),
    ("STR-016", ":a skos:memberList ( :b ) ; skos:member :b, :c ."),
    ("STR-017", ":a skos:memberList [ rdf:first :b, :c ; rdf:rest () ] ."),
    ("STR-017", ":a skos:memberList :b ."),
    ("LBL-001", ':a a slm:LevelOfResponsibility ; skos:prefLabel "pear"@en .'),
    ("LBL-012", ":a skos:inScheme :s ."),
    ("LBL-012", ":a a skos:Collection ."),
    ("LBL-012", ":pear skos:broader :a ."),
    ("LBL-015", ":a skos:inScheme :s ."),
    ("LBL-005", ':a skos:prefLabel ""@de .'),
    ("LBL-005", ':a skos:prefLabel " Birne"@de .'),
    ("LBL-005", ':a skos:prefLabel "Birne "@de .'),
    ("LBL-005", ':a skos:prefLabel "Birne\\u00A0"@de .'),
    ("LBL-005", ':a skos:altLabel "Koch\\nbirne"@de .'),
    ("LBL-005", ':a skos:hiddenLabel "Koch\\tbirne"@de .'),
    ("LBL-010", ':a skos:scopeNote ""@de .'),
]

ALLOWED = [
    (
        "LVL-002",
        ":a a slm:LevelOfResponsibility ; skos:inScheme <http://data.europa.eu/snb/eqf> ; slm:levelNumber 8 .",
    ),
    ("LVL-003", ":s a skos:ConceptScheme . :a skos:inScheme :s ; slm:levelNumber 1 ."),
    ("LVL-013", ":s a slm:Skill . :a slm:skill :s ; slm:typicallyObserved false ; slm:level :l ."),
    ("LVL-014", ":s a slm:Skill ; skos:inScheme :ecf ; slm:skillLevel :a ."),
    ("LVL-016", ":a skos:memberList ( :b :c ) . :b slm:levelNumber 2 ."),
    ("RGT-003", ":a dcterms:provenance statement:short-de ."),
    ("STR-002", ":a skos:exactMatch :b ; skos:broadMatch :c ."),
    ("STR-003", ':a skos:definition "x"@de .'),
    ("STR-008", ":a skos:broadMatch :b ."),
    ("STR-017", ":a skos:memberList () ."),
    ("LBL-001", ':a a skos:Concept ; skos:prefLabel "pear"@en .'),
    ("LBL-012", ":a skos:exactMatch :b ."),
    ("LBL-005", ':a skos:prefLabel "Süßmost (naturtrüb), 5 % – „Öko“"@de .'),
    ("LBL-008", ":a a skos:Concept ."),
    ("LBL-010", ':a skos:definition "\\n Birne \\n"@de .'),
]


def found(text: str) -> set[str]:
    graph = Graph().parse(data=PREFIXES + text, format="turtle")
    return {result.source_shape for result in validate(graph).results}  # all sets, as for a publication


@pytest.mark.parametrize(("rule_id", "text"), REFUSED)
def test_each_condition_of_a_rule_is_found(rule_id: str, text: str) -> None:
    assert rule_id in found(text)


@pytest.mark.parametrize(("rule_id", "text"), ALLOWED)
def test_what_a_rule_allows_is_not_found(rule_id: str, text: str) -> None:
    assert rule_id not in found(text)
