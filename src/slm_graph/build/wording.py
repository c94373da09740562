"""Official wording and our own short versions: which stands as the definition, and releases without either."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from slm_graph.model import Quad
from slm_graph.namespaces import vocabulary

_NOTES = (
    SKOS.definition,
    SKOS.scopeNote,
    SKOS.note,
    SKOS.example,
    SKOS.historyNote,
    SKOS.changeNote,
    SKOS.editorialNote,
)

_VERBATIM_TERMS = (
    "banner", "heading", "levelsHeading", "levelsLine", "autonomy", "influence", "complexity", "knowledge",
    "businessSkills",
)  # fmt: skip
"""Terms of our vocabulary whose values are wording."""


def statement(kind: str, language: str, *, base: str) -> URIRef:
    """The provenance statement about definitions of one kind (`short`, `verbatim`) in one language."""
    return URIRef(f"{base}id/statement/{kind}-{language}")


def step_back(quads: Iterable[Quad], *, base: str) -> list[Quad]:
    """The quads with every short definition turned to a scope note where the same concept has the official wording
    in the same language.

    Which of two definitions is the short one is told by the caller's order: the shipped content comes first, so a
    concept's short version is its first definition in that language.
    """
    everything = list(quads)
    held: dict[tuple[object, str], set[str]] = {}
    for s, p, o, _ in everything:
        if p == DCTERMS.provenance:
            for kind in ("short", "verbatim"):
                mark = f"{base}id/statement/{kind}-"
                if str(o).startswith(mark):
                    held.setdefault((s, str(o)[len(mark) :]), set()).add(kind)
    both = {key for key, kinds in held.items() if kinds == {"short", "verbatim"}}
    first: dict[tuple[object, str], Literal] = {}
    for s, p, o, _ in everything:
        if p == SKOS.definition and isinstance(o, Literal) and (s, str(o.language)) in both:
            first.setdefault((s, str(o.language)), o)
    return [
        (
            s,
            SKOS.scopeNote
            if p == SKOS.definition and o in (first.get((s, str(getattr(o, "language", "")))),)
            else p,
            o,
            g,
        )
        for s, p, o, g in everything
    ]


def without_wording(quads: Iterable[Quad], *, base: str) -> list[Quad]:
    """Codes, labels, levels and mappings alone: every definition and note, every verbatim heading, and the
    statements about definitions are left out. The vocabulary's own comments stay."""
    slm = vocabulary(base)
    dropped = {*_NOTES, DCTERMS.provenance, *(slm[name] for name in _VERBATIM_TERMS)}
    own_vocabulary = URIRef(base + "graph/ontology")
    return [quad for quad in quads if quad[3] == own_vocabulary or quad[1] not in dropped]
