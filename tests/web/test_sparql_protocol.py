"""SPARQL 1.1 Protocol, section 2.1, one row a rule; Service Description; what is refused and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from slm_graph.errors import Busy, QueryTimeout, SlmGraphError, Text
from slm_graph.formats import RDF_FORMATS, SOLUTION_FORMATS, SPARQL_JSON, Format
from slm_graph.settings import QueryLimits, SiteSettings
from slm_graph.store import Answer, QueryRequest
from slm_graph.web import create_app
from slm_graph.web.description import FORMAT_IRIS, SD

SELECT = "SELECT ?label { <https://w3id.org/slm-graph/id/sfia/SLMO> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def labels(answer: object) -> set[str]:
    return {row["label"]["value"] for row in answer.json["results"]["bindings"]}  # type: ignore[attr-defined]


EXPECTED = {"Servicelevel-Management", "Service level management"}


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda c: c.get("/sparql", query_string={"query": SELECT}), id="2.1.1-get"),
        pytest.param(lambda c: c.post("/sparql", data={"query": SELECT}), id="2.1.2-form"),
        pytest.param(lambda c: c.post("/sparql", data=SELECT, content_type=DIRECT), id="2.1.3-direct"),
        pytest.param(
            lambda c: c.post("/sparql", data=SELECT, content_type=DIRECT + "; charset=UTF-8"),
            id="2.1.3-charset",
        ),
        pytest.param(
            lambda c: c.post("/sparql", data=b"\xef\xbb\xbf" + SELECT.encode(), content_type=DIRECT),
            id="2.1.3-bom",
        ),
        pytest.param(
            lambda c: c.open("/sparql", method="QUERY", data=SELECT, content_type=DIRECT), id="RFC10008-query"
        ),
        pytest.param(
            lambda c: c.open("/sparql", method="QUERY", data={"query": SELECT}), id="RFC10008-query-form"
        ),
    ],
)
def test_a_query_is_answered_whichever_way_it_comes(
    client: FlaskClient, ask: Callable[[FlaskClient], object]
) -> None:
    answer = ask(client)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == SPARQL_JSON.media_type  # type: ignore[attr-defined]
    assert "Accept" in answer.headers["Vary"]  # type: ignore[attr-defined]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"  # type: ignore[attr-defined]
    assert labels(answer) == EXPECTED


@pytest.mark.parametrize("row", SOLUTION_FORMATS, ids=lambda row: row.label)
def test_solutions_come_in_every_format(client: FlaskClient, row: Format) -> None:
    by_accept = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": row.media_type})
    by_name = client.get(
        "/sparql", query_string={"query": SELECT, "format": row.suffix}, headers={"Accept": "image/png"}
    )
    for answer in (by_accept, by_name):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == row.content_type
        assert "Servicelevel-Management" in answer.text
    assert (
        client.get(
            "/sparql", query_string={"query": "ASK {}"}, headers={"Accept": row.media_type}
        ).status_code
        == 200
    )


@pytest.mark.parametrize("row", RDF_FORMATS, ids=lambda row: row.label)
@pytest.mark.parametrize(
    "query", [CONSTRUCT, "DESCRIBE <https://w3id.org/slm-graph/id/sfia/SLMO>"], ids=["construct", "describe"]
)
def test_graphs_come_in_every_format(client: FlaskClient, row: Format, query: str) -> None:
    for arguments in ({"headers": {"Accept": row.media_type}}, {"query_string": {"format": row.suffix}}):
        asked = {"query": query} | arguments.pop("query_string", {})  # type: ignore[attr-defined,operator]
        answer = client.get("/sparql", query_string=asked, **arguments)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == row.content_type
        assert answer.data


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, "text/turtle"),
        (CONSTRUCT, "text/csv"),
        (SELECT, "image/png"),
        (CONSTRUCT, "application/sparql-results+xml"),
    ],
)
def test_an_answer_that_cannot_be_had_so_is_406(client: FlaskClient, query: str, accept: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Accept" in answer.headers["Vary"]


def test_a_data_set_in_the_request_overrides_the_whole(client: FlaskClient) -> None:
    graph = "https://w3id.org/slm-graph/graph/sfia"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def number(**fields: object) -> int:
        answer = client.get("/sparql", query_string={"query": count, **fields})
        assert answer.status_code == 200, answer.text
        return int(answer.json["results"]["bindings"][0]["n"]["value"])

    whole = number()
    one = number(**{"default-graph-uri": graph})
    two = number(**{"default-graph-uri": [graph, graph + "/level"]})
    assert 0 < one < two < whole
    assert number(**{"named-graph-uri": graph}) == 0
    in_form = client.post("/sparql", data={"query": count, "default-graph-uri": graph})
    assert int(in_form.json["results"]["bindings"][0]["n"]["value"]) == one
    direct = client.post(
        "/sparql", query_string={"default-graph-uri": graph}, data=count, content_type=DIRECT
    )
    assert int(direct.json["results"]["bindings"][0]["n"]["value"]) == one


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        pytest.param(lambda c: c.get("/sparql?query=ASK{}&query=ASK{}"), 400, id="2.1-two-queries"),
        pytest.param(
            lambda c: c.post("/sparql?query=ASK{}", data={"query": "ASK{}"}),
            400,
            id="2.1.2-one-here-one-there",
        ),
        pytest.param(
            lambda c: c.post("/sparql?query=ASK{}", data="ASK{}", content_type=DIRECT),
            400,
            id="2.1.3-one-here-one-there",
        ),
        pytest.param(lambda c: c.post("/sparql", data={"format": "json"}), 400, id="2.1.2-none"),
        pytest.param(lambda c: c.get("/sparql?query="), 400, id="2.1-empty"),
        pytest.param(lambda c: c.get("/sparql?query=SELEKT"), 400, id="2.1.6-malformed"),
        pytest.param(
            lambda c: c.get("/sparql?query=ASK{}&default-graph-uri=relative"), 400, id="2.1.4-relative"
        ),
        pytest.param(
            lambda c: c.get("/sparql?query=ASK{}&default-graph-uri=http://a%20b"), 400, id="2.1.4-no-iri"
        ),
        pytest.param(lambda c: c.get("/sparql?query=ASK{}&format=docx"), 400, id="unknown-format"),
        pytest.param(lambda c: c.get("/sparql?query=%FF"), 400, id="not-utf-8"),
        pytest.param(
            lambda c: c.post("/sparql", data=b"\xff\xfe", content_type=DIRECT), 400, id="not-utf-8-direct"
        ),
        pytest.param(
            lambda c: c.post("/sparql", data="ASK{}", content_type="text/plain"), 415, id="2.1.3-other-type"
        ),
        pytest.param(lambda c: c.post("/sparql", data="ASK{}"), 415, id="2.1.3-no-type"),
        pytest.param(
            lambda c: c.post("/sparql", data="ASK{}", content_type=DIRECT + ";charset=utf-16"),
            415,
            id="2.1.3-utf-16",
        ),
        pytest.param(
            lambda c: c.post("/sparql", data="x", content_type=DIRECT, headers={"Content-Encoding": "gzip"}),
            415,
            id="RFC9110-8.4-compressed",
        ),
        pytest.param(
            lambda c: c.post("/sparql", data=b"x" * 2_000_000, content_type=DIRECT), 413, id="body-too-large"
        ),
        pytest.param(lambda c: c.post("/sparql", data={"query": "x" * 70_000}), 413, id="query-too-long"),
        pytest.param(
            lambda c: c.post("/sparql", data=b"x" * 70_000, content_type=DIRECT), 413, id="direct-too-long"
        ),
        pytest.param(lambda c: c.get("/sparql?update=CLEAR%20ALL"), 403, id="2.2-update-by-get"),
        pytest.param(lambda c: c.post("/sparql", data={"update": "CLEAR ALL"}), 403, id="2.2.1-update-form"),
        pytest.param(
            lambda c: c.post("/sparql", data="CLEAR ALL", content_type="application/sparql-update"),
            403,
            id="2.2.2-update-direct",
        ),
        pytest.param(lambda c: c.get("/sparql?query=DROP%20ALL"), 403, id="update-as-query"),
        pytest.param(
            lambda c: c.get(
                "/sparql?query=" + quote("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }")
            ),
            403,
            id="service-refused",
        ),
        pytest.param(lambda c: c.put("/sparql", data="x"), 405, id="method"),
        pytest.param(lambda c: c.delete("/sparql"), 405, id="method-delete"),
    ],
)
def test_what_breaks_the_protocol_is_refused_by_name(
    client: FlaskClient, ask: Callable[[FlaskClient], object], status: int
) -> None:
    answer = ask(client)
    assert answer.status_code == status, answer.text  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert answer.json["status"] == status  # type: ignore[attr-defined]
    assert answer.json["detail"]  # type: ignore[attr-defined]


def test_a_malformed_query_is_told_where(client: FlaskClient) -> None:
    answer = client.get(
        "/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"}, headers={"Accept-Language": "de"}
    )
    assert answer.status_code == 400
    assert answer.json["title"] == "Fehlerhafte Abfrage"
    assert answer.json["line"] == 2
    assert answer.json["column"] > 10


def test_a_wrong_media_type_is_told_which_are_taken(client: FlaskClient) -> None:
    answer = client.post("/sparql", data="x", content_type="text/plain")
    assert answer.headers["Accept-Post"] == f"{DIRECT}, {FORM}"


def test_head_and_options(client: FlaskClient) -> None:
    head = client.head("/sparql", query_string={"query": SELECT})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == SPARQL_JSON.media_type
    options = client.options(
        "/sparql", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert options.status_code == 204
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert "POST" in options.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in options.headers["Access-Control-Allow-Headers"]


def test_without_a_query_programs_get_the_service_description(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=answer.data, format="turtle")
    service = URIRef("https://w3id.org/slm-graph/sparql")
    told = {str(iri).rpartition("/")[2] for iri in graph.objects(service, SD.resultFormat)}
    assert told == set(FORMAT_IRIS.values())
    assert {*SOLUTION_FORMATS, *RDF_FORMATS} - set(FORMAT_IRIS) == {
        row for row in RDF_FORMATS if row.name == "json"
    }
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    assert URIRef("https://w3id.org/slm-graph/graph/sfia") in set(graph.objects(predicate=SD.name))
    assert client.get("/sparql").headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("localhost:8000", "http://localhost:8000/sparql"),
        ("127.0.0.1", "http://127.0.0.1/sparql"),
        ("elsewhere.example", "https://w3id.org/slm-graph/sparql"),
        ("localhost.example", "https://w3id.org/slm-graph/sparql"),
    ],
)
def test_the_described_endpoint_is_the_one_that_was_asked_on_this_machine_only(
    client: FlaskClient, host: str, endpoint: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle", "Host": host})
    assert "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> ." in answer.text
    assert answer.headers["Vary"] == "Accept, Host"
    graph = Graph().parse(data=answer.data, format="turtle")
    assert list(graph.subject_objects(SD.endpoint)) == [
        (URIRef("https://w3id.org/slm-graph/sparql"), URIRef(endpoint))
    ]


def test_without_a_query_a_person_gets_a_form(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": BROWSER})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<textarea" in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_person_sees_the_result_as_a_table_with_links(client: FlaskClient) -> None:
    query = "SELECT ?s ?l { ?s <http://www.w3.org/2004/02/skos/core#notation> 'SLMO_5' ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } ORDER BY ?s ?l"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert answer.status_code == 200
    assert '<th scope="col">l</th>' in answer.text
    assert 'href="/doc/sfia/SLMO_5"' in answer.text
    assert 'lang="en">Service level management: level 5' in answer.text
    assert "format=csv" in answer.text


def test_a_person_sees_only_the_first_rows_and_is_told_so(client: FlaskClient) -> None:
    answer = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept": BROWSER}
    )
    assert answer.text.count("<tr>") == 201
    assert "200 Zeilen … gekürzt" in answer.text


@pytest.mark.parametrize(
    ("query", "word"), [("ASK {}", "ja"), ("ASK { FILTER(false) }", "nein"), (CONSTRUCT, "als Turtle")]
)
def test_a_person_sees_other_answers_too(client: FlaskClient, query: str, word: str) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": "html"})
    assert answer.status_code == 200
    assert word in answer.text


def test_a_person_is_told_what_is_wrong_with_the_query(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT <script>"}, headers={"Accept": BROWSER})
    assert answer.status_code == 400
    assert "Fehlerhafte Abfrage" in answer.text
    assert "SELECT &lt;script&gt;</textarea>" in answer.text
    assert "<script>" not in answer.text


class Stub:
    """An answerer that fails or streams as told, to see what the web makes of it."""

    def __init__(self, outcome: SlmGraphError | Answer) -> None:
        self.outcome = outcome
        self.asked: list[QueryRequest] = []
        self.has_left: Callable[[], bool] | None = None

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
        self.asked.append(request)
        self.has_left = has_left
        if isinstance(self.outcome, SlmGraphError):
            raise self.outcome
        return self.outcome


def site(data: Path, outcome: SlmGraphError | Answer) -> tuple[FlaskClient, Stub]:
    stub = Stub(outcome)
    return create_app(SiteSettings(data=data), queries=stub).test_client(), stub


def test_a_full_queue_says_when_to_come_back(data: Path) -> None:
    client, _ = site(data, Busy(Text(de="voll", en="full"), retry_after_seconds=7))
    answer = client.get("/sparql?query=ASK{}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_a_deadline_is_408_and_not_a_fault(data: Path) -> None:
    client, _ = site(data, QueryTimeout(Text(de="zu lang", en="too long")))
    answer = client.get("/sparql?query=ASK{}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json["detail"]) == (408, "Too long.")


def test_an_answer_is_streamed_and_closed(data: Path) -> None:
    closed: list[bool] = []

    def parts() -> Iterator[bytes]:
        yield b'{"head":{},'
        yield b'"boolean":true}'

    client, stub = site(data, Answer("ask", SPARQL_JSON, parts(), on_close=lambda: closed.append(True)))
    answer = client.get("/sparql?query=ASK{}", environ_base={"REMOTE_ADDR": "192.0.2.7"}, buffered=False)
    assert not answer.is_streamed or "Content-Length" not in answer.headers
    assert answer.json == {"head": {}, "boolean": True}
    answer.close()
    assert closed
    assert stub.asked[0].lane == "public"
    assert stub.asked[0].client == "192.0.2.7"


def test_the_answer_of_a_client_who_left_is_closed(data: Path) -> None:
    closed: list[bool] = []
    answer = Answer("ask", SPARQL_JSON, iter([b"a"] * 1000), on_close=lambda: closed.append(True))
    client, stub = site(data, answer)
    left = [False]
    sent = client.get(
        "/sparql?query=ASK{}", environ_base={"slm_graph.client_left": lambda: left[0]}, buffered=False
    )
    assert stub.has_left is not None
    chunks = sent.iter_encoded()
    assert next(chunks) == b"a"
    left[0] = True
    assert list(chunks) == []
    assert closed


def test_head_claims_no_length_for_an_answer_that_is_streamed(data: Path) -> None:
    """RFC 9110, 8.6: the length would be that of what GET sends, and nobody knows it."""
    client, _ = site(data, Answer("ask", SPARQL_JSON, iter([b"a"] * 1000)))
    answer = client.head("/sparql?query=ASK{}")
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Content-Length" not in answer.headers


def test_a_server_without_queries_says_so(data: Path) -> None:
    client = create_app(SiteSettings(data=data), queries=None).test_client()
    assert client.get("/sparql?query=ASK{}").status_code == 503
    assert client.get("/doc/sfia").status_code == 200


def test_the_limits_are_said_in_the_description(data: Path) -> None:
    settings = SiteSettings(data=data, limits=QueryLimits(deadline_seconds=3, max_query_bytes=100))
    client = create_app(settings, queries=None).test_client()
    assert "deadline 3 s; query at most 100 bytes" in client.get("/sparql").text
    assert client.get("/sparql", query_string={"query": "x" * 101}).status_code == 413


# named queries


def test_every_named_query_is_listed_with_its_form(client: FlaskClient) -> None:
    from slm_graph.resources import named_queries

    listing = client.get("/queries/", headers={"Accept": "text/html"}).text
    for name, query in named_queries().items():
        assert f'href="/queries/{name}"' in listing
        form = client.get(f"/queries/{name}", headers={"Accept": "text/html"})
        assert form.status_code == 200
        assert query.title.de in form.text.replace("&#39;", "'")
        for parameter in query.parameters:
            if parameter.required:
                assert f'name="{parameter.name}"' in form.text


def test_a_named_query_runs_with_its_parameters(client: FlaskClient) -> None:
    answer = client.get("/queries/skill-levels?code=SLMO&language=en", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert len(answer.json["results"]["bindings"]) == 7
    as_csv = client.get("/queries/skill-levels?code=SLMO&format=csv")
    assert as_csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(as_csv.text.strip().splitlines()) == 8
    page = client.get("/queries/skill-levels?code=SLMO", headers={"Accept": BROWSER})
    assert 'href="/doc/sfia/SLMO_7"' in page.text


def test_a_named_query_takes_its_own_lane(data: Path) -> None:
    client, stub = site(data, Busy(Text(de="voll", en="full"), retry_after_seconds=1))
    client.get("/queries/skill-levels?code=SLMO", headers={"Accept": "text/csv"})
    assert stub.asked[0].lane == "trusted"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/queries/skill-levels", 400),
        ("/queries/skill-levels?code=SLMO&unknown=1", 400),
        ("/queries/skills-at-level?number=five", 400),
        ("/queries/skill-levels?code=SLMO&format=docx", 400),
        ("/queries/label-search?text=a&text=b", 400),
        ("/queries/label-search?text=%FF", 400),
        ("/queries/frameworks?format=csv&format=json", 400),
        ("/queries/no-such-query", 404),
    ],
)
def test_a_named_query_asked_wrongly_says_so(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["status"]) == (status, status)


def test_a_parameter_is_a_value_and_never_text_of_the_query(client: FlaskClient) -> None:
    answer = client.get(
        "/queries/skill-levels", query_string={"code": 'SLMO" } #'}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.json["results"]["bindings"] == []


def test_a_page_of_an_answer_keeps_the_data_set_it_was_asked_of(client: FlaskClient) -> None:
    graphs = {
        "default-graph-uri": ["https://w3id.org/slm-graph/graph/x", "https://w3id.org/slm-graph/graph/sfia"],
        "named-graph-uri": "https://w3id.org/slm-graph/graph/ecf",
    }
    asked = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **graphs}
    page = client.get("/sparql", query_string=asked, headers={"Accept": "text/html"})
    (value,) = re.findall(r"<td>.*?(\d+).*?</td>", page.text)
    links = re.findall(r'<a href="([^"]+)" hreflang', page.text)
    links += re.findall(r'<link rel="alternate" hreflang="en" href="([^"]+)"', page.text)
    assert len(links) == 3
    for link in links:
        other = client.get(unescape(link), headers={"Accept": "text/html"})
        assert re.findall(r"<td>.*?(\d+).*?</td>", other.text) == [value]
    hidden = re.findall(r'<input type="hidden" name="([a-z-]+)" value="([^"]*)">', page.text)
    told = [("default-graph-uri", iri) for iri in graphs["default-graph-uri"]]
    assert hidden == [*told, ("named-graph-uri", graphs["named-graph-uri"])]


def test_a_page_of_a_long_question_has_no_longer_address(client: FlaskClient) -> None:
    query = "ASK {} #" + "x" * 7000
    page = client.post("/sparql", data={"query": query}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "hreflang" not in page.text
    assert len(max(re.findall(r'href="([^"]*)"', page.text), key=len)) < 7000


def test_a_page_of_a_named_query_will_do_where_its_answer_has_no_other_format(client: FlaskClient) -> None:
    page = client.get("/queries/frameworks", headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    form = client.get("/queries/skill-levels", headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert (form.status_code, form.mimetype) == (200, "text/html")


@pytest.mark.parametrize("condition", [{}, {"If-None-Match": "*"}, {"If-Match": '"other"'}], ids=str)
def test_a_named_query_says_what_formats_it_has_whatever_is_asked_of_a_tag(
    client: FlaskClient, condition: dict[str, str]
) -> None:
    answer = client.get("/queries/frameworks", headers={"Accept": "text/turtle", **condition})
    assert answer.status_code == 406
    offers = {offer["mediaType"] for offer in answer.json["offers"]}  # type: ignore[index]  # a problem's JSON
    assert offers == {*(row.media_type for row in SOLUTION_FORMATS), "text/html"}
