"""`slm-graph serve`: the site on the current release."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from slm_graph import release, settings
from slm_graph.cli.console import inform, option_data, option_quiet, text
from slm_graph.settings import FederationSettings, LogSettings, QueryLimits, SiteSettings
from slm_graph.store.hosting import start_host

_FILE = "slm_graph.configuration"
"""Where the context of the call keeps the configuration file and what it says."""


def _configure(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    """Reads the file before the other options are looked at: its values are their defaults."""
    if path is None:
        return
    said = settings.read_configuration(path)
    if "data" in said:  # beside the file, wherever the call is made from
        said["data"] = str(path.absolute().parent / str(said["data"]))
    context.default_map = {
        **(context.default_map or {}),
        **{key: said[key] for key in settings.SERVING if key in said},
    }
    context.meta[_FILE] = (path, said)


def _sections() -> tuple[QueryLimits, LogSettings, FederationSettings]:
    path: Path | None
    said: dict[str, Any]
    path, said = click.get_current_context().meta.get(_FILE, (None, {}))
    return (
        settings.section_of("limits", QueryLimits, said, environment=os.environ, path=path),
        settings.section_of("log", LogSettings, said, environment=os.environ, path=path),
        settings.section_of("federation", FederationSettings, said, environment=os.environ, path=path),
    )


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
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="SLM_GRAPH_CONFIG",
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help=text(
        de="TOML-Datei mit Einstellungen; was auf der Befehlszeile oder in der Umgebung steht, gilt vor ihr.",
        en="TOML file of settings; the command line and the environment count before it.",
    ),
)
@option_data
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="SLM_GRAPH_HOST",
    show_default=True,
    help=text(de="Adresse, auf der gehört wird.", en="Address to listen on."),
)
@click.option(
    "--port",
    default=8000,
    envvar="SLM_GRAPH_PORT",
    show_default=True,
    type=click.IntRange(0, 65535),
    help=text(de="Port; 0 ist ein freier.", en="Port; 0 is a free one."),
)
@click.option(
    "--workers",
    envvar="SLM_GRAPH_WORKERS",
    type=click.IntRange(1, 64),
    help=text(
        de="Prozesse, die Anfragen beantworten; sonst einer je Kern, mindestens zwei.",
        en="Processes that answer requests; else one a core, at least two.",
    ),
)
@click.option(
    "--mount",
    default="",
    envvar="SLM_GRAPH_MOUNT",
    metavar=text(de="PFAD", en="PREFIX"),
    help=text(
        de="Pfad, unter dem die Site hinter einem Proxy steht.",
        en="Path below which the site stands behind a proxy.",
    ),
)
@click.option(
    "--direct/--no-direct",
    default=False,
    envvar="SLM_GRAPH_DIRECT",
    help=text(
        de="/id/… antwortet mit dem Dokument (200, Content-Location) statt mit 303.",
        en="/id/… answers with the document (200, Content-Location) instead of 303.",
    ),
)
@click.option(
    "--query-seconds",
    type=click.FloatRange(0.1, 3600),
    help=text(
        de="Zeitgrenze einer SPARQL-Abfrage (limits.deadline_seconds); sonst 10.",
        en="Deadline of a SPARQL query (limits.deadline_seconds); else 10.",
    ),
)
@click.option(
    "--metrics/--no-metrics",
    default=SiteSettings(Path()).metrics,
    envvar="SLM_GRAPH_METRICS",
    help=text(de="Ob /metrics antwortet.", en="Whether /metrics answers."),
)
@click.option(
    "--store",
    metavar="URL",
    envvar="SLM_GRAPH_STORE",
    help=text(
        de="SPARQL-Adresse eines Stores, der die Abfragen beantwortet; „slm-graph publish“ bringt Releases dorthin.",
        en="SPARQL address of a store that answers the queries; `slm-graph publish` brings releases there.",
    ),
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    metavar=text(de="ADRESSE", en="ADDRESS"),
    envvar="SLM_GRAPH_TRUSTED_PROXIES",
    help=text(
        de="Adresse oder Netz eines Proxys, dessen X-Forwarded-For den Client nennt; mehrmals möglich.",
        en="Address or network of a proxy whose X-Forwarded-For names the client; may be repeated.",
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
    query_seconds: float | None,
    metrics: bool,
    store: str | None,
    trusted_proxies: tuple[str, ...],
    quiet: bool,
) -> None:
    trusted = settings.trusted_networks(trusted_proxies)
    place = settings.data_directory(data).absolute()
    prefix = settings.mount_prefix(mount)
    if release.current(place) is None:
        _build_shipped(place, quiet=quiet)
    release.open_release(place)  # a damaged release is refused here, by name, before anything listens
    limits, log, federation = _sections()
    if query_seconds is not None:
        limits = replace(limits, deadline_seconds=query_seconds)
    site = SiteSettings(
        data=place, mount=prefix, see_other=not direct, limits=limits, metrics=metrics, log=log
    )
    from slm_graph.web.counters import Counters
    from slm_graph.web.log_lines import LogHandler, LogLines

    counters = Counters(is_shared=True)
    lines = LogLines(counters)
    logging.basicConfig(level=logging.INFO, handlers=[LogHandler(lines)])

    def ready(url: str) -> None:
        click.echo(text(de=f"slm-graph läuft: {url}{prefix}/", en=f"slm-graph is serving: {url}{prefix}/"))

    with start_host(site.limits) as host_process:
        from slm_graph.store.client import QueryClient
        from slm_graph.web import create_app
        from slm_graph.web.limits import Limits
        from slm_graph.web.observing import Observed
        from slm_graph.web.server import DRAIN_SECONDS, serve
        from slm_graph.web.sparql import Answerer

        hosted = QueryClient(host_process.socket_path, limits=site.limits)
        queries: Answerer = hosted
        others: Federation | None = None
        if store is not None or federation.endpoints:
            from slm_graph.store.engine_reader import empty_file
            from slm_graph.store.federation import Federation
            from slm_graph.store.remote import RemoteQueries

            # the host goes on reading queries, on no data: what crashes a parser crashes no worker
            nothing = empty_file(host_process.socket_path.parent)
            if store is not None:
                queries = RemoteQueries(store, reader=hosted, nothing=nothing, limits=site.limits)
            if federation.endpoints:
                others = Federation(federation, site.limits, reader=hosted, nothing=nothing)

        asking_seconds = federation.timeout_seconds if others is not None else 0.0
        code = serve(
            lambda: Observed(
                create_app(site, queries=queries, counters=counters, federation=others),
                counters,
                site.log,
                lines=lines,
                mount=prefix,
            ),
            host=host,
            port=port,
            workers=workers,
            trusted_proxies=trusted,
            on_ready=ready,
            # a query that has just begun still gets its deadline, and the time that others have to answer
            drain_seconds=max(DRAIN_SECONDS, limits.deadline_seconds + asking_seconds + 5),
            every_second=host_process.tend,
            limits=Limits(body_bytes=site.body_bytes),
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
