"""RDF as text, both ways: strict reading, and writing that gives the same bytes each time."""

from slm_graph.syntax.reading import read

__all__ = ["read"]
