"""Writing a release's label index: the same quads give the same bytes."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary
from slm_graph.search.folding import SHORT, deletions, exact, fold
from slm_graph.search.reading import FIELDS, LAYOUT, Field
from slm_graph.search.schemes import shown_schemes

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE concept (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, scheme TEXT, level INTEGER);
CREATE TABLE scheme (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE member (scheme INTEGER NOT NULL, concept INTEGER NOT NULL, PRIMARY KEY (scheme, concept)) WITHOUT ROWID;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, concept INTEGER NOT NULL, field INTEGER NOT NULL, language TEXT NOT NULL, value TEXT NOT NULL,
    exact TEXT NOT NULL, folded TEXT NOT NULL
);
CREATE INDEX entry_exact ON entry (exact) WHERE field < 3;
CREATE INDEX entry_folded ON entry (folded) WHERE field < 3;
CREATE TABLE triple (triple TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE deletion (spelling TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (spelling, entry)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (text, content='', prefix='1 2 3', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE folds USING fts5 (text, content='', prefix='1 2 3', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE inside USING fts5 (text, content='', tokenize='trigram');
CREATE VIRTUAL TABLE texts USING fts5 (text, content='', prefix='2 3', tokenize="unicode61 remove_diacritics 0");
"""

_FIELD_OF: dict[URIRef, Field] = {
    SKOS.notation: "notation",
    SKOS.prefLabel: "label",
    SKOS.altLabel: "alternative",
    SKOS.hiddenLabel: "alternative",
    SKOS.definition: "text",
    SKOS.scopeNote: "text",
}


def write_search(quads: Iterable[Quad], path: Path, *, base: str) -> None:
    """Write the label index of `quads` to the new file `path`: every concept with its labels, notations and texts."""
    slm = vocabulary(base)
    types: dict[str, set[str]] = defaultdict(set)
    schemes: dict[str, set[str]] = defaultdict(set)
    broader: dict[str, set[str]] = defaultdict(set)
    narrower: dict[str, set[str]] = defaultdict(set)
    levels: dict[str, int] = {}
    said: set[tuple[int, int, str, str, str]] = set()
    for subject, predicate, object_, _ in quads:
        if not isinstance(subject, URIRef):
            continue
        if predicate == RDF.type:
            types[str(subject)].add(str(object_))
        elif predicate == SKOS.inScheme:
            schemes[str(subject)].add(str(object_))
        elif predicate == SKOS.broader:
            broader[str(subject)].add(str(object_))
        elif predicate == SKOS.narrower:
            narrower[str(subject)].add(str(object_))
        elif predicate == slm.levelNumber and str(object_).isdigit():
            levels[str(subject)] = int(str(object_))
        elif predicate in _FIELD_OF and isinstance(object_, Literal):
            field = FIELDS.index(_FIELD_OF[predicate])
            # the order in which rows are numbered is the order in which hits of one rank are wanted: a search that
            # stops at its bound then keeps the best
            said.add((field, len(object_), str(object_), str(object_.language or ""), str(subject)))
    kinds = {iri: kind for iri, own in types.items() if (kind := _kind(own, base=base))}
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(f"PRAGMA page_size = 4096; PRAGMA journal_mode = OFF;{_TABLES}")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO meta VALUES ('layout', ?)", (LAYOUT,))
        # among equals the number decides: concepts of our own come before others' with the same notation or label
        ordered = sorted(kinds, key=lambda iri: (not iri.startswith(base), iri))
        numbers = {iri: number for number, iri in enumerate(ordered, start=1)}
        shown = shown_schemes(schemes, broader, narrower)
        connection.executemany(
            "INSERT INTO concept VALUES (?, ?, ?, ?, ?)",
            ((number, iri, kinds[iri], shown.get(iri), levels.get(iri)) for iri, number in numbers.items()),
        )
        named = {iri: number for number, iri in enumerate(sorted(set().union(*schemes.values())), start=1)}
        connection.executemany(
            "INSERT INTO scheme VALUES (?, ?)", ((number, iri) for iri, number in named.items())
        )
        connection.executemany(
            "INSERT INTO member VALUES (?, ?)",
            sorted(
                (named[scheme], numbers[iri]) for iri in schemes if iri in numbers for scheme in schemes[iri]
            ),
        )
        number = 0
        common: Counter[str] = Counter()
        misspelt: list[tuple[str, int]] = []
        for field, _, value, language, iri in sorted(said):
            if iri not in numbers:
                continue
            number += 1
            spelled, folded = exact(value), fold(value)
            short = FIELDS[field] != "text"
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    numbers[iri],
                    field,
                    language,
                    value,
                    spelled if short else "",
                    folded if short else "",
                ),
            )
            if short:
                connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, spelled))
                connection.execute("INSERT INTO folds (rowid, text) VALUES (?, ?)", (number, folded))
                connection.execute("INSERT INTO inside (rowid, text) VALUES (?, ?)", (number, folded))
                common.update({folded[place : place + 3] for place in range(len(folded) - 2)})
                if len(folded) <= SHORT and FIELDS[field] != "notation":
                    misspelt.extend((spelling, number) for spelling in (folded, *deletions(folded)))
            else:
                connection.execute("INSERT INTO texts (rowid, text) VALUES (?, ?)", (number, folded))
        connection.executemany("INSERT INTO triple VALUES (?, ?)", sorted(common.items()))
        connection.executemany("INSERT INTO deletion VALUES (?, ?)", sorted(misspelt))
        for table in ("words", "folds", "inside", "texts"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()


def _kind(types: set[str], *, base: str) -> str | None:
    slm = vocabulary(base)
    order = (
        (slm.SkillLevel, "skill-level"),
        (slm.Skill, "skill"),
        (slm.LevelOfResponsibility, "level"),
        (SKOS.Concept, "concept"),
        (SKOS.ConceptScheme, "scheme"),
        (slm.Framework, "scheme"),
        (SKOS.Collection, "collection"),
        (SKOS.OrderedCollection, "collection"),
    )
    return next((kind for class_, kind in order if str(class_) in types), None)
