"""Pages, every named query and cheap queries while strangers keep 200 heavy queries in flight; memory at its peak.

    python -m bench.hostile [--data DIRECTORY] [--connections 200] [--seconds 30] [--samples 100] [--page PATH] [--named NAME …]

The flood lasts until every kind has its samples, and for so many seconds at least. Answers are compared with those from
before the flood, byte by byte in their number. Ends with status 3 where an answer is wrong, 500, or no query of the flood
was ever stopped: then nothing was measured.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import re
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote, urlsplit

from bench import named
from bench.load import Running, Unusable, product, serving

HEAVY = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i LIMIT 1",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (STRLEN(?v40) AS ?n) { BIND('aaaaaaaaaaaaaaaa' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + " }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?x ((!<x:q>)*)* ?y . ?y ((!<x:q>|^!<x:p>)*)* ?z }",
)
"""A cross product, a sort and a text that hold it all, a text that doubles, an endless answer, stars of stars."""

ADDRESSES = 8
"""Loopback addresses the flood comes from; the visitors have their own, as they would."""
CHEAP_ADDRESS = "127.0.0.2"
"""Who asks named queries all the time has cost much, and waits for a place among strangers' queries."""

CHEAP = "SELECT (COUNT(*) AS ?n) { ?s a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }"
CHEAP_NAME = "cheap query"
NAMED = "named query: "
SOLUTIONS = "application/sparql-results+json"
LONGEST_PAUSE_SECONDS = 1.0
"""The flood comes back sooner than Retry-After asks: strangers do not listen."""


def flood(port: int, connections: int, ended: Queue[Counter[int]], stopping: Event) -> None:
    """Keep so many queries in flight until `stopping` is set; the statuses go to `ended`."""
    statuses: Counter[int] = Counter()
    selector = selectors.DefaultSelector()
    waiting: list[tuple[float, int]] = [(0.0, number) for number in range(connections)]
    while not stopping.is_set():
        now = time.monotonic()
        for entry in [entry for entry in waiting if entry[0] <= now]:
            waiting.remove(entry)
            _begin(port, entry[1], selector)
        for key, _ in selector.select(0.05):
            number, heads = key.data
            data = b""
            with contextlib.suppress(OSError):
                data = key.fileobj.recv(262_144)  # type: ignore[union-attr]  # it is a socket
            if data and not heads:
                heads.append(int(data.split(None, 2)[1]))
            if not data:
                selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                status = heads[0] if heads else 0
                statuses[status] += 1
                waiting.append((time.monotonic() + (LONGEST_PAUSE_SECONDS if status == 503 else 0.0), number))
    ended.put(statuses)


def _begin(port: int, number: int, selector: selectors.BaseSelector) -> None:
    query = HEAVY[number % len(HEAVY)].encode()
    client = socket.socket()
    client.bind((f"127.0.1.{1 + number % ADDRESSES}", 0))
    client.connect(("127.0.0.1", port))
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/csv\r\n"
    head += f"Content-Type: application/sparql-query\r\nContent-Length: {len(query)}\r\n\r\n"
    client.sendall(head.encode() + query)
    client.setblocking(False)
    selector.register(client, selectors.EVENT_READ, (number, []))


def ask(port: int, target: str, accept: str, *, address: str = "127.0.0.1") -> tuple[int, bytes, float]:
    """Status, body and seconds of one GET on a connection of its own, from a loopback address."""
    began_at = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(address, 0)) as client:
        client.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode())
        received = bytearray()
        while data := client.recv(262_144):
            received += data
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(None, 2)[1]), bytes(body), time.monotonic() - began_at


def proportional_bytes(pid: int) -> int:
    """Memory of a process and all below it; shared pages count once (PSS of proc(5))."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(found[1]) * 1024 if found else 0) + sum(proportional_bytes(int(child)) for child in children)


@dataclass(slots=True)
class Kind:
    """Something visitors ask for, by one or more paths in turn, and how long that took."""

    name: str
    accept: str
    paths: tuple[str, ...]
    address: str = "127.0.0.1"
    sizes: tuple[int, ...] = ()
    """Bytes of the right answers, by path."""
    idle: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def is_answered(self, port: int, number: int) -> bool:
        """Ask for one of the paths; False where the visitor is told to come back. Raises Unusable for a wrong answer."""
        place = number % len(self.paths)
        path = self.paths[place]
        if self.name == CHEAP_NAME:
            path += quote(f" # {number}")  # another text each time: small answers are kept
        status, body, _ = ask(port, path, self.accept, address=self.address)
        if status in (408, 503) and self.name == CHEAP_NAME:
            return False
        if status != 200 or len(body) != self.sizes[place]:
            raise Unusable(f"{path}: {status}, {len(body)} bytes instead of {self.sizes[place]}")
        return True


IDLE_ROUNDS = 3
"""Before the flood every path is asked so often: the first time may have to make what later ones find made."""


def measure(
    running: Running, kinds: Sequence[Kind], *, connections: int, seconds: float, samples: int
) -> tuple[Counter[int], int, int, float]:
    """The flood's statuses, peak memory in bytes, refusals of the cheap query, seconds it lasted; times into `kinds`."""
    port = urlsplit(running.url).port or 0
    for kind in kinds:
        for _ in range(IDLE_ROUNDS):
            answers = [ask(port, path, kind.accept) for path in kind.paths]
            if any(status != 200 for status, _, _ in answers):
                raise Unusable(f"{kind.name}: {[status for status, _, _ in answers]} before the flood")
            kind.sizes = tuple(len(body) for _, body, _ in answers)
            kind.idle = [took for _, _, took in answers]
    peak, refused = 0, 0
    began_at = time.monotonic()
    over = threading.Event()
    failures: list[Unusable] = []

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            peak = max(peak, proportional_bytes(running.pid))

    def visit(own: Sequence[Kind]) -> None:
        """In turns, like one visitor; the last ones go on until everybody has seen enough."""
        nonlocal refused
        number = 0
        try:
            while not over.is_set():
                for kind in own:
                    asked_at = time.monotonic()
                    while not kind.is_answered(port, number):
                        refused += 1
                        time.sleep(LONGEST_PAUSE_SECONDS)
                    kind.seconds.append(time.monotonic() - asked_at)
                    # a reader's pause: visitors who come back at once would be a load of their own
                    if over.wait(0.1 if len(own) == 1 else 0.0):
                        return
                number += 1
        except (Unusable, OSError, ValueError, IndexError) as failure:  # told by the thread that waits
            failures.append(Unusable(f"a visitor got no answer: {failure!r}"))
            over.set()

    context = multiprocessing.get_context("spawn")
    ended: Queue[Counter[int]] = context.Queue()
    stopping = context.Event()
    flooding = context.Process(target=flood, args=(port, connections, ended, stopping))
    named = [kind for kind in kinds if kind.name.startswith(NAMED)]
    visitors = [named, *([kind] for kind in kinds if kind not in named)]
    threads = [threading.Thread(target=visit, args=(own,)) for own in visitors if own]
    threads.append(threading.Thread(target=watch))
    flooding.start()
    time.sleep(min(2.0, seconds / 4))
    for thread in threads:
        thread.start()
    needed = [kind for kind in kinds if kind.name != CHEAP_NAME]
    while not over.wait(0.5):
        if time.monotonic() - began_at >= seconds and all(len(kind.seconds) >= samples for kind in needed):
            break
    took = time.monotonic() - began_at
    over.set()
    for thread in threads:
        thread.join()
    stopping.set()
    if failures:
        flooding.terminate()
        raise failures[0]
    statuses = ended.get(timeout=60)
    flooding.join()
    if not statuses[408] + statuses[413] or statuses[500]:
        raise Unusable(f"the flood was answered with {dict(statuses)}")
    return statuses, peak, refused, took


def p99(values: Sequence[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.99) - 1)] if len(values) >= 100 else max(values)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, help="data directory with a release; else one of the shipped data is built"
    )
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument(
        "--samples", type=int, default=100, help="answers of each kind, the cheap query's aside"
    )
    parser.add_argument("--page", default="/doc/sfia/SLMO", help="path of the page that is asked for")
    parser.add_argument("--named", action="append", help="named queries to ask, by name; else all of them")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        try:
            with serving(product("serve", "--data", str(data), "--port", "0")) as running:
                port = urlsplit(running.url).port or 0
                kinds = [
                    Kind("page", "text/html", (options.page,)),
                    Kind(CHEAP_NAME, SOLUTIONS, (f"/sparql?query={quote(CHEAP)}",), CHEAP_ADDRESS),
                    *(
                        Kind(NAMED + name, f"{SOLUTIONS}, application/n-triples", paths)
                        for name, paths in named.targets(partial(_select, port)).items()
                        if not options.named or name in options.named
                    ),
                ]
                idle = proportional_bytes(running.pid)
                statuses, peak, refused, took = measure(
                    running,
                    kinds,
                    connections=options.connections,
                    seconds=options.seconds,
                    samples=options.samples,
                )
        except Unusable as reason:
            print(reason, file=sys.stderr)
            return 3
    print(
        f"{options.connections} heavy queries in flight for {took:.0f} s, from {ADDRESSES} addresses;",
        end=" ",
    )
    print(f"load of the machine at the end {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(
        "| seconds to the right answer | alone: max | answers | median | p99 | max |\n|---|---|---|---|---|---|"
    )
    for kind in kinds:
        values = kind.seconds
        if values:
            told = (max(kind.idle), statistics.median(values), p99(values), max(values))
            alone, *others = (f"{value:.3f}" for value in told)
            print(f"| {kind.name} | {alone} | {len(values)} | {' | '.join(others)} |")
    print(f"\nCheap queries told to come back: {refused}.")
    print(
        "The flood's answers: "
        + ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        + "."
    )
    print(f"Memory of the whole service: {idle / 2**20:.0f} MiB idle, {peak / 2**20:.0f} MiB at its peak.")
    return 0


def _select(port: int, query: str) -> list[named.Row]:
    status, body, _ = ask(port, f"/sparql?query={quote(query)}", SOLUTIONS)
    if status != 200:
        raise Unusable(f"{query}: {status}")
    return named.rows(body)


if __name__ == "__main__":
    sys.exit(main())
