"""The face of every store: what is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol

from rdflib import URIRef
from rdflib.term import Node

from slm_graph.engine.evaluation import Solutions
from slm_graph.errors import SlmGraphError, Text
from slm_graph.formats import Format
from slm_graph.model import Triple
from slm_graph.namespaces import DEFAULT_BASE

__all__ = ["Answer", "AnswerAborted", "Form", "Lane", "QueryDataset", "QueryRequest", "Solutions", "Store"]

Form = Literal["select", "ask", "construct", "describe"]
Lane = Literal["public", "trusted"]
"""Strangers' queries, and the site's own (named queries, pages), which never wait behind them."""


class AnswerAborted(SlmGraphError):
    """An answer that had begun and does not come to its end; `reason` says why. What was read of it is void."""

    def __init__(self, reason: SlmGraphError) -> None:
        super().__init__(
            Text(de=f"Die Antwort brach ab: {reason.text.de}", en=f"the answer broke off: {reason.text.en}"),
            hint=reason.hint,
        )
        self.reason = reason


@dataclass(frozen=True, slots=True)
class QueryDataset:
    """The data set of the protocol's `default-graph-uri` and `named-graph-uri`; both empty: none given."""

    default_graphs: tuple[URIRef, ...] = ()
    named_graphs: tuple[URIRef, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query and all that its answer depends on."""

    query: str
    data: Path
    """The release's canonical N-Quads."""
    solution_format: Format | None
    """What a SELECT or ASK is answered in; None: nothing acceptable of that kind."""
    graph_format: Format | None
    """What a CONSTRUCT or DESCRIBE is answered in; None: nothing acceptable of that kind."""
    dataset: QueryDataset = QueryDataset()
    bindings: Mapping[str, Node] = field(default_factory=dict)
    lane: Lane = "public"
    client: str = ""
    """Whom the queue is fair to: an address, not a person."""
    deadline_seconds: float | None = None
    """Shorter than the store's own limit, or None for that."""
    base: str = DEFAULT_BASE
    """Names the prefixes of graph answers."""
    context: str | None = None
    """The reference to the JSON-LD context that compact answers carry; None: they come expanded."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Rows of VALUES for comments in the query, which nobody who wrote it can know: what other endpoints answered is
    as long as it is, and no longer judged as a stranger's text."""


def filled(query: str, tables: Mapping[str, str]) -> str:
    r"""The query with its tables in their places.

    >>> filled("SELECT * { VALUES (?x) { #a1\n } }", {"#a1": "(1) (2)"})
    'SELECT * { VALUES (?x) { (1) (2)\n } }'
    """
    for mark, rows in tables.items():
        query = query.replace(mark, rows)
    return query


class Answer:
    """An answer as it arrives. Whoever leaves it unread closes it; that stops the query."""

    def __init__(
        self,
        form: Form,
        format: Format,
        body: Iterator[bytes],
        *,
        length_bytes: int | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self.form = form
        self.format = format
        self.body = body
        """May raise AnswerAborted: then nothing read before counts as an answer."""
        self.length_bytes = length_bytes
        """Known when the whole answer was there before its first byte was given."""
        self._on_close = on_close

    def read(self) -> bytes:
        """The whole body; the answer is closed. Raises AnswerAborted."""
        with self:
            return b"".join(self.body)

    def close(self) -> None:
        if self._on_close is not None:
            self._on_close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Store(Protocol):
    """One release's data, asked by SPARQL. Every method raises QueryError and its kin."""

    def select(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> Solutions: ...

    def ask(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> bool: ...

    def construct(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, in no order."""

    def describe(self, iri: URIRef) -> list[Triple]:
        """What the data says of `iri`, with the blank nodes that hang on it; empty if nothing."""

    def graphs(self) -> tuple[URIRef, ...]:
        """The names of the named graphs, sorted."""

    def answer(self, request: QueryRequest) -> Answer:
        """The answer as bytes; `request.data` must be the file this store is about."""
