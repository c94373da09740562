"""The read sides of Skosmos' REST API and of the JSKOS API, as their clients use them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from slm_graph.engine.parsing import parse
from slm_graph.formats import JSON_LD
from slm_graph.web import hierarchy

SFIA = "https://w3id.org/slm-graph/id/sfia"
BAKER = "http://other.example/baker"


def get(client: FlaskClient, path: str, **query: str) -> Any:
    response = client.get(path, query_string=query)
    assert response.status_code == 200, response.text
    return response.json


def vocabulary(client: FlaskClient, scheme: str) -> str:
    listed = get(client, "/rest/v1/vocabularies", lang="de")["vocabularies"]
    return str(next(one["id"] for one in listed if one["conceptScheme"] == scheme))


def test_every_scheme_is_a_vocabulary_of_its_own(client: FlaskClient) -> None:
    assert vocabulary(client, SFIA) == "sfia"
    foreign = vocabulary(client, "http://other.example/scheme")
    said = get(client, f"/rest/v1/{foreign}/", lang="de")
    assert (said["title"], said["conceptschemes"][0]["uri"]) == ("Berufe", "http://other.example/scheme")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Handwerk", True),
        ("Hand", False),
        ("hand*", True),
        ("*werk*", True),
        ("*werk", True),
        ("*nothing*", False),
    ],
)
def test_an_asterisk_stands_for_anything(client: FlaskClient, query: str, found: bool) -> None:
    results = get(client, "/rest/v1/search", query=query, lang="de")["results"]
    assert ("http://other.example/crafts" in {one["uri"] for one in results}) is found
    assert all(one["prefLabel"] and one["vocab"] and "skos:Concept" in one["type"] for one in results)


def test_a_search_stays_in_its_vocabulary(client: FlaskClient) -> None:
    inside = get(client, "/rest/v1/sfia/search", query="service*", lang="de")["results"]
    assert inside
    assert {one["vocab"] for one in inside} == {"sfia"}
    assert get(client, "/rest/v1/search", query="service*", lang="de", vocab="sfia")["results"] == inside


HIP = "http://garden.example/hip"


def test_a_search_in_a_vocabulary_finds_what_many_others_come_before(garden: FlaskClient) -> None:
    hedges = "http://garden.example/hedges"
    token = vocabulary(garden, hedges)
    for found in (
        get(garden, f"/rest/v1/{token}/search", query="rose*", lang="de")["results"],
        get(garden, "/rest/v1/search", query="*rose*", lang="de", vocab=f"sfia {token}")["results"],
    ):
        assert [one["uri"] for one in found] == [HIP]
    assert [one["uri"] for one in get(garden, "/jskos/concepts/search", search="rose", voc=hedges)] == [HIP]
    both = get(garden, "/jskos/concepts/search", search="herbst", voc=f"{SFIA}|{hedges}")
    assert [one["uri"] for one in both] == [HIP]


def test_hits_past_the_end_are_none(garden: FlaskClient) -> None:
    first = get(garden, "/rest/v1/search", query="rose*", lang="de", maxhits="5", offset="100")["results"]
    assert len(first) == 5
    assert get(garden, "/rest/v1/search", query="rose*", lang="de", offset="20000")["results"] == []


def test_a_label_is_looked_up_by_its_alternative_names_too(client: FlaskClient) -> None:
    foreign = vocabulary(client, "http://other.example/scheme")
    found = get(client, f"/rest/v1/{foreign}/lookup", label="backmeister", lang="de")["result"]
    assert [(one["uri"], one["altLabel"]) for one in found] == [(BAKER, "Backmeister")]
    assert client.get(f"/rest/v1/{foreign}/lookup?label=nothing").status_code == 404


def test_the_tree_can_be_walked_up_and_down(client: FlaskClient) -> None:
    tops = get(client, "/rest/v1/sfia/topConcepts", lang="de")["topconcepts"]
    assert [(one["uri"], one["hasChildren"]) for one in tops] == [(SFIA + "/SLMO", True)]
    children = get(client, "/rest/v1/sfia/children", uri=SFIA + "/SLMO")["narrower"]
    assert [one["notation"] for one in children] == [f"SLMO_{number}" for number in range(1, 8)]
    assert not any(one["hasChildren"] for one in children)
    up = get(client, "/rest/v1/sfia/broaderTransitive", uri=SFIA + "/SLMO_5")["broaderTransitive"]
    assert set(up) == {SFIA + "/SLMO_5", SFIA + "/SLMO"}
    down = get(client, "/rest/v1/sfia/narrowerTransitive", uri=SFIA + "/SLMO")["narrowerTransitive"]
    assert len(down) == 8
    assert (
        len(
            get(client, "/rest/v1/sfia/narrowerTransitive", uri=SFIA + "/SLMO", limit="3")[
                "narrowerTransitive"
            ]
        )
        == 3
    )
    tree = get(client, "/rest/v1/sfia/hierarchy", uri=SFIA + "/SLMO_5")["broaderTransitive"]
    assert tree[SFIA + "/SLMO"]["top"] == SFIA
    assert len(tree[SFIA + "/SLMO"]["narrower"]) == 7
    assert [one["uri"] for one in get(client, "/rest/v1/sfia/broader", uri=SFIA + "/SLMO_5")["broader"]] == [
        SFIA + "/SLMO"
    ]
    assert len(get(client, "/rest/v1/sfia/narrower", uri=SFIA + "/SLMO")["narrower"]) == 7


def test_the_tree_is_the_same_whichever_of_the_two_says_it(garden: FlaskClient) -> None:
    """The hedge says that the thorn is below it and the flower beside; neither says it back."""
    hedges, flower, hedge, thorn = (
        f"http://garden.example/{n}" for n in ("hedges", "flower", "hedge", "thorn")
    )
    token = vocabulary(garden, hedges)
    assert [one["uri"] for one in get(garden, f"/rest/v1/{token}/broader", uri=thorn)["broader"]] == [hedge]
    up = get(garden, f"/rest/v1/{token}/broaderTransitive", uri=thorn)["broaderTransitive"]
    assert up[thorn]["broader"] == [hedge]
    tree = get(garden, f"/rest/v1/{token}/hierarchy", uri=thorn)["broaderTransitive"]
    assert tree[hedge]["top"] == hedges
    assert [one["uri"] for one in get(garden, "/jskos/concepts/ancestors", uri=thorn)] == [hedge]
    assert get(garden, "/jskos/concepts", uri=thorn)[0]["broader"] == [{"uri": hedge}]
    beside = get(
        garden, f"/rest/v1/{vocabulary(garden, 'http://garden.example/flowers')}/related", uri=flower
    )
    assert [one["uri"] for one in beside["related"]] == [hedge]
    assert get(garden, "/jskos/concepts", uri=flower)[0]["related"] == [{"uri": hedge}]
    page = garden.get("/doc/external", query_string={"iri": thorn}, headers={"Accept": "text/html"}).text
    assert ">Hecke<" in page.split("<h1")[0]


def test_lists_are_whole_or_say_that_they_are_not(
    garden: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowers, flower, rose = (f"http://garden.example/{name}" for name in ("flowers", "flower", "rose7"))
    token = vocabulary(garden, flowers)

    def asked(name: str, **query: str) -> Any:
        return get(garden, f"/rest/v1/{token}/{name}", **query)

    for name in ("narrower", "children"):
        found = asked(name, uri=flower)
        assert len(found["narrower"]) == 1021
        assert "complete" not in found
    assert asked("narrowerTransitive", uri=flower, limit="1000")["complete"] is False
    assert "complete" not in asked("hierarchy", uri=rose)
    monkeypatch.setattr(hierarchy, "MOST_CHILDREN", 1)
    for name, key, where in (
        ("narrower", "narrower", flower),
        ("children", "narrower", flower),
        ("hierarchy", "broaderTransitive", rose),
    ):
        cut = asked(name, uri=where)
        assert cut["complete"] is False
        assert cut[key]
    assert "complete" not in asked("topConcepts")  # it has one
    monkeypatch.setattr(hierarchy, "MOST_CHILDREN", 0)
    assert asked("topConcepts")["complete"] is False
    monkeypatch.setattr(hierarchy, "MOST_ABOVE", 1)
    assert asked("broaderTransitive", uri=rose)["complete"] is False
    ancestors = garden.get("/jskos/concepts/ancestors", query_string={"uri": rose})
    assert (ancestors.json, ancestors.headers["X-Total-Count"]) == ([], "1")


@pytest.mark.parametrize("name", ["row", "queue"])
def test_a_collection_shows_every_member_a_page_at_a_time(garden: FlaskClient, name: str) -> None:
    seen: list[str] = []
    pages = 0
    target: str | None = f"/doc/external?iri=http%3A%2F%2Fgarden.example%2F{name}"
    while target:
        page = garden.get(target, headers={"Accept": "text/html", "Accept-Language": "de"})
        assert page.status_code == 200
        pages += 1
        members = page.text.partition('id="members"')[2].partition("</section>")[0]
        seen += re.findall(r">(Rose \d+)<", members)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        target = html.unescape(following[1]) if following else None
    assert pages == 3
    assert len(seen) == len(set(seen)) == 230
    if name == "queue":
        assert seen == [f"Rose {number}" for number in range(230)]
    past = f"/doc/external?iri=http%3A%2F%2Fgarden.example%2F{name}&page=4"
    assert garden.get(past, headers={"Accept": "text/html"}).status_code == 404


def test_data_of_a_concept_says_what_the_release_says(client: FlaskClient) -> None:
    said = client.get("/rest/v1/data", query_string={"uri": BAKER, "format": "text/turtle"})
    graph = Graph().parse(data=said.text, format="turtle")
    assert (URIRef(BAKER), SKOS.broader, URIRef("http://other.example/crafts")) in graph
    compact = get(client, "/rest/v1/data", uri=BAKER, format="application/json")
    concept = compact["graph"][0]
    assert {"lang": "de", "value": "Bäcker/Bäckerin"} in concept["prefLabel"]
    assert concept["broader"] == [{"uri": "http://other.example/crafts"}]
    # its context says the same to any JSON-LD reader
    again = {quad[:3] for quad in parse(json.dumps(compact).encode(), JSON_LD, base_iri=None)}
    assert (URIRef(BAKER), SKOS.broader, URIRef("http://other.example/crafts")) in again


def test_mappings_of_a_concept_come_as_jskos(client: FlaskClient) -> None:
    found = get(client, "/rest/v1/sfia/mappings", uri=SFIA + "/SLMO_5")["mappings"]
    ends = {one["to"]["memberSet"][0]["uri"] for one in found}
    assert "https://w3id.org/slm-graph/id/ecf/A.2_3" in ends
    assert all(one["from"]["memberSet"][0]["prefLabel"]["de"] for one in found)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rest/v1/search", 400),
        ("/rest/v1/search?query=a&maxhits=x", 400),
        ("/rest/v1/search?query=a&maxhits=0", 400),
        ("/rest/v1/search?query=a&query=b", 400),
        ("/rest/v1/search?query=%00%EF%BF%BD*", 200),
        ("/rest/v1/search?query=a&vocab=none", 404),
        ("/rest/v1/none/", 404),
        ("/rest/v1/none/topConcepts", 404),
        ("/rest/v1/sfia/label", 400),
        ("/rest/v1/sfia/label?uri=http://other.example/baker", 404),
        ("/rest/v1/sfia/label?uri=" + "a" * 3000, 400),
        ("/rest/v1/data?uri=http://nothing.example/", 404),
        ("/rest/v1/data?uri=http://other.example/baker&format=application/marcxml", 406),
        ("/rest/v1/sfia/narrowerTransitive?uri=http://x/&limit=-1", 404),
        ("/jskos/voc/top", 400),
        ("/jskos/voc/top?uri=http://nothing.example/", 404),
        ("/jskos/concepts/narrower?uri=http://nothing.example/", 404),
        ("/jskos/mappings?limit=many", 400),
        ("/jskos/mappings?direction=up", 400),
        ("/jskos/mappings?from=" + "|".join(map(str, range(200))), 400),
        ("/jskos/mappings?offset=999999999999", 400),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status, response.text
    if status != 200:
        assert response.content_type == "application/problem+json"


def test_the_status_of_jskos_names_addresses_that_answer(client: FlaskClient) -> None:
    said = get(client, "/jskos/status")
    assert said["ok"] == 1
    for name in ("schemes", "mappings"):
        assert client.get(said[name].removeprefix("http://localhost")).status_code == 200


def test_schemes_and_concepts_are_jskos(client: FlaskClient) -> None:
    schemes = client.get("/jskos/voc")
    assert int(schemes.headers["X-Total-Count"]) == len(schemes.json)
    top = get(client, "/jskos/voc/top", uri=SFIA)
    assert top[0]["prefLabel"] == {"de": "Servicelevel-Management", "en": "Service level management"}
    assert top[0]["narrower"] == [None]  # there is something below
    assert get(client, "/jskos/concepts", uri=BAKER)[0]["narrower"] == []
    assert get(client, "/jskos/concepts", uri=BAKER)[0]["altLabel"]["de"] == ["=cmd()", "Backmeister"]
    both = get(client, "/jskos/data", uri=f"{BAKER}|{SFIA}|http://nothing.example/")
    assert {one["uri"] for one in both} == {BAKER, SFIA}
    assert [one["uri"] for one in get(client, "/jskos/concepts/ancestors", uri=BAKER)] == [
        "http://other.example/crafts"
    ]
    paged = client.get("/jskos/voc/concepts", query_string={"uri": SFIA, "limit": "3", "offset": "2"})
    assert (len(paged.json), paged.headers["X-Total-Count"]) == (3, "8")
    text, labels, _, iris = get(
        client, "/jskos/concepts/suggest", search="backm", voc="http://other.example/scheme"
    )
    assert (text, labels, iris) == ("backm", ["7512 Bäcker/Bäckerin"], [BAKER])


def test_either_way_round_the_ends_stay_a_pair(client: FlaskClient) -> None:
    """A mapping from one to a third is none between the two."""
    ecf = "https://w3id.org/slm-graph/id/ecf"
    apart = {"from": SFIA + "/SLMO", "to": ecf + "/A.2_3", "direction": "both"}
    assert get(client, "/jskos/mappings", **apart) == []
    there = client.get("/jskos/mappings", query_string={"fromScheme": SFIA, "toScheme": ecf}).json
    back = {"fromScheme": ecf, "toScheme": SFIA, "direction": "both"}
    assert there
    assert get(client, "/jskos/mappings", **back) == there


def test_mappings_are_found_by_ends_schemes_and_types(client: FlaskClient) -> None:
    ecf = "https://w3id.org/slm-graph/id/ecf"
    by_scheme = client.get("/jskos/mappings", query_string={"fromScheme": SFIA, "toScheme": ecf})
    assert by_scheme.headers["X-Total-Count"] == "6"
    close = get(client, "/jskos/mappings", toScheme=ecf, type=str(SKOS.closeMatch))
    assert {one["type"][0] for one in close} == {str(SKOS.closeMatch)}
    backwards = get(client, "/jskos/mappings", **{"from": ecf + "/A.2", "direction": "both"})
    assert [one["from"]["memberSet"][0]["uri"] for one in backwards] == [SFIA + "/SLMO"]
    assert backwards[0]["partOf"] == [{"uri": "https://w3id.org/slm-graph/mappings/e-cf"}]
    for turned, ends in (
        ("forward", {"from": SFIA + "/SLMO", "to": ecf + "/A.2", "fromScheme": SFIA, "toScheme": ecf}),
        ("backward", {"to": SFIA + "/SLMO", "from": ecf + "/A.2", "toScheme": SFIA, "fromScheme": ecf}),
    ):
        for direction in (turned, "both"):
            assert get(client, "/jskos/mappings", **ends, direction=direction) == backwards
        other = {"forward": "backward", "backward": "forward"}[turned]
        assert get(client, "/jskos/mappings", **ends, direction=other) == []
    nothing_found = get(
        client, "/jskos/mappings", toScheme="http://data.europa.eu/esco/concept-scheme/skills"
    )
    assert any(one["to"]["memberSet"] == [] for one in nothing_found)
    bare = get(client, "/jskos/mappings", **{"from": BAKER})
    assert bare[0]["justification"] == "https://w3id.org/semapv/vocab/UnspecifiedMatching"
