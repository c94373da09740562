"""Every answer of a site that can be a file: asked of the application itself, so that a copy has the same bytes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from slm_graph.errors import LANGUAGES, EnvironmentFault, Text
from slm_graph.formats import DOCUMENT_FORMATS, HTML, SOLUTION_FORMATS, Format
from slm_graph.web.assets import assets
from slm_graph.web.site import Served

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PAGES = (
    "/",
    "/about",
    "/mappings",
    "/releases",
    "/catalog",
    "/.well-known/void",
    "/quality",
    "/ontology",
    "/shapes",
)
FILES = ("/robots.txt", "/sitemap.xml", "/context.jsonld")

SITEMAP = re.compile(r"/sitemap(?:-[0-9]+)?\.xml")
"""The list of all addresses, or of its parts, and the parts."""

KEPT_PARAMETERS = frozenset({"iri", "page", "chains", "scheme", "letter", "parent", "offset"})
"""Of links in pages: those whose answers are files. A search has no end of answers, and needs the running service."""

_FOLLOWED = re.compile(
    r"/(?:$|doc/|ontology$|shapes$|mappings(?:$|/)|index$|tree$|release/[^/]+/(?:doc|changes)$)"
)
_HREF = re.compile(rb'(?:href|src)="(/[^"#]*)')
_SNAPSHOT = re.compile(r"/release/[^/]+/doc/")
_KNOWN = {row.media_type: row for row in (*SOLUTION_FORMATS, *DOCUMENT_FORMATS)}
_OFFERED = "image/png, application/problem+json"
"""What nobody offers, and the form in which to say what there is instead."""

MAX_NAME_BYTES = 240
"""Of a file's or folder's name; file systems end at 255, and a suffix comes behind."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address as links have it: `path` percent-encoded, `query` without `?` and without `lang`."""

    path: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def place(self) -> str:
        """Where its files lie: the query, if any, as a folder, then the decoded path."""
        path = unquote(self.path)
        return (f"/{self.query}" if self.query else "") + (path + "index" if path.endswith("/") else path)


@dataclass(frozen=True, slots=True)
class Exported:
    """One answer. `tree` is `all`, or for pages `de`, `en`, `lang-de`, `lang-en` (chosen by `?lang=`)."""

    address: Address
    tree: str
    suffix: str
    """'' for an address that is a file itself."""
    body: bytes
    headers: Mapping[str, str]

    @property
    def file(self) -> str:
        """Its path below the folder of files."""
        return self.tree + self.address.place + (f".{self.suffix}" if self.suffix else "")


@dataclass(slots=True)
class Collected:
    """What is known once all answers have been asked for."""

    offers: dict[Address, tuple[Format, ...]] = field(default_factory=dict)
    links: dict[Address, str] = field(default_factory=dict)
    """What a Link header says that does not follow from the address."""
    things: dict[Address, str] = field(default_factory=dict)
    """The URI of what a document is about."""
    left_out: list[str] = field(default_factory=list)
    """Addresses whose names are too long for a file."""


def collect(client: FlaskClient, served: Served, found: Collected) -> Iterator[Exported]:
    """Every answer, once; `found` is filled on the way."""
    for path in FILES:
        one = _file(client, path, site=served.release.base)
        yield one
        if path == "/sitemap.xml":
            parts = re.findall(rb"<sitemap><loc>[^<]*(/[^/<]*)</loc>", one.body)
            yield from (_file(client, part.decode(), site=served.release.base) for part in parts)
    for asset in assets().values():
        yield _file(client, f"/static/{asset.name}")
    for name in served.release.manifest["files"]:
        if str(name).startswith("dumps/"):
            yield _file(client, f"/{name}")
    known = dict.fromkeys(_seeds(served))
    waiting = deque(known)
    while waiting:
        address = waiting.popleft()
        if max(len(part.encode()) for part in address.place.split("/")) > MAX_NAME_BYTES:
            found.left_out.append(str(address))
            continue
        for one in _answers(client, address, found):
            yield one
            if one.tree == LANGUAGES[0]:
                for link in _links(one.body):
                    if link not in known:
                        known[link] = None
                        waiting.append(link)


def _seeds(served: Served) -> Iterator[Address]:
    for path in (*PAGES, f"/release/{served.release.version}/changes"):
        yield Address(path)
    rows = served.catalogue.rows("SELECT iri FROM resource ORDER BY iri")
    for address in dict.fromkeys(served.addresses.document(str(iri)).partition("#")[0] for (iri,) in rows):
        path, _, query = address.partition("?")
        yield Address(path, query)


def _links(body: bytes) -> Iterator[Address]:
    """Addresses in a page that can be files."""
    for match in dict.fromkeys(_HREF.findall(body)):
        path, _, query = unescape(match.decode()).partition("?")
        parts = [part for part in query.split("&") if part and not part.startswith("lang=")]
        address = Address(path, "&".join(parts))
        if is_followed(address):
            yield address


def is_followed(address: Address) -> bool:
    """Whether the answer to a link can be files: neither a search nor one format of an address."""
    names = {part.partition("=")[0] for part in address.query.split("&") if part}
    followed = _FOLLOWED.match(address.path) and not _SNAPSHOT.match(address.path)
    return bool(followed) and names <= KEPT_PARAMETERS and not _fixed(address.path)


def _fixed(path: str) -> bool:
    return path.rpartition(".")[2] in {row.suffix for row in DOCUMENT_FORMATS}


def _answers(client: FlaskClient, address: Address, found: Collected) -> Iterator[Exported]:
    asked = client.get(str(address), headers={"Accept": _OFFERED})
    if asked.status_code in (301, 303, 404, 410):
        return  # leads elsewhere, or a link to what is no more
    if asked.status_code == 200 and asked.mimetype != HTML.media_type:
        return  # the address of one format alone: its file is there by that name
    page = client.get(str(address), headers={"Accept": HTML.media_type})
    for answer in (asked, page):
        if answer.status_code not in (200, 406):
            raise _failure(answer, str(address))
    rows = _offers(asked, address.path, has_page=page.mimetype == HTML.media_type and page.status_code == 200)
    found.offers[address] = rows
    for row in rows:
        if row is not HTML:
            answer = _whole(client, str(address), {"Accept": row.media_type})
            yield _exported(answer, address, "all", row.suffix)
            if row is rows[-1] and "Link" in answer.headers:
                found.links[address] = _particular(answer.headers["Link"])
                thing = _CITED.search(answer.headers["Link"])
                if thing is not None:
                    found.things[address] = thing[1]
            continue
        for language in LANGUAGES:
            accept = {"Accept": HTML.media_type, "Accept-Language": language}
            answer = _whole(client, str(address), accept)
            yield _exported(answer, address, language, row.suffix)
            mark = "&" if address.query else "?"
            chosen = _whole(client, f"{address}{mark}lang={language}", accept)
            yield _exported(chosen, address, f"lang-{language}", row.suffix)


def _offers(asked: TestResponse, path: str, *, has_page: bool) -> tuple[Format, ...]:
    document = asked.get_json(silent=True) if asked.status_code == 406 else None
    offers = document.get("offers") if isinstance(document, dict) else None
    if not offers:
        raise EnvironmentFault(
            Text(
                de="Die Website sagt nicht, in welchen Formaten es das gibt.",
                en="the site does not say in which formats this can be had",
            ),
            where=path,
        )
    rows = tuple(_offered(one, path) for one in offers)
    # a page that is a form for its formats lists those only
    return rows if HTML in rows or not has_page else (HTML, *rows)


def _offered(offer: Mapping[str, str], path: str) -> Format:
    known = _KNOWN.get(offer["mediaType"])
    suffix = (
        known.suffix if known is not None else re.sub(r"[^a-z]", "", offer["mediaType"].partition("/")[2])
    )
    href = str(offer.get("href") or "").partition("?")[0]
    if href.startswith(path + "."):  # the address of the format alone
        suffix = href[len(path) + 1 :]
    if known is None:
        return Format(suffix, suffix, offer["mediaType"], suffix)
    return known if known.suffix == suffix else replace(known, suffix=suffix)


_GENERAL = re.compile(
    r'rel="(?:canonical|alternate|profile|describes|describedby|cite-as|linkset|http[^"]*context)"'
)


_CITED = re.compile(r'<([^>]*)>; rel="cite-as"')


def _particular(header: str) -> str:
    """The links that do not follow from the address."""
    links = re.findall(r"<[^>]*>[^<]*", header)
    kept = (link.rstrip(", ") for link in links if not _GENERAL.search(link))
    return ", ".join(kept)


def _file(client: FlaskClient, path: str, *, site: str | None = None) -> Exported:
    """`site`: asked as at this address, for a document that names its own in full."""
    answer = _whole(client, path, {}, site=site)
    return _exported(answer, Address(path), "all", "")


def _whole(
    client: FlaskClient, address: str, headers: Mapping[str, str], *, site: str | None = None
) -> TestResponse:
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(site)) if site is not None else None
    answer = client.get(address, headers=dict(headers), base_url=origin)
    if answer.status_code != 200:
        raise _failure(answer, address)
    return answer


def _failure(answer: TestResponse, address: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de=f"Die Website antwortet mit {answer.status_code}.",
            en=f"the site answers {answer.status_code}",
        ),
        where=address,
    )


def _exported(answer: TestResponse, address: Address, tree: str, suffix: str) -> Exported:
    return Exported(address, tree, suffix, answer.get_data(), dict(answer.headers))
