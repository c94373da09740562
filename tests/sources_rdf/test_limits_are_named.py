"""A child process that reaches a limit is ended, and the limit named."""

from __future__ import annotations

import json

import pytest

from slm_graph.errors import EnvironmentFault, SourceError
from slm_graph.sources.limited import Limits, run
from slm_graph.sources.rdf import canonical_n_quads

OPTIONS: dict[str, str | None] = {"format": "ntriples", "base": "https://example.org/"}
LINE = b'<http://example.org/a> <http://example.org/p> "x" .\n'


def words(data: bytes, limits: Limits) -> str:
    with pytest.raises(SourceError) as refusal:
        run(canonical_n_quads, data, name="a.nt", limits=limits, options=OPTIONS)
    assert refusal.value.name == "a.nt"
    return refusal.value.message("de")


def test_what_needs_no_limit_comes_back_whole() -> None:
    assert run(canonical_n_quads, LINE * 2, name="a.nt", options=OPTIONS) == LINE


def test_the_deadline() -> None:
    assert "die Frist von 0,01 Sekunden" in words(LINE, Limits(wall_seconds=0.01))


def test_the_memory() -> None:
    many = b"".join(
        b'<http://example.org/a> <http://example.org/p> "%d" .\n' % number for number in range(300_000)
    )
    assert "die Speichergrenze von 192 MiB" in words(many, Limits(memory_bytes=192 * 1024 * 1024))


def test_the_processor_time_of_blank_nodes_that_cannot_be_told_apart() -> None:
    alike = b"".join(
        b"_:b%d <http://example.org/p> _:b%d .\n" % (one, other)
        for one in range(14)
        for other in range(14)
        if one != other
    )
    assert "1 Sekunden Rechenzeit" in words(alike, Limits(cpu_seconds=1))


def test_a_fault_of_our_own_is_no_fault_of_the_source() -> None:
    with pytest.raises(EnvironmentFault) as fault:
        run(json.dumps, b"", name="a.nt")  # type: ignore[arg-type]  # which takes no bytes, and no name
    assert "TypeError" in fault.value.message("en")
