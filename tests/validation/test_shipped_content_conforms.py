"""What we publish passes our own gate, without a violation and without a warning."""

from pathlib import Path

import pytest
from rdflib import Graph

from slm_graph import resources
from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.validation import render, rules, validate

SHARED = Path(__file__).resolve().parents[3] / "shared"


def test_the_shipped_graphs_conform_without_a_warning() -> None:
    graph = Graph()
    for name in resources.ontology_files():
        graph.parse(data=resources.ontology_file(name), format="turtle")
    report = validate(graph)
    assert report.results == (), render(report, "human", language="en")
    assert report.judged > 40


def test_hardly_a_rule_is_idle_on_the_shipped_data_set() -> None:
    report = validate(assemble([], base=DEFAULT_BASE).union())
    assert report.results == (), render(report, "human", language="en")
    idle = {rule_id for rule_id, count in report.focus_node_counts if count == 0}
    assert idle <= {"S13-HIDDEN", "STR-010", "RGT-007", "RGT-008", "RGT-009", "MAP-002", "MAP-006", "MAP-015"}
    assert {rule.id for rule in report.rules} == {rule.id for rule in rules()} - {"CYC-001"}


def test_the_real_page_conforms_in_a_build() -> None:
    page = SHARED / "input" / "slmo.de.txt"
    if not page.exists():
        pytest.skip("the page is not beside this checkout")
    report = validate(assemble([page], base=DEFAULT_BASE).union())
    assert report.conforms(strict=True), render(report, "human", language="en")
    assert dict(report.focus_node_counts)["RGT-009"] == 1


def test_a_data_set_without_definitions_conforms_without_a_warning() -> None:
    report = validate(assemble([], base=DEFAULT_BASE, with_definitions=False).union(), with_definitions=False)
    assert report.results == (), render(report, "human", language="en")
