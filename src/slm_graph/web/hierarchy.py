"""Up and down a hierarchy of concepts, for programs: bounded, and never round in circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.catalogue import lists
from slm_graph.web.site import Served
from slm_graph.web.views import Facts

MOST_CHILDREN = 10_000
"""In one answer that has no pages. ESCO's flat list of skills has 9,000 top concepts: half a second, 2 MB; its widest
concept has 270."""

MOST_ABOVE = 200
"""Concepts above one: no hierarchy known is deeper than 12, and one with many parents has some dozens."""


def facts(served: Served, iri: str) -> Facts | None:
    """What is said of a concept, or None."""
    described = served.catalogue.describe(iri)
    return Facts(described) if described is not None else None


@dataclass(frozen=True, slots=True)
class Some:
    """Concepts of a list, by notation."""

    iris: tuple[str, ...]
    complete: bool
    """Whether these are all."""


@dataclass(frozen=True, slots=True)
class Way:
    """Concepts met on the way up or down, the nearest first, each with those right above or below it."""

    found: dict[str, list[str]]
    further: int
    """Those that a bound left out and that are known of; there may be others beyond them."""

    @property
    def complete(self) -> bool:
        return self.further == 0


def all_children(served: Served, iri: str, *, left: int | None = None) -> Some:
    """The concepts right below one, as many as are `left` at most, by default `MOST_CHILDREN`."""
    most = MOST_CHILDREN if left is None else left
    return _some(children(served, iri, limit=most + 1), most)


def all_tops(served: Served, scheme: str) -> Some:
    """The top concepts of a scheme, `MOST_CHILDREN` at most."""
    return _some(tops(served, scheme, limit=MOST_CHILDREN + 1), MOST_CHILDREN)


def _some(iris: Sequence[str], most: int) -> Some:
    return Some(tuple(iris[:most]), len(iris) <= most)


def children(served: Served, iri: str, *, limit: int, offset: int = 0) -> list[str]:
    """The concepts right below one, by notation."""
    return [str(one) for one in served.catalogue.subjects(str(SKOS.broader), iri, limit=limit, offset=offset)]


_OTHER_WAY = {SKOS.broader: SKOS.narrower, SKOS.related: SKOS.related}
"""What those at the other end of a relation say of this one, where they are the ones to say it."""


def neighbours(
    served: Served, relation: URIRef, own: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """IRI → the concepts above (`skos:broader`) or beside it (`skos:related`): `own` that it names itself, then those
    that name it. One look-up for all."""
    others = lists.pointing(served.catalogue, str(_OTHER_WAY[relation]), own)
    return {iri: tuple(dict.fromkeys([*named, *others.get(iri, ())])) for iri, named in own.items()}


def parents(served: Served, iri: str) -> tuple[str, ...]:
    """The concepts right above one, whichever of the two says so."""
    said = served.catalogue.said(iri, (str(SKOS.broader),))
    own = dict.fromkeys(str(above) for _, _, above, _ in said if isinstance(above, URIRef))
    return neighbours(served, SKOS.broader, {iri: own})[iri]


def above(served: Served, iri: str) -> Way:
    """The concept and all above it, each with those right above; nearest first, `MOST_ABOVE` at most."""
    return _way(iri, lambda one: parents(served, one), limit=MOST_ABOVE)


def below(served: Served, iri: str, *, limit: int) -> Way:
    """The concept and those below it, each with those right below; nearest first, `limit` at most."""
    # one more, so that what the limit cuts is known of
    return _way(iri, lambda one: children(served, one, limit=limit + 1), limit=limit)


def _way(start: str, following: Callable[[str], Sequence[str]], *, limit: int) -> Way:
    found: dict[str, list[str]] = {}
    waiting, seen = deque([start]), {start}
    while waiting and len(found) < limit:
        one = waiting.popleft()
        found[one] = list(following(one))
        fresh = [other for other in dict.fromkeys(found[one]) if other not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return Way(found, len(waiting))


def with_children(served: Served, iris: Iterable[str]) -> frozenset[str]:
    """Those of the concepts that have any below them."""
    return served.catalogue.pointed_at(str(SKOS.broader), iris)


def tops(served: Served, scheme: str, *, limit: int, offset: int = 0) -> list[str]:
    """The top concepts of a scheme, by notation."""
    return [
        str(one)
        for one in served.catalogue.subjects(str(SKOS.topConceptOf), scheme, limit=limit, offset=offset)
    ]
