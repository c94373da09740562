"""The query host as its parent keeps it: started, looked after once a second, replaced when it dies or hangs, stopped."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from slm_graph.errors import EnvironmentFault, SlmGraphError, Text
from slm_graph.settings import QueryLimits
from slm_graph.store import frames
from slm_graph.store.client import QueryClient

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 0.9
"""Apart at least: who looks once a second, and is late now and then, is not told to come again."""
SILENT_LOOKS = 10
"""In a row, then a host is replaced. It answers within milliseconds, under a flood and while it opens a release. Looks are
counted and not seconds: where the whole machine stands still, so does the one who looks."""
STARTING_LOOKS = 30
"""The same for a host that has not answered yet: it has to import first, perhaps from a cold disk."""
_LONGEST_PAUSE_LOOKS = 10
"""Between two starts of hosts that end before they have answered; the first comes at once, each pause is twice the last."""
_READY_SECONDS = 10.0
"""A host is ready in a fifth of a second; on a machine under load it may take longer."""
_BURIAL_SECONDS = 2.0
"""For the kernel to take a killed process away; one that waits for a disk is left to it."""
_STOP_SECONDS = 5.0
"""For a host to end by itself once its time to drain is over."""


class _Ping:
    """A question on its way to the host, of which nobody has to wait for the answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: socket.socket | None = None

    def send(self) -> None:
        """Ask, unless a question is under way; where nobody can be asked, nothing is."""
        if self._connection is not None:
            return
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        try:
            connection.connect(str(self._path))
            connection.sendall(frames.frame(frames.PING))
        except OSError:  # nobody listens, or too many wait to be heard
            connection.close()
        else:
            self._connection = connection

    def is_answered(self) -> bool:
        """Whether the host has said anything: that it is busy will do."""
        if self._connection is None:
            return False
        try:
            said = self._connection.recv(frames.CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            said = b""
        self.forget()
        return bool(said)

    def forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class HostProcess:
    """A running query host and the private directory of its socket; ends with the `with` block, or with us."""

    def __init__(self, limits: QueryLimits, *, drain_seconds: float = 10.0) -> None:
        self._limits = limits
        self._drain_seconds = drain_seconds
        self._directory = Path(tempfile.mkdtemp(prefix="slm-graph-"))  # mode 0700: nobody else gets in
        self.socket_path = self._directory / "queries"
        self.client = QueryClient(self.socket_path, limits=limits)
        self._ping = _Ping(self.socket_path)
        self._process = self._spawn()
        self._wait_until_ready()
        self._tell_of_the_network()
        self._has_answered = True
        self._looked_at = time.monotonic()
        self.silent_looks = 0
        """Looks in a row that found no answer."""
        self._young_deaths = 0
        self._pause_looks = 0
        self._ping.send()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def tend(self) -> None:
        """To be called about once a second: a host that has ended or hangs is replaced on the same socket.

        Never waits for the host, and never raises: who asks meanwhile is told to come back.
        """
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        if not self.is_alive():
            self._replace_ended()
            return
        if self._ping.is_answered():
            self.silent_looks = self._young_deaths = 0
            self._has_answered = True
        else:
            self.silent_looks += 1
        self._ping.send()
        if self.silent_looks >= (SILENT_LOOKS if self._has_answered else STARTING_LOOKS):
            LOG.error("the query host %d does not answer; killing it and starting another", self.pid)
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_BURIAL_SECONDS)
            self._replace()

    def stop(self) -> None:
        """Let the running queries end, for the drain time at most, then end the host and remove its directory."""
        self._ping.forget()
        self._process.terminate()
        try:
            self._process.wait(self._drain_seconds + _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipe()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> HostProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _replace_ended(self) -> None:
        if self._pause_looks:
            self._pause_looks -= 1
            return
        LOG.warning("the query host had ended (status %d); starting another", self._process.returncode)
        if not self._has_answered:
            self._young_deaths += 1
            self._pause_looks = min(_LONGEST_PAUSE_LOOKS, 2**self._young_deaths)
        self._replace()

    def _replace(self) -> None:
        self._ping.forget()
        self._close_pipe()
        try:
            self._process = self._spawn()
        except OSError as fault:
            LOG.warning("no query host can be started: %s", fault)
            return
        self._has_answered = False
        self.silent_looks = 0

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "slm_graph.store.host", "--watch-parent"]
        command += ["--socket", str(self.socket_path), "--limits", json.dumps(asdict(self._limits))]
        command += ["--drain-seconds", str(self._drain_seconds)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline and self.is_alive():
            with contextlib.suppress(Exception):
                if self.client.ping() == self.pid:
                    return
            time.sleep(0.01)
        self._process.kill()
        self._process.wait()
        self._close_pipe()
        shutil.rmtree(self._directory, ignore_errors=True)
        raise EnvironmentFault(
            Text(de="Der Abfragedienst ließ sich nicht starten.", en="the query host could not be started"),
            where=f"exit status {self._process.returncode}",
        )

    def _tell_of_the_network(self) -> None:
        with contextlib.suppress(SlmGraphError):  # a host that is gone again is replaced by `tend`
            if reason := self.client.statistics()["network_is_open"]:
                LOG.warning(
                    "the kernel does not keep queries from the network (%s); that SERVICE is refused does",
                    reason,
                )

    def _close_pipe(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()


def start_host(limits: QueryLimits | None = None, *, drain_seconds: float = 10.0) -> HostProcess:
    """A query host of our own, ready to answer; a context manager. Raises EnvironmentFault if it does not start."""
    return HostProcess(limits or QueryLimits(), drain_seconds=drain_seconds)
