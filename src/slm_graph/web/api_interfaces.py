"""What the interfaces that other programs know take and answer, for the description of the API."""

from __future__ import annotations

from slm_graph.formats import JSON, JSON_LD, RDF_FORMATS
from slm_graph.web import jskos, reconcile, skosmos
from slm_graph.web.api_parts import (
    KEPT,
    LANG,
    PAGES,
    Operation,
    Said,
    choice,
    in_path,
    in_query,
    json_of,
    media,
    number,
    text,
)

READ = (*KEPT, "Vary")
CONDITIONAL = (304, 412)

FORM = "application/x-www-form-urlencoded"


def interfaces(*, concept: str, scheme: str) -> dict[str, Operation]:
    """Name of a route → what it takes and answers."""
    return {**_reconciliation(concept), **_skosmos(concept), **_jskos(concept, scheme)}


def _operation(
    schema: str, *parameters: Said, problems: tuple[int, ...] = (), **more: tuple[str, ...]
) -> Operation:
    headers = (*READ, *more.get("headers", ()))
    return Operation(json_of(schema), parameters, problems, CONDITIONAL, headers, ("Last-Modified",))


def _reconciliation(concept: str) -> dict[str, Operation]:
    prefix = text("prefix", "With which names begin.", example="serv")
    identifier = text("id", "IRI of a concept.", required=True, example=concept)
    fields = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": description,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
        for name, description, schema in _FIELDS
    ]
    return {
        "reconcile": _operation("Reconciled", *fields, LANG, problems=(413,)),
        "reconcile_entity": _operation(
            "Suggested",
            text("prefix", "With which names begin.", required=True, example="serv"),
            number("limit", f"How many; {reconcile.MAX_CANDIDATES} at most.", least=1, default=20),
            number("cursor", "The first, from 0."),
            LANG,
        ),
        "reconcile_type": _operation("Suggested", prefix, LANG),
        "reconcile_property": _operation("Suggested", prefix, LANG),
        "reconcile_properties": _operation(
            "ProposedProperties",
            text("type", "IRI of a type."),
            number("limit", "How many; 0: all."),
            LANG,
        ),
        "reconcile_flyout": _operation("Flyout", identifier, LANG, problems=(404,)),
        "reconcile_preview": Operation(
            PAGES, (identifier, LANG), (404,), CONDITIONAL, (*READ, "Content-Language"), ("Last-Modified",)
        ),
    }


_FIELDS = (
    ("queries", "A batch of names, each by a key.", "ReconciliationQueries"),
    ("extend", "Concepts and the properties that are wanted of them.", "ReconciliationExtension"),
)


def reconciliation_form() -> Said:
    """The body of POST: the same fields, each JSON as text."""
    return {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        name: {"$ref": f"#/components/schemas/{schema}", "description": description}
                        for name, description, schema in _FIELDS
                    },
                    "anyOf": [{"required": [name]} for name, _, _ in _FIELDS],
                },
                "encoding": {name: {"contentType": "application/json"} for name, _, _ in _FIELDS},
            }
        },
    }


def _skosmos(concept: str) -> dict[str, Operation]:
    uri = text("uri", "IRI of a concept or scheme.", required=True, example=concept)
    vocabulary = in_path("vocabulary", None, "A scheme, by its name in addresses.", "sfia")
    limit = number("limit", f"How many; {skosmos.MOST_TRANSITIVE} at most.", least=1)
    searched = (
        text("query", "A label; * at an end stands for anything.", required=True, example="serv*"),
        number("maxhits", f"How many; {skosmos.MOST_HITS} at most.", least=1, default=skosmos.DEFAULT_HITS),
        number("offset", "The first, from 0."),
        LANG,
    )
    vocab = in_query("vocab", {"type": "string"}, "Only in these schemes, by name, with blanks between.")
    described = Operation(
        json_of("Skosmos", JSON.media_type)
        | json_of("Skosmos", JSON_LD.media_type)
        | media(row for row in RDF_FORMATS if row not in (JSON, JSON_LD)),
        (uri, choice("format", (row.suffix for row in RDF_FORMATS), "The format, before Accept."), LANG),
        (404, 406),
        CONDITIONAL,
        KEPT,
        ("Vary", "Last-Modified"),
    )

    def of_one(*parameters: Said) -> Operation:
        return _of_segment(_operation("Skosmos", vocabulary, *parameters, LANG, problems=(404,)))

    return {
        "skosmos_vocabularies": _operation("Skosmos", LANG),
        "skosmos_search": _operation("Skosmos", *searched, vocab, problems=(404,)),
        "skosmos_types": _operation("Skosmos", LANG),
        "skosmos_label": _operation("Skosmos", uri, LANG, problems=(404,)),
        "skosmos_data": described,
        "skosmos_vocabulary": of_one(),
        "skosmos_search_of": of_one(*searched[:-1]),
        "skosmos_lookup_of": of_one(text("label", "The whole label.", required=True, example="Autonomy")),
        "skosmos_types_of": of_one(),
        "skosmos_label_of": of_one(uri),
        "skosmos_data_of": _of_segment(
            Operation(
                described.content,
                (vocabulary, *described.parameters),
                described.problems,
                described.bare,
                described.headers,
                described.optional,
            )
        ),
        "skosmos_topConcepts_of": of_one(in_query("scheme", {"type": "string"}, "IRI of another scheme.")),
        "skosmos_broaderTransitive_of": of_one(uri, limit),
        "skosmos_narrowerTransitive_of": of_one(uri, limit),
        **{
            f"skosmos_{name}_of": of_one(uri)
            for name in ("broader", "narrower", "related", "children", "hierarchy", "mappings")
        },
    }


def _of_segment(one: Operation) -> Operation:
    """Below a name: an address that is too long, or has a slash too many."""
    return Operation(
        one.content, one.parameters, (*one.problems, 414), (301, *one.bare), one.headers, one.optional
    )


def _jskos(concept: str, scheme: str) -> dict[str, Operation]:
    window = (
        number("limit", f"How many; {jskos.MOST_ITEMS} at most.", least=1, default=jskos.DEFAULT_ITEMS),
        number("offset", "The first, from 0.", default=0),
    )
    one_scheme = text("uri", "IRI of a scheme.", required=True, example=scheme)
    one_concept = text("uri", "IRI of a concept.", required=True, example=concept)
    several = text("uri", "IRIs, with | between them.", required=True, example=concept)
    several["schema"] = several["schema"] | {"pattern": _IRIS}
    looked_for = (
        number("limit", f"How many; {jskos.DEFAULT_ITEMS} at most.", least=1, default=20),
        _iris("voc", "Only in these schemes: IRIs, with | between them."),
        in_query("language", {"type": "string"}, "Of the labels, de or en."),
    )

    def listed(*parameters: Said, problems: tuple[int, ...] = ()) -> Operation:
        return _operation("JskosItems", *parameters, LANG, problems=problems, headers=("X-Total-Count",))

    data = listed(several)
    letters = text("search", "The letters.", required=True, example="serv")
    return {
        "jskos_status": _operation("JskosStatus"),
        "jskos_voc": listed(_iris("uri", "Only these: IRIs, with | between them."), *window),
        "jskos_voc/top": listed(one_scheme, *window, problems=(404,)),
        "jskos_voc/concepts": listed(one_scheme, *window, problems=(404,)),
        "jskos_data": data,
        "jskos_concepts": data,
        "jskos_concepts/narrower": listed(one_concept, *window, problems=(404,)),
        "jskos_concepts/ancestors": listed(one_concept, problems=(404,)),
        "jskos_concepts/suggest": _operation("Suggestions", letters, *looked_for, LANG),
        "jskos_concepts/search": listed(
            text("search", "The letters; `query` is another name for it.", required=True, example="serv"),
            *looked_for,
        ),
        "jskos_mappings": _operation(
            "JskosMappings",
            _iris("from", "The one end: IRIs, with | between them."),
            _iris("to", "The other end, in the same way."),
            choice(
                "direction",
                jskos.DIRECTIONS,
                "backward: from `to` and `toScheme` to the others; both: either way round.",
                example="both",
            ),
            in_query("fromScheme", {"type": "string"}, "IRI of a scheme."),
            in_query("toScheme", {"type": "string"}, "IRI of a scheme."),
            in_query("partOf", {"type": "string"}, "IRI of a mapping set."),
            _iris("type", "Relations: IRIs, with | between them."),
            *window,
            LANG,
            headers=("X-Total-Count",),
        ),
    }


_IRIS = rf"^([^|]*\|){{0,{jskos.MOST_IRIS - 1}}}[^|]*$"


def _iris(name: str, description: str) -> Said:
    return in_query(name, {"type": "string", "pattern": _IRIS}, description, may_be_empty=True)
