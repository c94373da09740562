"""Mapping sets: who says which concepts of two frameworks correspond, how surely, and why.

SSSOM TSV is the source of truth. It is read strictly (`read_set`), written deterministically (`write_set`),
said in RDF as plain triples and as records, checked, inverted and chained.
"""

from slm_graph.mapping.check import Finding, check
from slm_graph.mapping.closure import Link
from slm_graph.mapping.derive import Chained, Inversion, chained_predicate, compose, composed_set, invert
from slm_graph.mapping.export import jskos
from slm_graph.mapping.reading import read_set
from slm_graph.mapping.records import axioms, plain_triples, records, set_graph
from slm_graph.mapping.sets import NO_TERM_FOUND, Mapping, MappingSet, graph_name, mapping_set, set_name
from slm_graph.mapping.writing import write_set

__all__ = [
    "NO_TERM_FOUND",
    "Chained",
    "Finding",
    "Inversion",
    "Link",
    "Mapping",
    "MappingSet",
    "axioms",
    "chained_predicate",
    "check",
    "compose",
    "composed_set",
    "graph_name",
    "invert",
    "jskos",
    "mapping_set",
    "plain_triples",
    "read_set",
    "records",
    "set_graph",
    "set_name",
    "write_set",
]
