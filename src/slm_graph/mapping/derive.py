"""Mappings from mappings: turned round, and chained. What is derived is a candidate, never published by itself.

What a chain of two predicates may claim:

| first, then | exactMatch | closeMatch | broadMatch | narrowMatch | relatedMatch | other |
|---|---|---|---|---|---|---|
| exactMatch | exact | close | broad | narrow | related | the other |
| closeMatch | close | mappingRelation | mappingRelation | mappingRelation | – | – |
| broadMatch | broad | mappingRelation | broad | – | – | – |
| narrowMatch | narrow | mappingRelation | – | narrow | – | – |
| relatedMatch | related | – | – | – | – | – |
| other | the other | – | – | – | – | – |

closeMatch is not transitive (SKOS Reference 10.6.1): what is close to something close is related in some way, no
more, and `skos:mappingRelation` says just that. Up and then down leads to a sibling: no claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.errors import Text, UsageError
from slm_graph.mapping.sets import Mapping, MappingSet, Slots, mapping_set
from slm_graph.mapping.slots import ROW_SLOTS
from slm_graph.namespaces import SEMAPV

_INVERSES: dict[URIRef, URIRef] = {
    SKOS.exactMatch: SKOS.exactMatch,
    SKOS.closeMatch: SKOS.closeMatch,
    SKOS.relatedMatch: SKOS.relatedMatch,
    SKOS.mappingRelation: SKOS.mappingRelation,
    SKOS.broadMatch: SKOS.narrowMatch,
    SKOS.narrowMatch: SKOS.broadMatch,
}
_HIERARCHICAL = (SKOS.broadMatch, SKOS.narrowMatch)
_INVERSE = "/inverse"


@dataclass(frozen=True, slots=True)
class Inversion:
    """A set turned round, and the rows that cannot be: their predicate has no inverse."""

    mapping_set: MappingSet
    left_out: tuple[Mapping, ...]


@dataclass(frozen=True, slots=True)
class Chained:
    """A derived candidate and the rows it comes from, in order."""

    mapping: Mapping
    chain: tuple[Mapping, ...]


def invert(mappings: MappingSet, *, set_id: URIRef | None = None, title: str | None = None) -> Inversion:
    """The set read from its objects: ends, labels, sources, versions, broad and narrow, cardinality.

    Without `set_id` the set's own gets `/inverse` at its end, or loses it: twice inverted is the set itself.
    """
    if set_id is None:
        own = str(mappings.id)
        set_id = URIRef(own.removesuffix(_INVERSE) if own.endswith(_INVERSE) else own + _INVERSE)
    return Inversion(
        mapping_set(
            id=set_id,
            license=mappings.license,
            mappings=[_inverted(row) for row in mappings.mappings if row.predicate in _INVERSES],
            title=mappings.title if title is None else title,
            prefixes=mappings.prefixes,
            creators=mappings.creators,
            further=mappings.further,
        ),
        tuple(row for row in mappings.mappings if row.predicate not in _INVERSES),
    )


def chained_predicate(first: URIRef, second: URIRef) -> URIRef | None:
    """What may be claimed of the ends of a chain, see the table above; None: nothing."""
    if first == SKOS.exactMatch:
        return second
    if second == SKOS.exactMatch:
        return first
    if first == second and first in _HIERARCHICAL:
        return first
    close = (SKOS.closeMatch, SKOS.mappingRelation)
    if (first in close and second in (*close, *_HIERARCHICAL)) or (
        first in _HIERARCHICAL and second in close
    ):
        return SKOS.mappingRelation
    return None


def compose(*sets: MappingSet) -> tuple[Chained, ...]:
    """Every chain through the sets in their order, each row's object being the next one's subject.

    Confidence is the product of the rows', None where a row has none. Negated and NoTermFound rows are left out,
    and so are chains that lead back to their start. Raises UsageError for fewer than two sets.
    """
    if len(sets) < 2:
        raise UsageError(
            Text(de="Zum Verketten braucht es mindestens zwei Sätze", en="chaining needs two sets at least")
        )
    chains = [Chained(row, (row,)) for row in sets[0].mappings if row.positive]
    for mappings in sets[1:]:
        following: dict[URIRef, list[Mapping]] = {}
        for row in mappings.mappings:
            if row.positive:
                following.setdefault(row.subject, []).append(row)
        chains = [
            Chained(_joined(one.mapping, row, predicate), (*one.chain, row))
            for one in chains
            for row in following.get(one.mapping.object, ())
            if (predicate := chained_predicate(one.mapping.predicate, row.predicate)) is not None
        ]
    found = [replace(one, mapping=replace(one.mapping, comment=_story(one.chain))) for one in chains]
    return tuple(one for one in found if one.mapping.subject != one.mapping.object)


def composed_set(
    chains: Iterable[Chained], *, set_id: URIRef, license: URIRef, title: str, sets: Sequence[MappingSet] = ()
) -> MappingSet:
    """The candidates as a set to be looked through; of several chains with one claim the surest stands.

    `sets` are those chained: they are named as its sources, and lend their prefixes.
    """
    best: dict[tuple[object, ...], Mapping] = {}
    for one in chains:
        known = best.get(one.mapping.identity())
        if known is None or (one.mapping.confidence or 0.0) > (known.confidence or 0.0):
            best[one.mapping.identity()] = one.mapping
    prefixes: dict[str, str] = {}
    for mappings in sets:
        for prefix, namespace in mappings.prefixes:
            if prefix not in prefixes and namespace not in prefixes.values():
                prefixes[prefix] = namespace
    sources = tuple(sorted({str(mappings.id) for mappings in sets}))
    return mapping_set(
        id=set_id,
        license=license,
        mappings=best.values(),
        title=title,
        prefixes=prefixes.items(),
        further=[("mapping_set_source", sources)] if sources else [],
    )


def _joined(left: Mapping, right: Mapping, predicate: URIRef) -> Mapping:
    known = left.confidence is not None and right.confidence is not None
    return Mapping(
        subject=left.subject,
        predicate=predicate,
        object=right.object,
        justification=SEMAPV.MappingChaining,
        confidence=round((left.confidence or 0.0) * (right.confidence or 0.0), 6) if known else None,
        subject_label=left.subject_label,
        object_label=right.object_label,
        subject_source=left.subject_source,
        subject_source_version=left.subject_source_version,
        object_source=right.object_source,
        object_source_version=right.object_source_version,
        tool="slm-graph",
    )


def _story(chain: Sequence[Mapping]) -> str:
    """The chain in one line: every step with its predicate and confidence."""
    parts = [chain[0].subject.n3()]
    for row in chain:
        said = "?" if row.confidence is None else f"{row.confidence:g}"
        parts.append(f"{row.predicate.split('#')[-1].split('/')[-1]} ({said}) {row.object.n3()}")
    return " → ".join(parts)


def inverse(row: Mapping) -> Mapping | None:
    """The row read from its object, or None where its predicate has no inverse."""
    return _inverted(row) if row.predicate in _INVERSES else None


def _inverted(row: Mapping) -> Mapping:
    return replace(
        row,
        subject=row.object,
        predicate=_INVERSES[row.predicate],
        object=row.subject,
        subject_label=row.object_label,
        object_label=row.subject_label,
        subject_source=row.object_source,
        object_source=row.subject_source,
        subject_source_version=row.object_source_version,
        object_source_version=row.subject_source_version,
        further=_turned(row.further),
    )


def _turned(slots: Slots) -> Slots:
    """`subject_…` as `object_…` and the other way round, in the scope of a cardinality too."""

    def other(name: str) -> str:
        for side, opposite in (("subject_", "object_"), ("object_", "subject_")):
            turned = opposite + name.removeprefix(side)
            if name.startswith(side) and turned in ROW_SLOTS:
                return turned
        return name

    return tuple(
        sorted(
            (other(slot), tuple(other(value) for value in values) if slot == "cardinality_scope" else values)
            for slot, values in slots
        )
    )
