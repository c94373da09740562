"""Standard error that nobody reads, or that takes a line in part: the site goes on, and lines stay whole."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from slm_graph.web.log_lines import MAX_LINE_BYTES, beginning, ending, line_of

PATIENCE_SECONDS = 60.0
FEW_BYTES = 4096
"""Of a pipe: the least that Linux gives one."""

WRITER = """
import sys
from slm_graph.web.counters import LOST_LINES, Counters
from slm_graph.web.log_lines import LogLines
counters = Counters()
counters.claim()
lines = LogLines(counters)
for number in range(int(sys.argv[1])):
    lines.write({"number": number, "text": "x" * 1000})
print(int(counters.values(LOST_LINES, ())[0]), flush=True)
if sys.stdin.readline():
    lines.write({"number": -1})
"""


def written(stderr: int, count: int) -> int:
    """How many of so many lines a process of its own has lost; one that waits for its log ends the test."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(count)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return int(done.stdout)


@pytest.fixture(params=["pipe", "socket", "terminal"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """What is read, and what is written to."""
    if request.param == "pipe":
        reading, writing = os.pipe()
    elif request.param == "socket":
        reading, writing = (one.detach() for one in socket.socketpair())
    else:
        reading, writing = pty.openpty()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_lines_that_nobody_reads_are_lost_and_counted(ends: tuple[int, int]) -> None:
    assert 0 < written(ends[1], 2000) < 2000


def test_whoever_shares_standard_error_goes_on_waiting(ends: tuple[int, int]) -> None:
    written(ends[1], 1)
    assert os.get_blocking(ends[1])


def test_a_line_is_whole_or_ends_before_the_next(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.set_blocking(reading, False)

    def read() -> bytes:
        parts = []
        with contextlib.suppress(BlockingIOError):
            while True:
                parts.append(os.read(reading, 65536))
        return b"".join(parts)

    with subprocess.Popen(
        [sys.executable, "-c", WRITER, "2000"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=writing,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        before = read()
        process.communicate("on\n", timeout=PATIENCE_SECONDS)
    *lines, last = [line for line in (before + read()).splitlines() if line]
    assert json.loads(last) == {"number": -1}
    assert [json.loads(line)["number"] for line in lines[:-1]] == list(range(len(lines) - 1))


def test_a_file_gets_every_line(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        assert written(file.fileno(), 2000) == 0
    lines = (tmp_path / "log").read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(2000))


def test_standard_error_that_is_closed_loses_every_line() -> None:
    command = ["sh", "-c", 'exec "$0" -c "$1" 5 2>&-', sys.executable, WRITER]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    assert int(done.stdout) == 5


@pytest.mark.parametrize("character", ["a", "\\", "\n", "ü", "€", "\U0001f600", "\ud800"])
def test_texts_are_cut_by_what_json_makes_of_them(character: str) -> None:
    for cut in (beginning, ending):
        kept = cut("<" + character * 2000 + ">", 1000)
        assert 988 < len(json.dumps(kept)) - 2 <= 1000
        assert cut(character * 3, 1000) == character * 3


def test_a_line_is_never_longer_than_a_pipe_takes_at_once() -> None:
    said = {"path": "/", "text": "x" * 1500, "services": [{"endpoint": "http://e/" + "y" * 900}] * 4}
    line = line_of(said)
    assert len(line) <= MAX_LINE_BYTES
    assert json.loads(line) == {"path": "/", "services": said["services"]}


def test_a_site_whose_log_nobody_reads_goes_on(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, FEW_BYTES)
    command = [sys.executable, "-m", "slm_graph.cli", "serve", "--data", str(tmp_path / "data")]
    command += ["--port", "0", "--workers", "1", "--quiet"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=writing,
        text=True,
        env=os.environ | {"LC_ALL": "C", "SLM_GRAPH_LOG_QUERIES": "true"},
    ) as process:
        try:
            assert process.stdout is not None
            address = urlsplit(process.stdout.readline().rpartition(" ")[2].strip())
            connection = http.client.HTTPConnection(
                str(address.hostname), address.port, timeout=PATIENCE_SECONDS
            )
            for number in range(1200):  # of the loop's own answers, and the application's
                target = "/doc/sfia/SLMO.ttl" if number % 2 else f"/doc/sfia/SLMO.ttl?number={number}"
                connection.request("GET", target)
                answer = connection.getresponse()
                assert (answer.status, answer.read() != b"") == (200, True)
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"ok\n")
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            connection.close()
            lost = re.search(r"^slm_graph_log_lines_lost_total (\S+)$", text, re.MULTILINE)
            assert lost
            assert float(lost[1]) > 0
        finally:
            began_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()
                os.close(writing)
                os.close(reading)
        assert process.returncode == 0
        assert time.monotonic() - began_at < PATIENCE_SECONDS
