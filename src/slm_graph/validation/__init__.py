"""The gate: SHACL shapes decide what may be published, and say in German and English what to do."""

from slm_graph.validation.formats import render
from slm_graph.validation.judge import validate
from slm_graph.validation.report import Report, Rule, Severity, ValidationResult
from slm_graph.validation.shapes import rules

__all__ = ["Report", "Rule", "Severity", "ValidationResult", "render", "rules", "validate"]
