"""Spellings that a reader takes for the same: ä = ae = a, ß = ss, accents and case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = {
    "ß": "ss",
    "æ": "a",
    "œ": "o",
    "ø": "o",
    "å": "a",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
}
"""Letters that Unicode does not decompose."""

_DIGRAPHS = {"ae": "a", "oe": "o", "ue": "u"}
"""How German writes umlauts without them. Folding every such pair also meets words that have it by nature (`neue`);
as both sides are folded, that costs precision in the last places, never a hit: a prefix stays a prefix."""

_WORD = re.compile(r"[^\W_]+")


def exact(text: str) -> str:
    """Case and Unicode form aside, the spelling itself.

    >>> exact("Größe")
    'größe'
    """
    return unicodedata.normalize("NFC", text).lower()


def fold(text: str) -> str:
    """The spelling without umlauts, accents and case.

    >>> fold("Größe"), fold("Groesse"), fold("GROSSE")
    ('grosse', 'grosse', 'grosse')
    >>> fold("Dienstleistungsverträge")
    'dienstleistungsvertrage'
    """
    return _AFTER_VOWEL.sub("", "".join(map(_base, text)))


_AFTER_VOWEL = re.compile("(?<=[aou])e+")
"""The second half of `_DIGRAPHS`, as often as it comes: the vowel before it stands for all of it."""
_CHARACTERS = 4096
"""Distinct characters kept folded: all of the Latin, Greek and Cyrillic ones."""


@lru_cache(maxsize=_CHARACTERS)
def _base(character: str) -> str:
    """One character without case, umlaut and accent; more than one letter for some."""
    return "".join(
        _LETTERS.get(lower)
        or "".join(part for part in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(part))
        for lower in character.lower()
    )


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in `text` it came from; one more for the end."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _base(character):
            if letters and letter == "e" and letters[-1] + letter in _DIGRAPHS:
                continue  # the vowel before it stands for the pair
            letters.append(letter)
            places.append(place)
    places.append(len(text))
    return "".join(letters), places


_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def written_out(text: str) -> str:
    """German letters in the way a keyboard without them writes them.

    >>> written_out("Müll")
    'muell'
    """
    return exact(text).translate(_WRITTEN_OUT)


def words(text: str) -> list[str]:
    """The words of a query or a label: runs of letters and digits.

    >>> words("Service-Level, SLMO_5")
    ['Service', 'Level', 'SLMO', '5']
    """
    return _WORD.findall(text)


SHORT = 8
"""Letters up to which a spelling mistake is found by leaving letters out: longer names have letter triples enough."""


def deletions(folded: str) -> list[str]:
    """The spellings of a short folded name with one letter left out; none for one that is longer than any short
    one with a letter too many.

    >>> deletions("koch")
    ['och', 'kch', 'koh', 'koc']
    """
    if not 3 <= len(folded) <= SHORT + 1:  # of two letters, leaving one out would meet anything
        return []
    return list(dict.fromkeys(folded[:place] + folded[place + 1 :] for place in range(len(folded))))
