"""The query host in its parent's care: replaced when it dies or hangs, left alone when it is merely slow."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from slm_graph.errors import Busy, QueryTimeout
from slm_graph.settings import QueryLimits
from slm_graph.store import HostProcess, start_host
from slm_graph.store.hosting import LOOK_SECONDS, SILENT_LOOKS
from slm_graph.store.pool import ORDER_SECONDS


def tend_until(host: HostProcess, condition: Callable[[], bool], *, seconds: float = 30.0) -> int:
    """Look after the host as its parent does, until the condition holds; the most silent looks in a row."""
    deadline, most = time.monotonic() + seconds, 0
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        host.tend()
        most = max(most, host.silent_looks)
        time.sleep(0.05)
    return most


def answers(host, ask, **given):
    try:
        return host.client.answer(ask("ASK {}", **given)).read() != b""
    except Busy:
        return False


def test_a_dead_host_is_replaced_on_the_same_socket(ask):
    with start_host() as host:
        assert answers(host, ask)
        children = [
            process["pid"]
            for release in host.client.statistics()["releases"]
            for process in release["processes"]
        ]
        dead, started = host.pid, time.monotonic()
        tend_until(host, lambda: time.monotonic() > started + 2 * LOOK_SECONDS)
        assert host.pid == dead
        os.kill(dead, signal.SIGKILL)
        while host.is_alive():
            time.sleep(0.01)
        with pytest.raises(Busy):
            host.client.ping()
        tend_until(host, lambda: answers(host, ask))
        assert host.pid != dead
        tend_until(host, lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children))


def test_a_hung_host_is_replaced_and_who_asks_meanwhile_is_told_to_come_back(ask):
    with start_host() as host, ThreadPoolExecutor(1) as pool:
        assert answers(host, ask)
        hung, began_at = host.pid, time.monotonic()
        os.kill(hung, signal.SIGSTOP)
        asked = pool.submit(host.client.answer, ask("ASK {}"))
        tend_until(host, asked.done)
        assert time.monotonic() - began_at < SILENT_LOOKS * LOOK_SECONDS  # told before the host is given up
        refusal = asked.exception()
        assert isinstance(refusal, Busy)
        assert refusal.retry_after_seconds >= 1
        assert host.pid == hung
        tend_until(host, lambda: host.pid != hung)
        tend_until(host, lambda: answers(host, ask))
        assert not os.path.exists(f"/proc/{hung}")


def test_a_host_that_stood_still_for_a_while_goes_on(ask):
    with start_host() as host:
        stopped = host.pid
        os.kill(stopped, signal.SIGSTOP)
        started = time.monotonic()
        most = tend_until(host, lambda: time.monotonic() > started + 4)
        assert 2 <= most < SILENT_LOOKS
        os.kill(stopped, signal.SIGCONT)
        tend_until(host, lambda: host.silent_looks == 0)
        assert host.pid == stopped
        assert answers(host, ask)


def test_a_parent_that_stood_still_itself_does_not_blame_the_host():
    with start_host() as host:
        tend_until(host, lambda: host.silent_looks == 0)
        time.sleep(2 * LOOK_SECONDS)
        host.tend()
        assert host.silent_looks <= 1


def test_a_slow_machine_and_a_large_release_are_no_false_alarm(ask, tmp_path):
    large = tmp_path / "data.nq"
    with large.open("w") as out:
        for number in range(150_000):
            out.write(
                f'<http://x.example/{number}> <http://x.example/p> "text {number}" <http://x.example/g> .\n'
            )
    spinning = "while True: pass"
    spinners = [subprocess.Popen([sys.executable, "-c", spinning]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        with start_host(QueryLimits(deadline_seconds=60)) as host, ThreadPoolExecutor(1) as pool:
            os.setpriority(os.PRIO_PROCESS, host.pid, 5)
            first = host.pid
            answered = pool.submit(answers, host, ask, data=large)
            most = tend_until(host, answered.done, seconds=120)
            assert answered.result()
            assert host.pid == first
            assert most <= SILENT_LOOKS // 3
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def test_a_host_that_cannot_start_is_tried_again_and_again_in_longer_pauses(ask, monkeypatch):
    with start_host() as host:
        right = sys.executable
        monkeypatch.setattr(sys, "executable", shutil.which("false"))
        seen = {host.pid}
        os.kill(host.pid, signal.SIGKILL)
        started = time.monotonic()
        while time.monotonic() < started + 8:
            host.tend()
            seen.add(host.pid)
            time.sleep(0.05)
        assert 3 <= len(seen) <= 5
        monkeypatch.setattr(sys, "executable", right)
        tend_until(host, lambda: answers(host, ask))


def test_a_hung_release_process_is_replaced_by_the_host(data, ask, tmp_path):
    other = tmp_path / "data.nq"
    other.write_bytes(data.read_bytes())
    endless = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12)) + "}"
    with start_host(QueryLimits(deadline_seconds=1.0)) as host:
        assert answers(host, ask)
        hung = host.client.statistics()["releases"][0]["pid"]
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(QueryTimeout):
            host.client.answer(ask(endless))  # an order to kill that nobody obeys
        deadline = time.monotonic() + 3 * ORDER_SECONDS
        while True:
            assert answers(host, ask, data=other)  # nobody else notices
            if hung not in {release["pid"] for release in host.client.statistics()["releases"]}:
                break
            answers(host, ask)  # by the process that was idle, or told to come back
            assert time.monotonic() < deadline, "it was not replaced"
            time.sleep(0.1)
        assert answers(host, ask)
        assert not os.path.exists(f"/proc/{hung}")
