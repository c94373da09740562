"""Dumps: the whole release and each named graph, in every RDF format, gzip with no time stamp."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rdflib import Graph, URIRef

from slm_graph.exports.owl import owl_graph
from slm_graph.formats import JSON, RDF_FORMATS, RDF_XML, TURTLE, Format
from slm_graph.model import Quad, without_graphs
from slm_graph.syntax import write

WHOLE = "all"
"""The file name, less its suffixes, of the dump of the whole release."""

LEVEL = 6
"""gzip's compression level: 9 takes twice as long for two hundredths less."""


def dump_name(graph: str, *, base: str) -> str:
    """The file name, less its suffixes, of a named graph's dump.

    >>> dump_name("https://w3id.org/slm-graph/graph/sfia/level", base="https://w3id.org/slm-graph/")
    'sfia-level'
    """
    local = graph.removeprefix(base + "graph/")
    return re.sub(r"[^A-Za-z0-9.]+", "-", local).strip("-")


def write_dumps(quads: Sequence[Quad], folder: Path, *, base: str) -> None:
    """Write `all.SUFFIX.gz` and `GRAPH.SUFFIX.gz` for every RDF format, and the OWL download `owl.rdf.gz`, `owl.ttl.gz`."""
    by_graph: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        if quad[3] is not None:
            by_graph[dump_name(quad[3], base=base)].append(quad)
    for name, part in [(WHOLE, quads), *sorted(by_graph.items())]:
        for row in RDF_FORMATS:
            if row is not JSON:
                _dump(part, folder / f"{name}.{row.suffix}.gz", row, base=base)
    union = Graph()
    for subject, predicate, object_, _ in quads:
        union.add((subject, predicate, object_))
    owl: list[Quad] = [(s, URIRef(str(p)), o, None) for s, p, o in owl_graph(union)]
    for row in (RDF_XML, TURTLE):
        _dump(owl, folder / f"owl.{row.suffix}.gz", row, base=base)


def _dump(quads: Sequence[Quad], path: Path, row: Format, *, base: str) -> None:
    # the quads are canonical already, their blank nodes' labels with them
    body = write(quads if row.keeps_graphs else without_graphs(quads), row, base=base, relabels=False)
    path.write_bytes(gzip.compress(body, LEVEL, mtime=0))
