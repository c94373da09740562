"""RDF as text, both ways: strict reading, and writing that gives the same bytes each time."""

from slm_graph.syntax.reading import read
from slm_graph.syntax.writing import expanded_json_ld, flattened_json_ld, write

__all__ = ["expanded_json_ld", "flattened_json_ld", "read", "write"]
