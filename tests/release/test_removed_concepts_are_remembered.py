"""What earlier releases had stays known, whatever was built since; and what was never removed leaves no trace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.build import assemble
from slm_graph.errors import Text
from slm_graph.model import Dataset
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import open_release
from slm_graph.release.removal import FILE, read_removed
from slm_graph.validation import validate

from .conftest import Judged, judge

ELSEWHERE = "https://rahmen.example/"
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
    told: list[Text] = []
    assert read_removed(judged.write(tmp_path, version="2", unasked=told.append)) == {}
    (said,) = told
    assert "cannot be read: release 1." in said.en
    assert "404 instead of 410" in said.en
    assert "404 statt 410" in said.de


def test_before_a_damaged_release_the_one_before_it_counts(judged: Judged, tmp_path: Path) -> None:
    having(judged, EXTRA).write(tmp_path, version="1")
    broken = having(judged, EXTRA, OTHER).write(tmp_path, version="2")
    broken.path.chmod(0o755)
    (broken.path / "manifest.json").unlink()
    told: list[Text] = []
    third = judged.write(tmp_path, version="3", unasked=told.append)
    assert read_removed(third) == {str(EXTRA): "1"}
    assert [one.en.partition(".")[0] for one in told] == ["cannot be read: release 2"]


def test_a_release_that_does_not_state_its_base_tells_nothing(judged: Judged, tmp_path: Path) -> None:
    broken = having(judged, EXTRA).write(tmp_path, version="1")
    manifest = broken.path / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**broken.manifest, "base": None}), "utf-8")
    told: list[Text] = []
    assert read_removed(judged.write(tmp_path, version="2", unasked=told.append)) == {}
    assert [one.en.partition(".")[0] for one in told] == ["cannot be read: release 1"]


def test_an_old_release_that_somebody_took_away_is_no_news(judged: Judged, tmp_path: Path) -> None:
    old = judged.write(tmp_path, version="1")
    having(judged, EXTRA).write(tmp_path, version="2")
    shutil.rmtree(old.path)
    told: list[Text] = []
    assert read_removed(judged.write(tmp_path, version="3", unasked=told.append)) == {str(EXTRA): "2"}
    assert told == []


@pytest.fixture(scope="module")
def elsewhere() -> Judged:
    """The same under another base."""
    dataset = assemble([], base=ELSEWHERE)
    return Judged(dataset, validate(dataset.union(), base=ELSEWHERE), ELSEWHERE)


def test_another_base_is_told_and_its_concepts_are_not_called_gone(
    judged: Judged, elsewhere: Judged, tmp_path: Path
) -> None:
    having(judged, EXTRA).write(tmp_path, version="1")
    told: list[Text] = []
    moved = elsewhere.write(tmp_path, version="2", unasked=told.append)
    assert read_removed(moved) == {}
    (said,) = told
    for part in (DEFAULT_BASE, ELSEWHERE, "release 1", "404 instead of 410", "none with this base yet"):
        assert part in said.en
    assert "Mit dieser Basis gab es noch keines." in said.de
    told.clear()
    assert elsewhere.write(tmp_path, version="3", unasked=told.append).version == "3"
    assert told == []  # the last one has this base, so there is nothing to tell


def test_back_at_the_first_base_what_was_removed_there_is_known_again(
    judged: Judged, elsewhere: Judged, tmp_path: Path
) -> None:
    having(judged, EXTRA).write(tmp_path, version="1")
    elsewhere.write(tmp_path, version="2")
    told: list[Text] = []
    assert read_removed(judged.write(tmp_path, version="3", unasked=told.append)) == {str(EXTRA): "1"}
    (said,) = told
    assert said.en.endswith("taken from release 1, the last one with this base.")


def test_the_command_says_it_in_both_languages(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "slm_graph.cli", "build", "--quiet", "--data", str(tmp_path)]
    for base, language, said in (
        (DEFAULT_BASE, "C.UTF-8", ""),
        (ELSEWHERE, "de_DE.UTF-8", "antwortet 404 statt 410 (entfernt)"),
        (DEFAULT_BASE, "C.UTF-8", "answers 404 instead of 410 (gone)"),
    ):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))
        }
        run = subprocess.run(
            [*build, "--base-iri", base],
            env=environment | {"LC_ALL": language},
            capture_output=True,
            text=True,
            check=True,
        )
        assert said in run.stderr
        assert run.stderr.count("\n") == (1 if said else 0)
