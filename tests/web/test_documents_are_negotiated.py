"""`publishing.md`, identifiers and documents: one row a rule, its id naming the clause."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.formats import DOCUMENT_FORMATS, Format
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
KINDS = {
    "scheme": "sfia",
    "skill": "sfia/SLMO",
    "skill-level": "sfia/SLMO_5",
    "levels": "sfia/level",
    "level": "sfia/level/5",
    "collection": "sfia/SLMO/levels",
    "statement": "statement/short-de",
    "dotted name": "ecf/A.2",
    "umlaut": "x/Pr%C3%BCfung",
}


@pytest.mark.parametrize("name", KINDS.values(), ids=list(KINDS))
def test_a_thing_leads_to_its_document(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/id/{name}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/doc/{name}"
    assert answer.headers["Vary"] == "Accept"
    assert f'</doc/{name}>; rel="describedby"' in answer.headers["Link"]
    assert client.get(answer.headers["Location"], headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.8", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/n-triples", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/turtle;charset=iso-8859-1", "text/turtle; charset=utf-8"),
    ],
)
def test_a_document_comes_as_asked_for(client: FlaskClient, accept: str | None, media_type: str) -> None:
    answer = client.get("/doc/sfia/SLMO_5", headers={"Accept": accept} if accept is not None else {})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert "Accept" in answer.headers["Vary"]
    assert ("Accept-Language" in answer.headers["Vary"]) == media_type.startswith("text/html")
    suffix = next(row.suffix for row in DOCUMENT_FORMATS if row.content_type == media_type)
    assert answer.headers["Content-Location"] == f"/doc/sfia/SLMO_5.{suffix}"


@pytest.mark.parametrize("row", DOCUMENT_FORMATS, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["/doc/ecf/A.2", "/doc/sfia/SLMO_5", "/ontology", "/doc/x/v1.2"])
def test_a_suffix_fixes_the_format_whatever_is_asked_for(client: FlaskClient, row: Format, name: str) -> None:
    answer = client.get(f"{name}.{row.suffix}", headers={"Accept": "image/png"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == row.content_type
    negotiated = client.get(name, headers={"Accept": row.media_type})
    assert negotiated.data == answer.data
    assert negotiated.headers["ETag"] == answer.headers["ETag"]


def test_a_suffix_that_no_format_has_is_part_of_the_name(client: FlaskClient) -> None:
    assert client.get("/id/x/v1.2").headers["Location"] == "/doc/x/v1.2"
    assert client.get("/doc/x/v1.2.ttl").headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert client.get("/doc/x/v1.3").status_code == 404


def test_nothing_acceptable_is_406_with_what_there_is(client: FlaskClient) -> None:
    answer = client.get("/doc/sfia/SLMO_5", headers={"Accept": "image/png, application/problem+json"})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Accept" in answer.headers["Vary"]
    assert {offer["mediaType"] for offer in answer.json["offers"]} == {
        row.media_type for row in DOCUMENT_FORMATS
    }
    for offer in answer.json["offers"]:
        assert client.get(offer["href"]).headers["Content-Type"].startswith(offer["mediaType"])


def test_every_format_is_announced_as_an_alternate(client: FlaskClient) -> None:
    links = client.get("/doc/sfia/SLMO_5", headers={"Accept": "text/turtle"}).headers["Link"]
    for row in DOCUMENT_FORMATS:
        link = f'</doc/sfia/SLMO_5.{row.suffix}>; rel="alternate"; type="{row.media_type}"'
        assert (link in links) == (row.name != "turtle")
    assert '</doc/sfia/SLMO_5>; rel="canonical"' in links
    assert '<https://w3id.org/slm-graph/id/sfia/SLMO_5>; rel="cite-as"' in links
    assert '<http://www.w3.org/2004/02/skos/core#Concept>; rel="type"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links


def test_a_page_names_a_machine_readable_description(client: FlaskClient) -> None:
    links = client.get("/doc/sfia", headers={"Accept": "text/html"}).headers["Link"]
    assert '</doc/sfia.ttl>; rel="describedby"; type="text/turtle"' in links


def test_plain_json_names_its_context(client: FlaskClient) -> None:
    answer = client.get("/doc/sfia/SLMO_5", headers={"Accept": "application/json"})
    context = '</context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    assert context in answer.headers["Link"]
    assert answer.json["@context"] == "/context.jsonld"


@pytest.mark.parametrize("form", ["expanded", "compacted", "flattened"])
def test_json_ld_comes_in_the_form_its_profile_names(client: FlaskClient, form: str) -> None:
    profile = f"http://www.w3.org/ns/json-ld#{form}"
    answer = client.get("/doc/sfia/SLMO_5", headers={"Accept": f'application/ld+json;profile="{profile}"'})
    assert answer.status_code == 200
    document = answer.json
    if form == "expanded":
        assert isinstance(document, list)
        assert "@context" not in document[0]
    else:
        assert document["@context"] == "/context.jsonld"
        assert document["@graph"][0]["id"] == "sfia:SLMO_5"
    assert (f'profile="{profile}"' in answer.headers["Content-Type"]) == (form != "compacted")


def test_the_context_is_there_and_may_be_kept_long(client: FlaskClient) -> None:
    answer = client.get("/context.jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert answer.json["@context"]["slm"] == "https://w3id.org/slm-graph/ontology#"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"]


def test_things_of_others_have_documents_here(client: FlaskClient) -> None:
    answer = client.get("/doc/external?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO")
    assert answer.status_code == 200
    location = "/doc/external.html?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO"
    assert answer.headers["Content-Location"] == location
    fixed = client.get("/doc/external.ttl?iri=https://rdf.sfia-online.org/9/skills/SLMO")
    assert fixed.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert client.get("/doc/external?iri=https://elsewhere.example/nothing").status_code == 404
    assert client.get("/doc/external").status_code == 400
    own = client.get("/doc/external?iri=https://w3id.org/slm-graph/id/sfia")
    assert (own.status_code, own.headers["Location"]) == (301, "/doc/sfia")
    assert client.get("/doc/external?iri=https://w3id.org/slm-graph/").status_code == 404


def test_the_vocabulary_is_one_document_for_all_its_terms(client: FlaskClient) -> None:
    turtle = client.get("/ontology", headers={"Accept": "text/turtle"})
    assert turtle.status_code == 200
    assert b"slm:SkillLevel a owl:Class" in turtle.data
    page = client.get("/ontology", headers={"Accept": BROWSER}).text
    assert 'id="SkillLevel"' in page
    assert client.get("/ontology/0.1.0").headers["Location"] == "/ontology"
    assert client.get("/ontology/99").status_code == 404
    assert client.get("/doc/ontology").status_code == 404


@pytest.mark.parametrize("thing", ["/agent/slm-graph", "/graph/sfia", "/release/first"])
def test_agents_graphs_and_releases_have_documents_too(client: FlaskClient, thing: str) -> None:
    answer = client.get(thing)
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"], headers={"Accept": "text/turtle"}).status_code == 200


def test_a_thing_may_answer_for_itself_by_a_setting(data: object) -> None:
    app = create_app(SiteSettings(data=data, see_other=False), queries=None)  # type: ignore[arg-type]
    answer = app.test_client().get("/id/sfia/SLMO_5", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == "/doc/sfia/SLMO_5.ttl"
    assert "Accept" in answer.headers["Vary"]


def test_head_says_what_get_says(client: FlaskClient) -> None:
    paths = [
        "/",
        "/id/sfia",
        "/doc/sfia/SLMO_5",
        "/doc/sfia.ttl",
        "/ontology",
        "/context.jsonld",
        "/nothing",
        "/releases",
    ]
    for path in paths:
        for accept in ("text/html", "text/turtle"):
            get, head = (client.open(path, method=m, headers={"Accept": accept}) for m in ("GET", "HEAD"))
            assert head.data == b""
            assert head.status_code == get.status_code, path
            if get.status_code != 404:  # a problem carries the id of its request
                assert dict(head.headers) == dict(get.headers), path


@pytest.mark.parametrize(
    "path", ["/", "/id/sfia", "/doc/sfia", "/ontology", "/releases", "/queries/", "/context.jsonld"]
)
def test_options_names_the_methods(client: FlaskClient, path: str) -> None:
    answer = client.options(path)
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.data == b""


def test_a_preflight_of_another_site_is_welcome(client: FlaskClient) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    answer = client.options("/doc/sfia", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "QUERY", "BREW"])
def test_another_method_is_405_with_those_there_are(client: FlaskClient, method: str) -> None:
    answer = client.open("/doc/sfia", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", ["/", "/id/sfia", "/doc/sfia", "/nothing", "/sparql", "/context.jsonld", "/healthz"]
)
def test_every_answer_is_open_to_other_sites_and_safe_in_browsers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"Link", "ETag", "Content-Location"} <= set(headers["Access-Control-Expose-Headers"].split(", "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"]


def test_no_address_is_made_from_the_host_of_a_request(app: Flask) -> None:
    client = app.test_client()
    for path in (
        "/id/sfia",
        "/doc/sfia",
        "/doc/sfia/",
        "/queries",
        "/doc/external?iri=https://w3id.org/slm-graph/id/sfia",
    ):
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert answer.status_code < 400
        assert "evil.example" not in str(answer.headers) + answer.text
