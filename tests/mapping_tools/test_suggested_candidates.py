"""What speaks for a correspondence is found: labels, notations, hierarchy, levels, definitions; and said."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.mapping import Candidate, Vocabulary, exact_labels, read_set, suggest, suggested_set, write_set
from slm_graph.mapping.likeness import Comparison
from slm_graph.mapping.wording import Splitter, fold, joined, stem
from slm_graph.namespaces import SEMAPV

Make = Callable[..., Vocabulary]
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")


def best(found: list[Candidate]) -> dict[str, str]:
    """Name of each subject → name of its first candidate."""
    firsts: dict[str, str] = {}
    for one in found:
        firsts.setdefault(one.subject.iri.rsplit("/", 1)[-1], one.object.iri.rsplit("/", 1)[-1])
    return firsts


OTHERS = {
    "budget": ["Haushaltsplanung@de"],
    "hiring": ["Personalgewinnung@de"],
    "audit": ["Revision der Buchhaltung@de"],
    "travel": ["Reisekosten abrechnen@de"],
}


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("Verträge über Dienstleistungen", "Dienstleistungsverträge"),
        ("Vertraege mit Dienstleistern", "Dienstleistungsverträge"),
        ("Servicelevelmanagement", "Service-Level-Management"),
        ("Schulungen planen", "Schulungsplanung"),
        ("Qualitätssicherung für Software", "Sicherung der Softwarequalität"),
        ("Weiterbildungsmaßnahmen", "Maßnahmen zur Weiterbildung"),
    ],
)  # fmt: skip
def test_german_compounds_umlauts_and_derived_words_meet(vocabulary: Make, label: str, meant: str) -> None:
    # the parts of compounds are known from other labels, as they are in any framework
    parts = {
        "p1": ["Dienstleistung@de"], "p2": ["Vertrag@de"], "p3": ["Service und Level@de"], "p4": ["Management@de"],
        "p5": ["Software@de"], "p6": ["Qualität@de"], "p7": ["Sicherung@de"], "p8": ["Schulung@de"], "p9": ["Planung@de"],
    }  # fmt: skip
    left = vocabulary("left", {"x": [f"{label}@de"], **parts})
    right = vocabulary("right", {**OTHERS, "meant": [f"{meant}@de"]})
    assert best(suggest(left, right))["x"] == "meant"
    assert exact_labels(left, right) == []


def test_a_synonym_is_found_by_the_alternative_label_and_comes_behind_the_same_preferred_one(
    vocabulary: Make,
) -> None:
    left = vocabulary("left", {"x": ["Fehlersuche@de"]})
    right = vocabulary(
        "right", {**OTHERS, "alt": ["Problembehandlung@de", "Fehlersuche@de"], "pref": ["Fehlersuche@de"]}
    )
    assert [one.object.iri.rsplit("/", 1)[-1] for one in suggest(left, right)[:2]] == ["pref", "alt"]


def test_labels_of_different_languages_are_not_taken_for_each_other(vocabulary: Make) -> None:
    left = vocabulary("left", {"x": ["Gift@de", "poison@en"]})
    right = vocabulary(
        "right", {"present": ["gift@en", "Geschenk@de"], "toxin": ["Giftstoff@de", "poison@en"]}
    )
    assert best(suggest(left, right)) == {"x": "toxin"}


def test_frameworks_without_a_common_language_are_compared_by_spelling(vocabulary: Make) -> None:
    left = vocabulary("left", {"x": ["Servicelevel-Management@de"]})
    right = vocabulary("right", {"slm": ["service level management@en"], "other": ["budget planning@en"]})
    assert best(suggest(left, right)) == {"x": "slm"}


def test_labels_without_a_language_are_compared_with_those_of_every_language(vocabulary: Make) -> None:
    left = vocabulary("left", {"x": ["Buchhaltung@de"], "y": ["accounting@en"]})
    right = vocabulary("right", {"b": ["Buchhaltung"], "a": ["accounting"]})
    assert best(suggest(left, right)) == {"x": "b", "y": "a"}


def test_a_speaking_notation_brings_up_what_labels_do_not_and_a_number_does_not(vocabulary: Make) -> None:
    left = vocabulary("left", {"x": ["Servicelevel@de"]}, x={"notations": ("SLMO", "5")})
    right = vocabulary(
        "right", {"code": ["Vereinbarungen@de"], "number": ["Reisekosten@de"]},
        code={"notations": ("slmo",)}, number={"notations": ("5",)},
    )  # fmt: skip
    (found,) = suggest(left, right)
    assert found.object.iri.endswith("/code")
    assert found.evidence.notation == "SLMO"


def test_the_concepts_above_tell_equal_labels_apart(vocabulary: Make) -> None:
    above = {"broader": (URIRef("https://left.example/law"),)}
    left = vocabulary("left", {"law": ["Rechtswesen@de"], "x": ["Beratung@de"]}, x=above)
    right = vocabulary(
        "right", {"tax": ["Steuern@de"], "legal": ["Rechtswesen@de"], "a": ["Beratung@de"], "b": ["Beratung@de"]},
        a={"broader": (URIRef("https://right.example/tax"),)}, b={"broader": (URIRef("https://right.example/legal"),)},
    )  # fmt: skip
    found = [one for one in suggest(left, right) if one.subject.iri.endswith("/x")]
    assert found[0].object.iri.endswith("/b")
    assert found[0].score > found[1].score
    assert dict(found[0].evidence.signs)["above"] == pytest.approx(1.0)


def test_levels_are_compared_by_their_height_on_scales_of_different_length(vocabulary: Make) -> None:
    left = vocabulary(
        "left",
        {"l3": ["Einkauf: Ebene 3@de"], "l7": ["Einkauf: Ebene 7@de"]},
        l3={"level": 3},
        l7={"level": 7},
    )
    right = vocabulary(
        "right",
        {f"n{n}": [f"Einkauf: Niveau {n}@de"] for n in range(1, 6)},
        **{f"n{n}": {"level": n} for n in range(1, 6)},
    )
    assert best(suggest(left, right)) == {"l3": "n2", "l7": "n5"}


def test_definitions_tell_equal_labels_apart(vocabulary: Make) -> None:
    def defined(text: str) -> dict[str, object]:
        from slm_graph.mapping import Label

        return {"definitions": (Label(text, "de", SKOS.definition),)}

    left = vocabulary(
        "left", {"x": ["Steuerung@de"]}, x=defined("Maschinen mit Reglern und Ventilen bedienen")
    )
    right = vocabulary(
        "right", {"a": ["Steuerung@de"], "b": ["Steuerung@de"]},
        a=defined("Vorhaben und Mitarbeitende lenken"), b=defined("Ventile und Regler von Maschinen einstellen"),
    )  # fmt: skip
    assert best(suggest(left, right)) == {"x": "b"}


def test_the_order_of_the_input_does_not_matter(vocabulary: Make) -> None:
    concepts = {f"c{n}": [f"{one} {other}@de"] for n, (one, other) in enumerate(
        (one, other) for one in ("Plan", "Bau", "Kauf", "Test") for other in ("prüfen", "leiten", "ordnen")
    )}  # fmt: skip
    left, right = vocabulary("left", concepts), vocabulary("right", concepts)
    mixed = replace(right, concepts=tuple(random.Random(5).sample(right.concepts, len(right.concepts))))
    assert suggest(left, right) == suggest(left, mixed)


def test_a_concept_is_no_candidate_for_itself_and_top_and_least_score_are_kept(vocabulary: Make) -> None:
    concepts = {name: [f"Prüfung {name}@de"] for name in ("a", "b", "c", "d")}
    one = vocabulary("same", concepts)
    found = suggest(one, one, top=2, min_score=0.0)
    assert all(row.subject.iri != row.object.iri for row in found)
    assert len(found) == 8
    assert suggest(one, one, min_score=1.0) == []


def test_rows_say_what_they_rest_on_and_survive_writing(vocabulary: Make) -> None:
    left = vocabulary("left", {"x": ["Vertrag | prüfen@de"], "y": ["Reise@de"]}, x={"notations": ("VP1",)})
    right = vocabulary("right", {"a": ["Verträge\nprüfen@de"], "b": ["Reise@de"]})
    made = suggested_set(
        suggest(left, right), left, right,
        set_id=URIRef("https://sets.example/s"), license=CC0, title="Probe", language="de",
    )  # fmt: skip
    assert read_set(write_set(made), name="s").mappings == made.mappings
    rows = {row.subject.rsplit("/", 1)[-1]: row for row in made.mappings}
    assert rows["y"].justification == SEMAPV.LexicalMatching
    assert rows["x"].justification == SEMAPV.LexicalSimilarityThresholdMatching or rows["x"].confidence == 1.0
    assert rows["x"].slot("match_string") == ("Vertrag / prüfen", "Verträge prüfen")
    assert rows["x"].slot("subject_match_field") == (str(SKOS.prefLabel),)
    assert "Vorschlag 1; „Vertrag | prüfen“ (prefLabel de)" in str(rows["x"].comment)
    assert {row.tool for row in made.mappings} == {"slm-graph"}
    assert {row.predicate for row in made.mappings} == {SKOS.closeMatch}


def test_the_index_finds_what_comparing_all_pairs_finds() -> None:
    nouns, verbs = (
        ("Anlage", "Vertrag", "Netz", "Kunde", "Rechnung", "Lager"),
        ("prüfen", "planen", "warten", "ordnen"),
    )
    right = [f"{noun} {verb}" for noun in nouns for verb in verbs]
    left = [f"{verb} von {noun}n" for noun in nouns for verb in verbs]
    comparison = Comparison(left, right, language="de")
    for label in left:
        every = max(
            right, key=lambda other: (comparison.compare(label, other).value, [-ord(sign) for sign in other])
        )
        assert comparison.like(label)[0][1].value == comparison.compare(label, every).value


@pytest.mark.parametrize(
    "word", ["", "-", "ss", "Straßenbahnfahrerinnen", "x" * 500, "neue Räume", "日本語", "e\u0301"]
)
def test_any_text_can_be_compared(word: str) -> None:
    comparison = Comparison([word], [word, "anderes"], language="de")
    assert comparison.like(word)[0][0] == word
    assert comparison.like(word)[0][1].same


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_folding_is_idempotent_and_a_label_is_like_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text) or not fold(text).isascii()
    comparison = Comparison([text], [text], language="de")
    assert comparison.compare(text, text).same
    assert 0.0 <= comparison.compare(text, text).value <= 1.0


def test_words_are_known_by_their_stems_in_their_language() -> None:
    assert stem("planung", "de") == stem("planen", "de") == "plan"
    assert stem("verhandlung", "de") == stem("verhandeln", "de") == "verhandl"
    assert stem("managing", "en") == stem("management", "en") == "manag"
    assert stem("planung", "fr") == "planung"
    assert joined("Service-Level-Management") == joined("Servicelevel-Management")


def test_compounds_fall_into_known_words_only() -> None:
    splitter = Splitter(["Vertrag", "Dienstleistung", "Recht"], language="de")
    assert splitter.stems("Dienstleistungsvertragsrecht") == {"dienstleist", "vertrag", "recht"}
    assert splitter.stems("Schulvertrag") == {"schulvertrag"}
    assert Splitter(["service", "level"], language="en").stems("servicelevel") == {"servicelevel"}


def test_labels_that_a_thousand_concepts_share_cost_no_square(vocabulary: Make) -> None:
    def shared(side: str) -> Vocabulary:
        names = [f"{number:04}" for number in range(1500)]
        notations = {name: {"notations": ("n/a",)} for name in names}
        return vocabulary(side, {name: ["weitere Kenntnisse@de"] for name in names}, **notations)

    found = suggest(shared("left"), shared("right"), top=1)
    assert {one.object.iri for one in found} == {URIRef("https://right.example/0000")}
    assert len(found) == 1500


def test_a_word_of_one_letter_is_split_in_no_time() -> None:
    splitter = Splitter(["e" * length for length in range(4, 30)], language="de")
    assert splitter.stems("e" * 60) != frozenset()
