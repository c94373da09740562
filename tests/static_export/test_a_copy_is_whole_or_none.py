"""A page that the site fails to make ends the export: a copy that silently lacks it would be taken for whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from slm_graph.errors import EnvironmentFault
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.app import EXTENSION
from slm_graph.web.export.collecting import Collected, collect

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.mark.parametrize("path", ["/mappings/sfia-9", "/doc/sfia/SLMO_5", "/about", "/robots.txt"])
def test_a_page_that_fails_ends_the_export(data: Path, path: str) -> None:
    app = create_app(SiteSettings(data=data), queries=None)
    whole = app.wsgi_app

    def failing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == path and environ.get("HTTP_ACCEPT", "") in ("", "text/html"):
            start_response("500 INTERNAL SERVER ERROR", [("Content-Type", "application/problem+json")])
            return [b"{}"]
        return whole(environ, start_response)

    app.wsgi_app = failing  # type: ignore[method-assign]
    client: Any = app.test_client()
    assert isinstance(client, Client)
    with pytest.raises(EnvironmentFault) as caught:
        for _ in collect(client, app.extensions[EXTENSION].site.current(), Collected()):
            pass
    assert caught.value.where == path
