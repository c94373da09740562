"""What one release has that another has not, and of which concepts it says other things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slm_graph.catalogue.enumeration import PUBLIC_KINDS
from slm_graph.catalogue.reading import Catalogue

_SLICE = 5000
"""Resources compared at a time: some 5 MB of statements."""

_BLANK = re.compile(r"_:\S+")


@dataclass(frozen=True, slots=True)
class Differences:
    """IRIs of schemes, skills, levels and concepts, ascending."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def differences(old: Catalogue, new: Catalogue) -> Differences:
    """From `old` to `new`. The labels of blank nodes count for nothing: any change elsewhere may rename them."""
    before, after = _statements(old), _statements(new)
    return Differences(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(iri for iri in before.keys() & after.keys() if before[iri] != after[iri])),
    )


def _statements(catalogue: Catalogue) -> dict[str, int]:
    """IRI → a hash of what is said of it (of this process; no number leaves it)."""
    found: dict[str, int] = {}
    last = 0
    while rows := catalogue.rows(
        "SELECT id, iri, kind, quads FROM resource WHERE id > ? ORDER BY id LIMIT ?", (last, _SLICE)
    ):
        last = rows[-1][0]
        found.update((iri, hash(_comparable(quads))) for _, iri, kind, quads in rows if kind in PUBLIC_KINDS)
    return found


def _comparable(quads: str) -> str:
    if "_:" not in quads:
        return quads
    return "\n".join(sorted(_BLANK.sub("_:b", quads).split("\n")))
