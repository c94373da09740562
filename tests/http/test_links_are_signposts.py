"""FAIR Signposting, levels 1 and 2; RFC 8288 and RFC 9264."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from slm_graph.namespaces import DEFAULT_BASE

LINK = re.compile(r'<(?P<href>[^>]*)>(?P<parameters>(?:; \w+="[^"]*")*)')
PAGE = "/doc/sfia/SLMO_5"


def links(header: str) -> list[dict[str, str]]:
    found = []
    for match in LINK.finditer(header):
        parameters = dict(re.findall(r'; (\w+)="([^"]*)"', match["parameters"]))
        found.append({"href": match["href"], **parameters})
    return found


def of(found: list[dict[str, str]], rel: str) -> list[str]:
    return [link["href"] for link in found if link["rel"] == rel]


def test_the_page_tells_what_machines_need(client: FlaskClient) -> None:
    found = links(client.get(PAGE).headers["Link"])
    assert of(found, "cite-as") == [DEFAULT_BASE + "id/sfia/SLMO_5"]
    assert of(found, "describedby") == [PAGE + ".ttl", PAGE + ".jsonld"]
    assert "https://schema.org/AboutPage" in of(found, "type")
    assert of(found, "license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert of(found, "author") == [DEFAULT_BASE + "agent/slm-graph"]
    assert of(found, "collection") == ["/doc/sfia"]
    assert len(of(found, "linkset")) == 2
    assert of(found, "profile") == ["http://www.w3.org/2004/02/skos/core"]


def test_metadata_say_what_they_describe(client: FlaskClient) -> None:
    found = links(client.get(PAGE + ".ttl").headers["Link"])
    assert of(found, "describes") == [DEFAULT_BASE + "id/sfia/SLMO_5"]
    assert of(found, "describedby") == []


def test_a_scheme_leads_to_its_files(client: FlaskClient) -> None:
    found = links(client.get("/doc/x").headers["Link"])
    items = of(found, "item")
    assert "/dumps/x.ttl.gz" in items
    assert all(client.head(item).status_code == 200 for item in items)
    snapshot = links(client.get("/release/1/doc/x").headers["Link"])
    assert "/release/1/dumps/x.ttl.gz" in of(snapshot, "item")


def test_what_replaces_a_concept_is_linked(client: FlaskClient) -> None:
    assert of(links(client.get("/doc/x/old").headers["Link"]), "successor-version") == [
        DEFAULT_BASE + "id/x/kept"
    ]


@pytest.mark.parametrize("path", ["/doc/x", PAGE, "/doc/sfia", "/ontology", "/doc/agent/slm-graph"])
def test_every_link_of_the_site_leads_somewhere(client: FlaskClient, path: str) -> None:
    for link in links(client.get(path).headers["Link"]):
        if link["href"].startswith("/"):
            answer = client.get(link["href"], headers={"Accept": link.get("type", "*/*")})
            assert answer.status_code == 200, link
            if "type" in link:
                assert answer.headers["Content-Type"].startswith(link["type"])


def test_the_header_fits_through_proxies(client: FlaskClient) -> None:
    for path in (
        "/doc/sfia",
        PAGE,
        "/doc/external?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO",
    ):
        assert len(client.get(path).headers["Link"]) < 4096


def test_the_link_set_has_the_links_of_every_format(client: FlaskClient) -> None:
    [address, *_] = of(links(client.get(PAGE).headers["Link"]), "linkset")
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/linkset+json"
    assert answer.json is not None
    contexts = {one["anchor"]: one for one in answer.json["linkset"]}
    assert set(contexts) >= {f"http://localhost{PAGE}", f"http://localhost{PAGE}.ttl"}
    page = contexts[f"http://localhost{PAGE}"]
    assert page["cite-as"] == [{"href": DEFAULT_BASE + "id/sfia/SLMO_5"}]
    assert {"href": f"http://localhost{PAGE}.ttl", "type": "text/turtle"} in page["describedby"]
    for context in contexts.values():
        for rel, targets in context.items():
            if rel != "anchor":
                assert all(set(target) <= {"href", "type"} for target in targets)


def test_both_forms_say_the_same(client: FlaskClient) -> None:
    address = "/linkset?iri=" + DEFAULT_BASE + "id/sfia/SLMO_5"
    said = client.get(address).json
    text = client.get(address, headers={"Accept": "application/linkset"})
    assert text.headers["Content-Type"] == "application/linkset"
    assert said is not None
    in_json = {
        (one["anchor"], rel, target["href"])
        for one in said["linkset"]
        for rel, targets in one.items()
        if rel != "anchor"
        for target in targets
    }
    assert {(one["anchor"], one["rel"], one["href"]) for one in links(text.text)} == in_json


def test_the_site_has_a_link_set(client: FlaskClient) -> None:
    said = client.get("/linkset").json
    assert said is not None
    [context] = said["linkset"]
    assert context["anchor"] == "http://localhost/"
    assert {"href": "http://localhost/doc/sfia", "type": "text/html"} in context["item"]
    assert {one["href"] for one in context["describedby"]} >= {"http://localhost/catalog.ttl"}
    for rel in ("describedby", "service-desc", "search", "item"):
        for target in context[rel]:
            path = target["href"].removeprefix("http://localhost")
            answer = client.get(path, headers={"Accept": target["type"]})
            assert (answer.status_code, answer.mimetype) == (200, target["type"])


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/linkset?iri=urn:nothing", "", 404),
        ("/linkset?iri=" + "x" * 3000, "", 404),
        ("/linkset", "text/html", 406),
        ("/linkset", "application/json", 200),
    ],
)
def test_other_link_sets(client: FlaskClient, path: str, accept: str, status: int) -> None:
    assert client.get(path, headers={"Accept": accept}).status_code == status
