"""What only a parser knows of a query: asked of our own engine, which answers it on no data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from rdflib import URIRef
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.results import read_solutions
from slm_graph.store.face import Answer, QueryRequest

READING_SECONDS = 2.0
"""For our own engine to read a query: without data that is milliseconds, unless its VALUES alone are a flood."""


class Answerer(Protocol):
    """Who reads queries for us: an embedded store of no data, or the query host."""

    def answer(self, request: QueryRequest) -> Answer: ...


@dataclass(frozen=True, slots=True)
class EngineReader:
    """What our own engine knows of a query, from answering it on the empty data file `nothing`."""

    answerer: Answerer
    nothing: Path
    request: QueryRequest
    """Whose lane and client the reading counts for."""

    def read(self, query: str, bindings: Mapping[str, Node] | None = None) -> Answer:
        """The answer on no data; raises what is wrong with the query."""
        request = self.request
        return self.answerer.answer(
            replace(
                request,
                query=query,
                data=self.nothing,
                solution_format=request.solution_format and formats.SPARQL_JSON,
                graph_format=request.graph_format and formats.N_TRIPLES,
                bindings=request.bindings if bindings is None else bindings,
                deadline_seconds=min(READING_SECONDS, request.deadline_seconds or READING_SECONDS),
                context=None,
            )
        )

    def variables(self, query: str) -> Sequence[str]:
        text = ""
        with self.read(query, bindings={}) as answer:
            for piece in answer.body:  # no further than the head
                text += piece.decode("utf-8", "replace")
                start = text.find("[")
                end = text.find("]")
                if -1 < start < end:
                    return [str(name) for name in json.loads(text[start : end + 1])]
        return []

    def iris(self, prologue: str, spellings: Sequence[str]) -> Sequence[URIRef]:
        if not spellings:
            return []
        columns = " ".join(f"({spelling} AS ?i{number})" for number, spelling in enumerate(spellings))
        with self.read(f"{prologue}\nSELECT {columns} {{}}", bindings={}) as answer:
            return [URIRef(str(term)) for term in read_solutions(answer.read()).rows[0]]


def empty_file(directory: Path) -> Path:
    """The data file of no data."""
    nothing = directory / "nothing.nq"
    nothing.touch()
    return nothing
