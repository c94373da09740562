"""Names, German and English, of what a release links to and nobody in it names: licences, classes, its own parts."""

from __future__ import annotations

from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, VOID

from slm_graph.errors import Text
from slm_graph.namespaces import ESCO

_CREATIVE_COMMONS = "https://creativecommons.org/"
_PUBLICATIONS_OFFICE = "http://publications.europa.eu/resource/authority/"

FAMILIAR: dict[str, Text] = {
    str(iri): Text(de=german, en=english)
    for iri, german, english in (
        (SKOS.Concept, "Begriff", "concept"),
        (SKOS.ConceptScheme, "Begriffssystem", "concept scheme"),
        (SKOS.Collection, "Sammlung", "collection"),
        (SKOS.OrderedCollection, "geordnete Sammlung", "ordered collection"),
        (OWL.Ontology, "Ontologie", "ontology"),
        (OWL.Class, "Klasse", "class"),
        (RDFS.Class, "Klasse", "class"),
        (OWL.ObjectProperty, "Beziehung", "object property"),
        (OWL.DatatypeProperty, "Merkmal", "datatype property"),
        (OWL.AnnotationProperty, "Anmerkung", "annotation property"),
        (RDF.Property, "Eigenschaft", "property"),
        (FOAF.Agent, "Urheber", "agent"),
        (FOAF.Organization, "Organisation", "organisation"),
        (FOAF.Person, "Person", "person"),
        (PROV.Entity, "Gegenstand mit Herkunft", "entity with a provenance"),
        (DCTERMS.ProvenanceStatement, "Angabe zur Herkunft", "statement of provenance"),
        (DCAT.Dataset, "Datensatz", "data set"),
        (VOID.Dataset, "Datensatz", "data set"),
        (_CREATIVE_COMMONS + "publicdomain/zero/1.0/", "CC0 1.0", "CC0 1.0"),
        (_CREATIVE_COMMONS + "licenses/by/4.0/", "CC BY 4.0", "CC BY 4.0"),
        (_CREATIVE_COMMONS + "licenses/by-sa/4.0/", "CC BY-SA 4.0", "CC BY-SA 4.0"),
        (_CREATIVE_COMMONS + "licenses/by-nc/4.0/", "CC BY-NC 4.0", "CC BY-NC 4.0"),
        (_CREATIVE_COMMONS + "licenses/by-nd/4.0/", "CC BY-ND 4.0", "CC BY-ND 4.0"),
        (_CREATIVE_COMMONS + "licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0", "CC BY-NC-SA 4.0"),
        (_CREATIVE_COMMONS + "licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0", "CC BY-NC-ND 4.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache 2.0", "Apache 2.0"),
        (_PUBLICATIONS_OFFICE + "corporate-body/COM", "Europäische Kommission", "European Commission"),
        (
            _PUBLICATIONS_OFFICE + "licence/COM_REUSE",
            "Weiterverwendung nach Regeln der Kommission",
            "reuse by the rules of the Commission",
        ),
        (ESCO["concept-scheme/skills"], "ESCO: Fähigkeiten", "ESCO: skills"),
        (ESCO["concept-scheme/occupations"], "ESCO: Berufe", "ESCO: occupations"),
    )
}
"""IRI → name. What a release itself calls by a name goes by that."""

_OWN_NAMES = {
    "graph/provenance": Text(de="Herkunft und Rechte der Texte", en="Where texts come from, and rights"),
}
"""Below the base → how it is called, where its own name says too little."""

_OWN: tuple[tuple[str, Text], ...] = (
    ("release/", Text(de="Release {name}", en="Release {name}")),
    ("graph/", Text(de="Graph {name}", en="Graph {name}")),
    ("mappings/", Text(de="Zuordnungen {name}", en="Mappings {name}")),
)
"""What stands right below the base → how it is called."""


def familiar(iri: str, base: str) -> Text | None:
    """How an IRI is called that has no label, None for an unknown one.

    >>> familiar("https://skills.example/release/2026-1", "https://skills.example/").en
    'Release 2026-1'
    """
    known = FAMILIAR.get(iri)
    if known is not None or not iri.startswith(base):
        return known
    local = iri[len(base) :]
    if local in _OWN_NAMES:
        return _OWN_NAMES[local]
    for start, text in _OWN:
        name = local.removeprefix(start)
        if name and name != local:
            return Text(de=text.de.format(name=name), en=text.en.format(name=name))
    return None
