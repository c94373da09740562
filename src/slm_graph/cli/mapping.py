"""`slm-graph map`: check, compose, invert, suggest, evaluate, export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click
from rdflib import Graph, URIRef

from slm_graph import formats, mapping
from slm_graph.cli.console import LANGUAGE, inform, option_data, option_quiet, steps, text, write_output
from slm_graph.cli.mapping_input import Published, read_graph, read_one, read_sets, sets_of
from slm_graph.cli.mapping_options import (
    SET_HELP,
    absolute_iri,
    map_group,
    option_format,
    option_license,
    option_output,
    option_set_id,
    short,
)
from slm_graph.cli.suggesting import evaluate_command, suggest_command
from slm_graph.errors import DataRefused, Text, UsageError
from slm_graph.mapping import Finding, MappingSet
from slm_graph.sources.rdf import is_rdf
from slm_graph.syntax import write

__all__ = ["map_group"]

map_group.add_command(suggest_command)
map_group.add_command(evaluate_command)


@map_group.command(
    "check",
    help=text(
        de="""Zuordnungssätze auf Widersprüche prüfen, auch über Ketten und Hierarchie hinweg.

        Ohne DATEI alle Sätze des aktuellen Releases (oder die mitgelieferten); mit DATEI diese Sätze, zusammen mit denen des Releases und
        seinen Rahmenwerken. RDF-Dateien dürfen auch Rahmenwerke enthalten. --alone prüft nur, was in den Dateien steht.

        Beendet mit 0: kein Verstoß, 1: Verstöße (mit --strict auch Warnungen), 2: falscher Aufruf, 3: Umgebung.

        \b
        Beispiel: slm-graph map check eigene.sssom.tsv
        """,
        en="""Check mapping sets for contradictions, over chains and hierarchy too.

        Without FILE all sets of the current release (or the shipped ones); with FILE those sets, together with the release's and its
        frameworks. RDF files may hold frameworks as well. --alone checks just what stands in the files.

        Exits with 0: no violation, 1: violations (with --strict warnings too), 2: wrong call, 3: environment.

        \b
        Example: slm-graph map check ours.sssom.tsv
        """,
    ),
)
@click.argument("files", metavar=text(de="[DATEI]…", en="[FILE]…"), nargs=-1)
@click.option("--alone", is_flag=True, help=text(de="Ohne das Release.", en="Without the release."))
@click.option(
    "--strict",
    is_flag=True,
    help=text(de="Auch Warnungen sind Verstöße.", en="Warnings count as violations."),
)
@option_format
@option_data
@option_quiet
def check_command(
    files: tuple[str, ...],
    alone: bool,
    strict: bool,
    form: Literal["human", "json"],
    data: Path | None,
    quiet: bool,
) -> None:
    if alone and not files:
        raise UsageError(Text(de="--alone braucht Dateien.", en="--alone needs files."))
    published = Published(data)
    with steps(quiet=quiet) as said:
        given: dict[URIRef, MappingSet] = {}
        graph = Graph()
        if not alone:
            graph += published.frameworks
        for file in files:
            said("read", Path(file).name)
            for one in _checked_sets(file, graph, published):
                if one.id in given:
                    raise DataRefused(
                        Text(
                            de=f"Zweimal derselbe Satz: {one.id.n3()}",
                            en=f"twice the same set: {one.id.n3()}",
                        ),
                        where=file,
                    )
                given[one.id] = one
        others = [] if alone else [one for one in published.sets if one.id not in given]
        said("judge")
        findings = mapping.check([*given.values(), *others], graph, base=published.base)
    if files:
        findings = tuple(finding for finding in findings if _concerns(finding, given))
    sets = list(given.values()) or others
    broken = [
        one for one in findings if one.severity == "Violation" or (strict and one.severity == "Warning")
    ]
    if form == "json":
        click.echo(json.dumps(_checked_json(findings, sets), indent=1, ensure_ascii=False))
    else:
        _show_findings(
            findings,
            sets,
            published,
            beside="" if alone else published.name.in_language(LANGUAGE),
            quiet=quiet,
        )
    if broken:
        raise SystemExit(1)


def _checked_sets(file: str, graph: Graph, published: Published) -> tuple[MappingSet, ...]:
    """The sets of an argument; an RDF file's statements go into the graph as well."""
    path = Path(file)
    if not is_rdf(path):
        return read_sets(file, published)
    found = read_graph(path, base=published.base)
    graph += found
    return sets_of(found, path, base=published.base)


def _concerns(finding: Finding, given: dict[URIRef, MappingSet]) -> bool:
    return finding.set_id in given or any(link.source in given for link in finding.chain)


def _checked_json(findings: Sequence[Finding], sets: Sequence[MappingSet]) -> dict[str, Any]:
    return {
        "sets": [
            {"id": str(one.id), "rows": len(one.mappings), "candidates": len(mapping.candidates(one))}
            for one in sets
        ],
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "set": None if one.set_id is None else str(one.set_id),
                "subject": str(one.subject),
                "predicate": str(one.predicate),
                "object": str(one.object),
                "message": {"de": one.text.de, "en": one.text.en},
                "chain": [
                    {
                        "subject": str(link.subject),
                        "predicate": str(link.predicate),
                        "object": str(link.object),
                        "set": None if link.source is None else str(link.source),
                    }
                    for link in one.chain
                ],
            }
            for one in findings
        ],
    }


_SEVERITIES = {
    "Violation": Text(de="Verstoß", en="violation"),
    "Warning": Text(de="Warnung", en="warning"),
    "Info": Text(de="Hinweis", en="note"),
}


def _show_findings(
    findings: Sequence[Finding], sets: Sequence[MappingSet], published: Published, *, beside: str, quiet: bool
) -> None:
    for one in findings:
        if quiet and one.severity == "Info":
            continue
        severity = _SEVERITIES[one.severity].in_language(LANGUAGE)
        place = "" if one.set_id is None else f" {one.set_id.n3()}"
        click.echo(f"{one.rule} {severity}{place}")
        click.echo(f"  {short(one.subject, published.base)} {short(one.predicate, published.base)} "
                   f"{short(one.object, published.base)}")  # fmt: skip
        click.echo(f"  {one.text.in_language(LANGUAGE)}")
    rows = sum(len(one.mappings) for one in sets)
    waiting = sum(len(mapping.candidates(one)) for one in sets)
    place = f" ({beside})" if beside else ""
    numbers = [sum(one.severity == severity for one in findings) for severity in _SEVERITIES]
    click.echo(
        text(
            de=f"Sätze: {len(sets)}, Zeilen: {rows}{place}: {numbers[0]} Verstöße, {numbers[1]} Warnungen, "
            f"{numbers[2]} Hinweise.",
            en=f"sets: {len(sets)}, rows: {rows}{place}: {numbers[0]} violations, {numbers[1]} warnings, "
            f"{numbers[2]} notes.",
        )
    )
    if waiting:
        inform(
            text(
                de=f"{waiting} Zeilen sind Vorschläge, für die niemand einsteht; so veröffentlicht sie kein Release.",
                en=f"{waiting} rows are suggestions nobody answers for; no release publishes them as they are.",
            ),
            quiet=quiet,
        )


@map_group.command(
    "compose",
    help=text(
        de=f"""Sätze verketten: was A mit C zu tun hat, wenn A zu B und B zu C zugeordnet sind.

        Das Ergebnis sind Vorschläge mit ihrer Kette und dem Produkt der Sicherheiten. {SET_HELP}

        \b
        Beispiel: slm-graph map compose sfia-ecf.sssom.tsv ecf-eqf.sssom.tsv -o sfia-eqf.sssom.tsv
        """,
        en=f"""Chain sets: what A has to do with C, when A is mapped to B and B to C.

        The result are suggestions with their chain and the product of the confidences. {SET_HELP}

        \b
        Example: slm-graph map compose sfia-ecf.sssom.tsv ecf-eqf.sssom.tsv -o sfia-eqf.sssom.tsv
        """,
    ),
)
@click.argument("sets", metavar=text(de="SATZ SATZ…", en="SET SET…"), nargs=-1, required=True)
@option_set_id
@option_license
@option_output
@option_data
@option_quiet
def compose_command(
    sets: tuple[str, ...],
    set_id: str | None,
    license_iri: str | None,
    output: str,
    data: Path | None,
    quiet: bool,
) -> None:
    published = Published(data)
    read = [read_one(one, published) for one in sets]
    chains = mapping.compose(*read)
    licenses = {one.license for one in read}
    if license_iri is None and len(licenses) > 1:
        raise UsageError(
            Text(
                de="Die Sätze stehen unter verschiedenen Lizenzen: " + ", ".join(sorted(licenses)),
                en="the sets are under different licences: " + ", ".join(sorted(licenses)),
            ),
            hint=Text(de="--license nennt die des neuen Satzes.", en="--license names that of the new set."),
        )
    names = "-".join(mapping.set_name(one, base=published.base) for one in read)
    made = mapping.composed_set(
        chains,
        set_id=absolute_iri(set_id, "--set-id") if set_id else URIRef(f"{published.base}mappings/{names}"),
        license=absolute_iri(license_iri, "--license") if license_iri else min(licenses),
        title=" → ".join(one.title or str(one.id) for one in read),
        sets=read,
    )
    write_output(mapping.write_set(made), output)
    inform(
        text(
            de=f"{len(chains)} Ketten, {len(made.mappings)} Vorschläge; veröffentlicht wird nur, wofür jemand einsteht "
            "(author_id oder reviewer_id).",
            en=f"{len(chains)} chains, {len(made.mappings)} suggestions; only what somebody answers for is published "
            "(author_id or reviewer_id).",
        ),
        quiet=quiet,
    )


@map_group.command(
    "invert",
    help=text(
        de=f"""Einen Satz umkehren: aus A zu B wird B zu A, aus broadMatch narrowMatch. {SET_HELP}

        \b
        Beispiel: slm-graph map invert e-cf -o e-cf-sfia.sssom.tsv
        """,
        en=f"""Turn a set round: A to B becomes B to A, broadMatch becomes narrowMatch. {SET_HELP}

        \b
        Example: slm-graph map invert e-cf -o e-cf-sfia.sssom.tsv
        """,
    ),
)
@click.argument("given", metavar=text(de="SATZ", en="SET"))
@option_set_id
@option_output
@option_data
@option_quiet
def invert_command(given: str, set_id: str | None, output: str, data: Path | None, quiet: bool) -> None:
    published = Published(data)
    turned = mapping.invert(
        read_one(given, published), set_id=absolute_iri(set_id, "--set-id") if set_id else None
    )
    write_output(mapping.write_set(turned.mapping_set), output)
    inform(
        text(
            de=f"{len(turned.mapping_set.mappings)} Zeilen umgekehrt, {len(turned.left_out)} ausgelassen.",
            en=f"{len(turned.mapping_set.mappings)} rows turned round, {len(turned.left_out)} left out.",
        ),
        quiet=quiet,
    )
    for row in turned.left_out:
        inform(
            text(
                de=f"  ohne Umkehrung: {short(row.subject, published.base)} {short(row.predicate, published.base)} "
                f"{short(row.object, published.base)}",
                en=f"  has no inverse: {short(row.subject, published.base)} {short(row.predicate, published.base)} "
                f"{short(row.object, published.base)}",
            ),
            quiet=quiet,
        )


@map_group.command(
    "export",
    help=text(
        de=f"""Einen Satz in einer anderen Form ausgeben. {SET_HELP}

        sssom: SSSOM TSV; skos: nur die Tripel; records: SSSOM/RDF mit allen Angaben; xkos: eine Korrespondenz; jskos: JSON. RDF wird nach
        der Endung der Zieldatei geschrieben, sonst als Turtle. Was eine Form nicht sagen kann (verneinte Zeilen), wird genannt.

        \b
        Beispiel: slm-graph map export e-cf --as jskos -o e-cf.json
        """,
        en=f"""Write a set in another form. {SET_HELP}

        sssom: SSSOM TSV; skos: the triples alone; records: SSSOM/RDF with all there is; xkos: a correspondence; jskos: JSON. RDF is
        written by the target's suffix, else as Turtle. What a form cannot say (negated rows) is told.

        \b
        Example: slm-graph map export e-cf --as jskos -o e-cf.json
        """,
    ),
)
@click.argument("given", metavar=text(de="SATZ", en="SET"))
@click.option(
    "--as",
    "form",
    type=click.Choice(["sssom", "skos", "records", "xkos", "jskos"]),
    default="sssom",
    show_default=True,
    help=text(de="Form.", en="Form."),
)
@click.option(
    "--candidates",
    "with_candidates",
    is_flag=True,
    help=text(de="Auch Vorschläge, für die niemand einsteht.", en="Suggestions nobody answers for, too."),
)
@option_output
@option_data
@option_quiet
def export_command(
    given: str, form: str, with_candidates: bool, output: str, data: Path | None, quiet: bool
) -> None:
    published = Published(data)
    chosen = read_one(given, published)
    if form not in ("sssom", "records") and not with_candidates:
        # These forms have no place for who answers for a row: there a suggestion looks like any mapping.
        mapping.refuse_candidates(chosen, name=given)
    left_out = [row for row in chosen.mappings if not _sayable(row, form)]
    write_output(_exported(chosen, form, output, base=published.base), output)
    inform(
        text(
            de=f"{len(chosen.mappings) - len(left_out)} Zeilen; {len(left_out)} kann {form} nicht sagen.",
            en=f"{len(chosen.mappings) - len(left_out)} rows; {len(left_out)} {form} cannot say.",
        ),
        quiet=quiet,
    )


def _sayable(row: mapping.Mapping, form: str) -> bool:
    if form == "jskos":
        return not row.negated
    return row.positive or form in ("sssom", "records")


def _exported(chosen: MappingSet, form: str, output: str, *, base: str) -> bytes:
    if form == "sssom":
        return mapping.write_set(chosen)
    if form == "jskos":
        return (json.dumps(mapping.jskos(chosen, base=base), ensure_ascii=False, indent=1) + "\n").encode()
    triples = {"skos": mapping.plain_triples, "records": mapping.set_graph, "xkos": mapping.correspondence}[
        form
    ]
    suffix = Path(output).suffix.lstrip(".").lower()
    target = formats.by_suffix(suffix) if suffix else formats.TURTLE
    if target is None or target is formats.HTML:
        raise UsageError(
            Text(de=f"Unbekannte Endung: {output}", en=f"unknown suffix: {output}"),
            hint=Text(de="Es gibt: ttl jsonld rdf nt trig nq", en="There are: ttl jsonld rdf nt trig nq"),
        )
    quads = [(s, URIRef(str(p)), o, None) for s, p, o in triples(chosen, base=base)]
    return write(quads, target, base=base)
