"""Other SPARQL servers: asked by SPARQLWrapper, read-only, with caps on time and size."""

from slm_graph.remote.call import Call
from slm_graph.remote.endpoint import (
    RemoteAnswerTooLarge,
    RemoteEndpoint,
    too_late,
    unusable,
    with_values,
)

__all__ = ["Call", "RemoteAnswerTooLarge", "RemoteEndpoint", "too_late", "unusable", "with_values"]
