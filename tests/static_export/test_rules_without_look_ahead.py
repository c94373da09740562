"""The two wordings of one rule decide alike: with look-ahead for nginx and Apache, without for Caddy."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_graph.errors import LANGUAGES
from slm_graph.formats import DOCUMENT_FORMATS, JSON_LD, N_TRIPLES, TURTLE, Format
from slm_graph.web.export import linear, rules
from slm_graph.web.export.folders import folded
from slm_graph.web.export.plan import QUERY
from slm_graph.web.export.rules import Rule

WEIGHTS = [
    "",
    ";q=0",
    ";q=0.000",
    ";q=1",
    ";q=.5",
    ';q="0.25"',
    ";q=0.1234",
    ";Q = 0.7",
    ";q=",
    ";q=x",
    ";q=00.10 ",
]
PARAMETERS = [
    "",
    ";charset=utf-8",
    ';charset="UTF8"',
    ";level=1",
    ";",
    "; ;",
    ";quality=1",
    ";q",
    ";profile=a",
    " ",
]
TYPES = [
    "text/turtle",
    "TEXT/Turtle",
    "application/ld+json",
    "text/plain",
    "text/*",
    "*/*",
    "*",
    "x/y",
    "",
    "a b",
]
HEADERS = st.lists(
    st.tuples(
        *map(st.sampled_from, (TYPES, PARAMETERS, PARAMETERS, WEIGHTS, PARAMETERS, (",", ", ", " ,\t")))
    ).map("".join),
    max_size=3,
).map("".join) | st.text(alphabet='*/;,="q0.1 \tae', max_size=25)


def _outcome(found: Sequence[Rule], text: str) -> str:
    """As a server does it: the first rule that fits."""
    for rule in found:
        match = re.search(rule.pattern, text, re.ASCII)
        if match:
            return rule.value.format("", *((group or "") for group in match.groups()), "")
    return ""


@pytest.mark.parametrize("row", [TURTLE, JSON_LD, N_TRIPLES], ids=lambda row: row.name)
@given(header=HEADERS)
def test_a_header_says_the_same_of_a_format(row: Format, header: str) -> None:
    standing = _outcome(rules.weight_rules("x"), _outcome(rules.media_type_rules(row), header))
    other = _outcome(linear.weight_rules(), _outcome(linear.media_type_rules(row), header))
    assert other == "w" + standing.removesuffix("x").removesuffix("none")


@given(header=HEADERS)
def test_a_header_that_nobody_can_read_is_the_same(header: str) -> None:
    assert bool(re.search(linear.READABLE, header)) == bool(re.search(rules.READABLE, header))


@given(
    header=st.lists(
        st.tuples(
            st.sampled_from(["de", "en", "EN-gb", "fr", "*", "den", ""]),
            st.sampled_from(WEIGHTS),
            st.sampled_from([",", ", "]),
        ).map("".join),
        max_size=4,
    ).map("".join)
)
def test_a_header_says_the_same_of_languages(header: str) -> None:
    for language in LANGUAGES:
        standing = _outcome(
            rules.language_weight_rules(language), _outcome(rules.language_rules(language), header)
        )
        other = _outcome(linear.language_weight_rules(), _outcome(linear.language_rules(language), header))
        assert other == "w" + standing.removesuffix(language)
    first, second = LANGUAGES
    named = re.search(linear.first_named(LANGUAGES), header)
    earlier = re.search(rules.first_named(second, first), header)
    assert (named is not None and named[1].lower() == second) == bool(earlier)


@pytest.mark.parametrize(
    ("query", "folder"),
    [
        ("iri=a%3Ab", "iri=a%3Ab"),
        ("iri=a&lang=en", "iri=a"),
        ("page=2&letter=b&lang=de", "page=2&letter=b"),
        ("lang=de", None),
        ("iri=a/b", None),
        ("x=1&iri=a", None),
    ],
)
def test_a_query_names_the_same_folder(query: str, folder: str | None) -> None:
    for pattern in (QUERY, linear.QUERY):
        match = re.search(pattern, query)
        assert (match[1] if match else None) == folder


def test_no_rule_looks_around_or_back() -> None:
    patterns = [rule.pattern for row in DOCUMENT_FORMATS for rule in linear.media_type_rules(row)]
    patterns += [rule.pattern for rule in (*linear.weight_rules(), *linear.language_rules("de"))]
    patterns += [linear.READABLE, linear.QUERY, linear.first_named(LANGUAGES)]
    assert not [one for one in patterns if re.search(r"\(\?[=!<]|[*+?}]\+|\\[1-9]", one)]


def test_what_most_of_a_folder_say_is_said_once() -> None:
    said = {f"/a/{name}": f"u:{name}" for name in "wxyz"} | {"/a/v": "other", "/b": "alone"}
    exact, shared = folded(said, [*said, "/a/silent", "/c"])
    assert shared == {"/a": ("u:", True)}
    assert exact == {"/a/v": "other", "/a/silent": "", "/b": "alone"}


def test_where_most_say_nothing_only_the_others_are_named() -> None:
    exact, shared = folded({"/a/x": "text"}, ["/a/x", "/a/y", "/a/z"])
    assert (exact, shared) == ({"/a/x": "text"}, {})
