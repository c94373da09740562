"""Labels of concepts that others publish, fetched when asked for and kept in files: a build reads them, a page never
fetches."""

from __future__ import annotations

import ipaddress
import re
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from rdflib import RDFS, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS

from slm_graph import formats
from slm_graph.engine.tokens import constant
from slm_graph.errors import RemoteError, RemoteTimeout, SlmGraphError, SourceError, Text, german_number
from slm_graph.formats import TRIG
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.remote import RemoteEndpoint
from slm_graph.sources.rdf import read_file
from slm_graph.syntax import write

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")

LANGUAGES = ("de", "en")
"""Labels kept where there are any; without them one of another language, so that a reader sees more than an IRI."""

BATCH = 50
"""IRIs asked for in one query: a few kilobytes, and an answer well below every endpoint's cap."""

MAX_BYTES = 4 * 1024 * 1024
"""Of one document about a concept: some publishers send the whole vocabulary's tree with it."""

MAX_REDIRECTS = 5

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7"

_CHUNK_BYTES = 64 * 1024
_SUFFIXES = {
    **{row.media_type: f".{row.suffix}" for row in formats.RDF_FORMATS},
    "application/json": ".jsonld",
    "text/n3": ".ttl",
    "application/x-turtle": ".ttl",
    "text/plain": ".nt",
}
_HOST = re.compile(r"[a-z0-9.-]{1,253}")

_QUERY = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?concept skos:prefLabel ?preferred . ?concept rdfs:label ?name }
WHERE {
  VALUES ?concept { %s }
  { ?concept skos:prefLabel ?preferred }
  UNION { ?concept skosxl:prefLabel ?label . ?label skosxl:literalForm ?preferred }
  UNION { ?concept rdfs:label ?name }
}"""

Labels = dict[URIRef, tuple[Literal, ...]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found, and why the rest was not."""

    labels: Labels
    failed: dict[URIRef, Text]


@dataclass(frozen=True, slots=True)
class Cached:
    """The labels kept of one host; `day` is that of the oldest among them."""

    host: str
    source: URIRef
    day: date
    labels: Labels


def host_of(iri: str) -> str | None:
    """The host of a web address in lower case, None for any other IRI.

    >>> host_of("http://Data.Europa.eu:80/esco/skill/1")
    'data.europa.eu'
    """
    try:
        parts = urlsplit(iri)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    return host if parts.scheme in ("http", "https") and _HOST.fullmatch(host) else None


def from_endpoint(
    endpoint: RemoteEndpoint, iris: Sequence[URIRef], *, said: Callable[[str], None] = lambda iri: None
) -> Fetched:
    """Ask a SPARQL endpoint, some at a time; a batch that fails leaves the others."""
    labels: Labels = {}
    failed: dict[URIRef, Text] = {}
    for start in range(0, len(iris), BATCH):
        batch = iris[start : start + BATCH]
        said(batch[0])
        try:
            # `constant` writes a term as SPARQL spells it, or refuses it
            triples = endpoint.construct(_QUERY % " ".join(constant(iri) for iri in batch))
        except (SlmGraphError, ValueError) as error:
            reason = error.text if isinstance(error, SlmGraphError) else Text(de=str(error), en=str(error))
            failed |= dict.fromkeys(batch, reason)
            continue
        quads: list[Quad] = [(s, URIRef(str(p)), o, None) for s, p, o in triples]
        for iri in batch:
            found = preferred(iri, quads)
            if found:
                labels[iri] = found
            else:
                failed[iri] = _UNNAMED
    return Fetched(labels, failed)


def by_dereferencing(
    iris: Iterable[URIRef],
    *,
    timeout_seconds: float,
    local: bool = False,
    said: Callable[[str], None] = lambda iri: None,
) -> Fetched:
    """Fetch the document of each IRI; with `local` from this machine and its network, too.

    The documents are strangers': limited in size, time and redirects, and parsed in the limited child process.
    """
    labels: Labels = {}
    failed: dict[URIRef, Text] = {}
    opener = urllib.request.build_opener(_Redirects(local=local))
    for iri in iris:
        said(iri)
        try:
            body, suffix = _document(opener, iri, timeout_seconds=timeout_seconds, local=local)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"document{suffix}"
                path.write_bytes(body)
                quads, _ = read_file(path)
        except SlmGraphError as error:
            failed[iri] = error.text
            continue
        found = preferred(iri, quads)
        if found:
            labels[iri] = found
        else:
            failed[iri] = _UNNAMED
    return Fetched(labels, failed)


_UNNAMED = Text(de="dort steht keine Bezeichnung", en="no label is given there")


def preferred(iri: URIRef, quads: Iterable[Quad]) -> tuple[Literal, ...]:
    """One label a language: the preferred one (SKOS, else SKOS-XL), else any name."""
    said: dict[URIRef, list[Literal]] = {}
    forms: dict[object, list[Literal]] = {}
    of_xl: list[object] = []
    for subject, predicate, object_, _ in quads:
        if predicate == SKOSXL.literalForm and isinstance(object_, Literal):
            forms.setdefault(subject, []).append(object_)
        elif subject == iri and predicate == SKOSXL.prefLabel:
            of_xl.append(object_)
        elif subject == iri and isinstance(object_, Literal) and str(object_).strip():
            said.setdefault(predicate, []).append(object_)
    candidates = [
        *sorted(said.get(SKOS.prefLabel, ())),
        *sorted(form for label in of_xl for form in forms.get(label, ())),
        *sorted(said.get(RDFS.label, ())),
    ]
    by_language: dict[str, Literal] = {}
    for value in candidates:
        tag = str(value.language or "").lower().split("-")[0]
        by_language.setdefault(tag, Literal(" ".join(str(value).split()), lang=tag or None))
    wanted = [by_language[tag] for tag in LANGUAGES if tag in by_language]
    return tuple(wanted or [by_language[tag] for tag in sorted(by_language)][:1])


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, each looked at as the first address was."""

    max_redirections = MAX_REDIRECTS

    def __init__(self, *, local: bool) -> None:
        self._local = local

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        _look_at(newurl, local=self._local)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _look_at(url: str, *, local: bool) -> None:
    """Raise RemoteError for what is no web address, or leads to this machine or its network without leave."""
    host = host_of(url)
    if host is None:
        raise _unusable(url, Text(de="keine Web-Adresse", en="not a web address"))
    if local:
        return
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise _unusable(
            url, Text(de="der Name ist nicht aufzulösen", en="the name does not resolve")
        ) from error
    if any(not ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found):
        raise _unusable(
            url,
            Text(
                de="führt in ein eigenes Netz; mit --local wird auch dort gefragt",
                en="leads to a private network; with --local that is asked, too",
            ),
        )


def _document(
    opener: urllib.request.OpenerDirector, iri: URIRef, *, timeout_seconds: float, local: bool
) -> tuple[bytes, str]:
    """The document's bytes and the suffix of its format."""
    url = str(iri).partition("#")[0]
    _look_at(url, local=local)
    deadline = time.monotonic() + timeout_seconds
    # http and https only: looked at above
    request = urllib.request.Request(url, headers={"Accept": ACCEPT, "User-Agent": "slm-graph"})  # noqa: S310
    try:
        with opener.open(request, timeout=timeout_seconds) as response:
            suffix = _SUFFIXES.get(response.headers.get_content_type())
            if suffix is None:
                told = response.headers.get_content_type()
                raise _unusable(url, Text(de=f"kein RDF, sondern {told}", en=f"no RDF, but {told}"))
            body = b""
            while piece := response.read1(_CHUNK_BYTES):
                body += piece
                if len(body) > MAX_BYTES:
                    raise _unusable(url, Text(de="mehr als 4 MiB", en="more than 4 MiB"))
                if time.monotonic() > deadline:
                    raise _too_late(url, timeout_seconds)
            if response.length:  # promised, and not sent
                raise _unusable(url, Text(de="bricht ab", en="breaks off"))
            return body, suffix
    except urllib.error.HTTPError as error:
        with error:
            raise _unusable(url, Text(de=f"HTTP {error.code}", en=f"HTTP {error.code}")) from error
    except TimeoutError as error:
        raise _too_late(url, timeout_seconds) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise _too_late(url, timeout_seconds) from error
        told = " ".join(str(reason).split())[:200] or type(error).__name__
        raise _unusable(url, Text(de=told, en=told)) from error


def _unusable(url: str, reason: Text) -> RemoteError:
    return RemoteError(Text(de=f"{url}: {reason.de}", en=f"{url}: {reason.en}"))


def _too_late(url: str, seconds: float) -> RemoteTimeout:
    return RemoteTimeout(
        Text(
            de=f"{url}: keine ganze Antwort in {german_number(seconds)} Sekunden",
            en=f"{url}: no whole answer within {seconds:g} seconds",
        )
    )


def graph_of(host: str) -> URIRef:
    """The named graph of a host's labels, under the default base: a build moves it to its own."""
    return URIRef(f"{DEFAULT_BASE}graph/labels/{host}")


def written(cached: Cached) -> bytes:
    """The file of one host: its labels in their graph, the source and the day in the provenance graph.

    They are `rdfs:label`: a name to show beside an IRI, not our claim of what the concept is.
    """
    graph, provenance = graph_of(cached.host), URIRef(f"{DEFAULT_BASE}graph/provenance")
    title = (
        Literal(f"Bezeichnungen von {cached.host}", lang="de"),
        Literal(f"Labels from {cached.host}", lang="en"),
    )
    quads: list[Quad] = [
        (iri, RDFS.label, label, graph) for iri, labels in cached.labels.items() for label in labels
    ]
    quads += [(graph, DCTERMS.title, one, provenance) for one in title]
    quads += [
        (graph, DCTERMS.source, cached.source, provenance),
        (graph, DCTERMS.created, Literal(cached.day), provenance),
    ]
    return write(quads, TRIG, base=DEFAULT_BASE)


def read_cached(path: Path) -> Cached:
    """A file that `written` made. Raises SourceError for any other."""
    quads, _ = read_file(path)
    host = path.name.removesuffix(".trig")
    graph = graph_of(host)
    said = {p: o for s, p, o, _ in quads if s == graph}
    try:
        day = date.fromisoformat(str(said[DCTERMS.created]))
        source = URIRef(str(said[DCTERMS.source]))
    except (KeyError, ValueError) as error:
        raise SourceError(
            Text(de="keine Datei von „labels refresh“", en="not a file of `labels refresh`"), name=path.name
        ) from error
    labels: dict[URIRef, list[Literal]] = {}
    for subject, predicate, object_, name in quads:
        if name == graph and predicate == RDFS.label and isinstance(object_, Literal):
            labels.setdefault(URIRef(str(subject)), []).append(object_)
    return Cached(host, source, day, {iri: tuple(found) for iri, found in labels.items()})


def merged(
    old: Cached | None, fetched: Mapping[URIRef, tuple[Literal, ...]], *, host: str, source: URIRef, day: date
) -> Cached:
    """The old labels with the new ones in their place; the day is that of the oldest that is kept."""
    kept = {} if old is None else {iri: found for iri, found in old.labels.items() if iri not in fetched}
    oldest = min(day, old.day) if old is not None and kept else day
    return Cached(host, source, oldest, dict(sorted({**kept, **fetched}.items())))
