"""Negotiation as regular expressions: what a web server's configuration can do with a header's text.

A server that can only match compares weights all the same: each offer becomes a *standing*, five digits (the weight in
thousandths, then how exactly the header names the offer) and its name. Of two standings of equal length a pattern with a
back reference finds the greater one, digit by digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slm_graph.formats import Format

_SPACE = r"[ \t]*+"  # possessive here and below: nothing to try again, so no header takes long
_START = rf"(?:^|,){_SPACE}"
_END = r"(?=[;,]|$)"
_WEIGHT = rf"{_SPACE}q{_SPACE}={_SPACE}"
_OTHER = rf"(?:;(?!{_WEIGHT})[^,;]*+)*+"
_GIVEN = rf"(?:;{_WEIGHT}([^,;]*+))?"
_CHARSET = rf'charset{_SPACE}={_SPACE}"?utf-?8"?'
_PROFILE = rf'profile{_SPACE}={_SPACE}"?[^",;]*+"?'
_TOKEN = r"[!#$%&'+.^_`|~0-9a-z-]+"  # noqa: S105  # RFC 9110, 5.6.2, without the star

READABLE = rf"(?i){_START}(?:\*(?:/\*)?|{_TOKEN}/(?:\*|{_TOKEN})){_SPACE}{_END}"
"""A header with at least one readable range; one without any accepts everything."""

NOTHING = "00000none"
"""The standing that every acceptable offer beats."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `pattern` matches, the outcome is `value`; `{1}` and `{2}` in it stand for the pattern's groups."""

    pattern: str
    value: str


def media_type_rules(row: Format) -> tuple[Rule, ...]:
    """From an Accept header to how exactly it names the format, and the text of the weight: the first that fits."""
    type_, name = row.media_type.partition("/")[0], re.escape(row.media_type)
    plain = f"(?:{_CHARSET}|{_PROFILE})" if row.name == "jsonld" else f"(?:{_CHARSET})"
    fulfilled = rf"(?:;{_SPACE}(?:{plain}{_SPACE})?+)*+"
    refusal = rf'(?!;{_WEIGHT}"?0*\.?0*"?{_SPACE}{_END})'
    wide = [rf"(?:{'|'.join(map(re.escape, row.aliases))})"] if row.aliases else []
    exact = rf"(?i){_START}{name}{_SPACE}{_END}{fulfilled}"
    return (
        Rule(
            rf"{exact}(?=,|$)", "5"
        ),  # first: of several ranges for the same the highest holds, and none is above 1
        Rule(rf"{exact}(?<=[; \t])q{_SPACE}={_SPACE}([^,;]*+)", "5{1}"),
        Rule(rf"(?i){_START}{name}{_SPACE}{_END}{_OTHER}{refusal}{_GIVEN}", "4{1}"),
        *(Rule(rf"(?i){_START}{one}{_SPACE}{_END}{_OTHER}{_GIVEN}", "3{1}") for one in wide),
        Rule(rf"(?i){_START}{type_}/\*{_SPACE}{_END}{_OTHER}{_GIVEN}", "2{1}"),
        Rule(rf"(?i){_START}\*(?:/\*)?{_SPACE}{_END}{_OTHER}{_GIVEN}", "1{1}"),
    )


def weight_rules(name: str) -> tuple[Rule, ...]:
    """From the outcome of the rules above to a standing; a weight that cannot be read counts as 1."""
    begin, end = r'^(\d)"?0*\.', rf'"?{_SPACE}$'
    return (
        Rule(r"^$", f"00000{name}"),
        Rule(rf'^\d"?(?:0+\.?0*|\.0+)"?{_SPACE}$', f"00000{name}"),
        Rule(rf"{begin}(\d\d\d)\d*{end}", "0{2}{1}" + name),
        Rule(rf"{begin}(\d\d){end}", "0{2}0{1}" + name),
        Rule(rf"{begin}(\d){end}", "0{2}00{1}" + name),
        Rule(r"^(\d)", "1000{1}" + name),
    )


_DIGITS = "|".join(rf"{digit}\d*[a-z]+ \1[{digit + 1}-9]" for digit in range(9))

GREATER = rf"^(\d*)(?:{_DIGITS})"
"""Of `STANDING STANDING`: the second one is greater."""

LANGUAGE_NAMED = rf"(?i){_START}%s(?:-[a-z0-9-]+)?{_SPACE}{_END}{_GIVEN}"
LANGUAGE_ANY = rf"(?i){_START}\*{_SPACE}{_END}{_GIVEN}"


def language_rules(language: str) -> tuple[Rule, ...]:
    """As `media_type_rules`: named, by the star, or unmentioned (which is better than refused)."""
    return (
        Rule(LANGUAGE_NAMED % language, "2{1}"),
        Rule(LANGUAGE_ANY, "1{1}"),
        Rule(r"^", "u"),
    )


def language_weight_rules(language: str) -> tuple[Rule, ...]:
    """As `weight_rules`; an unmentioned language is below any asked for and above a refused one."""
    return (Rule(r"^u", f"00003{language}"), *weight_rules(language)[1:])


def first_named(language: str, other: str) -> str:
    """The header names `language` before `other`: what decides between equal weights."""
    part = rf"{_SPACE}%s(?:[-;, \t]|$)"
    return rf"(?i)^(?:(?!{part % other})[^,]*+,)*?{part % language}"
