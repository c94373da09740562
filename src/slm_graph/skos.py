"""The triples of a skill page: concepts, wording, source and rights, able to stand alone."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from slm_graph import formats, resources, syntax
from slm_graph.errors import Text
from slm_graph.model import LEVEL_NUMBERS, LevelSection, SkillPage, Triple
from slm_graph.namespaces import DEFAULT_BASE, rebase, vocabulary

ACKNOWLEDGEMENT = Text(
    de="Diese Veröffentlichung enthält Informationen aus dem „Skills Framework for the Information Age“ "
    "mit Erlaubnis der SFIA Foundation.",
    en="This publication contains information from the Skills Framework for the Information Age "
    "with the permission of the SFIA Foundation.",
)
"""What the framework's licence wants to be said wherever its wording stands."""

_RIGHTS = Text(
    de=f"{ACKNOWLEDGEMENT.de} Der Wortlaut gehört der SFIA Foundation; ihn weiterzugeben braucht ihre Erlaubnis.",
    en=f"{ACKNOWLEDGEMENT.en} The wording belongs to the SFIA Foundation; to pass it on needs its permission.",
)

_LANGUAGE_NAMES = {
    "de": Text(de="deutsch", en="German"),
    "en": Text(de="englisch", en="English"),
    "fr": Text(de="französisch", en="French"),
    "es": Text(de="spanisch", en="Spanish"),
    "it": Text(de="italienisch", en="Italian"),
    "nl": Text(de="niederländisch", en="Dutch"),
    "pl": Text(de="polnisch", en="Polish"),
    "pt": Text(de="portugiesisch", en="Portuguese"),
}

_ALL_LEVELS = {"de": "alle Ebenen", "en": "all levels"}
"""How the collection of a skill's levels is called, after the skill's name; elsewhere by the page's heading."""

_DATE_TYPES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
"""Characters of an ISO 8601 date → its datatype."""

_DOUBTS = {
    ("SLMO", 3, "de", "04dc243116b28d6baaaaaa66fdb8414ce62b066b6d0b4883636cca6cdda83446"): Text(
        de="Der letzte Teil dieses Satzes ist vermutlich falsch übersetzt: Gemeint ist wohl, dass sich Beteiligte "
        "auf eine schlechtere Dienstgüte einstellen können, bevor eine Vereinbarung verletzt wird. Der Wortlaut "
        "ist dennoch unverändert wiedergegeben.",
        en="The last part of this sentence is probably mistranslated: what is meant seems to be that those "
        "concerned can prepare for a lower quality of service before an agreement is breached. The wording is "
        "nevertheless given unchanged.",
    ),
}
"""Code, level, language and SHA-256 of a text that is doubtful → what to say of it; a corrected text has no note."""


def rights_notice() -> Text:
    """What the import of a page says once: whose the wording is."""
    return Text(
        de="Der Wortlaut der Seite gehört der SFIA Foundation: Wer ihn veröffentlicht, braucht ihre Erlaubnis. "
        "Ohne Wortlaut veröffentlicht „slm-graph build --without-definitions“.",
        en="The wording of the page belongs to the SFIA Foundation: to publish it, you need its permission. "
        "“slm-graph build --without-definitions” publishes without wording.",
    )


def page_graph(page: SkillPage, *, base: str = DEFAULT_BASE) -> Graph:
    """Everything the page says, below `base`: the skill, its levels 1 to 7, their order, and the page itself.

    So that it stands alone, the framework (with this skill as its only top concept), the levels of responsibility
    and the agents they name are in it as shipped. Nothing else of what is shipped is: labels are in the page's
    language only. A level without a section that is not in the line of defined levels is a concept that is not
    observed and has no text. Wording stands as it is on the page; labels are its headings, blanks collapsed.
    """
    graph = Graph()
    for triple in _surroundings():
        graph.add(_moved(triple, base=base))
    skill = URIRef(f"{base}id/sfia/{page.code}")
    framework = URIRef(f"{base}id/sfia")
    graph.add((framework, SKOS.hasTopConcept, skill))
    graph.add((skill, SKOS.topConceptOf, framework))
    for triple in (
        *_skill_triples(page, skill, base=base),
        *_collection_triples(page, skill),
        *_source_triples(page, base=base),
        *_statement_triples(page.language, base=base),
    ):
        graph.add(triple)
    Collection(graph, _member_list(graph, skill), [_level_iri(skill, number) for number in LEVEL_NUMBERS])
    return graph


def _moved(triple: Triple, *, base: str) -> Triple:
    subject, predicate, object_ = triple
    return rebase(subject, base=base), rebase(predicate, base=base), rebase(object_, base=base)


@functools.cache
def _surroundings() -> tuple[Triple, ...]:
    """The shipped framework, its levels of responsibility and their agents, under the default base.

    Without the framework's top concepts: those are skills of other pages.
    """
    framework = URIRef(DEFAULT_BASE + "id/sfia")
    agents = _shipped("agents.ttl")
    statements = [
        (subject, predicate, object_)
        for subject, predicate, object_ in _shipped("sfia.ttl")
        if subject == framework and predicate != SKOS.hasTopConcept
    ]
    statements += _shipped("sfia-level.ttl")
    named = {object_ for _, _, object_ in statements}
    more = [triple for triple in agents if triple[0] in named]
    named = {object_ for _, _, object_ in more} - named
    return (*statements, *more, *(triple for triple in agents if triple[0] in named))


def _shipped(name: str) -> list[Triple]:
    quads = syntax.read(resources.ontology_file(name), formats.TURTLE, name=name)
    return [(subject, predicate, object_) for subject, predicate, object_, _ in quads]


# The skill and its levels


def _level_iri(skill: URIRef, number: int) -> URIRef:
    return URIRef(f"{skill}_{number}")


def _skill_triples(page: SkillPage, skill: URIRef, *, base: str) -> Iterable[Triple]:
    slm = vocabulary(base)
    yield skill, RDF.type, slm.Skill
    yield skill, RDF.type, SKOS.Concept
    yield skill, SKOS.inScheme, URIRef(f"{base}id/sfia")
    yield skill, SKOS.notation, Literal(page.code)
    yield skill, SKOS.prefLabel, Literal(page.name, lang=page.language)
    yield skill, SKOS.definition, Literal(page.definition, lang=page.language)
    yield skill, DCTERMS.provenance, _statement_iri(page.language, base=base)
    yield from _wording_triples(page, skill, base=base)
    for number in page.defined_levels:
        yield skill, slm.definedAtLevel, URIRef(f"{base}id/sfia/level/{number}")
    sections = {section.number: section for section in page.sections}
    for number in LEVEL_NUMBERS:
        yield from _skill_level_triples(page, skill, number, sections.get(number), base=base)


def _skill_level_triples(
    page: SkillPage, skill: URIRef, number: int, section: LevelSection | None, *, base: str
) -> Iterable[Triple]:
    slm = vocabulary(base)
    concept = _level_iri(skill, number)
    observed = number in page.defined_levels
    yield concept, RDF.type, slm.SkillLevel
    yield concept, RDF.type, SKOS.Concept
    yield concept, SKOS.inScheme, URIRef(f"{base}id/sfia")
    yield concept, SKOS.notation, Literal(f"{page.code}_{number}")
    yield concept, SKOS.prefLabel, Literal(_level_label(page, number), lang=page.language)
    yield concept, SKOS.broader, skill
    yield skill, SKOS.narrower, concept
    yield concept, slm.skill, skill
    yield skill, slm.skillLevel, concept
    yield concept, slm.level, URIRef(f"{base}id/sfia/level/{number}")
    yield concept, slm.levelNumber, Literal(number)
    yield concept, slm.typicallyObserved, Literal(observed)
    if section is None:
        return
    text = Literal(section.text, lang=page.language)
    if observed:
        yield concept, SKOS.definition, text
        yield concept, DCTERMS.provenance, _statement_iri(page.language, base=base)
    else:
        yield concept, SKOS.scopeNote, text
    yield from _wording_triples(page, concept, base=base)
    digest = hashlib.sha256(section.text.encode("utf-8")).hexdigest()
    doubt = _DOUBTS.get((page.code, number, page.language, digest))
    if doubt is not None:
        yield from _in_both_languages(concept, SKOS.editorialNote, doubt)


def _level_label(page: SkillPage, number: int) -> str:
    """The heading of the level's section, blanks collapsed; without one, the page's first with this number."""
    headings = {section.number: section.heading for section in page.sections}
    heading = " ".join(headings.get(number, page.sections[0].heading).split())
    return re.sub(r"[0-9]+$", str(number), heading)


def _wording_triples(page: SkillPage, concept: URIRef, *, base: str) -> Iterable[Triple]:
    """What a resource says that holds wording of the page: where it came from and whose it is."""
    yield concept, DCTERMS.source, _source_iri(page, base=base)
    yield from _rights_triples(concept, base=base)


def _rights_triples(resource: URIRef, *, base: str) -> Iterable[Triple]:
    yield resource, DCTERMS.rightsHolder, URIRef(f"{base}agent/sfia-foundation")
    yield from _in_both_languages(resource, DCTERMS.rights, _RIGHTS)


def _in_both_languages(subject: URIRef, predicate: URIRef, text: Text) -> Iterable[Triple]:
    yield subject, predicate, Literal(text.de, lang="de")
    yield subject, predicate, Literal(text.en, lang="en")


# The levels in order


def _collection_iri(skill: URIRef) -> URIRef:
    return URIRef(f"{skill}/levels")


def _collection_triples(page: SkillPage, skill: URIRef) -> Iterable[Triple]:
    collection = _collection_iri(skill)
    called = _ALL_LEVELS.get(page.language, " ".join(page.levels_heading.split()))
    yield collection, RDF.type, SKOS.OrderedCollection
    yield collection, SKOS.prefLabel, Literal(f"{page.name}: {called}", lang=page.language)
    for number in LEVEL_NUMBERS:
        yield collection, SKOS.member, _level_iri(skill, number)


def _member_list(graph: Graph, skill: URIRef) -> Node:
    """The head of the collection's list, in `graph`."""
    head = BNode()
    graph.add((_collection_iri(skill), SKOS.memberList, head))
    return head


# The page, and what is said of its wording


def _source_iri(page: SkillPage, *, base: str) -> URIRef:
    return URIRef(f"{base}id/source/{page.source.sha256[:16]}")


def _source_triples(page: SkillPage, *, base: str) -> Iterable[Triple]:
    slm = vocabulary(base)
    source = _source_iri(page, base=base)
    file = page.source
    yield source, RDF.type, slm.SourcePage
    yield source, RDF.type, PROV.Entity
    yield source, DCTERMS.title, Literal(file.name)
    yield source, slm.sha256, Literal(file.sha256)
    yield source, DCTERMS.language, Literal(page.language)
    if file.edition is not None:
        yield source, slm.edition, Literal(file.edition)
    if file.date is not None:
        yield source, DCTERMS.date, Literal(file.date, datatype=_DATE_TYPES[len(file.date)], normalize=False)
    if page.banner is not None:
        yield source, slm.banner, Literal(page.banner, lang=page.language)
    for heading in (page.heading, *(section.heading for section in page.sections)):
        yield source, slm.heading, Literal(heading, lang=page.language)
    yield source, slm.levelsHeading, Literal(page.levels_heading, lang=page.language)
    yield source, slm.levelsLine, Literal(page.levels_line, lang=page.language)
    yield from _rights_triples(source, base=base)


def _statement_iri(language: str, *, base: str) -> URIRef:
    return URIRef(f"{base}id/statement/verbatim-{language}")


def _statement_triples(language: str, *, base: str) -> Iterable[Triple]:
    statement = _statement_iri(language, base=base)
    called = _LANGUAGE_NAMES.get(language, Text(de=language, en=language))
    label = Text(de=f"Amtlicher Wortlaut ({called.de})", en=f"Official wording ({called.en})")
    description = Text(
        de="Die Definition in dieser Sprache gibt den Wortlaut der Quellseite unverändert wieder.",
        en="The definition in this language gives the wording of the source page unchanged.",
    )
    yield statement, RDF.type, DCTERMS.ProvenanceStatement
    yield statement, DCTERMS.language, Literal(language)
    yield from _in_both_languages(statement, RDFS.label, label)
    yield from _in_both_languages(statement, DCTERMS.description, description)
