"""`/queries/`: the named queries, their forms and their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, request

from slm_graph import resources
from slm_graph.errors import NotAcceptable, NotFound, Text
from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, SPARQL_JSON, TURTLE
from slm_graph.resources import NamedQuery
from slm_graph.settings import QueryLimits
from slm_graph.store.face import QueryRequest
from slm_graph.store.guard import inspect
from slm_graph.store.service_clauses import with_graphs
from slm_graph.web import pages, protocol
from slm_graph.web.federated import with_calls
from slm_graph.web.problems import Problem, reader_of_request
from slm_graph.web.representations import page_for
from slm_graph.web.responses import CURRENT, is_spared, respond
from slm_graph.web.results import Result, files_of, result_of
from slm_graph.web.site import Served
from slm_graph.web.views import query_string

if TYPE_CHECKING:  # whose form offers these queries
    from slm_graph.web.sparql import Endpoint


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """The shipped queries, read once: they are part of the program."""
    return resources.named_queries()


def no_such_query() -> NotFound:
    return NotFound(
        Text(de="Eine Abfrage dieses Namens gibt es nicht.", en="There is no query of that name.")
    )


@dataclass(frozen=True, slots=True)
class NamedQueries:
    """The answers at `/queries/`."""

    endpoint: Endpoint

    def catalogue(self) -> Response:
        """The list of named queries."""
        reader = reader_of_request()
        served = self.endpoint.site.current()
        mount = self.endpoint.site.settings.mount
        body = pages.render(
            "queries.html",
            reader=reader,
            mount=mount,
            href=f"{mount}/queries/",
            served=served,
            queries=list(named_queries().values()),
        )
        return respond(page_for(body, reader.language), cache=CURRENT)

    def query(self, name: str) -> Response:
        """One named query: run with the parameters of the address, or its form where they are missing."""
        query = named_queries().get(name)
        if query is None:
            raise no_such_query()
        served = self.endpoint.site.current()
        known = {"format", "lang", *(one.name for one in query.parameters)}
        # a field left empty is none, but a name that is unknown is a mistake with a value or without one
        fields = {key: value for key, value in _said_once() if value or key not in known}
        wanted = protocol.wanted(fields.get("format"))
        is_graph = _gives_a_graph(query.text, self.endpoint.site.settings.limits)
        row = wanted.graph if is_graph else wanted.solutions
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
            client=self.endpoint.client(),
            base=served.release.base,
            context=self.endpoint.context(served),
        )
        if not page:
            try:
                # no condition holds for what is not acceptable (RFC 9110, 13.2.1)
                return self.endpoint.stream(asked) if row is None else self._repeatable(asked, served)
            except NotAcceptable as error:
                raise protocol.not_offered(error, solutions=wanted.solutions, graph=wanted.graph) from error
        reader = reader_of_request()
        answer = self.endpoint.ask(asked)
        files = files_of(
            f"{self.endpoint.site.settings.mount}/queries/{name}",
            tuple(given.items()),
            graph=answer.form in ("construct", "describe"),
        )
        result = result_of(answer, served=served, reader=reader, files=files)
        return self._query_page(served, query, given, result)

    def _repeatable(self, asked: QueryRequest, served: Served) -> Response:
        """The answer of a named query, with a tag: the release and the question decide it, up to the order of rows.

        Where others are asked, too, they do not.
        """
        if self.endpoint.asks_others(asked.query):
            return self.endpoint.stream(asked)
        tag = _tag_of(asked, str(served.release.manifest["files"][served.release.quads_file.name]["sha256"]))
        headers = {"ETag": f"W/{tag}", "Cache-Control": CURRENT, "Vary": "Accept"}
        if is_spared(tag, None):
            return Response(status=304, headers=headers)
        response = self.endpoint.stream(asked)
        response.headers.update(headers)
        return response

    def _query_page(
        self, served: Served, query: NamedQuery, given: Mapping[str, str], result: Result | None
    ) -> Response:
        reader = reader_of_request()
        mount = self.endpoint.site.settings.mount
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
        return with_calls(respond(page_for(body, reader.language), cache=protocol.ANSWERS))


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
