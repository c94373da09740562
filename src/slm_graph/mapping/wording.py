"""Labels as what can be compared: spellings folded, words without endings, compounds in their parts, letters in threes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "å": "a", "ł": "l", "đ": "d", "þ": "th", "ı": "i"}
)
"""Letters that Unicode does not decompose."""
_DIGRAPH = re.compile(r"(?<=[aou])e")
"""Umlauts written out. Both sides are folded, so a word that has the pair by nature still meets itself."""
_WORD = re.compile(r"[^\W_]+")

_ENDINGS: dict[str, tuple[str, ...]] = {
    "de": (
        "ierungen", "ierung", "ieren", "iert", "ungen", "ung", "erinnen", "innen", "erin", "eln", "ern", "in", "en",
        "er", "em", "es", "e", "n", "s",
    ),
    "en": (
        "ements", "ement", "ations", "ation", "ating", "ators", "ator", "ated", "ates", "ate", "ments", "ment",
        "ings", "ing", "ions", "ion", "ers", "ies", "er", "ed", "es", "s", "e", "y",
    ),
}  # fmt: skip
"""Longest first. They unite verb, noun and person (planen, Planung; manage, management, manager)."""
_KEPT = {"eln": "l", "ern": "r"}
"""What stays of an ending: verhandeln and Verhandlung meet in verhandl."""
_SHORTEST_STEM = 3
"""Letters below which an ending is part of the word (`Ende`, `see`)."""

_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What German puts between the parts of a compound."""
_SHORTEST_PART = 4
"""Letters of a compound's part: below, endings and prefixes would count as words."""
_LONGEST_WORD = 60
"""Letters of a word that is looked at for parts; no label has a longer one, and splitting costs its square."""
_LONGEST_LABEL = 400
"""Characters of a label that are compared: the longest of ESCO has 250."""


@lru_cache(maxsize=65_536)  # labels of two large vocabularies come by several times each
def fold(text: str) -> str:
    """The spelling without umlauts, accents and case.

    >>> fold("Größe"), fold("Groesse"), fold("GROSSE")
    ('grosse', 'grosse', 'grosse')
    """
    lower = text[:_LONGEST_LABEL].lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lower)
    return _DIGRAPH.sub("", "".join(part for part in decomposed if not unicodedata.combining(part)))


def words(text: str) -> list[str]:
    """The folded words of a label: runs of letters and digits.

    >>> words("Service-Level, SLMO_5")
    ['service', 'level', 'slmo', '5']
    """
    return _WORD.findall(fold(text))


def joined(text: str) -> str:
    """The folded letters and digits of a label, without gaps.

    >>> joined("Service-Level-Management") == joined("Servicelevel-Management")
    True
    """
    return "".join(words(text)) or fold(text)


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """A folded word without its ending; as it is in a language whose endings are not known here.

    >>> stem("planung", "de"), stem("planen", "de"), stem("managing", "en"), stem("management", "en")
    ('plan', 'plan', 'manag', 'manag')
    """
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)] + _KEPT.get(ending, "")
    return word


def letters(text: str) -> frozenset[str]:
    """The runs of three letters of each word, its edges marked: order of words and gaps do not count.

    >>> sorted(letters("IT-Netz"))
    ['<it', '<ne', 'etz', 'it>', 'net', 'tz>']
    """
    return frozenset(
        marked[place : place + 3]
        for marked in (f"<{word}>" for word in words(text))
        for place in range(max(len(marked) - 2, 1))
    )


class Splitter:
    """Words of one language to stems; German compounds to those of their parts that are words of their own here."""

    def __init__(self, labels: Iterable[str], *, language: str) -> None:
        self.language = language
        self._known: dict[str, tuple[str, ...]] = {}
        self._splits: dict[str, tuple[str, ...] | None] = {}
        known = {word for label in labels for word in words(label)} if language == "de" else set()
        self._lexicon = {
            form for word in known for form in (word, stem(word, "de")) if len(form) >= _SHORTEST_PART
        }

    def stems(self, text: str) -> frozenset[str]:
        """The stems of a label.

        >>> sorted(Splitter(["Vertrag", "Dienstleistung", "Management"], language="de").stems("Dienstleistungsverträge"))
        ['dienstleist', 'vertrag']
        """
        return frozenset(part for word in words(text) for part in self._parts(word))

    def _parts(self, word: str) -> tuple[str, ...]:
        if word not in self._known:
            split = self._split(word) if self.language == "de" and len(word) <= _LONGEST_WORD else None
            self._known[word] = tuple(stem(part, self.language) for part in split or (word,))
        return self._known[word]

    def _split(self, word: str) -> tuple[str, ...] | None:
        """The fewest parts that are known words, the last one longest; None for a word that is none of several."""
        if (
            word not in self._splits
        ):  # else a word of one letter repeated would be split in exponentially many ways
            self._splits[word] = self._fewest_parts(word)
        return self._splits[word]

    def _fewest_parts(self, word: str) -> tuple[str, ...] | None:
        best: tuple[str, ...] | None = None
        for end in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head = word[:end]
            if head not in self._lexicon:
                continue
            for link in _LINKS:
                rest = word[end + len(link) :]
                if not word.startswith(link, end) or len(rest) < _SHORTEST_PART:
                    continue
                tail = (rest,) if self._is_word(rest) else self._split(rest)
                if tail is not None and (best is None or len(tail) + 1 < len(best)):
                    best = (head, *tail)
        return best

    def _is_word(self, word: str) -> bool:
        return word in self._lexicon or stem(word, "de") in self._lexicon
