"""The rules that reports cite by IRI: one document below the rules' namespace, for programs and for people."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, SH

from slm_graph import resources
from slm_graph.engine.canonical import canonical
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.validation import validate
from slm_graph.validation.shapes import rules as every_rule
from slm_graph.web.shapes import DOCUMENT, document

RULES = DEFAULT_BASE + "shapes#"


def shipped() -> Graph:
    graph = Graph()
    for turtle in resources.shape_files().values():
        graph.parse(data=turtle, format="turtle")
    return graph


@pytest.mark.parametrize(
    ("path", "accept", "content_type", "varies"),
    [
        ("/shapes", "text/html", "text/html; charset=utf-8", "Accept, Accept-Language, Accept-Encoding"),
        ("/shapes", "text/turtle", "text/turtle; charset=utf-8", "Accept, Accept-Encoding"),
        ("/shapes", "application/rdf+xml", "application/rdf+xml", "Accept, Accept-Encoding"),
        ("/shapes.ttl", "text/html", "text/turtle; charset=utf-8", "Accept-Encoding"),
        ("/shapes.jsonld", "", "application/ld+json", "Accept-Encoding"),
        ("/shapes.html", "text/turtle", "text/html; charset=utf-8", "Accept-Language, Accept-Encoding"),
    ],
)
def test_the_rules_are_negotiated(
    client: FlaskClient, path: str, accept: str, content_type: str, varies: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert ", ".join(answer.headers.getlist("Vary")) == varies


def test_no_other_form_of_the_rules(client: FlaskClient) -> None:
    assert client.get("/shapes.exe").status_code == 404
    refused = client.get("/shapes", headers={"Accept": "image/png, application/problem+json"})
    assert refused.status_code == 406
    for offer in refused.json["offers"]:  # type: ignore[index]  # a problem's JSON
        assert client.get(offer["href"]).headers["Content-Type"].startswith(offer["mediaType"])


def test_the_document_says_what_the_shipped_shapes_say(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/shapes.ttl").data, format="turtle")
    assert (DOCUMENT, RDF.type, OWL.Ontology) in graph
    assert {title.language for title in graph.objects(DOCUMENT, DCTERMS.title)} == {"de", "en"}  # type: ignore[attr-defined]
    graph.remove((DOCUMENT, None, None))
    one, other = (canonical((*triple, None) for triple in said) for said in (graph, shipped()))
    assert one == other


def test_every_rule_of_a_report_is_described_and_has_a_place_on_the_page(client: FlaskClient) -> None:
    cited = [rule["id"] for rule in client.get("/quality.json").json["rules"]]  # type: ignore[index]
    graph = Graph().parse(data=client.get("/shapes.ttl").data, format="turtle")
    page = client.get("/shapes", headers={"Accept": "text/html", "Accept-Language": "de"}).text
    assert len(cited) > 50
    for rule in cited:
        assert (URIRef(RULES + rule), SH.severity, None) in graph, rule
        assert page.count(f'<tr id="{rule}">') == 1, rule
    # of two rules of which one implies the other, a report judges by one
    assert set(re.findall('<tr id="([^"]+)">', page)) == {rule.id for rule in every_rule()}


def test_a_violation_names_a_rule_that_the_document_describes() -> None:
    graph = Graph().parse(data="<urn:x> a <http://www.w3.org/2004/02/skos/core#Concept> .", format="turtle")
    report = validate(graph, base=DEFAULT_BASE)
    described = {subject for subject, _, _, _ in document(DEFAULT_BASE)}
    assert report.results
    assert {URIRef(RULES + result.source_shape) for result in report.results} <= described


@pytest.mark.parametrize(("language", "other"), [("de", "en"), ("en", "de")])
def test_the_page_says_each_rule_in_both_languages(client: FlaskClient, language: str, other: str) -> None:
    page = client.get("/shapes", headers={"Accept": "text/html", "Accept-Language": language}).text
    assert f'<html lang="{language}">' in page
    assert "Es gibt etwas zu prüfen" in page
    assert "There is something to judge" in page
    assert f'<span class="muted" lang="{other}">' in page


def test_the_report_leads_to_the_rules(client: FlaskClient) -> None:
    page = client.get("/quality?lang=en", headers={"Accept": "text/html"}).text
    assert '<a href="/shapes?lang=en">' in page
    assert '<a href="/shapes?lang=en#GATE-001">' in page


def test_under_another_base_the_data_moves_and_the_rules_stay() -> None:
    said = document("https://skills.example/")
    iris = {str(term) for quad in said for term in quad[:3] if isinstance(term, URIRef)}
    assert "https://skills.example/ontology#Framework" in iris
    ours = {iri for iri in iris if iri.startswith(DEFAULT_BASE)}
    assert RULES + "GATE-001" in ours
    assert all(iri == str(DOCUMENT) or iri.startswith(RULES) for iri in ours)


@pytest.mark.parametrize("path", ["/dumps", "/dumps/"])
def test_the_folder_of_dumps_leads_to_their_list(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog")
    assert client.get(f"{path}?lang=en").headers["Location"] == "/catalog?lang=en"
    assert (
        'href="/dumps/all.ttl.gz"'
        in client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text
    )
    listed = client.get(path, headers={"Accept": "application/json"}, follow_redirects=True)
    assert "/dumps/all.ttl.gz" in json.dumps(listed.json)
