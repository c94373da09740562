"""What the engine's parser says in words of a query that is well-formed and breaks a rule: in German, and better English.

Its own sentences name no variable. The one at fault is found by parsing the query with the first so many of its SELECT's
columns: the last of the fewest with which it fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slm_graph.engine.tokens import Token, tokens
from slm_graph.errors import Text

Parses = Callable[[str], bool]
"""True for a text that is a query. It may be planned, never carried out."""

_UNGROUPED = "The SELECT contains a variable that is unbound"
_UNGROUPED_EXPRESSION = "The SELECT contains an expression with a variable that is unbound"
_TWICE = "Duplicated variable name in SELECT"
_OVERRIDES = "The SELECT overrides an existing variable using an expression"
_STAR = "SELECT * is not authorized with GROUP BY"

_OF_COLUMNS: dict[str, Text] = {
    _UNGROUPED: Text(
        de="{name} steht weder in GROUP BY noch in einem Aggregat wie COUNT",
        en="{name} is neither in GROUP BY nor in an aggregate such as COUNT",
    ),
    _UNGROUPED_EXPRESSION: Text(
        de="der Ausdruck für {name} nennt eine Variable, die weder in GROUP BY noch in einem Aggregat wie COUNT steht",
        en="the expression of {name} has a variable that is neither in GROUP BY nor in an aggregate such as COUNT",
    ),
    _TWICE: Text(de="{name} steht zweimal in SELECT", en="{name} is in SELECT twice"),
    _OVERRIDES: Text(
        de="{name} gibt es schon: nach AS steht ein neuer Name",
        en="{name} is there already: AS takes a new name",
    ),
}
"""Of a column of the SELECT clause."""
_A_VARIABLE = Text(de="eine Variable", en="a variable")
_OTHERS: dict[str, Text] = {
    _STAR: Text(
        de="SELECT * geht nicht mit GROUP BY: die Variablen nennen",
        en="SELECT * does not go with GROUP BY: name the variables",
    ),
    "IRI parsing failed": Text(de="eine IRI ist ungültig", en="an IRI is not valid"),
    "language tag parsing failed": Text(de="ein Sprachkürzel ist ungültig", en="a language tag is not valid"),
    "u escape sequence should be followed by hexadecimal digits": Text(
        de="auf \\u folgt die Nummer eines Zeichens, hexadezimal",
        en="\\u is followed by the number of a character, in hexadecimal",
    ),
    "The query limit should be a non negative integer": Text(
        de="die Zahl nach LIMIT ist zu groß", en="the number after LIMIT is too large"
    ),
    "The query offset should be a non negative integer": Text(
        de="die Zahl nach OFFSET ist zu groß", en="the number after OFFSET is too large"
    ),
    "the only base directions allowed are": Text(
        de="als Schreibrichtung gibt es --ltr und --rtl", en="a base direction is --ltr or --rtl"
    ),
    "Repeated variables are not allowed in VALUES clauses": Text(
        de="eine Variable steht zweimal in VALUES", en="a variable is in VALUES twice"
    ),
    "The VALUES clause rows should have exactly the same number of values": Text(
        de="eine Zeile von VALUES hat nicht so viele Werte, wie es Variablen gibt (ohne Wert: UNDEF)",
        en="a row of VALUES has not as many values as there are variables (without one: UNDEF)",
    ),
    "BIND is overriding an existing variable": Text(
        de="BIND braucht eine Variable, die davor noch nicht steht",
        en="BIND needs a variable that does not stand before it",
    ),
    "Unexpected aggregate": Text(
        de="ein Aggregat wie COUNT steht, wo keines stehen darf",
        en="an aggregate such as COUNT is where none may be",
    ),
}
"""The beginnings of its other sentences."""
_UNKNOWN = Text(de="eine Regel der Sprache ist verletzt", en="a rule of the language is broken")

_CHARACTER_CLASS = re.compile(r"\[[^\[\]]*\]")
_IN_WORDS = re.compile(r"[A-Za-z]{2,} (?:[a-zA-Z]{2,}|\*)")


def rule_broken(reason: str) -> str | None:
    """The first sentence among what the parser would have liked better.

    >>> rule_broken('expected one of "}", TZ, The SELECT contains a variable that is unbound, [_]')
    'The SELECT contains a variable that is unbound'
    """
    short = (
        _CHARACTER_CLASS.sub("", reason.replace("\n", " "))
        .removeprefix("expected one of ")
        .removeprefix("expected ")
    )
    parts = (part.strip().lstrip("\\") for part in short.split(", "))
    return next((part for part in parts if _IN_WORDS.search(part)), None)


def is_known(sentence: str) -> bool:
    """Whether the sentence is one that we have words for: then it says more than the token where the parser ended."""
    return sentence in _OF_COLUMNS or sentence.startswith(tuple(_OTHERS))


def told(sentence: str, query: str, parses: Parses) -> tuple[Text, Token | None]:
    """The sentence in both languages, and the token it is about where that can be found."""
    if sentence in _OF_COLUMNS:
        column = _column_at_fault(query, sentence, parses)
        text = _OF_COLUMNS[sentence]
        de, en = (column.name.text,) * 2 if column else (_A_VARIABLE.de, _A_VARIABLE.en)
        return Text(de=text.de.format(name=de), en=text.en.format(name=en)), column.place(
            sentence
        ) if column else None
    if sentence == _STAR:
        reading = tokens(query)
        star = next((token for token in reading[_select(reading) + 1 :] if token.text == "*"), None)
        return _OTHERS[_STAR], star
    known = next((text for begin, text in _OTHERS.items() if sentence.startswith(begin)), None)
    return known or _UNKNOWN, None


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a SELECT clause: a variable, or an expression in parentheses and its name."""

    first: Token
    name: Token
    end: int

    def place(self, sentence: str) -> Token:
        return self.first if sentence == _UNGROUPED_EXPRESSION else self.name


def _column_at_fault(query: str, sentence: str, parses: Parses) -> _Column | None:
    reading = tokens(query)
    columns = _columns(reading)
    if not columns:
        return None
    start, end = columns[0].first.start, columns[-1].end
    # An aggregate in a later column makes groups of all: without it, the earlier ones would be in order.
    taken = {token.text[1:] for token in reading if token.kind == "variable"}
    fresh = next(name for number in range(len(taken) + 1) if (name := f"n{number}") not in taken)
    grouping = f"(COUNT(*) AS ?{fresh}) " if sentence in (_UNGROUPED, _UNGROUPED_EXPRESSION) else ""
    low, high = 0, len(columns) - 1
    while low < high:
        middle = (low + high) // 2
        if parses(f"{query[:start]} {grouping}{query[start : columns[middle].end]} {query[end:]}"):
            low = middle + 1
        else:
            high = middle
    return columns[low]


def _columns(reading: Sequence[Token]) -> list[_Column]:
    """The columns of the outermost SELECT; none where it is not read with certainty."""
    found: list[_Column] = []
    index = _select(reading) + 1
    while index < len(reading):
        token = reading[index]
        if token.kind == "variable":
            found.append(_Column(token, token, token.end))
        elif token.text == "(":
            first, depth = token, 1
            while depth and index + 1 < len(reading):
                index += 1
                depth += {"(": 1, ")": -1}.get(reading[index].text, 0)
            if reading[index - 1].kind != "variable":
                return []
            found.append(_Column(first, reading[index - 1], reading[index].end))
        elif token.text.upper() not in ("DISTINCT", "REDUCED"):
            break
        index += 1
    return found


def _select(reading: Sequence[Token]) -> int:
    """The place of the first SELECT among the tokens; the last place where there is none."""
    return next(
        (index for index, token in enumerate(reading) if token.text.upper() == "SELECT"), len(reading)
    )
