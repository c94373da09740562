"""Which path on this server leads to which IRI, and back; no path is made from a request's Host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import quote, unquote

from slm_graph.formats import Format, by_suffix

UNESCAPED = "/!$&'()*+,;=:@~-._"
"""What stands in a path as it is (RFC 3986, 3.3: pchar and the slash)."""

OTHER_THINGS = ("agent/", "graph/", "mappings/", "release/")
"""Below the base, besides `id/`: things that have documents too."""

VOCABULARY = "ontology"

_LINKABLE = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def canonical_path(path: str) -> str:
    """The one spelling of a decoded path: NFC, UTF-8 percent-encoded in capitals where it must be.

    >>> canonical_path("/id/x/Pru\\u0308fung")
    '/id/x/Pr%C3%BCfung'
    """
    return quote(normalize("NFC", path), safe=UNESCAPED)


def names_in(path: str) -> tuple[str, ...]:
    """The local names below the base that a decoded path may mean: as it reads, and percent-encoded."""
    name = normalize("NFC", path)
    return tuple(dict.fromkeys((name, quote(name, safe=UNESCAPED))))


def split_suffix(name: str) -> tuple[str, Format | None]:
    """A document's name and the format its suffix fixes; a suffix no format has is part of the name.

    >>> split_suffix("ecf/A.2")
    ('ecf/A.2', None)
    >>> split_suffix("ecf/A.2.ttl")[0]
    'ecf/A.2'
    """
    stem, dot, suffix = name.rpartition(".")
    row = by_suffix(suffix) if dot and stem and not stem.endswith("/") else None
    return (stem, row) if row is not None else (name, None)


def web_link(iri: str) -> str | None:
    """`iri` if a page may link to it: http and https only, never javascript: or data:."""
    return iri if _LINKABLE.fullmatch(iri) else None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Paths of one release's documents: below `/doc/`, or below `/release/VERSION/doc/` for a snapshot."""

    base: str
    mount: str
    snapshot: str | None = None
    """The version, where the documents are those of a certain release."""

    @property
    def _documents(self) -> str:
        return f"{self.mount}/release/{self.snapshot}/doc" if self.snapshot else f"{self.mount}/doc"

    def owns(self, iri: str) -> bool:
        """Whether `iri` is below our base."""
        return iri.startswith(self.base)

    def thing(self, iri: str) -> str:
        """The path of one of our own things: the IRI's own, below the mount."""
        return self.mount + "/" + _path_of(iri[len(self.base) :])

    def document(self, iri: str, suffix: str | None = None) -> str:
        """The path of the document about `iri`, of the format with `suffix` if given; every IRI has one."""
        ending = f".{suffix}" if suffix else ""
        if not self.owns(iri) or iri == self.base:
            return f"{self._documents}/external{ending}?iri={quote(iri, safe='')}"
        local, hash_, fragment = iri[len(self.base) :].partition("#")
        anchor = hash_ + fragment if not suffix else ""
        if local.startswith("id/"):
            return f"{self._documents}/{_path_of(local[3:])}{ending}{anchor}"
        if local.startswith("mappings/") and not suffix and not self.snapshot:
            return f"{self.mount}/{_path_of(local)}"  # a set is a document itself
        if local == VOCABULARY and not self.snapshot:
            return f"{self.mount}/{VOCABULARY}{ending}{anchor}"
        if self.snapshot and local == f"release/{self.snapshot}":
            return self._documents + ending
        if local.startswith("release/") and not self.snapshot:
            return f"{self.mount}/{_path_of(local)}/doc{ending}"
        return f"{self._documents}/{_path_of(local)}{ending}{anchor}"


def _path_of(local: str) -> str:
    """A local name as a path; one that is percent-encoded already keeps its encoding."""
    return canonical_path(unquote(local))
