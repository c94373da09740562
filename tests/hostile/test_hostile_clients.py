"""Clients that leave, stall or come in crowds, and processes that are killed: everybody else is served."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from slm_graph.store import QueryClient

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""Streams for as long as it may."""
MEDIUM = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
"""Some megabytes."""
PAGE = b"GET /doc/sfia/SLMO HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def wait_until(fact: Callable[[], bool], what: str, *, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)


def pids(site: Any, kind: str) -> set[int]:
    return {pid for pid, what in site.processes().items() if what == kind}


def is_working(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/stat") as statistics:
        return statistics.read().rpartition(")")[2].split()[0] == "R"
    return False


def host_statistics(site: Any) -> dict[str, Any]:
    """What the query host tells an operator."""
    (host,) = pids(site, "host")
    arguments = Path(f"/proc/{host}/cmdline").read_bytes().split(b"\0")
    return QueryClient(Path(arguments[arguments.index(b"--socket") + 1].decode())).statistics()


def under_way(statistics: dict[str, Any]) -> int:
    return sum(lane["running"] + lane["waiting"] for lane in statistics["lanes"].values())


def begun(statistics: dict[str, Any]) -> int:
    """The queries that have come to the host since it began."""
    return sum(statistics["counts"].values()) + under_way(statistics)


REQUEST_PARTS = [b"GE", b"GET /sparql HT", b"GET /sparql HTTP/1.1\r\nHos", b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n",
                 b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK {",
                 b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nAS"]  # fmt: skip


@pytest.mark.parametrize("how", ["closes", "resets"])
def test_clients_that_leave_while_they_ask(site: Any, how: str) -> None:
    for beginning in REQUEST_PARTS * 3:
        with site.connect() as client:
            client.sendall(beginning)
            if how == "resets":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@pytest.mark.parametrize(
    "query", [CROSS, LARGE, MEDIUM], ids=["while it computes", "while it streams", "before it reads"]
)
@pytest.mark.parametrize("how", ["closes", "resets"])
def test_clients_that_leave_while_they_are_answered_stop_their_query(
    site: Any, as_post: Any, query: str, how: str
) -> None:
    before = host_statistics(site)
    for number in range(6):
        with site.connect() as client:
            client.sendall(as_post(query, accept="text/csv"))
            if query == LARGE:
                assert client.recv(1)
            wait_until(
                lambda: begun(host_statistics(site)) > begun(before) + number,  # noqa: B023  # called here
                "the query has come to the host",
            )
            if how == "resets":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wait_until(lambda: under_way(host_statistics(site)) == 0, "the queries of those who left are stopped")
    after = host_statistics(site)
    assert begun(after) == begun(before) + 6
    if query != MEDIUM:  # which may be written whole before its reader has left
        assert after["counts"]["left"] > before["counts"]["left"]


def test_readers_that_stop_reading_hold_no_query_and_nobody_else(site: Any, as_post: Any) -> None:
    before = begun(host_statistics(site))
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            client = stack.enter_context(site.connect(receive_buffer_bytes=4096))
            client.sendall(as_post(LARGE, accept="text/csv"))
        wait_until(lambda: begun(host_statistics(site)) > before, "the first query has begun")
        site.canary()
        wait_until(lambda: under_way(host_statistics(site)) == 0, "the deadline holds for readers, too")
        site.canary()


def test_senders_that_stall_hold_nobody(site: Any) -> None:
    with contextlib.ExitStack() as stack:
        for beginning in REQUEST_PARTS * 20:
            stack.enter_context(site.connect()).sendall(beginning)
        for _ in range(5):
            site.canary()


def test_more_connections_than_there_are_places_keep_nobody_out(site: Any) -> None:
    with contextlib.ExitStack() as stack:
        for number in range(2_300):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", site.port))
            if number % 50 == 0:
                time.sleep(0.01)
        began_at = time.monotonic()
        assert b"SLMO" in site.say(PAGE)
        assert time.monotonic() - began_at < 8
        site.canary()


def test_a_worker_with_more_than_1024_descriptors_still_asks(
    site: Any, as_post: Any, read_response: Any
) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(1_400):
            stack.enter_context(site.connect()).sendall(b"GET / HTTP/1.1\r\nHost: ")
        for _ in range(10):
            assert read_response(site.say(as_post("ASK {}"))).status == 200


@pytest.mark.parametrize(
    "signal_number",
    [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM],
    ids=lambda number: number.name,
)
def test_a_query_process_that_is_killed_costs_one_answer(site: Any, signal_number: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(site.sparql, CROSS) for _ in range(2)]
        wait_until(lambda: any(is_working(pid) for pid in pids(site, "query")), "a query runs")
        for pid in pids(site, "query"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
        for future in running:
            assert future.result().status in {408, 413, 503}


def test_a_query_process_that_is_killed_midway_leaves_no_whole_answer(
    site: Any, as_post: Any, read_response: Any
) -> None:
    with site.connect() as client:
        client.sendall(as_post(LARGE, accept="text/csv"))
        received = client.recv(65536)
        for pid in pids(site, "query"):
            os.kill(pid, signal.SIGKILL)
        while data := client.recv(65536):
            received += data
    assert not read_response(received).whole


def test_the_release_process_can_be_killed(site: Any) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(site.sparql, CROSS)
        wait_until(lambda: any(is_working(pid) for pid in pids(site, "query")), "a query runs")
        for pid in pids(site, "release"):
            os.kill(pid, signal.SIGKILL)
        assert running.result().status == 503


def test_the_query_host_can_be_killed_and_pages_do_not_notice(site: Any) -> None:
    (host,) = pids(site, "host")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(site.sparql, CROSS)
        wait_until(lambda: any(is_working(pid) for pid in pids(site, "query")), "a query runs")
        os.kill(host, signal.SIGKILL)
        assert site.get("/doc/sfia/SLMO").status == 200
        answer = running.result()
        assert answer.status == 503
        assert int(answer.header("Retry-After")) >= 1
    wait_until(lambda: bool(pids(site, "host") - {host}), "a new host")
    wait_until(lambda: site.sparql("ASK {}").status == 200, "it answers")


def test_a_query_host_that_hangs_does_not_take_the_pages_along(site: Any) -> None:
    (host,) = pids(site, "host")
    os.kill(host, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(60) as pool:
            running = [pool.submit(site.sparql, "ASK {}") for _ in range(40)]
            running += [pool.submit(site.get, "/queries/label-search?text=a&format=json") for _ in range(20)]
            wait_until(lambda: any(future.done() for future in running), "the places for queries are taken")
            stuck = [future for future in running if not future.done()]
            for _ in range(10):
                assert b"SLMO" in site.say(PAGE)
            assert not all(future.done() for future in stuck)  # no page waited for a query
            os.kill(host, signal.SIGCONT)
            assert {future.result().status for future in running} <= {200, 408, 503}
    finally:
        os.kill(host, signal.SIGCONT)


def test_a_query_host_that_hangs_is_replaced_and_pages_do_not_notice(site: Any) -> None:
    (host,) = pids(site, "host")
    os.kill(host, signal.SIGSTOP)
    statuses = set()
    deadline = time.monotonic() + 40
    while pids(site, "host") in ({host}, set()) or site.sparql("ASK {}").status != 200:
        assert time.monotonic() < deadline, "no new host"
        began_at = time.monotonic()
        assert b"SLMO" in site.say(PAGE)
        assert time.monotonic() - began_at < 2
        answer = site.sparql("ASK {}")
        statuses.add(answer.status)
        assert answer.status == 200 or int(answer.header("Retry-After")) >= 1
    assert 503 in statuses
    assert statuses <= {200, 503}
    assert b"the query host %d does not answer" % host in site.errors.read_bytes()


def test_a_worker_can_be_killed(site: Any) -> None:
    before = pids(site, "worker")
    os.kill(min(before), signal.SIGKILL)
    site.canary()
    wait_until(lambda: len(pids(site, "worker")) == len(before), "a new worker")


def test_a_storm_of_crashes_makes_no_storm_of_processes(site: Any) -> None:
    most, stop = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not stop.is_set():
            most = max(most, len(site.processes()))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    bomb = "SELECT (STRLEN(?v40) AS ?n) { BIND('aaaaaaaaaaaaaaaa' AS ?v0) " + " ".join(
        f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40)
    )
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: site.sparql(bomb + "}"), range(8)))
    stop.set()
    watcher.join()
    assert {answer.status for answer in answers} <= {408, 413, 503}
    assert most <= 16


def test_pages_and_cheap_queries_get_their_turn_among_forty_heavy_ones(site: Any) -> None:
    stop = threading.Event()
    refusals: list[int] = []

    def flood(number: int) -> None:
        while not stop.is_set():
            answer = site.sparql(CROSS, source=f"127.0.0.{10 + number % 4}")
            refusals.append(answer.status)
            if answer.status == 503:
                stop.wait(min(float(answer.header("Retry-After") or 1), 1.0))

    with ThreadPoolExecutor(40) as pool:
        floods = [pool.submit(flood, number) for number in range(40)]
        try:
            time.sleep(0.5)
            pages, named = [], []
            for _ in range(25):
                began_at = time.monotonic()
                assert b"SLMO" in site.say(PAGE)
                pages.append(time.monotonic() - began_at)
                began_at = time.monotonic()
                answer = site.get("/queries/skill-levels?code=SLMO&format=json")
                assert answer.status == 200
                assert json.loads(answer.body)["results"]["bindings"]
                named.append(time.monotonic() - began_at)
            assert max(pages) < 2
            assert max(named) < 2
            began_at = time.monotonic()
            wait_until(
                lambda: site.sparql("ASK {}", source="127.0.0.20").status == 200,
                "a turn for a cheap query",
                seconds=20,
            )
        finally:
            stop.set()
        for future in floods:
            future.result()
    assert set(refusals) <= {408, 503}


def test_a_stop_while_queries_run_answers_them_and_leaves_no_process(serve: Any) -> None:
    site = serve()
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(site.sparql, CROSS) for _ in range(4)]
        wait_until(lambda: any(is_working(pid) for pid in pids(site, "query")), "a query runs")
        everybody = list(site.processes())
        site.process.send_signal(signal.SIGTERM)
        assert {future.result().status for future in running} <= {408, 503}
    assert site.process.wait(15) == 0
    wait_until(
        lambda: not any(os.path.exists(f"/proc/{pid}") for pid in everybody), "every process has ended"
    )


def test_a_service_that_is_killed_leaves_no_process(serve: Any) -> None:
    site = serve()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(site.sparql, CROSS)
        wait_until(lambda: any(is_working(pid) for pid in pids(site, "query")), "a query runs")
        everybody = list(site.processes())
        site.process.kill()
        with contextlib.suppress(OSError, AssertionError):
            running.result()
    wait_until(
        lambda: not any(os.path.exists(f"/proc/{pid}") for pid in everybody),
        "every process has ended",
        seconds=25,
    )
