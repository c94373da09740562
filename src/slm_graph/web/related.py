"""What a concept needs and what needs it, as sections of its page: by the roles of properties that other vocabularies have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import URIRef

from slm_graph.errors import Text
from slm_graph.namespaces import ESCO
from slm_graph.search.folding import fold
from slm_graph.web.listings import PAGE_SIZE, no_such_page
from slm_graph.web.site import Served
from slm_graph.web.views import Facts, Link, Names, Paging, paging

ROLES: dict[URIRef, Text] = {
    ESCO["model#relatedEssentialSkill"]: Text(
        de="Wesentliche Fähigkeiten und Kenntnisse", en="Essential skills and knowledge"
    ),
    ESCO["model#relatedOptionalSkill"]: Text(
        de="Optionale Fähigkeiten und Kenntnisse", en="Optional skills and knowledge"
    ),
    ESCO["model#isEssentialSkillFor"]: Text(
        de="Wesentlich für diese Berufe und Fähigkeiten", en="Essential for these occupations and skills"
    ),
    ESCO["model#isOptionalSkillFor"]: Text(
        de="Optional für diese Berufe und Fähigkeiten", en="Optional for these occupations and skills"
    ),
}
"""Property → the heading over what it leads to, in the order of the sections. A role is one row, whoever's the property is."""

MOST_SORTED = 1_000
"""Values of one property that are sorted by their names, which takes looking up all of them: ESCO has 319 at most."""


@dataclass(frozen=True, slots=True)
class Section:
    """What one property leads to: a slice of `total`, and how many come after it."""

    anchor: str
    heading: str
    members: Sequence[Link]
    total: int
    more: int


def sections(served: Served, facts: Facts, names: Names, page: int) -> tuple[tuple[Section, ...], Paging]:
    """The sections that have members on page `page` of them, and where that stands. Raises NotFound for a page too many."""
    found = {role: iris for role in ROLES if (iris := facts.iris(role))}
    place = paging(
        max(map(len, found.values()), default=0),
        size=PAGE_SIZE,
        page=page,
        href=served.addresses.document(str(facts.iri)).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise no_such_page()
    start, end = (page - 1) * PAGE_SIZE, page * PAGE_SIZE
    shown = {role: iris if len(iris) <= MOST_SORTED else iris[start:end] for role, iris in found.items()}
    names.learn(iri for iris in shown.values() for iri in iris)  # one look-up for all sections
    made: list[Section] = []
    for role, iris in found.items():
        links = [names.link(iri) for iri in shown[role]]
        if len(links) == len(iris):
            links = sorted(links, key=lambda link: (fold(link.text), link.text, link.iri))[start:end]
        if links:
            heading = ROLES[role].in_language(names.reader.language)
            anchor = str(role).rpartition("#")[2]
            made.append(Section(anchor, heading, links, len(iris), max(0, len(iris) - end)))
    return tuple(made), place
