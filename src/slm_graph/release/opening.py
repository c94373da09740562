"""Opening, listing and flipping releases."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slm_graph.errors import Busy, EnvironmentFault, NotFound, Text, UsageError, quotation

VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a release may be called: a path segment that needs no escaping anywhere."""

_STATED: dict[str, type] = {"version": str, "base": str, "quads": int, "graphs": dict, "files": dict}
"""What every manifest states, for nobody who has a release open looks again."""

_BLOCK = 1 << 20
"""Bytes hashed at a time."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release on disk. Its files never change; their names are listed here and nowhere else."""

    version: str
    path: Path
    manifest: dict[str, Any]

    @property
    def base(self) -> str:
        """The base IRI of what this release minted."""
        return str(self.manifest["base"])

    @property
    def date(self) -> str | None:
        """ISO 8601 date the publisher gave, or None."""
        given = self.manifest.get("date")
        return None if given is None else str(given)

    @property
    def quads_file(self) -> Path:
        """Canonical N-Quads of the whole data set: sorted, blank nodes stable."""
        return self.path / "data.nq"

    @property
    def index_file(self) -> Path:
        """The resource index (`catalogue.Catalogue`)."""
        return self.path / "resources.sqlite"

    @property
    def search_file(self) -> Path:
        """The label index (`search.Search`)."""
        return self.path / "search.sqlite"

    @property
    def dumps(self) -> Path:
        """The folder of dumps, gzip each."""
        return self.path / "dumps"

    def report_file(self, suffix: str) -> Path:
        """The validation report as `json` or `ttl`."""
        return self.path / f"report.{suffix}"


def open_release(data: Path, version: str | None = None, *, verify: bool = True) -> Release:
    """The release `version` of the data directory, the current one by default.

    `verify` compares every file with the manifest's SHA-256. Raises NotFound where there is none, EnvironmentFault
    for a release whose files are missing, changed or unreadable.
    """
    name = version if version is not None else current(data)
    if name is None:
        raise NotFound(
            Text(
                de="In diesem Datenverzeichnis ist kein Release aktuell.",
                en="no release is current in this data directory.",
            ),
            hint=Text(de="„slm-graph build“ schreibt eines.", en="`slm-graph build` writes one."),
            where=str(data),
        )
    if not VERSION.fullmatch(name):
        raise UsageError(
            Text(
                de=f"Kein Name eines Releases: {quotation(name).de}",
                en=f"not the name of a release: {quotation(name).en}",
            )
        )
    path = data / "releases" / name
    try:
        manifest = json.loads((path / "manifest.json").read_bytes())
    except FileNotFoundError as error:
        if path.is_dir():
            raise _broken(path, "manifest.json") from error
        raise NotFound(
            Text(de=f"Es gibt kein Release {name}.", en=f"there is no release {name}."),
            hint=Text(de="„slm-graph releases“ zählt sie auf.", en="`slm-graph releases` lists them."),
        ) from error
    except (OSError, ValueError) as error:
        raise _broken(path, "manifest.json") from error
    if (
        not isinstance(manifest, dict)
        or not all(isinstance(manifest.get(key), kind) for key, kind in _STATED.items())
        or manifest["version"] != name
    ):
        raise _broken(path, "manifest.json")
    release = Release(name, path, manifest)
    for file, said in manifest["files"].items():
        try:
            whole = (path / file).stat().st_size == said["bytes"] and (
                not verify or sha256_of(path / file) == said["sha256"]
            )
        except (OSError, KeyError, TypeError) as error:
            raise _broken(path, file) from error
        if not whole:
            raise _broken(path, file)
    return release


def _broken(path: Path, file: str) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de=f"Das Release {path.name} ist beschädigt: {file} fehlt oder stimmt nicht mit dem Manifest überein.",
            en=f"release {path.name} is damaged: {file} is missing or differs from the manifest.",
        ),
        hint=Text(
            de="Mit „slm-graph rollback“ zu einem heilen Release wechseln oder aus den Quellen neu bauen.",
            en="Flip to a sound release with `slm-graph rollback`, or build it again from its sources.",
        ),
        where=str(path),
    )


def sha256_of(path: Path) -> str:
    """Lower-case hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def current(data: Path) -> str | None:
    """The version that is current, or None before the first."""
    try:
        return Path(os.readlink(data / "current")).name
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(
            Text(
                de=f"„current“ ist kein lesbarer Verweis: {error.strerror}",
                en=f"`current` is not a readable link: {error.strerror}",
            ),
            where=str(data / "current"),
        ) from error


def releases(data: Path) -> tuple[Release, ...]:
    """Every release of the data directory in the order in which they first became current; unflipped ones last.

    Damaged ones are left out here; `open_release` names what is wrong with them.
    """
    known = list(dict.fromkeys(history(data)))
    try:
        present = sorted(path.name for path in (data / "releases").iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return ()
    ordered = [name for name in known if name in present] + [name for name in present if name not in known]
    found: list[Release] = []
    for name in ordered:
        try:
            found.append(open_release(data, name, verify=False))
        except (EnvironmentFault, NotFound, UsageError):
            continue
    return tuple(found)


def damaged(data: Path) -> dict[str, EnvironmentFault]:
    """Version → what is wrong, for every release that `open_release` refuses; the current one is read whole, of the
    others the sizes of their files."""
    now = current(data)
    found: dict[str, EnvironmentFault] = {}
    names = {path.name for path in (data / "releases").glob("*") if not path.name.startswith(".")}
    if now is not None:
        names.add(now)
    for name in sorted(names):
        try:
            open_release(data, name, verify=name == now)
        except EnvironmentFault as error:
            found[name] = error
        except (NotFound, UsageError):
            found[name] = _broken(data / "releases" / name, "manifest.json")
    return found


def history(data: Path) -> list[str]:
    """Versions in the order in which they became current, repeats included."""
    try:
        return (data / "history").read_text("utf-8").split()
    except FileNotFoundError:
        return []


def rollback(data: Path, version: str | None = None) -> Release:
    """Make `version` current, or the one that was current before this one. Raises NotFound where there is none."""
    with publishing(data):
        if version is None:
            now, log = current(data), history(data)
            # what stands behind the current one was written down by a flip that did not come to its end
            while now in log and log[-1] != now:
                log.pop()
            present = {path.name for path in (data / "releases").glob("*")}
            earlier = [name for name in log if name != now and name in present]
            if not earlier:
                raise NotFound(
                    Text(
                        de="Vor dem aktuellen Release war keines.",
                        en="there was no release before the current one.",
                    )
                )
            version = earlier[-1]
        release = open_release(data, version)
        flip(data, version)
        return release


def flip(data: Path, version: str) -> None:
    """Make `version` current in one step; the caller holds the `publishing` lock."""
    if current(data) == version:
        return
    link = data / ".current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / version)
    log = history(data)
    new = data / ".history.new"
    # the log first: `rollback` passes over a version that did not become current; the other way round loses one
    with new.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{name}\n" for name in [*log, version])
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(data / "history")
    link.replace(data / "current")
    sync_directory(data)


def sync_directory(path: Path) -> None:
    """Make the renames inside `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def publishing(data: Path) -> Iterator[None]:
    """Hold the data directory for one publisher. Raises Busy when another one holds it."""
    import fcntl

    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise EnvironmentFault(
            Text(
                de=f"Das Datenverzeichnis ist nicht beschreibbar: {error.strerror}",
                en=f"the data directory cannot be written to: {error.strerror}",
            ),
            hint=Text(
                de="--data oder SLM_GRAPH_DATA nennt ein anderes.",
                en="--data or SLM_GRAPH_DATA names another.",
            ),
            where=str(data),
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                Text(
                    de="In dieses Datenverzeichnis schreibt gerade ein anderer Vorgang.",
                    en="another process is publishing to this data directory.",
                ),
                hint=Text(
                    de="Warten, bis er fertig ist, und es noch einmal versuchen.",
                    en="Wait for it and try again.",
                ),
                retry_after_seconds=10,
            ) from error
        yield
    finally:
        os.close(descriptor)
