"""A release is written whole or not at all, the same bytes from the same input, and never without a judgement."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph import release
from slm_graph.catalogue import Catalogue
from slm_graph.errors import Busy, DataRefused, EnvironmentFault, UsageError
from slm_graph.model import Dataset
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release.writing import NotConforming
from slm_graph.search import Search

from .conftest import Judged, judge

SLMO = URIRef(DEFAULT_BASE + "id/sfia/SLMO")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def changed(judged: Judged, label: str) -> Judged:
    graphs = {name: Graph() + graph for name, graph in judged.dataset.graphs.items()}
    graphs[URIRef(DEFAULT_BASE + "graph/sfia")].add((SLMO, SKOS.altLabel, Literal(label, lang="de")))
    return judge(Dataset(graphs, judged.dataset.sources))


def test_what_is_shipped_conforms_without_a_warning(judged: Judged) -> None:
    assert judged.report.results == ()
    assert judged.report.judged > 40


def test_the_manifest_names_every_file_with_its_hash(made: release.Release) -> None:
    said = {name: entry["sha256"] for name, entry in made.manifest["files"].items()}
    assert said == {name: digest for name, digest in contents(made.path).items() if name != "manifest.json"}
    assert {
        "data.nq",
        "resources.sqlite",
        "search.sqlite",
        "report.json",
        "report.ttl",
        "dumps/all.trig.gz",
    } <= set(said)


def test_built_twice_under_other_circumstances_it_has_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from slm_graph import release, validation; "
        "from slm_graph.build import assemble; from slm_graph.namespaces import DEFAULT_BASE as B; d = assemble([], base=B); "
        "release.write_release(d, validation.validate(d.union(), base=B), data=Path(sys.argv[1]), base=B)"
    )
    for name, seed, zone in (("a", "1", "UTC"), ("b", "2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name)], check=True, env=environment)
    version = release.current(tmp_path / "a")
    assert version is not None
    assert version == release.current(tmp_path / "b")
    assert contents(tmp_path / "a" / "releases" / version) == contents(tmp_path / "b" / "releases" / version)


def test_no_date_enters_a_release_unless_it_is_given(judged: Judged, tmp_path: Path) -> None:
    assert judged.write(tmp_path).date is None
    assert judged.write(tmp_path, date="2026-01-02").date == "2026-01-02"


def test_data_that_break_a_rule_make_no_release_and_the_old_one_stays(judged: Judged, tmp_path: Path) -> None:
    old = judged.write(tmp_path)
    graphs = {name: Graph() + graph for name, graph in judged.dataset.graphs.items()}
    graphs[URIRef(DEFAULT_BASE + "graph/sfia")].add(
        (SLMO, SKOS.prefLabel, Literal("Zweiter Name", lang="de"))
    )
    broken = judge(Dataset(graphs, judged.dataset.sources))
    with pytest.raises(NotConforming) as refused:
        broken.write(tmp_path)
    assert {result.source_shape for result in refused.value.report.results} >= {"S14"}
    assert release.current(tmp_path) == old.version
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [old.version]


def test_the_report_must_judge_the_same_data(judged: Judged, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another data set"):
        replace(judged, dataset=changed(judged, "Anderes").dataset).write(tmp_path)


def test_the_report_must_judge_the_same_data_not_only_as_much_of_it(judged: Judged, tmp_path: Path) -> None:
    graphs = {name: Graph() + graph for name, graph in judged.dataset.graphs.items()}
    graph = graphs[URIRef(DEFAULT_BASE + "graph/sfia")]
    graph.remove((SLMO, SKOS.notation, None))
    graph.add((SLMO, SKOS.altLabel, Literal("Anderes", lang="de")))
    other = Dataset(graphs, judged.dataset.sources)
    assert len(other.union()) == len(judged.dataset.union())
    with pytest.raises(ValueError, match="another data set"):
        replace(judged, dataset=other).write(tmp_path)


def test_an_identical_release_is_reused_and_another_of_its_name_refused(
    judged: Judged, tmp_path: Path
) -> None:
    first = judged.write(tmp_path, version="1.0")
    assert judged.write(tmp_path, version="1.0").path == first.path
    with pytest.raises(DataRefused, match="other content"):
        changed(judged, "Anderes").write(tmp_path, version="1.0")
    assert release.current(tmp_path) == "1.0"


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "ä", "x" * 65, "a b", "current"])
def test_a_release_name_is_one_plain_path_segment(judged: Judged, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        judged.write(tmp_path, version=name)
    assert not (tmp_path / "releases").exists()


def test_rollback_is_a_flip_and_back_again(judged: Judged, tmp_path: Path) -> None:
    judged.write(tmp_path, version="one")
    changed(judged, "Anderes").write(tmp_path, version="two")
    assert release.current(tmp_path) == "two"
    assert release.rollback(tmp_path).version == "one"
    assert release.current(tmp_path) == "one"
    assert release.rollback(tmp_path, "two").version == "two"
    assert [row.version for row in release.releases(tmp_path)] == ["one", "two"]


@pytest.mark.parametrize("file", ["data.nq", "resources.sqlite", "manifest.json", "dumps/all.ttl.gz"])
def test_a_damaged_release_is_refused_by_name(made: release.Release, tmp_path: Path, file: str) -> None:
    shutil.copytree(made.path.parents[1], tmp_path, dirs_exist_ok=True, symlinks=True)
    damaged = tmp_path / "releases" / made.version / file
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-7] + b"damaged")
    with pytest.raises(EnvironmentFault, match=file):
        release.open_release(tmp_path)


@pytest.mark.parametrize("key", ["version", "base", "quads", "graphs", "files"])
@pytest.mark.parametrize("verify", [True, False], ids=["whole", "sizes alone"])
def test_a_manifest_that_lacks_what_all_state_is_refused_by_name(
    made: release.Release, tmp_path: Path, key: str, verify: bool
) -> None:
    shutil.copytree(made.path.parents[1], tmp_path, dirs_exist_ok=True, symlinks=True)
    manifest = tmp_path / "releases" / made.version / "manifest.json"
    manifest.chmod(0o644)
    said = {name: value for name, value in made.manifest.items() if name != key}
    manifest.write_text(json.dumps(said), "utf-8")
    with pytest.raises(EnvironmentFault, match=made.version):
        release.open_release(tmp_path, made.version, verify=verify)
    assert set(release.damaged(tmp_path)) == {made.version}


@pytest.mark.parametrize("file", ["data.nq", "manifest.json"])
def test_a_damaged_release_is_made_anew_from_its_sources(judged: Judged, tmp_path: Path, file: str) -> None:
    made = judged.write(tmp_path)
    whole = contents(made.path)
    (made.path / file).chmod(0o644)
    (made.path / file).write_bytes(b"damaged")
    assert set(release.damaged(tmp_path)) == {made.version}
    assert contents(judged.write(tmp_path).path) == whole
    assert release.damaged(tmp_path) == {}
    assert (tmp_path / "releases" / f".damaged-{made.version}" / file).read_bytes() == b"damaged"
    assert [row.version for row in release.releases(tmp_path)] == [made.version]


def test_rollback_passes_over_what_never_became_current(judged: Judged, tmp_path: Path) -> None:
    judged.write(tmp_path, version="one")
    changed(judged, "Anderes").write(tmp_path, version="two")
    with (tmp_path / "history").open("a") as log:  # as a flip leaves it that was killed between log and link
        log.write("three\n")
    assert release.rollback(tmp_path).version == "one"


def test_two_publishers_do_not_write_at_once(judged: Judged, tmp_path: Path) -> None:
    with release.publishing(tmp_path), pytest.raises(Busy, match="another process"):
        judged.write(tmp_path)


def test_a_directory_that_cannot_be_written_is_named(judged: Judged, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(EnvironmentFault):
        judged.write(tmp_path / "file")


def test_killed_while_writing_the_old_release_is_whole(judged: Judged, tmp_path: Path) -> None:
    old = judged.write(tmp_path)
    before = contents(old.path)
    script = (
        "import os, signal, sys; from pathlib import Path; from slm_graph import release, validation; "
        "from slm_graph.build import assemble; from slm_graph.namespaces import DEFAULT_BASE as B; "
        "d = assemble([], base=B, with_definitions=False); "
        "die = lambda step: os.kill(os.getpid(), signal.SIGKILL) if step == sys.argv[2] else None; "
        "release.write_release(d, validation.validate(d.union(), base=B, with_definitions=False), data=Path(sys.argv[1]), base=B, progress=die)"
    )
    for step in ("index", "dumps", "publish"):
        done = subprocess.run([sys.executable, "-c", script, str(tmp_path), step], check=False)
        assert done.returncode == -signal.SIGKILL
        assert release.open_release(tmp_path).version == old.version
        assert contents(old.path) == before
    made = changed(judged, "Anderes").write(tmp_path)
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == sorted(
        [old.version, made.version]
    )


def test_the_index_describes_what_the_data_say(judged: Judged, made: release.Release) -> None:
    catalogue = Catalogue(made.index_file)
    described = catalogue.describe(str(SLMO))
    assert described is not None
    assert described.kind == "skill"
    whole = judged.dataset.union()
    assert {(s, p, o) for s, p, o, _ in described.quads if s == SLMO} == set(
        whole.triples((SLMO, None, None))
    )
    assert catalogue.describe(DEFAULT_BASE + "id/sfia/NONE") is None
    label = catalogue.label(str(SLMO), "de")
    assert label is not None
    assert label.value == "Servicelevel-Management"
    narrower = catalogue.subjects(str(SKOS.broader), str(SLMO))
    assert [iri.rsplit("_", 1)[1] for iri in narrower] == list("1234567")


def test_the_label_index_finds_the_skill(made: release.Release) -> None:
    hits = Search(made.search_file).find("slmo").hits
    assert hits[0].iri == SLMO


def test_the_manifest_is_plain_json_with_the_sources(made: release.Release) -> None:
    manifest = json.loads((made.path / "manifest.json").read_text("utf-8"))
    assert {"sfia.ttl", "slm.ttl"} <= {source["name"] for source in manifest["sources"]}
    assert sum(manifest["graphs"].values()) == manifest["quads"]
