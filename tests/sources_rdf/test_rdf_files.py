"""RDF files as sources: by suffix, in a limited child process, blank nodes kept apart."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from rdflib import BNode

from slm_graph import formats, syntax
from slm_graph.errors import SourceError
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources.rdf import FORMATS_BY_SUFFIX, is_rdf, read_file

TURTLE = b'<http://example.org/a> <http://example.org/p> [ <http://example.org/q> "01"^^<http://www.w3.org/2001/XMLSchema#integer> ] .\n'
QUADS = syntax.read(TURTLE, formats.TURTLE, name="a.ttl")


@pytest.mark.parametrize("suffix", [*FORMATS_BY_SUFFIX, ".TTL", ".nq.gz"])
def test_the_suffix_says_the_syntax(suffix: str, tmp_path: Path) -> None:
    format = FORMATS_BY_SUFFIX[suffix.lower().removesuffix(".gz")]
    document = syntax.write(QUADS, format, base=DEFAULT_BASE)
    data = gzip.compress(document) if suffix.endswith(".gz") else document
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    quads, source = read_file(path)
    assert syntax.write(quads, formats.N_QUADS, base=DEFAULT_BASE) == syntax.write(
        QUADS, formats.N_QUADS, base=DEFAULT_BASE
    )
    assert (source.name, source.media_type) == (path.name, format.media_type)
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert is_rdf(path)


def test_blank_nodes_of_two_files_are_never_the_same(tmp_path: Path) -> None:
    labels = []
    for number in (1, 2, 1):
        path = tmp_path / "x.nt"
        path.write_text(f'_:b <http://example.org/p> "{number}" .')
        ((subject, _, _, _),) = read_file(path)[0]
        assert isinstance(subject, BNode)
        labels.append(str(subject))
    assert labels[0] != labels[1]
    assert labels[0] == labels[2]


def test_a_refusal_comes_back_with_file_line_and_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<http://a> <http://b> 1 .\n<http://a> <http://b> .")
    with pytest.raises(SourceError) as refusal:
        read_file(path)
    assert (refusal.value.name, refusal.value.line) == ("broken.ttl", 2)
    assert "kein Objekt" in refusal.value.message("de")
    assert "not valid Turtle" in refusal.value.message("en")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", b"x", ".ttl, .jsonld"),
        ("a", b"x", ".ttl, .jsonld"),
        ("a.gz", b"x", ".ttl, .jsonld"),
        ("a.ttl.gz", b"no gzip", "gzip"),
        ("a.ttl.gz", gzip.compress(TURTLE)[:-9], "gzip"),
        ("a.ttl", b"", "leer"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as refusal:
        read_file(path)
    assert words in refusal.value.message("de")


def test_a_missing_file_a_folder_and_a_pipe_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    os.mkfifo(tmp_path / "pipe.ttl")
    for name, words in (
        ("missing.ttl", "gibt es nicht"),
        ("folder.ttl", "Ordner"),
        ("pipe.ttl", "gewöhnliche"),
    ):
        with pytest.raises(SourceError) as refusal:
            read_file(tmp_path / name)
        assert words in refusal.value.message("de")


def test_a_gzip_bomb_stops_at_the_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.nt.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000))
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        read_file(path, max_bytes=1024 * 1024)


def test_members_of_a_gzip_file_follow_one_another(tmp_path: Path) -> None:
    path = tmp_path / "two.nt.gz"
    line = '<http://example.org/a> <http://example.org/p> "{}" .\n'
    path.write_bytes(b"".join(gzip.compress(line.format(number).encode()) for number in (1, 2)))
    assert len(read_file(path)[0]) == 2


def test_a_crash_of_the_parser_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "deep.ttl"
    depth = 60_000
    path.write_bytes(
        b"<http://a> <http://p> " + b"<<( <http://a> <http://p> " * depth + b"1" + b" )>>" * depth + b" ."
    )
    with pytest.raises(SourceError) as refusal:
        read_file(path)
    assert refusal.value.name == "deep.ttl"
