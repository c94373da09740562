"""ESCO's archives to a conforming release: time, memory, and what was noticed, beside the promised limits.

    python -m bench.esco FOLDER [--page PAGE]

FOLDER holds the two archives (esco-1.2.0-csv-de-en.zip, esco-1.1.1-csv-en.zip); PAGE is a skill page to build along.
The build runs in a process of its own. Processor time is told beside the time on the clock: on a machine that has other
work, only the former is the build's own. Ends with 1 where a limit is missed or the release does not conform.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARCHIVES = ("esco-1.2.0-csv-de-en.zip", "esco-1.1.1-csv-en.zip")
MOST_SECONDS = 120.0
MOST_BYTES = 3 * 1024**3


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--page", type=Path)
    given = arguments.parse_args()
    sources = [*([given.page] if given.page else []), *(given.folder / name for name in ARCHIVES)]
    with tempfile.TemporaryDirectory(prefix="bench-esco-") as data:
        start = time.monotonic()
        # the module's own entry point: what `slm-graph build` runs
        call = [sys.executable, "-c", "from slm_graph.cli import main; main()", "build", *map(str, sources)]
        done = subprocess.run(
            [*call, "--repair", "--data", data, "--format", "json", "--quiet"],
            capture_output=True,
            text=True,
            check=False,
        )
        clock = time.monotonic() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            print(done.stdout, done.stderr, sep="\n")
            return 1
        made = json.loads(done.stdout)
        release = Path(made["path"])
        report = json.loads((release / "report.json").read_text())
        findings = json.loads((release / "findings.json").read_text())
        size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    processor = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss * 1024
    load = os.getloadavg()[0]
    print(
        f"time on the clock   {clock:7.1f} s   (limit {MOST_SECONDS:.0f} s; load of the machine {load:.1f})"
    )
    print(f"processor time      {processor:7.1f} s")
    print(
        f"peak memory         {peak / 1024**2:7.0f} MiB (limit {MOST_BYTES / 1024**2:.0f} MiB; the largest process)"
    )
    print(f"release             {made['quads']} statements, {size / 1024**2:.0f} MiB")
    print(
        f"judged              {report['concepts']} concepts by {len(report['rules'])} rules: {report['counts']}"
    )
    for kind, row in findings["kinds"].items():
        print(f"    {row['count']:6d} {kind}")
    return int(min(clock, processor) > MOST_SECONDS or peak > MOST_BYTES or not report["conforms"])


if __name__ == "__main__":
    sys.exit(main())
