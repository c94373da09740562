"""A zip archive's tables as text: never more of them than the limits say, whatever the archive claims."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from slm_graph.errors import SourceError, Text
from slm_graph.sources.decoding import decoded

MAX_UNPACKED_BYTES = 768 * 1024 * 1024
"""Of all members together: the two archives of German and English are 65 MB, all 28 languages of one version
about ten times that."""
MAX_MEMBERS = 2_000
"""Twenty tables in 28 languages are 560."""
_ENCRYPTED = 0x1
"""General purpose bit 0 (APPNOTE 4.4.4)."""
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


def open_archive(data: bytes, *, name: str) -> zipfile.ZipFile:
    """The archive, its directory checked. Raises SourceError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise SourceError(
            Text(de="Kein gültiges Zip-Archiv.", en="not a valid zip archive."),
            name=name,
            hint=Text(
                de="Das Archiv noch einmal herunterladen und ungeändert angeben.",
                en="Download the archive again and give it as it is.",
            ),
        ) from fault
    if len(members) > MAX_MEMBERS:
        raise SourceError(
            Text(
                de=f"Das Archiv hat {len(members)} Dateien, erlaubt sind {MAX_MEMBERS}.",
                en=f"the archive has {len(members)} files; {MAX_MEMBERS} are allowed.",
            ),
            name=name,
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        size = MAX_UNPACKED_BYTES // (1024 * 1024)
        raise SourceError(
            Text(
                de=f"Das Archiv ist ausgepackt größer als {size} MiB.",
                en=f"the archive is larger than {size} MiB unpacked.",
            ),
            name=name,
            hint=Text(
                de="Weniger Sprachen auf einmal einlesen, oder prüfen, ob es ESCO ist.",
                en="Read fewer languages at once, or check that it is ESCO.",
            ),
        )
    return archive


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
    if member.flag_bits & _ENCRYPTED:
        raise SourceError(Text(de="Die Datei ist verschlüsselt.", en="the file is encrypted."), name=name)
    try:
        data = archive.read(member)  # gives at most the size that was checked, or fails by its checksum
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as fault:
        raise SourceError(
            Text(
                de=f"Die Datei lässt sich nicht auspacken ({fault}).",
                en=f"the file cannot be unpacked ({fault}).",
            ),
            name=name,
            hint=Text(de="Das Archiv noch einmal herunterladen.", en="Download the archive again."),
        ) from fault
    return Member(name, table, language, decoded(data, name=name))
