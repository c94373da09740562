"""`slm-graph publish`: a release on a SPARQL server of others."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rdflib import URIRef

from slm_graph import release, settings
from slm_graph.cli.console import inform, option_data, option_quiet, text
from slm_graph.errors import Text, UsageError
from slm_graph.remote import RemoteEndpoint
from slm_graph.store import uploading
from slm_graph.store.graph_names import ReleaseGraphs
from slm_graph.store.graph_store import RemoteGraphs


@click.command(
    "publish",
    help=text(
        de="""Ein Release auf einen Store bringen (SPARQL 1.1 Graph Store Protocol) und dort aktuell machen.

        Ohne VERSION das aktuelle. Jeder Graph bekommt dort den Namen BASIS/release/VERSION/graph/…; aktuell wird das Release, wenn der
        letzte Graph angekommen ist. Wer schreibt, sagen SLM_GRAPH_STORE_USER und SLM_GRAPH_STORE_PASSWORD.

        \b
        Beispiele: slm-graph publish --to http://127.0.0.1:7878/store --store http://127.0.0.1:7878/query
                   slm-graph publish --to http://127.0.0.1:8890/sparql-graph-crud-auth
                   slm-graph publish --to http://127.0.0.1:7878/store --drop 2026-1
        """,
        en="""Bring a release to a store (SPARQL 1.1 Graph Store Protocol) and make it current there.

        Without VERSION, the current one. Each graph is called BASE/release/VERSION/graph/… there; the release becomes current when its
        last graph has arrived. SLM_GRAPH_STORE_USER and SLM_GRAPH_STORE_PASSWORD say who writes.

        \b
        Examples: slm-graph publish --to http://127.0.0.1:7878/store --store http://127.0.0.1:7878/query
                  slm-graph publish --to http://127.0.0.1:8890/sparql-graph-crud-auth
                  slm-graph publish --to http://127.0.0.1:7878/store --drop 2026-1
        """,
    ),
)
@click.argument("version", required=False)
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help=text(de="Adresse des Graph Stores.", en="Address of the graph store."),
)
@click.option(
    "--store",
    "endpoint_url",
    metavar="URL",
    help=text(
        de="SPARQL-Adresse desselben Stores: damit wird gezählt, ob alles angekommen ist.",
        en="SPARQL address of the same store: used to count whether all has arrived.",
    ),
)
@click.option(
    "--drop",
    metavar="VERSION",
    help=text(
        de="Stattdessen dieses Release vom Store entfernen; nie das aktuelle.",
        en="Remove this release from the store instead; never the current one.",
    ),
)
@option_data
@option_quiet
def publish_command(
    version: str | None, url: str, endpoint_url: str | None, drop: str | None, data: Path | None, quiet: bool
) -> None:
    place = settings.data_directory(data)
    store = RemoteGraphs(
        url, user=os.environ.get("SLM_GRAPH_STORE_USER"), password=os.environ.get("SLM_GRAPH_STORE_PASSWORD")
    )
    if drop is not None:
        if version is not None or endpoint_url is not None:
            raise UsageError(
                Text(
                    de="--drop verträgt weder VERSION noch --store.",
                    en="--drop goes with neither VERSION nor --store.",
                )
            )
        removed = uploading.drop(drop, _base(place), store)
        click.echo(
            text(
                de=f"Release {drop} ist vom Store entfernt: {removed} Graphen.",
                en=f"release {drop} is removed from the store: {removed} graphs.",
            )
        )
        return
    found = release.open_release(place, version)
    counts = {URIRef(name): int(number) for name, number in found.manifest["graphs"].items()}
    upload = uploading.Upload(
        ReleaseGraphs(found.base, found.version, tuple(sorted(counts))),
        found.quads_file,
        str(found.manifest["files"][found.quads_file.name]["sha256"]),
        counts,
    )
    endpoint = RemoteEndpoint(endpoint_url) if endpoint_url is not None else None

    def count(graph: URIRef) -> int:
        assert endpoint is not None  # noqa: S101  # only handed on when there is one
        query = f"SELECT (COUNT(*) AS ?n) FROM {graph.n3()} WHERE {{ ?s ?p ?o }}"  # noqa: S608
        return int(str(endpoint.select(query).rows[0][0]))

    was_sent = uploading.publish(
        upload, store, count=count if endpoint else None, progress=lambda name: inform(name, quiet=quiet)
    )
    sent = text(
        de=f"{sum(counts.values())} Aussagen in {len(counts)} Graphen gesendet"
        if was_sent
        else "seine Graphen waren schon dort",
        en=f"{sum(counts.values())} statements in {len(counts)} graphs sent"
        if was_sent
        else "its graphs were there already",
    )
    click.echo(
        text(
            de=f"Release {found.version} ist auf dem Store aktuell: {sent}.",
            en=f"release {found.version} is current on the store: {sent}.",
        )
    )


def _base(place: Path) -> str:
    """The base of the data directory's current release; before the first, the deployment's."""
    if release.current(place) is None:
        return settings.base_iri()
    return release.open_release(place, verify=False).base
