"""SKOS-XL labels become plain ones; what their resources say beyond the form is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from slm_graph.build import read_sources
from slm_graph.errors import SourceError
from slm_graph.namespaces import DEFAULT_BASE

PREFIXES = """
@prefix : <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
"""


def read(text: str, folder: Path) -> Graph:
    path = folder / "fruits.ttl"
    path.write_text(PREFIXES + text)
    return read_sources([path], base=DEFAULT_BASE)


def graph(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def test_label_resources_that_say_only_their_form_become_plain_labels(tmp_path: Path) -> None:
    made = read(
        """:pear a skos:Concept ; skosxl:prefLabel :l1 ; skosxl:altLabel [ a skosxl:Label ; skosxl:literalForm "Kochbirne"@de ] ;
            skosxl:hiddenLabel [ skosxl:literalForm "brine"@de ] .
        :l1 a skosxl:Label ; skosxl:literalForm "Birne"@de .""",
        tmp_path,
    )
    plain = ':pear a skos:Concept ; skos:prefLabel "Birne"@de ; skos:altLabel "Kochbirne"@de ; skos:hiddenLabel "brine"@de .'
    assert isomorphic(made, graph(plain))


def test_a_label_resource_that_says_more_stays_beside_the_plain_label(tmp_path: Path) -> None:
    text = ':pear skosxl:prefLabel :l1 . :l1 a skosxl:Label ; skosxl:literalForm "Birne"@de ; dcterms:created "1999" .'
    assert isomorphic(read(text, tmp_path), graph(text + ':pear skos:prefLabel "Birne"@de .'))


@pytest.mark.parametrize("forms", ["", '; skosxl:literalForm "a"@de , "b"@de', "; skosxl:literalForm :b"])
def test_a_label_resource_without_exactly_one_form_is_refused_by_name(tmp_path: Path, forms: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(f":pear skosxl:prefLabel :l1 . :l1 a skosxl:Label {forms} .", tmp_path)
    assert caught.value.where == "fruits.ttl"
    assert "<https://example.org/l1>" in caught.value.message("de")


def test_files_without_skos_xl_are_as_they_were(tmp_path: Path) -> None:
    text = ':pear a skos:Concept ; skos:prefLabel "Birne"@de .'
    assert isomorphic(read(text, tmp_path), graph(text))
