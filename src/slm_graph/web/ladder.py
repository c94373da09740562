"""The levels of a skill as a picture: stairs for wide screens, rows for narrow ones. Geometry only; a template draws it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1088
"""Units of the stairs, about a pixel each on a wide screen."""

WIDEST_STAIR = 210
GAP = 8
FOOT, RISE = 112, 24
"""Height of the lowest stair, and what each one is higher: the longest name has four lines."""

LETTER = 8.2
"""Units of a letter of a name, on average, at its size of 14, and some to spare: readers' fonts differ."""

MARGIN = 12
LINE = 17
NAME_LINES = 4

ROW, ROW_WIDTH = 44, 340
"""Of the rows: a finger's height (WCAG 2.2, 2.5.8, wants 24), the width of a small phone."""

NUMBER = 24
"""Units that a row's number takes before the name."""

STRIP, STRIP_RISE = 5, 5
"""Width of the strip at a row's start, and what each one is wider."""

MOST_STAIRS = 12
"""Steps that stand side by side; more are drawn as rows only."""

MOST_RISES = 14
"""Rows whose strip still grows: after that it would reach the text."""


@dataclass(frozen=True, slots=True)
class Stair:
    """One step of the stairs: its box, and its name cut into lines."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, str], ...]
    """Baseline and text of each."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the top of its box, the width of its strip, where its text begins, and its name cut into lines."""

    y: float
    strip: float
    x: float
    lines: tuple[tuple[float, str], ...]
    """Baseline and text of each."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Both pictures of the same steps, lowest first; `stairs` is empty where there are too many."""

    stairs: tuple[Stair, ...]
    width: float
    height: float
    rows: tuple[Row, ...]
    rows_height: float


def ladder(names: Sequence[str]) -> Ladder:
    """The pictures of levels with these names, from the lowest up.

    >>> [stair.height for stair in ladder(["Follow", "Assist", "Apply"]).stairs]
    [112, 136, 160]
    """
    count = len(names)
    stair = min(WIDEST_STAIR, (WIDTH - GAP * (count - 1)) / count) if count else 0.0
    height = FOOT + RISE * (count - 1)
    stairs = []
    for place, name in enumerate(names) if count <= MOST_STAIRS else ():
        tall = FOOT + RISE * place
        top = height - tall
        lines = _lines(name, stair)
        stairs.append(
            Stair(
                x=round(place * (stair + GAP), 1),
                y=top,
                width=round(stair, 1),
                height=tall,
                lines=tuple((top + 50 + LINE * number, line) for number, line in enumerate(lines)),
            )
        )
    strips = [STRIP + STRIP_RISE * min(place, MOST_RISES) for place in range(count)]
    rows = tuple(
        _row(name, place * (ROW + 4), strip)
        for place, (name, strip) in enumerate(zip(names, strips, strict=True))
    )
    return Ladder(
        tuple(stairs),
        round(count * stair + GAP * (count - 1), 1) if count else 0,
        height,
        rows,
        count * (ROW + 4) - 4 if count else 0,
    )


def _row(name: str, y: float, strip: float) -> Row:
    lines = _lines(name, ROW_WIDTH - strip - NUMBER, most=2)
    first = y + (28 if len(lines) == 1 else 20)
    return Row(
        y, strip, strip + MARGIN, tuple((first + LINE * number, line) for number, line in enumerate(lines))
    )


def _lines(name: str, width: float, *, most: int = NAME_LINES) -> list[str]:
    letters = max(4, int((width - 2 * MARGIN) / LETTER))
    return textwrap.wrap(name, letters, max_lines=most, placeholder=" …", break_long_words=True)
