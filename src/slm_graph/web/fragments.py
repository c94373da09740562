"""HTML of what stands on a page by the hundred: links, values, statements, nodes of a tree.

Written here and not in a template: a page is mostly made of these, and macros called for each took most of its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from slm_graph.errors import LANGUAGES
from slm_graph.formats import Format
from slm_graph.web.branches import Node
from slm_graph.web.texts import say
from slm_graph.web.views import Fact, Link, Reader, Value, with_language

_OWN_NAMES = {code: escape(say("language." + code, code)) for code in LANGUAGES}
"""Of languages, in themselves."""

_SPECIAL = re.compile("[&<>\"']")


def safe(text: str) -> str:
    """`text` escaped for text and attributes; most texts need nothing.

    >>> safe('"a" & <b>')
    '&#34;a&#34; &amp; &lt;b&gt;'
    """
    return str(escape(text)) if _SPECIAL.search(text) else text


_LONG_PAIR = re.compile(r"(?<=\w{8})/(?=\w{8})")
"""Between two long words without a blank, as where a job is named in both genders."""


def broken(text: str) -> str:
    """`text` as `safe` gives it, with a place to break between two long words.

    >>> broken("Abteilungsleiter/Abteilungsleiterin"), broken("a/b")
    ('Abteilungsleiter/<wbr>Abteilungsleiterin', 'a/b')
    """
    return _LONG_PAIR.sub("/<wbr>", safe(text)) if "/" in text else safe(text)


def number_shown(number: int) -> str:
    """A number with narrow blanks between its thousands from five digits on (ISO 80000-1, 7.3.1), in any language.

    >>> number_shown(5000), number_shown(17000)
    ('5000', '17\\u202f000')
    """
    return str(number) if number < 10_000 else f"{number:,}".replace(",", "\u202f")


@dataclass(frozen=True, slots=True)
class Fragments:
    """The fragments in the words of one reader; every text in them is escaped."""

    language: str
    external: str
    below: str
    below_one: str

    def named(self, link: Link, notation: bool = True) -> Markup:
        """A link with its code in front."""
        return Markup(self._named(link, notation=notation))  # noqa: S704  # escaped where it is put together

    def value(self, value: Value) -> Markup:
        return Markup(self._value(value))  # noqa: S704  # escaped where it is put together

    def statements(self, facts: Iterable[Fact]) -> Markup:
        """Properties with their values, a line each."""
        return Markup("".join(self._statements(facts)))  # noqa: S704  # escaped where it is put together

    def nodes(self, nodes: Sequence[Node]) -> Markup:
        """The items of a tree's list."""
        return Markup("".join(map(self._node, nodes)))  # noqa: S704  # escaped where it is put together

    def alternates(self, formats: Iterable[tuple[Format, str]]) -> Markup:
        """Links of a page's head to the same in other formats."""
        found = (
            f'<link rel="alternate" type="{row.media_type}" href="{safe(href)}" title="{row.label}">'
            for row, href in formats
        )
        return Markup("\n".join(found))  # noqa: S704  # the rows are ours

    def formats(self, formats: Iterable[tuple[Format, str]]) -> Markup:
        """Items of the list of formats."""
        found = (
            f'<li><a href="{safe(href)}" type="{row.media_type}">{row.label}</a></li>'
            for row, href in formats
        )
        return Markup("\n".join(found))  # noqa: S704  # the rows are ours

    def other_languages(self, href: str) -> Markup:
        """Links of a page's head to the same in the other languages."""
        found = (
            f'<link rel="alternate" hreflang="{code}" href="{safe(with_language(href, code))}">'
            for code in LANGUAGES
            if code != self.language
        )
        return Markup("\n".join(found))  # noqa: S704  # escaped here

    def languages(self, href: str) -> Markup:
        """Items of the switch of languages."""
        current = {self.language: ' aria-current="true"'}
        found = (
            f'<li><a href="{safe(with_language(href, code))}" hreflang="{code}" lang="{code}"{current.get(code, "")}>'
            f"{_OWN_NAMES[code]}</a></li>"
            for code in LANGUAGES
        )
        return Markup("\n".join(found))  # noqa: S704  # escaped here

    def _tongue(self, language: str | None) -> str:
        """`""` is a language nobody named (HTML, 3.2.6.2); None is no text in any."""
        return f' lang="{safe(language)}"' if language is not None and language != self.language else ""

    def _named(self, link: Link, *, notation: bool) -> str:
        code = f'<span class="code">{safe(link.notation)}</span> ' if notation and link.notation else ""
        tongue = self._tongue(link.language)
        if not link.href:
            return f'{code}<span class="nolink"{tongue}>{broken(link.text)}</span>'
        start = f'{code}<a href="{safe(link.href)}"{tongue}'
        if not link.external:
            return f"{start}>{broken(link.text)}</a>"
        return f'{start} class="external" rel="external">{broken(link.text)}<span class="unseen"> ({self.external})</span></a>'

    def _value(self, value: Value) -> str:
        if value.link is not None:
            return self._named(value.link, notation=True)
        if value.facts:
            inner = "".join(
                f"<div><dt>{safe(fact.property.text)}</dt>"
                + "".join(f"<dd>{self._value(one)}</dd>" for one in fact.values)
                + "</div>\n"
                for fact in value.facts
            )
            return f'<dl class="inner">\n{inner}</dl>'
        tag = f' <span class="tag">{safe(value.language)}</span>' if value.language else ""
        return f"<span{self._tongue(value.language)}>{safe(value.text)}</span>{tag}"

    def _statements(self, facts: Iterable[Fact]) -> Iterator[str]:
        yield '<dl class="facts">\n'
        for fact in facts:
            property_ = fact.property
            name = safe(property_.text)
            if property_.href:
                relation = ' rel="external"' if property_.external else ""
                name = f'<a href="{safe(property_.href)}"{relation}>{name}</a>'
            yield f"<div>\n<dt>{name}</dt>\n"
            for one in fact.values:
                yield f"<dd>{self._value(one)}</dd>\n"
            if fact.more:
                yield f'<dd class="more">+ {fact.more}</dd>'
            yield "</div>\n"
        yield "</dl>\n"

    def _node(self, node: Node) -> str:
        link = node.link
        name = broken(link.text)
        if link.href:
            code = f'<span class="code">{safe(link.notation)}</span> ' if link.notation else ""
            shown = f'<a href="{safe(link.href)}"{self._tongue(link.language)}>{code}{name}</a>'
        else:
            shown = f'<span class="nolink">{name}</span>'
        if node.branch and not node.shown:
            word = self.below_one if node.children == 1 else self.below
            shown += (
                f' <a class="branch" href="{safe(node.branch)}">{number_shown(node.children)} <span class="words">{word}'
                f'</span><span class="unseen">: {name}</span></a>'
            )
        inner = f"<ul>\n{self.nodes(node.shown)}</ul>\n" if node.shown else ""
        return f'<li><span class="node">{shown}</span>\n{inner}</li>\n\n'


def fragments(reader: Reader) -> Fragments:
    """Those for `reader`."""
    words = ("external", "tree.below", "tree.below.1")
    external, below, below_one = (safe(say(word, reader.language)) for word in words)
    return Fragments(reader.language, external, below, below_one)
