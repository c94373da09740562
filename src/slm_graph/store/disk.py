"""Where a release is held for queries: in memory while it is small, else in a store on disk.

The store on disk is a cache: made from the release's canonical N-Quads, in a directory beside `releases`, and made
again whenever it is missing or was made from other bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import EnvironmentFault, Text

IN_MEMORY_BYTES = 256 * 1024 * 1024
"""Of N-Quads: see docs/decisions/store-in-memory.md for what that is in quads, memory and seconds of loading."""

Place = Literal["memory", "disk"]


@dataclass(frozen=True, slots=True)
class Held:
    """A release ready for queries: `held` is what is in memory, or the directory of the store on disk."""

    held: Evaluator | Path

    @property
    def place(self) -> Place:
        return "disk" if isinstance(self.held, Path) else "memory"

    def open(self) -> Evaluator:
        """To be called in the process that queries: a store on disk has threads, which no fork takes along."""
        return Evaluator.on_disk(self.held) if isinstance(self.held, Path) else self.held


def hold(data: Path, *, in_memory_bytes: int = IN_MEMORY_BYTES) -> Held:
    """The release's N-Quads made ready for queries. Raises EnvironmentFault."""
    try:
        if data.stat().st_size <= in_memory_bytes:
            return Held(Evaluator.in_memory(data))
        return Held(_cached(data))
    except OSError as fault:
        raise _not_opened(str(fault)) from fault


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
        _write_apart(data, fresh / "store")
        (fresh / "source.json").write_text(json.dumps(wanted))
        # A reader of the old one keeps its open files; whoever comes after finds the new one whole.
        if directory.exists():
            directory.rename(
                Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent)) / "old"
            )
        os.rename(fresh, directory)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        for old in directory.parent.glob(f".{directory.name}-old-*"):
            shutil.rmtree(old, ignore_errors=True)
    return directory / "store"


def _write_apart(data: Path, directory: Path) -> None:
    """The store written in a fresh interpreter: loading starts threads, and this process may still have to fork."""
    done = subprocess.run(
        [sys.executable, "-m", "slm_graph.store.loading", str(data), str(directory)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise _not_opened(done.stderr.strip() or f"loading {data} ended with {done.returncode}")


def _not_opened(reason: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de="Die Daten der Veröffentlichung lassen sich nicht öffnen.",
            en="the release's data cannot be opened",
        ),
        where=reason,
    )
