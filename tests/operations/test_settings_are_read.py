"""Settings from a file and from the environment: what counts before what, and what is refused by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from slm_graph.errors import UsageError
from slm_graph.settings import (
    SECTIONS,
    SERVING,
    FederationSettings,
    LogSettings,
    QueryLimits,
    environment_name,
    read_configuration,
    section_of,
)

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def configuration(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_table_fills_the_fields_it_names_and_leaves_the_others(tmp_path: Path) -> None:
    said = read_configuration(configuration(tmp_path, "[limits]\ndeadline_seconds = 3\nprocesses = 4\n"))
    limits = section_of("limits", QueryLimits, said, environment={})
    assert limits == QueryLimits(deadline_seconds=3.0, processes=4)


def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    said = read_configuration(configuration(tmp_path, "[limits]\nprocesses = 4\n[log]\nrequests = true\n"))
    environment = {"SLM_GRAPH_LIMITS_PROCESSES": "5", "SLM_GRAPH_LOG_REQUESTS": "off"}
    assert section_of("limits", QueryLimits, said, environment=environment).processes == 5
    assert section_of("log", LogSettings, said, environment=environment).requests is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port 8000", "not TOML"),
        ("\x00", "not TOML"),
        ("prot = 8000", "no setting prot"),
        ("[limits]\ndeadline = 3", "no setting limits.deadline"),
        ("limits = 3", "limits is a table"),
        ("[limits]\nprocesses = 0", "limits.processes is a whole number above 0"),
        ("[limits]\nprocesses = 1.5", "limits.processes is a whole number above 0"),
        ("[limits]\nprocesses = true", "limits.processes is a whole number above 0"),
        ("[limits]\ndeadline_seconds = 'long'", "limits.deadline_seconds is a number above 0"),
        ("[limits]\ndeadline_seconds = inf", "limits.deadline_seconds is a number above 0"),
        ("[log]\nclients = 1", "log.clients is true or false"),
        ("[federation]\nendpoints = 'http://a.example/'", "federation.endpoints is a list of strings"),
        ("[federation]\nendpoints = [1]", "federation.endpoints is a list of strings"),
        ("[federation]\nmax_rows = 0", "federation.max_rows is a whole number above 0"),
        pytest.param("[limits]\nmax_rows = " + "9" * 400, "limits.max_rows is at most", id="400 digits"),
        pytest.param(
            "[limits]\ndeadline_seconds = " + "9" * 400,
            "limits.deadline_seconds is at most",
            id="400 for float",
        ),
        ("[limits]\ndeadline_seconds = 1e300", "limits.deadline_seconds is at most"),
        pytest.param("[limits]\nmax_rows = " + "9" * 5000, "not TOML", id="5000 digits"),
        pytest.param("data = " + "[" * 5000, "not TOML", id="nested"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    path = configuration(tmp_path, text)
    with pytest.raises(UsageError) as caught:  # noqa: PT012  # the reading or the use of it
        said = read_configuration(path)
        for name, kind in SECTIONS.items():
            section_of(name, kind, said, environment={}, path=path)
    assert words in caught.value.text.en
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port 8000", "kein TOML: nach dem Namen fehlt das Gleichheitszeichen (Zeile 1, Spalte 6)."),
        ("port = [1", "kein TOML: eine Liste ist nicht geschlossen (am Ende)."),
        ("port = 1\nport = 2\n", "kein TOML: ein Name steht zweimal da (Zeile 2, Spalte 9)."),
        (b"data = '\xff'", "kein UTF-8: das Byte 0xFF an Stelle 9."),
    ],
)
def test_what_cannot_be_read_is_told_in_german(tmp_path: Path, text: str | bytes, words: str) -> None:
    path = configuration(tmp_path, "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        read_configuration(path)
    assert words in caught.value.message("de")


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_variable_with_a_number_beyond_all_is_refused(digits: int) -> None:
    for name in ("MAX_ROWS", "DEADLINE_SECONDS"):
        variable = f"SLM_GRAPH_LIMITS_{name}"
        with pytest.raises(UsageError, match=variable):
            section_of("limits", QueryLimits, {}, environment={variable: "9" * digits})


def test_a_query_longer_than_can_be_handed_on_is_not_promised() -> None:
    environment = {"SLM_GRAPH_LIMITS_MAX_QUERY_BYTES": "1048577"}
    with pytest.raises(UsageError, match="at most 1048576"):
        section_of("limits", QueryLimits, {}, environment=environment)


def test_a_list_comes_from_the_file_or_parted_by_blanks_from_the_environment(tmp_path: Path) -> None:
    said = read_configuration(
        configuration(tmp_path, '[federation]\nendpoints = ["http://a.example/", "https://b.example/"]\n')
    )
    found = section_of("federation", FederationSettings, said, environment={})
    assert found.endpoints == ("http://a.example/", "https://b.example/")
    environment = {"SLM_GRAPH_FEDERATION_ENDPOINTS": " http://c.example/\n http://d.example/ "}
    found = section_of("federation", FederationSettings, said, environment=environment)
    assert found.endpoints == ("http://c.example/", "http://d.example/")
    environment = {"SLM_GRAPH_FEDERATION_ENDPOINTS": ""}
    assert section_of("federation", FederationSettings, said, environment=environment).endpoints == ()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_configuration(tmp_path / "none.toml")


@pytest.mark.parametrize("word", ["perhaps", "", "2"])
def test_a_variable_that_means_nothing_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="SLM_GRAPH_LOG_CLIENTS is true or false"):
        section_of("log", LogSettings, {}, environment={"SLM_GRAPH_LOG_CLIENTS": word})


@pytest.mark.parametrize(
    ("section", "variable"),
    [
        ("limits", "SLM_GRAPH_LIMITS_DEADLINE"),
        ("log", "SLM_GRAPH_LOG_QUERY"),
        ("federation", "SLM_GRAPH_FEDERATION_ENDPOINT"),
    ],
)
def test_a_variable_of_a_table_that_is_no_setting_is_refused_with_its_name(
    section: str, variable: str
) -> None:
    others = {"SLM_GRAPH_LIMITS": "", "SLM_GRAPH_LOGO": "", "SLM_GRAPH_SERVICE_PORT": "1"}
    section_of(section, SECTIONS[section], {}, environment=others)
    with pytest.raises(UsageError, match=f"no variable {variable}; there is: SLM_GRAPH_") as caught:
        section_of(section, SECTIONS[section], {}, environment=others | {variable: "3"})
    assert variable in caught.value.text.de


@pytest.mark.parametrize("separator", [",", ", "])
def test_endpoints_parted_by_commas_are_refused(separator: str) -> None:
    said = f"http://a.example/sparql{separator}http://b.example/sparql"
    with pytest.raises(UsageError, match="SLM_GRAPH_FEDERATION_ENDPOINTS are parted by blanks"):
        section_of("federation", FederationSettings, {}, environment={"SLM_GRAPH_FEDERATION_ENDPOINTS": said})
    kept = section_of(
        "federation",
        FederationSettings,
        {},
        environment={"SLM_GRAPH_FEDERATION_ENDPOINTS": "http://a.example/sparql?a,b"},
    )
    assert kept.endpoints == ("http://a.example/sparql?a,b",)


@pytest.mark.parametrize(
    ("arguments", "environment", "name"),
    [
        (["--port", "abc"], {}, "--port"),
        ([], {"SLM_GRAPH_PORT": "abc"}, "SLM_GRAPH_PORT"),
        ([], {"SLM_GRAPH_WORKERS": "0"}, "SLM_GRAPH_WORKERS"),
        (["--config", "site.toml"], {}, "port"),
    ],
)
def test_a_value_of_no_use_is_told_by_the_name_it_was_given_under(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], name: str
) -> None:
    configuration(tmp_path, 'port = "abc"\n')
    done = subprocess.run(
        [sys.executable, "-m", "slm_graph.cli", "serve", *arguments],
        cwd=tmp_path,
        env=os.environ | {"SLM_GRAPH_LANG": "en"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"the value of {name} is of no use" in done.stderr


def test_every_setting_stands_in_the_documentation_with_its_variable_and_default() -> None:
    rows = {
        cells[0]: cells
        for line in OPERATIONS.read_text("utf-8").splitlines()
        if line.startswith("| `")
        and not line.startswith("| `slm_graph_")
        and len(cells := [cell.strip(" `") for cell in line.strip("|").split("|")]) == 4
    }
    expected = dict.fromkeys(SERVING)
    for section, kind in SECTIONS.items():
        for field in fields(kind):
            name = f"{section}.{field.name}"
            expected[name] = None
            default = getattr(kind(), field.name)
            said = rows[name][2].replace(",", "")
            assert said == (
                "(none)"
                if default == ()
                else str(default).lower()
                if isinstance(default, bool)
                else f"{default:g}"
                if isinstance(default, float)
                else str(default)
            )
            assert rows[name][1] == environment_name(field.name, section)
    assert set(rows) == set(expected)
    for name in SERVING:
        assert rows[name][1] == environment_name(name)
    assert all(re.search(r"\w", row[3]) for row in rows.values())
