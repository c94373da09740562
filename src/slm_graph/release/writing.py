"""Writing a release: all of it or nothing, the same bytes from the same input, current in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, OWL, PROV

from slm_graph import __version__
from slm_graph.catalogue import write_index
from slm_graph.engine.canonical import canonical_lines
from slm_graph.errors import DataRefused, EnvironmentFault, NotFound, Text, UsageError, quotation
from slm_graph.exports.dumps import write_dumps
from slm_graph.exports.statistics import write_statistics
from slm_graph.model import Dataset, Quad
from slm_graph.release.opening import (
    VERSION,
    Release,
    flip,
    open_release,
    publishing,
    sha256_of,
    sync_directory,
)
from slm_graph.release.removal import FILE as REMOVED
from slm_graph.release.removal import as_json, past
from slm_graph.search import write_search
from slm_graph.sources import findings
from slm_graph.validation import Report, render

LAYOUT = "3"
"""Of the directory, its manifest and its indexes: raised with theirs, as a name derived from the content stands for all of it."""

_DERIVED_LENGTH = 12
"""Hexadecimal digits of a derived version: 48 bits, a collision within a data directory is out of reach."""


class NotConforming(DataRefused):
    """The data set breaks rules that forbid publication; `report` says which and where."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            Text(
                de="Die Daten verletzen Regeln der Veröffentlichung; es entsteht kein Release.",
                en="the data break rules of publication; no release is made.",
            )
        )
        self.report = report


def write_release(
    dataset: Dataset,
    report: Report,
    *,
    data: Path,
    base: str,
    version: str | None = None,
    date: str | None = None,
    strict: bool = False,
    progress: Callable[[str], None] | None = None,
    unasked: Callable[[Text], None] = lambda told: None,
) -> Release:
    """Write `dataset` as a release below `data` and make it current; the release as opened.

    `report` is the judgement of this very data set: NotConforming is raised where it does not conform, DataRefused
    where `version` exists with other content. Without `version` the name derives from the content; an identical
    release is reused. `progress` is told the names of the steps,
    `unasked` of which earlier releases nothing could be carried over. The old release stays current on any failure.
    """
    if report.fingerprint != dataset.fingerprint():
        raise ValueError("the report judges another data set")
    if not report.conforms(strict=strict):
        raise NotConforming(report)
    if version is not None and (not VERSION.fullmatch(version) or version == "current"):
        raise UsageError(
            Text(
                de=f"Kein brauchbarer Name für ein Release: {quotation(version).de}",
                en=f"not a usable release name: {quotation(version).en}",
            ),
            hint=Text(
                de="Erlaubt sind Buchstaben, Ziffern, Punkt, Unterstrich und Bindestrich, höchstens 64 Zeichen, nicht „current“.",
                en="Letters, digits, dot, underscore and hyphen, 64 characters at most, and not `current`.",
            ),
        )
    said = progress or (lambda step: None)
    said("canonical")
    lines = canonical_lines(dataset.quads())
    noticed = findings.as_json(dataset.findings) if dataset.findings else None
    with publishing(data):
        before = past(data, (quad for _, quad in lines), base=base)
        for told in before.unasked:
            unasked(told)
        removed = as_json(before.removed) if before.removed else None
        version = version or _derived(lines, report, base=base, date=date, further=(noticed, removed))
        # no blank node among what is added, so the labels and lines of the others stay
        lines = sorted(
            {
                **dict(lines),
                **dict(canonical_lines(_release_quads(dataset, version, base=base, date=date))),
            }.items()
        )
        folder = data / "releases"
        try:
            folder.mkdir(exist_ok=True)
            for abandoned in folder.glob(".new-*"):  # of a publisher that died; the lock says none is alive
                shutil.rmtree(abandoned, ignore_errors=True)
            making = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        except OSError as error:
            raise _unwritable(error, folder) from error
        try:
            if noticed is not None:
                (making / "findings.json").write_text(noticed, "utf-8")
            if removed is not None:
                (making / REMOVED).write_text(removed, "utf-8")
            _fill(making, lines, dataset, report, base=base, version=version, date=date, said=said)
            said("publish")
            _settle(data, making, version)
            flip(data, version)
        except OSError as error:
            raise _unwritable(error, folder) from error
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return open_release(data, version)


def _unwritable(error: OSError, place: Path) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de=f"Das Release lässt sich nicht schreiben: {error.strerror}. Das alte Release bleibt aktuell.",
            en=f"the release cannot be written: {error.strerror}. The old release stays current.",
        ),
        where=str(place),
    )


def _derived(
    lines: Sequence[tuple[str, Quad]],
    report: Report,
    *,
    base: str,
    date: str | None,
    further: Sequence[str | None],
) -> str:
    digest = hashlib.sha256()
    said = render(report, "json", language="en")
    for part in (LAYOUT, __version__, base, date or "", said, *(one or "" for one in further)):
        digest.update(part.encode() + b"\0")
    for line, _ in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:_DERIVED_LENGTH]


def _release_quads(dataset: Dataset, version: str, *, base: str, date: str | None) -> list[Quad]:
    release, graph = URIRef(f"{base}release/{version}"), URIRef(f"{base}graph/provenance")
    said: list[Quad] = [
        (release, RDF.type, DCAT.Dataset, graph),
        (release, DCTERMS.identifier, Literal(version), graph),
        (release, OWL.versionInfo, Literal(version), graph),
        *((release, DCTERMS.hasPart, name, graph) for name in dataset.graphs),
        *(
            (release, PROV.wasDerivedFrom, URIRef(f"{base}id/source/{source.sha256[:16]}"), graph)
            for source in dataset.sources
        ),
    ]
    if date is not None:
        said.append((release, DCTERMS.issued, Literal(date, datatype=XSD.date), graph))
    return said


def _fill(
    folder: Path,
    lines: Sequence[tuple[str, Quad]],
    dataset: Dataset,
    report: Report,
    *,
    base: str,
    version: str,
    date: str | None,
    said: Callable[[str], None],
) -> None:
    said("data")
    with (folder / "data.nq").open("wb") as stream:
        stream.writelines(line.encode() + b"\n" for line, _ in lines)
    quads = [quad for _, quad in lines]
    said("index")
    write_index(quads, folder / "resources.sqlite", base=base, version=version)
    write_search(quads, folder / "search.sqlite", base=base)
    said("dumps")
    (folder / "dumps").mkdir()
    write_dumps(lines, folder / "dumps", base=base)
    write_statistics(lines, folder)
    (folder / "report.json").write_text(render(report, "json", language="en"), "utf-8")
    (folder / "report.ttl").write_text(render(report, "turtle", language="en"), "utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    graphs = Counter(str(graph) for _, _, _, graph in quads)
    manifest = {
        "layout": LAYOUT,
        "software": f"slm-graph {__version__}",
        "version": version,
        "base": base,
        "date": date,
        "quads": len(quads),
        "graphs": dict(sorted(graphs.items())),
        "sources": [
            {"name": source.name, "sha256": source.sha256, "edition": source.edition, "date": source.date}
            for source in dataset.sources
        ],
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for path in files
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for path in [*files, folder / "manifest.json"]:
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        path.chmod(0o444)
    sync_directory(folder / "dumps")
    sync_directory(folder)


def _settle(data: Path, making: Path, version: str) -> None:
    """Move the finished folder to its place, or find the same release there already; a damaged one gives way, and is
    kept beside as `.damaged-VERSION`."""
    place = data / "releases" / version
    if place.exists():
        try:
            known: bytes | None = (place / "manifest.json").read_bytes()
        except OSError:
            known = None
        same = known == (making / "manifest.json").read_bytes()
        try:
            open_release(data, version)
        except (EnvironmentFault, NotFound):
            # with a manifest that says something else it was another release, however damaged
            if not same and known is not None and _is_manifest(known):
                raise _exists(version) from None
            aside = place.with_name(f".damaged-{version}")
            shutil.rmtree(aside, ignore_errors=True)
            place.rename(aside)
        else:
            if not same:
                raise _exists(version)
            return
    making.chmod(0o755)
    making.replace(place)
    sync_directory(place.parent)


def _is_manifest(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        return False


def _exists(version: str) -> DataRefused:
    return DataRefused(
        Text(
            de=f"Das Release {version} gibt es schon mit anderem Inhalt; ein Release ändert sich nie.",
            en=f"release {version} exists with other content; a release never changes.",
        ),
        hint=Text(de="Mit --version einen anderen Namen geben.", en="Give another name with --version."),
    )
