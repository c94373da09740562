"""DCAT 3 and VoID: what is said of the data set is so."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, VOID
from rdflib.term import Node

from slm_graph.formats import JSON, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from slm_graph.namespaces import DEFAULT_BASE, SPDX
from slm_graph.settings import SiteSettings
from slm_graph.syntax import read
from slm_graph.web import create_app

DATASET = URIRef(DEFAULT_BASE + "catalog#dataset")
DCAT_3 = Namespace(str(DCAT))


def graph(client: FlaskClient, path: str) -> Graph:
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    return Graph().parse(data=answer.data, format="turtle")


def number(said: Graph, subject: Node, predicate: URIRef) -> int:
    return int(str(said.value(subject, predicate)))


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
@pytest.mark.parametrize("row", [TURTLE, RDF_XML, N_TRIPLES, TRIG, N_QUADS], ids=lambda row: row.name)
def test_every_format_says_the_same(client: FlaskClient, path: str, row: Format) -> None:
    answer = client.get(path, headers={"Accept": row.media_type})
    assert answer.headers["Content-Type"] == row.content_type
    assert "Accept" in answer.headers["Vary"].split(", ")
    found = Graph()
    for subject, predicate, object_, _ in read(answer.data, row, name="answer"):
        found.add((subject, predicate, object_))
    assert isomorphic(found, graph(client, path))


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/catalog", "text/html", 200),
        ("/catalog.jsonld", "", 200),
        ("/catalog.html", "", 404),
        ("/catalog.exe", "", 404),
        ("/catalog", "image/png", 406),
        ("/.well-known/void", "image/png", 406),
        ("/.well-known/void", "text/html, */*;q=0.1", 200),
    ],
)
def test_descriptions_are_negotiated(client: FlaskClient, path: str, accept: str, status: int) -> None:
    assert client.get(path, headers={"Accept": accept} if accept else {}).status_code == status


def test_every_file_is_there_and_has_the_checksum_that_is_told(client: FlaskClient) -> None:
    catalogue = graph(client, "/catalog")
    distributions = set(catalogue.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) > 50
    for distribution in distributions:
        url = str(catalogue.value(distribution, DCAT.downloadURL))
        answer = client.get("/" + url.removeprefix(DEFAULT_BASE))
        assert answer.status_code == 200, url
        assert number(catalogue, distribution, DCAT.byteSize) == len(answer.data)
        checksum = catalogue.value(distribution, SPDX.checksum)
        assert str(catalogue.value(checksum, SPDX.checksumValue)) == hashlib.sha256(answer.data).hexdigest()
        current = client.head(
            "/" + str(catalogue.value(distribution, DCAT.accessURL)).removeprefix(DEFAULT_BASE)
        )
        assert current.headers["ETag"] == answer.headers["ETag"]


def test_versions_form_a_chain(client: FlaskClient) -> None:
    catalogue = graph(client, "/catalog")
    one, two = (URIRef(f"{DEFAULT_BASE}release/{number}") for number in "12")
    assert set(catalogue.objects(DATASET, DCAT_3.hasVersion)) == {one, two}
    assert catalogue.value(DATASET, DCAT_3.hasCurrentVersion) == two
    assert catalogue.value(two, DCAT_3.previousVersion) == one
    assert catalogue.value(one, DCAT_3.version) == Literal("1")


def test_parts_tell_their_own_licence(client: FlaskClient) -> None:
    catalogue = graph(client, "/catalog")
    part = URIRef(DEFAULT_BASE + "catalog#x")
    assert catalogue.value(part, DCTERMS.license) == URIRef(
        "https://creativecommons.org/publicdomain/zero/1.0/"
    )
    mappings = URIRef(DEFAULT_BASE + "catalog#mappings-esco")
    assert catalogue.value(mappings, DCTERMS.license) is not None
    assert catalogue.value(DATASET, DCTERMS.license) is None


FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix y: <http://other.example/> .

y:scheme a skos:ConceptScheme ; skos:prefLabel "Berufe"@de , "Occupations"@en ; dcterms:creator y:us ;
    dcterms:rightsHolder y:us ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:rights "Nur mit Nennung."@de ; skos:hasTopConcept y:crafts .
y:crafts a skos:Concept ; skos:inScheme y:scheme ; skos:topConceptOf y:scheme ; skos:prefLabel "Handwerk"@de .
"""


def test_schemes_of_others_tell_title_licence_and_rights_as_ours_do(
    tmp_path: Path, publish_turtle: Callable[..., None]
) -> None:
    publish_turtle(tmp_path / "data", FOREIGN, version="1", date="2026-10-01")
    client = create_app(SiteSettings(data=tmp_path / "data"), queries=None).test_client()
    for path in ("/catalog", "/.well-known/void"):
        said = graph(client, path)
        part = URIRef(DEFAULT_BASE + "catalog#external-other.example-scheme")
        assert set(said.objects(part, DCTERMS.title)) == {
            Literal("Berufe", lang="de"),
            Literal("Occupations", lang="en"),
        }
        assert said.value(part, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
        assert said.value(part, DCTERMS.rights) == Literal("Nur mit Nennung.", lang="de")
        assert said.value(part, DCTERMS.rightsHolder) == URIRef("http://other.example/us")
        nameless = URIRef(DEFAULT_BASE + "catalog#provenance")
        assert said.value(nameless, DCTERMS.title) == Literal("provenance", lang="zxx")
    page = client.get("/catalog", headers={"Accept": "text/html", "Accept-Language": "de"}).text
    assert ">Berufe</a>" in page


def test_the_page_of_a_scheme_of_others_leads_to_its_files(
    tmp_path: Path, publish_turtle: Callable[..., None]
) -> None:
    publish_turtle(tmp_path / "data", FOREIGN, version="1", date="2026-10-01")
    client = create_app(SiteSettings(data=tmp_path / "data"), queries=None).test_client()
    links = client.get("/doc/external?iri=http://other.example/scheme").headers["Link"]
    items = re.findall(r'<([^>]*)>; rel="item"', links)
    assert "/dumps/external-other.example-scheme.ttl.gz" in items
    assert all(client.head(item).status_code == 200 for item in items)
    concept = client.get("/doc/external?iri=http://other.example/crafts").headers["Link"]
    assert 'rel="item"' not in concept


def test_the_endpoint_serves_the_data_set(client: FlaskClient) -> None:
    catalogue = graph(client, "/catalog")
    service = catalogue.value(predicate=RDF.type, object=DCAT.DataService)
    assert str(catalogue.value(service, DCAT.endpointURL)) == DEFAULT_BASE + "sparql"
    assert catalogue.value(service, DCAT.servesDataset) == DATASET


def test_what_void_counts_is_what_the_dump_has(client: FlaskClient) -> None:
    void = graph(client, "/.well-known/void")
    dump = Graph().parse(data=gzip.decompress(client.get("/dumps/all.nt.gz").data), format="nt")
    assert number(void, DATASET, VOID.triples) == len(dump)
    assert number(void, DATASET, VOID.distinctSubjects) == len(set(dump.subjects()))
    assert number(void, DATASET, VOID.properties) == len(set(dump.predicates()))
    counted = {
        str(void.value(node, VOID.property)): number(void, node, VOID.triples)
        for node in void.objects(DATASET, VOID.propertyPartition)
    }
    assert counted == {str(one): len(list(dump.subject_objects(one))) for one in set(dump.predicates())}
    classes = {
        str(void.value(node, VOID["class"])): number(void, node, VOID.entities)
        for node in void.objects(DATASET, VOID.classPartition)
    }
    skos = "http://www.w3.org/2004/02/skos/core#Concept"
    assert classes[skos] == len(set(dump.subjects(RDF.type, URIRef(skos))))


def test_dumps_that_void_names_are_there(client: FlaskClient) -> None:
    void = graph(client, "/.well-known/void")
    dumps = set(void.objects(None, VOID.dataDump))
    assert dumps
    for url in dumps:
        assert client.head("/" + str(url).removeprefix(DEFAULT_BASE)).status_code == 200


def test_json_names_its_context(client: FlaskClient) -> None:
    answer = client.get("/catalog", headers={"Accept": JSON.media_type})
    assert "/context.jsonld" in answer.headers["Link"]


def test_a_page_offers_the_files(client: FlaskClient) -> None:
    for language, words in (("de", "Katalog"), ("en", "Catalogue")):
        page = client.get("/catalog", headers={"Accept": "text/html", "Accept-Language": language}).text
        assert words in page
        assert 'href="/dumps/all.ttl.gz"' in page
    for link in set(re.findall(r'<td><a href="([^"]+)"', page)):
        assert client.get(link, follow_redirects=True).status_code == 200, link


def test_links_to_others_are_counted(client: FlaskClient) -> None:
    void = graph(client, "/.well-known/void")
    found = {
        (
            str(void.value(one, VOID.linkPredicate)),
            str(void.value(void.value(one, VOID.objectsTarget), VOID.uriSpace)),
        )
        for one in void.subjects(RDF.type, VOID.Linkset)
    }
    skos = "http://www.w3.org/2004/02/skos/core#"
    assert (skos + "closeMatch", "https://rdf.sfia-online.org/9/skills/") in found
    assert not any(space.startswith(DEFAULT_BASE) for _, space in found)


def test_every_part_of_the_catalogue_has_a_name_that_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/catalog?lang=de", headers={"Accept": "text/html"}).text
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    assert all(row.startswith("<td><a href=") for row in rows)
    assert "Herkunft und Rechte der Texte" in page


def test_every_page_leads_to_catalogue_and_report(client: FlaskClient) -> None:
    footer = client.get("/doc/x/A?lang=de", headers={"Accept": "text/html"}).text.partition("<footer")[2]
    for path in ("/about", "/releases", "/catalog", "/quality"):
        assert f'href="{path}?lang=de"' in footer
