"""The query host under strangers: deadlines, bombs, floods, crashes, people who leave."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.errors import Busy, EnvironmentFault, QueryError, QueryRefused, QueryTimeout, QueryTooLarge
from slm_graph.settings import QueryLimits
from slm_graph.store import AnswerAborted, QueryClient, confinement, frames, start_host

CROSS_PRODUCT = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12)) + "}"
"""8 to the power of 12 rows: nobody waits for that."""
ENDLESS = "SELECT * {" + "".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9)) + "}"
MEMORY_BOMB = ENDLESS + " ORDER BY ?s0 ?s1"
"""Sorting holds every row."""


def count(client, ask, /, **given):
    answer = client.answer(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **given)).read()
    return int(json.loads(answer)["results"]["bindings"][0]["n"]["value"])


def processes(client, *, busy=None):
    return [
        process
        for release in client.statistics()["releases"]
        for process in release["processes"]
        if busy is None or process["busy"] == busy
    ]


def wait_until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_the_socket_lies_in_a_directory_of_its_owner(host):
    assert stat.S_IMODE(os.stat(host.socket_path.parent).st_mode) == 0o700
    assert host.client.ping() == host.pid


def test_a_query_is_stopped_at_the_deadline_and_the_next_is_right(strict_host, ask):
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match="1 seconds"):
        strict_host.client.answer(ask(CROSS_PRODUCT))
    assert time.monotonic() - started < 3.0
    assert count(strict_host.client, ask) == 8


def test_a_request_can_shorten_the_deadline_and_a_stranger_cannot_lengthen_it(strict_host, ask):
    with pytest.raises(QueryTimeout, match=r"0\.2 seconds"):
        strict_host.client.answer(ask(CROSS_PRODUCT, deadline_seconds=0.2))
    with pytest.raises(QueryTimeout, match="1 seconds"):
        strict_host.client.answer(ask(CROSS_PRODUCT, deadline_seconds=60.0))


def test_a_memory_bomb_is_one_clear_answer(ask):
    with start_host(QueryLimits(max_memory_bytes=64 * 2**20)) as poor:
        with pytest.raises(QueryTooLarge, match="64 MiB"):
            poor.client.answer(ask(MEMORY_BOMB)).read()
        assert count(poor.client, ask) == 8


@pytest.mark.parametrize(
    ("number", "error"),
    [(signal.SIGSEGV, QueryTooLarge), (signal.SIGABRT, QueryTooLarge), (signal.SIGKILL, Busy)],
    ids=["stack overflow", "out of memory", "killed from outside"],
)
def test_a_crash_is_one_clear_answer_and_nobody_else_notices(strict_host, ask, number, error):
    client = strict_host.client
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.answer, ask(CROSS_PRODUCT))
        wait_until(lambda: processes(client, busy=True))
        os.kill(processes(client, busy=True)[0]["pid"], number)
        with pytest.raises(error) as refusal:
            running.result()
    assert "Abfrageprozess" in refusal.value.text.de
    assert count(client, ask) == 8


def test_an_engine_that_really_overflows_its_stack_takes_only_its_query_along(data, ask):
    with start_host(QueryLimits(max_nesting=100_000, max_operators=100_000)) as lenient:
        with pytest.raises(QueryTooLarge, match="crashed"):
            lenient.client.answer(ask("ASK " + "{" * 30_000 + "}" * 30_000))
        assert count(lenient.client, ask) == 8


def test_idle_processes_and_the_whole_release_can_be_killed_and_come_back(strict_host, ask):
    client = strict_host.client
    assert count(client, ask) == 8
    for process in processes(client):
        os.kill(process["pid"], signal.SIGKILL)
    wait_until(lambda: not processes(client))
    assert count(client, ask) == 8
    os.kill(client.statistics()["releases"][0]["pid"], signal.SIGKILL)
    wait_until(lambda: not client.statistics()["releases"])
    assert count(client, ask) == 8


def test_twenty_clients_at_once_all_get_the_right_answer(host, ask):
    with ThreadPoolExecutor(20) as pool:
        counts = list(pool.map(lambda number: count(host.client, ask, client=str(number)), range(20)))
    assert counts == [8] * 20


def test_a_full_queue_says_busy_at_once_and_when_to_come_back(strict_host, ask):
    with ThreadPoolExecutor(16) as pool:
        started = time.monotonic()
        pending = [
            pool.submit(strict_host.client.answer, ask(CROSS_PRODUCT, client="flood")) for _ in range(12)
        ]
        refusals = [future.exception() for future in pending]
    kinds = {type(refusal) for refusal in refusals}
    assert kinds == {Busy, QueryTimeout}
    assert sum(isinstance(refusal, Busy) for refusal in refusals) >= 12 - 2 - 4
    assert all(refusal.retry_after_seconds >= 1 for refusal in refusals if isinstance(refusal, Busy))
    assert time.monotonic() - started < 5.0
    assert count(strict_host.client, ask) == 8


def test_the_site_s_own_queries_and_other_clients_get_their_turn_in_a_flood(patient_host, ask):
    client = patient_host.client
    before = client.statistics()["counts"]
    stop = threading.Event()

    def flood():
        while not stop.is_set():
            with pytest.raises(Busy):
                client.answer(ask(CROSS_PRODUCT, client="flood"), has_left=stop.is_set)

    with ThreadPoolExecutor(8) as pool:
        floods = [pool.submit(flood) for _ in range(8)]
        try:
            wait_until(lambda: client.statistics()["lanes"]["public"]["waiting"] == 4)
            assert count(client, ask, lane="trusted") == 8
            assert count(client, ask, client="guest") == 8
            after = client.statistics()["counts"]
        finally:
            stop.set()
        for future in floods:
            future.result()
    assert after["answered"] == before["answered"] + 2
    assert after["deadline"] == before["deadline"]  # nobody had to end before


def test_a_cheap_query_does_not_wait_for_the_deadline_of_long_ones(patient_host, ask):
    client, stop = patient_host.client, threading.Event()
    before = client.statistics()["counts"]["deadline"]
    with ThreadPoolExecutor(5) as pool:
        long = [
            pool.submit(client.answer, ask(CROSS_PRODUCT, client=f"flood {number}"), has_left=stop.is_set)
            for number in range(5)
        ]
        try:
            wait_until(lambda: client.statistics()["lanes"]["public"]["waiting"] == 3)
            for number in range(3):
                assert count(client, ask, client=f"guest {number}") == 8
            assert client.statistics()["counts"]["deadline"] == before
        finally:
            stop.set()
        assert {type(future.exception()) for future in long} == {Busy}


def test_a_long_query_that_gave_way_is_answered_all_the_same(patient_host, ask):
    long = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?s{n} ?p{n} ?o{n} ." for n in range(7)) + "}"
    client = patient_host.client
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(client.answer, ask(long, client=str(number))) for number in range(4)]
        counts = [
            json.loads(answer.result().read())["results"]["bindings"][0]["n"]["value"] for answer in answers
        ]
    assert counts == [str(8**7)] * 4


def test_a_client_that_leaves_frees_its_process(host, ask):
    before = host.client.statistics()["counts"]["left"]
    for query in (CROSS_PRODUCT, ENDLESS):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(host.socket_path))
        connection.sendall(frames.json_frame(frames.REQUEST, frames.request_document(ask(query))))
        wait_until(lambda: processes(host.client, busy=True))
        connection.close()
        wait_until(lambda: not processes(host.client, busy=True))
    assert host.client.statistics()["counts"]["left"] == before + 2


def test_a_reader_who_can_be_watched_stops_the_query_by_leaving(host, ask):
    started = time.monotonic()
    with pytest.raises(Busy):
        host.client.answer(ask(CROSS_PRODUCT), has_left=lambda: True)
    wait_until(lambda: not processes(host.client, busy=True))
    assert time.monotonic() - started < 5.0


def test_a_waiting_client_that_leaves_is_forgotten(strict_host, ask):
    client = strict_host.client
    waiting = []
    for _ in range(4):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(strict_host.socket_path))
        connection.sendall(frames.json_frame(frames.REQUEST, frames.request_document(ask(CROSS_PRODUCT))))
        waiting.append(connection)
    wait_until(lambda: client.statistics()["lanes"]["public"]["waiting"] == 2)
    for connection in reversed(waiting):
        connection.close()
    wait_until(lambda: client.statistics()["lanes"]["public"] == {"running": 0, "waiting": 0, "places": 2})
    assert count(client, ask) == 8


def test_no_connection_goes_out_even_if_the_guard_is_asleep(data, ask):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.3)
    port = listener.getsockname()[1]
    query = f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with start_host() as awake, pytest.raises(QueryRefused, match="SERVICE"):
        awake.client.answer(ask(query))
    # In the forks of this very process the guard can be put to sleep: then the kernel must say no.
    if not confinement.can_refuse_network():
        pytest.skip("this kernel has no filter for system calls that we know")
    pid = os.fork()
    if pid == 0:
        confinement.refuse_network()
        try:
            Evaluator.in_memory(data).evaluate(query)
        except QueryError:
            os._exit(3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
    with pytest.raises(TimeoutError):
        listener.accept()
    listener.close()


def test_an_answer_past_the_limit_is_refused_or_breaks_off_but_never_looks_whole(data, ask):
    rows = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with (
        start_host(QueryLimits(max_answer_bytes=100)) as stingy,
        pytest.raises(QueryTooLarge, match="100 bytes"),
    ):
        stingy.client.answer(ask("SELECT * { ?s ?p ?o }")).read()
    with start_host(QueryLimits(max_answer_bytes=1_000_000)) as running:
        answer = running.client.answer(ask(rows))
        assert answer.length_bytes is None
        pieces: list[bytes] = []
        with pytest.raises(AnswerAborted, match="1000000 bytes") as refusal:
            pieces.extend(answer.body)
        assert 0 < sum(map(len, pieces)) <= 1_000_000
        assert isinstance(refusal.value.reason, QueryTooLarge)
        assert count(running.client, ask) == 8


def test_a_deadline_in_the_middle_of_an_answer_breaks_it_off(strict_host, ask):
    answer = strict_host.client.answer(ask(ENDLESS))
    time.sleep(1.5)  # a reader slower than the deadline
    with pytest.raises(AnswerAborted) as refusal:
        answer.read()
    assert isinstance(refusal.value.reason, QueryTimeout)
    assert count(strict_host.client, ask) == 8


def stands_still(pid):
    """Whether a process takes no time of the processor (proc(5), utime and stime) while others have some."""

    def ticks():
        with open(f"/proc/{pid}/stat") as statistics:
            return statistics.read().rpartition(")")[2].split()[11:13]

    before = ticks()
    time.sleep(0.3)
    return ticks() == before


def test_a_slow_reader_does_not_fill_the_host_s_memory(host, ask):
    with host.client.answer(ask(ENDLESS)):
        (writer,) = (process["pid"] for process in processes(host.client, busy=True))
        wait_until(lambda: stands_still(writer))  # all that the host takes has been written
        with open(f"/proc/{host.pid}/statm") as statistics:
            resident = int(statistics.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    assert resident < 100 * 2**20
    wait_until(lambda: not processes(host.client, busy=True))


def test_a_large_answer_streams_whole(host, ask):
    answer = host.client.answer(
        ask("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", solution_format=formats.TSV)
    )
    assert answer.length_bytes is None
    assert answer.read().count(b"\n") == 8**5 + 1


def test_each_request_says_which_release_it_is_about(host, ask, tmp_path):
    for number in range(1, 6):
        other = tmp_path / str(number) / "data.nq"
        other.parent.mkdir()
        other.write_text("".join(f"<a:s{row}> <a:p> <a:o> <a:g> .\n" for row in range(number)))
        assert count(host.client, ask, data=other) == number
    assert count(host.client, ask) == 8
    assert len(host.client.statistics()["releases"]) <= 3


def test_a_release_built_anew_at_the_same_place_is_another_one(host, ask, tmp_path):
    data = tmp_path / "data.nq"
    for number in (1, 2):
        fresh = tmp_path / "fresh"
        fresh.write_text("".join(f"<a:s{row}> <a:p> <a:o> <a:g> .\n" for row in range(number)))
        fresh.rename(data)
        assert count(host.client, ask, data=data) == number


def test_data_that_is_missing_or_broken_is_a_clear_error_without_a_path(host, ask, tmp_path):
    broken = tmp_path / "data.nq"
    broken.write_text("<a:s> <a:p> .\n")
    for data in (tmp_path / "missing.nq", broken):
        with pytest.raises(EnvironmentFault) as refusal:
            host.client.answer(ask("ASK {}", data=data))
        assert str(tmp_path) not in refusal.value.text.de + refusal.value.text.en
    assert count(host.client, ask) == 8


def test_what_is_no_request_of_ours_is_cut_off(host, ask):
    for nonsense in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"Q\xff\xff\xff\xff",
        frames.frame(frames.REQUEST, b"{}"),
        frames.frame(frames.REQUEST, b"\xff"),
    ):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(host.socket_path))
            connection.sendall(nonsense)
            assert connection.recv(100) == b""
    assert count(host.client, ask) == 8


def test_a_stop_lets_the_running_query_end(data, ask):
    host = start_host(QueryLimits(deadline_seconds=1.0))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(host.client.answer, ask(CROSS_PRODUCT))
        wait_until(lambda: processes(host.client, busy=True))
        host.stop()
        assert isinstance(running.exception(), QueryTimeout)
    assert not host.is_alive()
    assert not host.socket_path.parent.exists()
    with pytest.raises(Busy):
        host.client.ping()


def test_a_client_without_a_host_is_told_to_come_back(tmp_path, ask):
    with pytest.raises(Busy) as refusal:
        QueryClient(tmp_path / "nobody").answer(ask("ASK {}"))
    assert refusal.value.retry_after_seconds >= 1


def test_nothing_of_the_web_or_of_validation_is_loaded_in_the_host(host):
    with open(f"/proc/{host.pid}/maps") as maps:
        loaded = maps.read()
    assert "pyshacl" not in loaded
    code = "import sys, slm_graph.store.host; print(*[m for m in ('flask', 'pyshacl', 'jinja2', 'click') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == ""
    )
