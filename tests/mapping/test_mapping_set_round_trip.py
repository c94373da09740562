"""What is written is read back the same; what cannot be is refused."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SKOS

from slm_graph.errors import DataRefused
from slm_graph.mapping import (
    NO_TERM_FOUND,
    Mapping,
    MappingSet,
    compose,
    invert,
    mapping_set,
    plain_triples,
    read_set,
    records,
    write_set,
)
from slm_graph.namespaces import DEFAULT_BASE, SEMAPV, rebase

CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
OTHER = "https://skills.example/x/"

concepts = st.builds(
    lambda base, local: URIRef(base + local),
    st.sampled_from([DEFAULT_BASE + "id/sfia/", "https://b.example/c#", "http://data.europa.eu/esco/skill/"]),
    st.text("abcXYZ019._-:", min_size=1, max_size=4).filter(lambda text: text.strip(".:") != ""),
)
texts = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda text: text != "" and "\ufeff" not in text)
)
words = texts.filter(lambda text: "|" not in text)
optional_text = st.none() | texts
predicates = st.sampled_from(
    [SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch]
)


@st.composite
def rows(draw: st.DrawFn) -> Mapping:
    nothing = draw(st.sampled_from([False, False, False, True]))
    further = {}
    if draw(st.booleans()):
        further["author_label"] = tuple(draw(st.lists(words, min_size=1, max_size=2)))
    if draw(st.booleans()):
        further["subject_match_field"] = (str(SKOS.prefLabel),)
    if draw(st.booleans()):
        further["similarity_score"] = (repr(draw(st.floats(0, 1))),)
    return Mapping(
        subject=draw(concepts),
        predicate=draw(predicates),
        object=NO_TERM_FOUND if nothing else draw(concepts),
        justification=draw(st.sampled_from([SEMAPV.ManualMappingCuration, SEMAPV.LexicalMatching])),
        negated=not nothing and draw(st.booleans()),
        confidence=draw(st.none() | st.floats(0, 1)),
        authors=tuple(draw(st.lists(concepts, max_size=2))),
        date=draw(st.none() | st.dates(min_value=datetime.date(1900, 1, 1))),
        comment=draw(optional_text),
        subject_label=draw(optional_text),
        object_label=draw(optional_text),
        subject_source=draw(st.none() | concepts),
        subject_source_version=draw(optional_text),
        object_source=draw(concepts if nothing else st.none() | concepts),
        object_source_version=draw(optional_text),
        tool=draw(optional_text),
        further=tuple(sorted(further.items())),
    )


@st.composite
def sets(draw: st.DrawFn) -> MappingSet:
    return mapping_set(
        id=URIRef(DEFAULT_BASE + "mappings/" + draw(st.text("abc-1", min_size=1, max_size=5))),
        license=CC0,
        mappings=draw(st.lists(rows(), max_size=4, unique_by=lambda row: row.identity())),
        title=draw(optional_text),
        prefixes=[("sfia", DEFAULT_BASE + "id/sfia/")],
        creators=draw(st.lists(concepts, max_size=2)),
        further=[("mapping_set_version", (draw(texts),))] if draw(st.booleans()) else [],
    )


modest = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(sets())
@modest
def test_a_set_that_is_written_and_read_is_the_same(mappings: MappingSet) -> None:
    data = write_set(mappings)
    again = read_set(data, name="again")
    assert replace(again, prefixes=mappings.prefixes) == mappings
    assert write_set(again) == data


@given(sets(), st.integers())
@modest
def test_the_order_of_the_rows_changes_no_byte(mappings: MappingSet, seed: int) -> None:
    shuffled = list(mappings.mappings)
    random.Random(seed).shuffle(shuffled)
    other = mapping_set(
        id=mappings.id,
        license=mappings.license,
        mappings=shuffled,
        title=mappings.title,
        prefixes=mappings.prefixes,
        creators=mappings.creators,
        further=mappings.further,
    )
    assert write_set(other) == write_set(mappings)


@given(sets())
@modest
def test_inverting_twice_gives_the_set_itself(mappings: MappingSet) -> None:
    once = invert(mappings)
    assert once.left_out == ()
    assert once.mapping_set.id != mappings.id
    assert invert(once.mapping_set).mapping_set == mappings


@given(sets())
@modest
def test_inverting_turns_every_plain_triple_round(mappings: MappingSet) -> None:
    turned = {
        (
            object_,
            {SKOS.broadMatch: SKOS.narrowMatch, SKOS.narrowMatch: SKOS.broadMatch}.get(predicate, predicate),
            subject,
        )
        for subject, predicate, object_ in plain_triples(mappings)
    }
    assert set(plain_triples(invert(mappings).mapping_set)) == turned


@given(sets(), sets())
@modest
def test_a_chain_is_never_surer_than_its_weakest_row(left: MappingSet, right: MappingSet) -> None:
    for one in compose(left, right):
        assert one.mapping.subject == one.chain[0].subject
        assert one.mapping.object == one.chain[-1].object
        assert all(row.positive for row in one.chain)
        assert one.chain[0].object == one.chain[1].subject
        known = [row.confidence for row in one.chain]
        if None in known:
            assert one.mapping.confidence is None
        else:
            assert one.mapping.confidence is not None
            assert one.mapping.confidence <= min(part for part in known if part is not None) + 1e-6


@given(sets())
@modest
def test_another_base_moves_terms_in_file_and_graph_alike(mappings: MappingSet) -> None:
    moved = mappings.rebased(OTHER)
    assert read_set(write_set(moved), name="moved").mappings == moved.mappings
    assert isomorphic(records(moved, base=OTHER), records(mappings, base=OTHER))
    assert {rebase(row.subject, base=OTHER) for row in mappings.mappings} == {
        row.subject for row in moved.mappings
    }
    assert not any(
        str(term).startswith(DEFAULT_BASE) for triple in records(mappings, base=OTHER) for term in triple
    )


def one_row(**fields: object) -> MappingSet:
    row = Mapping(
        URIRef("https://a.example/1"), SKOS.closeMatch, URIRef("https://b.example/1"), SEMAPV.LexicalMatching
    )
    return mapping_set(
        id=URIRef("https://a.example/mappings/b"),
        license=CC0,
        mappings=[replace(row, **fields)],  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": " x "},
        {"comment": "x\x00y"},
        {"comment": ""},
        {"confidence": 1.5},
        {"subject": URIRef("nothing")},
        {"object": URIRef("https://b.example/a b")},
        {"justification": URIRef("https://a.example/guess")},
        {"further": (("match_string", ("x|y",)),)},
        {"object": NO_TERM_FOUND},
    ],
    ids=str,
)
def test_a_set_that_would_lose_something_is_not_written(fields: dict[str, object]) -> None:
    with pytest.raises(DataRefused) as caught:
        write_set(one_row(**fields))
    assert caught.value.text.de


def test_a_comment_of_several_lines_and_quotes_survives() -> None:
    mappings = one_row(comment='first "line"\nsecond\tline')
    assert read_set(write_set(mappings), name="again").mappings == mappings.mappings


def test_iris_without_a_prefix_get_one() -> None:
    data = write_set(one_row())
    assert b"#  ns1: https://a.example/\n#  ns2: https://b.example/\n" in data
    assert b"\nns1:1\tskos:closeMatch\tns2:1\t" in data


def test_a_set_without_rows_is_written_and_read() -> None:
    empty = mapping_set(id=URIRef("https://a.example/mappings/b"), license=CC0, mappings=[])
    assert read_set(write_set(empty), name="empty") == empty
