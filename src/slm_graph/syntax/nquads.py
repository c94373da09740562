"""N-Quads and N-Triples: canonical lines, sorted by code point."""

from __future__ import annotations

from collections.abc import Iterable

from slm_graph.engine.canonical import labelled, quad_line
from slm_graph.model import Quad


def write_n_quads(quads: Iterable[Quad]) -> str:
    """Canonical N-Quads (RDF Dataset Canonicalization, 5): the same text for the same data set."""
    return _text({quad_line(quad) for quad in labelled(quads)})


def write_n_triples(quads: Iterable[Quad]) -> str:
    """Canonical N-Triples of the union of the graphs."""
    return _text({quad_line(quad) for quad in labelled((s, p, o, None) for s, p, o, _ in quads)})


def _text(lines: set[str]) -> str:
    return "".join(f"{line}\n" for line in sorted(lines))
