"""Trees, letters and long lists: every member once, each page small and made with a handful of statements."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.resource_pages import few

TRADES = "https://w3id.org/slm-graph/id/trades"
SCHEME, WOOD, METAL = (quote(TRADES + end, safe="") for end in ("", "/wood", "/metal"))
HTML = {"Accept": "text/html", "Accept-Language": "de"}
JSON = {"Accept": "application/json", "Accept-Language": "de"}

MOST_BYTES = 200_000
MOST_STATEMENTS = 40
"""For any page, made for the first time, opening the index included; lists of 7 and of 260 need the same."""

PAGES = (
    "/",
    "/doc/sfia",
    "/doc/sfia/SLMO",
    "/doc/sfia/SLMO_5",
    "/doc/sfia/level",
    "/doc/sfia/level/5",
    "/doc/trades",
    "/doc/trades/metal",
    f"/tree?parent={METAL}",
    f"/tree?parent={METAL}&offset=200",
    f"/index?scheme={SCHEME}&letter=M&page=2",
    "/search?q=metallarbeit",
    "/search?q=e",
    "/suggest?q=m",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_statements_and_few_bytes(
    data: Path, statements: Callable[[], AbstractContextManager[list[str]]], path: str
) -> None:
    with statements() as told:
        client = create_app(SiteSettings(data=data), queries=None).test_client()
        answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    assert len(answer.data) < MOST_BYTES
    assert 0 < len(told) <= MOST_STATEMENTS, told


def test_the_branches_have_every_child_once(client: FlaskClient) -> None:
    seen: list[str] = []
    target: str | None = f"/tree?parent={METAL}"
    while target:
        said = client.get(target, headers=JSON).get_json()
        assert said["total"] == 260
        seen += [item["notation"] for item in said["items"]]
        target = said["next"]
    assert seen == [f"m{number}" for number in range(260)]  # by notation, numbers by value


def test_a_branch_says_which_children_have_children(client: FlaskClient) -> None:
    said = client.get(f"/tree?parent={WOOD}", headers=JSON).get_json()
    (joiner,) = said["items"]
    assert (joiner["label"], joiner["children"]) == ("Tischlerei", 1)
    (chair,) = client.get(joiner["branch"], headers=JSON).get_json()["items"]
    assert chair["label"] == "Stühle bauen"


def test_the_page_of_a_branch_leads_up_and_on(client: FlaskClient) -> None:
    text = client.get(f"/tree?parent={METAL}&offset=100", headers=HTML).text
    assert f'rel="prev" href="/tree?parent={METAL}"' in text
    assert f'rel="next" href="/tree?parent={METAL}&amp;offset=200"' in text
    assert f'href="/tree?parent={SCHEME}"' in text
    deep = client.get("/doc/trades/leg", headers=HTML).text.split("<h1")[0]
    assert [deep.index(f'href="/doc/trades{end}"') for end in ("", "/wood", "/joiner", "/chair")] == sorted(
        deep.index(f'href="/doc/trades{end}"') for end in ("", "/wood", "/joiner", "/chair")
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400), ("?parent=", 400), ("?parent=urn:x", 404), (f"?parent={METAL}&offset=-1", 400),
        (f"?parent={METAL}&offset=300", 404), (f"?parent={METAL}&offset=99999999999", 400),
        (f"?parent={quote('https://w3id.org/slm-graph/agent/slm-graph', safe='')}", 404),
    ],
)  # fmt: skip
def test_branches_that_are_not_there(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/tree{query}", headers=HTML).status_code == status


def test_the_letters_have_every_concept_once_in_the_order_of_the_language(client: FlaskClient) -> None:
    def letters(language: str) -> str:
        return client.get("/doc/trades", headers={**HTML, "Accept-Language": language}).text

    german = letters("de")
    assert [letter for letter in "JMOST" if f"letter={letter}" in german] == ["M", "O", "S", "T"]
    assert [letter for letter in "BJMST" if f"letter={letter}" in letters("en")] == ["B", "J", "M", "S", "T"]
    names: list[str] = []
    for letter, pages in (("M", 3), ("O", 1), ("S", 1), ("T", 1)):
        for page in range(1, pages + 1):
            text = client.get(f"/index?scheme={SCHEME}&letter={letter}&page={page}", headers=HTML).text
            names += text.split('class="members"')[1].split("</ul>")[0].split('<a href="')[1:]
    assert len(names) == len(set(names)) == 265
    assert client.get(f"/index?scheme={SCHEME}&letter=X", headers=HTML).status_code == 404
    assert client.get(f"/index?scheme={SCHEME}&letter=M&page=4", headers=HTML).status_code == 404
    assert client.get(f"/index?scheme={METAL}", headers=HTML).status_code == 404


def test_a_small_scheme_shows_two_storeys_and_a_large_one_links_to_them(client: FlaskClient) -> None:
    small = client.get("/doc/sfia", headers=HTML).text
    assert 'href="/doc/sfia/SLMO_5"' in small.split('id="tree"')[1]
    large = client.get("/doc/trades", headers=HTML).text
    assert f'class="branch" href="/tree?parent={METAL}">260 <span class="words">Unterbegriffe</span>' in large
    assert "letter=M" not in small


def test_what_a_page_says_as_data_is_bounded() -> None:
    one, other = URIRef("urn:s"), URIRef("urn:p")
    quads = [(one, other, Literal(number), None) for number in range(5000)] + [
        (one, URIRef("urn:q"), other, None)
    ]
    assert list(few(quads, 60)) == quads[:60] + quads[-1:]


def test_what_stands_above_is_read_without_what_stands_below(data: Path) -> None:
    catalogue = (
        create_app(SiteSettings(data=data), queries=None).extensions["slm_graph"].site.current().catalogue
    )
    above = (str(SKOS.inScheme), str(SKOS.broader))
    for iri in catalogue.iris("concept"):
        whole = catalogue.describe(str(iri))
        assert whole is not None
        assert catalogue.said(str(iri), above) == tuple(
            quad for quad in whole.quads if quad[0] == iri and str(quad[1]) in above
        )
    assert catalogue.said("https://nobody.example/", above) == ()
