"""A server of its own with a tiny application, started by the tests: `python serve_tiny_app.py [--key value]…`.

Prints its URL once it is ready. Short limits stand in for the real ones, so that a test need not wait for half a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slm_graph.errors import EnvironmentFault, SlmGraphError, Text
from slm_graph.web.again import AGAIN, ALIKE, TOLD, Found
from slm_graph.web.limits import Limits
from slm_graph.web.server import serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

SHORT = Limits(
    header_seconds=1.5,
    request_seconds=2,
    idle_seconds=1.5,
    holding_window_seconds=1,
    buffered_bytes=256 * 1024,
)


def stream_and_fail() -> Iterator[bytes]:
    yield b"x" * 1000
    raise RuntimeError("the limit was passed")


def stream_slowly() -> Iterator[bytes]:
    yield b"first\n"
    time.sleep(1)
    yield b"last\n"


def stream_much() -> Iterator[bytes]:
    for _ in range(400):
        yield b"y" * 65536


class Repeated:
    """An application whose answers the server may repeat until the file `changed` is there; it counts who asks it."""

    def __init__(self, folder: Path) -> None:
        self.changed = folder / "changed"
        self.asked = 0
        self.told: list[tuple[str, int, str | None]] = []

    def tell(self, client: str, sent_bytes: int, seconds: float, query: str | None = None) -> str:
        assert 0 <= seconds < 60
        self.told.append((client, sent_bytes, query))
        return f"again-{len(self.told)}"

    def double(self, query: str) -> Found | None:
        """Twice the number asked for, for as long as nothing has changed."""
        if self.changed.exists() or not query.isdecimal():
            return None
        return Found(query, b"%d" % (2 * int(query)), f'"{query}"')

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/again/told":
            answer = json.dumps(self.told).encode()
        elif environ["PATH_INFO"] == "/again/double":
            self.asked += 1
            answer = b"asked %d" % self.asked
            environ[ALIKE] = self.double
            environ[TOLD] = self.tell
        else:
            self.asked += 1
            answer = b"z" * int(environ["QUERY_STRING"] or 0) or b"asked %d" % self.asked
            environ[AGAIN] = lambda: None if self.changed.exists() else answer
            environ[TOLD] = self.tell
        headers = [("Content-Length", str(len(answer))), ("ETag", '"asked"')]
        headers.append(("X-Request-Id", f"asked-{self.asked}"))
        start_response("200 OK", headers)
        return [answer]


def make(folder: Path) -> WSGIApplication:
    repeated = Repeated(folder)

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/again"):
            return repeated(environ, start_response)
        if path == "/fail-midway":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return stream_and_fail()
        if path == "/fail-midway-of-5000":
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5000")])
            return stream_and_fail()
        if path == "/stream":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return stream_slowly()
        if path == "/much":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return stream_much()
        if path == "/no-content":
            start_response("204 No Content", [])
            return []
        if path == "/not-modified":
            start_response("304 Not Modified", [("ETag", '"x"')])
            return []
        if path == "/fail":
            raise RuntimeError("nothing sent yet")
        if path == "/sleep":
            (folder / "sleeping").touch()
            time.sleep(1)
            answer = b"slept"
        elif path == "/hold":
            answer = hold(folder)
        elif path == "/compute":
            answer = compute(environ["slm_graph.client_left"], folder)
        elif path == "/echo":
            answer = environ["wsgi.input"].read()
        elif path.startswith("/environ"):
            keys = ("slm_graph.raw_path", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD")
            answer = json.dumps({key: environ[key] for key in keys}).encode()
        elif path == "/pid":
            answer = str(os.getpid()).encode()
        else:
            answer = b"hello"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
        return [answer]

    return application


def hold(folder: Path) -> bytes:
    """Answers when the file `let-go` is there, or after some time at which no test waits any more."""
    (folder / "holding").touch()
    for _ in range(600):
        if (folder / "let-go").exists():
            break
        time.sleep(0.05)
    return b"held"


def compute(client_left: Any, folder: Path) -> bytes:
    (folder / "computing").touch()
    for _ in range(100):
        if client_left():
            (folder / "left").touch()
            break
        time.sleep(0.05)
    return b"computed"


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--threads", type=int, default=4)
    arguments.add_argument("--drain-seconds", type=float, default=5)
    arguments.add_argument("--short-limits", action="store_true")
    arguments.add_argument("--seconds-to-make", type=float, default=0, help="of the application")
    arguments.add_argument("--cannot-start", choices=["error", "bug"])
    given = arguments.parse_args()

    def factory() -> WSGIApplication:
        if given.cannot_start == "error":
            raise EnvironmentFault(Text(de="Die Ausgabe ist beschädigt.", en="The release is damaged."))
        if given.cannot_start == "bug":
            raise ZeroDivisionError("a fault of our own")
        time.sleep(given.seconds_to_make)
        application = make(given.folder)
        (given.folder / "made").touch()
        return application

    try:
        return serve(
            factory,
            host=given.host,
            port=given.port,
            workers=given.workers,
            threads=given.threads,
            drain_seconds=given.drain_seconds,
            limits=SHORT if given.short_limits else None,
            on_ready=lambda url: print(url, flush=True),
        )
    except SlmGraphError as error:
        print(error.message("de"), file=sys.stderr)
        print(error.message("en"), file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
