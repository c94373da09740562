"""One query answered on one opened data file: guard, data set, format, bytes. Shared by every embedded way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import IO, cast

from rdflib import URIRef

from slm_graph import formats, syntax
from slm_graph.engine.evaluation import BeyondRdf11, Evaluation, Evaluator
from slm_graph.engine.tokens import Token, position_of
from slm_graph.errors import DataRefused, NotAcceptable, QueryError, Text
from slm_graph.formats import Format
from slm_graph.namespaces import prefixes
from slm_graph.settings import QueryLimits
from slm_graph.store import refusals
from slm_graph.store.face import Form, QueryDataset, QueryRequest, filled
from slm_graph.store.guard import Outline, inspect
from slm_graph.store.rows import RowSink
from slm_graph.store.wellformed import XmlSink

COMPACT_TRIPLES = 5_000
"""JSON-LD up to this many triples is compacted with our context, which needs the whole graph in memory."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that is parsed and whose answer's format is settled; nothing is evaluated yet."""

    form: Form
    format: Format
    evaluation: Evaluation


def prepare(evaluator: Evaluator, request: QueryRequest, limits: QueryLimits) -> Prepared:
    """The query ready to be answered. Raises QueryError and its kin, NotAcceptable among them."""
    outline = inspect(request.query, limits)
    dataset = request.dataset or _own_dataset(evaluator, outline)
    try:
        evaluation = evaluator.evaluate(
            filled(request.query, request.tables),
            default_graphs=dataset.default_graphs if dataset else None,
            named_graphs=dataset.named_graphs if dataset else None,
            has_dataset_clause=bool(outline.dataset_clauses),
            bindings=request.bindings,
        )
    except QueryError as refusal:
        if outline.undeclared is not None and _is_behind(refusal, outline.undeclared, request.query):
            raise _undeclared_prefix(outline, request.query) from refusal
        raise
    form = _form(outline, evaluation)
    format = request.solution_format if form in ("select", "ask") else request.graph_format
    if format is None:
        raise _not_acceptable(form)
    return Prepared(form, format, evaluation)


def write(prepared: Prepared, request: QueryRequest, sink: IO[bytes], *, max_rows: int) -> None:
    """The answer's bytes into `sink`, as they are made.

    Graphs are streamed. JSON-LD of up to COMPACT_TRIPLES is compact with the request's context; larger, without a context, or where it
    cannot be compact, expanded. Both are JSON-LD 1.1 of the same graph. Raises NotAcceptable for what the format cannot hold, QueryTooLarge for more
    than `max_rows` solutions or triples: when that is found, a part may have been written.
    """
    is_graph = prepared.form in ("construct", "describe")
    if is_graph and prepared.format not in formats.LINE_FORMATS:
        prepared.evaluation.limit_triples(max_rows, partial(refusals.too_many_rows, max_rows))
    if prepared.format in (formats.JSON_LD, formats.JSON) and request.context is not None:
        compact = _compact(prepared, request)
        if compact is not None:
            sink.write(compact)
            return
    if prepared.format in (formats.RDF_XML, formats.SPARQL_XML):
        sink = cast("IO[bytes]", XmlSink(sink))
    if prepared.form == "select" or prepared.format in formats.LINE_FORMATS:
        sink = cast("IO[bytes]", RowSink(sink, prepared.format, max_rows=max_rows))
    prepared.evaluation.write(sink, prepared.format, prefixes=prefixes(request.base) if is_graph else None)


def _own_dataset(evaluator: Evaluator, outline: Outline) -> QueryDataset:
    """The data set of a query's own clauses, each graph once; none where the engine reads it as well by itself.

    A merge holds a triple once (SPARQL 1.1, 13.2.1); the engine gives those of a graph that is named twice twice.
    """
    spellings = [clause.graph for clause in outline.dataset_clauses if clause.graph is not None]
    if len(spellings) < 2 or len(spellings) < len(outline.dataset_clauses):
        return QueryDataset()
    once = list(dict.fromkeys(spellings))
    try:
        rows = (
            evaluator.evaluate(f"{outline.prologue}\nSELECT ?g {{ VALUES ?g {{ {' '.join(once)} }} }}")
            .solutions()
            .rows
        )
    except QueryError:
        return QueryDataset()  # what is wrong is told of the query itself
    iris = {spelling: URIRef(str(row[0])) for spelling, row in zip(once, rows, strict=True)}
    graphs = [(clause.is_named, iris[clause.graph]) for clause in outline.dataset_clauses if clause.graph]
    default, named = (
        tuple(dict.fromkeys(name for is_named, name in graphs if is_named is wanted))
        for wanted in (False, True)
    )
    return QueryDataset(default, named)


def _compact(prepared: Prepared, request: QueryRequest) -> bytes | None:
    """JSON-LD with the request's context; None for a graph that is too large, or has what our writer or the context lacks.

    Raises NotAcceptable where the expanded form would be read with the context all the same: plain JSON has it in a header.
    """
    try:
        triples = prepared.evaluation.triples(at_most=COMPACT_TRIPLES)
    except BeyondRdf11:
        return None
    if triples is None:
        return None
    quads = [(subject, predicate, object_, None) for subject, predicate, object_ in triples]
    try:
        return syntax.write(quads, prepared.format, base=request.base, context=request.context)
    except DataRefused as refusal:
        if prepared.format is not formats.JSON:
            return None
        raise NotAcceptable(refusal.text, hint=refusal.hint) from refusal


def _form(outline: Outline, evaluation: Evaluation) -> Form:
    if evaluation.kind == "solutions":
        return "select"
    if evaluation.kind == "boolean":
        return "ask"
    return "describe" if outline.form == "describe" else "construct"


def _is_behind(refusal: QueryError, token: Token, query: str) -> bool:
    """Whether the query is in order up to the token."""
    if refusal.line is None or refusal.column is None:
        return False
    return (refusal.line, refusal.column) >= position_of(query, token.start)


def _undeclared_prefix(outline: Outline, query: str) -> QueryError:
    token = outline.undeclared
    assert token is not None  # noqa: S101  # the caller looked
    line, column = position_of(query, token.start)
    prefix = token.text.partition(":")[0] + ":"
    return QueryError(
        Text(
            de=f"Das Präfix {prefix} ist nicht deklariert (Zeile {line}, Spalte {column}).",
            en=f"the prefix {prefix} is not declared (line {line}, column {column})",
        ),
        hint=Text(de=f"Oben ergänzen: PREFIX {prefix} <…>", en=f"Add at the top: PREFIX {prefix} <…>"),
        line=line,
        column=column,
    )


def _not_acceptable(form: Form) -> NotAcceptable:
    rows = formats.SOLUTION_FORMATS if form in ("select", "ask") else formats.RDF_FORMATS
    offers = ", ".join(row.media_type for row in rows)
    return NotAcceptable(
        Text(
            de=f"Die Antwort auf {form.upper()} gibt es nicht im verlangten Format.",
            en=f"the answer to {form.upper()} is not offered in what was asked for",
        ),
        hint=Text(de=f"Es gibt: {offers}.", en=f"There is: {offers}."),
    )
