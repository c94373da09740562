"""A release as catalogues describe it: the data set, its parts, the files to download."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS

from slm_graph.exports.dumps import OWL_DOWNLOAD, WHOLE
from slm_graph.exports.statistics import Statistics
from slm_graph.formats import RDF_FORMATS, Format
from slm_graph.model import Quad

_PACKED = re.compile(r"dumps/(?P<name>.+)\.(?P<suffix>[a-z]+)\.gz")

_SUFFIXES = {row.suffix: row for row in RDF_FORMATS}

TITLES = (DCTERMS.title, SKOS.prefLabel, RDFS.label)
"""What names a part, first come first taken."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file to download, gzip; `sha256` is that of the file."""

    name: str
    """Less its suffixes: `all`, `owl`, or a part's."""
    format: Format
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}.{self.format.suffix}.gz"


@dataclass(frozen=True, slots=True)
class Part:
    """One named graph; `about` is what its scheme (or the vocabulary) says of itself, empty where there is none."""

    graph: URIRef
    name: str
    """Its dumps'."""
    triples: int
    subject: URIRef | None
    about: tuple[Quad, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One release among all."""

    version: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """The release that is published now; `versions` are all of them, the oldest first, this one included."""

    base: str
    version: str
    date: str | None
    parts: tuple[Part, ...]
    dumps: tuple[Dump, ...]
    versions: tuple[Version, ...]
    example: URIRef | None
    """A resource worth looking at."""
    statistics: Statistics | None
    links: tuple[tuple[str, str, int], ...] = ()
    """Predicate, namespace of the objects, number: mappings to resources that are not ours."""

    @property
    def dataset(self) -> URIRef:
        """The data set, whatever release is current."""
        return URIRef(f"{self.base}catalog#dataset")

    @property
    def release(self) -> URIRef:
        return URIRef(f"{self.base}release/{self.version}")

    def part(self, part: Part) -> URIRef:
        """A part as a data set."""
        return URIRef(f"{self.base}catalog#{part.name}")

    def dumps_of(self, name: str) -> tuple[Dump, ...]:
        return tuple(dump for dump in self.dumps if dump.name == name)

    @property
    def whole(self) -> tuple[Dump, ...]:
        """The dumps of everything."""
        return self.dumps_of(WHOLE) + self.dumps_of(OWL_DOWNLOAD)


def dumps_of(files: Mapping[str, Mapping[str, Any]]) -> tuple[Dump, ...]:
    """The dumps among the files of a release's manifest, by name, then in the order of the formats."""
    found = []
    for path, said in files.items():
        match = _PACKED.fullmatch(path)
        row = _SUFFIXES.get(match["suffix"]) if match else None
        if match and row is not None:
            found.append(Dump(match["name"], row, int(said["bytes"]), str(said["sha256"])))
    return tuple(sorted(found, key=lambda dump: (dump.name, RDF_FORMATS.index(dump.format))))


def subject_of(graph: str, *, base: str) -> URIRef | None:
    """What a named graph is about, by its name: the scheme `id/NAME` of `graph/NAME`; vocabulary and mapping sets have
    IRIs of their own."""
    local = graph.removeprefix(base + "graph/")
    if local == graph:
        return None
    own = local == "ontology" or local.startswith("mappings/")
    return URIRef(base + local if own else f"{base}id/{local}")
