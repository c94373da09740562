"""Mapping sets: who says which concepts of two frameworks correspond, how surely, and why.

SSSOM TSV is the source of truth. It is read strictly (`read_set`), written deterministically (`write_set`),
said in RDF as plain triples and as records, checked, inverted and chained. Candidates between two vocabularies are
suggested (`suggest`, `suggested_set`) for a person to judge, and any set is measured against another (`evaluate`).
"""

from slm_graph.mapping.candidates import candidates, is_candidate, refuse_candidates
from slm_graph.mapping.check import Finding, check
from slm_graph.mapping.closure import Link
from slm_graph.mapping.derive import Chained, Inversion, chained_predicate, compose, composed_set, invert
from slm_graph.mapping.evaluate import Evaluation, Quality, evaluate
from slm_graph.mapping.export import jskos, jskos_mapping
from slm_graph.mapping.reading import read_set
from slm_graph.mapping.records import axioms, plain_triples, records, set_graph
from slm_graph.mapping.recovering import sets_in
from slm_graph.mapping.sets import NO_TERM_FOUND, Mapping, MappingSet, graph_name, mapping_set, set_name
from slm_graph.mapping.suggest import Candidate, exact_labels, suggest
from slm_graph.mapping.suggestions import suggested_set
from slm_graph.mapping.vocabularies import Concept, Label, Vocabulary
from slm_graph.mapping.writing import write_set
from slm_graph.mapping.xkos import correspondence

__all__ = [
    "NO_TERM_FOUND",
    "Candidate",
    "Chained",
    "Concept",
    "Evaluation",
    "Finding",
    "Inversion",
    "Label",
    "Link",
    "Mapping",
    "MappingSet",
    "Quality",
    "Vocabulary",
    "axioms",
    "candidates",
    "chained_predicate",
    "check",
    "compose",
    "composed_set",
    "correspondence",
    "evaluate",
    "exact_labels",
    "graph_name",
    "invert",
    "is_candidate",
    "jskos",
    "jskos_mapping",
    "mapping_set",
    "plain_triples",
    "read_set",
    "records",
    "refuse_candidates",
    "set_graph",
    "set_name",
    "sets_in",
    "suggest",
    "suggested_set",
    "write_set",
]
