"""What crawlers ask for: the sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Response

from slm_graph.catalogue.enumeration import public_count, public_iris
from slm_graph.errors import NotFound, Text
from slm_graph.web.programs import root
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Served, Site

XML = "application/xml"
PLAIN = "text/plain; charset=utf-8"

LONG = "public, max-age=86400"
"""Of robots.txt: a day, as RFC 9309, 2.4, has it."""

MOST = 50_000
"""Addresses in one sitemap, the protocol's own limit."""

PAGES = (
    "/",
    "/ontology",
    "/mappings",
    "/releases",
    "/catalog",
    "/quality",
    "/shapes",
    "/queries/",
    "/sparql",
)
"""Pages besides those of resources."""

REFUSED = ("/sparql?", "/queries/*?", "/search", "/suggest", "/reconcile")
"""What costs a query or a search each time: of the pages only their plain form is worth a visit."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The answers for crawlers; addresses in them are full, as their protocols demand."""

    site: Site
    kept: Representations
    most: int = MOST

    def sitemap(self) -> Response:
        """`/sitemap.xml`: all addresses, or where they are too many the list of `/sitemap-N.xml`."""
        served, site_root = self.site.current(), root(self.site.current())

        def make() -> Representation:
            count = public_count(served.catalogue) + len(PAGES)
            if count <= self.most:
                return representation(_document("urlset", "url", self._addresses(served, 1)), XML)
            numbers = range(1, -(-count // self.most) + 1)
            return representation(
                _document(
                    "sitemapindex",
                    "sitemap",
                    ((f"{site_root}/sitemap-{number}.xml", served.release.date) for number in numbers),
                ),
                XML,
            )

        key = (served.release.version, "sitemap", site_root)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)

    def part(self, number: str) -> Response:
        """`/sitemap-N.xml`, N from 1."""
        served = self.site.current()
        count = public_count(served.catalogue) + len(PAGES)
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if count <= self.most or not 1 <= wanted <= -(-count // self.most) or str(wanted) != number:
            raise NotFound(
                Text(de="Diesen Teil der Sitemap gibt es nicht.", en="There is no such part of the sitemap.")
            )

        def make() -> Representation:
            return representation(_document("urlset", "url", self._addresses(served, wanted)), XML)

        key = (served.release.version, "sitemap", wanted, root(served))
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)

    def robots(self) -> Response:
        """What crawlers may fetch: everything but what costs a query each."""
        served = self.site.current()
        mount, site_root = served.addresses.mount, root(served)
        lines = [
            "User-agent: *",
            *(f"Disallow: {mount}{path}" for path in REFUSED),
            f"Sitemap: {site_root}/sitemap.xml",
        ]

        def make() -> Representation:
            return representation(("\n".join(lines) + "\n").encode(), PLAIN)

        return respond_kept(
            self.kept, (served.release.version, "robots", site_root), make, served=served, cache=LONG
        )

    def _addresses(self, served: Served, number: int) -> Iterator[tuple[str, str | None]]:
        site_root, mount, date = root(served), served.addresses.mount, served.release.date
        first = (number - 1) * self.most
        pages = PAGES[first : first + self.most]
        for path in pages:
            yield site_root + path, date
        offset = max(0, first - len(PAGES))
        for iri in public_iris(served.catalogue, limit=self.most - len(pages), offset=offset):
            yield site_root + served.addresses.document(iri).removeprefix(mount), date


def _document(outer: str, inner: str, addresses: Iterable[tuple[str, str | None]]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{outer} xmlns="{_NAMESPACE}">']
    for address, date in addresses:
        modified = f"<lastmod>{date}</lastmod>" if date is not None else ""
        lines.append(f"<{inner}><loc>{escape(address)}</loc>{modified}</{inner}>")
    lines.append(f"</{outer}>")
    return ("\n".join(lines) + "\n").encode()
