"""A release's mappings as rows: every slot comes back, pairs and sets are told, chains carry their steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from slm_graph import mapping, resources
from slm_graph.catalogue import NO_FRAMEWORK, Asked, Catalogue, Crosswalk, write_index
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE, SEMAPV

SFIA, ECF, ITIL = (DEFAULT_BASE + "id/" + name for name in ("sfia", "ecf", "itil4"))

LOOSE = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://other.example/a> skos:inScheme <http://other.example/scheme> ;
    skos:exactMatch <{DEFAULT_BASE}id/ecf/A.2> , <http://nowhere.example/b> .
"""


def quads() -> Iterator[Quad]:
    for name in resources.mapping_files():
        for s, p, o in mapping.set_graph(mapping.read_set(resources.ontology_file(name), name=name)):
            yield s, URIRef(str(p)), o, URIRef(DEFAULT_BASE + "graph/mappings/x")
    for s, p, o in Graph().parse(data=LOOSE):
        yield s, URIRef(str(p)), o, None


@pytest.fixture(scope="module")
def crosswalk(tmp_path_factory: pytest.TempPathFactory) -> Crosswalk:
    path = tmp_path_factory.mktemp("crosswalk") / "resources.sqlite"
    write_index(list(quads()), path, base=DEFAULT_BASE, version="v")
    return Crosswalk(Catalogue(path))


@pytest.mark.parametrize("name", resources.mapping_files())
def test_a_shipped_set_comes_back_as_it_was_read(crosswalk: Crosswalk, name: str) -> None:
    read = mapping.read_set(resources.ontology_file(name), name=name)
    set_name = mapping.set_name(read, base=DEFAULT_BASE)
    back = crosswalk.mapping_set(Asked(set_name=set_name), id=read.id, title="")
    assert (back.id, back.license, back.title, back.creators, back.further, back.mappings) == (
        read.id,
        read.license,
        read.title,
        read.creators,
        read.further,
        read.mappings,
    )
    again = mapping.read_set(mapping.write_set(back), name=name)
    assert again.mappings == read.mappings


def test_a_plain_triple_without_a_record_is_a_row_that_says_so(crosswalk: Crosswalk) -> None:
    found = crosswalk.entries(Asked(subject_framework="http://other.example/scheme"))
    assert [(one.recorded, one.set_name, one.row.justification) for one in found] == [
        (False, None, SEMAPV.UnspecifiedMatching)
    ] * 2
    assert {one.object_framework for one in found} == {NO_FRAMEWORK}


def test_every_framework_has_one_name_that_leads_back_to_it(crosswalk: Crosswalk) -> None:
    tokens = crosswalk.tokens()
    assert tokens[SFIA] == "sfia"
    assert tokens[SFIA + "/level"] == "sfia~level"
    for iri, token in tokens.items():
        assert crosswalk.framework(token) == iri
    assert crosswalk.framework("nothing") is None


def test_rows_are_found_by_predicate_and_confidence(crosswalk: Crosswalk) -> None:
    pair = Asked(subject_framework=SFIA, object_framework=ECF)
    close = Asked(subject_framework=SFIA, object_framework=ECF, predicates=[str(SKOS.closeMatch)])
    sure = Asked(subject_framework=SFIA, object_framework=ECF, least=0.8)
    assert (crosswalk.count(pair), crosswalk.count(close), crosswalk.count(sure)) == (6, 3, 1)
    assert [entry.row.confidence for entry in crosswalk.entries(sure)] == [0.85]
    assert len(crosswalk.entries(pair, limit=4)) + len(crosswalk.entries(pair, limit=4, offset=4)) == 6
    assert dict(crosswalk.predicates(pair)) == {str(SKOS.closeMatch): 3, str(SKOS.relatedMatch): 3}


def test_a_chain_through_a_third_framework_is_a_candidate_with_its_steps(crosswalk: Crosswalk) -> None:
    found = crosswalk.chains(ECF, ITIL)
    assert [(one.mapping.subject, one.mapping.object, one.mapping.confidence) for one in found] == [
        (URIRef(ECF + "/A.2"), URIRef(ITIL + "/SLM"), 0.765)
    ]
    assert found[0].mapping.predicate == SKOS.mappingRelation  # close and close make no more
    assert [step.confidence for step in found[0].chain] == [0.85, 0.9]
    assert crosswalk.chains(ECF, "http://nothing.example/") == ()


def test_the_same_statements_give_the_same_bytes(tmp_path: Path) -> None:
    said = list(quads())
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    # blank nodes have their names from the reading; only the order differs
    write_index(said, first, base=DEFAULT_BASE, version="v")
    write_index(
        sorted(said, key=lambda quad: str(quad[:3]), reverse=True), second, base=DEFAULT_BASE, version="v"
    )
    rows = [Crosswalk(Catalogue(path)).entries(Asked(), limit=-1) for path in (first, second)]
    assert rows[0] == rows[1]
