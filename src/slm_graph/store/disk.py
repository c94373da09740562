"""Where a release is held for queries: in memory while it is small, else in a store on disk.

The store on disk is a cache: made from the release's canonical N-Quads, in a directory beside `releases`, and made
again whenever it is missing or was made from other bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from slm_graph.engine.evaluation import Evaluator, write_on_disk
from slm_graph.errors import EnvironmentFault, Text

IN_MEMORY_BYTES = 256 * 1024 * 1024
"""Of N-Quads: see docs/decisions/store-in-memory.md for what that is in quads, memory and seconds of loading."""

Place = Literal["memory", "disk"]


def open_data(data: Path, *, in_memory_bytes: int = IN_MEMORY_BYTES) -> tuple[Evaluator, Place]:
    """The release's N-Quads opened for queries, and where it is held. Raises EnvironmentFault."""
    try:
        size = data.stat().st_size
        if size <= in_memory_bytes:
            return Evaluator.in_memory(data), "memory"
        return Evaluator.on_disk(_cached(data)), "disk"
    except OSError as fault:
        raise EnvironmentFault(
            Text(de="Die Daten der Veröffentlichung lassen sich nicht öffnen.", en="the release's data cannot be opened"),
            where=str(fault),
        ) from fault


def cache_directory(data: Path) -> Path:
    """`DIR/cache/VERSION` for `DIR/releases/VERSION/data.nq`; `cache` beside any other file."""
    release = data.resolve().parent
    if release.parent.name == "releases":
        return release.parent.parent / "cache" / release.name
    return release / "cache"


def _cached(data: Path) -> Path:
    directory = cache_directory(data)
    source = directory / "source.json"
    state = data.stat()
    wanted = {"bytes": state.st_size, "modified_ns": state.st_mtime_ns}
    try:
        if json.loads(source.read_bytes()) == wanted:
            return directory / "store"
    except (OSError, ValueError):
        pass  # missing or half written by another hand: it is made anew
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        write_on_disk(data, fresh / "store")
        (fresh / "source.json").write_text(json.dumps(wanted))
        # A reader of the old one keeps its open files; whoever comes after finds the new one whole.
        if directory.exists():
            directory.rename(Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent)) / "old")
        os.rename(fresh, directory)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        for old in directory.parent.glob(f".{directory.name}-old-*"):
            shutil.rmtree(old, ignore_errors=True)
    return directory / "store"
