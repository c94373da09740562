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
from slm_graph.web.views import Facts, Link, Names, Paging, facts_of, paging

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
    place = _place(served, names, facts, page, total=total, size=size)
    names.learn(found)
    return {"members": [names.link(member) for member in found], "total": total, "paging": place}


def _place(served: Served, names: Names, facts: Facts, page: int, *, total: int, size: int) -> Paging:
    """Where the page stands in its list. Raises NotFound for one that the list does not have."""
    place = paging(
        total,
        size=size,
        page=page,
        href=served.addresses.document(str(facts.iri)).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise no_such_page()
    return place


def collection_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    heads = facts.values(SKOS.memberList)
    items = facts.members(heads[0]) if heads else facts.values(SKOS.member)
    iris = [str(item) for item in items if isinstance(item, URIRef)]
    first = (page - 1) * PAGE_SIZE
    shown = iris[first : first + PAGE_SIZE]
    place = _place(served, names, facts, page, total=len(iris), size=PAGE_SIZE)
    names.learn(shown)
    return {
        "members": [names.link(iri) for iri in shown],
        "total": len(iris),
        "first": first + 1,
        "paging": place,
        "ordered": bool(heads),
    }


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
