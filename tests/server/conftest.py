"""A real server in a process of its own, and a client that says exactly the bytes a test wants said."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROGRAM = Path(__file__).with_name("serve_tiny_app.py")
PATIENCE_SECONDS = 15  # for things that take a fraction of a second on an idle machine


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent to notice does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@dataclass(frozen=True, slots=True)
class Site:
    process: subprocess.Popen[str]
    url: str
    folder: Path

    def connect(self, *, receive_buffer_bytes: int | None = None) -> socket.socket:
        parts = urlsplit(self.url)
        assert parts.hostname
        assert parts.port
        family = socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET
        client = socket.socket(family)
        if receive_buffer_bytes is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        client.settimeout(PATIENCE_SECONDS)
        try:
            client.connect((parts.hostname, parts.port))
        except OSError:
            client.close()
            raise
        return client

    @staticmethod
    def read_all(client: socket.socket) -> bytes:
        received = b""
        while data := client.recv(65536):
            received += data
        return received

    @staticmethod
    def read_to(client: socket.socket, end: bytes) -> bytes:
        received = b""
        while not received.endswith(end):
            data = client.recv(65536)
            assert data, f"the server closed after {received!r}"
            received += data
        return received

    @staticmethod
    def wait_until(fact: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not fact():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            time.sleep(0.02)

    def say(self, request: bytes) -> bytes:
        """Everything the server answers until it closes."""
        with self.connect() as client:
            client.sendall(request)
            return self.read_all(client)

    def get(self, path: str, *, method: str = "GET", version: str = "1.1") -> bytes:
        return self.say(
            f"{method} {path} HTTP/{version}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )

    def worker_pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split() if is_alive(int(pid))]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    return is_alive


@pytest.fixture(scope="session")
def program() -> Path:
    return PROGRAM


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Starts servers with options of the program, ready when returned; stops them after the module's tests."""
    processes = []

    def start_site(*options: str) -> Site:
        folder = tmp_path_factory.mktemp("site")
        with (folder / "stderr").open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), "--folder", str(folder), *options],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        processes.append(process)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), (folder / "stderr").read_text()
        return Site(process, url, folder)

    yield start_site
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def site(start: Callable[..., Site]) -> Site:
    """One server for all tests of a module that do it no harm."""
    return start("--short-limits")
