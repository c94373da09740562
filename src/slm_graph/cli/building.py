"""`slm-graph build`, `releases`, `rollback`."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import click
from rdflib import URIRef

from slm_graph import release, settings, validation
from slm_graph.build import assemble
from slm_graph.cli.console import LANGUAGE, Steps, complain, inform, option_data, option_quiet, steps, text
from slm_graph.cli.german_labels import tell_unlabelled, without_german_label
from slm_graph.cli.labels import cached_files
from slm_graph.errors import DataRefused, EnvironmentFault, Text, UsageError
from slm_graph.model import Finding
from slm_graph.release.writing import NotConforming
from slm_graph.sources import findings


def publish(
    sources: tuple[Path, ...],
    *,
    data: Path,
    base: str,
    said: Steps,
    with_definitions: bool = True,
    version: str | None = None,
    day: str | None = None,
    edition: str | None = None,
    language: str | None = None,
    repair: bool = False,
    strict: bool = False,
    noticed: Callable[[Sequence[Finding]], None] = lambda found: None,
    unlabelled: Callable[[Sequence[URIRef]], None] = lambda skills: None,
    unasked: Callable[[Text], None] = lambda told: None,
) -> release.Release:
    """Assemble, judge, write, flip. Raises NotConforming with the report where the data are refused.

    `noticed` is told, before anything is judged, what the readers noticed in the sources; `unlabelled`, which
    skills have no German label; `unasked`, of which earlier releases nothing could be carried over.
    """
    with release.publishing(data):
        pass  # another publisher is told of now, and not after minutes of reading; the lock itself comes with the writing
    collects = gc.isenabled()
    gc.disable()  # a large data set is millions of objects that stay: looking through them again and again for
    try:  # rubbish took a third of the time, and what little there is goes with the call
        return _published(
            sources,
            data=data,
            base=base,
            said=said,
            with_definitions=with_definitions,
            version=version,
            day=day,
            edition=edition,
            language=language,
            repair=repair,
            strict=strict,
            noticed=noticed,
            unlabelled=unlabelled,
            unasked=unasked,
        )
    finally:
        if collects:
            gc.enable()


def _published(
    sources: tuple[Path, ...],
    *,
    data: Path,
    base: str,
    said: Steps,
    with_definitions: bool,
    version: str | None,
    day: str | None,
    edition: str | None,
    language: str | None,
    repair: bool,
    strict: bool,
    noticed: Callable[[Sequence[Finding]], None],
    unlabelled: Callable[[Sequence[URIRef]], None],
    unasked: Callable[[Text], None],
) -> release.Release:
    dataset = assemble(
        sources,
        base=base,
        with_definitions=with_definitions,
        edition=edition,
        language=language,
        repair=repair,
        labels=cached_files(data),
        progress=lambda name: said("read", name),
    )
    noticed(dataset.findings)
    unlabelled(without_german_label(dataset.graphs.values(), base=base))
    said("judge")
    report = validation.validate(
        dataset.union(), base=base, with_definitions=with_definitions, disposable=True
    )
    return release.write_release(
        dataset,
        report,
        data=data,
        base=base,
        version=version,
        date=day,
        strict=strict,
        progress=said,
        unasked=unasked,
    )


def _day(given: str | None) -> str | None:
    """The release's date: `given`, else SOURCE_DATE_EPOCH, else none: no wall clock enters a release."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given is not None:
            return date.fromisoformat(given).isoformat()
        return datetime.fromtimestamp(int(epoch), tz=UTC).date().isoformat() if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            Text(de=f"Kein Datum: {given or epoch}", en=f"not a date: {given or epoch}"),
            hint=Text(
                de="--date erwartet JJJJ-MM-TT, SOURCE_DATE_EPOCH Sekunden seit 1970.",
                en="--date takes YYYY-MM-DD, SOURCE_DATE_EPOCH seconds since 1970.",
            ),
        ) from error


@click.command(
    "build",
    help=text(
        de="""Ein Release aus den mitgelieferten Daten und den Quellen bauen, prüfen und aktuell machen.

        QUELLEN sind Skill-Seiten (.txt), Zuordnungen (.sssom.tsv), ESCO-Archive (.zip, zusammen gelesen) und RDF-Dateien (.ttl .jsonld
        .rdf .nt .trig .nq). Was die Regeln verletzt, wird nicht veröffentlicht; das alte Release bleibt.

        \b
        Beispiele: slm-graph build slmo.de.txt --edition 7
                   slm-graph build esco-1.2.0-csv-de.zip --repair
        """,
        en="""Build a release from the shipped data and the sources, judge it and make it current.

        SOURCES are skill pages (.txt), mapping sets (.sssom.tsv), ESCO archives (.zip, read together) and RDF files (.ttl .jsonld .rdf .nt
        .trig .nq). What breaks the rules is not published; the old release stays.

        \b
        Examples: slm-graph build slmo.de.txt --edition 7
                  slm-graph build esco-1.2.0-csv-de.zip --repair
        """,
    ),
)
@click.argument(
    "sources", metavar=text(de="[QUELLE]…", en="[SOURCE]…"), nargs=-1, type=click.Path(path_type=Path)
)
@option_data
@click.option("--base-iri", help=text(de="Basis aller eigenen IRIs.", en="Base of all our own IRIs."))
@click.option(
    "--without-definitions",
    is_flag=True,
    help=text(de="Nur Codes, Namen, Ebenen und Zuordnungen.", en="Codes, labels, levels and mappings only."),
)
@click.option(
    "--version",
    help=text(
        de="Name des Releases; sonst aus dem Inhalt abgeleitet.",
        en="Name of the release; else derived from its content.",
    ),
)
@click.option(
    "--date",
    "day",
    help=text(
        de="Datum des Releases, JJJJ-MM-TT; sonst SOURCE_DATE_EPOCH, sonst keines.",
        en="Date of the release, YYYY-MM-DD; else SOURCE_DATE_EPOCH, else none.",
    ),
)
@click.option("--edition", help=text(de="Ausgabe der Skill-Seiten.", en="Edition of the skill pages."))
@click.option(
    "--lang",
    "language",
    help=text(
        de="Sprache der Skill-Seiten; sonst erkannt.",
        en="Language of the skill pages; else told by their headings.",
    ),
)
@click.option(
    "--repair",
    is_flag=True,
    help=text(
        de="Bekannte Fehler der ESCO-Dateien reparieren; jede Reparatur steht im Release (findings.json).",
        en="Mend known faults of the ESCO files; every repair is on record in the release (findings.json).",
    ),
)
@click.option("--strict", is_flag=True, help=text(de="Auch Warnungen lehnen ab.", en="Warnings refuse, too."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help=text(de="Form der Ausgabe.", en="Form of the output."),
)
@option_quiet
def build_command(
    sources: tuple[Path, ...],
    data: Path | None,
    base_iri: str | None,
    without_definitions: bool,
    version: str | None,
    day: str | None,
    edition: str | None,
    language: str | None,
    repair: bool,
    strict: bool,
    form: Literal["human", "json"],
    quiet: bool,
) -> None:
    place = settings.data_directory(data)
    base = settings.base_iri(base_iri)
    noticed: list[Finding] = []
    unlabelled: list[URIRef] = []
    unasked: list[Text] = []
    with steps(quiet=quiet) as said:
        try:
            made = publish(
                sources,
                data=place,
                base=base,
                said=said,
                with_definitions=not without_definitions,
                version=version,
                day=_day(day),
                edition=edition,
                language=language,
                repair=repair,
                strict=strict,
                noticed=noticed.extend,
                unlabelled=unlabelled.extend,
                unasked=unasked.append,
            )
        except NotConforming as refused:
            said.clear()
            _tell(noticed, quiet=quiet)
            click.echo(
                validation.render(refused.report, form, language=LANGUAGE, strict=strict),
                err=form == "human",
                nl=False,
            )
            tell_unlabelled(unlabelled)
            if any(not finding.repaired and findings.KINDS[finding.kind].repair for finding in noticed):
                raise DataRefused(
                    refused.text,
                    hint=Text(
                        de="Die Fehler der Quelle stehen oben; --repair behebt sie und hält jede Reparatur fest.",
                        en="The source's faults are listed above; --repair mends them and records each repair.",
                    ),
                ) from refused
            raise
    _tell(noticed, quiet=quiet)
    _notices(sources, quiet=quiet)
    for told in unasked:  # also when quiet: addresses that answered so far now say they never did
        complain(told.in_language(LANGUAGE))
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "version": made.version,
                    "path": str(made.path),
                    "quads": made.manifest["quads"],
                    "base": made.base,
                }
            )
        )
    else:
        click.echo(
            text(
                de=f"Release {made.version} ist aktuell: {made.manifest['quads']} Aussagen in {len(made.manifest['graphs'])} Graphen, {made.path}",
                en=f"release {made.version} is current: {made.manifest['quads']} statements in {len(made.manifest['graphs'])} graphs, {made.path}",
            )
        )


def _tell(noticed: Sequence[Finding], *, quiet: bool) -> None:
    for line in findings.summary(noticed, language=LANGUAGE):
        inform(line, quiet=quiet)


def _notices(sources: tuple[Path, ...], *, quiet: bool) -> None:
    if any(source.suffix == ".txt" for source in sources):
        from slm_graph import skos

        inform(skos.rights_notice().in_language(LANGUAGE), quiet=quiet)


@click.command(
    "releases",
    help=text(
        de="Die Releases aufzählen, älteste zuerst; * ist das aktuelle.",
        en="List the releases, oldest first; * is the current one.",
    ),
)
@option_data
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help=text(
        de="Form der Liste: eine Tabelle (Release, Datum, Aussagen, Basis) oder JSON.",
        en="Form of the list: a table (release, date, statements, base) or JSON.",
    ),
)
def releases_command(data: Path | None, form: Literal["table", "json"]) -> None:
    place = settings.data_directory(data)
    now, damaged = release.current(place), release.damaged(place)
    sound = [row for row in release.releases(place) if row.version not in damaged]
    if form == "json":
        rows: list[dict[str, object]] = [
            {
                "version": row.version,
                "current": row.version == now,
                "damaged": False,
                "date": row.date,
                "quads": row.manifest["quads"],
                "base": row.base,
            }
            for row in sound
        ]
        rows += [{"version": version, "current": version == now, "damaged": True} for version in damaged]
        click.echo(json.dumps(rows, indent=1))
    elif not sound and not damaged:
        click.echo(text(de=f"Noch kein Release in {place}.", en=f"no release in {place} yet."), err=True)
    else:
        heading = text(de="Datum Aussagen Basis", en="date statements base").split()
        click.echo(f"  {'Release':<24} {heading[0]:<12} {heading[1]:>10}  {heading[2]}")
        for row in sound:
            mark = "*" if row.version == now else " "
            click.echo(
                f"{mark} {row.version:<24} {row.date or '-':<12} {row.manifest['quads']:>10}  {row.base}"
            )
        for version in damaged:
            word = text(de="beschädigt", en="damaged")
            click.echo(f"{'*' if version == now else ' '} {version:<24} {word}")
    for fault in damaged.values():
        complain(fault.message(LANGUAGE))
    if damaged:
        raise SystemExit(EnvironmentFault.exit_code)


@click.command(
    "rollback",
    help=text(
        de="Das vorige Release (oder VERSION) wieder aktuell machen.",
        en="Make the previous release (or VERSION) current again.",
    ),
)
@click.argument("version", required=False)
@option_data
def rollback_command(version: str | None, data: Path | None) -> None:
    made = release.rollback(settings.data_directory(data), version)
    click.echo(
        text(de=f"Release {made.version} ist wieder aktuell.", en=f"release {made.version} is current again.")
    )
