"""A part too large for nested syntaxes is dumped by lines, which say the same as the writers of those formats."""

from __future__ import annotations

import gzip
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS

from slm_graph.engine.canonical import canonical_lines
from slm_graph.exports.dumps import write_dumps
from slm_graph.formats import N_QUADS, N_TRIPLES
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.syntax import write

PEARS, PLUMS = (URIRef(f"{DEFAULT_BASE}graph/{name}") for name in ("pears", "plums"))


def quads() -> list[Quad]:
    made: list[Quad] = []
    for number in range(9):
        pear = URIRef(f"https://example.org/pear{number}")
        made += [
            (pear, RDF.type, SKOS.Concept, PEARS),
            (pear, SKOS.prefLabel, Literal(f'Birne "{number}"', lang="de"), PEARS),
        ]
    return [*made, (URIRef("https://example.org/plum"), RDF.type, SKOS.Concept, PLUMS), (*made[0][:3], PLUMS)]


def test_large_parts_are_lines_and_small_ones_have_every_format(tmp_path: Path) -> None:
    write_dumps(canonical_lines(quads()), tmp_path, base=DEFAULT_BASE, large=10)
    names = {path.name.removesuffix(".gz") for path in tmp_path.iterdir()}
    assert {name for name in names if name.startswith("all.")} == {"all.nq", "all.nt"}
    assert {name for name in names if name.startswith("pears.")} == {"pears.nt"}
    assert {
        "plums.ttl",
        "plums.jsonld",
        "plums.rdf",
        "plums.nt",
        "plums.trig",
        "plums.nq",
        "owl.rdf",
        "owl.ttl",
    } <= names


def test_the_lines_are_those_of_the_writers(tmp_path: Path) -> None:
    write_dumps(canonical_lines(quads()), tmp_path, base=DEFAULT_BASE, large=10)
    for name, format in (("all.nq", N_QUADS), ("all.nt", N_TRIPLES)):
        assert gzip.decompress((tmp_path / f"{name}.gz").read_bytes()) == write(
            quads(), format, base=DEFAULT_BASE
        )


def test_the_owl_download_leaves_large_parts_out(tmp_path: Path) -> None:
    write_dumps(canonical_lines(quads()), tmp_path, base=DEFAULT_BASE, large=10)
    owl = gzip.decompress((tmp_path / "owl.ttl.gz").read_bytes()).decode()
    assert "https://example.org/plum>" in owl
    assert "https://example.org/pear5>" not in owl


def test_the_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_dumps(canonical_lines(quads()), tmp_path / name, base=DEFAULT_BASE, large=10)
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
