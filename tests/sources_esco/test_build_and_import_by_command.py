"""On the command line: a build refuses the faults and says what mends them, or mends them and keeps the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import URIRef

from slm_graph.build import assemble
from slm_graph.cli.building import build_command
from slm_graph.cli.importing import esco_command
from slm_graph.errors import DataRefused
from slm_graph.namespaces import DEFAULT_BASE, ESCO

HEAD = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,"
    "definition,inScheme,description\r\n"
)
NAME = "esco-1.2.0-csv-en.zip"


def mapped_skills() -> list[str]:
    """Local names of the ESCO skills that the shipped mappings end in."""
    ends = {str(o) for _, _, o, _ in assemble([], base=DEFAULT_BASE).quads() if isinstance(o, URIRef)}
    return sorted(end.rpartition("/")[2] for end in ends if end.startswith(ESCO + "skill/"))


@pytest.fixture
def faulty(
    write: Callable[..., Path], small: Callable[..., dict[str, str]], skill: Callable[..., str]
) -> Path:
    rows = skill("pear", "grow pears", alternative="grow pears") + skill("plum", "grow plums")
    for name in mapped_skills():  # the gate wants both ends of the shipped mappings once ESCO is there
        rows += skill(name, f"grow {name}")
    return write(small(skills_en=HEAD + rows))


def test_a_build_without_repair_refuses_and_tells_file_row_and_remedy(faulty: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(build_command, [str(faulty), "--data", str(tmp_path / "data")])
    assert isinstance(result.exception, DataRefused)
    assert "--repair" in result.exception.message("de")
    assert f"{NAME}/skills_en.csv:2" in result.stderr
    assert "S13" in result.stderr
    assert not (tmp_path / "data" / "current").exists()


def test_a_build_with_repair_keeps_a_record_of_each_repair_in_the_release(
    faulty: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(
        build_command, [str(faulty), "--repair", "--format", "json", "--data", str(tmp_path / "data")]
    )
    assert result.exit_code == 0, result.stderr
    release = Path(json.loads(result.stdout)["path"])
    said = json.loads((release / "findings.json").read_text())
    assert [(row["kind"], row["row"], row["value"], row["repaired"]) for row in said["findings"]] == [
        ("alternative-repeats-preferred", 2, "grow pears", True)
    ]
    assert "findings.json" in json.loads((release / "manifest.json").read_text())["files"]


def test_an_import_writes_the_graphs_of_the_versions_and_the_findings(faulty: Path, tmp_path: Path) -> None:
    target, findings = tmp_path / "esco.nq", tmp_path / "findings.json"
    result = CliRunner().invoke(
        esco_command, [str(faulty), "--repair", "-o", str(target), "--findings", str(findings)]
    )
    assert result.exit_code == 0, result.output
    assert b"/graph/esco/1.2.0> ." in target.read_bytes()
    assert json.loads(findings.read_text())["kinds"]["alternative-repeats-preferred"]["count"] == 1


def test_an_unknown_suffix_of_the_target_writes_nothing(faulty: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(esco_command, [str(faulty), "-o", str(tmp_path / "esco.xls")])
    assert result.exit_code != 0
    assert ".nq" in str(getattr(result.exception, "hint", None))
    assert not (tmp_path / "esco.xls").exists()
