"""What a reader wants to see of a crosswalk's table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from rdflib.namespace import SKOS

from slm_graph.errors import Text
from slm_graph.web.problems import Problem

PAGE_ROWS = 200
"""Rows on a page unless asked otherwise: some 100 kB of HTML."""

MOST_PAGE_ROWS = 300
"""Whatever is asked: a page stays below 200 kB. The files have all rows."""

MOST_PREDICATES = 20
"""In one filter: more than a set has."""

_NUMBER = re.compile(r"(0(\.\d{0,6})?|1(\.0{0,6})?|\.\d{1,6})")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader wants to see of a table."""

    predicates: tuple[str, ...]
    least: float | None
    page: int
    rows: int
    chains: bool

    def fields(self) -> list[tuple[str, str]]:
        """As parameters of an address, without the page."""
        said = [("predicate", predicate) for predicate in self.predicates]
        return said + ([("min", f"{self.least:g}")] if self.least is not None else [])


def filter_of_request() -> Filter:
    """What the address asks for. Raises a Problem for what cannot be meant."""
    predicates = tuple(dict.fromkeys(iri for iri in request.args.getlist("predicate") if iri))
    least = request.args.get("min", "").replace(",", ".")
    page, rows = request.args.get("page", "1"), request.args.get("rows", str(PAGE_ROWS))
    if len(predicates) > MOST_PREDICATES or any(len(iri) > 500 for iri in predicates):
        raise Problem(400, Text(de="Zu viele Beziehungen.", en="Too many relations."))
    if least and not _NUMBER.fullmatch(least):
        raise Problem(
            400, Text(de="min erwartet eine Zahl von 0 bis 1.", en="min takes a number from 0 to 1.")
        )
    for text in (page, rows):
        if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text) >= 1):
            raise Problem(
                400, Text(de="page und rows erwarten Zahlen ab 1.", en="page and rows take numbers from 1.")
            )
    expanded = tuple(
        str(SKOS) + iri.removeprefix("skos:") if iri.startswith("skos:") else iri for iri in predicates
    )
    return Filter(
        expanded,
        float(least) if least else None,
        int(page),
        min(int(rows), MOST_PAGE_ROWS),
        request.args.get("chains") == "1",
    )
