"""The editor's examples: every named query with its values in place, for people to change."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.web.examples import example

JSON_RESULTS = "application/sparql-results+json"
QUERIES = resources.named_queries()


@pytest.mark.parametrize("name", QUERIES)
def test_an_example_gives_what_its_query_gives(name: str, client: FlaskClient) -> None:
    query = QUERIES[name]
    text = example(query, base=DEFAULT_BASE, language="en")
    given = {one.name: one.example or one.default or "" for one in query.parameters}
    if "language" in given:
        given["language"] = "en"
    accept = {"Accept": f"{JSON_RESULTS}, application/n-triples;q=0.5"}
    as_example = client.get("/sparql", query_string={"query": text}, headers=accept)
    as_named = client.get(f"/queries/{name}", query_string=given, headers=accept)
    assert as_example.status_code == as_named.status_code == 200
    if as_named.mimetype == JSON_RESULTS:
        rows, expected = (
            sorted(json.dumps(row, sort_keys=True) for row in json.loads(answer.data)["results"]["bindings"])
            for answer in (as_example, as_named)
        )
    else:
        rows, expected = (
            sorted(answer.get_data(as_text=True).splitlines()) for answer in (as_example, as_named)
        )
    assert rows == expected
    assert rows or not any(one.required for one in query.parameters), "the example finds nothing to look at"


def test_the_form_begins_with_the_example_asked_for(client: FlaskClient) -> None:
    page = client.get("/sparql?example=definition&lang=en", headers={"Accept": "text/html"})
    assert page.status_code == 200
    body = page.get_data(as_text=True)
    assert "# What a code means\nBASE &lt;https://w3id.org/slm-graph/&gt;" in body
    assert "VALUES (?code ?language) { (&#34;SLMO_5&#34; &#34;en&#34;) }" in body


def test_an_example_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sparql?example=nothing", headers={"Accept": "text/html"}).status_code == 404


def test_the_page_tells_the_editor_where_a_fault_is(client: FlaskClient) -> None:
    page = client.get(
        "/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"}, headers={"Accept": "text/html"}
    )
    assert page.status_code == 400
    assert 'role="alert" data-line="2" data-column="' in page.get_data(as_text=True)


def test_files_of_a_query_too_long_for_an_address_are_asked_for_by_post(client: FlaskClient) -> None:
    text = "SELECT ?x { VALUES ?x { " + '"many words" ' * 800 + "} }"
    page = client.post("/sparql", data={"query": text}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    body = page.get_data(as_text=True)
    assert '<form class="files" method="post" action="/sparql">' in body
    assert '<button name="format" value="csv">' in body
    file = client.post("/sparql", data={"query": text, "format": "csv"}, headers={"Accept": "text/html"})
    assert file.mimetype == "text/csv"
    assert file.data.count(b"many words") == 800
