"""What the index of a release holds as canonical lines is read back as a parser reads it, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD

from slm_graph.engine.canonical import quad_line
from slm_graph.engine.lines import read_lines
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.engine.terms import literal
from slm_graph.formats import N_QUADS
from slm_graph.model import Quad

IRIS = st.sampled_from([URIRef("http://example.org/ä?b=c#d"), URIRef("urn:x:1"), RDF.type])
NODES = st.one_of(IRIS, st.sampled_from([BNode("c14n0"), BNode("c14n12")]))
FORMS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
LITERALS = st.one_of(
    FORMS.map(literal),
    st.builds(lambda form, tag: literal(form, language=tag), FORMS, st.sampled_from(["de", "en-gb"])),
    st.builds(
        lambda form, kind: literal(form, datatype=str(kind)),
        FORMS,
        st.sampled_from([XSD.integer, XSD.token, XSD.date, URIRef("http://example.org/d")]),
    ),
)
QUADS = st.lists(st.tuples(NODES, IRIS, st.one_of(NODES, LITERALS), st.one_of(st.none(), IRIS)), max_size=5)


def kinds(quads: tuple[Quad, ...]) -> list[object]:
    """What equality of rdflib's terms does not tell."""
    terms = [term for quad in quads for term in quad]
    return [
        (type(term), type(term.language), term.value, term.ill_typed)
        if isinstance(term, Literal)
        else type(term)
        for term in terms
    ]


@settings(deadline=None, max_examples=200)
@given(QUADS)
def test_lines_come_back_as_the_parser_reads_them(quads: list[Quad]) -> None:
    text = "".join(f"{quad_line(quad)}\n" for quad in quads)
    read = read_lines(text)
    parsed = tuple(parse(text.encode(), N_QUADS))
    assert read == parsed == tuple(quads)
    assert kinds(read) == kinds(parsed)


def test_line_ends_of_unicode_are_part_of_a_text() -> None:
    text = "a\u2028b\u0085c"
    (quad,) = read_lines(quad_line((URIRef("urn:x:s"), URIRef("urn:x:p"), Literal(text), None)) + "\n")
    assert str(quad[2]) == text


@pytest.mark.parametrize(
    "line",
    [
        "<urn:x:s> <urn:x:p> <urn:x:o>",
        "<urn:x:s> <urn:x:p> .",
        "<urn:x:s> _:p <urn:x:o> .",
        "urn:x:s <urn:x:p> <urn:x:o> .",
        '<urn:x:s> <urn:x:p> "open .',
        '<urn:x:s> <urn:x:p> "a"de .',
        '<urn:x:s> <urn:x:p> "a\\x" .',
        '<urn:x:s> <urn:x:p> "a"^^_:d .',
        "<urn:x:s> <urn:x:p> <urn:x:o> _:g .",
    ],
)
def test_another_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(ParseError) as fault:
        read_lines(f"<urn:x:s> <urn:x:p> <urn:x:o> .\n{line}\n")
    assert fault.value.line == 2
