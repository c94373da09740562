"""Judging a graph by shapes: pyshacl for what SHACL Core says, one pass in Python for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import rdflib
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, SH, SKOS, XSD
from rdflib.term import BNode, Node

from slm_graph.engine.canonical import canonical
from slm_graph.errors import EnvironmentFault, Text
from slm_graph.model import Quad, fingerprint
from slm_graph.namespaces import DEFAULT_BASE, vocabulary
from slm_graph.validation.checks import CHECKS, GRAVER
from slm_graph.validation.report import RULES_BASE, SEVERITIES, Report, Rule, ValidationResult
from slm_graph.validation.shapes import (
    chosen_sets,
    focus_node_counts,
    for_pyshacl,
    instances,
    rules,
    shapes_graph,
)
from slm_graph.validation.terms import sort_key, term_text

ABOUT_DEFINITIONS = frozenset({"LBL-008"})
"""Rules that ask for a definition: not put to a data set that is meant to have none."""

MOST_VALUES_NAMED = 5
"""Of a property, in a message: enough to recognise the place."""

_PYTHON_COMPONENT = URIRef(RULES_BASE + "PythonConstraintComponent")
_SEMANTIC = (
    SKOS.broader, SKOS.narrower, SKOS.related, SKOS.broaderTransitive, SKOS.narrowerTransitive, SKOS.semanticRelation,
)  # fmt: skip

_Found = tuple[str, Node, Node | None, URIRef]
"""Rule id, focus node, value, constraint component."""


def validate(
    graph: Graph,
    *,
    shape_sets: Sequence[str] | None = None,
    base: str = DEFAULT_BASE,
    with_definitions: bool = True,
    disposable: bool = False,
) -> Report:
    """The report on `graph`, the union of a data set, which stays as it is unless it is `disposable`.

    `shape_sets` are shape files without `.ttl` (None: all); `base` is the base IRI of the data.
    Without `with_definitions`, missing ones are no finding. Blank nodes in the report have their RDFC-1.0 labels.
    Raises UsageError for an unknown set, and EnvironmentFault if the shapes cannot be judged by.
    """
    names = chosen_sets(shape_sets)
    skipped = {mild for mild, grave in GRAVER.items() if any(rule.id == grave for rule in rules(names))}
    if not with_definitions:
        skipped |= ABOUT_DEFINITIONS
    judged_by = tuple(rule for rule in rules(names) if rule.id not in skipped)
    shapes = for_pyshacl(shapes_graph(names, base=base))
    for rule_id in skipped:
        shapes.set((URIRef(RULES_BASE + rule_id), SH.deactivated, Literal(True)))
    triples, judged = len(graph), fingerprint(graph)
    data = _made_comparable(graph if disposable else _copied(graph))
    found: set[_Found] = set(_by_shacl(data, shapes))
    for rule in judged_by:
        if rule.judged_in_python:
            found.update(
                (rule.id, focus, value, _PYTHON_COMPONENT) for focus, value in CHECKS[rule.id](data, base)
            )
    by_id = {rule.id: rule for rule in judged_by}
    results = [
        _result(by_id[rule_id], focus, value, component, data=data, shapes=shapes, base=base)
        for rule_id, focus, value, component in found
    ]
    counts = focus_node_counts(data, shapes, (rule.iri for rule in judged_by))
    return Report(
        results=tuple(sorted(results, key=_order)),
        shape_sets=names,
        rules=judged_by,
        focus_node_counts=tuple(zip((rule.id for rule in judged_by), counts, strict=True)),
        judged=len(_concepts(data, base)),
        triples=triples,
        fingerprint=judged,
        base=base,
    )


def _copied(graph: Graph) -> Graph:
    copy = Graph()
    for triple in graph:
        copy.add(triple)
    return copy


def _made_comparable(graph: Graph) -> Graph:
    """The graph itself, changed: what RDF 1.1 calls equal is equal, and blank nodes have the same label in every run.

    rdflib tells "a" from "a"^^xsd:string, which are one literal (RDF 1.1 Concepts, 3.3).
    """
    blank: list[Quad] = []
    typed: list[Quad] = []
    for subject, predicate, object_ in graph:
        if isinstance(subject, BNode) or isinstance(object_, BNode):
            blank.append((subject, URIRef(str(predicate)), object_, None))
        elif isinstance(object_, Literal) and object_.datatype == XSD.string:
            typed.append((subject, URIRef(str(predicate)), object_, None))
    for subject, predicate, object_, _ in (*blank, *typed):
        graph.remove((subject, predicate, object_))
    for subject, predicate, object_, _ in (*canonical([_plain(quad) for quad in blank]), *map(_plain, typed)):
        graph.add((subject, predicate, object_))
    return graph


def _plain(quad: Quad) -> Quad:
    subject, predicate, object_, graph = quad
    is_string = isinstance(object_, Literal) and object_.datatype == XSD.string
    return (subject, predicate, Literal(str(object_)), graph) if is_string else quad


def _by_shacl(data: Graph, shapes: Graph) -> Iterator[_Found]:
    """What SHACL Core finds. Without imports, inference or network; the verdict of pyshacl itself is not asked.

    pyshacl switches rdflib's normalisation of literals off and on again; it is put back as it was.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    normalizes = rdflib.NORMALIZE_LITERALS
    try:
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", advanced=False, do_owl_imports=False, inplace=True
        )
    except ReportableRuntimeError as fault:
        raise _unjudgeable(fault) from fault
    finally:
        rdflib.NORMALIZE_LITERALS = normalizes
    if not isinstance(report, Graph):
        raise _unjudgeable(report)
    for result in report.objects(None, SH.result):
        shape = report.value(result, SH.sourceShape)
        focus = report.value(result, SH.focusNode)
        component = report.value(result, SH.sourceConstraintComponent)
        if focus is None or not isinstance(component, URIRef) or not str(shape).startswith(RULES_BASE):
            raise _unjudgeable(f"{shape} {component} {focus}")
        yield str(shape).removeprefix(RULES_BASE), focus, report.value(result, SH.value), component


def _unjudgeable(fault: object) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de=f"Die Daten lassen sich nicht prüfen, sie gelten als abgelehnt: {fault}",
            en=f"the data cannot be judged and count as refused: {fault}",
        )
    )


def _result(
    rule: Rule, focus: Node, value: Node | None, component: URIRef, *, data: Graph, shapes: Graph, base: str
) -> ValidationResult:
    path = shapes.value(rule.iri, SH.path)
    if path is None:
        value = None  # a node shape's value is the focus node itself (SHACL 3.6.2.3): nothing new to say
    values = [value] if value is not None else []
    if not values and isinstance(path, URIRef):
        values = sorted(set(data.objects(focus, path)), key=sort_key)
        if component == SH.UniqueLangConstraintComponent:
            tags = [value.language for value in values if isinstance(value, Literal)]
            values = [
                value for value in values if isinstance(value, Literal) and tags.count(value.language) > 1
            ]
    shown = ", ".join(term_text(term, base=base) for term in values[:MOST_VALUES_NAMED])
    if len(values) > MOST_VALUES_NAMED:
        shown += ", …"
    return ValidationResult(
        focus_node=focus,
        result_path=rule.path,
        value=value,
        source_shape=rule.id,
        source_constraint_component=component,
        severity=rule.severity,
        message=Text(
            de=f"{rule.message.de} Wert: {shown}" if shown else rule.message.de,
            en=f"{rule.message.en} Value: {shown}" if shown else rule.message.en,
        ),
        annotated=_annotated(data, focus) if isinstance(focus, BNode) else None,
    )


def _annotated(data: Graph, record: BNode) -> tuple[Node, Node, Node] | None:
    subject, predicate, object_ = (
        data.value(record, part, any=True)
        for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
    )
    if subject is None or predicate is None or object_ is None:
        return None
    return subject, predicate, object_


def _order(result: ValidationResult) -> tuple[object, ...]:
    return (
        list(SEVERITIES.values()).index(result.severity),
        result.source_shape,
        sort_key(result.focus_node),
        sort_key(result.value),
        str(result.source_constraint_component),
    )


def _concepts(data: Graph, base: str) -> set[Node]:
    """What is typed as a concept, or told as one by its hierarchy; ends of mappings belong to others."""
    slm = vocabulary(base)
    found: set[Node] = set(data.subjects(SKOS.topConceptOf)) | set(data.objects(None, SKOS.hasTopConcept))
    for cls in (SKOS.Concept, slm.Skill, slm.SkillLevel, slm.LevelOfResponsibility):
        found |= instances(data, cls)
    for predicate in _SEMANTIC:
        for subject, object_ in data.subject_objects(predicate):
            found.update((subject, object_))
    return found
