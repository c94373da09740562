"""The numbered lines of a text file, decoded strictly."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from slm_graph.errors import SourceError, Text
from slm_graph.sources.headings import collapsed

MAX_QUOTED_CHARACTERS = 90
"""What a message quotes of one line: it stays readable in a terminal of 120 columns."""

_NEVER_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufeff\ufffe\uffff]")
"""Control characters other than the tab, and traces of damage: a replaced character, a byte order mark inside
the text, and two code points that no XML may hold."""

_SAVE_AS_UTF8 = Text(
    de="Speichern Sie die Seite als UTF-8, aus einer unbeschädigten Vorlage.",
    en="Save the page as UTF-8, from an undamaged original.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `text` in NFC without the blanks at its end, which belong to the line's end."""

    number: int
    text: str
    collapsed: str
    """The same with every run of blanks as one space, none at the ends: what headings are compared by."""

    def __bool__(self) -> bool:
        return bool(self.collapsed)

    @property
    def quoted(self) -> str:
        """The line as a German message quotes it."""
        return quoted(self.collapsed)

    @property
    def quoted_in_english(self) -> str:
        """The line as an English message quotes it."""
        return quoted_in_english(self.collapsed)


def quoted(text: str) -> str:
    """`text` in German quotation marks, shortened.

    >>> quoted("Ebenen")
    '„Ebenen“'
    """
    return f"„{_shortened(text)}“"


def quoted_in_english(text: str) -> str:
    """`text` in English quotation marks, shortened.

    >>> quoted_in_english("Levels")
    '“Levels”'
    """
    return f"“{_shortened(text)}”"


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTED_CHARACTERS else text[: MAX_QUOTED_CHARACTERS - 1] + "…"


def read_lines(data: bytes, *, name: str) -> tuple[Line, ...]:
    """Every line of `data`, blank ones too, in NFC; survives a byte order mark, CRLF and CR.

    Raises SourceError for bytes that are not UTF-8, control characters and a text without anything to read.
    """
    text = _decoded(data.removeprefix(codecs.BOM_UTF8), name=name)
    lines = []
    for number, content in enumerate(_with_plain_line_ends(text).split("\n"), start=1):
        if unwanted := _NEVER_IN_TEXT.search(content):
            raise _unwanted_character(unwanted[0], name=name, line=number, column=unwanted.start() + 1)
        verbatim = unicodedata.normalize("NFC", content).rstrip()
        lines.append(Line(number, verbatim, collapsed(verbatim)))
    if not any(lines):
        raise SourceError(
            Text(de="Die Datei ist leer.", en="The file is empty."),
            name=name,
            line=1,
            hint=Text(
                de="Erwartet wird der Text einer Fähigkeitsseite.", en="Expected: the text of a skill page."
            ),
        )
    return tuple(lines)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, *, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as reason:
        before = _with_plain_line_ends(data[: reason.start].decode("utf-8"))
        byte = f"0x{data[reason.start]:02X}"
        raise SourceError(
            Text(de=f"Kein gültiges UTF-8: Byte {byte}.", en=f"Not valid UTF-8: byte {byte}."),
            name=name,
            line=before.count("\n") + 1,
            hint=_SAVE_AS_UTF8,
        ) from reason


def _unwanted_character(character: str, *, name: str, line: int, column: int) -> SourceError:
    code_point = f"U+{ord(character):04X}"
    return SourceError(
        Text(
            de=f"Das Zeichen {code_point} gehört in keinen Text: Die Datei ist beschädigt oder keine "
            f"Textdatei.",
            en=f"The character {code_point} belongs in no text: the file is damaged, or is no text file.",
        ),
        name=name,
        line=line,
        column=column,
        hint=_SAVE_AS_UTF8,
    )
