"""Every kind of page: valid HTML, a sound outline, links that lead somewhere, both languages whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import html5rdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.errors import LANGUAGES
from slm_graph.skos import ACKNOWLEDGEMENT
from slm_graph.web import texts

PAGES = {
    "home": "/",
    "framework": "/doc/sfia",
    "skill": "/doc/sfia/SLMO",
    "skill level": "/doc/sfia/SLMO_5",
    "first level": "/doc/sfia/SLMO_1",
    "last level": "/doc/sfia/SLMO_7",
    "levels": "/doc/sfia/level",
    "level": "/doc/sfia/level/5",
    "collection": "/doc/sfia/SLMO/levels",
    "concept": "/doc/x/Pr%C3%BCfung",
    "deprecated": "/doc/x/old",
    "markup": "/doc/x/markup",
    "statement": "/doc/statement/short-de",
    "agent": "/doc/agent/slm-graph",
    "named graph": "/doc/graph/sfia",
    "external": "/doc/external?iri=https%3A%2F%2Frdf.sfia-online.org%2F9%2Fskills%2FSLMO",
    "vocabulary": "/ontology",
    "releases": "/releases",
    "release": "/release/first/doc",
    "snapshot": "/release/first/doc/sfia/SLMO",
    "queries": "/queries/",
    "query": "/queries/skill-levels",
    "query result": "/queries/skill-levels?code=SLMO",
    "SPARQL": "/sparql",
    "SPARQL result": "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Fo%7D%20LIMIT%205",
    "about": "/about",
    "comparison": "/compare?a=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia%2FSLMO_4"
    "&b=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia%2FSLMO_5",
    "tree": "/tree?parent=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia",
    "index": "/index?scheme=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia",
    "search": "/search",
    "hits": "/search?q=service",
    "no hits": "/search?q=servcie&kind=skill",
    "problem": "/nothing-here",
}
SEEN = [
    pytest.param(path, language, id=f"{name}-{language}")
    for name, path in PAGES.items()
    for language in LANGUAGES
]

VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "rect"})


class Outline(HTMLParser):
    """The tags of a page with their attributes, in order; and the texts of headings and controls."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> Iterator[dict[str, str]]:
        return (attributes for tag, attributes in self.tags if tag in names)


def page(client: FlaskClient, path: str, language: str = "de") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == (404 if path == PAGES["problem"] else 200)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Language"] == language
    return answer.text


@pytest.mark.parametrize(("path", "language"), SEEN)
def test_a_page_is_valid_html(client: FlaskClient, path: str, language: str) -> None:
    html5rdf.HTMLParser(strict=True).parse(page(client, path, language))


@pytest.mark.parametrize(("path", "language"), SEEN)
def test_a_page_has_a_sound_outline(client: FlaskClient, path: str, language: str) -> None:
    text = page(client, path, language)
    outline = Outline(text)
    tags = Counter(tag for tag, _ in outline.tags)
    assert next(outline.all("html"))["lang"] == language
    assert (
        tags["h1"] == tags["main"] == text.split("<body")[0].count("<title>") == 1
    )  # pictures have titles, too
    levels = [int(tag[1]) for tag, _ in outline.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = Counter(attributes["id"] for _, attributes in outline.tags if "id" in attributes)
    assert all(count == 1 for count in ids.values()), ids
    for _, attributes in outline.tags:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes
    labelled = {attributes["for"] for attributes in outline.all("label")}
    for control in outline.all("input", "select", "textarea"):
        assert control.get("type") == "hidden" or control["id"] in labelled
    scripts = [
        one for one in outline.all("script") if one.get("type") != "application/ld+json"
    ]  # data, not a script
    assert all(script.get("src", "").startswith("/") for script in scripts)  # none inside the page
    assert all(nav.get("aria-label") for nav in outline.all("nav"))
    assert next(outline.all("a"))["href"] == "#content"


@pytest.mark.parametrize(("path", "language"), SEEN)
def test_a_page_loads_nothing_from_another_host(client: FlaskClient, path: str, language: str) -> None:
    for attributes in Outline(page(client, path, language)).all("link", "img", "script", "iframe", "form"):
        if attributes.get("type") == "application/ld+json" and not {"href", "src"} & attributes.keys():
            continue  # data inside the page
        source = attributes.get("href") or attributes.get("src") or attributes.get("action") or ""
        assert source == "data:," or (source.startswith("/") and not source.startswith("//")), source


def test_every_link_on_the_site_leads_somewhere(app: Flask) -> None:
    client = app.test_client()

    @cache
    def fragments(path: str) -> frozenset[str]:
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code < 400 or path.partition("?")[0] == "/nothing-here", path
        if 300 <= answer.status_code < 400 or not answer.content_type.startswith("text/html"):
            return frozenset()
        return frozenset(
            attributes["id"] for _, attributes in Outline(answer.text).tags if "id" in attributes
        )

    waiting, seen = list(PAGES.values()), set(PAGES.values())
    checked = 0
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers={"Accept": "text/html"})
        if not answer.content_type.startswith("text/html"):
            continue
        for attributes in Outline(answer.text).all("a", "link"):
            target, fragment = urldefrag(urljoin("http://localhost" + path, attributes["href"]))
            parts = urlsplit(target)
            assert parts.scheme in ("http", "https", "data"), target
            if parts.scheme == "data" or parts.netloc != "localhost":
                continue
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            checked += 1
            found = fragments(local)
            if fragment:
                assert fragment in found, f"{path} -> {local}#{fragment}"
            if (
                local not in seen
                and "lang=" not in local
                and not local.startswith(("/sparql?", "/queries/", "/release/"))
            ):
                seen.add(local)
                waiting.append(local)
    assert checked > 500


def test_a_chosen_language_stays_and_an_accepted_one_leaves_no_trace(client: FlaskClient) -> None:
    chosen = client.get("/doc/sfia/SLMO?lang=en", headers={"Accept-Language": "de"})
    assert chosen.headers["Content-Language"] == "en"
    assert 'href="/doc/sfia/SLMO_5?lang=en"' in chosen.text
    accepted = page(client, "/doc/sfia/SLMO", "en")
    assert 'href="/doc/sfia/SLMO_5"' in accepted
    assert client.get("/doc/sfia/SLMO?lang=xx").headers["Content-Language"] == "de"


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_both_languages_are_one_click_apart(client: FlaskClient, path: str) -> None:
    outline = Outline(page(client, path))
    switch = {
        attributes["hreflang"]: attributes["href"]
        for attributes in outline.all("a")
        if "hreflang" in attributes
    }
    assert set(switch) == set(LANGUAGES)
    for language, target in switch.items():
        assert client.get(target, headers={"Accept": "text/html"}).headers["Content-Language"] == language


def test_no_german_word_of_the_interface_is_left_on_english_pages(client: FlaskClient) -> None:
    only_german = {
        text.de
        for key, text in texts.TEXTS.items()
        if text.de != text.en and len(text.de) > 12 and "{" not in text.de
    }
    for path in PAGES.values():
        english = page(client, path, "en")
        assert not [
            word for word in only_german if re.search(f'(?<!lang="de")>{re.escape(word)}<', english)
        ], path


def test_a_skill_shows_its_levels_as_a_ladder_with_their_texts(client: FlaskClient) -> None:
    text = page(client, "/doc/sfia/SLMO")
    places = [text.index(f'aria-label="Ebene {number} ') for number in range(1, 8)]
    assert places == sorted(places)
    assert "Sicherstellen, beraten" in text
    assert "Steht dafür ein, dass Dienste halten, was vereinbart ist" in text
    assert "Kurzfassung, nicht der amtliche Wortlaut" in text
    assert 'lang="en">Service level management<' in text


def test_a_level_that_is_not_observed_says_so(client: FlaskClient) -> None:
    text = page(client, "/doc/sfia/SLMO_1")
    assert "typischerweise nicht beobachtet" in text
    assert "typically not observed" in page(client, "/doc/sfia/SLMO_1", "en")
    assert (
        "typischerweise nicht beobachtet."
        not in page(client, "/doc/sfia/SLMO_2").split("<main")[1].split("ladder")[0]
    )


def test_a_skill_level_leads_to_its_neighbours_and_its_skill(client: FlaskClient) -> None:
    text = page(client, "/doc/sfia/SLMO_5")
    for other in ("SLMO_4", "SLMO_6", "SLMO", "level/5"):
        assert f'href="/doc/sfia/{other}"' in text
    assert "Was Ebene 5 über Ebene 4 hinaus verlangt" in text
    assert "Eine Ebene höher" in text
    assert "Eine Ebene höher" not in page(client, "/doc/sfia/SLMO_7")
    assert "Eine Ebene tiefer" not in page(client, "/doc/sfia/SLMO_1")


def test_no_card_misses_marks_where_no_card_has_any(client: FlaskClient) -> None:
    text = page(client, "/doc/sfia/SLMO", "en")
    assert "<mark>" not in text
    assert "Worded quite differently" not in text


def test_a_level_lists_the_skills_that_are_described_at_it(client: FlaskClient) -> None:
    assert (
        'href="/doc/sfia/SLMO_5"'
        in page(client, "/doc/sfia/level/5").split("Fertigkeiten auf dieser Ebene")[1]
    )


def test_mappings_show_who_claims_them_and_how_surely(client: FlaskClient) -> None:
    section = page(client, "/doc/sfia/SLMO").split('id="mappings"')[1].split("</section>")[0]
    assert "nahezu gleich" in section
    assert "0,95" in section
    assert 'href="/doc/ecf/A.2"' in section
    assert "slm-graph" in section
    assert "keine Entsprechung gefunden" in section
    assert "0.95" in page(client, "/doc/sfia/SLMO", "en").split('id="mappings"')[1]


def test_what_is_written_in_the_data_stays_text(client: FlaskClient) -> None:
    text = page(client, "/doc/x/markup")
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "javascript:alert(1)" in text  # shown, and not followed
    assert not [
        a for a in Outline(text).all("a") if not a["href"].startswith(("/", "http://", "https://", "#"))
    ]


def test_a_deprecated_concept_says_what_stands_in_its_place(client: FlaskClient) -> None:
    answer = client.get("/doc/x/old", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Dieser Begriff gilt nicht mehr." in answer.text
    assert 'href="/doc/x/Pr%C3%BCfung"' in answer.text.split("An seiner Stelle")[1]


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_every_page_says_whose_the_names_are_and_claims_no_permission(client: FlaskClient, path: str) -> None:
    for language in LANGUAGES:
        text = page(client, path, language)
        assert texts.say("footer.names", language) in text
        assert ACKNOWLEDGEMENT.in_language(language) not in text.split("<footer")[1]


def test_every_page_of_a_resource_offers_its_address_and_all_formats(client: FlaskClient) -> None:
    text = page(client, "/doc/sfia/SLMO_5")
    assert '<code class="copy">https://w3id.org/slm-graph/id/sfia/SLMO_5</code>' in text
    for suffix in ("ttl", "jsonld", "rdf", "nt", "trig", "nq", "json"):
        assert f'href="/doc/sfia/SLMO_5.{suffix}"' in text


def test_the_home_page_lists_the_frameworks_with_their_numbers(client: FlaskClient) -> None:
    text = page(client, "/")
    assert 'href="/doc/sfia"' in text
    assert "<strong>7</strong> Fertigkeiten auf Ebenen" in text
    assert text.index('href="/doc/sfia"') < text.index('href="/doc/ecf"')
    assert 'href="/sparql"' in text


def test_the_style_sheet_changes_its_address_with_its_content(client: FlaskClient) -> None:
    (href,) = [link["href"] for link in Outline(page(client, "/")).all("link") if link["rel"] == "stylesheet"]
    answer = client.get(href)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/site.000000000000.css").status_code == 404
    assert client.get("/static/../app.py").status_code == 404


def test_the_style_sheet_knows_phones_the_dark_and_paper() -> None:
    css = Path(texts.__file__).parent.joinpath("static", "site.css").read_text("utf-8")
    for query in ("(prefers-color-scheme: dark)", "screen and (max-width:", "print"):
        assert f"@media {query}" in css
    assert "http" not in css


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("ink", ("ground", "raised", "sunken", "accent-ground")),
        ("soft", ("ground", "raised", "sunken")),
        ("accent", ("ground", "raised", "sunken", "accent-ground")),
        ("warm", ("warm-ground",)),
        ("on-accent", ("accent",)),
    ],
)
def test_colours_have_contrast_enough(theme: int, ink: str, grounds: tuple[str, ...]) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    css = Path(texts.__file__).parent.joinpath("static", "site.css").read_text("utf-8")
    block = css.split(":root {")[1 + theme].split("}")[0]
    colours = dict(
        part.strip().removeprefix("--").split(": ")
        for part in block.split(";")
        if part.strip().startswith("--")
    )
    for ground in grounds:
        light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_every_text_of_the_interface_is_used() -> None:
    """By its key, or by one made of a prefix and what the data say."""
    folder = Path(texts.__file__).parent
    files = [*folder.glob("*.py"), *folder.glob("templates/*.html")]
    used = "".join(path.read_text("utf-8") for path in files if path.name != "texts.py")
    made = (
        "count.",
        "kind.",
        "definition.",
        "note.",
        "vocabulary.",
        "language.",
        "search.filter.",
        "query.result.rows",
    )
    unused = [key for key in texts.TEXTS if not re.search(f"[\"']{re.escape(key)}[\"']", used)]
    assert not [key for key in unused if not key.startswith(made)]
    assert all(f'"{prefix}"' in used for prefix in made)
