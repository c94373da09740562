"""Which named graph a statement belongs to: one a scheme, one for the vocabulary, one for provenance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from rdflib import RDF, BNode, URIRef
from rdflib.namespace import OWL, SKOS
from rdflib.term import Node

from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary

PROVENANCE = "graph/provenance"
VOCABULARY = "graph/ontology"

_PLAIN = re.compile(r"http://[A-Za-z0-9.]+(/[A-Za-z0-9.]+)*")
"""Addresses of which nothing is lost when slashes become hyphens."""

_OF_OTHER_GRAPHS = re.compile(r"(ontology|provenance)$|(external|labels|mappings|source)/")
"""Names below `graph/` that are not for schemes of ours."""

_DIGITS = 16
"""Of a digest, as in the names of sources: nobody finds two addresses for one name."""


def graph_of_scheme(scheme: str, *, base: str) -> URIRef:
    """The named graph of a concept scheme: no two schemes have the same, whatever else is in the data set.

    Ours by their names. Those of others by their address, where it can be told from the name again (`http`, letters, digits,
    dots, single slashes); the names of all other addresses end in a digest, behind a sign that no plain name has.

    >>> str(graph_of_scheme("https://w3id.org/slm-graph/id/sfia/level", base="https://w3id.org/slm-graph/"))
    'https://w3id.org/slm-graph/graph/sfia/level'
    >>> str(graph_of_scheme("http://data.europa.eu/esco/skills", base="https://w3id.org/slm-graph/"))
    'https://w3id.org/slm-graph/graph/external/data.europa.eu-esco-skills'
    >>> str(graph_of_scheme("https://data.europa.eu/esco#skills", base="https://w3id.org/slm-graph/"))
    'https://w3id.org/slm-graph/graph/external/data.europa.eu-esco-skills_5a95bed5bcfdf9d1'
    """
    local = scheme.removeprefix(base + "id/")
    if local != scheme and not _OF_OTHER_GRAPHS.match(local):
        return URIRef(base + "graph/" + local)
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", scheme.split("://", 1)[-1]).strip("-")
    if not _PLAIN.fullmatch(scheme):
        slug += "_" + sha256(scheme.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return URIRef(f"{base}graph/external/{slug}")


def assign_graphs(quads: Iterable[Quad], *, fallback: URIRef, base: str) -> list[Quad]:
    """The quads of one source, each with a graph name.

    Statements that already have one keep it. The others go by their subject: to the graph of its scheme; sources,
    provenance statements and agents to the provenance graph; below an own scheme's IRI to that scheme; to the one
    scheme of the source if it has one only; else to `fallback`. Blank nodes follow the resource that refers to them,
    records of mappings the subject of their mapping.
    """
    waiting = list(quads)
    facts: dict[Node, list[Quad]] = defaultdict(list)
    for quad in waiting:
        facts[quad[0]].append(quad)
    schemes = {
        s for s, p, o, _ in waiting if p == RDF.type and o in (SKOS.ConceptScheme, vocabulary(base).Framework)
    }
    schemes |= {o for _, p, o, _ in waiting if p in (SKOS.inScheme, SKOS.topConceptOf)}
    own = sorted((str(s) for s in schemes if str(s).startswith(base + "id/")), key=len, reverse=True)
    sole = graph_of_scheme(str(next(iter(schemes))), base=base) if len(schemes) == 1 else fallback
    placed: dict[Node, URIRef] = {}

    def place(subject: Node) -> URIRef:
        if subject in schemes:
            return graph_of_scheme(str(subject), base=base)
        declared = [str(o) for _, p, o, _ in facts[subject] if p in (SKOS.inScheme, SKOS.topConceptOf)]
        if declared:
            return graph_of_scheme(min(declared), base=base)
        if str(subject).startswith((base + "id/source/", base + "id/statement/", base + "agent/")):
            return URIRef(base + PROVENANCE)
        if str(subject).startswith(base + "id/"):
            below = next((scheme for scheme in own if str(subject).startswith(scheme + "/")), None)
            if below is not None:
                return graph_of_scheme(below, base=base)
        return sole

    for subject in facts:
        if isinstance(subject, URIRef):
            placed[subject] = place(subject)
    _follow_blank_nodes(facts, placed)
    return [(s, p, o, graph if graph is not None else placed.get(s, sole)) for s, p, o, graph in waiting]


def _follow_blank_nodes(facts: dict[Node, list[Quad]], placed: dict[Node, URIRef]) -> None:
    for subject, own in facts.items():
        if isinstance(subject, BNode):
            about = next((o for _, p, o, _ in own if p == OWL.annotatedSource and o in placed), None)
            if about is not None:
                placed[subject] = placed[about]
    ready = list(placed)
    while ready:
        subject = ready.pop()
        for _, _, object_, _ in facts.get(subject, ()):
            if isinstance(object_, BNode) and object_ not in placed:
                placed[object_] = placed[subject]
                ready.append(object_)
