"""Graph stores of others, to write to: the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from rdflib import URIRef

from slm_graph import formats
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.errors import RemoteError, Text
from slm_graph.model import Triple
from slm_graph.remote import RemoteEndpoint, too_late, unusable

_CHUNK_BYTES = 64 * 1024
"""Read and sent at once; a refusal reaches us in time when no more than that is on its way."""


@dataclass(frozen=True, slots=True)
class RemoteGraphs:
    """A SPARQL 1.1 Graph Store: whole graphs by their names. Its methods raise RemoteError and its kin.

    SPARQLWrapper speaks the query and update operations only, so these go through urllib. Basic and Digest
    authentication are answered where the server asks for them.
    """

    url: str
    user: str | None = None
    password: str | None = None
    timeout_seconds: float = 300.0
    """Between two signs of life: a server may say nothing until it has indexed a graph of a million triples."""

    def __post_init__(self) -> None:
        RemoteEndpoint(self.url)  # the same addresses are right, and told alike

    def get(self, graph: URIRef) -> list[Triple] | None:
        """The triples of a small graph; None where the store has no such graph."""
        status, body = self._send("GET", graph)
        if status == 404:
            return None
        try:
            return [quad[:3] for quad in parse(body, formats.N_TRIPLES)] or None
        except ParseError as fault:
            raise unusable(self.url, f"N-Triples: {fault.reason}") from fault

    def put(self, graph: URIRef, triples: Path | bytes) -> None:
        """The graph replaced by the N-Triples `triples`."""
        self._send("PUT", graph, triples)

    def delete(self, graph: URIRef) -> bool:
        """The graph removed; False where there was none."""
        return self._send("DELETE", graph)[0] != 404

    def _send(self, method: str, graph: URIRef, triples: Path | bytes | None = None) -> tuple[int, bytes]:
        """Status and body; of the failures only 404, where it says something of the graph, comes back."""
        request = urllib.request.Request(  # noqa: S310  # http and https only, see RemoteEndpoint
            f"{self.url}{'&' if '?' in self.url else '?'}{urlencode({'graph': graph})}",
            method=method,
            # of what is written, some servers give a page: asked for triples, Virtuoso would answer 406
            headers={
                "User-Agent": "slm-graph",
                "Accept": formats.N_TRIPLES.media_type if method == "GET" else "*/*",
            },
        )
        try:
            return self._open(request, triples)
        except urllib.error.HTTPError as fault:
            with fault:
                if fault.code == 404 and triples is None:
                    return 404, b""
                raise _refusal(self.url, fault.code) from fault
        except TimeoutError as fault:
            raise too_late(self.url, self.timeout_seconds) from fault
        except urllib.error.URLError as fault:
            if isinstance(fault.reason, TimeoutError):
                raise too_late(self.url, self.timeout_seconds) from fault
            raise unusable(self.url, str(fault.reason)) from fault
        except (OSError, HTTPException) as fault:
            raise unusable(self.url, str(fault) or type(fault).__name__) from fault

    def _open(self, request: urllib.request.Request, triples: Path | bytes | None) -> tuple[int, bytes]:
        """Status and body; a server that asks who sends the request gets it once more, with the answer.

        With much to send, it is asked first with nothing: one that refuses hangs up while the rest is still coming.
        """
        if triples is not None:
            request.add_header("Content-Type", formats.N_TRIPLES.media_type)
        length = triples.stat().st_size if isinstance(triples, Path) else len(triples or b"")
        is_question = self.user is not None and length > _CHUNK_BYTES
        try:
            done = self._exchange(request, b"" if is_question else triples)
            if not is_question:
                return done
        except urllib.error.HTTPError as fault:
            if fault.code == 401 and self.user is not None:
                answer = self._authorization(request, fault.headers.get_all("WWW-Authenticate") or [])
                if answer is None:
                    raise
                request.add_unredirected_header(
                    "Authorization", answer
                )  # nobody the server sends us to is told
            elif not is_question:
                raise
            fault.close()
        return self._exchange(request, triples)

    def _exchange(self, request: urllib.request.Request, triples: Path | bytes | None) -> tuple[int, bytes]:
        if triples is not None:
            request.data = _Part(triples)
            length = triples.stat().st_size if isinstance(triples, Path) else len(triples)
            request.add_header("Content-Length", str(length))
        with urllib.request.urlopen(request, timeout=self.timeout_seconds) as response:  # noqa: S310  # see _send
            return response.status, response.read()

    def _authorization(self, request: urllib.request.Request, challenges: list[str]) -> str | None:
        """The answer to the first challenge known, Digest before Basic (RFC 7616, RFC 7617); None where none is."""
        by_scheme = {scheme.lower(): rest for scheme, _, rest in (one.partition(" ") for one in challenges)}
        user, password = self.user or "", self.password or ""
        if "digest" in by_scheme:
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, self.url, user, password)
            fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(by_scheme["digest"]))
            answer = urllib.request.AbstractDigestAuthHandler(known).get_authorization(request, fields)
            return f"Digest {answer}" if answer else None
        if "basic" in by_scheme:
            return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        return None


class _Part:
    """A body that can be sent a second time, as when the server has asked who sends it."""

    def __init__(self, content: Path | bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._content, bytes):
            yield self._content
            return
        with self._content.open("rb") as stream:
            while piece := stream.read(_CHUNK_BYTES):
                yield piece


def _refusal(url: str, status: int) -> RemoteError:
    if status in (401, 403):
        return RemoteError(
            Text(
                de=f"{url} verlangt ein Recht, das fehlt (HTTP {status}).",
                en=f"{url} demands a right that is lacking (HTTP {status}).",
            ),
            hint=Text(
                de="SLM_GRAPH_STORE_USER und SLM_GRAPH_STORE_PASSWORD nennen, wer schreibt.",
                en="SLM_GRAPH_STORE_USER and SLM_GRAPH_STORE_PASSWORD say who writes.",
            ),
        )
    return unusable(url, f"HTTP {status}")
