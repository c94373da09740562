"""A real server by a configuration file: its probes, its metrics, its log."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.validation import validate
from slm_graph.web.admission import PLACES
from slm_graph.web.counters import FAMILIES

PATIENCE_SECONDS = 20.0
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SAMPLE = re.compile(r"([a-z_]+)(?:\{((?:[a-z]+=\"[^\"]*\",?)*)\})? (-?[0-9.e+-]+)")


@dataclass(frozen=True, slots=True)
class Site:
    process: subprocess.Popen[str]
    url: str
    errors: Path

    def get(self, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        said = {name.replace("_", "-"): value for name, value in headers.items()} | {"Connection": "close"}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url + target, headers=said), timeout=20
            ) as answer:
                return answer.status, {n.lower(): v for n, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {n.lower(): v for n, v in error.headers.items()}, error.read()

    def metrics(self) -> dict[str, float]:
        status, headers, body = self.get("/metrics")
        assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        found: dict[str, float] = {}
        for line in body.decode().splitlines():
            if not line.startswith("#"):
                match = SAMPLE.fullmatch(line)
                assert match, line
                found[line.rpartition(" ")[0]] = float(match[3])
        return found

    def lines(self) -> list[dict[str, Any]]:
        # the last line may still be on its way
        written, _, _ = self.errors.read_text("utf-8").rpartition("\n")
        return [json.loads(line) for line in written.splitlines()]

    def line_of(self, request: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for line in self.lines():
                if line.get("request") == request:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line of {request}")

    def children(self) -> list[int]:
        return [
            int(pid)
            for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


@contextlib.contextmanager
def served(folder: Path, configuration: str, **environment: str) -> Iterator[Site]:
    (folder / "site.toml").write_text(configuration, "utf-8")
    command = [
        sys.executable,
        "-m",
        "slm_graph.cli",
        "serve",
        "--config",
        str(folder / "site.toml"),
        "--port",
        "0",
    ]
    # A file of its own for each server: a second one that opens it anew cuts it under the first, which writes on.
    with (
        tempfile.NamedTemporaryFile("w", dir=folder, suffix=".stderr", delete=False) as stderr,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ | {"LC_ALL": "C"} | environment,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            errors = Path(stderr.name)
            assert "http://" in line, errors.read_text()
            yield Site(process, "http://" + line.partition("http://")[2].strip().rstrip("/"), errors)
        finally:
            process.terminate()
            process.wait(40)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operations")
    dataset = assemble([], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(
        dataset, report, data=folder / "data", base=DEFAULT_BASE, version="first", date="2026-11-20"
    )
    return folder


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[Site]:
    with served(data, 'data = "data"\nport = 1\nworkers = 2\n[limits]\ndeadline_seconds = 1\n') as one:
        yield one


def test_probes_answer(site: Site) -> None:
    assert site.get("/healthz")[::2] == (200, b"ok\n")
    status, headers, body = site.get("/readyz")
    assert (status, body, headers["cache-control"]) == (200, b"ready\n", "no-store")


@pytest.mark.parametrize(
    ("target", "area"),
    [
        ("/doc/sfia/SLMO.ttl?again=1", "documents"),
        ("/sparql?query=" + quote("ASK { ?again ?p ?o }"), "sparql"),
    ],
)
def test_answers_that_are_repeated_are_counted_and_logged_like_others(
    site: Site, target: str, area: str
) -> None:
    series = f'slm_graph_http_requests_total{{area="{area}",status="2xx"}}'
    before = site.metrics()[series]
    address = urlsplit(site.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)
    seen: set[str] = set()
    bodies: set[bytes] = set()
    for _ in range(50):  # one connection: one worker, whose own loop answers from the third on
        connection.request("GET", target)
        answer = connection.getresponse()
        bodies.add(answer.read())
        assert answer.status == 200
        seen.add(answer.headers["X-Request-Id"])
    connection.close()
    assert (len(seen), len(bodies)) == (50, 1)
    lines = [site.line_of(one) for one in seen]
    assert {(line["status"], line["bytes"], line["path"]) for line in lines} == {
        (200, len(bodies.pop()), target.partition("?")[0])
    }
    assert len({line.get("query") for line in lines}) == 1
    assert site.metrics()[series] - before == 50


def test_look_ups_are_answered_counted_and_logged_while_the_query_host_stands_still(site: Site) -> None:
    resource = f"<{DEFAULT_BASE}id/sfia/SLMO>"
    before = site.metrics()['slm_graph_queries_total{lane="public",outcome="answered"}']
    address = urlsplit(site.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)
    host = next(pid for pid in site.children() if b"store.host" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(host, signal.SIGSTOP)
    queries: dict[str, str] = {}
    try:
        for number in range(30):  # one connection: one worker, whose own loop answers from the second on
            query = f"ASK {{ {resource} ?p ?o }} # {number}"
            connection.request(
                "GET", "/sparql?query=" + quote(query), headers={"Accept": "application/sparql-results+json"}
            )
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b'{"head":{},"boolean":true}')
            queries[answer.headers["X-Request-Id"]] = query
    finally:
        os.kill(host, signal.SIGCONT)
        connection.close()
    lines = {request: site.line_of(request) for request in queries}
    assert {request: line["query"] for request, line in lines.items()} == {
        request: sha256(query.encode()).hexdigest()[:16] for request, query in queries.items()
    }
    assert {(line["status"], line["bytes"], line["path"]) for line in lines.values()} == {
        (200, 26, "/sparql")
    }
    assert site.metrics()['slm_graph_queries_total{lane="public",outcome="answered"}'] - before == 30


def test_a_repeated_answer_ends_with_its_release(tmp_path: Path) -> None:
    def write(version: str) -> None:
        dataset = assemble([], base=DEFAULT_BASE)
        report = validate(dataset.union(), base=DEFAULT_BASE)
        write_release(
            dataset,
            report,
            data=tmp_path / "data",
            base=DEFAULT_BASE,
            version=version,
            date="2026-11-20",
        )

    write("first")
    with served(tmp_path, 'data = "data"\nworkers = 1\n') as one:
        address = urlsplit(one.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)

        def ask() -> str:
            connection.request("GET", "/releases", headers={"Accept": "text/html"})
            return connection.getresponse().read().decode()

        assert all("/release/second" not in ask() for _ in range(20))
        write("second")
        flipped_at = time.monotonic()
        while "/release/second" not in ask():
            assert time.monotonic() - flipped_at < PATIENCE_SECONDS
        assert all("/release/second" in ask() for _ in range(20))
        connection.close()


def test_a_request_leaves_one_line_with_the_id_it_was_answered_with(site: Site) -> None:
    _, headers, body = site.get("/doc/sfia/SLMO.ttl?secret=1")
    line = site.line_of(headers["x-request-id"])
    assert (line["event"], line["method"], line["path"], line["status"]) == (
        "request",
        "GET",
        "/doc/sfia/SLMO.ttl",
        200,
    )
    assert line["bytes"] == len(body)
    assert 0 < line["seconds"] < 20
    assert "client" not in line
    assert "secret" not in json.dumps(line)
    ids = [one["request"] for one in site.lines() if "request" in one]
    assert len(ids) == len(set(ids))


def test_a_query_is_logged_by_its_hash_alone(site: Site) -> None:
    query = "SELECT * { ?s ?p 'very private' }"
    _, headers, _ = site.get("/sparql?query=" + quote(query))
    line = site.line_of(headers["x-request-id"])
    assert re.fullmatch("[0-9a-f]{16}", line["query"])
    assert "private" not in site.errors.read_text("utf-8")


def test_an_answer_that_breaks_off_is_logged_without_its_query(site: Site) -> None:
    query = "SELECT * { ?secret ?p ?o . ?a ?b ?c . ?d ?e ?f }"
    with pytest.raises(http.client.IncompleteRead):
        site.get("/sparql?query=" + quote(query))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "cut short" not in (said := site.errors.read_text("utf-8")):
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    line = next(one for one in site.lines() if "cut short" in one.get("message", ""))
    request_id = re.search(r"'/sparql', request ([0-9a-f]{16}): Query\w+$", line["message"])
    assert request_id, line
    assert site.line_of(request_id[1])["broken"] is True
    assert "secret" not in said


def test_the_longest_query_that_is_promised_can_be_sent(data: Path) -> None:
    longest = 1024 * 1024
    query = "ASK {} #"
    query += "ß" * ((longest - len(query)) // 2)
    with served(data, f'data = "data"\nworkers = 1\n[limits]\nmax_query_bytes = {longest}\n') as one:
        for content_type, body in (
            ("application/x-www-form-urlencoded", f"query={quote(query)}"),
            ("application/sparql-query", query),
        ):
            request = urllib.request.Request(
                one.url + "/sparql", data=body.encode(), headers={"Content-Type": content_type}
            )
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                assert json.load(answer)["boolean"] is True


def test_a_problem_names_the_request_of_the_log(site: Site) -> None:
    status, headers, body = site.get("/sparql?query=SELEKT")
    assert (status, json.loads(body)["instance"]) == (400, f"urn:request:{headers['x-request-id']}")
    assert site.line_of(headers["x-request-id"])["status"] == 400


def test_no_line_of_the_log_can_be_forged(site: Site) -> None:
    _, headers, _ = site.get(
        "/doc/a%0A%7B%22event%22:%22forged%22%7D%1b%5B31m%E2%80%A8", x_request_id="forged"
    )
    assert site.line_of(headers["x-request-id"])["path"].startswith("/doc/a\n{")
    assert all(line["event"] != "forged" and line.get("request") != "forged" for line in site.lines())


def test_metrics_count_what_was_done(site: Site) -> None:
    before = site.metrics()
    site.get("/sparql?query=ASK%7B%7D")
    site.get("/sparql?query=SELEKT")
    site.get("/queries/skill-levels?code=SLMO&format=csv")
    assert site.get("/sparql?query=" + quote(ENDLESS))[0] == 408
    site.get("/doc/none")
    deadline = time.monotonic() + PATIENCE_SECONDS
    grown: dict[str, float] = {}
    while (
        grown.get('slm_graph_http_requests_total{area="documents",status="4xx"}') != 1
    ):  # counted behind its last byte
        assert time.monotonic() < deadline, grown
        after = site.metrics()
        grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown['slm_graph_queries_total{lane="public",outcome="answered"}'] == 1
    assert grown['slm_graph_queries_total{lane="public",outcome="malformed"}'] == 1
    assert grown['slm_graph_queries_total{lane="public",outcome="timeout"}'] == 1
    assert grown['slm_graph_queries_total{lane="trusted",outcome="answered"}'] == 1
    assert grown['slm_graph_query_host_total{end="deadline"}'] == 1
    assert grown['slm_graph_http_requests_total{area="sparql",status="2xx"}'] == 1
    assert grown['slm_graph_http_requests_total{area="sparql",status="4xx"}'] == 2
    assert grown['slm_graph_query_seconds_count{lane="public"}'] == 3
    assert grown['slm_graph_query_seconds_bucket{lane="public",le="+Inf"}'] == 3
    assert grown['slm_graph_query_seconds_sum{lane="public"}'] >= 1


def test_every_metric_is_said_once_with_its_kind(site: Site) -> None:
    text = site.get("/metrics")[2].decode()
    kinds = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    assert len(kinds) == len(set(kinds)) == len(re.findall("^# HELP ", text, re.MULTILINE))
    assert {family.name for family in FAMILIES} <= {name for name, _ in kinds}
    names = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(names) == len(set(names))
    documented = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert [name for name, _ in kinds if f"`{name}`" not in documented] == []


def test_no_sum_falls_when_a_worker_dies(site: Site) -> None:
    for _ in range(6):
        site.get("/healthz")
    before = site.metrics()
    workers = [
        pid for pid in site.children() if b"store.host" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    assert len(workers) == before["slm_graph_workers"] == 2
    os.kill(workers[0], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while site.metrics()["slm_graph_workers"] < 2 or workers[0] in site.children():
        assert time.monotonic() < deadline, "no new worker"
        time.sleep(0.1)
    after = site.metrics()
    assert [n for n in before if n.startswith("slm_graph_http") and after[n] < before[n]] == []
    name = 'slm_graph_http_requests_total{area="site",status="2xx"}'
    assert after[name] > before[name]


def test_readiness_ends_with_the_query_host_and_comes_back(site: Site) -> None:
    host = next(pid for pid in site.children() if b"store.host" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(host, signal.SIGSTOP)
    try:
        time.sleep(1.1)  # for so long the last answer counts
        asked_at = time.monotonic()
        assert site.get("/readyz")[0] == 503
        assert time.monotonic() - asked_at < 4  # two, on an idle machine; a lost query is given up after five
        assert site.get("/healthz")[0] == 200
        assert site.metrics()["slm_graph_query_host_up"] == 0
    finally:
        with contextlib.suppress(ProcessLookupError):  # replaced by now
            os.kill(host, signal.SIGCONT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while site.get("/readyz")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_environment_and_the_command_line_count_before_the_file(data: Path) -> None:
    configuration = (
        'data = "data"\nport = 1\nmount = "/below"\nmetrics = true\n[log]\nclients = true\nqueries = true\n'
    )
    variables = {
        "SLM_GRAPH_METRICS": "false",
        "SLM_GRAPH_LOG_QUERIES": "false",
        "SLM_GRAPH_LIMITS_MAX_QUERY_BYTES": "50",
    }
    with served(data, configuration, **variables) as one:
        assert one.url.endswith("/below")
        assert ":1/" not in one.url
        assert one.get("/metrics")[0] == 404
        status, headers, _ = one.get("/sparql?query=" + quote("ASK{}" + " " * 60))
        assert status == 413
        line = one.line_of(headers["x-request-id"])
        assert (line["path"], line["client"]) == ("/below/sparql", "127.0.0.1")
        assert "text" not in line


@pytest.mark.parametrize(("proxy", "expected"), [("127.0.0.0/8", "192.0.2.7"), ("10.0.0.1", "127.0.0.1")])
def test_the_client_is_whom_a_trusted_proxy_names(data: Path, proxy: str, expected: str) -> None:
    configuration = (
        f'data = "data"\nworkers = 1\ntrusted_proxies = ["192.0.2.200", "{proxy}"]\n[log]\nclients = true\n'
    )
    with served(data, configuration) as one:
        address = urlsplit(one.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)
        headers = {
            "X-Forwarded-For": "203.0.113.9, 192.0.2.7, 192.0.2.200",
            "X-Forwarded-Host": "elsewhere.example",
            "X-Forwarded-Proto": "https",
            "Forwarded": "for=203.0.113.1;host=elsewhere.example",
        }
        for target in ("/doc/sfia/SLMO.ttl", "/sparql?query=ASK%7B%7D", "/sparql"):
            bodies = set()
            for _ in range(6):  # by the application first, then by the server's own loop
                connection.request("GET", target, headers=headers)
                answer = connection.getresponse()
                bodies.add(answer.read())
                assert one.line_of(str(answer.headers["X-Request-Id"]))["client"] == expected
            assert len(bodies) == 1
            assert b"elsewhere.example" not in bodies.pop()
        connection.close()


def test_places_are_kept_for_newcomers_behind_a_trusted_proxy(data: Path) -> None:
    configuration = (
        'data = "data"\nworkers = 1\ntrusted_proxies = ["127.0.0.1"]\n[limits]\ndeadline_seconds = 3\n'
    )
    with served(data, configuration) as one, ThreadPoolExecutor(PLACES["public"]) as pool:

        def ask(client: str) -> int:
            return one.get("/sparql?query=" + quote(ENDLESS), X_Forwarded_For=f"203.0.113.9, {client}")[0]

        crowd = [pool.submit(ask, "192.0.2.7") for _ in range(PLACES["public"])]
        assert next(as_completed(crowd)).result() == 503  # at once: its share is taken
        assert ask("192.0.2.8") == 408  # its turn comes, as if there was no crowd


def test_a_list_of_proxies_comes_from_the_environment_or_the_start_is_refused(data: Path) -> None:
    variable = {"SLM_GRAPH_TRUSTED_PROXIES": "10.0.0.1  127.0.0.1"}
    with served(data, 'data = "data"\nworkers = 1\n[log]\nclients = true\n', **variable) as one:
        _, headers, _ = one.get("/healthz", X_Forwarded_For="192.0.2.7")
        assert one.line_of(headers["x-request-id"])["client"] == "192.0.2.7"
    for wrong, words in (
        ('"10.0.0.1"', "trusted_proxies is a list"),
        ('["proxy"]', "trusted_proxies: neither"),
    ):
        path = data / "proxies.toml"
        path.write_text(f"trusted_proxies = {wrong}\n", "utf-8")
        command = [sys.executable, "-m", "slm_graph.cli", "serve", "--data", str(data / "data")]
        done = subprocess.run(
            [*command, "--config", str(path)],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"LC_ALL": "C"},
            check=False,
        )
        assert done.returncode == 2
        assert words in done.stderr


def test_a_wrong_setting_stops_the_start_with_its_name(data: Path) -> None:
    (data / "wrong.toml").write_text("[limits]\nprocesses = 'many'\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "slm_graph.cli",
        "serve",
        "--config",
        str(data / "wrong.toml"),
        "--data",
        str(data / "data"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=os.environ | {"LC_ALL": "C"}, check=False
    )
    assert done.returncode == 2
    assert "limits.processes is a whole number above 0" in done.stderr
    assert "Traceback" not in done.stderr
