"""How fast pages and data are, as a share of the same server saying hello. `python -m bench.pages [ROUTE…]`

A ROUTE is a path, or `Accept=path`. Both servers run at once with the same number of workers; each round asks
hello, then every route, so that whatever else the machine does hits all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack

from bench.load import Spread, product, requests_per_second, run, serving, table

ROUTES = (
    "/doc/sfia/SLMO_5.ttl",
    "text/turtle=/doc/sfia/SLMO_5",
    "text/html=/doc/sfia/SLMO_5",
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("routes", nargs="*", metavar="ROUTE", default=ROUTES)
    options.add_argument("--data", help="an existing data directory; else the shipped release is built for this run")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2)
    given = options.parse_args()
    workers = str(given.workers)
    with ExitStack() as stack:
        data = given.data or stack.enter_context(tempfile.TemporaryDirectory())
        hello = stack.enter_context(serving([sys.executable, "-m", "bench.hello", "--workers", workers]))
        site = stack.enter_context(serving(product("serve", "--data", data, "--port", "0", "--workers", workers)))
        rates: dict[str, list[float]] = {"hello": [], **{route: [] for route in given.routes}}

        def ask(name: str, seconds: float) -> float:
            accept, _, path = name.rpartition("=")
            url = hello + "/" if name == "hello" else site + path
            headers = {"Accept": accept} if accept else None
            return requests_per_second(url, connections=given.connections, seconds=seconds, headers=headers)

        for name in rates:
            ask(name, 0.5 if given.seconds < 1 else 1)  # what is made once is made now
        for _ in range(given.rounds):
            for name, measured in rates.items():
                measured.append(ask(name, given.seconds))
    print(
        table(
            ["what", "answers/s: min | median | max", "share of hello (median of rounds)"],
            [[name, str(Spread(tuple(values))), _share(values, rates["hello"])] for name, values in rates.items()],
        )
    )


def _share(values: list[float], hello: list[float]) -> str:
    shares = Spread(tuple(value / other for value, other in zip(values, hello, strict=True)))
    return f"{shares.median:.2f}"


if __name__ == "__main__":
    run(main)
