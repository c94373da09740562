"""Bodies ready to send, kept for a release's life: a release never changes, so there is nothing to invalidate."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from slm_graph.errors import Language
from slm_graph.formats import HTML, RDF_FORMATS

MAX_BYTES = 64 * 1024 * 1024
"""Of kept bodies in one worker: some 5,000 pages or 20,000 Turtle documents."""

LARGEST_SHARE = 8
"""A body above one eighth of the room is not kept: one large list must not push everything else out."""

OVERHEAD_BYTES = 1024
"""Counted for each body besides its bytes: headers, key and Python's own."""


LEAST_PACKED_BYTES = 1024
"""Below, a packed body needs as many packets as a plain one."""

LEVEL = 6
"""gzip's: packed once, sent often; 9 saves another hundredth."""

PACKED_TYPES = frozenset(
    {row.media_type for row in RDF_FORMATS}
    | {"application/xml", "application/linkset+json", "application/linkset", "image/svg+xml"}
)
"""Besides text/*: what gets smaller by packing."""


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
    """The representation of `body`, its ETag derived from its bytes and their type (RFC 9110, 8.8.3)."""
    return Representation(body, content_type, entity_tag(body, content_type), headers)


def entity_tag(body: bytes, content_type: str) -> str:
    """A strong entity tag, in its quotes: JSON and JSON-LD of a resource have the same bytes, and tags of their own."""
    # 128 bits: two representations of one resource never share a tag
    digest = hashlib.sha256(content_type.encode() + b"\n")
    digest.update(body)
    return f'"{digest.hexdigest()[:32]}"'


def is_packable(made: Representation) -> bool:
    """Whether gzip is worth it for this body."""
    media_type = made.content_type.partition(";")[0]
    return len(made.body) >= LEAST_PACKED_BYTES and (
        media_type.startswith("text/") or media_type in PACKED_TYPES
    )


def varied_by_encoding(made: Representation) -> Representation:
    """`made`, its Vary naming Accept-Encoding if there is a packed form of it (RFC 9110, 12.5.3)."""
    if not is_packable(made):
        return made
    names = [value for name, value in made.headers if name == "Vary"]
    others = [pair for pair in made.headers if pair[0] != "Vary"]
    return replace(made, headers=(*others, ("Vary", ", ".join([*names, "Accept-Encoding"]))))


def packed(made: Representation) -> Representation:
    """`made` as gzip: another representation of the resource, with an ETag of its own (RFC 9110, 8.8.3.3)."""
    body = gzip.compress(made.body, LEVEL, mtime=0)
    return representation(body, made.content_type, (*made.headers, ("Content-Encoding", "gzip")))


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

    def find(self, key: Hashable) -> Representation | None:
        """The kept body of `key`, or None."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
            return known

    def get(self, key: Hashable, make: Callable[[], Representation]) -> Representation:
        """The kept body of `key`, or the one `make` makes now.

        Two threads that miss at once both make it: the same bytes, and no thread waits for another.
        """
        known = self.find(key)
        if known is not None:
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


def page_for(body: bytes, language: Language) -> Representation:
    """A page as it is for readers of one language."""
    headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", language))
    return representation(body, HTML.content_type, headers)
