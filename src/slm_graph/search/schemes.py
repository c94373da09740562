"""Which of its concept schemes a concept is shown in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

MOST_ABOVE = 12
"""Storeys above a concept in its path: ESCO has six; a circle ends here."""


def shown_schemes(
    schemes: Mapping[str, Collection[str]],
    broader: Mapping[str, Collection[str]],
    narrower: Mapping[str, Collection[str]],
) -> dict[str, str]:
    """Concept → one of its schemes: one that also holds the concept on top of its path, of several the smallest IRI.

    >>> shown_schemes({"cook": {"a-list", "jobs"}, "services": {"jobs"}}, {}, {"services": ["cook"]})
    {'cook': 'jobs', 'services': 'jobs'}
    """
    named: dict[str, list[str]] = defaultdict(list)
    for concept, below in narrower.items():
        for one in below:
            named[one].append(concept)
    above = {**named, **broader}  # what a concept says itself comes first, as in its path
    shown: dict[str, str] = {}
    for concept, own in schemes.items():
        shared = set(own).intersection(schemes.get(_top(concept, above), ())) if len(own) > 1 else own
        shown[concept] = min(shared or own)
    return shown


def _top(concept: str, above: Mapping[str, Collection[str]]) -> str:
    for _ in range(MOST_ABOVE):
        found = above.get(concept)
        if not found:
            break
        # the first in the order of N-Quads, in which pages read them
        concept = min(found, key=lambda iri: f"<{iri}>")
    return concept
