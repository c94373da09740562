"""Connections to the query host are used again, and no answer is ever another question's."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from slm_graph import formats
from slm_graph.errors import Busy, QueryError, QueryTimeout, QueryTooLarge
from slm_graph.settings import QueryLimits
from slm_graph.store import AnswerAborted, QueryClient, start_host

MANY = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def value(client, ask, number):
    answer = client.answer(ask(f"SELECT (({number} + 0) AS ?n) {{}}")).read()
    return int(json.loads(answer)["results"]["bindings"][0]["n"]["value"])


def sockets_of(pid):
    found = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
        except FileNotFoundError:
            continue
    return {link for link in found if link.startswith("socket:")}


def test_questions_one_after_another_take_one_connection(ask):
    with start_host() as host:
        value(host.client, ask, 0)
        before = sockets_of(host.pid)
        for number in range(1, 30):
            assert value(host.client, ask, number) == number
            assert sockets_of(host.pid) == before


def test_each_thread_gets_the_answer_to_its_own_question(host, ask):
    def ask_some(start):
        return [value(host.client, ask, number) for number in range(start, start + 25)]

    with ThreadPoolExecutor(12) as pool:
        for start, values in enumerate(pool.map(ask_some, range(0, 1200, 100))):
            assert values == list(range(start * 100, start * 100 + 25))


def test_a_refusal_leaves_the_connection_usable(host, ask):
    for number in range(5):
        with pytest.raises(QueryError):
            host.client.answer(ask("SELEKT"))
        assert value(host.client, ask, number) == number


@pytest.mark.parametrize("read", [0, 1], ids=["unread", "half read"])
def test_an_answer_that_was_left_is_no_part_of_the_next(host, ask, read):
    for number in range(5):
        answer = host.client.answer(ask(MANY, solution_format=formats.TSV))
        for _ in range(read):
            next(answer.body)
        answer.close()
        assert value(host.client, ask, number) == number


def test_an_answer_that_broke_off_is_no_part_of_the_next(ask):
    with start_host(QueryLimits(max_answer_bytes=1_000_000)) as host:
        for number in range(3):
            with pytest.raises(AnswerAborted) as broken:
                host.client.answer(ask(MANY)).read()
            assert isinstance(broken.value.reason, QueryTooLarge)
            assert value(host.client, ask, number) == number


def test_an_answer_closed_after_its_end_takes_nobody_else_s_connection(host, ask):
    client = QueryClient(host.socket_path)
    first = client.answer(ask("ASK {}"))
    assert b"true" in b"".join(first.body)
    second = client.answer(ask(MANY, solution_format=formats.TSV))
    first.close()
    assert second.read().count(b"\n") == 8**5 + 1


def test_a_deadline_leaves_the_connection_usable(strict_host, ask):
    cross = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12)) + "}"
    with pytest.raises(QueryTimeout):
        strict_host.client.answer(ask(cross, deadline_seconds=0.2))
    assert value(strict_host.client, ask, 7) == 7


def test_the_first_question_to_a_new_host_is_answered_though_the_old_one_hung_up(ask):
    with start_host() as host:
        assert value(host.client, ask, 1) == 1
        first = host.pid
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while host.pid == first or host.silent_looks:
            assert time.monotonic() < deadline
            host.tend()
            time.sleep(0.05)
        other = QueryClient(host.socket_path)
        while True:  # until the new one listens
            try:
                assert value(other, ask, 2) == 2
                break
            except Busy:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert value(host.client, ask, 3) == 3


def test_a_fork_asks_on_a_connection_of_its_own(host, ask):
    client = QueryClient(host.socket_path)
    assert value(client, ask, 1) == 1
    child = os.fork()
    if child == 0:
        try:
            right = all(value(client, ask, number) == number for number in range(100, 150))
        except BaseException:  # noqa: BLE001  # the parent hears of it
            os._exit(2)
        os._exit(0 if right else 1)
    assert all(value(client, ask, number) == number for number in range(50))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_kept_connections_do_not_hold_up_the_end(ask):
    host = start_host(drain_seconds=20)
    assert value(host.client, ask, 1) == 1
    started = time.monotonic()
    host.stop()
    assert time.monotonic() - started < 5


LARGE = QueryLimits(max_query_bytes=1024 * 1024)
LARGE_QUERY = "ASK { ?s ?p ?o } #" + "x" * 1_000_000
"""Several times what a Unix socket holds."""


def test_a_large_question_to_a_host_that_is_slow_to_read_is_answered(ask):
    with start_host(LARGE) as host:
        value(host.client, ask, 0)
        os.kill(host.pid, signal.SIGSTOP)
        resume = threading.Timer(1.0, os.kill, (host.pid, signal.SIGCONT))
        resume.start()
        try:
            assert json.loads(host.client.answer(ask(LARGE_QUERY)).read())["boolean"] is True
        finally:
            resume.join()


def test_a_large_question_whose_reader_has_left_is_not_sent_on(ask):
    with start_host(LARGE) as host:
        os.kill(host.pid, signal.SIGSTOP)
        began_at = time.monotonic()
        try:
            with pytest.raises(Busy):
                host.client.answer(ask(LARGE_QUERY), has_left=lambda: True)
        finally:
            os.kill(host.pid, signal.SIGCONT)
        assert time.monotonic() - began_at < 5
