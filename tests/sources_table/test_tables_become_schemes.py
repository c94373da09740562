"""A company's own framework: a table and a small column map become one concept scheme; every error has row and column."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from slm_graph.errors import SourceError
from slm_graph.model import Quad
from slm_graph.sources.columns import read_map
from slm_graph.sources.spreadsheet import as_n_quads, read_table
from slm_graph.validation import validate

MAP = """
[scheme]
iri = "https://orchard.example/skills"
title = { de = "Fähigkeiten im Obstgarten", en = "Orchard skills" }
license = "https://creativecommons.org/publicdomain/zero/1.0/"
rights_holder = "Obstgarten Muster"
version = "2026"

[concepts]
iri = "https://orchard.example/skills/{Code}"
separator = ";"

[table]
ignore = ["Spalte für uns"]

[columns]
Code = "notation"
Name = "prefLabel@de"
"Auch genannt" = "altLabel@de"
Text = "definition@de"
"Über" = "broader"
Entspricht = "closeMatch"
"""
HEAD = "Code,Name,Auch genannt,Text,Über,Entspricht,Spalte für uns\n"
ROWS = (
    "O 1,Obst ziehen,,Bäume pflegen,,,x\n"
    'O-2,"Birnen ziehen","Birnen anbauen; Birnbäume pflegen","Mehr, als man denkt",O 1,https://other.example/7,\n'
)
EXPECTED = """
@prefix s: <https://orchard.example/skills/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://orchard.example/skills> a skos:ConceptScheme ;
    dcterms:title "Fähigkeiten im Obstgarten"@de , "Orchard skills"@en ;
    skos:prefLabel "Fähigkeiten im Obstgarten"@de , "Orchard skills"@en ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:rightsHolder "Obstgarten Muster" ;
    owl:versionInfo "2026" ; dcterms:language "de" ; skos:hasTopConcept <https://orchard.example/skills/O%201> .
<https://orchard.example/skills/O%201> a skos:Concept ; skos:inScheme <https://orchard.example/skills> ;
    skos:notation "O 1" ; skos:prefLabel "Obst ziehen"@de ; skos:definition "Bäume pflegen"@de ;
    skos:topConceptOf <https://orchard.example/skills> ; skos:narrower s:O-2 .
s:O-2 a skos:Concept ; skos:inScheme <https://orchard.example/skills> ; skos:notation "O-2" ;
    skos:prefLabel "Birnen ziehen"@de ; skos:altLabel "Birnen anbauen"@de , "Birnbäume pflegen"@de ;
    skos:definition "Mehr, als man denkt"@de ; skos:broader <https://orchard.example/skills/O%201> ;
    skos:closeMatch <https://other.example/7> .
"""


def column_map(folder: Path, text: str = MAP) -> Path:
    path = folder / "map.toml"
    path.write_text(text, "utf-8")
    return path


def graph(quads: list[Quad]) -> Graph:
    made = Graph()
    for s, p, o, _ in quads:
        made.add((s, p, o))
    return made


def refused(folder: Path, table: str | bytes, text: str = MAP) -> SourceError:
    """The error of a CSV table, read in this process."""
    data = table.encode() if isinstance(table, str) else table
    with pytest.raises(SourceError) as caught:
        as_n_quads(data, name="t.csv", suffix=".csv", column_map=read_map(column_map(folder, text)).as_json())
    return caught.value


def test_a_csv_table_is_the_graph_its_map_says_and_conforms(tmp_path: Path) -> None:
    table = tmp_path / "skills.csv"
    table.write_bytes(("\ufeff" + HEAD + ROWS).encode())  # as spreadsheet programs save it
    quads, source = read_table(table, column_map=column_map(tmp_path))
    assert isomorphic(graph(quads), Graph().parse(data=EXPECTED, format="turtle"))
    assert (source.name, source.edition) == ("skills.csv", "2026")
    assert validate(graph(quads)).conforms()


def test_an_xlsx_sheet_gives_the_same_graph(tmp_path: Path) -> None:
    import csv

    book = openpyxl.Workbook()
    book.active.title = "Notizen"
    sheet = book.create_sheet("Fähigkeiten")
    for row in csv.reader((HEAD + ROWS).splitlines()):
        sheet.append(row)
    book.save(tmp_path / "skills.xlsx")
    text = MAP.replace("[table]", '[table]\nsheet = "Fähigkeiten"')
    quads, _ = read_table(tmp_path / "skills.xlsx", column_map=column_map(tmp_path, text))
    assert isomorphic(graph(quads), Graph().parse(data=EXPECTED, format="turtle"))
    with pytest.raises(SourceError) as caught:
        read_table(
            tmp_path / "skills.xlsx",
            column_map=column_map(tmp_path, text.replace('Fähigkeiten"\nignore', 'X"\nignore')),
        )
    assert "Notizen" in caught.value.message("de")


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_people_see_them(tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["Code", "Name", "Text"])
    book.active.append([12.0, "Birne", datetime.datetime(2026, 1, 2, tzinfo=None)])
    book.save(tmp_path / "n.xlsx")
    text = (
        MAP.split("[columns]")[0] + '[columns]\nCode = "notation"\nName = "prefLabel@de"\nText = "note@de"\n'
    )
    quads, _ = read_table(tmp_path / "n.xlsx", column_map=column_map(tmp_path, text))
    values = {str(o) for _, _, o, _ in quads}
    assert {"12", "https://orchard.example/skills"} <= values
    assert any(value.startswith("2026-01-02") for value in values)


@pytest.mark.parametrize("data", [b"", b"junk", b"PK\x03\x04" + bytes(99)])
def test_junk_is_no_xlsx(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "j.xlsx").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_table(tmp_path / "j.xlsx", column_map=column_map(tmp_path))
    assert caught.value.where == "j.xlsx"


SHEET = "xl/worksheets/sheet1.xml"


def workbook(folder: Path, *, packing: int) -> bytearray:
    book = openpyxl.Workbook()
    book.active.append(["Code", "Name"])
    book.active.append(["O-1", "Obst ziehen"])
    book.save(folder / "whole.xlsx")
    stream = io.BytesIO()
    with zipfile.ZipFile(folder / "whole.xlsx") as whole, zipfile.ZipFile(stream, "w", packing) as made:
        for member in whole.namelist():
            made.writestr(member, whole.read(member))
    return bytearray(stream.getvalue())


def damaged(kind: str, folder: Path) -> bytes:
    """A workbook with one fault in the member that holds its sheet."""
    data = workbook(folder, packing=zipfile.ZIP_LZMA if kind == "packed as LZMA" else zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        header = archive.getinfo(SHEET).header_offset
    packed, entry = header + 30 + len(SHEET), data.rindex(SHEET.encode()) - 46
    match kind:
        case "checksum":  # BadZipFile
            data[entry + 16] ^= 0xFF
        case "packed bytes":  # zlib.error
            data[packed : packed + 8] = b"\xff" * 8
        case "packed as LZMA":  # LZMAError, for what follows its nine bytes of header
            data[packed + 9 : packed + 17] = b"\xff" * 8
        case "cut short":  # EOFError
            data[header + 8 : header + 10] = data[entry + 10 : entry + 12] = bytes(2)  # as it is, not packed
            data[entry + 20 : entry + 28] = (1_000_000).to_bytes(4, "little") * 2
        case "unknown packing":  # NotImplementedError
            data[header + 8 : header + 10] = data[entry + 10 : entry + 12] = (99).to_bytes(2, "little")
        case "encrypted":  # RuntimeError
            data[header + 6] |= 1
            data[entry + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "kind",
    ["checksum", "packed bytes", "cut short", "unknown packing", "packed as LZMA", "encrypted"],
)
def test_a_damaged_xlsx_is_refused_with_what_to_do(tmp_path: Path, kind: str) -> None:
    (tmp_path / "d.xlsx").write_bytes(damaged(kind, tmp_path))
    with pytest.raises(SourceError) as caught:
        read_table(tmp_path / "d.xlsx", column_map=column_map(tmp_path))
    assert caught.value.where == "d.xlsx"
    assert caught.value.hint is not None
    assert ("verschlüsselt" in caught.value.message("de")) == (kind == "encrypted")


@pytest.mark.parametrize(
    ("table", "where", "said"),
    [
        (HEAD + ROWS + "O-3,Pflaumen,,,O-9,,\n", "t.csv:4:5", "O-9"),
        (HEAD + ROWS + "O-2,Pflaumen,,,,,\n", "t.csv:4:1", "Reihe 3"),
        (HEAD + ROWS + ",Pflaumen,,,,,\n", "t.csv:4:1", "leer"),
        (HEAD + ROWS + "O-3,,,,,,\n", "t.csv:4:2", "Bezeichnung"),
        (HEAD + ROWS + "O-3,Pflaumen,,,,keine IRI,\n", "t.csv:4:6", "keine IRI"),
        (HEAD + ROWS + "O-3,Pflaumen,,,O-3,,\n", "t.csv:4:5", "sich selbst"),
        (HEAD + ROWS + "O-3,Pflaumen,,,,,,zu viel\n", "t.csv:4:8", "verschoben"),
        (HEAD + ROWS + 'O-3,"Pflaumen\n', "t.csv:4", "CSV"),
        (HEAD + ROWS + "O-3,Pflau\x01men,,,,,\n", "t.csv:4:10", "U+0001"),
        (HEAD.replace("Über,", "Ueber,") + ROWS, "t.csv:1", "Über"),
        (HEAD.replace("\n", ",Neu\n") + ROWS, "t.csv:1:8", "Neu"),
        (HEAD.replace("Text", "Name") + ROWS, "t.csv:1", "Text"),
        (HEAD, "t.csv:2", "Keine Reihe"),
        ("", "t.csv:1", "Kopf"),
        (HEAD.replace(",", ";") + ROWS, "t.csv:1", "Spalten fehlen"),
    ],
)
def test_a_fault_is_told_at_its_row_and_column(tmp_path: Path, table: str, where: str, said: str) -> None:
    error = refused(tmp_path, table)
    assert error.where == where
    assert said in error.message("de")


def test_a_wrong_encoding_is_told_with_its_place_and_the_right_one_can_be_named(tmp_path: Path) -> None:
    data = (HEAD + ROWS).encode("cp1252")
    assert refused(tmp_path, data).where == "t.csv:1:29"
    text = MAP.replace("[table]", '[table]\nencoding = "cp1252"')
    said = read_map(column_map(tmp_path, text)).as_json()
    assert b"pflegen" in as_n_quads(data, name="t.csv", suffix=".csv", column_map=said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('iri = "https://orchard.example/skills"', 'iri = "orchard"', "scheme.iri"),
        ('"notation"', '"notations"', "columns.Code"),
        ('"prefLabel@de"', '"prefLabel"', "prefLabel@de"),
        ("{Code}", "{Kode}", "Kode"),
        ("{Code}", "Code", "concepts.iri"),
        ("license", "licence", "scheme.licence"),
        ("[columns]", "[Columns]", "Columns"),
        ('separator = ";"', "separator = 1", "concepts.separator"),
        ("[table]", '[table]\ndelimiter = "#"', "table.delimiter"),
        ("[table]", "[table]\nheader_row = 0", "table.header_row"),
        ("[scheme]", "[scheme", "nicht lesbar: die Klammer einer Tabelle ist nicht geschlossen (Zeile"),
    ],
)
def test_a_wrong_column_map_is_told_by_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    error = refused(tmp_path, HEAD + ROWS, MAP.replace(old, new, 1))
    assert error.name == "map.toml"
    assert said in error.message("de")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"scheme": ', "ein Wert wird erwartet"),
        ("[" * 50_000, "zu tief verschachtelt"),
        ('{"scheme": ' + "9" * 5000 + "}", "eine Zahl ist zu lang"),
        (b'{"scheme": "\xff"}', "Kein UTF-8: das Byte 0xFF."),
    ],
    ids=["cut short", "nested", "digits", "encoding"],
)
def test_a_column_map_that_is_not_readable_is_told_in_german(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as caught:
        read_map(path)
    assert said in caught.value.message("de")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('"open', "in einer Zelle fehlt das letzte Anführungszeichen"),
        ('"a"b,c', "folgt weder Trennzeichen noch Zeilenende"),
        ("a" * 1_100_000, "eine Zelle hat mehr als 1048576 Zeichen"),
    ],
    ids=["open", "after", "long"],
)
def test_what_is_no_csv_is_told_in_german(tmp_path: Path, row: str, said: str) -> None:
    column_map_ = read_map(column_map(tmp_path)).as_json()
    with pytest.raises(SourceError) as caught:
        as_n_quads((HEAD + row).encode(), name="t.csv", suffix=".csv", column_map=column_map_)
    assert said in caught.value.message("de")


def test_a_column_map_in_json_says_the_same(tmp_path: Path) -> None:
    import tomllib

    path = tmp_path / "map.json"
    path.write_text(json.dumps(tomllib.loads(MAP)), "utf-8")
    assert read_map(path) == read_map(column_map(tmp_path))


def test_a_header_below_a_title_is_found_by_its_row(tmp_path: Path) -> None:
    text = MAP.replace("[table]", "[table]\nheader_row = 3")
    said = read_map(column_map(tmp_path, text)).as_json()
    lines = as_n_quads(
        ("Unser Rahmen\n\n" + HEAD + ROWS).encode(), name="t.csv", suffix=".csv", column_map=said
    )
    assert b"Obst ziehen" in lines
