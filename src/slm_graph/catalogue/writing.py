"""Writing a release's resource index: the same quads give the same bytes."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from rdflib import RDF, RDFS, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, SKOS
from rdflib.term import Node

from slm_graph.catalogue.mappings import TABLES as MAPPING_TABLES
from slm_graph.catalogue.mappings import write_mappings
from slm_graph.catalogue.reading import COUNTED_BY_SCHEME, LAYOUT, Kind
from slm_graph.formats import N_QUADS
from slm_graph.model import Quad
from slm_graph.namespaces import SSSOM, vocabulary
from slm_graph.search.schemes import shown_schemes
from slm_graph.syntax import write

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resource (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, framework INTEGER NOT NULL,
    scheme TEXT, notation TEXT, sort TEXT NOT NULL, quads TEXT NOT NULL
);
CREATE INDEX resource_kind ON resource (kind, sort, iri);
CREATE TABLE label (
    iri TEXT NOT NULL, language TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (iri, language, value)
) WITHOUT ROWID;
CREATE TABLE link (
    object TEXT NOT NULL, predicate TEXT NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (object, predicate, subject)
) WITHOUT ROWID;
CREATE TABLE scheme_count (
    scheme TEXT NOT NULL, kind TEXT NOT NULL, concepts INTEGER NOT NULL, PRIMARY KEY (scheme, kind)
) WITHOUT ROWID;
"""

_LABELS = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name)
"""What names a resource, first come first taken."""

_DIGITS = re.compile(r"\d+")


def write_index(quads: Iterable[Quad], path: Path, *, base: str, version: str) -> None:
    """Write the index of `quads` (canonical: blank nodes stable) to the new file `path`."""
    by_subject: dict[Node, list[Quad]] = defaultdict(list)
    records: dict[Node, list[Node]] = defaultdict(list)
    terms_of: dict[URIRef, list[Quad]] = defaultdict(list)
    for quad in quads:
        subject, predicate, object_, graph = quad
        by_subject[subject].append(quad)
        if predicate == OWL.annotatedSource and isinstance(subject, BNode):
            records[object_].append(subject)
        if graph is not None and graph == URIRef(base + "graph/ontology"):
            terms_of[URIRef(base + "ontology")].append(quad)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # page_size and journal are fixed so that the bytes do not follow a build's defaults
        connection.executescript(
            f"PRAGMA page_size = 4096; PRAGMA journal_mode = OFF;{_TABLES}{MAPPING_TABLES}"
        )
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("base", base), ("layout", LAYOUT), ("version", version)]
        )
        framework = vocabulary(base).Framework
        subjects = sorted(subject for subject in by_subject if isinstance(subject, URIRef))
        placed = (SKOS.inScheme, SKOS.broader, SKOS.narrower)
        shown = shown_schemes(*(_objects(by_subject, subjects, predicate) for predicate in placed))
        for number, subject in enumerate(subjects, start=1):
            own = by_subject[subject]
            types = {o for _, p, o, _ in own if p == RDF.type}
            kind = _kind(types, base=base)
            said = terms_of.get(subject) or list(_closure(subject, by_subject, records))
            notation = min((str(o) for _, p, o, _ in own if p == SKOS.notation), default=None)
            connection.execute(
                "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    str(subject),
                    kind,
                    int(framework in types),
                    shown.get(str(subject)),
                    notation,
                    _sort_key(notation or str(subject)),
                    write(said, N_QUADS, base=base, relabels=False).decode(),
                ),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO label VALUES (?, ?, ?)", sorted(_names(subject, own))
            )
            connection.executemany(
                "INSERT OR IGNORE INTO link VALUES (?, ?, ?)",
                sorted((str(o), str(p), number) for _, p, o, _ in own if _is_link(p, o, base=base)),
            )
        connection.executemany(
            "INSERT OR IGNORE INTO link VALUES (?, ?, ?)", _inverse_links(subjects, by_subject)
        )
        # counted here: by way of the links of all concepts it takes 50 ms on ESCO
        connection.execute(f"INSERT INTO scheme_count {COUNTED_BY_SCHEME} ORDER BY 1, 2")
        write_mappings(connection, by_subject, shown, base=base)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()


def _objects(
    by_subject: dict[Node, list[Quad]], subjects: list[URIRef], predicate: URIRef
) -> dict[str, set[str]]:
    """Subject → what it points to by `predicate`; absent without any."""
    found: dict[str, set[str]] = {}
    for subject in subjects:
        objects = {str(o) for _, p, o, _ in by_subject[subject] if p == predicate}
        if objects:
            found[str(subject)] = objects
    return found


@lru_cache(maxsize=8)  # a build has one base, a run of the tests a few
def _kinds_by_type(base: str) -> tuple[tuple[URIRef, Kind], ...]:
    """Class and kind, the more telling ones first."""
    slm = vocabulary(base)
    return (
        (slm.Framework, "scheme"),
        (SKOS.ConceptScheme, "scheme"),
        (slm.SkillLevel, "skill-level"),
        (slm.Skill, "skill"),
        (slm.LevelOfResponsibility, "level"),
        (SKOS.Concept, "concept"),
        (SKOS.OrderedCollection, "collection"),
        (SKOS.Collection, "collection"),
        (slm.SourcePage, "source"),
        (OWL.Ontology, "vocabulary"),
        (OWL.Class, "term"),
        (OWL.ObjectProperty, "term"),
        (OWL.DatatypeProperty, "term"),
        (OWL.AnnotationProperty, "term"),
    )


def _kind(types: set[Node], *, base: str) -> Kind:
    return next((kind for class_, kind in _kinds_by_type(base) if class_ in types), "other")


def _closure(
    subject: URIRef, by_subject: dict[Node, list[Quad]], records: dict[Node, list[Node]]
) -> Iterator[Quad]:
    """What is said of `subject`: its quads, its blank nodes' and those of the mapping records about it."""
    waiting: list[Node] = [subject, *records.get(subject, ())]
    seen: set[Node] = set(waiting)
    while waiting:
        for quad in by_subject.get(waiting.pop(), ()):
            if quad[1] == SSSOM.mappings:
                continue  # a set's rows are looked up by their ends; all of them on its own page would be too many
            yield quad
            if isinstance(quad[2], BNode) and quad[2] not in seen:
                seen.add(quad[2])
                waiting.append(quad[2])


def _names(subject: URIRef, own: list[Quad]) -> Iterator[tuple[str, str, str]]:
    for predicate in _LABELS:
        found = [o for _, p, o, _ in own if p == predicate and isinstance(o, Literal)]
        if found:
            yield from ((str(subject), str(o.language or ""), str(o)) for o in found)
            return


def _is_link(predicate: URIRef, object_: Node, *, base: str) -> bool:
    return isinstance(object_, URIRef) and str(predicate).startswith(
        (str(SKOS), base + "ontology#", str(DCTERMS.source))
    )


_INVERSE_LINKS = {SKOS.narrower: SKOS.broader, SKOS.hasTopConcept: SKOS.topConceptOf}
"""Said of the one above, and looked up from there: the hierarchy is the same whichever way round a source says it."""


def _inverse_links(
    subjects: list[URIRef], by_subject: dict[Node, list[Quad]]
) -> Iterator[tuple[str, str, int]]:
    numbers = {subject: number for number, subject in enumerate(subjects, start=1)}
    for subject in subjects:
        for _, predicate, object_, _ in by_subject[subject]:
            if predicate in _INVERSE_LINKS and isinstance(object_, URIRef) and object_ in numbers:
                yield str(subject), str(_INVERSE_LINKS[predicate]), numbers[object_]


def _sort_key(text: str) -> str:
    """Numbers inside sort by value: SLMO_2 before SLMO_10."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(8), text)
