"""What is wrong with a page is said with the line, in both languages; no wrong page is read in silence."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from slm_graph.errors import SourceError
from slm_graph.sources.agreement import check_agreement
from slm_graph.sources.headings import fingerprint, headings_in
from slm_graph.sources.lines import read_lines
from slm_graph.sources.sfia import MAX_BYTES, read_page

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
GERMAN = (PAGES / "datenpflege.de.txt").read_text("utf-8")
ENGLISH = (PAGES / "lantern-care.en.txt").read_text("utf-8")
REFUSED = "Hier ist diese Tätigkeit üblicherweise nicht anzutreffen."


def refusal(text: str | bytes) -> SourceError:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(SourceError) as caught:
        read_page(data, name="seite.txt")
    error = caught.value
    assert error.text.de != error.text.en
    assert error.name == "seite.txt"
    return error


def replaced(old: str, new: str, *, page: str = GERMAN) -> str:
    assert page.count(old) == 1, f"{old!r} stands {page.count(old)} times in the page"
    return page.replace(old, new)


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"", 1, "leer"),
        (b"\xef\xbb\xbf", 1, "leer"),
        (" \r\n\t\n\u00a0\n".encode(), 1, "leer"),
        (b"abc\r\ndef\r\ngh\xffi", 3, "Kein gültiges UTF-8: Byte 0xFF"),
        (b"abc\rdef\xc3", 2, "Kein gültiges UTF-8: Byte 0xC3"),
        ("Datenpflege DAPF".encode("utf-16"), 1, "Kein gültiges UTF-8"),
        (GERMAN.encode("latin-1"), 1, "Kein gültiges UTF-8: Byte 0xDC"),
        (GERMAN.encode().replace(b"Preise", b"Pr\x00eise"), 5, "U+0000"),
        (GERMAN.encode().replace(b"Preise", b"Pr\x1beise"), 5, "U+001B"),
        (GERMAN.replace("Preise", "Pr\x85eise").encode(), 5, "U+0085"),
        (GERMAN.replace("Preise", "Pr\ufffdeise").encode(), 5, "U+FFFD"),
        (GERMAN.encode() + "\ufeff".encode() + GERMAN.encode(), 33, "U+FEFF"),
        (b"Ein Brief.\n\nOhne jede Ebene.\n", 1, "Keine Fähigkeitsseite"),
    ],
)
def test_a_file_that_is_no_page_is_refused_with_its_line(data: bytes, line: int, said: str) -> None:
    error = refusal(data)
    assert error.line == line
    assert said in error.text.de


def test_a_file_larger_than_any_page_is_refused() -> None:
    assert str(MAX_BYTES) in refusal(GERMAN.encode() + b" " * MAX_BYTES).text.de


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        # the heading
        (replaced("Datenpflege DAPF", "Datenpflege"), 3, "keinen Code"),
        (replaced("Datenpflege DAPF", "Datenpflege DAP"), 3, "keinen Code"),
        (replaced("Datenpflege DAPF", "Datenpflege DAPFL"), 3, "keinen Code"),
        (replaced("Datenpflege DAPF", "Datenpflege dapf"), 3, "keinen Code"),
        (replaced("Datenpflege DAPF", "Datenpflege DÄPF"), 3, "keinen Code"),
        (replaced("Datenpflege DAPF", "DAPF"), 1, "keinen Code"),
        (replaced("Datenpflege DAPF", "Daten-Pflege DAPF"), 11, "andere Fähigkeit"),
        (replaced("Datenpflege DAPF", "Datenpflege DAPF\nDatenpflege DAPX"), 4, "sieht wie eine Überschrift aus"),
        (replaced("Ein erfundener Rahmen", "Noch etwas.\n\nEin erfundener Rahmen"), 3, "mehr als ein Absatz"),
        # the definition and the line of levels
        (GERMAN[: GERMAN.index("Hält")] + GERMAN[GERMAN.index("Ebenen\n") :], 3, "fehlt die Beschreibung"),
        (replaced("\nEbenen\n\n", "\n"), 7, "Überschrift „Ebenen“ fehlt"),
        (replaced("\nEbenen\n\n", "\nEbenen\n\nEbenen\n\n"), 9, "zum zweiten Mal"),
        (replaced("Definiert auf diesen Ebenen: 1 3 4\n", ""), 10, "fehlt die Zeile"),
        (replaced("Definiert auf diesen Ebenen: 1 3 4", "Definiert: 1 3 4"), 9, "fehlt die Zeile"),
        (replaced("Ebenen: 1 3 4\n", "Ebenen: 1 3 4\n\nDefiniert auf diesen Ebenen: 1 3 4\n"), 11, "zweiten Mal"),
        (replaced("Ebenen: 1 3 4", "Ebenen:"), 9, "nicht lesbar"),
        (replaced("Ebenen: 1 3 4", "Ebenen: eins drei vier"), 9, "nicht lesbar"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1,, 3 4"), 9, "nicht lesbar"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3 4."), 9, "nicht lesbar"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3 4 4"), 9, "zweimal"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 0 3 4"), 9, "nur 1 bis 7"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3 8"), 9, "nur 1 bis 7"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 134"), 9, "nur 1 bis 7"),
        (replaced("Ebenen: 1 3 4", "Ebenen: " + "9" * 5000), 9, "nur 1 bis 7"),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3 4\n\nUnd noch etwas."), 11, "Überschrift wie „…: Ebene 1“"),
        # the sections
        (GERMAN[: GERMAN.index("Datenpflege: Ebene 1")], 9, "dort endet die Seite"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 8"), 25, "nur 1 bis 7"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 10"), 25, "nur 1 bis 7"),
        (replaced("Datenpflege: Ebene 1", "Datenpflege: Ebene 0"), 11, "nur 1 bis 7"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 3"), 25, "Zwei Abschnitte für die Ebene 3"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 6"), 30, "Reihenfolge"),
        (replaced("Datenpflege: Ebene 4", "Dateipflege: Ebene 4"), 25, "andere Fähigkeit"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Stufe 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene X"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 04"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege : Ebene 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege:Ebene 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege Ebene 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege – Ebene 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Level 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Andere Sache: Level 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Ebene 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "DATENPFLEGE: EBENE 4"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege"), 25, "sieht wie eine Überschrift aus"),
        (replaced("Datenpflege: Ebene 4", "Datenpflege: Ebene 4 Legt Regeln fest."), 25, "wie eine Überschrift"),
        (replaced("Führt ein Verzeichnis der offenen Fragen.", "Levels"), 23, "wie eine Überschrift"),
        (replaced("Führt ein Verzeichnis", "Defined at these levels: 2"), 23, "wie eine Überschrift"),
        (replaced("Trägt Änderungen nach einer Liste ein und meldet, was nicht passt.", ""), 11, "keinen Text"),
        (replaced("Trägt Änderungen nach einer Liste ein und meldet, was nicht passt.", "– …"), 11, "keinen Text"),
        (replaced("Führt ein Verz", "Führt ein Verz.\n\nFührt ein Verz.\n\nFührt ein Verz"), 25, "zum zweiten Mal"),
        (GERMAN + "\n" + GERMAN, 40, "zum zweiten Mal"),
        # the end
        (GERMAN[: GERMAN.rindex("anzutreffen")].rstrip(), 32, "bricht mitten im Satz ab"),
        (GERMAN[: GERMAN.rindex("Ebene 5") + 3], 30, "sieht wie eine Überschrift aus"),
        (GERMAN[: GERMAN.rindex("pflege: Ebene 5")], 30, "bricht mitten im Satz ab"),
        (ENGLISH.rstrip().removesuffix("repair.") + "a wick (e.g.", 15, "bricht mitten im Satz ab"),
    ],
)  # fmt: skip
def test_a_page_that_departs_from_the_layout_is_refused_with_its_line(
    text: str, line: int, said: str
) -> None:
    error = refusal(text)
    assert said in error.text.de
    assert error.line == line


@pytest.mark.parametrize(
    ("text", "line", "quoted"),
    [
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3 4 6"), 9, ["Ebenen: 1 3 4 6", "Ebene 6 fehlt", "Datenpflege: Ebene 5 (30)"]),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 3"), 25, ["Ebenen: 1 3“ (Zeile 9)", "Datenpflege: Ebene 4“ (Zeile 25)"]),
        (replaced("Ebenen: 1 3 4", "Ebenen: 1 2 3 4"), 15, ["Ebene 2“", "Datenpflege: Ebene 5“, Zeile 30"]),
        (replaced("Ebenen: 1 3 4", "Ebenen: 2 3 4"), 30, ["Ebenen: 2 3 4", "Datenpflege: Ebene 1“ (Zeile 11)"]),
        (replaced("Datenpflege: Ebene 4\n", ""), 9, ["Ebenen: 1 3 4", "Ebene 4 fehlt"]),
        (replaced("Datenpflege: Ebene 5\n", ""), 25, ["Datenpflege: Ebene 4“", "nicht beobachtet"]),
        (replaced("Datenpflege: Ebene 5", "Datenpflege: Ebene 6"), 30, ["Ebene 5 ist übersprungen", "Zeile 25"]),
        (replaced("Datenpflege: Ebene 2\n\n" + REFUSED + "\n", ""), 16, ["Ebene 2 ist übersprungen"]),
        (replaced("\nEbenen\n", "\n" + REFUSED + "\n\nEbenen\n"), 11, ["„Datenpflege DAPF“ steht der Satz"]),
    ],
)  # fmt: skip
def test_levels_that_disagree_with_the_sections_are_quoted(text: str, line: int, quoted: list[str]) -> None:
    error = refusal(text)
    for part in quoted:
        assert part in error.text.de
    assert error.line == line


@pytest.mark.parametrize(
    "wording",
    [
        "Plant die Runde. Entscheidet über Reparaturen.",
        "Plant die Runde.\n\nEntscheidet.",
        "Wer plant? Niemand.",
    ],
)
def test_the_only_section_outside_the_line_may_not_say_more_than_a_sentence(wording: str) -> None:
    text = "Lampe LAMP\n\nText.\n\nEbenen\n\nDefiniert auf diesen Ebenen: 3\n\nLampe: Ebene 2\n\n{}\n\nLampe: Ebene 3\n\nJa.\n"
    assert "mehr als ein Satz" in refusal(text.format(wording)).text.de
    assert read_page(text.format("Ein Satz.").encode(), name="p").defined_levels == (3,)


def test_a_known_sentence_below_a_defined_level_is_noticed() -> None:
    page = read_page(GERMAN.encode(), name="p")
    levels_line = read_lines(GERMAN.encode(), name="p")[8]
    row = headings_in("de")
    assert row is not None
    known = dataclasses.replace(row, not_observed=frozenset({fingerprint(REFUSED)}))
    check_agreement(page, known, levels_line=levels_line)
    known = dataclasses.replace(row, not_observed=frozenset({fingerprint(page.sections[3].text)}))
    with pytest.raises(SourceError, match="not observed") as caught:
        check_agreement(page, known, levels_line=levels_line)
    assert caught.value.line == 25
