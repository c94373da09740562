"""Each named graph has a file of its own, under the name it always had where no other graph would have it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import RDFS

from slm_graph.engine.canonical import canonical_lines
from slm_graph.exports.dumps import MAX_NAME_LENGTH, dump_names, write_dumps
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE


def _names(*graphs: str) -> list[str]:
    names = dump_names([f"{DEFAULT_BASE}graph/{graph}" for graph in graphs], base=DEFAULT_BASE)
    return [names[f"{DEFAULT_BASE}graph/{graph}"] for graph in graphs]


def test_a_name_that_one_graph_has_stays() -> None:
    graphs = ("sfia", "sfia/level", "mappings/sfia-9", "v1.2")
    assert _names(*graphs) == ["sfia", "sfia-level", "mappings-sfia-9", "v1.2"]


def test_graphs_that_would_share_a_name_have_one_each_and_none_keeps_it() -> None:
    first, second, other = _names("a/b", "a-b", "a")
    assert len({first, second, "a-b"}) == 3
    assert (first.startswith("a-b-"), second.startswith("a-b-"), other) == (True, True, "a")


def test_a_name_does_not_depend_on_the_order_nor_on_how_many_share_it() -> None:
    assert _names("a/b", "a-b")[0] == _names("a--b", "a-b", "a/b")[2]


@pytest.mark.parametrize("graph", ["all", "owl", "OWL", "\u00fc"])
def test_a_name_that_stands_for_something_else_or_for_nothing_is_no_graphs(graph: str) -> None:
    (name,) = _names(graph)
    assert name.lower() not in ("all", "owl", "")


def test_names_that_differ_by_case_alone_are_told_apart() -> None:
    first, second = _names("SFIA", "sfia")
    assert first.lower() != second.lower()


def test_no_name_is_too_long_for_a_file() -> None:
    names = _names("x" * 5000, "x" * 5001)
    assert len(set(names)) == 2
    assert max(map(len, names)) < MAX_NAME_LENGTH + 20


@given(st.sets(st.text(alphabet="aA/-.", max_size=5), max_size=12))
def test_no_two_graphs_share_a_name(graphs: set[str]) -> None:
    names = [name.lower() for name in _names(*sorted(graphs))]
    assert len(set(names)) == len(graphs)
    assert "" not in names


def test_each_file_holds_its_graph_and_no_other(tmp_path: Path) -> None:
    graphs = [URIRef(f"{DEFAULT_BASE}graph/{name}") for name in ("a/b", "a-b", "all")]
    quads: list[Quad] = [(URIRef("https://example.org/x"), RDFS.label, Literal(str(g)), g) for g in graphs]
    write_dumps(canonical_lines(quads), tmp_path, base=DEFAULT_BASE)
    names = dump_names(map(str, graphs), base=DEFAULT_BASE)
    for graph in graphs:
        lines = gzip.decompress((tmp_path / f"{names[str(graph)]}.nt.gz").read_bytes()).decode()
        assert lines == f'<https://example.org/x> <{RDFS.label}> "{graph}" .\n'
    assert gzip.decompress((tmp_path / "all.nt.gz").read_bytes()).count(b"\n") == len(graphs)
