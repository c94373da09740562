"""Whatever a stranger sends, the answer is an answer: never a 500, never a header or a tag of their making."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

ROOTS = st.sampled_from(
    [
        "", "id/", "doc/", "doc/external", "doc/sfia/", "ontology", "release/", "release/first/doc/", "queries/",
        "queries/skill-levels", "sparql", "static/", "releases", "agent/", "graph/", "search", "search.json", "suggest", "tree", "index", "compare",
    ]
)  # fmt: skip
PIECES = st.text(alphabet=st.characters(codec="latin-1"), max_size=30)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "lang",
            "page",
            "iri",
            "q",
            "parent",
            "scheme",
            "letter",
            "offset",
            "a",
            "b",
            "kind",
            "level",
            "query",
            "format",
            "code",
            "default-graph-uri",
            "update",
            "x",
        ]
    ),
    st.text(max_size=40),
    max_size=3,
)
HEADER = st.text(
    alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "ACCEPT",
            "ACCEPT_LANGUAGE",
            "IF_NONE_MATCH",
            "IF_MATCH",
            "IF_MODIFIED_SINCE",
            "HOST",
            "ORIGIN",
            "CONTENT_ENCODING",
        ]
    ),
    HEADER,
    max_size=4,
)


def ask(app: Flask, environ: dict[str, object]) -> tuple[int, str, bytes]:
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    for name, value in headers:
        assert "\r" not in value
        assert "\n" not in value
        assert name.lower() != "x-injected"
    return int(status.split()[0]), headers.get("Content-Type", ""), b"".join(body)


@FEW
@given(ROOTS, PIECES, FIELDS, HEADERS, st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "QUERY"]))
def test_paths_fields_and_headers(
    app: Flask, root: str, rest: str, fields: dict[str, str], headers: dict[str, str], method: str
) -> None:
    builder = EnvironBuilder(path="/", query_string=fields, method=method)
    environ = builder.get_environ()
    builder.close()
    environ.pop("REQUEST_URI", None)
    environ.pop("RAW_URI", None)
    environ["PATH_INFO"] = "/" + root + rest
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    status, _, _ = ask(app, environ)
    assert status < 500 or status == 503


@FEW
@given(
    st.binary(max_size=200),
    st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "a/b;", ";;", ""]),
)
def test_bodies_of_questions(app: Flask, body: bytes, content_type: str) -> None:
    builder = EnvironBuilder(path="/sparql", method="POST", data=body, content_type=content_type)
    environ = builder.get_environ()
    builder.close()
    status, media_type, _ = ask(app, environ)
    assert status < 500
    assert status == 200 or media_type == "application/problem+json"


@FEW
@given(st.text(min_size=1, max_size=60))
def test_what_is_asked_is_never_markup_on_the_page(app: Flask, text: str) -> None:
    marked = f"<b id=mark>{text}</b>"
    for path in ("/sparql", "/queries/skill-levels", "/doc/external"):
        builder = EnvironBuilder(
            path=path,
            query_string={"query": marked, "code": marked, "iri": marked},
            headers={"Accept": "text/html"},
        )
        environ = builder.get_environ()
        builder.close()
        status, _, body = ask(app, environ)
        assert status < 500
        assert b"<b id=mark>" not in body
