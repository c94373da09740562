"""Frameworks of any size for tests and measurements, the same every time. `python -m bench.generate KIND FILE.nt`

KIND `skills`: 150 skills at 7 levels, German and English. KIND `concepts`: 17,000 concepts in four languages, a tree of
four storeys with one parent of 5,000 children. KIND `links`: categories of the skills and their mappings, by way of one
vocabulary to another. KIND `wording`: what makes the concepts a million statements. The last two belong to the first two.
Names are made of syllables: nobody's wording, and as long as real ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

BASE = "https://w3id.org/slm-graph/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TERMS = "http://purl.org/dc/terms/"
_SLM = BASE + "ontology#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

LANGUAGES = ("de", "en", "fr", "es")

SKILLS, LEVELS = 150, 7
"""As many as the largest frameworks of skills with levels."""

CONCEPTS = 17_000
"""As many as ESCO has skills and occupations."""

WIDEST = 5_000
"""Children of one parent: a careless list, and what a tree must bear."""

_SYLLABLES = (
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "mä",
    "ne",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "kö",
    "ze",
    "hü",
    "pa",
    "sti",
    "ran",
    "mel",
    "dor",
)
_DOINGS = {
    "de": ("planen", "prüfen", "warten", "entwerfen", "messen", "verbessern", "erklären", "betreiben", "absichern", "beraten"),
    "en": ("planning", "testing", "maintenance", "design", "measurement", "improvement", "teaching", "operation", "protection", "advice"),
    "fr": ("planifier", "tester", "entretenir", "concevoir", "mesurer", "améliorer", "expliquer", "exploiter", "protéger", "conseiller"),
    "es": ("planificar", "probar", "mantener", "diseñar", "medir", "mejorar", "explicar", "operar", "proteger", "asesorar"),
}  # fmt: skip


def noun(number: int) -> str:
    """A made-up noun, another one for every number below 8,000."""
    count = len(_SYLLABLES)
    mixed = number * 7919 % count**3  # prime, so that neighbours differ from the first letter on
    return "".join(_SYLLABLES[mixed // count**place % count] for place in range(3)).capitalize()


def name(number: int, language: str) -> str:
    """What concept `number` is called."""
    doings = _DOINGS[language]
    return f"{noun(number % len(_SYLLABLES) ** 3)} {doings[number // 3 % len(doings)]} {number}"


def _iri(value: str) -> str:
    return f"<{value}>"


def _text(value: str, language: str | None = None) -> str:
    return f'"{value}"' + (f"@{language}" if language else "")


def _line(subject: str, predicate: str, *objects: str) -> Iterator[str]:
    return (f"<{subject}> <{predicate}> {one} .\n" for one in objects)


def _scheme(iri: str, notation: str, title: str, languages: tuple[str, ...]) -> Iterator[str]:
    agent = _iri(BASE + "agent/slm-graph")
    yield from _line(iri, _TYPE, _iri(_SLM + "Framework"), _iri(_SKOS + "ConceptScheme"))
    for predicate in (_SKOS + "prefLabel", _TERMS + "title"):
        yield from _line(iri, predicate, *(_text(f"{title} ({tag})", tag) for tag in languages))
    yield from _line(iri, _SKOS + "notation", _text(notation))
    yield from _line(iri, _TERMS + "creator", agent)
    yield from _line(iri, _TERMS + "rightsHolder", agent)
    yield from _line(iri, _TERMS + "license", _iri("https://creativecommons.org/publicdomain/zero/1.0/"))
    yield from _line(iri, _TERMS + "language", *(_text(tag) for tag in languages))


def _concept(iri: str, scheme: str, notation: str, names: dict[str, str]) -> Iterator[str]:
    yield from _line(iri, _TYPE, _iri(_SKOS + "Concept"))
    yield from _line(iri, _SKOS + "inScheme", _iri(scheme))
    yield from _line(iri, _SKOS + "notation", _text(notation))
    yield from _line(iri, _SKOS + "prefLabel", *(_text(value, tag) for tag, value in names.items()))


def _wording(iri: str, texts: dict[str, str]) -> Iterator[str]:
    yield from _line(iri, _SKOS + "definition", *(_text(value, tag) for tag, value in texts.items()))
    yield from _line(iri, _TERMS + "provenance", *(_iri(f"{BASE}id/statement/short-{tag}") for tag in texts))


def skills(count: int = SKILLS, levels: int = LEVELS) -> Iterator[str]:
    """N-Triples of `count` skills at `levels` levels of the shipped scale, with definitions."""
    scheme = BASE + "id/bench"
    yield from _scheme(scheme, "BENCH", "Bench", ("de", "en"))
    for number in range(count):
        skill = f"{scheme}/S{number:03}"
        names = {tag: name(number, tag) for tag in ("de", "en")}
        yield from _concept(skill, scheme, f"S{number:03}", names)
        yield from _line(skill, _TYPE, _iri(_SLM + "Skill"))
        yield from _wording(skill, {tag: _sentence(number, 0, tag) for tag in names})
        yield from _line(skill, _SKOS + "topConceptOf", _iri(scheme))
        yield from _line(scheme, _SKOS + "hasTopConcept", _iri(skill))
        for level in range(1, levels + 1):
            iri = f"{skill}_{level}"
            word = {"de": "Ebene", "en": "level"}
            at = {tag: f"{value}: {word[tag]} {level}" for tag, value in names.items()}
            yield from _concept(iri, scheme, f"S{number:03}_{level}", at)
            yield from _line(iri, _TYPE, _iri(_SLM + "SkillLevel"))
            yield from _wording(iri, {tag: _sentence(number, level, tag) for tag in names})
            yield from _line(iri, _SKOS + "broader", _iri(skill))
            yield from _line(skill, _SKOS + "narrower", _iri(iri))
            yield from _line(iri, _SLM + "skill", _iri(skill))
            yield from _line(skill, _SLM + "skillLevel", _iri(iri))
            yield from _line(iri, _SLM + "level", _iri(f"{BASE}id/sfia/level/{level}"))
            yield from _line(skill, _SLM + "definedAtLevel", _iri(f"{BASE}id/sfia/level/{level}"))
            yield from _line(iri, _SLM + "levelNumber", f'"{level}"^^<{_XSD}integer>')
            yield from _line(iri, _SLM + "typicallyObserved", f'"true"^^<{_XSD}boolean>')


def _sentence(number: int, level: int, language: str) -> str:
    """Words that a definition is made of: more of them at higher levels, most of them shared with the one below."""
    parts = [name(number * 13 + place, language) for place in range(4 + 2 * level)]
    return ", ".join(parts) + f" ({number}.{level})."


def concepts(
    count: int = CONCEPTS, widest: int = WIDEST, languages: tuple[str, ...] = LANGUAGES
) -> Iterator[str]:
    """N-Triples of `count` concepts: ten at the top, one of them with `widest` children, the rest a tree of thirties."""
    scheme = BASE + "id/wide"
    yield from _scheme(scheme, "WIDE", "Wide", languages)
    for number in range(count):
        iri = f"{scheme}/c{number}"
        yield from _concept(iri, scheme, f"c{number}", {tag: name(number, tag) for tag in languages})
        if number < 10:
            yield from _line(iri, _SKOS + "topConceptOf", _iri(scheme))
            yield from _line(scheme, _SKOS + "hasTopConcept", _iri(iri))
            continue
        above = 0 if number < 10 + widest else 1 + (number - 10 - widest) // 30
        parent = f"{scheme}/c{above if above < 10 else above + widest}"
        yield from _line(iri, _SKOS + "broader", _iri(parent))
        yield from _line(parent, _SKOS + "narrower", _iri(iri))


CATEGORIES = 10
"""Of the skills; fifteen in each."""

OTHERS = ("https://one.example/", "https://two.example/")
"""Two vocabularies of others, of which only the mappings are here."""


def links(count: int = SKILLS, levels: int = LEVELS) -> Iterator[str]:
    """N-Triples that go with `skills`: categories, and mappings of skill levels to one vocabulary and on to another."""
    scheme = BASE + "id/bench"
    for number in range(count):
        skill = f"{scheme}/S{number:03}"
        category = number % CATEGORIES
        yield from _line(
            skill, _SLM + "category", _text(f"Bereich {category}", "de"), _text(f"Area {category}", "en")
        )
        for level in range(1, levels + 1):
            one, two = (f"{other}{number}-{level}" for other in OTHERS)
            yield from _line(f"{skill}_{level}", _SKOS + "exactMatch", _iri(one))
            yield from _line(one, _SKOS + "exactMatch", _iri(two))


_MANY = 8
"""Alternative labels a concept and language: what lifts 17,000 concepts to a million statements; ESCO has as many."""


def wording(count: int = CONCEPTS, languages: tuple[str, ...] = LANGUAGES) -> Iterator[str]:
    """N-Triples that go with `concepts`: alternative and hidden labels, definitions, notes, dates, mappings, neighbours."""
    scheme = BASE + "id/wide"
    for number in range(count):
        iri = f"{scheme}/c{number}"
        for tag in languages:
            others = (
                _text(f"{name(number * 31 + place * 977 + 1, tag)} ({number})", tag) for place in range(_MANY)
            )
            yield from _line(iri, _SKOS + "altLabel", *others)
            yield from _line(iri, _SKOS + "hiddenLabel", _text(f"{noun(number)}{number}", tag))
            yield from _line(iri, _SKOS + "scopeNote", _text(_sentence(number, 0, tag), tag))
        yield from _wording(iri, {tag: _sentence(number, 1, tag) for tag in languages})
        yield from _line(
            iri, _TERMS + "modified", f'"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"^^<{_XSD}date>'
        )
        one, two = (f"{other}c{number}" for other in OTHERS)
        yield from _line(iri, _SKOS + "closeMatch", _iri(one))
        yield from _line(one, _SKOS + "exactMatch", _iri(two))


KINDS: dict[str, Callable[..., Iterator[str]]] = {
    "skills": skills,
    "concepts": concepts,
    "links": links,
    "wording": wording,
}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("kind", choices=tuple(KINDS))
    options.add_argument("file", type=Path, help="N-Triples to write")
    options.add_argument("--count", type=int, help="of skills or concepts")
    given = options.parse_args()
    make = KINDS[given.kind]
    with given.file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(make(given.count) if given.count else make())


if __name__ == "__main__":
    main()
