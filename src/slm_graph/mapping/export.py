"""Mapping sets for other clients: JSKOS mappings."""

from __future__ import annotations

from typing import Any

from rdflib import URIRef

from slm_graph.mapping.sets import NO_TERM_FOUND, Mapping, MappingSet
from slm_graph.namespaces import DEFAULT_BASE


def jskos(mappings: MappingSet, *, base: str = DEFAULT_BASE) -> list[dict[str, Any]]:
    """JSKOS mappings, one for each row but the negated ones, which JSKOS cannot say.

    "Nothing found" is an empty `memberSet`, as JSKOS has it.
    """
    moved = mappings.rebased(base)
    return [
        jskos_mapping(row) | {"partOf": [{"uri": str(moved.id)}]} for row in moved.mappings if not row.negated
    ]


def jskos_mapping(row: Mapping) -> dict[str, Any]:
    """One row that is not negated."""
    said: dict[str, Any] = {
        "type": [str(row.predicate)],
        "from": _bundle(row.subject, row.subject_label),
        "to": _bundle(row.object, row.object_label),
        "justification": str(row.justification),
    }
    for key, source, version in (
        ("fromScheme", row.subject_source, row.subject_source_version),
        ("toScheme", row.object_source, row.object_source_version),
    ):
        if source is not None:
            said[key] = {"uri": str(source)} | ({"version": version} if version is not None else {})
    if row.confidence is not None:
        said["mappingRelevance"] = row.confidence
    if row.authors:
        said["creator"] = [{"uri": str(author)} for author in row.authors]
    if row.date is not None:
        said["created"] = row.date.isoformat()
    if row.comment is not None:
        said["note"] = {"und": [row.comment]}
    return said


def _bundle(end: URIRef, label: str | None) -> dict[str, Any]:
    if end == NO_TERM_FOUND:
        return {"memberSet": []}
    concept: dict[str, Any] = {"uri": str(end)}
    if label is not None:
        concept["prefLabel"] = {"und": label}
    return {"memberSet": [concept]}
