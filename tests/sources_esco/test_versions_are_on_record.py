"""Every statement stands in the graph of the version it was taken from; the order of the archives changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, SKOS

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE, ESCO
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.sources.esco import read_archives
from slm_graph.sources.esco.terms import LICENCE
from slm_graph.validation import validate
from slm_graph.web import create_app

GRAPH = DEFAULT_BASE + "graph/esco"
PEAR, QUINCE = (URIRef(f"{ESCO}skill/{name}") for name in ("pear", "quince"))
HEAD = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,"
    "definition,inScheme,description\r\n"
)
Write = Callable[..., Path]
Small = Callable[..., dict[str, str]]


def both(write: Write, small: Small, skill: Callable[..., str]) -> list[Path]:
    old = {"skills_en.csv": HEAD + skill("pear", "grow pears") + skill("quince", "grow quinces")}
    collection = {
        "greenSkillsCollection_en.csv": "conceptType,conceptUri,preferredLabel,status,altLabels\r\n"
        f"KnowledgeSkillCompetence,{PEAR},grow pears,released,raise pears | keep pears\r\n",
        "greenSkillsCollection_de.csv": "conceptType,conceptUri,preferredLabel,status,altLabels\r\n"
        f"KnowledgeSkillCompetence,{PEAR},Birnen anbauen,released,\r\n",
    }
    new = {name: text for name, text in small().items() if name != "skills_en.csv"}
    new["broaderRelationsSkillPillar_en.csv"] = new["broaderRelationsSkillPillar_en.csv"].replace(
        "plum", "quince"
    )
    new["skillSkillRelations_en.csv"] = new["skillSkillRelations_en.csv"].replace("plum", "quince")
    new["conceptSchemes_en.csv"] = new["conceptSchemes_en.csv"].replace("plum", "quince")
    return [write({**new, **collection}), write(old, name="esco-1.1.1-csv-en.zip")]


def test_an_older_version_fills_what_the_newer_one_lacks_each_in_its_graph(
    write: Write, small: Small, skill: Callable[..., str]
) -> None:
    paths = both(write, small, skill)
    dataset = assemble(list(reversed(paths)), base=DEFAULT_BASE, repair=True)
    new, old = (dataset.graphs[URIRef(f"{GRAPH}/{version}")] for version in ("1.2.0", "1.1.1"))
    assert (PEAR, SKOS.prefLabel, Literal("grow pears", lang="en")) in new
    assert (PEAR, SKOS.prefLabel, Literal("Birnen anbauen", lang="de")) in new
    assert {str(label) for label in new.objects(PEAR, SKOS.altLabel)} == {"raise pears", "keep pears"}
    assert not set(old.objects(PEAR, SKOS.prefLabel))
    assert (QUINCE, SKOS.prefLabel, Literal("grow quinces", lang="en")) in old
    assert (QUINCE, SKOS.broader, None) in new


def test_a_graph_is_traced_to_its_archive_and_a_scheme_has_version_licence_and_attribution(
    write: Write, small: Small, skill: Callable[..., str]
) -> None:
    paths = both(write, small, skill)
    dataset = assemble(paths, base=DEFAULT_BASE, repair=True)
    provenance = dataset.graphs[URIRef(DEFAULT_BASE + "graph/provenance")]
    for version, path in zip(("1.2.0", "1.1.1"), paths, strict=True):
        (document,) = provenance.objects(URIRef(f"{GRAPH}/{version}"), PROV.wasDerivedFrom)
        assert (document, DCTERMS.title, Literal(path.name)) in provenance
    ours = dataset.graphs[URIRef(GRAPH)]
    scheme = URIRef(ESCO + "concept-scheme/skills")
    assert (scheme, OWL.versionInfo, Literal("1.2.0")) in ours
    assert {text.language for text in ours.objects(scheme, DCTERMS.rights)} == {"de", "en"}
    assert str(ours.value(scheme, DCTERMS.license)).endswith("/COM_REUSE")
    collection = URIRef(DEFAULT_BASE + "id/esco/collection/greenSkills")
    assert (collection, RDF.type, SKOS.Collection) in ours
    assert (collection, SKOS.member, PEAR) in dataset.union()


def test_the_order_of_the_archives_changes_nothing(
    write: Write, small: Small, skill: Callable[..., str]
) -> None:
    paths = both(write, small, skill)
    one, other = read_archives(paths, repair=True), read_archives(list(reversed(paths)), repair=True)
    assert one == other
    assert [source.edition for _, source in one.parts] == ["1.2.0", "1.1.1"]


def test_the_graphs_of_versions_are_catalogued_with_title_licence_and_rights(
    tmp_path: Path, write: Write, small: Small, skill: Callable[..., str]
) -> None:
    dataset = assemble(both(write, small, skill), base=DEFAULT_BASE, repair=True)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=tmp_path / "data", base=DEFAULT_BASE, version="1", date="2026-10-01")
    client = create_app(SiteSettings(data=tmp_path / "data"), queries=None).test_client()
    catalogue = Graph().parse(data=client.get("/catalog.nt").data, format="nt")
    titles = set()
    for name in ("esco", "esco-1.2.0", "esco-1.1.1"):
        part = URIRef(f"{DEFAULT_BASE}catalog#{name}")
        title = f"Orchard skills, Orchard member skills ({name})"
        assert Literal(title, lang="en") in set(catalogue.objects(part, DCTERMS.title))
        assert catalogue.value(part, DCTERMS.license) == URIRef(LICENCE)
        assert {one.language for one in catalogue.objects(part, DCTERMS.rights)} == {"de", "en"}
        assert catalogue.value(part, DCTERMS.rightsHolder) is not None
        titles.add(title)
    assert len(titles) == 3
