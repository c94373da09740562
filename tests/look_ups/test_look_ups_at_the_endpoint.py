"""Look-ups asked of the endpoint: which requests get one, with which headers, and that no query process is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.settings import QueryLimits, SiteSettings
from slm_graph.store import Answer, EmbeddedStore, QueryClient, QueryRequest
from slm_graph.web import create_app, site
from slm_graph.web.counters import QUERIES, QUERY_SECONDS
from slm_graph.web.lookups import LookUps

JSON = {"Accept": "application/sparql-results+json"}
LABELS = "SELECT ?l { <http://a.example/one> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l FILTER(LANG(?l) = 'de') }"
FIRST = b'{"head":{"vars":["l"]},"results":{"bindings":[{"l":{"type":"literal","value":"Eins","xml:lang":"de"}}]}}'
TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<http://a.example/scheme> a skos:ConceptScheme ; skos:prefLabel "Probe"@de ; dcterms:title "Probe"@de ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:rightsHolder <http://a.example/> ;
    skos:hasTopConcept <http://a.example/one> .
<http://a.example/one> a skos:Concept ; skos:prefLabel "Eins"@de , "One"@en ; skos:inScheme <http://a.example/scheme> ;
    skos:topConceptOf <http://a.example/scheme> .
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    folder = tmp_path_factory.mktemp("look-ups")
    publish_turtle(folder / "data", TURTLE, version="first", date="2026-11-20")
    return folder / "data"


@pytest.fixture(scope="module")
def hostless(data: Path) -> Flask:
    """A site whose query host is not there: whatever is answered was answered without it."""
    return create_app(SiteSettings(data=data), queries=QueryClient(data.parent / "nobody listens"))


@pytest.fixture
def client(hostless: Flask) -> FlaskClient:
    return hostless.test_client()


def address(query: str) -> str:
    return "/sparql?query=" + quote(query)


def test_a_look_up_needs_no_query_host(client: FlaskClient) -> None:
    answer = client.get(address(LABELS), headers=JSON)
    assert (answer.status_code, answer.data) == (200, FIRST)
    assert answer.headers["Content-Type"] == "application/sparql-results+json"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(address(LABELS + " LIMIT 1"), headers=JSON).status_code == 503


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        pytest.param(address(LABELS), {"Accept": "text/csv"}, id="another format"),
        pytest.param(address(LABELS), {"Accept": "text/html"}, id="a page"),
        pytest.param(
            address(LABELS) + "&default-graph-uri=" + quote(DEFAULT_BASE + "graph/t"), JSON, id="a data set"
        ),
        pytest.param(address(LABELS) + "&format=json", JSON, id="a format in the address"),
    ],
)
def test_whatever_is_not_asked_the_ordinary_way_is_asked_of_the_host(
    client: FlaskClient, target: str, headers: dict[str, str]
) -> None:
    assert client.get(target, headers=headers).status_code == 503


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    one, other = client.get(address(LABELS), headers=JSON), client.head(address(LABELS), headers=JSON)
    assert other.data == b""
    assert sorted(one.headers.items()) == sorted(other.headers.items())
    assert one.headers["ETag"].startswith('"')


def test_a_look_up_has_a_tag_to_ask_by(client: FlaskClient) -> None:
    etag = client.get(address(LABELS), headers=JSON).headers["ETag"]
    again = client.get(address(LABELS), headers=JSON | {"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)


def test_look_ups_count_as_queries(hostless: Flask) -> None:
    counters = hostless.extensions["slm_graph"].endpoint.counters
    before = counters.values(QUERIES, ("public", "answered")), counters.values(QUERY_SECONDS, ("public",))
    hostless.test_client().get(address(LABELS + " # counted"), headers=JSON)
    assert counters.values(QUERIES, ("public", "answered"))[0] == before[0][0] + 1
    assert sum(counters.values(QUERY_SECONDS, ("public",))[:-1]) == sum(before[1][:-1]) + 1


@pytest.mark.parametrize(
    ("limits", "query", "status"),
    [
        (QueryLimits(max_query_bytes=20), LABELS, 413),
        (QueryLimits(max_rows=1), LABELS, 200),
        (QueryLimits(max_rows=1), "SELECT ?p ?o { <http://a.example/one> ?p ?o }", 503),
    ],
    ids=["bytes of a query", "as many rows as may be", "more rows than may be: the host's to refuse"],
)
def test_the_limits_of_the_endpoint_hold(data: Path, limits: QueryLimits, query: str, status: int) -> None:
    settings = SiteSettings(data=data, limits=limits)
    client = create_app(settings, queries=QueryClient(data.parent / "nobody listens")).test_client()
    assert client.get(address(query), headers=JSON).status_code == status


def test_a_store_of_others_is_asked_itself(data: Path) -> None:
    """Its content may differ from the release's index."""

    class Elsewhere:
        def __init__(self) -> None:
            self.asked = 0
            self.store = EmbeddedStore.open(data / "releases" / "first" / "data.nq")

        def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
            self.asked += 1
            return self.store.answer(request)

    store = Elsewhere()
    client = create_app(SiteSettings(data=data), queries=store).test_client()
    for _ in range(2):
        assert client.get(address(LABELS), headers=JSON).data == FIRST
    assert store.asked == 2


def test_another_release_has_another_answer(
    tmp_path: Path, publish_turtle: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_turtle(tmp_path / "data", TURTLE, version="first", date="2026-11-20")
    app = create_app(SiteSettings(data=tmp_path / "data"), queries=QueryClient(tmp_path / "nobody listens"))
    state = app.extensions["slm_graph"]
    look_ups = LookUps(state.site, state.endpoint.counters)
    encoded = address(LABELS).partition("?")[2]
    found = look_ups.find_in_loop(encoded)
    assert found is not None
    assert (found.query, found.body) == (LABELS, FIRST)
    publish_turtle(tmp_path / "data", TURTLE.replace("Eins", "Zwei"), version="second", date="2026-11-21")
    now = site.monotonic() + 2 * site.LOOK_SECONDS
    monkeypatch.setattr(site, "monotonic", lambda: now)
    assert look_ups.find_in_loop(encoded) is None  # it is time to look at the disk, which the loop does not
    assert app.test_client().get(address(LABELS), headers=JSON).data == FIRST.replace(b"Eins", b"Zwei")
    found = look_ups.find_in_loop(encoded)
    assert found is not None
    assert found.body == FIRST.replace(b"Eins", b"Zwei")
