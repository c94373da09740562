"""How quick search, trees and lists are as a vocabulary grows. `python -m bench.browse [--data DIR …]`

Without DIR, releases of 1,700 and 17,000 concepts in four languages are built for this run (some minutes). Requests go
through the whole application in this process, without a network and without kept answers: each has its own query.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench import generate
from bench.load import Unusable, product, run, table

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

SIZES = (1_700, 17_000)
REQUESTS = 400
"""Of each kind; the first tenth is thrown away: what is made once per release is made then."""

SCHEME = quote(generate.BASE + "id/wide", safe="")


def widest(count: int) -> int:
    """Children of the widest parent among `count` concepts."""
    return min(generate.WIDEST, count * 3 // 10)


def requests(kind: str, count: int) -> Iterator[tuple[str, str]]:
    """Accept and address of each request, spread over the vocabulary; `count` concepts are there."""
    wide = widest(count)
    for number in range(REQUESTS):
        concept = number * 7919 % count
        language = ("de", "en")[number % 2]
        whole = generate.name(concept, language)
        match kind:
            case "search, a name":
                yield "application/json", f"/search?q={quote(whole)}&lang={language}"
            case "search, beginnings of two words":
                yield (
                    "application/json",
                    f"/search?q={quote(whole[:4] + ' ' + whole.split()[1][:4])}&lang={language}",
                )
            case "search, three letters inside":
                yield "application/json", f"/search?q={quote(whole[1:4].lower())}&lang={language}"
            case "search as a page":
                yield "text/html", f"/search?q={quote(whole[:5])}&lang={language}"
            case "suggestions":
                yield "*/*", f"/suggest?q={quote(whole[:3])}&lang={language}"
            case "a slice of the widest branch":
                yield (
                    "application/json",
                    f"/tree?parent={SCHEME}%2Fc0&offset={number * 97 % wide}&lang={language}",
                )
            case "a letter of the index":
                letter = whole[0].replace("Ä", "A").replace("Ö", "O").replace("Ü", "U")
                yield "text/html", f"/index?scheme={SCHEME}&letter={letter}&lang={language}"
            case "a concept's page":
                yield "text/html", f"/doc/wide/c{max(10, concept)}?lang={language}"
            case "a concept as Turtle":
                yield "text/turtle", f"/doc/wide/c{max(10, concept)}"


KINDS = (
    "search, a name",
    "search, beginnings of two words",
    "search, three letters inside",
    "search as a page",
    "suggestions",
    "a slice of the widest branch",
    "a letter of the index",
    "a concept's page",
    "a concept as Turtle",
)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--data", type=Path, action="append", help="data directories of such releases, smaller first"
    )
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folders = given.data or [built(count, Path(scratch)) for count in SIZES]
        counts = [count_of(folder) for folder in folders]
        measured = [{kind: measure(folder, kind) for kind in KINDS} for folder in folders]
    print(
        table(
            ["what", *(f"{count} concepts: ms median / p99 (of processor), most kB" for count in counts)],
            [[kind, *(one[kind] for one in measured)] for kind in KINDS],
        )
    )


def built(count: int, folder: Path) -> Path:
    source = folder / f"{count}.nt"
    with source.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(generate.concepts(count, widest=widest(count)))
    subprocess.run(product("build", "--quiet", "--data", str(folder / str(count)), str(source)), check=True)
    return folder / str(count)


def count_of(folder: Path) -> int:
    app = create_app(SiteSettings(data=folder), queries=None)
    schemes = app.extensions["slm_graph"].site.current().catalogue.schemes()
    return next(one.concepts for one in schemes if str(one.iri).endswith("id/wide"))


def measure(folder: Path, kind: str) -> str:
    """Median and 99th percentile in milliseconds, by the clock and of the processor, and the largest answer."""
    client = create_app(SiteSettings(data=folder), queries=None).test_client()
    clock, processor, largest = [], [], 0
    for accept, path in requests(kind, count_of(folder)):
        start, used = time.perf_counter(), time.process_time()
        answer = client.get(path, headers={"Accept": accept})
        clock.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - used) * 1000)
        if answer.status_code != 200:
            raise Unusable(f"{path} answers {answer.status_code}")
        largest = max(largest, len(answer.data))
    return f"{_percentiles(clock)} ({_percentiles(processor)}), {largest / 1000:.0f}"


def _percentiles(times: list[float]) -> str:
    kept = times[len(times) // 10 :]
    return f"{statistics.median(kept):.1f} / {statistics.quantiles(kept, n=100)[98]:.1f}"


if __name__ == "__main__":
    run(main)
