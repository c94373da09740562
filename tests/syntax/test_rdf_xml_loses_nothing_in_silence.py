"""What RDF/XML cannot say is refused by name."""

from __future__ import annotations

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS

from slm_graph import formats, syntax
from slm_graph.errors import DataRefused
from slm_graph.namespaces import DEFAULT_BASE

A = URIRef("http://example.org/a")
SYNTAX = str(RDF)


@pytest.mark.parametrize(
    "predicate",
    ["http://example.org/5", "http://example.org/", "urn:1", SYNTAX + "li", SYNTAX + "Description", SYNTAX + "about",
     "http://www.w3.org/2000/xmlns/x"],
)  # fmt: skip
def test_a_predicate_that_is_no_xml_name_is_named(predicate: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        syntax.write([(A, URIRef(predicate), A, None)], formats.RDF_XML, base=DEFAULT_BASE)
    assert f"<{predicate}>" in refusal.value.message("de")


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\ufffe", "\uffff"])
def test_a_control_character_is_named_with_its_statement(sign: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        syntax.write([(A, RDFS.label, Literal(f"a{sign}b"), None)], formats.RDF_XML, base=DEFAULT_BASE)
    for words in (f"U+{ord(sign):04X}", "<http://example.org/a>", str(RDFS.label)):
        assert words in refusal.value.message("de")


@pytest.mark.parametrize(
    "kind",
    [
        URIRef(SYNTAX + "Description"),
        URIRef(SYNTAX + "li"),
        RDF.nil,
        URIRef("http://example.org/5"),
        Literal("x"),
    ],
)
def test_a_type_that_is_no_element_stays_a_property(kind: URIRef | Literal) -> None:
    document = syntax.write([(A, RDF.type, kind, None)], formats.RDF_XML, base=DEFAULT_BASE)
    assert syntax.read(document, formats.RDF_XML, name="x") == [(A, RDF.type, kind, None)]


def test_every_control_character_travels_in_the_other_formats() -> None:
    text = "".join(map(chr, range(32))) + "\x7f\ufffe\uffff"
    quads = [(A, RDFS.label, Literal(text), None)]
    for format in formats.RDF_FORMATS:
        if format != formats.RDF_XML:
            assert syntax.read(syntax.write(quads, format, base=DEFAULT_BASE), format, name="x") == quads


@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=lambda row: row.name)
def test_half_a_surrogate_pair_is_refused(format: formats.Format) -> None:
    with pytest.raises(DataRefused, match=r"U\+D800"):
        syntax.write([(A, RDFS.label, Literal("\ud800"), None)], format, base=DEFAULT_BASE)


@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=lambda row: row.name)
def test_what_is_no_iri_is_refused(format: formats.Format) -> None:
    with pytest.raises(DataRefused, match="no iri"):
        syntax.write([(A, RDFS.seeAlso, URIRef("no iri"), None)], format, base=DEFAULT_BASE)
