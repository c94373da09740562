"""The JSON-LD context: short names, labels as language maps, and nothing lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from pyld import jsonld
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, OWL, SKOS

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE, PAV, SSSOM, prefixes, vocabulary

SLM = vocabulary(DEFAULT_BASE)

SFIA = Namespace(DEFAULT_BASE + "id/sfia/")
SLMO_5 = SFIA.SLMO_5


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    return resources.context()


def compacted(graph: Graph, context: dict[str, Any]) -> dict[str, Any]:
    expanded = jsonld.from_rdf(graph.serialize(format="nt"), {"format": "application/n-quads"})
    document: dict[str, Any] = jsonld.compact(expanded, context, {"graph": False})
    return document


def read_back(document: dict[str, Any]) -> Graph:
    quads = jsonld.to_rdf(document, {"format": "application/n-quads"})
    return Graph().parse(data=quads, format="nt")


def about(shipped: Graph, subject: URIRef) -> Graph:
    graph = Graph()
    for triple in shipped.triples((subject, None, None)):
        graph.add(triple)
    return graph


def test_german_labels_of_a_skill_level_read_as_a_language_map(
    shipped: Graph, context: dict[str, Any]
) -> None:
    document = compacted(about(shipped, SLMO_5), context)
    assert document["id"] == "sfia:SLMO_5"
    assert sorted(document["type"]) == ["Concept", "SkillLevel"]
    assert document["prefLabel"] == {
        "de": "Servicelevel-Management: Ebene 5",
        "en": "Service level management: level 5",
    }
    assert sorted(document["definition"]) == ["de", "en"]
    assert document["notation"] == "SLMO_5"
    assert document["skill"] == "sfia:SLMO"
    assert document["level"] == "sfialevel:5"
    assert document["levelNumber"] == "5"
    assert document["typicallyObserved"] == "true"
    assert document["broader"] == ["sfia:SLMO"]
    assert [key for key in document if ":" in key] == []


def test_everything_shipped_survives_the_round_trip(shipped: Graph, context: dict[str, Any]) -> None:
    assert isomorphic(read_back(compacted(shipped, context)), shipped)


def test_a_document_written_by_hand_expands_to_the_vocabulary(context: dict[str, Any]) -> None:
    document = {
        **context,
        "id": "sfia:SLMO_5",
        "type": ["SkillLevel", "Concept"],
        "prefLabel": {"de": "Ebene fünf"},
        "altLabel": {"de": ["Fünf", "Stufe fünf"]},
        "level": "sfialevel:5",
        "levelNumber": 5,
        "typicallyObserved": True,
    }
    graph = read_back(document)
    assert set(graph.objects(SLMO_5, RDF.type)) == {SLM.SkillLevel, SKOS.Concept}
    assert graph.value(SLMO_5, SKOS.prefLabel) == Literal("Ebene fünf", lang="de")
    assert len(set(graph.objects(SLMO_5, SKOS.altLabel))) == 2
    assert graph.value(SLMO_5, SLM.levelNumber) == Literal(5)
    assert graph.value(SLMO_5, SLM.typicallyObserved) == Literal(True)


def test_a_member_list_is_an_array_in_order(shipped: Graph, context: dict[str, Any]) -> None:
    levels = URIRef(DEFAULT_BASE + "id/sfia/SLMO/levels")
    graph = about(shipped, levels)
    for subject, predicate, object_ in shipped:
        if predicate in (RDF.first, RDF.rest):
            graph.add((subject, predicate, object_))
    framed = compacted(graph, context)
    nodes = framed.get("@graph", [framed])
    node = next(node for node in nodes if node.get("id") == "sfia:SLMO/levels")
    assert node["memberList"] == [f"sfia:SLMO_{number}" for number in range(1, 8)]


@pytest.mark.parametrize(
    ("predicate", "value", "key"),
    [
        (SKOS.definition, Literal("typed", datatype=SLM.text), "skos:definition"),
        (SKOS.definition, URIRef("https://example.org/note"), "skos:definition"),
        (DCTERMS.rightsHolder, Literal("SFIA Foundation"), "dcterms:rightsHolder"),
        (DCTERMS.date, Literal("2018"), "dcterms:date"),
        (SLM.levelNumber, Literal("five"), "slm:levelNumber"),
        (SKOS.notation, Literal("x", datatype=SLM.code), "notation"),
        (RDFS.seeAlso, Literal("a book"), "rdfs:seeAlso"),
    ],
    ids=str,
)
def test_a_value_of_another_kind_stands_under_its_compact_iri(
    context: dict[str, Any], predicate: URIRef, value: Literal | URIRef, key: str
) -> None:
    graph = Graph()
    graph.add((SLMO_5, SKOS.prefLabel, Literal("Ebene", lang="de")))
    graph.add((SLMO_5, predicate, value))
    document = compacted(graph, context)
    assert key in document
    assert document["prefLabel"] == {"de": "Ebene"}
    assert isomorphic(read_back(document), graph)


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, DCTERMS.title], ids=str)
def test_a_text_without_language_stands_beside_the_languages(
    context: dict[str, Any], predicate: URIRef
) -> None:
    graph = Graph()
    graph.add((SLMO_5, predicate, Literal("Ebene", lang="de")))
    graph.add((SLMO_5, predicate, Literal("slmo.de.txt")))
    document = compacted(graph, context)
    assert document[str(predicate).rsplit("/", 1)[-1].rsplit("#", 1)[-1]] == {
        "de": "Ebene",
        "@none": "slmo.de.txt",
    }
    assert isomorphic(read_back(document), graph)


def test_several_values_in_a_language_are_all_kept(context: dict[str, Any]) -> None:
    graph = Graph()
    for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SLM.heading):
        for text in ("eins", "zwei"):
            graph.add((SLMO_5, predicate, Literal(text, lang="de")))
    document = compacted(graph, context)
    assert sorted(document["altLabel"]["de"]) == ["eins", "zwei"]
    assert isomorphic(read_back(document), graph)


def test_a_record_of_a_mapping_has_short_names(context: dict[str, Any]) -> None:
    graph = Graph()
    record = BNode()
    graph.add((record, RDF.type, OWL.Axiom))
    graph.add((record, OWL.annotatedSource, SFIA.SLMO))
    graph.add((record, OWL.annotatedProperty, SKOS.closeMatch))
    graph.add((record, OWL.annotatedTarget, URIRef("https://example.org/target")))
    graph.add((record, SSSOM.confidence, Literal("0.85", datatype=XSD.double)))
    graph.add((record, SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
    graph.add((record, PAV.authoredBy, URIRef(DEFAULT_BASE + "agent/slm-graph")))
    document = compacted(graph, context)
    assert document["type"] == "Axiom"
    assert document["annotatedSource"] == "sfia:SLMO"
    assert document["confidence"] == "0.85"
    assert document["predicateModifier"] == "sssom:NegatedPredicate"
    assert isomorphic(read_back(document), graph)


def test_prefixes_are_those_of_every_other_serialisation(context: dict[str, Any]) -> None:
    definitions = context["@context"]
    assert {name: definitions.get(name) for name in prefixes(DEFAULT_BASE)} == prefixes(DEFAULT_BASE)


def test_every_short_name_stands_for_a_declared_term(context: dict[str, Any], vocabulary: Graph) -> None:
    known = prefixes(DEFAULT_BASE)
    built_in = tuple(known[name] for name in ("owl", "rdf", "rdfs"))
    declared = {str(subject) for subject in vocabulary.subjects(RDF.type)}
    names = 0
    for name, definition in context["@context"].items():
        if name.startswith("@") or name in known or name in ("id", "type"):
            continue
        prefix, local = (definition if isinstance(definition, str) else definition["@id"]).split(":", 1)
        iri = known[prefix] + local
        assert iri in declared or iri.startswith(built_in), name
        names += 1
    assert names > 80


def test_every_own_term_has_a_short_name(context: dict[str, Any], vocabulary: Graph) -> None:
    own = {
        str(subject).removeprefix(str(SLM))
        for subject in vocabulary.subjects()
        if str(subject).startswith(str(SLM))
    }
    assert own <= set(context["@context"])
