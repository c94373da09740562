"""SSSOM TSV to mapping sets: parsed by sssom-pydantic, between our guard and our own types."""

from __future__ import annotations

import io
import logging
from datetime import date
from typing import TYPE_CHECKING, Any

from rdflib import URIRef

from slm_graph.errors import SourceError, Text
from slm_graph.mapping import library
from slm_graph.mapping.guard import Sheet, guard
from slm_graph.mapping.sets import Mapping, MappingSet, Slots, mapping_set, with_cardinalities
from slm_graph.mapping.slots import ROW_SLOTS, SET_SLOTS
from slm_graph.mapping.terms import expand

if TYPE_CHECKING:
    from sssom_pydantic.models import Record

_OWN_FIELD = frozenset(
    {
        "subject_id",
        "predicate_id",
        "object_id",
        "mapping_justification",
        "predicate_modifier",
        "confidence",
        "author_id",
        "mapping_date",
        "comment",
        "subject_label",
        "object_label",
        "subject_source",
        "subject_source_version",
        "object_source",
        "object_source_version",
        "mapping_tool",
        "mapping_cardinality",
    }
)
"""Slots a Mapping has a field for; the others are its further slots."""


def read_set(data: bytes, *, name: str) -> MappingSet:
    """The mapping set of an SSSOM TSV file with its metadata block inside; `name` is for messages.

    Nothing is left out: a file with any row or slot that cannot be carried is refused.
    Raises SourceError with the line.
    """
    sheet = guard(data, name=name)
    numbered = [(sheet.line_of(line), record) for line, record in _records(sheet)]
    if len(numbered) != sheet.rows:
        raise SourceError(
            Text(
                de=f"{sheet.rows} Zeilen, aber nur {len(numbered)} Zuordnungen gelesen",
                en=f"{sheet.rows} rows, but only {len(numbered)} mappings read",
            ),
            name=name,
        )
    prefixes = sheet.block.prefixes
    mappings = [_mapping(record, prefixes) for _, record in numbered]
    lines = [line for line, _ in numbered]
    _refuse_duplicates(mappings, lines, name=name)
    computed = with_cardinalities(mappings)
    for line, (_, record), row in zip(lines, numbered, computed, strict=True):
        if record.mapping_cardinality is not None and record.mapping_cardinality != row.cardinality:
            raise SourceError(
                Text(
                    de=f"mapping_cardinality {record.mapping_cardinality} widerspricht den Zeilen, aus denen "
                    f"{row.cardinality or 'keine'} folgt",
                    en=f"mapping_cardinality {record.mapping_cardinality} contradicts the rows, from which "
                    f"{row.cardinality or 'none'} follows",
                ),
                name=name,
                line=line,
                hint=Text(
                    de="Die Spalte weglassen: sie wird berechnet.", en="Leave the column out: it is computed."
                ),
            )
    header = sheet.block.slots
    return mapping_set(
        id=URIRef(header["mapping_set_id"][0]),
        license=URIRef(header["license"][0]),
        mappings=mappings,
        title=header.get("mapping_set_title", (None,))[0],
        prefixes=prefixes.items(),
        creators=[expand(creator, prefixes) for creator in header.get("creator_id", ())],
        further=[
            (slot, values)
            for slot, values in header.items()
            if slot in SET_SLOTS
            and slot not in ("mapping_set_id", "license", "mapping_set_title", "creator_id")
        ],
    )


def _records(sheet: Sheet) -> list[tuple[int, Record]]:
    """Each row's line, as the library counts, and its record. Raises SourceError."""
    library.load()
    from sssom_pydantic.io import ParseError, read_unprocessed_iterable, record_to_semantic_mapping

    records: list[tuple[int, Record]] = []
    line: int | None = None
    # It warns through a logger of its own when it is about to change a value; the guard has refused those.
    logging.getLogger("sssom_pydantic").addHandler(logging.NullHandler())
    try:
        with read_unprocessed_iterable(io.StringIO(sheet.text)) as parts:
            for library_line, record in parts.records:
                line = sheet.line_of(library_line)
                if isinstance(record, ParseError):
                    raise _refused(sheet, line, record.exception) from record.exception
                # Only the check: its type has no place for author, creator and reviewer labels.
                record_to_semantic_mapping(record, parts.converter, line_number=line)
                records.append((library_line, record))
    except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as error:
        raise _refused(sheet, line, error) from error
    return records


def _refused(sheet: Sheet, line: int | None, error: Exception) -> SourceError:
    reason = " ".join(str(error).split())
    return SourceError(
        Text(de=f"Kein gültiges SSSOM: {reason}", en=f"not valid SSSOM: {reason}"), name=sheet.name, line=line
    )


def _refuse_duplicates(mappings: list[Mapping], lines: list[int], *, name: str) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for line, row in zip(lines, mappings, strict=True):
        if row.identity() in seen:
            raise SourceError(
                Text(
                    de=f"Die Zeile sagt dasselbe wie Zeile {seen[row.identity()]}",
                    en=f"the row says the same as line {seen[row.identity()]}",
                ),
                name=name,
                line=line,
                hint=Text(de="Eine davon streichen.", en="Delete one of them."),
            )
        seen[row.identity()] = line


def _mapping(record: Record, prefixes: Any) -> Mapping:
    def term(reference: str | None) -> URIRef | None:
        return None if reference is None else expand(reference, prefixes)

    return Mapping(
        subject=expand(record.subject_id, prefixes),
        predicate=expand(record.predicate_id, prefixes),
        object=expand(record.object_id, prefixes),
        justification=expand(record.mapping_justification, prefixes),
        negated=record.predicate_modifier == "Not",
        confidence=record.confidence,
        authors=tuple(expand(author, prefixes) for author in record.author_id or ()),
        date=record.mapping_date,
        comment=record.comment,
        subject_label=record.subject_label,
        object_label=record.object_label,
        subject_source=term(record.subject_source),
        subject_source_version=record.subject_source_version,
        object_source=term(record.object_source),
        object_source_version=record.object_source_version,
        tool=record.mapping_tool,
        further=_further(record, prefixes),
    )


def _further(record: Record, prefixes: Any) -> Slots:
    found: list[tuple[str, tuple[str, ...]]] = []
    for slot, kind in sorted(ROW_SLOTS.items()):
        value = None if slot in _OWN_FIELD else getattr(record, slot)
        if value is None:
            continue
        values = [_text(item) for item in (value if isinstance(value, list) else [value])]
        if kind in ("reference", "references"):
            values = [str(expand(item, prefixes)) for item in values]
        found.append((slot, tuple(values)))
    return tuple(found)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)
