"""Loading sssom-pydantic without the folder that a library below it makes in the home of whoever imports it."""

from __future__ import annotations

import os
import sys
import tempfile

_HOME = "PYSTOW_HOME"
"""Names the folder that pystow creates as it is imported; a service user may have no home to write to."""


def load() -> None:
    """Import sssom-pydantic; call before each import of it. Nothing stays behind on disk."""
    if "sssom_pydantic.io" in sys.modules:
        return
    given = os.environ.get(_HOME)
    with tempfile.TemporaryDirectory(prefix="slm-graph-") as scratch:
        os.environ[_HOME] = given or scratch
        try:
            import sssom_pydantic.io  # noqa: F401
        finally:
            if given is None:
                del os.environ[_HOME]
