"""The description of the API says what there is, and the server does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from slm_graph.engine.tokens import tokens
from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.resources import named_queries
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture(scope="module")
def app(protocol_data: Path) -> Flask:
    return create_app(SiteSettings(data=protocol_data), queries=None)


@pytest.fixture(scope="module")
def said(site: Site) -> dict[str, Any]:
    answer = site.ask("GET", "/openapi.json")
    assert (answer.status, answer.media_type) == (200, "application/json")
    document: dict[str, Any] = answer.document
    return document


def operations(said: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in said["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_route_with_every_method_is_there(app: Flask, said: dict[str, Any]) -> None:
    import re

    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>:]+:)?([^<>:]+)>", r"{\1}", rule.rule)
        methods = {m.lower() if m != "QUERY" else "x-query" for m in rule.methods or () if m != "OPTIONS"}
        assert set(said["paths"][path]) == methods, path


def test_the_document_holds_together(said: dict[str, Any]) -> None:
    assert said["openapi"] == "3.1.0"
    ids = [operation["operationId"] for _, _, operation in operations(said)]
    assert len(ids) == len(set(ids))
    for path, _, operation in operations(said):
        assert operation["summary"].strip()
        assert operation["responses"]
        in_path = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert in_path == {part.partition("}")[0] for part in path.split("{")[1:]}, path


def test_every_named_query_is_there_with_its_parameters(said: dict[str, Any]) -> None:
    for name, query in named_queries().items():
        operation = said["paths"][f"/queries/{name}"]["get"]
        told = {one["name"]: one for one in operation["parameters"]}
        assert set(told) == {one.name for one in query.parameters} | {"format", "lang"}
        for parameter in query.parameters:
            assert told[parameter.name]["required"] == parameter.required
            assert ("default" in told[parameter.name]["schema"]) == (parameter.default is not None)


@pytest.mark.parametrize("name", sorted(named_queries()))
def test_a_named_query_answers_as_described(site: Site, said: dict[str, Any], name: str) -> None:
    operation = said["paths"][f"/queries/{name}"]["get"]
    fields = {
        one["name"]: one["example"] for one in operation["parameters"] if one["required"] and "example" in one
    }
    described = set(operation["responses"]["200"]["content"])
    for row in (*SOLUTION_FORMATS, *RDF_FORMATS):
        answer = site.ask("GET", f"/queries/{name}?{urlencode(fields)}", accept=row.media_type)
        if row.media_type in described:
            assert (answer.status, answer.media_type) == (200, row.media_type), answer.body
        elif row.media_type != "application/json":  # a name of SPARQL's own JSON, too
            assert answer.status == 406


def test_addresses_without_parameters_answer_as_described(site: Site, said: dict[str, Any]) -> None:
    asked = 0
    for path, method, operation in operations(said):
        if method != "get" or "{" in path or any(one["required"] for one in operation.get("parameters", ())):
            continue
        answer = site.ask("GET", path)
        asked += 1
        assert answer.status < 500, path
        described = operation["responses"][str(answer.status)]
        if "$ref" in described:
            described = said["components"]["responses"][described["$ref"].rpartition("/")[2]]
        assert answer.media_type in described["content"], path
    assert asked > 20


@pytest.mark.parametrize("see_other", [True, False])
@pytest.mark.parametrize("metrics", [True, False])
def test_the_document_says_what_this_deployment_answers(
    protocol_data: Path, see_other: bool, metrics: bool
) -> None:
    settings = SiteSettings(data=protocol_data, mount="/rahmen", see_other=see_other, metrics=metrics)
    client = create_app(settings, queries=None).test_client()
    told = client.get("/rahmen/openapi.json").json
    assert told is not None
    assert told["servers"] == [{"url": "/rahmen"}]
    for template, path in (("/id/{name}", "/id/sfia/SLMO"), ("/metrics", "/metrics")):
        answers = told["paths"][template]["get"]["responses"]
        answer = client.get("/rahmen" + path)
        assert str(answer.status_code) in answers, path
        assert ("200" in answers) is (answer.status_code == 200), path


def test_search_is_told_the_schemes_of_the_release(site: Site, said: dict[str, Any]) -> None:
    (scheme,) = [one for one in said["paths"]["/search"]["get"]["parameters"] if one["name"] == "scheme"]
    assert f"{DEFAULT_BASE}id/sfia" in scheme["schema"]["enum"]
    for iri in scheme["schema"]["enum"]:
        assert site.ask("GET", f"/search.json?{urlencode({'scheme': iri})}").status == 200
    assert site.ask("GET", f"/search.json?scheme={DEFAULT_BASE}id/nobody").status == 400


@pytest.mark.parametrize("field", ["nobody=1", "nobody=", "nobody"])
def test_a_named_query_refuses_a_parameter_it_has_not(site: Site, field: str) -> None:
    answer = site.ask("GET", f"/queries/skills?{field}", accept="application/json")
    assert answer.status == 400
    assert "nobody" in answer.document["detail"]


@pytest.mark.parametrize("field", ["language=", "lang=", "format="])
def test_a_field_left_empty_counts_as_missing(site: Site, field: str) -> None:
    assert site.ask("GET", f"/queries/skills?{field}", accept="text/csv").status == 200


# caching of named queries

CSV = "/queries/skill-levels?code=SLMO&format=csv"


def test_a_named_query_is_kept_by_its_tag(site: Site) -> None:
    first = site.ask("GET", CSV)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = site.ask("GET", CSV, if_none_match=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["vary"] == first.headers["vary"]
    assert site.ask("HEAD", CSV).headers["etag"] == tag
    others = [
        site.ask("GET", CSV.replace("csv", "tsv")),
        site.ask("GET", CSV + "&language=en"),
        site.ask("GET", CSV.replace("SLMO", "NONE")),
    ]
    assert [one.status for one in others] == [200, 200, 200]
    assert len({tag, *(one.headers["etag"] for one in others)}) == 4


def test_no_named_query_depends_on_chance_or_the_hour() -> None:
    for name, query in named_queries().items():
        words = {token.text.upper() for token in tokens(query.text) if token.kind == "word"}
        assert not words & {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}, name


# updates, everywhere

WRITES = ("PUT", "DELETE", "PATCH", "POST")


def test_no_route_takes_an_update(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        _, path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False) or ("", rule.rule)
        for method in WRITES:
            sent = {"data": "CLEAR ALL", "content_type": "application/sparql-update"}
            answer = client.open(path, method=method, **sent)  # type: ignore[arg-type]
            assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
            if method not in (rule.methods or ()):
                assert answer.status_code == 405, (method, path)
                assert "GET" in answer.headers["Allow"]
