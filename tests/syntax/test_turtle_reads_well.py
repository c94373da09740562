"""Turtle as a person would write it."""

from __future__ import annotations

from rdflib import URIRef

from slm_graph import formats, syntax
from slm_graph.namespaces import DEFAULT_BASE

READABLE = '''\
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix sfia: <https://w3id.org/slm-graph/id/sfia/> .
@prefix sfialevel: <https://w3id.org/slm-graph/id/sfia/level/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

sfia:GART_3 a slm:SkillLevel , skos:Concept ;
    skos:prefLabel
        "Gartenpflege: Ebene 3"@de ,
        "Gardening: level 3"@en ;
    skos:notation "GART_3" ;
    skos:definition """Hecken schneiden,
und "Beete" anlegen."""@de ;
    skos:inScheme <https://w3id.org/slm-graph/id/sfia> ;
    skos:broader sfia:GART ;
    slm:level sfialevel:3 ;
    slm:levelNumber 3 ;
    slm:typicallyObserved true ;
    <http://example.org/weight> 1.5 ;
    dcterms:date "2024-02-29"^^xsd:date ;
    sh:property [
        sh:minCount "01"^^xsd:integer ;
        sh:path (
            skos:broader
            skos:prefLabel
        )
    ] .

<https://w3id.org/slm-graph/id/ecf/A.2> a skos:Concept ;
    skos:closeMatch <http://example.org/a(b)> .

sfia:GART a skos:Concept .

<https://w3id.org/slm-graph/id/sfia/GART/levels> a skos:OrderedCollection ;
    skos:memberList ( sfia:GART_3 ) ;
    skos:member sfia:GART_3 .
'''


def test_what_is_readable_is_written_again_as_it_was() -> None:
    quads = syntax.read(READABLE.encode(), formats.TURTLE, name="readable.ttl")
    subject = URIRef(DEFAULT_BASE + "id/sfia/GART_3")
    assert syntax.write(quads[::-1], formats.TURTLE, base=DEFAULT_BASE, subject=subject).decode() == READABLE


def test_trig_has_the_default_graph_first_and_then_each_graph_in_braces() -> None:
    text = "<http://a> <http://b> 1 .\n\n<http://g> {\n    <http://a> <http://b> 2 .\n}\n"
    quads = syntax.read(text.encode(), formats.TRIG, name="x")
    assert syntax.write(quads, formats.TRIG, base=DEFAULT_BASE).decode() == text


def test_a_format_without_graphs_has_each_statement_once() -> None:
    quads = syntax.read(
        b"<http://g> { <http://a> <http://b> 2 } <http://h> { <http://a> <http://b> 2 }",
        formats.TRIG,
        name="x",
    )
    assert syntax.write(quads, formats.TURTLE, base=DEFAULT_BASE) == b"<http://a> <http://b> 2 .\n"
    assert syntax.write(quads, formats.N_TRIPLES, base=DEFAULT_BASE).count(b"\n") == 1


def test_chains_of_blank_nodes_and_lists_of_any_depth_are_written() -> None:
    for opening, closing in ((b"[ <http://p> ", b" ]"), (b"( ", b" )")):
        data = b"<http://a> <http://p> " + opening * 3000 + b"1" + closing * 3000 + b" ."
        quads = syntax.read(data, formats.TURTLE, name="x")
        for format in formats.RDF_FORMATS:
            again = syntax.read(
                syntax.write(quads, format, base=DEFAULT_BASE, relabels=False), format, name="y"
            )
            assert len(again) == len(quads)
