"""The validation report of the current release, as a page and in the forms it was written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import NotFound, Text
from slm_graph.formats import HTML, JSON, TURTLE, Format
from slm_graph.web import pages
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Reader
from slm_graph.web.words import words

SHOWN = 150
"""Results on the page: some 80 kB; all of them are in the files."""

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
                **_view(report, reader),
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


def _view(report: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    language = reader.language
    names = {rule["id"]: rule["name"][language] for rule in report["rules"]}
    results = [
        {
            "rule": result["sourceShape"],
            "name": names.get(result["sourceShape"], ""),
            "severity": result["severity"],
            "focus": result["focusNode"],
            "message": result["message"][language],
        }
        for result in report["results"][:SHOWN]
    ]
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
        "results": results,
        "further": len(report["results"]) - len(results),
        "rules": rules,
        "severities": ("Violation", "Warning", "Info"),
    }
