"""What the gate found, and what a release changed."""

from __future__ import annotations

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
    for language, sentence in (("de", "erfüllen alle Regeln"), ("en", "The data conform")):
        page = client.get("/quality", headers={"Accept-Language": language}).text
        assert sentence in page
        assert all(rule["id"] in page for rule in said["rules"])


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
