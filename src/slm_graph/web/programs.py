"""What the interfaces for programs share: JSON answers, parameters checked, concepts looked up together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, request
from rdflib.namespace import SKOS

from slm_graph.catalogue import Crosswalk
from slm_graph.errors import LANGUAGES, Language, NotFound, Text
from slm_graph.namespaces import vocabulary
from slm_graph.search import Search, Similar
from slm_graph.web.problems import Problem, reader_of_request
from slm_graph.web.representations import representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served

CONCEPT_KINDS = ("skill", "skill-level", "level", "concept")

MAX_PARAMETER = 2048
"""Characters of one parameter: longer than any IRI or label in the data sets known."""

MAX_OFFSET = 10**9
"""Where a window on a list may begin: as far as a number is read, so that past the end it is empty, never another place."""

OPEN_INDEXES = 4
"""Releases whose label index is kept open: the current one and those just replaced."""


@lru_cache(maxsize=OPEN_INDEXES)
def similar(path: Path) -> Similar:
    """Names nearly right, in a release's label index."""
    return Similar(path)


@lru_cache(maxsize=OPEN_INDEXES)
def search(path: Path) -> Search:
    """A release's label index."""
    return Search(path)


def crosswalk(served: Served) -> Crosswalk:
    """A release's mappings."""
    return Crosswalk(served.catalogue)


def json_answer(
    value: object,
    *,
    served: Served,
    cache: str = CURRENT,
    media_type: str = "application/json",
    headers: Sequence[tuple[str, str]] = (),
) -> Response:
    """A JSON answer in the reader's language."""
    # "surrogatepass" never: a name with half a character comes back with a question mark, not as an error
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    vary = ", ".join(["Accept-Language", *(value for name, value in headers if name == "Vary")])
    others = (pair for pair in headers if pair[0] != "Vary")
    made = representation(body, media_type, (("Vary", vary), *others))
    return respond(made, cache=cache, issued=served.release.date)


def given(name: str, default: str | None = None) -> str:
    """The parameter `name` of the address. Raises a Problem where it is missing, repeated or too long."""
    values = request.args.getlist(name)
    if not values or not values[0]:
        if default is not None:
            return default
        raise Problem(400, Text(de=f"Der Parameter {name} fehlt.", en=f"The parameter {name} is missing."))
    if len(values) > 1:
        raise Problem(
            400, Text(de=f"Der Parameter {name} steht mehrmals da.", en=f"The parameter {name} is repeated.")
        )
    if len(values[0]) > MAX_PARAMETER:
        raise Problem(
            400,
            Text(
                de=f"Der Parameter {name} ist länger als {MAX_PARAMETER} Zeichen.",
                en=f"The parameter {name} is longer than {MAX_PARAMETER} characters.",
            ),
        )
    return values[0]


def whole_number(name: str, default: int, *, least: int = 0, most: int) -> int:
    """The number in the parameter `name`, cut to `most`. Raises a Problem for what is no number or below `least`."""
    text = given(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) < least:
        raise Problem(
            400,
            Text(
                de=f"Der Parameter {name} erwartet eine ganze Zahl ab {least}.",
                en=f"The parameter {name} takes a whole number from {least}.",
            ),
        )
    return min(int(text), most)


def language(name: str = "lang") -> Language:
    """The language of labels: the parameter, else the reader's. Others than German and English fall back to those."""
    said = request.args.get(name, "").lower().partition("-")[0]
    if said == "de":
        return "de"
    return "en" if said == "en" else reader_of_request().language


def nothing() -> NotFound:
    """404 for an IRI or a name of which the release says nothing."""
    return NotFound(Text(de="Davon sagt das Release nichts.", en="The release says nothing about this."))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A concept in a list."""

    iri: str
    label: str
    language: str | None
    notation: str | None
    kind: str | None
    scheme: str | None


def sketches(served: Served, iris: Iterable[str], language: Language) -> dict[str, Sketch]:
    """Each of `iris`, its label in the language that fits best, looked up at once; the IRI itself where none has."""
    wanted = list(dict.fromkeys(map(str, iris)))
    labels = served.catalogue.labels(wanted, language)
    entries = served.catalogue.entries(wanted)
    made: dict[str, Sketch] = {}
    for iri in wanted:
        label, entry = labels.get(iri), entries.get(iri)
        made[iri] = Sketch(
            iri,
            label.value if label else iri,
            label.language if label else None,
            entry.notation if entry else None,
            entry.kind if entry else None,
            entry.scheme if entry else None,
        )
    return made


def labelled(served: Served, mappings: Iterable[dict[str, Any]]) -> None:
    """Give the ends of JSKOS mappings the release's own labels in both languages, and their notations."""
    ends = [end for one in mappings for side in ("from", "to") for end in one[side]["memberSet"]]
    iris = [end["uri"] for end in ends]
    for tongue in LANGUAGES:
        known = sketches(served, iris, tongue)
        for end in ends:
            sketch = known[end["uri"]]
            if sketch.language == tongue:
                end["prefLabel"] = {
                    language: text
                    for language, text in end.get("prefLabel", {}).items()
                    if language in LANGUAGES
                } | {tongue: sketch.label}
            if sketch.notation:
                end["notation"] = [sketch.notation]


def classes(kind: str | None, *, base: str) -> tuple[str, ...]:
    """The classes of a kind of concept, the narrowest first."""
    slm = vocabulary(base)
    own = {"skill": slm.Skill, "skill-level": slm.SkillLevel, "level": slm.LevelOfResponsibility}.get(
        kind or ""
    )
    return (*((str(own),) if own is not None else ()), str(SKOS.Concept))


@dataclass(frozen=True, slots=True)
class Root:
    """The address of this site without a final slash, and what an answer that has it in its body tells caches."""

    address: str
    cache: str
    """Its Cache-Control."""
    vary: str = "Host"


def root(served: Served, *, cache: str = CURRENT) -> Root:
    """For documents that must name this site in full; `cache` is what they tell caches elsewhere.

    The site lives below its base IRI. A visitor on this machine gets the address that was asked for, as nobody else can be
    sent there, and asks again each time.
    """
    host = request.environ.get("HTTP_HOST", "")
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    port = host[len(name) + 1 :]
    if name in ("localhost", "127.0.0.1", "[::1]") and (not port or (port.isascii() and port.isdigit())):
        here = f"{request.environ.get('wsgi.url_scheme', 'http')}://{host}{served.addresses.mount}"
        return Root(here, "no-cache")
    return Root(served.release.base.rstrip("/"), cache)
