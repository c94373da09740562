"""The gate is not fooled: not by missing types, not by emptiness, not by the order of statements."""

from collections.abc import Sequence

import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SH, SKOS
from rdflib.term import Node

from slm_graph.errors import UsageError
from slm_graph.namespaces import DEFAULT_BASE, rebase
from slm_graph.validation import Report, render, rules, validate
from slm_graph.validation.shapes import RULES_BASE, for_pyshacl, shapes_graph

PREFIXES = """
@prefix : <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
"""

THESAURUS = """
:fruits a skos:ConceptScheme ; dcterms:title "Obst"@de, "fruits"@en ; skos:hasTopConcept :pome ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:publisher :orchard .
:pome a skos:Concept ; skos:inScheme :fruits ; skos:topConceptOf :fruits ;
    skos:prefLabel "Kernobst"@de, "pome fruit"@en ; skos:narrower :pear .
:pear a skos:Concept ; skos:inScheme :fruits ; skos:broader :pome ; skos:altLabel "Birnbaumfrucht"@de ;
    skos:prefLabel "Birne"@de, "pear"@en ; skos:exactMatch <https://elsewhere.example/123> .
"""


def read(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def ids(report: Report, *, severity: str = "Violation") -> set[str]:
    return {result.source_shape for result in report.results if result.severity == severity}


def test_a_well_formed_foreign_thesaurus_passes_without_a_warning() -> None:
    report = validate(read(THESAURUS))
    assert report.results == ()
    assert report.conforms(strict=True)
    assert report.judged == 2


def test_the_far_end_of_a_mapping_is_not_judged_as_ours() -> None:
    far = URIRef("https://elsewhere.example/123")
    graph = read(THESAURUS + "<https://elsewhere.example/9> skos:broadMatch :pome .")
    assert far in set(graph.objects(None, SKOS.exactMatch))
    assert validate(graph).results == ()


@pytest.mark.parametrize("sets", [None, ["structure"], ["labels"]])
def test_a_file_whose_concepts_carry_no_type_is_refused(sets: Sequence[str] | None) -> None:
    graph = read(THESAURUS)
    graph.remove((None, RDF.type, None))
    graph.remove((URIRef("https://example.org/pear"), SKOS.prefLabel, None))
    report = validate(graph, shape_sets=sets)
    assert not report.conforms()
    if sets != ["labels"]:
        assert {"STR-001", "STR-002", "STR-003", "STR-004"} <= ids(report)
    if sets != ["structure"]:
        assert ids(report) >= {"LBL-012"}


def test_labels_without_any_type_or_relation_are_refused() -> None:
    report = validate(read(':a skos:prefLabel "Birne"@de, "pear"@en .'))
    assert {"STR-001", "STR-003"} <= ids(report)


def test_two_german_preferred_labels_are_refused_with_both_named() -> None:
    report = validate(read(THESAURUS + ':pear skos:prefLabel "Kochbirne"@de .'))
    assert ids(report) == {"S14"}
    assert not report.conforms()
    (result,) = [result for result in report.results if result.source_shape == "S14"]
    assert result.focus_node == URIRef("https://example.org/pear")
    assert '"Birne"@de' in result.message.de
    assert '"Kochbirne"@de' in result.message.de
    assert "@en" not in result.message.de  # the label in the other language is no part of the clash
    assert "Eine behalten" in result.message.de


@pytest.mark.parametrize("text", ["", ':a rdfs:label "Birne"@de .', "skos:prefLabel a rdf:Property ."])
@pytest.mark.parametrize("sets", [None, ["integrity"], ["rights"]])
def test_a_file_without_a_statement_of_skos_is_refused_whatever_judges_it(
    text: str, sets: Sequence[str] | None
) -> None:
    report = validate(read(text), shape_sets=sets)
    assert "GATE-001" in ids(report)
    assert not report.conforms()


def test_a_publication_without_a_concept_is_refused() -> None:
    graph = read(':s a skos:ConceptScheme ; dcterms:title "leer"@de, "empty"@en .')
    assert "STR-001" in ids(validate(graph))


def test_an_unknown_set_of_shapes_is_a_wrong_call_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        validate(read(THESAURUS), shape_sets=["integrity", "colours"])
    assert "colours" in caught.value.message("de")
    for name in ("gate", "integrity", "labels", "levels", "rights", "structure"):
        assert name in caught.value.message("de")


def test_an_empty_choice_of_shapes_is_a_wrong_call() -> None:
    with pytest.raises(UsageError):
        validate(read(THESAURUS), shape_sets=[])


def test_warnings_refuse_only_when_strict() -> None:
    graph = read(THESAURUS)
    graph.remove((URIRef("https://example.org/fruits"), DCTERMS.title, Literal("fruits", lang="en")))
    report = validate(graph)
    assert ids(report, severity="Warning") == {"LBL-004"}
    assert report.conforms()
    assert not report.conforms(strict=True)


def test_a_foreign_scheme_is_told_once_how_many_of_its_concepts_have_no_german_label() -> None:
    graph = read(THESAURUS)
    for name in ("pome", "pear"):
        german = next(
            label
            for label in graph.objects(URIRef(f"https://example.org/{name}"), SKOS.prefLabel)
            if label.language == "de"
        )
        graph.remove((None, SKOS.prefLabel, german))
    report = validate(graph)
    assert report.conforms(strict=True)
    (result,) = report.results
    assert (result.source_shape, result.severity) == ("LBL-013", "Info")
    assert result.focus_node == URIRef("https://example.org/fruits")
    assert result.value == Literal(2)


def test_a_skill_of_ours_without_a_german_label_is_refused_and_its_scheme_not_told_again() -> None:
    graph = read(THESAURUS + ":pear a slm:Skill .")
    graph.remove((URIRef("https://example.org/pear"), SKOS.prefLabel, Literal("Birne", lang="de")))
    report = validate(graph)
    assert "LBL-001" in ids(report)
    assert "LBL-013" not in ids(report, severity="Info")


def test_data_meant_to_have_no_definitions_are_not_asked_for_them() -> None:
    graph = read("slm:Skill rdfs:subClassOf skos:Concept . :a a slm:Skill, skos:Concept .")
    assert "LBL-008" in ids(validate(graph), severity="Warning")
    report = validate(graph, with_definitions=False)
    assert "LBL-008" not in ids(report, severity="Warning")
    assert "LBL-008" not in {rule.id for rule in report.rules}


def test_data_under_another_base_are_judged_by_the_same_rules() -> None:
    base = "https://skills.example/"
    text = """
    :a a slm:Skill, skos:Concept ; skos:inScheme <https://w3id.org/slm-graph/id/sfia> .
    :b a slm:SkillLevel, skos:Concept ; slm:skill :a ; slm:typicallyObserved false ; skos:definition "x"@de .
    """
    graph = read(text)
    moved = Graph()
    for triple in graph:
        moved.add(tuple(rebase(term, base=base) for term in triple))
    here = validate(graph)
    there = validate(moved, base=base)
    assert {"LVL-012", "LVL-005", "LVL-006"} & ids(here) == {"LVL-012", "LVL-006"}
    assert "LVL-014" in ids(here, severity="Warning")
    assert [(r.source_shape, r.result_path) for r in here.results] == [
        (r.source_shape, r.result_path) for r in there.results
    ]
    assert "LVL-012" not in ids(validate(moved, base=DEFAULT_BASE))


def test_judging_leaves_the_graph_and_the_settings_of_rdflib_as_they_were() -> None:
    graph = read(THESAURUS + ':pear skos:altLabel "Birne"^^<http://www.w3.org/2001/XMLSchema#string> .')
    before = set(graph)
    rdflib.NORMALIZE_LITERALS = False
    try:
        report = validate(graph)
        assert rdflib.NORMALIZE_LITERALS is False
    finally:
        rdflib.NORMALIZE_LITERALS = True
    assert set(graph) == before
    assert report.triples == len(before)


def test_each_rule_says_to_how_many_nodes_it_was_put() -> None:
    counts = dict(validate(read(THESAURUS)).focus_node_counts)
    assert counts["LBL-001"] == 0
    assert counts["LBL-012"] == 2
    assert counts["RGT-001"] == 1
    assert counts["LVL-001"] == 0
    assert set(counts) == {rule.id for rule in rules()} - {"CYC-001"}


def test_shapes_made_ready_for_pyshacl_give_the_results_of_the_shapes_as_written() -> None:
    """All violating statements at once, once with targets moved and once as the files have them."""
    graph = read(THESAURUS)
    graph.remove((None, RDF.type, SKOS.Concept))
    graph.remove((None, SKOS.prefLabel, Literal("Birne", lang="de")))
    graph += read(
        """
        :s a skos:ConceptScheme ; skos:prefLabel " Obst"@de . :c a skos:OrderedCollection ; skos:memberList ( :x ) .
        :x a slm:SkillLevel ; slm:levelNumber 9 ; slm:level :y ; skos:notation "" ; slm:sha256 "0" ;
            skos:prefLabel "X" ; skos:altLabel "X" ; dcterms:provenance </id/statement/verbatim-de> .
        """
    )
    shapes = shapes_graph({rule.shape_set for rule in rules()}, base=DEFAULT_BASE)

    def found(shapes: Graph) -> set[tuple[Node | None, ...]]:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
        told = (SH.sourceShape, SH.focusNode, SH.value, SH.sourceConstraintComponent)
        return {
            tuple(report.value(result, name) for name in told) for result in report.objects(None, SH.result)
        }

    as_written, made_ready = found(shapes), found(for_pyshacl(shapes))
    assert len(as_written) > 20
    assert as_written == made_ready


WORDS = st.sampled_from(["Birne", "Apfel", "Quitte"])
LABELS = st.tuples(
    st.integers(0, 2), st.sampled_from([SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel]), WORDS,
    st.sampled_from(["de", "en", None]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=12), st.booleans())
def test_label_clashes_are_found_where_labels_meet_for_iris_and_blank_nodes(
    labels: list[tuple[int, URIRef, str, str | None]], blank: bool
) -> None:
    graph = Graph()
    for number, predicate, word, language in labels:
        node = BNode(f"n{number}") if blank else URIRef(f"https://example.org/{number}")
        graph.add((node, predicate, Literal(word, lang=language)))
    clashes = 0
    for node in set(graph.subjects()):
        pref, alt, hidden = (
            set(graph.objects(node, p)) for p in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        )
        clashes += len(alt & pref | alt & hidden) + len(hidden & pref)
    report = validate(graph, shape_sets=["integrity"])
    found = [result for result in report.results if result.source_shape.startswith("S13")]
    assert len(found) == clashes


WITH_BLANK_NODES = (
    THESAURUS
    + """
:a skos:memberList ( :x :y ) .
[] skos:prefLabel 'A'@de, 'B'@de ; skos:broader [ skos:altLabel 'C' ] .
"""
)


def in_every_form(graph: Graph) -> list[str]:
    report = validate(graph)
    return [render(report, form, language="de") for form in ("human", "json", "sarif", "turtle")]


@pytest.fixture(scope="module")
def as_written() -> list[str]:
    return in_every_form(read(WITH_BLANK_NODES))


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(len(read(WITH_BLANK_NODES)))))
def test_the_report_does_not_depend_on_the_order_of_statements_or_labels_of_blank_nodes(
    as_written: list[str], order: list[int]
) -> None:
    triples = list(read(WITH_BLANK_NODES))
    renamed: dict[BNode, BNode] = {}
    graph = Graph()
    for index in order:
        graph.add(
            tuple(renamed.setdefault(t, BNode()) if isinstance(t, BNode) else t for t in triples[index])
        )
    assert in_every_form(graph) == as_written


def test_rules_keep_their_iri_under_every_base() -> None:
    moved = shapes_graph(["labels"], base="https://skills.example/")
    assert URIRef(RULES_BASE + "LBL-001") in set(moved.subjects(SH.severity))
