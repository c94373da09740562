"""From a description to what a page shows: links with names, values with languages, facts in a reader's order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, SKOS
from rdflib.term import Node

from slm_graph.catalogue import Catalogue, Description, Entry, Label
from slm_graph.errors import LANGUAGES, Language
from slm_graph.namespaces import PAV, SSSOM, prefixes, vocabulary
from slm_graph.web.addresses import Addresses, web_link
from slm_graph.web.familiar import familiar
from slm_graph.web.texts import PROPERTY_NAMES, say

MAX_VALUES = 60
"""Values of one property on a page; the formats have all of them."""

MAX_FACT = 2_000
"""Characters of one text among a page's facts: the longest official wording is longer, and stands whole above them."""

MAX_TEXT = 20_000
"""Characters of a definition on a page: ten times the longest official one; the formats have all of it."""

MAX_DEPTH = 4
"""Of blank nodes inside one another on a page: restrictions in OWL nest two or three deep."""


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


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a link, a text, or the facts about a blank node."""

    text: str = ""
    language: str | None = None
    link: Link | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One property with its values; `more` says how many are not shown."""

    property: Link
    values: tuple[Value, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition with what is said of its wording: `marker` is `short`, `verbatim` or None."""

    text: str
    language: str | None
    marker: str | None
    statement: Link | None
    sources: tuple[Link, ...] = ()
    """Of a wording that was read from a page."""


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One mapping from the resource, as a row of the table."""

    relation: Link
    target: Link | None
    """None: no counterpart was found."""
    negated: bool
    confidence: str | None
    authors: tuple[Link, ...]
    comment: Value | None


@dataclass(slots=True)
class Names:
    """What the links of one page need to know, looked up at once."""

    catalogue: Catalogue
    addresses: Addresses
    reader: Reader
    labels: dict[str, Label] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def learn(self, iris: Iterable[str]) -> None:
        """Look up names of `iris` that are not known yet."""
        wanted = [
            iri for iri in dict.fromkeys(map(str, iris)) if iri not in self.entries and iri not in self.labels
        ]
        self.labels.update(self.catalogue.labels(wanted, self.reader.language))
        self.entries.update(self.catalogue.entries(wanted))

    def learn_shown(self, *described: Facts) -> None:
        """Look up names of what a page shows of descriptions: a scheme may have thousands of members."""
        self.learn(
            str(term)
            for facts in described
            for subject in facts.subjects()
            for predicate in facts.predicates(subject)
            for term in (subject, predicate, *facts.values(predicate, subject)[:MAX_VALUES])
            if isinstance(term, URIRef)
        )

    def link(self, iri: str) -> Link:
        """The link to `iri`: to its document here if the release describes it, else to the IRI itself."""
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
        found = self.link(iri)
        known = PROPERTY_NAMES.get(iri)
        if iri in self.labels or known is None:
            return found
        return Link(iri, known.in_language(self.reader.language), found.href, None, external=found.external)


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


class Facts:
    """The statements of one description, by subject and predicate, in their canonical order."""

    def __init__(self, description: Description) -> None:
        self.iri = description.iri
        # inner dictionaries as ordered sets: the same statement in two graphs is one on a page, of thousands too
        self._said: dict[Node, dict[URIRef, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
        for subject, predicate, object_, _ in description.quads:
            self._said[subject][predicate][object_] = None

    def subjects(self) -> tuple[Node, ...]:
        return tuple(self._said)

    def predicates(self, subject: Node) -> tuple[URIRef, ...]:
        return tuple(self._said.get(subject, {}))

    def values(self, predicate: URIRef, subject: Node | None = None) -> tuple[Node, ...]:
        """The objects of `predicate` about `subject`, by default the resource itself."""
        about = self._said.get(self.iri if subject is None else subject)
        return tuple(about.get(predicate, ())) if about is not None else ()

    def iris(self, predicate: URIRef, subject: Node | None = None) -> tuple[str, ...]:
        return tuple(str(term) for term in self.values(predicate, subject) if isinstance(term, URIRef))

    def texts(self, predicate: URIRef, subject: Node | None = None) -> tuple[Literal, ...]:
        return tuple(term for term in self.values(predicate, subject) if isinstance(term, Literal))

    def text(self, predicate: URIRef, language: Language, subject: Node | None = None) -> Literal | None:
        """The value for a reader of `language`: that language, else the other one, else any."""
        found = self.texts(predicate, subject)
        order = (language, *(other for other in LANGUAGES if other != language))
        return min(
            found,
            key=lambda value: order.index(value.language) if value.language in order else 9,
            default=None,
        )

    def is_true(self, predicate: URIRef) -> bool | None:
        """The boolean value of `predicate`, None without one."""
        value = next(iter(self.texts(predicate)), None)
        return None if value is None else str(value) in ("true", "1")

    def members(self, head: Node) -> tuple[Node, ...]:
        """The items of the RDF list at `head`; it ends where the list is broken or runs in a circle."""
        items: list[Node] = []
        seen: set[Node] = set()
        while head != RDF.nil and head not in seen:
            seen.add(head)
            items.extend(self.values(RDF.first, head)[:1])
            head = next(iter(self.values(RDF.rest, head)), RDF.nil)
        return tuple(items)


FIRST: tuple[URIRef, ...] = (
    RDF.type,
    SKOS.prefLabel,
    RDFS.label,
    DCTERMS.title,
    FOAF.name,
    SKOS.notation,
    SKOS.altLabel,
    SKOS.definition,
    RDFS.comment,
    DCTERMS.description,
    SKOS.scopeNote,
    SKOS.inScheme,
    SKOS.topConceptOf,
    SKOS.broader,
)
"""The order in which a page tells its facts; what is not named follows by IRI."""


def facts_of(facts: Facts, names: Names, subject: Node | None = None, *, depth: int = 0) -> tuple[Fact, ...]:
    """Every fact about `subject`, by default the resource itself."""
    about = facts.iri if subject is None else subject
    order = {predicate: place for place, predicate in enumerate(FIRST)}
    predicates = sorted(facts.predicates(about), key=lambda p: (order.get(p, len(order)), str(p)))
    shown: list[Fact] = []
    for predicate in predicates:
        objects = sorted(
            facts.values(predicate, about), key=lambda term: _language_order(term, names.reader.language)
        )
        values = tuple(value_of(term, facts, names, depth=depth) for term in objects[:MAX_VALUES])
        shown.append(Fact(names.property(str(predicate)), values, max(0, len(objects) - MAX_VALUES)))
    return tuple(shown)


def _language_order(term: Node, language: Language) -> int:
    return 0 if isinstance(term, Literal) and term.language == language else 1


def value_of(term: Node, facts: Facts, names: Names, *, depth: int = 0) -> Value:
    """One object as a page shows it."""
    if isinstance(term, URIRef):
        return Value(link=names.link(str(term)))
    if isinstance(term, Literal):
        if term.datatype == XSD.boolean:
            return Value(say("yes" if str(term) in ("true", "1") else "no", names.reader.language))
        return Value(_short(str(term), MAX_FACT), term.language)
    if depth >= MAX_DEPTH:
        return Value("…")
    if facts.values(RDF.first, term):
        items = facts.members(term)[:MAX_VALUES]
        return Value(
            facts=(
                Fact(
                    names.property(str(RDF.List)),
                    tuple(value_of(item, facts, names, depth=depth + 1) for item in items),
                ),
            )
        )
    return Value(facts=facts_of(facts, names, term, depth=depth + 1))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + " …"


def definitions_of(facts: Facts, names: Names) -> tuple[Definition, ...]:
    """The definitions, the reader's language first, each with the statement about its wording."""
    base = names.addresses.base
    statements: dict[str, tuple[str, str]] = {}
    for iri in facts.iris(DCTERMS.provenance):
        for kind in ("short", "verbatim"):
            if iri.startswith(f"{base}id/statement/{kind}-"):
                statements[iri.rpartition("-")[2]] = (kind, iri)
    found = sorted(
        facts.texts(SKOS.definition),
        key=lambda text: (_language_order(text, names.reader.language), text.language or ""),
    )
    made: list[Definition] = []
    for text in found:
        said = statements.get(text.language or "")
        marker, link = (said[0], names.link(said[1])) if said is not None else (None, None)
        sources = tuple(map(names.link, facts.iris(DCTERMS.source))) if marker == "verbatim" else ()
        made.append(Definition(_short(str(text), MAX_TEXT), text.language, marker, link, sources))
    return tuple(made)


_MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


def mappings_of(facts: Facts, names: Names) -> tuple[MappingRow, ...]:
    """The mappings from the resource: the records about it, and plain matches without a record."""
    rows: list[MappingRow] = []
    recorded: set[tuple[str, str]] = set()
    for record in facts.subjects():
        if not isinstance(record, BNode) or facts.iri not in facts.values(OWL.annotatedSource, record):
            continue
        for predicate in facts.iris(OWL.annotatedProperty, record):
            for target in facts.iris(OWL.annotatedTarget, record):
                recorded.add((predicate, target))
                rows.append(_recorded(facts, names, record, predicate, target))
    used = vocabulary(names.addresses.base).usedInOccupation
    for match in (*_MATCHES, used):
        rows += [
            MappingRow(names.property(str(match)), names.link(target), False, None, (), None)
            for target in facts.iris(match)
            if (str(match), target) not in recorded
        ]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.target is None,
                -float(row.confidence or 0),
                row.target.iri if row.target else "",
            ),
        )
    )


def _recorded(facts: Facts, names: Names, record: Node, predicate: str, target: str) -> MappingRow:
    confidence = next(iter(facts.texts(SSSOM.confidence, record)), None)
    comment = facts.text(RDFS.comment, names.reader.language, record)
    end = names.link(target)
    named = facts.text(SSSOM.object_label, names.reader.language, record)
    if named is not None and target not in names.labels:
        end = replace(end, text=str(named), language=named.language)
    return MappingRow(
        relation=names.property(predicate),
        target=None if target == str(SSSOM.NoTermFound) else end,
        negated=SSSOM.NegatedPredicate in facts.values(SSSOM.predicate_modifier, record),
        confidence=_decimal(confidence),
        authors=tuple(names.link(iri) for iri in facts.iris(PAV.authoredBy, record)),
        comment=None if comment is None else Value(str(comment), comment.language),
    )


def _decimal(value: Literal | None) -> str | None:
    """A confidence with two digits, None for what is no number."""
    try:
        return None if value is None else f"{float(value):.2f}"
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list; `page` counts from 1."""

    page: int
    pages: int
    previous: str | None
    next: str | None


def paging(total: int, *, size: int, page: int, href: str, reader: Reader) -> Paging:
    """Where a list of `total` items stands at `page`; `href` is the list's own address."""
    pages = max(1, -(-total // size))

    def at(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        separator = "&" if "?" in href else "?"
        return reader.keep(f"{href}{separator}page={number}" if number > 1 else href)

    return Paging(page, pages, at(page - 1), at(page + 1))


def query_string(values: Sequence[tuple[str, str]]) -> str:
    """`?name=value&…`, or nothing for no values."""
    return (
        "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in values)
        if values
        else ""
    )
