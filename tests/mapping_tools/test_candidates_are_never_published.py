"""A suggestion is published when somebody answers for it, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from slm_graph.build import assemble
from slm_graph.errors import DataRefused
from slm_graph.mapping import read_set, set_graph
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.validation import validate

HEAD = """\
#curie_map:
#  ecf: https://w3id.org/slm-graph/id/ecf/
#  me: https://me.example/
#  sfia: https://w3id.org/slm-graph/id/sfia/
#mapping_set_id: https://me.example/set
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_tool: slm-graph
subject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_id\treviewer_id
"""
ROW = "sfia:SLMO\tskos:relatedMatch\tecf:C.3\tsemapv:LexicalMatching\t{author}\t{reviewer}\n"
TRIPLE = tuple(URIRef(DEFAULT_BASE + name) for name in ("id/sfia/SLMO", "id/ecf/C.3"))


def written(folder: Path, *, author: str = "", reviewer: str = "") -> Path:
    path = folder / "own.sssom.tsv"
    path.write_text(HEAD + ROW.format(author=author, reviewer=reviewer), "utf-8")
    return path


def test_a_file_with_an_open_suggestion_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(DataRefused) as refusal:
        assemble([written(tmp_path)], base=DEFAULT_BASE)
    assert refusal.value.where == "own.sssom.tsv"
    assert "1 of 1 rows" in refusal.value.text.en
    assert refusal.value.hint is not None
    assert "reviewer_id" in refusal.value.hint.de


@pytest.mark.parametrize("who", [{"author": "me:anna"}, {"reviewer": "me:anna"}])
def test_an_accepted_suggestion_is_published_with_who_accepted_it(
    tmp_path: Path, who: dict[str, str]
) -> None:
    dataset = assemble([written(tmp_path, **who)], base=DEFAULT_BASE)
    union = dataset.union()
    assert any(True for _ in union.predicates(*TRIPLE))
    report = validate(union)
    assert not [one for one in report.results if one.source_shape.startswith("MAP-")]


def test_the_gate_refuses_an_open_suggestion_that_comes_as_rdf(tmp_path: Path) -> None:
    graph = Graph()
    for triple in set_graph(read_set(written(tmp_path).read_bytes(), name="own")):
        graph.add(triple)
    report = validate(graph, shape_sets=["mappings"])
    assert not report.conforms()
    assert {one.source_shape for one in report.results if one.severity == "Violation"} >= {"MAP-015"}


def test_an_open_suggestion_is_exported_as_bare_triples_only_when_asked(run, tmp_path: Path) -> None:
    path = written(tmp_path)
    for form in ("skos", "xkos", "jskos"):
        refused = run("map", "export", path, "--as", form)
        assert (refused.code, refused.out) == (1, "")
    assert run("map", "export", path, "--as", "records", "-o", tmp_path / "r.ttl").code == 0
    assert run("map", "export", path, "--as", "skos", "--candidates", "-o", tmp_path / "s.ttl").code == 0
    assert "relatedMatch" in (tmp_path / "s.ttl").read_text("utf-8")
