"""The content: SLMO with its levels, the levels of responsibility, and the targets of mappings."""

from __future__ import annotations

from collections import Counter

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, SKOS, Namespace

from slm_graph.model import LEVEL_NUMBERS
from slm_graph.namespaces import DEFAULT_BASE, vocabulary

SLM = vocabulary(DEFAULT_BASE)

ID = Namespace(DEFAULT_BASE + "id/")
SFIA = Namespace(DEFAULT_BASE + "id/sfia/")
LEVEL = Namespace(DEFAULT_BASE + "id/sfia/level/")

NAMES = {
    1: ("Begleiten", "Follow"),
    2: ("Mitwirken", "Assist"),
    3: ("Anwenden", "Apply"),
    4: ("Möglich machen", "Enable"),
    5: ("Sicherstellen, beraten", "Ensure, advise"),
    6: ("Anregungen geben, Einfluss nehmen", "Initiate, influence"),
    7: ("Strategie festlegen, inspirieren, mobilisieren", "Set strategy, inspire, mobilise"),
}


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(
        str(text.language) for text in graph.objects(subject, predicate) if isinstance(text, Literal)
    )


def test_the_skill_is_described_at_levels_two_to_seven(shipped: Graph) -> None:
    assert set(shipped.objects(SFIA.SLMO, SLM.definedAtLevel)) == {LEVEL[str(n)] for n in range(2, 8)}
    assert set(shipped.objects(SFIA.SLMO, SLM.skillLevel)) == {SFIA[f"SLMO_{n}"] for n in LEVEL_NUMBERS}
    assert set(shipped.objects(SFIA.SLMO, SKOS.narrower)) == {SFIA[f"SLMO_{n}"] for n in LEVEL_NUMBERS}


@pytest.mark.parametrize("number", LEVEL_NUMBERS)
def test_a_skill_level_says_what_it_is(shipped: Graph, number: int) -> None:
    level = SFIA[f"SLMO_{number}"]
    assert set(shipped.objects(level, RDF.type)) == {SLM.SkillLevel, SKOS.Concept}
    assert set(shipped.objects(level, SKOS.prefLabel)) == {
        Literal(f"Servicelevel-Management: Ebene {number}", lang="de"),
        Literal(f"Service level management: level {number}", lang="en"),
    }
    assert shipped.value(level, SKOS.notation) == Literal(f"SLMO_{number}")
    assert shipped.value(level, SLM.levelNumber) == Literal(number)
    assert shipped.value(level, SLM.level) == LEVEL[str(number)]
    assert shipped.value(level, SLM.typicallyObserved) == Literal(number > 1)
    assert languages(shipped, level, SKOS.definition) == (["de", "en"] if number > 1 else [])


def test_the_level_that_is_not_observed_has_a_scope_note_instead_of_a_definition(shipped: Graph) -> None:
    assert languages(shipped, SFIA.SLMO_1, SKOS.scopeNote) == ["de", "en"]
    assert (SFIA.SLMO_1, DCTERMS.provenance, None) not in shipped


@pytest.mark.parametrize("number", LEVEL_NUMBERS)
def test_a_level_of_responsibility_has_its_official_names_and_the_next_level(
    shipped: Graph, number: int
) -> None:
    level = LEVEL[str(number)]
    german, english = NAMES[number]
    assert set(shipped.objects(level, SKOS.prefLabel)) == {
        Literal(german, lang="de"),
        Literal(english, lang="en"),
    }
    assert shipped.value(level, SKOS.altLabel, any=True) is not None
    assert shipped.value(level, SKOS.notation) == Literal(str(number))
    assert shipped.value(level, SLM.levelNumber) == Literal(number)
    assert shipped.value(level, SLM.nextLevel) == (LEVEL[str(number + 1)] if number < 7 else None)
    assert shipped.value(level, FOAF.page) == URIRef(f"https://sfia-online.org/en/lor/9/{number}")
    notes = [str(note) for note in shipped.objects(level, SKOS.editorialNote)]
    assert len(notes) == 2
    assert all("SFIA 6" in note for note in notes)


def test_every_collection_lists_the_levels_of_its_skill_in_ascending_order(shipped: Graph) -> None:
    collections = set(shipped.subjects(RDF.type, SKOS.OrderedCollection))
    assert collections == {ID["sfia/SLMO/levels"], ID["ecf/A.2/levels"], ID["ecf/C.3/levels"]}
    for collection in collections:
        skill = URIRef(str(collection).removesuffix("/levels"))
        head = shipped.value(collection, SKOS.memberList)
        assert head is not None
        listed = list(Collection(shipped, head))
        assert (
            set(listed)
            == set(shipped.objects(collection, SKOS.member))
            == set(shipped.objects(skill, SLM.skillLevel))
        )
        numbers = [int(str(shipped.value(level, SLM.levelNumber))) for level in listed]
        assert numbers == sorted(numbers)


def test_every_definition_in_a_language_has_the_statement_that_it_is_a_short_version(shipped: Graph) -> None:
    defined = set(shipped.subjects(SKOS.definition))
    assert len(defined) > 40
    for concept in defined:
        said = {
            DEFAULT_BASE + f"id/statement/short-{language}"
            for language in languages(shipped, concept, SKOS.definition)
        }
        assert {str(statement) for statement in shipped.objects(concept, DCTERMS.provenance)} == said
        assert len(said) == 2


def test_every_label_is_in_both_languages_and_unique_in_its_scheme(shipped: Graph) -> None:
    seen: Counter[tuple[object, object]] = Counter()
    for concept in set(shipped.subjects(RDF.type, SKOS.Concept)):
        assert languages(shipped, concept, SKOS.prefLabel) == ["de", "en"]
        schemes = list(shipped.objects(concept, SKOS.inScheme))
        assert len(schemes) == 1
        seen.update((schemes[0], label) for label in shipped.objects(concept, SKOS.prefLabel))
        seen.update((schemes[0], notation) for notation in shipped.objects(concept, SKOS.notation))
    assert [twice for twice, count in seen.items() if count > 1] == []


def test_hierarchy_and_top_concepts_are_written_in_both_directions(shipped: Graph) -> None:
    down = set(shipped.subject_objects(SKOS.narrower))
    assert down == {(parent, child) for child, parent in shipped.subject_objects(SKOS.broader)}
    tops = set(shipped.subject_objects(SKOS.hasTopConcept))
    assert tops == {(scheme, concept) for concept, scheme in shipped.subject_objects(SKOS.topConceptOf)}
    top_or_below = {concept for _, concept in tops} | {child for _, child in down}
    assert top_or_below == set(shipped.subjects(RDF.type, SKOS.Concept))


def test_the_targets_of_mappings_are_described(shipped: Graph) -> None:
    public = "https://rdf.sfia-online.org/9/"
    targets = [
        ID["ecf/A.2"],
        ID["ecf/A.2_3"],
        ID["ecf/A.2_4"],
        ID["ecf/C.3"],
        ID["itil4/SLM"],
        ID["iso20000-1/8.3.3"],
    ]
    targets += [URIRef(f"{public}skills/SLMO"), *(URIRef(f"{public}lor/{n}") for n in LEVEL_NUMBERS)]
    targets += [URIRef(f"{public}skilllevels/SLMO_{n}") for n in range(2, 8)]
    targets += [URIRef(f"http://data.europa.eu/snb/eqf/{n}") for n in range(1, 9)]
    assert [target for target in targets if (target, RDF.type, SKOS.Concept) not in shipped] == []


def test_every_scheme_names_whom_the_framework_belongs_to(shipped: Graph) -> None:
    schemes = set(shipped.subjects(RDF.type, SKOS.ConceptScheme))
    assert set(shipped.subjects(RDF.type, SLM.Framework)) < schemes
    for scheme in schemes:
        holder = shipped.value(scheme, DCTERMS.rightsHolder)
        assert holder is not None
        assert shipped.value(holder, FOAF.name) is not None
        assert languages(shipped, scheme, DCTERMS.rights) == ["de", "en"]
        assert languages(shipped, scheme, DCTERMS.title) == ["de", "en"]
    assert shipped.value(ID.sfia, DCTERMS.rightsHolder) == URIRef(DEFAULT_BASE + "agent/sfia-foundation")


def test_nothing_is_said_of_a_resource_that_is_nowhere_described(shipped: Graph) -> None:
    own = {
        object_
        for object_ in shipped.objects()
        if str(object_).startswith((DEFAULT_BASE + "id/", DEFAULT_BASE + "agent/"))
    }
    assert own
    assert [resource for resource in own if (resource, RDF.type, None) not in shipped] == []


def test_the_base_is_never_spelled_in_a_text(shipped: Graph) -> None:
    """A build under another base moves terms; a text would keep naming ours."""
    texts = [object_ for object_ in shipped.objects() if isinstance(object_, Literal)]
    assert texts
    assert [str(text) for text in texts if DEFAULT_BASE in text] == []
