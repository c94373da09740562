"""What any server has to be told about a collected site, in no server's words yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slm_graph.formats import DOCUMENT_FORMATS, HTML, JSON, JSON_LD, RDF_FORMATS, Format
from slm_graph.web.export.collecting import KEPT_PARAMETERS, Address, Collected
from slm_graph.web.links import ABOUT_PAGE, CONTEXT_RELATION
from slm_graph.web.problems import PROBLEM_JSON
from slm_graph.web.profiles import SKOS_PROFILE
from slm_graph.web.responses import ANY_ORIGIN, SECURITY

ERRORS = "_errors"
"""The folder of error pages; nothing of it is served by name."""

STATUSES = (404, 406, 410)

PROBLEM_OFFERS = (HTML, PROBLEM_JSON)

METHODS = "GET, HEAD, OPTIONS"

EVERY_ANSWER = (*ANY_ORIGIN, *SECURITY)

TREES = ("all", "de", "en", "lang-de", "lang-en")

DOCUMENT = r"/(?:doc/.+|ontology|release/[^/]+/doc)"
"""Addresses whose formats have addresses of their own and whose links follow from that."""

VALUE = r"[A-Za-z0-9%._~+:-]*"

ASKED = rf"(?:{'|'.join(sorted(KEPT_PARAMETERS))})={VALUE}"

QUERY = rf"^({ASKED}(?:&(?!lang=)[a-z]+={VALUE})*)(?:&lang=[^&]*)?$"
"""A query whose answer may be a file; without slashes, so that it names a folder and no way out of it."""

ASKING = rf"(?:^|&)(?:{'|'.join(sorted(KEPT_PARAMETERS))}|_profile|_mediatype|q)="
"""A query that decides the answer: where there is no file for it, there is no answer."""


def name_of(row: Format) -> str:
    """The format's name in a standing: letters only."""
    return re.sub(r"[^a-z]", "", row.suffix.lower())


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the configurations are made from."""

    version: str
    offers: Mapping[tuple[Format, ...], Sequence[Address]]
    """Every set of formats but the documents' own, with the addresses that have it."""
    links: Mapping[str, str]
    """`place` → what its Link header says besides what follows from the address."""
    things: Mapping[str, str]
    """`place` → the URI of what the document is about."""
    places: Sequence[str]
    """Every `place` that has formats to choose from."""
    removed: Sequence[str]
    """Decoded paths of what earlier releases had."""

    @property
    def rows(self) -> tuple[Format, ...]:
        """Every format that stands for choice somewhere, once by name."""
        found = {name_of(row): row for rows in self.offers for row in rows}
        found.update({name_of(row): row for row in DOCUMENT_FORMATS})
        return tuple(found.values())


def plan_of(found: Collected, *, version: str, removed: Sequence[str]) -> Plan:
    """The plan for what was collected."""
    offers: dict[tuple[Format, ...], list[Address]] = {}
    for address, rows in found.offers.items():
        if set(rows) != set(DOCUMENT_FORMATS):
            offers.setdefault(rows, []).append(address)
    links = {address.place: text for address, text in found.links.items() if text}
    things = {address.place: thing for address, thing in found.things.items()}
    places = [address.place for address in found.offers]
    return Plan(version, offers, links, things, places, removed)


def links_of(row: Format, stem: str, query: str, thing: str) -> str:
    """The links that follow from a document's address; `stem`, `query` and `thing` are text or a server's variables.

    `query` is a `?…` or nothing.
    """
    links = [f'<{stem}{query}>; rel="canonical"', f'<{thing}>; rel="cite-as"']
    links += [
        f'<{stem}.{other.suffix}{query}>; rel="alternate"; type="{other.media_type}"'
        for other in DOCUMENT_FORMATS
        if other is not row
    ]
    links.append(f'<{SKOS_PROFILE.iri}>; rel="profile"')
    if row is HTML:
        links += [
            f'<{stem}.{one.suffix}{query}>; rel="describedby"; type="{one.media_type}"'
            for one in RDF_FORMATS[:2]
        ]
        links.append(f'<{ABOUT_PAGE}>; rel="type"')
    else:
        links.append(f'<{thing}>; rel="describes"')
    if row is JSON:
        links.append(f'</context.jsonld>; rel="{CONTEXT_RELATION}"; type="{JSON_LD.media_type}"')
    return ", ".join(links)


def media_types(plan: Plan) -> list[tuple[str, str]]:
    """Suffix and media type of every file."""
    found = {row.suffix.rpartition(".")[2]: row.media_type for row in plan.rows}
    found |= {
        "problem": "application/problem+json",
        "css": "text/css",
        "js": "text/javascript",
        "txt": "text/plain",
        "xml": "application/xml",
    }
    return sorted((found | {"gz": "application/gzip"}).items())
