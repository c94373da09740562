"""Terms cross between the two libraries without a character lost."""

from __future__ import annotations

import logging

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD

from slm_graph.engine.terms import from_rdflib, literal, to_rdflib

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATATYPES = st.sampled_from([str(name) for name in (
    XSD.integer, XSD.token, XSD.normalizedString, XSD.boolean, XSD.date, XSD.double, XSD.anyURI, RDF.HTML, RDF.JSON,
)] + ["http://example.org/own"])  # fmt: skip


@given(TEXTS, DATATYPES)
def test_a_typed_literal_keeps_its_lexical_form_both_ways(lexical: str, datatype: str) -> None:
    ours = literal(lexical, datatype=datatype)
    assert (str(ours), ours.datatype, ours.language) == (lexical, URIRef(datatype), None)
    assert from_rdflib(ours) == ox.Literal(lexical, datatype=ox.NamedNode(datatype))
    assert to_rdflib(from_rdflib(ours)) == ours


@given(TEXTS, st.sampled_from(["de", "en", "de-AT", "ZH-hant"]))
def test_a_language_tag_comes_out_in_lower_case(lexical: str, tag: str) -> None:
    there = from_rdflib(Literal(lexical, lang=tag))
    back = to_rdflib(there)
    assert isinstance(back, Literal)
    assert (str(back), back.language) == (lexical, tag.lower())


def test_a_plain_literal_and_one_of_xsd_string_are_the_same_term() -> None:
    assert from_rdflib(Literal("x")) == from_rdflib(Literal("x", datatype=XSD.string))
    back = to_rdflib(ox.Literal("x", datatype=ox.NamedNode(str(XSD.string))))
    assert back == Literal("x")


def test_iris_blank_nodes_and_the_default_graph_cross() -> None:
    for term in (URIRef("http://example.org/ä"), BNode("b1"), None):
        assert to_rdflib(from_rdflib(term)) == term


def test_an_ill_typed_literal_brings_no_stack_trace(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        made = literal("five", datatype=str(XSD.integer))
    assert made.ill_typed
    assert caplog.records == []


def test_what_is_no_term_of_rdf_1_1_is_refused() -> None:
    inner = ox.Triple(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("c"))
    with pytest.raises(TypeError, match=r"RDF 1\.1"):
        to_rdflib(inner)
    with pytest.raises(ValueError, match="base direction"):
        to_rdflib(ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL))
    with pytest.raises(ValueError, match="IRI"):
        from_rdflib(URIRef("not an iri"))
