"""The fixtures all tests share."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from slm_graph.store import EmbeddedStore
from slm_graph.store.engine_reader import empty_file

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# A machine under load takes its time over one example in a hundred: what is slow is told by benchmarks.
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real input is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def slmo_page(shared: Path) -> Path:
    """The real German page."""
    page = shared / "input" / "slmo.de.txt"
    if not page.is_file():
        pytest.skip("the real page is not beside this checkout")
    return page


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> tuple[EmbeddedStore, Path]:
    """Our engine on no data, and its file: what reads queries for a store of others."""
    nothing = empty_file(tmp_path_factory.mktemp("nothing"))
    return EmbeddedStore.open(nothing), nothing


@pytest.fixture(scope="session")
def publish_turtle() -> Callable[..., None]:
    """`publish_turtle(data, text, version=, date=)`: a release of what is shipped and of the Turtle `text`, made current."""
    from slm_graph.build import assemble
    from slm_graph.namespaces import DEFAULT_BASE
    from slm_graph.release import write_release
    from slm_graph.validation import validate

    def write(data: Path, text: str, *, version: str, date: str) -> None:
        source = data.parent / f"{version}.ttl"
        source.write_text(text, "utf-8")
        dataset = assemble([source], base=DEFAULT_BASE)
        report = validate(dataset.union(), base=DEFAULT_BASE)
        write_release(dataset, report, data=data, base=DEFAULT_BASE, version=version, date=date)

    return write


@pytest.fixture(scope="session")
def wait_until() -> Callable[[Callable[[], bool], str], None]:
    """`wait_until(fact, what)`: returns when the fact holds; a test waits in vain for a minute, and then fails."""

    def wait(fact: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 60  # for things that take a fraction of a second on an idle machine
        while not fact():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            time.sleep(0.01)

    return wait


@dataclass(frozen=True, slots=True)
class StoreServer:
    """A running SPARQL server of another make."""

    query_url: str
    graphs_url: str
    user: str | None = None
    password: str | None = None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], url: str, directory: Path) -> Iterator[None]:
    """The command, from when `url` answers over HTTP to the end of the block."""
    with (
        (directory / "output").open("wb") as output,
        subprocess.Popen(command, cwd=directory, stdout=output, stderr=output) as process,
    ):
        try:
            deadline = time.monotonic() + 60  # on a machine under load
            while process.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                    yield
                    return
                time.sleep(0.1)
            pytest.fail(
                f"{command[0]} did not start: {(directory / 'output').read_text('utf-8', 'replace')[-2000:]}"
            )
        finally:
            process.kill()


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """The Oxigraph server (PyPI `oxigraph`) on an empty directory."""
    beside = Path(sys.executable).parent
    program = shutil.which("oxigraph", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        pytest.skip("the Oxigraph server is not installed (PyPI: oxigraph)")
    directory = tmp_path_factory.mktemp("oxigraph")
    url = f"http://127.0.0.1:{_free_port()}"
    command = [program, "serve", "--location", str(directory / "data"), "--bind", url.removeprefix("http://")]
    with _running(command, f"{url}/query?query=ASK%7B%7D", directory):
        yield StoreServer(f"{url}/query", f"{url}/store")


_VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
MaxClientConnections = 5
[SPARQL]
ResultSetMaxRows = 3000
"""


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """Virtuoso (Debian `virtuoso-opensource-7-bin`) with a database of its own, which gives 3000 rows at most."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    directory = tmp_path_factory.mktemp("virtuoso")
    http = _free_port()
    (directory / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=_free_port(), http=http), "utf-8")
    url = f"http://127.0.0.1:{http}"
    with _running([program, "-f", "-c", "virtuoso.ini"], f"{url}/sparql?query=ASK%7B%7D", directory):
        yield StoreServer(f"{url}/sparql", f"{url}/sparql-graph-crud-auth", "dba", "dba")
