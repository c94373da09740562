"""`slm-graph serve`: the site on the current release."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import click

from slm_graph import release, settings
from slm_graph.cli.console import inform, option_data, option_quiet, text
from slm_graph.settings import QueryLimits, SiteSettings
from slm_graph.store.client import start_host


@click.command(
    "serve",
    help=text(
        de="""Das aktuelle Release als Website, verknüpfte Daten und SPARQL-Endpunkt anbieten.

        Gibt es noch kein Release, wird zuerst eines aus den mitgelieferten Daten gebaut. Ein neues Release wird innerhalb einer Sekunde
        übernommen. SIGTERM oder Strg-C beendet, sobald laufende Anfragen beantwortet sind.

        \b
        Beispiel: slm-graph serve --port 8080 --mount /skills
        """,
        en="""Serve the current release as a website, linked data and a SPARQL endpoint.

        Without a release, one is built from the shipped data first. A new release is taken over within a second. SIGTERM or Ctrl-C
        stops it, once requests under way are answered.

        \b
        Example: slm-graph serve --port 8080 --mount /skills
        """,
    ),
)
@option_data
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=text(de="Adresse, auf der gehört wird.", en="Address to listen on."),
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help=text(de="Port; 0 ist ein freier.", en="Port; 0 is a free one."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=text(
        de="Prozesse, die Anfragen beantworten; sonst einer je Kern, mindestens zwei.",
        en="Processes that answer requests; else one a core, at least two.",
    ),
)
@click.option(
    "--mount",
    default="",
    metavar=text(de="PFAD", en="PREFIX"),
    help=text(
        de="Pfad, unter dem die Site hinter einem Proxy steht.",
        en="Path below which the site stands behind a proxy.",
    ),
)
@click.option(
    "--direct",
    is_flag=True,
    help=text(
        de="/id/… antwortet mit dem Dokument (200, Content-Location) statt mit 303.",
        en="/id/… answers with the document (200, Content-Location) instead of 303.",
    ),
)
@click.option(
    "--query-seconds",
    default=QueryLimits().deadline_seconds,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help=text(de="Zeitgrenze einer SPARQL-Abfrage.", en="Deadline of a SPARQL query."),
)
@click.option(
    "--store",
    metavar="URL",
    envvar="SLM_GRAPH_STORE",
    help=text(
        de="SPARQL-Adresse eines Stores, der die Abfragen beantwortet; »slm-graph publish« bringt Releases dorthin.",
        en="SPARQL address of a store that answers the queries; `slm-graph publish` brings releases there.",
    ),
)
@option_quiet
def serve_command(
    data: Path | None,
    host: str,
    port: int,
    workers: int | None,
    mount: str,
    direct: bool,
    query_seconds: float,
    store: str | None,
    quiet: bool,
) -> None:
    place = settings.data_directory(data).absolute()
    prefix = settings.mount_prefix(mount)
    if release.current(place) is None:
        _build_shipped(place, quiet=quiet)
    release.open_release(place)  # a damaged release is refused here, by name, before anything listens
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    site = SiteSettings(
        data=place, mount=prefix, see_other=not direct, limits=QueryLimits(deadline_seconds=query_seconds)
    )

    def ready(url: str) -> None:
        click.echo(text(de=f"slm-graph läuft: {url}{prefix}/", en=f"slm-graph is serving: {url}{prefix}/"))

    with start_host(site.limits) as host_process:
        from slm_graph.store.client import QueryClient
        from slm_graph.web import create_app
        from slm_graph.web.server import DRAIN_SECONDS, serve
        from slm_graph.web.sparql import Answerer

        def revive() -> None:
            if host_process.revive():
                logging.getLogger(__name__).warning("the query host had ended and was started again")

        hosted = QueryClient(host_process.socket_path, limits=site.limits)
        queries: Answerer = hosted
        if store is not None:
            from slm_graph.store.remote import RemoteQueries, empty_file

            # the host goes on reading queries, on no data: what crashes a parser crashes no worker
            nothing = empty_file(host_process.socket_path.parent)
            queries = RemoteQueries(store, reader=hosted, nothing=nothing, limits=site.limits)

        code = serve(
            lambda: create_app(site, queries=queries),
            host=host,
            port=port,
            workers=workers,
            on_ready=ready,
            # a query that has just begun still gets its deadline
            drain_seconds=max(DRAIN_SECONDS, query_seconds + 5),
            every_second=revive,
        )
    raise SystemExit(code)


def _build_shipped(data: Path, *, quiet: bool) -> None:
    """Build what is shipped, in a process of its own: this one must stay small and without threads, because it forks
    the workers."""
    inform(
        text(
            de="Noch kein Release: die mitgelieferten Daten werden gebaut …",
            en="no release yet: building the shipped data …",
        ),
        quiet=quiet,
    )
    command = [sys.executable, "-m", "slm_graph.cli", "build", "--data", str(data), "--quiet"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)  # the build has said why
