"""What each address takes and answers, for the description of the API: by the name of its route.

The formats, names and limits are those the answering modules work by; `openapi` puts them together with the routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slm_graph.formats import CSV, DOCUMENT_FORMATS, HTML, JSON, JSON_LD, RDF_FORMATS, TURTLE, Format
from slm_graph.release.opening import VERSION
from slm_graph.settings import SiteSettings
from slm_graph.web import crosswalk, graphstore, linkset, profiles, quality, sitemap
from slm_graph.web import search as finding
from slm_graph.web.api_interfaces import interfaces
from slm_graph.web.api_parts import (
    KEPT,
    LANG,
    NO_CONTROL,
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
from slm_graph.web.assets import TYPES
from slm_graph.web.documents import MAX_IRI_LENGTH
from slm_graph.web.files import GZIP

READ = (*KEPT, "Vary")
PAGE = (*READ, "Content-Language")

CONDITIONAL = (304, 412)

PLAIN: dict[str, Said] = {"text/plain": {"type": "string"}}

EXAMPLE_CONCEPT = "id/sfia/SLMO"
"""Below the base; of the shipped content."""


def operations(settings: SiteSettings, *, base: str, schemes: Iterable[str]) -> dict[str, Operation]:
    """Name of a route → what it takes and answers; examples are of the shipped content, under `base`."""
    concept, scheme = base + EXAMPLE_CONCEPT, base + "id/sfia"
    return {
        **_documents(settings, concept),
        **_dataset(base),
        **_browsing(concept, scheme, sorted(schemes)),
        **_site(settings),
        **interfaces(concept=concept, scheme=scheme),
    }


def _documents(settings: SiteSettings, concept: str) -> dict[str, Operation]:
    document = Operation(
        media(DOCUMENT_FORMATS),
        (_PROFILE, _MEDIA_TYPE, _ACCEPT_PROFILE, _PAGE_OF_LIST, LANG),
        (404, 406),
        CONDITIONAL,
        (*KEPT, "Link", "Content-Location", "Content-Profile"),
        ("Vary", "Last-Modified", "Content-Language"),
        "The document, in the format that Accept or the suffix chose.",
    )

    def documents(*parameters: Said, problems: tuple[int, ...] = (), bare: tuple[int, ...] = ()) -> Operation:
        return _with(document, parameters, problems, bare)

    def fixed(*parameters: Said) -> Operation:
        """Where the suffix names the format, `_mediatype` may only name the same."""
        said = documents(suffix, *parameters, bare=(301,))
        return replace(said, parameters=[one for one in said.parameters if one is not _MEDIA_TYPE])

    suffix = choice(
        "suffix", (row.suffix for row in DOCUMENT_FORMATS), "The format.", where="path", example="ttl"
    )
    iri = in_query("iri", {"type": "string", "minLength": 1, "maxLength": MAX_IRI_LENGTH}, "Of what it tells.",
                   required=True, example="https://rdf.sfia-online.org/9/lor/1")  # fmt: skip
    thing = (
        Operation({}, (*_ON_THE_WAY, LANG), (404, 410, 414), (301, 303))
        if settings.see_other
        else documents(problems=(410, 414), bare=(301,))
    )
    name = "A name, with slashes in it where the IRI has some."
    return {
        "thing": _with(thing, (_path("name", name, "sfia/SLMO"),)),
        "agent": _with(thing, (_path("name", name, "slm-graph"),)),
        "graph": _with(thing, (_path("name", name, "sfia"),)),
        "document": documents(
            _path("name", "A name, or a name and the suffix of a format.", "sfia/SLMO"),
            problems=(410, 414),
            bare=(301,),
        ),
        "external": documents(iri, bare=(301,)),
        "external_as": fixed(iri),
        "vocabulary": documents(),
        "vocabulary_as": fixed(),
        "vocabulary_version": Operation({}, (_segment("version", "The vocabulary's version."),), (404, 414), (301, 303)),
        "release": Operation({}, (_VERSION,), (404, 414), (301, 303)),
        "release_document": documents(_VERSION, bare=(301,)),
        "release_document_as": fixed(_VERSION),
        "snapshot": documents(
            _VERSION, _path("name", "As below /doc/.", "sfia/SLMO"), problems=(410, 414), bare=(301,)
        ),
        "snapshot_external": documents(_VERSION, iri, bare=(301,)),
        "snapshot_external_as": fixed(_VERSION, iri),
        "linkset": Operation(
            json_of("Linkset", linkset.AS_JSON.media_type) | media((linkset.AS_TEXT,)),
            (text("iri", "Of which resource; without it, of the site.", example=concept),),
            (404, 406),
            CONDITIONAL,
            READ,
            ("Last-Modified",),
        ),
    }  # fmt: skip


def _dataset(base: str) -> dict[str, Operation]:
    rdf = choice("suffix", (row.suffix for row in RDF_FORMATS), "The format.", where="path", example="ttl")
    description = Operation(media((HTML, *RDF_FORMATS)), (LANG,), (404, 406), CONDITIONAL, KEPT,
                            ("Vary", "Last-Modified", "Content-Language", "Link"))  # fmt: skip
    fixed = _with(description, (rdf,), bare=(301,))
    dump = Operation(
        {GZIP: {}} | media(RDF_FORMATS),
        (_segment("file", "Its name, as the catalogue lists it.", "all.ttl.gz"),),
        (404, 414),
        (301, *CONDITIONAL, 416),
        KEPT,
        ("Vary", "Last-Modified"),
        "The file: packed as it lies there, or unpacked where its name is without .gz.",
    )
    report = media((HTML, TURTLE)) | json_of("ValidationReport")
    report_suffix = choice(
        "suffix", (row.suffix for row in quality.FORMATS if row is not HTML), "The format.", where="path",
        example="json",
    )  # fmt: skip
    shapes_suffix = choice(
        "suffix", (row.suffix for row in DOCUMENT_FORMATS), "The format.", where="path", example="ttl"
    )
    return {
        "catalog": description,
        "catalog_as": _with(fixed, content=media(RDF_FORMATS)),
        "void": _with(description, content=media(RDF_FORMATS)),
        "dumps": Operation({}, (), (), (303,)),
        "dumps_folder": Operation({}, (), (), (303,)),
        "dump": dump,
        "dump_of": _with(dump, (_VERSION,)),
        "graph_store": Operation(
            media(graphstore.FORMATS),
            (
                in_query("default", {"type": "string"}, "The default graph: the union of all.", may_be_empty=True),
                in_query("graph", {"type": "string", "format": "iri"}, "The name of a graph, instead of ?default.",
                         example=base + "graph/sfia"),
                _format(graphstore.FORMATS),
            ),
            (404, 406),
            (*CONDITIONAL, 416),
            READ,
            ("Last-Modified",),
            "The graph.",
        ),
        "changes": Operation(PAGES | json_of("Changes"), (_VERSION, LANG), (404, 406, 414), (301, *CONDITIONAL), READ,
                             ("Last-Modified", "Content-Language")),
        "quality": Operation(report, (LANG,), (404, 406), CONDITIONAL, READ, ("Last-Modified", "Content-Language")),
        "quality_as": Operation({name: said for name, said in report.items() if name != HTML.media_type},
                                (report_suffix,), (404,), (301, *CONDITIONAL), KEPT, ("Vary", "Last-Modified")),
        "findings": Operation(json_of("Findings"), (), (404,), CONDITIONAL, KEPT, ("Last-Modified", "Vary")),
        "shapes": description,
        "shapes_as": _with(fixed, (shapes_suffix,)),
        "releases": Operation(PAGES | json_of("Releases"), (LANG,), (406,), CONDITIONAL, READ, ("Content-Language",)),
    }  # fmt: skip


def _browsing(concept: str, scheme: str, schemes: list[str]) -> dict[str, Operation]:
    page = Operation(PAGES, (LANG,), (406,), CONDITIONAL, PAGE, ("Last-Modified",))
    found = Operation(
        PAGES | json_of("SearchResult"),
        (
            in_query("q", {"type": "string", "maxLength": finding.MAX_QUERY}, "What is looked for.", example="service",
                     may_be_empty=True),
            choice("scheme", schemes, "Only in this scheme."),
            choice("kind", finding.KINDS, "Only of this kind."),
            in_query("level", {"type": "integer", "minimum": 0, "maximum": 999}, "Only at this level.",
                     may_be_empty=True),
            in_query("language", {"type": "string", "pattern": "^(?=.*[A-Za-z0-9])[A-Za-z0-9-]{1,35}$"},
                     "Only labels and texts in this language.", example="de", may_be_empty=True),
            number("page", "The page of the result.", least=1, default=1),
            LANG,
        ),
        (404, 406),
        CONDITIONAL,
        PAGE,
        ("Last-Modified", "Link"),
    )  # fmt: skip
    table = Operation(
        media((HTML, crosswalk.SSSOM_TSV, CSV, TURTLE)) | json_of("JskosMappings", JSON.media_type),
        (
            in_query(
                "predicate",
                {"type": "array", "items": {"type": "string", "maxLength": 500}, "maxItems": crosswalk.MOST_PREDICATES},
                "Only these relations, IRIs or skos:…",
                example=["skos:closeMatch"],
            ),
            in_query("min", {"type": "string", "pattern": _SHARE}, "The lowest confidence, 0 to 1.", example="0.5",
                     may_be_empty=True),
            in_query("page", _POSITION, "The page of the table."),
            in_query("rows", _POSITION, f"Rows of a page, {crosswalk.MOST_PAGE_ROWS} at most."),
            in_query("chains", {"type": "string"}, "1: with correspondences by way of a third framework, on the page."),
            LANG,
        ),
        (404, 406, 413, 414),
        (301, *CONDITIONAL),
        KEPT,
        ("Vary", "Last-Modified", "Content-Language", "Content-Disposition", "Link"),
        "The mappings; a suffix of the name fixes the format.",
    )  # fmt: skip
    subject = _segment("subject", "A framework's name.", "sfia")
    return {
        "home": page,
        "about": page,
        "mappings": page,
        "compare": _with(
            page,
            (
                text("a", "IRI of the one concept.", required=True, example=concept),
                text("b", "IRI of the other one.", required=True, example=concept),
            ),
            (404,),
        ),
        "search": found,
        "search_as": _with(
            found,
            (choice("suffix", ("json",), "The format.", where="path", example="json"),),
            bare=(301,),
            content=json_of("SearchResult"),
        ),
        "suggest": Operation(
            json_of("Suggestions", finding.SUGGESTIONS_TYPE),
            (
                in_query("q", {"type": "string", "maxLength": finding.MAX_QUERY}, "The letters.", example="serv",
                         may_be_empty=True),
                number("limit", f"How many; {finding.SIZE} at most.", least=1, default=finding.SUGGESTIONS),
                LANG,
            ),
            (),
            CONDITIONAL,
            PAGE,
            ("Last-Modified",),
        ),
        "tree": _with(
            page,
            (
                text("parent", "IRI of a scheme or concept.", required=True, example=scheme),
                number("offset", "The first to be listed, from 0.", default=0),
            ),
            (404,),
            content=PAGES | json_of("Branch"),
        ),
        "index": _with(
            page,
            (
                text("scheme", "IRI of a scheme.", required=True, example=scheme),
                text("letter", "With which the names begin."),
                number("page", "The page of the list.", least=1, default=1),
            ),
            (404,),
        ),
        "mapping_set": _with(table, (_segment("name", "A set's name, or a name and a suffix."),)),
        "mapping_pair": _with(table, (subject, _segment("object_", "A framework's name, or a name and a suffix."))),
    }  # fmt: skip


def _site(settings: SiteSettings) -> dict[str, Operation]:
    opensearch = {finding.DESCRIPTION_TYPE: {"type": "string"}}
    metrics = Operation(
        PLAIN if settings.metrics else {}, (), () if settings.metrics else (404,), (), ("Cache-Control",)
    )
    return {
        "context": Operation({JSON_LD.media_type: {"type": "object", "required": ["@context"]}}, (), (), CONDITIONAL, KEPT,
                             ("Vary", "Last-Modified")),
        "static": Operation({content_type.partition(";")[0]: {} for content_type in TYPES.values()},
                            (_segment("name", "As the pages name it."),), (404, 414), (301, *CONDITIONAL), KEPT, ("Vary",)),
        "openapi": Operation(json_of("OpenApi"), (), (), CONDITIONAL, KEPT, ("Vary", "Last-Modified")),
        "opensearch": Operation(opensearch, (LANG,), (), CONDITIONAL, PAGE, ("Last-Modified",)),
        "sitemap": Operation({sitemap.XML: {}}, (), (), CONDITIONAL, KEPT, ("Vary", "Last-Modified")),
        "sitemap_part": Operation({sitemap.XML: {}}, (in_path("number", {"type": "string", "pattern": "^[1-9][0-9]{0,4}$"}),),
                                  (404, 414), (301, *CONDITIONAL), KEPT, ("Vary", "Last-Modified")),
        "robots": Operation(PLAIN, (), (), CONDITIONAL, KEPT, ("Vary", "Last-Modified")),
        "healthz": Operation(PLAIN, (), (), (), ("Cache-Control",)),
        "readyz": Operation(PLAIN, (), (), (), ("Cache-Control",)),
        "metrics": metrics,
        "queries": Operation(PAGES, (LANG,), (), CONDITIONAL, PAGE),
        "queries_bare": Operation({}, (), (), (301,)),
    }  # fmt: skip


def _with(
    one: Operation,
    parameters: tuple[Said, ...] = (),
    problems: tuple[int, ...] = (),
    bare: tuple[int, ...] = (),
    *,
    content: Mapping[str, Any] | None = None,
) -> Operation:
    """`one` with more of everything; a parameter that it has already is replaced."""
    own = {(said["name"], said["in"]) for said in parameters}
    return Operation(
        one.content if content is None else content,
        (*parameters, *(said for said in one.parameters if (said["name"], said["in"]) not in own)),
        tuple(sorted({*one.problems, *problems})),
        tuple(sorted({*one.bare, *bare})),
        one.headers,
        one.optional,
        one.description,
    )


def _path(name: str, description: str, example: str) -> Said:
    return in_path(name, {"type": "string", "pattern": NO_CONTROL}, description, example)


def _segment(name: str, description: str, example: str | None = None) -> Said:
    return in_path(name, None, description, example)


def _format(rows: Iterable[Format]) -> Said:
    return choice("format", (row.suffix for row in rows), "The format, before Accept.")


_SHARE = r"^(0([.,][0-9]{0,6})?|1([.,]0{0,6})?|[.,][0-9]{1,6})$"
_POSITION: Said = {"type": "integer", "minimum": 1, "maximum": 999_999}
_PAGE_OF_LIST = in_query(
    "page",
    {"type": "string"},
    "The page of a long list, a number from 1; a matter of the page for people, other formats pass over it.",
    example="1",
)

_VERSION = in_path("version", {"type": "string", "pattern": f"^{VERSION.pattern}$"}, "A release.")

_PROFILE = in_query(
    "_profile",
    {"type": "string", "enum": sorted(profiles.NAMES)},
    "The view, by its token or IRI (Content Negotiation by Profile); `alt` lists them.",
    example=profiles.ALTERNATES.token,
)
_MEDIA_TYPE = in_query(
    "_mediatype",
    {
        "type": "string",
        "enum": list(dict.fromkeys(row.media_type for one in profiles.PROFILES for row in one.formats)),
    },
    "The format, before Accept; 406 where the view has it not, 400 where the suffix of the address fixes another.",
    example=TURTLE.media_type,
    may_be_empty=True,
)
_ON_THE_WAY = tuple(
    in_query(name, {"type": "string"}, "As the document takes it, which is where the answer leads.")
    for name in ("_profile", "_mediatype")
)
_ACCEPT_PROFILE: Said = {
    "name": "Accept-Profile",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The views that are wished for; unknown ones are passed over.",
    "example": f"<{profiles.SCHEMA_PROFILE.iri}>",
}
