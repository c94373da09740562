"""What a copy has not: in its pages, links and forms that need the running service lead to a page that says so."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from html import unescape

from slm_graph.errors import Language, Text
from slm_graph.formats import DOCUMENT_FORMATS, SOLUTION_FORMATS
from slm_graph.web.export.collecting import FILES, PAGES, SITEMAP, Address, Exported, is_followed

COPY = "/copy"
"""The address of that page."""

NO_SEARCH = Text(de="Hier ohne Suche", en="No search here")

NO_FORM = Text(
    de="Vergleichen und Auswählen kann nur der laufende Dienst",
    en="Comparing and choosing need the running service",
)

_SUFFIXES = frozenset(row.suffix for row in (*DOCUMENT_FORMATS, *SOLUTION_FORMATS))

_THINGS = ("/id/", "/agent/", "/graph/")

_LINK = re.compile(r'(?<= )(href|src|data-branch)="(/[^"#]*)(?:#[^"]*)?"')
_FORM = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
_SITE = re.compile(r"<url><loc>([^<]*)</loc>.*?</url>\n")
_DESCRIPTION = re.compile(r'<link rel="search"[^>]*>\n?')


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy has, told by rules: while it is written, nobody knows all of its files."""

    version: str
    base: str
    """The base IRI: a document that names addresses in full names those below it."""
    dumps: Collection[str]
    """Paths of the files to download."""

    def has(self, target: str) -> bool:
        """Whether there is an answer at this path, with a query if any."""
        path, _, query = target.partition("?")
        said = "&".join(part for part in query.split("&") if part and not part.startswith("lang="))
        address = Address(path, said)
        if path.startswith("/static/") or path in FILES or path in self.dumps or SITEMAP.fullmatch(path):
            return True
        release = f"/release/{self.version}"
        if path == release or path.startswith(_THINGS):
            return True
        if path.startswith((f"{release}/doc/", f"{release}/dumps/")):
            return self.has(path.removeprefix(release) + (f"?{said}" if said else ""))
        if is_followed(address) or (path in (*PAGES, COPY) and not said):
            return True
        stem, _, suffix = path.rpartition(".")
        fixed = suffix in _SUFFIXES or stem.endswith(".sssom")
        return fixed and self.has(stem.removesuffix(".sssom") + (f"?{said}" if said else ""))


def without_service(page: Exported, contents: Contents) -> Exported:
    """The page as it is in the copy."""
    language: Language = "de" if page.tree.endswith("de") else "en"
    copy = COPY + (f"?lang={language}" if page.tree.startswith("lang-") else "")

    def link(match: re.Match[str]) -> str:
        return match[0] if contents.has(unescape(match[2])) else f'{match[1]}="{copy}"'

    def form(match: re.Match[str]) -> str:
        seeks = 'role="search"' in match[1]
        classes = re.search(r'class="([^"]*)"', match[1]) if seeks else None
        said = (NO_SEARCH if seeks else NO_FORM).in_language(language)
        return f'<p class="{classes[1] if classes else "help"}"><a href="{copy}">{said}</a></p>'

    text = _FORM.sub(form, _DESCRIPTION.sub("", page.body.decode()))
    return replace(page, body=_LINK.sub(link, text).encode())


def without_dead_ends(sitemap: Exported, contents: Contents) -> Exported:
    """The sitemap with the addresses that are in the copy."""

    def kept(match: re.Match[str]) -> str:
        path = unescape(match[1]).removeprefix(contents.base.rstrip("/"))
        return match[0] if contents.has(path) else ""

    return replace(sitemap, body=_SITE.sub(kept, sitemap.body.decode()).encode())
