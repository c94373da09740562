"""The rules that SHACL Core cannot say, or not in linear time; each is declared, deactivated, among the shapes."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from slm_graph.namespaces import vocabulary
from slm_graph.validation.correspondences import collapsed, dangling, dangling_elsewhere
from slm_graph.validation.cycles import cyclic_edges

Finding = tuple[Node, Node | None]
"""Focus node and offending value."""

SKOS_DOCUMENT = URIRef("http://www.w3.org/2004/02/skos/core")
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


def nothing_to_judge(graph: Graph, base: str) -> Iterator[Finding]:
    """One finding if no statement uses a property or class of SKOS. Declaring SKOS terms is not using them."""
    for _, predicate, object_ in graph:
        if str(predicate).startswith(str(SKOS)) or (
            predicate == RDF.type and str(object_).startswith(str(SKOS))
        ):
            return
    yield SKOS_DOCUMENT, None


def cycles(graph: Graph, base: str) -> Iterator[Finding]:
    """Each concept that is above itself, with the broader concept through which it is."""
    edges: dict[Node, set[Node]] = defaultdict(set)
    for predicate in (SKOS.broader, SKOS.broaderTransitive):
        for child, parent in graph.subject_objects(predicate):
            edges[child].add(parent)
    for predicate in (SKOS.narrower, SKOS.narrowerTransitive):
        for parent, child in graph.subject_objects(predicate):
            edges[child].add(parent)
    return cyclic_edges(edges)


def _repeated_in_scheme(graph: Graph, predicate: URIRef) -> Iterator[tuple[Node, set[Node]]]:
    """Each value that several concepts of one scheme have, with those concepts."""
    bearers: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
    for concept, value in graph.subject_objects(predicate):
        for scheme in graph.objects(concept, SKOS.inScheme):
            bearers[scheme, value].add(concept)
    for (_, value), concepts in bearers.items():
        if len(concepts) > 1:
            yield value, concepts


def repeated_notations(graph: Graph, base: str) -> Iterator[Finding]:
    for notation, concepts in _repeated_in_scheme(graph, SKOS.notation):
        for concept in concepts:
            yield concept, notation


def _skills_and_levels(graph: Graph, base: str) -> set[Node]:
    slm = vocabulary(base)
    return {
        node
        for cls in (slm.Skill, slm.SkillLevel, slm.LevelOfResponsibility)
        for node in graph.subjects(RDF.type, cls)
    }


def repeated_labels_of_skills(graph: Graph, base: str) -> Iterator[Finding]:
    """Preferred labels that a skill or level shares with another concept of its scheme."""
    ours = _skills_and_levels(graph, base)
    for label, concepts in _repeated_in_scheme(graph, SKOS.prefLabel):
        if concepts & ours:
            for concept in concepts:
                yield concept, label


def repeated_labels_of_others(graph: Graph, base: str) -> Iterator[Finding]:
    """Preferred labels that concepts share which are no skills or levels."""
    ours = _skills_and_levels(graph, base)
    for label, concepts in _repeated_in_scheme(graph, SKOS.prefLabel):
        if not concepts & ours:
            for concept in concepts:
                yield concept, label


def not_normalized(graph: Graph, base: str) -> Iterator[Finding]:
    """Labels that are not in NFC."""
    for predicate in LABELS:
        for node, label in graph.subject_objects(predicate):
            if isinstance(label, Literal) and not unicodedata.is_normalized("NFC", str(label)):
                yield node, label


def _lacking(graph: Graph, base: str, language: str) -> Iterator[Finding]:
    """Each scheme with the number of its concepts without a label in that language, if any; skills and levels of ours
    are judged one by one (LBL-001, LBL-002)."""
    concepts = set(graph.subjects(RDF.type, SKOS.Concept)) - _skills_and_levels(graph, base)
    named = {
        concept
        for concept, label in graph.subject_objects(SKOS.prefLabel)
        if isinstance(label, Literal) and (label.language or "").lower().split("-")[0] == language
    }
    missing: dict[Node, int] = defaultdict(int)
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        if concept in concepts and concept not in named:
            missing[scheme] += 1
    for scheme, number in missing.items():
        yield scheme, Literal(number)


def without_german(graph: Graph, base: str) -> Iterator[Finding]:
    return _lacking(graph, base, "de")


def without_english(graph: Graph, base: str) -> Iterator[Finding]:
    return _lacking(graph, base, "en")


def _number(graph: Graph, level: Node, base: str) -> int | None:
    """The level's number, if it has exactly one that is a whole number: anything else is LVL-001's."""
    numbers = [
        value.value
        for value in graph.objects(level, vocabulary(base).levelNumber)
        if isinstance(value, Literal)
    ]
    return numbers[0] if len(numbers) == 1 and type(numbers[0]) is int else None


def wrong_next_levels(graph: Graph, base: str) -> Iterator[Finding]:
    """Each level whose next level is not the next higher one of its scheme, with the missing or the wrong one."""
    slm = vocabulary(base)
    levels = {*graph.subjects(RDF.type, slm.LevelOfResponsibility), *graph.subjects(slm.nextLevel)}
    schemes: dict[Node, dict[int, set[Node]]] = defaultdict(lambda: defaultdict(set))
    for level in levels:
        number = _number(graph, level, base)
        if number is not None:
            for scheme in graph.objects(level, SKOS.inScheme):
                schemes[scheme][number].add(level)
    expected: dict[Node, set[Node]] = defaultdict(set)
    for by_number in schemes.values():
        ascending = sorted(by_number)
        for number, following in pairwise(ascending):
            for level in by_number[number]:
                expected[level] |= by_number[following]
    for level in levels:
        for other in set(graph.objects(level, slm.nextLevel)) ^ expected[level]:
            yield level, other


def wrong_defined_levels(graph: Graph, base: str) -> Iterator[Finding]:
    """Each skill with a level that is defined and not observed, or observed and not defined."""
    slm = vocabulary(base)
    observed: dict[Node, set[Node]] = defaultdict(set)
    for at_level, skill in graph.subject_objects(slm.skill):
        if (at_level, slm.typicallyObserved, Literal(True)) in graph:
            observed[skill].update(graph.objects(at_level, slm.level))
    skills = {
        *graph.subjects(RDF.type, slm.Skill), *graph.subjects(slm.definedAtLevel), *graph.subjects(slm.skillLevel),
        *observed,
    }  # fmt: skip
    for skill in skills:
        for level in set(graph.objects(skill, slm.definedAtLevel)) ^ observed[skill]:
            yield skill, level


def unordered_levels(graph: Graph, base: str) -> Iterator[Finding]:
    """Each collection's member whose level number is not above that of the member before it."""
    for collection, head in graph.subject_objects(SKOS.memberList):
        last: int | None = None
        for member in _items(graph, head):
            number = _number(graph, member, base)
            if number is None:
                continue
            if last is not None and number <= last:
                yield collection, member
            last = number


def _items(graph: Graph, head: Node) -> Iterator[Node]:
    """The list's members as far as it is well formed, each node once: what is broken is STR-017's."""
    seen: set[Node] = set()
    node: Node | None = head
    while node is not None and node != RDF.nil and node not in seen:
        seen.add(node)
        firsts = list(graph.objects(node, RDF.first))
        rests = list(graph.objects(node, RDF.rest))
        if len(firsts) != 1 or len(rests) != 1:
            return
        yield firsts[0]
        node = rests[0]


CHECKS: dict[str, Callable[[Graph, str], Iterable[Finding]]] = {
    "GATE-001": nothing_to_judge,
    "CYC-001": cycles,
    "STR-011": repeated_notations,
    "STR-012": repeated_labels_of_skills,
    "STR-013": cycles,
    "STR-019": repeated_labels_of_others,
    "LBL-011": not_normalized,
    "LBL-013": without_german,
    "LBL-014": without_english,
    "LVL-004": wrong_next_levels,
    "LVL-013": wrong_defined_levels,
    "LVL-016": unordered_levels,
    "MAP-001": dangling,
    "MAP-006": collapsed,
    "MAP-017": dangling_elsewhere,
}
"""Rule id → its judgement: data under a base → findings."""

GRAVER = {"CYC-001": "STR-013"}
"""Rules that say the same more mildly: left out where the graver one is judged, so nothing is reported twice."""
