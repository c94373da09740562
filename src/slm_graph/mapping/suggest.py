"""Candidates for mappings between two vocabularies, for a person to accept or reject.

Labels bring concepts up (`likeness`), and notations that are the same; then everything else both sides have tells
them apart: how much of all the words is shared, the labels of the concepts above, levels, definitions. Each row says
what it rests on. No row is published by itself, see `candidates`.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.mapping.likeness import Comparison, Likeness, cosine, weights
from slm_graph.mapping.vocabularies import Concept, Label, Vocabulary

TOP = 5
"""Candidates for a concept: as many as a person looks at before searching by hand."""
MIN_SCORE = 0.25
"""Below, fewer than one candidate in seventy was right on three of the pairs in docs/benchmarks.md."""

_FIELD_FACTORS = {SKOS.prefLabel: 1.0, SKOS.altLabel: 0.97, SKOS.hiddenLabel: 0.94}
"""A preferred label says more than an alternative one: enough to order equals, too little to hide a better label."""
_OTHER_FIELD = 0.97

_SHARES = {"words": 0.20, "above": 0.10, "definition": 0.15, "level": 0.05}
"""Of the score that a further sign has where both sides have it; the label keeps the rest."""
_SAME_NOTATION = 0.5
"""What a shared notation takes of the way to 1, when it has letters: numbers alone are shared by accident."""
_CLOSER_LOOK = 25
"""Concepts, best by their labels, that the further signs are asked of."""

_MOST_BEARERS = 100
"""Concepts looked at for one label or notation: what more of them have in common tells none of them apart."""

_SPEAKING_NOTATION = re.compile(r"(?=.*[^\W\d_]).{3,}")
"""Three characters, one of them a letter."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one candidate rests on. `subject_label` and `object_label` are None where a notation alone brought it up."""

    subject_label: Label | None
    object_label: Label | None
    likeness: Likeness
    signs: tuple[tuple[str, float], ...] = ()
    """Further signs and how far each holds, from 0 to 1."""
    notation: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two concepts that may correspond; `score` from 0 to 1 orders, it is no probability."""

    subject: Concept
    object: Concept
    score: float
    evidence: Evidence


_NO_LIKENESS = Likeness(0.0, 0.0, 0.0, same=False)


def suggest(
    source: Vocabulary,
    target: Vocabulary,
    *,
    top: int = TOP,
    min_score: float = MIN_SCORE,
    progress: Callable[[int, int], None] | None = None,
) -> list[Candidate]:
    """For each concept of `source` at most `top` of `target`, best first; `progress` gets concepts done and all.

    Labels are compared within a language; where the two share none, all with all, by their spelling alone.
    The same input gives the same candidates. A concept is no candidate for itself.
    """
    finder = _Finder(source, target)
    found: list[Candidate] = []
    for number, concept in enumerate(source.concepts, start=1):
        ranked = sorted(finder.candidates(concept), key=lambda one: (-one.score, one.object.iri))
        found += [one for one in ranked if one.score >= min_score][:top]
        if progress is not None:
            progress(number, len(source.concepts))
    return found


def exact_labels(source: Vocabulary, target: Vocabulary) -> list[Candidate]:
    """The baseline: pairs with a label of the same language and spelling, case aside; score 1."""
    bearers: defaultdict[tuple[str, str], list[tuple[Concept, Label]]] = defaultdict(list)
    for concept in target.concepts:
        for label in concept.labels:
            bearers[label.language, label.value.casefold()].append((concept, label))
    found: dict[tuple[URIRef, URIRef], Candidate] = {}
    same = Likeness(1.0, 1.0, 1.0, same=True)
    for concept in source.concepts:
        for label in concept.labels:
            for other, its_label in bearers.get((label.language, label.value.casefold()), ()):
                if other.iri != concept.iri:
                    evidence = Evidence(label, its_label, same)
                    found.setdefault((concept.iri, other.iri), Candidate(concept, other, 1.0, evidence))
    return list(found.values())


class _Side:
    """One of the two vocabularies, with the words of its concepts at hand."""

    def __init__(self, concepts: Iterable[Concept], *, mixed: bool) -> None:
        self.concepts = {concept.iri: concept for concept in concepts}
        self.mixed = mixed
        self.highest_level = max((one.level for one in self.concepts.values() if one.level), default=0)
        self.same_scale = True
        """Whether the other side counts its levels as this one does."""
        self._bags: dict[tuple[str, URIRef, str], frozenset[str]] = {}

    def labels(self, concept: Concept, language: str) -> list[tuple[str, Label]]:
        """Those to be compared in a language, its own and those without any, in mixed comparison all; each as it is
        compared: without the number of its level where the other side has another scale."""
        chosen = [label for label in concept.labels if self.mixed or label.language in (language, "")]
        if self.same_scale or concept.level is None:
            return [(label.value, label) for label in chosen]
        number = re.compile(rf"(?<!\w){concept.level}(?!\w)")
        return [(number.sub("", label.value).strip(" :,-–") or label.value, label) for label in chosen]

    def words(self, concept: Concept, language: str, comparison: Comparison) -> frozenset[str]:
        """The stems of all its labels."""
        return self._kept("words", concept, language, comparison, self.labels)

    def words_above(self, concept: Concept, language: str, comparison: Comparison) -> frozenset[str]:
        """The stems of the labels of the concepts directly above it."""

        def labels(concept: Concept, language: str) -> list[tuple[str, Label]]:
            parents = (self.concepts[iri] for iri in concept.broader if iri in self.concepts)
            return [one for parent in parents for one in self.labels(parent, language)]

        return self._kept("above", concept, language, comparison, labels)

    def _kept(
        self,
        kind: str,
        concept: Concept,
        language: str,
        comparison: Comparison,
        texts: Callable[[Concept, str], list[tuple[str, Label]]],
    ) -> frozenset[str]:
        key = (kind, concept.iri, language)
        if key not in self._bags:
            self._bags[key] = comparison.bag(text for text, _ in texts(concept, language))
        return self._bags[key]


class _Finder:
    """Two vocabularies, indexed."""

    def __init__(self, source: Vocabulary, target: Vocabulary) -> None:
        shared = source.languages() & target.languages()
        self._languages = tuple(sorted(shared)) or ("",)
        self._source = _Side(source.concepts, mixed=not shared)
        self._target = _Side(target.concepts, mixed=not shared)
        same_scale = self._source.highest_level == self._target.highest_level
        self._source.same_scale = self._target.same_scale = same_scale
        self._comparisons: dict[str, Comparison] = {}
        self._bearers: dict[str, dict[str, list[tuple[Concept, Label]]]] = {}
        self._notations: defaultdict[str, list[Concept]] = defaultdict(list)
        for language in self._languages:
            left = {text for concept in source.concepts for text, _ in self._source.labels(concept, language)}
            bearers: defaultdict[str, list[tuple[Concept, Label]]] = defaultdict(list)
            for concept in target.concepts:
                for text, label in self._target.labels(concept, language):
                    bearers[text].append((concept, label))
            self._bearers[language] = dict(bearers)
            self._comparisons[language] = Comparison(sorted(left), sorted(bearers), language=language)
        self._definitions = _Definitions((source, target), self._comparisons)
        for concept in target.concepts:
            for notation in concept.notations:
                self._notations[notation.casefold()].append(concept)

    def candidates(self, concept: Concept) -> list[Candidate]:
        """The concepts of the target that its labels or notations bring up, each with its score."""
        best: dict[URIRef, tuple[float, Evidence, Concept, str]] = {}
        for language in self._languages:
            comparison, bearers = self._comparisons[language], self._bearers[language]
            for text, label in self._source.labels(concept, language):
                for value, likeness in comparison.like(text):
                    for other, its_label in bearers[value][:_MOST_BEARERS]:
                        rated = likeness.value * _factor(label) * _factor(its_label)
                        known = best.get(other.iri)
                        if other.iri != concept.iri and (known is None or rated > known[0]):
                            best[other.iri] = (rated, Evidence(label, its_label, likeness), other, language)
        closest = sorted(best.values(), key=lambda one: (-one[0], one[2].iri))[:_CLOSER_LOOK]
        looked_at = {one[2].iri: one for one in closest}
        notations: dict[URIRef, str] = {}
        for notation in concept.notations:
            for other in self._notations.get(notation.casefold(), ())[:_MOST_BEARERS]:
                if other.iri != concept.iri and _SPEAKING_NOTATION.fullmatch(notation):
                    notations[other.iri] = notation
                    nothing = (0.0, Evidence(None, None, _NO_LIKENESS), other, self._languages[0])
                    looked_at.setdefault(other.iri, best.get(other.iri, nothing))
        return [
            self._candidate(concept, other, rated, evidence, language, notations.get(other.iri))
            for rated, evidence, other, language in looked_at.values()
        ]

    def _candidate(
        self,
        concept: Concept,
        other: Concept,
        rated: float,
        evidence: Evidence,
        language: str,
        notation: str | None,
    ) -> Candidate:
        signs = self._signs(concept, other, language)
        share = sum(_SHARES[sign] for sign in signs)
        score = (1 - share) * rated + sum(_SHARES[sign] * value for sign, value in signs.items())
        if notation is not None:
            score += _SAME_NOTATION * (1 - score)
        evidence = replace(evidence, signs=tuple(signs.items()), notation=notation)
        return Candidate(concept, other, round(min(score, 1.0), 4), evidence)

    def _signs(self, concept: Concept, other: Concept, language: str) -> dict[str, float]:
        comparison, source, target = self._comparisons[language], self._source, self._target
        signs = {
            "words": comparison.covered(
                source.words(concept, language, comparison), target.words(other, language, comparison)
            )
        }
        above = source.words_above(concept, language, comparison)
        its_above = target.words_above(other, language, comparison)
        if above and its_above:
            signs["above"] = comparison.shared(above, its_above)
        if (defined := self._definitions.likeness(concept, other, language)) is not None:
            signs["definition"] = defined
        if source.highest_level and target.highest_level and (concept.level or other.level):
            # Scales differ in length: what counts is how far up a level stands on its own.
            place = (concept.level or 0) / source.highest_level
            its_place = (other.level or 0) / target.highest_level
            signs["level"] = 1 - abs(place - its_place) if concept.level and other.level else 0.0
        return signs


class _Definitions:
    """The definitions of two vocabularies, compared by the words they share."""

    def __init__(self, sides: Sequence[Vocabulary], comparisons: Mapping[str, Comparison]) -> None:
        self._bags: dict[tuple[int, str], frozenset[str]] = {}
        self._weights: dict[str, Mapping[str, float]] = {}
        if not all(any(concept.definitions for concept in side.concepts) for side in sides):
            return
        for language, comparison in comparisons.items():
            for concept in (concept for side in sides for concept in side.concepts):
                texts = [text.value for text in concept.definitions if text.language in (language, "")]
                if texts:
                    # by identity: two vocabularies may describe one IRI
                    self._bags[id(concept), language] = comparison.bag(texts)
            self._weights[language] = weights(
                bag for (_, other), bag in self._bags.items() if other == language
            )

    def likeness(self, concept: Concept, other: Concept, language: str) -> float | None:
        """From 0 to 1; None where one of them has no definition in the language.

        Two people who define the same thing share few words: the root spreads the lower half.
        """
        bag, its_bag = self._bags.get((id(concept), language)), self._bags.get((id(other), language))
        if not bag or not its_bag:
            return None
        return math.sqrt(cosine(bag, its_bag, self._weights[language]))


def _factor(label: Label) -> float:
    return _FIELD_FACTORS.get(label.field, _OTHER_FIELD)
