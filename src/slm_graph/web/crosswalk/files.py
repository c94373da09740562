"""The rows of a crosswalk as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from rdflib import URIRef

from slm_graph import mapping
from slm_graph.catalogue import Asked, Crosswalk
from slm_graph.catalogue.crosswalk import Entry
from slm_graph.errors import Text
from slm_graph.formats import CSV, TURTLE, Format
from slm_graph.model import Quad
from slm_graph.syntax import write
from slm_graph.web.crosswalk.rows import end, learn
from slm_graph.web.problems import Problem
from slm_graph.web.site import Served
from slm_graph.web.views import Names, Reader

SSSOM_TSV = Format(
    "sssom", "SSSOM (TSV)", "text/tab-separated-values", "sssom.tsv", ("text/tsv",), charset=True
)
JSKOS = Format("jskos", "JSKOS", "application/json", "json", ("application/ld+json",))
FILES = (SSSOM_TSV, CSV, TURTLE, JSKOS)

MOST_FILE_ROWS = 20_000
"""Rows of one file: SSSOM is read back after writing, which takes three seconds at this size. More: by graph or SPARQL."""

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def file_of(served: Served, index: Crosswalk, asked: Asked, path: str, row: Format) -> bytes:
    """All rows asked for in one of FILES. Raises a Problem (413) for more than MOST_FILE_ROWS."""
    number = index.count(asked)
    if number > MOST_FILE_ROWS:
        raise Problem(
            413,
            Text(
                de=f"{number} Zuordnungen sind mehr, als eine Datei hier fasst ({MOST_FILE_ROWS}). Die Auswahl eingrenzen, "
                "oder den benannten Graphen über SPARQL abrufen.",
                en=f"{number} mappings are more than one file holds here ({MOST_FILE_ROWS}). Narrow the filter, or fetch "
                "the named graph by SPARQL.",
            ),
        )
    base = served.release.base
    if row is CSV:
        return _csv(served, index.entries(asked, limit=MOST_FILE_ROWS))
    if row is SSSOM_TSV:
        found = index.mapping_set(asked, id=URIRef(base + path), title=path.removeprefix("mappings/"))
        return mapping.write_set(found)
    entries = index.entries(asked, limit=MOST_FILE_ROWS)
    if row is TURTLE:
        positive = {entry.row.identity()[:3]: entry.row for entry in entries if entry.row.positive}
        quads: list[Quad] = [(one.subject, one.predicate, one.object, None) for one in positive.values()]
        return write(quads, TURTLE, base=base)
    sets = {one.name: str(one.iri) for one in index.sets()}
    said = [
        mapping.jskos_mapping(entry.row)
        | ({"partOf": [{"uri": sets[entry.set_name]}]} if entry.set_name is not None else {})
        for entry in entries
        if not entry.row.negated  # JSKOS cannot say that something does not correspond
    ]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_COLUMNS = (
    "subject_id subject_notation subject_label predicate_modifier predicate_id object_id object_notation object_label "
    "confidence author_id mapping_date mapping_justification comment mapping_set"
).split()


def _csv(served: Served, entries: Sequence[Entry]) -> bytes:
    """A table for spreadsheets, with labels in German, else English."""
    names = Names(served.catalogue, served.addresses, Reader("de"))
    learn(names, [entry.row for entry in entries])
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # RFC 4180
    writer.writerow(_COLUMNS)
    for entry in entries:
        row = entry.row
        subject, object_ = (
            end(names, iri, label)
            for iri, label in ((row.subject, row.subject_label), (row.object, row.object_label))
        )
        cells = (
            row.subject,
            subject.notation if subject else None,
            subject.text if subject else None,
            "Not" if row.negated else None,
            row.predicate,
            row.object,
            object_.notation if object_ else None,
            object_.text if object_ else None,
            row.confidence,
            "|".join(row.authors),
            row.date.isoformat() if row.date else None,
            row.justification,
            row.comment,
            entry.set_name,
        )
        writer.writerow(["" if cell is None else _cell(str(cell)) for cell in cells])
    return out.getvalue().encode()


def _cell(text: str) -> str:
    return "'" + text if text.startswith(_RISKY) else text
