"""`/sparql` and `/queries/`: the endpoint, the form for people, and the named queries."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from flask import Response, request

from slm_graph import negotiation, resources
from slm_graph.errors import NotAcceptable, NotFound, SlmGraphError, Text
from slm_graph.formats import HTML, JSON, JSON_LD, RDF_FORMATS, SOLUTION_FORMATS, SPARQL_JSON, TURTLE, Format
from slm_graph.namespaces import prefixes
from slm_graph.resources import NamedQuery
from slm_graph.settings import QueryLimits
from slm_graph.store import QueryClient
from slm_graph.store.face import Answer, QueryDataset, QueryRequest
from slm_graph.store.guard import inspect
from slm_graph.store.service_clauses import with_graphs
from slm_graph.syntax import write
from slm_graph.web import pages, protocol
from slm_graph.web.admission import Admission
from slm_graph.web.assets import EDITOR, assets
from slm_graph.web.counters import Counters
from slm_graph.web.description import service_description
from slm_graph.web.examples import example
from slm_graph.web.federated import noted, with_calls
from slm_graph.web.links import CONTEXT_RELATION, Link
from slm_graph.web.observing import QUERY
from slm_graph.web.outcomes import counted
from slm_graph.web.problems import (
    Offer,
    Problem,
    not_acceptable,
    of_error,
    reader_of_request,
    sentence,
)
from slm_graph.web.programs import root
from slm_graph.web.representations import Representation, representation
from slm_graph.web.responses import CURRENT, NOT_KEPT, is_spared, respond
from slm_graph.web.results import Posted, Result, Told, result_of
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Reader, query_string

if TYPE_CHECKING:  # it brings SPARQLWrapper along, which most sites never need
    from slm_graph.store.federation import Federation

EXAMPLE = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?concept ?notation ?label WHERE {
  ?concept a skos:Concept ;
    skos:notation ?notation ;
    skos:prefLabel ?label .
  FILTER(LANG(?label) = "LANGUAGE")
}
ORDER BY ?notation
LIMIT 20
"""

LONGEST_ADDRESS = 6000
"""Characters of an address on a page: usual proxies keep 8 KiB for one, and nobody passes longer ones on."""

_EVERYTHING = QueryDataset()

log = logging.getLogger(__name__)


class Answerer(Protocol):
    """Whoever answers queries: the query host's client."""

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer: ...


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """The shipped queries, read once: they are part of the program."""
    return resources.named_queries()


def not_offered(error: NotAcceptable, *, solutions: Format | None, graph: Format | None) -> Problem:
    """What a client is told that takes one of these, where the query has an answer of the other kind."""
    problem = of_error(error)
    rows: tuple[Format, ...] = (*SOLUTION_FORMATS, *RDF_FORMATS)
    if graph is None:
        rows = RDF_FORMATS
    elif solutions is None:
        rows = SOLUTION_FORMATS
    problem.offers = tuple(Offer(row) for row in (*rows, HTML))
    return problem


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
    """The answers at `/sparql` and `/queries/`."""

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
            return self._result_page(served, said.query, said.dataset)
        try:
            return self._stream(self.asked(said.query, wanted, request.remote_addr, said.dataset))
        except NotAcceptable as error:
            if wanted.or_page:
                return self._result_page(served, said.query, said.dataset)
            raise not_offered(error, solutions=wanted.solutions, graph=wanted.graph) from error

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
            context=_context(served),
        )

    def _refuse_too_long(self, query: str) -> None:
        limits = self.site.settings.limits
        if len(query.encode("utf-8", "surrogatepass")) > limits.max_query_bytes:
            raise protocol.too_long(limits)

    def catalogue_of_queries(self) -> Response:
        """The list of named queries."""
        reader = reader_of_request()
        served = self.site.current()
        mount = self.site.settings.mount
        body = pages.render(
            "queries.html",
            reader=reader,
            mount=mount,
            href=f"{mount}/queries/",
            served=served,
            queries=list(named_queries().values()),
        )
        return respond(_page(body, reader), cache=CURRENT)

    def named_query(self, name: str) -> Response:
        """One named query: run with the parameters of the address, or its form where they are missing."""
        query = named_queries().get(name)
        if query is None:
            raise no_such_query()
        served = self.site.current()
        known = {"format", "lang", *(one.name for one in query.parameters)}
        # a field left empty is none, but a name that is unknown is a mistake with a value or without one
        said = [(key, value) for key, value in _said_once() if value or key not in known]
        fields = dict(said)
        wanted = protocol.wanted(fields.get("format"))
        row = wanted.graph if _gives_a_graph(query.text, self.site.settings.limits) else wanted.solutions
        page = wanted.page or (row is None and wanted.or_page)
        given = {key: value for key, value in fields.items() if key not in ("format", "lang")}
        missing = [one.name for one in query.parameters if one.required and one.name not in given]
        if page and missing and not given:
            return self._query_page(served, query, given, None)
        bound = resources.bindings(query, given, base=served.release.base)
        asked = QueryRequest(
            query=query.sparql(base=served.release.base),
            data=served.release.quads_file,
            solution_format=SPARQL_JSON if page else wanted.solutions,
            graph_format=TURTLE if page else wanted.graph,
            bindings=bound,
            lane="trusted",
            client=_client(),
            base=served.release.base,
            context=_context(served),
        )
        if not page:
            try:
                # no condition holds for what is not acceptable (RFC 9110, 13.2.1)
                return self._stream(asked) if row is None else self._repeatable(asked, served)
            except NotAcceptable as error:
                raise not_offered(error, solutions=wanted.solutions, graph=wanted.graph) from error
        reader = reader_of_request()
        answer = self._answer(asked)
        files = _files(
            f"{self.site.settings.mount}/queries/{name}",
            tuple(given.items()),
            graph=answer.form in ("construct", "describe"),
        )
        result = result_of(answer, served=served, reader=reader, files=files)
        return self._query_page(served, query, given, result)

    def _repeatable(self, asked: QueryRequest, served: Served) -> Response:
        """The answer of a named query, with a tag: the release and the question decide it, up to the order of rows.

        Where others are asked, too, they do not.
        """
        if self._asks_others(asked.query):
            return self._stream(asked)
        tag = _tag_of(asked, str(served.release.manifest["files"][served.release.quads_file.name]["sha256"]))
        headers = {"ETag": f"W/{tag}", "Cache-Control": CURRENT, "Vary": "Accept"}
        if is_spared(tag, None):
            return Response(status=304, headers=headers)
        response = self._stream(asked)
        response.headers.update(headers)
        return response

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

    def _answer(self, asked: QueryRequest) -> Answer:
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
        if self._asks_others(asked.query):
            ask = partial(self._federated, ask)
        return counted(asked.lane, self.counters, partial(self.admission.answer, asked, ask))

    def _asks_others(self, query: str) -> bool:
        return self.federation is not None and self.federation.concerns(query)

    def _federated(self, ask: Callable[[QueryRequest], Answer], asked: QueryRequest) -> Answer:
        """What `ask` answers once others have been asked: within this query's place, for as long as that takes."""
        assert self.federation is not None  # noqa: S101  # the caller looked
        has_left = request.environ.get("slm_graph.client_left")
        return ask(self.federation.carried_out(asked, tell=noted(self.counters), has_left=has_left))

    @staticmethod
    def sending(answer: Answer, environ: dict[str, Any]) -> Sending:
        """The body of an answer, as it comes."""
        return Sending(answer, environ.get("slm_graph.client_left"))

    def _stream(self, asked: QueryRequest) -> Response:
        answer = self._answer(asked)
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
            return self._form(served, None, None)
        here = root(served)
        service, quads = service_description(
            served,
            self.site.settings.limits,
            endpoint=f"{here.address}/sparql",
            federation=self.federation.settings if self.federation is not None else None,
        )
        body = write(quads, row, base=served.release.base, context=_context(served), subject=service)
        headers = [("Vary", f"Accept, {here.vary}")]
        if row is JSON:
            headers.append(("Link", Link(CONTEXT_RELATION, _context(served), JSON_LD.media_type).header()))
        return respond(representation(body, row.content_type, tuple(headers)), cache=here.cache)

    def _result_page(self, served: Served, query: str, dataset: QueryDataset) -> Response:
        reader = reader_of_request()
        asked = QueryRequest(
            query=query,
            data=served.release.quads_file,
            solution_format=SPARQL_JSON,
            graph_format=TURTLE,
            dataset=dataset,
            client=_client(),
            base=served.release.base,
        )
        fields = [("query", query), *_of_dataset(dataset)]
        try:
            answer = self._answer(asked)
            files = _files(
                f"{self.site.settings.mount}/sparql",
                tuple(fields),
                graph=answer.form in ("construct", "describe"),
            )
            result = result_of(answer, served=served, reader=reader, files=files)
        except SlmGraphError as error:
            return self._form(served, query, None, of_error(error), dataset)
        if any(len(address) > LONGEST_ADDRESS for _, address in files):
            rows = RDF_FORMATS if answer.form in ("construct", "describe") else SOLUTION_FORMATS
            posted = Posted(f"{self.site.settings.mount}/sparql", tuple(fields), rows)
            result = replace(result, files=(), posted=posted)
        return self._form(served, query, result, dataset=dataset)

    def _form(
        self,
        served: Served,
        query: str | None,
        result: Result | None,
        problem: Problem | None = None,
        dataset: QueryDataset = _EVERYTHING,
    ) -> Response:
        reader = reader_of_request()
        mount = self.site.settings.mount
        if problem is not None:
            result = Result((), problem=_told(problem, reader))
        graphs = _of_dataset(dataset)
        href = f"{mount}/sparql" + query_string([("query", query), *graphs] if query is not None else [])
        body = pages.render(
            "sparql.html",
            reader=reader,
            mount=mount,
            href=href,
            graphs=graphs,
            # a question that was posted may be longer than an address
            elsewhere=len(href) <= LONGEST_ADDRESS,
            served=served,
            text=query if query is not None else _suggestion(served, reader),
            formats=(*SOLUTION_FORMATS, *RDF_FORMATS),
            queries=list(named_queries().values()),
            limits=self.site.settings.limits,
            prefixes=prefixes(served.release.base),
            editor=f"{mount}/static/{assets()[EDITOR].name}" if EDITOR in assets() else None,
            result=result,
        )
        made = _page(body, reader)
        if problem is None:
            return with_calls(respond(made, cache=CURRENT if query is None else protocol.ANSWERS))
        # no condition holds for an error (RFC 9110, 13.2.1)
        headers = [*made.headers, ("Cache-Control", NOT_KEPT), *problem.headers]
        return with_calls(Response(made.body, problem.status, headers, content_type=made.content_type))

    def _query_page(
        self, served: Served, query: NamedQuery, given: Mapping[str, str], result: Result | None
    ) -> Response:
        reader = reader_of_request()
        mount = self.site.settings.mount
        body = pages.render(
            "query.html",
            reader=reader,
            mount=mount,
            href=f"{mount}/queries/{query.name}" + query_string(list(given.items())),
            served=served,
            query=query,
            given=given,
            formats=(*SOLUTION_FORMATS, *RDF_FORMATS),
            result=result,
        )
        return with_calls(respond(_page(body, reader), cache=protocol.ANSWERS))


def _said_once() -> list[tuple[str, str]]:
    """The fields of the address. Raises a Problem for one that is there twice: nobody could say which one holds."""
    fields = protocol.fields_of(request.query_string)
    names = [name for name, _ in fields]
    if (repeated := next((name for name in names if names.count(name) > 1), None)) is not None:
        raise Problem(
            400,
            Text(
                de=f"Der Parameter {repeated} steht mehrmals da.", en=f"The parameter {repeated} is repeated."
            ),
        )
    return fields


@lru_cache(maxsize=64)  # the shipped ones
def _gives_a_graph(query: str, limits: QueryLimits) -> bool:
    return inspect(with_graphs(query), limits).form in ("construct", "describe")


def _tag_of(asked: QueryRequest, data: str) -> str:
    said = [data, asked.query, *(f"{name}={term.n3()}" for name, term in sorted(asked.bindings.items()))]
    said += [row.media_type if row is not None else "" for row in (asked.solution_format, asked.graph_format)]
    return f'"{sha256(json.dumps(said).encode()).hexdigest()[:32]}"'


def _suggestion(served: Served, reader: Reader) -> str:
    """What the form begins with: the named query of `?example=`, else a first question."""
    name = request.args.get("example")
    if name is None:
        return EXAMPLE.replace("LANGUAGE", reader.language)
    query = named_queries().get(name)
    if query is None:
        raise no_such_query()
    return example(query, base=served.release.base, language=reader.language)


def no_such_query() -> NotFound:
    return NotFound(
        Text(de="Eine Abfrage dieses Namens gibt es nicht.", en="There is no query of that name.")
    )


def _told(problem: Problem, reader: Reader) -> Told:
    detail = sentence(problem.detail.in_language(reader.language))
    return Told(problem.title.in_language(reader.language), detail, problem.line, problem.column)


def _page(body: bytes, reader: Reader) -> Representation:
    headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
    return representation(body, HTML.content_type, headers)


def _of_dataset(dataset: QueryDataset) -> list[tuple[str, str]]:
    """The data set as fields of a form or an address (SPARQL 1.1 Protocol, 2.1.4)."""
    return [
        *(("default-graph-uri", str(iri)) for iri in dataset.default_graphs),
        *(("named-graph-uri", str(iri)) for iri in dataset.named_graphs),
    ]


def _files(
    address: str, fields: tuple[tuple[str, str], ...], *, graph: bool = False
) -> tuple[tuple[str, str], ...]:
    rows: tuple[Format, ...] = RDF_FORMATS if graph else SOLUTION_FORMATS
    return tuple((row.label, address + query_string([*fields, ("format", row.suffix)])) for row in rows)


def _client() -> str:
    return request.remote_addr or ""


def _context(served: Served) -> str:
    return f"{served.addresses.mount}/context.jsonld"
