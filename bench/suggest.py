"""Scores of suggested mappings on pairs cut out of ESCO, beside the baseline of exact labels.

    python -m bench.suggest FOLDER [PAIR…]

FOLDER holds the two official archives. Prints one row a pair as a table in Markdown; the numbers do not depend on the
machine, the seconds do.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.esco_pairs import Pair, pairs
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.mapping import Candidate, Mapping, MappingSet, evaluate, exact_labels, mapping_set, suggest
from slm_graph.namespaces import SEMAPV

CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
TOP = 10
HEAD = (
    "| pair | concepts (left × right, right pairs) | exact label: P / R / F1 | first: P / R / F1 | F1 at best confidence "
    "| right among 1 / 3 / 5 / 10 | P at 3 / 5 | processor time |"
)


def rows(found: Sequence[Candidate]) -> MappingSet:
    """Candidates as bare rows: explanations are not measured."""
    return mapping_set(
        id=URIRef("https://left.example/set"),
        license=CC0,
        mappings=[
            Mapping(
                one.subject.iri, SKOS.closeMatch, one.object.iri, SEMAPV.LexicalMatching, confidence=one.score
            )
            for one in found
        ],
    )


def reference(pair: Pair) -> MappingSet:
    """The right pairs as a set."""
    return mapping_set(
        id=URIRef("https://left.example/reference"),
        license=CC0,
        mappings=[
            Mapping(left, SKOS.closeMatch, right, SEMAPV.ManualMappingCuration)
            for left, right in pair.right_pairs
        ],
    )


def measured(pair: Pair) -> str:
    """One row of the table."""
    known = reference(pair)
    baseline = evaluate([rows(exact_labels(pair.left, pair.right))], [known]).whole
    start = time.process_time()
    found = suggest(pair.left, pair.right, top=TOP)
    seconds = time.process_time() - start
    result = evaluate([rows(found)], [known])
    best, at_best = max(result.thresholds, key=lambda one: (one[1].f1, one[0]))
    first = result.first
    at = {one.k: one for one in result.at}
    return (
        f"| {pair.name} | {len(pair.left.concepts):,} × {len(pair.right.concepts):,}, {len(pair.right_pairs):,} "
        f"| {baseline.precision:.3f} / {baseline.recall:.3f} / {baseline.f1:.3f} "
        f"| {first.precision:.3f} / {first.recall:.3f} / {first.f1:.3f} | {at_best.f1:.3f} (from {best:.2f}) "
        f"| {' / '.join(f'{at[k].found:.3f}' for k in (1, 3, 5, 10))} "
        f"| {at[3].precision:.3f} / {at[5].precision:.3f} | {seconds:.0f} s |"
    )


def main(arguments: Sequence[str]) -> None:
    folder, *names = arguments
    known = pairs(Path(folder))
    print(HEAD)
    print("|---" * HEAD.count(" | ") + "|---|")
    for name in names or known:
        print(measured(known[name]()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
