"""`/mappings`: the sets, a page for each, and a page for each pair of frameworks, with its rows as files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Response, request

from slm_graph import negotiation
from slm_graph.catalogue import Asked, Crosswalk
from slm_graph.catalogue.crosswalk import SetSummary
from slm_graph.formats import HTML, Format
from slm_graph.web import pages
from slm_graph.web.crosswalk.files import FILES, MOST_FILE_ROWS, SSSOM_TSV, file_of
from slm_graph.web.crosswalk.filtering import MOST_PAGE_ROWS, MOST_PREDICATES, PAGE_ROWS, filter_of_request
from slm_graph.web.crosswalk.page import SHOWN_CHAINS, framework, set_card, table_page
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.programs import crosswalk, nothing
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Names, Reader

__all__ = [
    "MOST_FILE_ROWS",
    "MOST_PAGE_ROWS",
    "MOST_PREDICATES",
    "OFFERS",
    "PAGE_ROWS",
    "SHOWN_CHAINS",
    "SSSOM_TSV",
    "Mappings",
]

OFFERS = (HTML, *FILES)


@dataclass(frozen=True, slots=True)
class Mappings:
    """The answers below `/mappings`."""

    site: Site
    kept: Representations

    def overview(self) -> Response:
        """Every set and every pair of frameworks."""
        served, reader = self.site.current(), reader_of_request()
        mount = self.site.settings.mount
        if negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML,)) is None:
            raise not_acceptable([Offer(HTML, f"{mount}/mappings")])

        def make() -> Representation:
            index = crosswalk(served)
            sets, pairs, tokens = index.sets(), index.pairs(), index.tokens()
            names = Names(served.catalogue, served.addresses, reader)
            names.learn(iri for pair in pairs for iri in (pair.subject, pair.object))
            names.learn([str(one) for found in sets for one in (found.license, *found.creators)])
            names.learn(predicate for pair in pairs for predicate, _ in pair.predicates)
            body = pages.render(
                "mappings.html",
                reader=reader,
                mount=mount,
                href=f"{mount}/mappings",
                served=served,
                pairs=[
                    {
                        "subject": framework(names, pair.subject),
                        "object": framework(names, pair.object),
                        "href": reader.keep(f"{mount}/mappings/{tokens[pair.subject]}/{tokens[pair.object]}"),
                        "rows": pair.rows,
                        "predicates": [(names.property(iri), number) for iri, number in pair.predicates],
                    }
                    for pair in pairs
                ],
                sets=[set_card(one, names) for one in sets],
            )
            return _page(body, reader)

        made = self.kept.get((served.release.version, "mappings", reader), make)
        return respond(made, cache=CURRENT, issued=served.release.date)

    def mapping_set(self, name: str) -> Response:
        """`/mappings/NAME`, or `/mappings/NAME.SUFFIX`: one set, which is its own IRI's path."""
        served = self.site.current()
        index = crosswalk(served)
        for stem, row in _stems(name):
            found = index.sets(stem)
            if found:
                return self._table(served, index, Asked(set_name=stem), f"mappings/{stem}", row, found[0])
        raise nothing()

    def pair(self, subject: str, object_: str) -> Response:
        """`/mappings/A/B`, or `/mappings/A/B.SUFFIX`: from one framework to another."""
        served = self.site.current()
        index = crosswalk(served)
        left = index.framework(subject)
        for stem, row in _stems(object_):
            right = index.framework(stem)
            if left is not None and right is not None:
                asked = Asked(subject_framework=left, object_framework=right)
                return self._table(served, index, asked, f"mappings/{subject}/{stem}", row, None)
        raise nothing()

    def _table(
        self,
        served: Served,
        index: Crosswalk,
        asked: Asked,
        path: str,
        fixed: Format | None,
        set_: SetSummary | None,
    ) -> Response:
        mount = self.site.settings.mount
        row = fixed or negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), OFFERS)
        if row is None:
            raise not_acceptable([Offer(one, f"{mount}/{path}.{one.suffix}") for one in FILES])
        wanted = filter_of_request()
        asked = replace(asked, relations=wanted.predicates, least=wanted.least)
        reader = reader_of_request() if row is HTML else None
        key = (served.release.version, path, row.name, wanted, reader, fixed is None)

        def make() -> Representation:
            if reader is not None:
                body = table_page(served, index, asked, wanted, path, set_, reader)
                return _page(body, reader, links=f'<{mount}/{path}.ttl>; rel="alternate"; type="text/turtle"')
            body = file_of(served, index, asked, path, row)
            name = path.removeprefix("mappings/").replace("/", "--")
            headers = [
                ("Content-Disposition", f'attachment; filename="{quote(name, safe="~.-_")}.{row.suffix}"')
            ]
            if fixed is None:
                headers.append(("Vary", "Accept"))
            return representation(body, row.content_type, tuple(headers))

        return respond(self.kept.get(key, make), cache=CURRENT, issued=served.release.date)


def _stems(name: str) -> list[tuple[str, Format | None]]:
    """What a last segment may mean: all of it a name, or a name and a suffix."""
    suffixed = [
        (name.removesuffix("." + row.suffix), row) for row in FILES if name.endswith("." + row.suffix)
    ]
    return [(name, None), *suffixed]


def _page(body: bytes, reader: Reader, *, links: str | None = None) -> Representation:
    headers = [("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language)]
    return representation(
        body, HTML.content_type, tuple(headers + ([("Link", links)] if links is not None else []))
    )
