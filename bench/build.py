"""How long the shipped release takes to build, as a share of starting Python. `python -m bench.build [SOURCE…]`

Each round builds into an empty directory of its own, in a process of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.load import Spread, product, run, seconds_of, table


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("sources", nargs="*", metavar="SOURCE", help="built on top of what is shipped")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    sources = [str(Path(source).resolve()) for source in given.sources]
    builds, starts = [], []
    for _ in range(given.rounds):
        starts.append(seconds_of([sys.executable, "-c", "import rdflib, pyoxigraph, pyshacl"]))
        with tempfile.TemporaryDirectory() as data:
            builds.append(seconds_of(product("build", *sources, "--data", data, "--quiet")))
    print(
        table(
            ["what", "seconds: min | median | max"],
            [
                ["importing the libraries", str(Spread(tuple(starts)))],
                ["slm-graph build", str(Spread(tuple(builds)))],
            ],
        )
    )
    print(f"\nratio of the medians: {Spread(tuple(builds)).median / Spread(tuple(starts)).median:.1f}")


if __name__ == "__main__":
    run(main)
