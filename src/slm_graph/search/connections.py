"""A release's SQLite files, open for reading in every thread that asks."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class Connections:
    """Called: this thread's connection to the file at `path`, opened for its first question. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        # immutable: the file never changes, so SQLite takes no locks and a read-only disk will do
        self._uri = path.absolute().as_uri() + "?mode=ro&immutable=1"
        self._local = threading.local()

    def __call__(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(self._uri, uri=True)
        return connection
