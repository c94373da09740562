"""A release as catalogues describe it: the data set, its parts, the files to download."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS
from rdflib.term import Node

from slm_graph.exports.dumps import OWL_DOWNLOAD, WHOLE
from slm_graph.exports.statistics import Statistics
from slm_graph.formats import RDF_FORMATS, Format
from slm_graph.model import Quad

_PACKED = re.compile(r"dumps/(?P<name>.+)\.(?P<suffix>[a-z]+)\.gz")

_SUFFIXES = {row.suffix: row for row in RDF_FORMATS}

_TITLES = (DCTERMS.title, SKOS.prefLabel, RDFS.label)
"""What names a part, first come first taken."""

TAKEN_OVER = (DCTERMS.license, DCTERMS.rights, DCTERMS.rightsHolder, DCTERMS.creator)
"""What a part has from every scheme it is about."""

ASKED_OF_SUBJECTS = (RDF.type, *_TITLES, *TAKEN_OVER, DCTERMS.description)
"""The predicates that matter of what a part is about."""

DESCRIBING = (RDF.type, DCTERMS.title, DCTERMS.license)
"""A graph that says this of a scheme describes it; one that has a label of it only is of labels."""

_MOST_NAMED = 3
"""Schemes named in the title of a part that is about several: ESCO has twenty, and its three largest tell what it is."""


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
    """One named graph; `about` is what its subjects (schemes, the vocabulary, a mapping set) say of themselves."""

    graph: URIRef
    name: str
    """Its dumps'."""
    triples: int
    subjects: tuple[URIRef, ...]
    """The largest first; none where nothing says what the graph is about."""
    about: tuple[Quad, ...]

    def said(self, predicate: URIRef) -> tuple[Node, ...]:
        """What the subjects have for `predicate`, each once; blank nodes, which say nothing here, left out."""
        values = (o for _, p, o, _ in self.about if p == predicate and not isinstance(o, BNode))
        return tuple(dict.fromkeys(values))

    def titles(self) -> tuple[Literal, ...]:
        """The title, in each language there is: the subject's; of several the first ones' with the name of the part.

        Never none: without a title in the data the part's name, as text in no language (ISO 639-2).
        """
        if len(self.subjects) == 1:
            found = self._named(self.subjects[0])
        else:
            first = [self._named(subject) for subject in self.subjects[:_MOST_NAMED]]
            named = [{one.language: str(one) for one in reversed(own)} for own in first if own]
            more = " …" if len(self.subjects) > _MOST_NAMED else ""
            found = tuple(
                Literal(f"{', '.join(own[language] for own in named)}{more} ({self.name})", lang=language)
                for language in (sorted(named[0], key=str) if named else ())
                if all(language in own for own in named)
            )
        return found or (Literal(self.name, lang="zxx"),)

    def _named(self, subject: URIRef) -> tuple[Literal, ...]:
        for predicate in _TITLES:
            found = tuple(
                o for s, p, o, _ in self.about if s == subject and p == predicate and isinstance(o, Literal)
            )
            if found:
                return tuple(dict.fromkeys(found))
        return ()


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


def subjects_of(
    graphs: Iterable[str], schemes: Mapping[str, Sequence[Quad]], *, base: str
) -> dict[str, tuple[URIRef, ...]]:
    """Named graph → what it is about: of the vocabulary and mapping sets the resource it has its name from, else the
    schemes it describes, in the order of `schemes` (their IRI → what is said of each, with graphs).

    A graph that describes none is about what the graph is above it in name: ESCO's versions, each a graph with those
    statements of concepts that were taken from it (`graph/esco/1.1.1`), are about the schemes of `graph/esco`.
    """
    describing: dict[str, dict[URIRef, None]] = {}
    for scheme, quads in schemes.items():
        for _, predicate, _, where in quads:
            if predicate in DESCRIBING and where is not None:
                describing.setdefault(str(where), {})[URIRef(scheme)] = None
    made: dict[str, tuple[URIRef, ...]] = {}
    for graph in graphs:
        local = graph.removeprefix(base + "graph/")
        if local != graph and (local == "ontology" or local.startswith("mappings/")):
            made[graph] = (URIRef(base + local),)
        else:
            above = graph.rpartition("/")[0]
            made[graph] = tuple(describing.get(graph) or describing.get(above) or ())
    return made
