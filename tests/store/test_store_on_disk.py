"""Large releases: a store on disk, made beside the release, never in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from slm_graph.errors import EnvironmentFault
from slm_graph.store import EmbeddedStore
from slm_graph.store.disk import Held, cache_directory, hold

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def release(tmp_path: Path, data: Path) -> Path:
    """The data set as the file of a release, which nobody may change."""
    path = tmp_path / "releases" / "2026-1" / "data.nq"
    path.parent.mkdir(parents=True)
    shutil.copy(data, path)
    path.parent.chmod(0o555)
    return path


def counted(release: Path, held: Held) -> int:
    return int(str(EmbeddedStore(release, held.open()).select(COUNT).rows[0][0]))


def test_a_small_release_is_held_in_memory_and_leaves_nothing_behind(release):
    held = hold(release)
    assert held.place == "memory"
    assert counted(release, held) == 8
    assert not cache_directory(release).exists()


def test_a_large_release_is_held_on_disk_beside_the_releases(release):
    held = hold(release, in_memory_bytes=10)
    assert held.place == "disk"
    assert counted(release, held) == 8
    assert cache_directory(release) == release.parents[2] / "cache" / "2026-1"
    assert [path.name for path in release.parent.iterdir()] == ["data.nq"]
    assert [path.name for path in cache_directory(release).parent.iterdir()] == ["2026-1"]


def test_the_store_on_disk_is_used_again_and_made_again_when_the_data_is_other(release):
    hold(release, in_memory_bytes=10)
    first = cache_directory(release).stat().st_ino
    hold(release, in_memory_bytes=10)
    assert cache_directory(release).stat().st_ino == first
    with release.open("a") as file:
        file.write("<a:s> <a:p> <a:o> <a:g> .\n")
    held = hold(release, in_memory_bytes=10)
    assert counted(release, held) == 9
    assert [path.name for path in cache_directory(release).parent.iterdir()] == ["2026-1"]


_CONFINED = f"""
import sys
from pathlib import Path
from slm_graph.engine.evaluation import Evaluator
from slm_graph.store import confinement
evaluator = Evaluator.on_disk(Path(sys.argv[1]))
confinement.limit_resources(max_memory_bytes=2**28, yielding=True)
if confinement.can_refuse_network():
    confinement.refuse_network()
sys.exit(int(str(evaluator.evaluate("{COUNT}").solutions().rows[0][0])))
"""


def test_a_query_process_may_read_a_store_on_disk_though_it_may_write_nothing(release):
    held = hold(release, in_memory_bytes=10).held
    assert subprocess.run([sys.executable, "-c", _CONFINED, str(held)], check=False).returncode == 8


def test_broken_data_leaves_no_half_store(release):
    with release.open("a") as file:
        file.write("no statement\n")
    with pytest.raises(EnvironmentFault):
        hold(release, in_memory_bytes=10)
    assert list(cache_directory(release).parent.iterdir()) == []


_HOLDING = """
import sys
from pathlib import Path
from slm_graph.store.disk import hold
print(hold(Path(sys.argv[1]), in_memory_bytes=10).held.parent.stat().st_ino)
"""


def holding(release: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _HOLDING, str(release)], stdout=subprocess.PIPE, text=True)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="processes end with their parents on Linux")
def test_who_is_killed_while_loading_leaves_no_process_and_nothing_for_long(release):
    with release.open("a") as file:
        file.writelines(f"<a:s> <a:p> <a:{number}> <a:g> .\n" for number in range(200_000))
    caches = cache_directory(release).parent
    with holding(release) as process:
        until(lambda: any(caches.glob(".2026-1-*/store")))
        [loader] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(loader), signal.SIGSTOP)
        process.kill()
    try:
        until(lambda: not is_running(int(loader)))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(loader), signal.SIGKILL)
    assert [path.name[:8] for path in caches.iterdir()] == [".2026-1-"]
    assert counted(release, hold(release, in_memory_bytes=10)) == 200_008
    assert [path.name for path in caches.iterdir()] == ["2026-1"]


def test_processes_that_want_the_same_store_at_once_make_one(release):
    caches = cache_directory(release).parent
    processes = [holding(release) for _ in range(4)]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert set(said) == {f"{cache_directory(release).stat().st_ino}\n"}
    assert [path.name for path in caches.iterdir()] == ["2026-1"]
    assert counted(release, hold(release, in_memory_bytes=10)) == 8
