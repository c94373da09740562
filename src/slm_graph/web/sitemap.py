"""What crawlers ask for: the sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Response

from slm_graph.catalogue.enumeration import public_count, public_iris
from slm_graph.errors import NotFound, Text
from slm_graph.web.programs import Root, root
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import respond_kept
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
        served = self.site.current()
        here = root(served)

        def make() -> Representation:
            count = public_count(served.catalogue) + len(PAGES)
            if count <= self.most:
                return _document("urlset", "url", self._addresses(served, here, 1), here)
            numbers = range(1, -(-count // self.most) + 1)
            parts = ((f"{here.address}/sitemap-{number}.xml", served.release.date) for number in numbers)
            return _document("sitemapindex", "sitemap", parts, here)

        key = (served.release.version, "sitemap", here.address)
        return respond_kept(self.kept, key, make, served=served, cache=here.cache)

    def part(self, number: str) -> Response:
        """`/sitemap-N.xml`, N from 1."""
        served = self.site.current()
        here = root(served)
        count = public_count(served.catalogue) + len(PAGES)
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if count <= self.most or not 1 <= wanted <= -(-count // self.most) or str(wanted) != number:
            raise NotFound(
                Text(de="Diesen Teil der Sitemap gibt es nicht.", en="There is no such part of the sitemap.")
            )

        def make() -> Representation:
            return _document("urlset", "url", self._addresses(served, here, wanted), here)

        key = (served.release.version, "sitemap", wanted, here.address)
        return respond_kept(self.kept, key, make, served=served, cache=here.cache)

    def robots(self) -> Response:
        """What crawlers may fetch: everything but what costs a query each."""
        served = self.site.current()
        mount, here = served.addresses.mount, root(served, cache=LONG)
        lines = [
            "User-agent: *",
            *(f"Disallow: {mount}{path}" for path in REFUSED),
            f"Sitemap: {here.address}/sitemap.xml",
        ]

        def make() -> Representation:
            return representation(("\n".join(lines) + "\n").encode(), PLAIN, (("Vary", here.vary),))

        key = (served.release.version, "robots", here.address)
        return respond_kept(self.kept, key, make, served=served, cache=here.cache)

    def _addresses(self, served: Served, here: Root, number: int) -> Iterator[tuple[str, str | None]]:
        mount, date = served.addresses.mount, served.release.date
        first = (number - 1) * self.most
        pages = PAGES[first : first + self.most]
        for path in pages:
            yield here.address + path, date
        offset = max(0, first - len(PAGES))
        for iri in public_iris(served.catalogue, limit=self.most - len(pages), offset=offset):
            yield here.address + served.addresses.document(iri).removeprefix(mount), date


def _document(
    outer: str, inner: str, addresses: Iterable[tuple[str, str | None]], here: Root
) -> Representation:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{outer} xmlns="{_NAMESPACE}">']
    for address, date in addresses:
        modified = f"<lastmod>{date}</lastmod>" if date is not None else ""
        lines.append(f"<{inner}><loc>{escape(address)}</loc>{modified}</{inner}>")
    lines.append(f"</{outer}>")
    return representation(("\n".join(lines) + "\n").encode(), XML, (("Vary", here.vary),))
