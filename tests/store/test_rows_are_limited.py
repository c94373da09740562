"""The limit on rows: counted right whatever the terms hold, and met as visibly as the limit on bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import QueryTooLarge
from slm_graph.formats import Format
from slm_graph.settings import QueryLimits
from slm_graph.store import AnswerAborted, EmbeddedStore, start_host
from slm_graph.store.rows import RowCounter, RowSink

NOTHING = Evaluator.in_memory(b"")
FORMAT_NAMES = [row.label for row in formats.SOLUTION_FORMATS]
TRICKS = [
    '"',
    '""',
    "\\",
    "\\\\",
    '\\"',
    "},{",
    '"},{"',
    ",{}",
    "[{",
    "\r\n",
    "\n",
    "<result>",
    "</result><result>",
    ",",
    "\t",
    "ß",
    "x",
]
"""What a counter could take for the end of a row, and what it could be led astray by."""


def answer(rows: list[list[str | None]], format: Format, *, columns: int) -> bytes:
    """The rows as the engine writes them; None is unbound."""

    def spelt(value: str | None) -> str:
        if value is None:
            return "UNDEF"
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'

    names = " ".join(f"?v{number}" for number in range(columns))
    body = " ".join("(" + " ".join(map(spelt, row)) + ")" for row in rows)
    written = io.BytesIO()
    NOTHING.evaluate(f"SELECT * {{ VALUES ({names}) {{ {body} }} }}").write(written, format)
    return written.getvalue()


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_rows_are_counted_right_whatever_they_hold_and_wherever_the_pieces_end(data: st.DataObject) -> None:
    columns = data.draw(st.integers(0, 3))
    value = st.none() | st.lists(st.sampled_from(TRICKS), max_size=4).map("".join)
    rows = data.draw(st.lists(st.lists(value, min_size=columns, max_size=columns), max_size=6))
    format = data.draw(st.sampled_from(formats.SOLUTION_FORMATS))
    body = answer(rows, format, columns=columns)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    counter = RowCounter(format)
    count = 0
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        count = counter.feed(body[start:end])
    assert count == len(rows)


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_sink_passes_on_every_byte_up_to_the_limit_and_none_of_what_is_past_it(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(st.sampled_from(TRICKS), min_size=1, max_size=1), max_size=12))
    format = data.draw(st.sampled_from(formats.SOLUTION_FORMATS))
    max_rows = data.draw(st.integers(1, 12))
    body = answer(rows, format, columns=1)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    passed = io.BytesIO()
    sink = RowSink(passed, format, max_rows=max_rows)
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    refused = False
    try:
        for piece in pieces:
            assert sink.write(piece) == len(piece)
    except QueryTooLarge:
        refused = True
    assert refused == (len(rows) > max_rows)
    assert refused or passed.getvalue() == body
    counter = RowCounter(format)
    assert counter.feed(passed.getvalue()) <= max_rows


@pytest.mark.parametrize("format", formats.SOLUTION_FORMATS, ids=FORMAT_NAMES)
def test_every_cut_between_two_bytes_gives_the_same_count(format: Format) -> None:
    body = answer([['a"},{\\', None], ["\r\n<result>", "b\\"]], format, columns=2)
    for cut in range(len(body)):
        counter = RowCounter(format)
        counter.feed(body[:cut])
        assert counter.feed(body[cut:]) == 2


@pytest.mark.parametrize("format", formats.SOLUTION_FORMATS, ids=FORMAT_NAMES)
def test_as_many_rows_as_allowed_pass_and_one_more_is_refused(data, ask, format):
    query = "SELECT * { ?s ?p ?o }"
    whole = EmbeddedStore.open(data, limits=QueryLimits(max_rows=8))
    assert whole.answer(ask(query, solution_format=format)).read()
    stingy = EmbeddedStore.open(data, limits=QueryLimits(max_rows=7))
    with pytest.raises(QueryTooLarge, match="more than 7 rows") as refusal:
        stingy.answer(ask(query, solution_format=format))
    assert "mehr als 7 Zeilen" in refusal.value.text.de
    assert stingy.answer(ask(query + " LIMIT 7", solution_format=format)).read()


@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=[row.label for row in formats.RDF_FORMATS])
def test_the_triples_of_a_graph_are_its_rows(data, ask, format):
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    for context in (None, "context.jsonld"):
        request = ask(query, graph_format=format, context=context)
        assert EmbeddedStore.open(data, limits=QueryLimits(max_rows=8)).answer(request).read()
        with pytest.raises(QueryTooLarge, match="more than 7 rows"):
            EmbeddedStore.open(data, limits=QueryLimits(max_rows=7)).answer(request)


def test_an_ask_has_no_rows(data, ask):
    assert EmbeddedStore.open(data, limits=QueryLimits(max_rows=1)).ask("ASK {}") is True


def test_an_answer_that_has_begun_breaks_off_and_never_looks_whole(ask):
    rows = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    graph = (
        "CONSTRUCT { ?r <http://x.example/p> ?s, ?p, ?o } "
        "{ ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(BNODE() AS ?r) }"
    )
    with start_host(QueryLimits(max_rows=10_000)) as host:
        for query in (rows, graph):
            begun = host.client.answer(ask(query))
            assert begun.length_bytes is None
            with pytest.raises(AnswerAborted, match="10000 rows") as broken:
                begun.read()
            assert isinstance(broken.value.reason, QueryTooLarge)
        with pytest.raises(QueryTooLarge, match="10000 rows"):  # before 256 KiB: no byte was sent
            host.client.answer(ask(rows.replace("*", "?nothing")))
        assert b"true" in host.client.answer(ask("ASK {}")).read()
