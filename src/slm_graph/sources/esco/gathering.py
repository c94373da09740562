"""From rows to what is known of each concept: the newest version decides, older ones fill what it lacks.

Nothing is mended here; what is not as it should be is noted where it is seen, and `statements` mends it or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from slm_graph.model import Finding
from slm_graph.sources.esco.archive import Member
from slm_graph.sources.esco.tables import COLLECTION_SUFFIX, Row

_BETWEEN = re.compile(r"[,\s]+")
K = TypeVar("K")


class Cell(NamedTuple):
    """A value with the version and the place it comes from."""

    value: str
    version: str
    source: str
    row: int
    column: str


@dataclass(slots=True)
class Labels:
    """The labels of one concept in one language."""

    preferred: list[Cell] = field(default_factory=list)
    """The one that counts first; more than one is a fault of the data."""
    alternative: dict[str, Cell] = field(default_factory=dict)
    hidden: dict[str, Cell] | None = None
    """None: no table had the column so far."""


@dataclass(slots=True)
class Concept:
    """What the tables say of one IRI."""

    type: str
    first: Cell
    """Where it is met first."""
    labels: dict[str, Labels] = field(default_factory=dict)
    """By language."""
    texts: dict[tuple[str, str], Cell] = field(default_factory=dict)
    """By column and language: description, definition, scopeNote."""
    facts: dict[str, Cell] = field(default_factory=dict)
    """By column: code, modifiedDate, status, skillType, reuseLevel, regulatedProfessionNote."""
    schemes: dict[str, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class Scheme:
    title: Cell
    description: Cell | None
    top_concepts: dict[str, Cell]


@dataclass(slots=True)
class Gathered:
    """Everything read; relations by pair, in the order of the tables."""

    concepts: dict[str, Concept] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    broader: dict[tuple[str, str], Cell] = field(default_factory=dict)
    skill_skill: dict[tuple[str, str, str], Cell] = field(default_factory=dict)
    """By skill, kind (essential, optional) and related skill."""
    occupation_skill: dict[tuple[str, str, str], Cell] = field(default_factory=dict)
    collections: dict[str, dict[str, Cell]] = field(default_factory=dict)
    """Members by the collection's name."""
    versions: dict[str, str] = field(default_factory=dict)
    """Table of relations → the version it was taken from."""
    found: list[Finding] = field(default_factory=list)

    def take(self, member: Member, version: str, row: Row) -> None:
        """One row of one table; versions come newest first."""
        number, cells = row
        if member.table == "conceptSchemes":
            self._scheme(member, version, number, cells)
        elif member.table.startswith("broaderRelations"):
            self._hierarchy(member, version, number, cells)
        elif member.table == "skillSkillRelations":
            if self._newest(member.table, version):
                key = (cells["originalSkillUri"], cells["relationType"], cells["relatedSkillUri"])
                self.skill_skill.setdefault(
                    key, Cell(key[2], version, member.name, number, "relatedSkillUri")
                )
        elif member.table == "occupationSkillRelations":
            if self._newest(member.table, version):
                key = (cells["occupationUri"], cells["relationType"], cells["skillUri"])
                self.occupation_skill.setdefault(key, Cell(key[2], version, member.name, number, "skillUri"))
        elif (
            member.table != "skillsHierarchy"
        ):  # which says again, in other columns, what the tables above say
            self._concept(member, version, number, cells)

    def _newest(self, table: str, version: str) -> bool:
        """Relations are taken whole from the newest version that has them: two versions' do not mix."""
        return self.versions.setdefault(table, version) == version

    def _scheme(self, member: Member, version: str, number: int, cells: dict[str, str]) -> None:
        def cell(column: str) -> Cell:
            return Cell(cells[column], version, member.name, number, column)

        iri = cells["conceptSchemeUri"]
        if iri not in self.schemes:
            tops = cells["hasTopConcept"]
            self.schemes[iri] = Scheme(
                cell("preferredLabel"),
                cell("description") if cells.get("description") else None,
                {top: cell("hasTopConcept") for top in _BETWEEN.split(tops) if top},
            )

    def _hierarchy(self, member: Member, version: str, number: int, cells: dict[str, str]) -> None:
        if not self._newest(member.table, version):
            return
        for type_, column in ((cells["conceptType"], "conceptUri"), (cells["broaderType"], "broaderUri")):
            if cells[column] not in self.concepts:
                place = Cell(cells[column], version, member.name, number, column)
                self.concepts[cells[column]] = Concept(type_, place)
        pair = (cells["conceptUri"], cells["broaderUri"])
        self.broader.setdefault(pair, Cell(pair[1], version, member.name, number, "broaderUri"))

    def _concept(self, member: Member, version: str, number: int, cells: dict[str, str]) -> None:
        def cell(column: str, value: str | None = None) -> Cell:
            return Cell(cells[column] if value is None else value, version, member.name, number, column)

        iri, language = cells["conceptUri"], member.language or "en"
        concept = self.concepts.get(iri)
        if concept is None:
            concept = self.concepts[iri] = Concept(cells["conceptType"], cell("conceptUri"))
        piped = member.table.endswith(COLLECTION_SUFFIX)
        if piped:
            members = self.collections.setdefault(member.table, {})
            if all(known.version == version for known in members.values()):
                members.setdefault(iri, cell("conceptUri"))
        self._labels(concept, language, cell("preferredLabel"), cells, cell, " | " if piped else "\n")
        for column in ("description", "definition", "scopeNote"):
            if text := cells.get(column):
                self._single(concept.texts, (column, language), cell(column, text), iri)
        for column in (
            "code",
            "modifiedDate",
            "status",
            "skillType",
            "reuseLevel",
            "regulatedProfessionNote",
        ):
            if fact := cells.get(column):
                self._single(concept.facts, column, cell(column, fact), iri)
        if "inScheme" in cells and all(known.version == version for known in concept.schemes.values()):
            for scheme in _BETWEEN.split(cells["inScheme"]):
                if scheme:
                    concept.schemes.setdefault(scheme, cell("inScheme"))

    def _labels(self, concept: Concept, language: str, preferred: Cell, cells, cell, separator: str) -> None:  # type: ignore[no-untyped-def]
        own = concept.labels.get(language)
        if own is None:
            own = concept.labels[language] = Labels()
        if all(known.value.strip() != preferred.value.strip() for known in own.preferred):
            own.preferred.append(preferred)
        if own.preferred[0].version == preferred.version:
            for label in cells.get("altLabels", "").split(separator):
                if label:
                    own.alternative.setdefault(label, cell("altLabels", label))
        if "hiddenLabels" in cells and own.hidden is None:
            own.hidden = {
                label: cell("hiddenLabels", label)
                for label in cells["hiddenLabels"].split(separator)
                if label
            }

    def _single(self, known: dict[K, Cell], key: K, cell: Cell, iri: str) -> None:
        """Keep the first; a differing value of the same version is noted."""
        first = known.setdefault(key, cell)
        if first.version == cell.version and first.value != cell.value:
            self.found.append(
                Finding("texts-differ", cell.source, cell.row, cell.column, iri, cell.value, repaired=False)
            )
