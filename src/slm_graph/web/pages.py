"""HTML: a template with what every page carries around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from slm_graph.catalogue import Catalogue
from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.lists import holds
from slm_graph.errors import Language, Text
from slm_graph.namespaces import ESCO
from slm_graph.skos import ACKNOWLEDGEMENT
from slm_graph.web.assets import assets
from slm_graph.web.fragments import fragments, number_shown
from slm_graph.web.ladder import ladder
from slm_graph.web.site import Served
from slm_graph.web.texts import TEXTS, say
from slm_graph.web.views import Reader

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


_WORD = re.compile(r"""\{\{ t\((["'])([\w.-]+)\1\) \}\}""")
"""A text without values, as templates ask for it."""


class _Words(Extension):
    """Puts texts without values into the templates of their language as these are compiled: no page has to look for them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        language = cast(Language, self.environment.globals["language"])

        def word(found: re.Match[str]) -> str:
            text = escape(say(found[2], language))
            return found[0] if any(mark in text for mark in ("{{", "{%", "{#")) else str(text)

        return _WORD.sub(word, source)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("slm_graph.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[_Words],
    )
    environment.globals["language"] = language
    environment.globals["t"] = _say_in(language)
    environment.filters["number"] = number_shown
    environment.filters["day"] = day_shown
    environment.filters["breakable"] = lambda text: escape(text).replace("/", Markup("/<wbr>"))
    environment.globals["ladder_of"] = lambda steps: ladder(
        [(step.level or step.link).text for step in steps]
    )
    return environment


def day_shown(date: str, language: str) -> str:
    """A date as readers of German write it; English pages keep its form in ISO 8601, which no two countries mistake.

    >>> day_shown("2026-11-03", "de"), day_shown("2026-11-03", "en"), day_shown("autumn", "de")
    ('3.11.2026', '2026-11-03', 'autumn')
    """
    if language != "de" or not _DAY.fullmatch(date):
        return date
    year, month, day = date.split("-")
    return f"{int(day)}.{int(month)}.{year}"


def _say_in(language: Language) -> Callable[..., str]:
    def t(key: str, **values: object) -> str:
        return say(key, language, **values)

    return t


def render(
    template: str, *, reader: Reader, mount: str, href: str, served: Served | None, **view: Any
) -> bytes:
    """The page of `template`; `href` is its own address without `lang`, `served` None where no release is open."""
    version, snapshot = (
        (served.release.version, served.addresses.snapshot) if served is not None else (None, None)
    )
    frame = _frame(reader, mount, version, snapshot, _acknowledgement(served, reader))
    return _environment(reader.language).get_template(template).render(**frame, href=href, **view).encode()


FRAMES = 128
"""Frames kept: four of a release and a path (two languages, chosen or not), of all snapshots that are open."""


@lru_cache(maxsize=FRAMES)
def _frame(
    reader: Reader, mount: str, version: str | None, snapshot: str | None, acknowledgement: str | None
) -> Mapping[str, Any]:
    """What all pages of one reader share, the parts that never differ rendered: a sixth of a page's time otherwise."""
    words: dict[str, Any] = {
        "reader": reader,
        "mount": mount,
        "file": _file,
        "keep": reader.keep,
        "fragments": fragments(reader),
    }
    environment = _environment(reader.language)
    parts: Any = environment.get_template("parts.html").make_module(words)
    further = {
        "parts": parts,
        "css": f"{mount}/static/{_file('site.css')}",
        "script": f"{mount}/static/{_file('site.js')}",
        "version": version,
        "snapshot": snapshot,
        "acknowledgement": acknowledgement,
    }
    once: Any = environment.get_template("frame.html").make_module({**words, **further})
    names = ("links", "header", "seek", "footer")
    frame = {name: getattr(once, name)().rstrip() for name in names}
    return {**words, "parts": parts, "frame": frame}


def _file(name: str) -> str:
    return assets()[name].name


def structured(value: Mapping[str, Any]) -> str:
    """JSON for a data block of a page: no sign in it could end the block, whatever a text says."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _acknowledgement(served: Served | None, reader: Reader) -> str | None:
    """Whose the names are, and what their licences want to be said where they are used; None where nothing of the kind is."""
    said = _whose(served.catalogue) if served is not None else None
    return said.in_language(reader.language) if said is not None else None


@kept(at_most=16)  # one a release that is open; a release never changes
def _whose(catalogue: Catalogue) -> Text | None:
    said: list[Text] = []
    if catalogue.kind(catalogue.base + "id/sfia") is not None:
        verbatim = holds(catalogue, catalogue.base + "id/statement/verbatim-")
        said.append(ACKNOWLEDGEMENT if verbatim else TEXTS["footer.names"])
    if holds(catalogue, str(ESCO)):
        said.append(TEXTS["footer.esco"])
    return Text(de=" ".join(one.de for one in said), en=" ".join(one.en for one in said)) if said else None
