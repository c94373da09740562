"""One canonical spelling for each address: others redirect to it or are 404, and none is a second 200."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import run_wsgi_app

from slm_graph.web.addresses import Addresses, canonical_path, web_link

BASE = "https://w3id.org/slm-graph/"


def raw(app: Flask, path: str) -> tuple[int, str | None]:
    """Status and Location of a request whose path is sent exactly as written."""
    from urllib.parse import unquote_to_bytes

    environ = app.test_client()._request_from_builder_args(("/",), {}).environ  # type: ignore[attr-defined]
    environ["RAW_URI"] = environ["REQUEST_URI"] = path
    environ["PATH_INFO"] = unquote_to_bytes(path.partition("?")[0]).decode("latin-1")
    environ["QUERY_STRING"] = path.partition("?")[2]
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    b"".join(body)
    return int(status.split()[0]), headers.get("Location")


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        ("/id/x/Pr%C3%BCfung", 303, "/doc/x/Pr%C3%BCfung"),
        ("/id/x/Pr%c3%bcfung", 301, "/id/x/Pr%C3%BCfung"),
        ("/id/x/Pru%CC%88fung", 301, "/id/x/Pr%C3%BCfung"),
        ("/doc/x/Pr%C3%BCfung", 200, None),
        ("/doc/x/Pr%c3%bcfung", 301, "/doc/x/Pr%C3%BCfung"),
        ("/doc/x/Pru%CC%88fung.ttl", 301, "/doc/x/Pr%C3%BCfung.ttl"),
        ("/id/%73fia", 301, "/id/sfia"),
        ("/doc/sfia%2FSLMO", 301, "/doc/sfia/SLMO"),
        ("/doc/%73fia?lang=en", 301, "/doc/sfia?lang=en"),
        ("/id/sfia/", 301, "/id/sfia"),
        ("/doc/sfia/SLMO/", 301, "/doc/sfia/SLMO"),
        ("/doc/sfia.ttl/", 301, "/doc/sfia.ttl"),
        ("/releases/", 301, "/releases"),
        ("/sparql/", 301, "/sparql"),
        ("/queries", 301, "/queries/"),
        ("/search/?q=abc&lang=en", 301, "/search?q=abc&lang=en"),
        ("/sparql/?query=ASK%7B%7D", 301, "/sparql?query=ASK%7B%7D"),
        ("/queries?lang=en", 301, "/queries/?lang=en"),
        ("/release/%C3%BC/", 301, "/release/%C3%BC"),
        (f"/doc/external?iri={BASE}id/sfia&lang=en", 301, "/doc/sfia?lang=en"),
        (f"/doc/external.ttl?iri={BASE}id/sfia", 301, "/doc/sfia.ttl"),
        (f"/doc/external?page=2&iri={BASE}ontology%23Skill&lang=en", 301, "/ontology?page=2&lang=en#Skill"),
        (f"/release/first/doc/external?lang=en&iri={BASE}id/x", 301, "/release/first/doc/x?lang=en"),
        ("/id/sfia/slmo", 301, "/id/sfia/SLMO"),
        ("/id/sfia/slmo_5", 301, "/id/sfia/SLMO_5"),
        ("/id/SFIA/slmo_5?lang=en", 301, "/id/sfia/SLMO_5?lang=en"),
        ("/id/x/PR%C3%9CFUNG", 301, "/id/x/Pr%C3%BCfung"),
        ("/id/sfia/slmo_9", 404, None),
        ("/id/x/slmo_5", 404, None),  # a concept's notation at another place
        ("/ID/sfia", 404, None),
        ("/id//sfia", 404, None),
        ("/id/sfia//SLMO", 404, None),
        ("//id/sfia", 301, "/id/sfia"),
        ("/id/", 404, None),
        ("/doc/", 404, None),
        ("/nothing/", 404, None),
        ("/id/sfia/../sfia/SLMO", 404, None),
        ("/id/./sfia", 404, None),
        ("/doc/..", 404, None),
        ("/id/%2e%2e/sfia", 404, None),
        ("/id/sfia%00", 400, None),
        ("/id/sfia%0D%0AX-Injected:1", 400, None),
        ("/id/%FF%FE", 400, None),
        ("/id/" + "a" * 3000, 414, None),
    ],
)
def test_an_address_is_itself_or_leads_there_or_is_nothing(
    app: Flask, asked: str, status: int, location: str | None
) -> None:
    assert raw(app, asked) == (status, location)


@pytest.mark.parametrize("path", ["/sparql/", "/reconcile/"])
def test_a_question_keeps_its_method_on_the_way(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"query": "ASK {}"})
    assert (answer.status_code, answer.headers["Location"]) == (308, path.rstrip("/"))
    assert client.get(path).status_code == 301


def test_a_path_has_one_spelling() -> None:
    assert canonical_path("/id/x/Pru\u0308fung") == canonical_path("/id/x/Prüfung") == "/id/x/Pr%C3%BCfung"
    assert canonical_path("/id/ecf/A.2") == "/id/ecf/A.2"
    assert canonical_path('/id/a b"?#') == "/id/a%20b%22%3F%23"


@pytest.mark.parametrize(
    ("iri", "document"),
    [
        (f"{BASE}id/sfia/SLMO", "/m/doc/sfia/SLMO"),
        (f"{BASE}id/x/Prüfung", "/m/doc/x/Pr%C3%BCfung"),
        (f"{BASE}id/x/Pr%C3%BCfung", "/m/doc/x/Pr%C3%BCfung"),
        (f"{BASE}ontology#Skill", "/m/ontology#Skill"),
        (f"{BASE}agent/slm-graph", "/m/doc/agent/slm-graph"),
        (f"{BASE}release/r1", "/m/release/r1/doc"),
        (
            "http://data.europa.eu/esco/skill/1?a=b&c",
            "/m/doc/external?iri=http%3A%2F%2Fdata.europa.eu%2Fesco%2Fskill%2F1%3Fa%3Db%26c",
        ),
    ],
)
def test_every_iri_has_a_document_address(iri: str, document: str) -> None:
    assert Addresses(BASE, "/m").document(iri) == document


def test_a_snapshot_stays_in_its_release() -> None:
    addresses = Addresses(BASE, "", "r1")
    assert addresses.document(f"{BASE}id/sfia", "ttl") == "/release/r1/doc/sfia.ttl"
    assert addresses.document(f"{BASE}ontology#Skill") == "/release/r1/doc/ontology#Skill"
    assert (
        addresses.document("http://e.example/", "ttl")
        == "/release/r1/doc/external.ttl?iri=http%3A%2F%2Fe.example%2F"
    )
    assert addresses.document(f"{BASE}release/r1") == "/release/r1/doc"


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "urn:x", "http://a b"]
)
def test_only_the_web_is_linked_to(iri: str) -> None:
    assert web_link(iri) is None


def test_a_page_of_a_list_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/doc/sfia/level/5?page=1").status_code == 200
    for page in ("2", "0", "-1", "x", "9" * 40, "²"):
        assert client.get("/doc/sfia/level/5", query_string={"page": page}).status_code == 404
