"""A vocabulary as a tree and by letter: what is right below a concept, a slice at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.catalogue import Catalogue, Description, lists
from slm_graph.catalogue.keeping import kept
from slm_graph.search.schemes import MOST_ABOVE
from slm_graph.web.site import Served
from slm_graph.web.views import Facts, Link, Names, Reader, query_string

SIZE = 100
"""Concepts of one slice: some 50 kB of HTML where IRIs are long."""

INLINE = 80
"""Concepts of the second storey that are shown at once, all together: as much again as a slice."""

KNOWN_PLACES = 2_000
"""Concepts whose place in the tree is remembered: all that have others below them in ESCO, some 500 kB."""


@dataclass(frozen=True, slots=True)
class Node:
    """One concept of a tree: `children` of how many, and those that are shown with it."""

    link: Link
    children: int
    branch: str | None
    """The address of its branch; None for a leaf."""
    shown: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of an index."""

    text: str
    href: str
    number: int
    current: bool


def way_down(served: Served, iri: str) -> str:
    """The predicate by which the members right below `iri` point to it."""
    if served.catalogue.kind(iri) != "scheme":
        return str(SKOS.broader)
    tops = served.catalogue.subject_count(str(SKOS.topConceptOf), iri)
    return str(SKOS.topConceptOf if tops else SKOS.inScheme)


def branch(
    served: Served,
    names: Names,
    parent: str,
    *,
    offset: int = 0,
    inline: bool = False,
    way: str | None = None,
) -> tuple[list[Node], int]:
    """The nodes below `parent` from `offset` on, and how many there are; `inline` with theirs, where those are few.

    `way` is `way_down` of `parent`, where it is known.
    """
    language = names.reader.language
    way = way or way_down(served, parent)
    found, total = lists.subjects(served.catalogue, way, parent, language, limit=SIZE, offset=offset)
    below = lists.counts(served.catalogue, str(SKOS.broader), found)
    if not (inline and 0 < sum(below.values()) <= INLINE):
        return nodes(served, names, found, below), total
    own = {
        iri: lists.subjects(served.catalogue, str(SKOS.broader), iri, language, limit=INLINE)[0]
        for iri in below
    }
    every = [iri for some in own.values() for iri in some]
    deeper = lists.counts(served.catalogue, str(SKOS.broader), every)
    shown = {node.link.iri: node for node in nodes(served, names, list(dict.fromkeys(every)), deeper)}
    return [
        replace(node, shown=tuple(shown[iri] for iri in own.get(node.link.iri, ())))
        for node in nodes(served, names, found, below)
    ], total


def nodes(served: Served, names: Names, iris: Sequence[str], below: dict[str, int]) -> list[Node]:
    """The nodes of `iris`, of which some have concepts `below` them."""
    names.learn(iris)
    return [
        Node(
            names.link(iri), below.get(iri, 0), address(served, names.reader, iri) if below.get(iri) else None
        )
        for iri in iris
    ]


def address(served: Served, reader: Reader, parent: str, offset: int = 0) -> str:
    """Where the branch below `parent` is."""
    values = [("parent", parent), *([("offset", str(offset))] if offset else [])]
    return reader.keep(f"{served.addresses.mount}/tree{query_string(values)}")


def letters(served: Served, reader: Reader, scheme: str, current: str | None = None) -> list[Letter]:
    """The index of a scheme; empty for one that fits on a page anyway."""
    found = lists.alphabet(served.catalogue, scheme, reader.language)
    mount = served.addresses.mount
    return [
        Letter(
            letter,
            reader.keep(f"{mount}/index{query_string([('scheme', scheme), ('letter', letter)])}"),
            len(numbers),
            letter == current,
        )
        for letter, numbers in found.letters.items()
    ]


def ancestors(served: Served, iri: str, facts: Facts | None = None) -> list[str]:
    """From the scheme down: one concept above `iri` a storey. `facts` are those about `iri`, where they are at hand."""
    found: list[str] = []
    entry = served.catalogue.entries([iri]).get(iri)
    scheme = entry.scheme if entry is not None else None
    above = _above(served.catalogue, iri) if facts is None else _first_above(served.catalogue, facts)
    while above is not None and above not in found and above != iri and len(found) < MOST_ABOVE:
        found.append(above)
        above = _above(served.catalogue, above)
    return [*([scheme] if scheme and scheme != iri else []), *reversed(found)]


@kept(at_most=KNOWN_PLACES)  # a release never changes
def _above(catalogue: Catalogue, iri: str) -> str | None:
    """The first concept right above one."""
    said = catalogue.said(iri, (str(SKOS.broader),))
    return _first_above(catalogue, Facts(Description(URIRef(iri), "concept", said)))


def _first_above(catalogue: Catalogue, facts: Facts) -> str | None:
    iri = str(facts.iri)
    # where the concept names none above it, one above may name it
    above = facts.iris(SKOS.broader) or lists.pointing(catalogue, str(SKOS.narrower), [iri]).get(iri, ())
    return next(iter(above), None)
