"""`/tree`: what is right below a scheme or a concept, a slice at a time; `/index`: a scheme's concepts by letter."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import Response, request

from slm_graph import negotiation
from slm_graph.catalogue import lists
from slm_graph.errors import NotFound, Text
from slm_graph.formats import HTML, JSON
from slm_graph.web import pages
from slm_graph.web.branches import SIZE, Node, address, ancestors, branch, letters
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.programs import MAX_OFFSET, given, whole_number
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Site
from slm_graph.web.views import Names, Paging, Reader, numbered, paging, query_string


class Trees:
    """The answers of `/tree` and `/index`, from a site's current release."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def tree(self) -> Response:
        """`/tree?parent=IRI&offset=N`: a page, or JSON for scripts."""
        chosen = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML, JSON))
        if chosen is None:
            raise not_acceptable([Offer(HTML), Offer(JSON)])
        served, reader = self.site.current(), reader_of_request()
        parent = given("parent")
        offset = whole_number("offset", 0, most=MAX_OFFSET)
        if served.catalogue.kind(parent) not in ("scheme", "skill", "skill-level", "level", "concept"):
            raise NotFound(Text(de="Diesen Begriff gibt es nicht.", en="There is no such concept."))
        names = Names(served.catalogue, served.addresses, reader)
        above = ancestors(served, parent)
        names.learn([parent, *above])
        found, total = branch(served, names, parent, offset=offset)
        if offset and offset >= total:
            raise NotFound(Text(de="Diese Seite der Liste gibt es nicht.", en="The list has no such page."))
        more = address(served, reader, parent, offset + SIZE) if offset + SIZE < total else None
        if chosen is JSON:
            body = _as_json(parent, found, total=total, offset=offset, more=more)
        else:
            before = address(served, reader, parent, max(0, offset - SIZE)) if offset else None
            body = pages.render(
                "tree.html",
                reader=reader,
                mount=served.addresses.mount,
                href=address(served, Reader(reader.language), parent, offset),
                served=served,
                here=names.link(parent),
                path=[(names.link(iri), address(served, reader, iri)) for iri in above],
                nodes=found,
                total=total,
                first=offset + 1,
                paging=Paging(offset // SIZE + 1, max(1, -(-total // SIZE)), before, more),
            )
        headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
        return respond(
            representation(body, chosen.content_type, headers), cache=CURRENT, issued=served.release.date
        )

    def index(self) -> Response:
        """`/index?scheme=IRI&letter=X`: the concepts of a scheme whose names begin so."""
        if negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML,)) is None:
            raise not_acceptable([Offer(HTML)])
        served, reader = self.site.current(), reader_of_request()
        mount = served.addresses.mount
        scheme = given("scheme")
        if served.catalogue.kind(scheme) != "scheme":
            raise NotFound(Text(de="Dieses Begriffssystem gibt es nicht.", en="There is no such scheme."))
        whole = lists.alphabet(served.catalogue, scheme, reader.language)
        letter = given("letter", "") or next(iter(whole.letters), "")
        number = whole_number("page", 1, least=1, most=MAX_OFFSET)
        values = [("scheme", scheme), ("letter", letter)]
        total = len(whole.letters.get(letter, ()))
        place = paging(
            total, size=SIZE, page=number, href=f"{mount}/index{query_string(values)}", reader=reader
        )
        if (letter and letter not in whole.letters) or number > place.pages:
            raise NotFound(
                Text(de="Diese Seite des Registers gibt es nicht.", en="The index has no such page.")
            )
        names = Names(served.catalogue, served.addresses, reader)
        found = lists.listed(served.catalogue, whole, letter, limit=SIZE, offset=(number - 1) * SIZE)
        names.learn([scheme, *found])
        body = pages.render(
            "index.html",
            reader=reader,
            mount=mount,
            href=numbered(f"{mount}/index{query_string(values)}", number),
            served=served,
            here=names.link(scheme),
            letters=letters(served, reader, scheme, letter),
            letter=letter,
            members=[names.link(iri) for iri in found],
            total=total,
            paging=place,
        )
        headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
        return respond(
            representation(body, HTML.content_type, headers), cache=CURRENT, issued=served.release.date
        )


def _as_json(parent: str, found: Sequence[Node], *, total: int, offset: int, more: str | None) -> bytes:
    said = {
        "parent": parent,
        "total": total,
        "offset": offset,
        "size": SIZE,
        "next": more,
        "items": [
            {
                "iri": node.link.iri,
                "href": node.link.href,
                "label": node.link.text,
                "language": node.link.language,
                "notation": node.link.notation,
                "children": node.children,
                "branch": node.branch,
            }
            for node in found
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
