"""Zip archives among the sources: opened within limits, and what is raised where one is damaged."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from slm_graph.errors import SourceError, Text

MAX_UNPACKED_BYTES = 768 * 1024 * 1024
"""Of all members together: ESCO's two archives of German and English are 65 MB, all 28 languages of one version
about ten times that; a table of a hundred thousand concepts is less."""
MAX_MEMBERS = 2_000
"""ESCO's twenty tables in 28 languages are 560; a spreadsheet is a few dozen."""
UNPACKING_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,  # bzip2's word for damaged data
    ValueError,  # offsets before the beginning, names that are not in their own encoding
    RuntimeError,  # encrypted; NotImplementedError: packed in a way the library does not know
)
"""What zipfile lets through of an archive that is damaged or encrypted."""
_ENCRYPTED = 0x1
"""General purpose bit 0 (APPNOTE 4.4.4)."""


def open_archive(data: bytes, *, name: str) -> zipfile.ZipFile:
    """The archive, its directory checked: no member gives more than the directory says. Raises SourceError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except UNPACKING_FAULTS as fault:
        raise SourceError(
            Text(de="Kein gültiges Zip-Archiv.", en="not a valid zip archive."),
            name=name,
            hint=Text(
                de="Das Original noch einmal holen und ungeändert angeben.",
                en="Fetch the original again and give it as it is.",
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
                de="Weniger auf einmal einlesen, von ESCO etwa weniger Sprachen.",
                en="Read less at once, of ESCO such as fewer languages.",
            ),
        )
    return archive


def refuse_encrypted(member: zipfile.ZipInfo, *, name: str) -> None:
    """Raises SourceError where the member can be read with a password only."""
    if member.flag_bits & _ENCRYPTED:
        raise SourceError(
            Text(de="Die Datei ist verschlüsselt.", en="the file is encrypted."),
            name=name,
            hint=Text(de="Ohne Kennwort speichern.", en="Save it without a password."),
        )
