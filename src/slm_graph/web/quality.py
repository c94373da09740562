"""The validation report of the current release, as a page and in the forms it was written in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import NotFound, Text
from slm_graph.formats import HTML, JSON, TURTLE, Format
from slm_graph.mapping import NO_TERM_FOUND
from slm_graph.web import pages
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Link, Names
from slm_graph.web.words import words

SHOWN = 20
"""Results of one rule on the page, as many as the command line shows: more say nothing new; the files have them all."""

FINDINGS = "findings.json"
"""Its name in a release; one whose sources were without fault has none."""

REPORT_JSON = Format("json", "JSON", JSON.media_type, "json")
FORMATS = (HTML, TURTLE, REPORT_JSON)
_FIXED = {row.suffix: row for row in (TURTLE, REPORT_JSON)}


@dataclass(frozen=True, slots=True)
class Quality:
    """The answers about what the gate found."""

    site: Site
    kept: Representations

    def report(self, suffix: str | None = None) -> Response:
        """`/quality`, `/quality.json`, `/quality.ttl`."""
        served = self.site.current()
        mount = served.addresses.mount
        fixed = _FIXED.get(suffix) if suffix else None
        if suffix and fixed is None:
            raise NotFound(
                Text(
                    de="In dieser Form gibt es den Bericht nicht.",
                    en="The report is not written in this form.",
                )
            )
        row = fixed or negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), FORMATS)
        if row is None:
            raise not_acceptable(
                [Offer(HTML), *(Offer(one, f"{mount}/quality.{one.suffix}") for one in _FIXED.values())]
            )
        reader = reader_of_request() if row is HTML else None

        def make() -> Representation:
            if reader is None:
                body = served.release.report_file(row.suffix).read_bytes()
                return representation(body, row.content_type, () if fixed else (("Vary", "Accept"),))
            report = json.loads(served.release.report_file("json").read_bytes())
            body = pages.render(
                "quality.html",
                reader=reader,
                mount=mount,
                href=f"{mount}/quality",
                served=served,
                w=words(reader.language),
                noticed=_noticed(served),
                **_view(report, Names(served.catalogue, served.addresses, reader)),
            )
            headers = (("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language))
            return representation(body, row.content_type, headers)

        key = (served.release.version, "quality", row.name, fixed is None, reader)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)

    def findings(self) -> Response:
        """`/quality/findings.json`: what was noticed in the sources, row by row. Raises NotFound where it was nothing."""
        served = self.site.current()
        if FINDINGS not in served.release.manifest["files"]:
            raise NotFound(
                Text(de="In den Quellen fiel nichts auf.", en="Nothing was noticed in the sources.")
            )

        def make() -> Representation:
            return representation((served.release.path / FINDINGS).read_bytes(), REPORT_JSON.content_type)

        key = (served.release.version, FINDINGS)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)


def _noticed(served: Served) -> dict[str, Any]:
    """What the readers of the sources noticed, by kind; empty where it was nothing."""
    if FINDINGS not in served.release.manifest["files"]:
        return {}
    found: dict[str, Any] = json.loads((served.release.path / FINDINGS).read_bytes())["kinds"]
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something was found: the focus node, or the ends of the mapping it records; and what the rule adds here."""

    terms: tuple[Link | str, ...]
    """A text where there is nothing to link."""
    told: str


@dataclass(frozen=True, slots=True)
class _Group:
    """What was found by one rule; `places` are the first of `number`."""

    rule: str
    severity: str
    name: str
    message: str
    number: int
    places: tuple[_Place, ...]


def _groups(report: Mapping[str, Any], names: Names) -> list[_Group]:
    """By rule, in the order of the report: the gravest first."""
    language = names.reader.language
    rules = {rule["id"]: rule for rule in report["rules"]}
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for result in report["results"]:
        by_rule.setdefault(result["sourceShape"], []).append(result)
    shown = [result for found in by_rule.values() for result in found[:SHOWN]]
    names.learn(iri for result in shown for term in _terms(result) if (iri := _iri(term)) is not None)
    made: list[_Group] = []
    for id_, found in by_rule.items():
        message = rules[id_]["message"][language]
        places = tuple(
            _Place(
                tuple(
                    term
                    if (iri := _iri(term)) is None
                    else names.property(iri)
                    if place == 1
                    else names.link(iri)
                    for place, term in enumerate(_terms(result))
                ),
                result["message"][language].removeprefix(message).strip(),
            )
            for result in found[:SHOWN]
        )
        made.append(
            _Group(id_, found[0]["severity"], rules[id_]["name"][language], message, len(found), places)
        )
    return made


def _terms(result: Mapping[str, Any]) -> Sequence[str]:
    """Subject, predicate and object of the mapping that was judged, else the focus node alone; in N-Quads."""
    annotated: Sequence[str] | None = result.get("annotated")  # releases of earlier versions do not say it
    if (
        annotated and annotated[-1] == f"<{NO_TERM_FOUND}>"
    ):  # no mapping by the predicate: nothing was found for it
        return annotated[0], annotated[-1]
    return annotated or (result["focusNode"],)


def _iri(term: str) -> str | None:
    return term[1:-1] if term.startswith("<") else None


def _view(report: Mapping[str, Any], names: Names) -> dict[str, Any]:
    language = names.reader.language
    rules = [
        {
            "id": rule["id"],
            "severity": rule["severity"],
            "name": rule["name"][language],
            "asked": rule["focusNodes"],
        }
        for rule in report["rules"]
    ]
    return {
        "report": report,
        "groups": _groups(report, names),
        "rules": rules,
        "severities": ("Violation", "Warning", "Info"),
    }
