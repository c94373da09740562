"""Names nearly right find their concept: typing errors, other spellings of umlauts, other orders of words."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.model import Quad
from slm_graph.search import Similar, write_search
from slm_graph.search.similar import distance

BASE = "https://skills.example/"

LABELS = {
    "baker": ("Bäcker/Bäckerin", ("Backmeister",)),
    "cook": ("Koch", ("Köchin",)),
    "nurse": ("Pflegefachkraft", ()),
    "muller": ("Müller", ()),
    "mull": ("Mull", ()),
    "contracts": ("Verträge aushandeln", ("Vertragsverhandlungen führen",)),
    "welding": ("Schweißen von Rohren (Stahl)", ()),
    "haskell": ("Haskell", ()),
}


def quads() -> Iterable[Quad]:
    for name, (label, others) in LABELS.items():
        concept = URIRef(f"{BASE}id/x/{name}")
        yield concept, RDF.type, SKOS.Concept, None
        yield concept, SKOS.notation, Literal("X-" + name.upper()), None
        yield concept, SKOS.prefLabel, Literal(label, lang="de"), None
        for other in others:
            yield concept, SKOS.altLabel, Literal(other, lang="de"), None


@pytest.fixture(scope="module")
def similar(tmp_path_factory: pytest.TempPathFactory) -> Similar:
    path = tmp_path_factory.mktemp("similar") / "search.sqlite"
    write_search(list(quads()), path, base=BASE)
    return Similar(path)


def first(similar: Similar, name: str) -> str | None:
    found = similar.candidates(name)
    return found[0].iri.rpartition("/")[2] if found else None


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Koch", "cook"),
        ("Kcoh", "cook"),
        ("Kch", "cook"),
        ("Köchin", "cook"),
        ("Koechin", "cook"),
        ("Pflegefachkarft", "nurse"),
        ("Pflefachkraft", "nurse"),
        ("Müller", "muller"),
        ("Mueller", "muller"),
        ("Muller", "muller"),
        ("Bäckerin", "baker"),
        ("Baecker", "baker"),
        ("aushandeln Verträge", "contracts"),
        ("Vertraege  aushandeln", "contracts"),
        ("Schweissen von Rohren", "welding"),
        ("x-welding", "welding"),
        ("Haskel", "haskell"),
    ],
)
def test_a_name_that_is_nearly_right_finds_its_concept_first(
    similar: Similar, asked: str, meant: str
) -> None:
    assert first(similar, asked) == meant


def test_the_same_spelling_is_certain_and_a_folded_one_nearly(similar: Similar) -> None:
    exact, written_out, left_out = (
        similar.candidates(name)[0].likeness for name in ("Müller", "Mueller", "Muller")
    )
    assert exact == 1
    assert 1 > written_out > left_out > 0.9


@pytest.mark.parametrize(
    "name", ["", "   ", "?!", "\x00", "\ud800", '"', "'; --", "a" * 10_000, "NEAR(a b)", "*"]
)
def test_a_name_that_is_none_finds_nothing_and_breaks_nothing(similar: Similar, name: str) -> None:
    assert similar.candidates(name) == ()


def test_a_code_with_a_sign_wrong_is_no_code(similar: Similar) -> None:
    assert all(found.field != "notation" for found in similar.candidates("X-WELDINK"))


def test_kinds_limit_what_is_found(similar: Similar) -> None:
    assert similar.candidates("Koch", kinds=("skill",)) == ()
    assert similar.candidates("Koch", kinds=("concept", "skill"))


WORDS = st.text("abäß ", max_size=8)


def _by_table(left: str, right: str) -> int:
    """Optimal string alignment, cell by cell."""
    rows = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (left[i - 1] != right[j - 1])
            )
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(WORDS, WORDS)
def test_the_distance_is_that_of_the_table(left: str, right: str) -> None:
    assert distance(left, right) == _by_table(left, right)
