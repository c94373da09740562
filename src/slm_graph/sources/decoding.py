"""Bytes of a table as text, or where they are none."""

from __future__ import annotations

import re

from slm_graph.errors import SourceError, Text

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no table of labels holds; tabs and line ends are looked at cell by cell."""


def decoded(data: bytes, *, name: str, encoding: str = "utf-8") -> str:
    """The text of a table, without a byte order mark. Raises SourceError with line and column of the first fault."""
    hint = Text(de="Die Datei als UTF-8 speichern.", en="Save the file as UTF-8.")
    label = encoding.upper()
    if encoding == "utf-8" and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(
            Text(de="Die Datei ist UTF-16.", en="the file is UTF-16."), name=name, line=1, hint=hint
        )
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as fault:
        line, column = _position(data[: fault.start])
        raise SourceError(
            Text(
                de=f"Kein {label}: das Byte 0x{data[fault.start]:02X}.",
                en=f"not {label}: the byte 0x{data[fault.start]:02X}.",
            ),
            name=name,
            line=line,
            column=column,
            hint=hint,
        ) from fault
    if (control := _CONTROL.search(text)) is not None:
        line, column = _position(text[: control.start()].encode())
        raise SourceError(
            Text(
                de=f"Das Steuerzeichen U+{ord(control[0]):04X} gehört in keine Tabelle.",
                en=f"the control character U+{ord(control[0]):04X} belongs in no table.",
            ),
            name=name,
            line=line,
            column=column,
        )
    return text


def _position(before: bytes) -> tuple[int, int]:
    """Line and column, from 1, of what follows."""
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
