"""Pages that list: concepts with what is below them, schemes, collections, the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDFS, SKOS

from slm_graph.catalogue.lists import subjects
from slm_graph.errors import NotFound, Text
from slm_graph.namespaces import vocabulary
from slm_graph.web.site import Served
from slm_graph.web.views import Facts, Link, Names, facts_of, paging

PAGE_SIZE = 100
"""Items of a list on one page: some 50 kB of HTML where IRIs are long."""


def only_page(page: int) -> None:
    if page != 1:
        raise no_such_page()


def no_such_page() -> NotFound:
    return NotFound(Text(de="Diese Seite der Liste gibt es nicht.", en="The list has no such page."))


def listing(
    served: Served, names: Names, predicate: str, facts: Facts, page: int, *, size: int = PAGE_SIZE
) -> dict[str, Any]:
    iri = str(facts.iri)
    found, total = subjects(
        served.catalogue, predicate, iri, names.reader.language, limit=size, offset=(page - 1) * size
    )
    place = paging(
        total,
        size=size,
        page=page,
        href=served.addresses.document(iri).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise no_such_page()
    names.learn(found)
    return {"members": [names.link(member) for member in found], "total": total, "paging": place}


def collection_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    only_page(page)
    heads = facts.values(SKOS.memberList)
    items = facts.members(heads[0]) if heads else facts.values(SKOS.member)
    iris = [str(item) for item in items if isinstance(item, URIRef)]
    names.learn(iris)
    return {"members": [names.link(iri) for iri in iris[:PAGE_SIZE]], "ordered": bool(heads)}


@dataclass(frozen=True, slots=True)
class Term:
    """One class or property of the vocabulary, with all that is said of it."""

    link: Link
    anchor: str
    comment: Literal | None
    facts: tuple[Any, ...]


def vocabulary_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    only_page(page)
    namespace = str(vocabulary(names.addresses.base))
    groups: list[tuple[str, list[Term]]] = []
    for group, class_ in (
        ("classes", OWL.Class),
        ("objectProperties", OWL.ObjectProperty),
        ("datatypeProperties", OWL.DatatypeProperty),
        ("annotationProperties", OWL.AnnotationProperty),
    ):
        terms = [
            Term(
                link=names.link(str(subject)),
                anchor=str(subject)[len(namespace) :],
                comment=facts.text(RDFS.comment, names.reader.language, subject),
                facts=facts_of(facts, names, subject),
            )
            for subject in facts.subjects()
            if str(subject).startswith(namespace) and class_ in facts.values(RDF.type, subject)
        ]
        groups.append((group, sorted(terms, key=lambda term: term.anchor)))
    return {"groups": groups, "description": facts.text(DCTERMS.description, names.reader.language)}
