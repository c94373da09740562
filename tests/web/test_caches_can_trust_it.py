"""RFC 9110, 8.8, 13 and 15.4.5; RFC 9111, 5.2: conditions, validators, lifetimes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from slm_graph.formats import DOCUMENT_FORMATS
from slm_graph.web.representations import OVERHEAD_BYTES, Representation, Representations, representation

PATH = "/doc/sfia/SLMO_5"
TURTLE = {"Accept": "text/turtle"}
DAY, DAY_BEFORE = "Fri, 20 Nov 2026 00:00:00 GMT", "Thu, 19 Nov 2026 00:00:00 GMT"
"""The release's, and one on which there was none."""


def tag(client: FlaskClient) -> str:
    return client.get(PATH, headers=TURTLE).headers["ETag"]


def test_every_representation_has_a_strong_tag_of_its_own(client: FlaskClient) -> None:
    # JSON and JSON-LD have the same bytes: a tag tells them apart all the same (RFC 9110, 8.8.3)
    tags = [client.get(PATH, headers={"Accept": row.media_type}).headers["ETag"] for row in DOCUMENT_FORMATS]
    tags.append(client.get(PATH, headers={"Accept-Language": "en"}).headers["ETag"])
    assert len(set(tags)) == len(tags)
    assert all(one.startswith('"') for one in tags)


@pytest.mark.parametrize(
    ("template", "status"),
    [
        pytest.param("{tag}", 304, id="13.1.2-same"),
        pytest.param("W/{tag}", 304, id="8.8.3.2-weak-comparison"),
        pytest.param('"other", {tag}', 304, id="13.1.2-list"),
        pytest.param('"a,b" , W/"x",{tag}', 304, id="13.1.2-list-with-a-comma-inside"),
        pytest.param("*", 304, id="13.1.2-any"),
        pytest.param('"other"', 200, id="13.1.2-other"),
        pytest.param("", 200, id="13.1.2-empty"),
        pytest.param("nonsense", 200, id="13.1.2-malformed"),
    ],
)
def test_if_none_match_spares_the_body(client: FlaskClient, template: str, status: int) -> None:
    headers = {**TURTLE, "If-None-Match": template.format(tag=tag(client))}
    answer = client.get(PATH, headers=headers)
    assert answer.status_code == status
    if status == 304:
        whole = client.get(PATH, headers=TURTLE)
        assert answer.data == b""
        for name in ("ETag", "Vary", "Cache-Control", "Content-Location", "Link"):
            assert answer.headers[name] == whole.headers[name]
        assert "Content-Type" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"If-Modified-Since": DAY}, 304, id="13.1.3-not-since"),
        pytest.param({"If-Modified-Since": DAY_BEFORE}, 200, id="13.1.3-since"),
        pytest.param({"If-Modified-Since": "yesterday"}, 200, id="13.1.3-not-a-date"),
        pytest.param(
            {"If-Modified-Since": DAY, "If-None-Match": '"other"'},
            200,
            id="13.2.2-the-tag-comes-first",
        ),
        pytest.param({"If-Match": '"other"'}, 412, id="13.1.1-another-tag"),
        pytest.param({"If-Match": "*"}, 200, id="13.1.1-any"),
        pytest.param({"If-Unmodified-Since": DAY}, 200, id="13.1.4-not-since"),
        pytest.param({"If-Unmodified-Since": DAY_BEFORE}, 412, id="13.1.4-since"),
        pytest.param({"If-Unmodified-Since": "yesterday"}, 200, id="13.1.4-not-a-date"),
        pytest.param(
            {"If-Unmodified-Since": DAY_BEFORE, "If-Match": "*"}, 200, id="13.2.2-1-the-tag-comes-first"
        ),
        pytest.param(
            {"If-Unmodified-Since": DAY_BEFORE, "If-None-Match": "*"}, 412, id="13.2.2-2-before-the-third"
        ),
        pytest.param(
            {"If-Unmodified-Since": DAY, "If-Modified-Since": DAY},
            304,
            id="13.2.2-2-holds-and-the-rest-counts",
        ),
    ],
)
def test_other_conditions(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    for _ in range(2):  # made, and known
        assert client.get(PATH, headers={**TURTLE, **headers}).status_code == status
    if "If-None-Match" not in headers:
        assert client.get("/dumps/all.ttl.gz", headers=headers).status_code == status


def test_what_has_no_date_is_not_asked_for_one(client: FlaskClient) -> None:
    assert client.get("/queries/", headers={"If-Unmodified-Since": DAY_BEFORE}).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "content_type"),
    [
        pytest.param("/release/first" + PATH, {}, "text/html; charset=utf-8", id="page"),
        pytest.param("/release/first" + PATH, TURTLE, "application/problem+json", id="turtle"),
        pytest.param("/release/first/dumps/all.ttl.gz", TURTLE, "application/problem+json", id="file"),
        pytest.param("/dumps/all.ttl", TURTLE, "application/problem+json", id="unpacked"),
        pytest.param("/queries/frameworks", {}, "text/html; charset=utf-8", id="named-query"),
        pytest.param("/search.json?q=a", {}, "text/html; charset=utf-8", id="search"),
    ],
)
def test_a_condition_that_fails_is_an_error_told_to_its_reader_and_kept_by_nobody(
    client: FlaskClient, path: str, headers: dict[str, str], content_type: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": "en", **headers, "If-Match": '"other"'})
    assert (answer.status_code, answer.headers["Content-Type"]) == (412, content_type)
    assert "Precondition failed" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    head = client.head(path, headers={**headers, "If-Match": '"other"'})
    assert (head.status_code, head.data, head.headers["Cache-Control"]) == (412, b"", "no-store")


def test_no_condition_holds_for_an_error(client: FlaskClient) -> None:
    for condition in ({"If-Match": '"other"'}, {"If-None-Match": "*"}):
        page = client.get("/sparql?query=nonsense&format=html", headers=condition)
        assert (page.status_code, page.headers["Cache-Control"]) == (400, "no-store")
        assert "ETag" not in page.headers
        assert page.data


def test_the_tag_of_one_format_does_not_spare_another(client: FlaskClient) -> None:
    answer = client.get(PATH, headers={"Accept": "application/ld+json", "If-None-Match": tag(client)})
    assert answer.status_code == 200


def test_the_release_dates_what_it_holds(client: FlaskClient) -> None:
    assert client.get(PATH).headers["Last-Modified"] == "Fri, 20 Nov 2026 00:00:00 GMT"


def test_only_what_never_changes_is_kept_for_ever(client: FlaskClient) -> None:
    assert client.get(PATH).headers["Cache-Control"] == "public, max-age=60"
    snapshot = client.get("/release/first/doc/sfia/SLMO_5", headers=TURTLE)
    assert snapshot.status_code == 200
    assert "immutable" in snapshot.headers["Cache-Control"]
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"


def test_kept_bodies_stay_within_their_room() -> None:
    kept = Representations(max_bytes=8 * (1000 + OVERHEAD_BYTES))
    for number in range(50):
        kept.get(number, lambda: representation(b"x" * 1000, "text/plain"))
    assert kept.bytes <= kept.max_bytes
    assert len(kept) == 8


def test_the_body_asked_for_last_stays_longest() -> None:
    kept = Representations(max_bytes=8 * (100 + OVERHEAD_BYTES))
    made: list[int] = []

    def ask(number: int) -> Representation:
        def make() -> Representation:
            made.append(number)
            return representation(b"x" * 100, "text/plain")

        return kept.get(number, make)

    for number in range(8):
        ask(number)
    ask(0)
    ask(8)
    made.clear()
    ask(0)
    ask(1)
    assert made == [1]


def test_a_body_that_is_too_large_is_not_kept() -> None:
    kept = Representations(max_bytes=8000)
    assert kept.get("large", lambda: representation(b"x" * 5000, "text/plain")).body == b"x" * 5000
    assert len(kept) == 0
