"""Terms as other servers spell them in SPARQL JSON, and as the standard does."""

from __future__ import annotations

import re

_NODE_ID = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
"""Virtuoso's labels of blank nodes, which are none."""
_BOOLEAN = re.compile(
    rb'("datatype"\s*:\s*"http://www\.w3\.org/2001/XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"'
)
"""Virtuoso's spelling of truths in solutions: the right values, but another literal than the release has."""


def mended(data: bytes) -> bytes:
    """SPARQL JSON with labels of blank nodes and truths as the standard has them, whatever wrote it."""
    data = _NODE_ID.sub(rb"\1", data)
    return _BOOLEAN.sub(lambda found: found[1] + (b'"true"' if found[2] == b"1" else b'"false"'), data)
