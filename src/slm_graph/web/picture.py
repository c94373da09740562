"""A crosswalk as a picture: concepts on two sides, a line for each mapping."""

from __future__ import annotations

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

LETTERS = 40
"""Of a label in a box; the title has all of it."""


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
    """A concept; `text` fits, `title` is whole."""

    x: int
    y: int
    text: str
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
    top = {
        side: {iri: round(8 + STEP * (place + (rows - len(column)) / 2)) for place, iri in enumerate(column)}
        for side, column in (("left", left), ("right", right))
    }
    boxes = [_box(links[iri], 0, top["left"][iri]) for iri in left]
    boxes += [_box(links[iri], WIDTH - BOX, top["right"][iri]) for iri in right]
    strokes = [
        _stroke(line, top["left"][subject.iri], top["right"][object_.iri], subject, object_)
        for line, subject, object_ in drawn
    ]
    kinds = {_kind(line.relation): line.relation.text for line, _, _ in drawn}
    return Picture(
        WIDTH,
        rows * STEP + 8,
        BOX,
        BOX_HEIGHT,
        tuple(boxes),
        tuple(strokes),
        tuple(sorted(kinds.items())),
        len(drawn),
    )


def _kind(relation: Link) -> str:
    local = relation.iri.rpartition("#")[2].rpartition("/")[2]
    known = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    return local if local in known else "other"


def _box(link: Link, x: int, y: int) -> Box:
    title = f"{link.notation} {link.text}" if link.notation else link.text
    text = title if len(title) <= LETTERS else title[: LETTERS - 1].rstrip() + "…"
    return Box(x, y, text, title, link.href)


def _stroke(line: Drawn, left: int, right: int, subject: Link, object_: Link) -> Stroke:
    x1, x2, y1, y2 = BOX, WIDTH - BOX, left + BOX_HEIGHT // 2, right + BOX_HEIGHT // 2
    bend = (x2 - x1) // 2
    sure = float(line.confidence) if line.confidence is not None else 0.5
    told = f"{subject.text} – {line.relation.text} – {object_.text}"
    return Stroke(
        f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}",
        _kind(line.relation),
        max(1, min(5, round(sure * 5))),
        told + (f" ({line.confidence})" if line.confidence is not None else ""),
    )
