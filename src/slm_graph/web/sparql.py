"""`/sparql`: the endpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import NotAcceptable, SlmGraphError, Text
from slm_graph.formats import HTML, JSON, JSON_LD, RDF_FORMATS, SPARQL_JSON
from slm_graph.store import QueryClient
from slm_graph.store.face import Answer, QueryDataset, QueryRequest
from slm_graph.syntax import write
from slm_graph.web import protocol, query_page
from slm_graph.web.admission import Admission
from slm_graph.web.counters import Counters
from slm_graph.web.description import service_description
from slm_graph.web.federated import noted, with_calls
from slm_graph.web.links import CONTEXT_RELATION, Link
from slm_graph.web.observing import QUERY
from slm_graph.web.outcomes import counted
from slm_graph.web.problems import (
    Offer,
    Problem,
    not_acceptable,
)
from slm_graph.web.programs import root
from slm_graph.web.representations import representation
from slm_graph.web.responses import respond
from slm_graph.web.site import Served, Site

if TYPE_CHECKING:  # it brings SPARQLWrapper along, which most sites never need
    from slm_graph.store.federation import Federation

_EVERYTHING = QueryDataset()

log = logging.getLogger(__name__)


class Answerer(Protocol):
    """Whoever answers queries: the query host's client."""

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer: ...


class Sending:
    """An answer on its way: the WSGI server reads it and closes it, and it closes early when the client has left."""

    def __init__(self, answer: Answer, has_left: Callable[[], bool] | None) -> None:
        self._answer = answer
        self._has_left = has_left

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._answer.body:
                if self._has_left is not None and self._has_left():
                    return
                yield part
        finally:
            self.close()

    def close(self) -> None:
        self._answer.close()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The answers at `/sparql`, and whoever else has a question."""

    site: Site
    queries: Answerer | None
    counters: Counters
    federation: Federation | None = None
    """Who carries SERVICE out; None: nobody, and the guard refuses it."""
    admission: Admission = field(default_factory=Admission)

    def sparql(self) -> Response:
        """One request of the SPARQL protocol, or of a person with a browser."""
        limits = self.site.settings.limits
        said = protocol.asked(limits)
        served = self.site.current()
        if said.query is None:
            if request.method not in ("GET", "HEAD"):
                raise Problem(400, Text(de="Die Abfrage (query) fehlt.", en="The query is missing."))
            return self._without_query(served, said.format)
        wanted = protocol.wanted(said.format)
        if wanted.page:
            self._refuse_too_long(said.query)
            return query_page.result_page(self, served, said.query, said.dataset)
        try:
            return self.stream(self.asked(said.query, wanted, request.remote_addr, said.dataset))
        except NotAcceptable as error:
            if wanted.or_page:
                return query_page.result_page(self, served, said.query, said.dataset)
            raise protocol.not_offered(error, solutions=wanted.solutions, graph=wanted.graph) from error

    def asked(
        self,
        query: str,
        wanted: protocol.Wanted,
        client: str | None,
        dataset: QueryDataset = _EVERYTHING,
    ) -> QueryRequest:
        """A stranger's question of the current release. Raises Problem for one that is too long."""
        self._refuse_too_long(query)
        served = self.site.current()
        return QueryRequest(
            query=query,
            data=served.release.quads_file,
            solution_format=wanted.solutions,
            graph_format=wanted.graph,
            dataset=dataset,
            client=client or "",
            base=served.release.base,
            context=self.context(served),
        )

    def _refuse_too_long(self, query: str) -> None:
        limits = self.site.settings.limits
        if len(query.encode("utf-8", "surrogatepass")) > limits.max_query_bytes:
            raise protocol.too_long(limits)

    def is_answering(self) -> bool:
        """Whether the query host answers the simplest question about the current release."""
        if self.queries is None:
            return True
        served = self.site.current()
        canary = QueryRequest(
            query="ASK { ?s ?p ?o }",  # true of every release whose data is open
            data=served.release.quads_file,
            solution_format=SPARQL_JSON,
            graph_format=None,
            lane="trusted",
            client="readiness",
            base=served.release.base,
            deadline_seconds=2.0,  # a probe that waits longer is a failed one
        )
        try:
            if isinstance(self.queries, QueryClient):
                self.queries.ping()  # of a host that stands still nobody waits for an answer longer than for this
            return b"true" in self.queries.answer(canary).read()
        except SlmGraphError as error:
            log.warning("the canary query failed: %s", error.message("en"))
            return False

    def ask(self, asked: QueryRequest) -> Answer:
        """`answer` to the request at hand."""
        return self.answer(asked, request.environ)

    def answer(self, asked: QueryRequest, environ: dict[str, Any]) -> Answer:
        """The answer to a request's question, admitted and counted. Raises QueryError and its kin."""
        if self.queries is None:
            raise Problem(
                503,
                Text(de="Dieser Server beantwortet keine Abfragen.", en="This server answers no queries."),
            )
        environ[QUERY] = asked.query
        ask = partial(self.queries.answer, has_left=environ.get("slm_graph.client_left"))
        if self.asks_others(asked.query):
            ask = partial(self._federated, ask)
        return counted(asked.lane, self.counters, partial(self.admission.answer, asked, ask))

    def asks_others(self, query: str) -> bool:
        """Whether other endpoints have a part in the answer."""
        return self.federation is not None and self.federation.concerns(query)

    def _federated(self, ask: Callable[[QueryRequest], Answer], asked: QueryRequest) -> Answer:
        """What `ask` answers once others have been asked: within this query's place, for as long as that takes."""
        assert self.federation is not None  # noqa: S101  # the caller looked
        has_left = request.environ.get("slm_graph.client_left")
        return ask(self.federation.carried_out(asked, tell=noted(self.counters), has_left=has_left))

    @staticmethod
    def client() -> str:
        """Whom the question of the request at hand counts for."""
        return request.remote_addr or ""

    @staticmethod
    def context(served: Served) -> str:
        """Where the context is that makes JSON-LD of an answer in JSON."""
        return f"{served.addresses.mount}/context.jsonld"

    @staticmethod
    def sending(answer: Answer, environ: dict[str, Any]) -> Sending:
        """The body of an answer, as it comes."""
        return Sending(answer, environ.get("slm_graph.client_left"))

    def stream(self, asked: QueryRequest) -> Response:
        """The answer to a request's question, sent as it comes."""
        answer = self.ask(asked)
        response = Response(headers=protocol.headers(answer, asked))
        if request.method == "HEAD":
            answer.close()  # nobody reads it: the query has said all that is asked
            response.automatically_set_content_length = False  # what GET sends is not empty (RFC 9110, 8.6)
        else:
            sending = self.sending(answer, request.environ)
            response.response = sending
            response.call_on_close(sending.close)
        return with_calls(response)

    def _without_query(self, served: Served, format_name: str | None) -> Response:
        """A form for people, the service description for programs (SPARQL 1.1 Service Description, 2)."""
        rows = (HTML, *RDF_FORMATS)
        row = protocol.graph_format(format_name, rows)
        if row is None:
            row = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (*RDF_FORMATS, HTML))
        if row is None:
            raise not_acceptable([Offer(one) for one in rows])
        if row is HTML:
            return query_page.form(self, served, None, None)
        here = root(served)
        service, quads = service_description(
            served,
            self.site.settings.limits,
            endpoint=f"{here.address}/sparql",
            federation=self.federation.settings if self.federation is not None else None,
        )
        body = write(quads, row, base=served.release.base, context=self.context(served), subject=service)
        headers = [("Vary", f"Accept, {here.vary}")]
        if row is JSON:
            headers.append(
                ("Link", Link(CONTEXT_RELATION, self.context(served), JSON_LD.media_type).header())
            )
        return respond(representation(body, row.content_type, tuple(headers)), cache=here.cache)
