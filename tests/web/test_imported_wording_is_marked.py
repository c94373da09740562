"""A page that was read: its wording stands word for word, says where it is from, and comes under no licence of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from slm_graph.build import assemble
from slm_graph.errors import LANGUAGES
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.skos import ACKNOWLEDGEMENT
from slm_graph.validation import validate
from slm_graph.web import create_app


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory, slmo_page: Path) -> FlaskClient:
    """A site with the real page."""
    data = tmp_path_factory.mktemp("imported") / "data"
    dataset = assemble([slmo_page], base=DEFAULT_BASE)
    write_release(dataset, validate(dataset.union(), base=DEFAULT_BASE), data=data, base=DEFAULT_BASE)
    return create_app(SiteSettings(data=data), queries=None).test_client()


def section(page: Path, number: int) -> str:
    return (
        page.read_text("utf-8")
        .split(f"Ebene {number}\n")[1]
        .split("\nServicelevel-Management: Ebene")[0]
        .strip()
    )


def test_the_page_shows_the_wording_and_its_source(imported: FlaskClient, slmo_page: Path) -> None:
    text = imported.get("/doc/sfia/SLMO_5", headers={"Accept": "text/html"}).text
    assert f'<p class="wording">{section(slmo_page, 5)}</p>' in text
    assert "Wortlaut der Quelle" in text
    assert f">{slmo_page.name}</a>" in text
    assert "Kurzfassung, nicht der amtliche Wortlaut" in text  # the English one


def test_every_note_of_an_unobserved_level_is_shown(imported: FlaskClient, slmo_page: Path) -> None:
    text = imported.get("/doc/sfia/SLMO_1", headers={"Accept": "text/html"}).text
    assert section(slmo_page, 1) in text


@pytest.mark.parametrize("path", ["/", "/doc/sfia/SLMO_5", "/doc/sfia/level/5", "/ontology", "/nothing-here"])
def test_every_page_of_a_release_with_imported_wording_acknowledges_it(
    imported: FlaskClient, client: FlaskClient, path: str
) -> None:
    for language in LANGUAGES:
        headers = {"Accept": "text/html", "Accept-Language": language}
        said = ACKNOWLEDGEMENT.in_language(language)
        assert said in imported.get(path, headers=headers).text.split("<footer")[1]
        assert said not in client.get(path, headers=headers).text.split("<footer")[1]


def test_no_licence_is_claimed_for_the_wording_of_others(imported: FlaskClient, client: FlaskClient) -> None:
    for path in ("/doc/sfia/SLMO_5", "/doc/sfia/SLMO"):
        assert 'rel="license"' in client.get(path).headers["Link"]
        assert 'rel="license"' not in imported.get(path).headers["Link"]


def test_our_short_version_in_the_other_language_is_no_note_beside_the_one_in_the_readers(
    imported: FlaskClient,
) -> None:
    german = "Behält Kennzahlen im Auge"
    page = imported.get("/doc/sfia/SLMO_3?lang=en", headers={"Accept": "text/html"}).text
    assert german not in page.partition('<section class="take"')[0]
    assert german in imported.get("/doc/sfia/SLMO_3?lang=de", headers={"Accept": "text/html"}).text


def test_a_level_worded_quite_differently_says_so_and_stands_beside_the_one_below(
    imported: FlaskClient,
) -> None:
    text = imported.get("/doc/sfia/SLMO", headers={"Accept": "text/html"}).text
    cards = text.partition('<ol class="cards">')[2].split('<li class="card')
    assert [number for number, card in enumerate(cards) if "Ganz anders gesagt als Ebene" in card] == [7]
    assert "<mark>" not in cards[7]
    level = imported.get("/doc/sfia/SLMO_7", headers={"Accept": "text/html"}).text
    sides = level.partition('<div class="sides">')[2].partition("</section>")[0]
    assert sides.count('<p class="wording">') == 2
    assert "mit ganz verschiedenen Worten" in sides


def test_a_level_that_is_not_observed_says_it_once_and_folds_what_is_noted_about_it(
    imported: FlaskClient,
) -> None:
    text = imported.get("/doc/sfia/SLMO_1", headers={"Accept": "text/html"}).text
    lead = text.partition("<h1")[2].partition('<figure class="ladder')[0]
    shown, _, folded = lead.partition("<details")
    assert shown.count("nicht") == 1
    assert folded.count('<p class="note">') == 2
    assert "Gestrichelt: typischerweise nicht beobachtet." in text
