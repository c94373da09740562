"""Look-up of RFC 4647, 3.4, for an interface in German and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_graph.errors import LANGUAGES
from slm_graph.negotiation import negotiate_language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(None, "de", id="missing"),
        pytest.param("", "de", id="empty"),
        pytest.param("de", "de", id="de"),
        pytest.param("en", "en", id="en"),
        pytest.param("EN", "en", id="RFC5646-2.1.1-no-case"),
        pytest.param("de-AT", "de", id="RFC4647-3.4-truncation"),
        pytest.param("de-CH-1996", "de", id="RFC4647-3.4-truncation-twice"),
        pytest.param("en-GB-oxendict", "en", id="RFC4647-3.4-truncation-en"),
        pytest.param("en-US,en;q=0.9,de;q=0.8", "en", id="client-chrome-us"),
        pytest.param("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "de", id="client-chrome-de"),
        pytest.param("de;q=0.5, en;q=0.8", "en", id="12.4.2-weights"),
        pytest.param("en, de", "en", id="12.5.4-equal-weights-in-order"),
        pytest.param("de, en", "de", id="12.5.4-equal-weights-in-order-de"),
        pytest.param("fr", "de", id="RFC4647-3.4-default"),
        pytest.param("fr, en;q=0.1", "en", id="second-choice"),
        pytest.param("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en", id="client-swiss-french"),
        pytest.param("*", "de", id="any"),
        pytest.param("en;q=0.3, *;q=0.5", "de", id="any-weighs-more"),
        pytest.param("en, *;q=0.5", "en", id="any-weighs-less"),
        pytest.param("en, *", "en", id="named-before-any"),
        pytest.param("de;q=0", "en", id="12.4.2-refused"),
        pytest.param("de;q=0, *", "en", id="12.4.2-refused-any"),
        pytest.param("de;q=0, en;q=0", "de", id="all-refused-still-a-page"),
        pytest.param("*;q=0", "de", id="any-refused-still-a-page"),
        pytest.param("en;q=0.001", "en", id="12.4.2-least-weight"),
        pytest.param("deu, en;q=0.2", "en", id="a-longer-tag-is-another-language"),
        pytest.param("../../etc, en", "en", id="malformed-part-passed-over"),
        pytest.param("en;q=abc", "en", id="malformed-weight"),
    ],
)
def test_the_reader_gets_their_language(header: str | None, expected: str) -> None:
    assert negotiate_language(header) == expected


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(header: str) -> None:
    assert negotiate_language(header) in LANGUAGES
