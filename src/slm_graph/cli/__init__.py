"""The command line: `slm-graph`.

Exit codes: 0 done, 1 the data (or the query) were refused, 2 the call was wrong, 3 this machine, a broken release, another
server or a fault of our own, 130 interrupted.
"""

from __future__ import annotations

import os
import sys

import click

from slm_graph import __version__
from slm_graph.cli.console import LANGUAGE, complain, text
from slm_graph.cli.wording import in_german, refusal
from slm_graph.errors import SlmGraphError, Text


class _Lazy(click.Group):
    """A group whose commands are imported when they are called: `--help` and completion answer at once."""

    commands_at = (
        ("import", "importing", "import_group"),
        ("validate", "validating", "validate_command"),
        ("build", "building", "build_command"),
        ("releases", "building", "releases_command"),
        ("rollback", "building", "rollback_command"),
        ("serve", "serving", "serve_command"),
        ("publish", "publishing", "publish_command"),
        ("export-site", "exporting", "export_command"),
        ("query", "querying", "query_command"),
        ("map", "mapping", "map_group"),
        ("labels", "labels", "labels_group"),
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _, _ in self.commands_at]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        for name, module, attribute in self.commands_at:
            if name == cmd_name:
                command: click.Command = getattr(import_module(f"slm_graph.cli.{module}"), attribute)
                return in_german(command) if LANGUAGE == "de" else command
        return None


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=text(
        de="""Veröffentlicht Kompetenzrahmen als verknüpfte Daten.

        \b
        Die ersten Schritte:
          slm-graph serve                              die mitgelieferten Daten im Browser
          slm-graph import sfia SEITE.txt -o SEITE.ttl eine Skill-Seite als SKOS
          slm-graph validate SEITE.ttl                 dürfte das veröffentlicht werden?
          slm-graph build SEITE.txt                    prüfen, als Release schreiben, aktuell machen
          slm-graph query                              die mitgelieferten Abfragen

        Beendet mit 0: erledigt; 1: Daten oder Abfrage abgelehnt; 2: falscher Aufruf; 3: Umgebung oder interner Fehler.
        Vervollständigung in der Shell: eval "$(_SLM_GRAPH_COMPLETE=bash_source slm-graph)", ebenso zsh_source und fish_source.
        """,
        en="""Publishes competency frameworks as linked data.

        \b
        First steps:
          slm-graph serve                            the shipped data in a browser
          slm-graph import sfia PAGE.txt -o PAGE.ttl a skill page as SKOS
          slm-graph validate PAGE.ttl                might that be published?
          slm-graph build PAGE.txt                   judge, write as a release, make it current
          slm-graph query                            the shipped queries

        Exits with 0: done; 1: data or query refused; 2: wrong call; 3: environment or internal fault.
        Shell completion: eval "$(_SLM_GRAPH_COMPLETE=bash_source slm-graph)", likewise zsh_source and fish_source.
        """,
    ),
)
@click.version_option(
    __version__,
    prog_name="slm-graph",
    message=text(de="%(prog)s, Version %(version)s", en="%(prog)s, version %(version)s"),
)
def cli() -> None:
    pass


if LANGUAGE == "de":
    in_german(cli)


def main() -> None:
    """Run the command line; never shows a stack trace unless SLM_GRAPH_DEBUG is set."""
    try:
        code = cli.main(prog_name="slm-graph", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # a class from click 8.2 on: its message is the help
            error.show()
        else:
            complain(refusal(error).in_language(LANGUAGE))
        code = 2
    except SlmGraphError as error:
        if os.environ.get("SLM_GRAPH_DEBUG"):
            raise
        complain(error.message(LANGUAGE))
        code = error.exit_code
    except BrokenPipeError:
        # the reader of our output has left: nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("SLM_GRAPH_DEBUG"):
            raise
        fault = Text(
            de=f"Interner Fehler ({type(error).__name__}: {error}). SLM_GRAPH_DEBUG=1 zeigt, wo.",
            en=f"internal fault ({type(error).__name__}: {error}). SLM_GRAPH_DEBUG=1 shows where.",
        )
        complain(fault.in_language(LANGUAGE))
        code = 3
    sys.exit(code if isinstance(code, int) else 0)
