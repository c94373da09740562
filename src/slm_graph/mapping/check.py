"""Checks of mapping sets against each other and against the frameworks they speak of.

| rule | severity | what is wrong |
|---|---|---|
| MAP-001 | Violation | an end among our own concepts does not exist |
| MAP-017 | Warning | an end is missing in another's scheme whose concepts are here |
| MAP-002 | Violation | one row claims what another denies |
| MAP-003 | Violation | a row finds a match where another says that none was found |
| MAP-004 | Violation | SKOS S46: exactMatch (over its chains) beside broadMatch, narrowMatch or relatedMatch |
| MAP-005 | Violation | SKOS S27: related or relatedMatch between a concept and one above it |
| MAP-006 | Violation | an exactMatch chain makes two concepts of one scheme the same |
| MAP-007 | Info | an end outside says nothing of its type here |
| MAP-008 | Warning | an end is deprecated |
| MAP-009 | Warning | a row was made for another version of the framework than the graph holds |
| MAP-010 | Violation | a predicate that would change a framework itself |
| MAP-011 | Violation | an end is a scheme or a collection, not a concept (SKOS S9, S37) |
| MAP-012 | Warning | a concept is mapped to itself |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal as OneOf

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from slm_graph.errors import Text
from slm_graph.mapping.closure import Link, Network
from slm_graph.mapping.sets import NO_TERM_FOUND, Mapping, MappingSet
from slm_graph.namespaces import DEFAULT_BASE, PAV

Severity = OneOf["Violation", "Warning", "Info"]
"""Named as SHACL names them."""

SYMMETRIC = frozenset({SKOS.exactMatch, SKOS.closeMatch, SKOS.relatedMatch})
SKOS_MAPPINGS = SYMMETRIC | {SKOS.broadMatch, SKOS.narrowMatch, SKOS.mappingRelation}
_VERSIONS = (OWL.versionInfo, PAV.version, DCTERMS.hasVersion)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found; `chain` holds the statements it follows from, in order."""

    rule: str
    severity: Severity
    subject: URIRef
    predicate: URIRef
    object: URIRef
    set_id: URIRef | None
    """The set of the row it is about; None if the graph alone says it."""
    text: Text
    chain: tuple[Link, ...] = ()


Row = tuple[MappingSet, Mapping]


def check(sets: Sequence[MappingSet], graph: Graph, *, base: str = DEFAULT_BASE) -> tuple[Finding, ...]:
    """Every finding, in a fixed order; `sets` are rebased to `base` first, `graph` holds the frameworks' concepts."""
    moved = sorted((mappings.rebased(base) for mappings in sets), key=lambda mappings: mappings.id)
    rows = [(mappings, row) for mappings in moved for row in mappings.mappings]
    network = Network(moved, graph)
    found = {
        *_ends(rows, graph, base=base),
        *_versions(rows, graph),
        *_predicates(rows),
        *_denials(rows),
        *_no_terms(rows, graph),
        *_s46(network),
        *_s27(network),
        *_collapses(rows, network),
    }
    return tuple(
        sorted(
            found,
            key=lambda one: (one.rule, one.subject, one.predicate, one.object, one.set_id or "", one.text.en),
        )
    )


def _finding(
    rule: str, severity: Severity, row: Row, de: str, en: str, chain: Iterable[Link] = ()
) -> Finding:
    mappings, mapping = row
    return Finding(
        rule,
        severity,
        mapping.subject,
        mapping.predicate,
        mapping.object,
        mappings.id,
        Text(de=de, en=en),
        tuple(chain),
    )


def _sides(row: Mapping) -> Iterator[tuple[URIRef, URIRef | None, str | None]]:
    """End, source and source version of each side that names a concept."""
    for end, source, version in (
        (row.subject, row.subject_source, row.subject_source_version),
        (row.object, row.object_source, row.object_source_version),
    ):
        if end != NO_TERM_FOUND:
            yield end, source, version


def _ends(rows: Iterable[Row], graph: Graph, *, base: str) -> Iterator[Finding]:
    outside: set[URIRef] = set()
    for row in rows:
        for end, source, _ in _sides(row[1]):
            name = end.n3()
            if not _described(end, graph):
                if source is not None and not end.startswith(f"{base}id/") and _has_concepts(source, graph):
                    yield _finding(
                        "MAP-017",
                        "Warning",
                        row,
                        f"{name} fehlt, obwohl Konzepte seines Rahmenwerks hier sind",
                        f"{name} is missing, although concepts of its framework are here",
                    )
                elif end.startswith(f"{base}id/"):
                    yield _finding(
                        "MAP-001",
                        "Violation",
                        row,
                        f"{name} gibt es nicht; gemeint ist wohl ein anderes Konzept",
                        f"{name} does not exist; probably another concept is meant",
                    )
                elif end not in outside:
                    outside.add(end)  # Once for each end: a set of candidates has thousands of rows.
                    yield _untyped(row, name)
                continue
            types = set(graph.objects(end, RDF.type))
            if not types and end not in outside:
                outside.add(end)
                yield _untyped(row, name)
            if types & {SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection} and _is_mapping(row[1]):
                yield _finding(
                    "MAP-011",
                    "Violation",
                    row,
                    f"{name} ist kein Konzept, sondern ein Schema oder eine Sammlung",
                    f"{name} is no concept but a scheme or a collection",
                )
            if (end, OWL.deprecated, Literal(True)) in graph or (end, DCTERMS.isReplacedBy, None) in graph:
                instead = ", ".join(sorted(other.n3() for other in graph.objects(end, DCTERMS.isReplacedBy)))
                yield _finding(
                    "MAP-008",
                    "Warning",
                    row,
                    f"{name} ist veraltet" + (f"; statt dessen {instead}" if instead else ""),
                    f"{name} is deprecated" + (f"; use {instead}" if instead else ""),
                )
        if row[1].subject == row[1].object:
            yield _finding(
                "MAP-012",
                "Warning",
                row,
                f"{row[1].subject.n3()} ist sich selbst zugeordnet",
                f"{row[1].subject.n3()} is mapped to itself",
            )


def _untyped(row: Row, name: str) -> Finding:
    return _finding(
        "MAP-007",
        "Info",
        row,
        f"Von {name} ist hier keine Art bekannt: nicht geprüft",
        f"no type of {name} is known here: not checked",
    )


def _described(end: URIRef, graph: Graph) -> bool:
    """More than a mapping's own triple tells of it."""
    return any((end, part, None) in graph for part in (RDF.type, SKOS.inScheme, SKOS.prefLabel))


def _is_mapping(row: Mapping) -> bool:
    return row.predicate in SKOS_MAPPINGS


def _has_concepts(scheme: URIRef, graph: Graph) -> bool:
    return (None, SKOS.inScheme, scheme) in graph


def _versions(rows: Iterable[Row], graph: Graph) -> Iterator[Finding]:
    known: dict[URIRef, set[str]] = {}
    for row in rows:
        for source, version in (
            (row[1].subject_source, row[1].subject_source_version),
            (row[1].object_source, row[1].object_source_version),
        ):
            if source is None or version is None:
                continue
            if source not in known:
                known[source] = {str(value) for part in _VERSIONS for value in graph.objects(source, part)}
            if known[source] and version not in known[source]:
                held = ", ".join(sorted(known[source]))
                yield _finding(
                    "MAP-009",
                    "Warning",
                    row,
                    f"Die Zeile gilt für Version {version} von {source.n3()}, hier ist {held}: neu prüfen",
                    f"the row holds for version {version} of {source.n3()}, here is {held}: check it again",
                )


def _predicates(rows: Iterable[Row]) -> Iterator[Finding]:
    allowed = {str(one) for one in (*SKOS_MAPPINGS, RDFS.seeAlso, RDFS.subClassOf, RDFS.subPropertyOf)}
    own = tuple(str(namespace) for namespace in (SKOS, RDF, RDFS))
    for row in rows:
        predicate = str(row[1].predicate)
        if predicate not in allowed and predicate.startswith(own):
            yield _finding(
                "MAP-010",
                "Violation",
                row,
                f"<{predicate}> ist keine Zuordnung, es änderte das Rahmenwerk selbst",
                f"<{predicate}> is no mapping, it would change the framework itself",
            )


def claim(subject: URIRef, predicate: URIRef, object_: URIRef) -> tuple[URIRef, URIRef, URIRef]:
    """What is claimed, whichever way round it is written."""
    if predicate == SKOS.narrowMatch:
        return object_, SKOS.broadMatch, subject
    if predicate in SYMMETRIC and object_ < subject:
        return object_, predicate, subject
    return subject, predicate, object_


def _claim(row: Mapping) -> tuple[URIRef, URIRef, URIRef]:
    return claim(row.subject, row.predicate, row.object)


def _denials(rows: Sequence[Row]) -> Iterator[Finding]:
    claimed: defaultdict[tuple[URIRef, URIRef, URIRef], list[Row]] = defaultdict(list)
    for row in rows:
        if row[1].positive:
            claimed[_claim(row[1])].append(row)
    for row in rows:
        if not row[1].negated:
            continue
        for mappings, other in claimed.get(_claim(row[1]), ()):
            link = Link(other.subject, other.predicate, other.object, mappings.id)
            yield _finding(
                "MAP-002",
                "Violation",
                row,
                f"Die Zeile bestreitet, was eine andere behauptet: {link.n3()}",
                f"the row denies what another claims: {link.n3()}",
                [link],
            )


def _no_terms(rows: Sequence[Row], graph: Graph) -> Iterator[Finding]:
    """Rows that found a match for the same concept, predicate and vocabulary as a NoTermFound row."""
    by_end: defaultdict[tuple[str, URIRef, URIRef], list[Row]] = defaultdict(list)
    for row in rows:
        if row[1].positive:
            by_end["object", row[1].subject, row[1].predicate].append(row)
            by_end["subject", row[1].object, row[1].predicate].append(row)
            if row[1].predicate in SYMMETRIC:
                by_end["object", row[1].object, row[1].predicate].append(row)
                by_end["subject", row[1].subject, row[1].predicate].append(row)
    for row in rows:
        mapping = row[1]
        if not mapping.no_term_found:
            continue
        side = "object" if mapping.object == NO_TERM_FOUND else "subject"
        concept, source = (
            (mapping.subject, mapping.object_source)
            if side == "object"
            else (mapping.object, mapping.subject_source)
        )
        for mappings, other in by_end.get((side, concept, mapping.predicate), ()):
            end, its_source = (
                (other.object, other.object_source)
                if other.subject == concept
                else (other.subject, other.subject_source)
            )
            if its_source == source or (end, SKOS.inScheme, source) in graph:
                link = Link(other.subject, other.predicate, other.object, mappings.id)
                yield _finding(
                    "MAP-003",
                    "Violation",
                    row,
                    f"Nichts gefunden, aber eine andere Zeile hat etwas: {link.n3()}",
                    f"nothing found, but another row has something: {link.n3()}",
                    [link],
                )


def _from_link(rule: str, link: Link, chain: tuple[Link, ...], de: str, en: str) -> Finding:
    because = " · ".join(part.n3() for part in chain)
    return Finding(
        rule,
        "Violation",
        link.subject,
        link.predicate,
        link.object,
        link.source,
        Text(de=f"{de}: {because}", en=f"{en}: {because}"),
        chain,
    )


def _s46(network: Network) -> Iterator[Finding]:
    for predicate in (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch):
        for link in network.statements(predicate):
            chain = network.exact_path(link.subject, link.object)
            if chain is not None and _told(link, *chain):
                yield _from_link(
                    "MAP-004",
                    link,
                    (link, *chain),
                    "Zugleich genau gleich und nicht (SKOS S46)",
                    "at once exactly the same and not (SKOS S46)",
                )


def _s27(network: Network) -> Iterator[Finding]:
    # A graph's own related pairs come into it only where a set adds to the hierarchy: ESCO alone has thousands.
    adds = any(link.predicate in (SKOS.broadMatch, SKOS.narrowMatch) for link in network.links)
    for predicate in (SKOS.relatedMatch, SKOS.related) if adds else (SKOS.relatedMatch,):
        for link in network.statements(predicate):
            for low, high in ((link.subject, link.object), (link.object, link.subject)):
                chain = network.broader_path(low, high)
                if chain is not None and _told(link, *chain):
                    yield _from_link(
                        "MAP-005",
                        link,
                        (link, *chain),
                        "Zugleich verwandt und über- oder untergeordnet (SKOS S27)",
                        "at once related and broader or narrower (SKOS S27)",
                    )
                    break


def _told(*links: Link) -> bool:
    """A mapping set has part in it: what a framework's own graph says is checked where the framework is."""
    return any(link.source is not None for link in links)


def _collapses(rows: Sequence[Row], network: Network) -> Iterator[Finding]:
    stated: defaultdict[URIRef, set[URIRef]] = defaultdict(set)
    for _, row in rows:
        for end, source, _version in _sides(row):
            if source is not None:
                stated[end].add(source)
    done: set[URIRef] = set()
    for start in sorted({link.subject for link in network.links if link.predicate == SKOS.exactMatch}):
        if start in done:
            continue
        component = network.exact_component(start)
        done |= component
        members: defaultdict[URIRef, list[URIRef]] = defaultdict(list)
        for concept in sorted(component):
            schemes = {
                one for one in network.graph.objects(concept, SKOS.inScheme) if isinstance(one, URIRef)
            }
            for scheme in schemes or stated[concept]:
                members[scheme].append(concept)
        reported: set[tuple[URIRef, URIRef]] = set()
        for scheme, concepts in sorted(members.items()):
            # Neighbours in order are enough: n concepts made one need n - 1 statements, not n².
            for first, second in pairwise(concepts):
                chain = network.exact_path(first, second)
                if chain is None or (first, second) in reported:
                    continue
                reported.add((first, second))
                link = next((part for part in chain if part.source is not None), chain[0])
                yield _from_link(
                    "MAP-006",
                    link,
                    chain,
                    f"Zwei Konzepte von {scheme.n3()} fallen zusammen, {first.n3()} und {second.n3()}",
                    f"two concepts of {scheme.n3()} become one, {first.n3()} and {second.n3()}",
                )
