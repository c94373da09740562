"""How fast pages and data are, as a share of the same server saying hello. `python -m bench.pages [ROUTE…]`

A ROUTE is a path, or `Accept=path`. Both servers run at once with the same number of workers; each round asks
hello, then every route, so that whatever else the machine does hits all of them. Two shares are told: of the answers
per second, and of the processor time an answer takes, which other programs on the machine hardly change.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack

from bench.load import Running, Spread, product, put_load, run, serving, table

ROUTES = (
    "/doc/sfia/SLMO_5.ttl",
    "text/turtle=/doc/sfia/SLMO_5",
    "text/html=/doc/sfia/SLMO_5",
)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("routes", nargs="*", metavar="ROUTE", default=ROUTES)
    options.add_argument(
        "--data", help="an existing data directory; else the shipped release is built for this run"
    )
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=2)
    given = options.parse_args()
    workers = str(given.workers)
    with ExitStack() as stack:
        data = given.data or stack.enter_context(tempfile.TemporaryDirectory())
        hello = stack.enter_context(serving([sys.executable, "-m", "bench.hello", "--workers", workers]))
        site = stack.enter_context(
            serving(product("serve", "--data", data, "--port", "0", "--workers", workers))
        )
        names = ["hello", *given.routes]
        rates: dict[str, list[float]] = {name: [] for name in names}
        costs: dict[str, list[float]] = {name: [] for name in names}
        for name in names:
            ask(hello, site, name, connections=given.connections, seconds=1)  # what is made once is made now
        for _ in range(given.rounds):
            for name in names:
                rate, cost = ask(hello, site, name, connections=given.connections, seconds=given.seconds)
                rates[name].append(rate)
                costs[name].append(cost)
    print(
        table(
            [
                "what",
                "answers/s: min | median | max",
                "share of hello",
                "µs of processor an answer",
                "share of hello",
            ],
            [
                [
                    name,
                    str(Spread(tuple(rates[name]))),
                    f"{shares(rates[name], rates['hello']).median:.2f}",
                    f"{Spread(tuple(costs[name])).median:,.0f}",
                    f"{shares(costs['hello'], costs[name]).median:.2f}",
                ]
                for name in names
            ],
        )
    )


def ask(hello: Running, site: Running, name: str, *, connections: int, seconds: int) -> tuple[float, float]:
    """Answers per second, and microseconds of the server's processor time an answer."""
    accept, _, path = name.rpartition("=")
    server, url = (hello, f"{hello.url}/") if name == "hello" else (site, site.url + path)
    before = server.cpu_seconds()
    load = put_load(
        url, connections=connections, seconds=seconds, headers={"Accept": accept} if accept else None
    )
    return load.per_second, (server.cpu_seconds() - before) / load.answers * 1e6


def shares(values: list[float], wholes: list[float]) -> Spread:
    """Round by round, because the rounds differ more than the programs."""
    return Spread(tuple(value / whole for value, whole in zip(values, wholes, strict=True)))


if __name__ == "__main__":
    run(main)
