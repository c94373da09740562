"""SERVICE, carried out before a query is evaluated: each clause is asked of its endpoint, and what that answers stands
in its place as VALUES (SPARQL 1.1 Federated Query, 2.4 and 4). The engine never sees SERVICE.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.results import ResultsError
from slm_graph.engine.tables import UNDEFINED, TooManyRows, values_rows
from slm_graph.engine.tokens import first_word, position_of, tokens
from slm_graph.errors import Busy, QueryError, QueryRefused, QueryTooLarge, RemoteError, RemoteTimeout, Text
from slm_graph.remote import Call, RemoteAnswerTooLarge, mended, with_values
from slm_graph.remote.call import no_results, too_many_rows
from slm_graph.settings import FederationSettings, QueryLimits
from slm_graph.store import refusals
from slm_graph.store.engine_reader import Answerer, EngineReader
from slm_graph.store.face import QueryRequest
from slm_graph.store.guard import inspect
from slm_graph.store.service_calls import CallOutcome, ServiceCall
from slm_graph.store.service_clauses import (
    ServiceClause,
    names_service,
    service_clauses,
    with_groups,
    without_services,
)

POLL_SECONDS = 0.25
"""How soon calls end after their reader has left."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """One clause with all that its call needs."""

    clause: ServiceClause
    endpoint: str
    variables: tuple[str, ...]
    """Those that its pattern shows outside."""
    asked: tuple[str, ...]
    """Those of the question: of a pattern without any, one that counts."""
    text: str


class Federation:
    """The endpoints that SERVICE may name, and the calls under way; one a process, shared by its threads."""

    def __init__(
        self, settings: FederationSettings, limits: QueryLimits, *, reader: Answerer, nothing: Path
    ) -> None:
        """`reader` answers queries on the empty data file `nothing`: what only a parser knows of a query."""
        self.settings = settings
        self._limits = limits
        self._reader = reader
        self._nothing = nothing
        self._lock = threading.Lock()
        self._free = settings.concurrency

    def concerns(self, query: str) -> bool:
        """Whether others have to be asked for this query; where SERVICE is hidden by escapes, the guard refuses it."""
        return bool(self.settings.endpoints) and names_service(query)

    def carried_out(
        self,
        request: QueryRequest,
        *,
        tell: Callable[[ServiceCall], None] = lambda call: None,
        has_left: Callable[[], bool] | None = None,
    ) -> QueryRequest:
        """The request with the answers of others in place of its SERVICE clauses; `tell` hears of each call once.

        Raises QueryError and its kin for the query, RemoteError and its kin for an endpoint that fails where the query
        does not say SILENT, Busy where too many calls are under way.
        """
        questions = self._questions(request)
        waiting = self._started(questions)
        groups: list[str] = []
        tables: dict[str, str] = {}
        try:
            while waiting:
                question, call = waiting[0]
                _await(call, has_left)
                waiting.pop(0)
                rows = self._rows(question, call, request.base, tell)
                mark = f"#{secrets.token_hex(16)}"
                tables[mark] = " ".join(rows)
                if sum(len(text.encode()) for text in tables.values()) > self.settings.max_bytes:
                    raise _together_too_large(self.settings.max_bytes)
                head = " ".join(f"?{name}" for name in question.variables)
                groups.append(f" {{ VALUES ({head}) {{ {mark}\n }} }} ")
        finally:
            for _, call in waiting:
                call.abandon()
                tell(ServiceCall(call.url, "abandoned", call.seconds))
        clauses = [question.clause for question in questions]
        return replace(request, query=with_groups(request.query, clauses, groups), tables=tables)

    def _questions(self, request: QueryRequest) -> list[_Question]:
        """What has to be asked. All that can be wrong with the query is found here, before anybody is asked."""
        query = request.query
        clauses = service_clauses(query, max_clauses=self.settings.max_clauses)
        plain = without_services(query, clauses)
        inspect(plain, self._limits)
        reader = EngineReader(self._reader, self._nothing, request)
        try:
            reader.read(plain).close()
        except QueryError as fault:
            for clause in clauses:
                if (fault.line, fault.column) == position_of(query, clause.target.start):
                    raise _no_iri(query, clause) from fault
            raise
        every_format = replace(
            request, solution_format=formats.SPARQL_JSON, graph_format=formats.N_TRIPLES, bindings={}
        )
        reader = replace(reader, request=every_format)
        first = first_word(tokens(query))
        assert first is not None  # noqa: S101  # or the engine had not read it
        prologue = query[: first.start]
        endpoints = [self._endpoint(query, prologue, clause, reader) for clause in clauses]
        return [
            self._question(request, prologue, clause, endpoint, reader)
            for clause, endpoint in zip(clauses, endpoints, strict=True)
        ]

    def _endpoint(self, query: str, prologue: str, clause: ServiceClause, reader: EngineReader) -> str:
        iri = str(reader.iris(prologue, [clause.target.text])[0])
        if iri not in self.settings.endpoints:
            line, column = position_of(query, clause.target.start)
            known = ", ".join(self.settings.endpoints)
            raise QueryRefused(
                Text(
                    de=f"Der Endpunkt <{iri}> steht nicht auf der Liste (Zeile {line}, Spalte {column}).",
                    en=f"the endpoint <{iri}> is not on the list (line {line}, column {column})",
                ),
                hint=Text(
                    de=f"SERVICE darf genau diese IRIs nennen: {known}",
                    en=f"SERVICE may name exactly these IRIs: {known}",
                ),
                line=line,
                column=column,
            )
        return iri

    def _question(
        self,
        request: QueryRequest,
        prologue: str,
        clause: ServiceClause,
        endpoint: str,
        reader: EngineReader,
    ) -> _Question:
        pattern = request.query[clause.pattern : clause.end]
        try:
            variables = tuple(reader.variables(f"{prologue}\nSELECT * {pattern}"))
        except QueryError as fault:
            if type(fault) is not QueryError:
                raise
            line, column = position_of(request.query, clause.pattern)
            raise QueryError(
                Text(
                    de=f"Das Muster in SERVICE lässt sich nicht für sich fragen (Zeile {line}, Spalte {column}).",
                    en=f"the pattern in SERVICE cannot be asked by itself (line {line}, column {column})",
                ),
                line=line,
                column=column,
            ) from fault
        asked, head = variables, " ".join(f"?{name}" for name in variables)
        if not variables:  # how many solutions there are is all that counts
            name = "solution"
            while f"?{name}" in pattern or f"${name}" in pattern:
                name += "_"
            asked, head = (name,), f"(1 AS ?{name})"
        # one more than is taken tells an answer that was cut from one that is whole
        text = f"{prologue}\nSELECT {head} WHERE {pattern}\nLIMIT {self.settings.max_rows + 1}"
        inside = {token.text[1:] for token in tokens(pattern) if token.kind == "variable"}
        bound: dict[str, Node] = {name: term for name, term in request.bindings.items() if name in inside}
        return _Question(clause, endpoint, variables, asked, with_values(text, bound) if bound else text)

    def _started(self, questions: Sequence[_Question]) -> list[tuple[_Question, Call]]:
        """All calls of a query, or none. Raises Busy."""
        with self._lock:
            if self._free < len(questions):
                raise self._busy()
            self._free -= len(questions)
        started: list[tuple[_Question, Call]] = []
        try:
            for question in questions:
                call = Call(
                    question.endpoint,
                    question.text,
                    timeout_seconds=self.settings.timeout_seconds,
                    max_bytes=self.settings.max_bytes,
                    when_over=self._give_back,
                )
                call.start()
                started.append((question, call))
        except RuntimeError as fault:  # no more threads
            for _ in questions[len(started) :]:
                self._give_back()
            for _, call in started:
                call.abandon()
            raise self._busy() from fault
        return started

    def _give_back(self) -> None:
        with self._lock:
            self._free += 1

    def _busy(self) -> Busy:
        seconds = math.ceil(self.settings.timeout_seconds)
        return Busy(
            Text(
                de="Zu viele Abfragen warten schon auf andere Endpunkte.",
                en="too many queries are waiting for other endpoints already",
            ),
            hint=Text(
                de=f"In {seconds} s noch einmal versuchen.",
                en=f"Try again in {seconds} s.",
            ),
            retry_after_seconds=seconds,
        )

    def _rows(
        self, question: _Question, call: Call, base: str, tell: Callable[[ServiceCall], None]
    ) -> list[str]:
        """The rows of VALUES that an ended call gives. Raises RemoteError and its kin unless SILENT."""
        url, max_rows = question.endpoint, self.settings.max_rows
        try:
            try:
                rows = values_rows(
                    mended(call.body()),
                    question.variables,
                    asked=question.asked,
                    max_rows=max_rows,
                    iri_of_blank_node=_skolem(base),
                )
            except TooManyRows as fault:
                raise too_many_rows(url, max_rows) from fault
            except ResultsError as fault:
                raise no_results(url) from fault
            if call.capped_at_rows is not None and len(rows) >= call.capped_at_rows:
                raise too_many_rows(url, call.capped_at_rows - 1)
        except RemoteError as fault:
            is_silent = question.clause.is_silent
            log.warning("federation: %s", fault.message("en"))
            tell(ServiceCall(url, _outcome(fault), call.seconds, is_silenced=is_silent))
            if not is_silent:
                raise
            return [f"({' '.join([UNDEFINED] * len(question.variables))})"]
        tell(ServiceCall(url, "answered", call.seconds, len(rows)))
        return rows


def _no_iri(query: str, clause: ServiceClause) -> QueryError:
    line, column = position_of(query, clause.target.start)
    return QueryError(
        Text(
            de=f"SERVICE nennt hier keine IRI (Zeile {line}, Spalte {column}): {clause.target.text}",
            en=f"SERVICE names no IRI here (line {line}, column {column}): {clause.target.text}",
        ),
        hint=Text(de="Fehlt ein PREFIX oder BASE?", en="Is a PREFIX or BASE missing?"),
        line=line,
        column=column,
    )


def _await(call: Call, has_left: Callable[[], bool] | None) -> None:
    while not call.is_over(within_seconds=POLL_SECONDS):
        if has_left is not None and has_left():
            raise refusals.busy(retry_after_seconds=1)  # told to nobody


def _outcome(fault: RemoteError) -> CallOutcome:
    if isinstance(fault, RemoteTimeout):
        return "timeout"
    return "too large" if isinstance(fault, RemoteAnswerTooLarge) else "failed"


def _skolem(base: str) -> Callable[[str], str]:
    """Skolem IRIs for the blank nodes of one answer (RDF 1.1 Concepts, 3.5): nobody else's, and never the same twice."""
    parts = urlsplit(base)
    answer = f"{parts.scheme}://{parts.netloc}/.well-known/genid/{secrets.token_hex(16)}"
    return lambda label: f"{answer}/{quote(label, safe='')}"


def _together_too_large(max_bytes: int) -> QueryTooLarge:
    return QueryTooLarge(
        Text(
            de=f"Die Antworten der anderen Endpunkte haben zusammen mehr als {max_bytes} Bytes.",
            en=f"the answers of the other endpoints have more than {max_bytes} bytes together",
        ),
        hint=Text(de="Die Muster in SERVICE enger fassen.", en="Narrow the patterns in SERVICE down."),
    )
