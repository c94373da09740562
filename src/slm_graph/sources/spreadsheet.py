"""Spreadsheets as sources: CSV and XLSX with a column map to one concept scheme, read in a limited child process."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SKOS

from slm_graph import formats
from slm_graph.engine.parsing import parse
from slm_graph.errors import SourceError, Text
from slm_graph.model import Quad, SourceFile
from slm_graph.sources import limited
from slm_graph.sources.archives import UNPACKING_FAULTS, open_archive, refuse_encrypted
from slm_graph.sources.columns import ColumnMap, map_from_json, read_map
from slm_graph.sources.decoding import decoded
from slm_graph.sources.files import read_bytes, unknown_suffix
from slm_graph.syntax.nquads import write_n_quads

MAX_BYTES = 128 * 1024 * 1024
"""A framework of a hundred thousand concepts is a tenth of it."""
MAX_ROWS = 1_000_000
"""What a sheet of a spreadsheet program holds (1,048,576), less its header."""
_FIELD_CHARACTERS = 1024 * 1024
"""Of one cell; spreadsheet programs stop at 32,767."""
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_CSV_FAULTS = {
    "unexpected end of data": "in einer Zelle fehlt das letzte Anführungszeichen",
    "expected after": "nach dem Anführungszeichen einer Zelle folgt weder Trennzeichen noch Zeilenende",
    "field larger than": f"eine Zelle hat mehr als {_FIELD_CHARACTERS} Zeichen",
    "new-line character": "ein Zeilenende steht mitten in einer Zelle",
}
"""Words of the reader's usual complaints, and the same in German."""
Row = tuple[int, list[str]]


def read_table(
    path: Path, *, column_map: Path, limits: limited.Limits | None = None
) -> tuple[list[Quad], SourceFile]:
    """The table's scheme as quads in canonical order, without a graph, and where they came from.

    Raises SourceError with row and column (both from 1, as the spreadsheet counts), or with the map's key.
    """
    suffix = path.suffix.lower()
    if suffix not in _MEDIA_TYPES:
        raise unknown_suffix(path, known=Text(de=".csv und .xlsx", en=".csv and .xlsx"))
    said = read_map(column_map)
    data = read_bytes(path, max_bytes=MAX_BYTES)
    lines = limited.run(
        as_n_quads,
        data,
        name=path.name,
        limits=limits,
        options={"suffix": suffix, "column_map": said.as_json()},
    )
    source = SourceFile(
        path.name, hashlib.sha256(data).hexdigest(), _MEDIA_TYPES[suffix], edition=said.version
    )
    return list(parse(lines, formats.N_QUADS)), source


def as_n_quads(data: bytes, *, name: str, suffix: str, column_map: str) -> bytes:
    """The table as canonical N-Quads; what the child process does. Raises SourceError."""
    said = map_from_json(column_map)
    rows = _xlsx_rows(data, said, name=name) if suffix == ".xlsx" else _csv_rows(data, said, name=name)
    return write_n_quads(_Scheme(said, name=name).quads(rows)).encode()


def _csv_rows(data: bytes, said: ColumnMap, *, name: str) -> Iterator[Row]:
    text = decoded(data, name=name, encoding=said.encoding)
    csv.field_size_limit(_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=said.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as fault:
        raise SourceError(
            Text(de=f"Kein gültiges CSV: {_csv_in_german(str(fault))}.", en=f"not valid CSV: {fault}."),
            name=name,
            line=number + 1,
            hint=Text(de="Anführungszeichen in Zellen verdoppeln.", en="Double the quotes inside cells."),
        ) from fault


def _csv_in_german(reason: str) -> str:
    """The reader's reason in German, or in its own words where it has unusual ones.

    >>> _csv_in_german("unexpected end of data")
    'in einer Zelle fehlt das letzte Anführungszeichen'
    """
    return next((de for words, de in _CSV_FAULTS.items() if words in reason), f"Meldung des Lesers: {reason}")


def _xlsx_rows(data: bytes, said: ColumnMap, *, name: str) -> Iterator[Row]:
    """The rows of the sheet, formulas as the values last computed."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    archive = open_archive(data, name=name)  # says what is wrong with it, and bounds what it unpacks to
    for member in archive.infolist():
        refuse_encrypted(member, name=name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if said.sheet is not None and said.sheet not in book.sheetnames:
            raise _no_sheet(said.sheet, book.sheetnames, name=name)
        sheet = book[said.sheet] if said.sheet is not None else book[book.sheetnames[0]]
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            values = []
            for index, cell in enumerate(cells):
                if cell.data_type == "e":
                    raise _broken_cell(str(cell.value), name=name, row=number, column=index + 1)
                values.append(_shown(cell.value))
            yield number, values
    except SourceError:
        raise
    except (
        *UNPACKING_FAULTS,
        InvalidFileException,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ) as fault:
        raise SourceError(
            Text(
                de=f"Keine lesbare XLSX-Datei ({type(fault).__name__}).",
                en=f"not a readable XLSX file ({type(fault).__name__}).",
            ),
            name=name,
            hint=Text(
                de="In der Tabellenkalkulation öffnen und neu als .xlsx oder .csv speichern.",
                en="Open it in a spreadsheet program and save it again as .xlsx or .csv.",
            ),
        ) from fault


def _no_sheet(sheet: str, known: list[str], *, name: str) -> SourceError:
    shown = ", ".join(known)
    return SourceError(
        Text(
            de=f"Es gibt kein Blatt „{sheet}“. Vorhanden: {shown}.",
            en=f"there is no sheet “{sheet}”. There are: {shown}.",
        ),
        name=name,
    )


def _broken_cell(value: str, *, name: str, row: int, column: int) -> SourceError:
    return SourceError(
        Text(
            de=f"Die Zelle ist ein Fehler der Tabellenkalkulation: {value}.",
            en=f"the cell is an error of the spreadsheet: {value}.",
        ),
        name=name,
        line=row,
        column=column,
        hint=Text(de="Die Formel richten und neu speichern.", en="Mend the formula and save it again."),
    )


def _shown(value: object) -> str:
    """A cell as text: whole numbers without a fraction, dates by ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


class _Scheme:
    """One scheme and its concepts, row by row."""

    def __init__(self, said: ColumnMap, *, name: str) -> None:
        self._map = said
        self._name = name
        self._scheme = URIRef(said.scheme)
        self._rows: dict[URIRef, int] = {}
        self._concepts: dict[str, URIRef] = {}
        """By the value of the key column."""

    def quads(self, rows: Iterator[Row]) -> list[Quad]:
        header: list[str] = []
        read: list[tuple[int, URIRef, dict[str, str]]] = []
        for number, cells in rows:
            if number < self._map.header_row:
                continue
            if number == self._map.header_row:
                header = self._header([cell.strip() for cell in cells], number)
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(read) >= MAX_ROWS:
                raise self._wrong(number, None, f"mehr als {MAX_ROWS} Reihen", f"more than {MAX_ROWS} rows")
            read.append((number, *self._row(number, header, cells)))
        if not header:
            raise self._wrong(self._map.header_row, None, "der Kopf fehlt", "the header is missing")
        if not read:
            raise self._wrong(self._map.header_row + 1, None, "keine Reihe mit Inhalt", "no row with content")
        made = list(self._about_scheme())
        for number, concept, row in read:
            made.extend(self._about(number, concept, row, header))
        return made

    def _wrong(self, row: int, column: int | None, de: str, en: str) -> SourceError:
        return SourceError(
            Text(de=f"{de[0].upper()}{de[1:]}.", en=f"{en}."),
            name=self._name,
            line=row,
            column=column,
            hint=Text(
                de="Reihen und Spalten zählen wie in der Tabellenkalkulation.",
                en="Rows and columns count as in a spreadsheet.",
            ),
        )

    def _header(self, header: list[str], number: int) -> list[str]:
        while header and not header[-1]:
            header.pop()
        missing = [column for column in (*self._map.columns, self._map.key) if column not in header]
        if missing:
            shown = ", ".join(header) or "–"
            raise self._wrong(
                number,
                None,
                f"Spalten fehlen: {', '.join(dict.fromkeys(missing))}; der Kopf ist: {shown[:200]}",
                f"columns are missing: {', '.join(dict.fromkeys(missing))}; the header is: {shown[:200]}",
            )
        for index, column in enumerate(header):
            if header.index(column) != index and column:
                raise self._wrong(
                    number,
                    index + 1,
                    f"die Spalte {column} steht zweimal da",
                    f"column {column} stands twice",
                )
            if column not in self._map.columns and column not in self._map.ignored:
                raise self._wrong(
                    number,
                    index + 1,
                    f"die Spalte „{column}“ steht nicht in der Zuordnung; unter [columns] oder in table.ignore nennen",
                    f"column “{column}” is not in the column map; name it under [columns] or in table.ignore",
                )
        return header

    def _row(self, number: int, header: list[str], cells: list[str]) -> tuple[URIRef, dict[str, str]]:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            raise self._wrong(
                number,
                len(header) + 1,
                f"die Reihe hat {len(cells)} Zellen, der Kopf {len(header)}: die Spalten sind verschoben",
                f"the row has {len(cells)} cells, the header {len(header)}: its columns have shifted",
            )
        row = {}
        for index, column in enumerate(header):
            cell = cells[index].strip() if index < len(cells) else ""
            if _CONTROL.search(cell):
                raise self._wrong(number, index + 1, "ein Steuerzeichen", "a control character")
            row[column] = cell
        key = row[self._map.key]
        at = header.index(self._map.key) + 1
        if not key:
            raise self._wrong(
                number, at, f"die Spalte {self._map.key} ist leer", f"column {self._map.key} is empty"
            )
        concept = URIRef(self._map.iri.replace("{" + self._map.key + "}", quote(key, safe="-._~")))
        if concept in self._rows:
            first = self._rows[concept]
            raise self._wrong(
                number, at, f"„{key}“ steht schon in Reihe {first}", f"“{key}” stands in row {first} already"
            )
        self._rows[concept] = number
        self._concepts[key] = concept
        return concept, row

    def _about_scheme(self) -> Iterator[Quad]:
        said, scheme = self._map, self._scheme
        yield scheme, RDF.type, SKOS.ConceptScheme, None
        for language, title in said.titles.items():
            yield scheme, DCTERMS.title, Literal(title, lang=language), None
            yield scheme, SKOS.prefLabel, Literal(title, lang=language), None
        for language, rights in said.rights.items():
            yield scheme, DCTERMS.rights, Literal(rights, lang=language), None
        if said.licence is not None:
            yield scheme, DCTERMS.license, URIRef(said.licence), None
        holder = said.rights_holder
        yield (
            scheme,
            DCTERMS.rightsHolder,
            URIRef(holder) if _ABSOLUTE.fullmatch(holder) else Literal(holder),
            None,
        )
        if said.version is not None:
            yield scheme, OWL.versionInfo, Literal(said.version), None
        for language in sorted({meaning.language for meaning in said.columns.values() if meaning.language}):
            yield scheme, DCTERMS.language, Literal(language), None

    def _about(self, number: int, concept: URIRef, row: dict[str, str], header: list[str]) -> Iterator[Quad]:
        yield concept, RDF.type, SKOS.Concept, None
        yield concept, SKOS.inScheme, self._scheme, None
        labelled = has_broader = False
        for column, meaning in self._map.columns.items():
            at = header.index(column) + 1
            for value in self._values(row[column], meaning.property):
                if meaning.language is not None:
                    labelled = labelled or meaning.property == "prefLabel"
                    yield concept, SKOS[meaning.property], Literal(value, lang=meaning.language), None
                elif meaning.property == "notation":
                    yield concept, SKOS.notation, Literal(value), None
                elif meaning.property in ("broader", "related"):
                    other = self._other(number, at, concept, value)
                    back = SKOS.narrower if meaning.property == "broader" else SKOS.related
                    has_broader = has_broader or meaning.property == "broader"
                    yield concept, SKOS[meaning.property], other, None
                    yield other, back, concept, None
                else:
                    name = RDFS.seeAlso if meaning.property == "seeAlso" else SKOS[meaning.property]
                    yield concept, name, self._iri(number, at, value), None
        if not labelled:
            first = next(
                column for column, meaning in self._map.columns.items() if meaning.property == "prefLabel"
            )
            raise self._wrong(
                number,
                header.index(first) + 1,
                "keine bevorzugte Bezeichnung in der Reihe",
                "no preferred label in the row",
            )
        if not has_broader:
            yield concept, SKOS.topConceptOf, self._scheme, None
            yield self._scheme, SKOS.hasTopConcept, concept, None

    def _values(self, cell: str, name: str) -> list[str]:
        if name in ("prefLabel", "definition", "scopeNote", "notation") or name.endswith("Note"):
            return [cell] if cell else []
        return [value.strip() for value in cell.split(self._map.separator) if value.strip()]

    def _other(self, number: int, at: int, concept: URIRef, value: str) -> URIRef:
        other = self._concepts.get(value) or (URIRef(value) if URIRef(value) in self._rows else None)
        if other is None:
            raise self._wrong(
                number,
                at,
                f"„{value}“ ist in keiner Reihe die Spalte {self._map.key}",
                f"no row has “{value}” in column {self._map.key}",
            )
        if other == concept:
            raise self._wrong(number, at, "die Reihe verweist auf sich selbst", "the row refers to itself")
        return other

    def _iri(self, number: int, at: int, value: str) -> URIRef:
        if not _ABSOLUTE.fullmatch(value):
            raise self._wrong(
                number, at, f"keine absolute IRI: {value[:120]}", f"not an absolute IRI: {value[:120]}"
            )
        return URIRef(value)
