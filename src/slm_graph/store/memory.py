"""What query processes own, as far as the query host must know: their copies of the release's pages included.

The limit on address space, which each process has, does not see those: the pages of the release are there from the
beginning, and reading them makes the engine count references inside them, which copies them.
"""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Collection
from pathlib import Path

_MINOR_FAULTS = 7
"""The field of /proc/PID/stat behind the name, counted from 0: pages that came without a disk (proc(5))."""


def own_bytes(pid: int | str = "self") -> int:
    """Memory that the process shares with nobody, its copies of its parent's pages included; 0 where nobody tells.

    Takes milliseconds: the kernel looks at every page.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Private_Dirty:"))


class Ledger:
    """What each of several processes owns at most, read anew only where it could be too much.

    A page that a process comes to own is a fault the kernel counts, and tells at once; who has faulted little owns little.
    """

    def __init__(self, together_bytes: int) -> None:
        self._together_bytes = together_bytes
        self._known: dict[
            int, tuple[int, int]
        ] = {}  # by process: pages that had come when it was looked at, bytes it owned

    def excess(self, pids: Collection[int]) -> dict[int, int]:
        """What each process owns, if it is too much together; else nothing."""
        self._known = {pid: known for pid, known in self._known.items() if pid in pids}
        at_most = {pid: self._at_most(pid) for pid in pids}
        if sum(at_most.values()) <= self._together_bytes:
            return {}
        for pid in pids:
            faults = _minor_faults(pid)
            self._known[pid] = (faults, own_bytes(pid))
        owned = {pid: known[1] for pid, known in self._known.items()}
        return owned if sum(owned.values()) > self._together_bytes else {}

    def _at_most(self, pid: int) -> int:
        faults, owned = self._known.get(pid, (0, 0))
        return owned + (_minor_faults(pid) - faults) * resource.getpagesize()


def _minor_faults(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[_MINOR_FAULTS])
    return 0
