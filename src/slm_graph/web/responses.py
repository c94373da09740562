"""From a representation to a response: conditional requests, caching, the headers every answer carries."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

from slm_graph import negotiation
from slm_graph.web.representations import (
    Representation,
    Representations,
    is_packable,
    packed,
    representation,
    varied_by_encoding,
)
from slm_graph.web.site import Served

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers

CURRENT = "public, max-age=60"
"""Of what may change with the next release: a minute late is no harm, and a busy page is asked for once a minute."""

FOREVER = "public, max-age=31536000, immutable"
"""Of what never changes: a year is the longest that caches take seriously (RFC 9111, 5.2.2.1)."""

NOT_KEPT = "no-store"

ANY_ORIGIN = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        (
            "Link, ETag, Content-Location, Content-Language, Content-Profile, Content-Range, Last-Modified, "
            "Retry-After, X-Request-Id, X-Silenced-Services"
        ),
    ),
)
"""CORS without credentials: everything here is public."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", _POLICY),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)

_ENTITY_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


REPEATABLE = "slm_graph.repeatable"
"""The key of the WSGI environment under which a view leaves its `Repeatable`."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What a view says of its answer: it is the body kept as `key`, as long as `current` is what is served."""

    current: weakref.ref[Served] | None
    """None: it never changes, as it belongs to no release, or to one that was asked for by version."""
    key: Hashable


def _repeatable(served: Served | None, key: Hashable) -> Repeatable:
    # by reference: thousands of these are kept, and must not keep releases open that nobody serves any more
    is_current = served is not None and served.addresses.snapshot is None
    return Repeatable(weakref.ref(served) if served is not None and is_current else None, key)


_OF_CONTENT = frozenset(
    {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Last-Modified"}
)
"""What 304 leaves out: it tells the client what it has, not what there is (RFC 9110, 15.4.5)."""


def without_content(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a 200 that its 304 has, too."""
    return [pair for pair in headers if pair[0] not in _OF_CONTENT]


class Ready(Response):
    """A 200 whose headers are final: every address in them is a URI already, and the length is known.

    Spares a sixth of a request's time, which the framework spends on rewriting them.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers


def respond(made: Representation, *, cache: str, issued: str | None = None) -> Response:
    """The answer with `made`, or 304. Raises PreconditionFailed, as the request's conditions say (RFC 9110, 13.2.2).

    `issued` is the release's ISO 8601 date: without one there is no Last-Modified.
    """
    headers = [("ETag", made.etag), ("Cache-Control", cache), *made.headers]
    modified = http_date(issued)
    if modified is not None:
        headers.append(("Last-Modified", modified))
    if request.method in ("GET", "HEAD") and is_spared(made.etag, modified):
        return Response(status=304, headers=headers)
    headers.append(("Content-Length", str(len(made.body))))
    return Ready(made.body, 200, headers, content_type=made.content_type)


def is_spared(etag: str, modified: str | None) -> bool:
    """Whether the client of this GET or HEAD has what would be sent. Raises PreconditionFailed: an error like others, told
    to people and programs, and never kept as long as what it is about."""
    status = condition(request.environ, etag, modified)
    if status == 412:
        raise PreconditionFailed
    return status == 304


def condition(environ: WSGIEnvironment, etag: str, modified: str | None) -> int | None:
    """304 or 412 where the conditions of a GET or HEAD say so, else None; in the order of RFC 9110, 13.2.2."""
    if_match = environ.get("HTTP_IF_MATCH")
    if if_match is not None:
        if not _matches(if_match, etag, weak=False):
            return 412
    elif _is_later(modified, environ.get("HTTP_IF_UNMODIFIED_SINCE")) is True:
        return 412
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None:
        return 304 if _matches(if_none_match, etag, weak=True) else None
    return 304 if _is_later(modified, environ.get("HTTP_IF_MODIFIED_SINCE")) is False else None


def _is_later(modified: str | None, since: str | None) -> bool | None:
    """Whether `modified` is after the date a header gives; None where there is no date on either side: then the header says
    nothing (RFC 9110, 13.1.3 and 13.1.4)."""
    asked = _date_of(since) if since is not None else None
    return parsedate_to_datetime(modified) > asked if modified is not None and asked is not None else None


def _matches(header: str, etag: str, *, weak: bool) -> bool:
    """Comparison of RFC 9110, 8.8.3.2; "*" means any."""
    if header.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _ENTITY_TAG.findall(header))


def _date_of(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


@lru_cache(maxsize=64)  # one a release
def http_date(issued: str | None) -> str | None:
    """Midnight UTC of an ISO 8601 date, as Last-Modified has it; None for what is no date."""
    if issued is None:
        return None
    try:
        day = date.fromisoformat(issued[:10])
    except ValueError:
        return None
    return format_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC), usegmt=True)


def respond_kept(
    kept: Representations,
    key: Hashable,
    make: Callable[[], Representation],
    *,
    served: Served | None,
    cache: str,
    repeats: bool = True,
) -> Response:
    """The answer with the body kept as `key`, packed if the client takes it so; `served` is the release it is of.

    Everything the body depends on is in `key`. `repeats` says that this is nothing but the release, the request's
    target and the headers in `repeats.CHOOSING`: then the same request again is answered without asking the view.
    """
    made = kept.get(key, lambda: varied_by_encoding(make()))
    if is_packable(made) and negotiation.takes_gzip(request.environ.get("HTTP_ACCEPT_ENCODING")):
        plain, key = made, (key, "gzip")
        made = kept.get(key, lambda: packed(plain))
    if repeats:
        request.environ[REPEATABLE] = _repeatable(served, key)
    return respond(made, cache=cache, issued=served.release.date if served is not None else None)


def see_other(location: str, *, cache: str, links: str | None = None) -> Response:
    """303 to the document about a thing (Cool URIs for the Semantic Web, 4.2)."""
    return _pointing(303, location, cache=cache, links=links)


def see_other_kept(
    kept: Representations, location: str, *, served: Served, cache: str, links: str
) -> Response:
    """303 that is nothing but the release, the target and the headers in `repeats.CHOOSING`: repeated without the view."""
    response = see_other(location, cache=cache, links=links)
    key = (served.release.version, "see other", location)
    kept.get(key, lambda: representation(response.get_data(), "text/plain"))
    request.environ[REPEATABLE] = _repeatable(served, key)
    return response


def moved(location: str, *, said: str = "") -> Response:
    """301 to the canonical spelling of a path, with the request's query but for the parameter `said` by the path.

    308 for other methods than GET and HEAD: after 301 clients would ask by GET (RFC 9110, 15.4.2).
    """
    query = query_without(said)
    path, hash_, fragment = location.partition("#")
    status = 301 if request.method in ("GET", "HEAD") else 308
    return _pointing(status, f"{path}{query}{hash_}{fragment}", cache=CURRENT, links=None)


def query_without(name: str) -> str:
    """The request's query as it was spelt, with its question mark, but for one parameter; "" for none."""
    fields = request.environ.get("QUERY_STRING", "").split("&")
    query = "&".join(field for field in fields if not name or field.partition("=")[0] != name)
    return f"?{query}" if query else ""


def _pointing(status: int, location: str, *, cache: str, links: str | None) -> Response:
    response = Response(location + "\n", status, content_type="text/plain; charset=utf-8")
    response.autocorrect_location_header = False  # a path reference: never a host that a request claims
    response.headers["Location"] = location
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = cache
    if links is not None:
        response.headers["Link"] = links
    return response
