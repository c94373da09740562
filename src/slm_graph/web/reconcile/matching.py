"""Names compared: the candidates of a query, and how sure each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.errors import LANGUAGES, Language
from slm_graph.search import fold
from slm_graph.search.similar import Candidate
from slm_graph.web.programs import CONCEPT_KINDS, MAX_PARAMETER, classes, similar, sketches
from slm_graph.web.reconcile.asking import MAX_CANDIDATES, Condition, Query
from slm_graph.web.site import Served
from slm_graph.web.views import Facts

NAME_SHARE = 0.75
"""Of the score, where property values are given too: the name still says most."""

SOFT_SHARE = 0.8
"""Of the score that a candidate of another type keeps under `type_strict: should`."""


@dataclass(frozen=True, slots=True)
class Found:
    """One candidate with its score, 0 to 100, and what it is made of."""

    candidate: Candidate
    score: float
    agreeing: float | None
    """Share of the property values that agree; None without any."""


def candidates(served: Served, query: Query, language: Language) -> list[Found]:
    """The candidates of one query, best first."""
    index, picky = similar(served.release.search_file), bool(query.types or query.conditions)
    found = _by_iri(served, query.name)
    if not found and query.name.strip():
        found = list(
            index.candidates(
                query.name,
                language=language,
                kinds=CONCEPT_KINDS,
                limit=MAX_CANDIDATES if picky else query.limit,
                thorough=picky,
            )
        )
    if not found:
        for condition in query.conditions:
            if condition.property == str(SKOS.notation):
                for value in sorted(condition.values):
                    hits = index.candidates(value, language=language, kinds=CONCEPT_KINDS)
                    found += [one for one in hits if one.field == "notation"]
    scored = [Found(one, one.likeness * 100, None) for one in dict.fromkeys(found)]
    if query.types:
        scored = _of_type(served, scored, query)
    if query.conditions:
        scored = [_compared(served, one, query.conditions) for one in scored]
    scored.sort(key=lambda one: -one.score)  # stable: what the index put first stays first
    return scored[: query.limit]


def _by_iri(served: Served, name: str) -> list[Candidate]:
    iri = name.strip()
    if not iri.startswith(("http://", "https://")) or len(iri) > MAX_PARAMETER:
        return []
    entry = served.catalogue.entries([iri]).get(iri)
    if entry is None or entry.kind not in CONCEPT_KINDS:
        return []
    return [Candidate(URIRef(iri), entry.kind, entry.scheme, 1.0, "notation", iri, None)]


def _of_type(served: Served, found: Sequence[Found], query: Query) -> list[Found]:
    """Those of the types asked for; under `should` the others stay, with less."""
    base = served.release.base
    iris = [str(one.candidate.iri) for one in found]
    members = {kind: served.catalogue.among(str(SKOS.inScheme), kind, iris) for kind in query.types}
    kept: list[Found] = []
    for one in found:
        own = classes(one.candidate.kind, base=base)
        having = [kind for kind in query.types if kind in own or str(one.candidate.iri) in members[kind]]
        if len(having) == len(query.types) if query.strictness == "all" else having:
            kept.append(one)
        elif query.strictness == "should":
            kept.append(replace(one, score=one.score * SOFT_SHARE))
    return kept


def _compared(served: Served, one: Found, conditions: Sequence[Condition]) -> Found:
    """The candidate with its property values compared to those given: one that agrees with none loses a quarter."""
    described = served.catalogue.describe(str(one.candidate.iri))
    if described is None:
        return one
    facts = Facts(described)
    agreeing = sum(_agrees(served, facts, condition) for condition in conditions) / len(conditions)
    return replace(one, score=one.score * (NAME_SHARE + (1 - NAME_SHARE) * agreeing), agreeing=agreeing)


def _agrees(served: Served, facts: Facts, condition: Condition) -> bool:
    values = facts.values(URIRef(condition.property))
    said = {fold(str(value)) for value in values}
    iris = [str(value) for value in values if isinstance(value, URIRef)]
    if iris and said.isdisjoint(condition.values):
        for language in LANGUAGES:
            for sketch in sketches(served, iris, language).values():
                said |= {fold(sketch.label), fold(sketch.notation or sketch.label)}
    return not said.isdisjoint(condition.values)
