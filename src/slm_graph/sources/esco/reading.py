"""Archives to quads: parsed in the limited child process, all versions together."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from slm_graph import formats
from slm_graph.engine.parsing import parse
from slm_graph.errors import SourceError, Text
from slm_graph.model import Finding, Quad, SourceFile
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources import limited
from slm_graph.sources.archives import open_archive
from slm_graph.sources.esco.archive import read_member, tables, version_in
from slm_graph.sources.esco.gathering import Gathered
from slm_graph.sources.esco.statements import Statements, graph_name
from slm_graph.sources.esco.tables import rank, rows, table_of
from slm_graph.sources.files import read_bytes

MAX_ARCHIVE_BYTES = 256 * 1024 * 1024
"""Packed; the German and English tables of a version are 5 MB, those of all languages some 100 MB."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The archives' statements by named graph, with the file each graph comes from, and what was noticed."""

    parts: tuple[tuple[list[Quad], SourceFile], ...]
    """One for each archive, newest version first."""
    findings: tuple[Finding, ...]


def is_archive(path: Path) -> bool:
    """Whether the file's name says that `read_archives` can read it."""
    return path.suffix.lower() == ".zip"


def read_archives(
    paths: Sequence[Path],
    *,
    repair: bool = False,
    base: str = DEFAULT_BASE,
    limits: limited.Limits | None = None,
    progress: Callable[[str], None] | None = None,
) -> Reading:
    """All archives together, one a version and language: the newest version decides, older ones fill what it lacks.

    Each statement is in the graph of its version (`graph/esco/1.2.0`), what we add in `graph/esco`. Without `repair`
    the statements are what the tables say, faults included. Raises SourceError with table, row and column.
    """
    files = [
        (path.name, read_bytes(path, max_bytes=MAX_ARCHIVE_BYTES), version_in(path.name)) for path in paths
    ]
    files.sort(key=lambda file: (_ordered(file[2]), file[0]), reverse=True)
    for (first, _, version), (second, _, other) in pairwise(files):
        if first == second and version == other:
            raise SourceError(
                Text(de="Das Archiv ist zweimal angegeben.", en="the archive is given twice."), name=first
            )
    names = [name for name, _, _ in files]
    if progress is not None:
        progress(", ".join(names))
    answer = limited.run(
        as_n_quads,
        b"".join(data for _, data, _ in files),
        name=", ".join(names),
        limits=limits,
        options={
            "names": json.dumps(names),
            "sizes": json.dumps([len(data) for _, data, _ in files]),
            "repair": "yes" if repair else None,
            "base": base,
        },
    )
    said, _, lines = answer.partition(b"\n")
    findings = tuple(Finding(**row) for row in json.loads(said))
    by_graph: dict[str, list[Quad]] = {}
    for quad in parse(lines, formats.N_QUADS):
        by_graph.setdefault(str(quad[3]), []).append(quad)
    parts = []
    for number, (name, data, version) in enumerate(files):
        quads = by_graph.pop(graph_name(base, version), [])
        if number == 0:
            quads += by_graph.pop(graph_name(base, None), [])
        source = SourceFile(name, hashlib.sha256(data).hexdigest(), "application/zip", edition=version)
        parts.append((quads, source))
    return Reading(tuple(parts), findings)


def as_n_quads(data: bytes, *, name: str, names: str, sizes: str, repair: str | None, base: str) -> bytes:
    """A line of JSON with the findings, then N-Quads; what the child process does.

    `data` are the archives one behind the other, `names` and `sizes` theirs as JSON lists, newest version first.
    Raises SourceError.
    """
    gathered = Gathered()
    start = 0
    archive_names = json.loads(names)
    for archive_name, size in zip(archive_names, json.loads(sizes), strict=True):
        _gather(gathered, data[start : start + size], archive_name)
        start += size
    if not gathered.concepts:
        raise SourceError(
            Text(
                de="In den Tabellen steht kein einziges Konzept.",
                en="there is not one concept in the tables.",
            ),
            name=name,
        )
    statements = Statements(
        gathered, repair=repair is not None, base=base, version=version_in(archive_names[0])
    )
    lines = "".join(dict.fromkeys(statements.lines()))
    said = json.dumps([asdict(finding) for finding in statements.found], ensure_ascii=False)
    return said.encode() + b"\n" + lines.encode()


def _gather(gathered: Gathered, data: bytes, archive_name: str) -> None:
    version = version_in(archive_name)
    archive = open_archive(data, name=archive_name)
    known: list[tuple[int, zipfile.ZipInfo, str, str | None]] = []
    for member, table, language in tables(archive, name=archive_name):
        if table_of(table) is None:
            place = f"{archive_name}/{member.filename}"
            gathered.found.append(
                Finding("unknown-file", place, None, None, None, member.filename, repaired=False)
            )
        else:
            known.append((rank(table), member, table, language))
    if not known:
        raise SourceError(
            Text(de="Im Archiv ist keine Tabelle von ESCO.", en="there is no table of ESCO in the archive."),
            name=archive_name,
            hint=Text(
                de="Erwartet werden Dateien wie occupations_de.csv oder skills_en.csv.",
                en="Expected are files such as occupations_de.csv or skills_en.csv.",
            ),
        )
    for _, member, table, language in sorted(known, key=lambda row: (row[0], row[1].filename)):
        kind = table_of(table)
        if kind is not None:
            read = read_member(archive, member, archive_name=archive_name, table=table, language=language)
            for row in rows(read, kind, found=gathered.found):
                gathered.take(read, version, row)


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
