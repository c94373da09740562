"""Up and down a hierarchy of concepts, for programs: bounded, and never round in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.catalogue import lists
from slm_graph.web.site import Served
from slm_graph.web.views import Facts

MOST_CHILDREN = 1000
"""Of one concept in one answer; ESCO's widest has 330, a flat list a few thousand."""

MOST_ABOVE = 200
"""Concepts above one: no hierarchy known is deeper than 12, and one with many parents has some dozens."""


def facts(served: Served, iri: str) -> Facts | None:
    """What is said of a concept, or None."""
    described = served.catalogue.describe(iri)
    return Facts(described) if described is not None else None


def children(served: Served, iri: str, *, limit: int = MOST_CHILDREN, offset: int = 0) -> list[str]:
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


def above(served: Served, iri: str) -> dict[str, list[str]]:
    """The concept and all above it, each with those right above; nearest first."""
    found: dict[str, list[str]] = {}
    waiting = [iri]
    while waiting and len(found) < MOST_ABOVE:
        one = waiting.pop(0)
        if one not in found:
            found[one] = list(parents(served, one))
            waiting.extend(found[one])
    return found


def below(served: Served, iri: str, *, limit: int) -> dict[str, list[str]]:
    """The concept and those below it, each with those right below; nearest first, `limit` at most."""
    found: dict[str, list[str]] = {}
    waiting = [iri]
    seen = {iri}
    while waiting and len(found) < limit:
        one = waiting.pop(0)
        found[one] = children(served, one, limit=limit)
        fresh = [child for child in found[one] if child not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return found


def with_children(served: Served, iris: Iterable[str]) -> frozenset[str]:
    """Those of the concepts that have any below them."""
    return served.catalogue.pointed_at(str(SKOS.broader), iris)


def tops(served: Served, scheme: str, *, limit: int = MOST_CHILDREN, offset: int = 0) -> list[str]:
    """The top concepts of a scheme, by notation."""
    return [
        str(one)
        for one in served.catalogue.subjects(str(SKOS.topConceptOf), scheme, limit=limit, offset=offset)
    ]
