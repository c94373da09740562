"""From a description to what a page shows: values with languages, facts in a reader's order, definitions, mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, SKOS
from rdflib.term import Node

from slm_graph.errors import Language
from slm_graph.namespaces import PAV, SSSOM, vocabulary
from slm_graph.web.facts import Facts
from slm_graph.web.names import MAX_VALUES, Link, Names, Reader, shortened, with_language
from slm_graph.web.texts import say

__all__ = [
    "MAX_VALUES",
    "Definition",
    "Fact",
    "Facts",
    "Link",
    "MappingRow",
    "Names",
    "Paging",
    "Reader",
    "Value",
    "definitions_of",
    "facts_of",
    "mappings_of",
    "numbered",
    "paging",
    "query_string",
    "shortened",
    "value_of",
    "with_language",
]

MAX_FACT = 2_000
"""Characters of one text among a page's facts: the longest official wording is longer, and stands whole above them."""

MAX_TEXT = 20_000
"""Characters of a definition on a page: ten times the longest official one; the formats have all of it."""

MAX_DEPTH = 4
"""Of blank nodes inside one another on a page: restrictions in OWL nest two or three deep."""


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

_PLACES = {predicate: place for place, predicate in enumerate(FIRST)}


def facts_of(facts: Facts, names: Names, subject: Node | None = None, *, depth: int = 0) -> tuple[Fact, ...]:
    """Every fact about `subject`, by default the resource itself."""
    about = facts.iri if subject is None else subject
    language = names.reader.language
    predicates = sorted(facts.predicates(about), key=lambda p: (_PLACES.get(p, len(_PLACES)), str(p)))
    shown: list[Fact] = []
    for predicate in predicates:
        objects: Sequence[Node] = facts.values(predicate, about)
        if len(objects) > 1 and any(type(term) is Literal for term in objects):
            objects = sorted(objects, key=lambda term: _language_order(term, language))
        values = tuple(value_of(term, facts, names, depth=depth) for term in objects[:MAX_VALUES])
        shown.append(Fact(names.property(str(predicate)), values, max(0, len(objects) - MAX_VALUES)))
    return tuple(shown)


def _language_order(term: Node, language: Language) -> int:
    return 0 if type(term) is Literal and term.language == language else 1


def value_of(term: Node, facts: Facts, names: Names, *, depth: int = 0) -> Value:
    """One object as a page shows it."""
    if type(term) is URIRef:  # quicker than isinstance, which rdflib's abstract classes answer in Python
        return Value(link=names.link(str(term)))
    if type(term) is Literal:
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


def mappings_of(facts: Facts, names: Names, languages: Mapping[Node, str]) -> tuple[MappingRow, ...]:
    """The mappings from the resource: the records about it, and plain matches without a record.

    `languages`: of the plain texts of records, for those whose set names one.
    """
    rows: list[MappingRow] = []
    recorded: set[tuple[str, str]] = set()
    for record in facts.subjects():
        if type(record) is not BNode or facts.iri not in facts.values(OWL.annotatedSource, record):
            continue
        for predicate in facts.iris(OWL.annotatedProperty, record):
            for target in facts.iris(OWL.annotatedTarget, record):
                recorded.add((predicate, target))
                rows.append(_recorded(facts, names, record, predicate, target, languages.get(record, "")))
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


def _recorded(
    facts: Facts, names: Names, record: Node, predicate: str, target: str, language: str
) -> MappingRow:
    confidence = next(iter(facts.texts(SSSOM.confidence, record)), None)
    comment = facts.text(RDFS.comment, names.reader.language, record)
    end = names.link(target)
    named = facts.text(SSSOM.object_label, names.reader.language, record)
    if named is not None and target not in names.labels:
        tag = named.language or language
        end = replace(end, text=str(named), language=tag if tag not in ("", names.reader.language) else None)
    # not equal to nothing: a search for an equal that found nothing
    nothing = target == str(SSSOM.NoTermFound)
    return MappingRow(
        relation=names.property(target if nothing else predicate),
        target=None if nothing else end,
        negated=SSSOM.NegatedPredicate in facts.values(SSSOM.predicate_modifier, record),
        confidence=_decimal(confidence),
        authors=tuple(names.link(iri) for iri in facts.iris(PAV.authoredBy, record)),
        comment=None if comment is None else Value(str(comment), comment.language or language),
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
        return reader.keep(numbered(href, number)) if 1 <= number <= pages else None

    return Paging(page, pages, at(page - 1), at(page + 1))


def numbered(href: str, page: int) -> str:
    """The address of a page of the list at `href`; that of the first is the list's own.

    >>> numbered("/search?q=a", 2), numbered("/doc/sfia", 1)
    ('/search?q=a&page=2', '/doc/sfia')
    """
    return f"{href}{'&' if '?' in href else '?'}page={page}" if page > 1 else href


def query_string(values: Sequence[tuple[str, str]]) -> str:
    """`?name=value&…`, or nothing for no values."""
    return (
        "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in values)
        if values
        else ""
    )
