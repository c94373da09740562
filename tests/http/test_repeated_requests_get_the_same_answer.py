"""What is answered ahead of the application is what the application answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import slm_graph.web.site as site_module
from slm_graph.release import rollback
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.repeats import KNOWN_REQUESTS, MAX_REQUEST_LENGTH, Repeats
from slm_graph.web.representations import Representations
from slm_graph.web.site import Site

PATH = "/doc/x/kept"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param(PATH, {}, id="page"),
        pytest.param(PATH + "?lang=en", {"Accept-Encoding": "gzip"}, id="page-packed"),
        pytest.param(PATH, {"Accept": "text/turtle"}, id="turtle"),
        pytest.param(PATH + ".jsonld", {}, id="fixed"),
        pytest.param("/release/1/doc/x/gone", {"Accept": "application/ld+json"}, id="snapshot"),
        pytest.param("/", {"Accept-Language": "en"}, id="home"),
        pytest.param("/context.jsonld", {}, id="context"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_second_answer_is_the_first(data: Path, path: str, headers: dict[str, str], method: str) -> None:
    client = create_app(SiteSettings(data=data), queries=None).test_client()
    first, second = (client.open(path, method=method, headers=headers) for _ in range(2))
    fresh = create_app(SiteSettings(data=data), queries=None).test_client().get(path, headers=headers)
    assert first.status_code == second.status_code == 200
    assert list(first.headers) == list(second.headers) == list(fresh.headers)
    assert second.data == (fresh.data if method == "GET" else b"")


def test_the_application_is_not_asked_again(data: Path) -> None:
    app = create_app(SiteSettings(data=data), queries=None)
    asked: list[str] = []
    app.before_request(lambda: asked.append("asked"))
    client = app.test_client()
    for _ in range(3):
        assert client.get(PATH).status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}, {"If-Match": '"other"'}], ids=str)
def test_the_way_to_a_document_is_told_again(data: Path, headers: dict[str, str]) -> None:
    app = create_app(SiteSettings(data=data), queries=None)
    asked: list[str] = []
    app.before_request(lambda: asked.append("asked"))
    first, second = (app.test_client().get("/id/x/kept", headers=headers) for _ in range(2))
    assert (
        first.status == second.status == "303 SEE OTHER"
    )  # conditions ask what a 200 would be (RFC 9110, 13.2.1)
    assert (list(first.headers), first.data) == (list(second.headers), second.data)
    assert first.headers["Location"] == PATH
    assert len(asked) == 1


def test_what_chooses_a_representation_tells_requests_apart(client: FlaskClient) -> None:
    asked = [
        {"Accept": "text/turtle"},
        {"Accept": "application/ld+json"},
        {"Accept": "text/html", "Accept-Language": "de"},
        {"Accept": "text/html", "Accept-Language": "en"},
        {"Accept": "text/html", "Accept-Language": "en", "Accept-Encoding": "gzip"},
    ]
    tags = [[client.get(PATH, headers=headers).headers["ETag"] for headers in asked] for _ in range(2)]
    assert tags[0] == tags[1]
    assert len(set(tags[0])) == len(asked)


@pytest.mark.parametrize("time", [1, 2])
def test_conditions_are_looked_at_each_time(client: FlaskClient, time: int) -> None:
    whole = client.get(PATH)
    same = client.get(PATH, headers={"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert not {"Content-Type", "Content-Language", "Last-Modified"} & set(same.headers.keys())
    for name in ("ETag", "Vary", "Cache-Control", "Content-Location", "Link"):
        assert same.headers[name] == whole.headers[name]
    assert client.get(PATH, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(PATH, headers={"If-Match": '"other"'}).status_code == 412


def test_another_release_gives_other_answers(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_module, "LOOK_SECONDS", 0.0)
    shutil.copytree(data, tmp_path / "data", symlinks=True)
    client = create_app(SiteSettings(data=tmp_path / "data"), queries=None).test_client()
    for _ in range(2):
        assert b"Enduring" in client.get(PATH + ".ttl").data
    rollback(tmp_path / "data", "1")
    for _ in range(2):
        assert b"Lasting" in client.get(PATH + ".ttl").data


def test_strangers_fill_a_bounded_room(data: Path) -> None:
    app = create_app(SiteSettings(data=data), queries=None)
    repeats = Repeats(app.wsgi_app, Site(SiteSettings(data=data)), Representations())
    app.wsgi_app = repeats  # type: ignore[method-assign]  # Flask's own advice
    client = app.test_client()
    client.get(PATH, headers={"Accept": "text/turtle, " + "x" * MAX_REQUEST_LENGTH})
    assert len(repeats) == 0
    for number in range(KNOWN_REQUESTS + 10):
        repeats.remember((str(number),), note=None, status="200 OK", headers=[("ETag", "x")])  # type: ignore[arg-type]
    assert len(repeats) == KNOWN_REQUESTS
