"""The report: results with SHACL's own property names, and the verdict computed from their severities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from slm_graph.errors import Text
from slm_graph.namespaces import DEFAULT_BASE

Severity = Literal["Violation", "Warning", "Info"]

SEVERITIES: dict[URIRef, Severity] = {SH.Violation: "Violation", SH.Warning: "Warning", SH.Info: "Info"}
"""The gravest first."""

RULES_BASE = DEFAULT_BASE + "shapes#"
"""Rules keep their IRI whatever base the data are published under: an id must mean the same everywhere."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named shape: what it demands (`name`) and what to do where it fails (`message`)."""

    id: str
    """Stable, such as `S13` or `LBL-001`; the local name of its IRI."""
    severity: Severity
    name: Text
    message: Text
    shape_set: str
    """The shape file it stands in, without `.ttl`."""
    path: str | None
    """As a SPARQL property path of prefixed names; None for a rule about the node itself."""
    judged_in_python: bool
    """Deactivated for SHACL engines: Core cannot say it, or not in linear time."""

    @property
    def iri(self) -> URIRef:
        return URIRef(RULES_BASE + self.id)


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One finding, named as in SHACL 3.6.2."""

    focus_node: Node
    result_path: str | None
    """As `Rule.path`."""
    value: Node | None
    source_shape: str
    """The rule's id."""
    source_constraint_component: URIRef
    severity: Severity
    message: Text
    """What is wrong and what to do, with the offending value."""
    annotated: tuple[Node, Node, Node] | None
    """The statement that a focus node without a name is a record of (`owl:annotatedSource` and so on): a mapping."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found; `results` gravest first, then by rule, focus node and value."""

    results: tuple[ValidationResult, ...]
    shape_sets: tuple[str, ...]
    rules: tuple[Rule, ...]
    """Those judged by, in the order of the catalogue."""
    focus_node_counts: tuple[tuple[str, int], ...]
    """Rule id → number of nodes it was put to: 0 says that a rule had nothing to do."""
    judged: int
    """Number of concepts, typed or told by their relations."""
    triples: int
    """Number of triples judged."""
    fingerprint: int
    """Of the very triples judged (`model.fingerprint`): a release is written only of those."""
    base: str = DEFAULT_BASE

    def count(self, severity: Severity) -> int:
        return sum(result.severity == severity for result in self.results)

    def conforms(self, strict: bool = False) -> bool:
        """False with any violation; with `strict` any warning refuses, too. Information never does."""
        return not self.count("Violation") and not (strict and self.count("Warning"))
