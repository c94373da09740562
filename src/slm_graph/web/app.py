"""The Flask application: routes, and what every answer carries. The answers are made in the other modules."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from slm_graph.errors import SlmGraphError
from slm_graph.settings import SiteSettings
from slm_graph.store import QueryClient
from slm_graph.web import problems, protocol
from slm_graph.web.addresses import canonical_path
from slm_graph.web.answers import Answers
from slm_graph.web.asking import Asking
from slm_graph.web.browsing import add_browsing
from slm_graph.web.counters import Counters
from slm_graph.web.discovery import Discovery
from slm_graph.web.documents import Documents
from slm_graph.web.graphstore import GraphStore
from slm_graph.web.interfaces import add_interfaces
from slm_graph.web.lookups import LookUps
from slm_graph.web.mounting import RAISED, Framed, Mounted
from slm_graph.web.named import NamedQueries
from slm_graph.web.openapi import Description
from slm_graph.web.operations import Operations, Readiness
from slm_graph.web.problems import Problem
from slm_graph.web.repeats import Repeats
from slm_graph.web.representations import Representations
from slm_graph.web.responses import ANY_ORIGIN, CURRENT, SECURITY, moved
from slm_graph.web.site import Site
from slm_graph.web.sparql import Answerer, Endpoint
from slm_graph.web.wayfinding import add_wayfinding

if TYPE_CHECKING:
    from slm_graph.store.federation import Federation

READ = ("GET", "HEAD")
ASK = ("GET", "HEAD", "POST", "QUERY")
"""QUERY: the method of RFC 10008, POST for questions."""

MAX_PATH_LENGTH = 2048
"""Of a decoded path: longer than any IRI in the data sets known."""

PREFLIGHT_SECONDS = "86400"
"""How long a browser may keep the answer to a preflight; browsers cut it to two hours or a day themselves."""

EXTENSION = "slm_graph"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What one application holds; in `app.extensions["slm_graph"]`."""

    site: Site
    kept: Representations
    endpoint: Endpoint


def create_app(
    settings: SiteSettings,
    *,
    queries: Answerer | None,
    counters: Counters | None = None,
    federation: Federation | None = None,
) -> Flask:
    """The site on the current release of `settings.data`; `queries` answers SPARQL, None: nobody does (503).

    `counters` are shared with other workers; None: this process counts for itself. `federation` carries SERVICE out;
    None: it is refused.

    Raises NotFound where no release is current, EnvironmentFault for a damaged one.
    """
    app = Flask("slm_graph.web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.url_map.merge_slashes = False  # "a//b" is another name than "a/b", and nobody's
    app.url_map.strict_slashes = False
    site, kept = Site(settings), Representations()
    if counters is None:
        counters = Counters()
    counters.claim()
    endpoint = Endpoint(site, queries, counters, federation)
    operations = Operations(site, counters, queries, Readiness(endpoint.is_answering))
    look_ups = None
    if isinstance(queries, QueryClient):  # what a store of others holds may differ from the release's index
        look_ups = LookUps(site, counters)
        site.when_flipped = lambda: _warm(endpoint)
        _warm(endpoint)
    app.wsgi_app = Asking(app.wsgi_app, endpoint, look_ups)  # type: ignore[method-assign]  # Flask's own advice
    app.extensions[EXTENSION] = State(site, kept, endpoint)
    _add_routes(app, Documents(site, kept), Discovery(site, kept), endpoint, operations)
    _add_frame(app, site)
    app.wsgi_app = Framed(app.wsgi_app, (*ANY_ORIGIN, *SECURITY))  # type: ignore[method-assign]  # Flask's own advice
    if settings.mount:
        app.wsgi_app = Mounted(app.wsgi_app, settings.mount)  # type: ignore[method-assign]  # Flask's own advice
    app.wsgi_app = Repeats(app.wsgi_app, site, kept)  # type: ignore[method-assign]  # Flask's own advice
    if isinstance(queries, QueryClient):  # what a store of others holds may change without a release
        app.wsgi_app = Answers(app.wsgi_app, site, path=f"{settings.mount}/sparql")  # type: ignore[method-assign]
    return app


def _warm(endpoint: Endpoint) -> None:
    """Have the query host open the release now: the first query of a large one would wait for it."""
    threading.Thread(target=endpoint.is_answering, name="warm", daemon=True).start()


def _add_routes(
    app: Flask, documents: Documents, discovery: Discovery, endpoint: Endpoint, operations: Operations
) -> None:
    def add(rule: str, name: str, view: Callable[..., Response], methods: tuple[str, ...] = READ) -> None:
        app.add_url_rule(
            rule, name, view, methods=methods, provide_automatic_options=False, strict_slashes=True
        )

    def snapshot(version: str, name: str) -> Response:
        return documents.document(name, documents.site.snapshot(version))

    def snapshot_external(version: str, suffix: str | None = None) -> Response:
        return documents.external(suffix, documents.site.snapshot(version))

    mount = documents.site.settings.mount
    add("/", "home", discovery.home)
    add("/id/<path:name>", "thing", lambda name: documents.thing("id/" + name))
    add("/agent/<path:name>", "agent", lambda name: documents.thing("agent/" + name))
    add("/graph/<path:name>", "graph", lambda name: documents.thing("graph/" + name))
    add("/doc/external", "external", lambda: documents.external(None))
    add("/doc/external.<suffix>", "external_as", documents.external)
    add("/doc/<path:name>", "document", documents.document)
    add("/ontology", "vocabulary", lambda: documents.vocabulary(None))
    add("/ontology.<suffix>", "vocabulary_as", documents.vocabulary)
    add("/ontology/<version>", "vocabulary_version", documents.vocabulary_version)
    add("/release/<version>", "release", documents.release)
    add(
        "/release/<version>/doc",
        "release_document",
        lambda version: documents.release_document(version, None),
    )
    add("/release/<version>/doc.<suffix>", "release_document_as", documents.release_document)
    add("/release/<version>/doc/external", "snapshot_external", snapshot_external)
    add("/release/<version>/doc/external.<suffix>", "snapshot_external_as", snapshot_external)
    add("/release/<version>/doc/<path:name>", "snapshot", snapshot)
    add("/releases", "releases", discovery.releases)
    add("/context.jsonld", "context", discovery.context)
    add("/static/<name>", "static", discovery.static)
    add("/healthz", "healthz", operations.alive)
    add("/readyz", "readyz", operations.ready)
    add("/metrics", "metrics", operations.metrics)
    add("/sparql", "sparql", endpoint.sparql, ASK)
    add("/graph", "graph_store", GraphStore(documents.site).graph)
    add("/queries", "queries_bare", lambda: moved(f"{mount}/queries/"))
    named = NamedQueries(endpoint)
    add("/queries/", "queries", named.catalogue)
    add("/queries/<name>", "named_query", named.query)
    add("/openapi.json", "openapi", Description(app, documents.site, documents.kept).document)
    add_interfaces(add, documents.site, documents.kept)
    add_wayfinding(add, documents.site, documents.kept)
    add_browsing(add, documents.site, documents.kept)


def _add_frame(app: Flask, site: Site) -> None:
    mount = site.settings.mount

    def failed(problem: Problem) -> Response:
        return problems.response(problem, mount=mount, served=site.current())

    @app.before_request
    def look() -> Response | None:
        raised = request.environ.get(RAISED)
        if raised is not None:
            raise raised
        if request.method == "OPTIONS" and request.environ.get("slm_graph.raw_path") == "*":
            return _options_of_the_server(app)
        if "slm_graph.outside" in request.environ:
            return failed(problems.of_status(404))
        if mount and not request.environ["PATH_INFO"]:
            return moved(f"{mount}/")
        path = request.path
        if len(path) > MAX_PATH_LENGTH:
            return failed(problems.of_status(414))
        if "\ufffd" in path or _CONTROL.search(path):
            return failed(problems.of_status(400))
        if "/../" in path or "/./" in path or path.endswith(("/..", "/.")):
            return failed(problems.of_status(404))
        if request.method == "OPTIONS":
            return _options(app)
        return None

    @app.errorhandler(Problem)
    def of_problem(problem: Problem) -> Response:
        return failed(problem)

    @app.errorhandler(SlmGraphError)
    def of_ours(error: SlmGraphError) -> Response:
        if error.http_status == 500:
            log.error("request %s: %s", problems.request_id(), error.message("en"))
        return failed(problems.of_error(error))

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        status = error.code or 500
        slashless = request.path.rstrip("/")
        if status == 404 and slashless != request.path and slashless and _exists(app, slashless):
            return moved(mount + canonical_path(slashless))
        headers = [("Allow", _allow(error.valid_methods))] if isinstance(error, MethodNotAllowed) else []
        return failed(problems.of_status(status, headers))

    @app.errorhandler(Exception)
    def of_anything(error: Exception) -> Response:
        log.error("request %s failed", problems.request_id(), exc_info=error)
        return failed(problems.of_status(500))


def _options(app: Flask) -> Response:
    """204 with what the address takes; the answer to a preflight of CORS too."""
    if request.routing_exception is not None and not isinstance(request.routing_exception, MethodNotAllowed):
        raise request.routing_exception
    allowed = _allow(_methods(app))
    headers = Headers([("Allow", allowed), ("Cache-Control", CURRENT)])
    if "QUERY" in allowed:
        headers.extend(protocol.TAKEN)
    if "Origin" in request.headers:
        headers["Access-Control-Allow-Methods"] = allowed
        headers["Access-Control-Allow-Headers"] = (
            "Accept, Accept-Language, Accept-Profile, Content-Type, If-None-Match"
        )
        headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    response = Response(status=204, headers=headers)
    del response.headers["Content-Type"]  # of nothing
    return response


def _options_of_the_server(app: Flask) -> Response:
    """204 with what some address or other takes (RFC 9110, 9.3.7)."""
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    response = Response(status=204, headers=[("Allow", _allow(methods)), ("Cache-Control", CURRENT)])
    del response.headers["Content-Type"]
    return response


def _methods(app: Flask) -> set[str]:
    adapter = app.create_url_adapter(request)
    return set(adapter.allowed_methods()) if adapter is not None else set()


def _allow(methods: Any) -> str:
    return ", ".join(sorted({*(methods or ()), "OPTIONS"}))


def _exists(app: Flask, path: str) -> bool:
    adapter = app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, "GET")
