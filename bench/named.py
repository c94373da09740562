"""What the named queries are asked with on a release: values that find something, taken from the release itself.

Every parameter has several values, the costly ones among them: the widest parent, three letters that many labels have, a
language that no label of ESCO has. The largest framework's own codes and the shipped ones take turns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice
from urllib.parse import urlencode

from slm_graph import resources

Row = dict[str, dict[str, str]]
Ask = Callable[[str], list[Row]]
"""The rows of a SELECT."""

_SKOS = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX slm: <https://w3id.org/slm-graph/ontology#> "
)
_LARGEST = "SELECT ?s (COUNT(*) AS ?n) WHERE { ?c skos:inScheme ?s } GROUP BY ?s ORDER BY DESC(?n) LIMIT 2"
_WIDEST = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?b skos:broader ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 1"
_DEFINED = """SELECT ?code WHERE {
  { SELECT ?s (COUNT(*) AS ?n) WHERE { ?c skos:inScheme ?s ; skos:notation ?any ; skos:definition ?d } GROUP BY ?s ORDER BY DESC(?n) LIMIT 1 }
  ?c skos:inScheme ?s ; skos:notation ?code ; skos:definition ?text .
} ORDER BY ?code LIMIT 3"""
_SKILLS = "SELECT ?code WHERE { ?c a slm:Skill ; skos:notation ?code } ORDER BY DESC(?code) LIMIT 3"
_WORDS = """SELECT ?label WHERE { ?c a skos:Concept ; skos:prefLabel ?label . FILTER(LANG(?label) = "de") }
ORDER BY DESC(?label) LIMIT 3"""


def _column(ask: Ask, query: str, name: str) -> list[str]:
    return [row[name]["value"] for row in ask(_SKOS + query)]


def targets(ask: Ask) -> Mapping[str, tuple[str, ...]]:
    """Name of each shipped query → the paths it is asked by; `ask` answers a SELECT about the release."""
    codes = ["SLMO", "SLMO_5", "A.2", *_column(ask, _DEFINED, "code"), *_column(ask, _SKILLS, "code")]
    schemes = _column(ask, _LARGEST, "s")
    words = [label.split()[0][:6].lower() for label in _column(ask, _WORDS, "label")]
    values: dict[str, list[str]] = {
        "code": codes,
        "text": ["service", "ver", "xyzzy", *words],
        "language": ["de", "en", "fr"],
        "number": ["5", "3"],
        "concept": ["id/sfia/SLMO", *_column(ask, _WIDEST, "c")],
        "framework": ["id/sfia", *schemes],
        "other": ["id/itil4"],
        "minimum_confidence": ["0.3"],
        "relation": ["any"],
    }
    return {
        name: tuple(f"/queries/{name}{asked}" for asked in _asked(query, values))
        for name, query in resources.named_queries().items()
    }


def _asked(query: resources.NamedQuery, values: Mapping[str, list[str]]) -> Iterator[str]:
    """As many times as the parameter with most values has some, the others taking turns."""
    names = [parameter.name for parameter in query.parameters]
    most = max((len(values[name]) for name in names), default=1)
    for row in islice(zip(*(cycle(values[name]) for name in names), strict=True), most) if names else [()]:
        yield f"?{urlencode(dict(zip(names, row, strict=True)))}" if names else ""


def rows(body: bytes) -> list[Row]:
    found: list[Row] = json.loads(body)["results"]["bindings"]
    return found
