"""What the query host has to do: clients on their connections, and one job for each question."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slm_graph.errors import SlmGraphError
from slm_graph.store import frames
from slm_graph.store.channel import Channel
from slm_graph.store.face import Lane
from slm_graph.store.pool import DataKey, QueryProcess

if TYPE_CHECKING:
    from slm_graph.store.host import QueryHost

WAITING_DEADLINES = 2
"""Those before a query may use up their deadline; who waits for twice as long is told to come back."""
PAUSE_BYTES = 4 * frames.CHUNK_BYTES
"""What waits for a slow reader before its query process has to wait, too."""
_REQUEST_SECONDS = 5.0
"""A request comes from a process of ours in one piece; whoever sends none is cut off."""
_IDLE_SECONDS = 60.0
"""Who has been answered may ask again on the same connection; longer than a client keeps it (client.KEPT_SECONDS)."""
_LINGER_SECONDS = 5.0
"""For the last bytes of an answer whose reader is slow."""


@dataclass(eq=False)
class Job:
    """One request from its arrival to its answer."""

    connection: Connection
    client: str
    lane: Lane
    data: DataKey
    payload: bytes
    deadline_seconds: float
    arrived: float
    started: float | None = None
    process: QueryProcess | None = None
    tried: bool = False
    """It has run for a trial, and gave way to others."""
    begun: bool = False
    """Its client has the first bytes of the answer."""

    @property
    def ends(self) -> float:
        """When it is stopped, running or waiting."""
        if self.started is None:
            return self.arrived + WAITING_DEADLINES * self.deadline_seconds
        return self.started + self.deadline_seconds


class Connection:
    """One client of the host: it asks one thing and reads the answer."""

    def __init__(self, host: QueryHost, accepted: socket.socket) -> None:
        self._host = host
        self.job: Job | None = None
        self.cut_off: float | None = time.monotonic() + _REQUEST_SECONDS
        self._finished = False
        self._answered = False
        self.channel = Channel(host.selector, accepted, self)

    @property
    def is_idle(self) -> bool:
        """It has been answered whole, and may ask again."""
        return self._answered and self.job is None and not self.channel.outgoing_bytes

    def finish(self, *, stay: bool = True) -> None:
        """The answer is made: once it is sent, the next question, or the end."""
        self.job = None
        self._answered = True
        self._finished = not stay or self._host.is_draining
        self.cut_off = time.monotonic() + (_LINGER_SECONDS if self.channel.outgoing_bytes else _IDLE_SECONDS)
        if self._finished and not self.channel.outgoing_bytes:
            self.close()

    def fail(self, error: SlmGraphError, *, stay: bool = True) -> None:
        self.channel.send(frames.json_frame(frames.ERROR, frames.error_document(error)))
        self.finish(stay=stay)

    def close(self) -> None:
        self.channel.close()
        self._host.connections.discard(self)

    def on_frame(self, kind: bytes, payload: bytes) -> None:
        if self.job is not None or self._finished:
            self.on_end()
        elif kind == frames.PING:
            self.channel.send(frames.json_frame(frames.PING, {"pid": os.getpid()}))
            self.finish(stay=False)
        elif kind == frames.STATISTICS:
            self.channel.send(frames.json_frame(frames.STATISTICS, self._host.statistics()))
            self.finish(stay=False)
        elif kind == frames.REQUEST:
            self.cut_off = None
            self._host.on_request(self, payload)
        else:
            self.on_end()

    def on_read(self) -> None:
        """Nothing: who asks waits for the answer."""

    def on_end(self) -> None:
        if self.job is not None:
            self._host.on_left(self.job)
            self.job = None
        self.close()

    def on_drained(self) -> None:
        if self._finished and not self.channel.outgoing_bytes:
            self.close()
        elif self.is_idle:
            self.cut_off = time.monotonic() + _IDLE_SECONDS
        elif (
            self.job is not None
            and self.job.process is not None
            and self.channel.outgoing_bytes < PAUSE_BYTES
        ):
            self.job.process.channel.pause(False)
