"""What the mapping commands take: mapping sets and frameworks, from files or from the current release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from slm_graph import mapping, release, settings
from slm_graph.build import shipped
from slm_graph.engine.parsing import parse
from slm_graph.errors import NotFound, SourceError, Text, UsageError
from slm_graph.formats import N_QUADS
from slm_graph.mapping import MappingSet, Vocabulary, vocabularies
from slm_graph.mapping.check import SKOS_MAPPINGS
from slm_graph.mapping.guard import MAX_BYTES
from slm_graph.mapping.terms import BUILT_IN, PREFIX_NAME
from slm_graph.model import Quad
from slm_graph.namespaces import prefixes, vocabulary
from slm_graph.sources.files import read_bytes
from slm_graph.sources.rdf import is_rdf, read_file

_SHOWN = 30
"""Names listed in a message: ESCO alone has some twenty schemes."""


class Published:
    """The current release, or what is shipped where there is none yet; read when it is first needed."""

    def __init__(self, data: Path | None, *, base: str | None = None) -> None:
        self._data = settings.data_directory(data)
        self._found = release.open_release(self._data) if release.current(self._data) is not None else None
        self.base = self._found.base if self._found is not None else settings.base_iri(base)

    @property
    def name(self) -> Text:
        """How a message calls it."""
        if self._found is None:
            return Text(
                de="mitgelieferte Daten, es gibt noch kein Release",
                en="shipped data, there is no release yet",
            )
        return Text(de=f"Release {self._found.version}", en=f"release {self._found.version}")

    @cached_property
    def _graphs(self) -> tuple[Graph, tuple[MappingSet, ...]]:
        """The frameworks, as far as mappings are concerned, and the mapping sets."""
        below = f"{self.base}graph/mappings/"
        kept = _kept(self.base)
        frameworks = Graph()
        own: dict[URIRef, Graph] = {}
        for subject, predicate, object_, name in self._quads():
            if name is not None and name.startswith(below):
                own.setdefault(name, Graph()).add((subject, predicate, object_))
            elif predicate in kept:
                frameworks.add((subject, predicate, object_))
        return frameworks, tuple(
            one for name, graph in sorted(own.items()) for one in mapping.sets_in(graph, fallback=name)
        )

    def _quads(self) -> Iterable[Quad]:
        if self._found is None:
            return [quad for quads, _ in shipped(base=self.base) for quad in quads]
        return parse(self._found.quads_file.read_bytes(), N_QUADS)

    @property
    def frameworks(self) -> Graph:
        return self._graphs[0]

    @property
    def sets(self) -> tuple[MappingSet, ...]:
        return self._graphs[1]


def _kept(base: str) -> frozenset[URIRef]:
    """The predicates that mappings are checked and suggested by."""
    slm = vocabulary(base)
    return frozenset(
        {
            *SKOS_MAPPINGS,
            *vocabularies.LABEL_FIELDS,
            *vocabularies.DEFINITION_FIELDS,
            *vocabularies.VERSION_FIELDS,
            *(SKOS.notation, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.related),
            *(SKOS.broader, SKOS.narrower, SKOS.broaderTransitive, SKOS.narrowerTransitive),
            *(RDF.type, RDFS.label, OWL.deprecated, DCTERMS.isReplacedBy, slm.level, slm.levelNumber),
        }
    )


def is_file(given: str) -> bool:
    """Whether the argument names a file: it is there, or its name has the suffix of one that we read."""
    path = Path(given)
    return path.exists() or _is_table(path) or is_rdf(path)


def _is_table(path: Path) -> bool:
    return path.suffix == ".tsv"


def read_graph(path: Path, *, base: str) -> Graph:
    """The union of an RDF file. Raises SourceError."""
    quads, _ = read_file(path, base=base)
    graph = Graph()
    for subject, predicate, object_, _name in quads:
        graph.add((subject, predicate, object_))
    return graph


def read_sets(given: str, published: Published) -> tuple[MappingSet, ...]:
    """The mapping sets of an SSSOM or RDF file, or the one of the release by its name or IRI.

    Raises SourceError, DataRefused or NotFound.
    """
    path = Path(given)
    if _is_table(path):
        found = mapping.read_set(read_bytes(path, max_bytes=MAX_BYTES), name=path.name)
        return (found.rebased(published.base),)
    if is_file(given):
        return sets_of(read_graph(path, base=published.base), path, base=published.base)
    by_name = {mapping.set_name(one, base=published.base): one for one in published.sets}
    for name, one in by_name.items():
        if given in (name, str(one.id)):
            return (with_prefixes(one, base=published.base),)
    raise NotFound(
        Text(
            de=f"Weder eine Datei noch ein Zuordnungssatz ({published.name.de}): {given}",
            en=f"neither a file nor a mapping set ({published.name.en}): {given}",
        ),
        hint=_listed(by_name),
    )


def sets_of(graph: Graph, path: Path, *, base: str) -> tuple[MappingSet, ...]:
    """The mapping sets an RDF file holds, () where it speaks of no mapping."""
    fallback = URIRef(
        f"{base}mappings/{''.join(one if one.isascii() and one.isalnum() else '-' for one in path.name)}"
    )
    return tuple(with_prefixes(one, base=base) for one in mapping.sets_in(graph, fallback=fallback))


def with_prefixes(mappings: MappingSet, *, base: str) -> MappingSet:
    """A set from RDF, which tells no prefixes, with names for its namespaces."""
    rows = mappings.mappings
    terms = {term for row in rows for term in (row.subject, row.object, row.predicate, *row.authors)}
    terms |= {term for row in rows for term in (row.subject_source, row.object_source) if term is not None}
    return replace(mappings, prefixes=tuple(sorted(prefixes_of({*terms, *mappings.creators}, base=base))))


def prefixes_of(terms: Iterable[URIRef], *, base: str) -> list[tuple[str, str]]:
    """Prefix and namespace for the terms: the usual ones, else named after the last part of the namespace."""
    usual = {namespace: prefix for prefix, namespace in prefixes(base).items()}
    named: dict[str, str] = {}
    for namespace in sorted({term[: max(term.rfind("/"), term.rfind("#")) + 1] for term in terms}):
        if not namespace or namespace in BUILT_IN.values():
            continue
        own = re.sub(r"[^A-Za-z0-9]+", "", re.split(r"[/#]", namespace.rstrip("/#"))[-1])
        prefix = usual.get(namespace, own)
        if PREFIX_NAME.fullmatch(prefix) and prefix not in named and prefix not in BUILT_IN:
            named[prefix] = namespace
    return sorted(named.items())


def read_one(given: str, published: Published) -> MappingSet:
    """The one mapping set of an argument. Raises UsageError where it has several or none."""
    sets = read_sets(given, published)
    if len(sets) != 1:
        names = ", ".join(one.id.n3() for one in sets) or "-"
        raise UsageError(
            Text(
                de=f"{given} enthält {len(sets)} Zuordnungssätze, erwartet war einer: {names}",
                en=f"{given} holds {len(sets)} mapping sets, expected one: {names}",
            )
        )
    return sets[0]


def read_vocabulary(given: str, published: Published, *, side: str, scheme: str | None) -> Vocabulary:
    """The concepts of a framework of the release, of an RDF file, or on one side of an SSSOM file.

    A framework is named by its scheme's IRI, a prefixed name, its path below `id/`, the last part of its IRI, or a prefix
    for all schemes of its namespace. `scheme` chooses one in a file. Raises NotFound, UsageError, SourceError.
    """
    path = Path(given)
    if _is_table(path):
        found = vocabularies.from_sets(read_sets(given, published), side=side)
    elif is_file(given):
        graph = read_graph(path, base=published.base)
        wanted = _schemes(scheme, graph, published.base, where=path.name) if scheme is not None else ()
        found = vocabularies.from_graph(graph, wanted=wanted, base=published.base)
    else:
        wanted = _schemes(given, published.frameworks, published.base, where=None)
        found = vocabularies.from_graph(published.frameworks, wanted=wanted, base=published.base)
    if not found.concepts:
        raise SourceError(
            Text(de="Kein einziges Konzept mit Bezeichnung.", en="not one concept with a label."),
            name=given,
            hint=Text(
                de="Erwartet werden SKOS-Konzepte, oder ein Zuordnungssatz mit Bezeichnungen.",
                en="SKOS concepts are expected, or a mapping set with labels.",
            ),
        )
    return found


def _schemes(given: str, graph: Graph, base: str, *, where: str | None) -> Sequence[URIRef]:
    known = vocabularies.schemes(graph)
    known_prefixes = prefixes(base)
    prefix, colon, local = given.partition(":")
    exact = {given, f"{base}id/{given}"}
    if colon and prefix in known_prefixes:
        exact.add(known_prefixes[prefix] + local)
    if found := [scheme for scheme in known if str(scheme) in exact]:
        return found[:1]
    if given in known_prefixes and (found := [one for one in known if one.startswith(known_prefixes[given])]):
        return found
    found = [scheme for scheme in known if scheme.endswith((f"/{given}", f"#{given}"))]
    if len(found) == 1:
        return found
    if found:
        raise UsageError(
            Text(de=f"Mehrere Schemata heißen {given}.", en=f"several schemes are called {given}."),
            hint=_listed(found),
            where=where,
        )
    raise NotFound(
        Text(de=f"Weder eine Datei noch ein Schema: {given}", en=f"neither a file nor a scheme: {given}"),
        hint=_listed(
            scheme.removeprefix(f"{base}id/") if scheme.startswith(f"{base}id/") else str(scheme)
            for scheme in known
        ),
        where=where,
    )


def _listed(names: Iterable[str]) -> Text:
    every = sorted(names)
    shown = ", ".join(every[:_SHOWN]) + (", …" if len(every) > _SHOWN else "")
    return Text(de=f"Es gibt: {shown or '-'}", en=f"There are: {shown or '-'}")
