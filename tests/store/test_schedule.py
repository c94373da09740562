"""Who is next at the query host, by a clock that a test sets: trials, fairness, and what a query costs its client."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from slm_graph.store.face import Lane
from slm_graph.store.scheduling import Schedule

DEADLINE_SECONDS = 10.0
TRIAL_SECONDS = 1.0


@dataclass(eq=False)
class Query:
    client: str
    lane: Lane = "public"
    arrived: float = 100.0
    started: float | None = None
    tried: bool = False
    begun: bool = False

    @property
    def ends(self) -> float:
        return (self.arrived if self.started is None else self.started) + DEADLINE_SECONDS


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def schedule(clock: Clock) -> Schedule[Query]:
    """Two places for strangers, one for the site itself."""
    return Schedule(
        {"public": 2, "trusted": 1}, queue_length=4, deadline_seconds=DEADLINE_SECONDS, clock=clock
    )


def started(schedule: Schedule[Query], lane: Lane = "public") -> Query | None:
    return schedule.next(lane, is_ready=lambda _: True)


def running(schedule: Schedule[Query], *clients: str) -> list[Query]:
    """Queries of these clients, all of them with a place."""
    made = [Query(client) for client in clients]
    for query in made:
        assert schedule.put(query) is None
        assert started(schedule) is query
    return made


def test_a_place_is_taken_and_given_back(schedule: Schedule[Query], clock: Clock) -> None:
    first, _ = running(schedule, "a", "b")
    assert first.started == clock.now
    late = Query("c")
    schedule.put(late)
    assert started(schedule) is None
    schedule.release_place(first)
    schedule.release_place(first)  # its process ends, too: it counts once
    assert schedule.count_running("public") == 1
    assert started(schedule) is late


def test_lanes_have_places_of_their_own(schedule: Schedule[Query]) -> None:
    running(schedule, "a", "b")
    own = Query("site", lane="trusted")
    schedule.put(own)
    assert started(schedule, "trusted") is own


def test_nobody_starts_for_whom_no_process_is_ready(schedule: Schedule[Query]) -> None:
    first, second = Query("a"), Query("b")
    schedule.put(first)
    schedule.put(second)
    assert schedule.next("public", is_ready=lambda query: query is second) is second
    assert list(schedule.waiting()) == [first]


def test_a_client_with_no_query_running_goes_first(schedule: Schedule[Query]) -> None:
    running(schedule, "a")
    again, other = Query("a"), Query("b")
    schedule.put(again)
    schedule.put(other)
    assert started(schedule) is other


def test_then_who_has_cost_the_least_lately(schedule: Schedule[Query], clock: Clock) -> None:
    expensive, cheap = running(schedule, "expensive", "cheap")
    clock.now += 1
    schedule.release_place(cheap)
    clock.now += 5
    schedule.release_place(expensive)
    for client in ("expensive", "cheap", "new"):
        schedule.put(Query(client))
    order = [started(schedule), started(schedule)]
    assert [query.client for query in order if query] == ["new", "cheap"]


def test_what_a_query_cost_counts_half_after_thirty_seconds(schedule: Schedule[Query], clock: Clock) -> None:
    (query,) = running(schedule, "a")
    clock.now += 8
    schedule.release_place(query)
    assert schedule.cost("a") == pytest.approx(8)
    clock.now += 30
    assert schedule.cost("a") == pytest.approx(4)
    assert schedule.cost("nobody") == 0


def test_the_costs_of_a_thousand_clients_are_remembered_and_no_more(
    schedule: Schedule[Query], clock: Clock
) -> None:
    for number in range(1_001):
        (query,) = running(schedule, str(number))
        clock.now += 1 if number < 500 else 2
        schedule.release_place(query)
    costs = [schedule.cost(str(number)) for number in range(1_001)]
    assert sum(cost > 0 for cost in costs) == 501
    assert costs[1_000] > 0


def test_nobody_gives_way_before_the_trial_is_over(schedule: Schedule[Query], clock: Clock) -> None:
    _, young = running(schedule, "a", "b")
    schedule.put(Query("c"))
    clock.now += TRIAL_SECONDS - 0.01
    assert schedule.make_way("public") is None
    assert schedule.due() == pytest.approx(clock.now + 0.01)  # then it is looked at again
    clock.now += 0.02
    assert schedule.make_way("public") in schedule.running
    assert young.started is not None


def test_the_youngest_of_long_ones_gives_way_to_a_newcomer_and_comes_back_after_it(
    schedule: Schedule[Query], clock: Clock
) -> None:
    (old,) = running(schedule, "a")
    clock.now += 0.5
    (young,) = running(schedule, "b")
    newcomer = Query("c")
    schedule.put(newcomer)
    clock.now += 2 * TRIAL_SECONDS
    assert schedule.make_way("public") is young
    schedule.release_place(young)
    assert schedule.put_back(young) is None
    assert (young.started, young.tried) == (None, True)
    assert started(schedule) is newcomer
    clock.now += 0.1
    schedule.release_place(newcomer)
    assert started(schedule) is young
    assert schedule.running == [old, young]


def test_who_had_a_trial_waits_while_others_have_had_none(schedule: Schedule[Query], clock: Clock) -> None:
    running(schedule, "a", "b")
    clock.now += 2 * TRIAL_SECONDS
    schedule.put(Query("c"))
    second = schedule.make_way("public")
    assert second is not None
    schedule.release_place(second)
    schedule.put_back(second)
    for _ in range(3):  # however many they are, one place is theirs
        newcomer = started(schedule)
        assert newcomer is not None
        assert not newcomer.tried
        schedule.put(Query("d"))
        schedule.release_place(newcomer)
    assert second in schedule.waiting()


def test_nobody_gives_way_whose_answer_has_begun(schedule: Schedule[Query], clock: Clock) -> None:
    for query in running(schedule, "a", "b"):
        query.begun = True
    schedule.put(Query("c"))
    clock.now += 2 * TRIAL_SECONDS
    assert schedule.make_way("public") is None


def test_nobody_gives_way_to_those_who_had_their_trial(schedule: Schedule[Query], clock: Clock) -> None:
    running(schedule, "a", "b")
    schedule.put(Query("c", tried=True))
    clock.now += 2 * TRIAL_SECONDS
    assert schedule.make_way("public") is None


def test_a_lane_of_one_place_has_no_trials(schedule: Schedule[Query], clock: Clock) -> None:
    own = Query("site", lane="trusted")
    schedule.put(own)
    assert started(schedule, "trusted") is own
    schedule.put(Query("site", lane="trusted"))
    clock.now += 2 * TRIAL_SECONDS
    assert schedule.make_way("trusted") is None


def test_a_full_queue_turns_the_flood_away(schedule: Schedule[Query]) -> None:
    flood = [Query("flood") for _ in range(4)]
    assert [schedule.put(query) for query in flood] == [None] * 4
    assert schedule.put(Query("guest")) is flood[3]


def test_who_is_turned_away_comes_back_when_a_place_may_be_free(
    schedule: Schedule[Query], clock: Clock
) -> None:
    assert schedule.retry_after_seconds("public") == 1
    for _ in range(20):
        (query,) = running(schedule, "a")
        clock.now += 6
        schedule.release_place(query)
    assert schedule.mean_seconds == pytest.approx(6, abs=1)
    schedule.put(Query("a"))
    assert schedule.retry_after_seconds("public") == 6  # two to be answered, two at a time
    for _ in range(3):
        schedule.put(Query("a"))
    assert schedule.retry_after_seconds("public") == DEADLINE_SECONDS  # never later than that


def test_the_next_moment_is_a_deadline_of_whoever_is_here(schedule: Schedule[Query], clock: Clock) -> None:
    assert schedule.due() is None
    running(schedule, "a")
    assert schedule.due() == clock.now + DEADLINE_SECONDS
    schedule.put(Query("b", arrived=clock.now - 5))
    clock.now += 2 * TRIAL_SECONDS  # the trial is over
    assert schedule.due() == pytest.approx(clock.now + 3)
