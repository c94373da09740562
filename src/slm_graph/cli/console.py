"""What all commands say in the same way: language, errors, progress, files written whole."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from slm_graph.errors import EnvironmentFault, Language, Text


def interface_language(environment: Mapping[str, str]) -> Language:
    """German when SLM_GRAPH_LANG or the locale of messages is German, else English.

    >>> interface_language({"LANG": "de_AT.UTF-8"})
    'de'
    >>> interface_language({"LC_ALL": "C", "LANG": "de_DE.UTF-8"})
    'en'
    """
    for name in ("SLM_GRAPH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "de" if value.lower().startswith("de") else "en"
    return "en"


LANGUAGE: Language = interface_language(os.environ)


def text(*, de: str, en: str) -> str:
    """The one of the two that the reader's locale asks for."""
    return Text(de=de, en=en).in_language(LANGUAGE)


def complain(message: str) -> None:
    """One line on standard error."""
    click.echo(f"slm-graph: {message}", err=True)


def inform(message: str, *, quiet: bool) -> None:
    """One line on standard error, unless quiet."""
    if not quiet:
        click.echo(message, err=True)


_STEPS: dict[str, Text] = {
    "read": Text(de="lese {}", en="reading {}"),
    "judge": Text(de="prüfe die Regeln", en="judging by the shapes"),
    "canonical": Text(de="bringe in kanonische Form", en="bringing into canonical form"),
    "data": Text(de="schreibe die Daten", en="writing the data"),
    "index": Text(de="schreibe den Index", en="writing the index"),
    "dumps": Text(de="schreibe die Abzüge", en="writing the dumps"),
    "publish": Text(de="mache das Release aktuell", en="making the release current"),
    "suggest": Text(de="vergleiche, Konzept {}", en="comparing, concept {}"),
}


class Steps:
    """Shows the step at hand on a terminal's standard error, with the seconds since the start; gone when done."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._start = time.monotonic()

    def __call__(self, step: str, detail: str = "") -> None:
        if self._shown:
            words = _STEPS[step].in_language(LANGUAGE).format(detail)
            click.echo(f"\r\x1b[K{time.monotonic() - self._start:5.1f} s  {words} …", err=True, nl=False)

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


@contextmanager
def steps(*, quiet: bool) -> Iterator[Steps]:
    """A `Steps` that leaves the line clean, whatever happens."""
    shown = Steps(quiet=quiet)
    try:
        yield shown
    finally:
        shown.clear()


def write_output(data: bytes, target: str) -> None:
    """To standard output for `-`, else to a file that appears whole or not at all. Raises EnvironmentFault."""
    if target == "-":
        sys.stdout.buffer.write(data)
        return
    path = Path(target)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)  # mkstemp's 0600 would keep colleagues out
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise EnvironmentFault(
            Text(
                de=f"Die Datei lässt sich nicht schreiben: {error.strerror}",
                en=f"the file cannot be written: {error.strerror}",
            ),
            where=target,
        ) from error


def option_data(command: Any) -> Any:
    """`--data DIR`, the directory of releases."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help=text(
            de="Verzeichnis der Releases; sonst SLM_GRAPH_DATA, sonst das Datenverzeichnis der Person.",
            en="Directory of the releases; else SLM_GRAPH_DATA, else the user's data directory.",
        ),
    )(command)


def option_quiet(command: Any) -> Any:
    """`--quiet`: results and errors only."""
    return _quiet(text(de="Nur Ergebnis und Fehler.", en="Results and errors only."))(command)


def option_quiet_but_rights(command: Any) -> Any:
    """`--quiet` of a command that hands out wording of others: what the licence asks for is said all the same."""
    return _quiet(
        text(
            de="Nur Ergebnis und Fehler; der Hinweis auf Rechte bleibt.",
            en="Results and errors only; the notice about rights remains.",
        )
    )(command)


def _quiet(said: str) -> Any:
    return click.option("-q", "--quiet", is_flag=True, help=said)
