"""Where a command does what was asked and nothing comes of it, it says what would help."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slm_graph.cli.querying import _is_empty
from slm_graph.formats import CSV, SPARQL_JSON, SPARQL_XML, TSV, TURTLE

NOTHING = b'{"head": {"vars": ["level"]}, "results": {"bindings": []}}'


class _Empty(BaseHTTPRequestHandler):
    """An endpoint that finds nothing, as one does whose IRIs have another base."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", SPARQL_JSON.media_type)
        self.send_header("Content-Length", str(len(NOTHING)))
        self.end_headers()
        self.wfile.write(NOTHING)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def empty_endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


def test_an_empty_answer_of_an_endpoint_names_the_base_that_was_asked_for(run, empty_endpoint: str) -> None:
    call = ("query", "skill-levels", "-p", "code=SLMO", "--endpoint", empty_endpoint)
    done = run(*call, "--base-iri", "https://other.example/")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("(0 rows)\n")
    assert "https://other.example/" in done.stderr
    assert "--base-iri" in done.stderr
    assert run(*call, "--quiet").stderr == ""


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
