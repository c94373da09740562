"""Which connections of one worker the kernel is asked about: kept from turn to turn, looked at again only where it may differ.

Waitress's own loop asks every connection in every turn what it waits for; with a thousand silent ones that is all it does.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]

READING = select.POLLIN | select.POLLPRI


class Watch:
    """The channels of `channels` by descriptor; `is_settled` says of one that nothing but an event can change its mind."""

    def __init__(self, channels: Mapping[int, Any], *, is_settled: Callable[[Any], bool]) -> None:
        self._channels = channels
        self._is_settled = is_settled
        self._poller = select.poll()
        self._watched: dict[int, int] = {}
        self._unsettled: set[int] = set(channels)

    def look_again(self, descriptor: int) -> None:
        """A channel has come, gone, or may wait for something else now; before the next turn it is asked."""
        self._unsettled.add(descriptor)

    def look_at_all(self) -> None:
        """Any of them may wait for something else now."""
        self._unsettled.update(self._channels, self._watched)

    def turn(self, *, timeout_seconds: float) -> None:
        """Have every channel handle what has happened to it, waiting at most so long for the first."""
        due, self._unsettled = self._unsettled, set()
        for descriptor in due:
            if not self._settle(descriptor):
                self._unsettled.add(descriptor)
        for descriptor, events in self._poller.poll(int(timeout_seconds * 1000)):
            channel = self._channels.get(descriptor)
            if channel is not None:  # else closed by what another one did in this very turn
                self._unsettled.add(descriptor)
                wasyncore.readwrite(channel, events)

    def _settle(self, descriptor: int) -> bool:
        """Watch for what the channel waits for now; whether it need not be asked again before an event."""
        channel = self._channels.get(descriptor)
        if channel is None:
            if self._watched.pop(descriptor, None) is not None:
                self._poller.unregister(descriptor)
            return True
        # asked first: a thread that ends its work in between has the channel looked at once more, not once too little
        is_settled = self._is_settled(channel)
        wanted = READING if channel.readable() else 0
        if not channel.accepting and channel.writable():
            wanted |= select.POLLOUT
        if wanted != self._watched.get(descriptor, 0):
            if wanted:
                self._poller.register(descriptor, wanted)
                self._watched[descriptor] = wanted
            else:  # a poll for nothing would still tell, again and again, that the other side has hung up
                self._poller.unregister(descriptor)
                del self._watched[descriptor]
        return is_settled
