"""Terms and paths as a person reads them, and shapes that are broken."""

import doctest

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH, SKOS, XSD

from slm_graph.errors import EnvironmentFault
from slm_graph.validation import terms
from slm_graph.validation.terms import path_text, term_text

BASE = "https://skills.example/"


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (URIRef(BASE + "id/sfia/level/5"), "sfialevel:5"),
        (URIRef(BASE + "id/sfia/SLMO_5"), "sfia:SLMO_5"),
        (URIRef(BASE + "id/sfia/SLMO/levels"), f"<{BASE}id/sfia/SLMO/levels>"),
        (URIRef("https://w3id.org/slm-graph/id/sfia/SLMO"), "<https://w3id.org/slm-graph/id/sfia/SLMO>"),
        (Literal("a\nb", lang="de"), '"a\\nb"@de'),
        (Literal("x", datatype=XSD.string), '"x"'),
        (Literal(5), '"5"^^xsd:integer'),
        (Literal("b" * 100), '"' + "b" * 80 + '…"'),
        (BNode("c14n0"), "_:c14n0"),
    ],
)
def test_a_term_is_shown_short_and_on_one_line(term: URIRef | Literal | BNode, text: str) -> None:
    assert term_text(term, base=BASE) == text


def test_a_composite_path_keeps_its_precedence() -> None:
    graph = Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://example.org/s> sh:path ( [ sh:alternativePath ( skos:broader [ sh:inversePath skos:narrower ] ) ]
            [ sh:zeroOrOnePath [ sh:inversePath skos:member ] ] skos:notation ) .
        """,
        format="turtle",
    )
    path = graph.value(URIRef("https://example.org/s"), SH.path)
    assert path is not None
    assert path_text(graph, path, base=BASE) == "(skos:broader|^skos:narrower)/(^skos:member)?/skos:notation"


def test_what_is_no_path_is_a_fault_of_the_shapes() -> None:
    graph = Graph()
    graph.add((BNode("p"), SKOS.note, Literal("not a path")))
    with pytest.raises(EnvironmentFault):
        path_text(graph, BNode("p"), base=BASE)


def test_the_examples_in_the_module_run() -> None:
    assert doctest.testmod(terms).failed == 0
