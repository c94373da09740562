"""A mapping set and its mappings as types of our own, in rdflib's terms."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, replace

from rdflib import URIRef

from slm_graph.errors import DataRefused, Text
from slm_graph.mapping.slots import ROW_SLOTS, SET_SLOTS, Kind
from slm_graph.namespaces import DEFAULT_BASE, SSSOM, rebase

NO_TERM_FOUND = SSSOM.NoTermFound
"""Stands for "nothing in that vocabulary" in the place of a subject or an object."""

Slots = tuple[tuple[str, tuple[str, ...]], ...]
"""Slot name → values as text (references as IRIs), sorted by name."""
Identity = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: somebody's claim that two concepts correspond, or do not, or that nothing does."""

    subject: URIRef
    predicate: URIRef
    object: URIRef
    justification: URIRef
    negated: bool = False
    confidence: float | None = None
    """Between 0 and 1."""
    authors: tuple[URIRef, ...] = ()
    date: datetime.date | None = None
    comment: str | None = None
    subject_label: str | None = None
    object_label: str | None = None
    subject_source: URIRef | None = None
    subject_source_version: str | None = None
    object_source: URIRef | None = None
    object_source_version: str | None = None
    tool: str | None = None
    cardinality: str | None = None
    """Computed from the set, see `with_cardinalities`; None for negated rows."""
    further: Slots = ()
    """Every other slot the row has a value in."""

    @property
    def no_term_found(self) -> bool:
        return NO_TERM_FOUND in (self.subject, self.object)

    @property
    def positive(self) -> bool:
        """The row claims a correspondence between two concepts: it has a plain triple."""
        return not self.negated and not self.no_term_found

    def slot(self, name: str) -> tuple[str, ...]:
        """The values of one of the further slots; () without any."""
        return next((values for slot, values in self.further if slot == name), ())

    def identity(self) -> Identity:
        """Who claims what, and how found: two rows of one set that agree in it are duplicates."""
        return (
            self.subject,
            self.predicate,
            self.object,
            self.negated,
            self.justification,
            self.authors,
            self.tool,
            self.subject_source,
            self.object_source,
            self.slot("record_id"),
        )


@dataclass(frozen=True, slots=True)
class MappingSet:
    """Mappings with the set's metadata; `mappings` are sorted, see `mapping_set`."""

    id: URIRef
    license: URIRef
    mappings: tuple[Mapping, ...]
    title: str | None = None
    prefixes: tuple[tuple[str, str], ...] = ()
    """Prefix → namespace, sorted: how the set is written; it adds nothing to what is said."""
    creators: tuple[URIRef, ...] = ()
    further: Slots = ()
    """Every other slot of the set itself (version, description, comment …)."""

    def slot(self, name: str) -> tuple[str, ...]:
        """The values of one of the set's further slots; () without any."""
        return next((values for slot, values in self.further if slot == name), ())

    def rebased(self, base: str) -> MappingSet:
        """The set with every own term moved from the default base to `base`."""
        if base == DEFAULT_BASE:
            return self
        return mapping_set(
            id=rebase(self.id, base=base),
            license=self.license,
            mappings=[_rebased(mapping, base) for mapping in self.mappings],
            title=self.title,
            prefixes=[(prefix, str(rebase(URIRef(iri), base=base))) for prefix, iri in self.prefixes],
            creators=[rebase(creator, base=base) for creator in self.creators],
            further=_rebased_slots(self.further, SET_SLOTS, base),
        )


def mapping_set(
    *,
    id: URIRef,
    license: URIRef,
    mappings: Iterable[Mapping],
    title: str | None = None,
    prefixes: Iterable[tuple[str, str]] = (),
    creators: Iterable[URIRef] = (),
    further: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> MappingSet:
    """A set in its one order, with its cardinalities computed.

    Raises DataRefused for two rows that say the same.
    """
    rows = sorted(with_cardinalities(tuple(mappings)), key=_order)
    repeated = [identity for identity, count in Counter(row.identity() for row in rows).items() if count > 1]
    if repeated:
        subject, predicate, object_ = (URIRef(str(term)).n3() for term in repeated[0][:3])
        raise DataRefused(
            Text(
                de=f"Zwei Zeilen sagen dasselbe: {subject} {predicate} {object_}",
                en=f"two rows say the same: {subject} {predicate} {object_}",
            ),
            hint=Text(de="Eine davon streichen.", en="Delete one of them."),
            where=str(id),
        )
    return MappingSet(
        id=id,
        license=license,
        mappings=tuple(rows),
        title=title,
        prefixes=tuple(sorted(prefixes)),
        creators=tuple(creators),
        further=tuple(sorted(further)),
    )


def with_cardinalities(mappings: Sequence[Mapping]) -> tuple[Mapping, ...]:
    """The same mappings, each with the cardinality that follows from the others in its `cardinality_scope`.

    Negated rows have none; NoTermFound rows have theirs (`1:0`, `0:1`) and do not count for the others.
    """
    objects: defaultdict[tuple[object, ...], set[URIRef]] = defaultdict(set)
    subjects: defaultdict[tuple[object, ...], set[URIRef]] = defaultdict(set)
    for row in mappings:
        if row.positive:
            objects[*_scope(row), row.subject].add(row.object)
            subjects[*_scope(row), row.object].add(row.subject)

    def cardinality(row: Mapping) -> str | None:
        if row.negated:
            return None
        if row.no_term_found:
            return "1:0" if row.object == NO_TERM_FOUND else "0:1"
        left = "n" if len(subjects[*_scope(row), row.object]) > 1 else "1"
        right = "n" if len(objects[*_scope(row), row.subject]) > 1 else "1"
        return f"{left}:{right}"

    return tuple(replace(row, cardinality=cardinality(row)) for row in mappings)


def set_name(mappings: MappingSet, *, base: str) -> str:
    """The set's name below `mappings/` and `graph/mappings/`: one path segment, different for different sets.

    >>> from slm_graph.namespaces import DEFAULT_BASE
    >>> cc0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    >>> esco = mapping_set(id=URIRef(DEFAULT_BASE + "mappings/esco"), license=cc0, mappings=())
    >>> set_name(esco, base=DEFAULT_BASE)
    'esco'
    """
    moved = rebase(mappings.id, base=base)
    if match := re.fullmatch(re.escape(base) + r"mappings/([A-Za-z0-9._-]+)", moved):
        return match[1]
    last = re.sub(r"[^A-Za-z0-9._-]+", "-", re.split(r"[/#]", moved.rstrip("/#"))[-1]).strip("-.")
    digest = hashlib.sha256(moved.encode()).hexdigest()
    # Eight hexadecimal digits tell some thousand sets apart.
    return f"{last.removesuffix('.sssom.tsv') or 'set'}-{digest[:8]}"


def graph_name(mappings: MappingSet, *, base: str) -> URIRef:
    """The named graph the set's triples and records live in."""
    return URIRef(f"{base}graph/mappings/{set_name(mappings, base=base)}")


SCOPES = {
    "subject_id": "subject",
    "predicate_id": "predicate",
    "object_id": "object",
    "mapping_justification": "justification",
    "subject_source": "subject_source",
    "subject_source_version": "subject_source_version",
    "object_source": "object_source",
    "object_source_version": "object_source_version",
    "mapping_tool": "tool",
    "mapping_date": "date",
}
"""Slots a `cardinality_scope` may name → the field that holds them."""


def _scope(row: Mapping) -> tuple[object, ...]:
    slots = row.slot("cardinality_scope")
    return (slots, *(getattr(row, SCOPES[slot]) for slot in slots if slot in SCOPES))


def _order(row: Mapping) -> tuple[str, ...]:
    """A total order for rows that differ at all; the text of None sorts like any other."""
    return (
        row.subject,
        row.predicate,
        row.object,
        row.justification,
        str(row.negated),
        *(
            str(part)
            for part in (
                row.authors,
                row.tool,
                row.subject_source,
                row.object_source,
                row.further,
                row.confidence,
                row.date,
                row.comment,
            )
        ),
    )


def _rebased(row: Mapping, base: str) -> Mapping:
    return replace(
        row,
        subject=rebase(row.subject, base=base),
        predicate=rebase(row.predicate, base=base),
        object=rebase(row.object, base=base),
        justification=rebase(row.justification, base=base),
        authors=tuple(rebase(author, base=base) for author in row.authors),
        subject_source=row.subject_source and rebase(row.subject_source, base=base),
        object_source=row.object_source and rebase(row.object_source, base=base),
        further=_rebased_slots(row.further, ROW_SLOTS, base),
    )


def _rebased_slots(slots: Slots, kinds: ReadOnlyMapping[str, Kind], base: str) -> Slots:
    terms = {"reference", "references", "iri", "iris"}
    return tuple(
        (
            slot,
            tuple(str(rebase(URIRef(value), base=base)) for value in values)
            if kinds[slot] in terms
            else values,
        )
        for slot, values in slots
    )
