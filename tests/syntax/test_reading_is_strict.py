"""What is not what it claims to be is refused with file, line, and what was expected."""

from __future__ import annotations

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph import formats
from slm_graph.errors import SourceError
from slm_graph.formats import Format
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.syntax import read

RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">\n{}\n</rdf:RDF>'


def refusal(data: bytes | str, format: Format) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(data.encode() if isinstance(data, str) else data, format, name="datei.x")
    assert caught.value.message("de").startswith("datei.x")
    assert caught.value.hint is not None
    return caught.value


@pytest.mark.parametrize(
    ("format", "data", "line", "words"),
    [
        (formats.TURTLE, "<http://a> <http://b> 1 .\nx:a x:b 1 .", 2, "Präfix x: ist nicht erklärt"),
        (formats.TURTLE, "<http://a> <http://b> 1\n<http://c> <http://d> 2 .", 2, "fehlt der Punkt"),
        (formats.TURTLE, "\n<http://a> <http://b> <c> .", 2, "relative IRI ohne Basis"),
        (formats.TURTLE, '<http://a> <http://b> "x', 1, "endet zu früh"),
        (formats.TRIG, "<http://g> {\n<http://a> <http://b> }", 2, "kein Objekt"),
        (
            formats.N_TRIPLES,
            '<http://a> <http://b> "x" .\n<a> <http://b> "x" .',
            2,
            "relative IRI ohne Basis",
        ),
        (formats.N_QUADS, '<http://a> <http://b> "x" <http://g>', 1, "fehlt der Punkt"),
        (formats.RDF_XML, RDF_XML.format("<e:a>\n<f:b/></e:a>"), 3, "Präfix ist nicht erklärt"),
        (formats.RDF_XML, RDF_XML.format("\n<e:a>"), 4, "passen nicht zusammen"),
        (formats.RDF_XML, RDF_XML.format('\n<e:a rdf:about="x"/>'), 3, "relative IRI ohne Basis"),
        (formats.JSON_LD, '{\n"@id": "http://a"\n"http://b": 1}', 3, "Komma"),
        (formats.JSON_LD, '{"@id": "http://a", "http://b": 1, "http://b": 2}', None, "steht zweimal"),
        (formats.JSON_LD, '{"@id": "a", "http://b": 1}', None, "relative IRI „a“"),
        (formats.JSON_LD, '{"@id": "http://a", "http://b": 1e999}', None, "zu groß"),
        (formats.JSON_LD, '{"@id": "http://a", "http://b": NaN}', None, "NaN"),
        (
            formats.JSON_LD,
            '{"@id": "_:g", "@graph": [{"@id": "http://a", "http://b": 1}]}',
            None,
            "Leerknoten",
        ),
        (formats.TURTLE, "<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .", None, "RDF 1.2"),
    ],
)
def test_a_fault_is_named_with_its_line_in_german(
    format: Format, data: str, line: int | None, words: str
) -> None:
    error = refusal(data, format)
    assert error.line == line
    assert words in error.message("de")


@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=lambda row: row.name)
def test_an_empty_file_is_refused(format: Format) -> None:
    for data in (b"", b" \r\n", b"\xef\xbb\xbf"):
        assert "leer" in refusal(data, format).message("de")


def test_a_file_without_a_statement_is_refused() -> None:
    assert "keine Aussage" in refusal("@prefix a: <http://b> .", formats.TURTLE).message("de")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert len(read(b"\xef\xbb\xbf<http://a> <http://b> 1 .", formats.TURTLE, name="x")) == 1


def test_invalid_utf_8_is_named_with_line_and_byte() -> None:
    error = refusal(b'<http://a> <http://b> 1 .\n<http://a> <http://b> "\xe4" .', formats.TURTLE)
    assert (error.line, error.column) == (2, 24)
    assert "0xE4" in error.message("de")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_unicode_encoding_is_refused_by_name(encoding: str) -> None:
    for format in (formats.TURTLE, formats.RDF_XML, formats.JSON_LD):
        assert "UTF-" in refusal("<a/>".encode(encoding), format).message("de").split("nicht UTF-8")[0]


def test_xml_that_declares_another_encoding_is_refused_by_name() -> None:
    assert "ISO-8859-1" in refusal(
        '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', formats.RDF_XML
    ).message("de")


def test_a_document_type_is_refused_before_an_entity_is_read() -> None:
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "' + "x" * 1000 + '">'
    bomb += "".join(f'<!ENTITY a{n} "{"&a;" * 1000}">' for n in range(3)) + "]>\n<a>&a2;</a>"
    error = refusal(bomb, formats.RDF_XML)
    assert error.line == 2
    assert "DOCTYPE" in error.message("en")


def test_deep_json_is_refused_and_crashes_nothing() -> None:
    for depth in (300, 100_000):
        assert "200" in refusal('{"http://p":' * depth + "1" + "}" * depth, formats.JSON_LD).message("de")
        assert "200" in refusal("[" * depth + "]" * depth, formats.JSON_LD).message("de")


CONCEPT = '"@id": "http://example.org/c", "prefLabel": {"de": "Ebene"}'
LABEL = (URIRef("http://example.org/c"), SKOS.prefLabel, Literal("Ebene", lang="de"), None)


@pytest.mark.parametrize(
    "context",
    [
        f'"{DEFAULT_BASE}context.jsonld"',
        '"/context.jsonld"',
        '"context.jsonld"',
        '"/kompetenzen/context.jsonld"',
        '["/context.jsonld", {"x": "http://example.org/x"}]',
        '{"@import": "/context.jsonld", "x": "http://example.org/x"}',
    ],
)
def test_our_own_context_is_known_without_the_network(context: str) -> None:
    quads = read(f'{{"@context": {context}, {CONCEPT}}}'.encode(), formats.JSON_LD, name="x")
    assert quads == [LABEL]


def test_our_context_is_known_inside_a_document_too() -> None:
    scoped = '{"@context": {"in": {"@id": "http://example.org/in", "@context": "/context.jsonld"}}, "in": {CONCEPT}}'
    scoped = scoped.replace("CONCEPT", CONCEPT)
    assert LABEL in read(scoped.encode(), formats.JSON_LD, name="x")


def test_the_context_of_a_deployment_has_its_base() -> None:
    base = "https://skills.example/"
    document = f'{{"@context": "{base}context.jsonld", "id": "sfia:A", "type": "Skill"}}'
    ((subject, _, kind, _),) = read(document.encode(), formats.JSON_LD, name="x", base=base)
    assert (str(subject), str(kind)) == (f"{base}id/sfia/A", f"{base}ontology#Skill")


@pytest.mark.parametrize(
    "context",
    [
        '"https://schema.org/"',
        '"//elsewhere.example/context.jsonld"',
        '"https://elsewhere.example/context.jsonld"',
        '["/context.jsonld", "https://schema.org/"]',
        '{"@import": "https://schema.org/"}',
        '{"x": {"@id": "http://example.org/x", "@context": "https://schema.org/"}}',
    ],
)
def test_a_remote_context_is_never_fetched_and_named(context: str) -> None:
    error = refusal(f'{{"@context": {context},\n{CONCEPT}}}', formats.JSON_LD)
    assert error.line == 1
    assert "https://schema.org/" in error.message("de") or "elsewhere.example" in error.message("de")
    assert "in die Datei übernehmen" in error.message("de")


def test_the_word_context_inside_a_json_literal_is_data() -> None:
    document = (
        '{"@context": "/context.jsonld", "id": "http://example.org/c",'
        ' "dcterms:subject": {"@type": "@json", "@value": {"@context": "https://schema.org/"}}}'
    )
    ((_, _, value, _),) = read(document.encode(), formats.JSON_LD, name="x")
    assert str(value) == '{"@context":"https://schema.org/"}'


def test_an_excerpt_shows_no_control_characters_of_the_file() -> None:
    error = refusal("x:a \x1b[31m x:b .", formats.TURTLE)
    assert "\x1b" not in error.message("de")
