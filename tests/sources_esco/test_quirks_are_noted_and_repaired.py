"""What is wrong in the distribution is noted with file and row; `repair` mends it and says so, nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.model import Finding
from slm_graph.namespaces import ESCO
from slm_graph.sources.findings import KINDS, as_json, summary
from slm_graph.validation import validate

SKILL = "http://data.europa.eu/esco/skill/"
PEAR, PLUM, QUINCE, GROUP = (URIRef(SKILL + name) for name in ("pear", "plum", "quince", "g1"))
HEAD = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,"
    "definition,inScheme,description\r\n"
)
NEW, OLD = "esco-1.2.0-csv-en.zip", "esco-1.1.1-csv-en.zip"
Read = Callable[..., tuple[Graph, list[Finding]]]
Text = Callable[..., str]
Small = Callable[..., dict[str, str]]


def english(text: str) -> Literal:
    return Literal(text, lang="en")


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


def violations(graph: Graph) -> set[str]:
    return {result.source_shape for result in validate(graph).results if result.severity == "Violation"}


def test_a_sound_archive_conforms_and_nothing_is_noted(read: Read, small: Small) -> None:
    graph, findings = read({NEW: small()})
    assert findings == []
    assert violations(graph) == set()
    assert (PEAR, SKOS.broader, GROUP) in graph
    assert (GROUP, SKOS.narrower, PEAR) in graph
    assert (PEAR, SKOS.hiddenLabel, english("gorw pears")) in graph
    assert (PEAR, URIRef(ESCO + "model#relatedOptionalSkill"), PLUM) in graph
    assert (PLUM, URIRef(ESCO + "model#isOptionalSkillFor"), PEAR) in graph


def test_an_alternative_label_that_repeats_the_preferred_one(read: Read, small: Small, skill: Text) -> None:
    tables = small(
        skills_en=HEAD
        + skill("pear", "grow pears", alternative="grow pears\nraise pears")
        + skill("plum", "p")
    )
    graph, findings = read({NEW: tables})
    assert [(f.kind, f.source, f.row, f.column, f.repaired) for f in findings] == [
        ("alternative-repeats-preferred", f"{NEW}/skills_en.csv", 2, "altLabels", False)
    ]
    assert violations(graph) == {"S13"}
    mended, repaired = read({NEW: tables}, repair=True)
    assert [finding.repaired for finding in repaired] == [True]
    assert violations(mended) == set()
    assert set(mended.objects(PEAR, SKOS.altLabel)) == {english("raise pears")}


def test_two_preferred_labels_of_two_versions(read: Read, small: Small, skill: Text) -> None:
    old = {"skills_en.csv": HEAD + skill("pear", "cultivate pears") + skill("quince", "grow quinces")}
    graph, findings = read({NEW: small(), OLD: old})
    assert violations(graph) == {"S14"}
    (finding,) = findings
    assert (finding.kind, finding.source, finding.row) == ("two-preferred-labels", f"{OLD}/skills_en.csv", 2)
    mended, _ = read({NEW: small(), OLD: old}, repair=True)
    assert violations(mended) == set()
    assert set(mended.objects(PEAR, SKOS.prefLabel)) == {english("grow pears")}
    assert english("cultivate pears") in set(mended.objects(PEAR, SKOS.altLabel))
    assert (QUINCE, SKOS.prefLabel, english("grow quinces")) in mended


def test_related_and_at_once_broader(read: Read, small: Small) -> None:
    head = "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\r\n"
    tables = small(
        skillSkillRelations_en=f"{head}{SKILL}pear,knowledge,essential,knowledge,{SKILL}g1\r\n"
        f"{SKILL}plum,knowledge,optional,knowledge,{SKILL}plum\r\n"
    )
    graph, findings = read({NEW: tables})
    assert kinds(findings) == {"related-and-broader", "related-to-itself"}
    assert "S27" in violations(graph)
    mended, _ = read({NEW: tables}, repair=True)
    assert violations(mended) == set()
    assert not set(mended.objects(PEAR, SKOS.related))
    assert (PEAR, URIRef(ESCO + "model#relatedEssentialSkill"), GROUP) in mended


def test_a_concept_without_a_scheme_goes_where_its_kind_is_and_who_names_it_top(
    read: Read, small: Small, skill: Text
) -> None:
    tables = small(skills_en=HEAD + skill("pear", "grow pears", schemes="") + skill("plum", "grow plums"))
    graph, findings = read({NEW: tables})
    assert kinds(findings) == {"no-scheme"}
    assert violations(graph) == {"STR-005"}
    mended, _ = read({NEW: tables}, repair=True)
    assert violations(mended) == set()
    schemes = ESCO + "concept-scheme/"
    assert set(mended.objects(PEAR, SKOS.inScheme)) == {
        URIRef(schemes + "skills"),
        URIRef(schemes + "member-skills"),
    }


def test_a_concept_without_a_label_is_left_out_with_its_relations(
    read: Read, small: Small, skill: Text
) -> None:
    tables = small(skills_en=HEAD + skill("pear", "grow pears"))  # the hierarchy still names the plum
    graph, findings = read({NEW: tables})
    assert kinds(findings) == {"no-label"}
    assert {"LBL-012", "STR-005"} <= violations(graph)
    mended, repaired = read({NEW: tables}, repair=True)
    assert violations(mended) == set()
    assert PLUM not in mended.all_nodes()
    assert kinds(repaired) == {"no-label", "relation-to-left-out"}


@pytest.mark.parametrize(
    ("label", "kind", "tidy"),
    [
        (" grow pears ", "label-with-blanks", "grow pears"),
        ("grow\u00a0pears\u00a0", "label-with-blanks", "grow pears"),
        ("gru\u0308ne Birnen", "label-not-normalized", "gr\u00fcne Birnen"),
    ],
)
def test_labels_are_tidied(read: Read, small: Small, skill: Text, label: str, kind: str, tidy: str) -> None:
    tables = small(skills_en=HEAD + skill("pear", label) + skill("plum", "grow plums"))
    graph, findings = read({NEW: tables})
    assert kinds(findings) == {kind}
    assert (PEAR, SKOS.prefLabel, english(label)) in graph
    mended, _ = read({NEW: tables}, repair=True)
    assert set(mended.objects(PEAR, SKOS.prefLabel)) == {english(tidy)}


def test_a_hidden_label_that_repeats_a_visible_one_and_an_empty_text(
    read: Read, small: Small, skill: Text
) -> None:
    rows = skill("pear", "grow pears", alternative="raise pears", hidden="raise pears") + skill(
        "plum", "grow plums"
    )
    tables = small(skills_en=HEAD + rows.replace('"Growing of plum.\n"', '" \n "'))
    graph, findings = read({NEW: tables})
    assert kinds(findings) == {"hidden-repeats-label", "empty-text"}
    assert violations(graph) == {"S13", "LBL-010"}
    mended, _ = read({NEW: tables}, repair=True)
    assert violations(mended) == set()


def test_a_scheme_whose_top_concepts_are_all_unknown_is_left_out(read: Read, small: Small) -> None:
    tables = small()
    roles = URIRef(ESCO + "concept-scheme/label-role")
    tables["conceptSchemes_en.csv"] += f"ConceptScheme,{roles},Roles,,,,{ESCO}label-role/male\r\n"
    _, findings = read({NEW: tables})
    assert kinds(findings) == {"empty-scheme", "relation-to-left-out"}
    mended, _ = read({NEW: tables}, repair=True)
    assert violations(mended) == set()
    assert roles not in mended.all_nodes()


def test_every_kind_has_words_and_the_summary_names_file_and_row_in_both_languages() -> None:
    findings = [
        Finding(kind, "a.zip/b.csv", 7, "altLabels", "http://e.example/", "x", repaired=True)
        for kind in KINDS
    ]
    for language in ("de", "en"):
        lines = summary(findings, language=language)
        assert sum("a.zip/b.csv:7" in line for line in lines) == len(KINDS)
    assert '"row": 7' in as_json(findings)
