"""A wrong call is told in one line, in the language of the interface, and ends with 2."""

from __future__ import annotations

import click
import pytest

from slm_graph.cli import cli
from slm_graph.cli.wording import refusal

CALLS = [
    (["validate"], "Das Argument DATEI… fehlt.", "FILE… is missing"),
    (["import", "table", "x.csv"], "Die Option --map fehlt.", "the option --map is missing"),
    (["validate", "--format", "x", "y"], "eines von human, json, sarif, turtle", "one of human, json, sarif"),
    (
        ["map", "suggest", "a", "b", "--top", "0"],
        "eine ganze Zahl von 1 bis 100",
        "a whole number from 1 up to 100",
    ),
    (["serve", "--port", "x"], "eine ganze Zahl", "a whole number"),
    (["releases", "--data", __file__], "ein Ordner, keine Datei", "a folder, not a file"),
    (["validate", "--form", "x"], "Gemeint ist vielleicht --format.", "Perhaps --format is meant."),
    (["validate", "--format"], "--format braucht einen Wert", "--format needs a value"),
    (["build", "--quiet=3"], "--quiet nimmt keinen Wert", "--quiet takes no value"),
    (["bild"], "Den Befehl bild gibt es nicht. Gemeint ist vielleicht build.", "there is no command bild"),
    (["rollback", "a", "b"], "Das ist zu viel: b.", "this is too much: b."),
]


@pytest.mark.parametrize(("arguments", "german", "english"), CALLS)
def test_each_kind_of_wrong_call_has_its_line_in_both_languages(
    arguments: list[str], german: str, english: str
) -> None:
    with pytest.raises(click.ClickException) as refused:
        cli.main(arguments, prog_name="slm-graph", standalone_mode=False)
    said = refusal(refused.value)
    assert german.replace("DATEI…", refused_name(refused.value)) in said.de
    assert english.replace("FILE…", refused_name(refused.value)) in said.en
    assert "\n" not in said.de + said.en


def refused_name(error: click.ClickException) -> str:
    """An argument's name in this process's own language."""
    param = getattr(error, "param", None)
    return param.human_readable_name if isinstance(param, click.Argument) else ""


def test_the_command_line_complains_in_german_and_ends_with_2(run) -> None:
    done = run("validate", language="de")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "slm-graph: Das Argument DATEI… fehlt. Wie der Aufruf geht, zeigt „slm-graph validate --help“.\n"
    )


def test_the_frame_of_the_help_is_german(run) -> None:
    shown = run("validate", "--help", language="de").stdout
    assert shown.startswith("Aufruf: slm-graph validate [OPTIONEN] DATEI…\n")
    assert "\nOptionen:\n" in shown
    assert "Diese Hilfe zeigen." in shown
    assert "[Vorgabe: human]" in shown
    first = run("--help", language="de").stdout
    assert "\nBefehle:\n" in first
    assert "Version zeigen." in first
    for english in ("Usage", "Options", "Commands", "Show ", "[default"):
        assert english not in shown + first


def test_a_group_without_a_command_shows_its_help_in_german(run) -> None:
    done = run("import", language="de")
    assert done.returncode == 2
    assert done.stderr.startswith("Aufruf: slm-graph import [OPTIONEN] BEFEHL")


def test_the_help_of_quiet_says_which_notice_remains(run) -> None:
    shown = " ".join(run("import", "sfia", "--help").stdout.split())
    assert "the notice about rights remains" in shown


def test_the_english_help_is_left_as_it_is(run) -> None:
    shown = run("import", "table", "--help").stdout
    assert shown.startswith("Usage: slm-graph import table [OPTIONS] TABLE\n")
    assert "Show this message and exit." in shown
