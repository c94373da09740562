"""Bytes of a source, or a clear word why not."""

from __future__ import annotations

from pathlib import Path

from slm_graph.errors import SourceError, Text

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""Of a source read whole into this process: pages and mapping sets are kilobytes; RDF files go through a limited
process of their own."""


def read_bytes(path: Path, *, max_bytes: int = MAX_PAGE_BYTES) -> bytes:
    """The whole file. Raises SourceError where it is missing, unreadable or larger than `max_bytes`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise SourceError(
            Text(de="Diese Datei gibt es nicht.", en="there is no such file."), name=str(path)
        ) from error
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
