"""The rules that releases are judged by: the shipped shapes as one document, and a page that lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, request
from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SH
from rdflib.term import Node

from slm_graph import negotiation, resources
from slm_graph.errors import LANGUAGES, Language, NotFound, Text
from slm_graph.formats import HTML, JSON, RDF_FORMATS, TURTLE, by_suffix
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE, rebase
from slm_graph.syntax import read, write
from slm_graph.web import pages
from slm_graph.web.links import context_link, forms_link
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond_kept
from slm_graph.web.site import Site
from slm_graph.web.words import WORDS, words

_NUMBER = re.compile(r"\d+")
"""Filled up with zeros where rules are sorted: S9 comes before S12."""

DOCUMENT = URIRef(DEFAULT_BASE + "shapes")
"""Under every base: the rules are the same wherever data is judged by them, and reports cite them by these IRIs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the page shows it; `id` is the fragment of its IRI, `severity` the local name of SHACL's."""

    id: str
    severity: str
    name: Text
    message: Text
    shape_set: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The answers about the rules."""

    site: Site
    kept: Representations

    def shapes(self, suffix: str | None = None) -> Response:
        """`/shapes`: the rules of the gate (SHACL) in every format of RDF, and a page that lists them."""
        served = self.site.current()
        base, mount = served.release.base, served.addresses.mount
        fixed = by_suffix(suffix) if suffix else None
        if suffix and fixed is None:
            raise NotFound(
                Text(
                    de="In dieser Form gibt es die Regeln nicht.",
                    en="The rules are not written in this form.",
                )
            )
        offers = (HTML, *RDF_FORMATS)
        row = fixed or negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), offers)
        if row is None:
            raise not_acceptable([Offer(one, f"{mount}/shapes.{one.suffix}") for one in offers])
        reader = reader_of_request() if row is HTML else None
        varied_by = [] if fixed else ["Accept"]

        def make() -> Representation:
            if reader is not None:
                body = pages.render(
                    "shapes.html",
                    reader=reader,
                    mount=mount,
                    href=f"{mount}/shapes",
                    served=served,
                    w=words(reader.language),
                    rules=[_shown(rule, reader.language) for rule in rules()],
                    formats=[(one.label, f"{mount}/shapes.{one.suffix}") for one in RDF_FORMATS],
                )
                headers = [
                    ("Vary", ", ".join([*varied_by, "Accept-Language"])),
                    ("Content-Language", reader.language),
                    ("Link", forms_link(f"{mount}/shapes")),
                ]
                return representation(body, row.content_type, tuple(headers))
            context = f"{mount}/context.jsonld"
            # the labels are the same each time already, and canonical ones of so many nodes take long
            body = write(document(base), row, base=base, context=context, subject=DOCUMENT, relabels=False)
            headers = [("Vary", name) for name in varied_by]
            if row is JSON:
                headers.append(("Link", context_link(context)))
            return representation(body, row.content_type, tuple(headers))

        key = (served.release.version, "shapes", row.name, fixed is None, reader)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT)


def document(base: str) -> list[Quad]:
    """What the shapes say, for data under `base`: the rules' own IRIs stay, blank nodes have stable labels."""
    title = WORDS["shapes.title"]
    said: list[Quad] = [(DOCUMENT, RDF.type, OWL.Ontology, None)]
    said += [(DOCUMENT, DCTERMS.title, Literal(title.in_language(one), lang=one), None) for one in LANGUAGES]
    for _, (subject, predicate, object_, _graph) in _shipped():
        said.append((_moved(subject, base), predicate, _moved(object_, base), None))
    return said


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Every rule of the shipped shapes: what has a severity and an IRI, by id."""
    sets: dict[URIRef, str] = {}
    said: dict[tuple[Node, Node], list[Node]] = {}
    for shape_set, (subject, predicate, object_, _) in _shipped():
        said.setdefault((subject, predicate), []).append(object_)
        if predicate == SH.severity and isinstance(subject, URIRef):
            sets[subject] = shape_set

    def text(rule: URIRef, predicate: URIRef) -> Text:
        found = {one.language: str(one) for one in said[rule, predicate] if isinstance(one, Literal)}
        return Text(de=found["de"], en=found["en"])

    made = [
        Rule(
            id=rule.rpartition("#")[2],
            severity=str(said[rule, SH.severity][0]).rpartition("#")[2],
            name=text(rule, SH.name),
            message=text(rule, SH.message),
            shape_set=shape_set,
        )
        for rule, shape_set in sets.items()
    ]
    return tuple(sorted(made, key=lambda rule: _NUMBER.sub(lambda found: found[0].zfill(3), rule.id)))


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, Quad], ...]:
    """Each statement with its set; blank nodes are numbered within their file in order of appearance."""
    found: list[tuple[str, Quad]] = []
    for name, turtle in resources.shape_files().items():
        labels: dict[BNode, BNode] = {}

        def own(term: Node, name: str = name, labels: dict[BNode, BNode] = labels) -> Node:
            if not isinstance(term, BNode):
                return term
            return labels.setdefault(term, BNode(f"{name}{len(labels):04}"))

        for subject, predicate, object_, _ in read(turtle, TURTLE, name=f"{name}.ttl"):
            found.append((name, (own(subject), predicate, own(object_), None)))
    return tuple(found)


def _moved(term: Node, base: str) -> Node:
    return term if isinstance(term, URIRef) and term.startswith(DOCUMENT) else rebase(term, base=base)


def _shown(rule: Rule, language: Language) -> dict[str, str]:
    other: Language = "en" if language == "de" else "de"
    return {
        "id": rule.id,
        "severity": rule.severity,
        "shape_set": rule.shape_set,
        "name": rule.name.in_language(language),
        "message": rule.message.in_language(language),
        "other": other,
        "other_name": rule.name.in_language(other),
        "other_message": rule.message.in_language(other),
    }
