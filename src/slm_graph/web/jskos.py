"""`/jskos/`: concept schemes, concepts and mappings as the JSKOS API has them (Cocoda and others ask it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from rdflib.namespace import SKOS

from slm_graph import __version__, mapping
from slm_graph.catalogue import Asked
from slm_graph.catalogue.lists import descriptions
from slm_graph.errors import Text
from slm_graph.exports.jskos import item
from slm_graph.search import Filters
from slm_graph.web import hierarchy
from slm_graph.web.problems import Problem
from slm_graph.web.programs import (
    CONCEPT_KINDS,
    MAX_OFFSET,
    crosswalk,
    given,
    json_answer,
    labelled,
    language,
    nothing,
    root,
    search,
    sketches,
    whole_number,
)
from slm_graph.web.site import Served, Site

MOST_ITEMS = 1000
DEFAULT_ITEMS = 100
MOST_IRIS = 100
"""In one `uri=a|b|…`: an address longer than that is cut by proxies anyway."""

DIRECTIONS = ("forward", "backward", "both")
"""Of mappings, the default first: `from` and `fromScheme` as they are, exchanged with `to` and `toScheme`, or either."""


@dataclass(frozen=True, slots=True)
class Jskos:
    """The answers below `/jskos/`."""

    site: Site

    def status(self) -> Response:
        """Which endpoints there are, for clients that look first."""
        served = self.site.current()
        site = root(served)
        here = f"{site.address}/jskos"
        endpoints = {
            "schemes": "voc",
            "top": "voc/top",
            "voc-concepts": "voc/concepts",
            "data": "data",
            "concepts": "concepts",
            "narrower": "concepts/narrower",
            "ancestors": "concepts/ancestors",
            "suggest": "concepts/suggest",
            "search": "concepts/search",
            "mappings": "mappings",
        }
        value = {
            "ok": 1,
            "config": {
                "env": "production",
                "serverVersion": __version__,
                "version": "1.0",
                "baseUrl": here + "/",
            },
            "auth": None,
            **{name: f"{here}/{path}" for name, path in endpoints.items()},
            "types": None,
            "annotations": None,
            "concordances": None,
        }
        return json_answer(value, served=served, cache=site.cache, headers=[("Vary", site.vary)])

    def schemes(self) -> Response:
        """Every concept scheme, or those named by `uri`."""
        served = self.site.current()
        wanted = _iris("uri")
        iris = [str(one.iri) for one in served.catalogue.schemes() if not wanted or str(one.iri) in wanted]
        return _some(served, iris)

    def top(self) -> Response:
        served = self.site.current()
        scheme = _known_scheme(served, given("uri"))
        limit, offset = _window()
        iris = hierarchy.tops(served, scheme, limit=limit, offset=offset)
        return _listed(served, iris, served.catalogue.subject_count(str(SKOS.topConceptOf), scheme))

    def concepts_of_scheme(self) -> Response:
        served = self.site.current()
        scheme = _known_scheme(served, given("uri"))
        limit, offset = _window()
        found = served.catalogue.subjects(str(SKOS.inScheme), scheme, limit=limit, offset=offset)
        total = served.catalogue.subject_count(str(SKOS.inScheme), scheme)
        return _listed(served, [str(one) for one in found], total)

    def data(self) -> Response:
        """Concepts and schemes by IRI; unknown ones are left out."""
        served = self.site.current()
        given("uri")
        return _listed(served, sorted(_iris("uri")), None)

    def narrower(self) -> Response:
        served = self.site.current()
        iri = given("uri")
        limit, offset = _window()
        iris = hierarchy.children(served, iri, limit=limit, offset=offset)
        if not iris and served.catalogue.kind(iri) is None:
            raise nothing()
        return _listed(served, iris, served.catalogue.subject_count(str(SKOS.broader), iri))

    def ancestors(self) -> Response:
        served = self.site.current()
        iri = given("uri")
        if served.catalogue.kind(iri) is None:
            raise nothing()
        way = hierarchy.above(served, iri)
        return _listed(served, [one for one in way.found if one != iri], len(way.found) - 1 + way.further)

    def suggest(self) -> Response:
        """OpenSearch suggestions: the letters, labels, descriptions, IRIs."""
        served, tongue = self.site.current(), language("language")
        text = given("search")
        iris = _found(served, text)
        known = sketches(served, iris, tongue)
        labels = [f"{known[one].notation or ''} {known[one].label}".strip() for one in iris]
        return json_answer([text, labels, ["" for _ in iris], iris], served=served)

    def search(self) -> Response:
        served = self.site.current()
        return _listed(served, _found(served, given("search", request.args.get("query") or None)), None)

    def mappings(self) -> Response:
        """Mappings by ends, schemes, types; `from` and `to` may hold several IRIs each, separated by `|`."""
        served = self.site.current()
        index = crosswalk(served)
        limit, offset = _window()
        direction = given("direction", DIRECTIONS[0])
        if direction not in DIRECTIONS:
            raise Problem(
                400,
                Text(
                    de=f"Der Parameter direction ist {', '.join(DIRECTIONS[:-1])} oder {DIRECTIONS[-1]}.",
                    en=f"The parameter direction is {', '.join(DIRECTIONS[:-1])} or {DIRECTIONS[-1]}.",
                ),
            )
        set_iri = request.args.get("partOf")
        set_names = [one.name for one in index.sets() if str(one.iri) == set_iri] if set_iri else [None]
        if not set_names:
            return _answer(served, [], 0)
        asked = Asked(
            subject_framework=request.args.get("fromScheme") or None,
            object_framework=request.args.get("toScheme") or None,
            set_name=set_names[0],
            predicates=tuple(sorted(_iris("type"))),
            subjects=tuple(sorted(_iris("from"))),
            objects=tuple(sorted(_iris("to"))),
            either_way=direction == "both",
            negated=False,  # JSKOS cannot say that something does not correspond
        )
        if direction == "backward":
            asked = asked.turned()
        sets = {one.name: str(one.iri) for one in index.sets()}
        made = []
        for entry in index.entries(asked, limit=limit, offset=offset):
            said = mapping.jskos_mapping(entry.row)
            for side, iri in (("fromScheme", entry.subject_framework), ("toScheme", entry.object_framework)):
                if iri and side not in said:
                    said[side] = {"uri": iri}
            if entry.set_name is not None:
                said["partOf"] = [{"uri": sets[entry.set_name]}]
            made.append(said)
        labelled(served, made)
        return _answer(served, made, index.count(asked))


def _iris(name: str) -> frozenset[str]:
    found = frozenset(iri for iri in request.args.get(name, "").split("|") if iri)
    if len(found) > MOST_IRIS:
        raise Problem(
            400,
            Text(
                de=f"Der Parameter {name} nennt mehr als {MOST_IRIS} IRIs.",
                en=f"The parameter {name} names more than {MOST_IRIS} IRIs.",
            ),
        )
    return found


def _window() -> tuple[int, int]:
    return (
        whole_number("limit", DEFAULT_ITEMS, least=1, most=MOST_ITEMS),
        whole_number("offset", 0, most=MAX_OFFSET),
    )


def _known_scheme(served: Served, iri: str) -> str:
    if served.catalogue.kind(iri) != "scheme":
        raise nothing()
    return iri


def _found(served: Served, text: str) -> list[str]:
    page = search(served.release.search_file).find(
        text,
        language=language("language"),
        filters=Filters(schemes=tuple(sorted(_iris("voc"))), kinds=CONCEPT_KINDS),
        limit=whole_number("limit", 20, least=1, most=DEFAULT_ITEMS),
        texts=False,
    )
    return [str(hit.iri) for hit in page.hits]


def _some(served: Served, iris: Sequence[str]) -> Response:
    limit, offset = _window()
    return _listed(served, iris[offset : offset + limit], len(iris))


def _listed(served: Served, iris: Sequence[str], total: int | None) -> Response:
    described = descriptions(served.catalogue, iris)
    made = {iri: item(iri, described[iri].quads) for iri in iris if iri in described}
    concepts = [iri for iri in made if described[iri].kind in CONCEPT_KINDS]
    for name, relation in (("broader", SKOS.broader), ("related", SKOS.related)):
        own = {iri: [one["uri"] for one in made[iri].get(name, ())] for iri in concepts}
        for iri, others in hierarchy.neighbours(served, relation, own).items():
            if others:
                made[iri][name] = [{"uri": other} for other in others]
    parents = hierarchy.with_children(served, concepts)
    for iri in concepts:
        # what is below is asked for apart; null says that there is something (JSKOS, closed world statements)
        made[iri]["narrower"] = [None] if iri in parents else []
    return _answer(served, list(made.values()), len(made) if total is None else total)


def _answer(served: Served, items: Sequence[dict[str, Any]], total: int) -> Response:
    return json_answer(list(items), served=served, headers=[("X-Total-Count", str(total))])
