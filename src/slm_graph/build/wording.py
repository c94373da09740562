"""Official wording and our own short versions: which stands where, and releases without either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS
from rdflib.term import Node

from slm_graph.errors import DataRefused, Text
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

_STEPS_BACK_TO = {SKOS.definition: SKOS.scopeNote, SKOS.prefLabel: SKOS.altLabel}
"""Where a text of ours goes when the official one takes its place."""

_Slot = tuple[Node, URIRef, str]  # concept, property, language


def merge(parts: Sequence[Sequence[Quad]], *, base: str, names: Sequence[str]) -> list[Quad]:
    """The quads of all parts, earlier ones giving way to official wording.

    A part with a skill page's wording (concepts whose `dcterms:source` is a `slm:SourcePage` it describes) takes the
    place of earlier definitions and preferred labels of those concepts in its language: a short definition becomes
    a scope note, another spelling of a label an alternative one. A member list that a later part brings again with
    the same members is written once; with other members both stay, and the gate refuses them. `names` are those of the
    parts' files: DataRefused tells which two bring different official wordings of one concept in one language.
    """
    slots = [_official(part, base=base) for part in parts]
    _refuse_contradictions(slots, names)
    merged: list[Quad] = []
    for number, part in enumerate(parts):
        later: dict[_Slot, set[Node]] = defaultdict(set)
        for other in slots[number + 1 :]:
            for slot, values in other.items():
                later[slot] |= values
        for s, p, o, g in part:
            official = later.get((s, p, str(o.language))) if isinstance(o, Literal) else None
            gives_way = official is not None and o not in official
            merged.append((s, _STEPS_BACK_TO[p] if gives_way else p, o, g))
    return _single_member_lists(merged)


def _refuse_contradictions(slots: Sequence[dict[_Slot, set[Node]]], names: Sequence[str]) -> None:
    said: dict[_Slot, tuple[set[Node], str]] = {}
    for own, name in zip(slots, names, strict=True):
        for slot, values in own.items():
            before, first = said.setdefault(slot, (values, name))
            if before != values and slot[1] == SKOS.definition:
                concept, _, language = slot
                raise DataRefused(
                    Text(
                        de=f"{first} und {name} bringen verschiedene amtliche Wortlaute von {concept} ({language}).",
                        en=f"{first} and {name} bring different official wordings of {concept} ({language}).",
                    ),
                    hint=Text(
                        de="Nur eine der beiden Seiten angeben; welche Ausgabe gilt, entscheidet, wer veröffentlicht.",
                        en="Give one of the two pages only; which edition holds is for the publisher to decide.",
                    ),
                )


def _official(part: Sequence[Quad], *, base: str) -> dict[_Slot, set[Node]]:
    slm = vocabulary(base)
    pages = {s for s, p, o, _ in part if p == RDF.type and o == slm.SourcePage}
    worded = {s for s, p, o, _ in part if p == DCTERMS.source and o in pages}
    slots: dict[_Slot, set[Node]] = defaultdict(set)
    for s, p, o, _ in part:
        if s in worded and p in _STEPS_BACK_TO and isinstance(o, Literal):
            slots[s, p, str(o.language)].add(o)
    return slots


def _single_member_lists(quads: Sequence[Quad]) -> list[Quad]:
    heads: dict[Node, list[Node]] = defaultdict(list)
    cells: dict[Node, dict[URIRef, Node]] = defaultdict(dict)
    member_list, steps = SKOS.memberList, frozenset((RDF.first, RDF.rest))
    for s, p, o, _ in quads:
        if p in steps:
            cells[s][p] = o
        elif p == member_list and o not in heads[s]:
            heads[s].append(o)
    dropped: set[Node] = set()
    for own in heads.values():
        first, *others = own
        for other in others:
            if _items(other, cells) == _items(first, cells):
                dropped.update(_list_cells(other, cells))
    if not dropped:
        return list(quads)
    return [
        quad
        for quad in quads
        if quad[0] not in dropped and not (quad[1] == member_list and quad[2] in dropped)
    ]


def _list_cells(head: Node, cells: dict[Node, dict[URIRef, Node]]) -> list[Node]:
    found: list[Node] = []
    while head in cells and head not in found:
        found.append(head)
        head = cells[head].get(RDF.rest, RDF.nil)
    return found


def _items(head: Node, cells: dict[Node, dict[URIRef, Node]]) -> list[Node | None]:
    return [cells[cell].get(RDF.first) for cell in _list_cells(head, cells)]


def without_wording(quads: Iterable[Quad], *, base: str) -> list[Quad]:
    """Codes, labels, levels and mappings alone: every definition and note, every verbatim heading, and the
    statements about definitions are left out. The vocabulary's own comments stay."""
    slm = vocabulary(base)
    dropped = {*_NOTES, DCTERMS.provenance, *(slm[name] for name in _VERBATIM_TERMS)}
    own_vocabulary = URIRef(base + "graph/ontology")
    return [quad for quad in quads if quad[3] == own_vocabulary or quad[1] not in dropped]
