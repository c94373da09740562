"""What was gathered as lines of N-Quads, mended or as it is.

Each statement stands in the graph of the version it was taken from, `graph/esco/1.2.0`: so the version of every single
label is on record without a statement about it, in a way OWL tools never see. What this project adds stands in
`graph/esco`.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from slm_graph.engine.canonical import iri_text, string_text
from slm_graph.model import Finding
from slm_graph.sources.esco.gathering import Cell, Concept, Gathered, Labels
from slm_graph.sources.esco.terms import (
    CLASSES,
    COLLECTIONS,
    ESCO,
    LICENCE,
    MODEL,
    PROPERTIES,
    PUBLISHER,
    RIGHTS,
    SCHEME_TITLES,
    SCHEMES_OF_TYPE,
    VALUES,
)

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_MODEL_TEXT = f"<{MODEL}"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STATUS = "http://purl.org/iso25964/skos-thes#status"


def graph_name(base: str, version: str | None) -> str:
    """The named graph of one version's statements; None: of ours.

    >>> graph_name("https://w3id.org/slm-graph/", "1.2.0")
    'https://w3id.org/slm-graph/graph/esco/1.2.0'
    """
    return f"{base}graph/esco" + (f"/{version}" if version else "")


class Statements:
    """The lines, and what was noticed (and mended, with `repair`) on the way."""

    def __init__(self, gathered: Gathered, *, repair: bool, base: str, version: str) -> None:
        self._all = gathered
        self._repair = repair
        self._base = base
        self._version = version
        """The newest one."""
        self._graphs: dict[str | None, str] = {}
        self._iris: dict[str, str] = {}
        self.found: list[Finding] = list(gathered.found)
        self._kept: set[str] = set()
        self._used: set[str] = set()
        """Terms of ESCO's own in use, as written."""

    def lines(self) -> Iterator[str]:
        """Every statement, some of them twice, in the order of the tables."""
        self._kept = {
            iri for iri, concept in self._all.concepts.items() if concept.labels or not self._repair
        }
        for iri, concept in self._all.concepts.items():
            if not concept.labels:
                self._note("no-label", concept.first, iri, None)
        for iri, concept in self._all.concepts.items():
            if iri in self._kept:
                yield from self._concept(iri, concept)
        yield from self._schemes()
        yield from self._hierarchy()
        yield from self._skill_skill()
        yield from self._occupation_skill()
        yield from self._collections()
        yield from self._terms()

    def _note(self, kind: str, cell: Cell, subject: str | None, value: str | None) -> None:
        self.found.append(
            Finding(kind, cell.source, cell.row, cell.column, subject, value, repaired=self._repair)
        )

    def _iri(self, iri: str) -> str:
        text = self._iris.get(iri)
        if text is None:
            text = self._iris[iri] = iri_text(iri)
        return text

    def _line(self, subject: str, predicate: str, object_: str, version: str | None) -> str:
        """One statement; `object_` is written already."""
        graph = self._graphs.get(version)
        if graph is None:
            graph = self._graphs[version] = iri_text(graph_name(self._base, version))
        if predicate.startswith(MODEL):
            self._used.update((f"<{predicate}>", object_))
        elif object_.startswith(_MODEL_TEXT):
            self._used.add(object_)
        return f"{self._iri(subject)} <{predicate}> {object_} {graph} .\n"

    # concepts

    def _concept(self, iri: str, concept: Concept) -> Iterator[str]:
        met = concept.first.version
        yield self._line(iri, _RDF + "type", f"<{_SKOS}Concept>", met)
        own_class = {"Occupation": "Occupation", "KnowledgeSkillCompetence": "Skill"}.get(concept.type)
        if own_class is not None:
            yield self._line(iri, _RDF + "type", f"<{MODEL}{own_class}>", met)
        for language, labels in concept.labels.items():
            yield from self._labels(iri, labels, language)
        for (column, language), cell in concept.texts.items():
            if not cell.value.strip():
                self._note("empty-text", cell, iri, cell.value)
                if self._repair:
                    continue
            name = _DCTERMS + "description"
            if column == "scopeNote":
                name = _SKOS + "scopeNote"
            elif column == "definition" or ("definition", language) not in concept.texts:
                name = _SKOS + "definition"
            yield self._line(iri, name, f"{string_text(cell.value)}@{language}", cell.version)
        yield from self._facts(iri, concept)
        yield from self._in_schemes(iri, concept)

    def _labels(self, iri: str, labels: Labels, language: str) -> Iterator[str]:
        def line(name: str, value: str, cell: Cell) -> str:
            return self._line(iri, _SKOS + name, f"{string_text(value)}@{language}", cell.version)

        first, *older = labels.preferred
        preferred = self._tidied(first, iri)
        said = {preferred}
        yield line("prefLabel", preferred, first)
        for cell in older:
            value = self._tidied(cell, iri)
            self._note("two-preferred-labels", cell, iri, value)
            if not self._repair:
                yield line("prefLabel", value, cell)
            elif value not in said:
                said.add(value)
                yield line("altLabel", value, cell)
        for cell in labels.alternative.values():
            value = self._tidied(cell, iri)
            if value == preferred:
                self._note("alternative-repeats-preferred", cell, iri, value)
                if self._repair:
                    continue
            if value and value not in said - {preferred}:
                said.add(value)
                yield line("altLabel", value, cell)
        for cell in (labels.hidden or {}).values():
            value = self._tidied(cell, iri)
            if value in said:
                self._note("hidden-repeats-label", cell, iri, value)
                if self._repair:
                    continue
            if value:
                yield line("hiddenLabel", value, cell)

    def _tidied(self, cell: Cell, iri: str) -> str:
        """The label without blanks around it or tabs inside, in NFC; as it is without `repair`."""
        value = cell.value
        if value != value.strip() or "\t" in value or "\r" in value:
            tidy = " ".join(value.split())
            self._note("label-with-blanks", cell, iri, value)
            value = tidy if self._repair else value
        if not unicodedata.is_normalized("NFC", value):
            self._note("label-not-normalized", cell, iri, value)
            value = unicodedata.normalize("NFC", value) if self._repair else value
        return value

    def _facts(self, iri: str, concept: Concept) -> Iterator[str]:
        for column, cell in concept.facts.items():
            value = cell.value
            if column == "code":
                yield self._line(iri, _SKOS + "notation", string_text(value), cell.version)
            elif column == "modifiedDate":
                kind = "dateTime" if "T" in value else "date"
                yield self._line(
                    iri, _DCTERMS + "modified", f"{string_text(value)}^^<{_XSD}{kind}>", cell.version
                )
            elif column == "skillType":
                type_ = {"skill/competence": "skill"}.get(value, value)
                yield self._line(iri, MODEL + "skillType", f"<{ESCO}skill-type/{type_}>", cell.version)
            elif column == "reuseLevel":
                yield self._line(
                    iri, MODEL + "skillReuseLevel", f"<{ESCO}skill-reuse-level/{value}>", cell.version
                )
            elif column == "regulatedProfessionNote":
                yield self._line(iri, MODEL + "regulatedProfessionNote", self._iri(value), cell.version)
            elif value != "released":  # what is published is released: said only where it is not so
                yield self._line(iri, _STATUS, string_text(value), cell.version)

    def _in_schemes(self, iri: str, concept: Concept) -> Iterator[str]:
        schemes = concept.schemes
        if not schemes and concept.labels:  # one without a label is reported once, as such
            self._note("no-scheme", concept.first, iri, None)
            if self._repair:
                naming = {
                    name: scheme for name, scheme in self._all.schemes.items() if iri in scheme.top_concepts
                }
                names = [
                    *naming,
                    *(ESCO + "concept-scheme/" + name for name in SCHEMES_OF_TYPE[concept.type]),
                ]
                schemes = {name: concept.first for name in names if name in self._all.schemes}
        for scheme, cell in schemes.items():
            yield self._line(iri, _SKOS + "inScheme", self._iri(scheme), cell.version)

    # schemes

    def _schemes(self) -> Iterator[str]:
        for iri, scheme in self._all.schemes.items():
            tops = {}
            for top, cell in scheme.top_concepts.items():
                if top not in self._kept:
                    self._note("relation-to-left-out", cell, iri, top)
                if top in self._kept or not self._repair:
                    tops[top] = cell
            if not any(top in self._kept for top in scheme.top_concepts):
                self._note("empty-scheme", scheme.title, iri, scheme.title.value)
                if self._repair:
                    continue
            version = scheme.title.version
            title = f"{string_text(scheme.title.value)}@en"
            yield self._line(iri, _RDF + "type", f"<{_SKOS}ConceptScheme>", version)
            yield self._line(iri, _SKOS + "prefLabel", title, version)
            yield self._line(iri, _DCTERMS + "title", title, version)
            if scheme.description is not None:
                text = f"{string_text(scheme.description.value)}@en"
                yield self._line(iri, _DCTERMS + "description", text, version)
            yield from self._rights(iri)
            for top, cell in tops.items():
                yield self._line(iri, _SKOS + "hasTopConcept", self._iri(top), cell.version)
                yield self._line(top, _SKOS + "topConceptOf", self._iri(iri), cell.version)

    def _rights(self, iri: str) -> Iterator[str]:
        """What we add to a scheme: its German title, its version, its terms of use."""
        name = iri.rpartition("/")[2]
        if name in SCHEME_TITLES:
            title = f"{string_text(SCHEME_TITLES[name])}@de"
            yield self._line(iri, _SKOS + "prefLabel", title, None)
            yield self._line(iri, _DCTERMS + "title", title, None)
        yield self._line(iri, _OWL + "versionInfo", string_text(self._version), None)
        yield self._line(iri, _DCTERMS + "license", f"<{LICENCE}>", None)
        yield self._line(iri, _DCTERMS + "rightsHolder", f"<{PUBLISHER}>", None)
        yield self._line(iri, _DCTERMS + "publisher", f"<{PUBLISHER}>", None)
        yield self._line(iri, _DCTERMS + "rights", f"{string_text(RIGHTS.de)}@de", None)
        yield self._line(iri, _DCTERMS + "rights", f"{string_text(RIGHTS.en)}@en", None)
        for language in sorted(
            {language for concept in self._all.concepts.values() for language in concept.labels}
        ):
            yield self._line(iri, _DCTERMS + "language", string_text(language), None)

    # relations

    def _hierarchy(self) -> Iterator[str]:
        for (narrower, broader), cell in self._all.broader.items():
            if self._both_kept(narrower, broader, cell):
                yield self._line(narrower, _SKOS + "broader", self._iri(broader), cell.version)
                yield self._line(broader, _SKOS + "narrower", self._iri(narrower), cell.version)

    def _both_kept(self, subject: str, object_: str, cell: Cell) -> bool:
        if subject in self._kept and object_ in self._kept:
            return True
        self._note("relation-to-left-out", cell, subject, object_)
        return not self._repair

    def _skill_skill(self) -> Iterator[str]:
        parents: dict[str, list[str]] = defaultdict(list)
        for narrower, broader in self._all.broader:
            parents[narrower].append(broader)
        noted: set[frozenset[str]] = set()
        for (skill, kind, other), cell in self._all.skill_skill.items():
            if not self._both_kept(skill, other, cell):
                continue
            if skill == other:
                self._note("related-to-itself", cell, skill, other)
                if self._repair:
                    continue
            pair = frozenset((skill, other))
            vertical = other in _above(skill, parents) or skill in _above(other, parents)
            if vertical and pair not in noted:
                noted.add(pair)
                self._note("related-and-broader", cell, skill, other)
            if not (vertical and self._repair):
                yield self._line(skill, _SKOS + "related", self._iri(other), cell.version)
                yield self._line(other, _SKOS + "related", self._iri(skill), cell.version)
            yield from self._needs(skill, kind, other, cell)

    def _occupation_skill(self) -> Iterator[str]:
        for (occupation, kind, skill), cell in self._all.occupation_skill.items():
            if self._both_kept(occupation, skill, cell):
                yield from self._needs(occupation, kind, skill, cell)

    def _needs(self, subject: str, kind: str, skill: str, cell: Cell) -> Iterator[str]:
        """ESCO's own properties, both directions as ESCO's RDF has them."""
        name = kind.capitalize()
        yield self._line(subject, f"{MODEL}related{name}Skill", self._iri(skill), cell.version)
        yield self._line(skill, f"{MODEL}is{name}SkillFor", self._iri(subject), cell.version)

    def _collections(self) -> Iterator[str]:
        for table, members in self._all.collections.items():
            name = table.removesuffix("Collection")
            iri = f"{self._base}id/esco/collection/{name}"
            title = COLLECTIONS.get(name)
            yield self._line(iri, _RDF + "type", f"<{_SKOS}Collection>", None)
            if title is not None:
                yield self._line(iri, _SKOS + "prefLabel", f"{string_text(title.de)}@de", None)
            english = name if title is None else title.en
            yield self._line(iri, _SKOS + "prefLabel", f"{string_text(english)}@en", None)
            for member, cell in members.items():
                if member in self._kept:
                    yield self._line(iri, _SKOS + "member", self._iri(member), cell.version)

    def _terms(self) -> Iterator[str]:
        """Names of the properties, classes and values that the statements use."""
        kinds = (("ObjectProperty", PROPERTIES, MODEL), ("Class", CLASSES, MODEL), (None, VALUES, ESCO))
        for kind, names, namespace in kinds:
            for name, text in names.items():
                iri = namespace + name
                if f"<{iri}>" not in self._used:
                    continue
                if kind is not None:
                    yield self._line(iri, _RDF + "type", f"<{_OWL}{kind}>", None)
                yield self._line(iri, _RDFS + "label", f"{string_text(text.de)}@de", None)
                yield self._line(iri, _RDFS + "label", f"{string_text(text.en)}@en", None)


def _above(concept: str, parents: dict[str, list[str]]) -> set[str]:
    """Every concept above it, each once, cycles or not."""
    seen: set[str] = set()
    waiting = list(parents.get(concept, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in seen:
            seen.add(parent)
            waiting.extend(parents.get(parent, ()))
    return seen
