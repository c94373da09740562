"""Which path on this server leads to which IRI, and back; no path is made from a request's Host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote, unquote

from slm_graph.formats import Format, by_suffix

UNESCAPED = "/!$&'()*+,;=:@~-._"
"""What stands in a path as it is (RFC 3986, 3.3: pchar and the slash)."""

OTHER_THINGS = ("agent/", "graph/", "mappings/", "release/")
"""Below the base, besides `id/`: things that have documents too."""

VOCABULARY = "ontology"

KNOWN_FORMS = 8_192
"""IRIs whose paths are kept: what all pages lead to, and what is asked for at the time; some 4 MB."""

_PLAIN = re.compile(r"[A-Za-z0-9/!$&'()*+,;=:@~._-]*")
"""A local name that is its own path: nothing in it is encoded, or would be."""

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

    def owns(self, iri: str) -> bool:
        """Whether `iri` is below our base."""
        return iri.startswith(self.base)

    def thing(self, iri: str) -> str:
        """The path of one of our own things: the IRI's own, below the mount."""
        return self.mount + "/" + _path_of(iri[len(self.base) :])

    def document(self, iri: str, suffix: str | None = None) -> str:
        """The path of the document about `iri`, of the format with `suffix` if given; every IRI has one."""
        forms = self.forms(iri)
        return forms.page if suffix is None else f"{forms.stem}.{suffix}{forms.query}"

    def forms(self, iri: str) -> Forms:
        """What the paths of all representations of the document about `iri` are made of."""
        return _forms(self.base, self.mount, self.snapshot, str(iri))


@dataclass(frozen=True, slots=True)
class Forms:
    """The paths of one document: `page` without a suffix, the others as `stem`, a dot, the suffix, `query`."""

    page: str
    stem: str
    query: str = ""
    """With its question mark."""


@lru_cache(maxsize=KNOWN_FORMS)
def _forms(base: str, mount: str, snapshot: str | None, iri: str) -> Forms:
    documents = f"{mount}/release/{snapshot}/doc" if snapshot else f"{mount}/doc"
    if not iri.startswith(base) or iri == base:
        query = f"?iri={quote(iri, safe='')}"
        return Forms(f"{documents}/external{query}", f"{documents}/external", query)
    local, hash_, fragment = iri[len(base) :].partition("#")
    path = _path_of(local)
    stem = f"{documents}/{path}"
    if local.startswith("id/"):
        stem = f"{documents}/{path[3:]}"
    elif local.startswith("mappings/") and not snapshot:
        return Forms(f"{mount}/{path}", stem)  # a set is a document itself
    elif local == VOCABULARY and not snapshot:
        stem = f"{mount}/{VOCABULARY}"
    elif snapshot and local == f"release/{snapshot}":
        return Forms(documents, documents)
    elif local.startswith("release/") and not snapshot:
        return Forms(f"{mount}/{path}/doc", f"{mount}/{path}/doc")
    return Forms(stem + hash_ + fragment, stem)


def _path_of(local: str) -> str:
    """A local name as a path; one that is percent-encoded already keeps its encoding."""
    return local if _PLAIN.fullmatch(local) else canonical_path(unquote(local))
