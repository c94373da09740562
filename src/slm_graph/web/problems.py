"""Errors as RFC 9457 problem details, or as a page, in the reader's language; never a path, a trace or a library."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import Busy, QueryError, SlmGraphError, Text
from slm_graph.formats import HTML, RDF_FORMATS, SOLUTION_FORMATS, Format
from slm_graph.web import pages
from slm_graph.web.addresses import canonical_path
from slm_graph.web.responses import NOT_KEPT, query_without
from slm_graph.web.site import Served
from slm_graph.web.views import Reader

PROBLEM_JSON = Format(
    "problem",
    "Problem Details",
    "application/problem+json",
    "json",
    aliases=tuple(
        dict.fromkeys(
            media_type
            for row in (*RDF_FORMATS, *SOLUTION_FORMATS)
            for media_type in (row.media_type, *row.aliases)
            if media_type != "text/plain"  # whoever wants plain text is a person
        )
    ),
)
"""What programs get: whoever prefers any format of data reads JSON more gladly than a page."""

TITLES: dict[int, Text] = {
    400: Text(de="Fehlerhafte Anfrage", en="Bad request"),
    403: Text(de="Nicht erlaubt", en="Not allowed"),
    404: Text(de="Nicht gefunden", en="Not found"),
    405: Text(de="Methode nicht erlaubt", en="Method not allowed"),
    406: Text(de="Kein passendes Format", en="No acceptable format"),
    408: Text(de="Zeitgrenze erreicht", en="Deadline reached"),
    412: Text(de="Bedingung nicht erfüllt", en="Precondition failed"),
    413: Text(de="Anfrage zu groß", en="Request too large"),
    414: Text(de="Adresse zu lang", en="Address too long"),
    415: Text(de="Medientyp nicht unterstützt", en="Unsupported media type"),
    416: Text(de="Bereich nicht vorhanden", en="No such range"),
    500: Text(de="Interner Fehler", en="Internal error"),
    502: Text(de="Anderer Server antwortet nicht brauchbar", en="Unusable answer from another server"),
    503: Text(de="Gerade nicht erreichbar", en="Unavailable at present"),
    504: Text(de="Anderer Server antwortet nicht rechtzeitig", en="Another server did not answer in time"),
}

DETAILS: dict[int, Text] = {
    400: Text(de="Die Anfrage ist nicht verständlich.", en="The request cannot be understood."),
    404: Text(de="Unter dieser Adresse gibt es nichts.", en="There is nothing at this address."),
    405: Text(
        de="Diese Adresse nimmt die Methode nicht an; welche sie annimmt, sagt die Kopfzeile Allow.",
        en="This address does not take that method; the Allow header says which ones it does.",
    ),
    408: Text(de="Die Anfrage kam nicht rechtzeitig an.", en="The request did not arrive in time."),
    412: Text(
        de="Was es hier gibt, ist ein anderes als das, wofür die Anfrage gelten soll.",
        en="What there is here is not what the request is meant for.",
    ),
    413: Text(de="Der Inhalt der Anfrage ist zu groß.", en="The content of the request is too large."),
    414: Text(de="Die Adresse ist zu lang.", en="The address is too long."),
    415: Text(
        de="Diesen Medientyp nimmt die Adresse nicht an.", en="This address does not take that media type."
    ),
    500: Text(
        de="Ein Fehler auf unserer Seite. Die Kennung der Anfrage hilft, ihn zu finden.",
        en="A fault on our side. The request id helps to find it.",
    ),
    503: Text(de="Bitte später noch einmal versuchen.", en="Please try again later."),
}


_FORMS = ("/queries/", "/sparql", "/search", "/mappings/")
"""How the addresses begin whose page is a form."""

_COMMAND = "slm-graph "
"""How a command line of ours begins, in a hint."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One format an address has, for a 406: `href` None where the format has no address of its own."""

    format: Format
    href: str | None = None


class Problem(Exception):
    """An error answer, raised where the request is found wanting."""

    def __init__(
        self,
        status: int,
        detail: Text,
        *,
        headers: Sequence[tuple[str, str]] = (),
        offers: Sequence[Offer] = (),
        line: int | None = None,
        column: int | None = None,
        title: Text | None = None,
    ) -> None:
        super().__init__(detail.en)
        self.status = status
        self.title = title or TITLES.get(status) or TITLES[500 if status >= 500 else 400]
        self.detail = detail
        self.headers = tuple(headers)
        self.offers = tuple(offers)
        self.line = line
        self.column = column


def not_acceptable(offers: Sequence[Offer], *, varied_by: Sequence[str] = ()) -> Problem:
    """406, with what there is (RFC 9110, 15.5.7); `varied_by`: the headers that chose, besides Accept."""
    return Problem(
        406,
        Text(
            de="Keines der gewünschten Formate gibt es hier.",
            en="None of the formats asked for is available here.",
        ),
        headers=[("Vary", name) for name in varied_by],
        offers=offers,
    )


def of_error(error: SlmGraphError) -> Problem:
    """The problem of one of our own errors: its status, its title, its text and hint; never its place."""
    status = error.http_status
    if status == 500:
        return Problem(500, DETAILS[500])  # what is broken is for the log
    parts = [error.text]
    if (
        error.hint is not None and _COMMAND not in error.hint.en
    ):  # a command is for who runs the site, not who reads it
        parts.append(error.hint)
    detail = Text(
        de=" ".join(sentence(part.de) for part in parts), en=" ".join(sentence(part.en) for part in parts)
    )
    headers = [("Retry-After", str(error.retry_after_seconds))] if isinstance(error, Busy) else []
    line, column = (error.line, error.column) if isinstance(error, QueryError) else (None, None)
    return Problem(status, detail, title=error.title, headers=headers, line=line, column=column)


def of_status(status: int, headers: Sequence[tuple[str, str]] = ()) -> Problem:
    """The problem of a bare HTTP status."""
    return Problem(status, DETAILS.get(status) or DETAILS[500 if status >= 500 else 400], headers=headers)


def request_id() -> str:
    """The id of this request: the server's if it gives one, else our own; the same for the whole request."""
    given = request.environ.setdefault("slm_graph.request_id", secrets.token_hex(8))
    return str(given)


def reader_of_request() -> Reader:
    """Who asks: the language by ?lang=, else by Accept-Language."""
    # most addresses have no query, and reading one costs as much as finding the body
    asked = request.args.get("lang") if request.environ.get("QUERY_STRING") else None
    if asked == "de":
        return Reader("de", chosen=True)
    if asked == "en":
        return Reader("en", chosen=True)
    return Reader(negotiation.negotiate_language(request.environ.get("HTTP_ACCEPT_LANGUAGE")))


def response(problem: Problem, *, mount: str, served: Served | None) -> Response:
    """The answer to a request that failed, as the client reads it best."""
    reader = reader_of_request()
    language = reader.language
    programs_first = request.path == "/graph" or request.path.startswith(
        ("/sparql", "/readyz", "/healthz", "/reconcile", "/rest/", "/jskos/")
    )
    offers = (PROBLEM_JSON, HTML) if programs_first else (HTML, PROBLEM_JSON)
    chosen = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), offers) or offers[0]
    title = problem.title.in_language(language)
    detail = sentence(problem.detail.in_language(language))
    if chosen is HTML:
        body = pages.render(
            "problem.html",
            reader=reader,
            mount=mount,
            href=_asked("" if "slm_graph.outside" in request.environ else mount),
            served=served,
            status=problem.status,
            title=title,
            detail=detail,
            line=problem.line,
            column=problem.column,
            offers=[(offer.format.label, offer.format.media_type, offer.href) for offer in problem.offers],
            request_id=request_id(),
            again=_form(problem, mount),
        )
    else:
        body = _details(problem, title, detail)
    varied_by = ["Accept", "Accept-Language", *(value for name, value in problem.headers if name == "Vary")]
    headers = [
        ("Vary", ", ".join(varied_by)),
        ("Content-Language", language),
        ("Cache-Control", NOT_KEPT),
        *(header for header in problem.headers if header[0] != "Vary"),
    ]
    return Response(body, problem.status, headers, content_type=chosen.content_type)


def _asked(mount: str) -> str:
    """The address that was asked for, without its language."""
    # two slashes in front would lead to another host
    path = mount + request.path if mount else "/" + request.path.lstrip("/")
    return canonical_path(path) + query_without("lang")


def _form(problem: Problem, mount: str) -> str | None:
    """The page that asked for what was refused, without what was given there; None where none did."""
    asked = problem.status == 400 and request.query_string and request.path.startswith(_FORMS)
    return mount + quote(request.path) if asked else None


def _details(problem: Problem, title: str, detail: str) -> bytes:
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "instance": f"urn:request:{request_id()}",
    }
    if problem.line is not None:
        said |= {"line": problem.line, "column": problem.column}
    if problem.offers:
        said["offers"] = [
            {"label": offer.format.label, "mediaType": offer.format.media_type}
            | ({"href": offer.href} if offer.href is not None else {})
            for offer in problem.offers
        ]
    return json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def sentence(text: str) -> str:
    """The text with a capital at its start and a full stop at its end: the errors' texts begin in the middle of a line.

    >>> sentence("the query is empty")
    'The query is empty.'
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", ":")) else ".")
