"""Every own term explains itself in both languages, and nothing is used that is not declared."""

from __future__ import annotations

import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SKOS

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE, vocabulary

SLM = vocabulary(DEFAULT_BASE)

ONTOLOGY = URIRef(DEFAULT_BASE + "ontology")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

EXPECTED = {
    OWL.Class: "Framework Skill SkillLevel LevelOfResponsibility SourcePage",
    OWL.ObjectProperty: "skill skillLevel level definedAtLevel nextLevel usedInOccupation",
    OWL.DatatypeProperty: "levelNumber typicallyObserved sha256 edition",
    OWL.AnnotationProperty: "category autonomy influence complexity knowledge businessSkills banner heading levelsHeading"
    " levelsLine",
}


def own_terms() -> list[str]:
    graph = Graph().parse(data=resources.ontology_file("slm.ttl"), format="turtle")
    return sorted({str(subject) for subject in graph.subjects() if str(subject).startswith(str(SLM))})


@pytest.mark.parametrize("kind", EXPECTED)
def test_the_vocabulary_has_the_terms_of_the_data_model(vocabulary: Graph, kind: URIRef) -> None:
    found = {str(term).removeprefix(str(SLM)) for term in vocabulary.subjects(RDF.type, kind) if term in SLM}
    assert found == set(EXPECTED[kind].split())


@pytest.mark.parametrize("term", own_terms())
def test_a_term_has_one_kind_and_label_and_comment_in_both_languages(vocabulary: Graph, term: str) -> None:
    subject = URIRef(term)
    assert len(set(vocabulary.objects(subject, RDF.type))) == 1
    assert set(vocabulary.objects(subject, RDFS.isDefinedBy)) == {ONTOLOGY}
    for said in (RDFS.label, RDFS.comment):
        texts = [text for text in vocabulary.objects(subject, said) if isinstance(text, Literal)]
        assert sorted(str(text.language) for text in texts) == ["de", "en"]
        assert all(str(text).strip() for text in texts)


def test_the_header_says_version_licence_creator_and_title(vocabulary: Graph) -> None:
    assert vocabulary.value(ONTOLOGY, OWL.versionIRI) == URIRef(DEFAULT_BASE + "ontology/0.1.0")
    assert vocabulary.value(ONTOLOGY, OWL.versionInfo) == Literal("0.1.0")
    assert vocabulary.value(ONTOLOGY, DCTERMS.creator) == URIRef(DEFAULT_BASE + "agent/slm-graph")
    assert isinstance(vocabulary.value(ONTOLOGY, DCTERMS.license), URIRef)
    assert {text.language for text in vocabulary.objects(ONTOLOGY, DCTERMS.title)} == {"de", "en"}
    assert {text.language for text in vocabulary.objects(ONTOLOGY, DCTERMS.description)} == {"de", "en"}


def test_the_first_version_has_none_before_it_and_imports_nothing(vocabulary: Graph) -> None:
    assert (None, OWL.priorVersion, None) not in vocabulary
    assert (None, OWL.imports, None) not in vocabulary


def test_every_property_and_class_used_is_declared(vocabulary: Graph, shipped: Graph, mapped: Graph) -> None:
    declared = {term for kind in (OWL.Class, *PROPERTIES) for term in vocabulary.subjects(RDF.type, kind)}
    everything = shipped + mapped
    used = set(everything.predicates()) | set(everything.objects(None, RDF.type))
    built_in = tuple(str(namespace) for namespace in (RDF, RDFS, OWL))
    assert {term for term in used if not str(term).startswith(built_in)} <= declared


def test_skill_and_skill_level_are_inverse_of_each_other(vocabulary: Graph, shipped: Graph) -> None:
    assert vocabulary.value(SLM.skill, OWL.inverseOf) == SLM.skillLevel
    forward = set(shipped.subject_objects(SLM.skillLevel))
    assert forward
    assert {(skill, level) for level, skill in shipped.subject_objects(SLM.skill)} == forward


def test_no_label_or_note_of_skos_is_an_object_property(vocabulary: Graph) -> None:
    for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "editorialNote"):
        assert set(vocabulary.objects(SKOS[name], RDF.type)) == {OWL.AnnotationProperty}
    assert set(vocabulary.objects(SKOS.notation, RDF.type)) == {OWL.DatatypeProperty}
