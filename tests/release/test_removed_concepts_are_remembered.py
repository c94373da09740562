"""What earlier releases had stays known, whatever was built since; and what was never removed leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.model import Dataset
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import open_release
from slm_graph.release.removal import FILE, read_removed

from .conftest import Judged, judge

SCHEME = URIRef(DEFAULT_BASE + "id/itil4")
EXTRA, OTHER = (URIRef(DEFAULT_BASE + f"id/itil4/{name}") for name in ("EXTRA", "OTHER"))


def having(judged: Judged, *concepts: URIRef) -> Judged:
    """The shipped data with further concepts."""
    graphs = {name: Graph() + graph for name, graph in judged.dataset.graphs.items()}
    graph = graphs[URIRef(DEFAULT_BASE + "graph/itil4")]
    for concept in concepts:
        graph.add((concept, RDF.type, SKOS.Concept))
        graph.add((concept, SKOS.inScheme, SCHEME))
        graph.add((concept, SKOS.topConceptOf, SCHEME))
        graph.add((SCHEME, SKOS.hasTopConcept, concept))
        for language in ("de", "en"):
            graph.add((concept, SKOS.prefLabel, Literal(concept.rpartition("/")[2], lang=language)))
    return judge(Dataset(graphs, judged.dataset.sources))


@pytest.fixture(scope="module")
def data(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """EXTRA and OTHER in the first, neither in the second, OTHER again in the third."""
    folder = tmp_path_factory.mktemp("removed")
    having(judged, EXTRA, OTHER).write(folder, version="1")
    judged.write(folder, version="2")
    having(judged, OTHER).write(folder, version="3")
    return folder


def test_a_removed_concept_is_listed_with_its_last_release(data: Path) -> None:
    assert read_removed(open_release(data, "2")) == {str(EXTRA): "1", str(OTHER): "1"}


def test_it_is_remembered_over_releases_and_forgotten_when_it_is_back(data: Path) -> None:
    assert read_removed(open_release(data, "3")) == {str(EXTRA): "1"}


def test_without_a_past_nothing_is_listed(data: Path) -> None:
    first = open_release(data, "1")
    assert FILE not in first.manifest["files"]
    assert read_removed(first) == {}


def test_the_list_is_an_input_that_the_manifest_states(data: Path) -> None:
    second = open_release(data, "2")
    assert second.manifest["files"][FILE]["bytes"] == (second.path / FILE).stat().st_size


def test_the_same_again_is_the_same_release(judged: Judged, tmp_path: Path) -> None:
    having(judged, EXTRA).write(tmp_path)
    second = judged.write(tmp_path)
    again = judged.write(tmp_path)
    assert again.version == second.version
    assert read_removed(again) == {str(EXTRA): _first(tmp_path)}


def _first(data: Path) -> str:
    return (data / "history").read_text("utf-8").split()[0]


def test_a_damaged_release_does_not_stop_the_next(judged: Judged, tmp_path: Path) -> None:
    broken = having(judged, EXTRA).write(tmp_path, version="1")
    broken.path.chmod(0o755)
    (broken.path / "data.nq").unlink()
    assert read_removed(judged.write(tmp_path, version="2")) == {}
