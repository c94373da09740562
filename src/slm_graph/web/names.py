"""What a page calls things, and where it links them: looked up at once for a page, kept for properties."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from slm_graph.catalogue import Catalogue, Entry, Label
from slm_graph.errors import Language
from slm_graph.namespaces import prefixes
from slm_graph.web.addresses import Addresses, web_link
from slm_graph.web.facts import Facts
from slm_graph.web.familiar import familiar
from slm_graph.web.texts import PROPERTY_NAMES

MAX_VALUES = 60
"""Values of one property on a page; the formats have all of them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `chosen` says that the language came by ?lang=, and links keep it."""

    language: Language
    chosen: bool = False

    def keep(self, href: str) -> str:
        """`href` in the reader's language, where that was chosen."""
        return with_language(href, self.language) if self.chosen else href


def with_language(href: str, language: Language) -> str:
    """A path reference with `lang` in its query.

    >>> with_language("/ontology#Skill", "en")
    '/ontology?lang=en#Skill'
    """
    path, hash_, fragment = href.partition("#")
    return f"{path}{'&' if '?' in path else '?'}lang={language}{hash_}{fragment}"


@dataclass(frozen=True, slots=True)
class Link:
    """A resource as shown: `href` None where there is nothing to follow."""

    iri: str
    text: str
    href: str | None
    language: str | None
    """Of `text`, where it is not the reader's."""
    notation: str | None = None
    kind: str | None = None
    external: bool = False


@dataclass(slots=True)
class Names:
    """What the links of one page need to know, looked up at once."""

    catalogue: Catalogue
    addresses: Addresses
    reader: Reader
    labels: dict[str, Label] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _links: dict[str, Link] = field(default_factory=dict)

    def learn(self, iris: Iterable[str]) -> None:
        """Look up names of `iris` that are not known yet."""
        wanted = {str(iri) for iri in iris} - self._asked
        if not wanted:
            return
        self.labels.update(self.catalogue.labels(wanted, self.reader.language))
        self.entries.update(self.catalogue.entries(wanted))
        for iri in wanted:
            self._links.pop(iri, None)
        self._asked |= wanted

    def learn_shown(self, *described: Facts) -> None:
        """Look up names of what a page shows of descriptions: a scheme may have thousands of members."""
        self.learn(iri for facts in described for iri in facts.shown(MAX_VALUES))
        _properties(self.catalogue, self.addresses, self.reader).learn(
            {
                str(predicate)
                for facts in described
                for subject in facts.subjects()
                for predicate in facts.predicates(subject)
            }
        )

    def link(self, iri: str) -> Link:
        """The link to `iri`: to its document here if the release describes it, else to the IRI itself."""
        found = self._links.get(iri)
        if found is None:
            found = self._links[iri] = self._link(iri)
        return found

    def _link(self, iri: str) -> Link:
        label, entry = self.labels.get(iri), self.entries.get(iri)
        text = label.value if label is not None else self._without_label(iri)
        language = label.language if label is not None else None
        own = entry is not None
        href = self.reader.keep(self.addresses.document(iri)) if own else web_link(iri)
        return Link(
            iri=iri,
            text=text,
            href=href,
            language=None if language == self.reader.language else language,
            notation=entry.notation if entry is not None else None,
            kind=entry.kind if entry is not None else None,
            external=not own and href is not None,
        )

    def _without_label(self, iri: str) -> str:
        known = familiar(iri, self.addresses.base)
        return (
            shortened(iri, self.addresses.base) if known is None else known.in_language(self.reader.language)
        )

    def property(self, iri: str) -> Link:
        """The link to a property, named in the reader's language where anybody names it."""
        return _properties(self.catalogue, self.addresses, self.reader).link(iri)


MANY_PROPERTIES = 2_000
"""Properties whose names are kept for the readers of a release; hardly any data set uses more than two hundred."""


class _Properties:
    """Links to properties: the same hundred stand on the pages of all concepts. Shared between threads."""

    def __init__(self, catalogue: Catalogue, addresses: Addresses, reader: Reader) -> None:
        self._catalogue, self._addresses, self._reader = catalogue, addresses, reader
        self._links: dict[str, Link] = {}

    def learn(self, iris: Set[str]) -> None:
        """Look up those of `iris` that are not known yet."""
        wanted = iris - self._links.keys()
        if not wanted:
            return
        names = Names(self._catalogue, self._addresses, self._reader)
        names.learn(wanted)
        if len(self._links) > MANY_PROPERTIES:
            self._links = {}
        self._links |= {iri: self._named(names, iri) for iri in wanted}

    def link(self, iri: str) -> Link:
        found = self._links.get(iri)
        if found is None:
            names = Names(self._catalogue, self._addresses, self._reader)
            names.learn([iri])
            found = self._links[iri] = self._named(names, iri)
        return found

    def _named(self, names: Names, iri: str) -> Link:
        found = names.link(iri)
        known = PROPERTY_NAMES.get(iri)
        if iri in names.labels or known is None:
            return found
        return Link(iri, known.in_language(self._reader.language), found.href, None, external=found.external)


_properties = lru_cache(maxsize=64)(_Properties)  # four readers of each release that is open


@lru_cache(maxsize=MANY_PROPERTIES)  # mostly of classes and of properties
def shortened(iri: str, base: str) -> str:
    """A name for an IRI nobody names: prefixed where a prefix is known, else as it is.

    >>> shortened("http://www.w3.org/2004/02/skos/core#Concept", "https://skills.example/")
    'skos:Concept'
    """
    best = max(
        ((namespace, prefix) for prefix, namespace in prefixes(base).items() if iri.startswith(namespace)),
        key=lambda pair: len(pair[0]),
        default=None,
    )
    if best is not None and len(iri) > len(best[0]):
        return f"{best[1]}:{iri[len(best[0]) :]}"
    return iri
