"""Concepts and concept schemes as JSKOS, the JSON that vocabulary tools of libraries exchange."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDFS, SKOS
from rdflib.term import Node

from slm_graph.model import Quad

CONTEXT = "https://gbv.github.io/jskos/context.json"

_ONE_A_LANGUAGE = {"prefLabel": SKOS.prefLabel}
_SEVERAL_A_LANGUAGE = {
    "altLabel": SKOS.altLabel,
    "hiddenLabel": SKOS.hiddenLabel,
    "definition": SKOS.definition,
    "scopeNote": SKOS.scopeNote,
    "editorialNote": SKOS.editorialNote,
    "changeNote": SKOS.changeNote,
    "historyNote": SKOS.historyNote,
    "example": SKOS.example,
    "note": SKOS.note,
}
_RESOURCES = {
    "inScheme": SKOS.inScheme,
    "topConceptOf": SKOS.topConceptOf,
    "broader": SKOS.broader,
    "narrower": SKOS.narrower,
    "related": SKOS.related,
    "replacedBy": DCTERMS.isReplacedBy,
    "license": DCTERMS.license,
    "creator": DCTERMS.creator,
}
UNDETERMINED = "und"
"""The tag of texts that have none (BCP 47)."""


def item(iri: str, quads: Iterable[Quad]) -> dict[str, Any]:
    """The JSKOS object for what is said of `iri`: its labels, notes and notations by language, its relations by IRI.

    A scheme's title is its preferred label where it has no other. What JSKOS has no word for is left out.
    """
    said: dict[URIRef, list[Node]] = {}
    for subject, predicate, object_, _ in quads:
        if str(subject) == iri and object_ not in said.setdefault(predicate, []):
            said[predicate].append(object_)
    made: dict[str, Any] = {"@context": CONTEXT, "uri": iri}
    types = [str(term) for term in said.get(RDF.type, ()) if isinstance(term, URIRef)]
    if types:
        # the SKOS class comes first: readers look at that one only
        made["type"] = sorted(types, key=lambda one: (not one.startswith(str(SKOS)), one))
    notations = sorted(str(term) for term in said.get(SKOS.notation, ()))
    if notations:
        made["notation"] = notations
    names = said.get(SKOS.prefLabel) or said.get(DCTERMS.title) or said.get(RDFS.label) or []
    said[SKOS.prefLabel] = names
    for key, predicate in _ONE_A_LANGUAGE.items():
        texts = _by_language(said.get(predicate, ()))
        if texts:
            made[key] = {language: found[0] for language, found in texts.items()}
    for key, predicate in _SEVERAL_A_LANGUAGE.items():
        texts = _by_language(said.get(predicate, ()))
        if texts:
            made[key] = texts
    for key, predicate in _RESOURCES.items():
        iris = [str(term) for term in said.get(predicate, ()) if isinstance(term, URIRef)]
        if iris:
            made[key] = [{"uri": other} for other in iris]
    if any(str(term) in ("true", "1") for term in said.get(OWL.deprecated, ())):
        made["deprecated"] = True
    return made


def _by_language(values: Iterable[Node]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        if isinstance(value, Literal):
            found.setdefault(str(value.language or UNDETERMINED), []).append(str(value))
    return {language: sorted(texts) for language, texts in sorted(found.items())}
