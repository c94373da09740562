"""Pages, named queries and cheap queries while strangers keep 200 heavy queries in flight; memory at its peak.

    python -m bench.hostile [--data DIRECTORY] [--connections 200] [--seconds 30] [--page PATH] [--named PATH]

Ends with status 3 where an answer is wrong, 500, or no query of the flood was ever stopped: then nothing was measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import re
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.queues import Queue
from pathlib import Path
from urllib.parse import quote, urlsplit

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
"""Loopback addresses the flood comes from; the visitors have one of their own, as they would."""

CHEAP = "SELECT (COUNT(*) AS ?n) { ?s a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }"
LONGEST_PAUSE_SECONDS = 1.0
"""The flood comes back sooner than Retry-After asks: strangers do not listen."""


def flood(port: int, connections: int, ended: Queue[Counter[int]], stop: float) -> None:
    """Keep so many queries in flight until the monotonic time `stop`; the statuses go to `ended`."""
    statuses: Counter[int] = Counter()
    selector = selectors.DefaultSelector()
    waiting: list[tuple[float, int]] = [(0.0, number) for number in range(connections)]
    while time.monotonic() < stop:
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


def ask(port: int, target: str, accept: str) -> tuple[int, bytes, float]:
    """Status, body and seconds of one GET on a connection of its own."""
    began_at = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode())
        received = b""
        while data := client.recv(262_144):
            received += data
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(None, 2)[1]), body, time.monotonic() - began_at


def proportional_bytes(pid: int) -> int:
    """Memory of a process and all below it; shared pages count once (PSS of proc(5))."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(found[1]) * 1024 if found else 0) + sum(proportional_bytes(int(child)) for child in children)


def measure(
    running: Running, *, connections: int, seconds: float, page: str, named: str
) -> tuple[dict[str, list[float]], Counter[int], int, int]:
    """Seconds per answer by kind, the flood's statuses, peak memory in bytes, and refusals of the cheap query."""
    port = urlsplit(running.url).port or 0
    kinds: dict[str, tuple[str, str, Callable[[bytes], bool]]] = {
        "page": (page, "text/html", lambda body: body.rstrip().endswith(b"</html>")),
        "named query": (named, "application/sparql-results+json", lambda body: bool(_rows(body))),
        "cheap query": (
            f"/sparql?query={quote(CHEAP)}", "application/sparql-results+json",
            lambda body: int(_rows(body)[0]["n"]["value"]) > 0,
        ),
    }  # fmt: skip
    for kind, (target, accept, is_right) in kinds.items():
        status, body, _ = ask(port, target, accept)
        if status != 200 or not is_right(body):
            raise Unusable(f"{kind}: {status} before the flood")
    peak = 0
    stop = time.monotonic() + seconds

    def watch() -> None:
        nonlocal peak
        while time.monotonic() < stop:
            peak = max(peak, proportional_bytes(running.pid))
            time.sleep(0.1)

    context = multiprocessing.get_context("spawn")
    ended: Queue[Counter[int]] = context.Queue()
    flooding = context.Process(target=flood, args=(port, connections, ended, stop))
    watcher = threading.Thread(target=watch)
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    refused = 0
    flooding.start()
    watcher.start()
    time.sleep(min(2.0, seconds / 4))
    while time.monotonic() < stop:
        for kind, (target, accept, is_right) in kinds.items():
            began_at = time.monotonic()
            status, body, _ = ask(port, target, accept)
            while kind == "cheap query" and status in (408, 503) and time.monotonic() < stop + 30:
                refused += 1
                time.sleep(LONGEST_PAUSE_SECONDS)
                status, body, _ = ask(port, target, accept)
            if status != 200 or not is_right(body):
                raise Unusable(f"{kind}: {status} {body[:200]!r}")
            times[kind].append(time.monotonic() - began_at)
    statuses = ended.get(timeout=60)
    flooding.join()
    watcher.join()
    if not statuses[408] + statuses[413] or statuses[500]:
        raise Unusable(f"the flood was answered with {dict(statuses)}")
    return times, statuses, peak, refused


def _rows(body: bytes) -> list[dict[str, dict[str, str]]]:
    rows: list[dict[str, dict[str, str]]] = json.loads(body)["results"]["bindings"]
    return rows


def p99(values: Sequence[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.99) - 1)] if len(values) >= 100 else max(values)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, help="data directory with a release; else one of the shipped data is built"
    )
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--page", default="/doc/sfia/SLMO", help="path of the page that is asked for")
    parser.add_argument(
        "--named", default="/queries/skill-levels?code=SLMO", help="path of the named query; it has rows"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        try:
            with serving(product("serve", "--data", str(data), "--port", "0")) as running:
                idle = proportional_bytes(running.pid)
                times, statuses, peak, refused = measure(
                    running,
                    connections=options.connections,
                    seconds=options.seconds,
                    page=options.page,
                    named=options.named,
                )
        except Unusable as reason:
            print(reason, file=sys.stderr)
            return 3
    print(
        f"{options.connections} heavy queries in flight for {options.seconds:g} s, from {ADDRESSES} addresses\n"
    )
    print("| seconds to the right answer | answers | median | p99 | max |\n|---|---|---|---|---|")
    for kind, values in times.items():
        print(
            f"| {kind} | {len(values)} | {statistics.median(values):.3f} | {p99(values):.3f} | {max(values):.3f} |"
        )
    print(f"\nCheap queries told to come back: {refused}.")
    print(
        "The flood's answers: "
        + ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        + "."
    )
    print(f"Memory of the whole service: {idle / 2**20:.0f} MiB idle, {peak / 2**20:.0f} MiB at its peak.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
