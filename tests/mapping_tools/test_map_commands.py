"""`slm-graph map`, called as people call it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import SKOS

from slm_graph import resources
from slm_graph.mapping import read_set


def planted(path: Path) -> set[tuple[str, str, str]]:
    """Rule, subject, object of each row whose comment says what is planted there."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        (
            row["comment"].removeprefix("plants "),
            row["subject_id"].split(":")[1],
            row["object_id"].split(":")[1],
        )
        for row in csv.DictReader(lines, delimiter="\t")
        if row["comment"].startswith("plants ")
    }


def told(findings: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {
        (one["rule"], one["subject"].rsplit("/", 1)[-1], one["object"].rsplit("/", 1)[-1]) for one in findings
    }


def test_every_planted_contradiction_of_one_file_is_found_and_nothing_else(run, fixtures: Path) -> None:
    outcome = run(
        "map",
        "check",
        "--alone",
        fixtures / "planted.sssom.tsv",
        fixtures / "frameworks.ttl",
        "--format",
        "json",
    )
    assert outcome.code == 1
    expected = planted(fixtures / "planted.sssom.tsv")
    assert len(expected) == 11
    # one finding for two rows that collapse a scheme, at either of them
    assert {rule for rule, _, _ in expected} == {one["rule"] for one in outcome.json()["findings"]}
    assert told(outcome.json()["findings"]) - expected == {("MAP-006", "dig", "count")}
    assert expected - told(outcome.json()["findings"]) == {("MAP-006", "weed", "count")}


def test_sets_that_contradict_each_other_are_found_with_the_chain_over_both(run, fixtures: Path) -> None:
    files = [
        fixtures / "planted.sssom.tsv",
        fixtures / "planted-elsewhere.sssom.tsv",
        fixtures / "frameworks.ttl",
    ]
    outcome = run("map", "check", "--alone", *files, "--format", "json")
    between = [
        one
        for one in outcome.json()["findings"]
        if len({link["set"] for link in one["chain"] if link["set"]} | {one["set"]}) == 2
    ]
    assert {one["rule"] for one in between} >= {"MAP-002", "MAP-004", "MAP-006"}
    assert {rule for rule, _, _ in planted(files[1])} <= {one["rule"] for one in between}


def test_the_shipped_sets_hold_no_contradiction(run) -> None:
    outcome = run("map", "check", "--strict", "--format", "json")
    assert outcome.code == 0
    assert [one for one in outcome.json()["findings"] if one["severity"] != "Info"] == []
    assert len(outcome.json()["sets"]) == len(resources.mapping_files())
    assert sum(one["rows"] for one in outcome.json()["sets"]) == 33


def test_a_row_of_ones_own_is_held_against_the_shipped_sets(run, tmp_path: Path) -> None:
    own = tmp_path / "own.sssom.tsv"
    own.write_text(
        "#curie_map:\n#  ecf: https://w3id.org/slm-graph/id/ecf/\n#  sfia: https://w3id.org/slm-graph/id/sfia/\n"
        "#mapping_set_id: https://own.example/set\n#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "sfia:SLMO_2\tskos:broadMatch\tecf:C.3\tsemapv:ManualMappingCuration\n"
    )
    outcome = run("map", "check", own)
    assert outcome.code == 1
    assert "MAP-005" in outcome.out
    assert "[<https://w3id.org/slm-graph/mappings/e-cf>]" in outcome.out
    assert (
        run("map", "check", own, "--alone", "--quiet").code == 1
    )  # our concepts are not in the file: missing ends


def test_warnings_are_no_failure_unless_asked(run, fixtures: Path, tmp_path: Path) -> None:
    lines = (fixtures / "planted.sssom.tsv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.startswith(("#", "subject_id")) or "MAP-008" in line]
    (tmp_path / "old.sssom.tsv").write_text("".join(kept), "utf-8")
    call = ("map", "check", "--alone", tmp_path / "old.sssom.tsv", fixtures / "frameworks.ttl")
    assert (run(*call).code, run(*call, "--strict").code) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "missing.sssom.tsv"], 2, "no such file"),
        (["check", "no-such-set"], 1, "e-cf"),
        (["check", "--alone"], 2, "--alone"),
        (["compose", "e-cf"], 2, "two sets"),
        (["suggest", "sfia", "nowhere"], 1, "neither a file nor a scheme"),
        (["suggest", "sfia", "ecf", "--target-scheme", "x"], 2, "--target-scheme"),
        (["suggest", "sfia", "ecf", "--license", "free"], 2, "absolute IRI"),
        (["suggest", "sfia", "ecf", "--top", "0"], 2, "--top"),
        (["evaluate", "e-cf", "gone.ttl"], 2, "no such file"),
        (["export", "e-cf", "--as", "skos", "-o", "x.docx"], 2, "suffix"),
        (["invert", "sfia-9", "--set-id", "sfia"], 2, "absolute IRI"),
    ],
)
def test_a_wrong_call_is_told_with_its_exit_code(run, arguments: list[str], code: int, words: str) -> None:
    outcome = run("map", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.sssom.tsv", "subject_id\tobject_id\n", "bad.sssom.tsv"),
        ("bad.ttl", "<a> <b>", "bad.ttl"),
        ("empty.ttl", "", "empty"),
        (
            "nothing.nt",
            "<https://a.example/x> <https://a.example/y> <https://a.example/z> .\n",
            "not one concept",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(
    run, tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)
    outcome = run("map", "suggest", tmp_path / name, "ecf")
    assert outcome.code == 1
    assert words in outcome.err


def test_suggestions_between_shipped_frameworks_find_the_shipped_mapping(run, tmp_path: Path) -> None:
    target = tmp_path / "s.sssom.tsv"
    outcome = run("map", "suggest", "sfia", "ecf", "-o", target, "--lang", "en")
    assert outcome.code == 0
    rows = read_set(target.read_bytes(), name="s").mappings
    firsts = {
        row.subject.rsplit("/", 1)[-1]: row.object
        for row in rows
        if str(row.comment).startswith("suggestion 1;")
    }
    assert firsts["SLMO"].endswith("/id/ecf/A.2")
    assert firsts["SLMO_5"].endswith("/id/ecf/A.2_3")
    score = run("map", "evaluate", target, "e-cf", "--format", "json").json()
    assert score["all"]["reference"] == 6
    assert score["all"]["right"] >= 3


def test_the_same_call_writes_the_same_bytes(run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("map", "suggest", "sfia", "sfia9", "-o", tmp_path / f"{name}.tsv")
    assert (tmp_path / "one.tsv").read_bytes() == (tmp_path / "two.tsv").read_bytes()


def test_sssom_and_rdf_files_serve_as_frameworks(run, tmp_path: Path, fixtures: Path) -> None:
    table = tmp_path / "sfia-9.sssom.tsv"
    table.write_bytes(resources.ontology_file("mappings/sfia-9.sssom.tsv"))
    outcome = run("map", "suggest", table, table, "-o", tmp_path / "s.sssom.tsv")
    assert outcome.code == 0
    found = run("map", "evaluate", tmp_path / "s.sssom.tsv", table, "--format", "json").json()
    # the seven levels of responsibility have labels there that nothing connects
    assert (found["first"]["right"], found["first"]["reference"]) == (7, 14)
    scheme = "https://market.example/all"
    outcome = run(
        "map", "suggest", fixtures / "frameworks.ttl", fixtures / "frameworks.ttl",
        "--source-scheme", "https://garden.example/all", "--target-scheme", scheme, "-o", tmp_path / "g.sssom.tsv",
    )  # fmt: skip
    assert outcome.code == 0
    rows = read_set((tmp_path / "g.sssom.tsv").read_bytes(), name="g").mappings
    assert {(str(row.subject_source), str(row.object_source)) for row in rows} == {
        ("https://garden.example/all", scheme)
    }
    best = max(rows, key=lambda row: row.confidence or 0)
    assert (best.subject[-5:], best.object[-3:]) == ("prune", "cut")


def test_a_set_turned_round_twice_is_the_set_itself(run, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.sssom.tsv", tmp_path / "twice.sssom.tsv"
    assert run("map", "invert", "e-cf", "-o", once).code == 0
    assert run("map", "invert", once, "-o", twice).code == 0
    assert (
        read_set(twice.read_bytes(), name="t").mappings
        == read_set(resources.ontology_file("mappings/e-cf.sssom.tsv"), name="e").mappings
    )
    assert run("map", "evaluate", once, "e-cf", "--format", "json").json()["all"]["f1"] == 1.0


def test_a_set_that_cannot_be_turned_round_whole_says_which_rows(run, tmp_path: Path) -> None:
    outcome = run("map", "invert", "esco", "-o", tmp_path / "i.sssom.tsv")
    assert outcome.code == 0
    assert "slm:usedInOccupation" in outcome.err


def test_chains_are_written_with_their_story_and_held_back(run, tmp_path: Path) -> None:
    run("map", "invert", "sfia-9", "-o", tmp_path / "i.sssom.tsv")
    outcome = run("map", "compose", tmp_path / "i.sssom.tsv", "e-cf", "-o", tmp_path / "c.sssom.tsv")
    assert outcome.code == 0
    rows = read_set((tmp_path / "c.sssom.tsv").read_bytes(), name="c").mappings
    assert sorted((row.confidence or 0) for row in rows) == [0.4, 0.4, 0.8075]
    assert all("closeMatch" in str(row.comment) for row in rows)
    refused = run("build", tmp_path / "c.sssom.tsv")
    assert (refused.code, "3 of 3 rows" in refused.err) == (1, True)


@pytest.mark.parametrize("form", ["sssom", "skos", "records", "xkos", "jskos"])
def test_each_form_holds_the_rows_it_can_say(run, tmp_path: Path, form: str) -> None:
    target = tmp_path / ("e.json" if form == "jskos" else "e.sssom.tsv" if form == "sssom" else "e.ttl")
    outcome = run("map", "export", "esco", "--as", form, "-o", target)
    assert outcome.code == 0
    if form == "jskos":
        assert len(json.loads(target.read_text("utf-8"))) == 11
    elif form == "sssom":
        shipped = read_set(resources.ontology_file("mappings/esco.sssom.tsv"), name="esco")
        again = read_set(target.read_bytes(), name="e")
        assert (again.id, again.mappings, again.further) == (shipped.id, shipped.mappings, shipped.further)
        assert {"sfia", "skill", "occupation"} <= dict(again.prefixes).keys()
    else:
        graph = Graph().parse(target, format="turtle")
        assert len(list(graph.subject_objects(SKOS.relatedMatch))) == 8
    if form == "records":
        again = run("map", "evaluate", target, "esco", "--format", "json").json()
        assert again["all"]["f1"] == 1.0


def test_a_release_is_read_where_there_is_one(run, tmp_path: Path, fixtures: Path) -> None:
    assert run("build", "--quiet").code == 0
    shutil.copy(fixtures / "planted.sssom.tsv", tmp_path / "p.sssom.tsv")
    outcome = run("map", "check", "--format", "json")
    assert outcome.code == 0
    assert sum(one["rows"] for one in outcome.json()["sets"]) == 33
    assert (
        run("map", "evaluate", "e-cf", resources_file(tmp_path, "e-cf"), "--format", "json").json()["all"][
            "f1"
        ]
        == 1.0
    )


def resources_file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.sssom.tsv"
    path.write_bytes(resources.ontology_file(f"mappings/{name}.sssom.tsv"))
    return path
