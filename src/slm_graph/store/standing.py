"""The two queries that every store asks itself; `resource` is bound, never written in."""

DESCRIBE = "DESCRIBE ?resource WHERE {}"
GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?subject ?predicate ?object } }"
