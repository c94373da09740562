"""Other SPARQL servers: asked by SPARQLWrapper, read-only, with caps on time and size."""

from slm_graph.remote.call import Call
from slm_graph.remote.endpoint import (
    RemoteAnswerTooLarge,
    RemoteEndpoint,
    for_the_log,
    too_late,
    unusable,
    with_values,
)
from slm_graph.remote.spelling import mended

__all__ = [
    "Call",
    "RemoteAnswerTooLarge",
    "RemoteEndpoint",
    "for_the_log",
    "mended",
    "too_late",
    "unusable",
    "with_values",
]
