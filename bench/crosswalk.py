"""How long the page and the files of a crosswalk with 1,000 rows take. `python -m bench.crosswalk`

Every answer is made anew: each request has another lowest confidence, all of them below every row's. `page` shows its
first 200 rows, the files have all of them.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.load import product

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

HEAD = """#curie_map:
#  agent: https://w3id.org/slm-graph/agent/
#  slmid: https://w3id.org/slm-graph/id/
#  x: http://other.example/
#mapping_set_id: http://other.example/sets/bench
#mapping_set_title: Made for measuring
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_date: '2026-11-23'
#object_source: x:scheme
#subject_source: slmid:sfia
subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tauthor_id\tconfidence\tcomment
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=1000)
    options.add_argument("--requests", type=int, default=200)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        source, data = Path(fresh) / "bench.sssom.tsv", Path(fresh) / "data"
        rows = (
            f"slmid:sfia/SLMO_{number % 6 + 2}\tskos:relatedMatch\tx:c{number}\tConcept number {number}\t"
            f"semapv:ManualMappingCuration\tagent:slm-graph\t{0.3 + number % 7 / 10:.1f}\t"
            f"A reason of the usual length, told in a sentence or two, for row {number} of this set.\n"
            for number in range(given.rows)
        )
        source.write_text(HEAD + "".join(rows), "utf-8")
        # built by another process: what a build leaves in memory is not in a server's
        subprocess.run([*product("build", str(source), "--data", str(data), "--quiet")], check=True)
        client = create_app(SiteSettings(data=data), queries=None).test_client()
        overview = client.get("/mappings", headers={"Accept": "text/html"}).text
        address = re.search(r"/mappings/sfia/scheme-[0-9a-f]{8}", overview)
        if address is None:
            sys.exit("the overview does not lead to the measured pair")
        print("| answer | bytes | median ms | p99 ms | processor ms, median | p99 |")
        print("|---|---|---|---|---|---|")
        for name, suffix, accept in (
            ("page", "", "text/html"),
            ("JSKOS", ".json", "*/*"),
            ("CSV", ".csv", "*/*"),
            ("SKOS", ".ttl", "*/*"),
            ("SSSOM, read back and compared", ".sssom.tsv", "*/*"),
        ):
            took: list[float] = []
            used: list[float] = []
            for number in range(given.requests + 1):
                began_at, worked = time.perf_counter(), time.process_time()
                response = client.get(
                    f"{address[0]}{suffix}?min={number / 1_000_000:.6f}", headers={"Accept": accept}
                )
                took.append((time.perf_counter() - began_at) * 1000)
                used.append((time.process_time() - worked) * 1000)
                if response.status_code != 200:
                    sys.exit(f"{name} answered {response.status_code}")
            took, used = took[1:], used[1:]  # the first one imports libraries
            print(
                f"| {name} | {len(response.data)} | {statistics.median(took):.0f} "
                f"| {statistics.quantiles(took, n=100)[98]:.0f} | {statistics.median(used):.0f} "
                f"| {statistics.quantiles(used, n=100)[98]:.0f} |"
            )


if __name__ == "__main__":
    main()
