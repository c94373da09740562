"""What one release has that another has not, and of which concepts it says other things."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rdflib import BNode, URIRef
from rdflib.term import Node

from slm_graph.catalogue.enumeration import PUBLIC_KINDS
from slm_graph.catalogue.reading import Catalogue, Description
from slm_graph.model import Quad

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


@dataclass(frozen=True, slots=True)
class Change:
    """Values of one property that only one of two descriptions has."""

    predicate: URIRef
    removed: tuple[Node, ...]
    added: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """How two descriptions of one resource differ."""

    changes: tuple[Change, ...]
    """In the order of the newer description, and then of the older."""
    further: bool
    """Whether more differs: statements of blank nodes, such as records of mappings, or the graph of a statement."""


def changed(old: Description, new: Description) -> Changed:
    """From `old` to `new`, value by value."""
    own = [{quad[:3]: None for quad in one.quads if _own(quad, one.iri)} for one in (old, new)]
    before, after = own
    changes = []
    for predicate in dict.fromkeys(p for _, p, _ in (*after, *before)):
        removed, added = (
            tuple(o for s, p, o in one if p == predicate and (s, p, o) not in other)
            for one, other in ((before, after), (after, before))
        )
        if removed or added:
            changes.append(Change(predicate, removed, added))
    others = [
        Counter(
            tuple("_:" if type(term) is BNode else term for term in quad)
            for quad in one.quads
            if not _own(quad, one.iri) or quad[:3] in other
        )
        for one, other in ((old, after), (new, before))
    ]
    return Changed(tuple(changes), others[0] != others[1])


def _own(quad: Quad, iri: URIRef) -> bool:
    return quad[0] == iri and type(quad[2]) is not BNode


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
