"""The query host: `python -m slm_graph.store.host --socket PATH --limits JSON`.

One small single-threaded process between the web and the query processes. It knows deadlines, queues and who has
left; it never opens a release and never evaluates anything, so nothing a stranger asks can stop it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
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
from slm_graph.store.memory import Ledger
from slm_graph.store.pool import DataKey, Pool, QueryProcess
from slm_graph.store.scheduling import Schedule

TRUSTED_PROCESSES = 1
"""The site's own queries are short: one process of their own suffices, and strangers cannot take it."""
_MAX_CONNECTIONS = 512
"""Half of the usual limit on open files; whoever comes after that is told at once."""
_MEMORY_SECONDS = 0.1
"""Between two looks at what long queries own, and before the first: a process comes to own some 1 GB a second at most."""


class QueryHost:
    """Connections, and the loop that moves them; the order is the schedule's, the processes are the pool's."""

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
        self._schedule: Schedule[Job] = Schedule(
            {"public": limits.processes, "trusted": TRUSTED_PROCESSES},
            queue_length=limits.queue_length,
            deadline_seconds=limits.deadline_seconds,
        )
        self._jobs: dict[QueryProcess, Job] = {}
        """What each busy process works on."""
        self._counts = dict.fromkeys(
            ("answered", "refused", "deadline", "memory", "crashed", "left", "busy"), 0
        )
        self._ledger = Ledger(limits.max_memory_together_bytes)
        self._looked_at_memory = 0.0

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
            if self._schedule.is_anybody_waiting:
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
            "mean_seconds": self._schedule.mean_seconds,
            "lanes": {
                lane: {
                    "running": self._schedule.count_running(lane),
                    "waiting": len(queue),
                    "places": self._schedule.places[lane],
                }
                for lane, queue in self._schedule.queues.items()
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
        leaving = self._schedule.put(job)
        if leaving is not None:
            self._turn_away(leaving)

    def on_left(self, job: Job) -> None:
        """The client is gone: its query is nobody's any more."""
        self._counts["left"] += 1
        if job.process is None:
            self._schedule.remove(job)
        else:
            self._end(job)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # gone again, or no descriptor left: the next round tries again
            accepted, _ = self._listener.accept()
            connection = Connection(self, accepted)
            self.connections.add(connection)
            if len(self.connections) > _MAX_CONNECTIONS:
                self._counts["busy"] += 1
                connection.fail(refusals.busy(self._schedule.retry_after_seconds("public")), stay=False)

    def _turn_away(self, job: Job) -> None:
        self._counts["busy"] += 1
        job.connection.fail(refusals.busy(self._schedule.retry_after_seconds(job.lane)))

    # jobs

    def _dispatch(self) -> None:
        for lane, queue in self._schedule.queues.items():
            while self._schedule.has_place(lane):
                for data in {job.data for job in queue}:
                    self._pool.provide(data, lane)
                job = self._schedule.next(lane, is_ready=self._is_ready)
                if job is None:
                    break
                self._start(job)

    def _is_ready(self, job: Job) -> bool:
        return self._pool.idle(job.data, job.lane) is not None

    def _make_way(self) -> None:
        for lane in self._schedule.queues:
            job = self._schedule.make_way(lane)
            if job is not None:
                self._end(job)
                leaving = self._schedule.put_back(job)
                if leaving is not None:
                    self._turn_away(leaving)

    def _start(self, job: Job) -> None:
        process = self._pool.idle(job.data, job.lane)
        if process is None:
            raise AssertionError("a job is only taken when a process is idle")
        job.process = process
        process.busy = True
        self._jobs[process] = job
        process.channel.send(frames.frame(frames.REQUEST, job.payload))
        self._pool.provide(job.data, job.lane)  # the warm spare: whoever comes next finds a process ready

    def _end(self, job: Job) -> None:
        """Take the place back, and the life of its process."""
        process = job.process
        self._release_place(job)
        if process is not None:
            process.end()

    def _release_place(self, job: Job) -> None:
        if job.process is not None:
            del self._jobs[job.process]
            job.process.busy = False
            job.process = None
            self._schedule.release_place(job)

    # what the pool tells

    def on_answer(self, process: QueryProcess, kind: bytes, payload: bytes) -> None:
        job = self._jobs.get(process)
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
        job = self._jobs.get(process)
        if job is None:
            return
        channel = job.connection.channel
        channel.flush()
        if channel.outgoing_bytes > PAUSE_BYTES:
            process.channel.pause(True)

    def on_exit(self, process: QueryProcess, number: int) -> None:
        job = self._jobs.get(process)
        if job is not None:
            self._counts["crashed"] += 1
            self._release_place(job)
            job.connection.fail(refusals.crashed(number, max_memory_bytes=self._limits.max_memory_bytes))

    def on_unopened(self, data: DataKey, failure: SlmGraphError) -> None:
        for job in [job for job in self._schedule.waiting() if job.data == data]:
            self._schedule.remove(job)
            self._counts["refused"] += 1
            job.connection.fail(failure)

    # the clock, the parent, the end

    def _due(self) -> float | None:
        """The moment of the next thing that the clock decides; None if there is nothing."""
        moments = [self._memory_due()] if self._jobs else []
        moments += [connection.cut_off for connection in self.connections if connection.cut_off is not None]
        moments += [
            moment
            for moment in (self._schedule.due(), self._pool.due(), self._draining_until)
            if moment is not None
        ]
        return min(moments) if moments else None

    def _memory_due(self) -> float:
        """When to look at what the running queries own; only those that run for longer can own much."""
        oldest = min(job.started for job in self._schedule.running if job.started is not None)
        return max(oldest, self._looked_at_memory) + _MEMORY_SECONDS

    def _look_at_the_memory(self) -> None:
        """Where queries own too much together, the one of the public that owns most is ended."""
        self._looked_at_memory = time.monotonic()
        running = {process.pid: job for process, job in self._jobs.items() if process.pid is not None}
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
            job.connection.fail(refusals.memory_crowded(self._schedule.retry_after_seconds("public")))

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if self._jobs and now >= self._memory_due():
            self._look_at_the_memory()
        for job in [job for job in self._schedule.running if now >= job.ends]:
            self._counts["deadline"] += 1
            self._end(job)
            job.connection.fail(refusals.deadline(job.deadline_seconds))
        for job in [job for job in self._schedule.waiting() if now >= job.ends]:
            self._schedule.remove(job)
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
        busy = self._schedule or any(not connection.is_idle for connection in self.connections)
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
