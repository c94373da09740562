"""`slm-graph import`: pages of a framework's publisher to SKOS."""

from __future__ import annotations

from pathlib import Path

import click
from rdflib import Graph, URIRef

from slm_graph import resources, skos
from slm_graph.cli.console import (
    LANGUAGE,
    inform,
    option_quiet,
    option_quiet_but_rights,
    steps,
    text,
    write_output,
)
from slm_graph.cli.german_labels import tell_unlabelled, without_german_label
from slm_graph.engine.parsing import parse
from slm_graph.errors import Text, UsageError
from slm_graph.formats import N_QUADS, RDF_FORMATS, TURTLE, Format
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources import findings
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
@option_quiet_but_rights
def sfia_command(
    page: Path, edition: str | None, language: str | None, date: str | None, output: str, quiet: bool
) -> None:
    read = read_page(read_bytes(page), name=page.name, language=language, edition=edition, date=date)
    graph = skos.page_graph(read)
    quads = [(s, URIRef(str(p)), o, None) for s, p, o in graph]
    write_output(write(quads, TURTLE, base=DEFAULT_BASE), output)
    if read.language != "de":
        shipped_graph = Graph()
        for s, p, o, _ in parse(resources.ontology_file("sfia.ttl"), TURTLE):
            shipped_graph.add((s, p, o))
        tell_unlabelled(without_german_label([graph, shipped_graph], base=DEFAULT_BASE))
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


def _format_of(output: str, default: Format) -> Format:
    """The format that the target's suffix names; `default` for standard output."""
    if output == "-":
        return default
    suffix = Path(output).suffix.removeprefix(".").lower()
    row = next((row for row in RDF_FORMATS if row.suffix == suffix), None)
    if row is None:
        known = ", ".join(f".{row.suffix}" for row in RDF_FORMATS)
        raise UsageError(
            Text(
                de=f"Unbekannte Endung der Zieldatei: {output}",
                en=f"unknown suffix of the target file: {output}",
            ),
            hint=Text(de=f"Bekannt sind {known}.", en=f"Known are {known}."),
        )
    return row


@import_group.command(
    "esco",
    help=text(
        de="""Die CSV-Archive von ESCO als SKOS schreiben.

        ARCHIVE sind die Zip-Dateien, wie ESCO sie ausgibt; ihr Name nennt die Ausgabe. Mehrere werden zusammen gelesen: die neueste
        Ausgabe entscheidet, ältere ergänzen, was ihr fehlt. Jede Aussage steht im Graphen ihrer Ausgabe (in .nq und .trig).
        Ohne --repair bleiben die Daten, wie sie sind; was auffällt, wird mit Datei und Reihe gemeldet.

        \b
        Beispiel: slm-graph import esco esco-1.2.0-csv-de.zip --repair -o esco.nq
        """,
        en="""Write ESCO's CSV archives as SKOS.

        ARCHIVES are the zip files as ESCO publishes them; their names tell the version. Several are read together: the newest
        version decides, older ones fill what it lacks. Every statement is in its version's graph (in .nq and .trig).
        Without --repair the data stay as they are; what is noticed is told with file and row.

        \b
        Example: slm-graph import esco esco-1.2.0-csv-de.zip --repair -o esco.nq
        """,
    ),
)
@click.argument(
    "archives",
    metavar=text(de="ARCHIV…", en="ARCHIVE…"),
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option("--repair", is_flag=True, help=text(de="Bekannte Fehler reparieren.", en="Mend known faults."))
@click.option(
    "--findings",
    "findings_file",
    type=click.Path(),
    help=text(
        de="Alles Auffällige und jede Reparatur als JSON in diese Datei schreiben.",
        en="Write all that was noticed, and every repair, as JSON to this file.",
    ),
)
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help=text(
        de="Zieldatei, Format nach der Endung; - ist die Standardausgabe (N-Quads).",
        en="Target file, its format by the suffix; - is standard output (N-Quads).",
    ),
)
@option_quiet
def esco_command(
    archives: tuple[Path, ...], repair: bool, findings_file: str | None, output: str, quiet: bool
) -> None:
    from slm_graph.sources.esco import read_archives

    format = _format_of(output, N_QUADS)
    with steps(quiet=quiet) as said:
        reading = read_archives(archives, repair=repair, progress=lambda name: said("read", name))
        said("data")
        quads = [quad for part, _ in reading.parts for quad in part]
        document = write(quads, format, base=DEFAULT_BASE)
    if findings_file is not None:
        write_output(findings.as_json(reading.findings).encode(), findings_file)
    write_output(document, output)
    for line in findings.summary(reading.findings, language=LANGUAGE):
        inform(line, quiet=quiet)
    inform(text(de=f"{len(quads)} Aussagen.", en=f"{len(quads)} statements."), quiet=quiet)


@import_group.command(
    "table",
    help=text(
        de="""Einen Rahmen aus einer Tabelle (CSV oder XLSX) als SKOS schreiben.

        Welche Spalte was bedeutet, sagt eine kleine Datei in TOML oder JSON; docs/decisions/spreadsheets.md erklärt sie.

        \b
        Beispiel: slm-graph import table rahmen.xlsx --map rahmen.toml -o rahmen.ttl
        """,
        en="""Write a framework from a table (CSV or XLSX) as SKOS.

        A small file in TOML or JSON says which column means what; docs/decisions/spreadsheets.md explains it.

        \b
        Example: slm-graph import table framework.xlsx --map framework.toml -o framework.ttl
        """,
    ),
)
@click.argument("table", metavar=text(de="TABELLE", en="TABLE"), type=click.Path(path_type=Path))
@click.option(
    "--map",
    "column_map",
    required=True,
    type=click.Path(path_type=Path),
    help=text(de="Die Zuordnung der Spalten (.toml oder .json).", en="The column map (.toml or .json)."),
)
@click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help=text(
        de="Zieldatei, Format nach der Endung; - ist die Standardausgabe (Turtle).",
        en="Target file, its format by the suffix; - is standard output (Turtle).",
    ),
)
@option_quiet
def table_command(table: Path, column_map: Path, output: str, quiet: bool) -> None:
    from slm_graph.sources.spreadsheet import read_table

    format = _format_of(output, TURTLE)
    with steps(quiet=quiet) as said:
        said("read", table.name)
        quads: list[Quad] = read_table(table, column_map=column_map)[0]
    write_output(write(quads, format, base=DEFAULT_BASE), output)
    inform(text(de=f"{len(quads)} Aussagen.", en=f"{len(quads)} statements."), quiet=quiet)
