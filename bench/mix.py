"""The twelve queries that `bench.sparql` asks, how often each is asked in a hundred, and what is right to answer.

Right is what the generator says, counted here without any engine: a query has several wordings (other concepts, other
words), and each comes with the rows it must give.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench import generate

_TRIPLE = re.compile(r"(\S+) (\S+) (.+) \.\n")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SLM = generate.BASE + "ontology#"
_PREFIXES = f"PREFIX skos: <{_SKOS}>\nPREFIX slm: <{_SLM}>\n"
_MATCH = "skos:exactMatch|skos:closeMatch"

Row = tuple[str, ...]
"""Terms as N-Triples write them."""


class Facts:
    """The generated statements, by predicate and subject."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.of: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for line in lines:
            found = _TRIPLE.fullmatch(line)
            if found is None:
                raise ValueError(f"not N-Triples as generated: {line}")
            self.of[found[2]][found[1]].append(found[3])

    def values(self, predicate: str, subject: str, *, language: str | None = None) -> list[str]:
        values = self.of[f"<{predicate}>"].get(subject, [])
        return values if language is None else [value for value in values if value.endswith(f'"@{language}')]

    def about(self, subject: str) -> set[Row]:
        """Every statement about `subject`."""
        return {(subject, p, o) for p, rows in self.of.items() for o in rows.get(subject, ())}

    def members(self, scheme: str) -> list[str]:
        return [s for s, schemes in self.of[f"<{_SKOS}inScheme>"].items() if scheme in schemes]


@dataclass(frozen=True, slots=True)
class Wording:
    """One query and its right answer."""

    text: str
    right: frozenset[Row]
    in_order: tuple[Row, ...] | None = None
    """The rows in their order, where the query asks for one."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of the twelve."""

    name: str
    weight: int
    """How many of a hundred questions are this one; our estimate of a site's day: most look up or type."""
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the questions are about: the scheme asked for, concepts to look up, parents, words."""

    scheme: str
    concepts: tuple[str, ...]
    parents: tuple[str, ...]
    offsets: tuple[int, ...]


SKILLS = Subject(
    f"<{generate.BASE}id/bench>",
    tuple(f"<{generate.BASE}id/bench/S{number:03}_{number % 7 + 1}>" for number in range(0, 150, 15)),
    tuple(f"<{generate.BASE}id/bench/S{number:03}>" for number in (3, 58, 111)),
    (0, 200, 1000),
)
CONCEPTS = Subject(
    f"<{generate.BASE}id/wide>",
    tuple(f"<{generate.BASE}id/wide/c{number}>" for number in range(20, generate.CONCEPTS, 1_700)),
    tuple(f"<{generate.BASE}id/wide/c{number}>" for number in (2, 4, generate.WIDEST + 77)),
    (0, 200, 10_000),
)

_WORDS = ("bababa", "konzept", "melran", "tuso")
"""Two of them stand at the beginning of names, one in few, one nowhere."""


def look_ups(subject: Subject, count: int = 150) -> list[str]:
    """Cheap look-ups, no two alike."""
    scheme = subject.scheme[1:-1]
    if subject is SKILLS:
        concepts = [
            f"<{scheme}/S{number:03}_{number % 7 + 1}>" for number in range(min(count, generate.SKILLS))
        ]
    else:
        concepts = [f"<{scheme}/c{number * 97 % generate.CONCEPTS}>" for number in range(count)]
    return [_label_query(concept) for concept in concepts]


def _label_query(concept: str) -> str:
    return f"{_PREFIXES}SELECT ?label WHERE {{ {concept} skos:prefLabel ?label }}"


def questions(facts: Facts, subject: Subject) -> list[Question]:
    """The twelve, with what is right to answer."""
    scheme, concepts, parents = subject.scheme, subject.concepts, subject.parents
    labels = {
        concept: {tag: facts.values(_SKOS + "prefLabel", concept, language=tag)[0] for tag in ("de", "en")}
        for concept in facts.members(scheme)
    }
    return [
        Question("label look-up", 20, tuple(
            _set(_label_query(c), ((v,) for v in facts.values(_SKOS + "prefLabel", c))) for c in concepts
        )),
        Question("describe", 20, tuple(
            _set(f"DESCRIBE {c}", facts.about(c)) for c in concepts
        )),
        Question("subtree", 8, tuple(
            _set(
                f'{_PREFIXES}SELECT ?x ?label WHERE {{ ?x skos:broader+ {p} ; skos:prefLabel ?label FILTER(LANG(?label) = "en") }}',
                ((c, labels[c]["en"]) for c in _below(facts, p)),
            )
            for p in parents
        )),
        Question("all level-5 definitions", 4, tuple(
            _set(
                f'{_PREFIXES}SELECT ?x ?text WHERE {{ ?x skos:inScheme {SKILLS.scheme} ; slm:levelNumber 5 ; skos:definition ?text FILTER(LANG(?text) = "{tag}") }}',
                (
                    (c, text)
                    for c in facts.of[f"<{_SLM}levelNumber>"]
                    if facts.values(_SLM + "levelNumber", c)[0].startswith('"5"')
                    for text in facts.values(_SKOS + "definition", c, language=tag)
                ),
            )
            for tag in ("de", "en")
        )),
        Question("mapping chain", 8, tuple(
            _set(
                f"{_PREFIXES}SELECT ?one ?two WHERE {{ {c} {_MATCH} ?one . ?one {_MATCH} ?two }}",
                ((one, two) for one in _matches(facts, c) for two in _matches(facts, one)),
            )
            for c in concepts
        )),
        Question("CONTAINS", 4, tuple(
            _set(
                f'{_PREFIXES}SELECT ?x ?label WHERE {{ ?x skos:inScheme {scheme} ; skos:prefLabel ?label FILTER(LANG(?label) = "de" && CONTAINS(LCASE(STR(?label)), "{word}")) }}',
                ((c, label["de"]) for c, label in labels.items() if word in _plain(label["de"]).lower()),
            )
            for word in _WORDS
        )),
        Question("REGEX", 2, tuple(
            _set(
                f'{_PREFIXES}SELECT ?x ?label WHERE {{ ?x skos:inScheme {scheme} ; skos:prefLabel ?label FILTER(LANG(?label) = "en" && REGEX(STR(?label), "{pattern}", "i")) }}',
                ((c, label["en"]) for c, label in labels.items() if re.search(pattern, _plain(label["en"]), re.IGNORECASE)),
            )
            for pattern in ("^ba.*(test|teach)ing .*7", "so[a-z]+ (advice|design) [0-9]*3$")
        )),
        Question("aggregation", 4, (_set(
            f"{_PREFIXES}SELECT ?language (COUNT(?label) AS ?count) WHERE {{ ?x skos:inScheme {scheme} ; skos:prefLabel ?label }} GROUP BY (LANG(?label) AS ?language)",
            (
                (f'"{tag}"', f'"{sum(len(facts.values(_SKOS + "prefLabel", c, language=tag)) for c in labels)}"^^<http://www.w3.org/2001/XMLSchema#integer>')
                for tag in ("de", "en", *(() if subject is SKILLS else ("fr", "es")))
            ),
        ),)),
        Question("CONSTRUCT of a category", 6, tuple(_category(facts, subject, place) for place in range(3))),
        Question("ordered paging", 6, tuple(_page(facts, labels, scheme, offset) for offset in subject.offsets)),
        Question("autocomplete", 14, tuple(_typed(labels, scheme, word) for word in ("ba", "mel", "tuso", "xyz"))),
        Question("mapping closure", 4, tuple(
            _set(
                f"{_PREFIXES}SELECT DISTINCT ?x WHERE {{ {c} ({_MATCH}|^skos:exactMatch|^skos:closeMatch)+ ?x }}",
                (
                    # from any of the three, along either direction, all three are reached, itself among them
                    (each,) for each in {c, *_matches(facts, c), *(two for one in _matches(facts, c) for two in _matches(facts, one))}
                ),
            )
            for c in concepts
        )),
    ]  # fmt: skip


def _set(text: str, rows: Iterable[Row]) -> Wording:
    return Wording(text, frozenset(rows))


def _plain(literal: str) -> str:
    return literal.rpartition('"')[0][1:]


def _matches(facts: Facts, subject: str) -> list[str]:
    return [value for kind in ("exactMatch", "closeMatch") for value in facts.values(_SKOS + kind, subject)]


def _below(facts: Facts, parent: str) -> set[str]:
    found: set[str] = set()
    waiting = [parent]
    while waiting:
        for child in facts.values(_SKOS + "narrower", waiting.pop()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _category(facts: Facts, subject: Subject, place: int) -> Wording:
    """Of the skills: those of an area with their levels' names; of the concepts: what hangs below one of the second storey."""
    if subject is not SKILLS:
        parent = f"<{generate.BASE}id/wide/c{place + 1}>"
        text = f"{_PREFIXES}CONSTRUCT {{ ?x ?p ?o }} WHERE {{ ?x skos:broader {parent} ; ?p ?o }}"
        return _set(
            text, (row for child in facts.values(_SKOS + "narrower", parent) for row in facts.about(child))
        )
    area = f'"Area {place}"@en'
    text = (
        f"{_PREFIXES}CONSTRUCT {{ ?x skos:narrower ?y . ?y skos:prefLabel ?label }} "
        f"WHERE {{ ?x slm:category {area} ; skos:narrower ?y . ?y skos:prefLabel ?label }}"
    )
    rows: list[Row] = []
    for skill, areas in facts.of[f"<{_SLM}category>"].items():
        for level in facts.values(_SKOS + "narrower", skill) if area in areas else ():
            rows.append((skill, f"<{_SKOS}narrower>", level))
            rows += [
                (level, f"<{_SKOS}prefLabel>", label) for label in facts.values(_SKOS + "prefLabel", level)
            ]
    return _set(text, rows)


def _page(facts: Facts, labels: dict[str, dict[str, str]], scheme: str, offset: int) -> Wording:
    text = (
        f"{_PREFIXES}SELECT ?x ?notation ?label WHERE {{ ?x skos:inScheme {scheme} ; skos:notation ?notation ; skos:prefLabel ?label "
        f'FILTER(LANG(?label) = "de") }} ORDER BY ?notation LIMIT 20 OFFSET {offset}'
    )
    rows = sorted(
        ((c, facts.values(_SKOS + "notation", c)[0], label["de"]) for c, label in labels.items()),
        key=lambda row: _plain(row[1]),
    )
    return _ordered(text, rows[offset : offset + 20])


def _typed(labels: dict[str, dict[str, str]], scheme: str, word: str) -> Wording:
    text = (
        f"{_PREFIXES}SELECT ?x ?label WHERE {{ ?x skos:inScheme {scheme} ; skos:prefLabel ?label "
        f'FILTER(LANG(?label) = "de" && STRSTARTS(LCASE(STR(?label)), "{word}")) }} ORDER BY STR(?label) ?x LIMIT 10'
    )
    rows = [(c, label["de"]) for c, label in labels.items() if _plain(label["de"]).lower().startswith(word)]
    return _ordered(text, sorted(rows, key=lambda row: (_plain(row[1]), row[0]))[:10])


def _ordered(text: str, rows: Sequence[Row]) -> Wording:
    return Wording(text, frozenset(rows), tuple(rows))


FRAMEWORKS: dict[str, tuple[Subject, tuple[Callable[[], Iterable[str]], ...]]] = {
    "150 × 7": (SKILLS, (generate.skills, generate.links)),
    "17,000": (CONCEPTS, (generate.skills, generate.links, generate.concepts, generate.wording)),
}
"""What is measured on: the name in the table, what is asked about, and the sources of the release."""
