"""`/search` as a page and as JSON, `/suggest` and `/opensearch.xml`: concepts by a few letters (OpenSearch 1.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request

from slm_graph import negotiation
from slm_graph.catalogue import Catalogue
from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.lists import level_numbers
from slm_graph.errors import LANGUAGES, NotFound, Text
from slm_graph.formats import HTML, JSON
from slm_graph.search import Filters, Hit, Page
from slm_graph.web import pages
from slm_graph.web.addresses import Addresses
from slm_graph.web.problems import Offer, Problem, not_acceptable, reader_of_request
from slm_graph.web.programs import given, root, search, similar, whole_number
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.texts import say
from slm_graph.web.views import Link, Names, Paging, Reader, numbered, paging, query_string

SIZE = 20
"""Hits on one page: three screens of a phone."""

SUGGESTIONS = 8
"""What fits below an input without scrolling on a small screen."""

MAX_QUERY = 200
"""Characters of a query: as many as the index looks at, and longer than any label of ESCO."""

MAX_PAGES = 1000
"""Of one query: beyond what the index's bounds let through."""

KINDS = ("skill", "skill-level", "level", "concept", "collection", "scheme")
"""What can be found, as the filter offers it."""

SNIPPET = 220
"""Characters of a definition around the first place found: three lines."""

DESCRIPTION_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE = "application/x-suggestions+json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request looks for."""

    query: str
    filters: Filters
    page: int

    def values(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the page."""
        level = None if self.filters.level is None else str(self.filters.level)
        pairs = (
            ("q", self.query or None),
            ("scheme", next(iter(self.filters.schemes), None)),
            ("kind", next(iter(self.filters.kinds), None)),
            ("level", level),
            ("language", self.filters.language),
        )
        return [(name, value) for name, value in pairs if value is not None]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit as a page shows it."""

    link: Link
    scheme: Link | None
    kind: str
    pieces: tuple[tuple[str, bool], ...]
    """What was found, cut into pieces: those that are True answer the query."""
    language: str | None
    named: bool
    """Whether what was found is the name in the link itself."""


class Finding:
    """The answers of the search, from a site's current release."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def search(self, suffix: str | None = None) -> Response:
        """`/search`: a page or JSON by Accept; `/search.json`: JSON."""
        mount = self.site.settings.mount
        chosen = (
            JSON
            if suffix == "json"
            else negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML, JSON))
        )
        if suffix not in (None, "json"):
            raise NotFound(
                Text(de="Die Suche antwortet als Seite oder JSON.", en="Search answers as a page or JSON.")
            )
        if chosen is None:
            raise not_acceptable([Offer(HTML, f"{mount}/search"), Offer(JSON, f"{mount}/search.json")])
        served, reader = self.site.current(), reader_of_request()
        asked = _asked(served)
        found = _find(served, asked, reader)
        place = paging(
            found.total,
            size=SIZE,
            page=asked.page,
            href=f"{mount}/search{query_string(asked.values())}",
            reader=reader,
        )
        if asked.page > place.pages:
            raise NotFound(Text(de="So viele Treffer gibt es nicht.", en="There are not that many hits."))
        vary = "Accept-Language" if suffix else "Accept, Accept-Language"
        headers = [("Vary", vary), ("Content-Language", reader.language)]
        if chosen is JSON:
            body = _json(_as_json(served, asked, found, place, reader))
        else:
            body = _page(served, asked, found, place, reader)
            headers.append(
                (
                    "Link",
                    f'<{_at(mount, "search.json", asked)}>; rel="alternate"; type="{JSON.media_type}"',
                )
            )
        made = representation(body, chosen.content_type, tuple(headers))
        return respond(made, cache=CURRENT, issued=served.release.date)

    def suggest(self) -> Response:
        """`/suggest?q=…`: names that begin so, what they are, and where (OpenSearch Suggestions 1.1)."""
        served, reader = self.site.current(), reader_of_request()
        query = _query()
        limit = whole_number("limit", SUGGESTIONS, least=1, most=SIZE)
        hits = (
            search(served.release.search_file)
            .find(query, language=reader.language, limit=limit, texts=False, counted=False)
            .hits
        )
        names = _names(served, hits, reader)
        rows = [(names.link(str(hit.iri)), hit) for hit in hits]
        body = _json(
            [
                query,
                [_title(link) for link, _ in rows],
                [_what(link, hit, names) for link, hit in rows],
                [link.href for link, _ in rows],
            ]
        )
        headers = (("Vary", "Accept-Language"), ("Content-Language", reader.language))
        return respond(
            representation(body, SUGGESTIONS_TYPE, headers), cache=CURRENT, issued=served.release.date
        )

    def description(self) -> Response:
        """`/opensearch.xml`: how browsers and programs ask (OpenSearch 1.1 Draft 6, 4)."""
        served, reader = self.site.current(), reader_of_request()
        at = root(served)
        urls = "".join(
            f"  <Url type={quoteattr(media_type)} rel={quoteattr(relation)} template={quoteattr(at.address + template)}/>\n"
            for media_type, relation, template in (
                (HTML.media_type, "results", "/search?q={searchTerms}&page={startPage?}"),
                (JSON.media_type, "results", "/search.json?q={searchTerms}&page={startPage?}"),
                (SUGGESTIONS_TYPE, "suggestions", "/suggest?q={searchTerms}"),
                (DESCRIPTION_TYPE, "self", "/opensearch.xml"),
            )
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
            f"  <ShortName>{escape(say('site', reader.language))}</ShortName>\n"
            f"  <Description>{escape(say('site.claim', reader.language))}</Description>\n"
            "  <InputEncoding>UTF-8</InputEncoding>\n  <OutputEncoding>UTF-8</OutputEncoding>\n"
            f"{urls}"
            "</OpenSearchDescription>\n"
        )
        headers = (("Vary", f"Accept-Language, {at.vary}"), ("Content-Language", reader.language))
        made = representation(body.encode(), f"{DESCRIPTION_TYPE}; charset=utf-8", headers)
        return respond(made, cache=at.cache, issued=served.release.date)


def _query() -> str:
    query = " ".join(given("q", "").split())
    if len(query) > MAX_QUERY:
        raise Problem(
            400,
            Text(
                de=f"Die Suche nimmt bis zu {MAX_QUERY} Zeichen.",
                en=f"The search takes up to {MAX_QUERY} characters.",
            ),
        )
    return query


def _asked(served: Served) -> Asked:
    """The request's query and filters; a filter without a value is none. Raises a Problem for what cannot be."""
    scheme, kind = given("scheme", "") or None, given("kind", "") or None
    level, language = given("level", "") or None, given("language", "") or None
    if scheme is not None and served.catalogue.kind(scheme) != "scheme":
        raise _unknown("scheme", "…")
    if kind is not None and kind not in KINDS:
        raise _unknown("kind", ", ".join(KINDS))
    if level is not None and not (level.isascii() and level.isdigit() and len(level) <= 3):
        raise _unknown("level", "0 … 999")
    # a tag, not a list of ours: releases have labels in more languages than pages
    if language is not None and not (
        len(language) <= 35 and language.replace("-", "").isalnum() and language.isascii()
    ):
        raise _unknown("language", "de, en, fr, …")
    return Asked(
        _query(),
        Filters(
            schemes=() if scheme is None else (scheme,),
            kinds=() if kind is None else (kind,),
            level=None if level is None else int(level),
            language=language,
        ),
        whole_number("page", 1, least=1, most=MAX_PAGES + 1),
    )


def _unknown(name: str, offered: str) -> Problem:
    return Problem(
        400,
        Text(
            de=f"Diesen Wert von {name} kennt die Suche nicht; möglich: {offered}.",
            en=f"The search does not know that value of {name}; possible: {offered}.",
        ),
    )


def _find(served: Served, asked: Asked, reader: Reader) -> Page:
    return search(served.release.search_file).find(
        asked.query,
        language=reader.language,
        filters=asked.filters,
        limit=SIZE,
        offset=(asked.page - 1) * SIZE,
    )


def _names(served: Served, hits: Sequence[Hit], reader: Reader) -> Names:
    names = Names(served.catalogue, served.addresses, reader)
    names.learn([str(hit.iri) for hit in hits] + [hit.scheme for hit in hits if hit.scheme is not None])
    return names


def _title(link: Link) -> str:
    return f"{link.notation} {link.text}" if link.notation and link.notation != link.text else link.text


def _what(link: Link, hit: Hit, names: Names) -> str:
    kind = say("kind." + hit.kind, names.reader.language)
    return f"{kind} · {names.link(hit.scheme).text}" if hit.scheme is not None else kind


def pieces(value: str, spans: Sequence[tuple[int, int]], *, most: int) -> tuple[tuple[str, bool], ...]:
    """`value` cut at the places found, at most `most` characters of it around the first one.

    >>> pieces("Service level", [(0, 4)], most=40)
    (('Serv', True), ('ice level', False))
    """
    start, end = 0, len(value)
    if len(value) > most:
        first = spans[0][0] if spans else 0
        start = max(0, min(first - most // 3, len(value) - most))
        end = start + most
        if start:
            # a whole word to begin with, where one is near
            space = value.find(" ", start, start + 20)
            start = space + 1 if space >= 0 and space < first else start
    made: list[tuple[str, bool]] = [("… ", False)] if start else []
    place = start
    for begin, stop in spans:
        if begin < place or stop > end:
            continue
        made += [(value[place:begin], False), (value[begin:stop], True)]
        place = stop
    made.append((value[place:end], False))
    if end < len(value):
        made.append((" …", False))
    return tuple((text, marked) for text, marked in made if text)


def _as_json(served: Served, asked: Asked, found: Page, place: Paging, reader: Reader) -> dict[str, Any]:
    names = _names(served, found.hits, reader)
    rows = []
    for hit in found.hits:
        link = names.link(str(hit.iri))
        rows.append(
            {
                "iri": str(hit.iri),
                "href": link.href,
                "label": link.text,
                "language": link.language or reader.language,
                "notation": link.notation,
                "kind": hit.kind,
                "scheme": hit.scheme,
                "match": hit.match,
                "field": hit.field,
                "value": hit.value,
                "valueLanguage": hit.language,
                "spans": [list(span) for span in hit.spans],
            }
        )
    return {
        "query": asked.query,
        "filters": {name: value for name, value in asked.values() if name != "q"},
        "total": found.total,
        "complete": found.complete,
        "page": place.page,
        "pages": place.pages,
        "size": SIZE,
        "next": place.next,
        "hits": rows,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


@kept(at_most=8)  # two languages of the releases that are open
def _offered(catalogue: Catalogue, addresses: Addresses, reader: Reader) -> dict[str, list[tuple[str, str]]]:
    """The values each filter offers, with their names."""
    names = Names(catalogue, addresses, reader)
    counts = catalogue.counts()
    schemes = [one for one in catalogue.schemes() if one.concepts]
    names.learn(str(one.iri) for one in schemes)
    return {
        "scheme": [(str(one.iri), names.link(str(one.iri)).text) for one in schemes],
        "kind": [(kind, say("kind." + kind, reader.language)) for kind in KINDS if counts.get(kind)],  # type: ignore[call-overload]  # one of Kind
        "level": [(number, number) for number in level_numbers(catalogue)],
        "language": [(code, say(f"language.{code}", reader.language)) for code in LANGUAGES],
    }


def _page(served: Served, asked: Asked, found: Page, place: Paging, reader: Reader) -> bytes:
    mount = served.addresses.mount
    names = _names(served, found.hits, reader)
    near: list[Link] = []
    if asked.query and not found.hits:
        like = similar(served.release.search_file).candidates(asked.query, language=reader.language, limit=5)
        names.learn(str(one.iri) for one in like)
        near = [names.link(str(one.iri)) for one in like]
    chosen = dict(asked.values())
    return pages.render(
        "search.html",
        reader=reader,
        mount=mount,
        href=_at(mount, "search", asked),
        served=served,
        query=asked.query,
        hits=[_found(hit, names) for hit in found.hits],
        near=near,
        total=found.total,
        complete=found.complete,
        first=(place.page - 1) * SIZE + 1,
        paging=place,
        offered=_offered(served.catalogue, served.addresses, reader),
        chosen=chosen,
        filtered=any(name != "q" for name in chosen),
        unfiltered=reader.keep(f"{mount}/search{query_string([('q', asked.query)])}"),
        json_href=_at(mount, "search.json", asked),
        max_query=MAX_QUERY,
    )


def _at(mount: str, place: str, asked: Asked) -> str:
    """The address of what is asked, its page included."""
    return numbered(f"{mount}/{place}{query_string(asked.values())}", asked.page)


def _found(hit: Hit, names: Names) -> Found:
    link = names.link(str(hit.iri))
    return Found(
        link=link,
        scheme=names.link(hit.scheme) if hit.scheme is not None else None,
        kind=say("kind." + hit.kind, names.reader.language),
        pieces=pieces(hit.value, hit.spans, most=SNIPPET),
        language=hit.language if hit.language != names.reader.language else None,
        named=hit.value in (link.text, link.notation),
    )
