"""What a format cannot hold is written in another form of it, or is a 406 that says what there is."""

from __future__ import annotations

import json

import pytest

from slm_graph import formats
from slm_graph.errors import NotAcceptable
from slm_graph.store import EmbeddedStore
from slm_graph.store.wellformed import XmlSink

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CONTEXT = "https://data.example/context"
TRIPLE_TERM = "<a:x> <a:c> <<( <a:a> <a:b> 1 )>>"


@pytest.fixture(scope="module")
def store(data) -> EmbeddedStore:
    return EmbeddedStore.open(data)


def test_an_iri_that_looks_like_a_compact_one_comes_in_expanded_json_ld(store, ask) -> None:
    query = "CONSTRUCT { <skos:x> <a:c> 1 } {}"
    answer = store.answer(ask(query, graph_format=formats.JSON_LD, context=CONTEXT))
    assert answer.format is formats.JSON_LD
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert json.loads(answer.read()) == [{"@id": "skos:x", "a:c": [{"@type": integer, "@value": "1"}]}]


def test_a_base_direction_comes_in_expanded_json_ld(store, ask) -> None:
    query = 'CONSTRUCT { <a:x> <a:c> "x"@en--ltr } {}'
    answer = store.answer(ask(query, graph_format=formats.JSON_LD, context=CONTEXT)).read()
    assert json.loads(answer)[0]["a:c"] == [{"@language": "en", "@direction": "ltr", "@value": "x"}]


@pytest.mark.parametrize(
    ("graph", "format"),
    [
        ("<skos:x> <a:c> 1", formats.JSON),  # its context stands in a header, and would be read into it
        (TRIPLE_TERM, formats.JSON_LD),
        (TRIPLE_TERM, formats.JSON),
        *(
            (f"<a:b> <{RDF}{name}> 2", formats.RDF_XML)
            for name in ("ID", "about", "li", "Description", "aboutEach", "aboutEachPrefix", "bagID")
        ),
        ("<a:b> <http://www.w3.org/2000/xmlns/foo> 2", formats.RDF_XML),
        ("<a:b> a <http://www.w3.org/2000/xmlns/foo>", formats.RDF_XML),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_a_format_cannot_write_is_not_acceptable(store, ask, graph: str, format) -> None:
    with pytest.raises(NotAcceptable) as caught:
        store.answer(ask(f"CONSTRUCT {{ {graph} }} {{}}", graph_format=format, context=CONTEXT))
    assert caught.value.hint is not None
    assert "Turtle" in caught.value.hint.en or "text/turtle" in caught.value.hint.en
    assert store.answer(ask(f"CONSTRUCT {{ {graph} }} {{}}", graph_format=formats.TURTLE)).read()


@pytest.mark.parametrize("element", [b"<xmlns:foo>", b"</xmlns:foo>", b"<rdf:aboutEachPrefix a='b'>"])
def test_a_reserved_name_is_found_wherever_an_answer_is_cut(element: bytes) -> None:
    for cut in range(len(element) + 1):
        sink = XmlSink(type("Nowhere", (), {"write": staticmethod(len)})())
        with pytest.raises(NotAcceptable):  # noqa: PT012  # in either piece
            sink.write(b" " * 40 + element[:cut])
            sink.write(element[cut:] + b" " * 40)
