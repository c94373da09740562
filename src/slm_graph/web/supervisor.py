"""Worker processes: started by fork, replaced when they die or hang, stopped in order.

The parent has one thread, runs no application code, and waits for two things only: signals and the workers' pipes.
A worker says through its pipe that it is ready, once a second that it lives, or why it could not start.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from slm_graph.errors import EnvironmentFault, SlmGraphError, Text

LOG = logging.getLogger("slm_graph.server")

READY, ALIVE, FAILED = "ready", "alive", "failed"
START_SECONDS = 60.0  # a large release opened from a cold disk; beyond that something is wrong
HUNG_SECONDS = (
    30.0  # three times the longest query; the worker's loop itself never works longer than milliseconds
)
SETTLED_SECONDS = 5.0  # a worker that lived so long is replaced at once, a younger one after a pause
LONGEST_PAUSE_SECONDS = 10.0
TICK_SECONDS = 1.0
SAME_ORDER_SECONDS = (
    1.0  # `timeout` and some terminals send one order twice; only a later one means «at once»
)
GRACE_SECONDS = 2.0  # for a worker to end by itself once its time to drain is over


class Post:
    """What a worker knows of its parent: where to report, and when to stop."""

    def __init__(self, report: int, parent_pid: int) -> None:
        self._report = report
        self._parent_pid = parent_pid
        self._last_beat = 0.0
        self._ordered = False
        self._wake: Callable[[], None] | None = None
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # Ctrl-C reaches the whole group; only the parent decides
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._ordered = True
        if self._wake is not None:
            self._wake()

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call `wake` when the order to stop arrives."""
        self._wake = wake

    def say(self, word: str, **fields: Any) -> None:
        line = json.dumps({"say": word, **fields}).encode() + b"\n"
        try:
            os.write(self._report, line)
        except BrokenPipeError:
            self._ordered = True
        except BlockingIOError:
            LOG.debug("the parent does not read")

    def beat(self) -> None:
        """Say once a second that this worker lives."""
        now = time.monotonic()
        if now - self._last_beat >= TICK_SECONDS:
            self._last_beat = now
            self.say(ALIVE)

    @property
    def must_stop(self) -> bool:
        """True once the parent ordered it, or is gone."""
        return self._ordered or os.getppid() != self._parent_pid


@dataclass(slots=True)
class Worker:
    pid: int
    pipe: int
    started_at: float
    heard_at: float
    is_ready: bool = False
    failure: SlmGraphError | None = None
    unread: bytes = b""


@dataclass(slots=True)
class Supervisor:
    """Keeps `count` workers running `work`; `confirm` says whether a worker really answers."""

    work: Callable[[Post], None]
    count: int
    confirm: Callable[[], bool]
    on_ready: Callable[[], None]
    on_stop: Callable[[], None]
    drain_seconds: float
    every_second: Callable[[], None] | None = None
    workers: dict[int, Worker] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    signals: int = -1
    orders: int = 0
    is_announced: bool = False
    young_deaths: int = 0
    next_start: float = 0.0

    def run(self) -> int:
        """Blocks until stopped by SIGTERM or SIGINT; 0 if every worker ended by itself, 3 if one had to be killed.

        Raises what kept a worker from starting, as long as none has answered yet.
        """
        if threading.active_count() != 1:
            raise RuntimeError("Fork with other threads running: " + str(threading.enumerate()))
        self.signals, wake = os.pipe()
        os.set_blocking(self.signals, False)
        os.set_blocking(wake, False)
        old_wakeup = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        old = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self.selector.register(self.signals, selectors.EVENT_READ)
        try:
            self._serve()
            self.on_stop()
            return self._stop(self.drain_seconds + GRACE_SECONDS)
        finally:
            self._stop(0)
            for number, handler in old.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(old_wakeup)
            os.close(wake)
            os.close(self.signals)
            self.selector.close()

    def _serve(self) -> None:
        started_at = last_tick = time.monotonic()
        while not self.orders:
            now = time.monotonic()
            while len(self.workers) < self.count and now >= self.next_start:
                try:
                    self._start()
                except OSError as error:
                    if not self.is_announced:
                        raise EnvironmentFault(
                            Text(
                                de=f"Kein Arbeitsprozess kann gestartet werden: {error.strerror}.",
                                en=f"No worker can be started: {error.strerror}.",
                            )
                        ) from error
                    LOG.warning("no worker can be started, %d serve: %s", len(self.workers), error)
                    self.next_start = now + LONGEST_PAUSE_SECONDS
            self._wait(TICK_SECONDS if self.is_announced else 0.05)
            self._bury()
            now = time.monotonic()
            if not self.is_announced:
                if any(worker.is_ready for worker in self.workers.values()) and self.confirm():
                    self.is_announced = True
                    self.on_ready()
                elif now - started_at > START_SECONDS:
                    raise EnvironmentFault(
                        Text(
                            de=f"Kein Arbeitsprozess hat innerhalb von {START_SECONDS:.0f} Sekunden geantwortet.",
                            en=f"No worker answered within {START_SECONDS:.0f} seconds.",
                        )
                    )
            if now - last_tick >= TICK_SECONDS:
                last_tick = now
                self._kill_hung(now)
                if self.every_second is not None:
                    self.every_second()

    def _start(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        parent_pid = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        # Blocked across the fork, so that an order to stop can neither be lost nor be taken for one to the parent.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
        except OSError:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            os.close(reading)
            os.close(writing)
            raise
        if pid == 0:
            signal.set_wakeup_fd(-1)
            post = Post(writing, parent_pid)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            self.selector.close()
            for fd in (reading, self.signals, *(worker.pipe for worker in self.workers.values())):
                os.close(fd)
            _live(self.work, post)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(writing)
        now = time.monotonic()
        self.workers[pid] = Worker(pid=pid, pipe=reading, started_at=now, heard_at=now)
        self.selector.register(reading, selectors.EVENT_READ, self.workers[pid])

    def _wait(self, seconds: float) -> None:
        """Read signals and reports, waiting at most so long for the first."""
        for key, _ in self.selector.select(seconds):
            worker: Worker | None = key.data
            if worker is None:
                numbers = os.read(self.signals, 4096)
                self.orders += sum(number in (signal.SIGTERM, signal.SIGINT) for number in numbers)
                continue
            self._read(worker)

    def _read(self, worker: Worker) -> None:
        data = os.read(worker.pipe, 65536)
        if not data:
            self.selector.unregister(worker.pipe)  # it ends; waitpid will tell how
            return
        worker.heard_at = time.monotonic()
        *lines, worker.unread = (worker.unread + data).split(b"\n")
        for line in lines:
            self._hear(worker, json.loads(line))

    def _hear(self, worker: Worker, message: dict[str, Any]) -> None:
        if message["say"] == READY:
            worker.is_ready = True
        elif message["say"] == FAILED:
            hint = message["hint"]
            worker.failure = EnvironmentFault(
                Text(**message["text"]), hint=Text(**hint) if hint else None, where=message["where"]
            )

    def _bury(self) -> None:
        """Notice workers that ended; while none has answered yet, one that could not start ends everything."""
        for worker in list(self.workers.values()):
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid == 0:
                continue
            while worker.pipe in self.selector.get_map():  # its last words, up to the end of the pipe
                self._read(worker)
            self._forget(worker)
            if self.orders:
                continue
            how = os.waitstatus_to_exitcode(status)
            if not self.is_announced:
                raise worker.failure or EnvironmentFault(
                    Text(
                        de=f"Ein Arbeitsprozess endete beim Start (Status {how}).",
                        en=f"A worker ended while starting (status {how}).",
                    )
                )
            LOG.warning("worker %d ended (status %d); starting another", worker.pid, how)
            if worker.failure is not None:
                LOG.error("%s", worker.failure.message("en"))
            now = time.monotonic()
            if now - worker.started_at >= SETTLED_SECONDS:
                self.young_deaths = 0
                self.next_start = now
            else:
                pause = (
                    0.0 if not self.young_deaths else min(LONGEST_PAUSE_SECONDS, 0.25 * 2**self.young_deaths)
                )
                self.young_deaths += 1
                self.next_start = now + pause

    def _forget(self, worker: Worker) -> None:
        del self.workers[worker.pid]
        if worker.pipe in self.selector.get_map():
            self.selector.unregister(worker.pipe)
        os.close(worker.pipe)

    def _kill_hung(self, now: float) -> None:
        for worker in self.workers.values():
            allowed = HUNG_SECONDS if worker.is_ready else START_SECONDS
            if now - worker.heard_at > allowed:
                LOG.error("worker %d has been silent for %.0f seconds; killing it", worker.pid, allowed)
                os.kill(worker.pid, signal.SIGKILL)

    def _stop(self, seconds: float) -> int:
        """Order all workers to stop; kill those left after so long, or at once when ordered again."""
        orders = self.orders
        began_at = time.monotonic()
        for pid in self.workers:
            os.kill(pid, signal.SIGTERM if seconds else signal.SIGKILL)
        while self.workers and time.monotonic() < began_at + seconds:
            self._wait(0.05)
            self._bury()
            if time.monotonic() < began_at + SAME_ORDER_SECONDS:
                orders = self.orders
            elif self.orders > orders:
                break
        killed = list(self.workers.values())
        for worker in killed:
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)
            self._forget(worker)
        return 3 if killed else 0


_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def _live(work: Callable[[Post], None], post: Post) -> None:
    """The life of a worker after fork; never returns."""
    status = 1
    try:
        work(post)
        status = 0
    except SlmGraphError as error:
        _say_failure(post, error)
    except BaseException as error:
        LOG.debug("a worker failed", exc_info=True)
        name = f"{type(error).__name__}: {error}"
        _say_failure(
            post,
            EnvironmentFault(
                Text(de=f"Ein Arbeitsprozess scheiterte: {name}", en=f"A worker failed: {name}")
            ),
        )
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # the parent's exit handlers are not ours


def _say_failure(post: Post, error: SlmGraphError) -> None:
    def texts(text: Text | None) -> dict[str, str] | None:
        return {"de": text.de, "en": text.en} if text else None

    post.say(FAILED, text=texts(error.text), hint=texts(error.hint), where=error.where)
