"""Namespaces, and the one place that spells the base IRI.

A deployment may publish under its own base: everything shipped is written with `DEFAULT_BASE`, and `rebase` moves
a term, never a text, to another one.
"""

from __future__ import annotations

from typing import TypeVar, overload

from rdflib import Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, VOID, XSD
from rdflib.term import Node

DEFAULT_BASE = "https://w3id.org/slm-graph/"

SSSOM = Namespace("https://w3id.org/sssom/")
SEMAPV = Namespace("https://w3id.org/semapv/vocab/")
PAV = Namespace("http://purl.org/pav/")
SCHEMA = Namespace("https://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
XKOS = Namespace("http://rdf-vocabulary.ddialliance.org/xkos#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ESCO = Namespace("http://data.europa.eu/esco/")

N = TypeVar("N", bound=Node)


def vocabulary(base: str) -> Namespace:
    """The vocabulary's namespace under `base`."""
    return Namespace(base + "ontology#")


@overload
def rebase(term: URIRef, *, base: str) -> URIRef: ...
@overload
def rebase(term: N, *, base: str) -> N: ...
def rebase(term: Node, *, base: str) -> Node:
    """`term` moved from the default base to `base`; every other term unchanged.

    >>> str(rebase(URIRef(DEFAULT_BASE + "id/sfia"), base="https://skills.example/"))
    'https://skills.example/id/sfia'
    """
    if isinstance(term, URIRef) and term.startswith(DEFAULT_BASE) and base != DEFAULT_BASE:
        return URIRef(base + term[len(DEFAULT_BASE) :])
    return term


def prefixes(base: str) -> dict[str, str]:
    """Prefix → namespace IRI, in the order in which serialisations declare them."""
    return {
        "slm": base + "ontology#",
        "sfia": base + "id/sfia/",
        "sfialevel": base + "id/sfia/level/",
        "skos": str(SKOS),
        "dcterms": str(DCTERMS),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "owl": str(OWL),
        "xsd": str(XSD),
        "foaf": str(FOAF),
        "prov": str(PROV),
        "pav": str(PAV),
        "dcat": str(DCAT),
        "void": str(VOID),
        "sd": str(SD),
        "sssom": str(SSSOM),
        "semapv": str(SEMAPV),
        "sh": str(SH),
        "schema": str(SCHEMA),
        "spdx": str(SPDX),
        "xkos": str(XKOS),
        "esco": str(ESCO),
    }
