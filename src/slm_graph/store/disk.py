"""Where a release is held for queries: in memory while it is small, else in a store on disk.

The store on disk is a cache: made from the release's canonical N-Quads, in a directory beside `releases`, and made
again whenever it is missing or was made from other bytes. One process makes one at a time, the others wait for it.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import EnvironmentFault, Text

IN_MEMORY_BYTES = 256 * 1024 * 1024
"""Of N-Quads: see docs/decisions/store-in-memory.md for what that is in quads, memory and seconds of loading."""

_SOURCE = "source.json"
"""Beside a store: what it was made from."""

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
    if not _is_of(directory, data):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with _making_alone(directory.parent):
            if not _is_of(directory, data):  # nobody has made it while we waited
                _make(data, directory)
    return directory / "store"


def _is_of(directory: Path, data: Path) -> bool:
    """Whether what lies there was made from these very bytes."""
    try:
        return bool(json.loads((directory / _SOURCE).read_bytes()) == _state_of(data))
    except (OSError, ValueError):
        return False  # missing or half written by another hand: it is made anew


def _state_of(data: Path) -> dict[str, int]:
    state = data.stat()
    return {"bytes": state.st_size, "modified_ns": state.st_mtime_ns}


@contextlib.contextmanager
def _making_alone(caches: Path) -> Iterator[None]:
    """Waits while another process makes a store in `caches`; a lock on the directory leaves no file, and ends with us."""
    import fcntl  # not everywhere, and no small release needs it

    descriptor = os.open(caches, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # of a file system without locks: nobody waits for anybody there
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(data: Path, directory: Path) -> None:
    """Make the store, in the place of an older one; to be called by one process at a time."""
    _sweep(directory)  # of one that was killed while it made this
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    wanted = _state_of(data)
    try:
        _write_apart(data, fresh / "store")
        (fresh / _SOURCE).write_text(json.dumps(wanted))
        # A reader of the old one keeps its open files; whoever comes after finds the new one whole.
        if directory.exists():
            directory.rename(
                Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent)) / "old"
            )
        os.rename(fresh, directory)
    finally:
        _sweep(directory)


def _sweep(directory: Path) -> None:
    for left in directory.parent.glob(f".{glob.escape(directory.name)}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _write_apart(data: Path, directory: Path) -> None:
    """The store written in a fresh interpreter: loading starts threads, and this process may still have to fork."""
    done = subprocess.run(
        [sys.executable, "-m", "slm_graph.store.loading", str(data), str(directory), str(os.getpid())],
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
