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
from slm_graph.cli.mapping_input import (
    Published,
    is_file,
    read_graph,
    read_one,
    read_sets,
    read_vocabulary,
    sets_of,
)
from slm_graph.errors import DataRefused, Language, Text, UsageError
from slm_graph.mapping import Evaluation, Finding, MappingSet
from slm_graph.mapping.suggest import MIN_SCORE, TOP
from slm_graph.mapping.terms import is_absolute
from slm_graph.namespaces import prefixes
from slm_graph.sources.rdf import is_rdf
from slm_graph.syntax import write

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
"""Facts about which concepts correspond are nobody's: what we write is free unless said otherwise."""

_PROGRESS_STEP = 100
"""Concepts between two words of progress: some tenths of a second."""

_SET = text(
    de="SATZ ist eine Datei (.sssom.tsv oder RDF) oder der Name eines Zuordnungssatzes des aktuellen Releases.",
    en="SET is a file (.sssom.tsv or RDF) or the name of a mapping set of the current release.",
)


@click.group(
    "map",
    help=text(
        de="Zuordnungen zwischen Rahmenwerken prüfen, verketten, umkehren, vorschlagen, bewerten, ausgeben.",
        en="Check, compose, invert, suggest, evaluate and export mappings between frameworks.",
    ),
)
def map_group() -> None:
    pass


def _option_output(command: Any) -> Any:
    return click.option(
        "-o",
        "--output",
        default="-",
        show_default=True,
        help=text(de="Zieldatei; - ist die Standardausgabe.", en="Target file; - is standard output."),
    )(command)


def _option_format(command: Any) -> Any:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json"]),
        default="human",
        show_default=True,
        help=text(de="Form der Ausgabe.", en="Form of the output."),
    )(command)


def _option_set_id(command: Any) -> Any:
    return click.option(
        "--set-id", metavar="IRI", help=text(de="IRI des neuen Satzes.", en="IRI of the set that is made.")
    )(command)


def _option_license(command: Any) -> Any:
    return click.option(
        "--license",
        "license_iri",
        metavar="IRI",
        help=text(de="Lizenz des neuen Satzes.", en="Licence of the set that is made."),
    )(command)


def _iri(given: str, option: str) -> URIRef:
    if not is_absolute(given):
        raise UsageError(
            Text(
                de=f"{option} erwartet eine absolute IRI: {given}",
                en=f"{option} takes an absolute IRI: {given}",
            )
        )
    return URIRef(given)


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
@_option_format
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
        _show_findings(findings, sets, published, quiet=quiet)
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
    findings: Sequence[Finding], sets: Sequence[MappingSet], published: Published, *, quiet: bool
) -> None:
    for one in findings:
        if quiet and one.severity == "Info":
            continue
        severity = _SEVERITIES[one.severity].in_language(LANGUAGE)
        place = "" if one.set_id is None else f" {one.set_id.n3()}"
        click.echo(f"{one.rule} {severity}{place}")
        click.echo(f"  {_short(one.subject, published.base)} {_short(one.predicate, published.base)} "
                   f"{_short(one.object, published.base)}")  # fmt: skip
        click.echo(f"  {one.text.in_language(LANGUAGE)}")
    rows = sum(len(one.mappings) for one in sets)
    waiting = sum(len(mapping.candidates(one)) for one in sets)
    numbers = [sum(one.severity == severity for one in findings) for severity in _SEVERITIES]
    click.echo(
        text(
            de=f"{len(sets)} Sätze, {rows} Zeilen ({published.name.de}): {numbers[0]} Verstöße, {numbers[1]} Warnungen, "
            f"{numbers[2]} Hinweise.",
            en=f"{len(sets)} sets, {rows} rows ({published.name.en}): {numbers[0]} violations, {numbers[1]} warnings, "
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


def _short(term: URIRef, base: str) -> str:
    for prefix, namespace in prefixes(base).items():
        local = term.removeprefix(namespace)
        if local != term and local and "/" not in local and "#" not in local:
            return f"{prefix}:{local}"
    return term.n3()


@map_group.command(
    "compose",
    help=text(
        de=f"""Sätze verketten: was A mit C zu tun hat, wenn A zu B und B zu C zugeordnet sind.

        Das Ergebnis sind Vorschläge mit ihrer Kette und dem Produkt der Sicherheiten. {_SET}

        \b
        Beispiel: slm-graph map compose sfia-ecf.sssom.tsv ecf-eqf.sssom.tsv -o sfia-eqf.sssom.tsv
        """,
        en=f"""Chain sets: what A has to do with C, when A is mapped to B and B to C.

        The result are suggestions with their chain and the product of the confidences. {_SET}

        \b
        Example: slm-graph map compose sfia-ecf.sssom.tsv ecf-eqf.sssom.tsv -o sfia-eqf.sssom.tsv
        """,
    ),
)
@click.argument("sets", metavar=text(de="SATZ SATZ…", en="SET SET…"), nargs=-1, required=True)
@_option_set_id
@_option_license
@_option_output
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
        set_id=_iri(set_id, "--set-id") if set_id else URIRef(f"{published.base}mappings/{names}"),
        license=_iri(license_iri, "--license") if license_iri else min(licenses),
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
        de=f"""Einen Satz umkehren: aus A zu B wird B zu A, aus broadMatch narrowMatch. {_SET}

        \b
        Beispiel: slm-graph map invert e-cf -o e-cf-sfia.sssom.tsv
        """,
        en=f"""Turn a set round: A to B becomes B to A, broadMatch becomes narrowMatch. {_SET}

        \b
        Example: slm-graph map invert e-cf -o e-cf-sfia.sssom.tsv
        """,
    ),
)
@click.argument("given", metavar=text(de="SATZ", en="SET"))
@_option_set_id
@_option_output
@option_data
@option_quiet
def invert_command(given: str, set_id: str | None, output: str, data: Path | None, quiet: bool) -> None:
    published = Published(data)
    turned = mapping.invert(read_one(given, published), set_id=_iri(set_id, "--set-id") if set_id else None)
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
                de=f"  ohne Umkehrung: {_short(row.subject, published.base)} {_short(row.predicate, published.base)} "
                f"{_short(row.object, published.base)}",
                en=f"  has no inverse: {_short(row.subject, published.base)} {_short(row.predicate, published.base)} "
                f"{_short(row.object, published.base)}",
            ),
            quiet=quiet,
        )


@map_group.command(
    "suggest",
    help=text(
        de="""Zuordnungen zwischen zwei Rahmenwerken vorschlagen, aus Bezeichnungen, Notationen, Hierarchie, Ebenen und Definitionen.

        VON und NACH sind Schemata des aktuellen Releases (sfia, ecf, eine IRI), RDF-Dateien oder Zuordnungssätze (.sssom.tsv, ihre
        Subjekte oder Objekte). Jede Zeile sagt, worauf sie beruht. Kein Vorschlag wird veröffentlicht, ehe jemand author_id oder
        reviewer_id einträgt.

        \b
        Beispiel: slm-graph map suggest sfia esco --top 5 -o sfia-esco.sssom.tsv
        """,
        en="""Suggest mappings between two frameworks, from labels, notations, hierarchy, levels and definitions.

        SOURCE and TARGET are schemes of the current release (sfia, ecf, an IRI), RDF files or mapping sets (.sssom.tsv, their
        subjects or objects). Each row says what it rests on. No suggestion is published before somebody gives it an author_id or
        reviewer_id.

        \b
        Example: slm-graph map suggest sfia esco --top 5 -o sfia-esco.sssom.tsv
        """,
    ),
)
@click.argument("source", metavar=text(de="VON", en="SOURCE"))
@click.argument("target", metavar=text(de="NACH", en="TARGET"))
@click.option(
    "--top",
    type=click.IntRange(1, 100),
    default=TOP,
    show_default=True,
    help=text(de="Höchstens so viele je Konzept.", en="At most so many a concept."),
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=MIN_SCORE,
    show_default=True,
    help=text(de="Kleinster Wert eines Vorschlags.", en="Least score of a suggestion."),
)
@click.option(
    "--source-scheme",
    metavar="IRI",
    help=text(de="Schema innerhalb der Datei VON.", en="Scheme within the file SOURCE."),
)
@click.option(
    "--target-scheme",
    metavar="IRI",
    help=text(de="Schema innerhalb der Datei NACH.", en="Scheme within the file TARGET."),
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["de", "en"]),
    default=LANGUAGE,
    show_default=True,
    help=text(de="Sprache der Erläuterungen.", en="Language of the explanations."),
)
@_option_set_id
@_option_license
@_option_output
@option_data
@option_quiet
def suggest_command(
    source: str,
    target: str,
    top: int,
    min_score: float,
    source_scheme: str | None,
    target_scheme: str | None,
    language: Language,
    set_id: str | None,
    license_iri: str | None,
    output: str,
    data: Path | None,
    quiet: bool,
) -> None:
    published = Published(data)
    for given, scheme, option in (
        (source, source_scheme, "--source-scheme"),
        (target, target_scheme, "--target-scheme"),
    ):
        if scheme is not None and (not is_file(given) or Path(given).suffix == ".tsv"):
            raise UsageError(
                Text(de=f"{option} gehört zu einer RDF-Datei.", en=f"{option} goes with an RDF file.")
            )
    with steps(quiet=quiet) as said:
        said("read", source)
        left = read_vocabulary(source, published, side="subject", scheme=source_scheme)
        said("read", target)
        right = read_vocabulary(target, published, side="object", scheme=target_scheme)

        def progress(done: int, of: int) -> None:
            if done % _PROGRESS_STEP == 0:
                said("suggest", f"{done} / {of}")

        found = mapping.suggest(left, right, top=top, min_score=min_score, progress=progress)
    names = [Path(one).name.split(".")[0] for one in (source, target)]
    own = "".join(one if one.isascii() and one.isalnum() else "-" for one in "-".join(names))
    made = mapping.suggested_set(
        found,
        left,
        right,
        set_id=_iri(set_id, "--set-id") if set_id else URIRef(f"{published.base}mappings/suggestions-{own}"),
        license=_iri(license_iri or CC0, "--license"),
        title=Text(de=f"Vorschläge: {source} → {target}", en=f"Suggestions: {source} → {target}").in_language(
            language
        ),
        language=language,
        prefixes=_used_prefixes(found, published.base),
    )
    write_output(mapping.write_set(made), output)
    told = len({one.subject.iri for one in found})
    inform(
        text(
            de=f"{len(found)} Vorschläge für {told} von {len(left.concepts)} Konzepten, unter {len(right.concepts)}.",
            en=f"{len(found)} suggestions for {told} of {len(left.concepts)} concepts, out of {len(right.concepts)}.",
        ),
        quiet=quiet,
    )


def _used_prefixes(found: Sequence[mapping.Candidate], base: str) -> list[tuple[str, str]]:
    terms = {one.iri for candidate in found for one in (candidate.subject, candidate.object)}
    return [
        (prefix, namespace)
        for prefix, namespace in prefixes(base).items()
        if any(term.startswith(namespace) for term in terms)
    ]


@map_group.command(
    "evaluate",
    help=text(
        de=f"""Einen Satz an einem Referenzsatz messen: Genauigkeit, Trefferquote, F1, Genauigkeit der ersten k.

        {_SET} Ein Paar zählt einmal, in welcher Richtung es auch geschrieben ist.

        \b
        Beispiel: slm-graph map evaluate vorschlaege.sssom.tsv geprueft.sssom.tsv
        """,
        en=f"""Measure a set against a reference set: precision, recall, F1, precision at k.

        {_SET} A pair counts once, whichever way round it is written.

        \b
        Example: slm-graph map evaluate suggestions.sssom.tsv checked.sssom.tsv
        """,
    ),
)
@click.argument("given", metavar=text(de="SATZ", en="SET"))
@click.argument("reference", metavar=text(de="REFERENZ", en="REFERENCE"))
@click.option(
    "--same-predicate",
    is_flag=True,
    help=text(de="Auch das Prädikat muss stimmen.", en="The predicate has to be right, too."),
)
@click.option(
    "--only-judged",
    is_flag=True,
    help=text(
        de="Nur Konzepte, von denen die Referenz spricht: für eine Referenz, die einen Teil abdeckt.",
        en="Only concepts the reference speaks of: for a reference that covers a part.",
    ),
)
@_option_format
@option_data
def evaluate_command(
    given: str,
    reference: str,
    same_predicate: bool,
    only_judged: bool,
    form: Literal["human", "json"],
    data: Path | None,
) -> None:
    published = Published(data)
    found = mapping.evaluate(
        read_sets(given, published),
        read_sets(reference, published),
        same_predicate=same_predicate,
        only_judged=only_judged,
    )
    click.echo(json.dumps(_evaluated_json(found), indent=1) if form == "json" else _evaluated(found))


def _evaluated_json(found: Evaluation) -> dict[str, Any]:
    return {
        "all": _quality(found.whole),
        "first": _quality(found.first),
        "at": [
            {"k": one.k, "precision": round(one.precision, 4), "found": round(one.found, 4)}
            for one in found.at
        ],
        "thresholds": [{"confidence": least, **_quality(quality)} for least, quality in found.thresholds],
        "subjects": found.subjects,
        "denied": found.denied,
        "unjudged": found.unjudged,
    }


def _quality(quality: mapping.Quality) -> dict[str, Any]:
    return {
        "given": quality.given,
        "right": quality.right,
        "reference": quality.reference,
        "precision": round(quality.precision, 4),
        "recall": round(quality.recall, 4),
        "f1": round(quality.f1, 4),
    }


def _evaluated(found: Evaluation) -> str:
    best, at_best = max(found.thresholds, key=lambda one: (one[1].f1, one[0]))
    rows = [
        (Text(de="alle Zeilen", en="all rows"), found.whole),
        (Text(de="nur die erste je Konzept", en="the first of each concept"), found.first),
        (Text(de=f"davon ab Sicherheit {best:.2f}", en=f"of these from confidence {best:.2f}"), at_best),
    ]
    head = text(
        de="Paare  richtig  Referenz  Genauigkeit  Trefferquote     F1",
        en="pairs    right reference   precision        recall     F1",
    )
    width = 32
    lines = [" " * width + head]
    lines += [
        f"{name.in_language(LANGUAGE):<{width}}{one.given:>5}  {one.right:>7}  {one.reference:>8}  {one.precision:>11.3f}"
        f"  {one.recall:>12.3f}  {one.f1:>5.3f}"
        for name, one in rows
    ]
    lines += [
        text(
            de=f"unter den ersten {one.k:>2}: Genauigkeit {one.precision:.3f}, etwas Richtiges bei {one.found:.1%} der "
            f"{found.subjects} Konzepte",
            en=f"among the first {one.k:>2}: precision {one.precision:.3f}, something right for {one.found:.1%} of "
            f"{found.subjects} concepts",
        )
        for one in found.at
    ]
    lines.append(
        text(
            de=f"{found.denied} Zeilen bestreitet die Referenz; von {found.unjudged} spricht sie nicht.",
            en=f"the reference denies {found.denied} rows; of {found.unjudged} it does not speak.",
        )
    )
    return "\n".join(lines)


@map_group.command(
    "export",
    help=text(
        de=f"""Einen Satz in einer anderen Form ausgeben. {_SET}

        sssom: SSSOM TSV; skos: nur die Tripel; records: SSSOM/RDF mit allen Angaben; xkos: eine Korrespondenz; jskos: JSON. RDF wird nach
        der Endung der Zieldatei geschrieben, sonst als Turtle. Was eine Form nicht sagen kann (verneinte Zeilen), wird genannt.

        \b
        Beispiel: slm-graph map export e-cf --as jskos -o e-cf.json
        """,
        en=f"""Write a set in another form. {_SET}

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
@_option_output
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
