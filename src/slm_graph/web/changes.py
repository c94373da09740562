"""What a release changed, compared with the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from slm_graph import negotiation
from slm_graph.catalogue.differences import Differences, differences
from slm_graph.formats import HTML, JSON, Format
from slm_graph.release import releases
from slm_graph.web import pages
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.programs import sketches
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Reader
from slm_graph.web.words import words

SHOWN = 200
"""Concepts of one list on the page: some 40 kB; the JSON has all of them."""

PLAIN_JSON = Format("json", "JSON", JSON.media_type, "json")


@dataclass(frozen=True, slots=True)
class Changes:
    """The answers about what changed."""

    site: Site
    kept: Representations

    def changes(self, version: str) -> Response:
        """`/release/VERSION/changes`, as a page or JSON. Raises NotFound where there is no such release."""
        row = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML, PLAIN_JSON))
        if row is None:
            raise not_acceptable([Offer(HTML), Offer(PLAIN_JSON)])
        served = self.site.snapshot(version)
        known = [release.version for release in releases(self.site.settings.data)]
        place = known.index(version) if version in known else 0
        earlier = self.site.snapshot(known[place - 1]) if place > 0 else None
        reader = reader_of_request() if row is HTML else None

        def make() -> Representation:
            found = differences(earlier.catalogue, served.catalogue) if earlier is not None else None
            if reader is None:
                return representation(_json(served, earlier, found), row.content_type, (("Vary", "Accept"),))
            headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
            return representation(_page(served, earlier, found, reader), row.content_type, headers)

        before = earlier.release.version if earlier is not None else None
        key = (version, "changes", before, row.name, reader)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT, repeats=False)


def _json(served: Served, earlier: Served | None, found: Differences | None) -> bytes:
    said: dict[str, Any] = {
        "version": served.release.version,
        "previous": earlier.release.version if earlier is not None else None,
    }
    for name in ("added", "removed", "changed"):
        said[name] = list(getattr(found, name)) if found is not None else []
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def _page(served: Served, earlier: Served | None, found: Differences | None, reader: Reader) -> bytes:
    mount, version = served.addresses.mount, served.release.version
    lists: list[tuple[str, list[dict[str, str]], int]] = []
    if found is not None and earlier is not None:
        for name, iris, where in (
            ("added", found.added, served),
            ("removed", found.removed, earlier),
            ("changed", found.changed, served),
        ):
            lists.append((name, _rows(where, iris[:SHOWN], reader), len(iris)))
    return pages.render(
        "changes.html",
        reader=reader,
        mount=mount,
        href=f"{mount}/release/{version}/changes",
        served=served,
        w=words(reader.language),
        this=version,
        earlier=earlier.release.version if earlier is not None else None,
        lists=lists,
    )


def _rows(where: Served, iris: Sequence[str], reader: Reader) -> list[dict[str, str]]:
    found = sketches(where, iris, reader.language)
    return [
        {
            "href": where.addresses.document(iri),
            "label": found[iri].label,
            "language": found[iri].language or "",
            "notation": found[iri].notation or "",
        }
        for iri in iris
    ]
