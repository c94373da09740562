"""Skills that cannot be published yet: their page is in another language, and nobody gave their German labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from slm_graph.cli.console import inform, text
from slm_graph.namespaces import vocabulary


def without_german_label(graphs: Iterable[Graph], *, base: str) -> list[URIRef]:
    """The skills in any of the graphs that none of them gives a German preferred label, in the order of their IRIs."""
    every = list(graphs)
    skills: set[Node] = {
        skill for graph in every for skill in graph.subjects(RDF.type, vocabulary(base).Skill)
    }
    return sorted(
        skill
        for skill in skills
        if isinstance(skill, URIRef)
        and not any(
            isinstance(label, Literal) and label.language == "de"
            for graph in every
            for label in graph.objects(skill, SKOS.prefLabel)
        )
    )


def tell_unlabelled(skills: Sequence[URIRef]) -> None:
    """One line a skill on standard error, however quiet the call: without these labels nothing is published."""
    for skill in skills:
        inform(
            text(
                de=f"{skill.n3()} hat noch keine deutsche Bezeichnung. Eine Veröffentlichung braucht skos:prefLabel auf Deutsch "
                "für den Skill und jede seiner Ebenen, etwa in einer RDF-Datei daneben: "
                f'„{skill.n3()} skos:prefLabel "…"@de .“; dann „slm-graph build SEITE.txt BEZEICHNUNGEN.ttl“.',
                en=f"{skill.n3()} has no German label yet. A publication needs skos:prefLabel in German "
                "for the skill and each of its levels, such as in an RDF file beside it: "
                f'`{skill.n3()} skos:prefLabel "…"@de .`; then `slm-graph build PAGE.txt LABELS.ttl`.',
            ),
            quiet=False,
        )
