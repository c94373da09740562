"""Shipped content and sources become one data set: graphs by scheme, wording in its place, everything under one base."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS

from slm_graph import skos, validation
from slm_graph.build import assemble
from slm_graph.build.graphs import PROVENANCE, VOCABULARY, graph_of_scheme
from slm_graph.errors import DataRefused, SourceError
from slm_graph.formats import TURTLE
from slm_graph.namespaces import DEFAULT_BASE, vocabulary
from slm_graph.sources.sfia import read_page
from slm_graph.syntax import write

SLM = vocabulary(DEFAULT_BASE)

BASE = DEFAULT_BASE
SLMO_5 = URIRef(BASE + "id/sfia/SLMO_5")


def definitions(
    graph: Graph, concept: URIRef, language: str, predicate: URIRef = SKOS.definition
) -> list[str]:
    return sorted(
        str(o) for o in graph.objects(concept, predicate) if isinstance(o, Literal) and o.language == language
    )


def test_each_scheme_has_its_graph_and_every_statement_a_source() -> None:
    dataset = assemble([], base=BASE)
    names = {str(name)[len(BASE + "graph/") :] for name in dataset.graphs}
    assert {
        "sfia",
        "sfia/level",
        "ecf",
        "ecf/level",
        "eqf",
        "ontology",
        "provenance",
        "mappings/esco",
    } <= names
    union = dataset.union()
    for name in dataset.graphs:
        documents = list(union.objects(name, PROV.wasDerivedFrom))
        assert documents, name
        for document in documents:
            assert list(union.objects(document, SLM.sha256))


def test_the_official_wording_takes_the_place_of_the_short_version(slmo_page: Path) -> None:
    before, after = (assemble(paths, base=BASE, edition="7").union() for paths in ([], [slmo_page]))
    short = definitions(before, SLMO_5, "de")
    assert len(short) == 1
    official = definitions(after, SLMO_5, "de")
    assert len(official) == 1
    assert official != short
    assert short[0] in definitions(after, SLMO_5, "de", SKOS.scopeNote)
    assert definitions(after, SLMO_5, "en") == definitions(before, SLMO_5, "en")


def test_the_page_and_its_import_give_the_same_concepts(slmo_page: Path, tmp_path: Path) -> None:
    page = read_page(slmo_page.read_bytes(), name=slmo_page.name, edition="7")
    quads = [(s, URIRef(str(p)), o, None) for s, p, o in skos.page_graph(page)]
    (tmp_path / "slmo.ttl").write_bytes(write(quads, TURTLE, base=BASE))
    direct = assemble([slmo_page], base=BASE, edition="7").graphs[URIRef(BASE + "graph/sfia")]
    imported = assemble([tmp_path / "slmo.ttl"], base=BASE).graphs[URIRef(BASE + "graph/sfia")]
    assert set(direct.triples((SLMO_5, None, None))) == set(imported.triples((SLMO_5, None, None)))


def test_a_build_with_the_real_page_conforms(slmo_page: Path) -> None:
    union = assemble([slmo_page], base=BASE, edition="7").union()
    assert validation.validate(union, base=BASE).results == ()


def test_two_pages_that_say_different_things_are_refused_with_both_names(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[1] / "fixtures" / "pages").glob("*.txt")
    text = next(one for one in sorted(page) if "Ebenen" in one.read_text("utf-8")).read_text("utf-8")
    sentence = next(line for line in text.splitlines() if line.endswith("."))
    (tmp_path / "one.txt").write_text(text, "utf-8")
    (tmp_path / "two.txt").write_text(text.replace(sentence, "Etwas ganz anderes."), "utf-8")
    with pytest.raises(DataRefused, match=r"one\.txt and two\.txt"):
        assemble([tmp_path / "one.txt", tmp_path / "two.txt"], base=BASE)
    assert len(assemble([tmp_path / "one.txt", tmp_path / "one.txt"], base=BASE)) > 0


def test_another_base_moves_every_own_iri_and_no_text() -> None:
    base = "https://skills.example/graph/"
    union = assemble([], base=base).union()
    terms = {term for triple in union for term in triple}
    assert not [term for term in terms if isinstance(term, URIRef) and term.startswith(BASE)]
    assert (URIRef(base + "id/sfia/SLMO_5"), RDF.type, URIRef(base + "ontology#SkillLevel")) in union
    assert validation.validate(union, base=base).conforms(strict=True)


def test_without_definitions_no_wording_is_left(slmo_page: Path) -> None:
    union = assemble([slmo_page], base=BASE, edition="7", with_definitions=False).union()
    concepts = set(union.subjects(RDF.type, SKOS.Concept))
    assert concepts
    notes = (SKOS.definition, SKOS.scopeNote, SKOS.editorialNote)
    assert not [c for c in concepts for p in notes if (c, p, None) in union]
    kept = {str(o) for o in union.objects() if isinstance(o, Literal)}
    sentences = {str(line) for line in slmo_page.read_text("utf-8").splitlines() if line.endswith(".")}
    assert sentences
    assert not sentences & kept
    assert "Servicelevel-Management: Ebene 5" in kept
    assert validation.validate(union, base=BASE, with_definitions=False).conforms()


def test_a_foreign_framework_keeps_its_iris_and_gets_its_graph(tmp_path: Path) -> None:
    (tmp_path / "f.ttl").write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://other.example/s> a skos:ConceptScheme . <http://other.example/a> a skos:Concept ; skos:inScheme <http://other.example/s> ;
        skos:note [ skos:prefLabel "innen"@de ] ."""
    )
    graphs = assemble([tmp_path / "f.ttl"], base=BASE).graphs
    graph = graphs[URIRef(BASE + "graph/external/other.example-s")]
    assert (URIRef("http://other.example/a"), RDF.type, SKOS.Concept) in graph
    assert len(graph) == 5


ALIKE = (
    "http://v.example/a/b",
    "http://v.example/a-b",
    "http://v.example/a/b/",
    "http://v.example/a//b",
    "https://v.example/a/b",
    "https://v.example/a#b",
    "http://v.example/ä/b",
    "http://v.example/ö/b",
    "http://例え.テスト/",
    "http://テスト.例え/",
    "urn:x:例",
    BASE + "id/external/v.example-a-b",
    BASE + "id/ontology",
    BASE + "id/a/b",
    BASE + "id/a-b",
)


def test_each_scheme_has_a_graph_of_its_own_however_alike_their_addresses() -> None:
    graphs = {str(graph_of_scheme(scheme, base=BASE)) for scheme in ALIKE}
    assert len(graphs) == len(ALIKE)
    assert graphs.isdisjoint({BASE + PROVENANCE, BASE + VOCABULARY})
    assert {f"{BASE}graph/external/v.example-a-b", f"{BASE}graph/a/b", f"{BASE}graph/a-b"} <= graphs


PATHS = st.lists(st.sampled_from("a/-#é"), max_size=4).map("".join)


@given(
    st.lists(st.builds("{}://v.example/{}".format, st.sampled_from(["http", "https"]), PATHS), unique=True)
)
def test_no_two_addresses_share_a_graph(schemes: list[str]) -> None:
    assert len({graph_of_scheme(scheme, base=BASE) for scheme in schemes}) == len(schemes)


def test_concepts_of_schemes_with_addresses_alike_stay_apart(tmp_path: Path) -> None:
    text = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n" + "\n".join(
        f"<http://o.example/{number}> a skos:Concept ; skos:inScheme <{scheme}> . <{scheme}> a skos:ConceptScheme ."
        for number, scheme in enumerate(ALIKE[:6])
    )
    (tmp_path / "alike.ttl").write_text(text, "utf-8")
    graphs = assemble([tmp_path / "alike.ttl"], base=BASE).graphs
    for number, scheme in enumerate(ALIKE[:6]):
        own = graphs[graph_of_scheme(scheme, base=BASE)]
        assert set(own.subjects()) == {URIRef(f"http://o.example/{number}"), URIRef(scheme)}


def test_blank_nodes_of_two_files_never_meet(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.ttl").write_text(
            f'@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <http://o.example/{name}> skos:note _:x . _:x skos:prefLabel "{name}"@de .'
        )
    union = assemble([tmp_path / "a.ttl", tmp_path / "b.ttl"], base=BASE).union()
    nodes = [union.value(URIRef(f"http://o.example/{name}"), SKOS.note) for name in "ab"]
    assert [[str(o) for o in union.objects(node, SKOS.prefLabel)] for node in nodes] == [["a"], ["b"]]


@pytest.mark.parametrize("name", ["none.txt", "none.ttl", "none.sssom.tsv", "none"])
def test_a_source_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"file|suffix|format"):
        assemble([tmp_path / name], base=BASE)


def test_where_a_wording_comes_from_is_said_with_its_hash(slmo_page: Path) -> None:
    union = assemble([slmo_page], base=BASE, edition="7").union()
    page = union.value(SLMO_5, DCTERMS.source)
    assert (page, RDF.type, SLM.SourcePage) in union
    assert str(union.value(page, DCTERMS.title)) == slmo_page.name
    assert str(union.value(page, SLM.edition)) == "7"


def test_the_licence_of_short_versions_is_not_that_of_a_page_s_wording() -> None:
    pages = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "pages").glob("*.txt"))
    page = next(one for one in pages if "Ebenen" in one.read_text("utf-8"))
    union = assemble([page], base=BASE).union()
    documents = set(union.subjects(RDF.type, SLM.SourcePage))
    assert documents
    for document in documents:
        assert union.value(document, DCTERMS.rights) is not None
        assert union.value(document, DCTERMS.license) is None
    shipped = next(union.subjects(DCTERMS.title, Literal("slm.ttl")))
    assert union.value(shipped, DCTERMS.license) is not None, "a file that tells no rights has those it holds"
