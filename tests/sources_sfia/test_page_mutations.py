"""Pages of every kind are read whole; a page that was tampered with is read as it now stands, or refused.

The oracle is independent of the reader: the lines of the input and the lines of the page must be the same, in order,
and no fixed line of the page that was tampered with may have become part of a text.
"""

from __future__ import annotations

import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_graph.errors import SourceError
from slm_graph.model import LEVEL_NUMBERS, SkillPage
from slm_graph.skos import page_graph
from slm_graph.sources.headings import HEADINGS
from slm_graph.sources.sfia import read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
FIXTURES = [(PAGES / name).read_text("utf-8") for name in ("datenpflege.de.txt", "lantern-care.en.txt")]

GONE_UNNOTICED = [
    "Ein erfundener Rahmen zum Üben",
    # One of two paragraphs, and one of two lines: what is left of the section is a page, too.
    "Führt ein Verzeichnis der offenen Fragen.",
    "Prüft Bestände auf Lücken und Doppelungen. Stimmt Korrekturen mit den Fachabteilungen ab.",
    "Legt Regeln für die Pflege fest; überwacht deren Einhaltung",
    "und berichtet über die Güte der Bestände.",
]

WORDS = st.sampled_from(
    "Übt|prüft|z.B.|z. B. die|(mit Maß)|größer|Güte|e\u0301tat|100\u00a0%|„so“|und|SLAs|Ebene|Level 3|ITIL|3–5"
    "|– kurz –|naïve|Ω|a:b|\ufb01|\U0001d518|مستوى".split("|")
)
SENTENCES = st.lists(WORDS, min_size=2, max_size=5).map(lambda words: "Wer " + " ".join(words) + ".")
NAMES = st.text(string.ascii_letters + "äöüßéÅ-", min_size=3, max_size=9).map(lambda word: "Xy" + word)


def lines_of(text: str) -> list[str]:
    """The lines of a text that hold anything, in NFC, without the blanks around them."""
    plain = unicodedata.normalize(
        "NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    )
    return [line.strip() for line in plain.split("\n") if line.strip()]


def lines_said(page: SkillPage) -> list[str]:
    """Every line the page holds, in the order of the layout."""
    parts = [page.banner or "", page.heading, page.definition, page.levels_heading, page.levels_line]
    for section in page.sections:
        parts += [section.heading, section.text]
    return [line.strip() for part in parts for line in part.split("\n") if line.strip()]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page of the layout, its sentences all different but for the one of levels that are not observed."""
    row = draw(st.sampled_from(HEADINGS))
    name = draw(NAMES)
    code = draw(st.text(string.ascii_uppercase, min_size=4, max_size=4))
    defined = sorted(draw(st.sets(st.sampled_from(list(LEVEL_NUMBERS)), min_size=1)))
    last = draw(st.integers(min_value=defined[-1], max_value=7))
    numbers = draw(st.sampled_from([defined, list(range(1, last + 1)), list(range(defined[0], last + 1))]))
    count = iter(range(1000))

    def text() -> str:
        separators = st.sampled_from([" ", "\n", "\n\n"])
        sentences = draw(st.lists(SENTENCES, min_size=1, max_size=3))
        return "".join(
            f"{sentence[:-1]} ({next(count)}).{draw(separators)}" for sentence in sentences
        ).strip()

    separator = draw(st.sampled_from([" ", ", ", ",", "  ", "\u00a0"]))
    blocks = [text().replace("\n", " ")] if draw(st.booleans()) else []
    blocks += [f"{name} {code}", text(), row.levels]
    blocks.append(f"{row.defined[-1]}: {separator.join(map(str, defined))}")
    for number in numbers:
        blocks += [row.section(name, number), text() if number in defined else "Das kommt hier nicht vor."]
    ending = draw(st.sampled_from(["", "\n", "\r\n", "\n\n \n"]))
    return draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n", " \n\t\n\n"])).join(blocks) + ending


@settings(max_examples=100, deadline=None)
@given(pages())
def test_every_line_of_a_page_is_in_the_page_and_in_the_graph(text: str) -> None:
    page = read_page(text.encode(), name="p")
    assert lines_said(page) == lines_of(text)
    literals = [str(object_) for object_ in page_graph(page).objects()]
    for line in lines_of(text):
        assert any(line in literal for literal in literals), line


def test_the_sections_hold_what_stands_below_their_headings() -> None:
    for text in FIXTURES:
        page = read_page(text.encode(), name="p")
        for section in page.sections:
            following = text.split(section.heading + "\n")[1].lstrip()
            assert following.startswith(section.text)


@st.composite
def tampered(draw: st.DrawFn) -> tuple[str, bytes]:
    """A page and the same page with a few lines or bytes changed."""
    text = draw(st.sampled_from(FIXTURES) | pages())
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["delete", "double", "swap", "cut", "digit", "none"]))
        if change == "delete" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(other, lines[at])
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cut":
            lines = lines[: at + 1]
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        elif change == "digit":
            lines[at] = lines[at].translate(
                str.maketrans("1234567", "".join(draw(st.permutations("0123456789")))[:7])
            )
    data = bytearray("".join(lines).encode())
    if data and draw(st.booleans()):
        data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
    return text, bytes(data)


def read_or_refused(data: bytes) -> SkillPage | SourceError:
    try:
        return read_page(data, name="p")
    except SourceError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(tampered())
def test_a_page_that_was_tampered_with_is_read_as_it_stands_or_refused(case: tuple[str, bytes]) -> None:
    text, data = case
    page = read_or_refused(data)
    if isinstance(page, SourceError):
        assert page.line is not None
        assert 1 <= page.line <= len(data.decode("utf-8", "replace").splitlines()) + 1
        assert page.message("de") != page.message("en")
        return
    assert lines_said(page) == lines_of(data.decode())
    assert set(page.defined_levels) <= {section.number for section in page.sections}
    original = read_page(text.encode(), name="p")
    fixed = {original.heading, original.levels_heading, original.levels_line}
    fixed |= {section.heading for section in original.sections}
    for wording in (page.definition, *(section.text for section in page.sections)):
        assert not fixed & set(lines_of(wording))


@pytest.mark.parametrize("text", FIXTURES, ids=["de", "en"])
def test_no_line_but_the_banner_can_be_taken_away_unnoticed(text: str) -> None:
    lines = text.splitlines(keepends=True)
    read = []
    for index, line in enumerate(lines):
        if line.strip():
            try:
                read_page("".join(lines[:index] + lines[index + 1 :]).encode(), name="p")
            except SourceError:
                continue
            read.append(line.strip())
    assert set(read) == {line for line in GONE_UNNOTICED if line in text}


@pytest.mark.parametrize("text", FIXTURES, ids=["de", "en"])
def test_no_line_can_stand_twice_unnoticed(text: str) -> None:
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.strip():
            for gap in ("", "\n"):
                doubled = "".join([*lines[: index + 1], gap, *lines[index:]])
                with pytest.raises(SourceError):
                    read_page(doubled.encode(), name="p")


@pytest.mark.parametrize("text", FIXTURES, ids=["de", "en"])
def test_no_number_of_a_fixed_line_can_be_changed_unnoticed(text: str) -> None:
    page = read_page(text.encode(), name="p")
    for fixed in (page.levels_line, *(section.heading for section in page.sections)):
        for at, character in enumerate(fixed):
            for digit in set(string.digits) - {character} if character.isdigit() else ():
                wrong = text.replace(fixed, fixed[:at] + digit + fixed[at + 1 :])
                with pytest.raises(SourceError):
                    read_page(wrong.encode(), name="p")


@pytest.mark.parametrize("text", FIXTURES, ids=["de", "en"])
def test_a_page_cut_off_inside_a_sentence_is_refused_unless_a_line_ends_there(text: str) -> None:
    data = text.rstrip("\n").encode()
    for end in range(len(data)):
        cut = data[:end]
        try:
            page = read_page(cut, name="p")
        except SourceError:
            continue
        assert page.sections[-1].text.endswith(".") or cut.endswith(b"\n")
        assert set(page.defined_levels) <= {section.number for section in page.sections}
