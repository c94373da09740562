"""Property values of concepts as columns, and the properties worth having (sections 8 and 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD

from slm_graph.errors import Language, Text
from slm_graph.namespaces import vocabulary
from slm_graph.web.problems import Problem
from slm_graph.web.programs import MAX_PARAMETER, Sketch, sketches
from slm_graph.web.reconcile.asking import decoded, expanded, refused
from slm_graph.web.site import Served
from slm_graph.web.texts import PROPERTY_NAMES
from slm_graph.web.views import Facts

MAX_IDS = 250
MAX_PROPERTIES = 30
"""Of one extension: 250 rows with every property we propose take a second."""

PROPOSED = (
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.notation,
    SKOS.definition,
    SKOS.scopeNote,
    SKOS.inScheme,
    SKOS.broader,
    SKOS.narrower,
    SKOS.related,
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
    RDF.type,
    DCTERMS.source,
)


def properties(served: Served, language: Language) -> list[dict[str, str]]:
    slm = vocabulary(served.release.base)
    own = (
        slm.skill,
        slm.skillLevel,
        slm.level,
        slm.levelNumber,
        slm.definedAtLevel,
        slm.category,
        slm.typicallyObserved,
    )
    named = sketches(served, map(str, own), language)
    said = [
        (str(iri), PROPERTY_NAMES[str(iri)].in_language(language) if str(iri) in PROPERTY_NAMES else str(iri))
        for iri in PROPOSED
    ]
    said += [(iri, sketch.label) for iri, sketch in named.items() if sketch.label != iri]
    return [{"id": iri, "name": name} for iri, name in said]


def extension(served: Served, text: str, language: Language) -> dict[str, Any]:
    asked = decoded(text, "extend")
    ids, wanted = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise refused("extend braucht ids, eine Liste von Texten.", "extend needs ids, a list of texts.")
    if not isinstance(wanted, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("settings", {}), dict)
        for one in wanted
    ):
        raise refused(
            "extend braucht properties, eine Liste von Objekten mit id.",
            "extend needs properties, a list of objects with an id.",
        )
    if len(ids) > MAX_IDS or len(wanted) > MAX_PROPERTIES:
        raise Problem(
            413,
            Text(
                de=f"Höchstens {MAX_IDS} Begriffe und {MAX_PROPERTIES} Eigenschaften auf einmal.",
                en=f"{MAX_IDS} concepts and {MAX_PROPERTIES} properties at once at most.",
            ),
        )
    base = served.release.base
    names = {one["id"]: one["name"] for one in properties(served, language)}
    meta = [{"id": one["id"], "name": names.get(expanded(one["id"], base=base), one["id"])} for one in wanted]
    described = {
        iri: Facts(found)
        for iri in dict.fromkeys(ids)
        if len(iri) <= MAX_PARAMETER and (found := served.catalogue.describe(iri)) is not None
    }
    pointed_at = [
        str(value)
        for facts in described.values()
        for one in wanted
        for value in facts.iris(URIRef(expanded(one["id"], base=base)))
    ]
    known = sketches(served, pointed_at, language)
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for iri in ids:
        facts_ = described.get(iri)
        rows[iri] = {
            one["id"]: []
            if facts_ is None
            else _cells(facts_, expanded(one["id"], base=base), one.get("settings", {}), known, language)
            for one in wanted
        }
    return {"meta": meta, "rows": rows}


def _cells(
    facts: Facts, predicate: str, settings: Mapping[str, Any], known: Mapping[str, Sketch], language: Language
) -> list[dict[str, Any]]:
    values = facts.values(URIRef(predicate))
    wanted = settings.get("language") or language
    tagged = [value for value in values if isinstance(value, Literal) and value.language]
    # a column in one language: the one asked for if the concept has it, else what there is
    fitting = [value for value in tagged if str(value.language).lower().split("-")[0] == wanted] or tagged
    cells = [
        _cell(value, known)
        for value in values
        if isinstance(value, URIRef)
        or (isinstance(value, Literal) and (not value.language or value in fitting))
    ]
    limit = settings.get("limit")
    if isinstance(limit, int | float) and not isinstance(limit, bool) and limit >= 1:
        return cells[: int(min(limit, len(cells)))]
    return cells


def _cell(value: URIRef | Literal, known: Mapping[str, Sketch]) -> dict[str, Any]:
    if isinstance(value, URIRef):
        sketch = known.get(str(value))
        return {"id": str(value), "name": sketch.label if sketch else str(value)}
    text = str(value)
    if value.datatype == XSD.integer and text.lstrip("+-").isdigit() and len(text) < 16:
        return {"int": int(text)}
    if value.datatype == XSD.date and len(text) == 10:
        return {"date": text + "T00:00:00"}
    return {"str": text}
