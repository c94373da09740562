"""Candidates as clients have them: names, descriptions, types, scores, features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.catalogue import Kind
from slm_graph.errors import Language
from slm_graph.namespaces import vocabulary
from slm_graph.web.programs import Sketch, classes, sketches
from slm_graph.web.reconcile.asking import Query
from slm_graph.web.reconcile.matching import Found, candidates
from slm_graph.web.site import Served
from slm_graph.web.texts import say

CERTAIN = 0.99
"""Likeness from which a sole preferred label is a match: the same spelling, or only umlauts written out."""


def batch(served: Served, asked: Mapping[str, Query], language: Language) -> dict[str, Any]:
    """The candidates of each query, as clients have them."""
    found = {key: candidates(served, query, language) for key, query in asked.items()}
    iris = [str(one.candidate.iri) for several in found.values() for one in several]
    known = sketches(served, iris, language)
    schemes = scheme_names(served, known.values(), language)
    return {key: {"result": _results(served, found[key], known, schemes, language)} for key in asked}


def _results(
    served: Served,
    found: Sequence[Found],
    known: Mapping[str, Sketch],
    schemes: Mapping[str, str],
    language: Language,
) -> list[dict[str, Any]]:
    sure = [
        one for one in found if one.candidate.likeness >= CERTAIN and one.candidate.field != "alternative"
    ]
    made: list[dict[str, Any]] = []
    for one in found:
        sketch = known[str(one.candidate.iri)]
        features = [
            {"id": "name", "value": round(one.candidate.likeness * 100, 1)},
            {"id": "preferred-label", "value": one.candidate.field == "label"},
        ]
        if one.agreeing is not None:
            features.append({"id": "properties", "value": round(one.agreeing * 100, 1)})
        said = [told(sketch, schemes)]
        if one.candidate.value != sketch.label and one.candidate.field != "notation":
            said.insert(0, one.candidate.value)
        made.append(
            {
                "id": sketch.iri,
                "name": sketch.label,
                "description": " · ".join(part for part in said if part),
                "type": types(served, sketch, schemes, language),
                "score": round(one.score, 2),
                "match": sure == [one] and one is found[0],
                "features": features,
            }
        )
    return made


def told(sketch: Sketch, schemes: Mapping[str, str]) -> str:
    parts = (sketch.notation, schemes.get(sketch.scheme or ""))
    return " · ".join(part for part in parts if part)


def scheme_names(served: Served, known: Any, language: Language) -> dict[str, str]:
    wanted = {sketch.scheme for sketch in known if sketch.scheme}
    return {iri: sketch.label for iri, sketch in sketches(served, sorted(wanted), language).items()}


_KIND_OF_CLASS = {"skill": "skill", "skill-level": "skill-level", "level": "level"}


def types(
    served: Served, sketch: Sketch, schemes: Mapping[str, str], language: Language
) -> list[dict[str, str]]:
    own = classes(sketch.kind, base=served.release.base)[0]
    kind = _KIND_OF_CLASS.get(sketch.kind or "", "concept")
    types = [{"id": own, "name": say("kind." + kind, language)}]
    if sketch.scheme:
        types.append({"id": sketch.scheme, "name": schemes.get(sketch.scheme, sketch.scheme)})
    return types


def all_types(served: Served, language: Language) -> list[dict[str, str]]:
    """The classes of concepts, and the schemes: both limit what a name may mean."""
    slm = vocabulary(served.release.base)
    counts = served.catalogue.counts()
    found = [{"id": str(SKOS.Concept), "name": say("kind.concept", language)}]
    own: tuple[tuple[Kind, URIRef], ...] = (
        ("skill", slm.Skill),
        ("skill-level", slm.SkillLevel),
        ("level", slm.LevelOfResponsibility),
    )
    for kind, class_ in own:
        if counts.get(kind):
            found.append({"id": str(class_), "name": say("kind." + kind, language)})
    schemes = sketches(served, [str(one.iri) for one in served.catalogue.schemes()], language)
    return found + [{"id": iri, "name": sketch.label} for iri, sketch in schemes.items()]
