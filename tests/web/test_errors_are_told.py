"""RFC 9457 for programs, a page for people, in the reader's language, and nothing of our insides."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.errors import EnvironmentFault, SlmGraphError, Text, UsageError
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("/doc/none", None, "text/html; charset=utf-8"),
        ("/doc/none", "*/*", "text/html; charset=utf-8"),
        ("/doc/none", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/doc/none", "application/json", "application/problem+json"),
        ("/doc/none", "application/problem+json", "application/problem+json"),
        ("/doc/none", "text/turtle", "application/problem+json"),
        ("/doc/none", "application/ld+json, text/html;q=0.5", "application/problem+json"),
        ("/doc/none", "text/plain", "text/html; charset=utf-8"),
        ("/doc/none", "image/png", "text/html; charset=utf-8"),
        ("/sparql?query=x", None, "application/problem+json"),
        ("/sparql?query=x", "text/csv", "application/problem+json"),
    ],
)
def test_an_error_comes_as_its_reader_reads(
    client: FlaskClient, path: str, accept: str | None, content_type: str
) -> None:
    answer = client.get(path, headers={"Accept": accept} if accept is not None else {})
    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == content_type
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "query", "title"),
    [
        ({}, "", "Nicht gefunden"),
        ({"Accept-Language": "en-GB"}, "", "Not found"),
        ({"Accept-Language": "en"}, "?lang=de", "Nicht gefunden"),
        ({"Accept-Language": "de"}, "?lang=en", "Not found"),
    ],
)
def test_an_error_speaks_the_language_of_its_reader(
    client: FlaskClient, headers: dict[str, str], query: str, title: str
) -> None:
    answer = client.get(f"/doc/none{query}", headers={"Accept": "application/json", **headers})
    assert answer.json["title"] == title
    assert answer.headers["Content-Language"] == ("de" if title == "Nicht gefunden" else "en")
    page = client.get(f"/doc/none{query}", headers={"Accept": "text/html", **headers})
    assert title in page.text


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/doc/none", "/doc/none?lang="),
        ("/doc/none?lang=de", "/doc/none?lang="),
        ("/doc/sfia?_profile=none&lang=de", "/doc/sfia?_profile=none&amp;lang="),
        ("/doc/Pru%CC%88fung%22%3E", "/doc/Pr%C3%BCfung%22%3E?lang="),
        ("/sparql?query=%3C", "/sparql?query=%3C&amp;lang="),
        ("/id/sfia%00", "/id/sfia%00?lang="),
    ],
)
def test_an_error_in_another_language_is_the_same_error(client: FlaskClient, path: str, address: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    for language in ("de", "en"):
        assert f'<a href="{address}{language}" hreflang="{language}"' in page
    assert '<link rel="alternate" hreflang' not in page, "a page that is not has no translations"


def test_no_error_leads_to_another_host(app: Flask) -> None:
    environ = {"PATH_INFO": "//evil.example/x", "RAW_URI": "//evil.example/x"}
    page = app.test_client().get("/", environ_overrides=environ, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert 'href="//' not in page.text


@pytest.mark.parametrize(
    ("path", "address"), [("/skills/none", "/skills/none?lang=en"), ("/other", "/other?lang=en")]
)
def test_an_error_below_a_path_stays_where_it_was(data: Path, path: str, address: str) -> None:
    site = create_app(SiteSettings(data=data, mount="/skills"), queries=None).test_client()
    page = site.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert f'<a href="{address}"' in page.text


def test_a_problem_has_the_members_of_the_standard(client: FlaskClient) -> None:
    problem = client.get("/doc/none", headers={"Accept": "application/problem+json"}).json
    assert problem["type"] == "about:blank"
    assert problem["status"] == 404
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert problem["instance"].startswith("urn:request:")


class Broken:
    """An answerer that raises what it is given."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def answer(self, request: object, *, has_left: object = None) -> object:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret /srv/path pyoxigraph"),
        EnvironmentFault(Text(de="secret", en="secret"), where="/srv/path"),
        SlmGraphError(Text(de="secret", en="secret"), where="/srv/path"),
    ],
    ids=["unknown", "environment", "ours"],
)
def test_a_fault_of_ours_tells_nothing_but_its_id(
    data: Path, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(SiteSettings(data=data), queries=Broken(error)).test_client()  # type: ignore[arg-type]
    answer = client.get("/sparql?query=ASK{}")
    assert answer.status_code == 500
    for secret in ("secret", "/srv", "pyoxigraph", "Traceback", "RuntimeError"):
        assert secret not in answer.text
    told = answer.json["instance"].removeprefix("urn:request:")
    assert told in caplog.text
    assert "secret" in caplog.text


def test_where_an_error_was_is_not_for_strangers(data: Path) -> None:
    error = UsageError(
        Text(de="so nicht", en="not so"), hint=Text(de="Anders.", en="Otherwise."), where="/srv/path"
    )
    client = create_app(SiteSettings(data=data), queries=Broken(error)).test_client()  # type: ignore[arg-type]
    answer = client.get("/sparql?query=ASK{}")
    assert answer.status_code == 400
    assert answer.json["detail"] == "So nicht. Anders."
    assert "/srv" not in answer.text


def test_the_server_s_request_id_is_the_one_told(app: Flask) -> None:
    answer = app.test_client().get(
        "/none", headers={"Accept": "application/json"}, environ_base={"slm_graph.request_id": "abc"}
    )
    assert answer.json["instance"] == "urn:request:abc"
