"""What the gate found, and what a release changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph
from rdflib.namespace import SH

from slm_graph.build import assemble
from slm_graph.model import Finding
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app

BASE = "https://w3id.org/slm-graph/id/x"


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("/quality", "text/html", "text/html; charset=utf-8"),
        ("/quality", "*/*", "text/html; charset=utf-8"),
        ("/quality", "application/json", "application/json"),
        ("/quality", "text/turtle", "text/turtle; charset=utf-8"),
        ("/quality.json", "text/html", "application/json"),
        ("/quality.ttl", "", "text/turtle; charset=utf-8"),
    ],
)
def test_the_report_is_negotiated(client: FlaskClient, path: str, accept: str, content_type: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)


def test_the_report_says_the_same_in_each_form(client: FlaskClient) -> None:
    said = client.get("/quality.json").json
    assert said is not None
    graph = Graph().parse(data=client.get("/quality.ttl").data, format="turtle")
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert str(graph.value(report, SH.conforms)) == "true"
    assert said["conforms"] is True
    for language, sentence in (("de", "erfüllen alle Regeln"), ("en", "The data follow all rules")):
        page = client.get("/quality", headers={"Accept-Language": language}).text
        assert sentence in page
        assert all(rule["id"] in page for rule in said["rules"])


def _doubtful(folder: Path, publish_turtle: Callable[..., None], small: Callable[..., str]) -> FlaskClient:
    """A site with 25 concepts of one name, a mapping made for another version of its framework, and a search that found none."""
    text = (
        small({f"K{number}": "The same" for number in range(25)})
        + """
<https://w3id.org/slm-graph/id/x> <http://www.w3.org/2002/07/owl#versionInfo> "2" .
x:K1 skos:closeMatch <http://elsewhere.example/1> .
[] a <http://www.w3.org/2002/07/owl#Axiom> ;
    <http://www.w3.org/2002/07/owl#annotatedSource> x:K1 ;
    <http://www.w3.org/2002/07/owl#annotatedProperty> skos:closeMatch ;
    <http://www.w3.org/2002/07/owl#annotatedTarget> <http://elsewhere.example/1> ;
    <https://w3id.org/sssom/object_source> <http://elsewhere.example/> ;
    <http://purl.org/pav/authoredBy> <https://w3id.org/slm-graph/agent/slm-graph> ;
    <https://w3id.org/sssom/subject_source> <https://w3id.org/slm-graph/id/x> ;
    <https://w3id.org/sssom/subject_source_version> "1" ;
    <https://w3id.org/sssom/confidence> 5.0e-1 ;
    <https://w3id.org/sssom/mapping_justification> <https://w3id.org/semapv/vocab/ManualMappingCuration> .
[] a <http://www.w3.org/2002/07/owl#Axiom> ;
    <http://www.w3.org/2002/07/owl#annotatedSource> x:K2 ;
    <http://www.w3.org/2002/07/owl#annotatedProperty> skos:exactMatch ;
    <http://www.w3.org/2002/07/owl#annotatedTarget> <https://w3id.org/sssom/NoTermFound> ;
    <https://w3id.org/sssom/object_source> <http://elsewhere.example/> ;
    <http://purl.org/pav/authoredBy> <https://w3id.org/slm-graph/agent/slm-graph> ;
    <https://w3id.org/sssom/subject_source> <https://w3id.org/slm-graph/id/x> ;
    <https://w3id.org/sssom/subject_source_version> "1" ;
    <https://w3id.org/sssom/mapping_justification> <https://w3id.org/semapv/vocab/ManualMappingCuration> .
"""
    )
    publish_turtle(folder / "data", text, version="1", date="2026-10-01")
    return create_app(SiteSettings(data=folder / "data"), queries=None).test_client()


def test_warnings_are_told_by_rule_and_with_their_places(
    tmp_path: Path, publish_turtle: Callable[..., None], small: Callable[..., str]
) -> None:
    client = _doubtful(tmp_path, publish_turtle, small)
    said = client.get("/quality.json").json
    assert said is not None
    records = [result["annotated"] for result in said["results"] if result["sourceShape"] == "MAP-009"]
    skos = "http://www.w3.org/2004/02/skos/core#"
    assert sorted(records) == [
        [f"<{BASE}/K1>", f"<{skos}closeMatch>", "<http://elsewhere.example/1>"],
        [f"<{BASE}/K2>", f"<{skos}exactMatch>", "<https://w3id.org/sssom/NoTermFound>"],
    ]
    page = client.get("/quality?lang=de").text
    assert "erfüllen alle Regeln" not in page
    assert "Kein Verstoß" in page
    mapping = page.partition('id="found-MAP-009"')[2].partition("</section>")[0]
    assert 'href="/doc/x/K1?lang=de"' in mapping
    assert "http://elsewhere.example/1" in mapping
    assert "ohne Entsprechung" in mapping
    assert ">gleich<" not in mapping
    same = page.partition('id="found-STR-019"')[2].partition("</section>")[0]
    assert same.count("<li>") == 20
    assert "und 5 weitere" in same
    assert "&lt;http" not in page


def test_no_other_form(client: FlaskClient) -> None:
    assert client.get("/quality.rdf").status_code == 404
    assert client.get("/quality", headers={"Accept": "image/png"}).status_code == 406


def test_a_release_tells_what_it_changed(client: FlaskClient) -> None:
    said = client.get("/release/2/changes", headers={"Accept": "application/json"}).json
    assert said == {
        "version": "2",
        "previous": "1",
        "added": [f"{BASE}/D"],
        "removed": [f"{BASE}/C"],
        "changed": [BASE, f"{BASE}/B"],
    }


def test_the_first_release_changed_nothing(client: FlaskClient) -> None:
    said = client.get("/release/1/changes", headers={"Accept": "application/json"}).json
    assert said == {"version": "1", "previous": None, "added": [], "removed": [], "changed": []}
    assert client.get("/release/1/changes").status_code == 200


def test_the_page_leads_to_what_was_removed(client: FlaskClient) -> None:
    page = client.get("/release/2/changes").text
    assert 'href="/release/1/doc/x/C"' in page
    assert client.get("/release/1/doc/x/C").status_code == 200
    assert 'href="/release/2/doc/x/B"' in page


def test_the_page_says_what_changed_about_each(client: FlaskClient) -> None:
    page = client.get("/release/2/changes?lang=de", headers={"Accept": "text/html"}).text
    changed = page.partition('<h2 id="changed">')[2]
    bee = changed.partition('doc/x/B?lang=de"')[2].partition("</li>")[0]
    assert "<summary>Name</summary>" in bee
    assert 'vorher:</span> <span lang="en">Bee</span>' in bee
    assert 'jetzt:</span> <span lang="en">Bumblebee</span>' in bee
    assert "keine eigene Adresse" not in bee
    scheme = changed.partition('doc/x?lang=de"')[2].partition("</li>")[0]
    assert 'href="/release/1/doc/x/C?lang=de"' in scheme
    assert 'href="/release/2/doc/x/D?lang=de"' in scheme
    assert '<span class="code">B</span>' in changed


def test_a_change_of_a_mapping_is_told_as_such(
    tmp_path: Path, publish_turtle: Callable[..., None], small: Callable[..., str]
) -> None:
    client = _doubtful(tmp_path, publish_turtle, small)
    text = (tmp_path / "1.ttl").read_text("utf-8").replace("5.0e-1", "6.0e-1")
    publish_turtle(tmp_path / "data", text, version="2", date="2026-10-02")
    page = client.get("/release/2/changes?lang=de", headers={"Accept": "text/html"}).text
    changed = page.partition('<h2 id="changed">')[2].partition("</section>")[0]
    assert changed.count("<li>") == 1
    assert "Nur Angaben, die keine eigene Adresse haben" in changed


def test_releases_lead_to_their_changes(client: FlaskClient) -> None:
    assert 'href="/release/2/changes"' in client.get("/releases").text


def test_unknown_releases_changed_nothing(client: FlaskClient) -> None:
    assert client.get("/release/9/changes").status_code == 404


def test_faults_of_the_sources_are_told(tmp_path: Path) -> None:
    finding = Finding(
        kind="two-preferred-labels",
        source="skills.csv",
        row=7,
        column="preferredLabel",
        subject=None,
        value="<b>",
        repaired=False,
    )
    dataset = replace(assemble([], base=DEFAULT_BASE), findings=(finding,))
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=tmp_path, base=DEFAULT_BASE)
    client = create_app(SiteSettings(data=tmp_path), queries=None).test_client()
    said = client.get("/quality/findings.json").json
    assert said is not None
    assert said["findings"][0]["row"] == 7
    for language in ("de", "en"):
        page = client.get("/quality", headers={"Accept-Language": language}).text
        assert f"{said['kinds']['two-preferred-labels'][language]} (1)" in page


def test_without_faults_there_is_no_file_of_them(client: FlaskClient) -> None:
    assert client.get("/quality/findings.json").status_code == 404
    assert "findings.json" not in client.get("/quality").text
