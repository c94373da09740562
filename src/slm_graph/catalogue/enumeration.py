"""Everything a release describes, in slices by IRI."""

from __future__ import annotations

from slm_graph.catalogue.reading import Catalogue

PUBLIC_KINDS = ("scheme", "skill", "skill-level", "level", "concept", "collection")
"""What people look for; the rest (sources, statements of rights, terms) hangs on these."""


def public_count(catalogue: Catalogue) -> int:
    """How many resources `public_iris` gives in all."""
    rows = catalogue.rows(f"SELECT COUNT(*) FROM resource WHERE {_PUBLIC}")  # noqa: S608  # constants
    return int(rows[0][0])


def public_iris(catalogue: Catalogue, *, limit: int, offset: int = 0) -> tuple[str, ...]:
    """IRIs of schemes, skills, levels and concepts, imported ones too, ascending."""
    sql = f"SELECT iri FROM resource WHERE {_PUBLIC} ORDER BY iri LIMIT ? OFFSET ?"  # noqa: S608  # constants
    return tuple(str(row[0]) for row in catalogue.rows(sql, (limit, offset)))


_PUBLIC = f"kind IN ({','.join(repr(kind) for kind in PUBLIC_KINDS)})"
