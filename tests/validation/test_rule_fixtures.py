"""Every rule has a file that conforms and one that violates it, and says in both languages what to do."""

from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from slm_graph import resources
from slm_graph.validation import rules, validate
from slm_graph.validation.checks import CHECKS
from slm_graph.validation.shapes import shapes_graph

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "shapes"
BAD = "https://example.org/bad"
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
SKOS_CORE = "http://www.w3.org/2004/02/skos/core"

EXPECTED: dict[str, str | None] = {
    "GATE-001": None,
    "S9": None,
    "S12": "skos:prefLabel|skos:altLabel|skos:hiddenLabel",
    "S13": "skos:altLabel",
    "S13-HIDDEN": "skos:hiddenLabel",
    "S14": "skos:prefLabel",
    "S14-UNTAGGED": "skos:prefLabel",
    "S27": "(skos:broader|skos:broaderTransitive|skos:broadMatch"
    "|^(skos:narrower|skos:narrowerTransitive|skos:narrowMatch))+"
    "|(skos:narrower|skos:narrowerTransitive|skos:narrowMatch"
    "|^(skos:broader|skos:broaderTransitive|skos:broadMatch))+",
    "S37": None,
    "S46": "(skos:exactMatch|^skos:exactMatch)+",
    "CYC-001": "skos:broader",
    "STR-001": "^rdf:type",
    "STR-002": "rdf:type",
    "STR-003": "rdf:type",
    "STR-004": "rdf:type",
    "STR-005": "skos:inScheme",
    "STR-006": "skos:broader|skos:topConceptOf|^skos:narrower|^skos:hasTopConcept",
    "STR-007": "skos:hasTopConcept|^skos:topConceptOf",
    "STR-008": "^skos:narrower",
    "STR-009": "^skos:hasTopConcept",
    "STR-010": "^skos:related",
    "STR-011": "skos:notation",
    "STR-012": "skos:prefLabel",
    "STR-013": "skos:broader",
    "STR-014": "skos:notation",
    "STR-015": "skos:memberList",
    "STR-016": "skos:memberList/rdf:rest*/rdf:first",
    "STR-017": "skos:memberList/rdf:rest*",
    "STR-018": "skos:member",
    "STR-019": "skos:prefLabel",
    "LBL-001": "skos:prefLabel",
    "LBL-002": "skos:prefLabel",
    "LBL-003": "dcterms:title|skos:prefLabel|rdfs:label",
    "LBL-004": "dcterms:title|skos:prefLabel|rdfs:label",
    "LBL-005": "skos:prefLabel|skos:altLabel|skos:hiddenLabel",
    "LBL-006": "skos:prefLabel",
    "LBL-007": "skos:altLabel|skos:hiddenLabel",
    "LBL-008": "skos:definition|skos:scopeNote",
    "LBL-009": "skos:definition",
    "LBL-010": "skos:definition|skos:scopeNote",
    "LBL-011": "skos:prefLabel|skos:altLabel|skos:hiddenLabel",
    "LBL-012": "skos:prefLabel",
    "LBL-013": "^skos:inScheme",
    "LBL-014": "^skos:inScheme",
    "LBL-015": "dcterms:title|skos:prefLabel|rdfs:label",
    "LBL-016": "dcterms:title|skos:prefLabel|rdfs:label",
    "LVL-001": "slm:levelNumber",
    "LVL-002": None,
    "LVL-003": None,
    "LVL-004": "slm:nextLevel",
    "LVL-005": "slm:skill",
    "LVL-006": "slm:level",
    "LVL-007": "skos:broader",
    "LVL-008": "^slm:skillLevel",
    "LVL-009": "^skos:narrower",
    "LVL-010": "slm:level/slm:levelNumber",
    "LVL-011": "slm:typicallyObserved",
    "LVL-012": None,
    "LVL-013": "slm:definedAtLevel",
    "LVL-014": None,
    "LVL-015": "skos:notation",
    "LVL-016": "skos:memberList",
    "RGT-001": "dcterms:license|dcterms:rights",
    "RGT-002": "dcterms:rightsHolder|dcterms:publisher",
    "RGT-003": None,
    "RGT-004": None,
    "RGT-005": None,
    "RGT-006": None,
    "RGT-007": "slm:sha256",
    "RGT-008": "dcterms:rightsHolder",
    "RGT-009": "dcterms:rights",
    "MAP-001": "owl:annotatedSource|owl:annotatedTarget",
    "MAP-017": "owl:annotatedSource|owl:annotatedTarget",
    "MAP-002": None,
    "MAP-003": None,
    "MAP-006": "skos:exactMatch",
    "MAP-008": None,
    "MAP-009": None,
    "MAP-010": "owl:annotatedProperty",
    "MAP-012": "owl:annotatedSource",
    "MAP-013": None,
    "MAP-014": "sssom:confidence",
    "MAP-015": None,
    "MAP-016": "dcterms:license",
}
"""Rule → result path of its violation."""

FOCUS = {
    "GATE-001": {SKOS_CORE},
    "STR-001": {SKOS_CORE + "#Concept"},
    "CYC-001": {BAD, "https://example.org/fruit"},
    "STR-010": {BAD, "https://example.org/quince"},
    "STR-011": {BAD, "https://example.org/bad2"},
    "STR-012": {BAD, "https://example.org/bad2"},
    "STR-019": {BAD, "https://example.org/bad2"},
    "STR-013": {BAD, "https://example.org/fruit", "https://example.org/plant"},
    "LVL-003": {"https://w3id.org/slm-graph/id/sfia/level"},
    "MAP-006": {BAD, "https://example.org/quince"},
}
"""Rule → focus nodes of its violation, where they are not just the node named bad."""

RULES = {rule.id: rule for rule in rules()}


def fixture(name: str) -> Graph:
    return Graph().parse(FIXTURES / f"{name}.ttl", format="turtle")


def test_every_rule_has_a_conforming_and_a_violating_file_and_every_file_a_rule() -> None:
    names = {path.name for path in FIXTURES.iterdir()}
    assert names == {f"{rule_id}.{kind}.ttl" for rule_id in RULES for kind in ("good", "bad")}
    assert set(RULES) == set(EXPECTED)


@pytest.mark.parametrize("rule_id", RULES)
def test_the_conforming_file_gives_no_result_of_its_rule(rule_id: str) -> None:
    report = validate(fixture(f"{rule_id}.good"), shape_sets=[RULES[rule_id].shape_set])
    assert [result for result in report.results if result.source_shape == rule_id] == []
    assert dict(report.focus_node_counts)[rule_id] > 0


@pytest.mark.parametrize("rule_id", RULES)
def test_the_violating_file_is_found_at_its_focus_node_and_path(rule_id: str) -> None:
    rule = RULES[rule_id]
    report = validate(fixture(f"{rule_id}.bad"), shape_sets=[rule.shape_set])
    found = [result for result in report.results if result.source_shape == rule_id]
    assert {str(result.focus_node) for result in found} == FOCUS.get(rule_id, {BAD})
    assert {result.result_path for result in found} == {EXPECTED[rule_id]}
    assert {result.severity for result in found} == {rule.severity}
    assert all(result.message.de.startswith(rule.message.de) for result in found)
    assert all(result.message.en.startswith(rule.message.en) for result in found)


def test_every_shape_that_can_be_the_source_of_a_result_is_a_named_rule_with_severity_and_texts() -> None:
    graph = shapes_graph(resources.shape_files(), base="https://w3id.org/slm-graph/")
    targeted = {shape for kind in TARGETS for shape in graph.subjects(kind)}
    sources = {*targeted, *(child for shape in targeted for child in graph.objects(shape, SH.property))}
    carriers = {shape for shape in sources if (shape, SH.property, None) in graph}
    for shape in carriers:
        assert not set(graph.predicates(shape)) - {*TARGETS, RDF.type, SH.property}, shape
    for shape in sources - carriers:
        assert isinstance(shape, URIRef)
        assert len(list(graph.objects(shape, SH.severity))) == 1, shape
        for predicate in (SH.name, SH.message):
            assert {text.language for text in graph.objects(shape, predicate)} == {"de", "en"}, shape
    assert {rule.iri for rule in RULES.values()} == sources - carriers


def test_the_rules_judged_in_python_are_those_deactivated_in_the_shapes() -> None:
    assert {rule.id for rule in RULES.values() if rule.judged_in_python} == set(CHECKS)


def test_rule_ids_are_unique_across_the_sets() -> None:
    assert len(RULES) == len(rules())


def test_rules_of_one_set_come_with_those_always_judged() -> None:
    assert {rule.shape_set for rule in rules(["integrity"])} == {"gate", "integrity"}
