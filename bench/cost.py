"""Processor time of one cheap new query, by kind of process. `python -m bench.cost [--keep FOLDER] [--rounds N]` (Linux)

The look-ups of `bench.sparql` over four connections, as queries with a LIMIT, which go by way of the query host, each with a
comment of its own so that none was asked before; what the scheduler says that each process has run, divided by the
answers. Steadier than answers a second where others work, too.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bench import mix
from bench.load import product, run, serving, table
from bench.sparql import Endpoint, release, throughput, wait_for

FRAMEWORK = "150 × 7"
KINDS = ("worker", "query host", "release process", "query process")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processes(parent: int) -> dict[int, str]:
    """The processes of a running site by what they are."""
    found: dict[int, str] = {}
    for pid in children(parent):
        is_host = b"slm_graph.store.host" in Path(f"/proc/{pid}/cmdline").read_bytes()
        found[pid] = "query host" if is_host else "worker"
        for opened in children(pid) if is_host else ():
            found[opened] = "release process"
            found |= dict.fromkeys(children(opened), "query process")
    return found


def ran_microseconds(pid: int) -> float | None:
    """What all threads of a process have run; None where it has ended."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000
    except (FileNotFoundError, ProcessLookupError):
        return None


def costs(endpoint: Endpoint, parent: int, queries: list[str], seconds: int) -> dict[str, float]:
    """Microseconds an answer, by kind of process; one that ended meanwhile is left out."""
    kinds = processes(parent)
    before = {pid: ran_microseconds(pid) for pid in kinds}
    answers = throughput(endpoint, queries, seconds, again=False) * seconds
    total: Counter[str] = Counter()
    for pid, kind in kinds.items():
        began, ended = before[pid], ran_microseconds(pid)
        if began is not None and ended is not None:
            total[kind] += round((ended - began) / answers)
    return {kind: float(total[kind]) for kind in KINDS}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--keep", type=Path, help="where the release is made and found again")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        data = release(FRAMEWORK, given.keep or Path(fresh))
        with serving(product("serve", "--data", str(data), "--port", "0")) as site:
            address = urlsplit(site.url)
            ours = Endpoint("slm-graph", str(address.hostname), address.port or 80, "/sparql")
            wait_for(ours)
            queries = [f"{one} LIMIT 99" for one in mix.look_ups(mix.FRAMEWORKS[FRAMEWORK][0])]
            throughput(ours, queries, 1, again=False)
            rounds = [costs(ours, site.pid, queries, given.seconds) for _ in range(given.rounds)]
    rows = [[kind, *(f"{one[kind]:.0f}" for one in rounds)] for kind in KINDS]
    rows.append(["**together**", *(f"{sum(one.values()):.0f}" for one in rounds)])
    print(table(["µs of a cheap new query", *(f"round {number + 1}" for number in range(len(rounds)))], rows))


if __name__ == "__main__":
    run(main)
