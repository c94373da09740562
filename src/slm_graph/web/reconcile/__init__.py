"""`/reconcile`: names to concepts, for OpenRefine and its like (Reconciliation Service API 0.2)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from rdflib.namespace import SKOS

from slm_graph.errors import Text
from slm_graph.formats import HTML
from slm_graph.search import Filters, fold
from slm_graph.web import pages
from slm_graph.web.problems import Problem, reader_of_request
from slm_graph.web.programs import (
    CONCEPT_KINDS,
    MAX_OFFSET,
    MAX_PARAMETER,
    given,
    json_answer,
    nothing,
    root,
    search,
    similar,
    sketches,
    whole_number,
)
from slm_graph.web.reconcile.asking import (
    BATCH_SIZE,
    MAX_CANDIDATES,
    MAX_CONDITIONS,
    MAX_QUERIES,
    MAX_TYPES,
    fields,
    queries,
)
from slm_graph.web.reconcile.extending import MAX_IDS, MAX_PROPERTIES, extension, properties
from slm_graph.web.reconcile.manifest import manifest
from slm_graph.web.reconcile.results import all_types, batch, scheme_names, told, types
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, NOT_KEPT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.texts import say
from slm_graph.web.views import Facts, Names, definitions_of

__all__ = [
    "BATCH_SIZE",
    "MAX_CANDIDATES",
    "MAX_CONDITIONS",
    "MAX_IDS",
    "MAX_PROPERTIES",
    "MAX_QUERIES",
    "MAX_TYPES",
    "Reconciliation",
]

EMBEDDABLE = (
    "Content-Security-Policy",
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *",
)
"""A preview is made to be shown inside another page."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The answers below `/reconcile`."""

    site: Site

    def service(self) -> Response:
        """The manifest, a batch of names, or a table of property values (sections 3 to 5 and 8)."""
        served = self.site.current()
        said = fields()
        language = reader_of_request().language
        if "queries" in said:
            return json_answer(
                batch(served, queries(said["queries"], base=served.release.base), language),
                served=served,
                cache=NOT_KEPT,
            )
        if "extend" in said:
            return json_answer(extension(served, said["extend"], language), served=served, cache=NOT_KEPT)
        if request.method == "POST":
            raise Problem(
                400,
                Text(
                    de="Im Formular fehlt queries oder extend.", en="The form has neither queries nor extend."
                ),
            )
        here = root(served)
        return json_answer(
            manifest(served, language, here.address),
            served=served,
            cache=here.cache,
            headers=[("Vary", here.vary)],
        )

    def suggest_entity(self) -> Response:
        """Concepts whose label or notation begins with, or contains, some letters (section 6)."""
        served, language = self.site.current(), reader_of_request().language
        prefix = given("prefix")
        limit = whole_number("limit", 20, least=1, most=MAX_CANDIDATES)
        offset = whole_number("cursor", 0, most=MAX_OFFSET)
        page = search(served.release.search_file).find(
            prefix.encode("utf-8", "ignore").decode(),
            language=language,
            filters=Filters(kinds=CONCEPT_KINDS),
            limit=limit,
            offset=offset,
            texts=False,
        )
        iris = [str(hit.iri) for hit in page.hits]
        if not iris and not offset:
            alike = similar(served.release.search_file).candidates(
                prefix, language=language, kinds=CONCEPT_KINDS, limit=limit
            )
            iris = [str(candidate.iri) for candidate in alike]
        known = sketches(served, iris, language)
        schemes = scheme_names(served, known.values(), language)
        return json_answer(
            {
                "result": [
                    {
                        "id": iri,
                        "name": known[iri].label,
                        "description": told(known[iri], schemes),
                        "notable": types(served, known[iri], schemes, language),
                    }
                    for iri in iris
                ]
            },
            served=served,
        )

    def suggest_type(self) -> Response:
        served, language = self.site.current(), reader_of_request().language
        prefix = fold(given("prefix", ""))
        found = [
            one for one in all_types(served, language) if prefix in fold(one["name"]) or prefix in one["id"]
        ]
        return json_answer({"result": found}, served=served)

    def suggest_property(self) -> Response:
        served, language = self.site.current(), reader_of_request().language
        prefix = fold(given("prefix", ""))
        found = [
            one for one in properties(served, language) if prefix in fold(one["name"]) or prefix in one["id"]
        ]
        return json_answer({"result": found}, served=served)

    def propose_properties(self) -> Response:
        """Properties worth fetching for concepts of a type (section 8.1)."""
        served, language = self.site.current(), reader_of_request().language
        wanted = given("type", str(SKOS.Concept))
        limit = whole_number("limit", MAX_PROPERTIES, least=0, most=MAX_PROPERTIES)
        found = properties(served, language)[: limit or MAX_PROPERTIES]
        return json_answer({"type": wanted, "limit": limit, "properties": found}, served=served)

    def flyout(self) -> Response:
        """A few lines of HTML about one concept."""
        served = self.site.current()
        iri = given("id")
        html = self._preview(served, iri, "flyout.html")
        return json_answer({"id": iri, "html": html.decode()}, served=served)

    def preview(self) -> Response:
        """A small page about one concept, made to be shown inside another (section 7)."""
        served = self.site.current()
        body = self._preview(served, given("id"), "preview.html")
        headers = (
            ("Vary", "Accept-Language"),
            ("Content-Language", reader_of_request().language),
            EMBEDDABLE,
        )
        return respond(
            representation(body, HTML.content_type, headers), cache=CURRENT, issued=served.release.date
        )

    def _preview(self, served: Served, iri: str, template: str) -> bytes:
        described = served.catalogue.describe(iri) if len(iri) <= MAX_PARAMETER else None
        if described is None:
            raise nothing()
        reader = reader_of_request()
        names, facts = Names(served.catalogue, served.addresses, reader), Facts(described)
        names.learn([iri, *facts.iris(SKOS.inScheme)])
        definitions = definitions_of(facts, names)
        note = facts.text(SKOS.scopeNote, reader.language)
        return pages.render(
            template,
            reader=reader,
            mount=served.addresses.mount,
            href=served.addresses.document(iri),
            served=served,
            here=names.link(iri),
            scheme=next((names.link(one) for one in facts.iris(SKOS.inScheme)[:1]), None),
            kind_name=say("kind." + described.kind, reader.language),
            text=definitions[0].text if definitions else (str(note) if note is not None else None),
            tongue=definitions[0].language if definitions else (note.language if note is not None else None),
        )
