"""A row in RDF: the plain triple, and the record in SSSOM's own terms."""

from __future__ import annotations

from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, RDF, SKOS

from slm_graph import resources
from slm_graph.mapping import (
    axioms,
    graph_name,
    jskos,
    mapping_set,
    plain_triples,
    read_set,
    records,
    set_graph,
    set_name,
)
from slm_graph.namespaces import DEFAULT_BASE, SSSOM

TEXT = """\
#curie_map:
#  a: https://a.example/
#  b: https://b.example/
#mapping_set_id: https://a.example/sets/b.sssom.tsv
#mapping_set_title: A to B
#mapping_set_version: '7'
#sssom_version: '1.1'
#license: https://creativecommons.org/publicdomain/zero/1.0/
#creator_id: [a:curator]
#object_source: b:all
#object_source_version: '2'
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence\tauthor_id\tmapping_date\tcomment\tobject_type\trecord_id
a:1\tskos:closeMatch\t\tb:1\tsemapv:ManualMappingCuration\t0.5\ta:curator\t2026-01-02\tWhy so\tskos concept\t
a:1\tskos:exactMatch\tNot\tb:2\tsemapv:ManualMappingCuration\t\t\t\t\t\ta:record-2
a:1\tskos:exactMatch\t\tsssom:NoTermFound\tsemapv:ManualMappingCuration\t\t\t\t\t\t
"""
PREFIXES = """
@prefix a: <https://a.example/> .
@prefix b: <https://b.example/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pav: <http://purl.org/pav/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLOSE = """
    a owl:Axiom ;
    owl:annotatedSource a:1 ; owl:annotatedProperty skos:closeMatch ; owl:annotatedTarget b:1 ;
    sssom:mapping_justification semapv:ManualMappingCuration ;
    sssom:confidence "0.5"^^xsd:double ;
    pav:authoredBy a:curator ;
    dcterms:created "2026-01-02"^^xsd:date ;
    rdfs:comment "Why so" ;
    sssom:mapping_cardinality "1:1" ;
    sssom:object_source b:all ; sssom:object_source_version "2" ; sssom:object_type skos:Concept
"""
EXPECTED = (
    PREFIXES
    + """
<https://a.example/sets/b.sssom.tsv> a sssom:MappingSet ;
    dcterms:title "A to B" ; owl:versionInfo "7" ; sssom:sssom_version <https://w3id.org/sssom/version1.1> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcterms:creator a:curator ;
    sssom:mappings _:close , a:record-2 , _:nothing .
a:record-2 a owl:Axiom ;
    owl:annotatedSource a:1 ; owl:annotatedProperty skos:exactMatch ; owl:annotatedTarget b:2 ;
    sssom:predicate_modifier sssom:NegatedPredicate ;
    sssom:mapping_justification semapv:ManualMappingCuration ;
    sssom:object_source b:all ; sssom:object_source_version "2" .
_:nothing a owl:Axiom ;
    owl:annotatedSource a:1 ; owl:annotatedProperty skos:exactMatch ; owl:annotatedTarget sssom:NoTermFound ;
    sssom:mapping_justification semapv:ManualMappingCuration ;
    sssom:mapping_cardinality "1:0" ;
    sssom:object_source b:all ; sssom:object_source_version "2" .
"""
    + f"_:close {CLOSE} ."
)
MAPPINGS = read_set(TEXT.encode(), name="set")
A, B = "https://a.example/", "https://b.example/"


def graph_of(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


def test_the_records_are_sssom_rdf() -> None:
    assert isomorphic(records(MAPPINGS), graph_of(EXPECTED))


def test_negated_and_unmatched_rows_have_no_plain_triple() -> None:
    assert set(plain_triples(MAPPINGS)) == {(URIRef(A + "1"), SKOS.closeMatch, URIRef(B + "1"))}


def test_the_named_graph_holds_both() -> None:
    both = graph_of(EXPECTED + "\na:1 skos:closeMatch b:1 .")
    assert isomorphic(set_graph(MAPPINGS), both)


def test_an_owl_file_gets_positive_rows_only_and_nothing_points_to_them() -> None:
    assert isomorphic(axioms(MAPPINGS), graph_of(f"{PREFIXES} a:1 skos:closeMatch b:1 . [] {CLOSE} ."))


def test_a_record_has_one_type() -> None:
    graph = records(MAPPINGS)
    for record in graph.subjects(RDF.type, OWL.Axiom):
        assert list(graph.objects(record, RDF.type)) == [OWL.Axiom]


def test_a_foreign_sets_graph_never_takes_a_shipped_name() -> None:
    foreign = mapping_set(id=URIRef("https://b.example/mappings/esco"), license=MAPPINGS.license, mappings=[])
    assert set_name(foreign, base=DEFAULT_BASE) == "esco-" + set_name(foreign, base=DEFAULT_BASE)[-8:]
    assert graph_name(foreign, base=A) == URIRef(f"{A}graph/mappings/{set_name(foreign, base=A)}")
    assert set_name(MAPPINGS, base=DEFAULT_BASE).startswith("b-")


def test_a_shipped_set_moves_to_another_base_as_terms() -> None:
    own = read_set(resources.ontology_file("mappings/esco.sssom.tsv"), name="esco")
    graph = set_graph(own, base="https://skills.example/")
    terms = {str(term) for triple in graph for term in triple}
    assert not any(term.startswith(DEFAULT_BASE) for term in terms)
    used = URIRef("https://skills.example/ontology#usedInOccupation")
    assert len(list(graph.subject_objects(used))) == 2
    assert graph_name(own.rebased("https://skills.example/"), base="https://skills.example/") == URIRef(
        "https://skills.example/graph/mappings/esco"
    )


def test_one_query_goes_from_a_level_to_its_counterparts_with_confidence_and_author() -> None:
    graph = Graph()
    for name in resources.mapping_files():
        graph += set_graph(read_set(resources.ontology_file(name), name=name))
    rows = graph.query(
        """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX sssom: <https://w3id.org/sssom/>
        PREFIX pav: <http://purl.org/pav/>
        SELECT ?object ?confidence ?author {
            ?level ?match ?object .
            ?record owl:annotatedSource ?level ; owl:annotatedProperty ?match ; owl:annotatedTarget ?object ;
                sssom:confidence ?confidence ; pav:authoredBy ?author . }""",
        initBindings={"level": URIRef(DEFAULT_BASE + "id/sfia/SLMO_5")},
    )
    found = {(str(row[0]), row[1].toPython(), str(row[2])) for row in rows}  # type: ignore[index, union-attr]
    author = DEFAULT_BASE + "agent/slm-graph"
    assert found == {
        (DEFAULT_BASE + "id/ecf/A.2_3", 0.5, author),
        ("https://rdf.sfia-online.org/9/skilllevels/SLMO_5", 0.8, author),
        ("http://data.europa.eu/esco/skill/92721092-fe7c-4689-96bd-4f02385bc0e7", 0.5, author),
    }


def test_jskos_says_nothing_found_with_an_empty_set_and_leaves_negated_rows_out() -> None:
    first, second = jskos(MAPPINGS)
    assert first == {
        "type": [str(SKOS.closeMatch)],
        "from": {"memberSet": [{"uri": A + "1"}]},
        "to": {"memberSet": [{"uri": B + "1"}]},
        "partOf": [{"uri": "https://a.example/sets/b.sssom.tsv"}],
        "justification": "https://w3id.org/semapv/vocab/ManualMappingCuration",
        "toScheme": {"uri": B + "all", "version": "2"},
        "mappingRelevance": 0.5,
        "creator": [{"uri": A + "curator"}],
        "created": "2026-01-02",
        "note": {"und": ["Why so"]},
    }
    assert second["to"] == {"memberSet": []}
    assert str(SSSOM.NoTermFound) not in str(second)
