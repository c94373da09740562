"""A skill in the words of the public SFIA 9 RDF, so that its queries work here; the identifiers stay ours.

Our texts are short versions in our own words: nothing here is the wording of the framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import RDF, RDFS, Literal, Namespace, URIRef
from rdflib.namespace import FOAF, OWL, SKOS
from rdflib.term import Node

from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary

ONTOLOGY = "https://rdf.sfia-online.org/9/ontology/"
SFIA = Namespace(ONTOLOGY)

_KEPT = (SKOS.notation, SKOS.inScheme, SKOS.broader, OWL.deprecated)
"""Said with the same words there, or harmless."""


def sfia_rdf(subject: URIRef, quads: Iterable[Quad], *, base: str) -> list[Quad]:
    """What `quads` say of `subject` with the classes and properties of that vocabulary; empty for other resources."""
    said = [(p, o) for s, p, o, _ in quads if s == subject]
    return [(subject, p, o, None) for p, o in dict.fromkeys(_statements(said, base=base))]


def _statements(said: list[tuple[URIRef, Node]], *, base: str) -> Iterator[tuple[URIRef, Node]]:
    slm = vocabulary(base)
    types = {o for p, o in said if p == RDF.type}
    if slm.Skill in types:
        class_, description = SFIA.Skill, SFIA.skillDescription
    elif slm.SkillLevel in types:
        class_, description = SFIA.SkillLevel, SFIA.skillLevelDescription
    elif slm.LevelOfResponsibility in types:
        class_, description = SFIA.Level, SFIA.levelEssence
    else:
        return
    yield RDF.type, class_
    words = {
        SKOS.prefLabel: RDFS.label,
        SKOS.definition: description,
        slm.skillLevel: SFIA.definedAtLevel,
        slm.level: SFIA.level,
        FOAF.page: SFIA.url,
        **{one: one for one in _KEPT},
    }
    for p, o in said:
        if p in words:
            # there, the address of a page is a text
            yield words[p], Literal(str(o)) if words[p] == SFIA.url else o
        elif p in (SKOS.exactMatch, SKOS.closeMatch) and str(o).startswith("https://rdf.sfia-online.org/"):
            yield p, o
