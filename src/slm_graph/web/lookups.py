"""Look-ups at the endpoint: queries about one resource alone, answered out of the release's index.

They need no query process: what they cost is bounded by what the release says of a resource, as a document's is.
Whoever asks may therefore be the server's own loop.
"""

from __future__ import annotations

from time import perf_counter
from urllib.parse import unquote_to_bytes

from slm_graph.catalogue import Catalogue
from slm_graph.catalogue.keeping import kept
from slm_graph.catalogue.lookups import solutions
from slm_graph.engine.lookups import read_look_up
from slm_graph.formats import SPARQL_JSON
from slm_graph.web.again import Found
from slm_graph.web.counters import QUERIES, QUERY_SECONDS, Counters
from slm_graph.web.representations import entity_tag
from slm_graph.web.site import Served, Site

LONGEST_QUERY = 2048
"""Characters in an address, escapes included: look-ups are short."""

KEPT_ANSWERS = 256
"""The ones asked for last: 8 MB where each is as long as may be, a tenth of it as a rule."""


class LookUps:
    """The look-ups of one site; safe to share between threads."""

    def __init__(self, site: Site, counters: Counters) -> None:
        self._site = site
        self._counters = counters

    def find(self, encoded: str, served: Served) -> Found | None:
        """The answer in SPARQL JSON to the query of an address, counted; None: this is no look-up, or not one for us."""
        began_at = perf_counter()
        if len(encoded) > LONGEST_QUERY:
            return None
        limits = self._site.settings.limits
        found = _find(served.catalogue, encoded, limits.max_query_bytes, limits.max_rows)
        if found is not None:
            self._counters.count(QUERIES, "public", "answered")
            self._counters.time(QUERY_SECONDS, "public", seconds=perf_counter() - began_at)
        return found

    def find_in_loop(self, encoded: str) -> Found | None:
        """The same, as the server's loop asks (`again.Alike`): None, too, when it is time to look which release is current."""
        served = self._site.surely_current()
        return None if served is None else self.find(encoded, served)


@kept(at_most=KEPT_ANSWERS)
def _find(catalogue: Catalogue, encoded: str, max_query_bytes: int, max_rows: int) -> Found | None:
    query = sole_query(encoded)
    if query is None or len(query.encode()) > max_query_bytes:
        return None
    asked = read_look_up(query)
    body = None if asked is None else solutions(catalogue, asked, max_rows=max_rows)
    return None if body is None else Found(query, body, entity_tag(body, SPARQL_JSON.content_type))


def sole_query(encoded: str) -> str | None:
    """The query of an address that has nothing but `query=`; None for any other.

    >>> sole_query("query=ASK%20%7B%7D"), sole_query("query=ASK%20%7B%7D&format=csv")
    ('ASK {}', None)
    """
    name, _, value = encoded.partition("=")
    if name != "query" or not value.isascii() or "&" in value:
        return None
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        return None
