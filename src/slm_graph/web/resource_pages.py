"""The page about one resource: what all kinds show, from a description and a few look-ups by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SKOS
from rdflib.term import Node

from slm_graph.catalogue import Description, set_languages
from slm_graph.errors import LANGUAGES
from slm_graph.exports.schema_org import schema_json, schema_org
from slm_graph.formats import DOCUMENT_FORMATS, HTML, Format
from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary
from slm_graph.web import branches
from slm_graph.web.familiar import FAMILIAR
from slm_graph.web.listings import collection_page, only_page, vocabulary_page
from slm_graph.web.pages import render, structured
from slm_graph.web.picture import LINES, picture
from slm_graph.web.schemes import concept_page, scheme_page
from slm_graph.web.site import Served
from slm_graph.web.steps import level_page, skill_level_page, skill_page
from slm_graph.web.texts import say
from slm_graph.web.views import (
    MAX_VALUES,
    Facts,
    Link,
    Names,
    Reader,
    definitions_of,
    facts_of,
    mappings_of,
    numbered,
)

OPEN_NAMES = 8
"""Further names under a title, two lines of them; the rest unfolds."""


def document_page(
    served: Served,
    description: Description,
    facts: Facts,
    *,
    reader: Reader,
    page: int = 1,
    formats: Sequence[Format] = DOCUMENT_FORMATS,
) -> bytes:
    """The page about one resource, `facts` being those of its description.

    Raises NotFound for a page of a list that it has not.
    """
    names = Names(served.catalogue, served.addresses, reader)
    names.learn_shown(facts)
    iri = str(description.iri)
    href = numbered(served.addresses.document(iri).partition("#")[0], page)
    quads = description.quads
    also_called = _alternatives(facts, names.link(iri), reader)
    view: dict[str, Any] = {
        "iri": iri,
        "here": names.link(iri),
        "kind_name": _kind_name(served, facts, description, reader),
        "citation": _citation(served, names, facts),
        "coded": _adds(names.link(iri).notation, names.link(iri).text),
        "open_facts": description.kind not in _VIEWS or description.kind == "concept",
        "other_names": [
            text
            for text in facts.texts(SKOS.prefLabel)
            if text.language in LANGUAGES and text.language != reader.language
        ],
        "alternatives": also_called[:OPEN_NAMES],
        "folded": also_called[OPEN_NAMES:],
        "definitions": definitions_of(facts, names),
        "notes": _notes(facts, names),
        "path": _path(served, facts, names),
        **_mappings(served, description, facts, names),
        "facts": facts_of(facts, names),
        "deprecated": facts.is_true(OWL.deprecated) is True,
        "replacements": [names.link(other) for other in facts.iris(DCTERMS.isReplacedBy)],
        "formats": [(row, served.addresses.document(iri, row.suffix)) for row in formats if row is not HTML],
        "structured": structured(
            schema_json(
                description.iri,
                schema_org(description.iri, quads if len(quads) <= MAX_VALUES else few(quads)),
                language=reader.language,
            )
        ),
    }
    template, further = _VIEWS.get(description.kind, ("resource.html", _no_more))
    view |= further(served, facts, names, page)
    return render(template, reader=reader, mount=served.addresses.mount, href=href, served=served, **view)


def _alternatives(facts: Facts, here: Link, reader: Reader) -> list[str]:
    """The further names in the language of the name that the page has."""
    languages = (here.language or reader.language, None)
    return [str(text) for text in facts.texts(SKOS.altLabel) if text.language in languages]


def _kind_name(served: Served, facts: Facts, description: Description, reader: Reader) -> str:
    """What the resource is; one of no kind of its own goes by its class, where that has a familiar name."""
    kind = _kind_shown(served, description)
    if kind == "other":
        if _release(served, str(description.iri)):
            return say("footer.release", reader.language)
        if str(description.iri).startswith(served.release.base + "graph/"):
            return say("kind.graph", reader.language)
        classes = (FAMILIAR[iri] for iri in facts.iris(RDF.type) if iri in FAMILIAR)
        if (class_ := next(classes, None)) is not None:
            name = class_.in_language(reader.language)
            return name[:1].upper() + name[1:]
    return say("kind." + kind, reader.language)


def _release(served: Served, iri: str) -> str | None:
    """The version, where `iri` is a release."""
    start = served.release.base + "release/"
    return iri.removeprefix(start) if iri.startswith(start) else None


def _kind_shown(served: Served, description: Description) -> str:
    framework = vocabulary(served.release.base).Framework
    if any(o == framework for s, p, o, _ in description.quads if s == description.iri and p == RDF.type):
        return "framework"
    return description.kind


def _citation(served: Served, names: Names, facts: Facts) -> str:
    """How to name the resource in a text: name, code, scheme, where and when published, address."""
    here = names.link(str(facts.iri))
    scheme = names.scheme(here.iri)
    parts = [f"{here.text} ({here.notation})" if _adds(here.notation, here.text) else here.text]
    if _release(served, str(facts.iri)):
        parts = []  # what follows says it
    if scheme is not None:
        parts.append(f"In: {names.link(scheme).text}")
    date = f", {served.release.date}" if served.release.date else ""
    parts.append(f"slm-graph, {say('footer.release', names.reader.language)} {served.release.version}{date}")
    return ". ".join(parts) + f". {facts.iri}"


def _adds(notation: str | None, name: str) -> bool:
    """Whether the code says more than the name, which may have it at its end already."""
    return bool(notation) and notation != name and not name.endswith(f"({notation})")


def few(quads: Iterable[Quad], most: int = MAX_VALUES) -> Iterator[Quad]:
    """The first `most` quads of each subject and predicate: a scheme may have thousands of top concepts."""
    seen: Counter[tuple[Node, URIRef]] = Counter()
    for quad in quads:
        seen[quad[0], quad[1]] += 1
        if seen[quad[0], quad[1]] <= most:
            yield quad


@dataclass(frozen=True, slots=True)
class Claim:
    """One mapping as a line of the picture."""

    subject: Link
    relation: Link
    object: Link | None
    negated: bool
    confidence: str | None


def _mappings(served: Served, description: Description, facts: Facts, names: Names) -> dict[str, Any]:
    graphs = f"{served.release.base}graph/mappings/"
    languages = {
        record: set_languages(served.catalogue).get(graph.removeprefix(graphs), "")
        for record, predicate, _, graph in description.quads
        if predicate == OWL.annotatedSource and isinstance(graph, URIRef)
    }
    rows = mappings_of(facts, names, languages)
    here = names.link(str(facts.iri))
    lines = [Claim(here, row.relation, row.target, row.negated, row.confidence) for row in rows[:LINES]]
    # one line is no picture
    drawn = picture(lines) if sum(line.object is not None for line in lines) > 1 else None
    return {
        "mappings": rows[:MAX_MAPPINGS],
        "more_mappings": max(0, len(rows) - MAX_MAPPINGS),
        "drawn": drawn,
    }


def _notes(facts: Facts, names: Names) -> list[tuple[str, Literal]]:
    """The notes, all of the language that the best one has.

    Beside an official wording our short version is a note: to a reader of the other language, whose short version is
    the description itself, it says nothing new.
    """
    language = names.reader.language
    definitions = definitions_of(facts, names)
    has_own = any(one.language == language for one in definitions)
    verbatim = {one.language for one in definitions if one.marker == "verbatim"}
    found: list[tuple[str, Literal]] = []
    for kind, predicate in (("scopeNote", SKOS.scopeNote), ("editorialNote", SKOS.editorialNote)):
        best = facts.text(predicate, language)
        if kind == "scopeNote" and has_own and best is not None and best.language in verbatim - {language}:
            continue
        found += [
            (kind, note)
            for note in facts.texts(predicate)
            if best is not None and note.language == best.language
        ]
    return found


def _path(served: Served, facts: Facts, names: Names) -> list[Link]:
    """From the scheme down: what stands above the resource itself."""
    path = branches.ancestors(served, str(facts.iri), facts)
    names.learn(path)
    return [names.link(iri) for iri in path]


Further = Callable[[Served, Facts, Names, int], Mapping[str, Any]]
"""What one kind of page shows besides what all show."""


def _no_more(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    only_page(page)
    return {"release": _release(served, str(facts.iri))}


MAX_MAPPINGS = 100
"""Rows of mappings from one concept; the formats have all of them."""

_VIEWS: dict[str, tuple[str, Further]] = {
    "concept": ("concept.html", concept_page),
    "scheme": ("scheme.html", scheme_page),
    "skill": ("skill.html", skill_page),
    "skill-level": ("skill_level.html", skill_level_page),
    "level": ("level.html", level_page),
    "collection": ("collection.html", collection_page),
    "vocabulary": ("vocabulary.html", vocabulary_page),
}
