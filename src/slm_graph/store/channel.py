"""A socket in the query host's loop: frames in, a buffer out, nothing ever blocks."""

from __future__ import annotations

import selectors
import socket
from typing import Protocol

from slm_graph.errors import EnvironmentFault
from slm_graph.store import frames


class Owner(Protocol):
    """Who is told what happens on a channel."""

    def on_frame(self, kind: bytes, payload: bytes) -> None:
        """A whole frame has come."""

    def on_read(self) -> None:
        """Every frame of what has just been read was told."""

    def on_end(self) -> None:
        """The other side is gone, or sends what is no frame of ours."""

    def on_drained(self) -> None:
        """The other side has taken bytes that waited."""


class Channel:
    """A non-blocking socket registered with the selector, its `data` there."""

    def __init__(self, selector: selectors.BaseSelector, connection: socket.socket, owner: Owner) -> None:
        connection.setblocking(False)
        self.socket = connection
        self._selector = selector
        self._owner = owner
        self._reader = frames.FrameReader()
        self._outgoing = bytearray()
        self._paused = False
        self._events = 0
        """What the selector watches for; 0: it does not know the socket."""
        self.closed = False
        self._register()

    @property
    def outgoing_bytes(self) -> int:
        """What waits for the other side to read it."""
        return len(self._outgoing)

    def put(self, data: bytes) -> None:
        """Send `data` with what is sent next, or at the next `flush`."""
        if not self.closed:
            self._outgoing += data

    def send(self, data: bytes) -> None:
        self.put(data)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as much as the other side takes."""
        if self._outgoing and not self.closed:
            self._write()

    def pause(self, paused: bool) -> None:
        """Read nothing more for now; soon the other side's writing blocks."""
        if paused != self._paused and not self.closed:
            self._paused = paused
            self._register()

    def handle(self, events: int) -> None:
        """What the selector reported."""
        if events & selectors.EVENT_WRITE and not self.closed:
            self._write()
            if not self.closed:
                self._owner.on_drained()
        if events & selectors.EVENT_READ and not self.closed:
            self._read()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            if self._events:
                self._selector.unregister(self.socket)
            self.socket.close()

    def _read(self) -> None:
        try:
            data = self.socket.recv(frames.CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._owner.on_end()
            return
        self._reader.feed(data)
        try:
            for kind, payload in self._reader.frames():
                self._owner.on_frame(kind, payload)
            self._owner.on_read()
        except (EnvironmentFault, ValueError, KeyError, TypeError):
            self._owner.on_end()

    def _write(self) -> None:
        try:
            sent = self.socket.send(self._outgoing)
            del self._outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError:  # nobody reads it any more; reading tells the owner
            self._outgoing.clear()
        self._register()

    def _register(self) -> None:
        events = (0 if self._paused else selectors.EVENT_READ) | (
            selectors.EVENT_WRITE if self._outgoing else 0
        )
        if events == self._events:
            return
        if not self._events:
            self._selector.register(self.socket, events, self)
        elif not events:
            self._selector.unregister(self.socket)
        else:
            self._selector.modify(self.socket, events, self)
        self._events = events
