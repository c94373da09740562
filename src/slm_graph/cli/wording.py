"""What click says of a call, in the language of the interface: refusals in one line, and the frame of `--help`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import click

from slm_graph.errors import Text

_HEADINGS = {"Options": "Optionen", "Commands": "Befehle"}
_TEXTS = {
    "Show this message and exit.": "Diese Hilfe zeigen.",
    "Show the version and exit.": "Version zeigen.",
}
_METAVARS = {"TEXT": "WORT", "INTEGER": "ZAHL", "FLOAT": "ZAHL", "PATH": "PFAD", "DIRECTORY": "ORDNER"}
"""What stands for an option's value where the option does not say it itself."""
_EXTRA = re.compile(r"Got unexpected extra arguments? \((?P<words>.*)\)", re.DOTALL)
"""Of this refusal click has no class of its own."""


def refusal(error: click.ClickException) -> Text:
    """What is wrong with the call and, where click knows the command, what shows how it goes."""
    said = _said(error)
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return said
    command = error.ctx.command_path
    return Text(
        de=f"{said.de} Wie der Aufruf geht, zeigt „{command} --help“.",
        en=f"{said.en} `{command} --help` shows the call.",
    )


def _said(error: click.ClickException) -> Text:
    match error:
        case click.MissingParameter():
            return _missing(error)
        case click.BadParameter():
            return _bad_value(error)
        case click.NoSuchOption():
            near = _near(error.possibilities)
            return Text(
                de=f"Die Option {error.option_name} gibt es nicht.{near.de}",
                en=f"there is no option {error.option_name}.{near.en}",
            )
        case click.BadOptionUsage():
            return _bad_option(error)
        case click.FileError():
            return Text(
                de=f"Die Datei {error.filename} lässt sich nicht öffnen: {_line(error.message)}.",
                en=f"the file {error.filename} cannot be opened: {_line(error.message)}.",
            )
    command_name = getattr(error, "command_name", None)  # NoSuchCommand, a class of its own from click 8.4 on
    if command_name is not None:
        # click looks for near ones among commands that are loaded already: ours are loaded when called
        ctx = getattr(error, "ctx", None)
        known = (
            ctx.command.list_commands(ctx) if ctx is not None and isinstance(ctx.command, click.Group) else []
        )
        near = _near(get_close_matches(command_name, known))
        return Text(
            de=f"Den Befehl {command_name} gibt es nicht.{near.de}",
            en=f"there is no command {command_name}.{near.en}",
        )
    if extra := _EXTRA.fullmatch(error.message):
        words = _line(extra["words"])
        return Text(de=f"Das ist zu viel: {words}.", en=f"this is too much: {words}.")
    message = _line(error.message).rstrip(".")
    return Text(de=f"Der Aufruf ist falsch: {message}.", en=f"the call is wrong: {message}.")


def _missing(error: click.MissingParameter) -> Text:
    name, choices = _name(error), _expected(error.param)
    more = (
        Text(de=f" Erwartet wird {choices.de}.", en=f" It takes {choices.en}.")
        if choices
        else Text(de="", en="")
    )
    if isinstance(error.param, click.Argument):
        return Text(de=f"Das Argument {name} fehlt.{more.de}", en=f"the argument {name} is missing.{more.en}")
    return Text(de=f"Die Option {name} fehlt.{more.de}", en=f"the option {name} is missing.{more.en}")


def _bad_value(error: click.BadParameter) -> Text:
    name, expected = _name(error), _expected(error.param)
    if expected is None:
        message = _line(error.message).rstrip(".")
        return Text(
            de=f"Der Wert von {name} ist nicht brauchbar: {message}.",
            en=f"the value of {name} is of no use: {message}.",
        )
    return Text(
        de=f"Der Wert von {name} ist nicht brauchbar. Erwartet wird {expected.de}.",
        en=f"the value of {name} is of no use. It takes {expected.en}.",
    )


def _bad_option(error: click.BadOptionUsage) -> Text:
    """A value too many, or none where one is needed; only the message tells which."""
    name = error.option_name
    if "does not take a value" in error.message:
        return Text(de=f"Die Option {name} nimmt keinen Wert.", en=f"the option {name} takes no value.")
    return Text(de=f"Die Option {name} braucht einen Wert.", en=f"the option {name} needs a value.")


def _name(error: click.BadParameter) -> str:
    """The parameter as one writes it: `-o/--output`, `FILE…`."""
    if error.param is None:
        return "/".join(
            [error.param_hint] if isinstance(error.param_hint, str) else error.param_hint or ["?"]
        )
    if isinstance(error.param, click.Argument):
        return error.param.human_readable_name
    return _as_given(error.param, error.ctx) or "/".join(error.param.opts)


def _as_given(param: click.Parameter, ctx: click.Context | None) -> str | None:
    """The setting's name where its value came from the environment or a file, not from the command line."""
    source = ctx.get_parameter_source(param.name) if ctx is not None and param.name else None
    if source is click.core.ParameterSource.ENVIRONMENT and isinstance(param.envvar, str):
        return param.envvar
    return param.name if source is click.core.ParameterSource.DEFAULT_MAP else None


def _expected(param: click.Parameter | None) -> Text | None:
    """What the parameter takes, where its type says it."""
    kind = param.type if param is not None else None
    if isinstance(kind, click.Choice):
        names = [str(choice) for choice in kind.choices]
        return Text(de=f"eines von {', '.join(names)}", en=f"one of {', '.join(names)}")
    if isinstance(kind, click.IntRange | click.FloatRange):
        whole = isinstance(kind, click.IntRange)
        de, en = ("eine ganze Zahl", "a whole number") if whole else ("eine Zahl", "a number")
        if kind.min is not None:
            de, en = f"{de} {'ab' if kind.max is None else 'von'} {kind.min}", f"{en} from {kind.min}"
        if kind.max is not None:
            de, en = f"{de} bis {kind.max}", f"{en} up to {kind.max}"
        return Text(de=de, en=en)
    if isinstance(kind, click.Path) and not kind.file_okay:
        return Text(de="ein Ordner, keine Datei", en="a folder, not a file")
    if isinstance(kind, click.Path) and not kind.dir_okay:
        return Text(de="eine Datei, kein Ordner", en="a file, not a folder")
    return None


def _near(names: Sequence[str] | None) -> Text:
    if not names:
        return Text(de="", en="")
    return Text(
        de=f" Gemeint ist vielleicht {' oder '.join(sorted(names))}.",
        en=f" Perhaps {' or '.join(sorted(names))} is meant.",
    )


def _line(message: str) -> str:
    return " ".join(message.split())


class _Formatter(click.HelpFormatter):
    """The frame of `--help` in German; what the commands say of themselves is so already."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix="Aufruf: " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **named: Any) -> None:
        super().write_dl(
            [(_german_option(first), _german_text(second)) for first, second in rows], *args, **named
        )


def _german_option(said: str) -> str:
    """`--top INTEGER RANGE` as `--top ZAHL`."""
    said = said.replace(" RANGE", "")
    return re.sub(rf" ({'|'.join(_METAVARS)})$", lambda found: f" {_METAVARS[found[1]]}", said)


def _german_text(said: str) -> str:
    """The help of an option with what click adds to it: `[default: …; 1<=x<=5; required]`."""
    said = _TEXTS.get(said, said)
    text, bracket, added = said.rpartition("  [")
    if not bracket:
        return said
    return f"{text}  [{added.replace('default: ', 'Vorgabe: ').replace('required]', 'nötig]')}"


class _Context(click.Context):
    formatter_class = _Formatter


def in_german(command: click.Command) -> click.Command:
    """The command, and all below it, with the frame of its `--help` in German."""
    command.context_class = _Context
    if command.options_metavar == "[OPTIONS]":
        command.options_metavar = "[OPTIONEN]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "BEFEHL [ARGUMENTE]…"
        for one in command.commands.values():
            in_german(one)
    return command
