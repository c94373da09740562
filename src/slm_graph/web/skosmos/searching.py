"""Concepts by their labels, in the release or in some vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from slm_graph.errors import Language
from slm_graph.search import Filters, Hit, fold
from slm_graph.web.programs import CONCEPT_KINDS, crosswalk, given, search, sketches
from slm_graph.web.site import Served
from slm_graph.web.skosmos.concepts import scheme_of, types_of

MOST_HITS = 500
DEFAULT_HITS = 100


def hits(
    served: Served,
    query: str,
    vocabulary: str | None,
    tongue: Language,
    *,
    limit: int = MOST_HITS,
    offset: int = 0,
) -> Sequence[Hit]:
    """The hits of a query, best first; without `vocabulary` in those that the parameter `vocab` names, or in all."""
    term = query.strip("* ")
    wanted = [vocabulary] if vocabulary else given("vocab", "").split()
    schemes = tuple(dict.fromkeys(scheme_of(served, token) for token in wanted))
    page = search(served.release.search_file).find(
        term,
        language=tongue,
        filters=Filters(schemes=schemes, kinds=CONCEPT_KINDS),
        limit=limit,
        offset=offset,
        texts=False,
        fits=_fitting(query),
    )
    return page.hits


def _fitting(query: str) -> Callable[[str], bool] | None:
    """Which labels answer: without `*` before the letters those that begin with them, without any only the very label."""
    folded = fold(query.strip("* "))
    if query.startswith("*"):
        return None
    if query.rstrip().endswith("*"):
        return lambda label: fold(label).startswith(folded)
    return lambda label: fold(label) == folded


def results(served: Served, hits: Sequence[Hit], tongue: Language) -> list[dict[str, Any]]:
    """The hits as Skosmos' JSON has them."""
    known = sketches(served, [str(hit.iri) for hit in hits], tongue)
    tokens = crosswalk(served).tokens()
    made: list[dict[str, Any]] = []
    for hit in hits:
        sketch = known[str(hit.iri)]
        found: dict[str, Any] = {
            "uri": sketch.iri,
            "type": types_of(served, sketch),
            "localname": sketch.iri.rpartition("/")[2].rpartition("#")[2],
            "prefLabel": sketch.label,
            "lang": sketch.language or hit.language or tongue,
            "vocab": tokens.get(sketch.scheme or "", "~"),
        }
        if sketch.notation:
            found["notation"] = sketch.notation
        if hit.field == "alternative":
            found["altLabel"] = hit.value
        elif hit.field == "label" and hit.value != sketch.label:
            found["matchedPrefLabel"] = hit.value
        made.append(found)
    return made
