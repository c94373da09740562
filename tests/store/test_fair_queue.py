"""The queue: bounded, and fair to clients."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from slm_graph.store.lanes import FairQueue


@dataclass(eq=False)
class Query:
    client: str
    number: int = 0


def drained(queue):
    taken = []
    while (item := queue.take(lambda _: True)) is not None:
        taken.append(item)
    return taken


def test_clients_take_turns():
    queue = FairQueue(10)
    for client in "aaabbc":
        assert queue.put(Query(client)) is None
    assert [query.client for query in drained(queue)] == list("abcaba")


def test_a_flood_gives_way_to_a_newcomer():
    queue = FairQueue(3)
    flood = [Query("flood", number) for number in range(3)]
    assert [queue.put(query) for query in flood] == [None] * 3
    assert queue.put(Query("guest")) is flood[2]
    assert [query.client for query in drained(queue)] == ["flood", "guest", "flood"]


def test_the_flood_itself_is_turned_away_when_it_is_full():
    queue = FairQueue(2)
    queue.put(Query("flood"))
    queue.put(Query("flood"))
    late = Query("flood")
    assert queue.put(late) is late
    assert len(queue) == 2


def test_what_may_not_run_yet_keeps_its_turn():
    queue = FairQueue(4)
    first, second = Query("a"), Query("b")
    queue.put(first)
    queue.put(second)
    assert queue.take(lambda query: query.client == "b") is second
    assert queue.take(lambda _: True) is first


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 8))
def test_nothing_is_lost_and_each_client_keeps_its_order(clients, length):
    queue = FairQueue(length)
    items = [Query(client, number) for number, client in enumerate(clients)]
    left = [leaving for item in items if (leaving := queue.put(item)) is not None]
    assert len(queue) <= length
    assert sorted(item.number for item in queue) == sorted(
        {item.number for item in items} - {item.number for item in left}
    )
    taken = drained(queue)
    assert len(taken) + len(left) == len(items)
    for client in "abcd":
        numbers = [item.number for item in taken if item.client == client]
        assert numbers == sorted(numbers)


def test_the_client_that_cost_least_goes_first_and_equal_ones_take_turns():
    queue = FairQueue(10)
    for client in "aabbc":
        queue.put(Query(client))
    costs = {"a": 5.0, "b": 0.0, "c": 0.0}
    taken = [queue.take(lambda _: True, rank=costs.__getitem__) for _ in range(5)]
    assert [query.client for query in taken] == list("bcbaa")
