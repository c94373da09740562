"""Solutions of another server as the rows of VALUES (SPARQL 1.1, 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from slm_graph.engine.results import ResultsError
from slm_graph.engine.tokens import for_every_parser

UNDEFINED = "UNDEF"


class TooManyRows(ResultsError):
    """More solutions than the caller takes."""


def values_rows(
    data: bytes, variables: Sequence[str], *, max_rows: int, iri_of_blank_node: Callable[[str], str]
) -> list[str]:
    """One row of VALUES over `variables` for each solution in `data`, SPARQL JSON.

    A blank node becomes the IRI that its label is given. Raises ResultsError for what is no such results, or has terms
    that RDF 1.1 lacks, TooManyRows past `max_rows`.
    """
    rows: list[str] = []
    results: object = None
    try:
        results = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        if not isinstance(results, ox.QuerySolutions):
            raise ResultsError("a truth value, not solutions")
        known = {variable.value for variable in results.variables}
        for solution in results:
            if len(rows) == max_rows:
                raise TooManyRows(f"more than {max_rows} solutions")
            terms = [solution[name] if name in known else None for name in variables]
            rows.append(f"({' '.join(_spelt(term, iri_of_blank_node) for term in terms)})")
    except (SyntaxError, OSError) as fault:
        raise ResultsError(f"no results in SPARQL JSON: {fault}") from fault
    finally:
        # an exception keeps this frame, and the collector of another thread must not be who ends the library's object
        del results
    return rows


def _spelt(term: object, iri_of_blank_node: Callable[[str], str]) -> str:
    if term is None:
        return UNDEFINED
    if isinstance(term, ox.BlankNode):
        return str(ox.NamedNode(iri_of_blank_node(term.value)))
    if isinstance(term, ox.NamedNode) or (isinstance(term, ox.Literal) and term.direction is None):
        return for_every_parser(str(term))
    raise ResultsError("a term that RDF 1.1 lacks")
