"""What is written in any format is, for three independent readers, the graph that went in."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import BNode, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from slm_graph import formats, syntax
from slm_graph.engine.canonical import canonical, quad_line
from slm_graph.engine.parsing import parse
from slm_graph.engine.terms import literal
from slm_graph.formats import Format
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE, vocabulary

SLM = vocabulary(DEFAULT_BASE)

CONTEXT = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "skos": str(SKOS),
    "slm": str(SLM),
    "sfia": DEFAULT_BASE + "id/sfia/",
    "dcterms": str(DCTERMS),
    "xsd": str(XSD),
    "Concept": "skos:Concept",
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "altLabel": {"@id": "skos:altLabel", "@container": ["@language", "@set"]},
    "notation": "skos:notation",
    "broader": {"@id": "skos:broader", "@type": "@id", "@container": "@set"},
    "memberList": {"@id": "skos:memberList", "@type": "@id", "@container": "@list"},
    "levelNumber": {"@id": "slm:levelNumber", "@type": "xsd:integer"},
    "date": {"@id": "dcterms:date", "@type": "xsd:date"},
    "kind": {"@id": "dcterms:type", "@type": "@vocab"},
}

IRIS = [
    URIRef(DEFAULT_BASE + tail)
    for tail in (
        "id/sfia/SLMO_5", "id/ecf/A.2", "id/sfia/A.2", "id/sfia/x.", "id/sfia/-x", "id/sfia/SLMO/levels",
        "id/sfia/", "id/sfia/level/5", "ontology#", "ontology#Skill", "id/sfia/a%20b", "id/sfia/Ü",
    )
] + [
    URIRef(iri)
    for iri in (
        "http://example.org/a(b)", "http://example.org/a'b&c=d;e", "urn:uuid:1-2", "http://example.org/😀",
        "http://example.org/?q=a,b#f", "mailto:a@example.org", "tag:x:y:z", str(SKOS.Concept), str(RDF.nil),
        "http://example.org/",
    )
]  # fmt: skip
PREDICATES = [
    RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.notation, SKOS.broader, SKOS.memberList, SLM.levelNumber,
    DCTERMS.date, DCTERMS.type, RDF.first, RDF.rest, RDF.value, SKOS.note, SLM.own,
    URIRef("http://example.org/p"), URIRef("http://example.org/a.b-c"), URIRef("http://example.org/5/ü"),
]  # fmt: skip
# lexical forms that rdflib's parsers would rewrite are compared with the other two readers only
STRINGS = st.one_of(
    st.sampled_from(
        ["", " ", '"', "'", "\\", "a\nb", 'a\n"', '"""', '\n""""', "\t", "ä", "😀", "a\\n", "\r\n", "&amp;<b>]]>",
         "\u0085\u2028", "\x7f", "de", "@de", "x\u200b", " a ", "{}", "\ufeff"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8),
)  # fmt: skip
LITERALS = st.one_of(
    st.builds(literal, STRINGS),
    st.builds(lambda text, tag: literal(text, language=tag), STRINGS, st.sampled_from(["de", "en", "de-at", "zh-hant"])),
    st.sampled_from(
        [
            literal(lexical, datatype=str(datatype))
            for lexical, datatype in (
                ("5", XSD.integer), ("-5", XSD.integer), ("01", XSD.integer), ("+1", XSD.integer), ("x", XSD.integer),
                ("12345678901234567890", XSD.integer), ("true", XSD.boolean), ("1", XSD.boolean), ("1.0", XSD.decimal),
                ("1.", XSD.decimal), ("-0.0", XSD.decimal), (".5", XSD.decimal), ("1.0E0", XSD.double),
                ("1e0", XSD.double), ("2024-02-29", XSD.date), ("2024", XSD.date), (" a  b ", XSD.token),
                ("a", URIRef("http://example.org/type")), ("<b/>", RDF.XMLLiteral), ('{"a":1}', RDF.JSON),
            )
        ]
    ),
)  # fmt: skip
BLANK = st.sampled_from([BNode(label) for label in ("a", "b", "c", "d", "e")])
SUBJECTS = st.one_of(st.sampled_from(IRIS), BLANK)
OBJECTS = st.one_of(st.sampled_from(IRIS), BLANK, LITERALS)
GRAPHS = st.sampled_from([None, None, URIRef(DEFAULT_BASE + "graph/a"), URIRef("urn:g")])


@st.composite
def lists(draw: st.DrawFn) -> list[Quad]:
    """A well-formed RDF list as an object, and now and then something that spoils it."""
    items = draw(st.lists(st.one_of(OBJECTS, st.just(BNode("l0"))), max_size=3))
    cells: list[BNode | URIRef] = [BNode(f"l{draw(st.integers(0, 3))}x{n}") for n in range(len(items))]
    cells.append(RDF.nil)
    graph = draw(GRAPHS)
    made: list[Quad] = [(draw(SUBJECTS), draw(st.sampled_from(PREDICATES)), cells[0], graph)]
    for cell, item, rest in zip(cells, items, cells[1:], strict=False):
        made += [(cell, RDF.first, item, graph), (cell, RDF.rest, rest, graph)]
    if draw(st.integers(0, 4)) == 0:
        made.append((draw(st.sampled_from(cells)), draw(st.sampled_from(PREDICATES)), draw(OBJECTS), graph))
    return made


DATASETS = st.builds(
    lambda loose, made: loose + [quad for part in made for quad in part],
    st.lists(st.tuples(SUBJECTS, st.sampled_from(PREDICATES), OBJECTS, GRAPHS), max_size=12),
    st.lists(lists(), max_size=2),
)

EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines(quads: Iterable[Quad]) -> list[str]:
    return [quad_line(quad) for quad in canonical(quads)]


def expected(quads: list[Quad], format: Format) -> list[str]:
    return lines(quads if format.keeps_graphs else [(s, p, o, None) for s, p, o, _ in quads])


def as_pyld_reads(quads: list[Quad]) -> list[Quad]:
    """PyLD rewrites doubles to their canonical form; the engine's reading is compared character by character."""
    one, canonical_one = (literal(lexical, datatype=str(XSD.double)) for lexical in ("1e0", "1.0E0"))
    return [(s, p, canonical_one if o == one else o, g) for s, p, o, g in quads]


def by_pyld(document: bytes) -> list[str]:
    text: str = jsonld.to_rdf(json.loads(document), {"format": "application/n-quads"})
    return lines(parse(text.encode(), formats.N_QUADS))


@EXAMPLES
@given(DATASETS)
@pytest.mark.parametrize(
    "format",
    [formats.TURTLE, formats.TRIG, formats.N_TRIPLES, formats.N_QUADS, formats.RDF_XML],
    ids=lambda f: f.name,
)
def test_the_engine_reads_back_what_was_written(format: Format, quads: list[Quad]) -> None:
    document = syntax.write(quads, format, base=DEFAULT_BASE)
    assert lines(parse(document, format)) == expected(quads, format)


@settings(parent=EXAMPLES, max_examples=50)
@given(DATASETS)
@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=lambda f: f.name)
def test_labels_that_are_kept_keep_nodes_apart_as_well(format: Format, quads: list[Quad]) -> None:
    odd = {
        BNode("a"): BNode("1 ü"),
        BNode("b"): BNode("x_"),
        BNode("c"): BNode("c.d-"),
        BNode("d"): BNode(""),
    }
    renamed = [(odd.get(s, s), p, odd.get(o, o), g) for s, p, o, g in quads]  # type: ignore[call-overload]
    document = syntax.write(renamed, format, base=DEFAULT_BASE, relabels=False)
    keeps_graphs = format.keeps_graphs or format in (formats.JSON_LD, formats.JSON)
    assert lines(parse(document, format)) == expected(quads, formats.N_QUADS if keeps_graphs else format)
    assert document == syntax.write(renamed[::-1], format, base=DEFAULT_BASE, relabels=False)


@EXAMPLES
@given(DATASETS)
def test_pyld_and_the_engine_read_the_compact_json_ld_as_what_went_in(quads: list[Quad]) -> None:
    document = syntax.write(quads, formats.JSON_LD, base=DEFAULT_BASE, context={"@context": CONTEXT})
    assert lines(parse(document, formats.JSON_LD)) == lines(quads)
    assert by_pyld(document) == lines(as_pyld_reads(quads))


@EXAMPLES
@given(DATASETS)
def test_the_shipped_context_loses_nothing(quads: list[Quad]) -> None:
    document = syntax.write(quads, formats.JSON_LD, base=DEFAULT_BASE)
    assert lines(parse(document, formats.JSON_LD)) == lines(quads)
    assert by_pyld(document) == lines(as_pyld_reads(quads))


@EXAMPLES
@given(DATASETS)
def test_expanded_and_flattened_json_ld_are_the_same_data(quads: list[Quad]) -> None:
    for document in (
        syntax.expanded_json_ld(quads, base=DEFAULT_BASE),
        syntax.flattened_json_ld(quads, base=DEFAULT_BASE, context={"@context": CONTEXT}),
    ):
        assert lines(parse(document, formats.JSON_LD)) == lines(quads)
        assert by_pyld(document) == lines(as_pyld_reads(quads))


@settings(parent=EXAMPLES, max_examples=60)
@given(DATASETS)
@pytest.mark.parametrize(
    ("format", "name"),
    [(formats.TURTLE, "turtle"), (formats.N_TRIPLES, "nt"), (formats.RDF_XML, "xml")],
    ids=["turtle", "ntriples", "rdfxml"],
)
def test_rdflib_reads_back_what_was_written(format: Format, name: str, quads: list[Quad]) -> None:
    graph = rdflib.Graph()
    for subject, predicate, object_, _ in quads:
        if not isinstance(object_, Literal) or object_.datatype is None:  # the others it normalises
            graph.add((subject, predicate, object_))
    quads = [(*triple, None) for triple in graph]  # type: ignore[misc]
    read = rdflib.Graph().parse(data=syntax.write(quads, format, base=DEFAULT_BASE), format=name)
    assert isomorphic(read, graph)
