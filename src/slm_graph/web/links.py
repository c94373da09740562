"""Typed links of a document (RFC 8288; FAIR Signposting, levels 1 and 2): in its header, and as a link set (RFC 9264)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from rdflib import RDF, URIRef
from rdflib.namespace import DCTERMS, SKOS

from slm_graph.catalogue import Catalogue, Description
from slm_graph.catalogue.keeping import kept
from slm_graph.exports.dumps import dump_names
from slm_graph.exports.published import DESCRIBING, dumps_of, subjects_of
from slm_graph.formats import DOCUMENT_FORMATS, HTML, JSON, JSON_LD, RDF_FORMATS, Format
from slm_graph.web.addresses import Addresses, web_link
from slm_graph.web.files import GZIP
from slm_graph.web.profiles import PROFILES, SKOS_PROFILE, Profile
from slm_graph.web.site import Served
from slm_graph.web.views import Facts, numbered

_OF_URIS = ":/?#[]@!$&'()*+,;=%-._~"
"""Besides letters and digits: what a URI is made of (RFC 3986, 2)."""

_IS_URI = re.compile(f"[A-Za-z0-9{re.escape(_OF_URIS)}]*")

_SIMPLE = re.compile(r"[A-Za-z0-9:/._~-]*")

CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"

ABOUT_PAGE = "https://schema.org/AboutPage"
"""What Signposting calls a page that is about something and is not the thing."""

MAX_TYPE_LINKS = 4
"""Links of rel="type" in one header: a header stays below what proxies take."""

KNOWN_KIN = 1_024
"""Headers kept: one for all concepts of a kind in a scheme."""

KNOWN_RELEASES = 9
"""The current one and as many snapshots as are kept open."""

LINKSET_TYPES = (("application/linkset+json", "json"), ("application/linkset", "txt"))


@dataclass(frozen=True, slots=True)
class Link:
    """One link; `href` is a URI or a path, and fit for a header."""

    rel: str
    href: str
    type: str | None = None
    profile: str | None = None
    """The view that the target is (`rel="alternate"`)."""

    def header(self) -> str:
        """The link as a value of the Link header."""
        parts = [f'<{self.href}>; rel="{self.rel}"']
        if self.type is not None:
            parts.append(f'type="{self.type}"')
        if self.profile is not None:
            parts.append(f'profile="{self.profile}"')
        return "; ".join(parts)


def context_link(context: str) -> str:
    """The Link header of plain JSON: the address of what makes JSON-LD of it (JSON-LD 1.1, 6.1)."""
    return Link(CONTEXT_RELATION, context, JSON_LD.media_type).header()


def forms_link(address: str) -> str:
    """The Link header of a page: the same at `address` in every format of RDF."""
    return ", ".join(
        Link("alternate", f"{address}.{row.suffix}", row.media_type).header() for row in RDF_FORMATS
    )


def links_of(
    served: Served, described: Description, row: Format, profile: Profile = SKOS_PROFILE
) -> tuple[Link, ...]:
    """The links of one representation."""
    iri = str(described.iri)
    return (
        *_of_form(_places(served, iri), row, profile),
        *_of_kin(served.catalogue, served.addresses, _kin(served.catalogue, Facts(described))),
        *_of_resource(served, iri),
    )


def link_header(
    served: Served, facts: Facts, row: Format, profile: Profile = SKOS_PROFILE, page: int = 1
) -> str:
    """All of them as one Link header; `page` counts the pages of a list."""
    iri = str(facts.iri)
    form = _form_header(row.name, profile.token).format_map(_places(served, iri, page))
    kin = _kin_header(served.catalogue, served.addresses, _kin(served.catalogue, facts))
    return ", ".join((form, *kin, *(link.header() for link in _of_resource(served, iri))))


def _places(served: Served, iri: str, page: int = 1) -> Mapping[str, str]:
    """What tells the links of a form of one document from those of another."""
    forms = served.addresses.forms(iri)
    document = plain(forms.page)
    return {
        "canonical": numbered(document, page),
        "stem": forms.stem,
        "query": forms.query,
        "views": f"{document}{'&' if '?' in document else '?'}_profile=",
        "uri": as_uri(iri),
        "mount": served.addresses.mount,
    }


@cache
def _form_header(name: str, token: str) -> str:
    """The links of a form as a header, with the names of `_places` in braces: thousands of documents share it."""
    profile = next(one for one in PROFILES if one.token == token)
    row = next(one for one in profile.formats if one.name == name)
    named = {place: f"{{{place}}}" for place in ("canonical", "stem", "query", "views", "uri", "mount")}
    return ", ".join(link.header() for link in _of_form(named, row, profile))


def _of_form(places: Mapping[str, str], row: Format, profile: Profile) -> Iterator[Link]:
    """What every document says in this form."""

    def at(other: Format) -> str:
        return f"{places['stem']}.{other.suffix}{places['query']}"

    yield Link("canonical", places["canonical"])
    yield Link("cite-as", places["uri"])
    for other in DOCUMENT_FORMATS:
        if other is not row or profile is not SKOS_PROFILE:
            yield Link("alternate", at(other), other.media_type)
    for one in PROFILES:
        if one is not SKOS_PROFILE and one is not profile:
            yield Link("alternate", places["views"] + one.token, None, one.iri)
    yield Link("profile", profile.iri)
    if row is HTML:
        for metadata in RDF_FORMATS[:2]:
            yield Link("describedby", at(metadata), metadata.media_type)
        yield Link("type", ABOUT_PAGE)
    else:
        yield Link("describes", places["uri"])
    if row is JSON and profile is SKOS_PROFILE:
        yield Link(CONTEXT_RELATION, f"{places['mount']}/context.jsonld", JSON_LD.media_type)


class _Kin(NamedTuple):
    """The statements that lead somewhere: thousands of concepts of one scheme have the same."""

    types: tuple[str, ...]
    schemes: tuple[str, ...]
    """The one it is shown in first."""
    licences: tuple[str, ...]
    has_rights: bool
    provenance: tuple[str, ...]
    creators: tuple[str, ...]
    replacements: tuple[str, ...]


def _kin(catalogue: Catalogue, facts: Facts) -> _Kin:
    schemes = facts.iris(_IN_SCHEME)
    if len(schemes) > 1:
        shown = catalogue.entries([str(facts.iri)])[str(facts.iri)].scheme
        schemes = tuple(sorted(schemes, key=lambda scheme: scheme != shown))
    return _Kin(
        facts.iris(_TYPE)[:MAX_TYPE_LINKS],
        schemes,
        facts.iris(_LICENCE),
        bool(facts.values(_RIGHTS)),
        facts.iris(_PROVENANCE),
        facts.iris(_CREATOR),
        facts.iris(_REPLACED)[:1],
    )


_TYPE, _IN_SCHEME, _LICENCE = RDF.type, SKOS.inScheme, DCTERMS.license
_RIGHTS, _PROVENANCE, _CREATOR, _REPLACED = (
    DCTERMS.rights,
    DCTERMS.provenance,
    DCTERMS.creator,
    DCTERMS.isReplacedBy,
)


@kept(at_most=KNOWN_KIN)
def _kin_header(catalogue: Catalogue, addresses: Addresses, kin: _Kin) -> tuple[str, ...]:
    return tuple(link.header() for link in _of_kin(catalogue, addresses, kin))


def _of_kin(catalogue: Catalogue, addresses: Addresses, kin: _Kin) -> Iterator[Link]:
    """What the statements about the resource lead to, in whatever form."""
    for class_ in kin.types:
        if web_link(class_):
            yield Link("type", as_uri(class_))
    for licence in _licences(catalogue, kin)[:1]:
        yield Link("license", as_uri(licence))
    for author in _authors(catalogue, kin)[:1]:
        yield Link("author", as_uri(author))
    for scheme in kin.schemes[:1]:
        yield Link("collection", plain(addresses.document(scheme)), HTML.media_type)
    for replacement in kin.replacements:
        if web_link(replacement):
            yield Link("successor-version", as_uri(replacement))  # RFC 5829


def _of_resource(served: Served, iri: str) -> Iterator[Link]:
    """What belongs to the resource alone."""
    addresses = served.addresses
    yield from _items(served, iri)
    if addresses.snapshot is None:
        address = linkset_address(served, iri)
        for media_type, _ in LINKSET_TYPES:
            yield Link("linkset", address, media_type)


def linkset_address(served: Served, iri: str) -> str:
    """The path of the link set about a resource."""
    # most IRIs have nothing else to be escaped: a quarter of the time of `quote`
    escaped = iri.replace(":", "%3A").replace("/", "%2F") if _SIMPLE.fullmatch(iri) else quote(iri, safe="")
    return f"{served.addresses.mount}/linkset?iri={escaped}"


def _items(served: Served, iri: str) -> Iterator[Link]:
    """The files of a scheme: what its page leads to."""
    graphs = tuple(sorted(served.release.manifest["graphs"]))
    names = _dumps_of_schemes(served.catalogue, graphs).get(iri)
    if names is None:
        return
    folder = (
        f"{served.addresses.mount}/release/{served.addresses.snapshot}" if served.addresses.snapshot else ""
    )
    folder = folder or served.addresses.mount
    for dump in dumps_of(served.release.manifest["files"]):
        if dump.name in names:
            yield Link("item", f"{folder}/dumps/{dump.file}", GZIP)


@kept(at_most=KNOWN_RELEASES)
def _dumps_of_schemes(catalogue: Catalogue, graphs: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """Scheme → the names of the dumps of graphs that are about it alone: a file of several schemes is the data set's."""
    said = catalogue.said_by("scheme", DESCRIBING)
    names = dump_names(graphs, base=catalogue.base)
    found: dict[str, set[str]] = {}
    for graph, subjects in subjects_of(graphs, said, base=catalogue.base).items():
        if len(subjects) == 1 and str(subjects[0]) in said:
            found.setdefault(str(subjects[0]), set()).add(names[graph])
    return {scheme: frozenset(several) for scheme, several in found.items()}


def _authors(catalogue: Catalogue, kin: _Kin) -> tuple[str, ...]:
    """Who made the resource, else who made its scheme."""
    found = kin.creators
    for scheme in kin.schemes[:1]:
        found = found or _rights(catalogue, scheme).creators
    return tuple(iri for iri in found if web_link(iri))


def _licences(catalogue: Catalogue, kin: _Kin) -> tuple[str, ...]:
    """The licence of the resource, else of its scheme, else of its definitions if all of them have one.

    None where the resource has rights of its own: a wording that belongs to somebody comes under no licence of ours.
    """
    found = kin.licences
    if not found and not kin.has_rights:
        for about in (kin.schemes, kin.provenance):
            each = [_rights(catalogue, iri).licences for iri in about]
            if not found and each and all(each):
                found = tuple(licence for some in each for licence in some)
    return tuple(iri for iri in found if web_link(iri))


@dataclass(frozen=True, slots=True)
class _Rights:
    licences: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()


@kept(at_most=64)  # schemes and statements of rights of the releases that are open
def _rights(catalogue: Catalogue, iri: str) -> _Rights:
    """Of a scheme or a statement; kept, because thousands of concepts ask, and a scheme may be long to read."""
    described = catalogue.describe(iri)
    if described is None:
        return _Rights()
    facts = Facts(described)
    return _Rights(tuple(facts.iris(DCTERMS.license)), tuple(facts.iris(DCTERMS.creator)))


def plain(href: str) -> str:
    """The reference without its fragment."""
    return href.partition("#")[0]


def as_uri(iri: str | URIRef) -> str:
    """The IRI as a URI, fit for a header (RFC 3987, 3.1)."""
    return str(iri) if _IS_URI.fullmatch(iri) else quote(iri, safe=_OF_URIS)
