"""How alike two labels are, and which of a vocabulary's labels are like a given one, without comparing all pairs.

Each label is a set of features: stems of words, and runs of three letters. A feature weighs by its rarity (inverse
document frequency), and two labels are as alike as the cosine of their weighed sets. For a label, only those labels
are looked at that share its rarest features, as far as a fixed number of places in the index goes: the cost grows
with the number of labels, not with its square.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slm_graph.mapping.wording import Splitter, joined, letters

WORDS_SHARE = 0.45
"""Of the likeness that the words have; the letters have the rest. From 0.3 to 0.6 the right concept came first as often,
within one in a hundred; words alone lost ten in a hundred German skills."""
_PLACES = 6_000
"""Places of the index looked at for one label: half as many lost one right concept in a hundred, twice as many found no more."""
_CLOSELY = 40
"""Labels compared in full, out of those the index brings up; eighty moved a right concept in two hundred into the first ten."""
_LEAST_GAIN = 0.25
"""Of the best label's: what has gained less from the rare features is not compared. 0.4 lost one in a hundred."""


@dataclass(frozen=True, slots=True)
class Features:
    """A label, ready to be compared."""

    spelling: str
    """Of all its letters and digits: gaps and hyphens do not count."""
    words: frozenset[str]
    letters: frozenset[str]
    words_norm: float
    letters_norm: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of two labels: `same` when their folded spelling is; the parts are between 0 and 1."""

    value: float
    words: float
    letters: float
    same: bool


class Comparison:
    """Labels of one language from two sides, weighed together; the second side can be searched."""

    def __init__(self, left: Sequence[str], right: Sequence[str], *, language: str) -> None:
        """`left` and `right` hold each label once."""
        every = list(dict.fromkeys((*left, *right)))
        self.splitter = Splitter(every, language=language)
        raw = {label: (self.splitter.stems(label), letters(label)) for label in every}
        self._word_weights = weights(stems for stems, _ in raw.values())
        self._letter_weights = weights(threes for _, threes in raw.values())
        self.features = {
            label: Features(
                joined(label),
                stems,
                threes,
                norm(stems, self._word_weights),
                norm(threes, self._letter_weights),
            )
            for label, (stems, threes) in raw.items()
        }
        self._right = right
        self._rates = [
            1 / ((self.features[label].words_norm + self.features[label].letters_norm) or 1.0)
            for label in right
        ]
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._same: defaultdict[str, list[int]] = defaultdict(list)
        for number, label in enumerate(right):
            features = self.features[label]
            self._same[features.spelling].append(number)
            # Letters are marked, so that a word of three letters is no run of them.
            for feature in (*features.words, *(f"~{three}" for three in features.letters)):
                self._places[feature].append(number)

    def compare(self, one: str, other: str) -> Likeness:
        """How alike two of the labels are."""
        left, right = self.features[one], self.features[other]
        if left.spelling == right.spelling:
            return Likeness(1.0, 1.0, 1.0, same=True)
        by_words = _cosine(left.words, right.words, self._word_weights, left.words_norm * right.words_norm)
        by_letters = _cosine(
            left.letters, right.letters, self._letter_weights, left.letters_norm * right.letters_norm
        )
        value = WORDS_SHARE * by_words + (1 - WORDS_SHARE) * by_letters
        # Other words in the same label are not the same label: just below 1.
        return Likeness(min(value, 0.99), by_words, by_letters, same=False)

    def like(self, label: str) -> list[tuple[str, Likeness]]:
        """Labels of the right side that are like one of the left, best first; those of the same spelling always (forty of them)."""
        features = self.features[label]
        found: defaultdict[int, float] = defaultdict(float)
        word_scale = WORDS_SHARE / (features.words_norm or 1.0)
        letter_scale = (1 - WORDS_SHARE) / (features.letters_norm or 1.0)
        rated = [(self._word_weights[word], word, word_scale) for word in features.words]
        rated += [(self._letter_weights[three], f"~{three}", letter_scale) for three in features.letters]
        budget = _PLACES
        for weight, feature, scale in sorted(rated, reverse=True):
            places = self._places.get(feature, ())
            if budget < len(places):
                break
            budget -= len(places)
            gain = weight * weight * scale
            for number in places:
                found[number] += gain
        # A quarter of the best gain leaves a short label its chance; one norm for both kinds is enough to choose by.
        least = _LEAST_GAIN * max(found.values(), default=0.0)
        rates = self._rates
        rough = [(gain * rates[number], -number) for number, gain in found.items() if gain >= least]
        candidates = {-number for _, number in heapq.nlargest(_CLOSELY, rough)}
        candidates.update(self._same.get(features.spelling, ())[:_CLOSELY])
        compared = [(self._right[number], self.compare(label, self._right[number])) for number in candidates]
        return sorted(compared, key=lambda one: (-one[1].value, one[0]))

    def bag(self, labels: Iterable[str]) -> frozenset[str]:
        """The stems of several labels together."""
        return frozenset(word for label in labels for word in self.splitter.stems(label))

    def shared(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The cosine of two bags."""
        return cosine(one, other, self._word_weights)

    def covered(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The weighed share of `one` that is in `other`."""
        whole = _squares(one, self._word_weights)
        return _squares(one & other, self._word_weights) / whole if whole else 0.0


def weights(documents: Iterable[frozenset[str]]) -> Mapping[str, float]:
    """Feature → inverse document frequency, above 0 even for one that is in every document."""
    counts: Counter[str] = Counter()
    number = 0
    for features in documents:
        counts.update(features)
        number += 1
    return {feature: math.log1p(number / count) for feature, count in counts.items()}


def norm(features: frozenset[str], weighed: Mapping[str, float]) -> float:
    """The length of a set of features; what has no weight counts nothing."""
    return math.sqrt(_squares(features, weighed))


def _squares(features: frozenset[str], weighed: Mapping[str, float]) -> float:
    # sorted: a sum of floats depends on its order, and a set's differs from run to run
    return sum(weighed.get(feature, 0.0) ** 2 for feature in sorted(features))


def cosine(one: frozenset[str], other: frozenset[str], weighed: Mapping[str, float]) -> float:
    """Of two sets of features by their weights; 0 where one of them weighs nothing."""
    return _cosine(one, other, weighed, norm(one, weighed) * norm(other, weighed))


def _cosine(one: frozenset[str], other: frozenset[str], weighed: Mapping[str, float], norms: float) -> float:
    return min(_squares(one & other, weighed) / norms, 1.0) if norms else 0.0
