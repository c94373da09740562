"""The official German page, where it is at hand: nothing of it is lost, and nothing of it is in this file."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from slm_graph.errors import SourceError
from slm_graph.namespaces import DEFAULT_BASE, vocabulary
from slm_graph.skos import page_graph
from slm_graph.sources.sfia import read_page

SLM = vocabulary(DEFAULT_BASE)

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "input" / "slmo.de.txt"
SLMO = URIRef(DEFAULT_BASE + "id/sfia/SLMO")


@pytest.fixture(scope="module")
def text() -> str:
    if not OFFICIAL.exists():
        pytest.skip("the official page may not be handed on and is not beside this checkout")
    return unicodedata.normalize("NFC", OFFICIAL.read_text("utf-8"))


@pytest.fixture(scope="module")
def graph(text: str) -> Graph:
    return page_graph(read_page(text.encode(), name="slmo.de.txt", edition="7"))


def test_every_line_and_sentence_is_in_the_graph_character_for_character(text: str, graph: Graph) -> None:
    literals = {
        str(object_)
        for object_ in graph.objects()
        if isinstance(object_, Literal) and object_.language == "de"
    }
    lines = [line for line in text.split("\n") if line.strip()]
    assert len(lines) == 19
    for line in lines:
        assert line in literals
        for sentence in re.split(r"(?<=[.]) ", line):
            assert any(sentence in literal for literal in literals)


def test_each_text_stands_at_its_level(text: str, graph: Graph) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    assert list(graph.objects(SLMO, SKOS.definition)) == [Literal(lines[2], lang="de")]
    assert list(graph.objects(URIRef(f"{SLMO}_1"), SKOS.scopeNote)) == [Literal(lines[6], lang="de")]
    assert list(graph.objects(URIRef(f"{SLMO}_1"), SKOS.definition)) == []
    for number in range(2, 8):
        concept = URIRef(f"{SLMO}_{number}")
        assert list(graph.objects(concept, SKOS.definition)) == [Literal(lines[4 + 2 * number], lang="de")]
        assert list(graph.objects(concept, SKOS.scopeNote)) == []
        assert list(graph.objects(concept, SLM.typicallyObserved)) == [Literal(True)]


def test_it_is_defined_at_levels_2_to_7_and_not_observed_at_level_1(graph: Graph) -> None:
    levels = {str(level).rsplit("/", 1)[1] for level in graph.objects(SLMO, SLM.definedAtLevel)}
    assert levels == set("234567")
    assert list(graph.objects(URIRef(f"{SLMO}_1"), SLM.typicallyObserved)) == [Literal(False)]


def test_only_the_doubtful_sentence_has_an_editorial_note(graph: Graph) -> None:
    noted = {subject for subject in graph.subjects(SKOS.editorialNote) if str(subject).startswith(str(SLMO))}
    assert noted == {URIRef(f"{SLMO}_3")}
    assert {note.language for note in graph.objects(URIRef(f"{SLMO}_3"), SKOS.editorialNote)} == {"de", "en"}


def test_a_corrected_sentence_has_no_note(text: str) -> None:
    line = [line for line in text.split("\n") if line.strip()][10]
    corrected = text.replace(line, line.replace(".", ", wie besprochen."))
    graph = page_graph(read_page(corrected.encode(), name="p"))
    assert not list(graph.objects(URIRef(f"{SLMO}_3"), SKOS.editorialNote))


def test_the_edition_is_data_of_the_page_alone(graph: Graph) -> None:
    assert [str(edition) for edition in graph.objects(None, SLM.edition)] == ["7"]
    source = next(graph.subjects(SLM.edition))
    assert set(graph.subjects(DCTERMS.source, source)) == {SLMO} | {
        URIRef(f"{SLMO}_{n}") for n in range(1, 8)
    }


def test_no_line_but_the_banner_can_be_taken_away_or_doubled_unnoticed(text: str) -> None:
    lines = text.split("\n")
    places = [index for index, line in enumerate(lines) if line.strip()]
    for index in places:
        without, doubled = lines[:index] + lines[index + 1 :], [*lines[:index], lines[index], *lines[index:]]
        for wrong in (doubled,) if index == places[0] else (without, doubled):
            with pytest.raises(SourceError):
                read_page("\n".join(wrong).encode(), name="p")


def test_no_number_of_the_page_can_be_changed_unnoticed(text: str) -> None:
    for place in re.finditer("[0-9]", text):
        for digit in set("0123456789") - {place[0]}:
            with pytest.raises(SourceError):
                read_page((text[: place.start()] + digit + text[place.end() :]).encode(), name="p")
