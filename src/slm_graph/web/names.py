"""What a page calls things, and where it links them: looked up at once for a page, kept for properties."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from slm_graph.catalogue import Catalogue, Entry, Label
from slm_graph.catalogue.keeping import kept
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
        self._asked |= wanted
        for iri, (label, entry) in (
            _known(self.catalogue, self.reader.language).names(self.catalogue, wanted).items()
        ):
            self._links.pop(iri, None)
            if label is not None:
                self.labels[iri] = label
            if entry is not None:
                self.entries[iri] = entry

    def learn_shown(self, *described: Facts) -> None:
        """Look up names of what a page shows of descriptions: a scheme may have thousands of members."""
        self.learn(iri for facts in described for iri in facts.shown(MAX_VALUES))
        _properties(self.catalogue, self.addresses, self.reader).learn(
            self.catalogue,
            {
                str(predicate)
                for facts in described
                for subject in facts.subjects()
                for predicate in facts.predicates(subject)
            },
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

    def scheme(self, iri: str) -> str | None:
        """The scheme that a concept, whose name is known, is shown in."""
        entry = self.entries.get(iri)
        return entry.scheme if entry is not None else None

    def property(self, iri: str) -> Link:
        """The link to a property, named in the reader's language where anybody names it."""
        return _properties(self.catalogue, self.addresses, self.reader).link(self.catalogue, iri)


MANY_NAMES = 8_192
"""Names that are kept for the readers of a language: what stands above others or beside them, in some 4 MB."""

MANY_PROPERTIES = 2_000
"""Links to properties that are kept for a reader; hardly any data set has more than two hundred."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Names that pages have looked up: schemes and parents stand on all pages below them. Shared between threads."""

    language: Language
    found: dict[str, tuple[Label | None, Entry | None]] = field(default_factory=dict)

    def names(self, catalogue: Catalogue, iris: Set[str]) -> dict[str, tuple[Label | None, Entry | None]]:
        """The label and the entry of each, None where the release has none."""
        # name by name: another thread may forget all of them meanwhile
        found = {iri: pair for iri in iris if (pair := self.found.get(iri)) is not None}
        unknown = iris - found.keys()
        if unknown:
            labels = catalogue.labels(unknown, self.language)
            entries = catalogue.entries(unknown)
            fresh = {iri: (labels.get(iri), entries.get(iri)) for iri in unknown}
            if len(self.found) + len(fresh) > MANY_NAMES:
                self.found.clear()
            self.found.update(fresh)
            found.update(fresh)
        return found


@kept(at_most=32)  # two languages of each release that is open
def _known(catalogue: Catalogue, language: Language) -> _Known:
    return _Known(language)


@dataclass(frozen=True, slots=True)
class _Properties:
    """Links to properties: the same hundred stand on the pages of all concepts. Shared between threads."""

    addresses: Addresses
    reader: Reader
    links: dict[str, Link] = field(default_factory=dict)

    def learn(self, catalogue: Catalogue, iris: Set[str]) -> None:
        """Look up those of `iris` that are not known yet."""
        wanted = iris - self.links.keys()
        if wanted:
            names = Names(catalogue, self.addresses, self.reader)
            names.learn(wanted)
            if len(self.links) + len(wanted) > MANY_PROPERTIES:
                self.links.clear()
            self.links.update({iri: self._named(names, iri) for iri in wanted})

    def link(self, catalogue: Catalogue, iri: str) -> Link:
        found = self.links.get(iri)
        if found is None:
            names = Names(catalogue, self.addresses, self.reader)
            names.learn([iri])
            found = self._named(names, iri)
        return found

    def _named(self, names: Names, iri: str) -> Link:
        found = names.link(iri)
        known = PROPERTY_NAMES.get(iri)
        if iri in names.labels or known is None:
            return found
        return Link(iri, known.in_language(self.reader.language), found.href, None, external=found.external)


@kept(at_most=64)  # four readers of each release that is open
def _properties(catalogue: Catalogue, addresses: Addresses, reader: Reader) -> _Properties:
    return _Properties(addresses, reader)


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
