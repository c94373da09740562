"""How good a set of mappings is, held against a reference set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from rdflib import URIRef

from slm_graph.mapping.check import claim
from slm_graph.mapping.sets import NO_TERM_FOUND, MappingSet
from slm_graph.mapping.sets import Mapping as Row

RANKS = (1, 3, 5, 10)
"""Where precision at k is told: the first, what one sees at once, a list, a page."""
THRESHOLDS = tuple(number / 20 for number in range(21))
"""Confidences, in steps small enough to choose by."""

Pair = tuple[URIRef, URIRef]
Key = tuple[URIRef, ...]
"""A pair, its ends sorted; with the predicate between them where that counts, too."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How many were given, how many of them are right, how many there are to be found."""

    given: int
    right: int
    reference: int

    @property
    def precision(self) -> float:
        """Right ones of those given; 0 when none is given."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Right ones of those to be found; 0 when there are none."""
        return self.right / self.reference if self.reference else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.given + self.reference) if self.given + self.reference else 0.0


@dataclass(frozen=True, slots=True)
class AtRank:
    """Over the reference's subjects, of the first `k` rows of each by confidence."""

    k: int
    precision: float
    """The mean share of right ones among k places; with one right object for each it cannot exceed 1/k."""
    found: float
    """The share of subjects with a right one among them."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of `evaluate`."""

    whole: Quality
    first: Quality
    """Each subject's best row alone."""
    at: tuple[AtRank, ...]
    thresholds: tuple[tuple[float, Quality], ...]
    """For the best rows alone, when those below a confidence are dropped."""
    subjects: int
    """Of the reference, with something to be found."""
    denied: int
    """Rows that the reference denies, or says nothing was found for."""
    unjudged: int
    """Rows whose subject the reference does not mention; left out with `only_judged`, else counted as wrong."""


def evaluate(
    sets: Iterable[MappingSet],
    reference: Iterable[MappingSet],
    *,
    same_predicate: bool = False,
    only_judged: bool = False,
    ranks: Sequence[int] = RANKS,
) -> Evaluation:
    """How well `sets` find what `reference` claims. A pair counts once, whichever row says it, either way round.

    With `same_predicate` the predicate has to be right, too. With `only_judged` rows about subjects the reference says
    nothing of are left out: for a reference that covers a part. A row without confidence counts as sure.
    """
    known = _reference(reference, same_predicate=same_predicate)
    ranked: defaultdict[URIRef, dict[Key, float]] = defaultdict(dict)
    unjudged = denied = 0
    for row in (row for mappings in sets for row in mappings.mappings if row.positive):
        # a reference written the other way round has our subject as its object
        if row.subject not in known.judged and row.object not in known.judged:
            unjudged += 1
            if only_judged:
                continue
        pair = _key(row, same_predicate=same_predicate)
        denied += int(known.denies(row, pair))
        surest = max(ranked[row.subject].get(pair, 0.0), 1.0 if row.confidence is None else row.confidence)
        ranked[row.subject][pair] = surest
    right = known.right.keys()
    lists = {
        subject: sorted(pairs.items(), key=lambda one: (-one[1], one[0]))
        for subject, pairs in sorted(ranked.items())
    }
    given = {pair for pairs in lists.values() for pair, _ in pairs}
    firsts = [pairs[0] for pairs in lists.values()]
    subjects = _subjects(known.right, lists)
    return Evaluation(
        whole=Quality(len(given), len(given & right), len(right)),
        first=_best(firsts, right, 0.0),
        at=tuple(_at(k, subjects, lists, right) for k in ranks),
        thresholds=tuple((least, _best(firsts, right, least)) for least in THRESHOLDS),
        subjects=len(subjects),
        denied=denied,
        unjudged=unjudged,
    )


@dataclass(frozen=True, slots=True)
class _Reference:
    right: Mapping[Key, Pair]
    """Each right pair, with its ends as the reference has them."""
    denials: frozenset[Key]
    nothing_in: frozenset[tuple[URIRef, URIRef | None]]
    """Concept and vocabulary in which nothing was found for it."""
    judged: frozenset[URIRef]
    """The concepts that are spoken of."""

    def denies(self, row: Row, pair: Key) -> bool:
        ends = {(row.subject, row.object_source), (row.object, row.subject_source)}
        return pair not in self.right and (pair in self.denials or bool(ends & self.nothing_in))


def _key(row: Row, *, same_predicate: bool) -> Key:
    if same_predicate:
        return claim(row.subject, row.predicate, row.object)
    return tuple(sorted((row.subject, row.object)))


def _reference(reference: Iterable[MappingSet], *, same_predicate: bool) -> _Reference:
    right: dict[Key, Pair] = {}
    denials: set[Key] = set()
    nothing_in: set[tuple[URIRef, URIRef | None]] = set()
    judged: set[URIRef] = set()
    for row in (row for mappings in reference for row in mappings.mappings):
        judged |= {row.subject, row.object} - {NO_TERM_FOUND}
        if row.positive:
            right.setdefault(_key(row, same_predicate=same_predicate), (row.subject, row.object))
        elif not row.no_term_found:
            denials.add(_key(row, same_predicate=same_predicate))
        elif not row.negated:
            from_subject = row.object == NO_TERM_FOUND
            nothing_in.add(
                (row.subject, row.object_source) if from_subject else (row.object, row.subject_source)
            )
    return _Reference(right, frozenset(denials), frozenset(nothing_in), frozenset(judged))


def _subjects(right: Mapping[Key, Pair], lists: Mapping[URIRef, object]) -> dict[URIRef, set[Key]]:
    """The concepts to find something for, each with its right pairs: the subjects of the reference, or its objects
    where our rows start from those."""
    ends: defaultdict[URIRef, set[Key]] = defaultdict(set)
    for pair, (subject, object_) in right.items():
        ends[object_ if object_ in lists and subject not in lists else subject].add(pair)
    return dict(sorted(ends.items()))


def _best(firsts: Sequence[tuple[Key, float]], right: Set[Key], least: float) -> Quality:
    given = {pair for pair, confidence in firsts if confidence >= least}
    return Quality(len(given), len(given & right), len(right))


def _at(
    k: int,
    subjects: Mapping[URIRef, Set[Key]],
    lists: Mapping[URIRef, Sequence[tuple[Key, float]]],
    right: Set[Key],
) -> AtRank:
    hits = [sum(pair in right for pair, _ in lists.get(subject, ())[:k]) for subject in subjects]
    number = len(hits) or 1
    return AtRank(k, sum(hits) / (k * number), sum(hit > 0 for hit in hits) / number)
