"""How queries end, for the counters: an answer that has begun may still break off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from slm_graph.errors import (
    Busy,
    NotAcceptable,
    QueryError,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    RemoteTimeout,
    SlmGraphError,
    UsageError,
)
from slm_graph.store.face import Answer, AnswerAborted, Lane
from slm_graph.web.counters import QUERIES, QUERY_SECONDS, Counters

_OUTCOMES: tuple[tuple[type[SlmGraphError], str], ...] = (
    (Busy, "busy"),
    (QueryTimeout, "timeout"),
    (RemoteTimeout, "timeout"),
    (QueryTooLarge, "too large"),
    (QueryRefused, "refused"),
    (NotAcceptable, "refused"),
    (QueryError, "malformed"),
    (UsageError, "malformed"),
)
"""The first row that fits; what is in none of them is a fault."""


def outcome_of(error: SlmGraphError) -> str:
    """The outcome by which an error is counted.

    >>> from slm_graph.errors import Text
    >>> outcome_of(QueryTimeout(Text(de="zu spät", en="too late")))
    'timeout'
    """
    return next((name for kind, name in _OUTCOMES if isinstance(error, kind)), "failed")


def counted(lane: Lane, counters: Counters, ask: Callable[[], Answer]) -> Answer:
    """What `ask` answers, counted when it ends: by its last byte, by breaking off, or by being closed before."""
    started = perf_counter()
    over = False

    def end(outcome: str) -> None:
        nonlocal over
        if not over:
            over = True
            counters.count(QUERIES, lane, outcome)
            counters.time(QUERY_SECONDS, lane, seconds=perf_counter() - started)

    try:
        answer = ask()
    except SlmGraphError as error:
        end(outcome_of(error))
        raise
    except BaseException:
        end("failed")
        raise

    def body() -> Iterator[bytes]:
        try:
            yield from answer.body
        except AnswerAborted:
            end("aborted")
            raise
        end("answered")

    def close() -> None:
        answer.close()
        end("closed")

    return Answer(answer.form, answer.format, body(), length_bytes=answer.length_bytes, on_close=close)
