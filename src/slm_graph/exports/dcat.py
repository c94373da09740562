"""The catalogue in DCAT 3 (W3C Recommendation, 2024): data sets, their versions, files with checksums, the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, XSD
from rdflib.term import Node

from slm_graph.errors import Text
from slm_graph.exports.published import TAKEN_OVER, Dump, Part, Published
from slm_graph.exports.void import WELL_KNOWN
from slm_graph.model import Quad
from slm_graph.namespaces import SPDX

MEDIA_TYPES = Namespace("https://www.iana.org/assignments/media-types/")
FILE_TYPES = Namespace("http://publications.europa.eu/resource/authority/file-type/")
LANGUAGES = Namespace("http://publications.europa.eu/resource/authority/language/")

DCAT_3 = Namespace(str(DCAT))
"""For the terms that DCAT 3 brought: rdflib's list ends with DCAT 2."""

TITLE = Text(de="Kompetenzrahmen als verknüpfte Daten", en="Competency frameworks as linked data")
DESCRIPTION = Text(
    de="Rahmenwerke für Kompetenzen, ihre Fertigkeiten und Ebenen, und die Zuordnungen zwischen ihnen, in SKOS.",
    en="Competency frameworks, their skills and levels, and the mappings between them, in SKOS.",
)
RIGHTS = Text(
    de="Jeder Teil hat seine eigenen Rechte: die Lizenz, wo eine gilt, steht bei ihm; Namen und Codes fremder "
    "Rahmenwerke gehören deren Herausgebern.",
    en="Each part has rights of its own: the licence, where one applies, is told with it; names and codes of the "
    "frameworks of others belong to their publishers.",
)

_FILE_TYPES = {
    "turtle": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "rdfxml": "RDF_XML",
    "ntriples": "RDF_N_TRIPLES",
    "trig": "RDF_TRIG",
    "nquads": "RDF_N_QUADS",
}
"""Names in the EU's list of file types, which DCAT-AP asks for."""

Triple = tuple[Node, URIRef, Node]


def dcat_catalogue(published: Published) -> tuple[URIRef, list[Quad]]:
    """The IRI of the catalogue and what it says."""
    catalogue = URIRef(published.base + "catalog")
    return catalogue, [(s, p, o, None) for s, p, o in _statements(catalogue, published)]


def _statements(catalogue: URIRef, published: Published) -> Iterator[Triple]:
    base, dataset = published.base, published.dataset
    service = URIRef(base + "sparql")
    yield catalogue, RDF.type, DCAT.Catalog
    yield from _described(
        catalogue, Text(de="Katalog von slm-graph", en="Catalogue of slm-graph"), DESCRIPTION
    )
    yield catalogue, FOAF.homepage, URIRef(base)
    yield from _common(catalogue, published)
    yield catalogue, DCAT.dataset, dataset
    yield catalogue, DCAT.service, service
    yield dataset, RDF.type, DCAT.Dataset
    yield from _described(dataset, TITLE, DESCRIPTION)
    yield from _common(dataset, published)
    yield dataset, DCTERMS.identifier, Literal(str(dataset))
    yield dataset, DCAT.landingPage, URIRef(base)
    yield dataset, DCTERMS.conformsTo, URIRef("http://www.w3.org/2004/02/skos/core")
    yield dataset, FOAF.page, URIRef(base + WELL_KNOWN)
    for keyword in (Text(de="Kompetenzen", en="competencies"), Text(de="Fertigkeiten", en="skills")):
        yield dataset, DCAT.keyword, Literal(keyword.de, lang="de")
        yield dataset, DCAT.keyword, Literal(keyword.en, lang="en")
    yield from _rights(dataset)
    for dump in published.whole:
        yield from _distribution(dataset, dump, published, base)
    yield from _versions(published)
    for part in published.parts:
        yield catalogue, DCAT.dataset, published.part(part)
        yield from _part(published, part)
    yield service, RDF.type, DCAT.DataService
    yield service, DCTERMS.title, Literal("SPARQL-Endpunkt", lang="de")
    yield service, DCTERMS.title, Literal("SPARQL endpoint", lang="en")
    yield service, DCAT.endpointURL, service
    yield service, DCAT.endpointDescription, service
    yield service, DCTERMS.conformsTo, URIRef("http://www.w3.org/TR/sparql11-protocol/")
    yield service, DCAT.servesDataset, dataset


def _described(thing: URIRef, title: Text, description: Text) -> Iterator[Triple]:
    for predicate, text in ((DCTERMS.title, title), (DCTERMS.description, description)):
        yield thing, predicate, Literal(text.de, lang="de")
        yield thing, predicate, Literal(text.en, lang="en")


def _common(thing: URIRef, published: Published) -> Iterator[Triple]:
    yield thing, DCTERMS.publisher, URIRef(published.base + "agent/slm-graph")
    for language in ("DEU", "ENG"):
        yield thing, DCTERMS.language, LANGUAGES[language]
    if published.date is not None:
        yield thing, DCTERMS.modified, Literal(published.date, datatype=XSD.date)


def _rights(thing: URIRef) -> Iterator[Triple]:
    statement = BNode("rights")
    yield thing, DCTERMS.rights, statement
    yield statement, RDF.type, DCTERMS.RightsStatement
    yield statement, DCTERMS.description, Literal(RIGHTS.de, lang="de")
    yield statement, DCTERMS.description, Literal(RIGHTS.en, lang="en")


def _versions(published: Published) -> Iterator[Triple]:
    """DCAT 3, 11: the data set has versions, each knows the one before it."""
    earlier: URIRef | None = None
    for one in published.versions:
        release = URIRef(f"{published.base}release/{one.version}")
        yield published.dataset, DCAT_3["hasVersion"], release
        yield release, RDF.type, DCAT.Dataset
        yield release, DCAT_3["isVersionOf"], published.dataset
        yield release, DCAT_3["version"], Literal(one.version)
        yield release, DCTERMS.title, Literal(f"{TITLE.de}, Release {one.version}", lang="de")
        yield release, DCTERMS.title, Literal(f"{TITLE.en}, release {one.version}", lang="en")
        if one.date is not None:
            yield release, DCTERMS.issued, Literal(one.date, datatype=XSD.date)
        if earlier is not None:
            yield release, DCAT_3["previousVersion"], earlier
        earlier = release
    yield published.dataset, DCAT_3["hasCurrentVersion"], published.release
    yield published.dataset, OWL.versionInfo, Literal(published.version)


def _part(published: Published, part: Part) -> Iterator[Triple]:
    dataset = published.part(part)
    yield dataset, RDF.type, DCAT.Dataset
    yield published.dataset, DCTERMS.hasPart, dataset
    yield dataset, DCTERMS.isPartOf, published.dataset
    yield dataset, DCTERMS.identifier, Literal(str(part.graph))
    yield dataset, DCTERMS.publisher, URIRef(published.base + "agent/slm-graph")
    for title in part.titles():
        yield dataset, DCTERMS.title, title
    for predicate in TAKEN_OVER:
        for value in part.said(predicate):
            yield dataset, predicate, value
    if len(part.subjects) == 1:  # a scheme's own description is not that of twenty
        for value in part.said(DCTERMS.description):
            yield dataset, DCTERMS.description, value
    for subject in part.subjects:
        yield dataset, DCAT.landingPage, subject
    for dump in published.dumps_of(part.name):
        yield from _distribution(dataset, dump, published, published.base)


def _distribution(dataset: URIRef, dump: Dump, published: Published, base: str) -> Iterator[Triple]:
    """One file, at the address of its release: the checksum stays true when the next release comes."""
    distribution = URIRef(f"{base}catalog#{dump.file}")
    yield dataset, DCAT.distribution, distribution
    yield distribution, RDF.type, DCAT.Distribution
    yield distribution, DCTERMS.title, Literal(f"{dump.name}, {dump.format.label}", lang="en")
    yield distribution, DCTERMS.title, Literal(f"{dump.name}, {dump.format.label}", lang="de")
    yield distribution, DCAT.accessURL, URIRef(f"{base}dumps/{dump.file}")
    yield distribution, DCAT.downloadURL, URIRef(f"{base}release/{published.version}/dumps/{dump.file}")
    yield distribution, DCAT.mediaType, MEDIA_TYPES[dump.format.media_type]
    yield distribution, DCTERMS["format"], FILE_TYPES[_FILE_TYPES[dump.format.name]]
    yield distribution, DCAT.compressFormat, MEDIA_TYPES["application/gzip"]
    yield distribution, DCAT.byteSize, Literal(str(dump.bytes), datatype=XSD.nonNegativeInteger)
    checksum = BNode("checksum-" + dump.sha256[:16])
    yield distribution, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)
    if published.date is not None:
        yield distribution, DCTERMS.issued, Literal(published.date, datatype=XSD.date)
