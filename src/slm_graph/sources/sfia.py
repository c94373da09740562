"""Skill pages of the Skills Framework for the Information Age, read as they stand.

    banner (may be missing)
    NAME CODE
    definition
    Ebenen                                   the fixed words of each language: `sources.headings`
    Definiert auf diesen Ebenen: 2 3 4
    NAME: Ebene 1
    text
    …

Which levels are defined follows from the line of defined levels alone. A page may have sections for further
levels, with the sentence that the skill is not observed there: for all of them up to its last section, and
the same sentence in each. Whatever fits nowhere is an error with its line; no heading is taken into the text
before it in silence.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slm_graph.errors import SourceError, Text, UsageError
from slm_graph.model import LEVEL_NUMBERS, LevelSection, SkillPage, SourceFile
from slm_graph.sources.agreement import check_agreement
from slm_graph.sources.headings import Headings, collapsed, headings_in, languages
from slm_graph.sources.lines import Line, quoted, quoted_in_english, read_lines
from slm_graph.sources.recognition import (
    is_levels_line,
    language_row,
    levels_said,
    page_heading,
    resembles_heading,
    section_heading,
)

MAX_BYTES = 1024 * 1024
"""A page has about 4 KB: a file 250 times as long is something else."""

_DEFINED_LEVELS = re.compile(r"[0-9]+(?:(?: ?, ?| )[0-9]+)*")
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class _Section:
    """A level's section while it is read."""

    heading: Line
    name: str
    number: str
    """As the heading spells it."""
    body: tuple[Line, ...]


def read_page(
    data: bytes,
    *,
    name: str,
    language: str | None = None,
    edition: str | None = None,
    date: str | None = None,
) -> SkillPage:
    """The skill page in `data`; `name` is its file's name without folder.

    `language` None: recognised by the headings; a given one must agree with them. `date`: YYYY, YYYY-MM or
    YYYY-MM-DD. Wording is changed in nothing but Unicode NFC, line ends with the blanks before them, and runs
    of blank lines, which become one. Names and codes are read with their blanks collapsed. Raises SourceError
    for a page that is not as the layout says, UsageError for a language without a row in the table, an empty
    edition or a date that is none.
    """
    name = "".join(character if character.isprintable() else "?" for character in name)
    _check_options(language=language, edition=edition, date=date)
    if len(data) > MAX_BYTES:
        raise SourceError(
            Text(
                de=f"Die Datei hat {len(data)} Bytes; eine Seite hat höchstens {MAX_BYTES}.",
                en=f"The file has {len(data)} bytes; a page has at most {MAX_BYTES}.",
            ),
            name=name,
        )
    lines = read_lines(data, name=name)
    row = language_row(lines, name=name, language=language)
    digest = hashlib.sha256(data).hexdigest()
    source = SourceFile(name=name, sha256=digest, media_type="text/plain", edition=edition, date=date)
    return _page(lines, row, source=source)


def _check_options(*, language: str | None, edition: str | None, date: str | None) -> None:
    if language is not None and headings_in(language) is None:
        raise UsageError(
            Text(
                de=f"Für die Sprache {quoted(language)} sind keine Überschriften bekannt.",
                en=f"No headings are known for the language {quoted_in_english(language)}.",
            ),
            hint=Text(de=f"Bekannt sind: {languages()}.", en=f"Known are: {languages()}."),
        )
    if edition is not None and not (edition.strip() and edition.isprintable()):
        raise UsageError(
            Text(de="Die Ausgabe ist leer oder unlesbar.", en="The edition is empty or unreadable.")
        )
    if date is not None and not _is_date(date):
        raise UsageError(
            Text(de=f"Kein Datum: {quoted(date)}.", en=f"Not a date: {quoted_in_english(date)}."),
            hint=Text(
                de="Erwartet wird JJJJ, JJJJ-MM oder JJJJ-MM-TT.", en="Expected: YYYY, YYYY-MM or YYYY-MM-DD."
            ),
        )


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError:
        return False
    return True


def _page(lines: Sequence[Line], row: Headings, *, source: SourceFile) -> SkillPage:
    name = source.name
    levels_at = _levels_heading(lines, row, name=name)
    line_at = _levels_line(lines, row, levels_at, name=name)
    sections = _sections(lines[line_at + 1 :], row, above=lines[line_at], name=name)
    heading_at = _heading(lines[:levels_at], sections, name=name)
    heading, levels_heading, levels_line = lines[heading_at], lines[levels_at], lines[line_at]
    skill, code = page_heading(heading) or ("", "")
    banner, definition = lines[:heading_at], lines[heading_at + 1 : levels_at]
    _check_banner(banner, heading, name=name)
    defined = _defined_levels(levels_line, row, name=name)
    read: list[LevelSection] = []
    for section in sections:
        read.append(_level_section(section, read, skill=skill, heading=heading, name=name))
    if not _has_words(definition):
        raise SourceError(
            Text(
                de=f"Zwischen {heading.quoted} und {levels_heading.quoted} (Zeile {levels_heading.number}) "
                "fehlt die Beschreibung der Fähigkeit.",
                en=f"Between {heading.quoted_in_english} and {levels_heading.quoted_in_english} (line {levels_heading.number}) the "
                "definition of the skill is missing.",
            ),
            name=name,
            line=heading.number,
        )
    for block in (banner, definition, *(section.body for section in sections)):
        _check_block(block, skill=skill, row=row, name=name)
    _check_whole(lines, name=name, final_newline=not lines[-1])
    page = SkillPage(
        source=source,
        language=row.language,
        banner=_wording(banner) or None,
        heading=heading.text.lstrip(),
        name=skill,
        code=code,
        definition=_wording(definition),
        levels_heading=levels_heading.text.lstrip(),
        levels_line=levels_line.text.lstrip(),
        defined_levels=tuple(sorted(defined)),
        sections=tuple(read),
    )
    check_agreement(page, row, levels_line=levels_line)
    return page


def _levels_heading(lines: Sequence[Line], row: Headings, *, name: str) -> int:
    """Index of the heading above the line of defined levels."""
    found = [index for index, line in enumerate(lines) if line.collapsed == row.levels]
    if not found:
        after = (line for line in lines if is_levels_line(line, row) or section_heading(line, row))
        where = next(after, [line for line in lines if line][-1])
        raise SourceError(
            Text(
                de=f"Die Überschrift {quoted(row.levels)} fehlt vor {where.quoted}.",
                en=f"The heading {quoted_in_english(row.levels)} is missing before {where.quoted_in_english}.",
            ),
            name=name,
            line=where.number,
        )
    if len(found) > 1:
        first, second = lines[found[0]], lines[found[1]]
        raise _twice(first, second, name=name)
    return found[0]


def _twice(first: Line, second: Line, *, name: str) -> SourceError:
    return SourceError(
        Text(
            de=f"{second.quoted} steht zum zweiten Mal da, zuerst in Zeile {first.number}.",
            en=f"{second.quoted_in_english} stands there a second time, first in line {first.number}.",
        ),
        name=name,
        line=second.number,
    )


def _levels_line(lines: Sequence[Line], row: Headings, levels_at: int, *, name: str) -> int:
    """Index of the line of defined levels: the first one that is not blank below `levels_at`."""
    heading = lines[levels_at]
    expected = f"{row.defined[0]}: …"
    found = [index for index, line in enumerate(lines) if is_levels_line(line, row)]
    index = next((index for index in range(levels_at + 1, len(lines)) if lines[index]), None)
    if index is None or index not in found:
        line = heading if index is None else lines[index]
        raise SourceError(
            Text(
                de=f"Unter {heading.quoted} (Zeile {heading.number}) fehlt die Zeile {quoted(expected)}; dort steht "
                f"{line.quoted}.",
                en=f"Below {heading.quoted_in_english} (line {heading.number}) the line {quoted_in_english(expected)} is missing; what "
                f"stands there is {line.quoted_in_english}.",
            ),
            name=name,
            line=line.number,
        )
    if len(found) > 1:
        raise _twice(lines[found[0]], lines[found[1]], name=name)
    return index


def _defined_levels(line: Line, row: Headings, *, name: str) -> list[int]:
    """The numbers in the line of defined levels, as it names them."""
    said = levels_said(line, row) or ""
    if not _DEFINED_LEVELS.fullmatch(said):
        raise SourceError(
            Text(
                de=f"Die Zeile der definierten Ebenen ist nicht lesbar: {line.quoted}.",
                en=f"The line of defined levels cannot be read: {line.quoted_in_english}.",
            ),
            name=name,
            line=line.number,
            hint=Text(
                de="Erwartet werden Zahlen von 1 bis 7, getrennt durch Leerzeichen oder Kommas.",
                en="Expected: numbers from 1 to 7, separated by blanks or commas.",
            ),
        )
    defined: list[int] = []
    for number in re.findall(r"[0-9]+", said):
        level = _level(number, line, name=name)
        if level in defined:
            raise SourceError(
                Text(
                    de=f"Die Ebene {level} ist in der Zeile zweimal genannt: {line.quoted}.",
                    en=f"Level {level} is named twice in the line: {line.quoted_in_english}.",
                ),
                name=name,
                line=line.number,
            )
        defined.append(level)
    return defined


def _level(number: str, line: Line, *, name: str) -> int:
    """The level of that number. Raises SourceError, quoting the line, for a number that is no level."""
    level = int(number) if len(number) == 1 else 0
    if level not in LEVEL_NUMBERS:
        raise SourceError(
            Text(
                de=f"Die Ebene {number[:20]} gibt es nicht, nur 1 bis 7: {line.quoted}.",
                en=f"There is no level {number[:20]}, only 1 to 7: {line.quoted_in_english}.",
            ),
            name=name,
            line=line.number,
        )
    return level


def _sections(lines: Sequence[Line], row: Headings, *, above: Line, name: str) -> list[_Section]:
    """The sections as they follow each other; `lines` are all below the line of defined levels, `above`."""
    starts = [index for index, line in enumerate(lines) if section_heading(line, row)]
    expected = row.section("…", 1)
    first = next((line for line in lines if line), None)
    if first is None or not starts or any(lines[: starts[0]]):
        place = first or above
        raise SourceError(
            Text(
                de=f"Nach {above.quoted} (Zeile {above.number}) wird eine Überschrift wie {quoted(expected)} "
                "erwartet; " + (f"dort steht {first.quoted}." if first else "dort endet die Seite."),
                en=f"After {above.quoted_in_english} (line {above.number}) a heading like {quoted_in_english(expected)} is expected; "
                + (f"what stands there is {first.quoted_in_english}." if first else "the page ends there."),
            ),
            name=name,
            line=place.number,
        )
    sections = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found, number = section_heading(lines[start], row) or ("", "")
        sections.append(_Section(lines[start], found, number, tuple(lines[start + 1 : end])))
    return sections


def _heading(before: Sequence[Line], sections: Sequence[_Section], *, name: str) -> int:
    """Index of the page's heading among the lines `before` the levels.

    Banner and definition may end in four capital letters too: it is the line with the sections' name.
    """
    candidates = [(index, found) for index, line in enumerate(before) if (found := page_heading(line))]
    names = {section.name for section in sections}
    if candidates:
        return next((index for index, (skill, _) in candidates if skill in names), candidates[0][0])
    close = next((line for line in before if line.collapsed.startswith(sections[0].name)), None)
    where = close or next((line for line in before if line), sections[0].heading)
    raise SourceError(
        Text(
            de=f"Die Seite hat keinen Code: Die Überschrift {quoted(sections[0].name + ' CODE')} fehlt; "
            f"gelesen wurde {where.quoted}.",
            en=f"The page has no code: the heading {quoted_in_english(sections[0].name + ' CODE')} is missing; what was "
            f"read is {where.quoted_in_english}.",
        ),
        name=name,
        line=where.number,
        hint=Text(
            de="Ein SFIA-Code besteht aus genau vier Großbuchstaben.",
            en="A SFIA code is exactly four capital letters.",
        ),
    )


def _check_banner(lines: Sequence[Line], heading: Line, *, name: str) -> None:
    paragraphs = _paragraphs(lines)
    if len(paragraphs) > 1:
        extra = paragraphs[1][0]
        raise SourceError(
            Text(
                de=f"Vor der Überschrift {heading.quoted} (Zeile {heading.number}) steht mehr als ein "
                f"Absatz: {extra.quoted}.",
                en=f"Before the heading {heading.quoted_in_english} (line {heading.number}) stands more than one "
                f"paragraph: {extra.quoted_in_english}.",
            ),
            name=name,
            line=extra.number,
        )


def _level_section(
    section: _Section, before: Sequence[LevelSection], *, skill: str, heading: Line, name: str
) -> LevelSection:
    """The section as the model holds it, held against the page's heading and the sections `before` it."""
    line = section.heading
    if section.name != skill:
        raise SourceError(
            Text(
                de=f"Der Abschnitt {line.quoted} nennt eine andere Fähigkeit als die Überschrift "
                f"{heading.quoted} in Zeile {heading.number}.",
                en=f"The section {line.quoted_in_english} names another skill than the heading {heading.quoted_in_english} in line "
                f"{heading.number}.",
            ),
            name=name,
            line=line.number,
        )
    number = _level(section.number, line, name=name)
    for earlier in before:
        if earlier.number == number:
            raise SourceError(
                Text(
                    de=f"Zwei Abschnitte für die Ebene {number}: {line.quoted} steht schon in Zeile "
                    f"{earlier.line}.",
                    en=f"Two sections for level {number}: {line.quoted_in_english} stands in line {earlier.line} "
                    "already.",
                ),
                name=name,
                line=line.number,
            )
    if before and before[-1].number > number:
        raise SourceError(
            Text(
                de=f"Die Abschnitte stehen nicht in der Reihenfolge der Ebenen: {line.quoted} folgt auf "
                f"{quoted(before[-1].heading)} (Zeile {before[-1].line}).",
                en=f"The sections do not stand in the order of the levels: {line.quoted_in_english} follows "
                f"{quoted_in_english(before[-1].heading)} (line {before[-1].line}).",
            ),
            name=name,
            line=line.number,
        )
    if not _has_words(section.body):
        raise SourceError(
            Text(
                de=f"Der Abschnitt {line.quoted} hat keinen Text.",
                en=f"The section {line.quoted_in_english} has no text.",
            ),
            name=name,
            line=line.number,
        )
    return LevelSection(
        number=number, heading=line.text.lstrip(), text=_wording(section.body), line=line.number
    )


def _check_block(lines: Sequence[Line], *, skill: str, row: Headings, name: str) -> None:
    """No heading went astray in a text, and no paragraph stands in it twice, no line twice in a row."""
    for line in lines:
        if line and (section_heading(line, row) or resembles_heading(line, skill)):
            raise SourceError(
                Text(
                    de=f"{line.quoted} sieht wie eine Überschrift aus, passt aber nicht an diese Stelle.",
                    en=f"{line.quoted_in_english} looks like a heading and does not fit in this place.",
                ),
                name=name,
                line=line.number,
                hint=Text(
                    de=f"Eine Überschrift lautet genau {quoted(row.section(skill, 1))}, mit 1 bis 7.",
                    en=f"A heading reads exactly {quoted_in_english(row.section(skill, 1))}, with 1 to 7.",
                ),
            )
    seen: dict[str, Line] = {}
    for paragraph in _paragraphs(lines):
        first = seen.setdefault(collapsed(_wording(paragraph)), paragraph[0])
        if first is not paragraph[0]:
            raise _twice(first, paragraph[0], name=name)
    for line, following in itertools.pairwise(line for line in lines if line):
        if line.collapsed == following.collapsed:
            raise _twice(line, following, name=name)


def _check_whole(lines: Sequence[Line], *, name: str, final_newline: bool) -> None:
    """A file that ends without a line end and in the middle of a sentence has been cut off."""
    last = [line for line in lines if line][-1]
    text = last.collapsed
    open_brackets = text.count("(") > text.count(")")
    if not final_newline and (text[-1].isalnum() or text[-1] in ",;-–/(&" or open_brackets):
        raise SourceError(
            Text(
                de=f"Die Datei bricht mitten im Satz ab: {quoted('…' + text[-40:])}.",
                en=f"The file breaks off in the middle of a sentence: {quoted_in_english('…' + text[-40:])}.",
            ),
            name=name,
            line=last.number,
            hint=Text(
                de="Ist die Seite vollständig, so beenden Sie ihre letzte Zeile mit einem Zeilenende.",
                en="If the page is whole, end its last line with a line end.",
            ),
        )


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """The runs of lines between blank ones."""
    paragraphs: list[list[Line]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _wording(lines: Sequence[Line]) -> str:
    """The verbatim text of the lines, one empty line between paragraphs."""
    return "\n\n".join("\n".join(line.text for line in paragraph) for paragraph in _paragraphs(lines))


def _has_words(lines: Iterable[Line]) -> bool:
    """Whether there is a letter or a digit in any of the lines: a dash alone is no text."""
    return any(character.isalnum() for line in lines for character in line.text)
