"""What is written without a template escapes as a template does."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from slm_graph.web.branches import Node
from slm_graph.web.fragments import fragments
from slm_graph.web.views import Fact, Link, Reader, Value

EVIL = """<script>"x" & 'y'</script>"""
HERE = fragments(Reader("en"))


class Seen(HTMLParser):
    """Elements, attribute values and texts, as a browser takes them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.values: list[str | None] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def link(**other: object) -> Link:
    return Link(**{"iri": EVIL, "text": EVIL, "href": EVIL, "language": EVIL, "notation": EVIL, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "html",
    [
        HERE.named(link()),
        HERE.named(link(external=True)),
        HERE.named(link(href=None)),
        HERE.value(Value(EVIL, EVIL)),
        HERE.value(Value(facts=(Fact(link(), (Value(EVIL, EVIL),)),))),
        HERE.statements([Fact(link(), (Value(link=link()), Value(EVIL)), more=3)]),
        HERE.nodes([Node(link(), 12_345, EVIL), Node(link(href=None), 1, None)]),
        HERE.nodes([Node(link(), 1, EVIL, shown=(Node(link(), 0, None),))]),
    ],
)
def test_no_text_becomes_markup(html: str) -> None:
    seen = Seen(html)
    assert "script" not in seen.elements
    assert EVIL in "".join(seen.texts)
    assert html.count(EVIL) == 0


def test_a_link_has_its_code_and_says_when_it_leads_away() -> None:
    away = Link("urn:x:1", "One", "https://one.example/", "fr", notation="O1", external=True)
    assert HERE.named(away, notation=False) == (
        '<a href="https://one.example/" lang="fr" class="external" rel="external">One'
        '<span class="unseen"> (leads to another server)</span></a>'
    )
    assert HERE.named(away).startswith('<span class="code">O1</span> <a ')


def test_a_tree_counts_in_the_readers_words() -> None:
    node = Node(Link("urn:x:1", "One", "/doc/1", "en"), 12_345, "/tree?parent=1")
    html = HERE.nodes([node])
    assert '>12\u202f345 <span class="words">narrower concepts</span>' in html
    assert "lang=" not in html
