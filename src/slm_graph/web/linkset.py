"""`/linkset`: the links of a document and of each of its formats in one place (RFC 9264; FAIR Signposting, level 2)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, current_app, request

from slm_graph import negotiation
from slm_graph.errors import NotFound, Text
from slm_graph.exports.void import WELL_KNOWN
from slm_graph.formats import DOCUMENT_FORMATS, HTML, RDF_FORMATS, Format
from slm_graph.web.links import LINKSET_TYPES, Link, links_of, plain
from slm_graph.web.problems import Offer, not_acceptable
from slm_graph.web.programs import MAX_PARAMETER, root
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import respond_kept
from slm_graph.web.site import Served, Site

AS_JSON = Format("linkset", "Linkset (JSON)", LINKSET_TYPES[0][0], "json", ("application/json",))
AS_TEXT = Format("linkset-text", "Linkset", LINKSET_TYPES[1][0], "txt", ("text/plain",))
FORMATS = (AS_JSON, AS_TEXT)

Anchored = Mapping[str, Sequence[Link]]
"""Anchor → its links; addresses are full, as a link set stands on its own."""


@dataclass(frozen=True, slots=True)
class Linksets:
    """The answers at `/linkset`."""

    site: Site
    kept: Representations

    def linkset(self) -> Response:
        """`/linkset?iri=…`: of the document about a resource; without `iri` of the site and its data set."""
        served = self.site.current()
        row = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), FORMATS)
        if row is None:
            raise not_acceptable([Offer(one) for one in FORMATS])
        iri = request.args.get("iri", "")
        if iri and (len(iri) > MAX_PARAMETER or served.catalogue.kind(iri) is None):
            raise NotFound(
                Text(de="Davon sagt das Release nichts.", en="The release says nothing about this resource.")
            )
        here = root(served)

        def make() -> Representation:
            links = _of_resource(served, iri, here.address) if iri else _of_site(served, here.address)
            body = _json(links) if row is AS_JSON else _text(links)
            return representation(body, row.media_type, (("Vary", f"Accept, {here.vary}"),))

        key = (served.release.version, "linkset", iri, row.name, here.address)
        return respond_kept(self.kept, key, make, served=served, cache=here.cache)


def _full(href: str, served: Served, site_root: str) -> str:
    return site_root + href.removeprefix(served.addresses.mount) if href.startswith("/") else href


def _of_resource(served: Served, iri: str, site_root: str) -> Anchored:
    described = served.catalogue.describe(iri)
    if described is None:  # the caller has asked for its kind
        raise NotFound(
            Text(de="Davon sagt das Release nichts.", en="The release says nothing about this resource.")
        )
    found: dict[str, Sequence[Link]] = {}
    for row in DOCUMENT_FORMATS:
        address = served.addresses.document(iri, None if row is HTML else row.suffix)
        links = [
            link for link in links_of(served, described, row) if link.rel not in ("alternate", "linkset")
        ]
        if row is HTML:
            links += [
                Link("alternate", served.addresses.document(iri, other.suffix), other.media_type)
                for other in RDF_FORMATS
            ]
        found[plain(address)] = links
    return _anchored(found, served, site_root)


def _of_site(served: Served, site_root: str) -> Anchored:
    mount = served.addresses.mount or ""
    links = [
        Link("cite-as", served.release.base),
        Link("describedby", f"{mount}/catalog.ttl", "text/turtle"),
        Link("describedby", f"{mount}/catalog.jsonld", "application/ld+json"),
        Link("describedby", f"{mount}/{WELL_KNOWN}", "text/turtle"),
        Link("service-desc", f"{mount}/sparql", "text/turtle"),
        *_openapi(mount),
        Link("search", f"{mount}/opensearch.xml", "application/opensearchdescription+xml"),
        Link("type", "https://schema.org/AboutPage"),
        Link("type", "http://www.w3.org/ns/dcat#Dataset"),
    ]
    for scheme in served.catalogue.schemes():
        links.append(Link("item", plain(served.addresses.document(str(scheme.iri))), HTML.media_type))
    return _anchored({f"{mount}/": links}, served, site_root)


def _openapi(mount: str) -> list[Link]:
    rules = {rule.rule for rule in current_app.url_map.iter_rules()}
    return (
        [Link("service-desc", f"{mount}/openapi.json", "application/json")]
        if "/openapi.json" in rules
        else []
    )


def _anchored(found: Anchored, served: Served, site_root: str) -> Anchored:
    return {
        _full(anchor, served, site_root): [
            Link(link.rel, _full(link.href, served, site_root), link.type, link.profile) for link in links
        ]
        for anchor, links in found.items()
    }


def _json(links: Anchored) -> bytes:
    """RFC 9264, 4.2."""
    contexts = []
    for anchor, some in links.items():
        context: dict[str, object] = {"anchor": anchor}
        for rel in dict.fromkeys(link.rel for link in some):
            context[rel] = [
                {"href": link.href} | ({"type": link.type} if link.type else {})
                for link in some
                if link.rel == rel
            ]
        contexts.append(context)
    return json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1).encode() + b"\n"


def _text(links: Anchored) -> bytes:
    """RFC 9264, 4.1: values of the Link header, each with its anchor."""
    lines = [f'{link.header()}; anchor="{anchor}"' for anchor, some in links.items() for link in some]
    return ",\n".join(lines).encode() + b"\n"
