"""Queries on a release: the face `Store`, in this process or by way of the query host and its query processes."""

from slm_graph.store.client import HostedStore, QueryClient
from slm_graph.store.embedded import EmbeddedStore
from slm_graph.store.face import (
    Answer,
    AnswerAborted,
    Form,
    Lane,
    QueryDataset,
    QueryRequest,
    Solutions,
    Store,
)
from slm_graph.store.hosting import HostProcess, start_host

__all__ = [
    "Answer",
    "AnswerAborted",
    "EmbeddedStore",
    "Form",
    "HostProcess",
    "HostedStore",
    "Lane",
    "QueryClient",
    "QueryDataset",
    "QueryRequest",
    "Solutions",
    "Store",
    "start_host",
]
