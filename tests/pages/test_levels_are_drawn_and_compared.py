"""The ladder as a picture with links, and wordings side by side."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from slm_graph.web.comparing import beyond, compare
from slm_graph.web.ladder import MOST_STAIRS, ROW_WIDTH, WIDTH, ladder

HTML = {"Accept": "text/html", "Accept-Language": "de"}
SLMO = "https://w3id.org/slm-graph/id/sfia/SLMO"


def drawings(client: FlaskClient, path: str) -> list[ElementTree.Element]:
    text = client.get(path, headers=HTML).text
    figure = text.split('<figure class="ladder')[1].split("</figure>")[0]
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", figure, re.DOTALL)]


def test_both_pictures_lead_to_every_level_in_order(client: FlaskClient) -> None:
    for drawing in drawings(client, "/doc/sfia/SLMO"):
        links = list(drawing.iter("a"))
        assert [link.attrib["href"] for link in links] == [
            f"/doc/sfia/SLMO_{number}" for number in range(1, 8)
        ]
        assert links[0].attrib["aria-label"] == "Ebene 1 Begleiten – typischerweise nicht beobachtet"
        assert "unobserved" in links[0].attrib["class"]
        assert links[4].attrib["aria-label"] == "Ebene 5 Sicherstellen, beraten"
        assert drawing.attrib["role"] == "list"
        assert drawing.attrib["aria-label"]


def test_the_picture_marks_where_one_is(client: FlaskClient) -> None:
    for drawing in drawings(client, "/doc/sfia/SLMO_5"):
        assert [a.attrib["href"] for a in drawing.iter("a") if "aria-current" in a.attrib] == [
            "/doc/sfia/SLMO_5"
        ]


@pytest.mark.parametrize("count", [2, 5, 7, 12, 13, 40])
def test_nothing_leaves_the_picture(count: int) -> None:
    drawn = ladder(["Donaudampfschifffahrtsgesellschaft leiten und lenken"] * count)
    assert len(drawn.rows) == count
    assert bool(drawn.stairs) == (count <= MOST_STAIRS)
    for stair in drawn.stairs:
        assert 0 <= stair.x <= stair.x + stair.width <= drawn.width <= WIDTH
        assert stair.y + stair.height == drawn.height
        assert all(stair.y < y < drawn.height for y, _ in stair.lines)
    for row in drawn.rows:
        assert row.strip < ROW_WIDTH / 3
        assert all(row.y < y < row.y + 44 for y, _ in row.lines)
    assert not ladder([]).rows


def test_words_the_lower_level_has_are_not_marked_whatever_their_ending() -> None:
    assert beyond("Er verbessert vereinbarte Dienste.", "Die Vereinbarung über einen Dienst.") == (
        ("Er ", False),
        ("verbessert", True),
        (" vereinbarte Dienste.", False),
    )
    assert beyond("same words", "words, the same!") == (("same words", False),)


def test_a_mark_never_reaches_over_the_end_of_a_sentence() -> None:
    text = "Plans budgets. Hires people."
    assert [piece for piece, new in beyond(text, "") if new] == ["Plans budgets", "Hires people"]


def test_pieces_are_the_whole_text() -> None:
    text = "Löst Störungen; meldet, was fehlt – und (manchmal) mehr!\n\nZweiter Absatz."
    for other in ("", "Störung", text):
        assert "".join(piece for piece, _ in beyond(text, other)) == text


def test_texts_in_different_words_bear_no_marks() -> None:
    assert not compare("Plans budgets.", "Hires many people.").marked
    assert compare("Plans budgets.", "Hires many people.").apart
    assert not compare("Plans budgets.", "Plans budgets.").apart
    assert compare("Plans a budget for services.", "Plans a yearly budget for services.").marked


def test_two_levels_stand_side_by_side(client: FlaskClient) -> None:
    text = client.get("/compare?" + urlencode({"a": SLMO + "_4", "b": SLMO + "_5"}), headers=HTML).text
    lower, upper = text.split('class="side')[2:4]  # the first is the frame around both
    assert "Wertet Aufzeichnungen" in lower
    assert "Steht dafür ein" in upper
    assert "Ebene\u00a04 und Ebene\u00a05" in text
    assert urlencode({"a": SLMO + "_5", "b": SLMO + "_4"}) in text.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400), ({"a": SLMO}, 400), ({"a": SLMO, "b": "urn:x"}, 404), ({"a": "<script>", "b": SLMO}, 404),
        ({"a": SLMO, "b": SLMO}, 200), ({"a": SLMO + "_1", "b": SLMO + "_2"}, 200),
        ({"a": "https://w3id.org/slm-graph/agent/slm-graph", "b": SLMO}, 200),
    ],
)  # fmt: skip
def test_a_comparison_of_anything_is_an_answer(
    client: FlaskClient, query: dict[str, str], status: int
) -> None:
    assert client.get("/compare", query_string=query, headers=HTML).status_code == status


def test_imported_wordings_are_marked_level_by_level(imported: FlaskClient) -> None:
    text = imported.get("/doc/sfia/SLMO_6", headers=HTML).text
    section = text.split('id="beyond"')[1].split("</section>")[0]
    assert "Was Ebene 6 über Ebene 5 hinaus verlangt" in text
    assert section.count("<mark>") > 3
    whole = imported.get("/doc/sfia/SLMO", headers=HTML).text
    assert "<mark>" in whole.split('id="levels"')[1].split("</ol>")[0]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, slmo_page: Path) -> FlaskClient:
    """A site with the real page."""
    from slm_graph.build import assemble
    from slm_graph.namespaces import DEFAULT_BASE
    from slm_graph.release import write_release
    from slm_graph.settings import SiteSettings
    from slm_graph.validation import validate
    from slm_graph.web import create_app

    data = tmp_path_factory.mktemp("imported") / "data"
    dataset = assemble([slmo_page], base=DEFAULT_BASE)
    write_release(dataset, validate(dataset.union(), base=DEFAULT_BASE), data=data, base=DEFAULT_BASE)
    return create_app(SiteSettings(data=data), queries=None).test_client()
