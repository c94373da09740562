"""What all measurements share: servers started and stopped, load by wrk, and tables.

Numbers of two programs are comparable only when measured in turns in the same run; hence rounds, medians and ratios.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
URL = re.compile(r"https?://[^\s/]+")


class Unusable(Exception):
    """A measurement that cannot be made, or would mean nothing; its text says why."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{_short(min(self.values))} | {_short(self.median)} | {_short(max(self.values))}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def product(*arguments: str) -> list[str]:
    """The product's command line in the environment of this interpreter."""
    program = Path(sys.executable).with_name("slm-graph")
    if not program.exists():
        raise Unusable(f"{program} is missing: install the project into this environment first (pip install .)")
    return [str(program), *arguments]


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """A server while the block runs; gives the URL it printed on standard output, without a path."""
    with tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := URL.search(line):
                    yield found[0]
                    break
            else:
                process.wait(START_SECONDS)
                stderr.seek(0)
                raise Unusable(f"{' '.join(command)} ended with status {process.returncode}:\n{stderr.read()}")
        finally:
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def requests_per_second(
    url: str, *, connections: int, seconds: float, headers: Mapping[str, str] | None = None
) -> float:
    """Answers per second to `connections` clients that ask again at once; refuses to count failed answers."""
    if shutil.which("wrk") is None:
        raise Unusable("wrk is missing (Debian and Ubuntu: apt install wrk)")
    given = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    result = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", *given, url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in result or "Socket errors" in result:
        raise Unusable(f"{url} did not always answer with success:\n{result}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", result)
    if rate is None or float(rate[1]) == 0:
        raise Unusable(f"{url} answered nothing:\n{result}")
    return float(rate[1])


def seconds_of(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> float:
    """Wall time of a whole process that must succeed."""
    began_at = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **(environment or {})}
    )
    took = time.perf_counter() - began_at
    if done.returncode != 0:
        raise Unusable(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr}")
    return took


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; cells that hold ` | ` fill several columns."""
    lines = [head, ["---"] * len(" | ".join(head).split(" | ")), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def run(main: Callable[[], None]) -> None:
    """Run a measurement as a program: 0, or 3 with the reason why it could not be made."""
    try:
        main()
    except Unusable as error:
        print(error, file=sys.stderr)
        sys.exit(3)
