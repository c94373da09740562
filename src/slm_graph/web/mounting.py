"""WSGI around the application: the headers every answer carries, and the site below a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

RAISED = "slm_graph.raised"
"""The key of the WSGI environment under which the framework finds an error to tell in its way."""

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Framed:
    """A WSGI application whose every answer carries `headers`, errors included."""

    def __init__(self, application: Application, headers: tuple[tuple[str, str], ...]) -> None:
        self._application = application
        self._headers = list(headers)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            own = {name for name, _ in headers}  # a preview says otherwise who may frame it
            return start_response(
                status, headers + [pair for pair in self._headers if pair[0] not in own], *exc_info
            )

        return self._application(environ, start)


class Mounted:
    """A WSGI application that serves `application` below `prefix`, and 404 elsewhere (PEP 3333: SCRIPT_NAME).

    The path of `prefix` alone is empty.
    """

    def __init__(self, application: Application, prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path == self._prefix or path.startswith(self._prefix + "/"):
            inner = path[len(self._prefix) :]
        else:
            environ["slm_graph.outside"] = True
            inner = path
        environ["SCRIPT_NAME"] = self._prefix
        environ["PATH_INFO"] = inner
        return self._application(environ, start_response)
