"""What one wording says beyond another: words that the other one has not, whatever their order and ending."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slm_graph.search import fold

Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces; True for what the other text has not."""

STEM = 5
"""Letters by which words are the same: `vereinbart` and `Vereinbarung`, `agree` and `agreement`."""

SHORT = 3
"""Letters up to which a word says too little to be marked."""

MOST_NEW = 0.75
"""Share of new words from which two texts are simply different, and marks would say nothing."""

_EVERYDAY = frozenset(
    {
        "aber", "alle", "allem", "allen", "aller", "alles", "auch", "beim", "dabei", "dass", "deren", "dessen", "dies",
        "diese", "diesem", "diesen", "dieser", "durch", "eine", "einem", "einen", "einer", "eines", "etwa", "haben",
        "ihnen", "ihre", "ihrem", "ihren", "ihrer", "jede", "jedem", "jeden", "jeder", "kann", "konnen", "mehr", "nach",
        "nicht", "noch", "oder", "ohne", "sein", "seine", "sich", "sind", "sowie", "uber", "unter", "werden", "wenn",
        "wird", "wobei", "zwischen", "about", "also", "been", "being", "both", "does", "each", "from", "have", "into",
        "more", "other", "over", "such", "than", "that", "their", "them", "then", "these", "they", "this", "those",
        "through", "when", "where", "which", "while", "will", "with", "within", "would", "your",
    }
)  # fmt: skip
"""Words that join others, folded."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two wordings side by side; `apart`: told in different words altogether, and so without marks."""

    lower: Pieces
    upper: Pieces
    marked: bool
    apart: bool = False


def compare(lower: str, upper: str) -> Comparison:
    """Both texts, each with what the other one has not."""
    below, above = beyond(lower, upper), beyond(upper, lower)
    if share(below) > MOST_NEW and share(above) > MOST_NEW:
        return Comparison(((lower, False),), ((upper, False),), marked=False, apart=True)
    return Comparison(below, above, marked=any(new for _, new in (*below, *above)))


def beyond(text: str, other: str) -> Pieces:
    """`text` with the words marked that `other` has not; what stands between two marked words is marked with them.

    >>> beyond("Plans and improves services", "Plans a service")
    (('Plans and ', False), ('improves', True), (' services', False))
    """
    known = {_stem(word) for word in _WORD.findall(other)}
    spans: list[tuple[int, int]] = []
    joined = False  # whether only words that say little stand since the last marked one
    for found in _WORD.finditer(text):
        if not _telling(found[0]):
            continue
        new = _stem(found[0]) not in known
        if new and joined and not _ends(text[spans[-1][1] : found.start()]):
            spans[-1] = (spans[-1][0], found.end())
        elif new:
            spans.append(found.span())
        joined = new
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in spans:
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    pieces.append((text[place:], False))
    return tuple(piece for piece in pieces if piece[0])


def share(pieces: Pieces) -> float:
    """Of the telling words in a text, the share that is marked."""
    words = [new for text, new in pieces for word in _WORD.findall(text) if _telling(word)]
    return sum(words) / len(words) if words else 0.0


def _telling(word: str) -> bool:
    folded = fold(word)
    return len(folded) > SHORT and folded not in _EVERYDAY


def _stem(word: str) -> str:
    return fold(word)[:STEM]


def _ends(between: str) -> bool:
    """Whether a sentence or paragraph ends between two words."""
    return any(sign in between for sign in ".!?;:\n")
