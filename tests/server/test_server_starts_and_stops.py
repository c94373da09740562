"""Start, stop, and workers that come back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., Any]


def run(program: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(program), "--folder", str(folder), *options],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_the_printed_url_answers_as_soon_as_it_is_printed(start: Start) -> None:
    site = start("--seconds-to-make", "0.5")
    assert (site.folder / "made").exists()  # the listener is there long before, and lets callers wait
    assert site.get("/").endswith(b"hello")


def test_nothing_is_written_to_stderr_in_ordinary_service(start: Start) -> None:
    site = start()
    site.get("/")
    with site.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n")  # and leaves in the middle
    assert site.stop() == 0
    assert (site.folder / "stderr").read_text() == ""


def test_an_ipv6_address_is_printed_in_brackets_and_answers(start: Start) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    site = start("--host", "::1")
    assert site.url.startswith("http://[::1]:")
    assert site.get("/").endswith(b"hello")


def test_a_port_in_use_is_refused_in_two_languages_with_exit_code_3(program: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(program, tmp_path, "--port", str(port))
    assert result.returncode == 3
    german, english = result.stderr.splitlines()
    assert f"127.0.0.1:{port}: Port {port} ist schon belegt." in german
    assert f"127.0.0.1:{port}: Port {port} is already in use." in english


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--port", "70000"], 2, "70000"),
        (["--host", "192.0.2.1"], 3, "192.0.2.1:0: The address cannot be opened"),
        (["--workers", "0"], 2, "At least one worker"),
        (["--cannot-start", "error"], 3, "The release is damaged."),
        (["--cannot-start", "bug"], 3, "ZeroDivisionError: a fault of our own"),
    ],
)
def test_what_cannot_start_says_why_and_ends(
    program: Path, tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    result = run(program, tmp_path, *options)
    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_finished_before_the_stop(start: Start, how: signal.Signals) -> None:
    site = start()
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(site.get("/sleep")))
    asking.start()
    with site.connect() as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert site.read_to(idle, b"hello")
        site.wait_until((site.folder / "sleeping").exists, "the request is being answered")
        began_at = time.monotonic()
        assert site.stop(how) == 0
        assert time.monotonic() - began_at < 4
        assert idle.recv(1000) == b""
    asking.join()
    assert answers[0].endswith(b"slept")
    with pytest.raises(ConnectionRefusedError):
        site.connect()


def test_a_request_longer_than_the_time_to_drain_is_cut(start: Start) -> None:
    site = start("--drain-seconds", "0.3")
    with site.connect() as client:
        client.sendall(b"GET /sleep HTTP/1.1\r\nHost: localhost\r\n\r\n")
        site.wait_until((site.folder / "sleeping").exists, "the request is being answered")
        assert site.stop() == 0
        assert client.recv(1000) == b""


def test_a_killed_worker_comes_back_and_the_other_serves_meanwhile(start: Start) -> None:
    site = start()
    site.wait_until(lambda: len(site.worker_pids()) == 2, "two workers")
    victim, other = site.worker_pids()
    os.kill(victim, signal.SIGKILL)
    assert site.get("/").endswith(b"hello")
    site.wait_until(lambda: len(site.worker_pids()) == 2 and victim not in site.worker_pids(), "a new worker")
    os.kill(other, signal.SIGKILL)
    newcomer = str(next(pid for pid in site.worker_pids() if pid != other)).encode()
    site.wait_until(lambda: site.get("/pid").endswith(newcomer), "the new worker answers")


def test_the_workers_end_when_the_parent_is_killed(start: Start, alive: Callable[[int], bool]) -> None:
    site = start()
    workers = site.worker_pids()
    assert workers
    assert site.stop(signal.SIGKILL) == -signal.SIGKILL
    site.wait_until(lambda: not any(alive(pid) for pid in workers), "no worker is left")
    with pytest.raises(ConnectionRefusedError):
        site.connect()
