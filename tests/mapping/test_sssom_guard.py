"""Each way in which an SSSOM file can lose or change what it says is refused, with its line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from rdflib import URIRef
from sssom_pydantic import constants
from sssom_pydantic.models import Record

from slm_graph.errors import SourceError
from slm_graph.mapping import read_set
from slm_graph.mapping.slots import ENTITY_TYPES, PROPAGATABLE, ROW_SLOTS

HEAD = """\
#curie_map:
#  a: https://a.example/
#  b: https://b.example/
#mapping_set_id: https://a.example/mappings/b
#license: https://creativecommons.org/publicdomain/zero/1.0/
"""
COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
ROW = ("a:1", "skos:closeMatch", "b:1", "semapv:ManualMappingCuration")


def sheet(*rows: tuple[str, ...], head: str = HEAD, columns: tuple[str, ...] = COLUMNS) -> str:
    return head + "\n".join("\t".join(cells) for cells in (columns, *rows)) + "\n"


def with_cell(column: str, cell: str, *, row: tuple[str, ...] = ROW, head: str = HEAD) -> str:
    return sheet((*row, cell), columns=(*COLUMNS, column), head=head)


NOTHING = ("a:1", "skos:exactMatch", "sssom:NoTermFound", "semapv:ManualMappingCuration")

TRAPS = {
    "no metadata block": (sheet(ROW, head=""), 1, "metadata block is missing"),
    "no licence": (sheet(ROW, head=HEAD.replace("#license", "#other")), 1, "lacks license"),
    "no identifier": (
        sheet(ROW, head=HEAD.replace("#mapping_set_id", "#issue_tracker")),
        1,
        "lacks mapping_set_id",
    ),
    "broken YAML": (sheet(ROW, head=HEAD + "#comment: [a\n"), None, "not valid YAML"),
    "YAML that is only a text": (sheet(ROW, head="#nothing here\n"), 1, "no entries"),
    "a list where entries are meant": (sheet(ROW, head="#- a\n"), 1, "no entries"),
    "deep nesting": (sheet(ROW, head=HEAD + "#comment: " + "[" * 5000 + "\n"), None, "not valid YAML"),
    "an enormous block": (
        sheet(ROW, head=HEAD + "#comment: " + "x" * 300_000 + "\n"),
        1,
        "262144 characters",
    ),
    "two hashes": (sheet(ROW, head=HEAD + "##comment: x\n"), 6, "exactly one #"),
    "a key twice": (sheet(ROW, head=HEAD + "#license: https://b.example/\n"), 6, "twice"),
    "a prefix twice": (sheet(ROW, head=HEAD.replace("#  b:", "#  a:")), 3, "twice"),
    "an alias": (sheet(ROW, head=HEAD + "#comment: &x y\n#other: *x\n"), 6, "anchors and aliases"),
    "an unknown slot": (sheet(ROW, head=HEAD + "#licence: x\n"), 6, "unknown slot"),
    "a row's slot in the block": (sheet(ROW, head=HEAD + "#confidence: 0.5\n"), 6, "belongs to single rows"),
    "extension definitions": (
        sheet(ROW, head=HEAD + "#extension_definitions:\n#- slot_name: x\n"),
        6,
        "extension slots",
    ),
    "a version that YAML takes for a number": (
        sheet(ROW, head=HEAD + "#object_source_version: 1.0\n"),
        6,
        "text",
    ),
    "a list where one value is meant": (sheet(ROW, head=HEAD + "#mapping_set_title: [x]\n"), 6, "one value"),
    "one value where a list is meant": (sheet(ROW, head=HEAD + "#curation_rule_text: x\n"), 6, "a list"),
    "a number as a key": (sheet(ROW, head=HEAD + "#1: x\n"), 6, "not the name"),
    "text of several lines": (sheet(ROW, head=HEAD + "#comment: |\n#  x\n#  y\n"), 6, "one line"),
    "a relative identifier": (
        sheet(ROW, head=HEAD.replace("https://a.example/mappings/b", "b")),
        4,
        "absolute IRI",
    ),
    "an identifier that would be rewritten": (
        sheet(ROW, head=HEAD.replace("a.example/mappings", "A.example/mappings")),
        4,
        "https://a.example/mappings/b",
    ),
    "a prefix that is no IRI": (sheet(ROW, head=HEAD.replace("https://b.example/", "b/")), 1, "absolute IRI"),
    "two prefixes of one namespace": (sheet(ROW, head=HEAD.replace("//b.", "//a.")), 1, "same namespace"),
    "a built-in prefix as something else": (
        sheet(ROW, head=HEAD.replace("#  b:", "#  skos:")),
        1,
        "built in",
    ),
    "a curie_map that is a text": (sheet(ROW, head="#curie_map: x\n"), 1, "curie_map"),
    "a bad prefix name": (sheet(ROW, head=HEAD.replace("#  b:", "#  b c:")), 1, "not a prefix"),
    "no line of columns": (HEAD, 6, "no name"),
    "a column without a name": (sheet((*ROW, ""), columns=(*COLUMNS, "")), 6, "column 5 has no name"),
    "an undeclared column": (with_cell("my_column", "x"), 6, "unknown column: my_column"),
    "a column twice": (with_cell("object_id", "b:2"), 6, "stands twice"),
    "a required column missing": (sheet(ROW[:3], columns=COLUMNS[:3]), 6, "mapping_justification is missing"),
    "a slot in block and column": (
        with_cell("object_source_version", "2", head=HEAD + "#object_source_version: '1'\n"),
        7,
        "(line 6)",
    ),
    "a cell too many": (sheet(ROW, (*ROW[:2], "b:2", ROW[3], "x")), 8, "5 cells in the row, but 4 columns"),
    "a cell too few": (sheet(ROW[:3]), 7, "3 cells"),
    "an empty cell that is needed": (sheet(("a:1", "", "b:1", ROW[3])), 7, "predicate_id is empty"),
    "an open quote": (sheet(ROW, ('"a:1', *ROW[1:]), ROW), 8, "TSV"),
    "text after a quote": (with_cell("comment", '"x" y'), 7, "TSV"),
    "an undeclared prefix": (sheet(("c:1", *ROW[1:])), 7, "'c' of 'c:1'"),
    "no CURIE": (sheet(("one", *ROW[1:])), 7, "no CURIE"),
    "a CURIE with a space": (sheet(("a:1 2", *ROW[1:])), 7, "no valid IRI"),
    "an IRI of no prefix": (with_cell("author_id", "https://c.example/x"), 7, "not valid SSSOM"),
    "a confidence above 1": (with_cell("confidence", "1.01"), 7, "from 0 to 1"),
    "a confidence below 0": (with_cell("confidence", "-0.1"), 7, "from 0 to 1"),
    "a confidence with a comma": (with_cell("confidence", "0,5"), 7, "from 0 to 1"),
    "a confidence that only Python reads": (with_cell("confidence", "1_0e-1"), 7, "from 0 to 1"),
    "no number": (with_cell("confidence", "nan"), 7, "from 0 to 1"),
    "a date with a time": (with_cell("mapping_date", "2026-11-23T00:00:00"), 7, "YYYY-MM-DD"),
    "a date as a number": (with_cell("mapping_date", "86400"), 7, "YYYY-MM-DD"),
    "a day that is none": (with_cell("mapping_date", "2026-02-30"), 7, "YYYY-MM-DD"),
    "a modifier that is not Not": (with_cell("predicate_modifier", "NOT"), 7, "empty or Not"),
    "an unknown type": (with_cell("object_type", "concept"), 7, "unknown type"),
    "an escaped separator": (with_cell("match_string", "x\\|y"), 7, "not supported"),
    "an empty part of a list": (with_cell("author_id", "a:x||a:y"), 7, "empty value"),
    "a justification of another vocabulary": (sheet((*ROW[:3], "a:guess")), 7, "semapv:"),
    "nothing found without a source": (sheet(NOTHING), 7, "needs object_source"),
    "nothing found as predicate": (sheet(("a:1", "sssom:NoTermFound", *ROW[2:])), 7, "predicate"),
    "nothing found on both sides": (sheet(("sssom:NoTermFound", *NOTHING[1:])), 7, "both sides"),
    "nothing found and Not": (
        with_cell("predicate_modifier", "Not", row=NOTHING, head=HEAD + "#object_source: b:all\n"),
        8,
        "exclude",
    ),
    "nothing found, yet one": (
        with_cell("mapping_cardinality", "1:1", row=NOTHING, head=HEAD + "#object_source: b:all\n"),
        8,
        "NoTermFound",
    ),
    "something found, yet none": (with_cell("mapping_cardinality", "1:0"), 7, "NoTermFound"),
    "an unknown cardinality": (with_cell("mapping_cardinality", "1:m"), 7, "mapping_cardinality"),
    "a cardinality the rows refute": (with_cell("mapping_cardinality", "1:n"), 7, "1:1 follows"),
    "an unknown scope": (with_cell("cardinality_scope", "colour"), 7, "colour"),
    "a tool's version without a tool": (with_cell("mapping_tool_version", "1"), 7, "mapping_tool"),
    "a row twice": (sheet(ROW, ("a:2", *ROW[1:]), ROW), 9, "line 7"),
    "a control character": (with_cell("comment", "x\x0by"), 7, "U+000B"),
    "a line end only some tools know": (with_cell("comment", "x\u2028y"), 7, "U+2028"),
    "a carriage return alone": (sheet(ROW).replace("b:1\t", "b:1\r\t"), 7, "U+000D"),
    "an error below cells of two lines": (
        sheet((*ROW, '"x\ny"'), ("a:2", *ROW[1:], ""), ("", *ROW[1:], ""), columns=(*COLUMNS, "comment")),
        10,
        "subject_id is empty",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_with_its_line(trap: str) -> None:
    text, line, words = TRAPS[trap]
    with pytest.raises(SourceError) as caught:
        read_set(text.encode(), name="set.sssom.tsv")
    assert words in caught.value.text.en
    assert caught.value.name == "set.sssom.tsv"
    assert line is None or caught.value.line == line
    assert caught.value.text.de
    assert caught.value.text.de != caught.value.text.en


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(SourceError, match="0xFC") as caught:
        read_set(with_cell("comment", "f\u00fcr").encode("latin-1"), name="set")
    assert caught.value.line == 7


def test_a_file_beyond_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(SourceError, match="64 MiB"):
        read_set(b"#" * (64 * 2**20 + 1), name="junk")


@pytest.mark.parametrize(
    "junk", [b"", b"\x00" * 100, b"PK\x03\x04", b"\xff\xfe#\x00", b"#\n", b"\n\n\n", b"#a: b"]
)
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(SourceError):
        read_set(junk, name="junk")


def test_byte_order_mark_line_ends_and_empty_lines_change_nothing() -> None:
    text = sheet(ROW, ("a:2", *ROW[1:]))
    plain = read_set(text.encode(), name="set")
    assert [str(row.subject) for row in plain.mappings] == ["https://a.example/1", "https://a.example/2"]
    assert read_set(b"\xef\xbb\xbf" + text.encode(), name="set") == plain
    assert read_set(text.replace("\n", "\r\n").encode(), name="set") == plain
    assert read_set((text + "\n\t\t\t\n").encode(), name="set") == plain


def test_values_of_the_block_hold_for_every_row() -> None:
    head = HEAD + "#object_source: b:all\n#object_source_version: '2'\n#mapping_date: 2026-01-02\n"
    rows = read_set(sheet(ROW, ("a:2", *ROW[1:]), head=head).encode(), name="set").mappings
    assert {(row.object_source, row.object_source_version) for row in rows} == {
        (URIRef("https://b.example/all"), "2")
    }
    assert {str(row.date) for row in rows} == {"2026-01-02"}


def test_slots_the_library_forgets_are_kept() -> None:
    (row,) = read_set(with_cell("author_label", "Somebody|Somebody else").encode(), name="set").mappings
    assert row.slot("author_label") == ("Somebody", "Somebody else")


def test_cardinality_leaves_unmatched_and_negated_rows_out() -> None:
    columns = (*COLUMNS, "predicate_modifier")
    head = HEAD + "#object_source: b:all\n"
    text = sheet(
        (*ROW, ""),
        (*NOTHING, ""),
        ("a:1", "skos:closeMatch", "b:2", ROW[3], "Not"),
        head=head,
        columns=columns,
    )
    found = {str(row.object): row.cardinality for row in read_set(text.encode(), name="set").mappings}
    assert found == {
        "https://b.example/1": "1:1",
        "https://b.example/2": None,
        "https://w3id.org/sssom/NoTermFound": "1:0",
    }


def test_cardinality_is_counted_within_its_scope() -> None:
    rows = (ROW, ("a:1", "skos:relatedMatch", "b:2", ROW[3]))
    plain = read_set(sheet(*rows).encode(), name="set")
    scoped = read_set(sheet(*rows, head=HEAD + "#cardinality_scope: [predicate_id]\n").encode(), name="set")
    assert {row.cardinality for row in plain.mappings} == {"1:n"}
    assert {row.cardinality for row in scoped.mappings} == {"1:1"}


def test_our_table_of_slots_is_the_librarys() -> None:
    assert set(ROW_SLOTS) == set(Record.model_fields) - {"extensions"}
    assert PROPAGATABLE == constants.PROPAGATABLE
    assert set(ENTITY_TYPES) == set(constants.ENTITY_TYPE_LITERAL_TO_REFERENCE)
    plural = {slot for slot, kind in ROW_SLOTS.items() if kind in ("references", "texts", "iris")}
    assert plural == constants.MULTIVALUED


def test_importing_the_room_does_not_import_the_library() -> None:
    code = "import sys, slm_graph.mapping; print('sssom_pydantic' in sys.modules, 'pydantic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]
