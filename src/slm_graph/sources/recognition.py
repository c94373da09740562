"""What one line of a skill page is, and the language its fixed lines are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from slm_graph.errors import SourceError, Text
from slm_graph.sources.headings import HEADINGS, Headings, headings_in, languages
from slm_graph.sources.lines import Line, quoted, quoted_in_english

_CODE = re.compile(r"[A-Z]{4}")
"""A SFIA code: four capital letters of ASCII, so that every code makes an IRI as it is."""

_LEVEL_NUMBER = re.compile(r"0|[1-9][0-9]*")


def is_levels_line(line: Line, row: Headings) -> bool:
    return levels_said(line, row) is not None


def levels_said(line: Line, row: Headings) -> str | None:
    """What stands after the colon of a line of defined levels; None for any other line."""
    for beginning in row.defined:
        if line.collapsed.startswith(beginning):
            rest = line.collapsed.removeprefix(beginning).lstrip()
            if rest.startswith(":"):
                return rest[1:].strip()
    return None


def section_heading(line: Line, row: Headings) -> tuple[str, str] | None:
    """Name and number in a section's heading; None for any other line.

    The number may be any row of digits without a leading zero: whether it is a level is told later.
    """
    head, _, tail = line.collapsed.rpartition(": ")
    name = head.removesuffix(" ") if row.blank_before_colon else head
    word, _, number = tail.partition(" ")
    if not name or name.endswith(" ") or word != row.level or not _LEVEL_NUMBER.fullmatch(number):
        return None
    return name, number


def page_heading(line: Line) -> tuple[str, str] | None:
    """Name and code in the heading of a page; None for any other line."""
    name, _, code = line.collapsed.rpartition(" ")
    return (name, code) if name and _CODE.fullmatch(code) else None


def resembles_heading(line: Line, skill: str) -> bool:
    """Whether a line that is no heading looks so much like one that it may not pass as text.

    These are: the page's name alone, with a code or before a colon; `…: Ebene …` with any name, the name and
    `Ebene …` without a colon, or `Ebene 5` alone; the heading above the levels; the line of defined levels.
    In any language of the table.
    """
    said = line.collapsed.casefold()
    name = skill.casefold()
    rest = said.removeprefix(name).lstrip() if said.startswith(name) else None
    if rest is not None and (rest == "" or rest[0] in ":：" or re.fullmatch(r"[a-z0-9]{2,6}", rest)):
        return True
    tail = said.rpartition(":")[2].lstrip()
    for row in HEADINGS:
        level = re.escape(row.level.casefold())
        if said.rstrip(" :") == row.levels.casefold():
            return True
        if ":" in said and re.fullmatch(rf"{level} ?\S{{1,8}}", tail):
            return True
        if rest is not None and re.fullmatch(rf"\W*{level}\W*\w{{0,8}}\W*", rest):
            return True
        if re.fullmatch(rf"{level} ?[0-9]+\W?", said):
            return True
        for beginning in row.defined:
            if said.startswith(beginning.casefold()):
                after = said.removeprefix(beginning.casefold()).lstrip()
                if after[:1] == ":" or not re.search(r"[^\W\d_]", after):
                    return True
    return False


def _evidence(lines: Iterable[Line], row: Headings) -> list[Line]:
    """The lines that are fixed lines of that language."""
    return [
        line
        for line in lines
        if line.collapsed == row.levels or is_levels_line(line, row) or section_heading(line, row)
    ]


def language_row(lines: Sequence[Line], *, name: str, language: str | None) -> Headings:
    """The row of the page's language: the one most of its fixed lines are in, or the given one if as many are.

    Raises SourceError where there is no fixed line in any language, or more in another than in the given one.
    """
    found = {row.language: _evidence(lines, row) for row in HEADINGS}
    best = max(HEADINGS, key=lambda row: len(found[row.language]))
    evidence = found[best.language]
    given = headings_in(language) if language is not None else None
    if given is not None:
        if len(found[given.language]) < len(evidence):
            raise SourceError(
                Text(
                    de=f"Angegeben ist die Sprache {given.language}, die Überschriften sind in der Sprache "
                    f"{best.language}: {evidence[0].quoted}.",
                    en=f"The language given is {given.language}, the headings are in {best.language}: "
                    f"{evidence[0].quoted_in_english}.",
                ),
                name=name,
                line=evidence[0].number,
            )
        return given
    if not evidence:
        first = next(line for line in lines if line)
        raise SourceError(
            Text(
                de=f"Keine Fähigkeitsseite: In keiner der Sprachen {languages()} steht eine Überschrift der "
                f"Ebenen da. Die Datei beginnt mit {first.quoted}.",
                en=f"Not a skill page: no heading of the levels in any of the languages {languages()}. The "
                f"file begins with {first.quoted_in_english}.",
            ),
            name=name,
            line=first.number,
            hint=Text(
                de=f"Erwartet wird {quoted(HEADINGS[0].levels)} und darunter "
                f"{quoted(HEADINGS[0].defined[0] + ': …')}.",
                en=f"Expected, for instance: {quoted_in_english(HEADINGS[1].levels)} and below it "
                f"{quoted_in_english(HEADINGS[1].defined[0] + ': …')}.",
            ),
        )
    return best
