"""Pairs of vocabularies cut out of the official ESCO CSV files, of which the right mapping is known.

IRIs are hidden: the two sides of a concept get IRIs of their own in `https://left.example/` and `https://right.example/`.
Definitions and notations are left out, as they are the same on both sides and would give the answer away.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.mapping.vocabularies import Concept, Label, Vocabulary

V111 = "esco-1.1.1-csv-en.zip"
V120 = "esco-1.2.0-csv-de-en.zip"
LEFT, RIGHT = "https://left.example/", "https://right.example/"

Texts = dict[str, tuple[str, list[str]]]
"""Concept IRI → preferred label, alternative labels."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two vocabularies and the pairs of IRIs that are right."""

    name: str
    left: Vocabulary
    right: Vocabulary
    right_pairs: frozenset[tuple[URIRef, URIRef]]


def _rows(archive: zipfile.ZipFile, name: str) -> Iterable[dict[str, str]]:
    with archive.open(name) as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))


def labels(path: Path, language: str, *, kind: Callable[[str], bool] = lambda _: True) -> Texts:
    """The labels of every concept the archive has in the language; `kind` chooses files by name."""
    found: Texts = {}
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(f"_{language}.csv") or name.startswith("conceptSchemes") or not kind(name):
                continue
            for row in _rows(archive, name):
                if "conceptUri" not in row or not (row.get("preferredLabel") or "").strip():
                    continue
                preferred = row["preferredLabel"].strip()
                alternatives = [
                    part.strip()
                    for line in (row.get("altLabels") or "").splitlines()
                    for part in line.split(" | ")
                ]
                found.setdefault(row["conceptUri"], (preferred, [part for part in alternatives if part]))
    return found


def broader(path: Path) -> dict[str, list[str]]:
    """Concept IRI → the IRIs above it."""
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in ("broaderRelationsSkillPillar_en.csv", "broaderRelationsOccPillar_en.csv"):
            for row in _rows(archive, name):
                found.setdefault(row["conceptUri"], []).append(row["broaderUri"])
    return found


def _distinct(alternatives: list[str], *others: str) -> list[str]:
    """Those that are no other label of the concept, case aside."""
    seen = {other.casefold() for other in others}
    return [one for one in dict.fromkeys(alternatives) if one.casefold() not in seen]


def _vocabulary(side: str, said: dict[str, list[Label]], above: dict[str, list[str]]) -> Vocabulary:
    number = {
        iri: index for index, iri in enumerate(sorted(said, key=lambda iri: (side, hash_of(side + iri))))
    }

    def hidden(iri: str) -> URIRef:
        return URIRef(f"{side}{number[iri]}")

    return Vocabulary(
        tuple(
            Concept(
                hidden(iri),
                tuple(said[iri]),
                broader=tuple(sorted(hidden(parent) for parent in above.get(iri, ()) if parent in said)),
            )
            for iri in sorted(said, key=lambda iri: number[iri])
        )
    )


def hash_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def pair(
    name: str, left: dict[str, list[Label]], right: dict[str, list[Label]], above: dict[str, list[str]]
) -> Pair:
    """A pair with hidden IRIs; right are the concepts both sides have."""
    one, other = _vocabulary(LEFT, left, above), _vocabulary(RIGHT, right, above)
    place = {
        iri: index for index, iri in enumerate(sorted(left, key=lambda iri: (LEFT, hash_of(LEFT + iri))))
    }
    its_place = {
        iri: index for index, iri in enumerate(sorted(right, key=lambda iri: (RIGHT, hash_of(RIGHT + iri))))
    }
    both = left.keys() & right.keys()
    return Pair(
        name,
        one,
        other,
        frozenset((URIRef(f"{LEFT}{place[iri]}"), URIRef(f"{RIGHT}{its_place[iri]}")) for iri in both),
    )


def preferred_against_alternative(
    name: str, texts: Texts, language: str, above: dict[str, list[str]]
) -> Pair:
    """Left the preferred labels alone, right the alternative ones that differ, the first of them as preferred."""
    left: dict[str, list[Label]] = {}
    right: dict[str, list[Label]] = {}
    for iri, (preferred, alternatives) in texts.items():
        others = _distinct(alternatives, preferred)
        if others:
            left[iri] = [Label(preferred, language, SKOS.prefLabel)]
            right[iri] = [
                Label(value, language, SKOS.altLabel if number else SKOS.prefLabel)
                for number, value in enumerate(others)
            ]
    return pair(name, left, right, above)


def both_languages(name: str, german: Texts, english: Texts, above: dict[str, list[str]]) -> Pair:
    """Left German preferred and English alternative labels, right the other way round."""
    left: dict[str, list[Label]] = {}
    right: dict[str, list[Label]] = {}
    for iri in german.keys() & english.keys():
        de, de_others = german[iri][0], _distinct(german[iri][1], german[iri][0])
        en, en_others = english[iri][0], _distinct(english[iri][1], english[iri][0])
        if de_others and en_others:
            left[iri] = [
                Label(de, "de", SKOS.prefLabel),
                *(Label(one, "en", SKOS.altLabel) for one in en_others),
            ]
            right[iri] = [
                Label(en, "en", SKOS.prefLabel),
                *(Label(one, "de", SKOS.altLabel) for one in de_others),
            ]
    return pair(name, left, right, above)


def versions(
    name: str, old: Texts, new: Texts, above: dict[str, list[str]], *, alternatives: bool = True
) -> Pair:
    """Left the labels of one version, right those of another, for the concepts that both have."""

    def said(texts: Texts, iri: str) -> list[Label]:
        preferred, others = texts[iri]
        found = [Label(preferred, "en", SKOS.prefLabel)]
        return (
            found + [Label(one, "en", SKOS.altLabel) for one in _distinct(others, preferred)]
            if alternatives
            else found
        )

    both = old.keys() & new.keys()
    return pair(name, {iri: said(old, iri) for iri in both}, {iri: said(new, iri) for iri in both}, above)


def pairs(folder: Path) -> dict[str, Callable[[], Pair]]:
    """Name → pair, read when it is called."""

    def skills(name: str) -> bool:
        return "kill" in name

    def occupations(name: str) -> bool:
        return name.startswith("occupations_")

    old, new = folder / V111, folder / V120
    return {
        "occupations-de-pref-alt": lambda: preferred_against_alternative(
            "occupations, German, preferred against alternative", labels(new, "de", kind=occupations), "de", broader(new)
        ),
        "occupations-en-pref-alt": lambda: preferred_against_alternative(
            "occupations, English, preferred against alternative", labels(new, "en", kind=occupations), "en", broader(new)
        ),
        "skills-de-pref-alt": lambda: preferred_against_alternative(
            "skills labelled in 1.2.0, German, preferred against alternative",
            labels(new, "de", kind=skills), "de", broader(new),
        ),
        "skills-en-pref-alt": lambda: preferred_against_alternative(
            "skills of 1.1.1, English, preferred against alternative", labels(old, "en"), "en", broader(new)
        ),
        "both-languages": lambda: both_languages(
            "occupations and skills, German and English, the other way round",
            labels(new, "de"), labels(new, "en"), broader(new),
        ),
        "versions": lambda: versions("1.1.1 against 1.2.0, English", labels(old, "en"), labels(new, "en"), broader(new)),
        "all-en-pref-alt": lambda: preferred_against_alternative(
            "all of 1.1.1 and 1.2.0, English, preferred against alternative",
            labels(new, "en") | labels(old, "en"), "en", broader(new),
        ),
    }  # fmt: skip
