"""`/rest/v1/`: the read part of Skosmos' REST API that clients such as Cocoda use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from rdflib.namespace import DCTERMS, SKOS

from slm_graph import mapping, negotiation
from slm_graph.catalogue import Asked
from slm_graph.formats import JSON, JSON_LD, RDF_FORMATS, by_name
from slm_graph.syntax import write
from slm_graph.web import hierarchy
from slm_graph.web.problems import Offer, not_acceptable
from slm_graph.web.programs import (
    CONCEPT_KINDS,
    MAX_OFFSET,
    classes,
    crosswalk,
    given,
    json_answer,
    labelled,
    language,
    nothing,
    sketches,
    whole_number,
)
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Site
from slm_graph.web.skosmos import contexts
from slm_graph.web.skosmos.concepts import (
    concept_of,
    graph_of,
    listed_in_tree,
    notated,
    scheme_of,
    unless_whole,
)
from slm_graph.web.skosmos.searching import DEFAULT_HITS, MOST_HITS, hits, results
from slm_graph.web.texts import say

__all__ = ["DEFAULT_HITS", "MOST_HITS", "MOST_TRANSITIVE", "Skosmos"]

MOST_TRANSITIVE = 1000


@dataclass(frozen=True, slots=True)
class Skosmos:
    """The answers below `/rest/v1/`. A vocabulary is a concept scheme, by its name in addresses."""

    site: Site

    def vocabularies(self) -> Response:
        served, tongue = self.site.current(), language()
        tokens = crosswalk(served).tokens()
        iris = [str(one.iri) for one in served.catalogue.schemes() if str(one.iri) in tokens]
        known = sketches(served, iris, tongue)
        listed = [
            {"uri": tokens[iri], "id": tokens[iri], "title": known[iri].label, "conceptScheme": iri}
            for iri in iris
        ]
        context = contexts.of_vocabularies(tongue)
        return json_answer({"@context": context, "uri": "", "vocabularies": listed}, served=served)

    def vocabulary(self, vocabulary: str) -> Response:
        served, tongue = self.site.current(), language()
        scheme = scheme_of(served, vocabulary)
        facts = hierarchy.facts(served, scheme)
        if facts is None:
            raise nothing()
        title = sketches(served, [scheme], tongue)[scheme].label
        languages = [str(one) for one in facts.texts(DCTERMS.language)] or ["de", "en"]
        context = contexts.of_vocabulary(tongue)
        return json_answer(
            {
                "@context": context,
                "uri": "",
                "id": vocabulary,
                "title": title,
                "defaultLanguage": languages[0],
                "languages": languages,
                "conceptschemes": [
                    {"uri": scheme, "type": "skos:ConceptScheme", "title": title, "prefLabel": title}
                ],
            },
            served=served,
        )

    def types(self, vocabulary: str | None = None) -> Response:
        """The classes of concepts: of the whole release, whatever the vocabulary."""
        served, tongue = self.site.current(), language()
        if vocabulary is not None:
            scheme_of(served, vocabulary)
        found = dict.fromkeys(
            class_
            for kind in served.catalogue.counts()
            if kind in CONCEPT_KINDS
            for class_ in classes(kind, base=served.release.base)
        )
        named = sketches(served, found, tongue)
        listed = [
            {"uri": iri, "label": sketch.label if sketch.label != iri else say("kind.concept", tongue)}
            | ({"superclass": str(SKOS.Concept)} if iri != str(SKOS.Concept) else {})
            for iri, sketch in named.items()
        ]
        context = contexts.of_types(tongue)
        return json_answer({"@context": context, "uri": "", "types": listed}, served=served)

    def search(self, vocabulary: str | None = None) -> Response:
        """Concepts by label; `*` at an end stands for anything, without it the whole label is meant."""
        served, tongue = self.site.current(), language()
        maxhits = whole_number("maxhits", DEFAULT_HITS, least=1, most=MOST_HITS)
        offset = whole_number("offset", 0, most=MAX_OFFSET)
        found = hits(served, given("query"), vocabulary, tongue, limit=maxhits, offset=offset)
        return json_answer(
            {
                "@context": contexts.of_hits(tongue),
                "uri": "",
                "results": results(served, found, tongue),
            },
            served=served,
        )

    def lookup(self, vocabulary: str) -> Response:
        """Concepts with exactly this label: preferred ones if there are any, else by alternative ones."""
        served, tongue = self.site.current(), language()
        label = given("label")
        exact = [
            hit
            for hit in hits(served, label.replace("*", " "), vocabulary, tongue)
            if hit.value.lower() == label.lower()
        ]
        preferred = [hit for hit in exact if hit.field == "label"]
        if not exact:
            raise nothing()
        return json_answer(
            {
                "@context": contexts.of_look_up(tongue),
                "result": results(served, preferred or exact, tongue),
            },
            served=served,
        )

    def label(self, vocabulary: str | None = None) -> Response:
        served, tongue = self.site.current(), language()
        iri, facts = concept_of(served, vocabulary)
        known = sketches(served, [iri], tongue)[iri]
        said: dict[str, Any] = {
            "@context": contexts.of_labels(known.language or tongue),
            "uri": iri,
            "prefLabel": known.label,
        }
        for key, predicate in (("altLabel", SKOS.altLabel), ("hiddenLabel", SKOS.hiddenLabel)):
            others = [str(one) for one in facts.texts(predicate) if one.language in (tongue, None)]
            if others:
                said[key] = others
        return json_answer(said, served=served)

    def data(self, vocabulary: str | None = None) -> Response:
        """One concept in RDF; JSON with Skosmos' own short names."""
        served = self.site.current()
        iri, facts = concept_of(served, vocabulary)
        asked = request.args.get("format")
        row = (
            by_name(asked, RDF_FORMATS)
            if asked
            else negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (JSON_LD, JSON, *RDF_FORMATS))
        )
        if row is None:
            raise not_acceptable([Offer(one) for one in RDF_FORMATS])
        if row in (JSON, JSON_LD):
            headers = [("Vary", "Accept")] if not asked else []
            return json_answer(
                graph_of(served, iri, facts), served=served, media_type=row.media_type, headers=headers
            )
        described = served.catalogue.describe(iri)
        if described is None:
            raise nothing()
        quads = described.quads if row.keeps_graphs else [(s, p, o, None) for s, p, o, _ in described.quads]
        body = write(quads, row, base=served.release.base, subject=described.iri)
        headers_ = (("Vary", "Accept"),) if not asked else ()
        return respond(
            representation(body, row.content_type, headers_), cache=CURRENT, issued=served.release.date
        )

    def top_concepts(self, vocabulary: str) -> Response:
        served, tongue = self.site.current(), language()
        scheme = request.args.get("scheme") or scheme_of(served, vocabulary)
        tops = hierarchy.all_tops(served, scheme)
        known = sketches(served, tops.iris, tongue)
        parents = hierarchy.with_children(served, tops.iris)
        listed = [
            notated(
                {
                    "uri": iri,
                    "label": known[iri].label,
                    "topConceptOf": scheme,
                    "hasChildren": iri in parents,
                },
                known[iri],
            )
            for iri in tops.iris
        ]
        context = contexts.of_top_concepts(tongue)
        said = {"@context": context, "uri": scheme, "topconcepts": listed}
        return json_answer(said | unless_whole(tops.complete), served=served)

    def broader(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "broader")

    def narrower(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "narrower")

    def related(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "related")

    def _neighbours(self, vocabulary: str, relation: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, facts = concept_of(served, vocabulary)
        if relation == "narrower":
            some = hierarchy.all_children(served, iri)
        else:
            own = {iri: facts.iris(SKOS[relation])}
            some = hierarchy.Some(hierarchy.neighbours(served, SKOS[relation], own)[iri], True)
        known = sketches(served, some.iris, tongue)
        return json_answer(
            {
                "@context": contexts.of_neighbours(relation, tongue),
                "uri": iri,
                relation: [{"uri": one, "prefLabel": known[one].label} for one in some.iris],
            }
            | unless_whole(some.complete),
            served=served,
        )

    def broader_transitive(self, vocabulary: str) -> Response:
        return self._transitive(vocabulary, "broader")

    def narrower_transitive(self, vocabulary: str) -> Response:
        return self._transitive(vocabulary, "narrower")

    def _transitive(self, vocabulary: str, relation: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, _ = concept_of(served, vocabulary)
        limit = whole_number("limit", MOST_TRANSITIVE, least=1, most=MOST_TRANSITIVE)
        way = (
            hierarchy.above(served, iri)
            if relation == "broader"
            else hierarchy.below(served, iri, limit=limit)
        )
        known = sketches(served, way.found, tongue)
        listed = {
            one: {"uri": one, "prefLabel": known[one].label} | ({relation: direct} if direct else {})
            for one, direct in list(way.found.items())[:limit]
        }
        complete = way.complete and len(listed) == len(way.found)
        context = contexts.of_ways(relation, tongue)
        said = {"@context": context, "uri": iri, f"{relation}Transitive": listed}
        return json_answer(said | unless_whole(complete), served=served)

    def children(self, vocabulary: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, _ = concept_of(served, vocabulary)
        context = contexts.of_children(tongue)
        some = hierarchy.all_children(served, iri)
        listed = listed_in_tree(served, some.iris, tongue, "prefLabel")
        said = {"@context": context, "uri": iri, "narrower": listed}
        return json_answer(said | unless_whole(some.complete), served=served)

    def hierarchy(self, vocabulary: str) -> Response:
        """The concept and all above it, each with what is right below: enough to draw the tree down to it."""
        served, tongue = self.site.current(), language()
        scheme = scheme_of(served, vocabulary)
        iri, _ = concept_of(served, vocabulary)
        way = hierarchy.above(served, iri)
        known, parents = sketches(served, way.found, tongue), hierarchy.with_children(served, way.found)
        top = served.catalogue.among(str(SKOS.topConceptOf), scheme, way.found)
        left, complete = hierarchy.MOST_CHILDREN, way.complete  # for all of them together
        listed: dict[str, dict[str, Any]] = {}
        for one, direct in way.found.items():
            entry: dict[str, Any] = {
                "uri": one,
                "prefLabel": known[one].label,
                "hasChildren": one in parents,
            }
            if direct:
                entry["broader"] = direct
            if one in top:
                entry |= {"top": scheme, "tops": [scheme]}
            if one in parents:
                some = hierarchy.all_children(served, one, left=left)
                entry["narrower"] = listed_in_tree(served, some.iris, tongue, "label")
                left, complete = left - len(some.iris), complete and some.complete
            listed[one] = notated(entry, known[one])
        context = contexts.of_hierarchy(tongue)
        said = {"@context": context, "uri": iri, "broaderTransitive": listed}
        return json_answer(said | unless_whole(complete), served=served)

    def mappings(self, vocabulary: str) -> Response:
        """The mappings of a concept in JSKOS, as Skosmos has it."""
        served = self.site.current()
        iri, facts = concept_of(served, vocabulary)
        entries = crosswalk(served).entries(Asked(subjects=(iri,)))
        found = [mapping.jskos_mapping(entry.row) for entry in entries if entry.row.positive]
        labelled(served, found)
        return json_answer({"mappings": found, "graph": graph_of(served, iri, facts)["graph"]}, served=served)
