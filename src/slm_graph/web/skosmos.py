"""`/rest/v1/`: the read part of Skosmos' REST API that clients such as Cocoda use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from rdflib import RDF, Literal
from rdflib.namespace import DCTERMS, SKOS

from slm_graph import mapping, negotiation
from slm_graph.catalogue import Asked
from slm_graph.errors import LANGUAGES, Language, Text
from slm_graph.formats import JSON, JSON_LD, RDF_FORMATS, by_name
from slm_graph.search import Filters, Hit, fold
from slm_graph.syntax import write
from slm_graph.web import hierarchy
from slm_graph.web.problems import Offer, Problem, not_acceptable
from slm_graph.web.programs import (
    CONCEPT_KINDS,
    MAX_OFFSET,
    Sketch,
    classes,
    crosswalk,
    given,
    json_answer,
    labelled,
    language,
    nothing,
    search,
    sketches,
    whole_number,
)
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.texts import say
from slm_graph.web.views import Facts, shortened

MOST_HITS = 500
DEFAULT_HITS = 100
MOST_TRANSITIVE = 1000

_CONTEXT: Any = {"skos": str(SKOS), "uri": "@id", "type": "@type"}
_ONKI = "http://schema.onki.fi/onki#"
"""The namespace Skosmos names the parts of its answers in."""

_LABELS: Any = {
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
}
_RELATIONS = (
    "broader narrower related inScheme topConceptOf exactMatch closeMatch broadMatch narrowMatch relatedMatch"
).split()


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
        context: dict[str, Any] = {
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "onki": _ONKI,
            "title": {"@id": "rdfs:label", "@language": tongue},
            "vocabularies": "onki:hasVocabulary",
            "id": "onki:vocabularyIdentifier",
            "conceptScheme": {"@id": "onki:hasConceptScheme", "@type": "@id"},
            "uri": "@id",
        }
        return json_answer({"@context": context, "uri": "", "vocabularies": listed}, served=served)

    def vocabulary(self, vocabulary: str) -> Response:
        served, tongue = self.site.current(), language()
        scheme = _scheme(served, vocabulary)
        facts = hierarchy.facts(served, scheme)
        if facts is None:
            raise nothing()
        title = sketches(served, [scheme], tongue)[scheme].label
        languages = [str(one) for one in facts.texts(DCTERMS.language)] or ["de", "en"]
        context: dict[str, Any] = {
            **_CONTEXT,
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "onki": _ONKI,
            "dct": str(DCTERMS),
            "conceptschemes": "onki:hasConceptScheme",
            "id": "onki:vocabularyIdentifier",
            "defaultLanguage": "onki:defaultLanguage",
            "languages": "onki:language",
            "label": "rdfs:label",
            "prefLabel": "skos:prefLabel",
            "title": "dct:title",
            "@language": tongue,
        }
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
            _scheme(served, vocabulary)
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
        context: dict[str, Any] = {
            **_CONTEXT,
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "onki": _ONKI,
            "label": "rdfs:label",
            "superclass": {"@id": "rdfs:subClassOf", "@type": "@id"},
            "types": "onki:hasType",
            "@language": tongue,
        }
        return json_answer({"@context": context, "uri": "", "types": listed}, served=served)

    def search(self, vocabulary: str | None = None) -> Response:
        """Concepts by label; `*` at an end stands for anything, without it the whole label is meant."""
        served, tongue = self.site.current(), language()
        maxhits = whole_number("maxhits", DEFAULT_HITS, least=1, most=MOST_HITS)
        offset = whole_number("offset", 0, most=MAX_OFFSET)
        found = self._hits(served, given("query"), vocabulary, tongue, limit=maxhits, offset=offset)
        return json_answer(
            {
                "@context": {
                    **_CONTEXT,
                    "onki": _ONKI,
                    "results": {"@id": "onki:results", "@container": "@list"},
                    "notation": "skos:notation",
                    **_LABELS,
                    "@language": tongue,
                },
                "uri": "",
                "results": self._results(served, found, tongue),
            },
            served=served,
        )

    def lookup(self, vocabulary: str) -> Response:
        """Concepts with exactly this label: preferred ones if there are any, else by alternative ones."""
        served, tongue = self.site.current(), language()
        label = given("label")
        hits = [
            hit
            for hit in self._hits(served, label.replace("*", " "), vocabulary, tongue)
            if hit.value.lower() == label.lower()
        ]
        preferred = [hit for hit in hits if hit.field == "label"]
        if not hits:
            raise nothing()
        return json_answer(
            {
                "@context": {
                    **_CONTEXT,
                    "onki": _ONKI,
                    "result": "onki:results",
                    **_LABELS,
                    "@language": tongue,
                },
                "result": self._results(served, preferred or hits, tongue),
            },
            served=served,
        )

    def _hits(
        self,
        served: Served,
        query: str,
        vocabulary: str | None,
        tongue: Language,
        *,
        limit: int = MOST_HITS,
        offset: int = 0,
    ) -> Sequence[Hit]:
        term = query.strip("* ")
        wanted = [vocabulary] if vocabulary else given("vocab", "").split()
        schemes = tuple(dict.fromkeys(_scheme(served, token) for token in wanted))
        page = search(served.release.search_file).find(
            term,
            language=tongue,
            filters=Filters(schemes=schemes, kinds=CONCEPT_KINDS),
            limit=limit,
            offset=offset,
            texts=False,
            fits=_fitting(query),
        )
        return page.hits

    def _results(self, served: Served, hits: Sequence[Hit], tongue: Language) -> list[dict[str, Any]]:
        known = sketches(served, [str(hit.iri) for hit in hits], tongue)
        tokens = crosswalk(served).tokens()
        made: list[dict[str, Any]] = []
        for hit in hits:
            sketch = known[str(hit.iri)]
            found: dict[str, Any] = {
                "uri": sketch.iri,
                "type": _types(served, sketch),
                "localname": sketch.iri.rpartition("/")[2].rpartition("#")[2],
                "prefLabel": sketch.label,
                "lang": sketch.language or hit.language or tongue,
                "vocab": tokens.get(sketch.scheme or "", "~"),
            }
            if sketch.notation:
                found["notation"] = sketch.notation
            if hit.field == "alternative":
                found["altLabel"] = hit.value
            elif hit.field == "label" and hit.value != sketch.label:
                found["matchedPrefLabel"] = hit.value
            made.append(found)
        return made

    def label(self, vocabulary: str | None = None) -> Response:
        served, tongue = self.site.current(), language()
        iri, facts = _concept(served, vocabulary)
        known = sketches(served, [iri], tongue)[iri]
        said: dict[str, Any] = {
            "@context": {**_CONTEXT, **_LABELS, "@language": known.language or tongue},
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
        iri, facts = _concept(served, vocabulary)
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
                _graph(served, iri, facts), served=served, media_type=row.media_type, headers=headers
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
        scheme = request.args.get("scheme") or _scheme(served, vocabulary)
        tops = hierarchy.all_tops(served, scheme)
        known = sketches(served, tops.iris, tongue)
        parents = hierarchy.with_children(served, tops.iris)
        listed = [
            _notated(
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
        context: dict[str, Any] = {
            **_CONTEXT,
            "onki": _ONKI,
            "topconcepts": "skos:hasTopConcept",
            "notation": "skos:notation",
            "label": "skos:prefLabel",
            "@language": tongue,
        }
        said = {"@context": context, "uri": scheme, "topconcepts": listed}
        return json_answer(said | _unless_whole(tops.complete), served=served)

    def broader(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "broader")

    def narrower(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "narrower")

    def related(self, vocabulary: str) -> Response:
        return self._neighbours(vocabulary, "related")

    def _neighbours(self, vocabulary: str, relation: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, facts = _concept(served, vocabulary)
        if relation == "narrower":
            some = hierarchy.all_children(served, iri)
        else:
            own = {iri: facts.iris(SKOS[relation])}
            some = hierarchy.Some(hierarchy.neighbours(served, SKOS[relation], own)[iri], True)
        known = sketches(served, some.iris, tongue)
        return json_answer(
            {
                "@context": {
                    **_CONTEXT,
                    "prefLabel": "skos:prefLabel",
                    relation: f"skos:{relation}",
                    "@language": tongue,
                },
                "uri": iri,
                relation: [{"uri": one, "prefLabel": known[one].label} for one in some.iris],
            }
            | _unless_whole(some.complete),
            served=served,
        )

    def broader_transitive(self, vocabulary: str) -> Response:
        return self._transitive(vocabulary, "broader")

    def narrower_transitive(self, vocabulary: str) -> Response:
        return self._transitive(vocabulary, "narrower")

    def _transitive(self, vocabulary: str, relation: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, _ = _concept(served, vocabulary)
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
        context: dict[str, Any] = {
            **_CONTEXT,
            "prefLabel": "skos:prefLabel",
            relation: {"@id": f"skos:{relation}", "@type": "@id"},
            f"{relation}Transitive": {"@id": f"skos:{relation}Transitive", "@container": "@index"},
            "@language": tongue,
        }
        said = {"@context": context, "uri": iri, f"{relation}Transitive": listed}
        return json_answer(said | _unless_whole(complete), served=served)

    def children(self, vocabulary: str) -> Response:
        served, tongue = self.site.current(), language()
        iri, _ = _concept(served, vocabulary)
        context: dict[str, Any] = {
            **_CONTEXT,
            "onki": _ONKI,
            "prefLabel": "skos:prefLabel",
            "narrower": "skos:narrower",
            "notation": "skos:notation",
            "hasChildren": "onki:hasChildren",
            "@language": tongue,
        }
        some = hierarchy.all_children(served, iri)
        listed = _listed(served, some.iris, tongue, "prefLabel")
        said = {"@context": context, "uri": iri, "narrower": listed}
        return json_answer(said | _unless_whole(some.complete), served=served)

    def hierarchy(self, vocabulary: str) -> Response:
        """The concept and all above it, each with what is right below: enough to draw the tree down to it."""
        served, tongue = self.site.current(), language()
        scheme = _scheme(served, vocabulary)
        iri, _ = _concept(served, vocabulary)
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
                entry["narrower"] = _listed(served, some.iris, tongue, "label")
                left, complete = left - len(some.iris), complete and some.complete
            listed[one] = _notated(entry, known[one])
        context: dict[str, Any] = {
            **_CONTEXT,
            "onki": _ONKI,
            "prefLabel": "skos:prefLabel",
            "notation": "skos:notation",
            "narrower": {"@id": "skos:narrower", "@type": "@id"},
            "broader": {"@id": "skos:broader", "@type": "@id"},
            "broaderTransitive": {"@id": "skos:broaderTransitive", "@container": "@index"},
            "top": {"@id": "skos:topConceptOf", "@type": "@id"},
            "tops": {"@id": "skos:topConceptOf", "@type": "@id"},
            "hasChildren": "onki:hasChildren",
            "@language": tongue,
        }
        said = {"@context": context, "uri": iri, "broaderTransitive": listed}
        return json_answer(said | _unless_whole(complete), served=served)

    def mappings(self, vocabulary: str) -> Response:
        """The mappings of a concept in JSKOS, as Skosmos has it."""
        served = self.site.current()
        iri, facts = _concept(served, vocabulary)
        entries = crosswalk(served).entries(Asked(subjects=(iri,)))
        found = [mapping.jskos_mapping(entry.row) for entry in entries if entry.row.positive]
        labelled(served, found)
        return json_answer({"mappings": found, "graph": _graph(served, iri, facts)["graph"]}, served=served)


def _scheme(served: Served, token: str) -> str:
    scheme = crosswalk(served).framework(token)
    if scheme is None or served.catalogue.kind(scheme) != "scheme":
        raise nothing()
    return scheme


def _fitting(query: str) -> Callable[[str], bool] | None:
    """Which labels answer: without `*` before the letters those that begin with them, without any only the very label."""
    folded = fold(query.strip("* "))
    if query.startswith("*"):
        return None
    if query.rstrip().endswith("*"):
        return lambda label: fold(label).startswith(folded)
    return lambda label: fold(label) == folded


def _concept(served: Served, vocabulary: str | None) -> tuple[str, Facts]:
    """The concept that `uri` names; within a vocabulary only if it is in that one."""
    iri = given("uri")
    facts = hierarchy.facts(served, iri)
    if facts is None:
        raise nothing()
    if vocabulary is not None and _scheme(served, vocabulary) not in (iri, *facts.iris(SKOS.inScheme)):
        raise Problem(
            404,
            Text(
                de="Dieses Vokabular hat den Begriff nicht.", en="This vocabulary does not have that concept."
            ),
        )
    return iri, facts


def _unless_whole(complete: bool) -> dict[str, bool]:
    """What an answer says of itself where a bound was met: the word is none of the context, so JSON-LD has no such statement."""
    return {} if complete else {"complete": False}


def _types(served: Served, sketch: Sketch) -> list[str]:
    base = served.release.base
    return [shortened(iri, base) for iri in classes(sketch.kind, base=base)]


def _notated(entry: dict[str, Any], sketch: Sketch) -> dict[str, Any]:
    return entry | ({"notation": sketch.notation} if sketch.notation else {})


def _listed(served: Served, iris: Iterable[str], tongue: Language, key: str) -> list[dict[str, Any]]:
    several = list(iris)
    known, parents = sketches(served, several, tongue), hierarchy.with_children(served, several)
    return [
        _notated({"uri": one, key: known[one].label, "hasChildren": one in parents}, known[one])
        for one in several
    ]


def _graph(served: Served, iri: str, facts: Facts) -> dict[str, Any]:
    """A concept with its neighbours' labels, in Skosmos' JSON-LD."""
    context: dict[str, Any] = {
        **_CONTEXT,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "dct": str(DCTERMS),
        "lang": "@language",
        "value": "@value",
        "graph": "@graph",
        **_LABELS,
        **{relation: f"skos:{relation}" for relation in _RELATIONS},
    }
    concept: dict[str, Any] = {
        "uri": iri,
        "type": [shortened(one, served.release.base) for one in facts.iris(RDF.type)],
    }
    notes = ("definition", "scopeNote", "editorialNote", "changeNote", "historyNote", "example", "note")
    for key in _LABELS:
        if values := facts.texts(SKOS[key]):
            concept[key] = [_tagged(value) for value in values]
    for key in (*notes, "notation"):
        if values := facts.texts(SKOS[key]):
            concept[f"skos:{key}"] = [_tagged(value) for value in values]
    neighbours: list[str] = []
    for relation in _RELATIONS:
        if iris := facts.iris(SKOS[relation]):
            concept[relation] = [{"uri": other} for other in iris]
            neighbours += iris
    graph = [concept]
    for tongue in LANGUAGES:
        named = sketches(served, neighbours, tongue)
        for other, sketch in named.items():
            if sketch.language == tongue:
                label = {"lang": tongue, "value": sketch.label}
                known = next((one for one in graph if one["uri"] == other), None)
                if known is None:
                    graph.append({"uri": other, "prefLabel": [label]})
                elif label not in known["prefLabel"]:
                    known["prefLabel"].append(label)
    return {"@context": context, "graph": graph}


def _tagged(value: Literal) -> dict[str, str] | str:
    return {"lang": str(value.language), "value": str(value)} if value.language else str(value)
