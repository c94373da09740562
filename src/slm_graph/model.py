"""The field's words as types: what travels between sources, triples, named graphs and releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import Graph, URIRef
from rdflib.term import Node

Triple = tuple[Node, URIRef, Node]
Quad = tuple[Node, URIRef, Node, URIRef | None]
"""Subject, predicate, object and the name of the graph (None: the default graph)."""

LEVEL_NUMBERS = range(1, 8)
"""The levels of responsibility of the Skills Framework for the Information Age: 1 to 7."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where a data set came from: the file's name without its folder, and what it held."""

    name: str
    sha256: str
    """Of the bytes as read, lower-case hexadecimal."""
    media_type: str
    edition: str | None = None
    date: str | None = None
    """ISO 8601 date of the source, if it is known."""


@dataclass(frozen=True, slots=True)
class LevelSection:
    """One level's section of a skill page; `line` is that of its heading, counted from 1."""

    number: int
    heading: str
    text: str
    """Verbatim in NFC; paragraphs are separated by one empty line."""
    line: int


@dataclass(frozen=True, slots=True)
class SkillPage:
    """One skill page as it stands, nothing interpreted but its numbers."""

    source: SourceFile
    language: str
    """BCP 47 tag of the page's language, lower case."""
    banner: str | None
    heading: str
    name: str
    code: str
    definition: str
    levels_heading: str
    levels_line: str
    defined_levels: tuple[int, ...]
    """As the page's line names them, ascending."""
    sections: tuple[LevelSection, ...]
    """Ascending by number; levels that are not observed included when the page has a section for them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reader noticed in a source that is readable and yet not as it should be."""

    kind: str
    """Stable, such as `two-preferred-labels`; `sources.findings` has its words."""
    source: str
    """The file's name, an archive's followed by `/` and that of its member."""
    row: int | None
    """From 1, which is the header; a row of several lines counts once, as a spreadsheet shows it."""
    column: str | None
    subject: str | None
    """The IRI it is about."""
    value: str | None
    repaired: bool
    """False: the data are as the source says, and the gate judges them."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Named graphs; the default graph of what is published is their union."""

    graphs: Mapping[URIRef, Graph]
    sources: tuple[SourceFile, ...] = field(default=())
    findings: tuple[Finding, ...] = field(default=())
    """What the readers of the sources noticed, in the order of the sources."""

    def union(self) -> Graph:
        """A new graph with every triple of every named graph."""
        merged = Graph()
        for graph in self.graphs.values():
            for triple in graph:
                merged.add(triple)
        return merged

    def fingerprint(self) -> int:
        """That of `union`, without making it."""
        return fingerprint({triple for graph in self.graphs.values() for triple in graph})

    def quads(self) -> Iterator[Quad]:
        """Every statement with its graph's name; no order."""
        for name, graph in self.graphs.items():
            for subject, predicate, object_ in graph:
                yield subject, URIRef(str(predicate)), object_, name

    def __len__(self) -> int:
        return sum(len(graph) for graph in self.graphs.values())


def fingerprint(triples: Iterable[tuple[Node, ...]]) -> int:
    """A number that two sets of triples share within this process only if they are the same, blank nodes by label.

    Order does not matter. It holds for as long as the process: string hashes are salted.
    """
    return sum(hash(triple) for triple in triples) & 0xFFFF_FFFF_FFFF_FFFF


def without_graphs(quads: Iterable[Quad]) -> list[Quad]:
    """The statements without the names of their graphs, each once, in their order: what a format that keeps no graphs
    says."""
    return list(dict.fromkeys((s, p, o, None) for s, p, o, _ in quads))
