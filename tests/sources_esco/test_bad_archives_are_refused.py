"""What is no distribution of ESCO is refused with archive, table, row and column, and never half read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from slm_graph.errors import SourceError
from slm_graph.sources.archives import MAX_UNPACKED_BYTES
from slm_graph.sources.esco import read_archives
from slm_graph.sources.esco.archive import version_in

SKILL = "http://data.europa.eu/esco/skill/"
NAME = "esco-1.2.0-csv-en.zip"
Read = Callable[..., object]
Small = Callable[..., dict[str, str]]
Write = Callable[..., Path]


def refused(read: Read, tables: dict[str, str | bytes]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read({NAME: tables}, repair=True)
    return caught.value


def test_a_cell_too_few_is_told_with_its_row(read: Read, small: Small) -> None:
    tables = small()
    tables["broaderRelationsSkillPillar_en.csv"] += f"KnowledgeSkillCompetence,{SKILL}pear,SkillGroup\r\n"
    error = refused(read, tables)
    assert error.where == f"{NAME}/broaderRelationsSkillPillar_en.csv:4"
    assert "verschoben" in error.message("de")


def test_columns_that_moved_are_told_at_row_and_column(read: Read, small: Small) -> None:
    tables = small()
    tables["broaderRelationsSkillPillar_en.csv"] += (
        f"{SKILL}pear,KnowledgeSkillCompetence,{SKILL}g1,SkillGroup\r\n"
    )
    error = refused(read, tables)
    assert error.where == f"{NAME}/broaderRelationsSkillPillar_en.csv:4:1"
    assert "conceptType" in error.message("en")


def test_an_iri_in_the_place_of_a_label_is_refused(read: Read, small: Small) -> None:
    tables = small()
    tables["skills_en.csv"] = tables["skills_en.csv"].replace('"grow plums"', f'"{SKILL}plum"')
    error = refused(read, tables)
    assert (error.line, error.column) == (3, 5)


def test_a_missing_column_is_named(read: Read, small: Small) -> None:
    tables = small()
    tables["skillSkillRelations_en.csv"] = tables["skillSkillRelations_en.csv"].replace(
        "relatedSkillUri", "uri"
    )
    error = refused(read, tables)
    assert error.where == f"{NAME}/skillSkillRelations_en.csv:1"
    assert "relatedSkillUri" in error.message("de")


def test_semicolons_for_commas_are_recognised(read: Read, small: Small) -> None:
    tables = small()
    tables["skills_en.csv"] = tables["skills_en.csv"].replace(",", ";")
    assert "Semikolon" in refused(read, tables).message("de")


def test_another_encoding_is_told_with_line_and_column(read: Read, small: Small) -> None:
    tables: dict[str, str | bytes] = dict(small())
    tables["skills_en.csv"] = small()["skills_en.csv"].replace("grow plums", "grün").encode("cp1252")
    error = refused(read, tables)
    assert "UTF-8" in error.message("en")
    assert error.line is not None
    tables["skills_en.csv"] = small()["skills_en.csv"].encode("utf-16")
    assert "UTF-16" in refused(read, tables).message("en")


def test_a_quote_that_is_not_closed_is_told_with_its_row(read: Read, small: Small) -> None:
    tables = small()
    tables["skills_en.csv"] += 'KnowledgeSkillCompetence,"unclosed'
    error = refused(read, tables)
    assert error.line == 4
    assert "CSV" in error.message("de")


def test_a_cell_longer_than_the_csv_module_allows_by_itself_is_read(
    read: Callable[..., tuple[object, object]], small: Small
) -> None:
    tables = small()
    many = ",\n".join(f"{SKILL}pear" for _ in range(5_000))
    tables["conceptSchemes_en.csv"] = tables["conceptSchemes_en.csv"].replace(
        f"{SKILL}pear,\n{SKILL}plum", many
    )
    _, findings = read({NAME: tables})
    assert findings == []


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all" * 50, b"PK\x03\x04" + bytes(200)])
def test_junk_is_no_archive(write: Write, data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_archives([write(data)])
    assert caught.value.where == NAME
    assert "Zip" in caught.value.message("de")


def test_a_truncated_archive_is_refused(write: Write, packed: Callable[..., bytes], small: Small) -> None:
    whole = packed(small())
    with pytest.raises(SourceError):
        read_archives([write(whole[: len(whole) * 2 // 3])])


def test_a_damaged_member_is_told_by_name(write: Write, small: Small) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, text in small().items():
            archive.writestr(name, text)
    damaged = stream.getvalue().replace(b"grow plums", b"grow plumX", 1)
    with pytest.raises(SourceError) as caught:
        read_archives([write(damaged)])
    assert caught.value.where == f"{NAME}/skills_en.csv"


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    write: Write, packed: Callable[..., bytes]
) -> None:
    bomb = bytearray(packed({"skills_en.csv": bytes(1000)}))
    entry = bomb.rindex(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (MAX_UNPACKED_BYTES + 1).to_bytes(
        4, "little"
    )  # uncompressed size (APPNOTE 4.4.9)
    with pytest.raises(SourceError) as caught:
        read_archives([write(bytes(bomb))])
    assert "MiB" in caught.value.message("de")


def test_an_archive_without_tables_of_esco_says_what_is_expected(
    write: Write, packed: Callable[..., bytes]
) -> None:
    for tables in ({"readme.txt": "hello"}, {"orchards.csv": "a,b\r\n1,2\r\n"}):
        with pytest.raises(SourceError) as caught:
            read_archives([write(packed(tables))])
        assert "occupations_de.csv" in caught.value.message("de")


def test_the_version_comes_from_the_name() -> None:
    assert version_in("ESCO dataset - v1.1.2 - classification - de - csv.zip") == "1.1.2"
    with pytest.raises(SourceError) as caught:
        version_in("esco.zip")
    assert "esco-1.2.0" in caught.value.message("en")


def test_the_same_archive_twice_is_refused(write: Write, small: Small) -> None:
    path = write(small())
    with pytest.raises(SourceError):
        read_archives([path, path])
