"""The yardstick: the same server, with a Flask application that says hello. `python -m bench.hello [--workers N]`

`--bare`: a WSGI callable alone. `--framed`: Flask inside what `slm-graph serve` puts around its own application:
the headers of every answer, the counters, one line of log a request.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from slm_graph.web.server import serve

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def make() -> WSGIApplication:
    from flask import Flask

    application = Flask(__name__)

    @application.route("/")
    def hello() -> str:
        return "hello"

    return application


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


def framed() -> Callable[[], WSGIApplication]:
    """Called before the workers are forked: they share the counters."""
    from slm_graph.settings import LogSettings
    from slm_graph.web.counters import Counters
    from slm_graph.web.log_lines import LogLines
    from slm_graph.web.mounting import Framed
    from slm_graph.web.observing import Observed
    from slm_graph.web.responses import ANY_ORIGIN, SECURITY

    counters = Counters(is_shared=True)
    lines = LogLines(counters)

    def in_worker() -> WSGIApplication:
        counters.claim()
        return Observed(Framed(make(), (*ANY_ORIGIN, *SECURITY)), counters, LogSettings(), lines=lines)

    return in_worker


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--port", type=int, default=0)
    kind = options.add_mutually_exclusive_group()
    kind.add_argument("--bare", action="store_true")
    kind.add_argument("--framed", action="store_true")
    given = options.parse_args()
    return serve(
        framed() if given.framed else (lambda: bare) if given.bare else make,
        host="127.0.0.1",
        port=given.port,
        workers=given.workers,
        probe_path="/",
        on_ready=lambda url: print(url, flush=True),
    )


if __name__ == "__main__":
    sys.exit(main())
