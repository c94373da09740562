"""Who waits at the query host, who runs, and who is next: lanes, places, trials, and what each client has cost lately."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from slm_graph.store.face import Lane
from slm_graph.store.lanes import FairQueue

_TRIAL_SECONDS = 1.0
"""All a cheap query needs. One that needs longer is started anew later, if others that have had no trial wait for its
place and long ones hold all the rest; an eighth of a shorter deadline."""
_HALF_LIFE_SECONDS = 30.0
"""What a client's queries have cost counts half after so long: three deadlines."""
_MAX_CLIENTS = 1_000
"""Whose cost is remembered; beyond, the smaller half is forgotten."""
_WEIGHT_OF_ONE = 0.1
"""A moving mean over some ten answers is all that Retry-After needs."""


class Scheduled(Protocol):
    """What can be scheduled: a query of one client in one lane, from its arrival to its answer."""

    @property
    def client(self) -> str: ...

    @property
    def lane(self) -> Lane: ...

    started: float | None
    """When it began to run; None while it waits."""
    tried: bool
    """It has run for a trial, and gave way to others."""

    @property
    def begun(self) -> bool:
        """Its client has the first bytes of the answer."""

    @property
    def ends(self) -> float:
        """When it is stopped, running or waiting."""


S = TypeVar("S", bound=Scheduled)


class Schedule(Generic[S]):
    """Queues and places of every lane; it starts and ends nothing itself.

    `clock` gives the moment, in seconds.
    """

    def __init__(
        self,
        places: Mapping[Lane, int],
        *,
        queue_length: int,
        deadline_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = dict(places)
        self.queues: dict[Lane, FairQueue[S]] = {lane: FairQueue(queue_length) for lane in places}
        self.running: list[S] = []
        self.mean_seconds = 0.1
        self._deadline_seconds = deadline_seconds
        self._trial_seconds = min(_TRIAL_SECONDS, deadline_seconds / 8)
        self._spent: dict[str, tuple[float, float]] = {}  # by client: seconds, and when that was
        self._clock = clock

    def __bool__(self) -> bool:
        """Whether anything waits or runs."""
        return bool(self.running) or self.is_anybody_waiting

    @property
    def is_anybody_waiting(self) -> bool:
        return any(self.queues.values())

    def waiting(self) -> Iterator[S]:
        """Everything that waits, lane by lane."""
        for queue in self.queues.values():
            yield from queue

    def put(self, job: S) -> S | None:
        """Let `job` wait; gives the one that must leave for it, or None."""
        return self.queues[job.lane].put(job)

    def put_back(self, job: S) -> S | None:
        """Let one that ran for its trial wait for another time; gives the one that must leave for it, or None."""
        job.started, job.tried = None, True
        return self.put(job)

    def remove(self, job: S) -> None:
        """Forget one that waits."""
        self.queues[job.lane].remove(job)

    def has_place(self, lane: Lane) -> bool:
        """Whether somebody waits in the lane and a place is free."""
        return bool(self.queues[lane]) and self.count_running(lane) < self.places[lane]

    def next(self, lane: Lane, *, is_ready: Callable[[S], bool]) -> S | None:
        """Who runs from now on, of those for whom there is a process (`is_ready`); None where nobody may.

        A client with no query running goes before one that has some, then who has cost the least lately.
        """
        if not self.has_place(lane):
            return None
        queue = self.queues[lane]

        def may_run(job: S) -> bool:
            return self._may_run(job) and is_ready(job)

        def may_run_first(job: S) -> bool:
            return may_run(job) and all(job.client != running.client for running in self.running)

        job = queue.take(may_run_first, rank=self.cost) or queue.take(may_run, rank=self.cost)
        if job is not None:
            job.started = self._clock()
            self.running.append(job)
        return job

    def _may_run(self, job: S) -> bool:
        """Not one that had its trial, where another such one would leave no place for those that had none."""
        crowded = len(self._long(job.lane)) >= max(1, self.places[job.lane] - 1)
        return not (job.tried and crowded and self._untried(job.lane))

    def _long(self, lane: Lane) -> list[S]:
        """What runs in the lane for longer than a trial, or has had one."""
        now = self._clock()
        return [
            job
            for job in self.running
            if job.lane == lane
            and job.started is not None
            and (job.tried or now - job.started >= self._trial_seconds)
        ]

    def _untried(self, lane: Lane) -> bool:
        return any(not job.tried for job in self.queues[lane])

    def make_way(self, lane: Lane) -> S | None:
        """Where long queries hold every place while others wait for a trial: the youngest, which is to be started anew
        later; None where nobody has to give way."""
        long = [job for job in self._long(lane) if not job.begun]
        if not 1 < self.places[lane] == len(long) or not self._untried(lane):
            return None
        return max(long, key=lambda job: job.started or 0.0)

    def release_place(self, job: S) -> None:
        """Take back the place of one that ran, and count what it has cost its client."""
        if job not in self.running or job.started is None:
            return
        self.running.remove(job)
        now = self._clock()
        took = now - job.started
        self.mean_seconds += _WEIGHT_OF_ONE * (took - self.mean_seconds)
        self._spent[job.client] = (self.cost(job.client) + took, now)
        if len(self._spent) > _MAX_CLIENTS:
            for client in sorted(self._spent, key=self.cost)[: _MAX_CLIENTS // 2]:
                del self._spent[client]

    def cost(self, client: str) -> float:
        """Seconds that the client's queries ran lately."""
        seconds, moment = self._spent.get(client, (0.0, 0.0))
        return float(seconds * 0.5 ** ((self._clock() - moment) / _HALF_LIFE_SECONDS))

    def count_running(self, lane: Lane) -> int:
        return sum(job.lane == lane for job in self.running)

    def retry_after_seconds(self, lane: Lane) -> int:
        """When one who is turned away now should come back: from 1 to a deadline."""
        estimate = math.ceil(self.mean_seconds * (len(self.queues[lane]) + 1) / self.places[lane])
        return max(1, min(estimate, math.ceil(self._deadline_seconds)))

    def due(self) -> float | None:
        """The moment of the next thing that the clock decides here; None if there is nothing."""
        moments = [job.ends for job in self.running]
        if self.is_anybody_waiting:
            moments += [job.ends for job in self.waiting()]
            now = self._clock()
            trials = [job.started + self._trial_seconds for job in self.running if job.started is not None]
            moments += [moment for moment in trials if moment > now]
        return min(moments) if moments else None
