"""Parsing: quads as they come, and the place of the first fault."""

from __future__ import annotations

import pytest
from rdflib import BNode, Literal, URIRef

from slm_graph import formats
from slm_graph.engine.parsing import ParseError, parse

A, P = URIRef("http://a"), URIRef("http://p")


def test_a_format_of_triples_has_no_graph_and_one_of_quads_its_names() -> None:
    assert list(parse(b"<http://a> <http://p> 'x' .", formats.TURTLE)) == [(A, P, Literal("x"), None)]
    quads = list(parse(b"<http://a> <http://p> 'x' . <http://a> { <http://a> <http://p> 'x' }", formats.TRIG))
    assert [quad[3] for quad in quads] == [None, A]


def test_blank_nodes_keep_their_labels() -> None:
    assert list(parse(b"_:x1 <http://p> _:y.z .", formats.N_TRIPLES)) == [
        (BNode("x1"), P, BNode("y.z"), None)
    ]


def test_relative_iris_are_resolved_against_the_base() -> None:
    ((subject, *_),) = parse(b"<a> <http://p> 1 .", formats.TURTLE, base_iri="http://example.org/x/")
    assert subject == URIRef("http://example.org/x/a")


def test_statements_before_the_fault_are_given_first() -> None:
    statements = parse(b"<http://a> <http://p> 1 .\n<http://a> <http://p> oops .", formats.TURTLE)
    assert next(statements)[0] == A
    with pytest.raises(ParseError) as fault:
        next(statements)
    assert (fault.value.line, fault.value.column) == (2, 23)


def test_a_fault_of_rdf_xml_has_its_line_too() -> None:
    document = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
        b'<rdf:Description rdf:about="http://a">\n<e:p>a\n<e:q/></e:p></rdf:Description>\n\n</rdf:RDF>'
    )
    with pytest.raises(ParseError) as fault:
        list(parse(document, formats.RDF_XML))
    assert fault.value.line == 4
