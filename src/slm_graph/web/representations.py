"""Bodies ready to send, kept for a release's life: a release never changes, so there is nothing to invalidate."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MAX_BYTES = 64 * 1024 * 1024
"""Of kept bodies in one worker: some 5,000 pages or 20,000 Turtle documents."""

LARGEST_SHARE = 8
"""A body above one eighth of the room is not kept: one large list must not push everything else out."""

OVERHEAD_BYTES = 1024
"""Counted for each body besides its bytes: headers, key and Python's own."""


@dataclass(frozen=True, slots=True)
class Representation:
    """One body with what is said of it; `etag` is strong and in its quotes."""

    body: bytes
    content_type: str
    etag: str
    headers: tuple[tuple[str, str], ...]


def representation(
    body: bytes, content_type: str, headers: tuple[tuple[str, str], ...] = ()
) -> Representation:
    """The representation of `body`, its ETag derived from its bytes (RFC 9110, 8.8.3)."""
    # 128 bits: two bodies of one resource never share a tag
    return Representation(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"', headers)


class Representations:
    """The bodies used last, up to `max_bytes`; safe to share between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        """Held now, overhead included."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Representation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], Representation]) -> Representation:
        """The kept body of `key`, or the one `make` makes now.

        Two threads that miss at once both make it: the same bytes, and no thread waits for another.
        """
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        made = make()
        size = len(made.body) + OVERHEAD_BYTES
        if size > self.max_bytes // LARGEST_SHARE:
            return made
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self.bytes += size
                while self.bytes > self.max_bytes:
                    _, oldest = self._kept.popitem(last=False)
                    self.bytes -= len(oldest.body) + OVERHEAD_BYTES
        return made
