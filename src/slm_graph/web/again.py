"""Answers the server gives again by itself: what the application and the server say to each other about them.

The same bytes of a request mean the same request. Where the application has said that such a request has the same answer
as long as something holds, the server sends it from its own loop, without a thread, and without reading the request. And
requests that differ in the query of their target alone differ in nothing else: where the application knows the answers to
such without waiting for anybody, the loop asks it for them.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import Protocol

AGAIN = "slm_graph.again"
"""The key of the WSGI environment under which the application leaves an `Again`, once it has given an answer."""

ALIKE = "slm_graph.alike"
"""The key under which the application leaves an `Alike`, once it has given an answer that depends on the query of the
target, and on nothing else that is not in the same header."""

TOLD = "slm_graph.told"
"""The key under which whoever counts and logs the requests leaves a `Told`."""

Again = Callable[[], bytes | None]
"""The body of the same answer to the same request, None once that is no longer sure. Called in the server's loop: it looks
at what is in memory, and waits for nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request that is like another."""

    query: str
    """What was asked, for the log."""
    body: bytes
    etag: str


Alike = Callable[[str], Found | None]
"""The answer to the same request with this query of the target; None: the server has to ask for it the long way. Called in
the server's loop: it reads at most a page or two of a local file."""


class Told(Protocol):
    """Hears of an answer that the loop has given, and gives the request's id."""

    def __call__(self, client: str, sent_bytes: int, seconds: float, query: str | None = None) -> str:
        """`seconds` it took so far; `query`, where it was another one than in the request that was answered first."""


ROOM_BYTES = 8 * 1024 * 1024
"""Of one worker, for requests and header lines: some 3,000 answers. The bodies
belong to whoever keeps them."""

LONGEST_REQUEST_BYTES = 2048
"""What browsers send stays below 1 KB; a longer request is answered the long way."""

LARGEST_BODY_BYTES = 256 * 1024
"""As much of an answer as lies in memory while its client reads."""

OVERHEAD_BYTES = 512
"""Counted for each answer besides its bytes: Python's own."""

KNOWN_HEADERS = 64
"""Headers of requests to which there are answers alike: one a program that asks, and the busy ones are few."""

_CHANGING = (b"date:", b"x-request-id:")
"""The lines of a header that are new with every answer."""

_OF_BODY = (b"etag:", b"content-length:")
"""The lines that change with the body."""

_ASKED = re.compile(
    rb"GET (/[A-Za-z0-9._~!$'()*+,;=:@/%-]*)\?([A-Za-z0-9._~!$'()*+,;=:@/?%-]*) HTTP/1\.1\r\n"
)
"""A first line whose target has one reading: RFC 3986 to the letter, and a single field."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer that lacks its date, its request's id, and its body."""

    head: bytes
    again: Again
    told: Told | None

    def answer(self, client: str) -> bytes | None:
        """Header and body; None where the answer no longer holds."""
        began_at = time.monotonic()
        body = self.again()
        if body is None:
            return None
        request_id = None
        if self.told is not None:
            request_id = self.told(client, len(body), time.monotonic() - began_at)
        return _ended(self.head, request_id) + body


@dataclass(frozen=True, slots=True)
class ReadyAlike:
    """What the answers to requests with the same header have in common, and whoever knows the rest."""

    head: bytes
    alike: Alike
    told: Told | None

    def answer(self, query: str, client: str) -> bytes | None:
        """Header and body of the answer to `query`; None where it is found the long way."""
        began_at = time.monotonic()
        found = self.alike(query)
        if found is None:
            return None
        request_id = None
        if self.told is not None:
            request_id = self.told(client, len(found.body), time.monotonic() - began_at, found.query)
        head = b"%b\r\nETag: %b\r\nContent-Length: %d" % (self.head, found.etag.encode(), len(found.body))
        return _ended(head, request_id) + found.body


def ready(header: bytes, again: Again, told: Told | None) -> Ready:
    """An answer whose header section was `header`, to be given again."""
    return Ready(_lasting(header, _CHANGING), again, told)


def ready_alike(header: bytes, alike: Alike, told: Told | None) -> ReadyAlike:
    """Answers whose header section was `header` once, to be given to requests that are alike."""
    return ReadyAlike(_lasting(header, _CHANGING + _OF_BODY), alike, told)


def _lasting(header: bytes, changing: tuple[bytes, ...]) -> bytes:
    lines = header.removesuffix(b"\r\n\r\n").split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(changing))


def _ended(head: bytes, request_id: str | None) -> bytes:
    """The whole header section, the empty line included."""
    identity = b"" if request_id is None else b"\r\nX-Request-Id: " + request_id.encode()
    return b"%b\r\nDate: %b%b\r\n\r\n" % (head, _date(int(time.time())), identity)


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


class ReadyAnswers:
    """Answers by the bytes of their requests, the oldest forgotten for new ones. Kept by threads, found by the loop."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room_bytes = room_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[bytes, Ready] = OrderedDict()
        self._alike: OrderedDict[tuple[bytes, bytes], ReadyAlike] = OrderedDict()
        self.bytes = 0
        """Held now, overhead included."""

    def __len__(self) -> int:
        return len(self._answers)

    def answer(self, request: bytes, client: str) -> bytes | None:
        """The answer to these bytes, header and body; None: the application has to be asked."""
        known = self._answers.get(request)
        if known is not None:
            answer = known.answer(client)
            if answer is None:
                self.forget(request)
            return answer
        if not self._alike:
            return None
        asked = _asked(request)
        alike = self._alike.get(asked[0]) if asked is not None else None
        return None if asked is None or alike is None else alike.answer(asked[1], client)

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

    def keep_alike(self, request: bytes, answer: ReadyAlike) -> None:
        """Have answers for requests that differ from this one in the query of their target alone."""
        asked = _asked(request)
        if asked is None:
            return
        with self._lock:
            self._alike[asked[0]] = answer
            if len(self._alike) > KNOWN_HEADERS:
                self._alike.popitem(last=False)

    def forget(self, request: bytes) -> None:
        """The answer to these bytes no longer holds."""
        with self._lock:
            self._drop(request)

    def _drop(self, request: bytes) -> None:
        before = self._answers.pop(request, None)
        if before is not None:
            self.bytes -= _size_bytes(request, before)


def _asked(request: bytes) -> tuple[tuple[bytes, bytes], str] | None:
    """Path and header of a request that is a header alone, and the query of its target."""
    if len(request) > LONGEST_REQUEST_BYTES:
        return None
    line = _ASKED.match(request)
    if line is None or request.find(b"\r\n\r\n") != len(request) - 4:
        return None
    return (line[1], request[line.end() :]), line[2].decode()


def _size_bytes(request: bytes, answer: Ready) -> int:
    return len(request) + len(answer.head) + OVERHEAD_BYTES
