"""An SSSOM file, checked for everything the library would drop, shift or overwrite in silence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from slm_graph.errors import SourceError, Text
from slm_graph.mapping.block import Block, problem_of, read_block
from slm_graph.mapping.sets import NO_TERM_FOUND, SCOPES
from slm_graph.mapping.slots import CARDINALITIES, PROPAGATABLE, REQUIRED_COLUMNS, ROW_SLOTS
from slm_graph.mapping.terms import expand
from slm_graph.namespaces import SEMAPV

MAX_BYTES = 64 * 1024 * 1024
"""Some 200,000 rows with comments; candidates for 17,000 concepts, ten each, are 30 MB."""
MAX_BLOCK_CHARACTERS = 256 * 1024
"""A block of a thousand prefixes is about 60 KB; YAML of any size would be parsed for minutes."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")
"""Control characters and the rarer line ends, which YAML and CSV readers count differently."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A guarded file: its text as the library shall read it, and where everything stands."""

    name: str
    text: str
    """Without BOM, lines ended by LF."""
    block: Block
    block_length: int
    """Lines before the line of column names."""
    row_lines: tuple[int, ...]
    """The line each row begins at; rows of empty cells included, as the library counts rows."""
    rows: int
    """How many rows say something."""

    def line_of(self, library_line: int) -> int:
        """The true line of the row the library calls `library_line`: it counts rows, not lines."""
        return self.row_lines[library_line - self.block_length - 1]


def guard(data: bytes, *, name: str) -> Sheet:
    """The file's text, if nothing in it can go astray. Raises SourceError with the first line that can."""
    text = _text(data, name=name)
    lines = text.split("\n")
    length = _block_length(lines)
    if length == 0:
        raise SourceError(
            Text(
                de="Der Metadatenblock fehlt: die erste Zeile beginnt nicht mit #",
                en="the metadata block is missing: the first line does not begin with #",
            ),
            name=name,
            line=1,
        )
    if sum(len(line) for line in lines[:length]) > MAX_BLOCK_CHARACTERS:
        raise SourceError(
            Text(
                de=f"Der Metadatenblock hat mehr als {MAX_BLOCK_CHARACTERS} Zeichen",
                en=f"the metadata block has more than {MAX_BLOCK_CHARACTERS} characters",
            ),
            name=name,
            line=1,
        )
    block = read_block(lines[:length], name=name)
    columns = _columns(lines[length] if length < len(lines) else "", block, name=name, line=length + 1)
    row_lines, rows = _rows("\n".join(lines[length + 1 :]), columns, block, name=name, first=length + 2)
    return Sheet(name, text, block, length, row_lines, rows)


def _block_length(lines: Sequence[str]) -> int:
    return next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _text(data: bytes, *, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise SourceError(
            Text(
                de=f"Die Datei hat mehr als {MAX_BYTES // 2**20} MiB",
                en=f"the file has more than {MAX_BYTES // 2**20} MiB",
            ),
            name=name,
            hint=Text(de="In mehrere Sätze teilen.", en="Split it into several sets."),
        )
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SourceError(
            Text(
                de=f"Kein UTF-8: Byte 0x{data[error.start]:02X}",
                en=f"not UTF-8: byte 0x{data[error.start]:02X}",
            ),
            name=name,
            line=data[: error.start].count(b"\n") + 1,
            hint=Text(de="Die Datei als UTF-8 speichern.", en="Save the file as UTF-8."),
        ) from error
    if found := _FORBIDDEN.search(text):
        raise SourceError(
            Text(
                de=f"Nicht erlaubtes Zeichen U+{ord(found[0]):04X}",
                en=f"character U+{ord(found[0]):04X} is not allowed",
            ),
            name=name,
            line=text.count("\n", 0, found.start()) + 1,
            hint=Text(de="Zeilen enden mit LF oder CR LF.", en="Lines end in LF or CR LF."),
        )
    return text


def _columns(line_text: str, block: Block, *, name: str, line: int) -> list[str]:
    columns = line_text.split("\t")
    for position, column in enumerate(columns, start=1):
        if not column.strip():
            # The library leaves the empty name out and so shifts every later column.
            text = Text(de=f"Spalte {position} hat keinen Namen", en=f"column {position} has no name")
        elif column not in ROW_SLOTS:
            text = Text(de=f"Unbekannte Spalte: {column}", en=f"unknown column: {column}")
        elif columns.count(column) > 1:
            text = Text(de=f"Die Spalte {column} kommt zweimal vor", en=f"the column {column} stands twice")
        elif column in PROPAGATABLE and column in block.slots:
            # The library overwrites what the rows say.
            text = Text(
                de=f"{column} steht im Metadatenblock (Zeile {block.lines[column]}) und als Spalte",
                en=f"{column} stands in the metadata block (line {block.lines[column]}) and as a column",
            )
        else:
            continue
        raise SourceError(text, name=name, line=line)
    for column in REQUIRED_COLUMNS:
        if column not in columns:
            raise SourceError(
                Text(de=f"Es fehlt die Spalte {column}", en=f"the column {column} is missing"),
                name=name,
                line=line,
            )
    return columns


def _rows(
    body: str, columns: list[str], block: Block, *, name: str, first: int
) -> tuple[tuple[int, ...], int]:
    """The line each row begins at, and how many rows say something; every row checked."""
    starts: list[int] = []
    count = 0
    reader = csv.reader(io.StringIO(body, newline=""), delimiter="\t", strict=True)
    while True:
        line = first + reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise SourceError(
                Text(de=f"Zeile nicht als TSV lesbar: {error}", en=f"line cannot be read as TSV: {error}"),
                name=name,
                line=line,
                hint=Text(
                    de="Ein Anführungszeichen am Zellenanfang schließen; innen verdoppeln.",
                    en="Close a quote that opens a cell; double it inside.",
                ),
            ) from error
        if row is None:
            return tuple(starts), count
        if not row:
            continue
        starts.append(line)
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise SourceError(
                Text(
                    de=f"{len(row)} Zellen in der Zeile, aber {len(columns)} Spalten",
                    en=f"{len(row)} cells in the row, but {len(columns)} columns",
                ),
                name=name,
                line=line,
            )
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=True) if cell.strip()}
        if text := _row_problem(cells, block):
            raise SourceError(text, name=name, line=line)
        count += 1


def _row_problem(cells: dict[str, str], block: Block) -> Text | None:
    for column in REQUIRED_COLUMNS:
        if column not in cells:
            return Text(de=f"{column} ist leer", en=f"{column} is empty")
    for column, cell in cells.items():
        if text := _cell_problem(column, cell, block):
            return text
    return _meaning_problem(cells, block)


def _cell_problem(column: str, cell: str, block: Block) -> Text | None:
    kind = ROW_SLOTS[column]
    if kind == "modifier" and cell != "Not":
        return Text(
            de=f"predicate_modifier muss leer oder Not sein, nicht „{cell}“",
            en=f"predicate_modifier must be empty or Not, not '{cell}'",
        )
    if kind == "cardinality" and cell not in CARDINALITIES:
        return Text(de=f"Unbekannte mapping_cardinality „{cell}“", en=f"unknown mapping_cardinality '{cell}'")
    if kind not in ("references", "texts", "iris"):
        return problem_of(cell, kind, block.prefixes, slot=column)
    if "\\|" in cell:
        # The specification escapes the separator so; the library splits there all the same.
        return Text(de=f"{column}: \\| wird nicht unterstützt", en=f"{column}: \\| is not supported")
    for value in cell.split("|"):
        if not value.strip():
            return Text(de=f"{column}: leerer Wert zwischen den |", en=f"{column}: empty value between the |")
        if text := problem_of(value.strip(), kind, block.prefixes, slot=column):
            return text
    return None


def _meaning_problem(cells: dict[str, str], block: Block) -> Text | None:
    """What single cells do not show: NoTermFound's place, the justification's vocabulary, scopes, tools."""
    terms = {slot: expand(cells[slot], block.prefixes) for slot in REQUIRED_COLUMNS}
    values = {**{slot: values[0] for slot, values in block.slots.items()}, **cells}
    if (
        not terms["mapping_justification"].startswith(SEMAPV)
        or terms["mapping_justification"] == NO_TERM_FOUND
    ):
        return Text(
            de=f"mapping_justification muss aus semapv: sein, nicht „{cells['mapping_justification']}“",
            en=f"mapping_justification must be of semapv:, not '{cells['mapping_justification']}'",
        )
    places = [slot for slot, term in terms.items() if term == NO_TERM_FOUND]
    if "predicate_id" in places:
        return Text(
            de="sssom:NoTermFound kann kein Prädikat sein", en="sssom:NoTermFound cannot be a predicate"
        )
    if len(places) > 1:
        return Text(
            de="sssom:NoTermFound auf beiden Seiten sagt nichts",
            en="sssom:NoTermFound on both sides says nothing",
        )
    if places:
        side = places[0].removesuffix("_id")
        if f"{side}_source" not in values:
            return Text(
                de=f"sssom:NoTermFound braucht {side}_source: worin wurde gesucht?",
                en=f"sssom:NoTermFound needs {side}_source: what was searched?",
            )
        if "predicate_modifier" in cells:
            return Text(
                de="sssom:NoTermFound und Not schließen einander aus",
                en="sssom:NoTermFound and Not exclude each other",
            )
    zero = {"object_id": "1:0", "subject_id": "0:1"}
    stated = cells.get("mapping_cardinality")
    if stated and (stated in zero.values() or places) and stated != (zero[places[0]] if places else None):
        return Text(
            de=f"mapping_cardinality {stated} passt nicht: 1:0 und 0:1 gehören zu sssom:NoTermFound",
            en=f"mapping_cardinality {stated} does not fit: 1:0 and 0:1 belong to sssom:NoTermFound",
        )
    scopes = (
        cells["cardinality_scope"].split("|")
        if "cardinality_scope" in cells
        else block.slots.get("cardinality_scope", ())
    )
    for scope in scopes:
        if scope.strip() not in SCOPES:
            return Text(
                de=f"cardinality_scope nennt {scope}; möglich sind {', '.join(SCOPES)}",
                en=f"cardinality_scope names {scope}; possible are {', '.join(SCOPES)}",
            )
    if "mapping_tool_version" in values and not {"mapping_tool", "mapping_tool_id"} & values.keys():
        return Text(
            de="mapping_tool_version ohne mapping_tool oder mapping_tool_id",
            en="mapping_tool_version without mapping_tool or mapping_tool_id",
        )
    return None
