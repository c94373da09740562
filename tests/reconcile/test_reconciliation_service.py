"""The Reconciliation Service API 0.2, rule by rule; the rules are those of its JSON schemas, in our own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

SFIA = "https://w3id.org/slm-graph/id/sfia"
SLM = "https://w3id.org/slm-graph/ontology#"
BAKER = "http://other.example/baker"


def ask(client: FlaskClient, **queries: Any) -> dict[str, Any]:
    response = client.post("/reconcile?lang=de", data={"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    hold_results(found, set(queries))
    return found


def hold_results(found: dict[str, Any], keys: set[str]) -> None:
    """reconciliation-result-batch: every query answered; id, name and score; types with ids; features with values."""
    assert set(found) == keys
    for answer in found.values():
        scores = [one["score"] for one in answer["result"]]
        assert scores == sorted(scores, reverse=True)
        for one in answer["result"]:
            assert isinstance(one["id"], str)
            assert isinstance(one["name"], str)
            assert isinstance(one["score"], int | float)
            assert 0 <= one["score"] <= 100
            assert isinstance(one["match"], bool)
            assert isinstance(one["description"], str)
            assert all(isinstance(kind["id"], str) for kind in one["type"])
            assert all(isinstance(feature["value"], bool | int | float) for feature in one["features"])


def hold_service(definition: dict[str, str]) -> None:
    assert definition["service_url"].startswith("http")
    assert definition["service_path"].startswith("/")


def test_the_manifest_says_what_there_is_and_all_of_it_answers(client: FlaskClient) -> None:
    manifest = client.get("/reconcile", base_url="http://127.0.0.1:8000").json
    assert "0.2" in manifest["versions"]
    for name in ("name", "identifierSpace", "schemaSpace"):
        assert isinstance(manifest[name], str)
    assert "{{id}}" in manifest["view"]["url"]
    assert "{{id}}" in manifest["preview"]["url"]
    assert isinstance(manifest["preview"]["width"], int)
    assert all(kind["id"] and kind["name"] for kind in manifest["defaultTypes"])
    assert len({kind["id"] for kind in manifest["defaultTypes"]}) == len(manifest["defaultTypes"])
    here = "http://127.0.0.1:8000"
    for definition in manifest["suggest"].values():
        hold_service(definition)
        address = definition["service_url"] + definition["service_path"] + "&prefix=serv"
        assert client.get(address.removeprefix(here)).status_code == 200
    assert "${id}" in manifest["suggest"]["entity"]["flyout_service_path"]
    hold_service(manifest["extend"]["propose_properties"])
    for setting in manifest["extend"]["property_settings"]:
        assert setting["type"] in ("number", "text", "checkbox", "select")
        assert setting["name"]
        assert setting["label"]
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        address = template.removeprefix(here).replace("{{id}}", SFIA + "/SLMO")
        assert client.get(address, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost:x"]
)
def test_no_address_is_made_from_a_strangers_host(client: FlaskClient, host: str) -> None:
    text = client.get("/reconcile", headers={"Host": host}).text
    assert "evil" not in text
    assert "localhost" not in text
    assert '"service_url":"https://w3id.org/slm-graph/reconcile"' in text


def test_a_name_finds_its_concept_and_is_a_sure_match(client: FlaskClient) -> None:
    first = ask(client, q={"query": "Handwerk"})["q"]["result"][0]
    assert (first["id"], first["match"], first["score"]) == ("http://other.example/crafts", True, 100)


def test_a_name_that_several_concepts_have_is_no_sure_match(client: FlaskClient) -> None:
    found = ask(client, q={"query": "Service-Level-Management"})["q"]["result"]
    assert len([one for one in found if one["score"] == 100]) > 1
    assert not any(one["match"] for one in found)


@pytest.mark.parametrize(
    "name", ["Baecker", "bäckerin", "Bcäker", "Bäker/Bäckerin", "Backmeistr", "7512", BAKER]
)
def test_other_spellings_codes_and_addresses_find_it_too(client: FlaskClient, name: str) -> None:
    assert ask(client, q={"query": name})["q"]["result"][0]["id"] == BAKER


def test_a_type_limits_what_is_found(client: FlaskClient) -> None:
    found = ask(
        client,
        skill={"query": "Servicelevel-Management", "type": SLM + "Skill"},
        prefixed={"query": "Servicelevel-Management", "type": ["slm:SkillLevel"], "limit": 3},
        scheme={"query": "Servicelevel-Management", "type": "http://other.example/scheme"},
        all={"query": "SLMO", "type": [SLM + "Skill", SFIA], "type_strict": "all"},
        should={"query": "SLMO", "type": [SLM + "SkillLevel"], "type_strict": "should"},
    )
    assert {kind["id"] for kind in found["skill"]["result"][0]["type"]} >= {SLM + "Skill"}
    assert len(found["prefixed"]["result"]) == 3
    assert all(one["type"][0]["id"] == SLM + "SkillLevel" for one in found["prefixed"]["result"])
    assert found["scheme"]["result"] == []
    assert [one["id"] for one in found["all"]["result"]] == [SFIA + "/SLMO"]
    assert found["should"]["result"][0]["score"] < 100


def test_property_values_tell_namesakes_apart(client: FlaskClient) -> None:
    def first(value: Any) -> str:
        query = {"query": "Service-Level-Management", "properties": [{"pid": "skos:inScheme", "v": value}]}
        return str(ask(client, q=query)["q"]["result"][0]["id"])

    itil = "https://w3id.org/slm-graph/id/itil4"
    assert first({"id": itil, "name": "ITIL 4"}) == itil + "/SLM"
    assert first("ITIL 4") == itil + "/SLM"
    assert first(["nothing", "https://w3id.org/slm-graph/id/ecf"]) == "https://w3id.org/slm-graph/id/ecf/A.2"


def test_a_property_alone_finds_a_concept_by_its_code(client: FlaskClient) -> None:
    found = ask(client, q={"properties": [{"pid": "skos:notation", "v": "SLMO_5"}]})
    assert found["q"]["result"][0]["id"] == SFIA + "/SLMO_5"


def test_get_and_post_say_the_same(client: FlaskClient) -> None:
    queries = json.dumps({"q": {"query": "Bäcker"}})
    by_get = client.get("/reconcile", query_string={"queries": queries, "lang": "de"})
    assert by_get.json == client.post("/reconcile?lang=de", data={"queries": queries}).json
    assert by_get.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ("", 400),
        ("[", 400),
        ("[]", 400),
        ("[" * 100_000, 400),
        ('{"q": 1}', 400),
        ('{"q": {}}', 400),
        ('{"q": {"query": 5}}', 400),
        ('{"q": {"query": "a", "limit": 0}}', 400),
        ('{"q": {"query": "a", "limit": NaN}}', 400),
        ('{"q": {"query": "a", "limit": true}}', 400),
        ('{"q": {"query": "a", "type": {"id": "x"}}}', 400),
        ('{"q": {"query": "a", "type_strict": "maybe"}}', 400),
        ('{"q": {"query": "a", "properties": {"pid": "x"}}}', 400),
        ('{"q": {"query": "a", "limit": 1e308}}', 200),
        ('{"q": {"query": "\\ud800", "properties": [{"pid": "\\udfff", "v": "\\ud800"}]}}', 200),
        ('{"\\ud800": {"query": "a"}}', 200),
        (
            '{"q": {"query": "a", "properties": [{"pid": "<> \\n", "v": [{"id": null}, null, 1.5, true]}]}}',
            200,
        ),
        ('{"q": {"query": "http://x.example/ <>"}}', 200),
        (json.dumps({f"q{n}": {"query": "a"} for n in range(300)}), 413),
    ],
)
def test_a_malformed_batch_is_told_and_never_a_fault_of_ours(
    client: FlaskClient, queries: str, status: int
) -> None:
    response = client.post("/reconcile", data={"queries": queries})
    assert response.status_code == status, response.text
    if status != 200:
        assert response.content_type == "application/problem+json"


def test_a_body_that_is_no_form_is_refused(client: FlaskClient) -> None:
    response = client.post("/reconcile", data=b"{}", content_type="application/json")
    assert response.status_code == 415


def test_concepts_types_and_properties_are_suggested(client: FlaskClient) -> None:
    for kind, prefix in (("entity", "serv"), ("entity", "Bcäker"), ("type", "fert"), ("property", "na")):
        found = client.get(f"/reconcile/suggest/{kind}", query_string={"prefix": prefix, "lang": "de"}).json[
            "result"
        ]
        assert found, (kind, prefix)
        assert all(isinstance(one["id"], str) and isinstance(one["name"], str) for one in found)
    entities = client.get("/reconcile/suggest/entity?prefix=servicelevel&limit=2&lang=de").json["result"]
    assert len(entities) == 2
    more = client.get("/reconcile/suggest/entity?prefix=servicelevel&limit=2&cursor=2&lang=de").json["result"]
    assert {one["id"] for one in entities}.isdisjoint({one["id"] for one in more})


def test_a_page_of_suggestions_is_full_while_there_are_more(garden: FlaskClient) -> None:
    """Collections, which are no answer, take no places."""
    first = garden.get("/reconcile/suggest/entity?prefix=beet&limit=1&lang=de").json["result"]
    assert [one["id"] for one in first] == ["http://garden.example/between"]
    end = garden.get("/reconcile/suggest/entity?prefix=rose&limit=2&cursor=100000&lang=de").json["result"]
    assert end == []


def test_property_values_come_as_columns(client: FlaskClient) -> None:
    extend = {
        "ids": [SFIA + "/SLMO_5", "http://nothing.example/"],
        "properties": [
            {"id": "skos:prefLabel", "settings": {"language": "en"}},
            {"id": "slm:levelNumber"},
            {"id": "slm:level"},
            {"id": "skos:closeMatch", "settings": {"limit": 1}},
            {"id": "no such"},
        ],
    }
    answer = client.get("/reconcile", query_string={"extend": json.dumps(extend), "lang": "de"}).json
    assert [one["id"] for one in answer["meta"]] == [one["id"] for one in extend["properties"]]
    assert all(isinstance(one["name"], str) for one in answer["meta"])
    assert set(answer["rows"]) == set(extend["ids"])
    row = answer["rows"][SFIA + "/SLMO_5"]
    assert row["skos:prefLabel"] == [{"str": "Service level management: level 5"}]
    assert row["slm:levelNumber"] == [{"int": 5}]
    assert row["slm:level"][0]["id"] == SFIA + "/level/5"
    assert len(row["skos:closeMatch"]) == 1
    assert row["no such"] == []
    assert all(cells == [] for cells in answer["rows"]["http://nothing.example/"].values())


@pytest.mark.parametrize(
    ("extend", "status"),
    [
        ("{", 400),
        ("{}", 400),
        ('{"ids": "x", "properties": []}', 400),
        ('{"ids": [], "properties": [{"pid": "x"}]}', 400),
        (json.dumps({"ids": ["x"] * 300, "properties": []}), 413),
        ('{"ids": ["\\ud800"], "properties": [{"id": "\\ud800", "settings": {"limit": 1e400}}]}', 200),
    ],
)
def test_a_malformed_extension_is_told(client: FlaskClient, extend: str, status: int) -> None:
    assert client.post("/reconcile", data={"extend": extend}).status_code == status


def test_a_preview_may_be_shown_inside_other_pages_and_nothing_else_may(client: FlaskClient) -> None:
    preview = client.get("/reconcile/preview", query_string={"id": BAKER, "lang": "de"})
    assert preview.headers.getlist("Content-Security-Policy") == [
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
    ]
    assert "Bäcker" in preview.text
    assert "<script" not in preview.text
    page = client.get("/mappings", headers={"Accept": "text/html"})
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    flyout = client.get("/reconcile/flyout", query_string={"id": BAKER}).json
    assert flyout["id"] == BAKER
    assert "Bäcker" in flyout["html"]
    assert client.get("/reconcile/preview?id=http://nothing.example/").status_code == 404
