"""The tables in an archive of ESCO, as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from slm_graph.errors import SourceError, Text
from slm_graph.sources.archives import UNPACKING_FAULTS, refuse_encrypted
from slm_graph.sources.decoding import decoded

_VERSION = re.compile(r"(?<![0-9.])v?([0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,2})?)(?![0-9])")


@dataclass(frozen=True, slots=True)
class Member:
    """One table: `name` is `archive/file` for messages, `table` its file name without language and suffix."""

    name: str
    table: str
    language: str | None
    text: str


_TABLE_NAME = re.compile(r"(?P<table>[A-Za-z][A-Za-z0-9]*)(?:_(?P<language>[a-z]{2}))?\.csv", re.IGNORECASE)


def version_in(name: str) -> str:
    """The version in an archive's name. Raises SourceError where it has none.

    >>> version_in("ESCO dataset - v1.2.0 - classification - de - csv.zip")
    '1.2.0'
    """
    found = _VERSION.search(name.removesuffix(".zip"))
    if found is None:
        raise SourceError(
            Text(
                de="Der Name des Archivs nennt keine ESCO-Ausgabe.",
                en="the archive's name does not tell the ESCO version.",
            ),
            name=name,
            hint=Text(
                de="Nach der Ausgabe benennen, etwa esco-1.2.0-csv-de.zip.",
                en="Name it after its version, such as esco-1.2.0-csv-de.zip.",
            ),
        )
    return found[1]


def tables(archive: zipfile.ZipFile, *, name: str) -> Iterator[tuple[zipfile.ZipInfo, str, str | None]]:
    """The members that are named like a table, sorted: entry, table name, language in lower case.

    Raises SourceError where there is none, or two of one name.
    """
    seen: set[str] = set()
    found = []
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."):
            continue
        matched = _TABLE_NAME.fullmatch(path.name)
        if matched is None:
            continue
        if path.name.lower() in seen:
            raise SourceError(
                Text(
                    de=f"Die Datei {path.name} steht zweimal im Archiv.",
                    en=f"the file {path.name} is in the archive twice.",
                ),
                name=name,
            )
        seen.add(path.name.lower())
        language = matched["language"]
        found.append((member, matched["table"], language.lower() if language else None))
    if not found:
        raise SourceError(
            Text(de="Im Archiv ist keine CSV-Tabelle.", en="there is no CSV table in the archive."),
            name=name,
            hint=Text(
                de="Erwartet wird die CSV-Ausgabe von ESCO, etwa mit occupations_de.csv.",
                en="Expected is ESCO's CSV distribution, such as with occupations_en.csv.",
            ),
        )
    yield from sorted(found, key=lambda row: row[0].filename)


def read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, archive_name: str, table: str, language: str | None
) -> Member:
    """The member's text, without a byte order mark. Raises SourceError with line and column for what is no UTF-8."""
    name = f"{archive_name}/{PurePosixPath(member.filename.replace(chr(92), '/')).name}"
    refuse_encrypted(member, name=name)
    try:
        data = archive.read(member)  # gives at most the size that was checked, or fails by its checksum
    except UNPACKING_FAULTS as fault:
        raise SourceError(
            Text(
                de=f"Die Datei lässt sich nicht auspacken ({fault}).",
                en=f"the file cannot be unpacked ({fault}).",
            ),
            name=name,
            hint=Text(de="Das Archiv noch einmal herunterladen.", en="Download the archive again."),
        ) from fault
    return Member(name, table, language, decoded(data, name=name))
