"""What several queries own together is limited, copies of the release's pages included."""

from __future__ import annotations

import mmap
import os
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from slm_graph.errors import Busy, QueryTooLarge
from slm_graph.settings import QueryLimits
from slm_graph.store import start_host
from slm_graph.store.memory import Ledger, own_bytes

MIB = 2**20
TOTAL = 64 * MIB
GROWING = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u } ORDER BY ?a ?u"
"""Keeps every one of two million rows before it can give the first."""


@contextmanager
def owners(*sizes_bytes: int) -> Iterator[list[int]]:
    """Processes that share our memory but for so many bytes each, which they have made their own."""
    shared = mmap.mmap(-1, max(sizes_bytes), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    shared.write(b"x" * max(sizes_bytes))
    pids = []
    ready, done = os.pipe(), os.pipe()
    for size_bytes in sizes_bytes:
        pid = os.fork()
        if pid == 0:
            for place in range(0, size_bytes, resource.getpagesize()):
                shared[place] = 1
            os.write(ready[1], b"r")
            os.close(done[1])
            os.read(done[0], 1)
            os._exit(0)
        pids.append(pid)
    for _ in pids:
        os.read(ready[0], 1)
    try:
        yield pids
    finally:
        os.close(done[1])
        for pid in pids:
            os.waitpid(pid, 0)
        for descriptor in (*ready, done[0]):
            os.close(descriptor)
        shared.close()


pytestmark = pytest.mark.skipif(not own_bytes(), reason="only Linux tells what a process owns")


def test_pages_that_a_process_has_copied_are_its_own() -> None:
    with owners(20 * MIB, MIB) as (large, small):
        assert 20 * MIB <= own_bytes(large) < 40 * MIB
        assert MIB <= own_bytes(small) < 20 * MIB


def test_too_much_together_is_told_process_by_process() -> None:
    with owners(20 * MIB, 10 * MIB) as pids:
        assert Ledger(200 * MIB).excess(pids) == {}
        owned = Ledger(25 * MIB).excess(pids)
        assert set(owned) == set(pids)
        assert owned[pids[0]] > owned[pids[1]]
        assert Ledger(25 * MIB).excess(pids[1:]) == {}


def test_a_process_that_is_gone_owns_nothing() -> None:
    with owners(30 * MIB) as pids:
        pass
    assert own_bytes(pids[0]) == 0
    assert Ledger(MIB).excess(pids) == {}


def test_a_query_alone_that_owns_too_much_is_too_large(ask) -> None:  # type: ignore[no-untyped-def]
    limits = QueryLimits(max_memory_bytes=1024 * MIB, max_memory_together_bytes=TOTAL, deadline_seconds=30)
    with start_host(limits) as host:
        with pytest.raises(QueryTooLarge, match="64 MiB"):
            host.client.answer(ask(GROWING)).read()
        assert host.client.statistics()["counts"]["memory"] == 1
        assert host.client.answer(ask("ASK {}")).read()


def test_of_two_queries_the_larger_gives_way_and_may_come_back(ask) -> None:  # type: ignore[no-untyped-def]
    limits = QueryLimits(max_memory_bytes=1024 * MIB, max_memory_together_bytes=TOTAL, deadline_seconds=30)
    with start_host(limits) as host, ThreadPoolExecutor(2) as pool:
        running = [pool.submit(host.client.answer, ask(GROWING, client=str(number))) for number in range(2)]
        refusals = [answer.exception(timeout=60) for answer in running]
    crowded = [refusal for refusal in refusals if isinstance(refusal, Busy)]
    alone = [refusal for refusal in refusals if isinstance(refusal, QueryTooLarge)]
    assert (len(crowded), len(alone)) == (1, 1)
    assert crowded[0].retry_after_seconds
    assert "zusammen zu viel Speicher" in crowded[0].text.de
