"""What a tool of ours found and nobody has answered for yet: such rows are never published."""

from __future__ import annotations

from slm_graph.errors import DataRefused, Text
from slm_graph.mapping.sets import Mapping, MappingSet

TOOL = "slm-graph"
"""The `mapping_tool` of every row that is derived or suggested here."""


def is_candidate(row: Mapping) -> bool:
    """A row our tool made, without an author or a reviewer (`author_id`, `reviewer_id`)."""
    return row.tool == TOOL and not row.authors and not row.slot("reviewer_id")


def candidates(mappings: MappingSet) -> tuple[Mapping, ...]:
    """The set's rows that wait for somebody's judgement."""
    return tuple(row for row in mappings.mappings if is_candidate(row))


def refuse_candidates(mappings: MappingSet, *, name: str) -> None:
    """Raises DataRefused for a set with candidates; `name` is the file's."""
    waiting = candidates(mappings)
    if waiting:
        first = f"{waiting[0].subject.n3()} {waiting[0].predicate.n3()} {waiting[0].object.n3()}"
        raise DataRefused(
            Text(
                de=f"{len(waiting)} von {len(mappings.mappings)} Zeilen sind Vorschläge, für die niemand einsteht; "
                f"die erste: {first}",
                en=f"{len(waiting)} of {len(mappings.mappings)} rows are suggestions nobody answers for; the first: {first}",
            ),
            hint=Text(
                de="Zeilen, die stimmen, mit author_id oder reviewer_id versehen, die übrigen streichen.",
                en="Give the rows that are right an author_id or reviewer_id, and delete the others.",
            ),
            where=name,
        )
