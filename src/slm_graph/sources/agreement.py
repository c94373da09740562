"""Whether the levels a page says are defined agree with the sections it has."""

from __future__ import annotations

import itertools
import re

from slm_graph.errors import SourceError, Text
from slm_graph.model import LevelSection, SkillPage
from slm_graph.sources.headings import Headings, collapsed, fingerprint
from slm_graph.sources.lines import Line, quoted, quoted_in_english

_SENTENCE_END = re.compile(r"(?<!\b[^\W\d_])[.!?…][\"'“”»«)]* (?=[\"'„“»«(]*[^\W_])|[。！？](?=.)")
"""A full stop, exclamation or question mark with text after it; not the stop of a single letter (z. B.)."""


def check_agreement(page: SkillPage, row: Headings, *, levels_line: Line) -> None:
    """Raises SourceError, quoting the line of defined levels and the sections that disagree with it.

    A level of the line needs its section. A section for a level that is not in the line holds the sentence
    that the skill is not observed there: the same in all of them, and a single sentence if there is only one
    such section; then no level up to the last section is skipped. No other text of the page holds it.
    """
    defined = set(page.defined_levels)
    unobserved = [section for section in page.sections if section.number not in defined]
    _check_sections_of_defined(page, levels_line)
    if not unobserved:
        _check_fingerprints(page, row, levels_line)
        return
    _check_none_skipped(page, levels_line)
    _check_same_sentence(page, unobserved, levels_line)
    _check_sentence_elsewhere(page, unobserved[0], levels_line)
    _check_fingerprints(page, row, levels_line)


def _check_sections_of_defined(page: SkillPage, levels_line: Line) -> None:
    found = [section.number for section in page.sections]
    missing = [number for number in page.defined_levels if number not in found]
    if missing:
        numbers = ", ".join(map(str, missing))
        headings = ", ".join(f"{section.heading} ({section.line})" for section in page.sections)
        raise SourceError(
            Text(
                de="Die Zeile der definierten Ebenen stimmt nicht mit den Abschnitten überein: "
                f"{levels_line.quoted}, doch für Ebene {numbers} fehlt der Abschnitt. Abschnitte (Zeile): "
                f"{headings}.",
                en=f"The line of defined levels disagrees with the sections: {levels_line.quoted_in_english}, yet the "
                f"section of level {numbers} is missing. Sections (line): {headings}.",
            ),
            name=page.source.name,
            line=levels_line.number,
        )


def _check_none_skipped(page: SkillPage, levels_line: Line) -> None:
    for section, following in itertools.pairwise(page.sections):
        if following.number > section.number + 1:
            skipped = section.number + 1
            raise SourceError(
                Text(
                    de=f"Die Ebene {skipped} ist übersprungen: Auf {quoted(section.heading)} (Zeile "
                    f"{section.line}) folgt {quoted(following.heading)}. Die Seite hat auch Abschnitte für "
                    f"Ebenen außerhalb von {levels_line.quoted} (Zeile {levels_line.number}), also dürfte "
                    "keiner fehlen.",
                    en=f"Level {skipped} is skipped: {quoted_in_english(section.heading)} (line {section.line}) is "
                    f"followed by {quoted_in_english(following.heading)}. The page also has sections for levels outside "
                    f"{levels_line.quoted_in_english} (line {levels_line.number}), so none may be missing.",
                ),
                name=page.source.name,
                line=following.line,
            )


def _check_same_sentence(page: SkillPage, unobserved: list[LevelSection], levels_line: Line) -> None:
    first = unobserved[0]
    for section in unobserved[1:]:
        if collapsed(section.text) != collapsed(first.text):
            raise _disagreement(
                page,
                levels_line,
                section,
                Text(
                    de=f"und der Text unter {quoted(section.heading)} (Zeile {section.line}) ist ein anderer "
                    f"als unter {quoted(first.heading)} (Zeile {first.line})",
                    en=f"and the text below {quoted_in_english(section.heading)} (line {section.line}) is not the one "
                    f"below {quoted_in_english(first.heading)} (line {first.line})",
                ),
            )
    if len(unobserved) == 1 and ("\n\n" in first.text or _SENTENCE_END.search(collapsed(first.text))):
        raise _disagreement(
            page,
            levels_line,
            first,
            Text(
                de=f"und unter {quoted(first.heading)} (Zeile {first.line}) steht mehr als ein Satz",
                en=f"and below {quoted_in_english(first.heading)} (line {first.line}) stands more than one sentence",
            ),
        )


def _disagreement(page: SkillPage, levels_line: Line, section: LevelSection, finding: Text) -> SourceError:
    number = section.number
    return SourceError(
        Text(
            de="Die Zeile der definierten Ebenen stimmt nicht mit den Abschnitten überein: "
            f"{levels_line.quoted} (Zeile {levels_line.number}) nennt die Ebene {number} nicht, "
            f"{finding.de}.",
            en=f"The line of defined levels disagrees with the sections: {levels_line.quoted_in_english} (line "
            f"{levels_line.number}) does not name level {number}, {finding.en}.",
        ),
        name=page.source.name,
        line=section.line,
        hint=Text(
            de="Unter einer Ebene, die die Zeile nicht nennt, steht nur der Satz, dass sie nicht beobachtet "
            "wird.",
            en="Below a level that the line does not name stands only the sentence that it is not observed.",
        ),
    )


def _parts(text: str) -> set[str]:
    """The text, its paragraphs and its lines, blanks collapsed."""
    return {collapsed(part) for part in (text, *text.split("\n\n"), *text.split("\n"))}


def _check_sentence_elsewhere(page: SkillPage, unobserved: LevelSection, levels_line: Line) -> None:
    """The sentence under `unobserved` stands neither in the definition nor under a level of the line."""
    sentence = collapsed(unobserved.text)
    for section in page.sections:
        if section.number in page.defined_levels and sentence in _parts(section.text):
            raise _stray_sentence(page, section, levels_line, as_below=unobserved)
    if sentence in _parts(page.definition):
        raise _stray_sentence(page, None, levels_line, as_below=unobserved)


def _check_fingerprints(page: SkillPage, row: Headings, levels_line: Line) -> None:
    """No known sentence for levels that are not observed stands elsewhere: under a level of the line, say."""
    for section in page.sections:
        if section.number in page.defined_levels and _holds_known_sentence(section.text, row):
            raise _stray_sentence(page, section, levels_line)
    if _holds_known_sentence(page.definition, row):
        raise _stray_sentence(page, None, levels_line)


def _holds_known_sentence(text: str, row: Headings) -> bool:
    return any(fingerprint(part) in row.not_observed for part in _parts(text))


def _stray_sentence(
    page: SkillPage, section: LevelSection | None, levels_line: Line, *, as_below: LevelSection | None = None
) -> SourceError:
    heading, line = (section.heading, section.line) if section else (page.heading, levels_line.number)
    same = f" ({quoted(as_below.heading)}, Zeile {as_below.line})" if as_below else ""
    same_en = f" ({quoted_in_english(as_below.heading)}, line {as_below.line})" if as_below else ""
    return SourceError(
        Text(
            de=f"Unter {quoted(heading)} steht der Satz einer Ebene, die nicht beobachtet wird{same}; das "
            f"stimmt nicht mit der Zeile {levels_line.quoted} (Zeile {levels_line.number}) überein, oder "
            "eine Überschrift fehlt.",
            en=f"Below {quoted_in_english(heading)} stands the sentence of a level that is not observed{same_en}; that "
            f"disagrees with the line {levels_line.quoted_in_english} (line {levels_line.number}), or a heading is "
            "missing.",
        ),
        name=page.source.name,
        line=line,
    )
