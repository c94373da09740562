"""The parts of the description of the API: parameters, headers, answers (OpenAPI 3.1, 4.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slm_graph.formats import HTML, Format
from slm_graph.web.api_schemas import SCHEMAS
from slm_graph.web.problems import PROBLEM_JSON, TITLES
from slm_graph.web.programs import MAX_PARAMETER

Said = dict[str, Any]
"""A piece of the document."""

LARGEST_NUMBER = 999_999_999
"""Nine digits, what `programs.whole_number` reads."""

NO_CONTROL = r"^[^\u0000-\u001f\u007f\ufffd]+$"
"""What a path may hold: the frame of the site refuses the rest with 400."""

ONE_SEGMENT = r"^[^/\u0000-\u001f\u007f\ufffd]+$"

ANYWHERE = (400, 408, 431, 500)
"""What any request may meet: it cannot be read, comes too slowly, is too long in its head, or hits a fault of ours."""

BARE = {301: "The canonical spelling of the address.", 303: "The document is elsewhere.", 304: "What you have is current."}  # fmt: skip
"""Answers without content, or with a line that repeats a header."""

HEADERS: Mapping[str, tuple[str, Said]] = {
    "Access-Control-Allow-Origin": ("Any site may read the answer.", {"type": "string", "const": "*"}),
    "Cache-Control": ("How long the answer may be kept.", {"type": "string", "minLength": 1}),
    "Content-Disposition": ("The file's name.", {"type": "string", "pattern": "^attachment; filename="}),
    "Content-Language": (
        "The language of the page; both where a request is refused before its headers are read.",
        {"type": "string", "enum": ["de", "en", "de, en"]},
    ),
    "Content-Location": (
        "The address of this representation alone.",
        {"type": "string", "format": "uri-reference"},
    ),
    "Content-Profile": ("The view it is (Content Negotiation by Profile).", {"type": "string", "pattern": "^<.+>$"}),
    "Content-Range": ("Which part of the file it is.", {"type": "string", "pattern": r"^bytes (\d+-\d+|\*)/\d+$"}),
    "ETag": ("The tag of this representation.", {"type": "string", "pattern": '^(W/)?"[^"]+"$'}),
    "Last-Modified": ("The release's date.", {"type": "string", "pattern": " GMT$"}),
    "Link": ("Typed links (RFC 8288).", {"type": "string", "pattern": "^<"}),
    "Location": ("Where to go.", {"type": "string", "format": "uri-reference"}),
    "Retry-After": ("When to come again, in seconds.", {"type": "integer", "minimum": 1}),
    "Vary": ("The request's headers that chose.", {"type": "string", "minLength": 1}),
    "X-Request-Id": ("The id of the request in our log.", {"type": "string", "pattern": "^[0-9a-f]{16}$"}),
    "X-Silenced-Services": (
        "The endpoints that failed where the query said SERVICE SILENT, and how.",
        {"type": "string", "pattern": "^<.+>; outcome="},
    ),
    "X-Total-Count": ("How many items there are in all.", {"type": "integer", "minimum": 0}),
}  # fmt: skip
"""Every header that is described: what it says, and its form."""

ALWAYS = ("Access-Control-Allow-Origin", "X-Request-Id")
KEPT = ("Cache-Control", "ETag")
"""Of whatever can be asked for by condition."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What reading one address takes, and what it answers besides what any request may meet."""

    content: Mapping[str, Said]
    """Media type → schema of a 200; empty: there is no 200."""
    parameters: Sequence[Said] = ()
    problems: Sequence[int] = ()
    """Statuses that come as problem details, or as a page."""
    bare: Sequence[int] = ()
    """Statuses of `BARE`, and those problems that conditions and ranges lead to."""
    headers: Sequence[str] = ()
    """What a 200 has besides `ALWAYS`."""
    optional: Sequence[str] = ()
    """What a 200 may have."""
    description: str = "The answer."


def media(rows: Iterable[Format]) -> dict[str, Said]:
    """Content in any of the formats; nothing is said of their inside."""
    return {row.media_type: {} for row in rows}


def json_of(schema: str, media_type: str = "application/json") -> dict[str, Said]:
    """Content in JSON of one of the shapes in `api_schemas`."""
    return {media_type: {"$ref": f"#/components/schemas/{schema}"}}


def in_query(
    name: str,
    schema: Said,
    description: str | None = None,
    *,
    required: bool = False,
    example: object = None,
    may_be_empty: bool = False,
) -> Said:
    """One parameter of the address; `may_be_empty`: then it counts as missing, as forms send it."""
    said: Said = {"name": name, "in": "query", "required": required, "schema": schema}
    if description:
        said["description"] = description
    if may_be_empty:
        said["allowEmptyValue"] = True
    return said | ({"example": example} if example is not None else {})


def in_path(
    name: str, schema: Said | None = None, description: str | None = None, example: object = None
) -> Said:
    """One variable part of the path; a name by itself unless told otherwise."""
    said: Said = {
        "name": name,
        "in": "path",
        "required": True,
        "schema": schema or {"type": "string", "pattern": ONE_SEGMENT},
    }
    if description:
        said["description"] = description
    return said | ({"example": example} if example is not None else {})


def text(name: str, description: str, *, required: bool = False, example: object = None) -> Said:
    """A text of any kind, as `programs.given` takes it."""
    schema: Said = {"type": "string", "maxLength": MAX_PARAMETER} | ({"minLength": 1} if required else {})
    return in_query(name, schema, description, required=required, example=example, may_be_empty=not required)


def number(name: str, description: str, *, least: int = 0, default: int | None = None) -> Said:
    """A whole number, as `programs.whole_number` takes it."""
    schema: Said = {"type": "integer", "minimum": least, "maximum": LARGEST_NUMBER}
    return in_query(
        name, schema | ({"default": default} if default is not None else {}), description, may_be_empty=True
    )


def choice(
    name: str, values: Iterable[str], description: str, *, where: str = "query", example: object = None
) -> Said:
    """One of a few values."""
    schema: Said = {"type": "string", "enum": list(dict.fromkeys(values))}
    if where == "path":
        return in_path(name, schema, description, example)
    return in_query(name, schema, description, example=example, may_be_empty=True)


LANG = in_query(
    "lang",
    {"type": "string"},
    "The reader's language, de or en, before Accept-Language; anything else counts as missing.",
    example="en",
)

_RANGE: Said = {
    "name": "Range",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Which bytes of the file (RFC 9110, 14.2); what is no range of bytes is passed over.",
    "example": "bytes=0-99",
}

PAGES: dict[str, Said] = media((HTML,))


def operation_object(said: Operation) -> Said:
    """The parameters and answers of one operation."""
    answers: Said = {}
    if said.content:
        answers["200"] = answer(said.description, said.content, (*ALWAYS, *said.headers), said.optional)
    parameters = list(said.parameters)
    if 416 in said.bare:  # a file, which may be asked for in parts
        parameters.append(_RANGE)
        answers["206"] = answer(
            "A part of the file.", said.content, (*ALWAYS, *KEPT, "Content-Range"), ("Vary", "Last-Modified")
        )
    for status in sorted({*ANYWHERE, *said.problems, *said.bare}):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {"parameters": parameters, "responses": answers}


def answer(
    description: str, content: Mapping[str, Said], required: Iterable[str] = (), optional: Iterable[str] = ()
) -> Said:
    """One answer with the headers it has, or may have."""
    said: Said = {"description": description, "headers": headers(required, optional)}
    if content:
        said["content"] = {name: {"schema": schema} if schema else {} for name, schema in content.items()}
    return said


def _bare(status: int) -> Said:
    """An answer whose headers say it all."""
    if status in (301, 303):
        line = {"text/plain": {"type": "string"}}
        return answer(BARE[status], line, (*ALWAYS, "Location", "Vary", "Cache-Control"), ("Link",))
    return answer(BARE[status], {}, (*ALWAYS, *KEPT), ("Vary", "Last-Modified", "Link"))


def headers(required: Iterable[str], optional: Iterable[str] = ()) -> Said:
    """References to the headers, those that are always there told as such."""
    said: Said = {}
    for name in dict.fromkeys(required):
        said[name] = {"$ref": f"#/components/headers/{name}"}
    for name in dict.fromkeys(optional):
        said.setdefault(name, {"$ref": f"#/components/headers/{name}-optional"})
    return said


def components() -> Said:
    """What operations refer to."""
    described: Said = {}
    for name, (description, schema) in HEADERS.items():
        described[name] = {"description": description, "required": True, "schema": schema}
        described[f"{name}-optional"] = {"description": description, "schema": schema}
    problems = {str(status): _problem(status) for status in (*TITLES, *_FURTHER_TITLES) if status not in BARE}
    problems |= {str(status): _bare(status) for status in BARE}
    for status, said in list(problems.items()):
        problems[f"{status}-without-content"] = {
            part: told for part, told in said.items() if part != "content"
        }
    return {"schemas": dict(SCHEMAS), "headers": described, "responses": dict(sorted(problems.items()))}


_FURTHER_TITLES = {
    410: "Gone: an earlier release had it",
    431: "Request line and headers too large",
}
"""Of problems that have a title of their own, or come from before the application."""

_BEFORE_THE_APPLICATION = (400, 408, 413, 431, 500)
"""A request that cannot be read gets a plain answer: nobody has looked at its languages yet."""

_SOMETIMES: Mapping[int, tuple[str, ...]] = {410: ("Link",), 416: ("Content-Range",), 503: ("Retry-After",)}
"""Headers that say more about a problem."""


def _problem(status: int) -> Said:
    title = TITLES[status].en if status in TITLES else _FURTHER_TITLES[status]
    negotiated = ("Vary", "Content-Language", "Cache-Control")
    early = status in _BEFORE_THE_APPLICATION
    required = ("Access-Control-Allow-Origin",) if early else (*ALWAYS, *negotiated)
    optional = [*(("X-Request-Id", *negotiated) if early else ())]
    optional += _SOMETIMES.get(status, ())
    content = {PROBLEM_JSON.media_type: {"$ref": "#/components/schemas/Problem"}, HTML.media_type: {}}
    return answer(title, content, required, optional)
