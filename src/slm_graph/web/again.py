"""Answers the server gives again by itself: what the application and the server say to each other about them.

The same bytes of a request mean the same request. Where the application has said that such a request has the same answer
as long as something holds, the server sends it from its own loop, without a thread, and without reading the request.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

AGAIN = "slm_graph.again"
"""The key of the WSGI environment under which the application leaves an `Again`, once it has given an answer."""

TOLD = "slm_graph.told"
"""The key under which whoever counts and logs the requests leaves a `Told`."""

Again = Callable[[], bytes | None]
"""The body of the same answer to the same request, None once that is no longer sure. Called in the server's loop: it looks
at what is in memory, and waits for nothing."""

Told = Callable[[str, int, float], str]
"""Hears of an answer given again: the client's address, bytes of the body, seconds it took so far. Gives the request's id."""

ROOM_BYTES = 8 * 1024 * 1024
"""Of one worker, for requests and header lines: some 3,000 answers. The bodies
belong to whoever keeps them."""

LONGEST_REQUEST_BYTES = 2048
"""What browsers send stays below 1 KB; a longer request is answered the long way."""

LARGEST_BODY_BYTES = 256 * 1024
"""As much of an answer as lies in memory while its client reads."""

OVERHEAD_BYTES = 512
"""Counted for each answer besides its bytes: Python's own."""

_CHANGING = (b"date:", b"x-request-id:")
"""The lines of a header that are new with every answer."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer that lacks its date, its request's id, and its body."""

    head: bytes
    again: Again
    told: Told | None

    def header(self, request_id: str | None) -> bytes:
        """The whole header section, the empty line included."""
        identity = b"" if request_id is None else b"\r\nX-Request-Id: " + request_id.encode()
        return b"%b\r\nDate: %b%b\r\n\r\n" % (self.head, _date(int(time.time())), identity)


def ready(header: bytes, again: Again, told: Told | None) -> Ready:
    """An answer whose header section was `header`, to be given again."""
    lines = header.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(_CHANGING)]
    return Ready(b"\r\n".join(kept), again, told)


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


class ReadyAnswers:
    """Answers by the bytes of their requests, the oldest forgotten for new ones. Kept by threads, found by the loop."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room_bytes = room_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[bytes, Ready] = OrderedDict()
        self.bytes = 0
        """Held now, overhead included."""

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, request: bytes) -> Ready | None:
        """The answer to these bytes."""
        return self._answers.get(request)

    def keep(self, request: bytes, answer: Ready) -> None:
        """Have `answer` for these bytes from now on."""
        if len(request) > LONGEST_REQUEST_BYTES:
            return
        with self._lock:
            self._drop(request)
            self._answers[request] = answer
            self.bytes += _size_bytes(request, answer)
            while self.bytes > self._room_bytes:
                self._drop(next(iter(self._answers)))

    def forget(self, request: bytes) -> None:
        """The answer to these bytes no longer holds."""
        with self._lock:
            self._drop(request)

    def _drop(self, request: bytes) -> None:
        before = self._answers.pop(request, None)
        if before is not None:
            self.bytes -= _size_bytes(request, before)


def _size_bytes(request: bytes, answer: Ready) -> int:
    return len(request) + len(answer.head) + OVERHEAD_BYTES
