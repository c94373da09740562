"""A resource in the words of schema.org: a defined term or a set of them, for search engines and general tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDFS, SKOS
from rdflib.term import Node

from slm_graph.exports.published import Published
from slm_graph.model import Quad
from slm_graph.namespaces import SCHEMA

CONTEXT = "https://schema.org"
"""As search engines want to read it; programs get the vocabulary inline, so that they fetch nothing."""

_NAMES = (SKOS.prefLabel, DCTERMS.title, FOAF.name, RDFS.label)
_DESCRIPTIONS = (SKOS.definition, DCTERMS.description, RDFS.comment)

_WORDS: dict[URIRef, URIRef] = {
    SKOS.altLabel: SCHEMA.alternateName,
    SKOS.notation: SCHEMA.termCode,
    SKOS.inScheme: SCHEMA.inDefinedTermSet,
    SKOS.hasTopConcept: SCHEMA.hasDefinedTerm,
    SKOS.exactMatch: SCHEMA.sameAs,
    DCTERMS.license: SCHEMA.license,
    DCTERMS.creator: SCHEMA.creator,
    DCTERMS.rightsHolder: SCHEMA.copyrightHolder,
    DCTERMS.language: SCHEMA.inLanguage,
    DCTERMS.issued: SCHEMA.datePublished,
    DCTERMS.modified: SCHEMA.dateModified,
    FOAF.page: SCHEMA.subjectOf,
}
"""The word of schema.org for each of ours that has one."""

_TERM, _TERM_SET, _THING = SCHEMA.DefinedTerm, SCHEMA.DefinedTermSet, SCHEMA.Thing
_TEXTS = ((SCHEMA.name, _NAMES), (SCHEMA.description, _DESCRIPTIONS))
_TOLD = frozenset({RDF.type, *_NAMES, *_DESCRIPTIONS})


def schema_org(subject: URIRef, quads: Iterable[Quad]) -> list[Quad]:
    """What `quads` say of `subject`, as far as schema.org has words for it; labels and definitions in all languages."""
    said: dict[URIRef, list[Node]] = {}
    worded: list[tuple[URIRef, Node]] = []
    for s, p, o, _ in quads:
        if (s is subject or s == subject) and not isinstance(o, BNode):
            word = _WORDS.get(p)
            if word is not None:
                worded.append((word, o))
            elif p in _TOLD:
                said.setdefault(p, []).append(o)
    return [(subject, p, o, None) for p, o in dict.fromkeys((*_statements(said), *worded))]


def _statements(said: dict[URIRef, list[Node]]) -> Iterator[tuple[URIRef, Node]]:
    """Type, names and descriptions, each from the first of our properties that says it."""
    types = said.get(RDF.type, [])
    yield (
        RDF.type,
        _TERM_SET if SKOS.ConceptScheme in types else _TERM if SKOS.Concept in types else _THING,
    )
    for word, ours in _TEXTS:
        used = next((one for one in ours if one in said), None)
        if used is not None:
            yield from ((word, o) for o in said[used] if isinstance(o, Literal))


def schema_json(subject: URIRef, quads: Iterable[Quad], *, language: str | None = None) -> dict[str, Any]:
    """The same as JSON-LD; with `language` texts are plain and of that language where there is one of it.

    `quads` are those of `schema_org`.
    """
    found: dict[str, list[Node]] = {}
    for _, p, o, _ in quads:
        found.setdefault(str(p).removeprefix(str(SCHEMA)), []).append(o)
    context: object = CONTEXT if language is not None else {"@vocab": str(SCHEMA)}
    types = [str(one).removeprefix(str(SCHEMA)) for one in found.pop(str(RDF.type), [])]
    made: dict[str, Any] = {"@context": context, "@id": str(subject), "@type": types[0] if types else "Thing"}
    for name, values in found.items():
        said = [_value(one, plain=language is not None) for one in _of_language(values, language)]
        made[name] = said[0] if len(said) == 1 else said
    return made


def data_set(published: Published, *, title: str, description: str) -> dict[str, Any]:
    """The data set as search engines for data sets want it told."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": str(published.dataset),
        "name": title,
        "description": description,
        "url": published.base,
        "version": published.version,
        "creator": {"@type": "Organization", "@id": published.base + "agent/slm-graph", "name": "slm-graph"},
        **({"dateModified": published.date} if published.date is not None else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": dump.format.media_type,
                "contentUrl": f"{published.base}dumps/{dump.file}",
                "contentSize": f"{dump.bytes} B",
                "sha256": dump.sha256,
            }
            for dump in published.whole
        ],
    }


def _of_language(values: list[Node], language: str | None) -> list[Node]:
    if language is None:
        return values
    tagged = [one for one in values if isinstance(one, Literal) and one.language]
    if not tagged:
        return values
    return [one for one in tagged if one.language == language] or tagged[:1]  # type: ignore[return-value]  # a list of nodes


def _value(value: Node, *, plain: bool) -> object:
    if isinstance(value, URIRef):
        return {"@id": str(value)}
    if isinstance(value, Literal) and value.language and not plain:
        return {"@language": str(value.language), "@value": str(value)}
    return str(value)
