"""`slm-graph export-site`: the current release as files for a web server that knows nothing of us."""

from __future__ import annotations

from pathlib import Path

import click

from slm_graph import settings
from slm_graph.cli.console import inform, option_data, option_quiet, text
from slm_graph.web.export import SERVERS, export_site


@click.command(
    "export-site",
    help=text(
        de="""Das aktuelle Release als Dateien schreiben, dazu die Konfiguration eines Webservers, der damit Formate aushandelt.

        DIR muss neu oder leer sein. Suche, SPARQL und die Schnittstellen für andere Programme brauchen den laufenden Dienst; was sonst
        anders ist, steht in docs/static-export.md.

        \b
        Beispiel: slm-graph export-site /srv/skills --server nginx
        """,
        en="""Write the current release as files, with the configuration of a web server that negotiates formats from them.

        DIR must be new or empty. Search, SPARQL and the interfaces for other programs need the running service; docs/static-export.md
        says what else differs.

        \b
        Example: slm-graph export-site /srv/skills --server nginx
        """,
    ),
)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--server",
    "servers",
    multiple=True,
    type=click.Choice(tuple(SERVERS)),
    default=("nginx",),
    show_default=True,
    help=text(
        de="Webserver, für den die Konfiguration ist; auch mehrmals.",
        en="Web server that the configuration is for; may be repeated.",
    ),
)
@option_data
@option_quiet
def export_command(directory: Path, servers: tuple[str, ...], data: Path | None, quiet: bool) -> None:
    written = export_site(settings.data_directory(data), directory, servers=servers)
    for address in written.left_out:
        inform(
            text(
                de=f"ausgelassen, der Name ist zu lang für eine Datei: {address}",
                en=f"left out, the name is too long for a file: {address}",
            ),
            quiet=quiet,
        )
    names = ", ".join(str(path) for path in written.configuration)
    size = f"{written.bytes / 1e6:.1f} MB"
    click.echo(
        text(
            de=f"Release {written.version}: {written.files} Dateien, {size.replace('.', ',')}; Konfiguration: {names}",
            en=f"release {written.version}: {written.files} files, {size}; configuration: {names}",
        )
    )
