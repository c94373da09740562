"""The shipped sets say exactly what we decided to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from slm_graph import resources
from slm_graph.mapping import NO_TERM_FOUND, MappingSet, check, graph_name, read_set, set_name, write_set
from slm_graph.namespaces import DEFAULT_BASE, ESCO, SEMAPV, vocabulary

SLM = vocabulary(DEFAULT_BASE)

SFIA = DEFAULT_BASE + "id/sfia/"
LEVEL = DEFAULT_BASE + "id/sfia/level/"
ECF = DEFAULT_BASE + "id/ecf/"
SFIA_9 = "https://rdf.sfia-online.org/9/"
CLOSE, RELATED, EXACT, USED = SKOS.closeMatch, SKOS.relatedMatch, SKOS.exactMatch, SLM.usedInOccupation
KPI, CONTRACTS = "skill/8dcbcabe-09f7-4d11-940d-125af57bbc40", "skill/92721092-fe7c-4689-96bd-4f02385bc0e7"
SUPPLIERS, ITIL = "skill/fe1ec582-d63b-466c-9149-e7fc4fe93e22", "skill/d12e9d68-84c5-444e-aa98-d36533bf03f6"
CONTRACTORS = "skill/d89f5cee-649a-44bd-9aa9-8e74bbdbd50d"

TABLE: dict[str, list[tuple[str, URIRef, str, float | None]]] = {
    "sfia-9": [
        (SFIA + "SLMO", CLOSE, SFIA_9 + "skills/SLMO", 0.95),
        *((f"{SFIA}SLMO_{n}", CLOSE, f"{SFIA_9}skilllevels/SLMO_{n}", 0.8) for n in range(2, 8)),
        *((f"{LEVEL}{n}", CLOSE, f"{SFIA_9}lor/{n}", 0.9) for n in range(1, 8)),
    ],
    "e-cf": [
        (SFIA + "SLMO", CLOSE, ECF + "A.2", 0.85),
        (SFIA + "SLMO_5", CLOSE, ECF + "A.2_3", 0.5),
        (SFIA + "SLMO_6", CLOSE, ECF + "A.2_4", 0.5),
        *((f"{SFIA}SLMO_{n}", RELATED, ECF + "C.3", 0.6) for n in (2, 3, 4)),
    ],
    "itil4": [(SFIA + "SLMO", CLOSE, DEFAULT_BASE + "id/itil4/SLM", 0.9)],
    "iso20000-1": [(SFIA + "SLMO", RELATED, DEFAULT_BASE + "id/iso20000-1/8.3.3", 0.85)],
    "esco": [
        (SFIA + "SLMO", EXACT, str(NO_TERM_FOUND), None),
        *((f"{SFIA}SLMO_{n}", RELATED, ESCO + KPI, 0.55) for n in (2, 3)),
        *((f"{SFIA}SLMO_{n}", RELATED, ESCO + CONTRACTS, 0.5) for n in (5, 6)),
        (SFIA + "SLMO", RELATED, ESCO + SUPPLIERS, 0.5),
        (SFIA + "SLMO", RELATED, ESCO + ITIL, 0.45),
        *((f"{SFIA}SLMO_{n}", RELATED, ESCO + CONTRACTORS, 0.4) for n in (3, 4)),
        (SFIA + "SLMO", USED, ESCO + "occupation/f0ca39a8-1e30-487c-95f9-ef2d5e734adc", 0.5),
        (SFIA + "SLMO", USED, ESCO + "occupation/bcc2c1db-f969-4355-bebf-4878ff6c2a94", 0.3),
    ],
}


def shipped(name: str) -> MappingSet:
    return read_set(resources.ontology_file(f"mappings/{name}.sssom.tsv"), name=name)


def frameworks() -> Graph:
    graph = Graph()
    for name in resources.ontology_files(".ttl"):
        graph.parse(data=resources.ontology_file(name), format="turtle")
    return graph


def test_there_is_one_file_for_each_target_framework() -> None:
    assert resources.mapping_files() == tuple(sorted(f"mappings/{name}.sssom.tsv" for name in TABLE))


@pytest.mark.parametrize("name", TABLE)
def test_a_shipped_set_holds_exactly_the_rows_of_the_table(name: str) -> None:
    rows = [
        (str(row.subject), row.predicate, str(row.object), row.confidence) for row in shipped(name).mappings
    ]
    assert sorted(rows, key=str) == sorted(TABLE[name], key=str)


@pytest.mark.parametrize("name", TABLE)
def test_every_shipped_row_says_who_when_why_and_for_which_versions(name: str) -> None:
    mappings = shipped(name)
    assert set_name(mappings, base=DEFAULT_BASE) == name
    assert graph_name(mappings, base=DEFAULT_BASE) == URIRef(f"{DEFAULT_BASE}graph/mappings/{name}")
    assert mappings.license == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    for row in mappings.mappings:
        assert row.authors == (URIRef(DEFAULT_BASE + "agent/slm-graph"),)
        assert row.justification == SEMAPV.ManualMappingCuration
        assert row.date is not None
        assert row.comment
        assert None not in (row.subject_source, row.object_source)
        assert None not in (row.subject_source_version, row.object_source_version)


@pytest.mark.parametrize("name", TABLE)
def test_a_shipped_file_is_what_writing_its_set_gives(name: str) -> None:
    assert write_set(shipped(name)) == resources.ontology_file(f"mappings/{name}.sssom.tsv")


def test_no_equivalent_in_esco_is_said_as_such() -> None:
    (row,) = [row for row in shipped("esco").mappings if row.no_term_found]
    assert row.cardinality == "1:0"
    assert row.object_source == ESCO["concept-scheme/skills"]
    assert row.object_source_version == "1.1.1"
    assert not row.positive


def test_no_label_of_esco_is_shipped() -> None:
    assert all(row.object_label is None for row in shipped("esco").mappings)


def test_check_finds_nothing_in_the_shipped_sets_but_ends_outside() -> None:
    findings = check([shipped(name) for name in TABLE], frameworks())
    assert {finding.rule for finding in findings} == {"MAP-007"}
    assert all(finding.object.startswith(str(ESCO)) for finding in findings)


def test_broad_match_beside_the_shipped_related_rows_is_found() -> None:
    text = resources.ontology_file("mappings/e-cf.sssom.tsv").decode()
    head, _, _ = text.partition("subject_id\t")
    planted = head.replace("mappings/e-cf", "mappings/planted") + (
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "sfia:SLMO_2\tskos:broadMatch\tecf:C.3\tsemapv:ManualMappingCuration\n"
    )
    findings = check([shipped("e-cf"), read_set(planted.encode(), name="planted")], frameworks())
    (finding,) = [finding for finding in findings if finding.severity == "Violation"]
    assert finding.rule == "MAP-005"
    assert [(link.predicate, link.source) for link in finding.chain] == [
        (RELATED, URIRef(DEFAULT_BASE + "mappings/e-cf")),
        (SKOS.broadMatch, URIRef(DEFAULT_BASE + "mappings/planted")),
    ]
    assert "skos:broadMatch" in finding.text.de
    assert "mappings/planted" in finding.text.en


def test_reading_a_set_leaves_nothing_in_the_home_of_whoever_reads_it(tmp_path: Path) -> None:
    script = (
        "from slm_graph import mapping, resources; name = resources.mapping_files()[0]; "
        "print(len(mapping.read_set(resources.ontology_file(name), name=name).mappings))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
    assert int(done.stdout) > 0
    assert list(tmp_path.iterdir()) == []
