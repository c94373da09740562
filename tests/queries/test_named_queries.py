"""What the shipped queries answer; `answer` and `construct` ask two engines in two ways each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from rdflib import RDF, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, SKOS

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE, SEMAPV, SSSOM, vocabulary

SLM = vocabulary(DEFAULT_BASE)

ID = Namespace(DEFAULT_BASE + "id/")
SFIA = Namespace(DEFAULT_BASE + "id/sfia/")
SFIA_9 = Namespace("https://rdf.sfia-online.org/9/ontology/")
SLMO = "SLMO"
ENGLISH = "en"

Answer = Callable[..., list[dict[str, Any]]]
Construct = Callable[..., Graph]


@pytest.mark.parametrize("name", resources.named_queries())
def test_parameters_can_be_bound_in_the_outermost_group(name: str) -> None:
    """A client puts its VALUES clause behind the first `WHERE {`, so that must be the outermost one."""
    query = resources.named_queries()[name]
    opening = re.search(r"^WHERE \{$", query.text, flags=re.MULTILINE)
    assert opening is not None
    head = query.text[: opening.start()]
    assert "WHERE" not in re.sub(r"^#.*$", "", head, flags=re.MULTILINE)
    for parameter in query.parameters:
        assert f"?{parameter.name} " in head
        assert f"?{parameter.name}" in query.text[opening.end() :]


@pytest.mark.parametrize("name", resources.named_queries())
def test_the_base_is_spelled_once_in_a_query(name: str) -> None:
    text = resources.named_queries()[name].text
    assert text.count(DEFAULT_BASE) == 1
    assert f"\nBASE <{DEFAULT_BASE}>\n" in text


def test_there_are_enough_queries_to_be_useful() -> None:
    assert len(resources.named_queries()) >= 12


def test_a_skill_comes_with_its_levels_in_order(answer: Answer) -> None:
    rows = answer("skill-levels", code=SLMO)
    assert [row["skill_level"] for row in rows] == [SFIA[f"SLMO_{number}"] for number in range(1, 8)]
    assert [row["typically_observed"].toPython() for row in rows] == [False] + [True] * 6
    assert rows[4]["label"] == Literal("Servicelevel-Management: Ebene 5", lang="de")
    assert rows[4]["skill_label"] == Literal("Servicelevel-Management", lang="de")


def test_an_unknown_code_has_no_levels(answer: Answer) -> None:
    assert answer("skill-levels", code="NONE") == []


def test_the_definition_of_a_level_is_in_the_language_asked_for(answer: Answer) -> None:
    own = [row for row in answer("definition", code="SLMO_5", language=ENGLISH) if row["concept"] in SFIA]
    assert [row["kind"] for row in own] == [SKOS.definition]
    assert str(own[0]["text"]).startswith("Answers for services")
    german = [row for row in answer("definition", code="SLMO_5") if row["concept"] in SFIA]
    assert str(german[0]["text"]).startswith("Steht dafür ein")


def test_a_level_that_is_not_observed_answers_with_its_scope_note(answer: Answer) -> None:
    (row,) = answer("definition", code="SLMO_1")
    assert row["kind"] == SKOS.scopeNote


def test_a_level_stands_beside_the_one_below(answer: Answer) -> None:
    (row,) = answer("level-gain", code=SLMO, number="5")
    assert (row["lower"], row["upper"]) == (SFIA.SLMO_4, SFIA.SLMO_5)
    assert str(row["lower_definition"]).startswith("Wertet Aufzeichnungen")
    assert str(row["upper_definition"]).startswith("Steht dafür ein")


def test_the_lowest_observed_level_has_nothing_below(answer: Answer) -> None:
    (row,) = answer("level-gain", code=SLMO, number="2")
    assert row["upper"] == SFIA.SLMO_2
    assert "lower" not in row


@pytest.mark.parametrize(
    ("number", "codes"), [(1, ["C.3"]), (3, ["A.2", "C.3", "SLMO"]), (5, ["SLMO"]), (7, ["SLMO"]), (8, [])]
)
def test_skills_are_found_at_a_level(answer: Answer, number: int, codes: list[str]) -> None:
    assert [str(row["notation"]) for row in answer("skills-at-level", number=str(number))] == codes


def test_every_skill_has_its_lowest_and_highest_level(answer: Answer) -> None:
    found = {str(row["notation"]): (row["lowest"], row["highest"]) for row in answer("skills")}
    assert found == {
        "SLMO": (Literal(2), Literal(7)),
        "A.2": (Literal(3), Literal(4)),
        "C.3": (Literal(1), Literal(3)),
    }


def test_the_levels_of_a_scale_ascend(answer: Answer) -> None:
    rows = [row for row in answer("levels", language=ENGLISH) if row["scale"] == ID["sfia/level"]]
    assert [row["number"] for row in rows] == [Literal(number) for number in range(1, 8)]
    assert [str(row["label"]) for row in rows][:3] == ["Follow", "Assist", "Apply"]


def test_level_one_is_the_only_level_not_observed(answer: Answer) -> None:
    (row,) = answer("not-observed")
    assert (row["skill"], row["skill_level"]) == (SFIA.SLMO, SFIA.SLMO_1)
    assert row["scope_note"].language == "de"


def test_no_label_is_missing_in_german_or_english_and_all_are_in_french(answer: Answer) -> None:
    assert answer("missing-label") == []
    assert answer("missing-label", language=ENGLISH) == []
    missing = {row["concept"] for row in answer("missing-label", language="fr")}
    assert {SFIA.SLMO, SFIA["level/1"], ID["itil4/SLM"]} <= missing


def test_mappings_come_with_their_records(answer: Answer) -> None:
    rows = {row["target"]: row for row in answer("mappings", code=SLMO)}
    assert set(rows) == {ID["ecf/A.2"], ID["iso20000-1/8.3.3"], ID["itil4/SLM"], SSSOM.NoTermFound}
    assert rows[ID["ecf/A.2"]]["confidence"].toPython() == 0.85
    assert rows[ID["ecf/A.2"]]["author"] == URIRef(DEFAULT_BASE + "agent/slm-graph")
    assert rows[ID["ecf/A.2"]]["justification"] == SEMAPV.ManualMappingCuration
    assert rows[ID["ecf/A.2"]]["target_label"] == Literal("Service-Level-Management", lang="de")
    assert rows[ID["itil4/SLM"]]["modifier"] == SSSOM.NegatedPredicate
    assert "modifier" not in rows[ID["ecf/A.2"]]


def test_a_mapping_without_a_record_is_found_too(answer: Answer) -> None:
    (row,) = answer("mappings", code="SLMO_5")
    assert (row["predicate"], row["target"]) == (SKOS.closeMatch, ID["ecf/A.2_3"])
    assert "confidence" not in row


def test_counterparts_are_positive_and_sure_enough_in_both_directions(answer: Answer) -> None:
    assert [row["counterpart"] for row in answer("counterparts", code=SLMO)] == [ID["ecf/A.2"]]
    low = answer("counterparts", code=SLMO, minimum_confidence="0.3")
    assert [row["counterpart"] for row in low] == [ID["ecf/A.2"], ID["iso20000-1/8.3.3"]]
    (back,) = answer("counterparts", code="A.2")
    assert back["counterpart"] == SFIA.SLMO


def test_what_has_no_mapping_is_listed(answer: Answer) -> None:
    found = {row["concept"] for row in answer("unmapped")}
    assert SFIA.SLMO_7 in found
    assert not {SFIA.SLMO, SFIA.SLMO_5, ID["ecf/A.2"], ID["ecf/A.2_3"]} & found


def test_frameworks_come_with_title_holder_and_number_of_concepts(answer: Answer) -> None:
    rows = {row["framework"]: row for row in answer("frameworks")}
    assert set(rows) == {ID.sfia, ID.ecf, ID.eqf, ID.itil4, ID["iso20000-1"]}
    assert rows[ID.sfia]["concepts"] == Literal(8)
    assert rows[ID.sfia]["rights_holder"] == Literal("SFIA Foundation")
    assert rows[ID.eqf]["title"] == Literal("Europäischer Qualifikationsrahmen (EQR)", lang="de")


def test_the_vocabulary_explains_its_terms(answer: Answer) -> None:
    rows = {row["term"]: row for row in answer("vocabulary-terms", language=ENGLISH)}
    assert all(term in SLM for term in rows)
    assert rows[SLM.Skill]["kind"] == OWL.Class
    assert rows[SLM.level]["label"] == Literal("level", lang="en")
    assert "comment" in rows[SLM.levelNumber]


def test_everything_below_a_skill_is_its_levels(answer: Answer) -> None:
    rows = answer("subtree", concept=SFIA.SLMO)
    assert [row["descendant"] for row in rows] == [SFIA[f"SLMO_{number}"] for number in range(1, 8)]
    assert {row["parent"] for row in rows} == {SFIA.SLMO}
    assert answer("subtree", concept=SFIA.SLMO_5) == []


def test_a_concept_comes_with_its_neighbours_labels_and_its_mappings(
    construct: Construct, published: Dataset
) -> None:
    graph = construct("concept", concept=SFIA.SLMO)
    said = {pair for named in published.graphs() for pair in named.predicate_objects(SFIA.SLMO)}
    assert set(graph.predicate_objects(SFIA.SLMO)) == said
    assert (SKOS.closeMatch, ID["ecf/A.2"]) in said
    assert (SFIA.SLMO_5, SKOS.prefLabel, Literal("Service level management: level 5", lang="en")) in graph
    assert len(set(graph.subjects(RDF.type, OWL.Axiom))) == 4
    assert (SFIA.SLMO_5, SKOS.definition, None) not in graph


def test_nothing_is_said_of_an_unknown_concept(construct: Construct) -> None:
    assert len(construct("concept", concept=ID.nothing)) == 0


def test_labels_that_start_with_the_text_come_first(answer: Answer) -> None:
    rows = answer("label-search", text="SERVICEL")
    labels = [str(row["label"]) for row in rows]
    assert labels[0] == "Servicelevel-Management"
    assert all("servicel" in label.lower() for label in labels)
    inside = [str(row["label"]) for row in answer("label-search", text="einfluss")]
    assert "Anregungen geben, Einfluss nehmen" in inside


def test_a_search_text_is_never_a_pattern(answer: Answer) -> None:
    assert answer("label-search", text='.*"} #') == []


def test_a_search_finds_alternative_labels(answer: Answer) -> None:
    found = {
        (row["concept"], row["kind"]) for row in answer("label-search", text="Level 5", language=ENGLISH)
    }
    assert (SFIA["level/5"], SKOS.altLabel) in found


def test_provenance_tells_short_versions_and_the_graph_that_says_so(answer: Answer) -> None:
    rows = [row for row in answer("provenance", code="SLMO_5") if row["concept"] == SFIA.SLMO_5]
    assert [row["statement"] for row in rows] == [ID["statement/short-de"], ID["statement/short-en"]]
    assert {row["graph"] for row in rows} == {URIRef(DEFAULT_BASE + "graph/sfia")}
    assert "Kurzfassung" in str(rows[0]["description"])


def test_every_named_graph_is_counted(answer: Answer, published: Dataset) -> None:
    rows = {str(row["graph"]): row["statements"].toPython() for row in answer("graphs")}
    assert DEFAULT_BASE + "graph/sfia/level" in rows
    assert sum(rows.values()) == sum(len(graph) for graph in published.graphs())


def test_the_public_view_points_from_a_skill_to_its_observed_skill_levels(construct: Construct) -> None:
    graph = construct("sfia-rdf-view")
    assert set(graph.objects(SFIA.SLMO, SFIA_9.definedAtLevel)) == {
        SFIA[f"SLMO_{number}"] for number in range(2, 8)
    }
    assert set(graph.subjects(RDF.type, SFIA_9.SkillLevel)) == {
        SFIA[f"SLMO_{number}"] for number in range(2, 8)
    }
    assert graph.value(SFIA.SLMO_5, SFIA_9.level) == SFIA["level/5"]
    assert graph.value(SFIA["level/5"], SKOS.notation) == Literal(5)
    assert set(graph.objects(SFIA["level/1"], SFIA_9.levelGuidingPhrase)) == {
        Literal("Begleiten", lang="de"),
        Literal("Follow", lang="en"),
    }
    assert len(set(graph.subjects(RDF.type, SFIA_9.Skill))) == 1


def test_the_public_view_says_nothing_in_our_vocabulary(construct: Construct) -> None:
    graph = construct("sfia-rdf-view")
    assert [term for term in (*graph.predicates(), *graph.objects()) if str(term).startswith(str(SLM))] == []
