"""A concept counts, is found and is listed in every scheme it is in, and is shown in the one its path begins with."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from slm_graph.catalogue import Catalogue
from slm_graph.catalogue.lists import alphabet
from slm_graph.release import open_release
from slm_graph.search import Filters, Search
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

E = "http://jobs.example/"
HTML = {"Accept": "text/html", "Accept-Language": "en"}
JOBS = 45
"""Enough for a register."""
CONCEPTS = {"all": JOBS + 1, "single": JOBS, "a-digital": 3, "classes": 1}
"""Scheme → its concepts. The smallest IRI of a digital job's schemes is none that its group is in."""


def turtle() -> str:
    rows = [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .",
        f"@prefix e: <{E}> .",
    ]
    rows += [
        f'e:{name} a skos:ConceptScheme ; skos:prefLabel "Scheme {name}"@en ; dcterms:title "Scheme {name}"@en ;'
        ' dcterms:language "en" ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;'
        " dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ."
        for name in CONCEPTS
    ]
    rows.append(
        'e:group a skos:Concept ; skos:prefLabel "Group"@en ; skos:inScheme e:all , e:classes ;'
        " skos:topConceptOf e:all , e:classes . e:all skos:hasTopConcept e:group . e:classes skos:hasTopConcept e:group ."
    )
    for number in range(JOBS):
        schemes = "e:all , e:single" + (" , e:a-digital" if number < CONCEPTS["a-digital"] else "")
        rows.append(
            f'e:job{number} a skos:Concept ; skos:prefLabel "Job {number}"@en ; skos:broader e:group ;'
            f" skos:inScheme {schemes} . e:group skos:narrower e:job{number} ."
        )
    for name in ("single", "a-digital"):
        rows.append(f"e:{name} skos:hasTopConcept e:job0 . e:job0 skos:topConceptOf e:{name} .")
    return "\n".join(rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    folder = tmp_path_factory.mktemp("schemes") / "data"
    folder.mkdir()
    publish_turtle(folder, turtle(), version="1", date="2026-11-20")
    return folder


@pytest.fixture
def client(data: Path) -> FlaskClient:
    return create_app(SiteSettings(data=data), queries=None).test_client()


def address(name: str) -> str:
    return f"/doc/external?iri={quote(E + name, safe='')}"


@pytest.mark.parametrize(("name", "number"), CONCEPTS.items())
def test_a_concept_counts_in_every_scheme_it_is_in(client: FlaskClient, name: str, number: int) -> None:
    home = client.get("/", headers=HTML).text
    row = home.split(f'<a href="{address(name)}"')[1].split("</li>")[0]
    assert f"<strong>{number}</strong>" in row
    page = client.get(address(name), headers=HTML).text
    assert f"<strong>{number}</strong>" in page.split('class="counts"')[1].split("</p>")[0]


@pytest.mark.parametrize(("name", "number"), CONCEPTS.items())
def test_a_search_within_a_scheme_finds_all_of_its_concepts(
    client: FlaskClient, name: str, number: int
) -> None:
    scheme = quote(E + name, safe="")
    assert f'<option value="{E}{name}"' in client.get("/search?q=job", headers=HTML).text
    found = [
        client.get(f"/search.json?q={word}&scheme={scheme}").get_json()["total"] for word in ("job", "group")
    ]
    assert sum(found) == number


@pytest.mark.parametrize("name", ["all", "single"])
def test_the_register_has_every_concept_of_the_scheme(client: FlaskClient, name: str) -> None:
    page = client.get(address(name), headers=HTML).text.split('class="alphabet"')[1].split("</nav>")[0]
    assert sum(map(int, re.findall(r'title="(\d+)"', page))) == CONCEPTS[name]
    listed = client.get(f"/index?scheme={quote(E + name, safe='')}&letter=J", headers=HTML).text
    assert len(re.findall(r"<li>.*Job \d+</a></li>", listed)) == JOBS


def test_a_concept_is_shown_in_the_scheme_that_holds_what_stands_above_it(client: FlaskClient) -> None:
    answer = client.get(address("job1"), headers=HTML)
    path = answer.text.split('class="path"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', path) == ["/", address("all"), address("group")]
    assert "In: Scheme all." in answer.text
    assert f'<{address("all")}>; rel="collection"' in answer.headers["Link"]
    (hit, *_) = client.get("/search.json?q=Job+1").get_json()["hits"]
    assert hit["scheme"] == E + "all"


@pytest.fixture
def earlier(data: Path, tmp_path: Path) -> tuple[Catalogue, Search]:
    """The indexes of the same release in the layout before this one."""
    release = open_release(data)
    index, search = tmp_path / "resources.sqlite", tmp_path / "search.sqlite"
    index.write_bytes(release.index_file.read_bytes())
    search.write_bytes(release.search_file.read_bytes())
    with sqlite3.connect(index) as connection:
        connection.executescript(
            "DROP TABLE scheme_count; UPDATE meta SET value = '2' WHERE key = 'layout'; UPDATE resource SET scheme = "
            "(SELECT MIN(object) FROM link WHERE subject = id AND predicate LIKE '%#inScheme')"
        )
    connection.close()
    with sqlite3.connect(search) as connection:
        connection.executescript(
            "DROP TABLE member; DROP TABLE scheme; UPDATE meta SET value = '2' WHERE key = 'layout'; "
            f"UPDATE concept SET scheme = '{E}a-digital' WHERE iri IN ('{E}job0', '{E}job1', '{E}job2')"
        )
    connection.close()
    return Catalogue(index), Search(search)


def test_a_release_of_an_earlier_layout_counts_alike_and_is_searched_as_it_was(
    earlier: tuple[Catalogue, Search],
) -> None:
    catalogue, search = earlier
    counted = {str(one.iri): one.concepts for one in catalogue.schemes() if str(one.iri).startswith(E)}
    assert counted == {E + name: number for name, number in CONCEPTS.items()}
    assert alphabet(catalogue, E + "single", "en").total == JOBS
    found = {
        name: search.find("job", filters=Filters(schemes=(E + name,))).total for name in ("all", "a-digital")
    }
    assert found == {"all": JOBS - 3, "a-digital": 3}
