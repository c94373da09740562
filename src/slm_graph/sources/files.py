"""Bytes of a source, or a clear word why not."""

from __future__ import annotations

from pathlib import Path

from slm_graph.errors import NotASource, SourceError, Text

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""Of a source read whole into this process: pages and mapping sets are kilobytes; RDF files go through a limited
process of their own."""


def read_bytes(path: Path, *, max_bytes: int = MAX_PAGE_BYTES) -> bytes:
    """The whole file. Raises NotASource where there is none, SourceError where it is unreadable or larger than
    `max_bytes`."""
    try:
        if not path.exists() or path.is_dir():  # a pipe is fine here: `import sfia <(…)`
            raise not_a_file(path)
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise SourceError(
            Text(
                de=f"Die Datei lässt sich nicht lesen: {error.strerror}.",
                en=f"the file cannot be read: {error.strerror}.",
            ),
            name=str(path),
        ) from error
    if len(data) > max_bytes:
        raise SourceError(
            Text(
                de=f"Die Datei ist größer als {max_bytes // 1024} KiB; mehr wird von einer Quelle dieser Art nicht gelesen.",
                en=f"the file is larger than {max_bytes // 1024} KiB; more is not read of a source of this kind.",
            ),
            name=str(path),
        )
    return data


def not_a_file(path: Path) -> NotASource:
    """The refusal of a path that names no ordinary file: a folder, a pipe or device, or nothing at all."""
    if path.is_dir():
        return NotASource(
            Text(de="Das ist ein Ordner, keine Datei.", en="this is a folder, not a file."),
            name=str(path),
            hint=Text(de="Die Dateien darin einzeln nennen.", en="Name the files in it one by one."),
        )
    if path.exists():
        return NotASource(
            Text(de="Das ist keine gewöhnliche Datei.", en="this is not an ordinary file."),
            name=str(path),
            hint=Text(de="Den Inhalt in eine Datei schreiben.", en="Write its content to a file."),
        )
    return NotASource(
        Text(de="Diese Datei gibt es nicht.", en="there is no such file."),
        name=str(path),
        hint=Text(de="Pfad und Schreibweise prüfen.", en="Check the path and its spelling."),
    )


def unknown_suffix(path: Path, *, known: Text) -> NotASource:
    """The refusal of a file whose name does not say what it is; `known` completes “known are …”."""
    return NotASource(
        Text(de="Die Endung des Dateinamens ist unbekannt.", en="the file name's suffix is not known."),
        name=path.name,
        hint=Text(de=f"Bekannt sind {known.de}.", en=f"Known are {known.en}."),
    )
