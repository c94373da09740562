"""The query host: `python -m slm_graph.store.host --socket PATH --limits JSON`.

One small single-threaded process between the web and the query processes. It knows deadlines, queues and who has
left; it never opens a release and never evaluates anything, so nothing a stranger asks can stop it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, cast

from slm_graph.errors import SlmGraphError
from slm_graph.settings import QueryLimits
from slm_graph.store import confinement, frames, refusals
from slm_graph.store.channel import Channel
from slm_graph.store.face import Lane
from slm_graph.store.jobs import PAUSE_BYTES, Connection, Job
from slm_graph.store.lanes import FairQueue
from slm_graph.store.memory import Ledger
from slm_graph.store.pool import DataKey, Pool, QueryProcess

TRUSTED_PROCESSES = 1
"""The site's own queries are short: one process of their own suffices, and strangers cannot take it."""
_TRIAL_SECONDS = 1.0
"""All a cheap query needs. One that needs longer is started anew later, if others that have had no trial wait for its
place and long ones hold all the rest; an eighth of a shorter deadline."""
_MAX_CONNECTIONS = 512
"""Half of the usual limit on open files; whoever comes after that is told at once."""
_HALF_LIFE_SECONDS = 30.0
"""What a client's queries have cost counts half after so long: three deadlines."""
_MEMORY_SECONDS = 0.1
"""Between two looks at what long queries own, and before the first: a process comes to own some 1 GB a second at most."""
_MAX_CLIENTS = 1_000
"""Whose cost is remembered; beyond, the smaller half is forgotten."""
_WEIGHT_OF_ONE = 0.1
"""A moving mean over some ten answers is all that Retry-After needs."""


class QueryHost:
    """Connections, lanes, and the loop that moves them; the processes are the pool's."""

    def __init__(self, listener: socket.socket, limits: QueryLimits, *, drain_seconds: float) -> None:
        self.selector = selectors.DefaultSelector()
        self.connections: set[Connection] = set()
        self._limits = limits
        self._listener = listener
        self._drain_seconds = drain_seconds
        self._wake = -1
        self._draining_until: float | None = None
        self._network_is_open = confinement.why_network_is_open()  # before there is a process to know it
        self._pool = Pool(self.selector, limits, self)
        self._queues: dict[Lane, FairQueue[Job]] = {
            "public": FairQueue(limits.queue_length),
            "trusted": FairQueue(limits.queue_length),
        }
        self._running: dict[QueryProcess, Job] = {}
        self._places: dict[Lane, int] = {"public": limits.processes, "trusted": TRUSTED_PROCESSES}
        self._counts = dict.fromkeys(
            ("answered", "refused", "deadline", "memory", "crashed", "left", "busy"), 0
        )
        self._ledger = Ledger(limits.max_memory_together_bytes)
        self._looked_at_memory = 0.0
        self._mean_seconds = 0.1
        self._trial_seconds = min(_TRIAL_SECONDS, limits.deadline_seconds / 8)
        self._spent: dict[str, tuple[float, float]] = {}  # by client: seconds, and when that was

    def run(self, *, watch_parent: bool) -> None:
        """Until SIGTERM or SIGINT has been obeyed, or standard input has ended, whose other end our parent holds."""
        self._wake, waker = os.pipe()
        for descriptor in (self._wake, waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._drain(self._drain_seconds))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self._wake, selectors.EVENT_READ, self._on_signal)
        self._listener.setblocking(False)
        self.selector.register(self._listener, selectors.EVENT_READ, self._accept)
        if watch_parent:
            self.selector.register(0, selectors.EVENT_READ, self._on_parent)
        while not self._is_done():
            due = self._due()
            for key, events in self.selector.select(
                None if due is None else max(0.0, due - time.monotonic()) + 0.001
            ):
                if isinstance(key.data, Channel):
                    key.data.handle(events)
                else:
                    key.data()
            if due is not None and time.monotonic() >= due:
                self._look_at_the_clock()
            if any(self._queues.values()):
                self._make_way()
                self._dispatch()
        self._pool.close()

    def statistics(self) -> dict[str, Any]:
        """What an operator wants to know, in numbers; process ids included."""
        return {
            "pid": os.getpid(),
            "counts": self._counts,
            "network_refused_by_kernel": self._network_is_open is None,
            "network_is_open": self._network_is_open,
            "mean_seconds": self._mean_seconds,
            "lanes": {
                lane: {
                    "running": self._count_running(lane),
                    "waiting": len(queue),
                    "places": self._places[lane],
                }
                for lane, queue in self._queues.items()
            },
            "releases": self._pool.statistics(),
        }

    # clients

    def on_request(self, connection: Connection, payload: bytes) -> None:
        document = json.loads(payload)
        lane = cast("Lane", document["lane"])
        asked, limit = document["deadline_seconds"], self._limits.deadline_seconds
        try:
            state = os.stat(document["data"])
        except OSError as fault:
            self._counts["refused"] += 1
            connection.fail(refusals.data_missing(fault))
            return
        connection.job = job = Job(
            connection=connection,
            client=document["client"],
            lane=lane,
            data=(document["data"], state.st_ino, state.st_size, state.st_mtime_ns),
            payload=payload,
            deadline_seconds=limit if asked is None else min(asked, limit) if lane == "public" else asked,
            arrived=time.monotonic(),
        )
        leaving = self._queues[lane].put(job)
        if leaving is not None:
            self._turn_away(leaving)

    def on_left(self, job: Job) -> None:
        """The client is gone: its query is nobody's any more."""
        self._counts["left"] += 1
        if job.process is None:
            self._queues[job.lane].remove(job)
        else:
            self._end(job)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # gone again, or no descriptor left: the next round tries again
            accepted, _ = self._listener.accept()
            connection = Connection(self, accepted)
            self.connections.add(connection)
            if len(self.connections) > _MAX_CONNECTIONS:
                self._counts["busy"] += 1
                connection.fail(refusals.busy(self._retry_after_seconds("public")), stay=False)

    def _turn_away(self, job: Job) -> None:
        self._counts["busy"] += 1
        job.connection.fail(refusals.busy(self._retry_after_seconds(job.lane)))

    def _retry_after_seconds(self, lane: Lane) -> int:
        estimate = math.ceil(self._mean_seconds * (len(self._queues[lane]) + 1) / self._places[lane])
        return max(1, min(estimate, math.ceil(self._limits.deadline_seconds)))

    # jobs

    def _dispatch(self) -> None:
        for lane, queue in self._queues.items():
            while len(queue) and self._count_running(lane) < self._places[lane]:
                for data in {job.data for job in queue}:
                    self._pool.provide(data, lane)
                # A client with no query running goes before one that has some, then who has cost the least lately.
                job = queue.take(self._can_run_first, rank=self._cost) or queue.take(
                    self._can_run, rank=self._cost
                )
                if job is None:
                    break
                self._start(job)

    def _can_run_first(self, job: Job) -> bool:
        return self._can_run(job) and all(job.client != running.client for running in self._running.values())

    def _can_run(self, job: Job) -> bool:
        if (
            job.tried
            and len(self._long(job.lane)) >= max(1, self._places[job.lane] - 1)
            and self._untried(job.lane)
        ):
            return False
        return self._pool.idle(job.data, job.lane) is not None

    def _long(self, lane: Lane) -> list[Job]:
        """What runs in the lane for longer than a trial, or has had one."""
        now = time.monotonic()
        return [
            job
            for job in self._running.values()
            if job.lane == lane
            and job.started is not None
            and (job.tried or now - job.started >= self._trial_seconds)
        ]

    def _untried(self, lane: Lane) -> bool:
        return any(not job.tried for job in self._queues[lane])

    def _make_way(self) -> None:
        """Where long queries hold every place while others wait for a trial, the youngest is started anew later."""
        for lane, queue in self._queues.items():
            long = [job for job in self._long(lane) if not job.begun]
            if not 1 < self._places[lane] == len(long) or not self._untried(lane):
                continue
            job = max(long, key=lambda job: job.started or 0.0)
            self._end(job)
            job.started, job.tried = None, True
            leaving = queue.put(job)
            if leaving is not None:
                self._turn_away(leaving)

    def _start(self, job: Job) -> None:
        process = self._pool.idle(job.data, job.lane)
        if process is None:
            raise AssertionError("a job is only taken when a process is idle")
        job.started = time.monotonic()
        job.process = process
        process.busy = True
        self._running[process] = job
        process.channel.send(frames.frame(frames.REQUEST, job.payload))
        self._pool.provide(job.data, job.lane)  # the warm spare: whoever comes next finds a process ready

    def _end(self, job: Job) -> None:
        """Take the place back, and the life of its process."""
        process = job.process
        self._release_place(job)
        if process is not None:
            process.end()

    def _release_place(self, job: Job) -> None:
        if job.process is not None and job.started is not None:
            del self._running[job.process]
            job.process.busy = False
            job.process = None
            took = time.monotonic() - job.started
            self._mean_seconds += _WEIGHT_OF_ONE * (took - self._mean_seconds)
            self._spent[job.client] = (self._cost(job.client) + took, time.monotonic())
            if len(self._spent) > _MAX_CLIENTS:
                for client in sorted(self._spent, key=self._cost)[: _MAX_CLIENTS // 2]:
                    del self._spent[client]

    def _cost(self, client: str) -> float:
        """Seconds that the client's queries ran lately."""
        seconds, moment = self._spent.get(client, (0.0, 0.0))
        return float(seconds * 0.5 ** ((time.monotonic() - moment) / _HALF_LIFE_SECONDS))

    def _count_running(self, lane: Lane) -> int:
        return sum(job.lane == lane for job in self._running.values())

    # what the pool tells

    def on_answer(self, process: QueryProcess, kind: bytes, payload: bytes) -> None:
        job = self._running.get(process)
        if job is None:
            return  # its client has left, and the kill is on its way
        channel = job.connection.channel
        job.begun = True
        if kind in (frames.HEAD, frames.DATA):
            channel.put(frames.frame(kind, payload))  # most often the end is there, too: one writing for all
            return
        channel.send(frames.frame(kind, payload) if kind == frames.ERROR else frames.frame(frames.END))
        self._counts["refused" if kind == frames.ERROR else "answered"] += 1
        if kind == frames.LAST or (kind == frames.ERROR and json.loads(payload)["retire"]):
            self._end(job)
        else:
            self._release_place(job)
        job.connection.finish()

    def on_answer_read(self, process: QueryProcess) -> None:
        job = self._running.get(process)
        if job is None:
            return
        channel = job.connection.channel
        channel.flush()
        if channel.outgoing_bytes > PAUSE_BYTES:
            process.channel.pause(True)

    def on_exit(self, process: QueryProcess, number: int) -> None:
        job = self._running.get(process)
        if job is not None:
            self._counts["crashed"] += 1
            self._release_place(job)
            job.connection.fail(refusals.crashed(number, max_memory_bytes=self._limits.max_memory_bytes))

    def on_unopened(self, data: DataKey, failure: SlmGraphError) -> None:
        for queue in self._queues.values():
            for job in [job for job in queue if job.data == data]:
                queue.remove(job)
                self._counts["refused"] += 1
                job.connection.fail(failure)

    # the clock, the parent, the end

    def _due(self) -> float | None:
        """The moment of the next thing that the clock decides; None if there is nothing."""
        moments = [job.ends for job in self._running.values()]
        if self._running:
            moments.append(self._memory_due())
        if any(self._queues.values()):
            moments += [job.ends for queue in self._queues.values() for job in queue]
            now = time.monotonic()
            trials = [
                job.started + self._trial_seconds for job in self._running.values() if job.started is not None
            ]
            moments += [moment for moment in trials if moment > now]
        moments += [connection.cut_off for connection in self.connections if connection.cut_off is not None]
        moments += [moment for moment in (self._pool.due(), self._draining_until) if moment is not None]
        return min(moments) if moments else None

    def _memory_due(self) -> float:
        """When to look at what the running queries own; only those that run for longer can own much."""
        oldest = min(job.started for job in self._running.values() if job.started is not None)
        return max(oldest, self._looked_at_memory) + _MEMORY_SECONDS

    def _look_at_the_memory(self) -> None:
        """Where queries own too much together, the one of the public that owns most is ended."""
        self._looked_at_memory = time.monotonic()
        running = {process.pid: job for process, job in self._running.items() if process.pid is not None}
        owned = self._ledger.excess(running)
        public = [pid for pid in owned if running[pid].lane == "public"]
        if not public:
            return
        job = running[max(public, key=lambda pid: owned[pid])]
        self._counts["memory"] += 1
        self._end(job)
        if len(owned) == 1:
            job.connection.fail(refusals.memory_exhausted(self._limits.max_memory_together_bytes))
        else:
            job.connection.fail(refusals.memory_crowded(self._retry_after_seconds("public")))

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if self._running and now >= self._memory_due():
            self._look_at_the_memory()
        for job in [job for job in self._running.values() if now >= job.ends]:
            self._counts["deadline"] += 1
            self._end(job)
            job.connection.fail(refusals.deadline(job.deadline_seconds))
        for queue in self._queues.values():
            for job in [job for job in queue if now >= job.ends]:
                queue.remove(job)
                self._turn_away(job)
        for connection in [
            each for each in self.connections if each.cut_off is not None and now >= each.cut_off
        ]:
            connection.on_end()
        self._pool.end_hung()

    def _on_signal(self) -> None:
        os.read(self._wake, 512)
        self._pool.bury()

    @property
    def is_draining(self) -> bool:
        return self._draining_until is not None

    def _drain(self, seconds: float) -> None:
        """Take no more connections; end when the queries that are here are answered, or after `seconds`."""
        if self._draining_until is None:
            self.selector.unregister(self._listener)
            self._listener.close()
        self._draining_until = time.monotonic() + seconds

    def _is_done(self) -> bool:
        if self._draining_until is None:
            return False
        busy = (
            self._running
            or any(map(len, self._queues.values()))
            or any(not connection.is_idle for connection in self.connections)
        )
        return not busy or time.monotonic() >= self._draining_until

    def _on_parent(self) -> None:
        if not os.read(0, 512):
            self.selector.unregister(0)
            self._drain(0.0)  # nobody is left to read an answer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m slm_graph.store.host", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket to listen on")
    parser.add_argument(
        "--limits", type=json.loads, default={}, help="limits that differ from the defaults, as JSON"
    )
    parser.add_argument(
        "--drain-seconds", type=float, default=10.0, help="patience with running queries at a stop"
    )
    parser.add_argument("--watch-parent", action="store_true", help="end when standard input ends")
    options = parser.parse_args(arguments)
    listener = socket.socket(socket.AF_UNIX)
    options.socket.unlink(missing_ok=True)
    listener.bind(str(options.socket))
    options.socket.chmod(0o600)
    listener.listen(128)
    host = QueryHost(listener, QueryLimits(**options.limits), drain_seconds=options.drain_seconds)
    host.run(watch_parent=options.watch_parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
