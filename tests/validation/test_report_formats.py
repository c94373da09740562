"""One report, four forms: for people, as JSON, as SARIF 2.1.0, as a SHACL validation report."""

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, SKOS

from slm_graph.validation import Report, render, rules, validate
from slm_graph.validation.formats import MOST_RESULTS_SHOWN

FIXTURES = Path(__file__).parents[1] / "fixtures"

TEXT = """
@prefix : <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:pear skos:prefLabel "Birne"@de, "Koch\\nbirne"@de ; skos:altLabel "Birne"@de ; skos:broader :pome .
:pome skos:broader :pear .
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return validate(Graph().parse(data=TEXT, format="turtle"), shape_sets=["integrity"])


@pytest.fixture(scope="module")
def conforming() -> Report:
    text = TEXT.replace(', "Koch\\nbirne"@de ; skos:altLabel "Birne"@de', "").replace(
        ":pome skos:broader :pear .", ""
    )
    return validate(Graph().parse(data=text, format="turtle"), shape_sets=["integrity"])


def test_a_german_reader_sees_rule_place_value_and_what_to_do(report: Report) -> None:
    text = render(report, "human", language="de")
    assert "S14  Verstoß: Höchstens eine bevorzugte Bezeichnung je Sprache\n" in text
    assert "Eine behalten, die übrigen zu alternativen machen." in text
    assert '  → <https://example.org/pear>  skos:prefLabel  Wert: "Birne"@de, "Koch\\nbirne"@de\n' in text
    assert text.endswith(
        "\nAbgelehnt: 2 Verstöße, 2 Warnungen, 0 Hinweise; 2 Konzepte nach 11 Regeln geprüft (gate, integrity).\n"
    )


def test_an_english_reader_gets_the_same_in_english(report: Report) -> None:
    text = render(report, "human", language="en")
    assert "S13  violation: Alternative labels repeat no other label\n" in text
    assert "Value: " in text
    assert "Wert:" not in text
    assert text.endswith(
        "Refused: 2 violations, 2 warnings, 0 remarks; 2 concepts judged by 11 rules (gate, integrity).\n"
    )


def test_a_record_without_a_name_goes_by_the_mapping_it_is_about() -> None:
    text = (FIXTURES / "shapes" / "MAP-009.bad.ttl").read_text("utf-8").replace("ex:bad a", "[] a")
    graph = Graph().parse(data=text, format="turtle")
    found = validate(graph, shape_sets=["mappings"])
    text = render(found, "human", language="en").partition("MAP-009")[2]
    pear, poire = URIRef("https://example.org/pear"), URIRef("https://example.org/poire")
    assert f"<{pear}> skos:closeMatch <{poire}>" in text
    assert "_:" not in text
    result = next(one for one in found.results if one.source_shape == "MAP-009")
    assert result.annotated == (pear, SKOS.closeMatch, poire)


def test_a_report_without_findings_is_one_line(conforming: Report) -> None:
    assert render(conforming, "human", language="de").startswith("In Ordnung: 0 Verstöße")
    assert render(conforming, "human", language="de").count("\n") == 1


def test_the_verdict_in_words_follows_strictness() -> None:
    graph = Graph().parse(
        data=TEXT.replace('"Birne"@de, ', "").replace('"Birne"@de', '"B"@de'), format="turtle"
    )
    report = validate(graph, shape_sets=["integrity"])
    assert (
        render(report, "human", language="en")
        .splitlines()[-1]
        .startswith("In order: 0 violations, 2 warnings")
    )
    assert render(report, "human", language="en", strict=True).splitlines()[-1].startswith("Refused")


def test_a_person_is_shown_some_results_of_a_rule_and_told_of_the_rest() -> None:
    graph = Graph()
    for number in range(MOST_RESULTS_SHOWN + 3):
        for word in ("A", "B"):
            graph.add((URIRef(f"https://example.org/{number}"), SKOS.prefLabel, Literal(word, lang="de")))
    text = render(validate(graph, shape_sets=["integrity"]), "human", language="de")
    assert text.count("  → ") == MOST_RESULTS_SHOWN
    assert "und 3 weitere" in text


def test_json_carries_both_languages_every_rule_and_the_verdict(report: Report) -> None:
    document = json.loads(render(report, "json", language="en", sources=["a.ttl"]))
    assert document["conforms"] is False
    assert document["sources"] == ["a.ttl"]
    assert document["counts"] == {"Violation": 2, "Warning": 2, "Info": 0}
    assert document["concepts"] == 2
    assert document["triples"] == 5
    assert [result["sourceShape"] for result in document["results"]] == ["S13", "S14", "CYC-001", "CYC-001"]
    first = document["results"][0]
    assert first["focusNode"] == "<https://example.org/pear>"
    assert first["value"] == '"Birne"@de'
    assert first["resultPath"] == "skos:altLabel"
    assert set(first["message"]) == {"de", "en"}
    assert {rule["id"] for rule in document["rules"]} == {rule.id for rule in rules(["integrity"])}


def sarif(report: Report, **keywords: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(report, "sarif", language="de", **keywords))
    return document


def test_sarif_has_the_structure_the_standard_requires(report: Report) -> None:
    document = sarif(report, sources=["obst garten.ttl"])
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "slm-graph"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert set(rule["properties"]["message"]) == {"de", "en"}
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert run["artifacts"] == [{"location": {"uri": "obst%20garten.ttl"}}]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["logicalLocations"][0]["fullyQualifiedName"].startswith("<https://example.org/")
        assert location["physicalLocation"]["artifactLocation"] == {"uri": "obst%20garten.ttl", "index": 0}
    fingerprints = [result["partialFingerprints"]["slmGraphResult/v1"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints) == 4


def test_sarif_names_no_file_for_a_node_where_several_were_read(report: Report) -> None:
    (run,) = sarif(report, sources=["a.ttl", "b.ttl"])["runs"]
    assert len(run["artifacts"]) == 2
    assert all("physicalLocation" not in result["locations"][0] for result in run["results"])


def test_turtle_is_a_shacl_validation_report(report: Report, conforming: Report) -> None:
    graph = Graph().parse(data=render(report, "turtle", language="de"), format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)
    found = list(graph.objects(node, SH.result))
    assert len(found) == len(report.results) == 4
    for result in found:
        for name in (
            SH.focusNode,
            SH.resultSeverity,
            SH.sourceConstraintComponent,
            SH.sourceShape,
            SH.resultPath,
        ):
            assert graph.value(result, name) is not None, name
        assert {text.language for text in graph.objects(result, SH.resultMessage)} == {"de", "en"}
    empty = Graph().parse(data=render(conforming, "turtle", language="de"), format="turtle")
    assert (None, SH.conforms, Literal(True)) in empty
    assert (None, SH.result, None) not in empty


def test_a_composite_path_in_turtle_is_that_of_the_shape() -> None:
    text = "@prefix : <https://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    graph = Graph().parse(data=text + ":a skos:memberList ( :b ) .", format="turtle")
    told = Graph().parse(
        data=render(validate(graph, shape_sets=["structure"]), "turtle", language="de"), format="turtle"
    )
    (result,) = told.subjects(SH.sourceShape, URIRef("https://w3id.org/slm-graph/shapes#STR-016"))
    start = told.value(result, SH.resultPath)
    first, second, third = told.items(start)
    assert (first, third) == (SKOS.memberList, RDF.first)
    assert list(told.predicate_objects(second)) == [(SH.zeroOrMorePath, RDF.rest)]


def test_a_text_with_quotes_and_controls_survives_every_form() -> None:
    graph = Graph()
    label = Literal('a"\\\n\u0007 b', lang="de")
    graph.add((URIRef("https://example.org/a"), SKOS.prefLabel, label))
    graph.add((URIRef("https://example.org/a"), SKOS.hiddenLabel, label))
    report = validate(graph, shape_sets=["integrity"])
    turtle = Graph().parse(data=render(report, "turtle", language="de"), format="turtle")
    assert set(turtle.objects(None, SH.value)) == {label}
    human = render(report, "human", language="de")
    assert "\u0007" not in human
    assert json.loads(render(report, "json", language="de"))["results"][0]["value"].startswith('"a\\"')
    assert "\u0007" not in render(report, "sarif", language="de")
