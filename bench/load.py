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
        raise Unusable(
            f"{program} is missing: install the project into this environment first (pip install .)"
        )
    return [str(program), *arguments]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: the URL it printed, without a path, and its process."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of the server and its children so far, from Linux's /proc."""
        return _cpu_seconds(self.pid)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime: proc(5)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_cpu_seconds(int(child)) for child in children)


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Running]:
    """A server while the block runs, from the moment it has printed its URL on standard output."""
    with tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := URL.search(line):
                    yield Running(found[0], process.pid)
                    break
            else:
                process.wait(START_SECONDS)
                stderr.seek(0)
                raise Unusable(
                    f"{' '.join(command)} ended with status {process.returncode}:\n{stderr.read()}"
                )
        finally:
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


@dataclass(frozen=True, slots=True)
class Load:
    answers: int
    per_second: float


def put_load(
    url: str,
    *,
    connections: int,
    seconds: int,
    headers: Mapping[str, str] | None = None,
    script: Sequence[str] = (),
) -> Load:
    """What `connections` clients got that asked again at once; refuses to count failed answers.

    `script`: a file of Lua that says what wrk asks, and its arguments.
    """
    if shutil.which("wrk") is None:
        raise Unusable("wrk is missing (Debian and Ubuntu: apt install wrk)")
    given = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    if script:
        given += ["-s", script[0]]
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            *given,
            url,
            *(["--", *script[1:]] if script else []),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    result = done.stdout + done.stderr
    if done.returncode != 0 or "Non-2xx" in result or "Socket errors" in result:
        raise Unusable(f"{url} did not always answer with success:\n{result}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", result)
    answers = re.search(r"(\d+) requests in", result)
    if rate is None or answers is None or float(rate[1]) == 0:
        raise Unusable(f"{url} answered nothing:\n{result}")
    return Load(int(answers[1]), float(rate[1]))


def seconds_of(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> float:
    """Wall time of a whole process that must succeed."""
    began_at = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
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
