"""Dumps: the whole release and each named graph, in every RDF format, gzip with no time stamp."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from rdflib import Graph, URIRef

from slm_graph.exports.owl import owl_graph
from slm_graph.formats import JSON, N_QUADS, N_TRIPLES, RDF_FORMATS, RDF_XML, TURTLE, Format
from slm_graph.model import Quad, without_graphs
from slm_graph.syntax import write

WHOLE = "all"
"""The file name, less its suffixes, of the dump of the whole release."""

LEVEL = 6
"""gzip's compression level: 9 takes twice as long for two hundredths less."""


_LINES_AT_ONCE = 10_000
"""Lines packed in one call: some 2 MB."""


def dump_name(graph: str, *, base: str) -> str:
    """The file name, less its suffixes, of a named graph's dump.

    >>> dump_name("https://w3id.org/slm-graph/graph/sfia/level", base="https://w3id.org/slm-graph/")
    'sfia-level'
    """
    local = graph.removeprefix(base + "graph/")
    return re.sub(r"[^A-Za-z0-9.]+", "-", local).strip("-")


LARGE = 150_000
"""Statements; a part that has more is dumped line by line (N-Triples, and N-Quads for the whole) and left out of the
OWL download: of so much, machines read only lines, and the nested syntaxes would take longer than all the rest of a release."""


def write_dumps(lines: Sequence[tuple[str, Quad]], folder: Path, *, base: str, large: int = LARGE) -> None:
    """Write `all.SUFFIX.gz` and `GRAPH.SUFFIX.gz` for every RDF format, and the OWL download `owl.rdf.gz`, `owl.ttl.gz`.

    `lines` are the statements in canonical order, each with its line of N-Quads. A part of more than `large` statements gets
    fewer formats.
    """
    by_graph: dict[str, list[tuple[str, Quad]]] = defaultdict(list)
    for line in lines:
        graph = line[1][3]
        if graph is not None:
            by_graph[dump_name(graph, base=base)].append(line)
    small: list[Quad] = []
    for name, part in [(WHOLE, lines), *sorted(by_graph.items())]:
        if len(part) > large:
            _dump_lines(part, folder, name)
            continue
        quads = [quad for _, quad in part]
        if name != WHOLE:
            small += quads
        for row in RDF_FORMATS:
            if row is not JSON:
                _dump(quads, folder / f"{name}.{row.suffix}.gz", row, base=base)
    union = Graph()
    for subject, predicate, object_, _ in small:
        union.add((subject, predicate, object_))
    owl: list[Quad] = [(s, URIRef(str(p)), o, None) for s, p, o in owl_graph(union)]
    for row in (RDF_XML, TURTLE):
        _dump(owl, folder / f"owl.{row.suffix}.gz", row, base=base)


def _dump_lines(part: Sequence[tuple[str, Quad]], folder: Path, name: str) -> None:
    """N-Triples, and N-Quads of the whole: the lines as they are; the triples without the name of their graph."""
    if name == WHOLE:
        _pack((line for line, _ in part), folder / f"{name}.{N_QUADS.suffix}.gz")
    triples = sorted({_without_graph(line, quad) for line, quad in part})
    _pack(triples, folder / f"{name}.{N_TRIPLES.suffix}.gz")


def _without_graph(line: str, quad: Quad) -> str:
    graph = quad[3]
    return line if graph is None else line[: -len(f"<{graph}> .")] + "."


def _pack(lines: Iterable[str], path: Path) -> None:
    with path.open("wb") as stream, gzip.GzipFile("", "wb", LEVEL, stream, mtime=0) as packed:
        waiting: list[str] = []
        for line in lines:
            waiting.append(line)
            if len(waiting) == _LINES_AT_ONCE:
                packed.write("\n".join(waiting).encode() + b"\n")
                waiting.clear()
        if waiting:
            packed.write("\n".join(waiting).encode() + b"\n")


def _dump(quads: Sequence[Quad], path: Path, row: Format, *, base: str) -> None:
    # the quads are canonical already, their blank nodes' labels with them
    body = write(quads if row.keeps_graphs else without_graphs(quads), row, base=base, relabels=False)
    path.write_bytes(gzip.compress(body, LEVEL, mtime=0))
