"""Where a command does what was asked and nothing comes of it, it says what would help."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import Literal
from rdflib.namespace import XSD

from slm_graph.cli.querying import _is_empty, _solutions
from slm_graph.formats import CSV, SPARQL_JSON, SPARQL_XML, TSV, TURTLE

NOTHING = b'{"head": {"vars": ["level"]}, "results": {"bindings": []}}'


class _Endpoint(BaseHTTPRequestHandler):
    """An endpoint that gives everybody the same answer: nothing, as one does whose IRIs have another base."""

    body = NOTHING

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", SPARQL_JSON.media_type)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def endpoint(body: bytes) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (_Endpoint,), {"body": body})) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@pytest.fixture
def empty_endpoint() -> Iterator[str]:
    with endpoint(NOTHING) as url:
        yield url


def test_an_empty_answer_of_an_endpoint_names_the_base_that_was_asked_for(run, empty_endpoint: str) -> None:
    call = ("query", "skill-levels", "-p", "code=SLMO", "--endpoint", empty_endpoint)
    done = run(*call, "--base-iri", "https://other.example/")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("(0 rows)\n")
    assert "https://other.example/" in done.stderr
    assert "--base-iri" in done.stderr
    assert run(*call, "--quiet").stderr == ""


def answer_with(term: str) -> bytes:
    return f'{{"head": {{"vars": ["label"]}}, "results": {{"bindings": [{{"label": {term}}}]}}}}'.encode()


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("table", b"[" * 100_000),
        ("json", answer_with('{"type": "literal", "xml:lang": "!!", "value": "x"}')),
    ],
    ids=["nested too deep", "no language tag"],
)
def test_an_endpoint_that_answers_nonsense_is_named(run, body: bytes, form: str) -> None:
    with endpoint(body) as url:
        done = run("query", "skill-levels", "-p", "code=SLMO", "--endpoint", url, "--format", form)
    assert done.returncode == 3
    assert done.stdout == ""
    assert f"{url} gave no usable answer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_yes_or_no_of_an_endpoint_is_one_row() -> None:
    assert _solutions(b'{"head": {}, "boolean": true}').rows == ((Literal(True),),)


def test_a_value_keeps_its_datatype() -> None:
    body = answer_with(f'{{"type": "literal", "value": "05", "datatype": "{XSD.integer}"}}')
    assert _solutions(body).rows == ((Literal("05", datatype=XSD.integer, normalize=False),),)


@pytest.mark.parametrize(
    ("answer", "format", "is_empty"),
    [
        (NOTHING, SPARQL_JSON, True),
        (b'{"head": {}, "boolean": false}', SPARQL_JSON, False),
        (b"level\r\n", CSV, True),
        (b"level\r\n1\r\n", CSV, False),
        (b"?level\n", TSV, True),
        (b"<sparql><head/><results/></sparql>", SPARQL_XML, True),
        (b"<sparql><head/><results><result></result></results></sparql>", SPARQL_XML, False),
        (b"@prefix a: <https://a.example/> .\n", TURTLE, True),
        (b"<https://a.example/x> <https://a.example/y> 1 .\n", TURTLE, False),
    ],
)
def test_an_empty_answer_is_known_in_every_format(answer: bytes, format, is_empty: bool) -> None:
    assert _is_empty(answer, format) is is_empty


def test_a_page_without_german_labels_says_what_a_publication_needs(
    run, lantern_page: Path, tmp_path: Path
) -> None:
    done = run("import", "sfia", lantern_page, "-o", "page.ttl", "--quiet", language="de")
    assert done.returncode == 0, done.stderr
    assert "hat noch keine deutsche Bezeichnung" in done.stderr
    assert "Erlaubnis" in done.stderr  # the notice about rights stays, as the help of --quiet says
    skill = "https://w3id.org/slm-graph/id/sfia/LACA"
    assert f'„<{skill}> skos:prefLabel "…"@de .“' in done.stderr

    refused = run("build", lantern_page)
    assert refused.returncode == 1
    assert f"<{skill}> has no German label yet." in refused.stderr

    lines = [f'<{skill}> skos:prefLabel "Laternenpflege"@de .']
    lines += [
        f'<{skill}_{number}> skos:prefLabel "Laternenpflege: Ebene {number}"@de .' for number in range(1, 8)
    ]
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    (tmp_path / "labels.ttl").write_text(prefix + "\n".join(lines), "utf-8")
    built = run("build", lantern_page, "labels.ttl", "--quiet")
    assert built.returncode == 0, built.stderr
    assert "German label" not in built.stderr

    unfitting = run("query", "skill-levels", "-p", "code=SLMO", "--format", "turtle")
    assert unfitting.returncode == 2
    assert "--format takes: table, csv, json, tsv, xml" in unfitting.stderr
    assert "application/" not in unfitting.stderr
    graph = run("query", "sfia-rdf-view", "--format", "csv")
    assert graph.returncode == 2
    assert "turtle" in graph.stderr
