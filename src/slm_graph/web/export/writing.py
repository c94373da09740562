"""The copy of a site on disk: its files in a folder, the server's configuration beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from slm_graph.errors import EnvironmentFault, Text, UsageError
from slm_graph.formats import HTML
from slm_graph.settings import SiteSettings
from slm_graph.web.app import EXTENSION, create_app
from slm_graph.web.export import apache, caddy, nginx
from slm_graph.web.export.absent import Contents, without_dead_ends, without_service
from slm_graph.web.export.collecting import SITEMAP, Collected, collect
from slm_graph.web.export.notices import notices
from slm_graph.web.export.plan import Plan, plan_of
from slm_graph.web.representations import is_packable, packed, representation

if TYPE_CHECKING:
    from slm_graph.web.site import Served

FILES = "files"
"""The folder that the server serves."""

DAY_SECONDS = 86_400

UNDATED = date(2000, 1, 1)
"""In place of the day of a release that does not say its own: the same on every machine."""


def _nginx(plan: Plan, directory: Path) -> dict[str, str]:
    return {"slm-graph.http.conf": nginx.maps(plan), "slm-graph.server.conf": nginx.server(plan)}


def _apache(plan: Plan, directory: Path) -> dict[str, str]:
    return {
        "slm-graph.host.conf": apache.host(plan, directory),
        "slm-graph.things.txt": apache.lookups(plan.things),
        "slm-graph.links.txt": apache.lookups(plan.links),
    }


def _caddy(plan: Plan, directory: Path) -> dict[str, str]:
    return {"slm-graph.site.caddy": caddy.site(plan)}


SERVERS: dict[str, Callable[[Plan, Path], dict[str, str]]] = {
    "nginx": _nginx,
    "apache": _apache,
    "caddy": _caddy,
}
"""Name of a server → its configuration: names of files with their text."""

SENDS_PACKED = frozenset({"caddy"})
"""Servers whose configuration sends `FILE.gz` in place of `FILE` to who takes gzip."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote."""

    version: str
    files: int
    bytes: int
    configuration: tuple[Path, ...]
    left_out: tuple[str, ...]
    """Addresses whose names are too long for a file."""


def export_site(data: Path, directory: Path, *, servers: Sequence[str]) -> Written:
    """Write the current release of `data` into `directory`, which must be new or empty.

    Raises UsageError for a directory with something in it, NotFound without a release, EnvironmentFault where nothing can be
    written.
    """
    try:
        if directory.exists() and any(directory.iterdir()):
            raise UsageError(
                Text(de="In dem Verzeichnis liegt schon etwas.", en="the directory is not empty"),
                where=str(directory),
                hint=Text(
                    de="In ein neues Verzeichnis schreiben und dann umschalten, damit niemand eine halbe Kopie sieht.",
                    en="Write to a new directory and then switch, so that nobody sees half a copy.",
                ),
            )
        return _export(data, directory, servers)
    except OSError as error:
        raise EnvironmentFault(
            Text(
                de=f"Die Kopie lässt sich nicht schreiben: {error.strerror}",
                en=f"the copy cannot be written: {error.strerror}",
            ),
            where=str(directory),
        ) from error


def _export(data: Path, directory: Path, servers: Sequence[str]) -> Written:
    app = create_app(SiteSettings(data=data), queries=None)
    served: Served = app.extensions[EXTENSION].site.current()
    found, files, size = Collected(), 0, 0
    last = _midnight(served.release.date)
    packs = not SENDS_PACKED.isdisjoint(servers)
    contents = Contents(served.release.version, served.release.base, _downloads(served))
    for made in chain(collect(app.test_client(), served, found), notices(app, served, found)):
        one = made
        if made.suffix == HTML.suffix:
            one = without_service(made, contents)
        elif SITEMAP.fullmatch(made.address.path):
            one = without_dead_ends(made, contents)
        path = directory / FILES / one.file
        _write(path, one.body, last)
        files, size = files + 1, size + len(one.body)
        whole = representation(one.body, one.headers["Content-Type"])
        if packs and is_packable(whole):
            body = packed(whole).body
            _write(path.with_name(path.name + ".gz"), body, last)
            files, size = files + 1, size + len(body)
    addresses, base = served.addresses, served.release.base
    removed = [
        path
        for iri in sorted(served.removed)
        for path in (addresses.thing(iri), addresses.document(iri))
        if iri.startswith(base + "id/")
    ]
    plan = plan_of(found, version=served.release.version, removed=removed)
    written = []
    for server in servers:
        for name, text in SERVERS[server](plan, directory).items():
            (directory / name).write_text(text, "utf-8")
            written.append(directory / name)
    return Written(served.release.version, files, size, tuple(written), tuple(found.left_out))


def _midnight(issued: str | None) -> int:
    day = date.fromisoformat(issued[:10]) if issued is not None else UNDATED
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _write(path: Path, body: bytes, last: int) -> None:
    """The file; its time is within the day before `last`, by its content.

    Servers make their tags of time and size: so every copy of a release has the same ones on every machine, and other content
    has another tag even where size and day are the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    back = int.from_bytes(hashlib.sha256(body).digest()[:8], "big") % DAY_SECONDS
    os.utime(path, (last - back, last - back))


def _downloads(served: Served) -> frozenset[str]:
    return frozenset(
        f"/{name}" for name in served.release.manifest["files"] if str(name).startswith("dumps/")
    )
