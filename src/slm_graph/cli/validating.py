"""`slm-graph validate`: might this be published?"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from slm_graph import settings, validation
from slm_graph.build import read_sources
from slm_graph.cli.console import LANGUAGE, option_quiet, steps, text
from slm_graph.errors import Language


@click.command(
    "validate",
    help=text(
        de="""Dateien gegen die Regeln der Veröffentlichung prüfen.

        Alle Dateien zusammen sind ein Datenbestand: RDF in jeder Syntax oder Skill-Seiten (.txt). Ohne --shapes gelten alle Regeln;
        „--shapes integrity“ prüft beliebiges SKOS nach den Bedingungen der SKOS-Referenz.

        Beendet mit 0: in Ordnung, 1: abgelehnt, 2: falscher Aufruf, 3: Umgebung oder interner Fehler.

        \b
        Beispiel: slm-graph validate slmo.ttl --format sarif > befund.sarif
        """,
        en="""Judge files by the rules of publication.

        All files together are one data set: RDF in any syntax, or skill pages (.txt). Without --shapes all rules hold;
        `--shapes integrity` judges any SKOS by the conditions of the SKOS Reference.

        Exits with 0: in order, 1: refused, 2: wrong call, 3: environment or internal fault.

        \b
        Example: slm-graph validate slmo.ttl --format sarif > findings.sarif
        """,
    ),
)
@click.argument(
    "files", metavar=text(de="DATEI…", en="FILE…"), nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--shapes", metavar="NAME,…", help=text(de="Nur diese Regelwerke.", en="These sets of shapes only.")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json", "sarif", "turtle"]),
    default="human",
    show_default=True,
    help=text(de="Form des Befunds.", en="Form of the report."),
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["de", "en"]),
    default=LANGUAGE,
    show_default=True,
    help=text(de="Sprache des Befunds.", en="Language of the report."),
)
@click.option("--strict", is_flag=True, help=text(de="Auch Warnungen lehnen ab.", en="Warnings refuse, too."))
@click.option("--base-iri", help=text(de="Basis-IRI der eigenen Daten.", en="Base IRI of our own data."))
@option_quiet
def validate_command(
    files: tuple[Path, ...],
    shapes: str | None,
    form: Literal["human", "json", "sarif", "turtle"],
    language: Language,
    strict: bool,
    base_iri: str | None,
    quiet: bool,
) -> None:
    base = settings.base_iri(base_iri)
    with steps(quiet=quiet) as said:
        graph = read_sources(files, base=base, progress=lambda name: said("read", name))
        said("judge")
        sets = [name.strip() for name in shapes.split(",") if name.strip()] if shapes is not None else None
        report = validation.validate(graph, shape_sets=sets, base=base)
    click.echo(
        validation.render(
            report, form, language=language, strict=strict, sources=[file.name for file in files]
        ),
        nl=False,
    )
    if not report.conforms(strict=strict):
        raise SystemExit(1)
