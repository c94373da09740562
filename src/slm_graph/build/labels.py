"""Labels fetched from elsewhere, as parts of a data set: only for concepts that nobody else in it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rdflib import RDFS, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from slm_graph.model import Quad, SourceFile
from slm_graph.namespaces import rebase
from slm_graph.sources.rdf import read_file


def label_parts(
    paths: Sequence[Path], named_by_others: Iterable[Quad], *, base: str
) -> list[tuple[list[Quad], SourceFile]]:
    """The files of `labels refresh` as parts, moved to `base`; a label of what another part names steps back."""
    named: set[Node] = {s for s, p, _, _ in named_by_others if p == SKOS.prefLabel}
    parts: list[tuple[list[Quad], SourceFile]] = []
    for path in paths:
        quads, source = read_file(path)
        moved: list[Quad] = [
            (
                rebase(s, base=base),
                p,
                o,
                URIRef(base + "graph/provenance") if g is None else rebase(g, base=base),
            )
            for s, p, o, g in quads
            if not (p == RDFS.label and s in named)
        ]
        parts.append((moved, source))
    return parts
