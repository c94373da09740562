"""JSON-LD contexts without the network: our own is put in place of its name, every other name is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slm_graph import resources
from slm_graph.namespaces import DEFAULT_BASE

Json = Any
"""What `json.loads` gives."""

CONTEXT_FILE = "context.jsonld"
_PATH_REFERENCE = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|//)([^?#]*/)?" + re.escape(CONTEXT_FILE))


class RemoteContext(Exception):
    """A context that would have to be fetched; `reference` as the document names it."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def is_ours(reference: str, *, base: str) -> bool:
    """Whether a reference names the shipped context: its IRI below a base, or a path that ends in its name.

    >>> is_ours("/kompetenzen/context.jsonld", base=DEFAULT_BASE)
    True
    >>> is_ours("//elsewhere.example/context.jsonld", base=DEFAULT_BASE)
    False
    """
    named = (DEFAULT_BASE + CONTEXT_FILE, base + CONTEXT_FILE)
    return reference in named or _PATH_REFERENCE.fullmatch(reference) is not None


def shipped(base: str = DEFAULT_BASE) -> dict[str, Json]:
    """The value of `@context` in the shipped context, moved to `base`."""
    definitions: dict[str, Json] = moved(resources.context()["@context"], base=base)
    return definitions


def moved(value: Json, *, base: str) -> Json:
    """A context with every IRI below the default base moved to `base`; keys are terms and stay."""
    if isinstance(value, str):
        return base + value[len(DEFAULT_BASE) :] if value.startswith(DEFAULT_BASE) else value
    if isinstance(value, dict):
        return {key: moved(part, base=base) for key, part in value.items()}
    if isinstance(value, list):
        return [moved(part, base=base) for part in value]
    return value


def inlined(document: Json, *, base: str = DEFAULT_BASE) -> Json:
    """The document with our context in place of each reference to it, scoped ones and `@import` included.

    `document` itself when it refers to none. Raises RemoteContext for any other reference.
    """
    if isinstance(document, list):
        parts = [inlined(part, base=base) for part in document]
        return document if all(new is old for new, old in zip(parts, document, strict=True)) else parts
    if not isinstance(document, dict):
        return document
    changed = {
        key: _context(part, base=base) if key == "@context" else inlined(part, base=base)
        for key, part in document.items()
        if key != "@value"  # of a JSON literal: data, whatever its keys are called
    }
    if all(part is document[key] for key, part in changed.items()):
        return document
    return {key: changed.get(key, part) for key, part in document.items()}


def _context(value: Json, *, base: str) -> Json:
    if isinstance(value, str):
        if is_ours(value, base=base):
            return shipped(base)
        raise RemoteContext(value)
    if isinstance(value, list):
        parts = [_context(part, base=base) for part in value]
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    if not isinstance(value, dict):
        return value
    imported = value.get("@import")
    definitions = inlined(value, base=base)
    if not isinstance(imported, str):
        return definitions
    if not is_ours(imported, base=base):
        raise RemoteContext(imported)
    return {**shipped(base), **{key: part for key, part in definitions.items() if key != "@import"}}


def definitions_of(context: Mapping[str, Json]) -> Mapping[str, Json]:
    """The definitions of a context given as a document (`{"@context": …}`) or as they are."""
    inner = context.get("@context", context)
    if not isinstance(inner, Mapping):
        raise TypeError(f"a context of definitions is expected, not {inner!r}")
    return inner
