"""`slm-graph labels`: names of others' concepts, fetched now and used by the next build."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rdflib import URIRef

from slm_graph import release, settings
from slm_graph.catalogue import Asked, Catalogue, Crosswalk
from slm_graph.cli.console import LANGUAGE, complain, inform, option_data, option_quiet, text, write_output
from slm_graph.errors import EnvironmentFault, RemoteError, SourceError, Text
from slm_graph.mapping import NO_TERM_FOUND
from slm_graph.remote import RemoteEndpoint
from slm_graph.sources import labels as fetching

FOLDER = "labels"
"""Below the data directory: one file a host."""


@click.group(
    "labels",
    help=text(
        de="Bezeichnungen von Begriffen, die andere veröffentlichen.",
        en="Labels of concepts that others publish.",
    ),
)
def labels_group() -> None:
    pass


def wanted(data: Path) -> list[URIRef]:
    """The ends of mappings in the current release that it does not describe itself."""
    opened = release.open_release(data)
    catalogue = Catalogue(opened.index_file)
    ends = {
        str(end)
        for entry in Crosswalk(catalogue).entries(Asked(), limit=-1)
        for end in (entry.row.subject, entry.row.object)
        if end != NO_TERM_FOUND and not str(end).startswith(opened.base) and fetching.host_of(end) is not None
    }
    entries = catalogue.entries(ends)
    return sorted(URIRef(iri) for iri in ends if iri not in entries or entries[iri].kind == "other")


@labels_group.command(
    "refresh",
    help=text(
        de="""Bezeichnungen der Ziele von Zuordnungen holen, die das aktuelle Release nicht selbst beschreibt.

        Ohne --endpoint wird jede Adresse abgerufen. Was geholt wird, steht mit Quelle und Datum in DIR/labels und kommt mit dem nächsten
        „slm-graph build“ ins Release; keine Seite holt je etwas selbst.

        \b
        Beispiele: slm-graph labels refresh
                   slm-graph labels refresh --endpoint https://publications.europa.eu/webapi/rdf/sparql --only http://data.europa.eu/esco/
        """,
        en="""Fetch labels of the ends of mappings that the current release does not describe itself.

        Without --endpoint each address is fetched. What is found is kept in DIR/labels with its source and date, and enters the release
        with the next `slm-graph build`; no page ever fetches anything.

        \b
        Examples: slm-graph labels refresh
                  slm-graph labels refresh --endpoint https://publications.europa.eu/webapi/rdf/sparql --only http://data.europa.eu/esco/
        """,
    ),
)
@option_data
@click.option(
    "--endpoint",
    metavar="URL",
    help=text(de="SPARQL-Endpunkt, der sie kennt.", en="SPARQL endpoint that knows them."),
)
@click.option(
    "--only",
    metavar="IRI",
    help=text(de="Nur Begriffe, deren IRI so beginnt.", en="Only concepts whose IRI begins so."),
)
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0.1, max=600),
    default=20.0,
    show_default=True,
    help=text(de="Sekunden für eine Antwort.", en="Seconds for one answer."),
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help=text(de="Höchstzahl der Begriffe.", en="Number of concepts at most."),
)
@click.option(
    "--local",
    is_flag=True,
    help=text(
        de="Auch in diesem Rechner und seinem Netz fragen.", en="Ask this machine and its network, too."
    ),
)
@option_quiet
def refresh_command(
    data: Path | None,
    endpoint: str | None,
    only: str | None,
    timeout_seconds: float,
    limit: int,
    local: bool,
    quiet: bool,
) -> None:
    directory = settings.data_directory(data)
    iris = [iri for iri in wanted(directory) if only is None or iri.startswith(only)][:limit]
    if not iris:
        inform(text(de="Es gibt nichts zu holen.", en="there is nothing to fetch."), quiet=quiet)
        return
    inform(
        text(de=f"{len(iris)} Begriffe ohne Bezeichnung", en=f"{len(iris)} concepts without a label"),
        quiet=quiet,
    )
    if endpoint is not None:
        found = fetching.from_endpoint(RemoteEndpoint(endpoint, timeout_seconds=timeout_seconds), iris)
    else:
        found = fetching.by_dereferencing(iris, timeout_seconds=timeout_seconds, local=local)
    today = datetime.now(tz=UTC).date()
    for host, number in _keep(directory, found.labels, endpoint, today).items():
        inform(text(de=f"{host}: {number} Bezeichnungen", en=f"{host}: {number} labels"), quiet=quiet)
    for iri, reason in found.failed.items():
        complain(f"<{iri}>: {reason.in_language(LANGUAGE)}")
    if not found.labels:
        raise RemoteError(
            Text(
                de="Keine einzige Bezeichnung war zu holen; was früher geholt wurde, bleibt.",
                en="not a single label could be fetched; what was fetched before stays.",
            )
        )


def _keep(directory: Path, found: fetching.Labels, endpoint: str | None, today: date) -> dict[str, int]:
    """Write a file a host; host → labelled concepts in it."""
    by_host: dict[str, fetching.Labels] = defaultdict(dict)
    for iri, several in found.items():
        by_host[fetching.host_of(iri) or ""][iri] = several
    folder = directory / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            Text(
                de=f"Der Ordner ist nicht anzulegen: {error.strerror}",
                en=f"the folder cannot be made: {error.strerror}",
            ),
            where=str(folder),
        ) from error
    numbers: dict[str, int] = {}
    for host, labels in sorted(by_host.items()):
        path = folder / f"{host}.trig"
        old = None
        if path.exists():
            try:
                old = fetching.read_cached(path)
            except SourceError as error:
                complain(error.message(LANGUAGE))  # a broken file is replaced, and said so
        source = URIRef(endpoint or f"https://{host}/")
        kept = fetching.merged(old, labels, host=host, source=source, day=today)
        write_output(fetching.written(kept), str(path))
        numbers[host] = len(kept.labels)
    return numbers


def cached_files(data: Path) -> tuple[Path, ...]:
    """The files a build reads."""
    return tuple(sorted((data / FOLDER).glob("*.trig")))
