"""The slots of SSSOM 1.1: what each holds, which may stand in the header for all rows, its RDF property."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnlyMapping
from types import MappingProxyType
from typing import Literal

from rdflib import URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from slm_graph.namespaces import PAV, SSSOM

Kind = Literal[
    "reference",
    "references",
    "text",
    "texts",
    "iri",
    "iris",
    "number",
    "date",
    "entity type",
    "modifier",
    "cardinality",
]
"""A reference is a CURIE of the file's curie_map; the plural kinds hold a list, in a cell with `|`."""

ROW_SLOTS: ReadOnlyMapping[str, Kind] = MappingProxyType(
    {
        "record_id": "reference",
        "subject_id": "reference",
        "subject_label": "text",
        "subject_category": "reference",
        "predicate_id": "reference",
        "predicate_label": "text",
        "predicate_modifier": "modifier",
        "object_id": "reference",
        "object_label": "text",
        "object_category": "reference",
        "mapping_justification": "reference",
        "author_id": "references",
        "author_label": "texts",
        "reviewer_id": "references",
        "reviewer_label": "texts",
        "creator_id": "references",
        "creator_label": "texts",
        "license": "iri",
        "subject_type": "entity type",
        "subject_source": "reference",
        "subject_source_version": "text",
        "object_type": "entity type",
        "object_source": "reference",
        "object_source_version": "text",
        "predicate_type": "entity type",
        "mapping_provider": "iri",
        "mapping_source": "reference",
        "mapping_cardinality": "cardinality",
        "cardinality_scope": "texts",
        "mapping_tool": "text",
        "mapping_tool_id": "reference",
        "mapping_tool_version": "text",
        "mapping_date": "date",
        "publication_date": "date",
        "review_date": "date",
        "confidence": "number",
        "reviewer_agreement": "number",
        "curation_rule": "references",
        "curation_rule_text": "texts",
        "subject_match_field": "references",
        "object_match_field": "references",
        "match_string": "texts",
        "subject_preprocessing": "references",
        "object_preprocessing": "references",
        "similarity_score": "number",
        "similarity_measure": "text",
        "see_also": "iris",
        "issue_tracker_item": "reference",
        "derived_from": "references",
        "other": "text",
        "comment": "text",
    }
)

REQUIRED_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")

PROPAGATABLE = frozenset(
    {
        "cardinality_scope",
        "curation_rule",
        "curation_rule_text",
        "mapping_date",
        "mapping_provider",
        "mapping_tool",
        "mapping_tool_id",
        "mapping_tool_version",
        "object_match_field",
        "object_preprocessing",
        "object_source",
        "object_source_version",
        "object_type",
        "predicate_type",
        "similarity_measure",
        "subject_match_field",
        "subject_preprocessing",
        "subject_source",
        "subject_source_version",
        "subject_type",
    }
)
"""A value in the header is the value of every row."""

SET_SLOTS: ReadOnlyMapping[str, Kind] = MappingProxyType(
    {
        "mapping_set_id": "iri",
        "mapping_set_title": "text",
        "mapping_set_description": "text",
        "mapping_set_version": "text",
        "mapping_set_confidence": "number",
        "mapping_set_source": "iris",
        "license": "iri",
        "creator_id": "references",
        "creator_label": "texts",
        "publication_date": "date",
        "issue_tracker": "iri",
        "see_also": "iris",
        "sssom_version": "text",
        "other": "text",
        "comment": "text",
    }
)
"""What describes the set itself; `curie_map` and the propagatable slots stand beside them in the header."""

ENTITY_TYPES: ReadOnlyMapping[str, URIRef] = MappingProxyType(
    {
        "owl class": OWL.Class,
        "owl object property": OWL.ObjectProperty,
        "owl data property": OWL.DatatypeProperty,
        "owl annotation property": OWL.AnnotationProperty,
        "owl named individual": OWL.NamedIndividual,
        "skos concept": SKOS.Concept,
        "rdfs resource": RDFS.Resource,
        "rdfs class": RDFS.Class,
        "rdfs literal": RDFS.Literal,
        "rdfs datatype": RDFS.Datatype,
        "rdf property": RDF.Property,
        "composed entity expression": SSSOM.ComposedEntityExpression,
    }
)

CARDINALITIES = frozenset({"1:1", "1:n", "n:1", "n:n", "1:0", "0:1"})
"""Of the model's seven, all but `0:0`, which says nothing of any concept."""

_PROPERTIES: ReadOnlyMapping[str, URIRef] = MappingProxyType(
    {
        "subject_id": OWL.annotatedSource,
        "predicate_id": OWL.annotatedProperty,
        "object_id": OWL.annotatedTarget,
        "author_id": PAV.authoredBy,
        "creator_id": DCTERMS.creator,
        "license": DCTERMS.license,
        "mapping_date": DCTERMS.created,
        "publication_date": DCTERMS.issued,
        "comment": RDFS.comment,
        "see_also": RDFS.seeAlso,
        "mapping_set_title": DCTERMS.title,
        "mapping_set_description": DCTERMS.description,
        "mapping_set_version": OWL.versionInfo,
        "mapping_set_source": PROV.wasDerivedFrom,
    }
)


def slot_property(slot: str) -> URIRef:
    """The RDF property of a slot: its `slot_uri` in the SSSOM schema, else `sssom:` and its name.

    >>> str(slot_property("confidence"))
    'https://w3id.org/sssom/confidence'
    """
    return _PROPERTIES.get(slot, SSSOM[slot])
