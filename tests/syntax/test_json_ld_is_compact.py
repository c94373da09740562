"""JSON-LD with a context: what a person or a plain JSON reader gets to see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rdflib import URIRef

from slm_graph import formats, syntax
from slm_graph.errors import DataRefused
from slm_graph.namespaces import DEFAULT_BASE

DATA = f"""
@prefix slm: <{DEFAULT_BASE}ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sfia: <{DEFAULT_BASE}id/sfia/> . @prefix dcterms: <http://purl.org/dc/terms/> .
sfia:GART_3 a skos:Concept, slm:SkillLevel ; skos:prefLabel "Gardening"@en, "Gartenpflege"@de ;
  skos:altLabel "Hecken"@de, "Beete"@de ; skos:notation "G3" ; skos:broader sfia:GART ;
  slm:levelNumber 3 ; slm:typicallyObserved true ; slm:unheardOf 1.5 , "x" .
sfia:levels skos:memberList ( sfia:GART_2 sfia:GART_3 ) .
"""
QUADS = syntax.read(DATA.encode(), formats.TURTLE, name="data.ttl")
GART_3 = URIRef(DEFAULT_BASE + "id/sfia/GART_3")


def document(**options: Any) -> Any:
    return json.loads(syntax.write(QUADS, formats.JSON_LD, base=DEFAULT_BASE, **options))


def test_labels_read_as_language_maps_and_numbers_as_numbers() -> None:
    node = document(context="/context.jsonld", subject=GART_3)["@graph"][0]
    assert node == {
        "id": "sfia:GART_3",
        "type": ["SkillLevel", "Concept"],
        "prefLabel": {"de": "Gartenpflege", "en": "Gardening"},
        "altLabel": {"de": ["Beete", "Hecken"]},
        "notation": "G3",
        "broader": ["sfia:GART"],
        "levelNumber": 3,
        "typicallyObserved": True,
        "slm:unheardOf": [{"@value": "1.5", "type": "xsd:decimal"}, "x"],
    }
    assert list(node)[:3] == ["id", "type", "prefLabel"]


def test_a_list_is_a_list() -> None:
    assert document()["@graph"][1]["memberList"] == ["sfia:GART_2", "sfia:GART_3"]


def test_the_context_is_a_reference_or_inlined() -> None:
    assert document(context="/context.jsonld")["@context"] == "/context.jsonld"
    assert document()["@context"]["skos"] == "http://www.w3.org/2004/02/skos/core#"
    assert document(context={"@context": {"p": "http://p/"}})["@context"] == {"p": "http://p/"}


def test_one_node_stands_at_the_top() -> None:
    quads = [quad for quad in QUADS if quad[0] == GART_3]
    one = json.loads(syntax.write(quads, formats.JSON, base=DEFAULT_BASE, context="/context.jsonld"))
    assert one["id"] == "sfia:GART_3"


def test_a_reference_to_our_context_reads_back_without_the_network() -> None:
    written = syntax.write(QUADS, formats.JSON_LD, base=DEFAULT_BASE, context="/context.jsonld")
    again = syntax.read(written, formats.JSON_LD, name="again")
    assert syntax.write(again, formats.N_QUADS, base=DEFAULT_BASE) == syntax.write(
        QUADS, formats.N_QUADS, base=DEFAULT_BASE
    )


def test_another_base_has_its_own_prefixes() -> None:
    base = "https://skills.example/"
    quads = syntax.read(DATA.replace(DEFAULT_BASE, base).encode(), formats.TURTLE, name="x")
    written = syntax.write(quads, formats.JSON_LD, base=base, context="/context.jsonld")
    assert b'"sfia:GART_3"' in written
    again = syntax.read(written, formats.JSON_LD, name="again", base=base)
    assert syntax.write(again, formats.N_QUADS, base=base) == syntax.write(quads, formats.N_QUADS, base=base)


def test_an_iri_that_would_be_read_as_a_prefixed_name_is_refused() -> None:
    quads = syntax.read(b"<http://a> <http://b> <skos:prefLabel> .", formats.TURTLE, name="x")
    with pytest.raises(DataRefused, match="skos:prefLabel"):
        syntax.write(quads, formats.JSON_LD, base=DEFAULT_BASE)


@pytest.mark.parametrize(
    "definitions",
    [
        {"@vocab": "http://v/"},
        {"@language": "de"},
        {"a": {"@reverse": "http://a"}},
        {"a": {"@id": "http://a", "@container": "@index"}},
        {"a": {"@id": "http://a", "@type": "@json"}},
        {"a": {"@id": "http://a", "@context": {}}},
        {"a": None},
    ],
)
def test_a_context_with_more_than_we_understand_is_not_guessed_at(definitions: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not understood"):
        syntax.write(QUADS, formats.JSON_LD, base=DEFAULT_BASE, context=definitions)
