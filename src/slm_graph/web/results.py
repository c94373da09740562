"""A query's answer as part of a page: the first rows as a table with links, a graph as Turtle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, Format
from slm_graph.store.face import Answer, AnswerAborted
from slm_graph.web.site import Served
from slm_graph.web.views import Names, Reader, Value, query_string

SHOWN_ROWS = 200
"""Rows of a result on a page; more are read in a spreadsheet, not in a browser."""

SHOWN_CELLS = 2_000
"""Of a result on a page: a wide one shows fewer rows, so that no query makes a page of megabytes."""

SHOWN_CHARACTERS = 2_000
"""Of one value on a page: longer than any definition of a framework."""

SHOWN_BYTES = 100_000
"""Of a graph shown as Turtle."""

READ_BYTES = 2 * 1024 * 1024
"""Of an answer read for a page, to fill the table: 200 rows of long texts. A longer one is left, and the page says so."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as a page shows it inside."""

    title: str
    detail: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The same files asked for by POST: for a query too long to stand in an address."""

    address: str
    fields: tuple[tuple[str, str], ...]
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the page shows of an answer; `files` are label and address of the whole result in other formats."""

    files: tuple[tuple[str, str], ...]
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Value | None, ...], ...] = ()
    cut: bool = False
    boolean: bool | None = None
    turtle: str | None = None
    problem: Told | None = None
    posted: Posted | None = None


def result_of(
    answer: Answer, *, served: Served, reader: Reader, files: tuple[tuple[str, str], ...]
) -> Result:
    """The page's part for an answer in SPARQL JSON or Turtle; it is closed.

    Raises why an answer broke off: what came of it before counts for nothing.
    """
    try:
        with answer:
            data, whole = _read(answer.body)
    except AnswerAborted as aborted:
        raise aborted.reason from aborted
    if answer.form in ("construct", "describe"):
        text = data[:SHOWN_BYTES].decode("utf-8", "ignore")
        return Result(files, turtle=text, cut=not whole or len(data) > SHOWN_BYTES)
    if answer.form == "ask":
        return Result(files, boolean=bool(json.loads(data)["boolean"]))
    bindings, variables = _bindings(data, whole=whole)
    names = Names(served.catalogue, served.addresses, reader)
    shown = bindings[: max(1, min(SHOWN_ROWS, SHOWN_CELLS // max(1, len(variables))))]
    names.learn(term["value"] for row in shown for term in row.values() if _is_linked(term))
    return Result(
        files,
        variables=tuple(variables),
        rows=tuple(tuple(_value(row.get(name), names) for name in variables) for row in shown),
        cut=not whole or len(bindings) > len(shown),
    )


def _read(body: Iterator[bytes]) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    for part in body:
        parts.append(part)
        size += len(part)
        if size > READ_BYTES:
            return b"".join(parts), False
    return b"".join(parts), True


def _bindings(data: bytes, *, whole: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows and variables of a SPARQL JSON document; of one cut short, the rows that are whole."""
    if whole:
        document = json.loads(data)
        return document["results"]["bindings"], document["head"]["vars"]
    text = data.decode("utf-8", "ignore")
    decoder = json.JSONDecoder()
    head, _ = decoder.raw_decode(text, text.index("{", text.index('"head"')))
    place = text.index("[", text.index('"bindings"', text.index('"results"'))) + 1
    rows: list[dict[str, Any]] = []
    while len(rows) <= SHOWN_ROWS:
        try:
            row, place = decoder.raw_decode(text, text.index("{", place))
        except ValueError:
            break
        rows.append(row)
    return rows, head["vars"]


def _is_linked(term: dict[str, Any]) -> bool:
    return term["type"] == "uri" and len(term["value"]) <= SHOWN_CHARACTERS


def _value(term: dict[str, Any] | None, names: Names) -> Value | None:
    if term is None:
        return None
    if _is_linked(term):
        return Value(link=names.link(term["value"]))
    text = _spelled(term) if term["type"] in ("bnode", "triple") else term["value"]
    return Value(
        text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " …", term.get("xml:lang")
    )


def _spelled(term: dict[str, Any]) -> str:
    """A blank node, a triple term (RDF 1.2) or a part of one, much as Turtle spells it."""
    if term["type"] == "triple":
        return f"<<( {' '.join(_spelled(term['value'][part]) for part in ('subject', 'predicate', 'object'))} )>>"
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    return f"<{term['value']}>" if term["type"] == "uri" else json.dumps(term["value"], ensure_ascii=False)


def files_of(
    address: str, fields: tuple[tuple[str, str], ...], *, graph: bool = False
) -> tuple[tuple[str, str], ...]:
    """Label and address of the answer in every format: of solutions, or of a graph."""
    rows: tuple[Format, ...] = RDF_FORMATS if graph else SOLUTION_FORMATS
    return tuple((row.label, address + query_string([*fields, ("format", row.suffix)])) for row in rows)
