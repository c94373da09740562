"""Concepts and schemes of a release as Skosmos has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rdflib import RDF, Literal
from rdflib.namespace import DCTERMS, SKOS

from slm_graph.errors import LANGUAGES, Language, Text
from slm_graph.web import hierarchy
from slm_graph.web.problems import Problem
from slm_graph.web.programs import Sketch, classes, crosswalk, given, nothing, sketches
from slm_graph.web.site import Served
from slm_graph.web.skosmos import contexts
from slm_graph.web.views import Facts, shortened

_RELATIONS = (
    "broader narrower related inScheme topConceptOf exactMatch closeMatch broadMatch narrowMatch relatedMatch"
).split()


def scheme_of(served: Served, token: str) -> str:
    scheme = crosswalk(served).framework(token)
    if scheme is None or served.catalogue.kind(scheme) != "scheme":
        raise nothing()
    return scheme


def concept_of(served: Served, vocabulary: str | None) -> tuple[str, Facts]:
    """The concept that `uri` names; within a vocabulary only if it is in that one."""
    iri = given("uri")
    facts = hierarchy.facts(served, iri)
    if facts is None:
        raise nothing()
    if vocabulary is not None and scheme_of(served, vocabulary) not in (iri, *facts.iris(SKOS.inScheme)):
        raise Problem(
            404,
            Text(
                de="Dieses Vokabular hat den Begriff nicht.", en="This vocabulary does not have that concept."
            ),
        )
    return iri, facts


def unless_whole(complete: bool) -> dict[str, bool]:
    """What an answer says of itself where a bound was met: the word is none of the context, so JSON-LD has no such statement."""
    return {} if complete else {"complete": False}


def types_of(served: Served, sketch: Sketch) -> list[str]:
    base = served.release.base
    return [shortened(iri, base) for iri in classes(sketch.kind, base=base)]


def notated(entry: dict[str, Any], sketch: Sketch) -> dict[str, Any]:
    return entry | ({"notation": sketch.notation} if sketch.notation else {})


def listed_in_tree(served: Served, iris: Iterable[str], tongue: Language, key: str) -> list[dict[str, Any]]:
    several = list(iris)
    known, parents = sketches(served, several, tongue), hierarchy.with_children(served, several)
    return [
        notated({"uri": one, key: known[one].label, "hasChildren": one in parents}, known[one])
        for one in several
    ]


def graph_of(served: Served, iri: str, facts: Facts) -> dict[str, Any]:
    """A concept with its neighbours' labels, in Skosmos' JSON-LD."""
    context: dict[str, Any] = {
        **contexts.COMMON,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "dct": str(DCTERMS),
        "lang": "@language",
        "value": "@value",
        "graph": "@graph",
        **contexts.LABELS,
        **{relation: f"skos:{relation}" for relation in _RELATIONS},
    }
    concept: dict[str, Any] = {
        "uri": iri,
        "type": [shortened(one, served.release.base) for one in facts.iris(RDF.type)],
    }
    notes = ("definition", "scopeNote", "editorialNote", "changeNote", "historyNote", "example", "note")
    for key in contexts.LABELS:
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
