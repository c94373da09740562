"""How many of a worker's threads queries may hold, so that pages always find one."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Callable

from slm_graph.store import refusals
from slm_graph.store.face import Answer, QueryRequest

THREADS = 40
"""Of one worker: a thread that waits for the query host costs some 100 KiB and no time."""

PLACES = {"public": 16, "trusted": 16}
"""For queries under way, by lane; what is left of THREADS is for pages, which take milliseconds. Two workers hold as
many as wait in the query host's queue, and the site's own queries are done before sixteen come together."""

NEWCOMERS = 4
"""The last public places are for clients that hold none: a flood, from few addresses or from one, leaves room."""

RETRY_AFTER_SECONDS = {"public": 5, "trusted": 1}
"""When to come back: half the usual deadline, and the time that named queries are done in."""


class Admission:
    """The places of one worker. Raises Busy at once where none is free: to wait would hold the thread."""

    def __init__(self) -> None:
        # The collector may take an answer along, and us into `_leave`, at any point.
        self._lock = threading.RLock()
        self._taken: Counter[str] = Counter()
        self._clients: Counter[str] = Counter()

    def answer(self, asked: QueryRequest, ask: Callable[[QueryRequest], Answer]) -> Answer:
        """What `ask` answers; the place is kept until the answer is closed, or forgotten."""
        self._take(asked.lane, asked.client)
        try:
            answer = ask(asked)
        except BaseException:
            self._leave(asked.lane, asked.client)
            raise
        leave: weakref.finalize[..., Answer]

        def close() -> None:
            answer.close()
            leave()

        held = Answer(
            answer.form, answer.format, answer.body, length_bytes=answer.length_bytes, on_close=close
        )
        leave = weakref.finalize(held, self._leave, asked.lane, asked.client)
        leave.atexit = False
        return held

    def _take(self, lane: str, client: str) -> None:
        with self._lock:
            kept = NEWCOMERS if lane == "public" and self._clients[client] else 0
            if self._taken[lane] >= PLACES[lane] - kept:
                raise refusals.busy(RETRY_AFTER_SECONDS[lane])
            self._taken[lane] += 1
            if lane == "public":
                self._clients[client] += 1

    def _leave(self, lane: str, client: str) -> None:
        with self._lock:
            self._taken[lane] -= 1
            if lane == "public":
                self._clients[client] -= 1
                if not self._clients[client]:
                    del self._clients[client]
