"""Mappings turned round and chained: what follows, what does not, and how sure."""

from __future__ import annotations

import pytest
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph import resources
from slm_graph.errors import UsageError
from slm_graph.mapping import (
    MappingSet,
    chained_predicate,
    compose,
    composed_set,
    invert,
    read_set,
    write_set,
)
from slm_graph.namespaces import DEFAULT_BASE, SEMAPV, vocabulary

SLM = vocabulary(DEFAULT_BASE)

CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
EXACT, CLOSE, RELATED = SKOS.exactMatch, SKOS.closeMatch, SKOS.relatedMatch
BROAD, NARROW, ANY, USED = SKOS.broadMatch, SKOS.narrowMatch, SKOS.mappingRelation, SLM.usedInOccupation


def shipped(name: str) -> MappingSet:
    return read_set(resources.ontology_file(f"mappings/{name}.sssom.tsv"), name=name)


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        *((EXACT, other, other) for other in (EXACT, CLOSE, BROAD, NARROW, RELATED, USED)),
        *((other, EXACT, other) for other in (CLOSE, BROAD, NARROW, RELATED)),
        (BROAD, BROAD, BROAD), (NARROW, NARROW, NARROW), (BROAD, NARROW, None), (NARROW, BROAD, None),
        (CLOSE, CLOSE, ANY), (CLOSE, BROAD, ANY), (NARROW, CLOSE, ANY), (ANY, CLOSE, ANY),
        (CLOSE, RELATED, None), (RELATED, RELATED, None), (RELATED, BROAD, None),
        (CLOSE, USED, None), (USED, CLOSE, None),
    ],
)  # fmt: skip
def test_a_chain_claims_no_more_than_follows(first: URIRef, second: URIRef, result: URIRef | None) -> None:
    assert chained_predicate(first, second) == result


def test_sfia_9_reaches_e_cf_over_our_concepts() -> None:
    chains = compose(invert(shipped("sfia-9")).mapping_set, shipped("e-cf"))
    found = {
        (str(one.mapping.subject).rsplit("/", 1)[-1], str(one.mapping.object).rsplit("/", 1)[-1]): one.mapping
        for one in chains
    }
    assert {pair: row.confidence for pair, row in found.items()} == {
        ("SLMO", "A.2"): 0.8075,
        ("SLMO_5", "A.2_3"): 0.4,
        ("SLMO_6", "A.2_4"): 0.4,
    }
    row = found["SLMO", "A.2"]
    assert row.predicate == ANY
    assert row.justification == SEMAPV.MappingChaining
    assert (row.subject_source_version, row.object_source_version) == ("9", "3.0")
    assert row.comment is not None
    assert "closeMatch (0.95) <https://w3id.org/slm-graph/id/sfia/SLMO> → closeMatch (0.85)" in row.comment


def test_a_composed_set_can_be_written_and_names_what_it_comes_from() -> None:
    sets = (invert(shipped("sfia-9")).mapping_set, shipped("e-cf"))
    composed = composed_set(
        compose(*sets),
        set_id=URIRef(DEFAULT_BASE + "mappings/candidates"),
        license=CC0,
        title="Candidates",
        sets=sets,
    )
    assert composed.slot("mapping_set_source") == tuple(sorted(str(one.id) for one in sets))
    assert read_set(write_set(composed), name="again").mappings == composed.mappings


def small(name: str, *rows: str) -> MappingSet:
    head = f"""\
#curie_map:
#  a: https://a.example/
#  b: https://b.example/
#  c: https://c.example/
#mapping_set_id: https://sets.example/{name}
#license: {CC0}
subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence
"""
    lines = ["{}\t{}\t{}\tsemapv:ManualMappingCuration\t{}".format(*row.split(" ")) for row in rows]
    return read_set((head + "\n".join(lines) + "\n").encode(), name=name)


def test_of_two_chains_with_one_claim_the_surest_stands() -> None:
    left = small(
        "l", "a:1 skos:exactMatch b:1 0.9", "a:1 skos:exactMatch b:2 0.5", "a:2 skos:exactMatch b:3 "
    )
    right = small(
        "r", "b:1 skos:broadMatch c:1 0.5", "b:2 skos:broadMatch c:1 1", "b:3 skos:broadMatch c:1 1"
    )
    chains = compose(left, right)
    assert sorted(str(one.mapping.confidence) for one in chains) == ["0.45", "0.5", "None"]
    composed = composed_set(chains, set_id=URIRef("https://sets.example/c"), license=CC0, title="C")
    assert [(str(row.subject), row.predicate, row.confidence) for row in composed.mappings] == [
        ("https://a.example/1", BROAD, 0.5),
        ("https://a.example/2", BROAD, None),
    ]


def test_a_chain_that_leads_back_to_its_start_says_nothing() -> None:
    assert compose(shipped("sfia-9"), invert(shipped("sfia-9")).mapping_set) == ()


def test_chains_of_three_sets_are_followed_to_their_end() -> None:
    (one,) = compose(
        small("l", "a:1 skos:exactMatch b:1 0.5"),
        small("m", "b:1 skos:closeMatch c:1 0.5", "b:1 skos:relatedMatch c:2 0.5"),
        small("r", "c:1 skos:exactMatch a:9 0.5", "c:2 skos:closeMatch a:8 0.5"),
    )
    assert (str(one.mapping.object), one.mapping.predicate, one.mapping.confidence) == (
        "https://a.example/9",
        CLOSE,
        0.125,
    )
    assert [row.predicate for row in one.chain] == [EXACT, CLOSE, EXACT]


def test_unmatched_rows_are_not_chained() -> None:
    turned = invert(shipped("esco")).mapping_set
    assert any(row.no_term_found for row in turned.mappings)
    assert not [one for one in compose(turned, shipped("e-cf")) if one.chain[0].no_term_found]


def test_one_set_alone_is_no_chain() -> None:
    with pytest.raises(UsageError):
        compose(shipped("e-cf"))


def test_rows_without_an_inverse_are_left_out_and_told() -> None:
    inversion = invert(shipped("esco"))
    assert [row.predicate for row in inversion.left_out] == [USED, USED]
    assert len(inversion.mapping_set.mappings) == 9
    (nothing,) = [row for row in inversion.mapping_set.mappings if row.no_term_found]
    assert nothing.cardinality == "0:1"
    assert nothing.subject_source_version == "1.1.1"


def test_inverting_swaps_cardinality_and_sources() -> None:
    turned = invert(shipped("e-cf")).mapping_set
    assert turned.id == URIRef(DEFAULT_BASE + "mappings/e-cf/inverse")
    delivery = [row for row in turned.mappings if row.subject.endswith("C.3")]
    assert {row.cardinality for row in delivery} == {"1:n"}
    assert {row.subject_source_version for row in delivery} == {"3.0"}
    assert {row.subject_label for row in delivery} == {"C.3 Service Delivery"}
