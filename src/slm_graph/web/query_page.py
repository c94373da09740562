"""The page at `/sparql` for people: a form, and the answer below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Response, request

from slm_graph.errors import SlmGraphError
from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, SPARQL_JSON, TURTLE
from slm_graph.namespaces import prefixes
from slm_graph.store.face import QueryDataset, QueryRequest
from slm_graph.web import pages, protocol
from slm_graph.web.assets import EDITOR, assets
from slm_graph.web.examples import example
from slm_graph.web.federated import with_calls
from slm_graph.web.named import named_queries, no_such_query
from slm_graph.web.problems import Problem, of_error, reader_of_request, sentence
from slm_graph.web.representations import page_for
from slm_graph.web.responses import CURRENT, NOT_KEPT, respond
from slm_graph.web.results import Posted, Result, Told, files_of, result_of
from slm_graph.web.site import Served
from slm_graph.web.views import Reader, query_string

if TYPE_CHECKING:  # which shows this page
    from slm_graph.web.sparql import Endpoint

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

_EVERYTHING = QueryDataset()

LONGEST_ADDRESS = 6000
"""Characters of an address on a page: usual proxies keep 8 KiB for one, and nobody passes longer ones on."""


def result_page(endpoint: Endpoint, served: Served, query: str, dataset: QueryDataset) -> Response:
    """The form with the answer below it, or with what went wrong."""
    reader = reader_of_request()
    asked = QueryRequest(
        query=query,
        data=served.release.quads_file,
        solution_format=SPARQL_JSON,
        graph_format=TURTLE,
        dataset=dataset,
        client=endpoint.client(),
        base=served.release.base,
    )
    fields = [("query", query), *_of_dataset(dataset)]
    try:
        answer = endpoint.ask(asked)
        files = files_of(
            f"{endpoint.site.settings.mount}/sparql",
            tuple(fields),
            graph=answer.form in ("construct", "describe"),
        )
        result = result_of(answer, served=served, reader=reader, files=files)
    except SlmGraphError as error:
        return form(endpoint, served, query, None, of_error(error), dataset)
    if any(len(address) > LONGEST_ADDRESS for _, address in files):
        rows = RDF_FORMATS if answer.form in ("construct", "describe") else SOLUTION_FORMATS
        posted = Posted(f"{endpoint.site.settings.mount}/sparql", tuple(fields), rows)
        result = replace(result, files=(), posted=posted)
    return form(endpoint, served, query, result, dataset=dataset)


def form(
    endpoint: Endpoint,
    served: Served,
    query: str | None,
    result: Result | None,
    problem: Problem | None = None,
    dataset: QueryDataset = _EVERYTHING,
) -> Response:
    """The page with the editor; without a query, with one to begin with."""
    reader = reader_of_request()
    mount = endpoint.site.settings.mount
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
        limits=endpoint.site.settings.limits,
        prefixes=prefixes(served.release.base),
        editor=f"{mount}/static/{assets()[EDITOR].name}" if EDITOR in assets() else None,
        result=result,
    )
    made = page_for(body, reader.language)
    if problem is None:
        return with_calls(respond(made, cache=CURRENT if query is None else protocol.ANSWERS))
    # no condition holds for an error (RFC 9110, 13.2.1)
    headers = [*made.headers, ("Cache-Control", NOT_KEPT), *problem.headers]
    return with_calls(Response(made.body, problem.status, headers, content_type=made.content_type))


def _of_dataset(dataset: QueryDataset) -> list[tuple[str, str]]:
    """The data set as fields of a form or an address (SPARQL 1.1 Protocol, 2.1.4)."""
    return [
        *(("default-graph-uri", str(iri)) for iri in dataset.default_graphs),
        *(("named-graph-uri", str(iri)) for iri in dataset.named_graphs),
    ]


def _suggestion(served: Served, reader: Reader) -> str:
    """What the form begins with: the named query of `?example=`, else a first question."""
    name = request.args.get("example")
    if name is None:
        return EXAMPLE.replace("LANGUAGE", reader.language)
    query = named_queries().get(name)
    if query is None:
        raise no_such_query()
    return example(query, base=served.release.base, language=reader.language)


def _told(problem: Problem, reader: Reader) -> Told:
    detail = sentence(problem.detail.in_language(reader.language))
    return Told(problem.title.in_language(reader.language), detail, problem.line, problem.column)
