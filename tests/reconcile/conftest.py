"""A release of what is shipped, served in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app

FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix x: <http://other.example/> .

x:scheme a skos:ConceptScheme ; skos:prefLabel "Berufe"@de ; dcterms:title "Berufe"@de ;
    dcterms:rightsHolder <http://other.example/> ; dcterms:creator <http://other.example/> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; skos:hasTopConcept x:crafts .
x:crafts a skos:Concept ; skos:inScheme x:scheme ; skos:topConceptOf x:scheme ; skos:prefLabel "Handwerk"@de ;
    skos:narrower x:baker .
x:baker a skos:Concept ; skos:inScheme x:scheme ; skos:broader x:crafts ; skos:prefLabel "Bäcker/Bäckerin"@de ;
    skos:altLabel "Backmeister"@de , "=cmd()"@de ; skos:notation "7512" ;
    skos:exactMatch <http://nowhere.example/baker> .
"""


MANY = 1020
"""Concepts of one name: more than are read for one way of matching, and below one concept more than JSKOS has on a page."""

CROWDED = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix g: <http://garden.example/> .

g:flowers a skos:ConceptScheme ; skos:prefLabel "Blumen"@de ; dcterms:title "Blumen"@de ; dcterms:creator <http://garden.example/> ;
    dcterms:rightsHolder <http://garden.example/> ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    skos:hasTopConcept g:flower .
g:hedges a skos:ConceptScheme ; skos:prefLabel "Hecken"@de ; dcterms:title "Hecken"@de ; dcterms:creator <http://garden.example/> ;
    dcterms:rightsHolder <http://garden.example/> ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    skos:hasTopConcept g:hedge .
g:flower a skos:Concept ; skos:inScheme g:flowers ; skos:topConceptOf g:flowers ; skos:prefLabel "Blume"@de .
g:hedge a skos:Concept ; skos:inScheme g:hedges ; skos:topConceptOf g:hedges ; skos:prefLabel "Hecke"@de ;
    skos:narrower g:thorn ; skos:related g:flower .
g:thorn a skos:Concept ; skos:inScheme g:hedges ; skos:prefLabel "Dorn"@de .
g:hip a skos:Concept ; skos:inScheme g:flowers , g:hedges ; skos:broader g:hedge ;
    skos:prefLabel "Rose, die im Herbst Hagebutten trägt"@de .
"""


def crowded() -> str:
    """Turtle of a garden: many roses in one scheme, one of which is in another scheme too."""
    roses = (
        f'g:rose{number} a skos:Concept ; skos:inScheme g:flowers ; skos:prefLabel "Rose {number}"@de ; '
        "skos:broader g:flower ."
        for number in range(MANY)
    )
    groups = (
        f'g:bed{number} a skos:Collection ; skos:prefLabel "Beet {number}"@de ; skos:member g:hip .'
        for number in range(5)
    )
    bed = 'g:between a skos:Concept ; skos:inScheme g:flowers ; skos:broader g:flower ; skos:prefLabel "Beet aller Arten"@de .'
    row = ", ".join(f"g:rose{number}" for number in range(230))
    rows = f"""g:row a skos:Collection ; skos:prefLabel "Reihe"@de ; skos:member {row} .
        g:queue a skos:OrderedCollection ; skos:prefLabel "Schlange"@de ; skos:member {row} ;
            skos:memberList ({row.replace(",", "")}) ."""
    return "\n".join((CROWDED, *roses, *groups, bed, rows))


@pytest.fixture(scope="session")
def garden(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> FlaskClient:
    """The site of a release with a crowded scheme."""
    data = tmp_path_factory.mktemp("garden") / "data"
    publish_turtle(data, crowded(), version="first", date="2026-11-20")
    return create_app(SiteSettings(data=data), queries=None).test_client()


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("crosswalk")
    source = folder / "foreign.ttl"
    source.write_text(FOREIGN, "utf-8")
    dataset = assemble([source], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    assert report.conforms(), report.results
    write_release(
        dataset, report, data=folder / "data", base=DEFAULT_BASE, version="first", date="2026-11-20"
    )
    return create_app(SiteSettings(data=folder / "data"), queries=None).test_client()
