"""Concepts as what two vocabularies can be compared by: labels, notations, hierarchy, levels, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from slm_graph.mapping.sets import NO_TERM_FOUND, MappingSet
from slm_graph.namespaces import DEFAULT_BASE, PAV, vocabulary

LABEL_FIELDS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, RDFS.label)
"""Where a label stands, the weightiest first."""
DEFINITION_FIELDS = (SKOS.definition, SKOS.scopeNote, DCTERMS.description)
VERSION_FIELDS = (OWL.versionInfo, PAV.version, DCTERMS.hasVersion)


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a concept; `language` is the primary subtag of its tag, '' without one."""

    value: str
    language: str
    field: URIRef


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a vocabulary with what it can be told by."""

    iri: URIRef
    labels: tuple[Label, ...]
    """By field, then language, then value."""
    notations: tuple[str, ...] = ()
    broader: tuple[URIRef, ...] = ()
    level: int | None = None
    definitions: tuple[Label, ...] = ()
    scheme: URIRef | None = None
    """The first of the vocabulary's schemes it is in."""

    def name(self) -> str | None:
        """The label shown for it: its first one."""
        return self.labels[0].value if self.labels else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The concepts of one framework, sorted by IRI; `source` is its scheme where it has one only, `version` of that."""

    concepts: tuple[Concept, ...]
    source: URIRef | None = None
    version: str | None = None

    def languages(self) -> frozenset[str]:
        """Of its labels, without ''."""
        return frozenset(
            label.language for concept in self.concepts for label in concept.labels if label.language
        )


def schemes(graph: Graph) -> tuple[URIRef, ...]:
    """The concept schemes a graph speaks of, sorted."""
    found = {
        *graph.subjects(RDF.type, SKOS.ConceptScheme),
        *graph.objects(None, SKOS.inScheme),
        *graph.objects(None, SKOS.topConceptOf),
    }
    return tuple(sorted(scheme for scheme in found if isinstance(scheme, URIRef)))


def from_graph(graph: Graph, *, wanted: Sequence[URIRef] = (), base: str = DEFAULT_BASE) -> Vocabulary:
    """The concepts of the schemes `wanted` together, or all of the graph; those without label and notation are left out."""
    known = schemes(graph)
    if wanted:
        iris = {concept for scheme in wanted for concept in _members(graph, scheme)}
    else:
        iris = {
            *graph.subjects(RDF.type, SKOS.Concept),
            *graph.subjects(SKOS.prefLabel),
            *graph.subjects(SKOS.inScheme),
        }
        for collection in (SKOS.Collection, SKOS.OrderedCollection):
            iris -= set(graph.subjects(RDF.type, collection))
        iris -= set(known)
    sources = tuple(wanted) or known
    source = sources[0] if len(sources) == 1 else None
    versions = (
        sorted(str(value) for field in VERSION_FIELDS for value in graph.objects(source, field))
        if source
        else []
    )
    concepts = (
        _concept(graph, iri, sources, base=base)
        for iri in sorted(iri for iri in iris if isinstance(iri, URIRef))
    )
    return Vocabulary(
        tuple(concept for concept in concepts if concept.labels or concept.notations),
        source,
        versions[0] if versions else None,
    )


def _members(graph: Graph, scheme: URIRef) -> set[Node]:
    return {
        *graph.subjects(SKOS.inScheme, scheme),
        *graph.subjects(SKOS.topConceptOf, scheme),
        *graph.objects(scheme, SKOS.hasTopConcept),
    }


def from_sets(sets: Iterable[MappingSet], *, side: str) -> Vocabulary:
    """The concepts on one side (`subject` or `object`) of mapping sets, by the labels their rows have."""
    labels: dict[URIRef, set[Label]] = {}
    sources: set[tuple[URIRef | None, str | None]] = set()
    for mappings in sets:
        for row in mappings.mappings:
            iri, label, source, version = (
                (row.subject, row.subject_label, row.subject_source, row.subject_source_version)
                if side == "subject"
                else (row.object, row.object_label, row.object_source, row.object_source_version)
            )
            if iri != NO_TERM_FOUND and label is not None:
                labels.setdefault(iri, set()).add(Label(label, "", RDFS.label))
                sources.add((source, version))
    source, version = next(iter(sources)) if len(sources) == 1 else (None, None)
    concepts = (Concept(iri, tuple(sorted(found, key=_order))) for iri, found in sorted(labels.items()))
    return Vocabulary(tuple(concepts), source, version)


def _concept(graph: Graph, iri: URIRef, sources: Sequence[URIRef], *, base: str) -> Concept:
    broader = {*graph.objects(iri, SKOS.broader), *graph.subjects(SKOS.narrower, iri)}
    return Concept(
        iri,
        _texts(graph, iri, LABEL_FIELDS),
        tuple(sorted(str(value) for value in graph.objects(iri, SKOS.notation))),
        tuple(sorted(parent for parent in broader if isinstance(parent, URIRef))),
        _level(graph, iri, base=base),
        _texts(graph, iri, DEFINITION_FIELDS),
        next((scheme for scheme in sources if (iri, SKOS.inScheme, scheme) in graph), None),
    )


def _texts(graph: Graph, iri: URIRef, fields: Iterable[URIRef]) -> tuple[Label, ...]:
    found = {
        Label(str(value), (value.language or "").split("-")[0].lower(), field)
        for field in fields
        for value in graph.objects(iri, field)
        if isinstance(value, Literal) and str(value).strip()
    }
    return tuple(sorted(found, key=_order))


def _order(label: Label) -> tuple[int, str, str]:
    place = (*LABEL_FIELDS, *DEFINITION_FIELDS).index(label.field)
    return place, label.language, label.value


def _level(graph: Graph, iri: URIRef, *, base: str) -> int | None:
    """Its own level number, or that of the level it stands at."""
    slm = vocabulary(base)
    bearers = [iri, *sorted(one for one in graph.objects(iri, slm.level) if isinstance(one, URIRef))]
    for bearer in bearers:
        for value in graph.objects(bearer, slm.levelNumber):
            if isinstance(value, Literal) and str(value).isdecimal():
                return int(value)
    return None
