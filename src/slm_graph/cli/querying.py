"""`slm-graph query`: the shipped queries, on the current release or on any endpoint."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from pathlib import Path

import click
from rdflib import Literal, URIRef
from rdflib.term import Node

from slm_graph import release, resources, settings
from slm_graph.cli.console import LANGUAGE, inform, option_data, option_quiet, text, write_output
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.engine.results import ResultsError, read_boolean, read_solutions
from slm_graph.errors import NotAcceptable, Text, UsageError
from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, SPARQL_JSON, SPARQL_XML, TURTLE, Format, by_name
from slm_graph.namespaces import prefixes
from slm_graph.resources import NamedQuery
from slm_graph.store.face import QueryRequest, Solutions

_EMPTY_GRAPH_BYTES = 8192
"""A graph without statements is prefixes and a frame, a few kilobytes at most; longer ones are not read again."""
_NARROWEST = 12
"""Columns below which a table's cells stop to shrink: a code still fits."""


@click.command(
    "query",
    help=text(
        de="""Eine mitgelieferte Abfrage stellen, an das aktuelle Release oder an einen SPARQL-Endpunkt.

        Ohne NAME werden die Abfragen aufgezählt. --format table ist für Menschen; json, csv, tsv, xml für Ergebnistabellen, turtle,
        jsonld, rdfxml, ntriples für Graphen.

        \b
        Beispiele:
          slm-graph query skill-levels --param code=SLMO
          slm-graph query definition --param code=SLMO_5 --format csv
          slm-graph query skills-at-level --param number=5 --endpoint http://127.0.0.1:8000/sparql
        """,
        en="""Ask a shipped query of the current release or of a SPARQL endpoint.

        Without NAME the queries are listed. --format table is for people; json, csv, tsv, xml for solutions, turtle, jsonld, rdfxml,
        ntriples for graphs.

        \b
        Examples:
          slm-graph query skill-levels --param code=SLMO
          slm-graph query definition --param code=SLMO_5 --format csv
          slm-graph query skills-at-level --param number=5 --endpoint http://127.0.0.1:8000/sparql
        """,
    ),
)
@click.argument("name", required=False)
@click.option(
    "-p",
    "--param",
    "given",
    multiple=True,
    metavar="K=V",
    help=text(de="Parameter der Abfrage.", en="Parameter of the query."),
)
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    help=text(de="Form der Antwort.", en="Form of the answer."),
)
@click.option(
    "--endpoint",
    metavar="URL",
    help=text(de="SPARQL-Endpunkt statt des Releases.", en="SPARQL endpoint instead of the release."),
)
@click.option(
    "--base-iri",
    help=text(de="Basis der eigenen IRIs am Endpunkt.", en="Base of our own IRIs at the endpoint."),
)
@click.option("-o", "--output", default="-", show_default=True, help=text(de="Zieldatei.", en="Target file."))
@option_data
@option_quiet
def query_command(
    name: str | None,
    given: tuple[str, ...],
    form: str,
    endpoint: str | None,
    base_iri: str | None,
    output: str,
    data: Path | None,
    quiet: bool,
) -> None:
    queries = resources.named_queries()
    if name is None:
        _list(queries, form)
        return
    if name not in queries:
        raise UsageError(
            Text(de=f"Es gibt keine Abfrage {name}.", en=f"there is no query {name}."),
            hint=Text(de=f"Es gibt: {', '.join(queries)}", en=f"There are: {', '.join(queries)}"),
        )
    query, values = queries[name], _values(given)
    solution_format = SPARQL_JSON if form == "table" else by_name(form, SOLUTION_FORMATS)
    graph_format = TURTLE if form == "table" else by_name(form, RDF_FORMATS)
    if solution_format is None and graph_format is None:
        known = _names((*SOLUTION_FORMATS, *RDF_FORMATS))
        raise UsageError(
            Text(de=f"Unbekanntes Format: {form}", en=f"unknown format: {form}"),
            hint=Text(de=f"Es gibt: {known}", en=f"There are: {known}"),
        )
    try:
        if endpoint is not None:
            base = settings.base_iri(base_iri)
            answer, format = _remote(query, values, endpoint, base, solution_format, graph_format)
        else:
            base, answer, format = _local(
                query, values, settings.data_directory(data), solution_format, graph_format
            )
    except NotAcceptable as refusal:
        raise _unfitting(name, form, wants_graph=graph_format is None) from refusal
    try:
        is_empty = endpoint is not None and _is_empty(answer, format)
        table = _table(_solutions(answer), base=base) if form == "table" and format is SPARQL_JSON else None
    except ResultsError as fault:
        if endpoint is None:
            raise  # of our own writing: a fault of ours
        from slm_graph.remote import unusable

        raise unusable(endpoint, str(fault)) from fault
    if is_empty:
        inform(
            text(
                de=f"Gefragt wurde nach eigenen IRIs unter {base}; hat der Endpunkt eine andere Basis, nennt --base-iri sie.",
                en=f"own IRIs were asked for under {base}; if the endpoint has another base, --base-iri names it.",
            ),
            quiet=quiet,
        )
    if table is not None:
        click.echo(table)
    else:
        write_output(answer, output)


def _values(given: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(
                Text(
                    de=f"--param erwartet NAME=WERT, bekam: {pair}",
                    en=f"--param takes NAME=VALUE, was given: {pair}",
                )
            )
        values[key] = value
    return values


def _list(queries: dict[str, NamedQuery], form: str) -> None:
    if form == "json":
        rows = [
            {
                "name": query.name,
                "title": query.title.in_language(LANGUAGE),
                "description": query.description.in_language(LANGUAGE),
                "parameters": [
                    {
                        "name": p.name,
                        "type": p.type,
                        "required": p.required,
                        "default": p.default,
                        "description": p.text.in_language(LANGUAGE),
                    }
                    for p in query.parameters
                ],
            }
            for query in queries.values()
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    width = max(len(name) for name in queries)
    for query in queries.values():
        said = " ".join(f"{p.name}={p.default or '…'}" for p in query.parameters)
        click.echo(
            f"{query.name:<{width}}  {query.title.in_language(LANGUAGE)}{f'  ({said})' if said else ''}"
        )


def _local(
    query: NamedQuery,
    values: dict[str, str],
    data: Path,
    solution_format: Format | None,
    graph_format: Format | None,
) -> tuple[str, bytes, Format]:
    from slm_graph.store.embedded import EmbeddedStore

    opened = release.open_release(data)
    request = QueryRequest(
        query=query.sparql(base=opened.base),
        data=opened.quads_file,
        solution_format=solution_format,
        graph_format=graph_format,
        bindings=resources.bindings(query, values, base=opened.base),
        base=opened.base,
        context=None,
    )
    answer = EmbeddedStore.open(opened.quads_file).answer(request)
    return opened.base, answer.read(), answer.format


def _remote(
    query: NamedQuery,
    values: dict[str, str],
    endpoint: str,
    base: str,
    solution_format: Format | None,
    graph_format: Format | None,
) -> tuple[bytes, Format]:
    from slm_graph.remote import RemoteEndpoint

    return RemoteEndpoint(endpoint).answer(
        query.sparql(base=base),
        bindings=resources.bindings(query, values, base=base),
        solution_format=solution_format,
        graph_format=graph_format,
        base=base,
    )


def _unfitting(name: str, form: str, *, wants_graph: bool) -> UsageError:
    """The refusal of a format for solutions where the query answers with a graph, or the other way round."""
    known = _names(RDF_FORMATS if wants_graph else SOLUTION_FORMATS)
    kind = Text(de="einem Graphen", en="a graph") if wants_graph else Text(de="einer Tabelle", en="a table")
    return UsageError(
        Text(
            de=f"Die Abfrage {name} antwortet mit {kind.de}, die Form {form} gibt es dafür nicht.",
            en=f"query {name} answers with {kind.en}, which does not come as {form}.",
        ),
        hint=Text(de=f"--format nimmt: {known}", en=f"--format takes: {known}"),
    )


def _names(rows: tuple[Format, ...]) -> str:
    """What `--format` takes for these rows, `table` first."""
    return ", ".join(["table", *sorted({row.name for row in rows})])


def _is_empty(answer: bytes, format: Format) -> bool:
    """Whether there is no solution, or no statement, in the answer; ASK's yes or no is always one.

    Raises ResultsError for SPARQL JSON that is none."""
    if format is SPARQL_JSON:
        return not _solutions(answer).rows
    if format is SPARQL_XML:
        return b"<result>" not in answer and b"<boolean>" not in answer
    if format in SOLUTION_FORMATS:
        return len(answer.splitlines()) <= 1  # CSV and TSV begin with the variables' names
    if len(answer) > _EMPTY_GRAPH_BYTES:
        return False
    try:
        return not any(True for _ in parse(answer, format))
    except ParseError:
        return False  # not for this hint to judge


def _solutions(answer: bytes) -> Solutions:
    """The solutions in SPARQL 1.1 JSON; an ASK is one row with one cell. Raises ResultsError."""
    try:
        return Solutions(("answer",), ((Literal(read_boolean(answer)),),))
    except ResultsError:
        return read_solutions(answer)


def _table(solutions: Solutions, *, base: str) -> str:
    """A table that fits the terminal: IRIs by prefixed name, long texts cut with an ellipsis; whole when piped."""
    head = list(solutions.variables)
    body = [["" if term is None else _shown(term, base=base) for term in row] for row in solutions.rows]
    widths = [max([_columns(name), *(_columns(row[i]) for row in body)]) for i, name in enumerate(head)]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns - 2 * (len(head) - 1)
        while sum(widths) > room and max(widths) > _NARROWEST:
            widths[widths.index(max(widths))] -= 1
    lines = [head, ["─" * width for width in widths], *body]
    shown = [
        "  ".join(_fit(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    count = len(body)
    return "\n".join(
        [
            *shown,
            text(de=f"({count} Zeilen)", en=f"({count} rows)")
            if count != 1
            else text(de="(1 Zeile)", en="(1 row)"),
        ]
    )


def _shown(term: Node, *, base: str) -> str:
    value = " ".join(str(term).split())
    if isinstance(term, URIRef):
        for prefix, namespace in prefixes(base).items():
            local = value[len(namespace) :]
            if value.startswith(namespace) and local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
        return value[len(base) :] if value.startswith(base) else value
    return value


def _columns(value: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in value if not unicodedata.combining(c)
    )


def _fit(value: str, width: int) -> str:
    if _columns(value) <= width:
        return value + " " * (width - _columns(value))
    cut = value
    while _columns(cut) > width - 1:
        cut = cut[:-1]
    return cut + "…" + " " * (width - 1 - _columns(cut))
