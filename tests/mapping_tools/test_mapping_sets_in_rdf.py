"""Mapping sets come out of RDF as they went in; XKOS says no more than the rows do."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from slm_graph import resources
from slm_graph.errors import DataRefused
from slm_graph.mapping import correspondence, plain_triples, read_set, records, set_graph, sets_in
from slm_graph.mapping.recovering import UNKNOWN_LICENSE, recovered_row, said_of
from slm_graph.namespaces import SEMAPV, SSSOM, XKOS

FALLBACK = URIRef("https://sets.example/fallback")


@pytest.mark.parametrize("name", resources.mapping_files())
def test_a_shipped_set_comes_back_whole(name: str) -> None:
    said = read_set(resources.ontology_file(name), name=name)
    (found,) = sets_in(set_graph(said), fallback=FALLBACK)
    assert found.mappings == said.mappings
    assert (found.id, found.license, found.title, found.further) == (
        said.id,
        said.license,
        said.title,
        said.further,
    )
    assert found.creators == said.creators


def test_records_without_a_set_and_plain_triples_become_a_set_of_their_own() -> None:
    said = read_set(resources.ontology_file("mappings/itil4.sssom.tsv"), name="itil4")
    graph = records(said)
    graph.remove((None, RDF.type, SSSOM.MappingSet))
    graph.remove((None, SSSOM.mappings, None))
    pear, poire = URIRef("https://a.example/pear"), URIRef("https://b.example/poire")
    graph.add((pear, SKOS.exactMatch, poire))
    (found,) = sets_in(graph, fallback=FALLBACK)
    assert (found.id, found.license) == (FALLBACK, UNKNOWN_LICENSE)
    assert len(found.mappings) == len(said.mappings) + 1
    plain = next(row for row in found.mappings if row.subject == pear)
    assert (plain.object, plain.justification) == (poire, SEMAPV.UnspecifiedMatching)


def test_a_graph_without_mappings_has_no_set() -> None:
    graph = Graph()
    graph.add((URIRef("https://a.example/x"), SKOS.prefLabel, Literal("x")))
    assert sets_in(graph, fallback=FALLBACK) == ()


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (OWL.annotatedTarget, None),
        (OWL.annotatedTarget, URIRef("https://b.example/another")),
        (SSSOM.confidence, Literal("sure")),
        (SSSOM.confidence, Literal("7")),
        (DCTERMS.created, Literal("yesterday")),
        (DCTERMS.created, Literal("2026-11-23 or so")),
        (RDFS.comment, Literal("Another remark.")),
    ],
)
def test_a_record_that_is_no_row_is_refused_by_its_ends(
    predicate: URIRef, value: URIRef | Literal | None
) -> None:
    graph = records(read_set(resources.ontology_file("mappings/itil4.sssom.tsv"), name="itil4"))
    (record,) = graph.subjects(RDF.type, OWL.Axiom)
    if value is None or predicate not in (OWL.annotatedTarget, RDFS.comment):
        graph.remove((record, predicate, None))
    if value is not None:
        graph.add((record, predicate, value))
    with pytest.raises(DataRefused) as refusal:
        sets_in(graph, fallback=FALLBACK)
    assert "id/sfia/SLMO" in refusal.value.text.en


def test_a_catalogue_reads_the_same_rows_and_what_it_can_of_a_record_with_faults() -> None:
    graph = records(read_set(resources.ontology_file("mappings/itil4.sssom.tsv"), name="itil4"))
    (record,) = graph.subjects(RDF.type, OWL.Axiom)
    (found,) = sets_in(graph, fallback=FALLBACK)
    assert recovered_row(record, said_of(graph.predicate_objects(record))) == found.mappings[0]
    graph.set((record, SSSOM.confidence, Literal("7")))
    graph.add((record, OWL.annotatedTarget, URIRef("https://a.example/before")))
    row = recovered_row(record, said_of(graph.predicate_objects(record)))
    assert row is not None
    assert (row.confidence, row.object) == (None, URIRef("https://a.example/before"))
    graph.remove((record, SSSOM.mapping_justification, None))
    assert recovered_row(record, said_of(graph.predicate_objects(record))) is None


def test_rows_share_an_association_only_where_each_source_is_mapped_to_each_target() -> None:
    source = """\
#curie_map:
#  a: https://a.example/
#  b: https://b.example/
#mapping_set_id: https://sets.example/levels
#license: https://creativecommons.org/publicdomain/zero/1.0/
#object_source: b:all
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification
a:1\tskos:closeMatch\t\tb:x\tsemapv:ManualMappingCuration
a:1\tskos:closeMatch\t\tb:y\tsemapv:ManualMappingCuration
a:2\tskos:closeMatch\t\tb:x\tsemapv:ManualMappingCuration
a:2\tskos:closeMatch\t\tb:y\tsemapv:ManualMappingCuration
a:3\tskos:closeMatch\t\tb:y\tsemapv:ManualMappingCuration
a:3\tskos:closeMatch\tNot\tb:x\tsemapv:ManualMappingCuration
a:4\tskos:closeMatch\t\tsssom:NoTermFound\tsemapv:ManualMappingCuration
"""
    said = read_set(source.encode(), name="levels")
    graph = correspondence(said)
    told = set()
    for association in graph.objects(said.id, XKOS.madeOf):
        sources = {str(one)[-1] for one in graph.objects(association, XKOS.sourceConcept)}
        targets = {str(one)[-1] for one in graph.objects(association, XKOS.targetConcept)}
        told.add((frozenset(sources), frozenset(targets), graph.value(association, DCTERMS.type)))
    assert told == {
        (frozenset("12"), frozenset("xy"), SKOS.closeMatch),
        (frozenset("3"), frozenset("y"), SKOS.closeMatch),
    }
    assert set(plain_triples(said)) <= set(graph)
