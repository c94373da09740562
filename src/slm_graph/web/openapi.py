"""`/openapi.json`: every address of this site, read off the routes and the tables that answer (OpenAPI 3.1)."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response
from werkzeug.routing import Rule

from slm_graph import __version__
from slm_graph.formats import DOCUMENT_FORMATS, HTML, JSON, RDF_FORMATS, SOLUTION_FORMATS, Format
from slm_graph.resources import NamedQuery, Parameter
from slm_graph.settings import QueryLimits
from slm_graph.store.guard import inspect as outline_of
from slm_graph.web import graphstore, protocol
from slm_graph.web.problems import PROBLEM_JSON, TITLES
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Site
from slm_graph.web.sparql import named_queries

VERSION = "3.1.0"

_CONVERTED = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")
_SHOWN = ("GET", "HEAD", "POST")
"""Methods that OpenAPI 3.1 has a place for; QUERY gets one of its own, as an extension."""

SUMMARIES = {
    "thing": "A concept, skill, level or scheme: leads to its document.",
    "agent": "An agent: leads to its document.",
    "graph": "A named graph as a thing: leads to its document.",
    "vocabulary": "The vocabulary.",
    "external": "What this site says of a resource that is not its own (?uri=).",
    "release_document": "One release, as a document.",
    "snapshot": "A document as an older release has it.",
    "snapshot_external": "The same of a resource that is not its own, as an older release has it.",
    "queries_bare": "Leads to the list of named queries.",
    "dump_of": "A file of an older release.",
}
"""Of the addresses whose view has no docstring to tell."""

DOCUMENTS = ("document", "external", "vocabulary", "release_document", "snapshot", "snapshot_external")
"""The addresses that negotiate among all formats of documents."""

_TYPES: Mapping[str, dict[str, Any]] = {
    "iri": {"type": "string", "description": "An absolute IRI, a prefixed name, or a name below the base."},
    "code": {"type": "string"},
    "string": {"type": "string"},
    "language": {"type": "string", "description": "A language tag (RFC 5646)."},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
}


@dataclass(frozen=True, slots=True)
class Description:
    """The answer at `/openapi.json`."""

    app: Flask
    site: Site
    kept: Representations

    def document(self) -> Response:
        """This description."""
        served = self.site.current()

        def make() -> Representation:
            said = openapi(
                self.app.url_map.iter_rules(),
                self.app.view_functions,
                named_queries(),
                limits=self.site.settings.limits,
                mount=self.site.settings.mount,
            )
            body = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
            return representation(body, JSON.media_type)

        return respond_kept(self.kept, ("openapi",), make, served=served, cache=CURRENT)


def openapi(
    rules: Iterable[Rule],
    views: Mapping[str, Callable[..., Any]],
    queries: Mapping[str, NamedQuery],
    *,
    limits: QueryLimits,
    mount: str,
) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(rules, key=lambda rule: rule.rule):
        paths.setdefault(_CONVERTED.sub(r"{\1}", rule.rule), {}).update(
            _path_item(rule, views[rule.endpoint], limits)
        )
    for name, query in queries.items():
        operation = _named_query(query, limits)
        paths[f"/queries/{name}"] = {"get": operation, "head": _as_head(operation)}
    return {
        "openapi": VERSION,
        "info": {
            "title": "slm-graph",
            "version": __version__,
            "description": "Competency frameworks as linked data. Every answer may be read by any site (CORS).",
        },
        "servers": [{"url": mount or "/"}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _path_item(rule: Rule, view: Callable[..., Any], limits: QueryLimits) -> dict[str, Any]:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _CONVERTED.findall(rule.rule)
    ]
    operation: dict[str, Any] = {"operationId": rule.endpoint, "summary": _summary(rule.endpoint, view)}
    if rule.endpoint == "sparql":
        return _sparql(operation, limits)
    if rule.endpoint == "graph_store":
        operation |= _graph_store()
    elif rule.endpoint in DOCUMENTS:
        operation["parameters"] = parts
        operation["responses"] = {
            "200": _answer("The document.", DOCUMENT_FORMATS),
            **_problems(400, 404, 406),
        }
    else:
        operation["parameters"] = parts
        operation["responses"] = {"default": {"description": "As the summary says, or a problem."}}
    item: dict[str, Any] = {}
    for method in _SHOWN:
        if method in (rule.methods or ()):
            named = operation | {"operationId": f"{rule.endpoint}_{method.lower()}"}
            item[method.lower()] = _as_head(named) if method == "HEAD" else named
    return item


def _summary(endpoint: str, view: Callable[..., Any]) -> str:
    if endpoint.removesuffix("_as") in SUMMARIES:
        fixed = " The suffix fixes the format." if endpoint.endswith("_as") else ""
        return SUMMARIES[endpoint.removesuffix("_as")] + fixed
    told = inspect.getdoc(view)
    return told.splitlines()[0] if told else endpoint.replace("_", " ").capitalize() + "."


def _sparql(operation: dict[str, Any], limits: QueryLimits) -> dict[str, Any]:
    rows = (*SOLUTION_FORMATS, *RDF_FORMATS, HTML)
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    dataset = [_parameter(f"{kind}-graph-uri", graphs) for kind in ("default", "named")]
    how = _parameter("format", _names(rows))
    query = {"type": "string", "maxLength": limits.max_query_bytes}
    answers = {
        "200": _answer("The answer; without a query the service description, or a page.", rows),
        **_problems(400, 403, 406, 408, 413, 503),
    }
    get = operation | {
        "operationId": "sparql_get",
        "parameters": [_parameter("query", query), *dataset, how],
        "responses": answers,
    }
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": query,
            "default-graph-uri": graphs,
            "named-graph-uri": graphs,
            "format": _names(rows),
        },
    }
    content = {protocol.QUERY: {"schema": query}, protocol.FORM: {"schema": form}}
    post = operation | {
        "operationId": "sparql_post",
        "parameters": [*dataset, how],
        "requestBody": {"required": True, "content": {name: content[name] for name in protocol.ACCEPTED}},
        "responses": answers | _problems(415),
    }
    return {
        "get": get,
        "head": _as_head(get | {"operationId": "sparql_head"}),
        "post": post,
        "x-query": post
        | {"operationId": "sparql_query"},  # RFC 10008; a place of its own from OpenAPI 3.2 on
    }


def _graph_store() -> dict[str, Any]:
    return {
        "parameters": [
            _parameter("default", {"type": "string"}, description="The default graph: the union of all."),
            _parameter("graph", {"type": "string", "format": "iri"}, description="The name of a graph."),
            _parameter("format", _names(graphstore.FORMATS)),
        ],
        "responses": {"200": _answer("The graph.", graphstore.FORMATS), **_problems(400, 404, 406)},
    }


def _named_query(query: NamedQuery, limits: QueryLimits) -> dict[str, Any]:
    form = outline_of(query.text, limits).form
    rows = (*(SOLUTION_FORMATS if form in ("select", "ask") else RDF_FORMATS), HTML)
    return {
        "operationId": f"query_{query.name.replace('-', '_')}_get",
        "summary": query.title.en,
        "description": query.description.en,
        "x-summary-de": query.title.de,
        "x-description-de": query.description.de,
        "parameters": [*map(_of_query, query.parameters), _parameter("format", _names(rows))],
        "responses": {"200": _answer("The answer.", rows), **_problems(400, 406, 503)},
    }


def _of_query(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_TYPES[parameter.type])
    if parameter.default is not None:
        schema["default"] = _value(parameter.default, schema["type"])
    said = _parameter(parameter.name, schema, description=parameter.text.en, is_required=parameter.required)
    said["x-description-de"] = parameter.text.de
    if parameter.example is not None:
        said["example"] = _value(parameter.example, schema["type"])
    return said


def _value(text: str, kind: str) -> str | int | float:
    if kind == "integer":
        return int(text)
    return float(text) if kind == "number" else text


def _parameter(
    name: str, schema: dict[str, Any], *, description: str | None = None, is_required: bool = False
) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "in": "query", "required": is_required, "schema": schema}
    return said | ({"description": description} if description else {})


def _names(rows: Sequence[Format]) -> dict[str, Any]:
    return {"type": "string", "enum": list(dict.fromkeys(row.suffix for row in rows))}


def _answer(description: str, rows: Sequence[Format]) -> dict[str, Any]:
    return {"description": description, "content": {row.media_type: {} for row in rows}}


def _problems(*statuses: int) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        str(status): {
            "description": TITLES[status].en,
            "content": {PROBLEM_JSON.media_type: schema, HTML.media_type: {}},
        }
        for status in statuses
    }


def _as_head(operation: dict[str, Any]) -> dict[str, Any]:
    name = operation["operationId"].removesuffix("_get").removesuffix("_head") + "_head"
    answers = {
        status: {"description": answer["description"]} for status, answer in operation["responses"].items()
    }
    return operation | {"operationId": name, "responses": answers}


_PROBLEM: dict[str, Any] = {
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The id of the request, as in X-Request-Id."},
        "line": {"type": "integer", "description": "Of the query, from 1."},
        "column": {"type": "integer"},
        "offers": {"type": "array", "items": {"type": "object"}},
    },
}
