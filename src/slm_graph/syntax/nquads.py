"""N-Quads and N-Triples: canonical lines, sorted by code point."""

from __future__ import annotations

from collections.abc import Iterable

from slm_graph.engine.canonical import quad_line
from slm_graph.model import Quad
from slm_graph.syntax.outline import with_labels


def write_n_quads(quads: Iterable[Quad], *, relabels: bool = True) -> str:
    """Canonical N-Quads (RDF Dataset Canonicalization, 5): the same text for the same data set."""
    return _text({quad_line(quad) for quad in with_labels(quads, relabels=relabels)})


def write_n_triples(quads: Iterable[Quad], *, relabels: bool = True) -> str:
    """Canonical N-Triples of the union of the graphs."""
    union: Iterable[Quad] = ((s, p, o, None) for s, p, o, _ in quads)
    return _text({quad_line(quad) for quad in with_labels(union, relabels=relabels)})


def _text(lines: set[str]) -> str:
    return "".join(f"{line}\n" for line in sorted(lines))
