"""The graph of a skill page: complete, in our own IRIs, and able to stand alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD

from slm_graph import formats, syntax
from slm_graph.namespaces import DEFAULT_BASE, rebase, vocabulary
from slm_graph.skos import ACKNOWLEDGEMENT, page_graph, rights_notice
from slm_graph.sources.sfia import read_page
from slm_graph.validation import validate

SLM = vocabulary(DEFAULT_BASE)

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
GERMAN = (PAGES / "datenpflege.de.txt").read_bytes()
ENGLISH = (PAGES / "lantern-care.en.txt").read_bytes()
SKILL = URIRef(DEFAULT_BASE + "id/sfia/DAPF")
LEVELS = [URIRef(f"{SKILL}_{number}") for number in range(1, 8)]
SCHEME = URIRef(DEFAULT_BASE + "id/sfia")
RIGHTS = (DCTERMS.rights, DCTERMS.rightsHolder)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return page_graph(read_page(GERMAN, name="datenpflege.de.txt", edition="7", date="2018-06"))


@pytest.fixture(scope="module")
def english() -> Graph:
    return page_graph(read_page(ENGLISH, name="lantern-care.en.txt"))


def described(graph: Graph, *subjects: URIRef) -> Graph:
    """What the graph says of the subjects but their rights, lists left out."""
    found = Graph()
    for subject in subjects:
        for predicate, object_ in graph.predicate_objects(subject):
            if predicate not in (*RIGHTS, SKOS.memberList):
                found.add((subject, predicate, object_))
    return found


def turtle(text: str) -> Graph:
    prefixes = f"""
        @base <{DEFAULT_BASE}> .
        @prefix slm: <ontology#> .
        @prefix sfia: <id/sfia/> .
        @prefix lor: <id/sfia/level/> .
        @prefix skos: <{SKOS}> .
        @prefix dcterms: <{DCTERMS}> .
        @prefix prov: <{PROV}> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <{XSD}> .
    """
    return Graph().parse(data=prefixes + text, format="turtle")


def test_the_skill_says_what_the_page_says(graph: Graph) -> None:
    assert isomorphic(
        described(graph, SKILL),
        turtle("""
        sfia:DAPF a slm:Skill, skos:Concept ;
            skos:inScheme <id/sfia> ;
            skos:topConceptOf <id/sfia> ;
            skos:notation "DAPF" ;
            skos:prefLabel "Datenpflege"@de ;
            skos:definition "Hält Stammdaten vollständig und aktuell (z.B. Adressen, Maße, Preise). Sorgt dafür, dass jede Änderung nachvollziehbar bleibt."@de ;
            dcterms:provenance <id/statement/verbatim-de> ;
            dcterms:source <id/source/SOURCE> ;
            slm:definedAtLevel lor:1, lor:3, lor:4 ;
            skos:narrower sfia:DAPF_1, sfia:DAPF_2, sfia:DAPF_3, sfia:DAPF_4, sfia:DAPF_5, sfia:DAPF_6, sfia:DAPF_7 ;
            slm:skillLevel sfia:DAPF_1, sfia:DAPF_2, sfia:DAPF_3, sfia:DAPF_4, sfia:DAPF_5, sfia:DAPF_6, sfia:DAPF_7 .
        """.replace("SOURCE", source_of(graph))),
    )  # fmt: skip


def source_of(graph: Graph) -> str:
    """The last part of the source page's IRI."""
    return str(next(graph.subjects(RDF.type, SLM.SourcePage))).rpartition("/")[2]


def test_a_defined_level_has_a_definition_and_one_that_is_not_a_scope_note(graph: Graph) -> None:
    expected = """
        sfia:DAPF_4 a slm:SkillLevel, skos:Concept ;
            skos:inScheme <id/sfia> ;
            skos:notation "DAPF_4" ;
            skos:prefLabel "Datenpflege: Ebene 4"@de ;
            skos:broader sfia:DAPF ; slm:skill sfia:DAPF ;
            slm:level lor:4 ; slm:levelNumber 4 ; slm:typicallyObserved true ;
            skos:definition '''Legt Regeln für die Pflege fest; überwacht deren Einhaltung
und berichtet über die Güte der Bestände.'''@de ;
            dcterms:provenance <id/statement/verbatim-de> ;
            dcterms:source <id/source/SOURCE> .
        sfia:DAPF_5 a slm:SkillLevel, skos:Concept ;
            skos:inScheme <id/sfia> ;
            skos:notation "DAPF_5" ;
            skos:prefLabel "Datenpflege: Ebene 5"@de ;
            skos:broader sfia:DAPF ; slm:skill sfia:DAPF ;
            slm:level lor:5 ; slm:levelNumber 5 ; slm:typicallyObserved false ;
            skos:scopeNote "Hier ist diese Tätigkeit üblicherweise nicht anzutreffen."@de ;
            dcterms:source <id/source/SOURCE> .
        sfia:DAPF_7 a slm:SkillLevel, skos:Concept ;
            skos:inScheme <id/sfia> ;
            skos:notation "DAPF_7" ;
            skos:prefLabel "Datenpflege: Ebene 7"@de ;
            skos:broader sfia:DAPF ; slm:skill sfia:DAPF ;
            slm:level lor:7 ; slm:levelNumber 7 ; slm:typicallyObserved false .
    """
    found = described(graph, LEVELS[3], LEVELS[4], LEVELS[6])
    assert isomorphic(found, turtle(expected.replace("SOURCE", source_of(graph))))


def test_the_source_page_holds_file_checksum_and_every_heading(graph: Graph) -> None:
    page = read_page(GERMAN, name="p")
    expected = """
        <id/source/SOURCE> a slm:SourcePage, prov:Entity ;
            dcterms:title "datenpflege.de.txt" ;
            slm:sha256 "SHA256" ;
            slm:edition "7" ;
            dcterms:date "2018-06"^^xsd:gYearMonth ;
            dcterms:language "de" ;
            slm:banner "Ein erfundener Rahmen zum Üben"@de ;
            slm:heading "Datenpflege DAPF"@de, "Datenpflege: Ebene 1"@de, "Datenpflege: Ebene 2"@de,
                "Datenpflege: Ebene 3"@de, "Datenpflege: Ebene 4"@de, "Datenpflege: Ebene 5"@de ;
            slm:levelsHeading "Ebenen"@de ;
            slm:levelsLine "Definiert auf diesen Ebenen: 1 3 4"@de .
    """.replace("SOURCE", page.source.sha256[:16]).replace("SHA256", page.source.sha256)
    found = described(graph, URIRef(f"{DEFAULT_BASE}id/source/{page.source.sha256[:16]}"))
    assert isomorphic(found, turtle(expected))


def test_edition_and_date_are_left_out_when_nobody_gave_them(english: Graph) -> None:
    assert not list(english.objects(None, SLM.edition))
    assert not list(english.objects(next(english.subjects(RDF.type, SLM.SourcePage)), DCTERMS.date))


@pytest.mark.parametrize(
    ("date", "type_"), [("2018", XSD.gYear), ("2018-06", XSD.gYearMonth), ("2018-06-30", XSD.date)]
)
def test_a_date_keeps_its_precision(date: str, type_: URIRef) -> None:
    graph = page_graph(read_page(GERMAN, name="p", date=date))
    source = next(graph.subjects(RDF.type, SLM.SourcePage))
    assert [(str(found), found.datatype) for found in graph.objects(source, DCTERMS.date)] == [(date, type_)]


def test_the_levels_stand_in_order(graph: Graph) -> None:
    collection = URIRef(f"{SKILL}/levels")
    assert list(Collection(graph, graph.value(collection, SKOS.memberList))) == LEVELS
    assert sorted(graph.objects(collection, SKOS.member)) == LEVELS
    assert (collection, RDF.type, SKOS.OrderedCollection) in graph
    assert list(graph.objects(collection, SKOS.prefLabel)) == [Literal("Datenpflege: alle Ebenen", lang="de")]


def test_whatever_holds_wording_says_where_it_came_from_and_whose_it_is(graph: Graph) -> None:
    holders = set(graph.subjects(DCTERMS.source))
    assert holders == {SKILL, *LEVELS[:5]}
    for resource in (*holders, *graph.subjects(RDF.type, SLM.SourcePage)):
        assert list(graph.objects(resource, DCTERMS.rightsHolder)) == [
            URIRef(DEFAULT_BASE + "agent/sfia-foundation")
        ]
        rights = {text.language: str(text) for text in graph.objects(resource, DCTERMS.rights)}
        assert set(rights) == {"de", "en"}
        assert ACKNOWLEDGEMENT.de in rights["de"]
        assert ACKNOWLEDGEMENT.en in rights["en"]


def test_the_acknowledgement_names_the_framework_and_who_permits() -> None:
    for text in (ACKNOWLEDGEMENT.de, ACKNOWLEDGEMENT.en):
        assert "Skills Framework for the Information Age" in text
        assert "SFIA Foundation" in text
    notice = rights_notice()
    assert "Erlaubnis" in notice.de
    assert "permission" in notice.en


def test_the_statement_about_the_wording_is_in_the_graph(english: Graph) -> None:
    statement = URIRef(DEFAULT_BASE + "id/statement/verbatim-en")
    assert isomorphic(
        described(english, statement),
        turtle("""
        <id/statement/verbatim-en> a dcterms:ProvenanceStatement ;
            dcterms:language "en" ;
            rdfs:label "Amtlicher Wortlaut (englisch)"@de, "Official wording (English)"@en ;
            dcterms:description
                "Die Definition in dieser Sprache gibt den Wortlaut der Quellseite unverändert wieder."@de ,
                "The definition in this language gives the wording of the source page unchanged."@en .
        """),
    )


def test_the_framework_has_this_skill_as_its_only_top_concept(graph: Graph) -> None:
    assert list(graph.objects(SCHEME, SKOS.hasTopConcept)) == [SKILL]
    assert (SCHEME, RDF.type, SLM.Framework) in graph
    assert (SCHEME, RDF.type, SKOS.ConceptScheme) in graph
    assert not [term for term in graph.all_nodes() if "SLMO" in str(term)]


def test_nothing_of_our_own_is_referred_to_without_being_described(graph: Graph, english: Graph) -> None:
    for page in (graph, english):
        own = {
            object_
            for object_ in page.objects()
            if isinstance(object_, URIRef) and object_.startswith(DEFAULT_BASE)
            if not object_.startswith(str(SLM))
        }
        assert own <= set(page.subjects(RDF.type))


def test_another_base_moves_every_own_iri_and_nothing_else(graph: Graph) -> None:
    base = "https://skills.example/graph/"
    moved = Graph()
    for subject, predicate, object_ in graph:
        moved.add((rebase(subject, base=base), rebase(predicate, base=base), rebase(object_, base=base)))
    page = read_page(GERMAN, name="datenpflege.de.txt", edition="7", date="2018-06")
    built = page_graph(page, base=base)
    assert isomorphic(built, moved)
    assert not [
        term for term in (*built.all_nodes(), *built.predicates()) if str(term).startswith(DEFAULT_BASE)
    ]


def test_labels_and_notations_are_unique(graph: Graph, english: Graph) -> None:
    for page in (graph, english):
        for concept in (*page.subjects(RDF.type, SLM.Skill), *page.subjects(RDF.type, SLM.SkillLevel)):
            assert len(list(page.objects(concept, SKOS.prefLabel))) == 1
            assert len(list(page.objects(concept, SKOS.notation))) == 1
            for predicate in (SKOS.prefLabel, SKOS.notation):
                assert list(page.subjects(predicate, page.value(concept, predicate))) == [concept]


def test_a_level_without_a_section_is_labelled_like_the_others(english: Graph) -> None:
    label = english.value(URIRef(DEFAULT_BASE + "id/sfia/LACA_7"), SKOS.prefLabel)
    assert label == Literal("Lantern care: Level 7", lang="en")


def test_blanks_in_a_heading_do_not_make_another_label() -> None:
    graph = page_graph(read_page(GERMAN.replace(b"Ebene 3", "Ebene\u00a03".encode()), name="p"))
    assert graph.value(LEVELS[2], SKOS.prefLabel) == Literal("Datenpflege: Ebene 3", lang="de")
    assert Literal("Datenpflege: Ebene\u00a03", lang="de") in set(graph.objects(None, SLM.heading))


def test_a_german_page_alone_passes_the_gate(graph: Graph) -> None:
    report = validate(graph)
    assert report.conforms()


def test_the_graph_of_a_page_survives_every_syntax(graph: Graph) -> None:
    quads = [(subject, URIRef(str(predicate)), object_, None) for subject, predicate, object_ in graph]
    for format_ in (formats.TURTLE, formats.RDF_XML, formats.N_TRIPLES, formats.JSON_LD):
        data = syntax.write(quads, format_, base=DEFAULT_BASE)
        read = Graph()
        for subject, predicate, object_, _ in syntax.read(data, format_, name="p"):
            read.add((subject, predicate, object_))
        assert isomorphic(read, graph), format_.name
