"""Our SPARQL endpoint beside the Oxigraph server on disk, same data, in turns. `python -m bench.sparql [--oxigraph PROGRAM]`

First every wording of the twelve queries of `bench.mix` is asked of both; rows other than the generator's own end the
run. Then rounds: each query of one server, then of the other, over one connection that stays open. At last cheap look-ups
over four connections, and on the large framework the memory of the whole service under a flood of queries.

Our server keeps small answers. Every measured query therefore ends in a comment of its own, so that both servers evaluate
it; only the look-ups are also measured as they are, asked again and again.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

from bench import mix
from bench.flood import Flood, peak_under_flood
from bench.load import START_SECONDS, Unusable, product, run, serving, table
from bench.mix import Question, Row, Wording

ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
CONNECTIONS = 4
FIRST_SECONDS = 120
"""The first query on a large release waits until it is loaded."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where queries go."""

    name: str
    host: str
    port: int
    path: str

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=FIRST_SECONDS)

    def target(self, query: str) -> str:
        return f"{self.path}?{urlencode({'query': query})}"

    def ask(self, connection: http.client.HTTPConnection, query: str) -> bytes:
        connection.request("GET", self.target(query), headers={"Accept": accept(query)})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise Unusable(f"{self.name} answered {response.status} to\n{query}\n{body[:500]!r}")
        return body


def accept(query: str) -> str:
    return TRIPLES if "CONSTRUCT {" in query or "DESCRIBE <" in query else ROWS


@contextmanager
def oxigraph(program: str, data: Path, place: Path) -> Iterator[Endpoint]:
    """The Oxigraph server on a store on disk with `data`, compacted as its makers advise for reading."""
    for arguments in (["load", "--file", str(data)], ["optimize"]):
        done = subprocess.run(
            [program, arguments[0], "--location", str(place), *arguments[1:]],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Unusable(f"{program} {arguments[0]} ended with status {done.returncode}:\n{done.stderr}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        program,
        "serve-read-only",
        "--location",
        str(place),
        "--bind",
        f"127.0.0.1:{port}",
        "--union-default-graph",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = Endpoint("Oxigraph", "127.0.0.1", port, "/query")
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                endpoint.ask(endpoint.connect(), "ASK {}")
                break
            except OSError as error:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise Unusable(f"{' '.join(command)} does not answer: {error}") from error
                time.sleep(0.05)
        yield endpoint
    finally:
        server.terminate()
        server.wait()


def release(name: str, folder: Path) -> Path:
    """A data directory with the release of a generated framework, through the gate as any other; made once in `folder`."""
    subject, sources = mix.FRAMEWORKS[name]
    data = folder / subject.scheme.rpartition("/")[2].removesuffix(">")
    if not (data / "current").exists():
        with tempfile.TemporaryDirectory() as scratch:
            files = []
            for make in sources:
                files.append(Path(scratch, f"{make.__name__}.nt"))
                with files[-1].open("w", encoding="utf-8", newline="\n") as out:
                    out.writelines(make())
            done = subprocess.run(
                product("build", "--quiet", "--data", str(data), *map(str, files)),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise Unusable(f"the release of {name} was not built:\n{done.stdout[-2000:]}{done.stderr}")
    return data


def wait_for(endpoint: Endpoint) -> None:
    """The first answer, however often the server asks to come back: it loads the release, or makes its store on disk."""
    deadline = time.monotonic() + FIRST_SECONDS
    while True:
        try:
            endpoint.ask(endpoint.connect(), "ASK {}")
        except (Unusable, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def check(questions: list[Question], endpoints: list[Endpoint]) -> None:
    """Every wording's answer, of every engine, against the generator. Raises Unusable for the first wrong one."""
    for endpoint in endpoints:
        connection = endpoint.connect()
        for question in questions:
            for wording in question.wordings:
                _check_one(endpoint, question, wording, endpoint.ask(connection, wording.text))


def _check_one(endpoint: Endpoint, question: Question, wording: Wording, body: bytes) -> None:
    rows = _triples(body) if accept(wording.text) == TRIPLES else _rows(body)
    wrong = set(rows) != wording.right or (wording.in_order is not None and tuple(rows) != wording.in_order)
    # a graph has no row twice, a select may: none of ours does
    if wrong or len(rows) != len(wording.right):
        missing, further = wording.right - set(rows), set(rows) - wording.right
        raise Unusable(
            f"{endpoint.name} answers {question.name} with {len(rows)} rows, right are {len(wording.right)}; missing: "
            f"{sorted(missing)[:3]}, too many: {sorted(further)[:3]}\n{wording.text}"
        )


def _triples(body: bytes) -> list[Row]:
    rows: list[Row] = []
    for line in body.decode().splitlines():
        subject, predicate, value = line.removesuffix(" .").split(" ", 2)
        rows.append((subject, predicate, value))
    return rows


def _rows(body: bytes) -> list[Row]:
    document = json.loads(body)
    names = document["head"]["vars"]
    return [tuple(_term(one[name]) for name in names) for one in document["results"]["bindings"]]


def _term(term: dict[str, str]) -> str:
    if term["type"] == "uri":
        return f"<{term['value']}>"
    quoted = f'"{term["value"]}"'
    if "xml:lang" in term:
        return f"{quoted}@{term['xml:lang']}"
    return f"{quoted}^^<{term['datatype']}>" if "datatype" in term else quoted


def latencies(
    questions: list[Question], endpoints: list[Endpoint], rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by question and server, a round each: the mean over the question's wordings."""
    connections = {endpoint.name: endpoint.connect() for endpoint in endpoints}
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        for question in questions:
            for endpoint in endpoints if turn % 2 else endpoints[::-1]:
                began_at = time.perf_counter()
                for wording in question.wordings:
                    endpoint.ask(connections[endpoint.name], f"{wording.text}\n# {turn}")
                took = time.perf_counter() - began_at
                found[question.name][endpoint.name].append(took / len(question.wordings) * 1000)
    return found


def throughput(endpoint: Endpoint, queries: list[str], seconds: int, *, again: bool) -> float:
    """Look-ups answered a second over four connections, no two queries in a row alike; `again`: each asked many times."""
    if shutil.which("wrk") is None:
        raise Unusable("wrk is missing (Debian and Ubuntu: apt install wrk)")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        paths = ", ".join(json.dumps(endpoint.target(query)) for query in queries)
        # a comment with a number that no other run of wrk had
        end = "" if again else f" .. '%0A%23{time.time_ns()}-' .. place"
        script.write(
            f"local paths = {{{paths}}}\nlocal place = 0\nwrk.headers['Accept'] = '{ROWS}'\n"
            f"function request()\n  place = place + 1\n  return wrk.format('GET', paths[place % #paths + 1]{end})\nend\n"
        )
        script.flush()
        done = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{CONNECTIONS}",
                f"-d{seconds}s",
                "-s",
                script.name,
                f"http://{endpoint.host}:{endpoint.port}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    rates = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Requests/sec:")]
    if done.returncode != 0 or "Non-2xx" in done.stdout or "Socket errors" in done.stdout or not rates:
        raise Unusable(f"{endpoint.name} did not always answer with success:\n{done.stdout}{done.stderr}")
    return float(rates[0])


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    questions: list[Question]
    milliseconds: dict[str, dict[str, list[float]]]
    rates: dict[bool, dict[str, list[float]]]
    """Of look-ups asked again, and for the first time."""
    flood: Flood | None

    def weighted(self, server: str) -> list[float]:
        """The weighted mean of the mix, a round each."""
        rounds = len(self.milliseconds[self.questions[0].name][server])
        whole = sum(one.weight for one in self.questions)
        return [
            sum(one.weight * self.milliseconds[one.name][server][turn] for one in self.questions) / whole
            for turn in range(rounds)
        ]

    def report(self) -> str:
        lines = [
            [one.name, str(one.weight), *self._row(self.milliseconds[one.name])] for one in self.questions
        ]
        whole = {server: self.weighted(server) for server in ("slm-graph", "Oxigraph")}
        lines.append(["**weighted mean** (wanted: ≤ 1.0)", "100", *self._row(whole)])
        latency = table([f"{self.name}: query", "weight", "slm-graph, ms", "Oxigraph, ms", "ratio"], lines)
        rates = table(
            [
                f"{self.name}: look-ups, {CONNECTIONS} connections",
                "slm-graph, 1/s",
                "Oxigraph, 1/s",
                "share (wanted: ≥ 0.35)",
            ],
            [
                ["asked again" if again else "for the first time", *self._row(self.rates[again], digits=0)]
                for again in (False, True)
            ],
        )
        text = f"{latency}\n\n{rates}"
        return text if self.flood is None else f"{text}\n\n{self.flood.report()}"

    def _row(self, values: dict[str, list[float]], *, digits: int = 2) -> list[str]:
        ours, theirs = values["slm-graph"], values["Oxigraph"]
        ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
        return [f"{median(ours):,.{digits}f}", f"{median(theirs):,.{digits}f}", f"{ratio:.2f}"]


def measure(
    name: str, folder: Path, *, program: str, rounds: int, seconds: int, flood_seconds: int
) -> Measured:
    subject, sources = mix.FRAMEWORKS[name]
    questions = mix.questions(mix.Facts(itertools.chain.from_iterable(make() for make in sources)), subject)
    data = release(name, folder)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        other = stack.enter_context(oxigraph(program, data / "current" / "data.nq", place / "store"))
        site = stack.enter_context(serving(product("serve", "--data", str(data), "--port", "0")))
        address = urlsplit(site.url)
        ours = Endpoint("slm-graph", str(address.hostname), address.port or 80, "/sparql")
        both = [ours, other]
        wait_for(ours)
        check(questions, both)
        milliseconds = latencies(questions, both, rounds)
        rates: dict[bool, dict[str, list[float]]] = {
            again: {endpoint.name: [] for endpoint in both} for again in (False, True)
        }
        queries = mix.look_ups(subject)
        for _, again, endpoint in itertools.product(range(rounds), rates, both):
            rates[again][endpoint.name].append(throughput(endpoint, queries, seconds, again=again))
        flood = (
            peak_under_flood(site.pid, ours.host, ours.port, seconds=flood_seconds) if flood_seconds else None
        )
    return Measured(name, questions, milliseconds, rates, flood)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--oxigraph", default="oxigraph", help="the server's program, as `pip install oxigraph` puts it"
    )
    options.add_argument("--only", choices=tuple(mix.FRAMEWORKS), help="one framework instead of both")
    options.add_argument(
        "--keep", type=Path, help="where releases are made and found again; else made for this run"
    )
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--seconds", type=int, default=3, help="of look-ups over four connections, a round and server"
    )
    options.add_argument(
        "--flood-seconds", type=int, default=30, help="of hostile queries on the large framework"
    )
    given = options.parse_args()
    program = shutil.which(given.oxigraph)
    if program is None:
        raise Unusable(f"{given.oxigraph} is missing (pip install oxigraph, in an environment of its own)")
    with tempfile.TemporaryDirectory() as fresh:
        folder = given.keep or Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        for name in [given.only] if given.only else mix.FRAMEWORKS:
            large = mix.FRAMEWORKS[name][0] is mix.CONCEPTS
            measured = measure(
                name,
                folder,
                program=program,
                rounds=given.rounds,
                seconds=given.seconds,
                flood_seconds=given.flood_seconds if large else 0,
            )
            print(measured.report(), end="\n\n", flush=True)
    print(f"{os.cpu_count()} processors; load of the machine at the end {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    run(main)
