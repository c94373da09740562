"""One canonical form for every address: others redirect to it or are nothing, never a second 200."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

ESCAPED = "/doc/x/Pr%C3%BCfung"


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        pytest.param("/id/x/kept", 303, "/doc/x/kept", id="RFC9110-15.4.4-thing"),
        pytest.param("/doc/x/kept", 200, None, id="canonical"),
        pytest.param("/doc/x/kept/", 301, "/doc/x/kept", id="slash-at-the-end"),
        pytest.param("/id/x/kept/", 301, "/id/x/kept", id="slash-at-the-end-of-a-thing"),
        pytest.param("/doc/x//kept", 404, None, id="two-slashes"),
        pytest.param("/doc/X/kept", 404, None, id="RFC3986-6.2.2.1-case-of-a-path-matters"),
        pytest.param("/DOC/x/kept", 404, None, id="RFC3986-6.2.2.1-case-of-a-route-matters"),
        pytest.param("/doc/x/%6Bept", 301, "/doc/x/kept", id="RFC3986-6.2.2.2-needless-escape"),
        pytest.param("/doc/x/%6bept", 301, "/doc/x/kept", id="RFC3986-6.2.2.1-needless-escape-lower-case"),
        pytest.param(ESCAPED, 200, None, id="RFC3987-3.1-umlaut-escaped"),
        pytest.param("/doc/x/Pr%c3%bcfung", 301, ESCAPED, id="RFC3986-6.2.2.1-hex-digits-lower-case"),
        pytest.param("/doc/x/Pru%CC%88fung", 301, ESCAPED, id="RFC3987-5.3.2.2-not-NFC"),
        pytest.param("/doc/x/Pr%FCfung", 400, None, id="RFC3629-not-UTF-8"),
        pytest.param("/doc/x/kept.ttl", 200, None, id="fixed-format"),
        pytest.param("/doc/x/kept.TTL", 404, None, id="fixed-format-wrong-case"),
        pytest.param("/doc/x/kept.ttl/", 301, "/doc/x/kept.ttl", id="fixed-format-slash"),
        pytest.param("/doc/x/./kept", 404, None, id="RFC3986-5.2.4-dot-segment"),
        pytest.param("/doc/x/y/../kept", 404, None, id="RFC3986-5.2.4-dot-segments"),
        pytest.param(
            "/doc/external?iri=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fx%2Fkept",
            301,
            "/doc/x/kept",
            id="ours-is-not-external",
        ),
        pytest.param("/id/x/nothing", 404, None, id="unknown-thing"),
        pytest.param("/doc/x/nothing", 404, None, id="unknown-document"),
        pytest.param("/id/x/gone", 410, None, id="RFC9110-15.5.11-thing-gone"),
        pytest.param("/doc/x/gone", 410, None, id="RFC9110-15.5.11-document-gone"),
        pytest.param("/doc/x/gone.ttl", 410, None, id="RFC9110-15.5.11-format-gone"),
        pytest.param("/doc/x/gone/", 410, None, id="RFC9110-15.5.11-gone-with-slash"),
        pytest.param("/release/1/doc/x/gone", 200, None, id="snapshot-still-has-it"),
        pytest.param("/release/2/doc/x/gone", 410, None, id="snapshot-has-it-no-more"),
        pytest.param("/doc/x/old", 200, None, id="deprecated-stays"),
    ],
)
def test_every_form_of_an_address(client: FlaskClient, asked: str, status: int, location: str | None) -> None:
    answer = client.get(asked, headers={"Accept": "text/turtle"} if status == 200 else {})
    assert (answer.status_code, answer.headers.get("Location")) == (status, location)


def test_a_query_goes_along(client: FlaskClient) -> None:
    answer = client.get("/doc/x/kept/?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/doc/x/kept?lang=en")


def test_what_is_gone_says_where_it_was(client: FlaskClient) -> None:
    answer = client.get("/doc/x/gone", headers={"Accept": "application/json"})
    assert answer.status_code == 410
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert '</release/1/doc/x/gone>; rel="predecessor-version"' in answer.headers["Link"]
    offers = {offer["mediaType"]: offer["href"] for offer in answer.json["offers"]}  # type: ignore[index]  # a problem's JSON
    assert offers["text/html"] == "/release/1/doc/x/gone"
    assert offers["text/turtle"] == "/release/1/doc/x/gone.ttl"
    for media_type, href in offers.items():
        there = client.get(href, headers={"Accept": media_type})
        assert (there.status_code, there.mimetype) == (200, media_type)
    told = (
        ("de", "zuletzt in Release 1", "Die Seite, wie sie zuletzt war"),
        ("en", "last in release 1", "as it last was"),
    )
    for language, words, link in told:
        page = client.get("/doc/x/gone", headers={"Accept": "text/html", "Accept-Language": language})
        assert words in page.text
        assert 'href="/release/1/doc/x/gone"' in page.text
        assert link in page.text
        assert "text/html" not in page.text, "one page is no choice of formats"


def test_a_deprecated_concept_says_what_stands_in_its_place(client: FlaskClient) -> None:
    page = client.get("/doc/x/old", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "no longer in use" in page
    assert 'href="/doc/x/kept"' in page
