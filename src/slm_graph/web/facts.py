"""The statements of one description, to be asked by subject and predicate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from slm_graph.catalogue import Description
from slm_graph.errors import LANGUAGES, Language


class Facts:
    """The statements of one description, by subject and predicate, in their canonical order."""

    # `type(term) is …` instead of isinstance: rdflib's classes are abstract ones, which answer it in Python

    def __init__(self, description: Description) -> None:
        self.iri = description.iri
        # inner dictionaries as ordered sets: the same statement in two graphs is one on a page, of thousands too
        self._said: dict[Node, dict[URIRef, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
        for subject, predicate, object_, _ in description.quads:
            self._said[subject][predicate][object_] = None

    def subjects(self) -> tuple[Node, ...]:
        return tuple(self._said)

    def shown(self, most: int) -> Iterator[str]:
        """The IRIs among subjects and values, of one property of one subject `most` at most."""
        for subject, said in self._said.items():
            if type(subject) is URIRef:
                yield str(subject)
            for objects in said.values():
                for term in islice(objects, most):
                    if type(term) is URIRef:
                        yield str(term)

    def predicates(self, subject: Node) -> tuple[URIRef, ...]:
        return tuple(self._said.get(subject, {}))

    def values(self, predicate: URIRef, subject: Node | None = None) -> tuple[Node, ...]:
        """The objects of `predicate` about `subject`, by default the resource itself."""
        about = self._said.get(self.iri if subject is None else subject)
        return tuple(about.get(predicate, ())) if about is not None else ()

    def iris(self, predicate: URIRef, subject: Node | None = None) -> tuple[str, ...]:
        return tuple(str(term) for term in self.values(predicate, subject) if type(term) is URIRef)

    def texts(self, predicate: URIRef, subject: Node | None = None) -> tuple[Literal, ...]:
        return tuple(term for term in self.values(predicate, subject) if type(term) is Literal)

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
