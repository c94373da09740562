"""An endpoint on the list that fails in every way known: one clear error in time, nobody else called, and SILENT counts
as one solution without bindings (SPARQL 1.1 Federated Query, 2.3)."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from slm_graph.errors import Busy, QueryTooLarge, RemoteError, RemoteTimeout

TIMEOUT_SECONDS = 0.6
LIMITS = {"timeout_seconds": TIMEOUT_SECONDS, "max_bytes": 1_000_000, "max_rows": 50}
PATIENCE_SECONDS = TIMEOUT_SECONDS + 2.0
"""The machine may be busy; an endpoint that was waited for would take ten."""

FAILURES: dict[str, tuple[type[RemoteError], str, str, str]] = {
    "hang": (RemoteTimeout, "timeout", "did not answer within 0.6 seconds", "antwortete nicht in 0,6 Sekunden"),
    "drip": (RemoteTimeout, "timeout", "did not answer within", "antwortete nicht in"),
    "drip-head": (RemoteTimeout, "timeout", "did not answer within", "antwortete nicht in"),
    "continue-for-ever": (RemoteTimeout, "timeout", "did not answer within", "antwortete nicht in"),
    "huge": (RemoteError, "too large", "more than 1000000 bytes", "mehr als 1000000 Bytes"),
    "huge-without-length": (RemoteError, "too large", "more than 1000000 bytes", "mehr als 1000000 Bytes"),
    "huge-head": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "bomb": (RemoteError, "failed", "compressed", "komprimiert"),
    "redirect": (RemoteError, "failed", "redirects (HTTP 307)", "leitet weiter (HTTP 307)"),
    "see-other": (RemoteError, "failed", "redirects (HTTP 303)", "leitet weiter (HTTP 303)"),
    "page": (RemoteError, "failed", "not answer in SPARQL JSON", "nicht in SPARQL JSON"),
    "no-media-type": (RemoteError, "failed", "not answer in SPARQL JSON", "nicht in SPARQL JSON"),
    "cut-json": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "cut-at-length": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "cut-chunk": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "bad-chunk": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "error": (RemoteError, "failed", "answered with HTTP 500", "antwortete mit HTTP 500"),
    "endless-error": (RemoteError, "failed", "answered with HTTP 400", "antwortete mit HTTP 400"),
    "unauthorised": (RemoteError, "failed", "answered with HTTP 401", "antwortete mit HTTP 401"),
    "close": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "empty": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "no-http": (RemoteError, "failed", "broke its answer off", "brach seine Antwort ab"),
    "truth": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "nested": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "triple-term": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "breaks-out": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "numbers": (RemoteError, "failed", "no usable result", "kein brauchbares Ergebnis"),
    "many-rows": (RemoteError, "too large", "more than 50 solutions", "mehr als 50 Lösungen"),
    "capped": (RemoteError, "too large", "more than 0 solutions", "mehr als 0 Lösungen"),
    "stopped": (RemoteError, "failed", "broke the query off by itself", "brach die Abfrage selbst ab"),
}  # fmt: skip


def pattern(url: str, *, silent: bool = False) -> str:
    return f"SELECT * {{ SERVICE {'SILENT ' if silent else ''}<{url}> {{ ?s ?p2 ?o FILTER(?o > 1) }} }}"


@pytest.mark.parametrize("fault", FAILURES)
def test_a_failure_is_one_clear_error_in_time(
    asking: Callable[..., Any], misbehaving: Any, fault: str
) -> None:
    kind, outcome, en, de = FAILURES[fault]
    url = misbehaving.url(fault)
    site = asking(url, **LIMITS)
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        site.ask(pattern(url).replace("?s ?p2 ?o FILTER(?o > 1)", "?s ?p ?o"))
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert url in caught.value.text.en
    assert en in caught.value.text.en
    assert url in caught.value.text.de
    assert de in caught.value.text.de
    said = caught.value.message("en") + caught.value.message("de")
    assert "<b>" not in said
    assert "secret" not in said
    assert caught.value.http_status == (504 if outcome == "timeout" else 502)
    assert [(call.outcome, call.is_silenced) for call in site.calls] == [(outcome, False)]
    assert misbehaving.others == 0, "somebody else was called"


@pytest.mark.parametrize("fault", ["hang", "huge", "bomb", "redirect", "page", "cut-json", "error", "close"])
def test_silent_makes_a_failure_one_solution_without_bindings(
    asking: Callable[..., Any], misbehaving: Any, fault: str
) -> None:
    url = misbehaving.url(fault)
    site = asking(url, **LIMITS)
    _, answer = site.ask(pattern(url, silent=True))
    assert answer == {"head": {"vars": ["o", "p2", "s"]}, "results": {"bindings": [{}]}}
    assert [(call.outcome, call.is_silenced) for call in site.calls] == [(FAILURES[fault][1], True)]
    assert misbehaving.others == 0


def test_an_endpoint_that_nobody_listens_at(asking: Callable[..., Any], unused_url: str) -> None:
    site = asking(unused_url, **LIMITS)
    with pytest.raises(RemoteError) as caught:
        site.ask(pattern(unused_url))
    assert "cannot be reached" in caught.value.text.en
    assert "nicht erreichbar" in caught.value.text.de


def test_a_name_that_does_not_exist(asking: Callable[..., Any]) -> None:
    url = "http://nobody.invalid/sparql"
    site = asking(url, **LIMITS)
    with pytest.raises(RemoteError):
        site.ask(pattern(url))
    assert site.calls[0].outcome in ("failed", "timeout")


def test_tls_with_who_speaks_none(asking: Callable[..., Any], misbehaving: Any) -> None:
    url = misbehaving.url("close").replace("http:", "https:")
    site = asking(url, **LIMITS)
    with pytest.raises(RemoteError):
        site.ask(pattern(url))
    assert site.calls[0].outcome in ("failed", "timeout")


def test_a_cap_that_was_not_reached_cuts_nothing(asking: Callable[..., Any], misbehaving: Any) -> None:
    url = misbehaving.url("not-capped")
    assert len(asking(url, **LIMITS).rows(pattern(url))) == 1


def test_no_proxy_of_the_environment_is_used(
    asking: Callable[..., Any], misbehaving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, misbehaving.elsewhere)
    monkeypatch.setenv("no_proxy", "")
    url = misbehaving.url("sound")
    assert len(asking(url, **LIMITS).rows(pattern(url))) == 1
    assert misbehaving.others == 0


def test_a_flood_costs_no_more_memory_than_the_limit(asking: Callable[..., Any], misbehaving: Any) -> None:
    urls = [misbehaving.url(fault) for fault in ("huge", "huge-without-length", "endless-error", "bomb")]
    site = asking(*urls, **LIMITS)
    tracemalloc.start()
    try:
        for url in urls:
            with pytest.raises(RemoteError):
                site.ask(pattern(url))
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # a megabyte in pieces and once more in one; unpacked, the bomb is a hundred
    assert most_bytes < 10 * LIMITS["max_bytes"]


def test_one_failure_ends_the_other_calls(asking: Callable[..., Any], misbehaving: Any) -> None:
    bad, slow = misbehaving.url("error"), misbehaving.url("hang")
    site = asking(bad, slow, timeout_seconds=5.0)
    began = time.monotonic()
    with pytest.raises(RemoteError, match="HTTP 500"):
        site.ask(f"SELECT * {{ SERVICE <{bad}> {{ ?s ?p ?o }} SERVICE <{slow}> {{ ?s ?p ?o }} }}")
    assert time.monotonic() - began < 3
    assert [call.outcome for call in site.calls] == ["failed", "abandoned"]


def test_calls_of_one_query_are_made_at_once(asking: Callable[..., Any], misbehaving: Any) -> None:
    url = misbehaving.url("together")  # gives nothing to one who asks alone
    clauses = " ".join(f"SERVICE <{url}> {{ ?s ?p{n} ?o{n} }}" for n in range(4))
    answer = asking(url, timeout_seconds=10.0).ask(f"SELECT ?s {{ {clauses} }}")[1]
    assert len(answer["results"]["bindings"]) == 1


def test_beyond_the_calls_under_way_a_query_is_told_to_come_back(
    asking: Callable[..., Any], misbehaving: Any, wait_until: Callable[..., None]
) -> None:
    slow, sound = misbehaving.url("hang"), misbehaving.url("sound")
    site = asking(slow, sound, timeout_seconds=1.5, concurrency=2, max_clauses=2)
    failed = threading.Event()

    def ask_the_slow_one() -> None:
        with pytest.raises(RemoteTimeout):
            site.ask(f"SELECT * {{ SERVICE <{slow}> {{ ?s ?p ?o }} SERVICE <{slow}> {{ ?s ?p ?o }} }}")
        failed.set()

    first = threading.Thread(target=ask_the_slow_one)
    first.start()
    wait_until(lambda: misbehaving.asked.count("hang") == 2, "both calls are under way")
    with pytest.raises(Busy) as caught:
        site.ask(pattern(sound))
    assert caught.value.retry_after_seconds == 2
    assert "other endpoints" in caught.value.text.en
    assert "andere Endpunkte" in caught.value.text.de
    first.join()
    assert failed.is_set()
    # a place is given back when its thread has ended
    wait_until(lambda: is_answered(site, pattern(sound)), "the places of abandoned calls are given back")


def is_answered(site: Any, query: str) -> bool:
    try:
        return bool(site.rows(query))
    except Busy:
        return False


def test_a_reader_who_leaves_ends_the_call(asking: Callable[..., Any], misbehaving: Any) -> None:
    url = misbehaving.url("hang")
    site = asking(url, timeout_seconds=10.0)
    began = time.monotonic()
    with pytest.raises(Busy):
        site.ask(pattern(url), has_left=lambda: True)
    assert time.monotonic() - began < 3
    assert [call.outcome for call in site.calls] == ["abandoned"]


def test_all_answers_together_have_a_bound_of_their_own(asking: Callable[..., Any], endpoint: Any) -> None:
    from slm_graph.engine.evaluation import Evaluator

    rows = "".join(f'<http://x.example/{n}> <http://x.example/p> "{"x" * 50}" .\n' for n in range(100))
    endpoint.evaluator = Evaluator.in_memory(rows.encode())
    site = asking(endpoint.url, max_bytes=20_000)
    one = f"SERVICE <{endpoint.url}> {{ ?s ?p ?o }}"
    assert len(site.rows(f"SELECT * {{ {one} }}")) == 100
    with pytest.raises(QueryTooLarge) as caught:
        site.ask(f"SELECT * {{ {one} {one} {one} }}")
    assert "20000 bytes together" in caught.value.text.en
    assert "zusammen mehr als 20000 Bytes" in caught.value.text.de
