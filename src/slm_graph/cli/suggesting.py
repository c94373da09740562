"""`slm-graph map suggest` and `evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import click
from rdflib import URIRef

from slm_graph import mapping
from slm_graph.cli.console import LANGUAGE, inform, option_data, option_quiet, steps, text, write_output
from slm_graph.cli.mapping_input import Published, is_file, prefixes_of, read_sets, read_vocabulary
from slm_graph.cli.mapping_options import (
    CC0,
    SET_HELP,
    absolute_iri,
    option_format,
    option_license,
    option_output,
    option_set_id,
)
from slm_graph.errors import Language, Text, UsageError
from slm_graph.mapping import Evaluation
from slm_graph.mapping.suggest import MIN_SCORE, TOP

_PROGRESS_STEP = 100
"""Concepts between two words of progress: some tenths of a second."""


@click.command(
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
@option_set_id
@option_license
@option_output
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
        set_id=absolute_iri(set_id, "--set-id")
        if set_id
        else URIRef(f"{published.base}mappings/suggestions-{own}"),
        license=absolute_iri(license_iri or CC0, "--license"),
        title=Text(de=f"Vorschläge: {source} → {target}", en=f"Suggestions: {source} → {target}").in_language(
            language
        ),
        language=language,
        prefixes=prefixes_of(
            (one.iri for candidate in found for one in (candidate.subject, candidate.object)),
            base=published.base,
        ),
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


@click.command(
    "evaluate",
    help=text(
        de=f"""Einen Satz an einem Referenzsatz messen: Genauigkeit, Trefferquote, F1, Genauigkeit der ersten k.

        {SET_HELP} Ein Paar zählt einmal, in welcher Richtung es auch geschrieben ist.

        \b
        Beispiel: slm-graph map evaluate vorschlaege.sssom.tsv geprueft.sssom.tsv
        """,
        en=f"""Measure a set against a reference set: precision, recall, F1, precision at k.

        {SET_HELP} A pair counts once, whichever way round it is written.

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
@option_format
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
