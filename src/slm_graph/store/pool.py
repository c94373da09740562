"""The processes below the query host: releases that are open, and the query processes forked from them."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import time
from pathlib import Path
from typing import Any, Protocol

from slm_graph.errors import EnvironmentFault, SlmGraphError, Text
from slm_graph.settings import QueryLimits
from slm_graph.store import confinement, frames
from slm_graph.store.channel import Channel
from slm_graph.store.child import release_process
from slm_graph.store.face import Lane

MAX_RELEASES_OPEN = 3
"""The current release, the one before it, and one that somebody looks back at."""

ORDER_SECONDS = 10.0
"""For a release process to fork or to bury a process: it does nothing else, and a fork of a million statements takes 0.1 s."""

DataKey = tuple[str, int, int, int]
"""Path, inode, size and time of change: a release that was built anew is another one."""


class Watcher(Protocol):
    """Who is told what the processes do."""

    def on_answer(self, process: QueryProcess, kind: bytes, payload: bytes) -> None:
        """A frame of an answer."""

    def on_answer_read(self, process: QueryProcess) -> None:
        """No more of it has come for now."""

    def on_exit(self, process: QueryProcess, number: int) -> None:
        """The process is dead, by signal `number`, or 0, or `refusals.UNFIT`."""

    def on_unopened(self, data: DataKey, failure: SlmGraphError) -> None:
        """The release cannot be opened."""


class QueryProcess:
    """A query process as the host sees it."""

    def __init__(self, key: int, lane: Lane, release: Release, connection: socket.socket) -> None:
        self.key = key
        self.lane = lane
        self.release = release
        self.pid: int | None = None
        """None until its release process has reported the fork."""
        self.busy = False
        self.ending = False
        """We have ended it, or are about to."""
        self.channel = Channel(release.pool.selector, connection, self)

    def on_frame(self, kind: bytes, payload: bytes) -> None:
        self.release.pool.watcher.on_answer(self, kind, payload)

    def on_read(self) -> None:
        self.release.pool.watcher.on_answer_read(self)

    def on_end(self) -> None:
        """Its end of the socket is closed: its parent will soon say how it died."""
        self.channel.pause(True)

    def on_drained(self) -> None:
        """Nothing: a request waits nowhere else."""

    def end(self) -> None:
        """Kill it, by its parent's hand: only the parent knows that the number is still this process's."""
        self.ending = True
        self.channel.pause(True)
        if self.pid is not None:
            self.release.expect()
            self.release.channel.send(frames.json_frame(frames.KILL, {"pid": self.pid}))


class Release:
    """An opened release: its process and the query processes below it."""

    def __init__(self, pool: Pool, data: DataKey, pid: int, connection: socket.socket) -> None:
        self.pool = pool
        self.data = data
        self.pid = pid
        self.ready = False
        self.opened: dict[str, Any] = {}
        self.processes: dict[int, QueryProcess] = {}
        self.used_seconds = time.monotonic()
        self.owing_since: float | None = None
        """When it last had to be waited for: it was given an order, or has obeyed one of several."""
        self._failure: SlmGraphError | None = None
        self.channel = Channel(pool.selector, connection, self)

    def idle(self, lane: Lane) -> QueryProcess | None:
        """A process of the lane that waits for a query, or None."""
        return next(
            (
                process
                for process in self.processes.values()
                if process.lane == lane
                and process.pid is not None
                and not process.busy
                and not process.ending
            ),
            None,
        )

    def is_forking(self, lane: Lane) -> bool:
        return any(process.lane == lane and process.pid is None for process in self.processes.values())

    def fork(self, lane: Lane) -> None:
        """Order one more query process for the lane."""
        ours, theirs = socket.socketpair()
        process = QueryProcess(self.pool.next_key(), lane, self, ours)
        self.processes[process.key] = process
        self.expect()
        order = frames.json_frame(frames.FORK, {"key": process.key, "lane": lane})
        try:
            # A release process does nothing but wait for such orders: one that has not read the last ones is lost.
            if self.channel.outgoing_bytes or socket.send_fds(
                self.channel.socket, [order], [theirs.fileno()]
            ) < len(order):
                self.pool.kill(self)
        except OSError:
            self.pool.kill(self)
        finally:
            theirs.close()

    def expect(self) -> None:
        """It has been given an order."""
        if self.owing_since is None:
            self.owing_since = time.monotonic()

    def on_frame(self, kind: bytes, payload: bytes) -> None:
        document = json.loads(payload)
        if kind == frames.READY:
            self.ready = True
            self.opened = document
            self.fork("public")
            self.fork("trusted")
        elif kind == frames.FORK:
            process = self.processes[document["key"]]
            process.pid = document["pid"]
            if process.ending:
                process.end()
        elif kind == frames.EXITED:
            for process in list(self.processes.values()):
                if process.pid == document["pid"]:
                    self._bury(process, document["signal"])
        elif kind == frames.ERROR:
            self._failure = frames.error_of(document)

    def on_read(self) -> None:
        owes = any(process.pid is None or process.ending for process in self.processes.values())
        self.owing_since = time.monotonic() if owes else None

    def on_end(self) -> None:
        """Its process is gone, and its query processes with it."""
        self.pool.forget(self)
        for process in list(self.processes.values()):
            self._bury(process, signal.SIGKILL)
        if not self.ready:
            self.pool.watcher.on_unopened(self.data, self._failure or _not_opened())

    def on_drained(self) -> None:
        """Nothing: orders wait nowhere else."""

    def _bury(self, process: QueryProcess, number: int) -> None:
        del self.processes[process.key]
        process.channel.close()
        self.pool.watcher.on_exit(process, number)


class Pool:
    """The open releases by their data."""

    def __init__(self, selector: selectors.BaseSelector, limits: QueryLimits, watcher: Watcher) -> None:
        self.selector = selector
        self.watcher = watcher
        self._limits = limits
        self._releases: dict[DataKey, Release] = {}
        self._pids: set[int] = set()
        """Of release processes that are not buried."""
        self._last_key = 0

    def next_key(self) -> int:
        self._last_key += 1
        return self._last_key

    def idle(self, data: DataKey, lane: Lane) -> QueryProcess | None:
        release = self._releases.get(data)
        return release.idle(lane) if release is not None and release.ready else None

    def provide(self, data: DataKey, lane: Lane) -> None:
        """See to it that the release is open, or opening, and has a process of the lane idle or coming."""
        release = self._releases.get(data)
        if release is None:
            self._make_room()
            self._open(data)
            return
        release.used_seconds = time.monotonic()
        if release.ready and release.idle(lane) is None and not release.is_forking(lane):
            release.fork(lane)

    def forget(self, release: Release) -> None:
        self._releases.pop(release.data, None)
        release.channel.close()

    def kill(self, release: Release) -> None:
        """End a release process that does not obey; its query processes end with it, and the next query opens anew."""
        if release.pid in self._pids:  # not buried yet, so the number is still its own
            os.kill(release.pid, signal.SIGKILL)
        release.on_end()

    def bury(self) -> None:
        """Collect ended release processes; their closed sockets have told the rest."""
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self._pids.discard(pid)

    def due(self) -> float | None:
        """When `end_hung` has to look again; None: nobody owes anything."""
        moments = [
            release.owing_since for release in self._releases.values() if release.owing_since is not None
        ]
        return min(moments) + ORDER_SECONDS if moments else None

    def end_hung(self) -> None:
        """Kill the release processes that have owed something for too long."""
        now = time.monotonic()
        for release in list(self._releases.values()):
            if release.owing_since is not None and now - release.owing_since >= ORDER_SECONDS:
                self.kill(release)

    def close(self) -> None:
        """End every process: each ends with the socket to its parent."""
        for release in list(self._releases.values()):
            self.forget(release)

    def statistics(self) -> list[dict[str, Any]]:
        return [
            {
                "data": release.data[0],
                "pid": release.pid,
                "ready": release.ready,
                **release.opened,
                "processes": [
                    {"pid": process.pid, "lane": process.lane, "busy": process.busy}
                    for process in release.processes.values()
                    if process.pid is not None
                ],
            }
            for release in self._releases.values()
        ]

    def _make_room(self) -> None:
        for release in sorted(self._releases.values(), key=lambda release: release.used_seconds):
            if len(self._releases) < MAX_RELEASES_OPEN:
                return
            if release.ready and not any(process.busy for process in release.processes.values()):
                self.forget(release)
                release.on_end()

    def _open(self, data: DataKey) -> None:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            confinement.leave_signals_to_the_host()
            confinement.close_descriptors_except([theirs.fileno()])
            confinement.die_with_parent(parent)
            release_process(theirs, Path(data[0]), self._limits)
        theirs.close()
        self._pids.add(pid)
        self._releases[data] = Release(self, data, pid, ours)


def _not_opened() -> EnvironmentFault:
    return EnvironmentFault(
        Text(de="Die Veröffentlichung ließ sich nicht öffnen.", en="the release could not be opened"),
        where="release process ended",
    )
