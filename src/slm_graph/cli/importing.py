"""`slm-graph import`: pages of a framework's publisher to SKOS."""

from __future__ import annotations

from pathlib import Path

import click
from rdflib import URIRef

from slm_graph import skos
from slm_graph.cli.console import LANGUAGE, inform, option_quiet, text, write_output
from slm_graph.formats import TURTLE
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources.files import read_bytes
from slm_graph.sources.sfia import read_page
from slm_graph.syntax import write


@click.group(
    "import",
    help=text(de="Eine Quelle lesen und als SKOS schreiben.", en="Read a source and write it as SKOS."),
)
def import_group() -> None:
    pass


@import_group.command(
    "sfia",
    help=text(
        de="""Eine Skill-Seite des SFIA-Rahmens lesen, mit dem amtlichen Wortlaut.

        SEITE ist der Text der Seite: Überschrift mit Code, Definition, die Zeile der definierten Ebenen, ein Abschnitt je Ebene.

        \b
        Beispiel: slm-graph import sfia slmo.de.txt --edition 7 -o slmo.ttl
        """,
        en="""Read a skill page of the SFIA framework, with its official wording.

        PAGE is the page's text: heading with the code, definition, the line of defined levels, one section a level.

        \b
        Example: slm-graph import sfia slmo.de.txt --edition 7 -o slmo.ttl
        """,
    ),
)
@click.argument("page", metavar=text(de="SEITE", en="PAGE"), type=click.Path(path_type=Path))
@click.option(
    "--edition",
    help=text(
        de="Ausgabe des Rahmens, aus der die Seite stammt, etwa 7.",
        en="Edition of the framework the page is of, such as 7.",
    ),
)
@click.option(
    "--lang",
    "language",
    help=text(
        de="Sprache der Seite (de, en …); sonst an den Überschriften erkannt.",
        en="Language of the page (de, en …); else told by its headings.",
    ),
)
@click.option("--date", help=text(de="Datum der Seite, JJJJ-MM-TT.", en="Date of the page, YYYY-MM-DD."))
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help=text(
        de="Zieldatei (Turtle); - ist die Standardausgabe.", en="Target file (Turtle); - is standard output."
    ),
)
@option_quiet
def sfia_command(
    page: Path, edition: str | None, language: str | None, date: str | None, output: str, quiet: bool
) -> None:
    read = read_page(read_bytes(page), name=page.name, language=language, edition=edition, date=date)
    graph = skos.page_graph(read)
    quads = [(s, URIRef(str(p)), o, None) for s, p, o in graph]
    write_output(write(quads, TURTLE, base=DEFAULT_BASE), output)
    inform(
        skos.rights_notice().in_language(LANGUAGE), quiet=False
    )  # the licence asks for it, however quiet the call
    inform(
        text(
            de=f"{read.name} ({read.code}), Ebenen {', '.join(map(str, read.defined_levels))}: {len(graph)} Aussagen.",
            en=f"{read.name} ({read.code}), levels {', '.join(map(str, read.defined_levels))}: {len(graph)} statements.",
        ),
        quiet=quiet,
    )
