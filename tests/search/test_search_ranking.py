"""What a reader means by a few letters: queries and the first hits they should give."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rdflib import RDF, Literal, URIRef
from rdflib.namespace import SKOS

from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE, vocabulary
from slm_graph.search import Filters, Search, fold, write_search

SLM = vocabulary(DEFAULT_BASE)

ID = DEFAULT_BASE + "id/demo/"

CONCEPTS: dict[str, tuple[str, str, str, str]] = {
    # notation: German label, English label, alternative labels (| between), German definition
    "SLMO": (
        "Servicelevel-Management",
        "Service level management",
        "SLM|Dienstgütesteuerung",
        "Zusagen an Kunden aushandeln und einhalten.",
    ),
    "SLMO_5": (
        "Servicelevel-Management: Ebene 5",
        "Service level management: level 5",
        "",
        "Stellt Zusagen sicher.",
    ),
    "SLMO_6": (
        "Servicelevel-Management: Ebene 6",
        "Service level management: level 6",
        "",
        "Steuert alle Zusagen.",
    ),
    "ITMG": ("IT-Management", "IT management", "Informatikleitung", "Leitet den Betrieb."),
    "VEGL": ("Vergleich", "Comparison", "", "Stellt Angebote gegenüber."),
    "DLVB": ("Dienstleistungsvereinbarung", "Service agreement", "DLV", "Was zwei Seiten zugesagt haben."),
    "VTRG": ("Vertragswesen", "Contracts", "Verträge verwalten", "Pflegt Vereinbarungen mit Lieferanten."),
    "DSCH": ("Datenschutz", "Data protection", "", "Personenbezogenes sichern."),
    "SCHZ": ("Schutz von Anlagen", "Asset protection", "", "Sichert Gebäude."),
    "GROS": ("Großhandel", "Wholesale", "", "Handelt mit großen Mengen."),
    "GRSS": ("Grossist", "Wholesaler", "", "Verkauft weiter."),
    "UEBR": ("Übersetzung", "Translation", "", "Überträgt Texte."),
    "ABFL": ("Müllentsorgung", "Waste disposal", "", "Holt Abfall ab."),
    "GAZE": ("Mulltuch", "Gauze", "", "Ein Gewebe."),
    "QUEL": ("Quellenkunde", "Source criticism", "neue Quellen prüfen", "Beurteilt Belege."),
    "CAFE": ("Café führen", "Run a café", "", "Bewirtet Gäste."),
    "JAVA": ("Java", "Java", "", "Eine Sprache für Programme."),
    "JSCR": ("JavaScript", "JavaScript", "", "Eine Sprache für Browser."),
    "SOFT": ("Softwareentwicklung", "Software development", "Programmierung", "Baut Programme."),
    "COST": ("Kalkulation", "Costing", "", "Rechnet Preise aus."),
    "KLKW": ("Brennen von Kalk", "Lime burning", "", "Stellt Baustoffe her."),
    "MOEB": ("Möbelbau", "Cabinet making", "", "Fertigt Schränke."),
    "MOBL": ("Pflege alter Möbel", "Care of old furniture", "", "Erhält Schränke."),
    "NETZ": ("Netzwerke planen", "Network planning", "Planung von Netzen", "Entwirft Netze."),
}


def quads() -> list[Quad]:
    said: list[Quad] = []
    for notation, (german, english, others, definition) in CONCEPTS.items():
        iri = URIRef(ID + notation)
        said += [
            (iri, RDF.type, SKOS.Concept, None),
            (iri, RDF.type, SLM.SkillLevel if "_" in notation else SLM.Skill, None),
            (iri, SKOS.inScheme, URIRef(ID.rstrip("/")), None),
            (iri, SKOS.notation, Literal(notation), None),
            (iri, SKOS.prefLabel, Literal(german, lang="de"), None),
            (iri, SKOS.prefLabel, Literal(english, lang="en"), None),
            (iri, SKOS.definition, Literal(definition, lang="de"), None),
        ]
        said += [
            (iri, SKOS.altLabel, Literal(other, lang="de"), None) for other in others.split("|") if other
        ]
        if "_" in notation:
            said.append((iri, SLM.levelNumber, Literal(int(notation[-1])), None))
    return said


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    path = tmp_path_factory.mktemp("search") / "search.sqlite"
    write_search(quads(), path, base=DEFAULT_BASE)
    return Search(path)


TABLE = [
    ("SLMO", "SLMO", "exact"),
    ("slmo", "SLMO", "exact"),
    ("SLMO_5", "SLMO_5", "exact"),
    ("slmo_6", "SLMO_6", "exact"),
    ("SLM", "SLMO", "prefix"),
    ("Servicelevel-Management", "SLMO", "exact"),
    ("servicelevel", "SLMO", "prefix"),
    ("Servicelevel-Management: Ebene 5", "SLMO_5", "exact"),
    ("ebene 5", "SLMO_5", "word"),
    ("5 ebene", "SLMO_5", "word"),
    ("level 5", "SLMO_5", "word"),
    ("management service", "SLMO", "word"),
    ("manag serv", "SLMO", "word"),
    ("service level management", "SLMO", "exact"),
    ("Dienstgütesteuerung", "SLMO", "exact"),
    ("dienstgute", "SLMO", "fold"),
    ("dienstguete", "SLMO", "fold"),
    ("management", "ITMG", "word"),
    ("Informatik", "ITMG", "prefix"),
    ("leitung", "ITMG", "inside"),
    ("Vereinbarung", "DLVB", "inside"),
    ("vereinbarungen", "VTRG", "text"),
    ("dienstleistung", "DLVB", "prefix"),
    ("DLV", "DLVB", "prefix"),
    ("service agreement", "DLVB", "exact"),
    ("agreement", "DLVB", "word"),
    ("Verträge", "VTRG", "prefix"),
    ("vertraege", "VTRG", "fold"),
    ("vertrage", "VTRG", "fold"),
    ("verwalten vertr", "VTRG", "word"),
    ("vertrag", "VTRG", "prefix"),
    ("contracts", "VTRG", "exact"),
    ("lieferanten", "VTRG", "text"),
    ("Schutz", "SCHZ", "prefix"),
    ("datensch", "DSCH", "prefix"),
    ("protection", "DSCH", "word"),
    ("data prot", "DSCH", "prefix"),
    ("Großhandel", "GROS", "exact"),
    ("grosshandel", "GROS", "fold"),
    ("GROSSHANDEL", "GROS", "fold"),
    ("groß", "GROS", "prefix"),
    ("gross", "GRSS", "prefix"),
    ("handel", "GROS", "inside"),
    ("wholesale", "GROS", "exact"),
    ("wholesaler", "GRSS", "exact"),
    ("über", "UEBR", "prefix"),
    ("uebersetzung", "UEBR", "fold"),
    ("ubersetz", "UEBR", "fold"),
    ("setzung", "UEBR", "inside"),
    ("Müll", "ABFL", "prefix"),
    ("muell", "ABFL", "fold"),
    ("mull", "GAZE", "prefix"),
    ("entsorgung", "ABFL", "inside"),
    ("neue quellen", "QUEL", "prefix"),
    ("quel", "QUEL", "exact"),
    ("cafe", "CAFE", "exact"),
    ("Café", "CAFE", "prefix"),
    ("Java", "JAVA", "exact"),
    ("javas", "JSCR", "prefix"),
    ("script", "JSCR", "inside"),
    ("software", "SOFT", "prefix"),
    ("entwicklung", "SOFT", "inside"),
    ("programmierung", "SOFT", "exact"),
    ("kalk", "KLKW", "word"),
    ("kalku", "COST", "prefix"),
    ("möbel", "MOBL", "word"),
    ("moebel", "MOBL", "fold"),
    ("moebelb", "MOEB", "fold"),
    ("planen netz", "NETZ", "word"),
    ("netzplanung", None, None),
    ("zusagt", None, None),
    ("zugesagt", "DLVB", "text"),
    ("Browser", "JSCR", "text"),
    ("xyzzy", None, None),
]


@pytest.mark.parametrize(("query", "first", "match"), TABLE, ids=[row[0] for row in TABLE])
def test_the_first_hit_is_what_was_meant(
    search: Search, query: str, first: str | None, match: str | None
) -> None:
    page = search.find(query, language="de")
    if first is None:
        assert page.hits == ()
        assert page.total == 0
    else:
        assert str(page.hits[0].iri) == ID + first
        assert page.hits[0].match == match
    assert page.complete


def test_the_folded_spelling_ranks_below_the_exact_one(search: Search) -> None:
    notations = [str(hit.iri)[len(ID) :] for hit in search.find("mull").hits]
    assert notations == ["GAZE", "ABFL"]


def test_whole_words_come_before_words_that_only_begin_so(search: Search) -> None:
    found = [(str(hit.iri)[len(ID) :], hit.match) for hit in search.find("möbel").hits]
    assert found == [("MOBL", "word"), ("MOEB", "prefix")]
    found = [(str(hit.iri)[len(ID) :], hit.match) for hit in search.find("kalk", counted=False, limit=1).hits]
    assert found == [("KLKW", "word")]


def test_a_concept_is_one_hit_by_its_best_match(search: Search) -> None:
    hits = search.find("management").hits
    assert len({hit.iri for hit in hits}) == len(hits)
    assert [hit.kind for hit in search.find("slmo").hits] == ["skill", "skill-level", "skill-level"]


def test_the_readers_language_comes_first_among_equals(search: Search) -> None:
    assert search.find("java", language="en").hits[0].language in ("en", None)
    german, english = (search.find("service level", language=tag).hits[0].value for tag in ("de", "en"))
    assert german == english == "Service level management"


def test_the_places_found_are_those_of_the_original_spelling(search: Search) -> None:
    hit = search.find("muell").hits[0]
    assert [hit.value[start:end] for start, end in hit.spans] == ["Müll"]
    hit = search.find("verwalten vertr").hits[0]
    assert [hit.value[start:end] for start, end in hit.spans] == ["Vertr", "verwalten"]
    hit = search.find("vereinbarung").hits[0]
    assert [hit.value[start:end] for start, end in hit.spans] == ["vereinbarung"]


def test_filters_limit_the_hits(search: Search) -> None:
    assert [hit.kind for hit in search.find("ebene", filters=Filters(level=6)).hits] == ["skill-level"]
    assert {hit.kind for hit in search.find("management", filters=Filters(kinds=("skill",))).hits} == {
        "skill"
    }
    assert search.find("management", filters=Filters(schemes=("https://other.example/",))).total == 0
    assert {hit.language for hit in search.find("service", filters=Filters(language="en")).hits} == {"en"}


def test_a_concept_in_several_schemes_is_found_in_each(tmp_path: Path) -> None:
    both, other = "https://other.example/both", "https://other.example/other"
    said = [(URIRef(ID + "SLMO"), SKOS.inScheme, URIRef(scheme), None) for scheme in (both, other)]
    path = tmp_path / "search.sqlite"
    write_search([*quads(), *said], path, base=DEFAULT_BASE)
    search = Search(path)
    assert [str(hit.iri) for hit in search.find("slmo", filters=Filters(schemes=(both,))).hits] == [
        ID + "SLMO"
    ]
    anywhere = search.find("slmo", filters=Filters(schemes=(both, other, ID.rstrip("/")))).hits
    assert anywhere == search.find("slmo").hits


def test_an_index_that_knows_one_scheme_a_concept_is_searched_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    write_search(quads(), path, base=DEFAULT_BASE)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE member; DROP TABLE scheme; UPDATE meta SET value = '2' WHERE key = 'layout'"
        )
        connection.commit()
    search = Search(path)
    assert search.find("slmo", filters=Filters(schemes=(ID.rstrip("/"),))).hits == search.find("slmo").hits


def test_labels_that_do_not_fit_are_no_hits_and_cost_no_places(search: Search) -> None:
    fitting = search.find("management", limit=2, fits=lambda label: label.startswith("Service"))
    assert len(fitting.hits) == 2
    assert all(hit.value.startswith("Service") for hit in fitting.hits)


def test_pages_follow_each_other_without_gap_or_repeat(search: Search) -> None:
    whole = search.find("e", limit=100)
    parts = [
        hit for start in range(0, whole.total, 3) for hit in search.find("e", limit=3, offset=start).hits
    ]
    assert tuple(parts) == whole.hits


@pytest.mark.parametrize(
    "query", ["", "   ", '"', "*", "AND OR NOT", "(", "a" * 5000, "\x00", "ß" * 300, "-", "🙂", "%_", "NEAR("]
)
def test_no_query_is_an_error(search: Search, query: str) -> None:
    assert search.find(query).total >= 0


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Maß", "mass"), ("MASS", "mass"), ("Öl", "ol"), ("oel", "ol"), ("naïve", "naive"), ("Ærø", "aro")],
)
def test_spellings_taken_for_the_same_fold_to_the_same(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_the_same_quads_give_the_same_bytes(tmp_path: Path) -> None:
    write_search(quads(), tmp_path / "a", base=DEFAULT_BASE)
    write_search(reversed(quads()), tmp_path / "b", base=DEFAULT_BASE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_notation_is_found_whole_and_in_any_case(search: Search) -> None:
    assert search.with_notation("slmo_5") == (URIRef(ID + "SLMO_5"),)
    assert search.with_notation("slmo") == (URIRef(ID + "SLMO"),)
    for other in ("slmo_", "", "Informatikleitung", "%", "x" * 5000):
        assert search.with_notation(other) == ()
