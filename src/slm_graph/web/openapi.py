"""`/openapi.json`: every address of this site, read off the routes and the tables that answer (OpenAPI 3.1)."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response
from werkzeug.routing import Rule

from slm_graph import __version__
from slm_graph.formats import JSON
from slm_graph.resources import NamedQuery
from slm_graph.settings import SiteSettings
from slm_graph.web.api_interfaces import reconciliation_form
from slm_graph.web.api_operations import operations
from slm_graph.web.api_parts import Operation, Said, components, operation_object
from slm_graph.web.api_queries import any_named_query, endpoint, endpoint_body, named_query
from slm_graph.web.named import named_queries
from slm_graph.web.observing import area_of
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Site

VERSION = "3.1.0"

_CONVERTED = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")
_SHOWN = ("GET", "HEAD", "POST")
"""Methods that OpenAPI 3.1 has a place for; QUERY gets one of its own, as an extension."""

SUMMARIES = {
    "thing": "A concept, skill, level or scheme: leads to its document.",
    "agent": "An agent: leads to its document.",
    "graph": "A named graph as a thing: leads to its document.",
    "vocabulary": "The vocabulary.",
    "external": "What this site says of a resource that is not its own (?iri=).",
    "release_document": "One release, as a document.",
    "snapshot": "A document as an older release has it.",
    "snapshot_external": "The same of a resource that is not its own, as an older release has it.",
    "queries_bare": "Leads to the list of named queries.",
    "dump_of": "A file of an older release.",
}
"""Of the addresses whose view has no docstring to tell."""

TAGS = {
    "documents": "Things and their documents",
    "sparql": "Queries",
    "interfaces": "Interfaces that other programs know",
    "site": "The site: its pages, its files, its state",
}
"""Area of an address, as the metrics count them → its name."""


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
                settings=self.site.settings,
                base=served.release.base,
                schemes=[str(one.iri) for one in served.catalogue.schemes()],
            )
            # without indentation: for programs, and half as long
            body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            return representation(body, JSON.media_type)

        # the schemes that a search may be limited to are the release's
        key = (served.release.version, "openapi")
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)


def openapi(
    rules: Iterable[Rule],
    views: Mapping[str, Callable[..., Any]],
    queries: Mapping[str, NamedQuery],
    *,
    settings: SiteSettings,
    base: str,
    schemes: Iterable[str],
) -> Said:
    """The whole document."""
    known = {
        **operations(settings, base=base, schemes=schemes),
        "sparql": endpoint(settings.limits),
        "named_query": any_named_query(queries),
    }
    paths: dict[str, Said] = {}
    for rule in sorted(rules, key=lambda rule: rule.rule):
        paths.setdefault(_CONVERTED.sub(r"{\1}", rule.rule), {}).update(
            _path_item(rule, views[rule.endpoint], known[rule.endpoint], settings)
        )
    for name, query in queries.items():
        operation = named_query(query, settings.limits) | {"tags": ["sparql"]}
        paths[f"/queries/{name}"] = {"get": operation, "head": _as_head(operation)}
    return {
        "openapi": VERSION,
        "info": {
            "title": "slm-graph",
            "version": __version__,
            "description": "Competency frameworks as linked data. Every answer may be read by any site (CORS).",
        },
        "servers": [{"url": settings.mount or "/"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": paths,
        "components": components(),
    }


def _path_item(rule: Rule, view: Callable[..., Any], known: Operation, settings: SiteSettings) -> Said:
    operation: Said = {
        "summary": _summary(rule.endpoint, view),
        "tags": [area_of(rule.rule)],
        **operation_object(known),
    }
    methods = rule.methods or ()
    item: Said = {}
    for method in _SHOWN:
        if method not in methods:
            continue
        named: Said = {"operationId": f"{rule.endpoint.replace('/', '_')}_{method.lower()}", **operation}
        if method == "HEAD":
            named = _as_head(named)
        elif method == "POST":
            named = _with_body(named, rule.endpoint, settings)
        item[method.lower()] = named
    if "QUERY" in methods:  # RFC 10008; a place of its own from OpenAPI 3.2 on
        item["x-query"] = item["post"] | {"operationId": f"{rule.endpoint}_query"}
    return item


def _with_body(operation: Said, name: str, settings: SiteSettings) -> Said:
    """The operation as POST: what was in the address is in the body, and no answer is asked for by condition."""
    body, taken = (
        endpoint_body(settings.limits)
        if name == "sparql"
        else (reconciliation_form(), frozenset({"queries", "extend"}))
    )
    answers = {
        status: answer for status, answer in operation["responses"].items() if status not in ("304", "412")
    }
    for status in ("413", "415"):
        answers[status] = {"$ref": f"#/components/responses/{status}"}
    parameters = [one for one in operation["parameters"] if one["name"] not in taken]
    return operation | {
        "parameters": parameters,
        "requestBody": body,
        "responses": dict(sorted(answers.items())),
    }


def _summary(endpoint_name: str, view: Callable[..., Any]) -> str:
    if endpoint_name.removesuffix("_as") in SUMMARIES:
        fixed = " The suffix fixes the format." if endpoint_name.endswith("_as") else ""
        return SUMMARIES[endpoint_name.removesuffix("_as")] + fixed
    told = inspect.getdoc(view)
    return told.splitlines()[0] if told else endpoint_name.replace("_", " ").capitalize() + "."


def _as_head(operation: Said) -> Said:
    """The operation as HEAD: the same answers without their content; problems are told in headers alone."""
    name = operation["operationId"].removesuffix("_get").removesuffix("_head") + "_head"
    answers: Said = {}
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            answers[status] = {"$ref": answer["$ref"] + "-without-content"}
        else:
            answers[status] = {part: said for part, said in answer.items() if part != "content"}
    return operation | {"operationId": name, "responses": answers}
