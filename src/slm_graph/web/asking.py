"""The commonest question, ahead of the framework: a GET of the endpoint by a program that takes one format.

What the framework does for a request (routing, contexts, a response that is rewritten) costs as much processor time as
all of the query host and its query process. Whatever is unusual about a request leaves it to the framework, errors too.
Look-ups among these questions need no query process either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from slm_graph.errors import NotAcceptable
from slm_graph.formats import SPARQL_JSON
from slm_graph.store.face import Answer, AnswerAborted, QueryRequest
from slm_graph.web import protocol
from slm_graph.web.again import ALIKE
from slm_graph.web.lookups import LookUps, sole_query
from slm_graph.web.mounting import RAISED, Application, StartResponse
from slm_graph.web.observing import QUERY
from slm_graph.web.sparql import Endpoint

PATH = "/sparql"

_PLAIN_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?")
"""What the framework would not object to, for certain."""


class Asking:
    """WSGI between the site's frame and the framework: the same answers as the view's, byte by byte."""

    def __init__(self, application: Application, endpoint: Endpoint, look_ups: LookUps | None = None) -> None:
        """`look_ups` answers those; None: they are asked of whoever answers queries, as all others are."""
        self._application = application
        self._endpoint = endpoint
        self._look_ups = look_ups

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "GET" or RAISED in environ:
            return self._application(environ, start_response)
        try:
            answer = self._answer(environ)
        except Exception as error:  # noqa: BLE001  # told by the framework, whatever it is
            environ[RAISED] = error
            answer = None
        if answer is None:
            return self._application(environ, start_response)
        made, body, headers = answer
        start_response("200 OK", headers)
        return body if made is None else self._endpoint.sending(made, environ)

    def _answer(
        self, environ: dict[str, Any]
    ) -> tuple[Answer | None, list[bytes], list[tuple[str, str]]] | None:
        """An answer still to be read, or its whole body, and the headers; None: the framework's."""
        wanted = self._wanted(environ)
        if wanted is None:
            return None
        found = self._looked_up(wanted, environ)
        if found is not None:
            return found
        asked = self._asked(wanted, environ)
        if asked is None:
            return None
        try:
            answer = self._endpoint.answer(asked, environ)
        except NotAcceptable as error:
            raise protocol.not_offered(
                error, solutions=asked.solution_format, graph=asked.graph_format
            ) from error
        headers = protocol.headers(answer, asked)
        if answer.length_bytes is None:
            return answer, [], headers
        try:
            return None, [answer.read()], headers
        except AnswerAborted as aborted:
            raise aborted.reason from aborted

    @staticmethod
    def _wanted(environ: dict[str, Any]) -> protocol.Wanted | None:
        """What the client takes; None where the framework has something to say to it."""
        if not _PLAIN_HOST.fullmatch(environ.get("HTTP_HOST", "")) or "slm_graph.outside" in environ:
            return None
        wanted = protocol.by_accept(environ.get("HTTP_ACCEPT"))
        return None if wanted is None or wanted.page or wanted.or_page else wanted

    def _looked_up(
        self, wanted: protocol.Wanted, environ: dict[str, Any]
    ) -> tuple[None, list[bytes], list[tuple[str, str]]] | None:
        """The answer to a look-up for whoever takes SPARQL JSON, and to the server the way to others of its kind."""
        if self._look_ups is None or wanted.solutions is not SPARQL_JSON:
            return None
        found = self._look_ups.find(environ.get("QUERY_STRING", ""), self._endpoint.site.current())
        if found is None:
            return None
        environ[QUERY] = found.query
        if not any(name.startswith("HTTP_IF_") for name in environ):  # conditions are about one answer
            environ[ALIKE] = self._look_ups.find_in_loop
        return None, [found.body], protocol.headers_of(SPARQL_JSON, len(found.body))

    def _asked(self, wanted: protocol.Wanted, environ: dict[str, Any]) -> QueryRequest | None:
        query = sole_query(environ.get("QUERY_STRING", ""))
        if (
            query is None
            or "\\" in query
            or "SERVICE"
            in query.upper()  # perhaps answered with the help of others, or refused with its place
        ):
            return None
        return self._endpoint.asked(query, wanted, environ.get("REMOTE_ADDR"))
