"""The vocabulary, and the OWL download of the content, are OWL 2 DL and load in OWL tools."""

from __future__ import annotations

from pathlib import Path

import owlready2
import pyhornedowl
import pytest
from pyhornedowl.profile import Profile, check_profile, conformant_profiles
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import OWL, SKOS

from slm_graph.exports.owl import owl_graph
from slm_graph.formats import RDF_XML
from slm_graph.namespaces import DEFAULT_BASE, SSSOM, vocabulary
from slm_graph.syntax import write

SLM = vocabulary(DEFAULT_BASE)


def rdf_xml(graph: Graph, path: Path) -> str:
    """The graph as RDF/XML with each type first: horned-owl knows an owl:versionIRI only after its owl:Ontology."""
    graph.serialize(path, format="pretty-xml", encoding="utf-8", max_depth=1)
    return str(path)


def profiles(graph: Graph, path: Path) -> list[object]:
    ontology = pyhornedowl.open_ontology_from_file(rdf_xml(graph, path), "rdf")
    report = check_profile(ontology, "DL")
    if not report.conformant:
        print([(type(violation).__name__, str(violation.iri)) for violation in report.violations])
    return list(conformant_profiles(ontology))


@pytest.fixture(scope="module")
def download(shipped: Graph) -> Graph:
    return owl_graph(shipped)


def test_the_vocabulary_is_owl_dl(vocabulary: Graph, tmp_path: Path) -> None:
    assert Profile.OWL2DL in profiles(vocabulary, tmp_path / "vocabulary.owl")


def test_the_vocabulary_tells_its_version_to_owl_tools(vocabulary: Graph, tmp_path: Path) -> None:
    ontology = pyhornedowl.open_ontology_from_file(rdf_xml(vocabulary, tmp_path / "vocabulary.owl"), "rdf")
    assert str(ontology.get_iri()) == DEFAULT_BASE + "ontology"
    assert str(ontology.get_version_iri()) == DEFAULT_BASE + "ontology/0.1.0"


def test_the_owl_download_is_owl_dl(download: Graph, tmp_path: Path) -> None:
    assert Profile.OWL2DL in profiles(download, tmp_path / "download.owl")


def test_the_shipped_mappings_are_owl_dl_with_the_content(
    shipped: Graph, mapped: Graph, tmp_path: Path
) -> None:
    result = owl_graph(shipped + mapped)
    negative = set(mapped.subjects(OWL.annotatedTarget, SSSOM.NoTermFound))
    records = set(mapped.subjects(RDF.type, OWL.Axiom))
    assert negative
    assert len(set(result.subjects(RDF.type, OWL.Axiom))) == len(records - negative)
    assert Profile.OWL2DL in profiles(result, tmp_path / "mapped.owl")


def test_what_our_own_writer_makes_is_owl_dl(shipped: Graph, mapped: Graph, tmp_path: Path) -> None:
    quads = [(s, URIRef(str(p)), o, None) for s, p, o in owl_graph(shipped + mapped)]
    path = tmp_path / "written.owl"
    path.write_bytes(write(quads, RDF_XML, base=DEFAULT_BASE))
    ontology = pyhornedowl.open_ontology_from_file(str(path), "rdf")
    assert check_profile(ontology, "DL").conformant
    assert str(ontology.get_version_iri()) == DEFAULT_BASE + "ontology/0.1.0"


def test_a_property_used_without_declaration_is_not_owl_dl(vocabulary: Graph, tmp_path: Path) -> None:
    """The check above can fail."""
    broken = Graph() + vocabulary
    broken.remove((SKOS.prefLabel, None, None))
    broken.add((SLM.Skill, SKOS.prefLabel, URIRef("https://example.org/x")))
    assert Profile.OWL2DL not in profiles(broken, tmp_path / "broken.owl")


@pytest.mark.parametrize("suffix", ["owl", "nt"])
def test_owlready2_loads_every_individual(download: Graph, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"download.{suffix}"
    if suffix == "nt":
        download.serialize(path, format="nt", encoding="utf-8")
    else:
        rdf_xml(download, path)
    world = owlready2.World()
    with path.open("rb") as file:
        world.get_ontology(DEFAULT_BASE + "ontology#").load(fileobj=file, only_local=True)
    expected = {str(individual) for individual in download.subjects(RDF.type, OWL.NamedIndividual)}
    assert {individual.iri for individual in world.individuals()} == expected
    assert DEFAULT_BASE + "id/sfia/SLMO_1" in expected
    assert len(list(world[str(SLM.SkillLevel)].instances())) == len(
        set(download.subjects(RDF.type, SLM.SkillLevel))
    )
