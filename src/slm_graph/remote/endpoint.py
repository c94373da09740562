"""One SPARQL endpoint: asked what the caller asks, by SPARQLWrapper, read-only, with caps on time and size."""

from __future__ import annotations

import math
import time
import urllib.error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import SPARQLWrapper as sparqlwrapper
from rdflib import URIRef
from rdflib.term import Node
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from slm_graph import formats
from slm_graph.engine.evaluation import Solutions, beyond_rdf_11, wrong_form
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.engine.results import ResultsError, read_boolean, read_solutions
from slm_graph.engine.tokens import Token, constant, first_word, tokens
from slm_graph.errors import (
    NotAcceptable,
    QueryError,
    RemoteError,
    RemoteTimeout,
    SlmGraphError,
    Text,
    UsageError,
    german_number,
)
from slm_graph.formats import Format
from slm_graph.model import Quad, Triple
from slm_graph.syntax import write

_GET_CHARACTERS = 1_500
"""A longer query is posted: percent-encoding can make it six times as long, and 8,000 is what servers take."""
_CHUNK_BYTES = 64 * 1024
_RETURN_FORMATS = {
    formats.SPARQL_JSON: sparqlwrapper.JSON,
    formats.SPARQL_XML: sparqlwrapper.XML,
    formats.CSV: sparqlwrapper.CSV,
    formats.TSV: sparqlwrapper.TSV,
}
_OTHER_NAMES = {"application/turtle": formats.TURTLE.media_type}
"""SPARQLWrapper asks for Turtle by this name, too, and Virtuoso takes it at its word."""
_EXCERPT_CHARACTERS = 300
"""Of a server's own words about an error: enough for one sentence."""


@dataclass(frozen=True, slots=True)
class RemoteEndpoint:
    """A SPARQL 1.1 endpoint. Its methods raise RemoteError and its kin, QueryError for what it calls malformed."""

    url: str
    timeout_seconds: float = 30.0
    """For connecting, for the first byte, and again for the whole body; public endpoints stop queries at 30 to 60."""
    max_answer_bytes: int = 64 * 1024 * 1024
    """As much as our own server gives for one query."""
    careful: bool = False
    """For graphs that are to be told from each other to the last digit: they are asked for in N-Triples (Virtuoso's
    Turtle makes 0.30 a decimal of twenty digits), and must come with their length or in chunks; without either, one
    that broke off looks whole."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                Text(
                    de=f"Keine Adresse eines SPARQL-Servers: {self.url}",
                    en=f"not the address of a SPARQL server: {self.url}",
                ),
                hint=Text(
                    de="Sie beginnt mit http:// oder https://.", en="It starts with http:// or https://."
                ),
            )

    def select(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> Solutions:
        data, _ = self._ask(query, "SELECT", bindings, sparqlwrapper.JSON, formats.SPARQL_JSON)
        try:
            return read_solutions(data)
        except ResultsError as fault:
            raise self._unusable(str(fault)) from fault

    def ask(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> bool:
        data, _ = self._ask(query, "ASK", bindings, sparqlwrapper.JSON, formats.SPARQL_JSON)
        try:
            return read_boolean(data)
        except ResultsError as fault:
            raise self._unusable(str(fault)) from fault

    def construct(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, in no order."""
        form = "DESCRIBE" if _first_word(query) == "DESCRIBE" else "CONSTRUCT"
        data, media_type = self._ask(query, form, bindings, sparqlwrapper.TURTLE, formats.TURTLE)
        format = formats.by_name(_OTHER_NAMES.get(media_type, media_type), formats.RDF_FORMATS)
        if format is None:
            raise self._unusable(f"media type {media_type}")
        try:
            return [quad[:3] for quad in parse(data, format, base_iri=self.url)]
        except ParseError as fault:
            if "RDF 1.1" in fault.reason:
                raise beyond_rdf_11() from fault
            raise self._unusable(f"{format.label}: {fault.reason}") from fault

    def answer(
        self,
        query: str,
        *,
        bindings: Mapping[str, Node] | None = None,
        solution_format: Format | None,
        graph_format: Format | None,
        base: str,
    ) -> tuple[bytes, Format]:
        """The whole answer as the endpoint wrote it (SELECT, ASK), or its graph written anew in `graph_format`.

        Raises NotAcceptable when the format of the query's kind is None.
        """
        form = _first_word(query)
        if form in ("SELECT", "ASK"):
            if solution_format is None:
                raise _no_format(form)
            wanted = _RETURN_FORMATS[solution_format]
            data, media_type = self._ask(query, form, bindings, wanted, solution_format)
            if media_type not in (solution_format.media_type, *solution_format.aliases):
                raise self._unusable(f"media type {media_type}")
            return data, solution_format
        if graph_format is None:
            raise _no_format(form)
        quads: list[Quad] = [
            (s, URIRef(str(p)), o, None) for s, p, o in self.construct(query, bindings=bindings)
        ]
        return write(quads, graph_format, base=base), graph_format

    def _ask(
        self, query: str, form: str, bindings: Mapping[str, Node] | None, wanted: str, format: Format
    ) -> tuple[bytes, str]:
        """The body and its media type."""
        if _first_word(query) != form:
            raise wrong_form(form)
        wrapper = sparqlwrapper.SPARQLWrapper(self.url, returnFormat=wanted, agent="slm-graph")
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(math.ceil(self.timeout_seconds))  # it takes whole seconds; 0 would mean none
        text = with_values(query, bindings) if bindings else query
        wrapper.setMethod(sparqlwrapper.GET if len(text) <= _GET_CHARACTERS else sparqlwrapper.POST)
        if self.careful and form not in ("SELECT", "ASK"):
            wrapper.addCustomHttpHeader("Accept", formats.N_TRIPLES.media_type)
        wrapper.setQuery(text)
        wrapper.queryType = form
        try:
            response = wrapper.query().response
            with response:
                if told := _incomplete(response):
                    raise self._unusable(told)
                if (
                    self.careful
                    and form not in ("SELECT", "ASK")
                    and response.length is None
                    and not response.chunked
                ):
                    raise self._unusable("Content-Length?")
                body = b"".join(self._pieces(response))
            media_type = response.headers.get_content_type()
        except QueryBadFormed as fault:
            raise QueryError(
                Text(
                    de=f"{self.url} nennt die Abfrage fehlerhaft: {_excerpt(fault)}",
                    en=f"{self.url} calls the query malformed: {_excerpt(fault)}",
                )
            ) from fault
        except SPARQLWrapperException as fault:
            raise self._unusable(_excerpt(fault)) from fault
        except urllib.error.HTTPError as fault:
            with fault:
                raise self._unusable(f"HTTP {fault.code}") from fault
        except TimeoutError as fault:
            raise self._too_late() from fault
        except urllib.error.URLError as fault:
            if isinstance(fault.reason, TimeoutError):
                raise self._too_late() from fault
            raise self._unusable(str(fault.reason)) from fault
        except (OSError, HTTPException) as fault:
            raise self._unusable(str(fault) or type(fault).__name__) from fault
        solutions = (format.media_type, *format.aliases)
        if format == formats.SPARQL_JSON and media_type not in solutions:
            raise self._unusable(f"media type {media_type}")
        return body, media_type

    def _pieces(self, response: HTTPResponse) -> Iterator[bytes]:
        deadline = time.monotonic() + self.timeout_seconds
        count = 0
        while piece := response.read1(_CHUNK_BYTES):
            count += len(piece)
            if count > self.max_answer_bytes:
                fault = self._unusable(f"> {self.max_answer_bytes} Bytes")
                raise RemoteAnswerTooLarge(fault.text, hint=fault.hint)
            if time.monotonic() > deadline:
                raise self._too_late()
            yield piece
        if response.length:  # what Content-Length promised and nobody sent
            raise self._unusable(f"- {response.length} Bytes")

    def _unusable(self, reason: str) -> RemoteError:
        return unusable(self.url, reason)

    def _too_late(self) -> RemoteTimeout:
        return too_late(self.url, self.timeout_seconds)


class RemoteAnswerTooLarge(RemoteError):
    """An answer larger than the caller takes."""


def _incomplete(response: HTTPResponse) -> str | None:
    """Where the server itself says that the answer is not whole (Virtuoso: a cap on rows, a time limit), its words."""
    rows = response.headers.get("X-SPARQL-MaxRows")
    if rows is not None:
        return f"X-SPARQL-MaxRows: {rows}"
    state = response.headers.get("X-SQL-State")
    return None if state is None else f"X-SQL-State: {state}"


def unusable(url: str, reason: str) -> RemoteError:
    return RemoteError(
        Text(de=f"{url} gab keine brauchbare Antwort: {reason}", en=f"{url} gave no usable answer: {reason}"),
        hint=Text(
            de="Adresse und Abfrage prüfen, oder später noch einmal versuchen.",
            en="Check the address and the query, or try again later.",
        ),
    )


def for_the_log(url: str, fault: SlmGraphError) -> str:
    """What an operator is told of a fault of the server at `url`: not in the server's own words, which may quote a
    stranger's query."""
    if isinstance(fault.__cause__, SPARQLWrapperException):
        return f"{url}: {type(fault.__cause__).__name__}"
    return fault.message("en")


def too_late(url: str, seconds: float) -> RemoteTimeout:
    return RemoteTimeout(
        Text(
            de=f"{url} antwortete nicht in {german_number(seconds)} Sekunden.",
            en=f"{url} did not answer within {seconds:g} seconds",
        )
    )


def _no_format(form: str) -> NotAcceptable:
    return NotAcceptable(
        Text(
            de=f"Die Antwort auf {form} gibt es nicht in diesem Format.",
            en=f"the answer to {form} is not to be had in this format.",
        )
    )


def with_values(query: str, bindings: Mapping[str, Node]) -> str:
    """`query` with VALUES for the bound variables, for servers that know no substitution.

    They go to the beginning of the outermost group and of every group that names the variable, so that filters
    in nested groups see it, too. Raises QueryError where they cannot stand, and for a value SPARQL cannot spell.
    """
    try:
        clauses = {name: f" VALUES ?{name} {{ {constant(term)} }}" for name, term in bindings.items()}
    except (ValueError, TypeError) as fault:
        raise QueryError(
            Text(
                de=f"Dieser Wert lässt sich nicht binden: {fault}", en=f"this value cannot be bound: {fault}"
            )
        ) from fault
    groups = _groups(list(tokens(query)))
    if not groups:
        return f"{query} WHERE {{{''.join(clauses.values())} }}"
    pieces: list[str] = []
    written = 0
    for start, names, is_outermost in groups:
        inserted = "".join(clause for name, clause in clauses.items() if is_outermost or name in names)
        pieces += [query[written:start], inserted, " " if inserted else ""]
        written = start
    return "".join([*pieces, query[written:]])


def _groups(reading: list[Token]) -> list[tuple[int, set[str], bool]]:
    """For each group that can begin with VALUES: where its inside starts, the variables in it, if it is outermost."""
    found: list[tuple[int, set[str], bool]] = []
    open_: list[set[str]] = []
    depth_of_outermost: int | None = None
    for index, token in enumerate(reading):
        if token.text == "{" and token.kind == "sign":
            names: set[str] = set()
            if _is_pattern(reading, index):
                if depth_of_outermost is None:
                    depth_of_outermost = len(open_)
                found.append((token.end, names, len(open_) == depth_of_outermost))
            open_.append(names)
        elif token.text == "}" and token.kind == "sign" and open_:
            open_.pop()
        elif token.kind == "variable":
            for names in open_:
                names.add(token.text[1:])
    return found


def _is_pattern(reading: list[Token], index: int) -> bool:
    """True for the brace of a group graph pattern that holds no subquery: not of data, not of a template."""
    before = [token.text.upper() for token in reading[max(0, index - 2) : index]]
    following = reading[index + 1].text.upper() if index + 1 < len(reading) else ""
    if before[-2:] == ["CONSTRUCT", "WHERE"]:
        raise QueryError(
            Text(de="CONSTRUCT WHERE nimmt keine Parameter auf.", en="CONSTRUCT WHERE takes no parameters"),
            hint=Text(
                de="Mit Vorlage schreiben: CONSTRUCT { … } WHERE { … }.",
                en="Write it with a template: CONSTRUCT { … } WHERE { … }.",
            ),
        )
    if before[-1:] == ["CONSTRUCT"] or following == "SELECT":
        return False
    return not _is_data(reading, index)


def _is_data(reading: list[Token], index: int) -> bool:
    """True for the brace of a VALUES block: only variables and parentheses stand between it and the word."""
    for token in reversed(reading[:index]):
        if token.kind != "variable" and token.text not in ("(", ")"):
            return token.text.upper() == "VALUES"
    return False


def _first_word(query: str) -> str:
    """The query form, upper case; '' if there is none."""
    word = first_word(tokens(query))
    return "" if word is None else word.text.upper()


def _excerpt(fault: Any) -> str:
    """The server's own words, on one line."""
    message = fault.args[0] if fault.args else ""
    body = message.rpartition("Response:\n")[2]
    words = body[2:-1] if body.startswith("b'") else body
    return " ".join(words.replace("\\n", " ").split())[:_EXCERPT_CHARACTERS] or type(fault).__name__
