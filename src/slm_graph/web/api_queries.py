"""The SPARQL endpoint and the named queries, for the description of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slm_graph.formats import HTML, RDF_FORMATS, SOLUTION_FORMATS, Format
from slm_graph.resources import LONGEST_VALUE, NamedQuery, Parameter
from slm_graph.settings import QueryLimits
from slm_graph.store.guard import inspect as outline_of
from slm_graph.store.service_clauses import with_graphs
from slm_graph.web import protocol
from slm_graph.web.api_parts import LANG, Operation, Said, choice, in_path, in_query, media, operation_object

_ROWS = (*SOLUTION_FORMATS, *RDF_FORMATS, HTML)

_STORE = (502, 503, 504)
"""All places are taken; or a store behind this site fails, where one is, or an endpoint that SERVICE names."""

_TYPES: Mapping[str, Said] = {
    "iri": {
        "type": "string",
        "format": "iri-reference",
        "maxLength": LONGEST_VALUE,
        "description": "An absolute IRI, a prefixed name, or a name below the base.",
    },
    "code": {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE},
    "string": {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE},
    "language": {
        "type": "string",
        "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
        "maxLength": LONGEST_VALUE,
        "description": "A language tag (RFC 5646).",
    },
    "integer": {"type": "integer", "minimum": -(10**18) + 1, "maximum": 10**18 - 1},
    "decimal": {
        "type": "string",
        "pattern": r"^[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})$",
        "description": "A number without an exponent (xsd:decimal).",
    },
}

_QUERY = "SELECT ?concept WHERE { ?concept a <http://www.w3.org/2004/02/skos/core#Concept> } LIMIT 3"


def endpoint(limits: QueryLimits) -> Operation:
    """`/sparql` by GET, the SPARQL 1.1 Protocol's first form."""
    query = in_query("query", _query(limits), "The query; without it the service description, or a page.",
                     example=_QUERY)  # fmt: skip
    return Operation(
        media(_ROWS),
        (
            query,
            *(_graphs(kind) for kind in ("default", "named")),
            choice("format", (row.suffix for row in _ROWS), "The format, before Accept."),
            LANG,
        ),
        (403, 406, 413, *_STORE),
        (304, 412),
        ("Vary", "Cache-Control"),
        ("ETag", "Link", "Content-Language", "X-Silenced-Services"),
        "The answer; without a query the service description, or a page.",
    )


def endpoint_body(limits: QueryLimits) -> tuple[Said, frozenset[str]]:
    """The body of the protocol's other two forms, and the parameters of the address that it stands for."""
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": _query(limits),
            "default-graph-uri": _GRAPHS,
            "named-graph-uri": _GRAPHS,
            "format": {"type": "string", "enum": [row.suffix for row in _ROWS]},
        },
    }
    content = {
        protocol.QUERY: {"schema": _query(limits), "example": _QUERY},
        protocol.FORM: {"schema": form, "example": {"query": _QUERY}},
    }
    body = {"required": True, "content": {name: content[name] for name in protocol.ACCEPTED}}
    return body, frozenset({"query"})


def any_named_query(queries: Mapping[str, NamedQuery]) -> Operation:
    """`/queries/NAME`: what all have in common."""
    name = in_path(
        "name",
        {"type": "string", "enum": sorted(queries)},
        "Which query; its parameters stand under its own address.",
    )
    return Operation(
        media(_ROWS),
        (name, LANG),
        (404, 406, 408, 413, 414, *_STORE),
        (301, 304, 412),
        ("Vary", "Cache-Control", "ETag"),
        ("Link", "Content-Language"),
    )


def named_query(query: NamedQuery, limits: QueryLimits) -> Said:
    """The operation of one named query."""
    form = outline_of(with_graphs(query.text), limits).form
    rows = (*(SOLUTION_FORMATS if form in ("select", "ask") else RDF_FORMATS), HTML)
    said = Operation(
        media(rows),
        (*map(_of_query, query.parameters), _format_of(rows), LANG),
        (406, 413, *_STORE),
        (304, 412),
        ("Vary", "Cache-Control", "ETag"),
        ("Link", "Content-Language"),
    )
    return {
        "operationId": f"query_{query.name.replace('-', '_')}_get",
        "summary": query.title.en,
        "description": query.description.en,
        "x-summary-de": query.title.de,
        "x-description-de": query.description.de,
        **operation_object(said),
    }


_GRAPHS: Said = {"type": "array", "items": {"type": "string", "format": "iri"}}


def _graphs(kind: str) -> Said:
    return in_query(f"{kind}-graph-uri", _GRAPHS, f"The {kind} graphs, before FROM in the query.")


def _query(limits: QueryLimits) -> Said:
    return {
        "type": "string",
        "maxLength": limits.max_query_bytes,
        "description": f"SPARQL 1.1, {limits.max_query_bytes} bytes of UTF-8 at most.",
    }


def _format_of(rows: Sequence[Format]) -> Said:
    return choice("format", (row.suffix for row in rows), "The format, before Accept.")


def _of_query(parameter: Parameter) -> Said:
    schema = dict(_TYPES[parameter.type])
    if parameter.default is not None:
        schema["default"] = _value(parameter.default, schema["type"])
    said = in_query(
        parameter.name,
        schema,
        parameter.text.en,
        required=parameter.required,
        example=None if parameter.example is None else _value(parameter.example, schema["type"]),
        may_be_empty=not parameter.required,
    )
    said["x-description-de"] = parameter.text.de
    return said


def _value(written: str, kind: Any) -> str | int:
    return int(written) if kind == "integer" else written
