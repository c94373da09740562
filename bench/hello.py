"""The yardstick: the same server, with a Flask application that says hello. `python -m bench.hello [--workers N]`"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

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


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--port", type=int, default=0)
    given = options.parse_args()
    return serve(
        make,
        host="127.0.0.1",
        port=given.port,
        workers=given.workers,
        probe_path="/",
        on_ready=lambda url: print(url, flush=True),
    )


if __name__ == "__main__":
    sys.exit(main())
