"""Candidates as rows of a mapping set, each with what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph import __version__
from slm_graph.errors import Language, Text
from slm_graph.mapping.candidates import TOOL
from slm_graph.mapping.sets import Mapping, MappingSet, Slots, mapping_set
from slm_graph.mapping.suggest import Candidate
from slm_graph.mapping.vocabularies import Label, Vocabulary
from slm_graph.namespaces import SEMAPV

MEASURE = "cosine of weighed stems and letter triples"
_SIGNS = {
    "words": Text(de="Wörter aller Bezeichnungen", en="words of all labels"),
    "above": Text(de="Oberbegriffe", en="broader concepts"),
    "definition": Text(de="Definitionen", en="definitions"),
    "level": Text(de="Höhe der Ebene", en="height of the level"),
}
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ufeff]")
"""What no cell of a mapping set may hold."""


def suggested_set(
    candidates: Iterable[Candidate],
    source: Vocabulary,
    target: Vocabulary,
    *,
    set_id: URIRef,
    license: URIRef,
    title: str,
    language: Language,
    prefixes: Iterable[tuple[str, str]] = (),
) -> MappingSet:
    """The candidates as `skos:closeMatch` rows: labels alone never say more. Comments are in `language`."""
    rows: list[Mapping] = []
    ranks: Counter[URIRef] = Counter()
    for candidate in candidates:
        ranks[candidate.subject.iri] += 1
        rows.append(_row(candidate, source, target, rank=ranks[candidate.subject.iri], language=language))
    note = Text(
        de="Vorschläge eines Werkzeugs, von niemandem geprüft. Annehmen: author_id oder reviewer_id eintragen und das "
        "Prädikat prüfen; ablehnen: die Zeile streichen.",
        en="Suggestions of a tool, checked by nobody. To accept: give author_id or reviewer_id, and check the "
        "predicate; to reject: delete the row.",
    )
    return mapping_set(
        id=set_id,
        license=license,
        mappings=rows,
        title=title,
        prefixes=prefixes,
        further=[
            ("mapping_set_description", (note.in_language(language),)),
            ("other", (f"language: {language}",)),
            ("sssom_version", ("1.1",)),
        ],
    )


def explanation(candidate: Candidate, *, rank: int) -> Text:
    """One line: which labels, how alike, what else speaks for it."""
    evidence = candidate.evidence
    parts: list[Text] = [Text(de=f"Vorschlag {rank}", en=f"suggestion {rank}")]
    if evidence.notation is not None:
        parts.append(
            Text(de=f"gleiche Notation {evidence.notation}", en=f"same notation {evidence.notation}")
        )
    if evidence.subject_label is not None and evidence.object_label is not None:
        one, other = _told(evidence.subject_label), _told(evidence.object_label)
        if evidence.likeness.same:
            parts.append(
                Text(
                    de=f"{one.de} und {other.de} unterscheiden sich höchstens in der Schreibweise",
                    en=f"{one.en} and {other.en} differ in spelling at most",
                )
            )
        else:
            words, letters = evidence.likeness.words, evidence.likeness.letters
            parts.append(
                Text(
                    de=f"{one.de} und {other.de}: Wörter {words:.2f}, Buchstaben {letters:.2f}",
                    en=f"{one.en} and {other.en}: words {words:.2f}, letters {letters:.2f}",
                )
            )
    for sign, value in evidence.signs:
        parts.append(Text(de=f"{_SIGNS[sign].de} {value:.2f}", en=f"{_SIGNS[sign].en} {value:.2f}"))
    return Text(
        de=_cell("; ".join(part.de for part in parts)), en=_cell("; ".join(part.en for part in parts))
    )


def _told(label: Label) -> Text:
    field = label.field.split("#")[-1].split("/")[-1]
    where = f"({field}{' ' + label.language if label.language else ''})"
    return Text(de=f"„{label.value}“ {where}", en=f"“{label.value}” {where}")


def _row(
    candidate: Candidate, source: Vocabulary, target: Vocabulary, *, rank: int, language: Language
) -> Mapping:
    evidence = candidate.evidence
    further: dict[str, tuple[str, ...]] = {"mapping_tool_version": (__version__,)}
    if evidence.subject_label is not None and evidence.object_label is not None:
        preprocessing = ["CaseNormalization", "DiacriticsSuppression", "Tokenization"]
        if not evidence.likeness.same:
            preprocessing.append("Stemming")
        terms = tuple(str(SEMAPV[name]) for name in preprocessing)
        strings = dict.fromkeys(
            _cell(label.value).replace("|", "/") for label in (evidence.subject_label, evidence.object_label)
        )
        further |= {
            "subject_match_field": (str(evidence.subject_label.field),),
            "object_match_field": (str(evidence.object_label.field),),
            "match_string": tuple(string for string in strings if string),
            "subject_preprocessing": terms,
            "object_preprocessing": terms,
            "similarity_score": (repr(round(evidence.likeness.value, 4)),),
            "similarity_measure": (MEASURE,),
        }
    subject_name, object_name = candidate.subject.name(), candidate.object.name()
    return Mapping(
        subject=candidate.subject.iri,
        predicate=SKOS.closeMatch,
        object=candidate.object.iri,
        justification=_justification(candidate),
        confidence=candidate.score,
        comment=explanation(candidate, rank=rank).in_language(language),
        subject_label=_cell(subject_name) if subject_name else None,
        object_label=_cell(object_name) if object_name else None,
        subject_source=candidate.subject.scheme or source.source,
        subject_source_version=source.version,
        object_source=candidate.object.scheme or target.source,
        object_source_version=target.version,
        tool=TOOL,
        further=_slots(further),
    )


def _slots(values: dict[str, tuple[str, ...]]) -> Slots:
    return tuple(sorted((slot, texts) for slot, texts in values.items() if texts))


def _justification(candidate: Candidate) -> URIRef:
    """How the labels were matched; composite where hierarchy, definitions, levels or notations had their say."""
    evidence = candidate.evidence
    if evidence.notation is not None or any(sign != "words" for sign, _ in evidence.signs):
        return SEMAPV.CompositeMatching
    return SEMAPV.LexicalMatching if evidence.likeness.same else SEMAPV.LexicalSimilarityThresholdMatching


def _cell(text: str) -> str:
    """A text as one line without what a cell may not hold."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())
