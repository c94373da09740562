"""`/reconcile`: names to concepts, for OpenRefine and its like (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD

from slm_graph import __version__
from slm_graph.catalogue import Kind
from slm_graph.errors import LANGUAGES, Language, Text, quotation
from slm_graph.formats import HTML
from slm_graph.namespaces import prefixes, vocabulary
from slm_graph.search import Filters, fold
from slm_graph.search.similar import Candidate
from slm_graph.web import pages
from slm_graph.web.problems import Problem, reader_of_request
from slm_graph.web.programs import (
    CONCEPT_KINDS,
    MAX_OFFSET,
    MAX_PARAMETER,
    Sketch,
    classes,
    given,
    json_answer,
    nothing,
    root,
    search,
    similar,
    sketches,
    whole_number,
)
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, NOT_KEPT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.texts import PROPERTY_NAMES, say
from slm_graph.web.views import Facts, Names, definitions_of

BATCH_SIZE = 100
"""What the manifest asks clients to send at once: some 300 ms of one core."""

MAX_QUERIES = 250
"""Of one batch: a client that ignores the manifest is still answered, and holds a thread for a second at most."""

MAX_CANDIDATES = 50
DEFAULT_CANDIDATES = 5

MAX_TYPES = 20
MAX_CONDITIONS = 10
"""Types and property values of one query: more than a spreadsheet's columns that tell anything."""

MAX_IDS = 250
MAX_PROPERTIES = 30
"""Of one extension: 250 rows with every property we propose take a second."""

NAME_SHARE = 0.75
"""Of the score, where property values are given too: the name still says most."""

CERTAIN = 0.99
"""Likeness from which a sole preferred label is a match: the same spelling, or only umlauts written out."""

SOFT_SHARE = 0.8
"""Of the score that a candidate of another type keeps under `type_strict: should`."""

PREVIEW_WIDTH, PREVIEW_HEIGHT = 420, 220

EMBEDDABLE = (
    "Content-Security-Policy",
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *",
)
"""A preview is made to be shown inside another page."""

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

_UNFIT = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
"""What no IRI has (RFC 3987, 2.2)."""

_NO_PROPERTY = "urn:x-none:"
"""Stands for a property or type that cannot be one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A property and the values a row of the client's table has for it, folded."""

    property: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Query:
    """One name to be found."""

    name: str
    types: tuple[str, ...]
    strictness: str
    limit: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One candidate with its score, 0 to 100, and what it is made of."""

    candidate: Candidate
    score: float
    agreeing: float | None
    """Share of the property values that agree; None without any."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The answers below `/reconcile`."""

    site: Site

    def service(self) -> Response:
        """The manifest, a batch of names, or a table of property values (sections 3 to 5 and 8)."""
        served = self.site.current()
        fields = _fields()
        language = reader_of_request().language
        if "queries" in fields:
            return json_answer(_batch(served, fields["queries"], language), served=served, cache=NOT_KEPT)
        if "extend" in fields:
            return json_answer(_extension(served, fields["extend"], language), served=served, cache=NOT_KEPT)
        if request.method == "POST":
            raise Problem(
                400,
                Text(
                    de="Im Formular fehlt queries oder extend.", en="The form has neither queries nor extend."
                ),
            )
        here = root(served)
        return json_answer(
            _manifest(served, language, here.address),
            served=served,
            cache=here.cache,
            headers=[("Vary", here.vary)],
        )

    def suggest_entity(self) -> Response:
        """Concepts whose label or notation begins with, or contains, some letters (section 6)."""
        served, language = self.site.current(), reader_of_request().language
        prefix = given("prefix")
        limit = whole_number("limit", 20, least=1, most=MAX_CANDIDATES)
        offset = whole_number("cursor", 0, most=MAX_OFFSET)
        page = search(served.release.search_file).find(
            prefix.encode("utf-8", "ignore").decode(),
            language=language,
            filters=Filters(kinds=CONCEPT_KINDS),
            limit=limit,
            offset=offset,
            texts=False,
        )
        iris = [str(hit.iri) for hit in page.hits]
        if not iris and not offset:
            alike = similar(served.release.search_file).candidates(
                prefix, language=language, kinds=CONCEPT_KINDS, limit=limit
            )
            iris = [str(candidate.iri) for candidate in alike]
        known = sketches(served, iris, language)
        schemes = _scheme_names(served, known.values(), language)
        return json_answer(
            {
                "result": [
                    {
                        "id": iri,
                        "name": known[iri].label,
                        "description": _told(known[iri], schemes),
                        "notable": _types(served, known[iri], schemes, language),
                    }
                    for iri in iris
                ]
            },
            served=served,
        )

    def suggest_type(self) -> Response:
        served, language = self.site.current(), reader_of_request().language
        prefix = fold(given("prefix", ""))
        found = [
            one for one in _all_types(served, language) if prefix in fold(one["name"]) or prefix in one["id"]
        ]
        return json_answer({"result": found}, served=served)

    def suggest_property(self) -> Response:
        served, language = self.site.current(), reader_of_request().language
        prefix = fold(given("prefix", ""))
        found = [
            one for one in _properties(served, language) if prefix in fold(one["name"]) or prefix in one["id"]
        ]
        return json_answer({"result": found}, served=served)

    def propose_properties(self) -> Response:
        """Properties worth fetching for concepts of a type (section 8.1)."""
        served, language = self.site.current(), reader_of_request().language
        wanted = given("type", str(SKOS.Concept))
        limit = whole_number("limit", MAX_PROPERTIES, least=0, most=MAX_PROPERTIES)
        found = _properties(served, language)[: limit or MAX_PROPERTIES]
        return json_answer({"type": wanted, "limit": limit, "properties": found}, served=served)

    def flyout(self) -> Response:
        """A few lines of HTML about one concept."""
        served = self.site.current()
        iri = given("id")
        html = self._preview(served, iri, "flyout.html")
        return json_answer({"id": iri, "html": html.decode()}, served=served)

    def preview(self) -> Response:
        """A small page about one concept, made to be shown inside another (section 7)."""
        served = self.site.current()
        body = self._preview(served, given("id"), "preview.html")
        headers = (
            ("Vary", "Accept-Language"),
            ("Content-Language", reader_of_request().language),
            EMBEDDABLE,
        )
        return respond(
            representation(body, HTML.content_type, headers), cache=CURRENT, issued=served.release.date
        )

    def _preview(self, served: Served, iri: str, template: str) -> bytes:
        described = served.catalogue.describe(iri) if len(iri) <= MAX_PARAMETER else None
        if described is None:
            raise nothing()
        reader = reader_of_request()
        names, facts = Names(served.catalogue, served.addresses, reader), Facts(described)
        names.learn([iri, *facts.iris(SKOS.inScheme)])
        definitions = definitions_of(facts, names)
        note = facts.text(SKOS.scopeNote, reader.language)
        return pages.render(
            template,
            reader=reader,
            mount=served.addresses.mount,
            href=served.addresses.document(iri),
            served=served,
            here=names.link(iri),
            scheme=next((names.link(one) for one in facts.iris(SKOS.inScheme)[:1]), None),
            kind_name=say("kind." + described.kind, reader.language),
            text=definitions[0].text if definitions else (str(note) if note is not None else None),
            tongue=definitions[0].language if definitions else (note.language if note is not None else None),
        )


def _fields() -> dict[str, str]:
    """`queries` and `extend` of the address or the form."""
    if request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
        raise Problem(
            415,
            Text(
                de="Erwartet wird ein Formular (application/x-www-form-urlencoded).",
                en="A form is expected (application/x-www-form-urlencoded).",
            ),
        )
    sent = request.form if request.method == "POST" else request.args
    return {name: sent[name] for name in ("queries", "extend") if sent.get(name)}


def _refused(german: str, english: str) -> Problem:
    return Problem(400, Text(de=german, en=english))


def _decoded(text: str, name: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(f"{name} ist kein JSON.", f"{name} is not JSON.") from error
    try:
        text.encode() if "\\u" not in text else json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character, which no index takes
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(value, dict):
        raise _refused(f"{name} ist kein JSON-Objekt.", f"{name} is not a JSON object.")
    return value


def _batch(served: Served, text: str, language: Language) -> dict[str, Any]:
    asked = _decoded(text, "queries")
    if len(asked) > MAX_QUERIES:
        raise Problem(
            413,
            Text(
                de=f"{len(asked)} Abfragen auf einmal; erlaubt sind {MAX_QUERIES}, empfohlen {BATCH_SIZE}.",
                en=f"{len(asked)} queries at once; {MAX_QUERIES} are allowed, {BATCH_SIZE} recommended.",
            ),
        )
    queries = {key: _query(key, value, base=served.release.base) for key, value in asked.items()}
    found = {key: _candidates(served, query, language) for key, query in queries.items()}
    iris = [str(one.candidate.iri) for several in found.values() for one in several]
    known = sketches(served, iris, language)
    schemes = _scheme_names(served, known.values(), language)
    return {key: {"result": _results(served, found[key], known, schemes, language)} for key in queries}


def _query(key: str, value: object, *, base: str) -> Query:
    if not isinstance(value, dict):
        raise _refused(
            f"Abfrage {quotation(key[:40]).de} ist kein Objekt.",
            f"Query {quotation(key[:40]).en} is not an object.",
        )
    name, types, limit = value.get("query", ""), value.get("type", ()), value.get("limit", DEFAULT_CANDIDATES)
    strictness, conditions = value.get("type_strict", "any"), value.get("properties", ())
    types = [types] if isinstance(types, str) else types
    if not isinstance(name, str) or (not name.strip() and not conditions):
        raise _refused(
            f"Abfrage {quotation(key[:40]).de} hat keinen Text (query).",
            f"Query {quotation(key[:40]).en} has no text (query).",
        )
    if not isinstance(types, list | tuple) or not all(isinstance(one, str) for one in types):
        raise _refused(
            f"Abfrage {quotation(key[:40]).de}: type ist kein Text.",
            f"Query {quotation(key[:40]).en}: type is no text.",
        )
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise _refused(
            f"Abfrage {quotation(key[:40]).de}: limit ist keine Zahl ab 1.",
            f"Query {quotation(key[:40]).en}: limit is no number from 1.",
        )
    if strictness not in ("any", "should", "all"):
        raise _refused(
            f"Abfrage {quotation(key[:40]).de}: type_strict ist any, should oder all.",
            f"Query {quotation(key[:40]).en}: type_strict is any, should or all.",
        )
    if not isinstance(conditions, list | tuple) or not all(
        isinstance(one, dict) and isinstance(one.get("pid"), str) and "v" in one for one in conditions
    ):
        raise _refused(
            f"Abfrage {quotation(key[:40]).de}: properties sind Objekte mit pid und v.",
            f"Query {quotation(key[:40]).en}: properties are objects with pid and v.",
        )
    if len(types) > MAX_TYPES or len(conditions) > MAX_CONDITIONS:
        raise _refused(
            f"Abfrage {quotation(key[:40]).de}: höchstens {MAX_TYPES} Typen und {MAX_CONDITIONS} Eigenschaften.",
            f"Query {quotation(key[:40]).en}: {MAX_TYPES} types and {MAX_CONDITIONS} properties at most.",
        )
    return Query(
        name=name,
        types=tuple(dict.fromkeys(_expanded(one, base=base) for one in types if one)),
        strictness=strictness,
        limit=int(min(limit, MAX_CANDIDATES)),
        conditions=tuple(
            Condition(_expanded(one["pid"], base=base), frozenset(_condition_values(one["v"])))
            for one in conditions
        ),
    )


def _expanded(name: str, *, base: str) -> str:
    """A property or type as its IRI: prefixed names are taken too."""
    prefix, colon, local = name.partition(":")
    known = prefixes(base).get(prefix)
    iri = known + local if colon and known is not None and not local.startswith("//") else name
    return iri if len(iri) <= MAX_PARAMETER and not _UNFIT.search(iri) else _NO_PROPERTY


def _condition_values(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    said = [one.get("id") if isinstance(one, dict) else one for one in several]
    return [
        fold(str(one).lower() if isinstance(one, bool) else str(one))
        for one in said
        if one is not None and len(str(one)) <= MAX_PARAMETER
    ]


def _candidates(served: Served, query: Query, language: Language) -> list[Found]:
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
        said = [_told(sketch, schemes)]
        if one.candidate.value != sketch.label and one.candidate.field != "notation":
            said.insert(0, one.candidate.value)
        made.append(
            {
                "id": sketch.iri,
                "name": sketch.label,
                "description": " · ".join(part for part in said if part),
                "type": _types(served, sketch, schemes, language),
                "score": round(one.score, 2),
                "match": sure == [one] and one is found[0],
                "features": features,
            }
        )
    return made


def _told(sketch: Sketch, schemes: Mapping[str, str]) -> str:
    parts = (sketch.notation, schemes.get(sketch.scheme or ""))
    return " · ".join(part for part in parts if part)


def _scheme_names(served: Served, known: Any, language: Language) -> dict[str, str]:
    wanted = {sketch.scheme for sketch in known if sketch.scheme}
    return {iri: sketch.label for iri, sketch in sketches(served, sorted(wanted), language).items()}


_KIND_OF_CLASS = {"skill": "skill", "skill-level": "skill-level", "level": "level"}


def _types(
    served: Served, sketch: Sketch, schemes: Mapping[str, str], language: Language
) -> list[dict[str, str]]:
    own = classes(sketch.kind, base=served.release.base)[0]
    kind = _KIND_OF_CLASS.get(sketch.kind or "", "concept")
    types = [{"id": own, "name": say("kind." + kind, language)}]
    if sketch.scheme:
        types.append({"id": sketch.scheme, "name": schemes.get(sketch.scheme, sketch.scheme)})
    return types


def _all_types(served: Served, language: Language) -> list[dict[str, str]]:
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


def _properties(served: Served, language: Language) -> list[dict[str, str]]:
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


def _extension(served: Served, text: str, language: Language) -> dict[str, Any]:
    asked = _decoded(text, "extend")
    ids, wanted = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise _refused("extend braucht ids, eine Liste von Texten.", "extend needs ids, a list of texts.")
    if not isinstance(wanted, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("settings", {}), dict)
        for one in wanted
    ):
        raise _refused(
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
    names = {one["id"]: one["name"] for one in _properties(served, language)}
    meta = [
        {"id": one["id"], "name": names.get(_expanded(one["id"], base=base), one["id"])} for one in wanted
    ]
    described = {
        iri: Facts(found)
        for iri in dict.fromkeys(ids)
        if len(iri) <= MAX_PARAMETER and (found := served.catalogue.describe(iri)) is not None
    }
    pointed_at = [
        str(value)
        for facts in described.values()
        for one in wanted
        for value in facts.iris(URIRef(_expanded(one["id"], base=base)))
    ]
    known = sketches(served, pointed_at, language)
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for iri in ids:
        facts_ = described.get(iri)
        rows[iri] = {
            one["id"]: []
            if facts_ is None
            else _cells(facts_, _expanded(one["id"], base=base), one.get("settings", {}), known, language)
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


def _manifest(served: Served, language: Language, here: str) -> dict[str, Any]:
    service = f"{here}/reconcile"
    ask = f"?lang={language}"
    return {
        "versions": ["0.2"],
        "name": "slm-graph: " + Text(de="Kompetenzrahmen", en="competency frameworks").in_language(language),
        "identifierSpace": "http://www.w3.org/2004/02/skos/core#Concept",
        "schemaSpace": "http://www.w3.org/2004/02/skos/core#",
        "documentation": f"{here}/mappings",
        "serviceVersion": __version__,
        "defaultTypes": _all_types(served, language)[:8],
        "batchSize": BATCH_SIZE,
        "view": {"url": f"{here}/doc/external?iri={{{{id}}}}"},
        "preview": {
            "url": f"{service}/preview{ask}&id={{{{id}}}}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}{ask}"}
            | (
                {"flyout_service_url": service, "flyout_service_path": f"/flyout{ask}&id=${{id}}"}
                if kind == "entity"
                else {}
            )
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": f"/properties{ask}"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": Text(de="Höchstzahl", en="Limit").in_language(language),
                    "type": "number",
                    "default": 0,
                    "help_text": Text(
                        de="Werte je Begriff; 0: alle.", en="Values a concept; 0: all."
                    ).in_language(language),
                },
                {
                    "name": "language",
                    "label": Text(de="Sprache", en="Language").in_language(language),
                    "type": "text",
                    "default": language,
                    "help_text": Text(
                        de="Sprache der Texte, wie de oder en.", en="Language of texts, such as de or en."
                    ).in_language(language),
                },
            ],
        },
    }
