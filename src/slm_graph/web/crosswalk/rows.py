"""The rows of a crosswalk as its table shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef

from slm_graph.catalogue import set_languages
from slm_graph.errors import Text
from slm_graph.mapping import NO_TERM_FOUND
from slm_graph.mapping import Mapping as Row
from slm_graph.namespaces import SEMAPV
from slm_graph.web.views import Link, Names

_JUSTIFICATIONS: dict[URIRef, Text] = {
    SEMAPV.ManualMappingCuration: Text(de="von Hand", en="by hand"),
    SEMAPV.LexicalMatching: Text(de="aus Bezeichnungen", en="from labels"),
    SEMAPV.SemanticSimilarityThresholdMatching: Text(de="aus Ähnlichkeit", en="from similarity"),
    SEMAPV.MappingChaining: Text(de="durch Verkettung", en="by chaining"),
    SEMAPV.MappingReview: Text(de="nach Durchsicht", en="by review"),
    SEMAPV.MappingInversion: Text(de="durch Umkehrung", en="by inversion"),
    SEMAPV.LogicalReasoning: Text(de="durch Schließen", en="by reasoning"),
    SEMAPV.CompositeMatching: Text(de="aus mehreren Zeichen", en="from several signs"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the table shows it."""

    subject: Link | None
    relation: Link
    object: Link | None
    """None: nothing was found there."""
    negated: bool
    confidence: str | None
    authors: tuple[Link, ...]
    date: str | None
    justification: Link | None
    comment: str | None
    comment_language: str
    """`""` where the set does not say."""
    versions: str | None
    set_name: str | None
    chain: tuple[Line, ...] = ()


def learn(names: Names, rows: Sequence[Row]) -> None:
    """Look up the names of all that `rows` speak of."""
    names.learn(
        str(term)
        for row in rows
        for term in (row.subject, row.predicate, row.object, row.justification, *row.authors)
    )


def line(names: Names, row: Row, set_name: str | None, recorded: bool) -> Line:
    """One row; `recorded` is whether anybody said more than the plain triple."""
    said = _JUSTIFICATIONS.get(row.justification)
    justification = names.link(str(row.justification))
    if said is not None:
        justification = replace(justification, text=said.in_language(names.reader.language), language=None)
    language = set_languages(names.catalogue).get(set_name or "", "")
    versions = " → ".join(
        f"{version}" for version in (row.subject_source_version, row.object_source_version) if version
    )
    return Line(
        subject=end(names, row.subject, row.subject_label, language),
        relation=names.property(str(NO_TERM_FOUND if row.no_term_found else row.predicate)),
        object=end(names, row.object, row.object_label, language),
        negated=row.negated,
        confidence=None if row.confidence is None else f"{row.confidence:.2f}",
        authors=tuple(names.link(str(author)) for author in row.authors),
        date=None if row.date is None else row.date.isoformat(),
        justification=justification if recorded else None,
        comment=row.comment,
        comment_language=language,
        versions=versions or None,
        set_name=set_name,
    )


def end(names: Names, iri: URIRef, label: str | None, language: str = "") -> Link | None:
    """The link to an end, by the label that its row has where the release has none; `language` is the label's."""
    if iri == NO_TERM_FOUND:
        return None
    found = names.link(str(iri))
    if label is not None and str(iri) not in names.labels:
        return replace(
            found, text=label, language=language if language not in ("", names.reader.language) else None
        )
    return found
