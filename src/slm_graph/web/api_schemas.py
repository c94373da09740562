"""The shapes of the JSON this site answers with and takes (JSON Schema 2020-12), for the description of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slm_graph.web.reconcile import MAX_CONDITIONS, MAX_IDS, MAX_PROPERTIES, MAX_QUERIES, MAX_TYPES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
IRI: Schema = {"type": "string", "minLength": 1}
"""No `format: iri`: source data has IRIs that are none by the letter of RFC 3987, and they are shown as they are."""
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}


def record(
    required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, *, open_: bool = False
) -> Schema:
    """An object with these members; `open_`: and others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    } | ({} if open_ else {"additionalProperties": False})


def array(items: Schema, **limits: int) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **limits}


_PROBLEM = record(
    {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT,
    },
    {
        "instance": {
            "type": "string",
            "description": "The id of the request, as in X-Request-Id; missing where the request could not be read.",
        },
        "line": {"type": ["integer", "null"], "description": "Of the query, from 1."},
        "column": {"type": ["integer", "null"]},
        "offers": array(record({"label": TEXT, "mediaType": TEXT}, {"href": ADDRESS})),
    },
) | {"description": "Problem details (RFC 9457)."}

_RELEASES = record(
    {
        "releases": array(
            record(
                {
                    "version": TEXT,
                    "href": ADDRESS,
                    "changes": ADDRESS,
                    "date": TEXT_OR_NULL,
                    "quads": COUNT,
                    "current": FLAG,
                }
            )
        )
    }
)

_CHANGES = record(
    {"version": TEXT, "previous": TEXT_OR_NULL}
    | {name: array(IRI) for name in ("added", "removed", "changed")}
)

_SEARCH = record(
    {
        "query": TEXT,
        "filters": {"type": "object", "additionalProperties": TEXT},
        "total": COUNT,
        "complete": FLAG,
        "page": {"type": "integer", "minimum": 1},
        "pages": {"type": "integer", "minimum": 1},
        "size": COUNT,
        "next": TEXT_OR_NULL,
        "hits": array(
            record(
                {
                    "iri": IRI,
                    "href": ADDRESS,
                    "label": TEXT,
                    "language": TEXT_OR_NULL,
                    "notation": TEXT_OR_NULL,
                    "kind": TEXT,
                    "scheme": TEXT_OR_NULL,
                    "match": TEXT,
                    "field": TEXT,
                    "value": TEXT,
                    "valueLanguage": TEXT_OR_NULL,
                    "spans": array(array(COUNT, minItems=2, maxItems=2)),
                }
            )
        ),
    }
)

_TREE = record(
    {
        "parent": IRI,
        "total": COUNT,
        "offset": COUNT,
        "size": COUNT,
        "next": TEXT_OR_NULL,
        "items": array(
            record(
                {
                    "iri": IRI,
                    "href": ADDRESS,
                    "label": TEXT,
                    "language": TEXT_OR_NULL,
                    "notation": TEXT_OR_NULL,
                    "children": COUNT,
                    "branch": TEXT_OR_NULL,
                }
            )
        ),
    }
)

_SUGGESTIONS: Schema = {
    "description": "OpenSearch Suggestions: the letters, names, descriptions, addresses.",
    "type": "array",
    "items": {"anyOf": [TEXT, array(TEXT)]},
    "minItems": 4,
    "maxItems": 4,
}

_REPORT = record({"conforms": FLAG, "rules": array(ANY_OBJECT), "results": array(ANY_OBJECT)}, open_=True) | {
    "description": "The validation report of the release."
}

_FINDINGS = record({"kinds": ANY_OBJECT}, open_=True) | {
    "description": "What was noticed in the sources of the release."
}

_LINKSET = record({"linkset": array(record({"anchor": ADDRESS}, open_=True))})

_NAMED = record({"id": TEXT, "name": TEXT}, open_=True)

_RECONCILE_QUERY: Schema = record(
    {},
    {
        "query": {"type": "string", "description": "The name; may be missing where there are properties."},
        "type": {"anyOf": [TEXT, array(TEXT, maxItems=MAX_TYPES)]},
        "limit": {"type": "number", "minimum": 1},
        "type_strict": {"type": "string", "enum": ["any", "should", "all"]},
        "properties": array(
            record({"pid": TEXT, "v": {}}, open_=True), maxItems=MAX_CONDITIONS
        ),
    },
    open_=True,
) | {
    "anyOf": [
        {"required": ["query"], "properties": {"query": {"type": "string", "pattern": r"[A-Za-z0-9]"}}},
        {"required": ["properties"], "properties": {"properties": {"minItems": 1}}},
    ]
}  # fmt: skip

_RECONCILE_BATCH: Schema = {
    "type": "object",
    "additionalProperties": _RECONCILE_QUERY,
    "maxProperties": MAX_QUERIES,
}

_RECONCILE_EXTENSION = record(
    {
        "ids": array(TEXT, maxItems=MAX_IDS),
        "properties": array(
            record({"id": TEXT}, {"settings": ANY_OBJECT}, open_=True), maxItems=MAX_PROPERTIES
        ),
    },
    open_=True,
)

_CANDIDATE = record(
    {
        "id": IRI,
        "name": TEXT,
        "description": TEXT,
        "type": array(_NAMED),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": FLAG,
        "features": array(ANY_OBJECT),
    }
)

_RECONCILED: Schema = {
    "description": "The manifest; or the candidates of each query by its key; or a table of property values.",
    "anyOf": [
        record({"versions": array(TEXT), "name": TEXT, "identifierSpace": IRI, "schemaSpace": IRI}, open_=True),
        record({"meta": array(_NAMED), "rows": {"type": "object", "additionalProperties": ANY_OBJECT}}),
        {"type": "object", "additionalProperties": record({"result": array(_CANDIDATE)})},
    ],
}  # fmt: skip

_SUGGESTED = record({"result": array(_NAMED)})
_PROPOSED = record({"type": TEXT, "limit": COUNT, "properties": array(_NAMED)})
_FLYOUT = record({"id": IRI, "html": TEXT})

_SKOSMOS: Schema = {
    "description": "Skosmos' JSON: JSON-LD, whose context names the members. Where a list met a bound, `complete` is false.",
    "type": "object",
}

_JSKOS_ITEMS = array(record({"uri": IRI, "type": array(IRI)}, open_=True)) | {
    "description": "Items of JSKOS: schemes or concepts."
}
_JSKOS_MAPPINGS = array(record({"from": ANY_OBJECT, "to": ANY_OBJECT, "type": array(IRI)}, open_=True)) | {
    "description": "Mappings in JSKOS."
}
_JSKOS_STATUS = record({"ok": {"type": "integer", "const": 1}, "config": ANY_OBJECT}, open_=True)

SCHEMAS: Mapping[str, Schema] = {
    "Problem": _PROBLEM,
    "Releases": _RELEASES,
    "Changes": _CHANGES,
    "SearchResult": _SEARCH,
    "Branch": _TREE,
    "Suggestions": _SUGGESTIONS,
    "ValidationReport": _REPORT,
    "Findings": _FINDINGS,
    "Linkset": _LINKSET,
    "ReconciliationQueries": _RECONCILE_BATCH,
    "ReconciliationExtension": _RECONCILE_EXTENSION,
    "Reconciled": _RECONCILED,
    "Suggested": _SUGGESTED,
    "ProposedProperties": _PROPOSED,
    "Flyout": _FLYOUT,
    "Skosmos": _SKOSMOS,
    "JskosItems": _JSKOS_ITEMS,
    "JskosMappings": _JSKOS_MAPPINGS,
    "JskosStatus": _JSKOS_STATUS,
    "OpenApi": record({"openapi": TEXT, "info": ANY_OBJECT, "paths": ANY_OBJECT}, open_=True),
}
"""By the names the description gives them."""
