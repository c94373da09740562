"""How fast a mix of documents is, beside a hello world, a bare callable, and Trifid. `python -m bench.mix_of_documents`

60 % pages, 20 % Turtle, 15 % JSON-LD, 5 % others, over many concepts, 8 connections. Releases of 1,700 and 17,000 concepts
are built for this run (a minute; `--keep FOLDER` keeps them). `--trifid FOLDER`: where npm has put or shall put Trifid;
without it, nothing is compared with Trifid. All servers run at once and are asked in turns; documents are asked for the
first time of a server that is started for it in each round.
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
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import generate
from bench.browse import built
from bench.load import START_SECONDS, Running, Spread, Unusable, product, put_load, run, serving, table

SIZES = (1_700, 17_000)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MIX = (
    *(BROWSER,) * 60,
    *("text/turtle",) * 20,
    *("application/ld+json",) * 15,
    *("application/rdf+xml",) * 2,
    *("application/n-triples",) * 2,
    "application/trig",
)
"""A hundred requests' Accept."""

POPULAR = 500
"""Requests that are asked again and again, of as many concepts all over the vocabulary, however large."""

WARMING_SECONDS = 8
"""Before the rounds: each worker must have seen all of them, at first some 200 a second."""

FIRST_SECONDS = 1
"""For documents asked for the first time: there are no more than the smaller vocabulary has concepts."""

SCRIPT = str(Path(__file__).with_suffix(".lua"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A server and the file of what it is asked."""

    server: Running
    file: Path

    def measure(self, *, connections: int, seconds: int) -> tuple[float, float, int]:
        """Answers per second, microseconds of the server's processor time an answer, answers."""
        before = self.server.cpu_seconds()
        load = put_load(
            self.server.url + "/",
            connections=connections,
            seconds=seconds,
            script=(SCRIPT, str(self.file)),
        )
        return load.per_second, (self.server.cpu_seconds() - before) / load.answers * 1e6, load.answers


def requests(count: int, number: int) -> Iterator[tuple[str, str, str]]:
    """Accept, language and path of `number` requests, spread over `count` concepts; each concept once before any twice."""
    for place in range(number):
        concept = place * 7919 % count  # prime: every concept, neighbours far apart
        lap = place // count
        yield MIX[(place * 37 + lap * 61) % 100], ("de", "en")[(place + lap) % 2], f"/id/wide/c{concept}"


def written(file: Path, rows: Iterator[tuple[str, str, str]], *, path: str | None = None) -> Path:
    file.write_text("".join(f"{accept}\t{language}\t{path or own}\n" for accept, language, own in rows))
    return file


def check(server: Running, count: int) -> None:
    """Every form comes as it was asked for, and is about its concept; else nothing measured would mean anything."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=START_SECONDS)
    for accept, language, path in requests(count, len(MIX)):
        connection.request("GET", path, headers={"Accept": accept, "Accept-Language": language})
        answer = connection.getresponse()
        body = answer.read()
        wanted = accept.partition(",")[0]
        own = path.rpartition("/")[2]
        if answer.status != 200 or wanted not in answer.headers["Content-Type"] or own.encode() not in body:
            raise Unusable(
                f"{server.url}{path} as {wanted}: {answer.status} {answer.headers['Content-Type']}"
            )
    connection.close()


def trifid_program(folder: Path) -> Path:
    """Trifid's own program in `folder`, installed there by npm if it is not yet there."""
    program = folder / "node_modules" / "trifid" / "server.js"
    if not program.exists():
        if shutil.which("npm") is None:
            raise Unusable("npm is missing: without it there is no Trifid")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "trifid"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Unusable(f"npm cannot install Trifid:\n{done.stderr}")
    return program


@contextmanager
def trifid(folder: Path, data: Path, scratch: Path) -> Iterator[Running]:
    """Trifid on `data` with the configuration it ships for files, below an address of this machine.

    The identifiers are moved to that address, so that nothing has to be rewritten in its answers: the kinder way.
    """
    program = trifid_program(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    moved = scratch / "trifid.nt"
    moved.write_text(data.read_text(encoding="utf-8").replace(generate.BASE, url + "/"), encoding="utf-8")
    configuration = scratch / "trifid.json"
    shipped = program.parent / "instances" / "docker-fetch" / "config.yaml"
    listener = {"listener": {"host": "127.0.0.1", "port": port}, "logLevel": "warn"}
    configuration.write_text(json.dumps({"extends": [str(shipped)], "server": listener}))
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "DATASET_BASE_URL": url + "/",
        "FETCH_HANDLER_FILE": str(moved),
        "FETCH_HANDLER_FILE_TYPE": "application/n-triples",
    }
    with (scratch / "trifid.log").open("w+") as log:
        process = subprocess.Popen(
            ["node", str(program), "-c", str(configuration)],
            stdout=log,
            stderr=log,
            env=environment,
            cwd=scratch,
        )
        try:
            until = time.monotonic() + START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > until:
                        log.seek(0)
                        raise Unusable(f"Trifid does not start:\n{log.read()[-2000:]}") from None
                    time.sleep(0.1)
            yield Running(url, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def site(data: Path, workers: str) -> list[str]:
    """The server under test; `--direct`: the document itself at the identifier, one request each as with Trifid."""
    return product("serve", "--direct", "--quiet", "--data", str(data), "--port", "0", "--workers", workers)


class Measured:
    """What each kind of request gave, round by round."""

    def __init__(self) -> None:
        self.rates: dict[str, list[float]] = {}
        self.costs: dict[str, list[float]] = {}

    def add(self, name: str, rate: float, cost: float) -> None:
        self.rates.setdefault(name, []).append(rate)
        self.costs.setdefault(name, []).append(cost)

    def share(self, name: str, of: str) -> str:
        """By answers per second and by processor time; medians of the rounds."""
        pairs = (
            (self.rates[name], self.rates[of]),
            (self.costs[of], self.costs[name]),
        )
        medians = [Spread(tuple(a / b for a, b in zip(*pair, strict=True))).median for pair in pairs]
        return " | ".join(f"{one:.2f}" if one < 10 else f"{one:,.0f}" for one in medians)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--keep", type=Path, help="a folder for the releases; those that are there are taken"
    )
    options.add_argument("--trifid", type=Path, help="a folder outside the checkout for Trifid")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=2)
    given = options.parse_args()
    workers = str(given.workers)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = given.keep or scratch
        folder.mkdir(parents=True, exist_ok=True)
        data = {n: folder / str(n) if (folder / str(n)).exists() else built(n, folder) for n in SIZES}
        measured = Measured()
        asked = _asked(stack, given.trifid, data, scratch, workers)
        for is_warming in (True, *(False,) * given.rounds):
            for name, one in asked.items():
                seconds = WARMING_SECONDS if is_warming else given.seconds
                rate, cost, _ = one.measure(connections=given.connections, seconds=seconds)
                if not is_warming:
                    measured.add(name, rate, cost)
            if is_warming:
                continue
            for count in SIZES:
                rate, cost = _first(data[count], count, scratch, workers, given.connections)
                measured.add(f"for the first time, {count:,}", rate, cost)
    _report(measured)


def _asked(
    stack: ExitStack, trifid_folder: Path | None, data: dict[int, Path], scratch: Path, workers: str
) -> dict[str, Asked]:
    """The servers that run all the while, by what is measured."""
    hello = written(scratch / "hello", requests(SIZES[0], POPULAR), path="/")
    asked = {}
    for name, option in (("bare callable", "--bare"), ("hello", "--framed")):
        command = [sys.executable, "-m", "bench.hello", option, "--workers", workers]
        asked[name] = Asked(stack.enter_context(serving(command)), hello)
    for count in SIZES:
        server = stack.enter_context(serving(site(data[count], workers)))
        check(server, count)
        asked[f"again, {count:,}"] = Asked(
            server, written(scratch / f"again-{count}", requests(count, POPULAR))
        )
    if trifid_folder is not None:
        source = data[SIZES[1]].with_name(f"{SIZES[1]}.nt")
        other = stack.enter_context(trifid(trifid_folder, source, scratch))
        check(other, SIZES[1])
        asked["Trifid"] = Asked(other, asked[f"again, {SIZES[1]:,}"].file)
    return asked


def _first(data: Path, count: int, scratch: Path, workers: str, connections: int) -> tuple[float, float]:
    """Answers per second and processor time an answer of a server that has just started: nothing is kept yet."""
    file = written(scratch / "first", requests(count, SIZES[0]))
    with serving(site(data, workers)) as fresh:
        _once(fresh)
        rate, cost, answers = Asked(fresh, file).measure(connections=connections, seconds=FIRST_SECONDS)
    if answers > SIZES[0]:
        raise Unusable(f"{answers} requests for the first time, but only {SIZES[0]} differ")
    return rate, cost


def _ready(host: str, port: int) -> None:
    """Wait until queries are answered, too: what loads the release for them is none of a document's cost."""
    until = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=START_SECONDS)
        connection.request("GET", "/readyz")
        if connection.getresponse().status == 200:
            return
        if time.monotonic() > until:
            raise Unusable(f"http://{host}:{port}/readyz is not ready")
        time.sleep(0.1)


def _once(server: Running) -> None:
    """What is made once in a worker is made: all forms of the framework itself, which is not among what is asked."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    _ready(host, int(port))
    for accept, language in itertools.product(dict.fromkeys(MIX), ("de", "en")):
        for _ in range(8):  # connections enough that each worker gets some
            connection = http.client.HTTPConnection(host, int(port), timeout=START_SECONDS)
            headers = {"Accept": accept, "Accept-Language": language}
            connection.request("GET", "/id/wide", headers=headers)
            if connection.getresponse().status != 200:
                raise Unusable(f"{server.url}/id/wide does not answer as {accept}")
            connection.close()


def _report(measured: Measured) -> None:
    rates, costs = measured.rates, measured.costs
    print(
        table(
            [
                "asked",
                "answers/s: min | median | max",
                "share of hello: by rate | by processor time",
                "µs of processor",
            ],
            [
                [
                    name,
                    str(Spread(tuple(rates[name]))),
                    measured.share(name, "hello"),
                    f"{Spread(tuple(costs[name])).median:,.0f}",
                ]
                for name in rates
            ],
        )
    )
    large, small = (f"{count:,}" for count in reversed(SIZES))
    ratios = [(f"again, {large}", "hello"), ("hello", "bare callable"), (f"again, {large}", "bare callable")]
    kinds = ("again", "for the first time")
    ratios += [(f"{kind}, {large}", f"{kind}, {small}") for kind in kinds]
    if "Trifid" in rates:
        ratios += [(f"{kind}, {large}", "Trifid") for kind in kinds]
    rows: list[list[str]] = [[name, of, measured.share(name, of)] for name, of in ratios]
    print()
    print(table(["what", "of what", "ratio: by rate | by processor time"], rows))


if __name__ == "__main__":
    run(main)
