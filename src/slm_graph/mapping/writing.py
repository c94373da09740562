"""Mapping sets to SSSOM TSV: the same bytes for the same set, and nothing lost."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from slm_graph.errors import DataRefused, Text
from slm_graph.mapping import library
from slm_graph.mapping.reading import read_set
from slm_graph.mapping.sets import Mapping, MappingSet
from slm_graph.mapping.slots import PROPAGATABLE, REQUIRED_COLUMNS, ROW_SLOTS, SET_SLOTS
from slm_graph.mapping.terms import Shortener

if TYPE_CHECKING:
    from sssom_pydantic.models import Record


def write_set(mappings: MappingSet) -> bytes:
    """SSSOM TSV in UTF-8: the block with what all rows share, then the rows by subject, predicate, object.

    What is written is read back and compared.
    Raises DataRefused for a set the format or the library cannot carry.
    """
    try:
        data = _written(mappings)
        again = read_set(data, name=str(mappings.id))
    except (ValueError, DataRefused) as error:
        raise _refused(mappings, str(error)) from error
    if not _same(again, mappings):
        pairs = zip(mappings.mappings, again.mappings, strict=False)
        lost = next((row.subject for row, other in pairs if row != other), None)
        raise _refused(mappings, f"<{lost}>" if lost else "metadata")
    return data


def _written(mappings: MappingSet) -> bytes:
    import curies

    library.load()
    from sssom_pydantic.io import write_unprocessed

    shorten = Shortener(dict(mappings.prefixes))
    records = [_record(row, shorten) for row in mappings.mappings]
    metadata = _metadata(mappings, shorten)
    shared = {slot: value for slot in PROPAGATABLE if (value := _shared(records, slot)) is not None}
    used = {slot for record in records for slot in record.model_fields_set}
    columns = [
        slot for slot in ROW_SLOTS if slot in REQUIRED_COLUMNS or (slot in used and slot not in shared)
    ]
    metadata |= {slot: shared[slot] for slot in ROW_SLOTS if slot in shared}
    metadata["curie_map"] = dict(sorted(shorten.prefixes.items()))
    out = io.StringIO(newline="")
    # The library's own condensing sorts the values of lists: ours is given, and said by `columns`. The empty
    # converter is for a set that needs no prefix, which it refuses otherwise.
    write_unprocessed(
        records, out, metadata=metadata, converter=curies.Converter([]), columns=columns, condense=False
    )
    # It ends the block's lines in LF and the rows in CR LF.
    return out.getvalue().replace("\r\n", "\n").encode()


def _same(left: MappingSet, right: MappingSet) -> bool:
    return (left.id, left.license, left.title, left.creators, left.further, left.mappings) == (
        right.id,
        right.license,
        right.title,
        right.creators,
        right.further,
        right.mappings,
    )


def _refused(mappings: MappingSet, reason: str) -> DataRefused:
    return DataRefused(
        Text(
            de=f"Der Zuordnungssatz lässt sich nicht verlustfrei als SSSOM schreiben: {reason}",
            en=f"the mapping set cannot be written as SSSOM without loss: {reason}",
        ),
        hint=Text(
            de="Texte ohne Steuerzeichen, ohne Leerraum am Rand, in Listen ohne |.",
            en="Texts without control characters, without space at their ends, in lists without |.",
        ),
        where=str(mappings.id),
    )


def _shared(records: list[Record], slot: str) -> Any:
    """The one value all records have in the slot, or None."""
    values = [getattr(record, slot) for record in records]
    return values[0] if values and all(value == values[0] for value in values) else None


def _metadata(mappings: MappingSet, shorten: Shortener) -> dict[str, Any]:
    """The set's own slots in the order of the table."""
    values: dict[str, tuple[str, ...]] = {
        "mapping_set_id": (str(mappings.id),),
        "license": (str(mappings.license),),
        **({"mapping_set_title": (mappings.title,)} if mappings.title is not None else {}),
        **(
            {"creator_id": tuple(shorten.curie(creator) for creator in mappings.creators)}
            if mappings.creators
            else {}
        ),
        **dict(mappings.further),
    }
    return {
        slot: list(values[slot])
        if kind in ("references", "texts", "iris")
        else _scalar(values[slot][0], kind)
        for slot, kind in SET_SLOTS.items()
        if slot in values
    }


def _scalar(text: str, kind: str) -> str | float:
    return float(text) if kind == "number" else text


def _record(row: Mapping, shorten: Shortener) -> Record:
    library.load()
    from sssom_pydantic.models import Record

    values: dict[str, Any] = {
        "subject_id": shorten.curie(row.subject),
        "subject_label": row.subject_label,
        "predicate_id": shorten.curie(row.predicate),
        "predicate_modifier": "Not" if row.negated else None,
        "object_id": shorten.curie(row.object),
        "object_label": row.object_label,
        "mapping_justification": shorten.curie(row.justification),
        "author_id": [shorten.curie(author) for author in row.authors] or None,
        "confidence": row.confidence,
        "mapping_date": row.date,
        "comment": row.comment,
        "subject_source": row.subject_source and shorten.curie(row.subject_source),
        "subject_source_version": row.subject_source_version,
        "object_source": row.object_source and shorten.curie(row.object_source),
        "object_source_version": row.object_source_version,
        "mapping_tool": row.tool,
        "mapping_cardinality": row.cardinality,
    }
    for slot, texts in row.further:
        kind = ROW_SLOTS[slot]
        items = (
            [shorten.curie(text) for text in texts] if kind in ("reference", "references") else list(texts)
        )
        values[slot] = items if kind in ("references", "texts", "iris") else _scalar(items[0], kind)
    return Record.model_validate({slot: value for slot, value in values.items() if value is not None})
