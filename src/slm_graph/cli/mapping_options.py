"""What the mapping commands share: their group, their options, how they name things."""

from __future__ import annotations

from typing import Any

import click
from rdflib import URIRef

from slm_graph.cli.console import text
from slm_graph.errors import Text, UsageError
from slm_graph.mapping.terms import is_absolute
from slm_graph.namespaces import prefixes

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
"""Facts about which concepts correspond are nobody's: what we write is free unless said otherwise."""

SET_HELP = text(
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


def option_output(command: Any) -> Any:
    return click.option(
        "-o",
        "--output",
        default="-",
        show_default=True,
        help=text(de="Zieldatei; - ist die Standardausgabe.", en="Target file; - is standard output."),
    )(command)


def option_format(command: Any) -> Any:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["human", "json"]),
        default="human",
        show_default=True,
        help=text(de="Form der Ausgabe.", en="Form of the output."),
    )(command)


def option_set_id(command: Any) -> Any:
    return click.option(
        "--set-id", metavar="IRI", help=text(de="IRI des neuen Satzes.", en="IRI of the set that is made.")
    )(command)


def option_license(command: Any) -> Any:
    return click.option(
        "--license",
        "license_iri",
        metavar="IRI",
        help=text(de="Lizenz des neuen Satzes.", en="Licence of the set that is made."),
    )(command)


def absolute_iri(given: str, option: str) -> URIRef:
    if not is_absolute(given):
        raise UsageError(
            Text(
                de=f"{option} erwartet eine absolute IRI: {given}",
                en=f"{option} takes an absolute IRI: {given}",
            )
        )
    return URIRef(given)


def short(term: URIRef, base: str) -> str:
    for prefix, namespace in prefixes(base).items():
        local = term.removeprefix(namespace)
        if local != term and local and "/" not in local and "#" not in local:
            return f"{prefix}:{local}"
    return term.n3()
