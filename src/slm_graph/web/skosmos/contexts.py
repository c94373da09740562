"""The JSON-LD contexts of Skosmos' answers: what their short names stand for."""

from __future__ import annotations

from typing import Any

from rdflib.namespace import DCTERMS, SKOS

from slm_graph.errors import Language

COMMON: Any = {"skos": str(SKOS), "uri": "@id", "type": "@type"}
ONKI = "http://schema.onki.fi/onki#"
"""The namespace Skosmos names the parts of its answers in."""

LABELS: Any = {
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
}


def of_vocabularies(tongue: Language) -> dict[str, Any]:
    return {
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "onki": ONKI,
        "title": {"@id": "rdfs:label", "@language": tongue},
        "vocabularies": "onki:hasVocabulary",
        "id": "onki:vocabularyIdentifier",
        "conceptScheme": {"@id": "onki:hasConceptScheme", "@type": "@id"},
        "uri": "@id",
    }


def of_vocabulary(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "onki": ONKI,
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


def of_types(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "onki": ONKI,
        "label": "rdfs:label",
        "superclass": {"@id": "rdfs:subClassOf", "@type": "@id"},
        "types": "onki:hasType",
        "@language": tongue,
    }


def of_hits(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "onki": ONKI,
        "results": {"@id": "onki:results", "@container": "@list"},
        "notation": "skos:notation",
        **LABELS,
        "@language": tongue,
    }


def of_look_up(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "onki": ONKI,
        "result": "onki:results",
        **LABELS,
        "@language": tongue,
    }


def of_labels(tongue: Language | str) -> dict[str, Any]:
    return {**COMMON, **LABELS, "@language": tongue}


def of_top_concepts(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "onki": ONKI,
        "topconcepts": "skos:hasTopConcept",
        "notation": "skos:notation",
        "label": "skos:prefLabel",
        "@language": tongue,
    }


def of_neighbours(relation: str, tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "prefLabel": "skos:prefLabel",
        relation: f"skos:{relation}",
        "@language": tongue,
    }


def of_ways(relation: str, tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "prefLabel": "skos:prefLabel",
        relation: {"@id": f"skos:{relation}", "@type": "@id"},
        f"{relation}Transitive": {"@id": f"skos:{relation}Transitive", "@container": "@index"},
        "@language": tongue,
    }


def of_children(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "onki": ONKI,
        "prefLabel": "skos:prefLabel",
        "narrower": "skos:narrower",
        "notation": "skos:notation",
        "hasChildren": "onki:hasChildren",
        "@language": tongue,
    }


def of_hierarchy(tongue: Language) -> dict[str, Any]:
    return {
        **COMMON,
        "onki": ONKI,
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
