"""The search as people and programs meet it: page, JSON, suggestions, description."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from slm_graph.release import open_release
from slm_graph.search import Search
from slm_graph.web.search import MAX_QUERY, SIZE, pieces

FIRST = (
    ("SLMO", "de", "SLMO"),
    ("slmo_5", "de", "SLMO_5"),
    ("servicelevel", "de", "SLMO"),
    ("legs turning", "en", "leg"),
    ("stuhle", "de", "chair"),
    ("STUEHLE", "de", "chair"),
    ("Stühle bauen", "de", "chair"),
    ("building", "en", "chair"),
    ("chairs building", "de", "chair"),
    ("beine", "de", "leg"),
    ("drechs", "de", "leg"),
    ("ofen", "de", "wood"),
    ("oefen", "de", "wood"),
    ("gewerke", "de", "TR"),
)


def found(client: FlaskClient, **fields: str) -> dict:  # type: ignore[type-arg]
    answer = client.get("/search.json", query_string=fields)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    return answer.get_json()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("query", "language", "first"), FIRST)
def test_the_first_hit_is_the_one_meant(client: FlaskClient, query: str, language: str, first: str) -> None:
    assert found(client, q=query, lang=language)["hits"][0]["notation"] == first


def test_places_point_into_the_value(client: FlaskClient) -> None:
    hit = found(client, q="stuhle")["hits"][0]
    assert [hit["value"][begin:end] for begin, end in hit["spans"]] == ["Stühle"]


def test_filters_narrow_and_are_told(client: FlaskClient) -> None:
    scheme = "https://w3id.org/slm-graph/id/sfia"
    only = found(client, q="service", scheme=scheme, kind="skill-level", level="5")
    assert [hit["notation"] for hit in only["hits"]] == ["SLMO_5"]
    assert only["filters"] == {"scheme": scheme, "kind": "skill-level", "level": "5"}
    english = found(client, q="metalwork", language="en")
    assert english["total"] == 260
    assert found(client, q="metalwork", language="de")["total"] == 0


def test_pages_of_hits_follow_one_another_without_gap(client: FlaskClient) -> None:
    seen: list[str] = []
    target = "/search.json?q=metallarbeit"
    while target:
        said = client.get(target).get_json()
        seen += [hit["iri"] for hit in said["hits"]]
        target = said["next"] and said["next"].replace("/search?", "/search.json?")
    assert len(seen) == len(set(seen)) == said["total"] == 260
    assert said["pages"] == 260 // SIZE
    assert client.get(f"/search?q=metallarbeit&page={said['pages'] + 1}").status_code == 404


def test_the_page_marks_what_was_found_and_breaks_nothing(client: FlaskClient) -> None:
    answer = client.get("/search?q=ofen&lang=de", headers={"Accept": "text/html"})
    assert "<mark>Öfen</mark> &amp; &lt;Holz&gt;" in answer.text
    assert 'value="ofen"' in answer.text
    assert "Accept" in answer.headers["Vary"]
    wicked = client.get(
        "/search", query_string={"q": '"><script>alert(1)</script>'}, headers={"Accept": "text/html"}
    )
    assert wicked.status_code == 200
    assert "<script>alert" not in wicked.text


def test_a_slip_of_the_pen_is_answered_with_what_may_be_meant(client: FlaskClient) -> None:
    text = client.get("/search?q=Tischlerie&lang=de", headers={"Accept": "text/html"}).text
    assert "Nichts gefunden" in text
    assert "Tischlerei</a>" in text.split("Ähnlich geschrieben")[1]


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense", "level=x", "scheme=urn:x", "language=%3C", "page=0", "page=x", "page=1&page=2",
        f"q={'x' * (MAX_QUERY + 1)}",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/search?q=a&{query}" if not query.startswith("q=") else f"/search?{query}")
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query", ["", "%00", "%F0%9F%98%80", "%ED%A0%80", "*", '"', "AND", "NEAR(a", "%25", "a" * 200]
)
def test_no_query_breaks_it(client: FlaskClient, query: str) -> None:
    for path in ("/search", "/search.json", "/suggest"):
        for accept in ("text/html", "application/json"):
            assert client.get(f"{path}?q={query}", headers={"Accept": accept}).status_code == 200


def test_suggestions_are_four_lists_of_one_length(client: FlaskClient) -> None:
    answer = client.get("/suggest?q=stu&lang=de")
    assert answer.content_type == "application/x-suggestions+json"
    query, names, kinds, targets = answer.get_json()
    assert query == "stu"
    assert names == ["leg Stuhlbeine drechseln", "chair Stühle bauen"]
    assert kinds == ["Begriff · Gewerke"] * 2
    assert all(client.get(target).status_code == 200 for target in targets)


def test_the_description_leads_to_page_json_and_suggestions(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.content_type.startswith("application/opensearchdescription+xml")
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    tree = ElementTree.fromstring(answer.data)
    for url in tree.iter(f"{space}Url"):
        path = re.sub(r"^http://localhost", "", url.attrib["template"])
        path = path.replace("{searchTerms}", "stuhl").replace("{startPage?}", "1")
        reply = client.get(path, headers={"Accept": url.attrib["type"]})
        assert reply.status_code == 200
        assert reply.content_type.partition(";")[0] == url.attrib["type"]
    assert (
        'type="application/opensearchdescription+xml"'
        in client.get("/", headers={"Accept": "text/html"}).text
    )


def test_a_long_text_is_cut_around_the_first_place() -> None:
    text = "a " * 300 + "needle " + "b " * 300
    cut = pieces(text, [(600, 606)], most=100)
    assert ("needle", True) in cut
    assert cut[0] == ("… ", False)
    assert cut[-1] == (" …", False)
    assert sum(len(part) for part, _ in cut) < 120


@pytest.mark.parametrize("query", ["m", "metall", "met 1", "arbeit", "e", "SLMO", "slmo_5", "zzz"])
def test_hits_are_the_same_where_nobody_counts_them(data: Path, query: str) -> None:
    index = Search(open_release(data).search_file)
    for offset in (0, 8):
        counted = index.find(query, limit=8, offset=offset)
        assert index.find(query, limit=8, offset=offset, counted=False).hits == counted.hits
