"""`labels refresh`: names of others' concepts from documents and endpoints that may be slow, broken or hostile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from rdflib import RDFS, Literal, URIRef

from slm_graph.build import assemble
from slm_graph.catalogue import Catalogue
from slm_graph.cli import cli
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import open_release
from slm_graph.remote import RemoteEndpoint
from slm_graph.sources import labels

GOOD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{url}> skos:prefLabel "Ärzte"@de , "doctors"@en , "médecins"@fr ."""
XL = """@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
<{url}> skosxl:prefLabel [ skosxl:literalForm "nur XL"@de ] ."""


class Publisher(BaseHTTPRequestHandler):
    """A publisher of concepts, good and bad."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        url = f"http://{self.headers['Host']}{path}"
        if path == "/good":
            self._send(GOOD.format(url=url), "text/turtle; charset=utf-8")
        elif path == "/xl":
            self._send(XL.format(url=url), "text/turtle")
        elif path == "/moved":
            self._redirect("/good-elsewhere")
        elif path == "/good-elsewhere":
            self._send(GOOD.format(url=url.replace("/good-elsewhere", "/moved")), "text/turtle")
        elif path == "/circle":
            self._redirect("/circle")
        elif path == "/file":
            self._redirect("file:///etc/passwd")
        elif path == "/page":
            self._send("<html></html>", "text/html")
        elif path == "/junk":
            self._send("this is no Turtle", "text/turtle")
        elif path == "/nameless":
            self._send("<http://x.example/> <http://x.example/p> 1 .", "text/turtle")
        elif path == "/large":
            self._send("#" * (labels.MAX_BYTES + 10), "text/turtle")
        elif path == "/broken":
            self._send("# short", "text/turtle", length=100)
        elif path == "/slow":
            time.sleep(1.5)  # three times what the test waits
        elif path == "/sparql":
            self._sparql()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self._sparql()

    def _sparql(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        fields = parse_qs(self.rfile.read(length).decode() or urlsplit(self.path).query)
        asked = fields["query"][0]
        url = f"http://{self.headers['Host']}/good"
        self._send(GOOD.format(url=url) if f"<{url}>" in asked else "", "text/turtle")

    def _send(self, text: str, media_type: str, *, length: int | None = None) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(length or len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_labels_in_german_and_english_are_kept_and_no_others(publisher: str) -> None:
    iri = URIRef(publisher + "/good")
    found = labels.by_dereferencing([iri], timeout_seconds=5, local=True)
    assert found.labels == {iri: (Literal("Ärzte", lang="de"), Literal("doctors", lang="en"))}
    assert not found.failed


@pytest.mark.parametrize(("path", "label"), [("/xl", "nur XL"), ("/moved", "Ärzte")])
def test_labels_of_skos_xl_and_behind_redirects_are_found(publisher: str, path: str, label: str) -> None:
    iri = URIRef(publisher + path)
    found = labels.by_dereferencing([iri], timeout_seconds=5, local=True)
    assert found.labels[iri][0] == Literal(label, lang="de")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/page", "no RDF, but text/html"),
        ("/junk", ""),
        ("/nameless", "no label"),
        ("/large", "more than 4 MiB"),
        ("/broken", "breaks off"),
        ("/absent", "HTTP 404"),
        ("/circle", "HTTP 302"),
        ("/file", "HTTP 302"),
        ("/slow", "no whole answer within 0.5 seconds"),
    ],
)
def test_what_cannot_be_had_is_told_and_the_others_are_fetched(
    publisher: str, path: str, reason: str
) -> None:
    bad, good = URIRef(publisher + path), URIRef(publisher + "/good")
    found = labels.by_dereferencing([bad, good], timeout_seconds=0.5 if path == "/slow" else 5, local=True)
    assert set(found.failed) == {bad}
    assert reason in found.failed[bad].en
    assert set(found.labels) == {good}


def test_this_machine_is_not_asked_without_leave(publisher: str) -> None:
    iri = URIRef(publisher + "/good")
    found = labels.by_dereferencing([iri], timeout_seconds=5)
    assert "--local" in found.failed[iri].en


def test_an_endpoint_is_asked_for_many_at_once(publisher: str) -> None:
    iris = [URIRef(publisher + "/good"), URIRef(publisher + "/other"), URIRef('http://x.example/"> } #')]
    found = labels.from_endpoint(RemoteEndpoint(publisher + "/sparql"), iris[:2])
    assert set(found.labels) == {iris[0]}
    assert set(found.failed) == {iris[1]}
    spoiled = labels.from_endpoint(RemoteEndpoint(publisher + "/sparql"), iris[2:])
    assert set(spoiled.failed) == {iris[2]}  # an IRI that is none is never pasted into a query


def test_a_file_comes_back_as_it_was_written_and_old_labels_keep_their_day(tmp_path: Path) -> None:
    a, b = URIRef("http://x.example/a"), URIRef("http://x.example/b")
    source = URIRef("http://x.example/sparql")
    old = labels.merged(
        None, {a: (Literal("A", lang="de"),)}, host="x.example", source=source, day=date(2026, 1, 1)
    )
    path = tmp_path / "x.example.trig"
    path.write_bytes(labels.written(old))
    assert labels.read_cached(path) == old
    later = labels.merged(
        old, {b: (Literal("B", lang="en"),)}, host="x.example", source=source, day=date(2026, 2, 2)
    )
    assert later.day == date(2026, 1, 1)
    assert set(later.labels) == {a, b}
    anew = labels.merged(later, dict(later.labels), host="x.example", source=source, day=date(2026, 3, 3))
    assert anew.day == date(2026, 3, 3)


SET = """#curie_map:
#  x: {publisher}/
#  sfia: https://w3id.org/slm-graph/id/sfia/
#mapping_set_id: https://w3id.org/slm-graph/mappings/x
#license: https://creativecommons.org/publicdomain/zero/1.0/
subject_id\tpredicate_id\tobject_id\tmapping_justification
sfia:SLMO\tskos:relatedMatch\tx:good\tsemapv:ManualMappingCuration
"""


def test_what_was_fetched_is_in_the_next_release_with_source_and_date(publisher: str, tmp_path: Path) -> None:
    data, source = tmp_path / "data", tmp_path / "x.sssom.tsv"
    source.write_text(SET.format(publisher=publisher), "utf-8")
    run = CliRunner()
    assert (
        run.invoke(cli, ["build", str(source), "--data", str(data), "-q"], catch_exceptions=False).exit_code
        == 0
    )
    asked = ["labels", "refresh", "--data", str(data), "--only", publisher, "--local"]
    first = run.invoke(cli, asked, catch_exceptions=False)
    assert first.exit_code == 0, first.output
    built = run.invoke(
        cli, ["build", str(source), "--data", str(data), "--format", "json"], catch_exceptions=False
    )
    assert built.exit_code == 0, built.output
    assert json.loads(built.stdout)
    catalogue = Catalogue(open_release(data).index_file)
    label = catalogue.label(publisher + "/good", "de")
    assert label is not None
    assert label.value == "Ärzte"
    described = catalogue.describe(DEFAULT_BASE + "graph/labels/127.0.0.1")
    assert described is not None
    said = {str(p).rpartition("/")[2] for _, p, _, _ in described.quads}
    assert {"source", "created"} <= said
    assert run.invoke(cli, asked, catch_exceptions=False).exit_code == 0  # they are refreshed, not left out


def test_a_label_steps_back_where_the_data_set_names_the_concept_itself(tmp_path: Path) -> None:
    own = URIRef(DEFAULT_BASE + "id/ecf/A.2")
    path = tmp_path / "w3id.org.trig"
    cached = labels.Cached(
        "w3id.org", URIRef("https://w3id.org/"), date(2026, 1, 1), {own: (Literal("fremd", lang="de"),)}
    )
    path.write_bytes(labels.written(cached))
    union = assemble([], base=DEFAULT_BASE, labels=[path]).union()
    assert Literal("fremd", lang="de") not in set(union.objects(own, RDFS.label))
