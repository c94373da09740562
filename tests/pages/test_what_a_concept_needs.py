"""Pages of imported concepts show what people look for: other names below the title, skills and occupations as sections."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.resource_pages import OPEN_NAMES

E = "http://jobs.example/"
HTML = {"Accept": "text/html", "Accept-Language": "de"}
MANY = 230
"""Optional skills: three pages of them."""
NAMES = 11
MOST_STATEMENTS = 40
"""As of the other pages, whatever the number of skills."""


def turtle() -> str:
    def concept(name: str, german: str, english: str, more: str = "") -> str:
        return (
            f'e:{name} a skos:Concept ; skos:prefLabel "{german}"@de , "{english}"@en ; skos:inScheme e:all ;'
            f" skos:topConceptOf e:all {more} . e:all skos:hasTopConcept e:{name} ."
        )

    optional = " , ".join(f"e:s{number}" for number in range(MANY))
    others = " , ".join(f'"Beiname {number}"@de , "byname {number}"@en' for number in range(NAMES))
    return "\n".join(
        [
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .",
            f"@prefix e: <{E}> . @prefix esco: <http://data.europa.eu/esco/model#> .",
            'e:all a skos:ConceptScheme ; skos:prefLabel "All"@en ; dcterms:title "All"@en ; dcterms:language "en" ;',
            " dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;",
            " dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> .",
            concept(
                "job",
                "Köchin",
                "cook",
                f"; skos:altLabel {others} ; esco:relatedEssentialSkill e:zeal , e:oil ;"
                f" esco:relatedOptionalSkill {optional}",
            ),
            concept("zeal", "Eifer <b>", "zeal", "; esco:isEssentialSkillFor e:job"),
            concept(
                "oil", "Öl & Fett", "oil", '; esco:isEssentialSkillFor e:job ; skos:altLabel "grease"@en'
            ),
            *(
                concept(
                    f"s{number}", f"Kunst {number:03}", f"Art {number:03}", "; esco:isOptionalSkillFor e:job"
                )
                for number in range(MANY)
            ),
        ]
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    folder = tmp_path_factory.mktemp("needs") / "data"
    folder.mkdir()
    publish_turtle(folder, turtle(), version="1", date="2026-11-20")
    return folder


@pytest.fixture
def client(data: Path) -> FlaskClient:
    return create_app(SiteSettings(data=data), queries=None).test_client()


def address(name: str) -> str:
    return f"/doc/external?iri={quote(E + name, safe='')}"


def section(text: str, heading: str) -> str:
    """The section with that heading, which stands before the folded statements."""
    return text.split('<details class="all"')[0].split(f"{heading} <span")[1].split("</section>")[0]


def test_an_occupation_shows_its_skills_by_name(client: FlaskClient) -> None:
    german = section(client.get(address("job"), headers=HTML).text, "Wesentliche Fähigkeiten und Kenntnisse")
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', german) == [
        (address("zeal"), "Eifer &lt;b&gt;"),
        (address("oil"), "Öl &amp; Fett"),
    ]
    english = client.get(address("job"), headers={**HTML, "Accept-Language": "en"}).text
    assert re.findall(r">(\w+)</a>", section(english, "Essential skills and knowledge")) == ["oil", "zeal"]


def test_a_skill_shows_the_occupations_that_need_it(client: FlaskClient) -> None:
    text = client.get(address("oil"), headers=HTML).text
    assert f'<a href="{address("job")}">Köchin</a>' in section(
        text, "Wesentlich für diese Berufe und Fähigkeiten"
    )
    assert "Optional für" not in text.split('<details class="all"')[0]


def test_long_lists_lead_on_until_every_member_was_there_once(client: FlaskClient) -> None:
    seen: list[str] = []
    target: str | None = address("job")
    while target:
        text = client.get(target, headers=HTML).text
        part = section(text, "Optionale Fähigkeiten und Kenntnisse")
        seen += re.findall(r">(Kunst \d+)</a>", part)
        found = re.search(r'<a rel="next" href="([^"#]+)#relatedOptionalSkill">und (\d+) weitere</a>', part)
        assert (found is None) == (len(seen) == MANY)
        assert found is None or int(found[2]) == MANY - len(seen)
        assert ("Wesentliche" in text.split('<details class="all"')[0]) == (target == address("job"))
        target = found[1].replace("&amp;", "&") if found else None
    assert seen == [f"Kunst {number:03}" for number in range(MANY)]
    assert client.get(address("job") + "&page=4", headers=HTML).status_code == 404
    assert client.get(address("oil") + "&page=2", headers=HTML).status_code == 404


def test_a_page_with_hundreds_of_skills_needs_few_statements(
    data: Path, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with statements() as told:
        client = create_app(SiteSettings(data=data), queries=None).test_client()
        assert client.get(address("job"), headers=HTML).status_code == 200
    assert 0 < len(told) <= MOST_STATEMENTS, told


def test_other_names_in_the_language_of_the_page_stand_below_the_title(client: FlaskClient) -> None:
    head = client.get(address("job"), headers=HTML).text.split("</h1>")[1].split("<section")[0]
    assert "Auch genannt:" in head
    assert "byname" not in head
    said, folded = head.split("<details")
    assert (said.count("Beiname"), folded.count("Beiname")) == (OPEN_NAMES, NAMES - OPEN_NAMES)
    assert f"und {NAMES - OPEN_NAMES} weitere" in folded
    other = client.get(address("oil"), headers=HTML).text.split("</h1>")[1].split("<section")[0]
    assert "Auch genannt" not in other
    assert "grease" not in other
