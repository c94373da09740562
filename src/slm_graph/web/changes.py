"""What a release changed, compared with the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from rdflib import URIRef
from rdflib.term import Node

from slm_graph import negotiation
from slm_graph.catalogue import Description
from slm_graph.catalogue.differences import Differences, changed, differences
from slm_graph.formats import HTML, JSON, Format
from slm_graph.release import releases
from slm_graph.web import pages
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Facts, Link, Names, Reader, Value, value_of
from slm_graph.web.words import words

SHOWN = 200
"""Concepts of one list on the page: some 40 kB, and some 200 with what changed; the JSON has all of them."""

SHOWN_PROPERTIES = 20
"""Of one concept: more than most have."""

SHOWN_VALUES = 5
"""Of one property, before and now: a scheme may have thousands of new members."""

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
    lists: list[tuple[str, list[_Row], int]] = []
    if found is not None and earlier is not None:
        now, before = (Names(one.catalogue, one.addresses, reader) for one in (served, earlier))
        lists = [
            ("added", _rows(now, found.added), len(found.added)),
            ("removed", _rows(before, found.removed), len(found.removed)),
            ("changed", _rows(now, found.changed, before), len(found.changed)),
        ]
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


@dataclass(frozen=True, slots=True)
class _Values:
    """Of one property, what was said before and what is said now; `more` says how many values are not shown."""

    property: Link
    before: tuple[Value, ...]
    now: tuple[Value, ...]
    more: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One concept; what changed about it, where it was there before."""

    link: Link
    values: tuple[_Values, ...] = ()
    further: bool = False


def _rows(names: Names, iris: Sequence[str], before: Names | None = None) -> list[_Row]:
    names.learn(iris[:SHOWN])
    if before is None:
        return [_Row(names.link(iri)) for iri in iris[:SHOWN]]
    return [_changed_row(names, before, iri) for iri in iris[:SHOWN]]


def _changed_row(names: Names, before: Names, iri: str) -> _Row:
    old, new = before.catalogue.describe(iri), names.catalogue.describe(iri)
    if old is None or new is None:
        return _Row(names.link(iri), further=True)
    found = changed(old, new)
    return _Row(
        names.link(iri),
        tuple(
            _Values(
                names.property(str(one.predicate)),
                _values(before, old, one.removed),
                _values(names, new, one.added),
                sum(max(0, len(terms) - SHOWN_VALUES) for terms in (one.removed, one.added)),
            )
            for one in found.changes[:SHOWN_PROPERTIES]
        ),
        found.further or len(found.changes) > SHOWN_PROPERTIES,
    )


def _values(names: Names, described: Description, terms: Sequence[Node]) -> tuple[Value, ...]:
    shown = terms[:SHOWN_VALUES]
    names.learn(str(term) for term in shown if isinstance(term, URIRef))
    facts = Facts(
        replace(described, quads=())
    )  # none of the terms is a blank node, about which there is more
    return tuple(value_of(term, facts, names) for term in shown)
