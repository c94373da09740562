"""Answers of the endpoint, kept while the release is current: what is, what is not, and for how long."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import Client

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.store import start_host
from slm_graph.validation import validate
from slm_graph.web import create_app
from slm_graph.web.answers import Answers
from slm_graph.web.site import LOOK_SECONDS

LABEL = f"SELECT ?label {{ <{DEFAULT_BASE}id/sfia/SLMO> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }} ORDER BY ?label"
JSON = {"Accept": "application/sparql-results+json"}


class Counted:
    """The application, and how often it was asked."""

    def __init__(self, app: Flask) -> None:
        self.asked = 0
        self._application = app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        return self._application(environ, start_response)


@pytest.fixture
def counted(app: Flask) -> Counted:
    return Counted(app)


@pytest.fixture
def answers(app: Flask, counted: Counted) -> Answers:
    return Answers(counted, app.extensions["slm_graph"].site, path="/sparql")


@pytest.fixture
def client(answers: Answers) -> Client:
    return Client(answers)


def address(query: str) -> str:
    return "/sparql?query=" + quote(query)


def test_the_same_query_is_answered_once(client: Client, counted: Counted, app: Flask) -> None:
    first, second = (client.get(address(LABEL), headers=JSON) for _ in range(2))
    assert counted.asked == 1
    assert first.data == second.data == app.test_client().get(address(LABEL), headers=JSON).data
    assert first.headers == second.headers
    assert b"Service level management" in second.data


def test_another_format_is_another_answer(client: Client, counted: Counted) -> None:
    as_json = client.get(address(LABEL), headers=JSON)
    as_csv = client.get(address(LABEL), headers={"Accept": "text/csv"})
    assert counted.asked == 2
    assert (as_json.mimetype, as_csv.mimetype) == ("application/sparql-results+json", "text/csv")


def test_a_kept_answer_has_a_tag_to_ask_by(client: Client) -> None:
    tag = client.get(address(LABEL), headers=JSON).headers["ETag"]
    same = client.get(address(LABEL), headers=JSON | {"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Cache-Control"] == "no-cache"
    for query in (LABEL, LABEL + " LIMIT 9"):  # kept, and asked for the first time
        other = client.get(address(query), headers=JSON | {"If-Match": '"other"'})
        assert (other.status_code, other.headers["Cache-Control"]) == (412, "no-store")
        assert (other.mimetype, other.json["status"]) == ("application/problem+json", 412)
        assert "ETag" not in other.headers


def test_the_same_bytes_in_two_formats_have_two_tags(client: Client) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES (?s ?p ?o) { (<urn:s> <urn:p> <urn:o>) } }"
    both = [
        client.get(address(query), headers={"Accept": media_type})
        for media_type in ("application/json", "application/ld+json")
    ]
    assert both[0].data == both[1].data
    assert both[0].headers["ETag"] != both[1].headers["ETag"]


def test_head_has_the_headers_and_no_body(client: Client, counted: Counted) -> None:
    whole = client.get(address(LABEL), headers=JSON)
    head = client.head(address(LABEL), headers=JSON)
    assert counted.asked == 1
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(whole.data)))


def test_head_that_comes_first_has_the_headers_of_get_too(client: Client, counted: Counted) -> None:
    head = client.head(address(LABEL), headers=JSON)
    whole = client.get(address(LABEL), headers=JSON)
    assert counted.asked == 1
    assert (head.status_code, head.data, list(head.headers)) == (200, b"", list(whole.headers))
    refused = client.head(address("SELECT nonsense"), headers=JSON)
    assert (refused.status_code, refused.data) == (400, b"")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT (RAND() AS ?x) {}", id="rand"),
        pytest.param("SELECT (now() AS ?x) {}", id="now"),
        pytest.param("SELECT (STRUUID() AS ?x) {}", id="struuid"),
        pytest.param("SELECT (R\\u0041ND() AS ?x) {}", id="escaped"),
        pytest.param("SELECT (BNODE() AS ?x) {}", id="bnode"),
    ],
)
def test_what_is_new_each_time_is_asked_each_time(client: Client, counted: Counted, query: str) -> None:
    for _ in range(2):
        assert "ETag" not in client.get(address(query), headers=JSON).headers
    assert counted.asked == 2


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        pytest.param("SELECT", "application/json", id="refused"),
        pytest.param(LABEL, "text/html", id="page"),
        pytest.param("SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 2000", "text/csv", id="large"),
    ],
)
def test_refusals_pages_and_large_answers_are_not_kept(
    client: Client, answers: Answers, query: str, accept: str
) -> None:
    client.get(address(query), headers={"Accept": accept})
    assert len(answers) == 0


def test_what_is_kept_has_its_bounds(app: Flask, counted: Counted) -> None:
    answers = Answers(counted, app.extensions["slm_graph"].site, path="/sparql", room_bytes=4096)
    for number in range(9):
        Client(answers).get(address(f"ASK {{}} # {number}"), headers=JSON)
    assert 0 < len(answers) < 4
    assert answers.bytes <= 4096


def test_a_new_release_has_answers_of_its_own(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(data, copy, symlinks=True)
    versions = address(
        "SELECT ?v { ?r <http://www.w3.org/2002/07/owl#versionInfo> ?v "
        f"FILTER(STRSTARTS(STR(?r), '{DEFAULT_BASE}release/')) }}"
    )
    with start_host() as host:
        client = create_app(SiteSettings(data=copy), queries=host.client).test_client()
        tag = client.get(versions, headers=JSON).headers["ETag"]
        assert client.get(versions, headers=JSON | {"If-None-Match": tag}).status_code == 304
        dataset = assemble([], base=DEFAULT_BASE)
        report = validate(dataset.union(), base=DEFAULT_BASE)
        write_release(dataset, report, data=copy, base=DEFAULT_BASE, version="second")
        time.sleep(LOOK_SECONDS + 0.2)
        answer = client.get(versions, headers=JSON | {"If-None-Match": tag})
    assert answer.status_code == 200
    assert b"second" in answer.data
    assert b"first" not in answer.data
