"""Long lists of a release's resource index in a reader's order, a slice at a time: a few statements of SQL each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.reading import KINDS, Catalogue, Description
from slm_graph.engine.lines import read_lines
from slm_graph.errors import Language
from slm_graph.search.folding import fold

KEPT_ORDERS = 64
"""Lists kept in order, a number a member: 5 MB when all of them are as long as ESCO."""

KEPT_ALPHABETS = 64
"""Of all twenty schemes of ESCO in both languages: 100,000 numbers, 4 MB."""

MOST_LETTERS = 60
"""Letters of an index before what is not Latin is put together: a Chinese vocabulary begins with thousands."""

OTHERS = "#"
DIGITS = "0–9"


def holds(catalogue: Catalogue, prefix: str) -> bool:
    """Whether the release describes anything whose IRI begins with `prefix`."""
    rows = catalogue.rows(
        "SELECT 1 FROM resource WHERE iri >= ? AND iri < ? LIMIT 1", (prefix, prefix + "\U0010ffff")
    )
    return bool(rows)


def level_numbers(catalogue: Catalogue) -> tuple[str, ...]:
    """The numbers that levels of any scale have, ascending."""
    rows = catalogue.rows("SELECT DISTINCT notation FROM resource WHERE kind = 'level'")
    return tuple(sorted((str(row[0]) for row in rows if row[0] and str(row[0]).isdigit()), key=int))


def descriptions(catalogue: Catalogue, iris: Iterable[str]) -> dict[str, Description]:
    """IRI → its description; IRIs the release says nothing of are absent."""
    found: dict[str, Description] = {}
    sql = "SELECT iri, kind, quads FROM resource WHERE iri IN (…)"
    for iri, kind, lines in catalogue.rows_in(sql, map(str, iris)):
        quads = read_lines(lines)
        found[iri] = Description(URIRef(iri), KINDS[KINDS.index(kind)], quads)
    return found


def counts(catalogue: Catalogue, predicate: str, objects: Iterable[str]) -> dict[str, int]:
    """IRI → how many resources point to it by `predicate`; those that none does are absent."""
    sql = "SELECT object, COUNT(*) FROM link WHERE predicate = ? AND object IN (…) GROUP BY object"
    rows = catalogue.rows_in(sql, map(str, objects), before=(predicate,))
    return {str(iri): int(number) for iri, number in rows}


def pointing(catalogue: Catalogue, predicate: str, objects: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """IRI → those that point to it by `predicate`, by notation, then IRI; IRIs that none does are absent."""
    found: dict[str, list[str]] = {}
    sql = (
        "SELECT l.object, r.iri FROM link l JOIN resource r ON r.id = l.subject WHERE l.predicate = ? "
        "AND l.object IN (…) ORDER BY l.object, r.sort, r.iri"
    )
    for iri, subject in catalogue.rows_in(sql, map(str, objects), before=(predicate,)):
        found.setdefault(iri, []).append(subject)
    return {iri: tuple(several) for iri, several in found.items()}


def subjects(
    catalogue: Catalogue, predicate: str, object_: str, language: Language, *, limit: int, offset: int = 0
) -> tuple[tuple[str, ...], int]:
    """A slice of the IRIs that point to `object_` by `predicate`, and how many there are.

    Those with a notation first, in its order, then the others by their names in `language`, as a dictionary has them.
    """
    ordered = _ordered(catalogue, predicate, object_, language)
    return _iris(catalogue, ordered[offset : offset + limit]), len(ordered)


@kept(at_most=KEPT_ORDERS)  # a release never changes
def _ordered(catalogue: Catalogue, predicate: str, object_: str, language: Language) -> tuple[int, ...]:
    rows = catalogue.rows(
        "SELECT r.id, r.notation, r.sort, b.value, r.iri FROM link l JOIN resource r ON r.id = l.subject "
        "LEFT JOIN label b ON b.iri = r.iri AND b.language = ? WHERE l.object = ? AND l.predicate = ?",
        (language, object_, predicate),
    )
    coded = sorted((row[2], row[4], row[0]) for row in rows if row[1] is not None)
    others = [(row[0], row[3], row[4]) for row in rows if row[1] is None]
    ordered = [number for _, _, number in coded]
    ordered += [number for _, _, number in _named(catalogue, others, language)]
    return tuple(dict.fromkeys(ordered))


def _named(
    catalogue: Catalogue, rows: Sequence[tuple[int, str | None, str]], language: Language
) -> list[tuple[str, str, int]]:
    """Folded name, name and number of each, in order; in another language where there is none in this one."""
    bare = catalogue.labels([iri for _, value, iri in rows if value is None], language)
    best: dict[int, tuple[str, str, int]] = {}
    for number, value, iri in rows:
        name = value if value is not None else bare[iri].value if iri in bare else iri
        found = (fold(name), name, number)
        best[number] = min(found, best.get(number, found))
    return sorted(best.values())


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The concepts of a scheme by the first letter of their names; numbers are the index's own."""

    letters: dict[str, tuple[int, ...]]

    @property
    def total(self) -> int:
        return sum(map(len, self.letters.values()))


@kept(at_most=KEPT_ALPHABETS)  # a release never changes
def alphabet(catalogue: Catalogue, scheme: str, language: Language) -> Alphabet:
    """The concepts in `scheme` by letter: A to Z, other letters, digits, then the rest."""
    rows = catalogue.rows(
        "SELECT r.id, b.value, r.iri FROM link l JOIN resource r ON r.id = l.subject "
        "LEFT JOIN label b ON b.iri = r.iri AND b.language = ? WHERE l.object = ? AND l.predicate = ? "
        "AND r.kind IN ('skill', 'skill-level', 'level', 'concept')",
        (language, scheme, str(SKOS.inScheme)),
    )
    shelves: dict[str, list[int]] = {}
    for folded, _, number in _named(catalogue, [(row[0], row[1], row[2]) for row in rows], language):
        shelves.setdefault(_letter(folded), []).append(number)
    if len(shelves) > MOST_LETTERS:
        rest = [key for key in shelves if not ("A" <= key <= "Z" or key == DIGITS)]
        together = [number for key in sorted(rest) for number in shelves.pop(key)]
        shelves[OTHERS] = together
    order = sorted(shelves, key=lambda key: (key == OTHERS, key == DIGITS, key))
    return Alphabet({key: tuple(shelves[key]) for key in order})


def _letter(folded: str) -> str:
    first = next((character for character in folded if character.isalnum()), "")
    if first.isdigit():
        return DIGITS
    return first.upper()[:1] or OTHERS


def listed(
    catalogue: Catalogue, found: Alphabet, letter: str, *, limit: int, offset: int = 0
) -> tuple[str, ...]:
    """A slice of the IRIs below one letter."""
    return _iris(catalogue, found.letters.get(letter, ())[offset : offset + limit])


def _iris(catalogue: Catalogue, numbers: Sequence[int]) -> tuple[str, ...]:
    """The IRIs of numbers, in their order."""
    rows = catalogue.rows_in("SELECT id, iri FROM resource WHERE id IN (…)", numbers)
    found = {int(number): str(iri) for number, iri in rows}
    return tuple(found[number] for number in numbers)
