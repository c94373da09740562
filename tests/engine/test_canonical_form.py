"""The canonical form: RDFC-1.0 labels, canonical lines, one order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from slm_graph import formats
from slm_graph.engine.canonical import canonical, quad_line
from slm_graph.engine.parsing import parse
from slm_graph.errors import DataRefused
from slm_graph.model import Quad

P, Q, G = URIRef("http://example.org/p"), URIRef("http://example.org/q"), URIRef("http://example.org/g")
NODES = st.sampled_from([BNode("a"), BNode("b"), BNode("c"), BNode("d"), URIRef("http://example.org/n")])
QUADS = st.lists(
    st.tuples(
        NODES, st.sampled_from([P, Q]), st.one_of(NODES, st.just(Literal("x"))), st.sampled_from([None, G])
    ),
    max_size=10,
)


def lines(quads: list[Quad]) -> list[str]:
    return [quad_line(quad) for quad in canonical(quads)]


@settings(deadline=None)
@given(QUADS, st.randoms(use_true_random=False))
def test_neither_order_nor_labels_of_blank_nodes_nor_repeats_change_it(
    quads: list[Quad], chance: random.Random
) -> None:
    names = {BNode(label): BNode(f"other {n}") for n, label in enumerate("abcd")}
    other = [(names.get(s, s), p, names.get(o, o), g) for s, p, o, g in quads + quads]  # type: ignore[call-overload]
    chance.shuffle(other)
    assert lines(other) == lines(quads)


def no_loops(quads: list[Quad]) -> bool:
    return not any(isinstance(subject, BNode) and subject == object_ for subject, _, object_, _ in quads)


@settings(deadline=None)
@given(
    QUADS.filter(no_loops)
)  # PyLD counts a statement about itself twice when it hashes a node; RDFC-1.0 4.6 does not
def test_pyld_gives_the_same_labels(quads: list[Quad]) -> None:
    text = "".join(f"{quad_line(quad)}\n" for quad in quads)
    options = {
        "algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads",
    }  # fmt: skip
    assert lines(quads) == jsonld.normalize(text, options).splitlines()


def test_a_node_that_points_to_itself_is_hashed_as_the_standard_says() -> None:
    quads: list[Quad] = [(BNode("x"), P, BNode("x"), None), (BNode("x"), P, BNode("y"), None)]
    # SHA-256 of "_:a p _:a" and "_:a p _:z" begins with 034c, of "_:z p _:a" with 041c: x comes first
    assert lines(quads) == [f"_:c14n0 <{P}> _:c14n0 .", f"_:c14n0 <{P}> _:c14n1 ."]


def test_lines_are_sorted_by_code_point() -> None:
    quads: list[Quad] = [(G, P, Literal(text), None) for text in ("z", "ä", "Z", "\U0001f600", "\ue000")]
    assert [str(quad[2]) for quad in canonical(quads)] == ["Z", "z", "ä", "\ue000", "\U0001f600"]


def test_a_line_escapes_what_canonical_n_quads_escapes_and_nothing_else() -> None:
    text = "\b\t\n\f\r\"\\\x00\x1f\x7f\x80ä\u2028\ufffe😀'"
    assert quad_line((G, P, Literal(text), None)) == (
        "<http://example.org/g> <http://example.org/p> "
        '"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001F\\u007F\x80ä\u2028\\uFFFE😀\'" .'
    )
    assert list(parse(quad_line((G, P, Literal(text), G)).encode(), formats.N_QUADS)) == [
        (G, P, Literal(text), G)
    ]


def test_two_spellings_of_a_number_stay_two_statements() -> None:
    quads: list[Quad] = [
        (G, P, Literal(text, datatype=XSD.integer, normalize=False), None) for text in ("1", "01")
    ]
    assert len(canonical(quads)) == 2


def test_the_engine_keeps_the_lexical_form_of_statements_about_blank_nodes() -> None:
    one = Literal("01", datatype=XSD.integer, normalize=False)
    assert canonical([(BNode("x"), P, one, None)]) == [(BNode("c14n0"), P, one, None)]


@pytest.mark.parametrize("iri", ["relative", "http://a b", "http://a<b", "", "http://a\ud800"])
def test_what_is_no_absolute_iri_is_refused_by_name(iri: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        canonical([(G, P, URIRef(iri), None)])
    assert iri.encode("utf-8", "backslashreplace").decode() in refusal.value.message("de")
