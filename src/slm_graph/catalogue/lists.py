"""Long lists of a release's resource index, a slice at a time: each function is one statement of SQL."""

from __future__ import annotations

from slm_graph.catalogue.reading import Catalogue


def holds(catalogue: Catalogue, prefix: str) -> bool:
    """Whether the release describes anything whose IRI begins with `prefix`."""
    rows = catalogue.rows(
        "SELECT 1 FROM resource WHERE iri >= ? AND iri < ? LIMIT 1", (prefix, prefix + "\U0010ffff")
    )
    return bool(rows)


def level_numbers(catalogue: Catalogue) -> tuple[str, ...]:
    """The numbers that levels of any scale have, ascending."""
    rows = catalogue.rows("SELECT DISTINCT notation FROM resource WHERE kind = 'level'")
    return tuple(sorted((str(row[0]) for row in rows if row[0] and str(row[0]).isdigit()), key=int))
