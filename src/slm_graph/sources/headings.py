"""The headings of a skill page, one frozen row a language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headings:
    """What the fixed lines of a page look like in one language, blanks collapsed."""

    language: str
    """BCP 47, lower case."""
    levels: str
    """The heading above the line of defined levels."""
    level: str
    """The word between the skill's name and the number in the heading of a section."""
    defined: tuple[str, ...]
    """What the line of defined levels may begin with, before its colon."""
    blank_before_colon: bool = False
    """French typography sets a blank before the colon."""
    not_observed: frozenset[str] = frozenset()
    """SHA-256 (`fingerprint`) of the sentences that official pages put under a level that is not observed:
    to notice such a sentence where it cannot belong, never to tell which levels are defined."""

    def section(self, name: str, number: int) -> str:
        """The heading of a level's section, as a page of this language writes it.

        >>> headings_in("de").section("Datenpflege", 3)
        'Datenpflege: Ebene 3'
        """
        blank = " " if self.blank_before_colon else ""
        return f"{name}{blank}: {self.level} {number}"


HEADINGS: tuple[Headings, ...] = (
    Headings(
        "de",
        "Ebenen",
        "Ebene",
        ("Definiert auf diesen Ebenen",),
        not_observed=frozenset({"e63db620ae1f00f3c3add70229357196d492f97de003ac40727a8ca7603cc502"}),
    ),
    Headings(
        "en",
        "Levels",
        "Level",
        ("Defined at these levels",),
        not_observed=frozenset({"3cc8715ea1e99b394154fdc5dd59e95a78a65e3a7ef8e425ce04037470aac987"}),
    ),
    Headings(
        "fr",
        "Niveaux",
        "Niveau",
        ("Défini à ces niveaux", "Définie à ces niveaux"),
        blank_before_colon=True,
    ),
    Headings("es", "Niveles", "Nivel", ("Definido en estos niveles", "Definida en estos niveles")),
    Headings("it", "Livelli", "Livello", ("Definito a questi livelli", "Definita a questi livelli")),
    Headings("nl", "Niveaus", "Niveau", ("Gedefinieerd op deze niveaus",)),
    Headings("pl", "Poziomy", "Poziom", ("Zdefiniowano na tych poziomach", "Zdefiniowana na tych poziomach")),
    Headings("pt", "Níveis", "Nível", ("Definido nestes níveis", "Definida nestes níveis")),
)
"""German and English as the official pages write them; the others are the same words in those languages."""


def headings_in(language: str) -> Headings | None:
    """The row of a language tag, or None.

    >>> headings_in("xx") is None
    True
    """
    return next((row for row in HEADINGS if row.language == language), None)


def languages(rows: Sequence[Headings] = HEADINGS) -> str:
    """The tags of the table, as a message lists them."""
    return ", ".join(row.language for row in rows)


def collapsed(text: str) -> str:
    """`text` with every run of blanks (no-break ones and line ends too) as one space, none at its ends.

    >>> collapsed(" Ebene\\u00a05  ")
    'Ebene 5'
    """
    return " ".join(text.split())


def fingerprint(text: str) -> str:
    """SHA-256 of `text` in UTF-8, its blanks collapsed: knows a sentence without holding it."""
    return hashlib.sha256(collapsed(text).encode("utf-8")).hexdigest()
