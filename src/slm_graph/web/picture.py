"""A crosswalk as a picture: concepts on two sides, a line for each mapping."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from slm_graph.web.views import Link

LINES = 40
"""Mappings drawn: more lines than that are a hatching, not a picture."""

WIDTH = 960
BOX = 340
"""Of a concept's box, in units of the drawing; the lines have what is between the two columns."""

STEP = 38
BOX_HEIGHT = 30
LINE = 17

LETTERS = 38
"""Of a line of a label: the widest font of readers takes 8.2 units for one, on average."""

_NUMBER_AT_END = re.compile(r" (?=\d+$)")
_HELD = "\u00a0"
"""Holds the number of a level by its word: alone in a line it says nothing."""

LABEL_LINES = 2
"""Of a label in a box; the longest names of ESCO have more, and the title has all of it."""


class Drawn(Protocol):
    @property
    def subject(self) -> Link | None: ...
    @property
    def relation(self) -> Link: ...
    @property
    def object(self) -> Link | None: ...
    @property
    def negated(self) -> bool: ...
    @property
    def confidence(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Box:
    """A concept; `lines` fit, `title` is whole."""

    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    """Baseline and text of each."""
    title: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A mapping: `path` in SVG's words, `kind` the predicate's local name as a class, `weight` 1 to 5."""

    path: str
    kind: str
    weight: int
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    kinds: tuple[tuple[str, str], ...]
    """Class and name of each kind of line, for the legend."""
    shown: int


def picture(lines: Sequence[Drawn]) -> Picture | None:
    """The picture of some mappings, or None where there is nothing to draw."""
    drawn = [
        (line, s, o) for line in lines if (s := line.subject) and (o := line.object) and not line.negated
    ]
    if not drawn:
        return None
    left = list(dict.fromkeys(subject.iri for _, subject, _ in drawn))
    # the right side in the mean order of those on the left: fewer lines cross
    places: dict[str, list[int]] = {}
    for _, subject, object_ in drawn:
        places.setdefault(object_.iri, []).append(left.index(subject.iri))
    right = sorted(places, key=lambda iri: sum(places[iri]) / len(places[iri]))  # else as they come
    rows = max(len(left), len(right))
    links = {link.iri: link for _, subject, object_ in drawn for link in (subject, object_)}
    labels = {iri: _lines(link) for iri, link in links.items()}
    most = max(map(len, labels.values()))
    step, height = STEP + LINE * (most - 1), BOX_HEIGHT + LINE * (most - 1)
    top = {
        side: {iri: round(8 + step * (place + (rows - len(column)) / 2)) for place, iri in enumerate(column)}
        for side, column in (("left", left), ("right", right))
    }
    boxes = [
        _box(links[iri], labels[iri], x, top[side][iri], height)
        for side, column, x in (("left", left, 0), ("right", right, WIDTH - BOX))
        for iri in column
    ]
    middle = height // 2
    strokes = [
        _stroke(line, top["left"][subject.iri] + middle, top["right"][object_.iri] + middle, subject, object_)
        for line, subject, object_ in drawn
    ]
    kinds = {_kind(line.relation): line.relation.text for line, _, _ in drawn}
    return Picture(
        WIDTH,
        rows * step + 8,
        BOX,
        height,
        tuple(boxes),
        tuple(strokes),
        tuple(sorted(kinds.items())),
        len(drawn),
    )


def _kind(relation: Link) -> str:
    local = relation.iri.rpartition("#")[2].rpartition("/")[2]
    known = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    return local if local in known else "other"


def _title(link: Link) -> str:
    return f"{link.notation} {link.text}" if link.notation else link.text


def _lines(link: Link) -> list[str]:
    title = _NUMBER_AT_END.sub(_HELD, _title(link))
    found = textwrap.wrap(title, LETTERS, max_lines=LABEL_LINES, placeholder=" …") or [""]
    return [line.replace(_HELD, " ") for line in found]


def _box(link: Link, lines: Sequence[str], x: int, y: int, height: int) -> Box:
    # 5: half of a letter's height below the middle
    first = y + height // 2 + 5 - LINE * (len(lines) - 1) // 2
    placed = tuple((first + LINE * number, line) for number, line in enumerate(lines))
    return Box(x, y, placed, _title(link), link.href)


def _stroke(line: Drawn, y1: int, y2: int, subject: Link, object_: Link) -> Stroke:
    x1, x2 = BOX, WIDTH - BOX
    bend = (x2 - x1) // 2
    sure = float(line.confidence) if line.confidence is not None else 0.5
    told = f"{subject.text} – {line.relation.text} – {object_.text}"
    return Stroke(
        f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}",
        _kind(line.relation),
        max(1, min(5, round(sure * 5))),
        told + (f" ({line.confidence})" if line.confidence is not None else ""),
    )
