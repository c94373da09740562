"""What the OWL download leaves out, and what it adds."""

from __future__ import annotations

from rdflib import RDF, RDFS, XSD, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL

from slm_graph.exports.owl import owl_graph

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARATIONS = """
skos:Concept a owl:Class . skos:OrderedCollection a owl:Class . :Kind a owl:Class .
skos:member a owl:ObjectProperty . skos:memberList a owl:ObjectProperty .
skos:closeMatch a owl:ObjectProperty . skos:exactMatch a owl:ObjectProperty .
sssom:predicate_modifier a owl:AnnotationProperty . sssom:confidence a owl:AnnotationProperty .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + DECLARATIONS + text, format="turtle")


def test_member_lists_go_and_members_stay() -> None:
    given = turtle(":levels a skos:OrderedCollection ; skos:member :a , :b ; skos:memberList ( :a :b ) .")
    wanted = turtle(
        ":levels a skos:OrderedCollection , owl:NamedIndividual ; skos:member :a , :b ."
        ":a a owl:NamedIndividual . :b a owl:NamedIndividual ."
    )
    assert isomorphic(owl_graph(given), wanted)


def test_lists_of_owl_itself_stay() -> None:
    given = turtle(":Either a owl:Class ; owl:unionOf ( :Kind skos:Concept ) .")
    assert isomorphic(owl_graph(given), given)


def test_a_negative_mapping_leaves_no_trace() -> None:
    given = turtle(
        "[] a owl:Axiom ; owl:annotatedSource :a ; owl:annotatedProperty skos:closeMatch ;"
        " owl:annotatedTarget :b ; sssom:predicate_modifier sssom:NegatedPredicate ."
    )
    assert isomorphic(owl_graph(given), turtle(""))


def test_a_search_without_result_leaves_no_trace() -> None:
    given = turtle(
        "[] a owl:Axiom ; owl:annotatedSource :a ; owl:annotatedProperty skos:exactMatch ;"
        " owl:annotatedTarget sssom:NoTermFound ; rdfs:comment 'none' ."
    )
    assert isomorphic(owl_graph(given), turtle(""))


def test_a_positive_mapping_keeps_its_record() -> None:
    record = (
        ":a skos:closeMatch :b ."
        "[] a owl:Axiom ; owl:annotatedSource :a ; owl:annotatedProperty skos:closeMatch ;"
        " owl:annotatedTarget :b ; sssom:confidence '0.5'^^xsd:double ."
    )
    assert isomorphic(owl_graph(turtle(record)), turtle(record + ":b a owl:NamedIndividual ."))


def test_a_record_has_no_name_and_nothing_points_to_it() -> None:
    mapping = ":a skos:closeMatch :b . :b a owl:NamedIndividual ."
    record = "a owl:Axiom ; owl:annotatedSource :a ; owl:annotatedProperty skos:closeMatch ; owl:annotatedTarget :b ."
    given = turtle(f"{mapping} :record {record} :set rdfs:seeAlso :record .")
    assert isomorphic(owl_graph(given), turtle(f"{mapping} [] {record}"))


def test_what_nobody_declared_is_declared() -> None:
    given = turtle(":a a :Unknown ; :says 'x'^^:code ; :sees :b .")
    result = owl_graph(given)
    example = "https://example.org/"
    assert (URIRef(example + "Unknown"), RDF.type, OWL.Class) in result
    assert (URIRef(example + "says"), RDF.type, OWL.AnnotationProperty) in result
    assert (URIRef(example + "sees"), RDF.type, OWL.AnnotationProperty) in result
    assert (URIRef(example + "code"), RDF.type, RDFS.Datatype) in result
    assert (URIRef(example + "a"), RDF.type, OWL.NamedIndividual) in result


def test_nothing_of_owl_is_declared_again(shipped: Graph) -> None:
    reserved = tuple(str(namespace) for namespace in (OWL, RDF, RDFS, XSD))
    added = set(owl_graph(shipped)) - set(shipped)
    assert added
    assert [subject for subject, _, _ in added if str(subject).startswith(reserved)] == []


def test_the_graph_given_is_left_as_it_was() -> None:
    given = turtle(":levels a skos:OrderedCollection ; skos:memberList ( :a ) .")
    before = Graph() + given
    owl_graph(given)
    assert isomorphic(given, before)
