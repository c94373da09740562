"""A small data set of three named graphs, and the ways to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slm_graph import formats
from slm_graph.settings import QueryLimits
from slm_graph.store import EmbeddedStore, HostedStore, HostProcess, QueryRequest, start_host

EX = "https://data.example/"
TURN = f"{EX}id/turn"
DATA = f"""\
<{EX}id/turn> <http://www.w3.org/2004/02/skos/core#prefLabel> "Drehen"@de <{EX}graph/crafts> .
<{EX}id/turn> <http://www.w3.org/2004/02/skos/core#prefLabel> "Turning"@en <{EX}graph/crafts> .
<{EX}id/turn> <http://www.w3.org/2004/02/skos/core#notation> "TURN" <{EX}graph/crafts> .
<{EX}id/turn> <{EX}level> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{EX}graph/levels> .
<{EX}id/turn> <{EX}note> _:n <{EX}graph/notes> .
_:n <{EX}text> "Spindel, \\"Futter\\" und <Drehstahl>" <{EX}graph/notes> .
<{EX}id/weld> <http://www.w3.org/2004/02/skos/core#prefLabel> "Schweißen"@de <{EX}graph/crafts> .
<{EX}id/weld> <{EX}level> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <{EX}graph/levels> .
"""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "data.nq"
    path.write_text(DATA, "utf-8")
    return path


@pytest.fixture(scope="session")
def host() -> Iterator[HostProcess]:
    """A query host with the default limits."""
    with start_host() as running:
        yield running


@pytest.fixture(params=["embedded", "hosted"])
def store(request: pytest.FixtureRequest, data: Path, host: HostProcess) -> EmbeddedStore | HostedStore:
    """Every store that must keep the contract."""
    if request.param == "embedded":
        return EmbeddedStore.open(data)
    return HostedStore(host.client, data)


@pytest.fixture(scope="session")
def strict_host() -> Iterator[HostProcess]:
    """A query host that loses patience after a second and gives little memory: for hostile queries."""
    limits = QueryLimits(deadline_seconds=1.0, max_memory_bytes=256 * 2**20, queue_length=4)
    with start_host(limits, drain_seconds=1.0) as running:
        yield running


@pytest.fixture(scope="session")
def ask(data: Path):  # type: ignore[no-untyped-def]  # a factory whose keywords are QueryRequest's
    """Makes a request on the data set; keywords as QueryRequest takes them."""

    def request(query: str, **given: object) -> QueryRequest:
        known: dict[str, object] = {
            "data": data,
            "solution_format": formats.SPARQL_JSON,
            "graph_format": formats.N_TRIPLES,
        }
        return QueryRequest(query=query, **(known | given))  # type: ignore[arg-type]

    return request
