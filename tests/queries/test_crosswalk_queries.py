"""The named queries about crosswalks: through a third framework, what has no counterpart, levels side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rdflib import Namespace

from slm_graph.namespaces import DEFAULT_BASE

ID = Namespace(DEFAULT_BASE + "id/")
Answer = Callable[..., list[Mapping[str, Any]]]


def test_a_counterpart_is_found_through_a_third_framework(answer: Answer) -> None:
    rows = answer("counterparts-chained", code="A.2", minimum_confidence="0.3")
    assert [(row["through"], row["counterpart"]) for row in rows] == [
        (ID["sfia/SLMO"], ID["iso20000-1/8.3.3"])
    ]
    assert abs(float(rows[0]["confidence"]) - 0.34) < 1e-9
    assert answer("counterparts-chained", code="A.2", minimum_confidence="0.5") == []


def test_a_negated_mapping_is_no_link_of_a_chain(answer: Answer) -> None:
    rows = answer("counterparts-chained", code="SLM", minimum_confidence="0")
    assert rows == []


def test_counterparts_can_be_limited_to_a_relation(answer: Answer) -> None:
    every = answer("counterparts", code="SLMO", minimum_confidence="0")
    related = answer("counterparts", code="SLMO", minimum_confidence="0", relation="relatedMatch")
    assert {row["counterpart"] for row in every} == {ID["ecf/A.2"], ID["iso20000-1/8.3.3"]}
    assert {row["counterpart"] for row in related} == {ID["iso20000-1/8.3.3"]}


def test_what_has_no_counterpart_in_the_other_framework_is_listed(answer: Answer) -> None:
    rows = answer("without-counterpart", framework="id/sfia", other="id/ecf")
    notations = {str(row["notation"]) for row in rows}
    assert {"SLMO_2", "SLMO_7"} <= notations
    assert notations.isdisjoint({"SLMO", "SLMO_5"})
    other_way = answer("without-counterpart", framework="id/ecf", other="id/sfia")
    assert {str(row["notation"]) for row in other_way}.isdisjoint({"A.2", "A.2_3"})


def test_levels_stand_side_by_side(answer: Answer) -> None:
    rows = answer("level-comparison")
    found = [
        (
            str(row["notation"]),
            int(row["level_number"]),
            str(row["counterpart_notation"]),
            int(row["counterpart_level_number"]),
        )
        for row in rows
    ]
    assert ("SLMO_5", 5, "A.2_3", 3) in found
