"""A real `slm-graph serve` on loopback, and a client that says exactly what a test wants said."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.validation import validate


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came over the wire; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Site:
    """The running server."""

    url: str
    errors: Path
    """What it writes to standard error."""

    def ask(self, method: str, target: str, *, body: bytes | str | None = None, **headers: str) -> Answer:
        """`content_type="x"` becomes the header `content-type: x`; no header is sent unasked but Host and Content-Length."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            said = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, said, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="session")
def protocol_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a release of what is shipped."""
    data = tmp_path_factory.mktemp("protocol") / "data"
    dataset = assemble([], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=data, base=DEFAULT_BASE, version="first", date="2026-11-20")
    return data


@pytest.fixture(scope="session")
def site(protocol_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server on that release."""
    errors = tmp_path_factory.mktemp("protocol-site") / "stderr"
    command = [sys.executable, "-m", "slm_graph.cli", "serve", "--data", str(protocol_data), "--port", "0"]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://" in line, errors.read_text()
            yield Site("http://" + line.partition("http://")[2].strip().rstrip("/"), errors)
        finally:
            process.terminate()
            process.wait(30)
