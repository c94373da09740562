"""The report for people (German or English), as JSON, as SARIF 2.1.0 and as a SHACL validation report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal
from urllib.parse import quote

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from slm_graph.engine.canonical import string_text
from slm_graph.engine.canonical import term_text as n_quads_text
from slm_graph.errors import Language, Text
from slm_graph.validation.report import SEVERITIES, Report, Rule, Severity, ValidationResult
from slm_graph.validation.shapes import shapes_graph
from slm_graph.validation.terms import term_text

ReportFormat = Literal["human", "json", "sarif", "turtle"]

MOST_RESULTS_SHOWN = 20
"""Of one rule, to a person: more fill screens and say nothing new; the other formats have them all."""

LONGEST_PATH = 60
"""Characters of a path shown to a person: longer ones explain nothing that the rule's own words do not."""

_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVELS: dict[Severity, str] = {"Violation": "error", "Warning": "warning", "Info": "note"}

_ONE: dict[Severity, Text] = {
    "Violation": Text(de="Verstoß", en="violation"),
    "Warning": Text(de="Warnung", en="warning"),
    "Info": Text(de="Hinweis", en="remark"),
}
_MANY: dict[Severity, Text] = {
    "Violation": Text(de="Verstöße", en="violations"),
    "Warning": Text(de="Warnungen", en="warnings"),
    "Info": Text(de="Hinweise", en="remarks"),
}


def render(
    report: Report,
    format: ReportFormat,
    *,
    language: Language,
    strict: bool = False,
    sources: Sequence[str] = (),
) -> str:
    """The report as text that ends in a line end; the same report gives the same text.

    `strict`: the verdict as `Report.conforms(strict=True)` gives it. `sources`: names of the files judged, in order.
    JSON and Turtle carry both languages, whatever `language` is.
    """
    if format == "human":
        return _human(report, language=language, strict=strict)
    if format == "json":
        return _dumped(_json(report, strict=strict, sources=sources))
    if format == "sarif":
        return _dumped(_sarif(report, language=language, strict=strict, sources=sources))
    return _turtle(report)


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _by_id(report: Report) -> dict[str, Rule]:
    return {rule.id: rule for rule in report.rules}


def _counted(number: int, severity: Severity, language: Language) -> str:
    word = _ONE[severity] if number == 1 else _MANY[severity]
    return f"{number:d} {word.in_language(language)}"


def verdict(report: Report, *, language: Language, strict: bool = False) -> str:
    """One line: refused or in order, how much was found, how much was judged by how many rules."""
    passed = report.conforms(strict=strict)
    if language == "de":
        word = "In Ordnung" if passed else "Abgelehnt"
        judged = f"{report.judged} {'Konzept' if report.judged == 1 else 'Konzepte'} nach {len(report.rules)} Regeln geprüft"
    else:
        word = "In order" if passed else "Refused"
        judged = f"{report.judged} {'concept' if report.judged == 1 else 'concepts'} judged by {len(report.rules)} rules"
    found = ", ".join(_counted(report.count(severity), severity, language) for severity in _ONE)
    return f"{word}: {found}; {judged} ({', '.join(report.shape_sets)})."


def _human(report: Report, *, language: Language, strict: bool) -> str:
    rules = _by_id(report)
    lines: list[str] = []
    for rule_id, group in groupby(report.results, key=lambda result: result.source_shape):
        rule = rules[rule_id]
        results = list(group)
        lines.append(
            f"{rule.id}  {_ONE[rule.severity].in_language(language)}: {rule.name.in_language(language)}"
        )
        lines.append(f"    {rule.message.in_language(language)}")
        for result in results[:MOST_RESULTS_SHOWN]:
            told = (
                result.message.in_language(language).removeprefix(rule.message.in_language(language)).strip()
            )
            place = _place(result, base=report.base)
            path = result.result_path or ""
            shown = [place, path if len(path) <= LONGEST_PATH else "", told]
            lines.append("  → " + "  ".join(part for part in shown if part))
        left = len(results) - MOST_RESULTS_SHOWN
        if left > 0:
            more = Text(
                de=f"und {left} weitere; alle zeigt --format json",
                en=f"and {left} more; --format json shows them all",
            )
            lines.append(f"  … {more.in_language(language)}")
        lines.append("")
    lines.append(verdict(report, language=language, strict=strict))
    return "\n".join(lines) + "\n"


def _place(result: ValidationResult, *, base: str) -> str:
    """The focus node; of a record about a statement the statement, for the record's own label leads nowhere."""
    return " ".join(term_text(term, base=base) for term in result.annotated or (result.focus_node,))


def _both(text: Text) -> dict[str, str]:
    return {"de": text.de, "en": text.en}


def _json(report: Report, *, strict: bool, sources: Sequence[str]) -> dict[str, Any]:
    asked = dict(report.focus_node_counts)
    return {
        "conforms": report.conforms(strict=strict),
        "strict": strict,
        "sources": list(sources),
        "shapeSets": list(report.shape_sets),
        "concepts": report.judged,
        "triples": report.triples,
        "counts": {severity: report.count(severity) for severity in SEVERITIES.values()},
        "results": [_json_result(result, report) for result in report.results],
        "rules": [
            {
                "id": rule.id,
                "iri": str(rule.iri),
                "shapeSet": rule.shape_set,
                "severity": rule.severity,
                "path": rule.path,
                "name": _both(rule.name),
                "message": _both(rule.message),
                "focusNodes": asked[rule.id],
            }
            for rule in report.rules
        ],
    }


def _json_result(result: ValidationResult, report: Report) -> dict[str, Any]:
    return {
        "sourceShape": result.source_shape,
        "severity": result.severity,
        "focusNode": n_quads_text(result.focus_node),
        "annotated": None if result.annotated is None else [n_quads_text(term) for term in result.annotated],
        "resultPath": result.result_path,
        "value": None if result.value is None else n_quads_text(result.value),
        "sourceConstraintComponent": str(result.source_constraint_component),
        "message": _both(result.message),
    }


def _sarif(report: Report, *, language: Language, strict: bool, sources: Sequence[str]) -> dict[str, Any]:
    place = {rule.id: index for index, rule in enumerate(report.rules)}
    artifacts = [{"location": {"uri": quote(name)}} for name in sources]
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _sarif_driver(report, language)},
                "language": language,
                "artifacts": artifacts,
                "results": [
                    {
                        "ruleId": result.source_shape,
                        "ruleIndex": place[result.source_shape],
                        "level": _SARIF_LEVELS[result.severity],
                        "message": {"text": _sarif_message(result, report, language)},
                        "locations": [_sarif_location(result, artifacts)],
                        "partialFingerprints": {"slmGraphResult/v1": _fingerprint(result)},
                        "properties": _json_result(result, report),
                    }
                    for result in report.results
                ],
                "properties": {
                    "conforms": report.conforms(strict=strict),
                    "shapeSets": list(report.shape_sets),
                    "concepts": report.judged,
                },
            }
        ],
    }


def _sarif_driver(report: Report, language: Language) -> dict[str, Any]:
    return {
        "name": "slm-graph",
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.name.in_language(language)},
                "fullDescription": {"text": rule.message.in_language(language)},
                "helpUri": str(rule.iri),
                "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
                "properties": {
                    "shapeSet": rule.shape_set,
                    "name": _both(rule.name),
                    "message": _both(rule.message),
                },
            }
            for rule in report.rules
        ],
    }


def _sarif_message(result: ValidationResult, report: Report, language: Language) -> str:
    return f"{_place(result, base=report.base)}: {result.message.in_language(language)}"


def _sarif_location(result: ValidationResult, artifacts: list[dict[str, Any]]) -> dict[str, Any]:
    """The node; and the file if there is but one, since RDF does not say which of several a node stands in."""
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": n_quads_text(result.focus_node), "kind": "resource"}]
    }
    if len(artifacts) == 1:
        location["physicalLocation"] = {"artifactLocation": {**artifacts[0]["location"], "index": 0}}
    return location


def _fingerprint(result: ValidationResult) -> str:
    value = "" if result.value is None else n_quads_text(result.value)
    told = "\n".join(
        (result.source_shape, n_quads_text(result.focus_node), value, str(result.source_constraint_component))
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _turtle(report: Report) -> str:
    """An `sh:ValidationReport` (SHACL 3.6); `sh:conforms` is SHACL's own: true only without any result."""
    shapes = shapes_graph(report.shape_sets, base=report.base)
    lines = [
        f"@prefix sh: <{SH}> .",
        f"@prefix xsd: <{XSD}> .",
        "",
        "[] a sh:ValidationReport ;",
    ]
    rules = _by_id(report)
    results = [_turtle_result(result, rules[result.source_shape], shapes) for result in report.results]
    conforms = f'    sh:conforms "{"false" if results else "true"}"^^xsd:boolean'
    lines.append(" ;\n".join([conforms, *(f"    sh:result {text}" for text in results)]) + " .")
    return "\n".join(lines) + "\n"


def _turtle_result(result: ValidationResult, rule: Rule, shapes: Graph) -> str:
    statements = [
        "a sh:ValidationResult",
        f"sh:focusNode {n_quads_text(result.focus_node)}",
        f"sh:resultSeverity sh:{result.severity}",
        f"sh:sourceShape {n_quads_text(rule.iri)}",
        f"sh:sourceConstraintComponent {n_quads_text(result.source_constraint_component)}",
    ]
    path = shapes.value(rule.iri, SH.path)
    if path is not None:
        statements.append(f"sh:resultPath {_path_turtle(shapes, path)}")
    if result.value is not None:
        statements.append(f"sh:value {n_quads_text(result.value)}")
    statements += [
        f"sh:resultMessage {string_text(result.message.de)}@de",
        f"sh:resultMessage {string_text(result.message.en)}@en",
    ]
    return "[\n        " + " ;\n        ".join(statements) + "\n    ]"


def _path_turtle(shapes: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return n_quads_text(path)
    if (path, RDF.first, None) in shapes:
        return "( " + " ".join(_path_turtle(shapes, step) for step in shapes.items(path)) + " )"
    inner = [
        f"<{predicate}> {_path_turtle(shapes, operand)}"
        for predicate, operand in shapes.predicate_objects(path)
    ]
    return "[ " + " ; ".join(sorted(inner)) + " ]"
