"""The shapes as shipped: their sets, their rules, their targets, moved to the base of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from slm_graph import resources
from slm_graph.errors import LANGUAGES, EnvironmentFault, Text, UsageError
from slm_graph.model import Triple
from slm_graph.namespaces import DEFAULT_BASE, rebase
from slm_graph.validation.report import RULES_BASE, SEVERITIES, Rule
from slm_graph.validation.terms import path_text

ALWAYS = "gate"
"""The set that takes part in every validation: that there is something to judge at all."""

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def chosen_sets(names: Sequence[str] | None) -> tuple[str, ...]:
    """The sets to judge by, in alphabetical order, the one always judged included; None: all.

    Raises UsageError for a name that is no set, and for an empty choice, which would judge nothing.
    """
    known = tuple(resources.shape_files())
    if names is None:
        return known
    unknown = sorted(set(names) - set(known))
    if unknown or not names:
        given = ", ".join(unknown) or "–"
        raise UsageError(
            Text(de=f"Unbekannte Regelwerke: {given}.", en=f"Unknown sets of shapes: {given}."),
            hint=Text(de=f"Bekannt sind: {', '.join(known)}.", en=f"Known are: {', '.join(known)}."),
        )
    return tuple(sorted({*names, ALWAYS}))


@lru_cache(maxsize=8)  # more than there are shape files
def _parsed(name: str) -> tuple[Triple, ...]:
    graph = Graph()
    try:
        graph.parse(data=resources.shape_files()[name], format="turtle")
    except Exception as fault:
        raise EnvironmentFault(
            Text(
                de=f"Das Regelwerk {name} ist beschädigt: {fault}",
                en=f"the set of shapes {name} is broken: {fault}",
            )
        ) from fault
    return tuple(graph)  # type: ignore[arg-type]  # rdflib's own triples


def shapes_graph(names: Iterable[str], *, base: str) -> Graph:
    """A new graph of the sets' shapes for data under `base`; the rules' own IRIs stay."""

    def moved(term: Node) -> Node:
        return term if str(term).startswith(RULES_BASE) else rebase(term, base=base)

    graph = Graph()
    for name in names:
        for subject, predicate, object_ in _parsed(name):
            graph.add((moved(subject), predicate, moved(object_)))
    return graph


@lru_cache(maxsize=8)
def _rules_of(name: str) -> tuple[Rule, ...]:
    graph = shapes_graph((name,), base=DEFAULT_BASE)
    found = [_rule(graph, shape, name) for shape in graph.subjects(SH.severity) if isinstance(shape, URIRef)]
    return tuple(sorted(found, key=lambda rule: rule.id))


def _rule(graph: Graph, shape: URIRef, shape_set: str) -> Rule:
    severity = graph.value(shape, SH.severity)
    path = graph.value(shape, SH.path)
    if not isinstance(severity, URIRef) or severity not in SEVERITIES:
        raise EnvironmentFault(
            Text(de=f"Unbekannter Schweregrad an {shape}", en=f"unknown severity of {shape}")
        )
    return Rule(
        id=shape.removeprefix(RULES_BASE),
        severity=SEVERITIES[severity],
        name=_text(graph, shape, SH.name),
        message=_text(graph, shape, SH.message),
        shape_set=shape_set,
        path=None if path is None else path_text(graph, path, base=DEFAULT_BASE),
        judged_in_python=graph.value(shape, SH.deactivated) == Literal(True),
    )


def _text(graph: Graph, shape: URIRef, predicate: URIRef) -> Text:
    said = {
        value.language: str(value) for value in graph.objects(shape, predicate) if isinstance(value, Literal)
    }
    if set(said) != set(LANGUAGES):
        raise EnvironmentFault(
            Text(
                de=f"{shape} braucht {predicate} auf Deutsch und Englisch",
                en=f"{shape} needs {predicate} in German and English",
            )
        )
    return Text(de=said["de"], en=said["en"])


def rules(shape_sets: Sequence[str] | None = None) -> tuple[Rule, ...]:
    """Every rule of the sets (None: all), by set and id. Raises UsageError for a name that is no set."""
    return tuple(rule for name in chosen_sets(shape_sets) for rule in _rules_of(name))


def for_pyshacl(shapes: Graph) -> Graph:
    """A copy that gives pyshacl the same results as the shapes give by the standard, and sooner.

    A property shape of a node shape with targets carries those targets itself: SHACL puts it to the same focus nodes
    (4.7.2), and pyshacl evaluates a shape with targets once for all of them, but a nested one anew for each.
    A pattern's final `$` becomes `\\Z`: pyshacl hands it to Python, where `$` also matches before a last line end,
    which it does not in XPath (SHACL 4.4.3).
    """
    flat = Graph()
    for triple in shapes:
        flat.add(triple)
    for parent, shape in shapes.subject_objects(SH.property):
        targets = [(kind, node) for kind in _TARGETS for node in shapes.objects(parent, kind)]
        if targets:
            flat.remove((parent, SH.property, shape))
            for kind, node in targets:
                flat.add((shape, kind, node))
    for shape, pattern in shapes.subject_objects(SH.pattern):
        if str(pattern).endswith("$"):
            flat.set((shape, SH.pattern, Literal(str(pattern).removesuffix("$") + r"\Z")))
    return flat


def instances(data: Graph, cls: Node) -> set[Node]:
    """What is typed with the class or with one of its subclasses as the data declare them (SHACL 1.1)."""
    found: set[Node] = set()
    for sub in set(data.transitive_subjects(RDFS.subClassOf, cls)):
        found.update(data.subjects(RDF.type, sub))
    return found


def focus_node_counts(data: Graph, shapes: Graph, shape_iris: Iterable[URIRef]) -> Iterator[int]:
    """For each shape the number of nodes that its own targets select (SHACL 2.1.3)."""
    selected: dict[tuple[URIRef, Node], set[Node]] = {}
    select: dict[URIRef, Callable[[Node], set[Node]]] = {
        SH.targetNode: lambda node: {node},
        SH.targetClass: lambda cls: instances(data, cls),
        SH.targetSubjectsOf: lambda predicate: set(data.subjects(predicate)),
        SH.targetObjectsOf: lambda predicate: set(data.objects(None, predicate)),
    }
    for shape in shape_iris:
        found: set[Node] = set()
        for kind in _TARGETS:
            for node in shapes.objects(shape, kind):
                if (kind, node) not in selected:
                    selected[kind, node] = select[kind](node)
                found |= selected[kind, node]
        yield len(found)
