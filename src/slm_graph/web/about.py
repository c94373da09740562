"""`/about`: what this is, whose the content is, and the doors for programs. `/compare`: two wordings side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from rdflib import Literal
from rdflib.namespace import DCTERMS

from slm_graph import negotiation
from slm_graph.catalogue.lists import descriptions
from slm_graph.errors import NotFound, Text
from slm_graph.formats import HTML
from slm_graph.namespaces import vocabulary
from slm_graph.web import pages
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.programs import given
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.steps import compared, steps_of
from slm_graph.web.views import Facts, Link, Names, Reader, query_string

MOST_SOURCES = 100
"""Source pages that are listed: a framework read page by page has 150, and each page of a concept names its own."""

MOST_SCHEMES = 200

INTERFACES = (
    ("/sparql", "about.sparql"),
    ("/queries/", "about.queries"),
    ("/search.json", "about.search"),
    ("/reconcile", "about.reconcile"),
    ("/opensearch.xml", "about.opensearch"),
    ("/context.jsonld", "about.context"),
    ("/ontology", "about.ontology"),
    ("/releases", "about.releases"),
    ("/catalog", "about.catalogue"),
    ("/quality", "about.quality"),
    ("/shapes", "about.shapes"),
    ("/openapi.json", "about.openapi"),
)
"""Addresses for programs, and what they are."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Schemes of which the same is said: whose they are and what one may do with them."""

    links: tuple[Link, ...]
    holders: tuple[Link, ...]
    licences: tuple[Link, ...]
    rights: Literal | None


class About:
    """The answers of `/about` and `/compare`."""

    def __init__(self, site: Site, kept: Representations) -> None:
        self.site = site
        self.kept = kept

    def about(self) -> Response:
        """The page about the site."""
        _only_html()
        served, reader = self.site.current(), reader_of_request()

        def make() -> Representation:
            return _representation(_about(served, reader), reader)

        made = self.kept.get((served.release.version, "about", reader), make)
        return respond(made, cache=CURRENT, issued=served.release.date)

    def compare(self) -> Response:
        """`/compare?a=IRI&b=IRI`: what the second says beyond the first."""
        _only_html()
        served, reader = self.site.current(), reader_of_request()
        lower, upper = given("a"), given("b")
        found = descriptions(served.catalogue, [lower, upper])
        if lower not in found or upper not in found:
            raise NotFound(
                Text(de="Davon sagt das Release nichts.", en="The release says nothing about this.")
            )
        body = _compare(served, reader, Facts(found[lower]), Facts(found[upper]))
        return respond(_representation(body, reader), cache=CURRENT, issued=served.release.date)


def _only_html() -> None:
    if negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML,)) is None:
        raise not_acceptable([Offer(HTML)])


def _representation(body: bytes, reader: Reader) -> Representation:
    headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
    return representation(body, HTML.content_type, headers)


def _about(served: Served, reader: Reader) -> bytes:
    names = Names(served.catalogue, served.addresses, reader)
    schemes = [str(one.iri) for one in served.catalogue.schemes()][:MOST_SCHEMES]
    said = {iri: Facts(one) for iri, one in descriptions(served.catalogue, schemes).items()}
    sources = [str(iri) for iri in served.catalogue.iris("source", limit=MOST_SOURCES)]
    total = served.catalogue.counts().get("source", 0)
    told = [
        iri
        for facts in said.values()
        for what in (DCTERMS.rightsHolder, DCTERMS.license)
        for iri in facts.iris(what)
    ]
    names.learn([*schemes, *sources, *told])
    alike: dict[tuple[object, ...], list[str]] = {}
    for iri in schemes:
        facts = said[iri]
        told_of_it = facts.text(DCTERMS.rights, reader.language)
        key = (facts.iris(DCTERMS.rightsHolder), facts.iris(DCTERMS.license), told_of_it)
        alike.setdefault(key, []).append(iri)
    rows = [
        Ownership(
            tuple(map(names.link, iris)),
            tuple(map(names.link, said[iris[0]].iris(DCTERMS.rightsHolder))),
            tuple(map(names.link, said[iris[0]].iris(DCTERMS.license))),
            said[iris[0]].text(DCTERMS.rights, reader.language),
        )
        for iris in alike.values()
    ]
    mount = served.addresses.mount
    return pages.render(
        "about.html",
        reader=reader,
        mount=mount,
        href=f"{mount}/about",
        served=served,
        base=served.release.base,
        rows=rows,
        sources=[names.link(iri) for iri in sources],
        more_sources=max(0, total - len(sources)),
        interfaces=INTERFACES,
    )


def _compare(served: Served, reader: Reader, lower: Facts, upper: Facts) -> bytes:
    names = Names(served.catalogue, served.addresses, reader)
    first, second = (steps_of(served, names, [str(facts.iri)])[0] for facts in (lower, upper))
    slm = vocabulary(served.release.base)
    skills = set(lower.iris(slm.skill)) & set(upper.iris(slm.skill))
    same = min(skills, default=None)
    mount = served.addresses.mount

    def at(a: str, b: str) -> str:
        return f"{mount}/compare{query_string([('a', a), ('b', b)])}"

    return pages.render(
        "compare.html",
        reader=reader,
        mount=mount,
        href=at(str(lower.iri), str(upper.iri)),
        served=served,
        lower=first,
        upper=second,
        same_skill=names.link(same) if same is not None else None,
        found=compared(first.definition, second.definition),
        swapped=reader.keep(at(str(upper.iri), str(lower.iri))),
    )
