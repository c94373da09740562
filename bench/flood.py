"""The memory of the whole service while strangers ask for too much. Used by `bench.sparql`.

Counted is the proportional share (Pss) of every process below the server's, so that what query processes share with the
release they were forked from counts once.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

WANTED_BYTES = 1_500_000_000
CLIENTS = 24
"""More than wait and run at once: the server is always as full as it can be."""
SAMPLE_SECONDS = 0.1

_SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
QUERIES = (
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT DISTINCT ?c ?f WHERE { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?all) WHERE { ?a ?b ?c . ?d ?e ?f }",
    "SELECT ?b ?e (COUNT(DISTINCT CONCAT(STR(?c), STR(?f))) AS ?count) WHERE { ?a ?b ?c . ?d ?e ?f } GROUP BY ?b ?e",
    "SELECT * WHERE { ?s ?p ?o } ORDER BY DESC(STR(?o)) ?s",
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s . ?s ?p ?p } WHERE { ?s ?p ?o }",
    "SELECT * WHERE { ?s ?p ?o }",
    _SKOS + "SELECT ?x ?y WHERE { ?x (skos:broader|^skos:broader)* ?y }",
    _SKOS + 'SELECT ?x WHERE { ?x skos:definition ?d . ?y skos:altLabel ?l FILTER(REGEX(?d, CONCAT("(.*", STR(?l), ".*)+$"), "i")) }',
    _SKOS + "SELECT ?a ?b WHERE { ?a skos:altLabel ?x . ?b skos:altLabel ?y FILTER(STRLEN(REPLACE(STR(?x), \".\", STR(?y))) > 9999) } ORDER BY ?a",
)  # fmt: skip
"""Each asks for more memory, time or bytes than anybody may have."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What was seen."""

    peak_bytes: int
    before_bytes: int
    seconds: float
    statuses: dict[str, int]
    pages_milliseconds: list[float]
    """Of a page that was asked for all the while."""

    def report(self) -> str:
        told = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        worst = sorted(self.pages_milliseconds)[int(len(self.pages_milliseconds) * 0.99)]
        return (
            f"Memory of all processes together: {self.before_bytes / 1e9:.2f} GB before, at most {self.peak_bytes / 1e9:.2f} GB "
            f"in {self.seconds:.0f} s of {CLIENTS} hostile clients (wanted: ≤ {WANTED_BYTES / 1e9:.1f}; answers: {told}); "
            f"a page took {worst:,.0f} ms meanwhile (p99 of {len(self.pages_milliseconds)})."
        )


def family(pid: int) -> list[int]:
    """The process and all below it."""
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has just ended
        return []
    return [pid, *(each for child in children for each in family(child))]


def proportional_bytes(pid: int) -> int:
    """Pss of the process and all below it: each shared page counts once among its sharers (proc(5), smaps_rollup)."""
    total = 0
    for each in family(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def peak_under_flood(pid: int, host: str, port: int, *, seconds: float) -> Flood:
    """What the service of process `pid` takes at most while CLIENTS ask hostile queries."""
    statuses: Counter[str] = Counter()
    pages: list[float] = []
    lock = threading.Lock()
    over = threading.Event()

    def attack(number: int) -> None:
        place = number
        while not over.is_set():
            place += 1
            status = _ask(host, port, QUERIES[place % len(QUERIES)], over)
            with lock:
                statuses[status] += 1
            if status == "503":
                over.wait(0.2)

    def visit() -> None:
        while not over.is_set():
            began_at = time.perf_counter()
            connection = http.client.HTTPConnection(host, port, timeout=30)
            connection.request("GET", "/", headers={"Accept": "text/html"})
            connection.getresponse().read()
            connection.close()
            pages.append((time.perf_counter() - began_at) * 1000)
            over.wait(0.1)

    before = proportional_bytes(pid)
    threads = [threading.Thread(target=attack, args=(number,)) for number in range(CLIENTS)]
    threads.append(threading.Thread(target=visit))
    for thread in threads:
        thread.start()
    peak, began_at = before, time.monotonic()
    while time.monotonic() - began_at < seconds:
        peak = max(peak, proportional_bytes(pid))
        time.sleep(SAMPLE_SECONDS)
    took = time.monotonic() - began_at
    over.set()
    for thread in threads:
        thread.join()
    return Flood(peak, before, took, dict(statuses), pages)


def _ask(host: str, port: int, query: str, over: threading.Event) -> str:
    """The answer's status, 'broken off' where it did not come to its end, 'left' where we did not wait for that."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    try:
        connection.request("GET", f"/sparql?{urlencode({'query': query})}", headers={"Accept": "*/*"})
        response = connection.getresponse()
        while response.read(65536):
            if over.is_set():
                return "left"
        return str(response.status)
    except (OSError, http.client.HTTPException):
        return "broken off"
    finally:
        connection.close()
