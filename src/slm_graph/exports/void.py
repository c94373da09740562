"""The data set in VoID: where it is, what is in it, what it links to (W3C Interest Group Note, 2011)."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, VOID, XSD
from rdflib.term import Node

from slm_graph.exports.published import TAKEN_OVER, Part, Published
from slm_graph.model import Quad
from slm_graph.namespaces import prefixes

WELL_KNOWN = ".well-known/void"
"""RFC 8615; the registered place of a VoID description."""

_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "ntriples": "N-Triples",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def void_description(published: Published) -> tuple[URIRef, list[Quad]]:
    """The IRI of the description and what it says."""
    document = URIRef(published.base + WELL_KNOWN)
    return document, [(s, p, o, None) for s, p, o in _statements(document, published)]


def _statements(document: URIRef, published: Published) -> Iterator[tuple[Node, URIRef, Node]]:
    base, dataset = published.base, published.dataset
    yield document, RDF.type, VOID.DatasetDescription
    yield document, FOAF.primaryTopic, dataset
    yield document, DCTERMS.title, Literal("VoID-Beschreibung von slm-graph", lang="de")
    yield document, DCTERMS.title, Literal("VoID description of slm-graph", lang="en")
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, DCTERMS.title, Literal("slm-graph", lang="en")
    yield dataset, DCTERMS.publisher, URIRef(base + "agent/slm-graph")
    yield dataset, FOAF.homepage, URIRef(base)
    yield dataset, VOID.sparqlEndpoint, URIRef(base + "sparql")
    yield dataset, VOID.uriSpace, Literal(base + "id/")
    yield dataset, VOID.openSearchDescription, URIRef(base + "opensearch.xml")
    if published.date is not None:
        yield dataset, DCTERMS.modified, Literal(published.date, datatype=XSD.date)
    for row, name in _FORMAT_NAMES.items():
        if any(dump.format.name == row for dump in published.dumps):
            yield dataset, VOID.feature, URIRef(_FORMATS + name)
    for dump in published.whole:
        yield dataset, VOID.dataDump, URIRef(f"{base}dumps/{dump.file}")
    if published.example is not None:
        yield dataset, VOID.exampleResource, published.example
    yield from _counts(dataset, published)
    for part in published.parts:
        yield from _part(published, part)
    for number, (predicate, space, triples) in enumerate(published.links):
        linkset, target = BNode(f"links{number}"), BNode(f"target{number}")
        yield dataset, VOID.subset, linkset
        yield linkset, RDF.type, VOID.Linkset
        yield linkset, VOID.linkPredicate, URIRef(predicate)
        yield linkset, VOID.subjectsTarget, dataset
        yield linkset, VOID.objectsTarget, target
        yield linkset, VOID.triples, _number(triples)
        yield target, RDF.type, VOID.Dataset
        yield target, VOID.uriSpace, Literal(space)


def _counts(dataset: URIRef, published: Published) -> Iterator[tuple[Node, URIRef, Node]]:
    counted = published.statistics
    if counted is None:
        return
    yield dataset, VOID.triples, _number(counted.triples)
    yield dataset, VOID.entities, _number(counted.entities)
    yield dataset, VOID.distinctSubjects, _number(counted.distinct_subjects)
    yield dataset, VOID.distinctObjects, _number(counted.distinct_objects)
    yield dataset, VOID.properties, _number(len(counted.properties))
    yield dataset, VOID.classes, _number(len(counted.classes))
    used = [*counted.properties, *counted.classes]
    for namespace in dict.fromkeys(prefixes(published.base).values()):
        if not namespace.startswith(published.base + "id/") and any(
            iri.startswith(namespace) for iri in used
        ):
            yield dataset, VOID.vocabulary, URIRef(namespace)
    for number, (iri, triples) in enumerate(counted.properties.items()):
        node = BNode(f"property{number}")
        yield dataset, VOID.propertyPartition, node
        yield node, VOID.property, URIRef(iri)
        yield node, VOID.triples, _number(triples)
    for number, (iri, entities) in enumerate(counted.classes.items()):
        node = BNode(f"class{number}")
        yield dataset, VOID.classPartition, node
        yield node, VOID["class"], URIRef(iri)
        yield node, VOID.entities, _number(entities)


def _part(published: Published, part: Part) -> Iterator[tuple[Node, URIRef, Node]]:
    dataset = published.part(part)
    yield published.dataset, VOID.subset, dataset
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, VOID.triples, _number(part.triples)
    for title in part.titles():
        yield dataset, DCTERMS.title, title
    for predicate in TAKEN_OVER:
        for value in part.said(predicate):
            yield dataset, predicate, value
    for subject in part.subjects:
        yield dataset, VOID.rootResource, subject
    for dump in published.dumps_of(part.name):
        yield dataset, VOID.dataDump, URIRef(f"{published.base}dumps/{dump.file}")


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)
