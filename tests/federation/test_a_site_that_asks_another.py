"""Two real sites with releases of their own: one asks the other, itself, and endpoints that misbehave."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import SPARQLWrapper
from rdflib import Graph, Namespace

from slm_graph.build import assemble
from slm_graph.engine.evaluation import Evaluator
from slm_graph.formats import SPARQL_JSON
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import Release, write_release
from slm_graph.store import EmbeddedStore, QueryRequest
from slm_graph.validation import validate

OTHER_BASE = "https://other.example/framework/"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
PREFIXES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
JOIN = """SELECT ?here ?there ?notation ?label {
  ?here skos:notation ?notation
  SERVICE <THERE> { ?there skos:notation ?notation ; skos:prefLabel ?label FILTER(LANG(?label) = "de") }
}"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    errors: Path

    @property
    def endpoint(self) -> str:
        return f"{self.url}/sparql"

    def ask(self, method: str, target: str, *, body: str | None = None, **headers: str) -> Answer:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        with contextlib.closing(connection):
            said = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body.encode() if body is not None else None, said)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())

    def query(self, text: str, **headers: str) -> Answer:
        given = {"Accept": "application/sparql-results+json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.ask(
            "POST",
            "/sparql",
            body=PREFIXES + text,
            Content_Type="application/sparql-query",
            **{name.replace("-", "_"): value for name, value in given.items()},
        )

    def get(self, text: str, **headers: str) -> Answer:
        return self.ask(
            "GET",
            f"/sparql?query={quote(PREFIXES + text)}",
            **({"Accept": "application/sparql-results+json"} | headers),
        )

    def calls(self) -> Counter[str]:
        """The counter of calls, by outcome."""
        found = Counter[str]()
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith("slm_graph_service_calls_total{"):
                name, _, value = line.rpartition(" ")
                found[name.split('"')[1]] = int(float(value))
        return found

    def line_of(self, answer: Answer) -> dict[str, Any]:
        """The log's line of a request."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for line in self.errors.read_text("utf-8").splitlines():
                said = json.loads(line)
                if said.get("request") == answer.headers["x-request-id"]:
                    return dict(said)
            time.sleep(0.05)
        raise AssertionError("no line of the request")


def release_at(folder: Path, base: str) -> Release:
    dataset = assemble([], base=base)
    report = validate(dataset.union(), base=base)
    return write_release(dataset, report, data=folder / "data", base=base, version="first", date="2026-11-20")


@contextlib.contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[Site]:
    command = [
        sys.executable,
        "-m",
        "slm_graph.cli",
        "serve",
        "--data",
        str(folder / "data"),
        "--workers",
        "2",
    ]
    # A file of its own for each server: a second one that opens it anew cuts it under the first, which writes on.
    with (
        tempfile.NamedTemporaryFile("w", dir=folder, suffix=".stderr", delete=False) as stderr,
        subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://" in line, Path(stderr.name).read_text()
            yield Site("http://" + line.partition("http://")[2].strip().rstrip("/"), Path(stderr.name))
        finally:
            process.terminate()
            process.wait(30)
    assert "Traceback" not in Path(stderr.name).read_text()


@pytest.fixture(scope="module")
def other_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_at(tmp_path_factory.mktemp("other"), OTHER_BASE)


@pytest.fixture(scope="module")
def own_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_at(tmp_path_factory.mktemp("own"), DEFAULT_BASE)


@pytest.fixture(scope="module")
def other(other_release: Release) -> Iterator[Site]:
    """The site that is asked; it asks nobody."""
    with served(other_release.quads_file.parents[3], "--port", "0") as site:
        yield site


FAULTS = ("sound", "hang", "drip", "huge", "bomb", "redirect", "page", "cut-json", "error", "close")


@pytest.fixture(scope="module")
def site(own_release: Release, other: Site, standing: Any) -> Iterator[Site]:
    """The site that asks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    folder = own_release.quads_file.parents[3]
    listed = [other.endpoint, f"http://127.0.0.1:{port}/sparql", *map(standing.url, FAULTS)]
    configuration = (
        f"[federation]\ntimeout_seconds = 9\nmax_bytes = 2000000\nendpoints = {json.dumps(listed)}\n"
    )
    (folder / "site.toml").write_text(configuration, "utf-8")
    options = ("--port", str(port), "--config", str(folder / "site.toml"))
    with served(folder, *options, SLM_GRAPH_FEDERATION_TIMEOUT_SECONDS="1.5") as running:
        yield running


def rows(document: Any) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in document["results"]["bindings"])


def test_the_answer_is_that_of_both_releases_in_one_place(
    site: Site, other: Site, own_release: Release, other_release: Release
) -> None:
    here = "".join(
        f"{line.rpartition(b' <')[0].decode()} <urn:here> .\n"
        for line in own_release.quads_file.read_bytes().splitlines()
    )
    there = "".join(
        f"{line.rpartition(b' <')[0].decode()} <urn:there> .\n"
        for line in other_release.quads_file.read_bytes().splitlines()
    )
    nowhere = Path("both.nq")
    both = EmbeddedStore(nowhere, Evaluator.in_memory((here + there).encode()))
    query = JOIN.replace("SERVICE <THERE>", "GRAPH <urn:there>").replace(
        "{\n", "FROM <urn:here> FROM NAMED <urn:there> {\n", 1
    )
    request = QueryRequest(
        query=PREFIXES + query, data=nowhere, solution_format=SPARQL_JSON, graph_format=None
    )
    expected = rows(json.loads(both.answer(request).read()))
    answer = site.query(JOIN.replace("THERE", other.endpoint))
    assert answer.status == 200, answer
    assert rows(answer.document) == expected
    assert sum(expected.values()) > 10
    assert any(OTHER_BASE in row and DEFAULT_BASE in row for row in expected)


def test_sparqlwrapper_as_client(site: Site, other: Site) -> None:
    client = SPARQLWrapper.SPARQLWrapper(site.endpoint, returnFormat=SPARQLWrapper.JSON)
    client.setQuery(PREFIXES + JOIN.replace("THERE", other.endpoint))
    assert rows(client.queryAndConvert()) == rows(site.query(JOIN.replace("THERE", other.endpoint)).document)


def test_curl_as_client(site: Site, other: Site) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    query = (
        PREFIXES
        + f"SELECT ?l {{ SERVICE <{other.endpoint}> {{ <{OTHER_BASE}id/sfia/SLMO> skos:prefLabel ?l }} }}"
    )
    command = [curl, "-sS", "--data-urlencode", f"query={query}", "-H", "Accept: text/csv", site.endpoint]
    found = subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines()
    assert found[0] == "l"
    assert len(found) == 3


def test_a_federated_answer_is_never_kept(site: Site, standing: Any) -> None:
    query = f"SELECT * {{ SERVICE <{standing.url('sound')}> {{ ?s ?p ?o }} }}"
    before = standing.asked.count("sound")
    for number in range(3):
        answer = site.get(query)
        assert answer.status == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert standing.asked.count("sound") == before + number + 1
    assert site.ask("HEAD", f"/sparql?query={quote(query)}").headers["cache-control"] == "no-store"
    assert "no-cache" in site.get("ASK {}").headers["cache-control"]  # of other answers as ever


@pytest.mark.parametrize(
    ("fault", "status", "en", "de"),
    [
        ("hang", 504, "did not answer within 1.5 seconds", "antwortete nicht in 1,5 Sekunden"),
        ("drip", 504, "did not answer within 1.5 seconds", "antwortete nicht in 1,5 Sekunden"),
        ("huge", 502, "more than 2000000 bytes", "mehr als 2000000 Bytes"),
        ("bomb", 502, "compressed", "komprimiert"),
        ("redirect", 502, "redirects are not followed", "Weiterleitungen wird nicht gefolgt"),
        ("page", 502, "did not answer in SPARQL JSON", "nicht in SPARQL JSON"),
        ("cut-json", 502, "no usable result", "kein brauchbares Ergebnis"),
        ("error", 502, "answered with HTTP 500", "antwortete mit HTTP 500"),
        ("close", 502, "broke its answer off", "brach seine Antwort ab"),
    ],
)
def test_a_failure_is_a_problem_in_both_languages(
    site: Site, standing: Any, fault: str, status: int, en: str, de: str
) -> None:
    query = f"SELECT * {{ SERVICE <{standing.url(fault)}> {{ ?s ?p ?o }} }}"
    for language, words in (("en", en), ("de", de)):
        began = time.monotonic()
        answer = site.query(query, Accept_Language=language)
        assert time.monotonic() - began < 6
        assert answer.status == status
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.headers["cache-control"] == "no-store"
        assert words in answer.document["detail"]
        assert standing.url(fault) in answer.document["detail"]
        assert "secret" not in answer.body.decode()
    page = site.get(query, Accept="text/html", Accept_Language="de")
    assert page.status == status
    assert de.encode() in page.body
    assert b"<script>alert" not in page.body
    assert standing.others == 0
    assert site.ask("GET", "/doc/sfia/SLMO").status == 200


def test_silent_says_in_a_header_and_in_the_log_who_failed(site: Site, standing: Any) -> None:
    url = standing.url("error")
    before = site.calls()
    answer = site.query(f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}")
    assert answer.status == 200
    assert answer.document["results"]["bindings"] == [{}]
    assert answer.headers["x-silenced-services"] == f'<{url}>; outcome="failed"'
    assert "X-Silenced-Services" in answer.headers["access-control-expose-headers"]
    (call,) = site.line_of(answer)["services"]
    assert (call["endpoint"], call["outcome"], call["silenced"]) == (url, "failed", True)
    assert 0 < call["seconds"] < 5
    assert site.calls() - before == Counter({"failed": 1})


def test_metrics_and_log_tell_of_every_call(site: Site, other: Site, standing: Any) -> None:
    before = site.calls()
    sound = site.query(JOIN.replace("THERE", other.endpoint))
    (call,) = site.line_of(sound)["services"]
    assert (call["endpoint"], call["outcome"]) == (other.endpoint, "answered")
    assert call["rows"] > 10
    assert "silenced" not in call
    late = site.query(f"ASK {{ SERVICE <{standing.url('hang')}> {{}} }}")
    assert site.line_of(late)["services"][0]["seconds"] == pytest.approx(1.5, abs=1)
    site.query(f"ASK {{ SERVICE <{standing.url('huge')}> {{}} }}")
    assert site.calls() - before == Counter({"answered": 1, "timeout": 1, "too large": 1})
    assert "services" not in site.line_of(site.query("ASK {}"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_endpoint_that_is_not_listed_is_refused_with_the_list(
    site: Site, other: Site, language: str
) -> None:
    answer = site.query("ASK {\n  SERVICE <http://127.0.0.1:9/> {} }", Accept_Language=language)
    assert (answer.status, answer.document["line"], answer.document["column"]) == (403, 3, 11)
    assert other.endpoint in answer.document["detail"]
    words = {"en": "is not on the list", "de": "steht nicht auf der Liste"}
    assert words[language] in answer.document["detail"]


def test_a_site_may_ask_itself(site: Site) -> None:
    query = f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{site.endpoint}> {{ ?s skos:notation ?o }} }}"
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: site.query(query), range(24)))
        pages = list(pool.map(lambda _: site.ask("GET", "/doc/sfia/SLMO").status, range(8)))
    expected = site.query("SELECT (COUNT(*) AS ?n) { ?s skos:notation ?o }").document
    # eight calls a worker; of its places for queries, one client gets twelve, and the calls come from the same address
    assert {answer.status for answer in answers} <= {200, 502, 503}
    assert all("HTTP 503" in answer.document["detail"] for answer in answers if answer.status == 502)
    sound = [answer for answer in answers if answer.status == 200]
    assert sound
    assert all(answer.document == expected for answer in sound)
    assert all("retry-after" in answer.headers for answer in answers if answer.status == 503)
    assert pages == [200] * 8


def test_endpoints_that_hang_leave_places_for_others(
    site: Site, standing: Any, wait_until: Callable[..., None]
) -> None:
    hanging = f"ASK {{ SERVICE <{standing.url('hang')}> {{ ?s ?p ?o }} }}"
    with ThreadPoolExecutor(40) as pool:
        stuck = [pool.submit(site.query, hanging) for _ in range(40)]
        # all but the calls themselves are refused at once
        wait_until(lambda: sum(not future.done() for future in stuck) <= 16, "the others are refused")
        assert any(not future.done() for future in stuck)
        assert site.query("ASK {}").status == 200
        assert site.ask("GET", "/doc/sfia/SLMO").status == 200
        statuses = Counter(future.result().status for future in stuck)
    assert set(statuses) == {503, 504}, statuses
    assert statuses[504] <= 16  # eight calls in each of two workers
    sound = f"ASK {{ SERVICE <{standing.url('sound')}> {{ ?s ?p ?o }} }}"
    wait_until(lambda: site.query(sound).status == 200, "the places are given back")


def test_the_service_description_says_what_is_possible(site: Site, other: Site) -> None:
    def features(one: Site) -> Graph:
        return Graph().parse(data=one.ask("GET", "/sparql", Accept="text/turtle").body, format="turtle")

    mine, theirs = features(site), features(other)
    assert SD.BasicFederatedQuery in set(mine.objects(None, SD.feature))
    assert SD.BasicFederatedQuery not in set(theirs.objects(None, SD.feature))
    assert any(f"<{other.endpoint}>" in str(text) for text in mine.objects())
    assert any("no SERVICE" in str(text) for text in theirs.objects())


def test_without_a_list_nothing_has_changed(other: Site, standing: Any) -> None:
    asked = len(standing.asked)
    answer = other.query(f"ASK {{ SERVICE SILENT <{standing.url('sound')}> {{}} }}", Accept_Language="en")
    assert answer.status == 403
    assert "SERVICE is not allowed here" in answer.document["detail"]
    assert len(standing.asked) == asked


def test_the_page_shows_federated_answers(site: Site, other: Site) -> None:
    page = site.get(JOIN.replace("THERE", other.endpoint), Accept="text/html")
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert OTHER_BASE.encode() in page.body


def test_certificates_are_checked(own_release: Release, another_endpoint: Any, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = another_endpoint
    server.evaluator = Evaluator.in_memory(b"<a:s> <a:p> <a:o> .")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    trusted = f"https://localhost:{server.server_port}/sparql?graph=g"
    another_name = f"https://127.0.0.1:{server.server_port}/sparql"
    listed = {"SLM_GRAPH_FEDERATION_ENDPOINTS": f"{trusted} {another_name}"}
    folder = own_release.quads_file.parents[3]
    query = f"SELECT * {{ SERVICE <{trusted}> {{ ?s ?p ?o }} }}"
    with served(folder, "--port", "0", **listed) as site:
        unknown = site.query(query, Accept_Language="en")
        assert (unknown.status, "cannot be reached" in unknown.document["detail"]) == (502, True)
        assert server.asked == []
    with served(folder, "--port", "0", SSL_CERT_FILE=str(certificate), **listed) as site:
        assert len(site.query(query).document["results"]["bindings"]) == 1
        assert [path for _, _, path in server.asked] == ["/sparql?graph=g"]
        assert site.query(query.replace(trusted, another_name)).status == 502
        assert len(server.asked) == 1


def test_a_list_that_cannot_be_meant_stops_the_start(own_release: Release) -> None:
    folder = own_release.quads_file.parents[3]
    command = [sys.executable, "-m", "slm_graph.cli", "serve", "--data", str(folder / "data"), "--port", "0"]
    for language, words in (("C", "not a usable address"), ("de_DE.UTF-8", "keine brauchbare Adresse")):
        done = subprocess.run(
            command,
            env=os.environ
            | {
                "LC_ALL": language,
                "LANG": language,
                "SLM_GRAPH_FEDERATION_ENDPOINTS": "http://me@a.example/sparql",
            },
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2
        assert words in done.stderr.decode()
