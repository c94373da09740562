"""HTML: a page for each kind of resource, rendered from its description and a few look-ups by key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDFS, SKOS
from rdflib.term import Node

from slm_graph.catalogue import Catalogue, Description
from slm_graph.catalogue.lists import descriptions, holds, subjects
from slm_graph.errors import LANGUAGES, NotFound, Text
from slm_graph.exports.schema_org import schema_json, schema_org
from slm_graph.formats import DOCUMENT_FORMATS, HTML, Format
from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary
from slm_graph.skos import ACKNOWLEDGEMENT
from slm_graph.web import branches
from slm_graph.web.assets import assets
from slm_graph.web.comparing import Comparison, Pieces, compare
from slm_graph.web.ladder import ladder
from slm_graph.web.picture import LINES, picture
from slm_graph.web.site import Served
from slm_graph.web.texts import TEXTS, say
from slm_graph.web.views import (
    MAX_VALUES,
    Definition,
    Facts,
    Link,
    Names,
    Reader,
    definitions_of,
    facts_of,
    mappings_of,
    paging,
    value_of,
    with_language,
)

PAGE_SIZE = 100
"""Items of a list on one page: some 50 kB of HTML where IRIs are long."""

CARDS = 40
"""Cards with wording on one page: official wordings have up to 2,500 characters."""


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a skill, or of a scale: a rung of the ladder and a card below it."""

    link: Link
    number: str
    level: Link | None
    observed: bool
    definition: Definition | None
    note: Literal | None
    current: bool = False
    beyond: Pieces | None = None
    """The definition with what the level below does not say; None where that tells nothing."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("slm_graph.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["texts"] = TEXTS
    environment.filters["number"] = number_shown
    environment.filters["breakable"] = lambda text: escape(text).replace("/", Markup("/<wbr>"))
    environment.globals["ladder_of"] = lambda steps: ladder(
        [(step.level or step.link).text for step in steps]
    )
    return environment


def number_shown(number: int) -> str:
    """A number with narrow blanks between its thousands from five digits on (ISO 80000-1, 7.3.1), in any language.

    >>> number_shown(5000), number_shown(17000)
    ('5000', '17\u202f000')
    """
    return str(number) if number < 10_000 else f"{number:,}".replace(",", "\u202f")


@lru_cache(maxsize=32)  # one a template and language
def _say_in(language: str) -> Callable[..., str]:
    def t(key: str, **values: object) -> str:
        return say(key, language, **values)  # type: ignore[arg-type]  # one of LANGUAGES

    return t


def render(
    template: str, *, reader: Reader, mount: str, href: str, served: Served | None, **view: Any
) -> bytes:
    """The page of `template`; `href` is its own address without `lang`, `served` None where no release is open."""
    frame: dict[str, Any] = {
        "reader": reader,
        "t": _say_in(reader.language),
        "mount": mount,
        "css": f"{mount}/static/{assets()['site.css'].name}",
        "file": _file,
        "script": f"{mount}/static/{assets()['site.js'].name}",
        "languages": [(code, with_language(href, code), code == reader.language) for code in LANGUAGES],
        "version": served.release.version if served else None,
        "snapshot": served.addresses.snapshot if served else None,
        "acknowledgement": _acknowledgement(served, reader),
        "keep": reader.keep,
    }
    return _environment().get_template(template).render(**frame, **view).encode()


def _file(name: str) -> str:
    return assets()[name].name


def structured(value: Mapping[str, Any]) -> str:
    """JSON for a data block of a page: no sign in it could end the block, whatever a text says."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _acknowledgement(served: Served | None, reader: Reader) -> str | None:
    """Whose the names are, and with imported wording what its licence wants to be said; None without the framework."""
    said = _whose(served.catalogue) if served is not None else None
    return said.in_language(reader.language) if said is not None else None


@lru_cache(maxsize=16)  # one a release that is open; a release never changes
def _whose(catalogue: Catalogue) -> Text | None:
    if catalogue.kind(catalogue.base + "id/sfia") is None:
        return None
    verbatim = holds(catalogue, catalogue.base + "id/statement/verbatim-")
    return ACKNOWLEDGEMENT if verbatim else TEXTS["footer.names"]


def document_page(
    served: Served,
    description: Description,
    *,
    reader: Reader,
    page: int = 1,
    formats: Sequence[Format] = DOCUMENT_FORMATS,
) -> bytes:
    """The page about one resource. Raises NotFound for a page of a list that it has not."""
    names = Names(served.catalogue, served.addresses, reader)
    facts = Facts(description)
    names.learn_shown(facts)
    iri = str(description.iri)
    href = served.addresses.document(iri).partition("#")[0]
    view: dict[str, Any] = {
        "iri": iri,
        "here": names.link(iri),
        "kind_name": say("kind." + _kind_shown(served, description), reader.language),
        "citation": _citation(served, names, facts),
        "open_facts": description.kind not in _VIEWS or description.kind == "concept",
        "other_names": [
            text
            for text in facts.texts(SKOS.prefLabel)
            if text.language in LANGUAGES and text.language != reader.language
        ],
        "alternatives": [
            text for text in facts.texts(SKOS.altLabel) if text.language in (reader.language, None)
        ],
        "definitions": definitions_of(facts, names),
        "notes": _notes(facts, reader),
        "path": _path(served, facts, names),
        **_mappings(facts, names),
        "facts": facts_of(facts, names),
        "deprecated": facts.is_true(OWL.deprecated) is True,
        "replacements": [names.link(other) for other in facts.iris(DCTERMS.isReplacedBy)],
        "formats": [(row, served.addresses.document(iri, row.suffix)) for row in formats if row is not HTML],
        "structured": structured(
            schema_json(
                description.iri,
                schema_org(description.iri, few(description.quads)),
                language=reader.language,
            )
        ),
    }
    template, further = _VIEWS.get(description.kind, ("resource.html", _no_more))
    view |= further(served, facts, names, page)
    return render(template, reader=reader, mount=served.addresses.mount, href=href, served=served, **view)


def _kind_shown(served: Served, description: Description) -> str:
    framework = vocabulary(served.release.base).Framework
    if any(o == framework for s, p, o, _ in description.quads if s == description.iri and p == RDF.type):
        return "framework"
    return description.kind


def _citation(served: Served, names: Names, facts: Facts) -> str:
    """How to name the resource in a text: name, code, scheme, where and when published, address."""
    here = names.link(str(facts.iri))
    scheme = next(iter(facts.iris(SKOS.inScheme)), None)
    parts = [f"{here.text} ({here.notation})" if here.notation and here.notation != here.text else here.text]
    if scheme is not None:
        parts.append(f"In: {names.link(scheme).text}")
    date = f", {served.release.date}" if served.release.date else ""
    parts.append(f"slm-graph, {say('footer.release', names.reader.language)} {served.release.version}{date}")
    return ". ".join(parts) + f". {facts.iri}"


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


def _mappings(facts: Facts, names: Names) -> dict[str, Any]:
    rows = mappings_of(facts, names)
    here = names.link(str(facts.iri))
    lines = [Claim(here, row.relation, row.target, row.negated, row.confidence) for row in rows[:LINES]]
    # one line is no picture
    drawn = picture(lines) if sum(line.object is not None for line in lines) > 1 else None
    return {
        "mappings": rows[:MAX_MAPPINGS],
        "more_mappings": max(0, len(rows) - MAX_MAPPINGS),
        "drawn": drawn,
    }


def _notes(facts: Facts, reader: Reader) -> list[tuple[str, Literal]]:
    """The notes, all of the language that the best one has."""
    found: list[tuple[str, Literal]] = []
    for kind, predicate in (("scopeNote", SKOS.scopeNote), ("editorialNote", SKOS.editorialNote)):
        best = facts.text(predicate, reader.language)
        found += [
            (kind, note)
            for note in facts.texts(predicate)
            if best is not None and note.language == best.language
        ]
    return found


def _path(served: Served, facts: Facts, names: Names) -> list[Link]:
    """From the scheme down: what stands above the resource itself."""
    above = branches.ancestors(served, str(facts.iri)) if facts.values(SKOS.broader) else []
    path = above or list(facts.iris(SKOS.inScheme)[:1])
    names.learn(path)
    return [names.link(iri) for iri in path]


Further = Callable[[Served, Facts, Names, int], Mapping[str, Any]]
"""What one kind of page shows besides what all show."""


def _no_more(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    return {}


def _only_page(page: int) -> None:
    if page != 1:
        raise _no_such_page()


def _no_such_page() -> NotFound:
    return NotFound(Text(de="Diese Seite der Liste gibt es nicht.", en="The list has no such page."))


MAX_COMPARED = 20_000
"""Characters of a wording that are compared: ten times the longest official one."""


def steps_of(served: Served, names: Names, iris: Sequence[str], *, current: str | None = None) -> list[Step]:
    """The rungs for `iris`, each described, in the order of their numbers."""
    slm = vocabulary(names.addresses.base)
    described = [Facts(found) for found in descriptions(served.catalogue, iris).values()]
    names.learn_shown(*described)
    made: list[tuple[int, Step]] = []
    for facts in described:
        number = next(iter(facts.texts(slm.levelNumber)), None)
        text = str(number) if number is not None else (names.link(str(facts.iri)).notation or "")
        levels = facts.iris(slm.level)
        definitions = definitions_of(facts, names)
        made.append(
            (
                int(text) if text.isascii() and text.isdigit() else len(made),
                Step(
                    link=names.link(str(facts.iri)),
                    number=text,
                    level=names.link(levels[0]) if levels else None,
                    observed=facts.is_true(slm.typicallyObserved) is not False,
                    definition=definitions[0] if definitions else None,
                    note=facts.text(SKOS.scopeNote, names.reader.language),
                    current=str(facts.iri) == current,
                ),
            )
        )
    return [step for _, step in sorted(made, key=lambda pair: pair[0])]


MAX_MAPPINGS = 100
"""Rows of mappings from one concept; the formats have all of them."""

REGISTERED = 40
"""Concepts from which a scheme has a register by letter."""

MAX_STEPS = 40
"""Levels drawn of one skill: the longest scale known (KldB) has five, a careless import may have thousands."""


def with_differences(steps: Sequence[Step]) -> list[Step]:
    """The steps, each marked against the one below it in the same language."""
    made: list[Step] = []
    below: Definition | None = None
    for step in steps:
        found = compared(below, step.definition)
        made.append(replace(step, beyond=found.upper) if found is not None and found.marked else step)
        below = step.definition or below
    return made


def compared(lower: Definition | None, upper: Definition | None) -> Comparison | None:
    """Two wordings; None where one is missing or they are in two languages."""
    if lower is None or upper is None or lower.language != upper.language:
        return None
    return compare(lower.text[:MAX_COMPARED], upper.text[:MAX_COMPARED])


def _shared_marker(steps: Sequence[Step]) -> Definition | None:
    """A definition whose marker all of `steps` share, so that a page says it once; None where they differ."""
    marked = [step.definition for step in steps if step.definition is not None]
    return marked[0] if len({one.marker for one in marked}) == 1 and marked[0].marker else None


def _skill(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    slm = vocabulary(names.addresses.base)
    levels = served.catalogue.subjects(str(slm.skill), str(facts.iri), limit=MAX_STEPS)
    return {
        "steps": (steps := with_differences(steps_of(served, names, levels))),
        "differences": any(step.beyond is not None for step in steps),
        "comparable": [step for step in steps if step.definition is not None],
        "marker": _shared_marker(steps),
        "categories": list(facts.texts(slm.category)),
        "narrower": [
            names.link(iri) for iri in facts.iris(SKOS.narrower) if names.link(iri).kind != "skill-level"
        ],
    }


def _skill_level(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    slm = vocabulary(names.addresses.base)
    skills = facts.iris(slm.skill)
    siblings = served.catalogue.subjects(str(slm.skill), skills[0], limit=MAX_STEPS) if skills else ()
    steps = steps_of(served, names, siblings, current=str(facts.iri))
    here = next((place for place, step in enumerate(steps) if step.current), None)
    levels = steps_of(served, names, facts.iris(slm.level)[:1])
    own, below = (steps[here], steps[here - 1]) if here else (None, None)
    found = compared(below.definition, own.definition) if own is not None and below is not None else None
    return {
        "steps": steps,
        # where the words differ altogether, the neighbours below say more
        "sides": (below, own, found) if found is not None and found.marked else None,
        "previous": steps[here - 1] if here else None,
        "next": steps[here + 1] if here is not None and here + 1 < len(steps) else None,
        "skill": names.link(skills[0]) if skills else None,
        "level": levels[0] if levels else None,
        "observed": facts.is_true(slm.typicallyObserved) is not False,
    }


def _level(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    slm = vocabulary(names.addresses.base)
    listing = _listing(served, names, str(slm.level), facts, page, size=CARDS)
    schemes = facts.iris(SKOS.inScheme)
    scale = served.catalogue.subjects(str(SKOS.inScheme), schemes[0], limit=MAX_STEPS) if schemes else ()
    return {
        **listing,
        "cards": steps_of(served, names, [link.iri for link in listing["members"]]),
        "steps": steps_of(served, names, scale, current=str(facts.iri)),
    }


def _concept(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    iri = str(facts.iri)
    nodes, total = branches.branch(served, names, iri, inline=True)
    more = branches.address(served, names.reader, iri, branches.SIZE) if total > len(nodes) else None
    return {"nodes": nodes, "total": total, "more": more, "open_facts": not nodes}


def _scheme(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    iri = str(facts.iri)
    nodes, total = branches.branch(served, names, iri, offset=(page - 1) * branches.SIZE, inline=True)
    place = paging(
        total,
        size=branches.SIZE,
        page=page,
        href=served.addresses.document(iri).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise _no_such_page()
    scale = 0 < total <= MAX_STEPS and all(node.link.kind == "level" for node in nodes)
    summary = next((one for one in served.catalogue.schemes() if str(one.iri) == iri), None)
    counts = summary.counts if summary else {}
    return {
        "nodes": nodes,
        "total": total,
        "first": (page - 1) * branches.SIZE + 1,
        "paging": place,
        "steps": steps_of(served, names, [node.link.iri for node in nodes]) if scale else [],
        "counts": counts,
        # a list that fits on a screen needs no register
        "letters": branches.letters(served, names.reader, iri) if sum(counts.values()) > REGISTERED else [],
        "framework": summary is not None and summary.framework,
        "description": facts.text(DCTERMS.description, names.reader.language),
        "rights": facts.text(DCTERMS.rights, names.reader.language),
    }


def _listing(
    served: Served, names: Names, predicate: str, facts: Facts, page: int, *, size: int = PAGE_SIZE
) -> dict[str, Any]:
    iri = str(facts.iri)
    found, total = subjects(
        served.catalogue, predicate, iri, names.reader.language, limit=size, offset=(page - 1) * size
    )
    place = paging(
        total,
        size=size,
        page=page,
        href=served.addresses.document(iri).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise _no_such_page()
    names.learn(found)
    return {"members": [names.link(member) for member in found], "total": total, "paging": place}


def _collection(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    heads = facts.values(SKOS.memberList)
    items = facts.members(heads[0]) if heads else facts.values(SKOS.member)
    iris = [str(item) for item in items if isinstance(item, URIRef)]
    names.learn(iris)
    return {"members": [names.link(iri) for iri in iris[:PAGE_SIZE]], "ordered": bool(heads)}


@dataclass(frozen=True, slots=True)
class Term:
    """One class or property of the vocabulary, with all that is said of it."""

    link: Link
    anchor: str
    comment: Literal | None
    facts: tuple[Any, ...]


def _vocabulary(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    _only_page(page)
    namespace = str(vocabulary(names.addresses.base))
    groups: list[tuple[str, list[Term]]] = []
    for group, class_ in (
        ("classes", OWL.Class),
        ("objectProperties", OWL.ObjectProperty),
        ("datatypeProperties", OWL.DatatypeProperty),
        ("annotationProperties", OWL.AnnotationProperty),
    ):
        terms = [
            Term(
                link=names.link(str(subject)),
                anchor=str(subject)[len(namespace) :],
                comment=facts.text(RDFS.comment, names.reader.language, subject),
                facts=facts_of(facts, names, subject),
            )
            for subject in facts.subjects()
            if str(subject).startswith(namespace) and class_ in facts.values(RDF.type, subject)
        ]
        groups.append((group, sorted(terms, key=lambda term: term.anchor)))
    return {"groups": groups, "description": facts.text(DCTERMS.description, names.reader.language)}


_VIEWS: dict[str, tuple[str, Further]] = {
    "concept": ("concept.html", _concept),
    "scheme": ("scheme.html", _scheme),
    "skill": ("skill.html", _skill),
    "skill-level": ("skill_level.html", _skill_level),
    "level": ("level.html", _level),
    "collection": ("collection.html", _collection),
    "vocabulary": ("vocabulary.html", _vocabulary),
}


def _example(served: Served, schemes: Sequence[str]) -> str | None:
    """A concept to try: a skill at a middle level if there is one."""
    slm = vocabulary(served.release.base)
    for scheme in schemes:
        tops = served.catalogue.subjects(str(SKOS.topConceptOf), scheme, limit=1)
        for top in tops:
            levels = served.catalogue.subjects(str(slm.skill), str(top), limit=MAX_STEPS)
            return str(levels[len(levels) // 2 + 1] if len(levels) > 2 else top)
    return None


def home_page(served: Served, *, reader: Reader) -> bytes:
    """What this is, and the frameworks in the release."""
    names = Names(served.catalogue, served.addresses, reader)
    schemes = served.catalogue.schemes()
    names.learn(str(scheme.iri) for scheme in schemes)
    cards = []
    said = descriptions(served.catalogue, (str(scheme.iri) for scheme in schemes))
    for scheme in schemes:
        described = said.get(str(scheme.iri))
        description = Facts(described).text(DCTERMS.description, reader.language) if described else None
        cards.append((scheme, names.link(str(scheme.iri)), description))
    # what has skills at levels first: the others are there as ends of mappings
    cards.sort(key=lambda card: -sum(card[0].counts.get(kind, 0) for kind in ("skill", "skill-level")))
    skill = _example(served, [str(scheme.iri) for scheme, _, _ in cards])
    names.learn([skill] if skill else [])
    return render(
        "home.html",
        reader=reader,
        mount=served.addresses.mount,
        href=f"{served.addresses.mount}/",
        served=served,
        frameworks=[card for card in cards if card[0].framework],
        schemes=[card for card in cards if not card[0].framework],
        example=names.link(skill) if skill else None,
        example_thing=served.addresses.thing(skill) if skill and served.addresses.owns(skill) else None,
        example_formats=[
            (row, served.addresses.document(skill, row.suffix)) for row in DOCUMENT_FORMATS if row is not HTML
        ]
        if skill
        else [],
    )


__all__ = ["compared", "document_page", "home_page", "render", "steps_of", "value_of"]
