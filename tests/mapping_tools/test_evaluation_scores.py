"""Precision, recall, F1 and precision at k, on rows one can count by hand."""

from __future__ import annotations

import pytest
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.mapping import NO_TERM_FOUND, Mapping, MappingSet, evaluate, mapping_set
from slm_graph.namespaces import SEMAPV

CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
B = URIRef("https://b.example/all")


def term(name: str) -> URIRef:
    return NO_TERM_FOUND if name == "-" else URIRef(f"https://{name[0]}.example/{name}")


def rows(*said: str) -> MappingSet:
    """Rows `subject object [confidence]`; `!object` denies; `~object` is a relatedMatch."""
    made = []
    for line in said:
        subject, object_, *sure = line.split()
        predicate = SKOS.relatedMatch if object_.startswith("~") else SKOS.closeMatch
        made.append(
            Mapping(
                term(subject),
                predicate,
                term(object_.lstrip("!~")),
                SEMAPV.ManualMappingCuration,
                negated=object_.startswith("!"),
                confidence=float(sure[0]) if sure else None,
                object_source=B,
            )
        )
    return mapping_set(id=URIRef("https://sets.example/s"), license=CC0, mappings=made)


GIVEN = rows("a1 b1 0.9", "a1 b2 0.8", "a2 b3 0.7", "a2 b2 0.6", "a3 b9 0.5", "a9 b9 0.9")
REFERENCE = rows("a1 b1", "a2 b2", "a3 b3", "a4 b4")


def test_precision_recall_and_f1_are_those_counted_by_hand() -> None:
    found = evaluate([GIVEN], [REFERENCE])
    assert (found.whole.given, found.whole.right, found.whole.reference) == (6, 2, 4)
    assert found.whole.precision == pytest.approx(2 / 6)
    assert found.whole.recall == pytest.approx(2 / 4)
    assert found.whole.f1 == pytest.approx(0.4)
    assert (found.first.given, found.first.right) == (4, 1)
    assert found.unjudged == 1


def test_precision_at_k_counts_places_and_found_counts_concepts() -> None:
    at = {one.k: one for one in evaluate([GIVEN], [REFERENCE]).at}
    assert at[1].precision == pytest.approx(1 / 4)
    assert at[3].precision == pytest.approx(2 / 12)
    assert (at[1].found, at[3].found, at[10].found) == (0.25, 0.5, 0.5)


def test_thresholds_drop_what_is_less_sure() -> None:
    by_confidence = dict(evaluate([GIVEN], [REFERENCE]).thresholds)
    assert [by_confidence[least].given for least in (0.0, 0.6, 0.8, 0.95)] == [4, 3, 2, 0]
    assert by_confidence[0.95].precision == 0.0


def test_only_what_the_reference_speaks_of_counts_when_asked() -> None:
    assert evaluate([GIVEN], [REFERENCE], only_judged=True).whole.given == 5


def test_a_pair_counts_once_and_either_way_round() -> None:
    found = evaluate([rows("a1 b1", "a1 ~b1")], [rows("b1 a1")])
    assert (found.whole.given, found.whole.right, found.first.f1) == (1, 1, 1.0)
    assert found.at[0].found == 1.0


def test_the_predicate_counts_when_asked() -> None:
    given = rows("a1 ~b1", "a2 b2")
    assert evaluate([given], [REFERENCE], same_predicate=True).whole.right == 1
    turned = mapping_set(
        id=given.id, license=CC0,
        mappings=[Mapping(term("b1"), SKOS.narrowMatch, term("a1"), SEMAPV.ManualMappingCuration)],
    )  # fmt: skip
    broad = mapping_set(
        id=given.id, license=CC0,
        mappings=[Mapping(term("a1"), SKOS.broadMatch, term("b1"), SEMAPV.ManualMappingCuration)],
    )  # fmt: skip
    assert evaluate([turned], [broad], same_predicate=True).whole.right == 1


def test_rows_that_are_denied_are_told() -> None:
    reference = rows("a1 !b1", "a2 -", "a3 b3")
    found = evaluate([rows("a1 b1", "a2 b2", "a3 b3", "a3 b4")], [reference])
    assert (found.denied, found.whole.right) == (2, 1)


def test_nothing_given_or_nothing_to_find_gives_zero_and_no_fault() -> None:
    nothing = rows()
    assert evaluate([nothing], [REFERENCE]).whole.f1 == 0.0
    assert evaluate([GIVEN], [nothing]).whole.recall == 0.0
    assert evaluate([nothing], [nothing]).whole.f1 == 0.0
    assert evaluate([nothing], [nothing]).at[0].precision == 0.0


def test_a_set_measured_against_itself_is_perfect() -> None:
    found = evaluate([REFERENCE], [REFERENCE])
    assert (found.whole.f1, found.first.f1, found.at[0].precision, found.at[0].found) == (1.0, 1.0, 1.0, 1.0)
