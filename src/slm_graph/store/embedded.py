"""The store in this process: for the command line, for tests, and for whoever trusts every query."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluation, Evaluator
from slm_graph.errors import Text, UsageError
from slm_graph.model import Triple
from slm_graph.settings import QueryLimits
from slm_graph.store.answering import prepare, write
from slm_graph.store.disk import hold
from slm_graph.store.face import Answer, QueryRequest, Solutions
from slm_graph.store.refusals import answer_too_large
from slm_graph.store.standing import DESCRIBE, GRAPHS


class EmbeddedStore:
    """One release's data, queried in this very process.

    The guard looks at every query, and answers are limited in size; there is neither a deadline nor a memory limit:
    strangers' queries belong to the query host.
    """

    def __init__(self, data: Path, evaluator: Evaluator, *, limits: QueryLimits | None = None) -> None:
        self._data = data
        self._evaluator = evaluator
        self._limits = limits or QueryLimits()

    @classmethod
    def open(cls, data: Path, *, limits: QueryLimits | None = None) -> EmbeddedStore:
        """The store of the canonical N-Quads in `data`. Raises EnvironmentFault."""
        return cls(data, hold(data).open(), limits=limits)

    def select(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> Solutions:
        return self._evaluate(query, bindings).solutions()

    def ask(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> bool:
        return self._evaluate(query, bindings).boolean()

    def construct(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> list[Triple]:
        return self._evaluate(query, bindings).triples() or []

    def describe(self, iri: URIRef) -> list[Triple]:
        return self.construct(DESCRIBE, bindings={"resource": iri})

    def graphs(self) -> tuple[URIRef, ...]:
        return tuple(sorted(URIRef(str(row[0])) for row in self.select(GRAPHS).rows))

    def answer(self, request: QueryRequest) -> Answer:
        """The whole answer, made before it is given."""
        if request.data != self._data:
            raise UsageError(
                Text(
                    de=f"Dieser Store hält {self._data.name}, gefragt ist {request.data}.",
                    en=f"this store holds {self._data.name}, asked for is {request.data}",
                )
            )
        prepared = prepare(self._evaluator, request, self._limits)
        sink = _Limited(self._limits.max_answer_bytes)
        write(prepared, request, sink, max_rows=self._limits.max_rows)
        body = sink.getvalue()
        return Answer(prepared.form, prepared.format, iter((body,)), length_bytes=len(body))

    def _evaluate(self, query: str, bindings: Mapping[str, Node] | None) -> Evaluation:
        request = QueryRequest(
            query=query,
            data=self._data,
            solution_format=formats.SPARQL_JSON,
            graph_format=formats.N_TRIPLES,
            bindings=bindings or {},
        )
        return prepare(self._evaluator, request, self._limits).evaluation


class _Limited(io.BytesIO):
    """Bytes up to a limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, data: object) -> int:
        written = super().write(data)  # type: ignore[arg-type]  # whatever BytesIO takes
        if self.tell() > self._max_bytes:
            raise answer_too_large(self._max_bytes)
        return written
