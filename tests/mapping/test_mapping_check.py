"""Each contradiction that can stand in mapping sets is found, with the chain it follows from."""

from __future__ import annotations

import pytest
from rdflib import Graph, URIRef

from slm_graph.mapping import Finding, MappingSet, check, read_set

BASE = "https://a.example/"
GRAPH = """
@prefix a: <https://a.example/id/> . @prefix b: <https://b.example/> . @prefix c: <https://c.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
a:all a skos:ConceptScheme ; owl:versionInfo "2" .
a:1 a skos:Concept ; skos:inScheme a:all ; skos:broader a:top .
a:2 a skos:Concept ; skos:inScheme a:all .
a:top a skos:Concept ; skos:inScheme a:all ; skos:narrower a:1 .
a:old a skos:Concept ; skos:inScheme a:all ; owl:deprecated true ; dcterms:isReplacedBy a:1 .
a:twins a skos:OrderedCollection .
b:all a skos:ConceptScheme .
b:1 a skos:Concept ; skos:inScheme b:all ; skos:broader b:up .
b:2 a skos:Concept ; skos:inScheme b:all ; skos:related b:sub .
b:sub a skos:Concept ; skos:inScheme b:all .
b:up a skos:Concept ; skos:inScheme b:all ; skos:broader b:1 .
c:1 a skos:Concept ; skos:inScheme c:all . c:2 a skos:Concept ; skos:inScheme c:all .
"""


def mappings(name: str, *rows: str) -> MappingSet:
    """A set of rows `subject predicate object`, a `!` before the predicate for Not, ` @n` for the object's version."""
    lines = []
    for row in rows:
        text, _, version = row.partition(" @")
        subject, predicate, object_ = text.split()
        modifier = "Not" if predicate.startswith("!") else ""
        cells = (subject, predicate.lstrip("!"), modifier, object_, "semapv:ManualMappingCuration", version)
        lines.append("\t".join(cells))
    source = f"""\
#curie_map:
#  a: https://a.example/id/
#  b: https://b.example/
#  c: https://c.example/
#mapping_set_id: https://sets.example/{name}
#license: https://creativecommons.org/publicdomain/zero/1.0/
#object_source: b:all
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tsubject_source_version
"""
    if any("@" in row for row in rows):
        source = source.replace("#object_source", "#subject_source: a:all\n#object_source")
    return read_set((source + "\n".join(lines) + "\n").encode(), name=name)


def findings(*sets: MappingSet) -> tuple[Finding, ...]:
    return check(sets, Graph().parse(data=GRAPH, format="turtle"), base=BASE)


def steps(finding: Finding) -> list[str]:
    return [
        " ".join(
            str(term).rsplit("/", 1)[-1].split("#")[-1]
            for term in (link.subject, link.predicate, link.object)
        )
        for link in finding.chain
    ]


PLANTED = {
    "an end of ours that does not exist": ("MAP-001", ["a:9 skos:closeMatch b:1"], None),
    "an end missing from another's scheme that is here": ("MAP-017", ["a:1 skos:closeMatch b:9"], None),
    "a denied claim": (
        "MAP-002",
        ["a:1 skos:closeMatch b:1", "a:1 !skos:closeMatch b:1"],
        ["1 closeMatch 1"],
    ),
    "a denied claim written the other way round": (
        "MAP-002",
        ["a:1 skos:broadMatch b:1", "b:1 !skos:narrowMatch a:1"],
        ["1 broadMatch 1"],
    ),
    "found where nothing was found": (
        "MAP-003",
        ["a:1 skos:exactMatch sssom:NoTermFound", "a:1 skos:exactMatch b:1"],
        ["1 exactMatch 1"],
    ),
    "exact and related": (
        "MAP-004",
        ["a:1 skos:exactMatch b:1", "a:1 skos:relatedMatch b:1"],
        ["1 relatedMatch 1", "1 exactMatch 1"],
    ),
    "exact over a chain and broader": (
        "MAP-004",
        ["a:2 skos:exactMatch c:1", "b:2 skos:exactMatch c:1", "a:2 skos:broadMatch b:2"],
        ["2 broadMatch 2", "2 exactMatch 1", "2 exactMatch 1"],
    ),
    "related and broader": (
        "MAP-005",
        ["a:1 skos:relatedMatch b:2", "a:1 skos:broadMatch b:2"],
        ["1 relatedMatch 2", "1 broadMatch 2"],
    ),
    "related to what stands above over the hierarchy of the graph": (
        "MAP-005",
        ["a:1 skos:relatedMatch b:2", "a:top skos:broadMatch b:2"],
        ["1 relatedMatch 2", "1 broader top", "top broadMatch 2"],
    ),
    "related and narrower, written from the other side": (
        "MAP-005",
        ["a:1 skos:relatedMatch b:2", "b:2 skos:narrowMatch a:1"],
        ["1 relatedMatch 2", "2 narrowMatch 1"],
    ),
    "a graph's related pair that a set puts one above the other": (
        "MAP-005",
        ["b:sub skos:broadMatch a:2", "a:2 skos:broadMatch b:2"],
        ["2 related sub", "sub broadMatch 2", "2 broadMatch 2"],
    ),
    "two concepts of one scheme made one": (
        "MAP-006",
        ["a:1 skos:exactMatch b:1", "a:2 skos:exactMatch b:1"],
        ["1 exactMatch 1", "2 exactMatch 1"],
    ),
    "a predicate of the framework itself": ("MAP-010", ["a:1 skos:broader b:1"], None),
    "a collection as an end": ("MAP-011", ["a:twins skos:closeMatch b:1"], None),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_contradiction_is_found_with_its_chain(planted: str) -> None:
    rule, rows, chain = PLANTED[planted]
    found = [one for one in findings(mappings("m", *rows)) if one.severity != "Info"]
    assert [one.rule for one in found] == [rule]
    assert found[0].text.de != found[0].text.en
    if chain is not None:
        assert steps(found[0]) == chain


@pytest.mark.parametrize("planted", [name for name, (_, rows, _chain) in PLANTED.items() if len(rows) == 2])
def test_two_sets_that_contradict_each_other_are_found_as_one_would(planted: str) -> None:
    rule, rows, _ = PLANTED[planted]
    found = findings(*(mappings(f"m{number}", row) for number, row in enumerate(rows)))
    assert [one.rule for one in found if one.severity == "Violation"] == [rule]
    assert {str(link.source) for one in found for link in one.chain if link.source} <= {
        "https://sets.example/m0",
        "https://sets.example/m1",
    }


@pytest.mark.parametrize(
    ("rows", "rule", "severity", "words"),
    [
        (["c:outside skos:closeMatch b:1"], "MAP-007", "Info", "no type"),
        (["a:old skos:closeMatch b:1"], "MAP-008", "Warning", "use <https://a.example/id/1>"),
        (
            ["a:1 skos:closeMatch b:1 @1"],
            "MAP-009",
            "Warning",
            "version 1 of <https://a.example/id/all>, here is 2",
        ),
        (["a:1 skos:closeMatch a:1"], "MAP-012", "Warning", "to itself"),
    ],
)
def test_what_is_no_contradiction_is_a_warning_or_a_note(
    rows: list[str], rule: str, severity: str, words: str
) -> None:
    (finding,) = findings(mappings("m", *rows))
    assert (finding.rule, finding.severity) == (rule, severity)
    assert words in finding.text.en


@pytest.mark.parametrize(
    "rows",
    [
        ["a:1 skos:closeMatch b:1", "a:2 skos:closeMatch b:1"],
        ["a:1 skos:exactMatch b:1", "b:1 skos:exactMatch c:1"],
        ["a:1 skos:relatedMatch b:2", "a:2 skos:broadMatch b:2"],
        ["a:1 skos:exactMatch b:1", "a:1 !skos:broadMatch b:1"],
        ["a:1 skos:exactMatch sssom:NoTermFound", "a:1 skos:closeMatch b:1"],
        ["a:1 skos:closeMatch b:1 @2"],
        ["a:1 !skos:exactMatch b:1", "a:2 !skos:exactMatch b:1"],
    ],
    ids=str,
)
def test_rows_that_agree_give_no_finding(rows: list[str]) -> None:
    assert findings(mappings("m", *rows)) == ()


def test_an_end_outside_is_told_once() -> None:
    found = findings(mappings("m", "c:outside skos:closeMatch b:1", "c:outside skos:closeMatch b:2"))
    assert [one.rule for one in found] == ["MAP-007"]


def test_a_cyclic_hierarchy_ends_the_walk() -> None:
    found = findings(mappings("m", "b:1 skos:relatedMatch a:2", "b:up skos:broadMatch b:1"))
    assert found == ()


def test_the_findings_come_in_the_same_order_whatever_the_order_of_the_sets() -> None:
    one = mappings("m1", "a:1 skos:exactMatch b:1", "a:9 skos:closeMatch b:1")
    other = mappings("m2", "a:2 skos:exactMatch b:1", "a:1 skos:relatedMatch b:1")
    assert findings(one, other) == findings(other, one)
    assert {finding.rule for finding in findings(one, other)} >= {"MAP-001", "MAP-004", "MAP-006"}


def test_a_sets_own_triples_in_the_graph_neither_hide_nor_double_a_finding() -> None:
    planted = mappings("m", "a:9 skos:closeMatch b:1", "a:1 skos:relatedMatch b:2", "a:1 skos:broadMatch b:2")
    graph = Graph().parse(data=GRAPH, format="turtle")
    for row in planted.mappings:
        graph.add((row.subject, row.predicate, row.object))
    assert check([planted], graph, base=BASE) == findings(planted)
    assert [one.rule for one in findings(planted)] == ["MAP-001", "MAP-005"]


def test_a_finding_names_the_set_of_its_row() -> None:
    (finding,) = findings(mappings("m", "a:9 skos:closeMatch b:1"))
    assert finding.set_id == URIRef("https://sets.example/m")
