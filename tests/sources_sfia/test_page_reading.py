"""A well-formed page is read as it stands, in whatever file a person may have saved it."""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
from pathlib import Path

import pytest

from slm_graph.errors import SourceError, UsageError
from slm_graph.model import SkillPage
from slm_graph.sources.headings import HEADINGS, Headings
from slm_graph.sources.sfia import read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
GERMAN = (PAGES / "datenpflege.de.txt").read_bytes()
ENGLISH = (PAGES / "lantern-care.en.txt").read_bytes()
NBSP = "\u00a0"


def content(page: SkillPage) -> tuple[object, ...]:
    """All of a page but its file and line numbers."""
    return (
        page.language,
        page.banner,
        page.heading,
        page.name,
        page.code,
        page.definition,
        page.levels_heading,
        page.levels_line,
        page.defined_levels,
        tuple((section.number, section.heading, section.text) for section in page.sections),
    )


def test_the_german_page_is_read_whole() -> None:
    page = read_page(GERMAN, name="datenpflege.de.txt", edition="7", date="2018-06")
    assert content(page) == (
        "de",
        "Ein erfundener Rahmen zum Üben",
        "Datenpflege DAPF",
        "Datenpflege",
        "DAPF",
        (
            "Hält Stammdaten vollständig und aktuell (z.B. Adressen, Maße, Preise). "
            "Sorgt dafür, dass jede Änderung nachvollziehbar bleibt."
        ),
        "Ebenen",
        "Definiert auf diesen Ebenen: 1 3 4",
        (1, 3, 4),
        (
            (
                1,
                "Datenpflege: Ebene 1",
                "Trägt Änderungen nach einer Liste ein und meldet, was nicht passt.",
            ),
            (2, "Datenpflege: Ebene 2", "Hier ist diese Tätigkeit üblicherweise nicht anzutreffen."),
            (
                3,
                "Datenpflege: Ebene 3",
                (
                    "Prüft Bestände auf Lücken und Doppelungen. Stimmt Korrekturen mit den Fachabteilungen ab."
                    "\n\nFührt ein Verzeichnis der offenen Fragen."
                ),
            ),
            (
                4,
                "Datenpflege: Ebene 4",
                (
                    "Legt Regeln für die Pflege fest; überwacht deren Einhaltung\n"
                    "und berichtet über die Güte der Bestände."
                ),
            ),
            (5, "Datenpflege: Ebene 5", "Hier ist diese Tätigkeit üblicherweise nicht anzutreffen."),
        ),
    )
    assert [section.line for section in page.sections] == [11, 15, 19, 25, 30]
    assert page.source.sha256 == hashlib.sha256(GERMAN).hexdigest()
    assert (page.source.name, page.source.media_type) == ("datenpflege.de.txt", "text/plain")
    assert (page.source.edition, page.source.date) == ("7", "2018-06")


def test_the_english_page_has_no_banner_and_only_its_defined_levels() -> None:
    page = read_page(ENGLISH, name="lantern-care.en.txt")
    assert (page.language, page.banner, page.code, page.defined_levels) == ("en", None, "LACA", (2, 3))
    assert [section.number for section in page.sections] == [2, 3]
    assert (page.source.edition, page.source.date) == (None, None)


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(codecs.BOM_UTF8 + GERMAN, id="byte order mark"),
        pytest.param(GERMAN.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(GERMAN.replace(b"\n", b"\r"), id="CR"),
        pytest.param(GERMAN.replace(b"\n", b" \t\n"), id="trailing blanks"),
        pytest.param(GERMAN.replace(b"\n", (NBSP + "\n").encode()), id="trailing no-break spaces"),
        pytest.param(GERMAN.rstrip(b"\n"), id="no final newline"),
        pytest.param(b"\n\n" + GERMAN + b"\n\n\n", id="blank lines around"),
        pytest.param(GERMAN.replace(b"\n\n", b"\n\n\n  \n"), id="several blank lines"),
        pytest.param(unicodedata.normalize("NFD", GERMAN.decode()).encode(), id="decomposed accents"),
    ],
)
def test_how_the_file_was_saved_changes_nothing_of_its_content(damaged: bytes) -> None:
    assert content(read_page(damaged, name="p")) == content(read_page(GERMAN, name="p"))


def test_no_blank_line_is_needed_around_headings() -> None:
    compact = "\n".join(line for line in ENGLISH.decode().splitlines() if line)
    assert content(read_page(compact.encode(), name="p")) == content(read_page(ENGLISH, name="p"))


def test_no_break_spaces_in_headings_are_blanks_and_stay_verbatim() -> None:
    text = (
        GERMAN.decode()
        .replace("Ebene 3", f"Ebene{NBSP}3")
        .replace("Datenpflege DAPF", f"Datenpflege{NBSP}DAPF")
    )
    page = read_page(text.replace("Ebenen: 1 3 4", f"Ebenen:{NBSP}1{NBSP}3, 4").encode(), name="p")
    assert (page.name, page.code, page.defined_levels) == ("Datenpflege", "DAPF", (1, 3, 4))
    assert page.heading == f"Datenpflege{NBSP}DAPF"
    assert page.sections[2].heading == f"Datenpflege: Ebene{NBSP}3"
    assert page.levels_line == f"Definiert auf diesen Ebenen:{NBSP}1{NBSP}3, 4"


def test_blanks_inside_a_text_stay_as_they_are() -> None:
    text = f"  Trims{NBSP}wicks  and\tfills oil\u202f(as told)."
    page = read_page(ENGLISH.replace(b"Trims wicks and fills oil as told.", text.encode()), name="p")
    assert page.sections[0].text == text


@pytest.mark.parametrize("row", HEADINGS, ids=lambda row: row.language)
def test_every_language_of_the_table_is_recognised(row: Headings) -> None:
    for beginning in row.defined:
        lines = [
            "Lampe LAMP", "Text.", row.levels, f"{beginning}: 3",
            row.section("Lampe", 2), "Nein.", row.section("Lampe", 3), "Ja.",
        ]  # fmt: skip
        page = read_page("\n".join(lines).encode(), name="p")
        assert (page.language, page.defined_levels, page.name) == (row.language, (3,), "Lampe")
        assert read_page("\n".join(lines).encode(), name="p", language=row.language) == page


def test_a_french_heading_may_have_its_blank_before_the_colon_or_not() -> None:
    for colon in (":", " :", f"{NBSP}:"):
        text = f"Lampe LAMP\n\nTexte.\n\nNiveaux\n\nDéfini à ces niveaux{colon} 3\n\nLampe{colon} Niveau 3\n\nOui.\n"
        assert read_page(text.encode(), name="p").sections[0].number == 3


def test_a_given_language_must_agree_with_the_headings() -> None:
    with pytest.raises(SourceError, match=r"in de: “Ebenen”") as caught:
        read_page(GERMAN, name="seite.txt", language="en")
    assert caught.value.line == 7
    with pytest.raises(UsageError, match="No headings are known for the language “tlh”"):
        read_page(GERMAN, name="seite.txt", language="tlh")


@pytest.mark.parametrize("date", ["2018", "2018-06", "2018-06-30"])
def test_a_date_is_a_year_a_month_or_a_day(date: str) -> None:
    assert read_page(ENGLISH, name="p", date=date).source.date == date


@pytest.mark.parametrize(
    "date", ["", "18", "2018-13", "2018-02-30", "2018-6-1", "20180601", "2018-W01", "0000", "gestern"]
)
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(UsageError, match="Not a date"):
        read_page(ENGLISH, name="p", date=date)


@pytest.mark.parametrize("edition", ["", "  ", "7\n"])
def test_an_empty_edition_is_refused(edition: str) -> None:
    with pytest.raises(UsageError, match="edition"):
        read_page(ENGLISH, name="p", edition=edition)


def test_a_banner_may_end_like_a_heading() -> None:
    page = read_page(b"An invented framework TEST\n\n" + ENGLISH, name="p")
    assert (page.banner, page.code) == ("An invented framework TEST", "LACA")


def test_a_file_name_that_is_no_text_is_made_readable() -> None:
    assert read_page(ENGLISH, name="a\udcffb\n.txt").source.name == "a?b?.txt"


def test_the_only_section_of_a_level_that_is_not_observed_may_abbreviate() -> None:
    sentence = "Wird z. B. hier, d. h. auf dieser Stufe, nicht erwartet."
    lines = ["Lampe LAMP", "Text.", "Ebenen", "Definiert auf diesen Ebenen: 3", "Lampe: Ebene 2", sentence]
    page = read_page("\n".join([*lines, "Lampe: Ebene 3", "Ja."]).encode(), name="p")
    assert (page.defined_levels, page.sections[0].text) == ((3,), sentence)
