"""Dumps: the whole release and each named graph, in every RDF format, gzip with no time stamp."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from rdflib import Graph, URIRef

from slm_graph.engine.lines import without_graph
from slm_graph.exports.owl import owl_graph
from slm_graph.formats import JSON, N_QUADS, N_TRIPLES, RDF_FORMATS, RDF_XML, TURTLE, Format
from slm_graph.model import Quad, without_graphs
from slm_graph.syntax import write

WHOLE = "all"
"""The file name, less its suffixes, of the dump of the whole release."""

OWL_DOWNLOAD = "owl"
"""The same of the dump for OWL tools."""

MAX_NAME_LENGTH = 200
"""Of 255 that file systems allow, with the suffixes and a digest behind it."""

DIGEST_LENGTH = 8
"""Digits: four thousand million values for the few graphs of one name; where two agree all the same, more of them."""

LEVEL = 6
"""gzip's compression level: 9 takes twice as long for two hundredths less."""


_LINES_AT_ONCE = 10_000
"""Lines packed in one call: some 2 MB."""


def dump_names(graphs: Iterable[str], *, base: str) -> dict[str, str]:
    """Named graph → the file name of its dump, less its suffixes; no two are the same, in letters of whatever case.

    A name that several graphs would have, or that stands for something else, or that is too long for a file, ends in a digest
    of the graph's IRI: for each of them, so that none is taken for another that had the name in an earlier release.

    >>> base = "https://w3id.org/slm-graph/"
    >>> dump_names([f"{base}graph/sfia/level"], base=base)
    {'https://w3id.org/slm-graph/graph/sfia/level': 'sfia-level'}
    >>> sorted(dump_names([f"{base}graph/a/b", f"{base}graph/a-b"], base=base).values())
    ['a-b-d0809e22', 'a-b-dd00b4f3']
    """
    plain = {graph: _plain_name(graph, base=base) for graph in graphs}
    times = Counter(name.lower() for name in plain.values())
    names = {
        graph: name
        for graph, name in plain.items()
        if times[name.lower()] == 1
        and name.lower() not in ("", WHOLE, OWL_DOWNLOAD)
        and len(name) <= MAX_NAME_LENGTH
    }
    taken = {name.lower() for name in names.values()}
    for graph in sorted(plain.keys() - names.keys()):
        digest, start = sha256(graph.encode()).hexdigest(), plain[graph][:MAX_NAME_LENGTH]
        made = (f"{start}-{digest[:length]}".lstrip("-") for length in range(DIGEST_LENGTH, len(digest) + 1))
        names[graph] = next(name for name in made if name.lower() not in taken)
        taken.add(names[graph].lower())
    return names


def _plain_name(graph: str, *, base: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", graph.removeprefix(base + "graph/")).strip("-")


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
            by_graph[str(graph)].append(line)
    names = dump_names(by_graph, base=base)
    small: list[Quad] = []
    for name, part in [(WHOLE, lines), *sorted((names[graph], part) for graph, part in by_graph.items())]:
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
        _dump(owl, folder / f"{OWL_DOWNLOAD}.{row.suffix}.gz", row, base=base)


def _dump_lines(part: Sequence[tuple[str, Quad]], folder: Path, name: str) -> None:
    """N-Triples, and N-Quads of the whole: the lines as they are; the triples without the name of their graph."""
    if name == WHOLE:
        _pack((line for line, _ in part), folder / f"{name}.{N_QUADS.suffix}.gz")
    triples = sorted({f"{without_graph(line, quad)} ." for line, quad in part})
    _pack(triples, folder / f"{name}.{N_TRIPLES.suffix}.gz")


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
