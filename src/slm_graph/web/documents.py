"""Things and the documents about them: `/id/x` leads to `/doc/x`, which is negotiated (Cool URIs; RFC 9110, 12)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request
from rdflib import URIRef

from slm_graph import negotiation
from slm_graph.catalogue import Description
from slm_graph.errors import LANGUAGES, NotFound, SlmGraphError, Text
from slm_graph.formats import DOCUMENT_FORMATS, HTML, JSON_LD, Format, by_suffix
from slm_graph.syntax import expanded_json_ld, flattened_json_ld, write
from slm_graph.web import pages
from slm_graph.web.addresses import OTHER_THINGS, UNESCAPED, VOCABULARY, names_in, split_suffix
from slm_graph.web.facts import Facts
from slm_graph.web.links import link_header, plain
from slm_graph.web.problems import Offer, Problem, not_acceptable, reader_of_request
from slm_graph.web.profiles import PROFILES, SKOS_PROFILE, Profile, asked_profile, choose, written
from slm_graph.web.programs import search
from slm_graph.web.repeats import target
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.resource_pages import document_page
from slm_graph.web.responses import CURRENT, FOREVER, moved, respond_kept, see_other, see_other_kept
from slm_graph.web.site import Place, Served, Site
from slm_graph.web.views import Reader, numbered, query_string, with_language
from slm_graph.web.words import WORDS, words

FORMS = {
    f"http://www.w3.org/ns/json-ld#{form}": form for form in ("expanded", "compacted", "flattened")
}  # JSON-LD 1.1, 6

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
"""Of a page, spelt in one way: no zeros in front, and six digits are more than any list of ours has."""

MAX_IRI_LENGTH = 2048
"""Of `iri=`: longer than any IRI in the data sets known, and the length some proxies allow for a whole address."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The answers about things, from a site's releases and its kept bodies."""

    site: Site
    kept: Representations

    def thing(self, local: str) -> Response:
        """`/id/…` and its like: 303 to the document, or the document itself with its Content-Location."""
        served = self.site.current()
        place = served.place("thing " + local, lambda: _place_of_thing(served, local))
        if place is None:
            raise self._missing(served, names_in(local.rstrip("/")))
        if self._asked() != place.path:
            return moved(place.path)
        if not self.site.settings.see_other:
            return self._document(served, place.iri, None)
        document = served.addresses.document(place.iri)
        return see_other_kept(
            self.kept,
            _as_asked(document),
            served=served,
            cache=CURRENT,
            links=f'<{plain(document)}>; rel="describedby"',
        )

    def document(self, name: str, snapshot: Served | None = None) -> Response:
        """`/doc/NAME` or `/doc/NAME.SUFFIX`, of the current release or a snapshot."""
        served = snapshot or self.site.current()
        place = served.place(name, lambda: _place_of_document(served, name))
        if place is None:
            bare = name.rstrip("/")
            stems = dict.fromkeys((bare, split_suffix(bare)[0]))
            raise self._missing(served, (f"id/{one}" for stem in stems for one in names_in(stem)))
        if self._asked() != place.path:
            return moved(place.path)
        return self._document(served, place.iri, place.fixed)

    def _missing(self, served: Served, locals_: Iterable[str]) -> Exception:
        """410 for what an earlier release had (RFC 9110, 15.5.11), with the way there; else 404."""
        for iri in (served.release.base + local for local in locals_):
            version = served.removed.get(iri)
            if version is not None:
                text = WORDS["gone"]
                detail = Text(de=text.de.format(version=version), en=text.en.format(version=version))
                try:
                    before = self.site.snapshot(version).addresses
                except SlmGraphError:  # that release is no longer kept
                    return Problem(410, detail, title=WORDS["gone.title"])
                href = before.document(iri)
                links = [("Link", f'<{href}>; rel="predecessor-version"')]  # RFC 5829
                offers = [Offer(HTML, href)]
                offers += [
                    Offer(row, before.document(iri, row.suffix))
                    for row in DOCUMENT_FORMATS
                    if row is not HTML
                ]
                return Problem(410, detail, title=WORDS["gone.title"], headers=links, offers=offers)
        return _nothing()

    def _asked(self) -> str:
        """The path of the request as it was spelt, where the server tells, with the mount."""
        raw = target(request.environ)
        if not raw:
            return self.site.settings.mount + quote(request.path, safe=UNESCAPED)
        path = raw.partition("?")[0]
        # the absolute form has the authority in front (RFC 9112, 3.2.2)
        return path if path.startswith("/") else "/" + path.split("/", 3)[-1]

    def external(self, suffix: str | None, served: Served | None = None) -> Response:
        """`/doc/external?iri=…`: the document about a resource with an IRI that is not ours."""
        release = served or self.site.current()
        iri = request.args.get("iri", "")
        if not iri:
            raise Problem(400, Text(de="Der Parameter iri fehlt.", en="The parameter iri is missing."))
        if len(iri) > MAX_IRI_LENGTH or release.catalogue.kind(iri) is None:
            raise _nothing()
        fixed = by_suffix(suffix) if suffix else None
        if suffix and fixed is None:
            raise _nothing()
        if release.addresses.owns(iri) and iri != release.release.base:
            return moved(release.addresses.document(iri, suffix), said="iri")
        return self._document(release, iri, fixed)

    def vocabulary(self, suffix: str | None) -> Response:
        """`/ontology` and its fixed formats; negotiated directly, because its terms are fragments of it."""
        served = self.site.current()
        fixed = by_suffix(suffix) if suffix else None
        iri = served.release.base + VOCABULARY
        if (suffix and fixed is None) or served.catalogue.kind(iri) is None:
            raise _nothing()
        return self._document(served, iri, fixed)

    def vocabulary_version(self, version: str) -> Response:
        """The `owl:versionIRI` of the vocabulary in the current release: its document."""
        served = self.site.current()
        iri = served.release.base + VOCABULARY
        described = served.catalogue.describe(iri)
        wanted = URIRef(f"{iri}/{version}")
        if described is None or not any(s == described.iri and o == wanted for s, _, o, _ in described.quads):
            raise _nothing()
        return see_other(served.addresses.document(iri), cache=CURRENT)

    def release(self, version: str) -> Response:
        """`/release/VERSION` leads to the document about it, in its own state."""
        served = self.site.snapshot(version)
        document = served.addresses.document(served.release.base + f"release/{version}")
        return see_other(document, cache=CURRENT, links=f'<{document}>; rel="describedby"')

    def release_document(self, version: str, suffix: str | None) -> Response:
        """The document about a release, from that release."""
        served = self.site.snapshot(version)
        iri = _find(served, [f"release/{version}"])
        fixed = by_suffix(suffix) if suffix else None
        if iri is None or (suffix and fixed is None):
            raise _nothing()
        return self._document(served, iri, fixed)

    def _document(self, served: Served, iri: str, fixed: Format | None) -> Response:
        accept = request.environ.get("HTTP_ACCEPT")
        asked = asked_profile()
        profile, row = choose(asked, accept, fixed)
        if row is None:
            varied_by = () if asked.named is not None else ("Accept-Profile",)
            raise not_acceptable(
                [_offer(served, iri, profile, one) for one in profile.formats], varied_by=varied_by
            )
        reader = reader_of_request() if row is HTML else None
        # what the address says stands above the header
        by_address = asked.media_type is not None
        form = (
            _json_ld_form(asked.media_type or accept) if row is JSON_LD and profile is SKOS_PROFILE else None
        )
        page = _page_number() if row is HTML and profile is SKOS_PROFILE else 1
        snapshot = served.addresses.snapshot
        # what stands in the address was no choice by header
        chosen = fixed is None and not by_address
        named = asked.named is not None
        key = (
            served.release.version,
            snapshot,
            iri,
            profile.token,
            row.name,
            form,
            reader,
            page,
            chosen,
            by_address,
            named,
        )

        named_form = _content_type(row, form) if by_address and form is not None else None

        def make() -> Representation:
            described = served.catalogue.describe(iri)
            if described is None:
                raise _nothing()
            facts = Facts(described)
            headers = [
                ("Link", link_header(served, facts, row, profile, page)),
                ("Content-Location", _located(served, iri, profile, row, reader, page, named_form)),
                ("Content-Profile", f"<{profile.iri}>"),
                (
                    "Vary",
                    ", ".join(
                        _vary(row, listens=chosen or (form is not None and not by_address), named=named)
                    ),
                ),
            ]
            if reader is not None:
                headers.append(("Content-Language", reader.language))
            if profile is not SKOS_PROFILE:
                body = _in_profile(served, described, profile, row, reader)
            elif reader is not None:
                body = document_page(served, described, facts, reader=reader, page=page)
            else:
                body = _written(served, described, row, form)
            headers = [(name, value) for name, value in headers if value]
            return representation(body, _content_type(row, form), tuple(headers))

        cache = FOREVER if snapshot else CURRENT
        return respond_kept(self.kept, key, make, served=served, cache=cache)


def _find(served: Served, locals_: Iterable[str]) -> str | None:
    """The first of the local names that the release describes, as an IRI."""
    candidates = [served.release.base + local for local in locals_]
    return next((iri for iri in candidates if served.catalogue.kind(iri) is not None), None)


def _place_of_thing(served: Served, local: str) -> Place | None:
    names = names_in(local.rstrip("/"))
    iri = _find(served, names) or _find_in_any_case(served, names)
    return Place(iri, None, served.addresses.thing(iri)) if iri is not None else None


def _find_in_any_case(served: Served, locals_: Iterable[str]) -> str | None:
    """The one concept whose IRI differs in case only, None for none or several.

    Looked up by its notation, which stands at the end of the IRI: of notations there is an index without case.
    """
    wanted = {(served.release.base + local).lower() for local in locals_}
    if any(served.release.base + local in served.removed for local in locals_):
        return None  # that one is gone, whatever else is called nearly so
    notations = {local.rpartition("/")[2] for local in locals_}
    index = search(served.release.search_file)
    found = {
        str(iri) for notation in notations for iri in index.with_notation(notation) if iri.lower() in wanted
    }
    return found.pop() if len(found) == 1 else None


def _place_of_document(served: Served, name: str) -> Place | None:
    """The first that fits: the name with a format's suffix, the name as it is; slashes at its end do not count."""
    bare = name.rstrip("/")
    for stem, fixed in dict.fromkeys((split_suffix(bare), (bare, None))):
        locals_ = [f"id/{one}" for one in names_in(stem)]
        if stem.startswith(OTHER_THINGS) or (served.addresses.snapshot is not None and stem == VOCABULARY):
            locals_ += names_in(stem)
        iri = _find(served, locals_)
        if iri is not None:
            return Place(iri, fixed, served.addresses.document(iri, fixed.suffix if fixed else None))
    return None


def _as_asked(href: str) -> str:
    """`href` with what was asked for by the address: a link to a thing may say how its document is to come."""
    if not request.environ.get("QUERY_STRING"):
        return href
    asked = request.args.get("lang")
    href = next((with_language(href, language) for language in LANGUAGES if language == asked), href)
    views = [(name, request.args[name]) for name in ("_profile", "_mediatype") if request.args.get(name)]
    path, hash_, fragment = href.partition("#")
    mark = "&" if "?" in path else "?"
    return path + query_string(views).replace("?", mark, 1) + hash_ + fragment


def _nothing() -> NotFound:
    return NotFound(
        Text(
            de="Unter dieser Adresse gibt es im Release nichts.",
            en="The release says nothing about this address.",
        )
    )


def _page_number() -> int:
    given = request.args.get("page", "1") if request.environ.get("QUERY_STRING") else "1"
    if not _NUMBER.fullmatch(given):
        raise Problem(404, Text(de="Diese Seite der Liste gibt es nicht.", en="The list has no such page."))
    return int(given)


def _json_ld_form(accept: str | None) -> str:
    """The form of JSON-LD asked for by `profile` (JSON-LD 1.1, 6); compacted without one we know."""
    named = [
        one for one in negotiation.media_ranges(accept) if f"{one.type}/{one.subtype}" == JSON_LD.media_type
    ]
    for given in sorted(named, key=lambda one: -one.weight):
        for profile in given.profiles():
            if profile in FORMS and given.weight > 0:
                return FORMS[profile]
        if given.weight > 0:
            return "compacted"
    return "compacted"


def _content_type(row: Format, form: str | None) -> str:
    if form is None or form == "compacted":
        return row.content_type
    return f'{row.content_type}; profile="http://www.w3.org/ns/json-ld#{form}"'


def _vary(row: Format, *, listens: bool, named: bool) -> Iterable[str]:
    """The request headers that decided, or might have (RFC 9110, 12.5.5); `listens`: Accept was one of them."""
    if listens:
        yield "Accept"
    if row is HTML:
        yield "Accept-Language"
    if not named:
        yield "Accept-Profile"


def _address(served: Served, iri: str, profile: Profile, row: Format) -> str:
    """The address of one representation alone."""
    if profile is SKOS_PROFILE:
        return served.addresses.document(iri, row.suffix)
    document = plain(served.addresses.document(iri))
    mark = "&" if "?" in document else "?"
    return f"{document}{mark}_profile={profile.token}&_mediatype={quote(row.media_type, safe='/')}"


def _located(
    served: Served,
    iri: str,
    profile: Profile,
    row: Format,
    reader: Reader | None,
    page: int,
    form: str | None,
) -> str:
    """The address that gives this representation to the same client (RFC 9110, 8.7): of this page, in a language chosen.

    `form` is the media type with the form of JSON-LD, where the address named it.
    """
    address = numbered(_address(served, iri, profile, row), page)
    if form is not None:
        address += f"{'&' if '?' in address else '?'}_mediatype={quote(form, safe='/')}"
    return address if reader is None else reader.keep(address)


def _offer(served: Served, iri: str, profile: Profile, row: Format) -> Offer:
    return Offer(row, _address(served, iri, profile, row))


def _in_profile(
    served: Served, described: Description, profile: Profile, row: Format, reader: Reader | None
) -> bytes:
    document = plain(served.addresses.document(str(described.iri)))
    if reader is not None:
        return pages.render(
            "alternates.html",
            reader=reader,
            mount=served.addresses.mount,
            href=f"{document}{'&' if '?' in document else '?'}_profile={profile.token}",
            served=served,
            w=words(reader.language),
            iri=str(described.iri),
            document=document,
            profiles=[
                (
                    one,
                    one.title.in_language(reader.language),
                    [(row, _address(served, str(described.iri), one, row)) for row in one.formats],
                )
                for one in PROFILES
            ],
        )
    context = f"{served.addresses.mount}/context.jsonld"
    return written(profile, described, row, base=served.release.base, context=context, document=document)


def _written(served: Served, described: Description, row: Format, form: str | None) -> bytes:
    base, context = served.release.base, f"{served.addresses.mount}/context.jsonld"
    # JSON-LD could keep the graphs, and would bury the resource in them; TriG and N-Quads are for those who want them.
    # What two graphs say comes twice then: every writer says it once
    quads = described.quads if row.keeps_graphs else [(s, p, o, None) for s, p, o, _ in described.quads]
    # the release's blank nodes have their canonical labels: making others takes time
    if form == "expanded":
        return expanded_json_ld(quads, base=base, subject=described.iri, relabels=False)
    if form == "flattened":
        return flattened_json_ld(quads, base=base, context=context, subject=described.iri, relabels=False)
    return write(quads, row, base=base, context=context, subject=described.iri, relabels=False)
