"""Accept-Profile (W3C draft, Content Negotiation by Profile): profiles by weight, and no header that takes long."""

from __future__ import annotations

import time

import pytest

from slm_graph.negotiation import MAX_HEADER_LENGTH, profile_iris


@pytest.mark.parametrize(
    ("header", "profiles"),
    [
        ("<https://a.example/>", ("https://a.example/",)),
        ("https://a.example/", ("https://a.example/",)),
        ('"https://a.example/";q=0.2, <urn:b>; q = 0.7', ("urn:b", "https://a.example/")),
        ("<urn:a,b>, <urn:c>", ("urn:a,b", "urn:c")),
        ("<urn:a>;q=0", ()),
        ("<urn:a, <urn:b>", ("urn:a", "urn:b")),
        ("<urn:a<b>, <urn:c>", ("urn:c",)),
    ],
)
def test_profiles_are_read(header: str, profiles: tuple[str, ...]) -> None:
    assert profile_iris(header) == profiles


@pytest.mark.parametrize("part", ["<", '"', '<"', "<a", ' "<', "a;q=", "a \t", "<>,"])
def test_no_header_takes_long(part: str) -> None:
    header = (part * MAX_HEADER_LENGTH)[:MAX_HEADER_LENGTH]
    began = time.process_time()
    for _ in range(100):
        profile_iris(header)
    # some twenty times what is needed, and half of what quadratic reading takes
    assert time.process_time() - began < 3
