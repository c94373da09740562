"""SKOS-XL folded to plain labels: readers of what is published look for `skos:prefLabel` and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rdflib import RDF, Literal, Namespace
from rdflib.namespace import SKOS
from rdflib.term import Node

from slm_graph.errors import SourceError, Text
from slm_graph.model import Quad

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")

_PLAIN = {
    SKOSXL.prefLabel: SKOS.prefLabel,
    SKOSXL.altLabel: SKOS.altLabel,
    SKOSXL.hiddenLabel: SKOS.hiddenLabel,
}
"""By the property chains S55 to S57 of the SKOS Reference."""


def folded(quads: Sequence[Quad], *, name: str) -> list[Quad]:
    """The quads with a plain label for each label resource, in the graph of the statement that gives it.

    A label resource that says nothing but its literal form is left out with the statement that pointed to it; one that
    says more (a date, a relation to another label) stays. Raises SourceError for a label resource that has no
    literal form, or several (S52).
    """
    if not any(predicate in _PLAIN for _, predicate, _, _ in quads):
        return list(quads)
    forms: dict[Node, set[Literal]] = defaultdict(set)
    says_more: set[Node] = set()
    labels = {object_ for _, predicate, object_, _ in quads if predicate in _PLAIN}
    for subject, predicate, object_, _ in quads:
        if subject in labels:
            if predicate == SKOSXL.literalForm and isinstance(object_, Literal):
                forms[subject].add(object_)
            elif not (predicate == RDF.type and object_ == SKOSXL.Label):
                says_more.add(subject)
        if object_ in labels and predicate not in _PLAIN:
            says_more.add(object_)
    made: list[Quad] = []
    for subject, predicate, object_, graph in quads:
        if predicate in _PLAIN:
            made.append((subject, _PLAIN[predicate], _form(object_, forms[object_], name=name), graph))
            if object_ in says_more:
                made.append((subject, predicate, object_, graph))
        elif subject not in labels or subject in says_more:
            made.append((subject, predicate, object_, graph))
    return made


def _form(label: Node, forms: set[Literal], *, name: str) -> Literal:
    if len(forms) != 1:
        found = ", ".join(sorted(form.n3() for form in forms)) or "–"
        raise SourceError(
            Text(
                de=f"Die Bezeichnung {label.n3()} (SKOS-XL) braucht genau ein skosxl:literalForm. Gefunden: {found}.",
                en=f"the SKOS-XL label {label.n3()} needs exactly one skosxl:literalForm. Found: {found}.",
            ),
            name=name,
        )
    return next(iter(forms))
