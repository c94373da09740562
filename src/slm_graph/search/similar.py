"""Concepts by a name that is nearly right: a letter wrong, two words swapped, another spelling of an umlaut.

Candidates are found by the rarest letter triples of the name, and short ones by the spellings with one letter less;
edit distance and shared triples then tell how alike they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from slm_graph.errors import Language
from slm_graph.search.connections import Connections
from slm_graph.search.folding import deletions, exact, fold, written_out
from slm_graph.search.reading import FIELDS, Field, Search

LEAST = 0.5
"""Likeness below which nothing is offered: two names of ten letters that differ in five."""

_LONGEST = 200
"""Characters of a name that are looked at: longer than any label of ESCO."""

_TRIPLES = 6
"""Letter triples looked up: with three that do not overlap, one wrong letter leaves two right ones; six leave four
when two letters are wrong."""

_FEWEST_TRIPLES = 3
_MOST_ROWS = 300
"""Labels looked at by triples: some 1 ms. Beyond the first three triples, common ones are left out for that."""

_COMPARED = 8
"""Labels compared letter by letter: those that share most triples with the name."""

_COMPARED_THOROUGHLY = 60

_LOOKED_FOR = 16
"""Triples of a name that are looked for in every label found: spread over the name, they order labels as all do."""

_PART_COST = 0.03
"""Off the likeness for one of two alternative names, as in `baker/bakeress`, or a name without its bracket."""

_ORDER_COST = 0.04
"""Off the likeness for the same words in another order."""

_TRIPLE_SHARE = 0.9
"""Of the share of common triples: a weaker sign than the letters in their order."""

_FOLD_COST = 0.005
"""Off the likeness where only umlauts, accents or case differ: the exact spelling comes first."""

_OTHER_LETTER_COST = 0.01
"""More where an umlaut was left out that nobody writes that way: `Muller` for Müller, not `Mueller`."""

_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_WORD = re.compile(r"[^\W_]+")

_Row = tuple[int, int, int, str, str, str]
"""Entry, concept, field, language, value, folded value."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept whose name is like the one asked for: `likeness` is 1 for the same spelling, above 0.5 in any case."""

    iri: URIRef
    kind: str
    scheme: str | None
    likeness: float
    field: Field
    value: str
    language: str | None


class Similar:
    """Names nearly right, in one release's label index; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises EnvironmentFault where `path` is no index of this layout."""
        Search(path)  # it knows how to refuse
        self._connection = Connections(path)
        rows = self._connection().execute("SELECT triple, number FROM triple")
        self._numbers: dict[str, int] = dict(rows.fetchall())

    def candidates(
        self,
        name: str,
        *,
        language: Language = "de",
        kinds: Collection[str] = (),
        limit: int = 10,
        thorough: bool = False,
    ) -> tuple[Candidate, ...]:
        """Concepts by notation or label, most alike first; of equals preferred labels, then the language's, then ours.

        Without `kinds` every kind is considered. Each concept comes once, by its best label. `thorough` compares more
        labels, for callers who leave many candidates out.
        """
        asked = " ".join(name.split())[:_LONGEST].encode("utf-8", "ignore").decode()
        folded = fold(asked)
        if not folded:
            return ()
        spelled, meant = exact(asked), written_out(asked)
        best: dict[int, tuple[float, int, int, _Row]] = {}
        for row in self._rows(folded, compared=_COMPARED_THOROUGHLY if thorough else _COMPARED):
            likeness = _likeness(row, folded)
            if row[5] == folded:
                same = exact(row[4]) == spelled
                otherwise = written_out(row[4]) != meant
                likeness -= 0.0 if same else _FOLD_COST + (_OTHER_LETTER_COST if otherwise else 0.0)
            if likeness < LEAST:
                continue
            found = (-likeness, row[2] if row[2] else 1, int(row[3] not in (language, "")), row)
            if row[1] not in best or found < best[row[1]]:
                best[row[1]] = found
        ordered = sorted((found[:3], concept, found[3]) for concept, found in best.items())
        concepts = self._concepts([concept for _, concept, _ in ordered])
        made: list[Candidate] = []
        for (likeness, _, _), concept, row in ordered:
            iri, kind, scheme = concepts[concept]
            if not kinds or kind in kinds:
                made.append(
                    Candidate(URIRef(iri), kind, scheme, -likeness, FIELDS[row[2]], row[4], row[3] or None)
                )
                if len(made) == limit:
                    break
        return tuple(made)

    def _rows(self, folded: str, *, compared: int) -> list[_Row]:
        columns = "e.id, e.concept, e.field, e.language, e.value, e.folded"
        found: dict[int, _Row] = {}
        run = self._connection().execute
        for row in run(
            f"SELECT {columns} FROM entry e WHERE e.field < 3 AND e.folded = ? LIMIT {_MOST_ROWS}",  # noqa: S608
            (folded,),
        ):
            found[row[0]] = row
        spellings = [folded, *deletions(folded)]
        if len(spellings) > 1:
            marks = ",".join("?" * len(spellings))
            for row in run(
                f"SELECT {columns} FROM entry e WHERE e.id IN "  # noqa: S608
                f"(SELECT entry FROM deletion WHERE spelling IN ({marks})) LIMIT {_MOST_ROWS}",
                spellings,
            ):
                found[row[0]] = row
        chosen = self._rarest(folded)
        if chosen:
            own = sorted(triples(folded))
            own = own[:: -(-len(own) // _LOOKED_FOR)]
            asked = " OR ".join('"' + triple.replace('"', '""') + '"' for triple in chosen)
            rows = run(
                f"SELECT {columns} FROM inside i JOIN entry e ON e.id = i.rowid WHERE i.text MATCH ? "  # noqa: S608
                f"LIMIT {_MOST_ROWS * 2}",
                (asked,),
            ).fetchall()
            shared = [
                (sum([triple in row[5] for triple in own]) / (len(folded) + len(row[5])), row)
                for row in rows
                if row[0] not in found
            ]
            shared.sort(key=lambda pair: (-pair[0], pair[1][0]))
            for _, row in shared[:compared]:
                found[row[0]] = row
        return list(found.values())

    def _rarest(self, folded: str) -> list[str]:
        """The triples to look up: rare ones first, those that do not overlap before the others."""
        places: dict[str, int] = {}
        for place in range(len(folded) - 2):
            places.setdefault(folded[place : place + 3], place)
        known = sorted((self._numbers[triple], triple) for triple in places if triple in self._numbers)
        apart: list[tuple[int, str]] = []
        for number, triple in known:
            if all(abs(places[triple] - places[other]) >= 3 for _, other in apart):
                apart.append((number, triple))
        rest = [pair for pair in known if pair not in apart]
        chosen: list[str] = []
        rows = 0
        for number, triple in [*apart, *rest]:
            if len(chosen) == _TRIPLES or (rows + number > _MOST_ROWS and len(chosen) >= _FEWEST_TRIPLES):
                break
            chosen.append(triple)
            rows += number
        return chosen

    def _concepts(self, numbers: list[int]) -> dict[int, tuple[str, str, str | None]]:
        marks = ",".join("?" * len(numbers))
        rows = self._connection().execute(
            f"SELECT id, iri, kind, scheme FROM concept WHERE id IN ({marks})",  # noqa: S608
            numbers,
        )
        return {number: (iri, kind, scheme) for number, iri, kind, scheme in rows}


def triples(text: str) -> set[str]:
    """The runs of three characters in a text.

    >>> sorted(triples("skill"))
    ['ill', 'kil', 'ski']
    """
    return {text[place : place + 3] for place in range(len(text) - 2)}


def _likeness(row: _Row, folded: str) -> float:
    """How alike a label is to the folded name, from 0 to 1."""
    label = row[5]
    if label == folded:
        return 1.0
    if row[2] == 0:
        return 0.0  # a code with one sign wrong is another code
    best = max(_alike(variant, folded) - cost for variant, cost in _variants(label))
    ours, theirs = sorted(_WORD.findall(folded)), sorted(_WORD.findall(label))
    if best < 1 - _ORDER_COST and len(ours) > 1 and len(theirs) > 1 and not set(ours).isdisjoint(theirs):
        best = max(best, _alike(" ".join(theirs), " ".join(ours)) - _ORDER_COST)
    left, right = triples(folded), triples(label)
    if left and right:
        best = max(best, _TRIPLE_SHARE * 2 * len(left & right) / (len(left) + len(right)))
    return best


def _variants(label: str) -> Iterator[tuple[str, float]]:
    yield label, 0.0
    for part in label.split("/") if "/" in label else ():
        if part.strip():
            yield part.strip(), _PART_COST
    bare = _BRACKET.sub("", label)
    if bare and bare != label:
        yield bare, _PART_COST


def _alike(left: str, right: str) -> float:
    longest = max(len(left), len(right))
    # the difference in length is the least that has to be changed
    if abs(len(left) - len(right)) > longest * (1 - LEAST):
        return 0.0
    return 1 - distance(left, right) / longest


def distance(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap with the next one (optimal string alignment).

    Bit-parallel: a column of the table is two integers (Hyyrö 2003), some 15 µs for two names of 30 letters.

    >>> distance("elektriker", "elektirker"), distance("koch", "köchin"), distance("", "abc")
    (1, 3, 3)
    """
    if not left or not right:
        return max(len(left), len(right))
    places: dict[str, int] = {}
    for place, letter in enumerate(left):
        places[letter] = places.get(letter, 0) | 1 << place
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    up, down, diagonal, before = full, 0, 0, 0
    score = len(left)
    for letter in right:
        here = places.get(letter, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & up) + up) ^ up) | here | down | swapped) & full
        rising = down | (~(diagonal | up) & full)
        falling = diagonal & up
        score += 1 if rising & last else 0
        score -= 1 if falling & last else 0
        rising = (rising << 1 | 1) & full
        falling = (falling << 1) & full
        up = falling | (~(diagonal | rising) & full)
        down = rising & diagonal
        before = here
    return score
