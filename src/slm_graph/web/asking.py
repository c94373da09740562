"""The commonest question, ahead of the framework: a GET of the endpoint by a program that takes one format.

What the framework does for a request (routing, contexts, a response that is rewritten) costs as much processor time as
all of the query host and its query process. Whatever is unusual about a request leaves it to the framework, errors too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from slm_graph.errors import NotAcceptable
from slm_graph.store.face import Answer, AnswerAborted, QueryRequest
from slm_graph.web import protocol
from slm_graph.web.mounting import Application, StartResponse
from slm_graph.web.sparql import Endpoint, not_offered

RAISED = "slm_graph.raised"
"""The key of the WSGI environment under which the framework finds an error to tell in its way."""

PATH = "/sparql"

_PLAIN_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?")
"""What the framework would not object to, for certain."""


class Asking:
    """WSGI between the site's frame and the framework: the same answers as the view's, byte by byte."""

    def __init__(self, application: Application, endpoint: Endpoint) -> None:
        self._application = application
        self._endpoint = endpoint

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "GET":
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
        asked = self._asked(environ)
        if asked is None:
            return None
        try:
            answer = self._endpoint.answer(asked, environ)
        except NotAcceptable as error:
            raise not_offered(error, solutions=asked.solution_format, graph=asked.graph_format) from error
        headers = protocol.headers(answer, asked)
        if answer.length_bytes is None:
            return answer, [], headers
        try:
            return None, [answer.read()], headers
        except AnswerAborted as aborted:
            raise aborted.reason from aborted

    def _asked(self, environ: dict[str, Any]) -> QueryRequest | None:
        query = _query(environ.get("QUERY_STRING", ""))
        if (
            query is None
            or not _PLAIN_HOST.fullmatch(environ.get("HTTP_HOST", ""))
            or "slm_graph.outside" in environ
            or "\\" in query
            or "SERVICE"
            in query.upper()  # perhaps answered with the help of others, or refused with its place
        ):
            return None
        wanted = protocol.by_accept(environ.get("HTTP_ACCEPT"))
        if wanted is None or wanted.page or wanted.or_page:
            return None
        return self._endpoint.asked(query, wanted, environ.get("REMOTE_ADDR"))


def _query(encoded: str) -> str | None:
    """The query of an address that has nothing but `query=`; None for any other."""
    name, _, value = encoded.partition("=")
    if name != "query" or not value.isascii() or "&" in value:
        return None
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        return None
