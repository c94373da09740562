"""A JSON-LD context read backwards: from IRI and value to the term that says them shortest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from slm_graph.engine.canonical import iri_text, printable
from slm_graph.errors import DataRefused, Text

_KEYWORDS = ("@id", "@type", "@value", "@language", "@list", "@graph")
_UNDERSTOOD = frozenset({"@id", "@type", "@container", "@prefix"})
_CONTAINERS = frozenset({"@language", "@set", "@list"})
_GENERIC_DELIMITERS = tuple(":/?#[]@")
"""A simple term whose IRI ends in one of them is a prefix (JSON-LD 1.1 API, 4.2.2, step 14.2.4)."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True)
class Term:
    """One definition of a context; `type` is '@id', '@vocab', a datatype's IRI, or None."""

    name: str
    iri: str
    type: str | None
    container: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inverse:
    """What a context offers to a writer."""

    keyword: Mapping[str, str]
    """'@id' … → its alias, or itself."""
    terms: Mapping[str, tuple[Term, ...]]
    """IRI → its terms, by name."""
    prefixes: tuple[tuple[str, str], ...]
    """Namespace, prefix."""
    names: frozenset[str]
    """Every name the context defines: a compact IRI that looks like one would be read as it."""
    _written: dict[tuple[str, bool], str]

    def fresh(self) -> Inverse:
        """The same with nothing remembered, for one document: its IRIs may be a stranger's, and many."""
        return replace(self, _written={})

    def vocabulary_iri(self, iri: str) -> str:
        """An IRI where terms are understood: a key, or a value of `@type`."""
        return self._remembered(iri, True)

    def document_iri(self, iri: str) -> str:
        """An IRI where only prefixes are understood: a value of `@id`; as a key it means no term.

        Raises DataRefused for an IRI whose scheme is a prefix of the context.
        """
        return self._remembered(iri, False)

    def _remembered(self, iri: str, vocabulary: bool) -> str:
        key = (iri, vocabulary)
        text = self._written.get(key)
        if text is None:
            text = self._written[key] = self._shortest(iri, vocabulary)
        return text

    def _shortest(self, iri: str, vocabulary: bool) -> str:
        iri_text(iri)
        if vocabulary:
            for term in self.terms.get(iri, ()):
                if term.type is None and not term.container:
                    return term.name
        return self._compact_iri(iri)

    def _compact_iri(self, iri: str) -> str:
        made = [
            f"{prefix}:{iri[len(namespace) :]}"
            for namespace, prefix in self.prefixes
            if iri.startswith(namespace)
            and len(iri) > len(namespace)
            and not iri.startswith("//", len(namespace))
        ]
        if free := [text for text in made if text not in self.names]:
            return min(free, key=lambda text: (len(text), text))
        scheme = _SCHEME.match(iri)
        is_prefix = scheme is not None and any(prefix == scheme[1] for _, prefix in self.prefixes)
        if scheme is None or not is_prefix or iri.startswith("//", scheme.end()):
            return iri
        raise DataRefused(
            Text(
                de=f"Die IRI {printable(iri)} hat ein Schema, das im JSON-LD-Kontext ein Präfix ist.",
                en=f"the IRI {printable(iri)} has a scheme that is a prefix in the JSON-LD context.",
            ),
            hint=Text(
                de="Ein anderes Format wählen, etwa Turtle.", en="Choose another format, such as Turtle."
            ),
        )


def inverse(definitions: Mapping[str, Any]) -> Inverse:
    """The inverse of a context's definitions.

    Understood are prefixes, terms, `@type`, the containers `@language`, `@set` and `@list`, and aliases of keywords.
    Raises ValueError for a context that uses anything else: what a writer does not understand it cannot honour.
    """
    aliases = {keyword: keyword for keyword in _KEYWORDS}
    terms: dict[str, list[Term]] = {}
    prefixes: list[tuple[str, str]] = []
    for name in sorted(definitions):
        value = definitions[name]
        if name == "@version":
            continue
        if name.startswith("@"):
            raise ValueError(f"the context has {name}, which is not understood here")
        if value in _KEYWORDS:
            aliases[value] = name
            continue
        term = _term(name, definitions)
        terms.setdefault(term.iri, []).append(term)
        is_simple = isinstance(value, str) and term.iri.endswith(_GENERIC_DELIMITERS)
        if is_simple or (isinstance(value, Mapping) and value.get("@prefix") is True):
            prefixes.append((term.iri, name))
    by_iri = {iri: tuple(named) for iri, named in terms.items()}
    return Inverse(aliases, by_iri, tuple(prefixes), frozenset(definitions), {})


def _term(name: str, definitions: Mapping[str, Any]) -> Term:
    value = definitions[name]
    if isinstance(value, str):
        return Term(name, _expanded(value, definitions), None, frozenset())
    if (
        not isinstance(value, Mapping)
        or not set(value) <= _UNDERSTOOD
        or not isinstance(value.get("@id"), str)
    ):
        raise ValueError(f"the context defines {name} in a way that is not understood here: {value!r}")
    container = value.get("@container", [])
    containers = frozenset([container] if isinstance(container, str) else container)
    if (
        not containers <= _CONTAINERS
        or {"@list", "@language"} <= containers
        or {"@list", "@set"} <= containers
    ):
        raise ValueError(f"the context gives {name} a container that is not understood here: {container!r}")
    type_ = value.get("@type")
    if type_ is not None and type_ not in ("@id", "@vocab"):
        if type_.startswith("@"):
            raise ValueError(f"the context gives {name} a type that is not understood here: {type_}")
        type_ = _expanded(type_, definitions)
    if "@language" in containers and type_ is not None:
        raise ValueError(f"the context gives {name} both a type and languages")
    return Term(name, _expanded(value["@id"], definitions), type_, containers)


def _expanded(text: str, definitions: Mapping[str, Any]) -> str:
    """A term, compact IRI or IRI of a context as IRI; contexts nest their prefixes once or twice."""
    for _ in range(len(definitions)):
        prefix, colon, rest = text.partition(":")
        if not colon or rest.startswith("//"):
            if text not in definitions:
                break
            inner, rest = definitions[text], ""
        elif prefix in definitions:
            inner = definitions[prefix]
        else:
            break
        inner = inner["@id"] if isinstance(inner, Mapping) else inner
        text = inner + rest
    if ":" not in text:
        raise ValueError(f"the context has {text}, which is no IRI")
    return text
