"""CURIEs and IRIs of a mapping set: expanding with its curie_map, and shortening again."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnlyMapping
from types import MappingProxyType

from rdflib import URIRef

from slm_graph.errors import DataRefused, Text

BUILT_IN: ReadOnlyMapping[str, str] = MappingProxyType(
    {
        "linkml": "https://w3id.org/linkml/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sssom": "https://w3id.org/sssom/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefixes that need no declaration in an SSSOM file, and may not be declared as anything else."""

PREFIX_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")
_WEB = ("http://", "https://")
_SPLIT = re.compile(r"(.+[/#])([^/#]+[/#]*)|(.+:)([^/#:]+:*)")


class CurieError(ValueError):
    """A reference that cannot be expanded; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def is_absolute(iri: str) -> bool:
    """`iri` has a scheme and only characters an IRI may have.

    >>> is_absolute("https://example.org/a"), is_absolute("a/b"), is_absolute("https://example.org/a b")
    (True, False, False)
    """
    return _IRI.fullmatch(iri) is not None


def expand(reference: str, prefixes: ReadOnlyMapping[str, str]) -> URIRef:
    """The IRI of a CURIE, or of an IRI written out. Raises CurieError.

    >>> expand("esco:skill/1", {"esco": "http://data.europa.eu/esco/"})
    rdflib.term.URIRef('http://data.europa.eu/esco/skill/1')
    """
    prefix, colon, local = reference.partition(":")
    namespace = prefixes.get(prefix) or BUILT_IN.get(prefix)
    if namespace is not None and local:
        iri = namespace + local
    elif reference.startswith(_WEB):
        iri = reference
    elif not colon or not local:
        raise CurieError(
            Text(
                de=f"„{reference}“ ist kein CURIE (PRÄFIX:NAME)",
                en=f"'{reference}' is no CURIE (PREFIX:NAME)",
            )
        )
    else:
        raise CurieError(
            Text(
                de=f"Das Präfix „{prefix}“ von „{reference}“ steht nicht in der curie_map",
                en=f"the prefix '{prefix}' of '{reference}' is not in the curie_map",
            )
        )
    if not is_absolute(iri):
        raise CurieError(
            Text(
                de=f"„{reference}“ ergibt keine gültige IRI: {iri}",
                en=f"'{reference}' gives no valid IRI: {iri}",
            )
        )
    return URIRef(iri)


class Shortener:
    """IRIs as CURIEs; a namespace without a prefix gets one (`ns1`, `ns2` …) in the order it is met."""

    def __init__(self, prefixes: ReadOnlyMapping[str, str]) -> None:
        self.prefixes = dict(prefixes)
        """What the curie_map has to declare, new prefixes included."""
        self._by_namespace = {namespace: prefix for prefix, namespace in {**BUILT_IN, **prefixes}.items()}
        self._known: dict[str, str] = {}

    def curie(self, iri: str) -> str:
        """The CURIE with the longest namespace that fits. Raises DataRefused without any."""
        if iri not in self._known:
            self._known[iri] = self._shorten(iri)
        return self._known[iri]

    def _shorten(self, iri: str) -> str:
        # From the longest possible namespace down; each step is a look-up, so many prefixes cost nothing.
        for end in range(len(iri) - 1, 0, -1):
            prefix = self._by_namespace.get(iri[:end])
            if prefix is not None:
                return f"{prefix}:{iri[end:]}"
        match = _SPLIT.fullmatch(iri)
        if match is None or not is_absolute(iri):
            raise DataRefused(
                Text(
                    de=f"Aus <{iri}> lässt sich kein CURIE bilden", en=f"<{iri}> cannot be written as a CURIE"
                ),
                hint=Text(de="Ein Präfix dafür angeben.", en="Give a prefix for it."),
            )
        number = 1
        while f"ns{number}" in self.prefixes:
            number += 1
        namespace, local = (part for part in match.groups() if part is not None)
        self.prefixes[f"ns{number}"] = namespace
        self._by_namespace[namespace] = f"ns{number}"
        return f"ns{number}:{local}"
