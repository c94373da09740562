"""A crawler follows every link of the copy; what only the running service has is told, and leads nowhere in vain."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from slm_graph.web.export.absent import Contents

if TYPE_CHECKING:
    from conftest import Copy

_LINK = re.compile(r'<(?:[^<>]*?)\s(?:href|src|action|data-branch|data-suggest)="([^"]*)"')

SITE = "http://copy.example"


def _targets(page: str, body: bytes) -> Iterator[str]:
    for match in _LINK.finditer(body.decode()):
        target = urljoin(SITE + page, unescape(match[1])).partition("#")[0]
        if target.startswith(SITE + "/"):
            yield target.removeprefix(SITE)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_link_of_every_page_has_an_answer(nginx: Copy, language: str) -> None:
    asked = {"Accept": "text/html, */*;q=0.8", "Accept-Language": language}
    found_on, waiting, dead = {"/": ""}, deque(["/"]), []
    while waiting:
        address = waiting.popleft()
        answer = nginx.get(address, asked)
        if answer.status in (302, 303):
            targets = [answer.headers["location"]]
        elif answer.status != 200:
            dead.append((answer.status, address, found_on[address]))
            continue
        else:
            is_page = answer.headers["content-type"].startswith("text/html")
            targets = list(_targets(address, answer.body)) if is_page else []
        for target in targets:
            if target not in found_on:
                found_on[target] = address
                waiting.append(target)
    assert dead == []
    assert len(found_on) > 1000  # the crawler went somewhere


def test_every_address_of_the_sitemap_has_an_answer(nginx: Copy, live: FlaskClient) -> None:
    body = nginx.get("/sitemap.xml").body.decode()
    addresses = re.findall("<loc>https://w3id.org/slm-graph(/[^<]*)</loc>", body)
    ours = live.get("/sitemap.xml", base_url="https://w3id.org/").text
    assert body.count("<loc>") == len(addresses) == ours.count("<loc>") - len(("/queries/", "/sparql"))
    assert {nginx.get(address, {"Accept": "text/html"}).status for address in addresses} == {200}


@pytest.mark.parametrize(("language", "said"), [("de", "SPARQL und die"), ("en", "SPARQL and the")])
def test_what_is_missing_is_said_on_a_page_that_every_page_leads_to(
    copy: Copy, language: str, said: str
) -> None:
    asked = {"Accept": "text/html", "Accept-Language": language}
    for path in ("/", "/doc/sfia/SLMO", "/mappings/sfia/ecf", "/doc/nothing"):
        body = copy.get(path, asked).body.decode()
        assert 'href="/copy"' in body
        assert "<form" not in body
    answer = copy.get("/copy", asked)
    assert (answer.status, answer.headers["content-language"]) == (200, language)
    assert said in answer.body.decode()


def test_a_chosen_language_goes_on_to_that_page(copy: Copy) -> None:
    page = copy.get("/doc/sfia?lang=en", {"Accept-Language": "de"}).body.decode()
    assert 'href="/copy?lang=en"' in page
    assert copy.get("/copy?lang=en", {"Accept-Language": "de"}).headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", True),
        ("/?lang=en", True),
        ("/doc/x/y", True),
        ("/doc/x/y.ttl", True),
        ("/doc/external?iri=a%3Ab&lang=de", True),
        ("/doc/external.ttl?iri=a%3Ab", True),
        ("/doc/x?_profile=schema", False),
        ("/mappings/sfia/ecf.sssom.tsv", True),
        ("/mappings/sfia/ecf?kind=exact", False),
        ("/release/7/doc/x", True),
        ("/release/6/doc/x", False),
        ("/release/7", True),
        ("/dumps/all.ttl.gz", True),
        ("/dumps/all.ttl", False),
        ("/search?q=a", False),
        ("/sparql", False),
        ("/queries/", False),
        ("/linkset?iri=a", False),
    ],
)
def test_what_a_copy_has_is_known_by_rules(target: str, expected: bool) -> None:
    contents = Contents("7", "https://example.org/", frozenset({"/dumps/all.ttl.gz"}))
    assert contents.has(target) is expected
