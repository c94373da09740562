"""How long a server on an existing release takes to its first right answer. `python -m bench.start`

Measured from the start of the process to a complete Turtle document of a concept, asked for until it comes.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import time

from bench.load import START_SECONDS, Spread, Unusable, product, run, seconds_of, serving, table

PATH = "/doc/sfia/SLMO_5.ttl"


def seconds_to_answer(data: str) -> float:
    """One start: the URL is known once it is printed, and only a right answer counts."""
    began_at = time.perf_counter()
    with serving(product("serve", "--data", data, "--port", "0")) as site:
        host, _, port = site.url.removeprefix("http://").rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=START_SECONDS)
        connection.request("GET", PATH)
        response = connection.getresponse()
        body = response.read()
        took = time.perf_counter() - began_at
        connection.close()
    if response.status != 200 or b"SLMO" not in body:
        raise Unusable(f"{site.url}{PATH} answered {response.status}: {body[:200]!r}")
    return took


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--data", help="an existing data directory; else the shipped release is built for this run"
    )
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        data = given.data or fresh
        if given.data is None:
            seconds_of(product("build", "--data", data, "--quiet"))
        libraries, starts = [], []
        for _ in range(given.rounds):
            libraries.append(seconds_of([sys.executable, "-c", "import flask, waitress, rdflib"]))
            starts.append(seconds_to_answer(data))
    print(
        table(
            ["what", "seconds: min | median | max"],
            [
                ["importing the libraries", str(Spread(tuple(libraries)))],
                ["slm-graph serve to the first right answer", str(Spread(tuple(starts)))],
            ],
        )
    )
    print(f"\nratio of the medians: {Spread(tuple(starts)).median / Spread(tuple(libraries)).median:.1f}")


if __name__ == "__main__":
    run(main)
