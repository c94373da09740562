"""The rules for engines of regular expressions without look-around and back references: RE2's, and Go's, which Caddy uses.

What `rules` says by looking ahead is said here by what comes next; who compares two standings is the server's affair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slm_graph.formats import Format
from slm_graph.web.export.plan import ASKED, VALUE
from slm_graph.web.export.rules import Rule

NOTHING = "w00000"
"""The standing that every acceptable offer beats; the letter keeps a configuration from reading it as a number."""

_SPACE = r"[ \t]*"
_START = rf"(?i)(?:^|,){_SPACE}"
_END = r"(?:[;,]|$)"
_LAST = r"(?:,|$)"
_OTHER = rf"(?:;{_SPACE}(?:[^q \t,;][^,;]*|q{_SPACE}(?:[^= \t,;][^,;]*)?)?)*"
"""Parameters that are no weight."""
_WEIGHT = rf";{_SPACE}q{_SPACE}={_SPACE}"
_GIVEN = rf"(?:{_WEIGHT}([^,;]*)|{_LAST})"
_CHARSET = rf'charset{_SPACE}={_SPACE}"?utf-?8"?'
_PROFILE = rf'profile{_SPACE}={_SPACE}"?[^",;]*"?'

_NOT_ZERO = "|".join(
    (
        r'"?0*[^0." \t,;][^,;]*',
        r'"?0*\.0*[^0" \t,;][^,;]*',
        r'(?:"|"?0+|"?0*\.0*)"[^ \t,;][^,;]*',
        r'(?:"0*\.?0*"?|0+\.?0*"?|\.0*"?)[ \t]+[^ \t,;][^,;]*',
    )
)
"""Every text of a weight but the zeros: what a negative look-ahead would say, by where the first character stands that no zero
has (after zeros, after the point, after the quote, after white space)."""


_TOKEN = r"[!#$%&'+.^_\x60|~0-9a-z-]+"  # noqa: S105  # RFC 9110, 5.6.2, without the star

QUERY = rf"^({ASKED}(?:&[a-z]+={VALUE})*?)(?:&lang=[^&]*)?$"
"""As `plan.QUERY`; with a language before its end it names a folder that is not there."""

READABLE = rf"{_START}(?:\*(?:/\*)?|{_TOKEN}/(?:\*|{_TOKEN})){_SPACE}{_END}"
"""As `rules.READABLE`."""


def media_type_rules(row: Format) -> tuple[Rule, ...]:
    """As `rules.media_type_rules`: from an Accept header to how exactly it names the format, and the text of the weight."""
    type_, name = row.media_type.partition("/")[0], re.escape(row.media_type)
    plain = f"(?:{_CHARSET}|{_PROFILE})" if row.name == "jsonld" else f"(?:{_CHARSET})"
    exact = rf"{_START}{name}{_SPACE}(?:;{_SPACE}(?:{plain}{_SPACE})?)*"
    aliases = [rf"(?:{'|'.join(map(re.escape, row.aliases))})"] if row.aliases else []
    return (
        Rule(rf"{exact}{_LAST}", "5"),
        Rule(rf"{exact}(?:[; \t])q{_SPACE}={_SPACE}([^,;]*)", "5{1}"),
        Rule(rf"{_START}{name}{_SPACE}{_OTHER}(?:{_WEIGHT}({_NOT_ZERO}){_END}|{_LAST})", "4{1}"),
        *(Rule(rf"{_START}{one}{_SPACE}{_OTHER}{_GIVEN}", "3{1}") for one in aliases),
        Rule(rf"{_START}{type_}/\*{_SPACE}{_OTHER}{_GIVEN}", "2{1}"),
        Rule(rf"{_START}\*(?:/\*)?{_SPACE}{_OTHER}{_GIVEN}", "1{1}"),
    )


def weight_rules() -> tuple[Rule, ...]:
    """As `rules.weight_rules`; a standing here is five digits behind a letter, and says no name."""
    begin, end = r'^(\d)"?0*\.', rf'"?{_SPACE}$'
    return (
        Rule(r"^$", NOTHING),
        Rule(rf'^\d"?(?:0+\.?0*|\.0+)"?{_SPACE}$', NOTHING),
        Rule(rf"{begin}(\d\d\d)\d*{end}", "w0{2}{1}"),
        Rule(rf"{begin}(\d\d){end}", "w0{2}0{1}"),
        Rule(rf"{begin}(\d){end}", "w0{2}00{1}"),
        Rule(r"^(\d)", "w1000{1}"),
    )


def language_rules(language: str) -> tuple[Rule, ...]:
    """As `rules.language_rules`."""
    given = rf"{_SPACE}(?:{_WEIGHT}([^,;]*)|{_END})"
    return (
        Rule(rf"{_START}{language}(?:-[a-z0-9-]+)?{given}", "2{1}"),
        Rule(rf"{_START}\*{given}", "1{1}"),
        Rule(r"^", "u"),
    )


def language_weight_rules() -> tuple[Rule, ...]:
    """As `rules.language_weight_rules`."""
    return (Rule(r"^u", "w00003"), *weight_rules()[1:])


def first_named(languages: Sequence[str]) -> str:
    """Its first group is the one of `languages` that the header names first."""
    return rf"{_START}({'|'.join(languages)})(?:[-;, \t]|$)"
