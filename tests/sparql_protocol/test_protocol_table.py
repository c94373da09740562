"""The query operation against a real server; each id cites the clause it is about.

2.x: SPARQL 1.1 Protocol. RFC 9110: HTTP semantics. RFC 10008: the method QUERY. FETCH: the Fetch standard (CORS).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, Format
from slm_graph.syntax import read

if TYPE_CHECKING:
    from conftest import Answer, Site

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BASE = "https://w3id.org/slm-graph/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LABELS = f"SELECT ?label {{ <{BASE}id/sfia/SLMO> <{SKOS}prefLabel> ?label }}"
EXPECTED = {"Servicelevel-Management", "Service level management"}
GRAPH = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{BASE}id/sfia/SLMO> }} ?s ?p ?o }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SFIA = f"{BASE}graph/sfia"
LEVELS = f"{BASE}graph/sfia/level"

Ask = Callable[["Site"], "Answer"]


def get(query: str, *more: str, **headers: str) -> Ask:
    target = "/sparql?query=" + quote(query, safe="") + "".join(f"&{part}" for part in more)
    return lambda site: site.ask("GET", target, **headers)


def form(fields: str, *, target: str = "/sparql", method: str = "POST", **headers: str) -> Ask:
    said = {"content_type": FORM} | headers
    return lambda site: site.ask(method, target, body=fields, **said)


def direct(query: str | bytes, *, target: str = "/sparql", method: str = "POST", **headers: str) -> Ask:
    said = {"content_type": DIRECT} | headers
    return lambda site: site.ask(method, target, body=query, **said)


def plain(method: str, target: str, **headers: str) -> Ask:
    return lambda site: site.ask(method, target, **headers)


ENCODED = quote_plus(LABELS)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(get(LABELS), id="2.1.1-get"),
        pytest.param(plain("GET", f"/sparql?query={ENCODED}"), id="2.1.1-get-plus-is-a-blank"),
        pytest.param(
            plain("GET", "/sparql?query=" + ENCODED.replace("SELECT", "%53ELECT")), id="2.1.1-percent"
        ),
        pytest.param(
            plain("GET", f"/sparql?unknown=1&query={ENCODED}&x"), id="2.1.1-other-parameters-do-no-harm"
        ),
        pytest.param(form(f"query={ENCODED}"), id="2.1.2-form"),
        pytest.param(
            form(f"query={ENCODED}", content_type=FORM + "; charset=UTF-8"), id="2.1.2-form-charset"
        ),
        pytest.param(direct(LABELS), id="2.1.3-direct"),
        pytest.param(
            direct(LABELS, content_type='APPLICATION/SPARQL-QUERY; charset="utf-8"'), id="2.1.3-charset"
        ),
        pytest.param(direct(b"\xef\xbb\xbf" + LABELS.encode()), id="2.1.3-byte-order-mark"),
        pytest.param(direct(LABELS, method="QUERY"), id="RFC10008-2-direct"),
        pytest.param(form(f"query={ENCODED}", method="QUERY"), id="RFC10008-2-form"),
        pytest.param(direct(LABELS, accept="application/sparql-results+json"), id="2.1.5-accept"),
        pytest.param(get(LABELS, "format=json"), id="format=json"),
        pytest.param(get(LABELS, "output=json"), id="output=json"),
        pytest.param(get(LABELS, "format=application/sparql-results%2Bjson"), id="format=media-type"),
        pytest.param(get(LABELS, "format=application/sparql-results+json"), id="format=media-type-unescaped"),
        pytest.param(form(f"query={ENCODED}", target="/sparql?format=json"), id="format=-beside-a-form"),
        pytest.param(direct(LABELS, target="/sparql?format=json"), id="format=-beside-a-direct-query"),
    ],
)
def test_a_query_is_answered_whichever_way_it_comes(site: Site, ask: Ask) -> None:
    answer = ask(site)
    assert answer.status == 200, answer.body
    assert answer.media_type == "application/sparql-results+json"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {row["label"]["value"] for row in answer.document["results"]["bindings"]} == EXPECTED


@pytest.mark.parametrize(
    ("query", "value"),
    [
        pytest.param('SELECT ("ä€𝄞" AS ?x) {}', "ä€𝄞", id="2.1.1-utf-8"),
        pytest.param('SELECT ("a+b" AS ?x) {}', "a+b", id="2.1.1-plus-signs-are-escaped"),
        pytest.param('SELECT ("a&b=c;d" AS ?x) {}', "a&b=c;d", id="2.1.1-delimiters"),
        pytest.param('SELECT ("a%20b" AS ?x) {}', "a%20b", id="2.1.1-decoded-once"),
        pytest.param('SELECT ("\\u00E4" AS ?x) {}', "ä", id="SPARQL-19.2-codepoint-escapes"),
        pytest.param('SELECT ("a\\r\\nb" AS ?x) {}', "a\r\nb", id="SPARQL-19.7-string-escapes"),
    ],
)
def test_no_character_is_lost_on_the_way(site: Site, query: str, value: str) -> None:
    ways = (get(query), form("query=" + quote_plus(query)), direct(query), direct(query, method="QUERY"))
    for ask in ways:
        answer = ask(site)
        assert answer.status == 200, answer.body
        assert answer.document["results"]["bindings"][0]["x"]["value"] == value


def number(answer: Answer) -> int:
    assert answer.status == 200, answer.body
    return int(answer.document["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(scope="module")
def sizes(site: Site) -> tuple[int, int, int]:
    """Triples of everything, of one graph and of another, each asked by GRAPH and not by the protocol."""
    whole = number(get(COUNT)(site))
    one, two = (
        number(get(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{g}> {{ ?s ?p ?o }} }}")(site)) for g in (SFIA, LEVELS)
    )
    assert 0 < one < whole
    assert 0 < two < whole
    assert one != two
    return whole, one, two


D, N = "default-graph-uri=", "named-graph-uri="
IN_GRAPHS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        pytest.param(get(COUNT, D + SFIA), "one", id="2.1.4-default-get"),
        pytest.param(get(COUNT, D + quote(SFIA, safe="")), "one", id="2.1.4-default-escaped"),
        pytest.param(get(COUNT, D + SFIA, D + LEVELS), "both", id="2.1.4-default-is-a-merge"),
        pytest.param(get(COUNT, D + SFIA, D + SFIA), "one", id="2.1.4-the-same-graph-twice"),
        pytest.param(get(COUNT, N + SFIA), "none", id="2.1.4-named-only-leaves-the-default-empty"),
        pytest.param(get(IN_GRAPHS, N + SFIA), "one", id="2.1.4-named"),
        pytest.param(get(IN_GRAPHS, N + SFIA, N + LEVELS), "both", id="2.1.4-named-twice"),
        pytest.param(get(IN_GRAPHS, D + SFIA), "none", id="2.1.4-default-only-names-none"),
        pytest.param(get(COUNT, D + SFIA, N + LEVELS), "one", id="2.1.4-default-beside-named"),
        pytest.param(get(IN_GRAPHS, D + SFIA, N + LEVELS), "two", id="2.1.4-named-beside-default"),
        pytest.param(form(f"query={quote_plus(COUNT)}&{D}{SFIA}"), "one", id="2.1.4-form"),
        pytest.param(
            form(f"query={quote_plus(COUNT)}", target=f"/sparql?{D}{SFIA}"), "one", id="2.1.4-beside-a-form"
        ),
        pytest.param(direct(COUNT, target=f"/sparql?{D}{SFIA}"), "one", id="2.1.4-direct"),
        pytest.param(
            direct(COUNT, target=f"/sparql?{D}{SFIA}", method="QUERY"), "one", id="2.1.4-method-query"
        ),
        pytest.param(
            get(COUNT, D + BASE + "graph/none"), "none", id="2.1.4-a-graph-that-is-not-there-is-empty"
        ),
        pytest.param(get(COUNT.replace("{", f"FROM <{SFIA}> {{", 1)), "one", id="SPARQL-13.2.1-from"),
        pytest.param(
            get(COUNT.replace("{", f"FROM <{SFIA}> FROM <{LEVELS}> {{", 1)),
            "both",
            id="SPARQL-13.2.1-from-twice",
        ),
        pytest.param(
            get(COUNT.replace("{", f"FROM <{SFIA}> FROM <{SFIA}> {{", 1)),
            "one",
            id="SPARQL-13.2.1-from-the-same-twice",
        ),
        pytest.param(
            get(COUNT.replace("{", f"FROM NAMED <{SFIA}> {{", 1)), "none", id="SPARQL-13.2.2-from-named"
        ),
        pytest.param(
            get(IN_GRAPHS.replace("{", f"FROM NAMED <{SFIA}> {{", 1)), "one", id="SPARQL-13.2.2-graph"
        ),
        pytest.param(
            get(COUNT.replace("{", f"FROM <{LEVELS}> {{", 1), D + SFIA),
            "one",
            id="2.1.4-the-request-overrides-from",
        ),
        pytest.param(
            get(IN_GRAPHS.replace("{", f"FROM NAMED <{LEVELS}> {{", 1), N + SFIA),
            "one",
            id="2.1.4-the-request-overrides-from-named",
        ),
        pytest.param(
            get(IN_GRAPHS.replace("{", f"FROM NAMED <{LEVELS}> {{", 1), D + SFIA),
            "none",
            id="2.1.4-the-request-overrides-the-whole-data-set",
        ),
    ],
)
def test_the_data_set_is_the_one_asked_for(
    site: Site, sizes: tuple[int, int, int], ask: Ask, expected: str
) -> None:
    _, one, two = sizes
    assert number(ask(site)) == {"none": 0, "one": one, "two": two, "both": one + two}[expected]


def solutions(data: bytes, row: Format) -> set[str]:
    from rdflib.query import Result

    if row.name == "tsv":
        return {line.partition('"@')[0].strip('"') for line in data.decode().splitlines()[1:]}
    read = Result.parse(io.BytesIO(data), format=row.name)
    return {str(one[0]) for one in read}


@pytest.mark.parametrize("row", SOLUTION_FORMATS, ids=lambda row: f"2.1.5-{row.name}")
def test_solutions_come_in_every_format(site: Site, row: Format) -> None:
    asks = [get(LABELS, accept=media_type) for media_type in (row.media_type, *row.aliases)]
    asks += [
        get(LABELS, "format=" + name, accept="image/png")
        for name in (row.name, row.suffix, quote(row.media_type))
    ]
    for ask in asks:
        answer = ask(site)
        assert (answer.status, answer.headers["content-type"]) == (200, row.content_type)
        assert solutions(answer.body, row) == EXPECTED


@pytest.mark.parametrize("row", SOLUTION_FORMATS, ids=lambda row: f"2.1.5-ask-{row.name}")
def test_a_boolean_comes_in_every_format(site: Site, row: Format) -> None:
    yes, no = (get(query, accept=row.media_type)(site) for query in ("ASK {}", "ASK { FILTER(false) }"))
    assert (yes.media_type, no.media_type) == (row.media_type, row.media_type)
    assert b"true" in yes.body
    assert b"false" in no.body


@pytest.mark.parametrize("row", RDF_FORMATS, ids=lambda row: f"2.1.5-{row.name}")
@pytest.mark.parametrize("query", [GRAPH, f"DESCRIBE <{BASE}id/sfia/SLMO>"], ids=["construct", "describe"])
def test_graphs_come_in_every_format_and_are_the_same(site: Site, row: Format, query: str) -> None:
    plain_graph = Graph().parse(data=get(query, accept="application/n-triples")(site).body, format="nt")
    assert len(plain_graph) > 5
    asks = [get(query, accept=media_type) for media_type in (row.media_type, *row.aliases)]
    asks += [get(query, "format=" + name, accept="image/png") for name in (row.name, row.suffix)]
    for ask in asks:
        answer = ask(site)
        assert (answer.status, answer.headers["content-type"]) == (200, row.content_type)
        if row.name in ("json", "jsonld"):  # its context is of the site's own; tests/web reads such documents
            assert answer.document["@context"] == "/context.jsonld"
            continue
        graph = Graph()
        for subject, predicate, object_, _ in read(answer.body, row, name="answer"):
            graph.add((subject, predicate, object_))
        assert isomorphic(graph, plain_graph)


JSON, XML, CSV, TURTLE, PAGE = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/turtle",
    "text/html",
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        pytest.param(LABELS, None, JSON, id="RFC9110-12.5.1-none"),
        pytest.param(LABELS, "*/*", JSON, id="RFC9110-12.5.1-any"),
        pytest.param(LABELS, "", JSON, id="RFC9110-12.5.1-empty"),
        pytest.param(LABELS, f"{CSV};q=0.4, {XML};q=0.9", XML, id="RFC9110-12.4.2-weights"),
        pytest.param(
            LABELS, f"{XML};q=0.3, {CSV};q=0.30", XML, id="RFC9110-12.4.2-equal-weights-server-order"
        ),
        pytest.param(LABELS, f"{JSON};q=0, */*", XML, id="RFC9110-12.4.2-zero-excludes"),
        pytest.param(LABELS, "text/*", CSV, id="RFC9110-12.5.1-type"),
        pytest.param(LABELS, f"*/*;q=0.9, {CSV};q=0.1", JSON, id="RFC9110-12.5.1-exact-weight-counts"),
        pytest.param(LABELS, "text/csv; header=absent", CSV, id="RFC9110-12.5.1-parameters"),
        pytest.param(LABELS, f"{TURTLE}, {CSV};q=0.1", CSV, id="2.1.5-by-form-select"),
        pytest.param(GRAPH, f"{JSON}, {TURTLE};q=0.1", TURTLE, id="2.1.5-by-form-construct"),
        pytest.param(GRAPH, None, TURTLE, id="2.1.5-construct-none"),
        pytest.param(GRAPH, "application/xml", None, id="2.1.5-xml-is-no-name-of-rdf-xml"),
        pytest.param(LABELS, BROWSER, PAGE, id="a-browser-sees-a-page"),
        pytest.param(GRAPH, BROWSER, PAGE, id="a-browser-sees-a-page-of-a-graph"),
        pytest.param(LABELS, f"{TURTLE}, {PAGE};q=0.2", PAGE, id="RFC9110-12.5.1-the-page-is-what-is-left"),
        pytest.param(
            LABELS, f"{TURTLE}, {PAGE};q=0.5, {CSV};q=0.2", PAGE, id="RFC9110-12.5.1-the-page-weighs-more"
        ),
        pytest.param(
            GRAPH, f"{TURTLE};q=0.3, {PAGE};q=0.2, {JSON}", TURTLE, id="RFC9110-12.5.1-the-page-weighs-less"
        ),
        pytest.param(LABELS, TURTLE, None, id="2.1.5-select-as-turtle"),
        pytest.param(GRAPH, f"{CSV}, {XML}", None, id="2.1.5-construct-as-solutions"),
        pytest.param(LABELS, "image/png", None, id="RFC9110-15.5.7-nothing"),
        pytest.param(LABELS, "*/*;q=0", None, id="RFC9110-15.5.7-nothing-at-all"),
    ],
)
def test_accept_chooses_among_what_the_form_can_be(
    site: Site, query: str, accept: str | None, expected: str | None
) -> None:
    answer = get(query, **({} if accept is None else {"accept": accept}))(site)
    assert "Accept" in answer.headers["vary"]
    if expected is None:
        assert (answer.status, answer.media_type) == (406, "application/problem+json")
        assert {offer["mediaType"] for offer in answer.document["offers"]} >= (
            {TURTLE} if query == GRAPH else {JSON, XML, CSV}
        )
    else:
        assert (answer.status, answer.media_type) == (200, expected), answer.body[:300]


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        pytest.param(plain("GET", "/sparql?query=ASK{}&query=ASK{}"), 400, id="2.1.1-two-queries"),
        pytest.param(form("query=ASK{}&query=ASK{}"), 400, id="2.1.2-two-queries"),
        pytest.param(form("query=ASK{}", target="/sparql?query=ASK{}"), 400, id="2.1.2-one-here-one-there"),
        pytest.param(direct("ASK{}", target="/sparql?query=ASK{}"), 400, id="2.1.3-one-here-one-there"),
        pytest.param(form(""), 400, id="2.1.2-no-query"),
        pytest.param(form("format=json"), 400, id="2.1.2-only-a-format"),
        pytest.param(direct(""), 400, id="2.1.3-empty"),
        pytest.param(plain("GET", "/sparql?query="), 400, id="2.1.1-empty"),
        pytest.param(get("SELEKT"), 400, id="2.1.7-malformed"),
        pytest.param(get("SELECT * { ?s ex:p ?o }"), 400, id="2.1.7-undeclared-prefix"),
        pytest.param(get("ASK{}", D + "relative"), 400, id="2.1.4-relative-iri"),
        pytest.param(get("ASK{}", N + "http://a%20b"), 400, id="2.1.4-no-iri"),
        pytest.param(get("ASK{}", D), 400, id="2.1.4-empty-iri"),
        pytest.param(plain("GET", "/sparql?query=%FF"), 400, id="2.1.1-not-utf-8"),
        pytest.param(plain("GET", "/sparql?query=ASK%7B%7D%ED%A0%80"), 400, id="2.1.1-surrogate"),
        pytest.param(form("query=%C3%28"), 400, id="2.1.2-not-utf-8"),
        pytest.param(direct(b"ASK{} #\xff"), 400, id="2.1.3-not-utf-8"),
        pytest.param(get("ASK{}\0"), 400, id="2.1.1-nul"),
        pytest.param(get("ASK{}", "format=docx"), 400, id="format=unknown"),
        pytest.param(get("ASK{}", "format=turtle"), 406, id="format=of-another-form"),
        pytest.param(direct("ASK{}", content_type="text/plain"), 415, id="RFC9110-15.5.16-text"),
        pytest.param(direct("{}", content_type="application/json"), 415, id="RFC9110-15.5.16-json"),
        pytest.param(direct("x", content_type="multipart/form-data; boundary=x"), 415, id="2.1.2-multipart"),
        pytest.param(lambda s: s.ask("POST", "/sparql", body="ASK{}"), 415, id="RFC9110-8.3-no-type"),
        pytest.param(lambda s: s.ask("QUERY", "/sparql", body="ASK{}"), 415, id="RFC10008-2-no-type"),
        pytest.param(direct("ASK{}", content_type=DIRECT + ";charset=utf-16"), 415, id="2.1.3-utf-16"),
        pytest.param(form("query=ASK{}", content_type=FORM + ";charset=iso-8859-1"), 415, id="2.1.2-latin-1"),
        pytest.param(direct("x", content_encoding="gzip"), 415, id="RFC9110-8.4-compressed"),
        pytest.param(direct(b"#" * 70_000), 413, id="2.1.3-too-long"),
        pytest.param(form("query=" + "%23" * 70_000), 413, id="2.1.2-too-long"),
        pytest.param(direct(b"#" * 1_100_000), 413, id="RFC9110-15.5.14-body"),
        pytest.param(get("SELECT * { SERVICE <http://localhost:9/> { ?s ?p ?o } }"), 403, id="FED-2-service"),
        pytest.param(get("SELECT * { SERVICE SILENT <http://localhost:9/> {} }"), 403, id="FED-2.3-silent"),
        pytest.param(plain("GET", "/sparql?update=CLEAR%20ALL"), 403, id="2.2-update-by-get"),
        pytest.param(form("update=CLEAR+ALL"), 403, id="2.2.1-update-form"),
        pytest.param(form("query=ASK{}&update=CLEAR+ALL"), 403, id="2.2.1-update-beside-a-query"),
        pytest.param(
            form("query=ASK{}", target="/sparql?update=CLEAR%20ALL"), 403, id="2.2.1-update-in-the-address"
        ),
        pytest.param(form("update=CLEAR+ALL", method="QUERY"), 403, id="2.2-update-by-query"),
        pytest.param(
            direct("CLEAR ALL", content_type="application/sparql-update"), 403, id="2.2.2-update-direct"
        ),
        pytest.param(
            direct("CLEAR ALL", content_type="application/sparql-update;charset=utf-8", method="QUERY"),
            403,
            id="2.2.2-update-direct-by-query",
        ),
        pytest.param(direct("DROP ALL"), 403, id="2.2-update-as-query"),
        pytest.param(direct("PREFIX : <http://a/> INSERT DATA { :a :b :c }"), 403, id="2.2-insert-as-query"),
        pytest.param(direct("ASK{} ; CLEAR ALL"), 400, id="2.2-update-behind-a-query"),
        pytest.param(
            lambda s: s.ask("PUT", "/sparql", body="x", content_type=DIRECT), 405, id="RFC9110-15.5.6-put"
        ),
        pytest.param(plain("DELETE", "/sparql"), 405, id="RFC9110-15.5.6-delete"),
        pytest.param(lambda s: s.ask("PATCH", "/sparql", body="x"), 405, id="RFC9110-15.5.6-patch"),
    ],
)
def test_what_breaks_the_protocol_is_refused_by_name(site: Site, ask: Ask, status: int) -> None:
    answer = ask(site)
    assert answer.status == status, answer.body
    assert answer.media_type == "application/problem+json"
    said = answer.document
    assert said["status"] == status
    assert said["title"]
    assert answer.headers["access-control-allow-origin"] == "*"
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    if status == 415:
        offered = "accept-encoding" if "komprimiert" in said["detail"].lower() else "accept-query"
        assert answer.headers[offered]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        pytest.param("SELECT *\nWHERE { ?s ?p }", 2, 15, id="2.1.7-in-the-middle"),
        pytest.param("SELECT * {\n\n", 3, 1, id="2.1.7-at-the-end"),
        pytest.param("# ä€𝄞\nSELECT ?ä { FEHLER }", 2, 13, id="2.1.7-columns-are-characters"),
        pytest.param("SELEKT * {}", 1, 1, id="2.1.7-at-the-start"),
        pytest.param("SELECT * {\n?s ?p ?o }\nLIMT 3", 3, 1, id="2.1.7-misspelt"),
        pytest.param("SELECT * { ?s ?p 'a }", 1, 18, id="2.1.7-open-string"),
        pytest.param("SELECT * { ?s ?p ?o FILTER REGEX(?o 'x') }", 1, 37, id="2.1.7-missing-comma"),
        pytest.param("SELECT * { ?s ?p ?o } }", 1, 23, id="2.1.7-one-brace-too-many"),
        pytest.param("ASK {\n ?s ex:p ?o }", 2, 5, id="2.1.7-undeclared-prefix"),
        pytest.param("SELECT * {\n SERVICE <http://a/> {} }", 2, 2, id="refused-where"),
    ],
)
def test_a_fault_in_a_query_is_told_with_its_place(site: Site, query: str, line: int, column: int) -> None:
    for ask in (get(query), form("query=" + quote_plus(query)), direct(query)):
        said = ask(site).document
        assert (said["line"], said["column"]) == (line, column), said


@pytest.mark.parametrize(
    "ask", [get(LABELS), plain("GET", "/sparql")], ids=["2.1.1-query", "SD-2-description"]
)
def test_head_says_what_get_says_without_a_body(site: Site, ask: Ask) -> None:
    got = ask(site)
    target = "/sparql?query=" + quote(LABELS, safe="") if b"Servicelevel" in got.body else "/sparql"
    head = site.ask("HEAD", target)
    assert (head.status, head.body) == (got.status, b"")
    ours = {"content-type", "vary", "cache-control", "etag", "content-length"}
    assert {n: v for n, v in head.headers.items() if n in ours} == {
        n: v for n, v in got.headers.items() if n in ours
    }


def test_head_tells_a_fault_too(site: Site) -> None:
    head = site.ask("HEAD", "/sparql?query=SELEKT")
    assert (head.status, head.body) == (400, b"")


@pytest.mark.parametrize(
    "method", ["GET", "POST", "QUERY"], ids=["FETCH-cors-get", "FETCH-cors-post", "FETCH-cors-query"]
)
def test_a_browser_of_another_site_may_ask(site: Site, method: str) -> None:
    answer = site.ask(
        "OPTIONS",
        "/sparql",
        origin="https://a.example",
        access_control_request_method=method,
        access_control_request_headers="content-type, accept",
    )
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert {"content-type", "accept"} <= set(
        answer.headers["access-control-allow-headers"].lower().split(", ")
    )


def test_options_says_what_the_endpoint_takes(site: Site) -> None:
    answer = site.ask("OPTIONS", "/sparql")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"  # RFC 9110, 9.3.7
    assert answer.headers["accept-query"] == f"{DIRECT}, {FORM}"  # RFC 10008
    assert answer.headers["accept-post"] == f"{DIRECT}, {FORM}"  # Linked Data Platform, 7.1
    assert "accept-query" not in site.ask("OPTIONS", "/doc/sfia").headers


def test_the_server_as_a_whole_tells_its_methods(site: Site) -> None:
    answer = site.ask("OPTIONS", "*")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert site.ask("OPTIONS", "/*").status == 404
    assert site.ask("GET", "*").status in (400, 404)
