"""SPARQL 1.1 Protocol, the query operations: from a request to the one query it asks (section 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from flask import request
from rdflib import URIRef
from werkzeug.exceptions import RequestEntityTooLarge

from slm_graph import negotiation
from slm_graph.errors import NotAcceptable, QueryRefused, Text
from slm_graph.formats import (
    HTML,
    JSON_LD,
    RDF_FORMATS,
    RDF_XML,
    SOLUTION_FORMATS,
    TURTLE,
    Format,
    by_name,
)
from slm_graph.settings import QueryLimits
from slm_graph.store.face import Answer, QueryDataset, QueryRequest
from slm_graph.web.links import context_link
from slm_graph.web.problems import Offer, Problem, not_acceptable, of_error

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ACCEPTED = (QUERY, FORM)
TAKEN = (("Accept-Post", ", ".join(ACCEPTED)), ("Accept-Query", ", ".join(ACCEPTED)))
"""Headers that say what a body may be (Linked Data Platform, 7.1; RFC 10008)."""

GRAPH_NAMES: dict[str, Format] = {"xml": RDF_XML, "rdf+xml": RDF_XML, "n3": TURTLE, "json-ld": JSON_LD}
"""What clients of other endpoints (SPARQLWrapper) write for `format=`, where they want a graph."""

ANSWERS = "no-cache"
"""Cache-Control of answers: they change with the release, and have no tag to ask by."""

MAX_FIELDS = 200
"""Fields of one form: a query and more graphs than any release of ours has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the endpoint; `query` None: nothing."""

    query: str | None
    dataset: QueryDataset
    format: str | None
    """The value of `format=`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The formats an answer may have: None where there is none, or where a page suits the client better."""

    solutions: Format | None
    graph: Format | None
    page: bool
    """Whatever the query asks for, a page of it suits the client best."""
    or_page: bool = False
    """Of the kind that has no format here, a page does."""


def asked(limits: QueryLimits) -> Asked:
    """The query of this request. Raises Problem for a request that breaks the protocol, QueryRefused for an update."""
    in_address = fields_of(request.query_string)
    if request.method in ("GET", "HEAD"):
        return _asked(in_address, None, in_address)
    media_type, charset = request.mimetype, (request.mimetype_params.get("charset") or "utf-8").lower()
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(
            415,
            Text(
                de="Komprimierte Anfragen nimmt der Endpunkt nicht an.",
                en="The endpoint takes no compressed requests.",
            ),
            headers=[("Accept-Encoding", "identity")],
        )
    if media_type == UPDATE:
        raise refused_update()
    if media_type not in ACCEPTED or charset not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(
            415,
            Text(
                de=f"Der Endpunkt nimmt {QUERY} und {FORM} in UTF-8 an.",
                en=f"The endpoint takes {QUERY} and {FORM} in UTF-8.",
            ),
            headers=TAKEN,
        )
    body = _body()
    if media_type == FORM:
        # all of it belongs into the form; but what stands in the address was said too, and passing over a data set
        # there would answer another question than was asked
        fields = [*fields_of(body), *in_address]
        return _asked(fields, None, fields)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    if len(body) > limits.max_query_bytes:
        raise too_long(limits)
    return _asked(in_address, text, in_address)


def _asked(fields: Sequence[tuple[str, str]], direct: str | None, how: Sequence[tuple[str, str]]) -> Asked:
    if any(name == "update" for name, _ in fields):
        raise refused_update()
    queries = [value for name, value in fields if name == "query"] + ([direct] if direct is not None else [])
    if len(queries) > 1:
        raise Problem(
            400,
            Text(de="Eine Anfrage hat genau eine Abfrage (query).", en="A request has exactly one query."),
        )
    # each graph once: the engine would count the triples of one that is named twice twice
    default = tuple(dict.fromkeys(graph_iri(value) for name, value in fields if name == "default-graph-uri"))
    named = tuple(dict.fromkeys(graph_iri(value) for name, value in fields if name == "named-graph-uri"))
    formats = [value for name, value in how if name in ("format", "output") and value]
    return Asked(
        queries[0] if queries else None, QueryDataset(default, named), formats[0] if formats else None
    )


def _body() -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Problem(
            413, Text(de="Der Inhalt der Anfrage ist zu groß.", en="The content of the request is too large.")
        ) from error


def fields_of(encoded: bytes) -> list[tuple[str, str]]:
    """The fields of a form or of an address's query. Raises Problem for what is no UTF-8, and for too many."""
    try:
        return parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise Problem(
            400,
            Text(
                de="Die Felder der Anfrage sind nicht lesbar.", en="The fields of the request cannot be read."
            ),
        ) from error


def _not_utf8() -> Problem:
    return Problem(400, Text(de="Die Anfrage ist kein UTF-8.", en="The request is not UTF-8."))


def graph_iri(value: str) -> URIRef:
    """The name of a graph. Raises Problem for what is no absolute IRI."""
    scheme, colon, rest = value.partition(":")
    if not (colon and rest and scheme.isascii() and scheme[:1].isalpha()) or any(
        sign in ' <>"{}|\\^`' or ord(sign) < 0x20 for sign in value
    ):
        raise Problem(
            400,
            Text(
                de="Ein Graph wird durch eine absolute IRI benannt.",
                en="A graph is named by an absolute IRI.",
            ),
        )
    return URIRef(value)


def refused_update() -> QueryRefused:
    return QueryRefused(
        Text(de="Änderungen nimmt dieser Dienst nicht an.", en="this service takes no updates")
    )


def too_long(limits: QueryLimits) -> Problem:
    return Problem(
        413,
        Text(
            de=f"Die Abfrage ist länger als {limits.max_query_bytes} Bytes.",
            en=f"The query is longer than {limits.max_query_bytes} bytes.",
        ),
    )


def wanted(format_name: str | None) -> Wanted:
    """The formats for this request: `format=` before Accept. Raises Problem for an unknown or unacceptable one."""
    if format_name is None:
        return _by_accept(request.environ.get("HTTP_ACCEPT"))
    name = _spelt(format_name)
    if by_name(name, (HTML,)) is not None:
        return Wanted(None, None, page=True)
    solutions = by_name(name, SOLUTION_FORMATS)
    graph = GRAPH_NAMES.get(name) or by_name(name, RDF_FORMATS)
    if solutions is None and graph is None:
        raise _unknown_format((*SOLUTION_FORMATS, *RDF_FORMATS, HTML))
    return Wanted(solutions, graph, page=False)


def graph_format(format_name: str | None, rows: Sequence[Format]) -> Format | None:
    """The row that `format=` names, None where it is not given. Raises Problem for one that is not among `rows`."""
    if format_name is None:
        return None
    name = _spelt(format_name)
    row = GRAPH_NAMES.get(name) or by_name(name, tuple(rows))
    if row not in rows:
        raise _unknown_format(rows)
    return row


def _spelt(format_name: str) -> str:
    """A "+" that was not escaped arrives as a blank."""
    return format_name.replace(" ", "+").lower()


def _unknown_format(rows: Sequence[Format]) -> Problem:
    names = ", ".join(dict.fromkeys(row.suffix for row in rows))
    return Problem(
        400,
        Text(
            de=f"Unbekannter Wert von format; es gibt: {names}.",
            en=f"Unknown value of format; there is: {names}.",
        ),
    )


def _by_accept(accept: str | None) -> Wanted:
    wanted = by_accept(accept)
    if wanted is None:
        raise not_acceptable([Offer(row) for row in dict.fromkeys((*SOLUTION_FORMATS, *RDF_FORMATS, HTML))])
    return wanted


@lru_cache(maxsize=1024)  # clients send a handful of headers, strangers are held to so many
def by_accept(accept: str | None) -> Wanted | None:
    """Negotiated for each kind of answer apart: which it is, the query alone says (SPARQL 1.1 Protocol, 2.1.5).

    None: nothing of either kind is acceptable.
    """
    solutions = negotiation.negotiate(accept, (*SOLUTION_FORMATS, HTML))
    graph = negotiation.negotiate(accept, (*RDF_FORMATS, HTML))
    if solutions is None and graph is None:
        return None
    pages = [row is HTML for row in (solutions, graph)]
    return Wanted(
        None if solutions is HTML else solutions,
        None if graph is HTML else graph,
        page=all(pages),
        or_page=any(pages),
    )


def headers(answer: Answer, asked: QueryRequest) -> list[tuple[str, str]]:
    """The headers of an answer that is sent as it came."""
    said = headers_of(answer.format, answer.length_bytes)
    if answer.format.media_type == "application/json" and asked.context is not None:
        said.append(("Link", context_link(asked.context)))
    return said


def headers_of(format: Format, length_bytes: int | None) -> list[tuple[str, str]]:
    """The headers of any answer in `format`; `length_bytes` is None where it is not known yet."""
    length = [] if length_bytes is None else [("Content-Length", str(length_bytes))]
    return [
        ("Content-Type", format.content_type),
        *length,
        ("Vary", "Accept"),
        ("Cache-Control", ANSWERS),
    ]


def not_offered(error: NotAcceptable, *, solutions: Format | None, graph: Format | None) -> Problem:
    """What a client is told that takes one of these, where the query has an answer of the other kind."""
    problem = of_error(error)
    rows: tuple[Format, ...] = (*SOLUTION_FORMATS, *RDF_FORMATS)
    if graph is None:
        rows = RDF_FORMATS
    elif solutions is None:
        rows = SOLUTION_FORMATS
    problem.offers = tuple(Offer(row) for row in (*rows, HTML))
    return problem
