"""The site about itself: home, releases, the JSON-LD context, the style sheet, health."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import NotFound, Text
from slm_graph.formats import HTML, JSON, JSON_LD
from slm_graph.release import releases
from slm_graph.syntax.contexts import shipped
from slm_graph.web import pages
from slm_graph.web.assets import asset_at
from slm_graph.web.home import home_page
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, FOREVER, NOT_KEPT, respond, respond_kept
from slm_graph.web.site import Site
from slm_graph.web.words import words

LONG = "public, max-age=86400"
"""Of the context: it changes with the release, yet old contexts read new documents; a day spares most requests."""

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Discovery:
    """The answers about the site, from its releases and its kept bodies."""

    site: Site
    kept: Representations

    def home(self) -> Response:
        """The page that says what this is."""
        if negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML,)) is None:
            raise not_acceptable([Offer(HTML, f"{self.site.settings.mount}/")])
        served, reader = self.site.current(), reader_of_request()

        def make() -> Representation:
            headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
            return representation(home_page(served, reader=reader), HTML.content_type, headers)

        key = (served.release.version, "home", reader)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)

    def releases(self) -> Response:
        """Every release, as a page or JSON."""
        chosen = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML, JSON))
        if chosen is None:
            raise not_acceptable([Offer(HTML), Offer(JSON)])
        mount, served = self.site.settings.mount, self.site.current()
        rows = [
            {
                "version": release.version,
                "href": f"{mount}/release/{release.version}/doc",
                "changes": f"{mount}/release/{release.version}/changes",
                "date": release.date,
                "quads": release.manifest["quads"],
                "current": release.version == served.release.version,
            }
            for release in reversed(releases(self.site.settings.data))
        ]
        if chosen is JSON:
            body = json.dumps({"releases": rows}, ensure_ascii=False, indent=1).encode() + b"\n"
            return respond(representation(body, JSON.media_type, (("Vary", "Accept"),)), cache=CURRENT)
        reader = reader_of_request()
        page = pages.render(
            "releases.html",
            reader=reader,
            mount=mount,
            href=f"{mount}/releases",
            served=served,
            rows=rows,
            w=words(reader.language),
        )
        headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
        return respond(representation(page, HTML.content_type, headers), cache=CURRENT)

    def context(self) -> Response:
        """The JSON-LD context, for the base of the current release."""
        served = self.site.current()

        def make() -> Representation:
            document = {"@context": shipped(served.release.base)}
            body = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
            return representation(body, JSON_LD.media_type)

        key = (served.release.version, "context")
        return respond_kept(self.kept, key, make, served=served, cache=LONG)

    def static(self, name: str) -> Response:
        """A file that pages load, under the name that changes with its content."""
        asset = asset_at(name)
        if asset is None:
            raise NotFound(Text(de="Diese Datei gibt es nicht.", en="There is no such file."))

        def make() -> Representation:
            return representation(asset.body, asset.content_type)

        return respond_kept(self.kept, ("static", name), make, served=None, cache=FOREVER)


def plain(text: str, status: int) -> Response:
    """A probe's answer."""
    return Response(text + "\n", status, [("Cache-Control", NOT_KEPT)], content_type=PLAIN)
