"""A release on a SPARQL server of others: the face `Store`, and the site's queries by way of it.

Each query is first read by our own engine, on no data: it finds the faults with line and column, and knows what a
query projects. Then it is written for the store's graph names and sent.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

from slm_graph import formats, syntax
from slm_graph.engine.evaluation import beyond_rdf_11, wrong_form
from slm_graph.engine.parsing import ParseError
from slm_graph.engine.results import ResultsError, read_boolean, read_solutions, written_anew
from slm_graph.errors import (
    DataRefused,
    NotAcceptable,
    QueryError,
    RemoteError,
    RemoteTimeout,
    Text,
    UsageError,
)
from slm_graph.formats import Format
from slm_graph.model import Quad, Triple
from slm_graph.remote import RemoteAnswerTooLarge, RemoteEndpoint, for_the_log, mended, with_values
from slm_graph.settings import QueryLimits
from slm_graph.store import refusals
from slm_graph.store.answering import COMPACT_TRIPLES
from slm_graph.store.engine_reader import Answerer, EngineReader
from slm_graph.store.face import Answer, Form, QueryRequest, Solutions, filled
from slm_graph.store.graph_names import ReleaseGraphs, for_store
from slm_graph.store.rows import RowCounter
from slm_graph.store.standing import GRAPHS

RECORD_SECONDS = 60.0
"""How long a worker remembers which graphs a release has on the store."""
RUNNING = 4
"""Strangers' queries a worker has under way: an answer of up to 64 MiB is held whole until it is known to be whole."""
WAITING = 12
"""Strangers' queries that wait for one of those places, up to a deadline; more get 503 at once. With RUNNING, they
are as many as the web lets in (`web.admission`): its other threads stay for pages and named queries."""
MAX_DEPTH = 4
"""Blank nodes below blank nodes that a description follows; engines differ in DESCRIBE, so it is asked by CONSTRUCT."""

_RECORD = """PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?stored ?published FROM <RELEASE> { <RELEASE> dcterms:hasPart ?stored . ?stored dcterms:isVersionOf ?published }
"""
_ASK_ANSWER = "__ASK_RETVAL"
"""The variable in which Virtuoso answers ASK: one solution for true, none for false."""

_NO_ANSWER = Text(
    de="Der Store dieser Website gab keine brauchbare Antwort.", en="this site's store gave no usable answer."
)
_PAGES_WORK = Text(
    de="Die Seiten sind nicht betroffen. Bitte später noch einmal versuchen.",
    en="The pages are not affected. Please try again later.",
)

log = logging.getLogger(__name__)


class StoreError(RemoteError):
    """The site's store gave no usable answer; told without its address."""


class RemoteStore:
    """One release on a SPARQL server. Raises RemoteError and its kin, which do not name the server, beside QueryError."""

    def __init__(
        self,
        endpoint: RemoteEndpoint,
        graphs: ReleaseGraphs,
        data: Path,
        *,
        reader: Answerer,
        nothing: Path,
        limits: QueryLimits | None = None,
    ) -> None:
        """`data` is the release's file as requests name it; `reader` answers queries on the empty file `nothing`."""
        self._endpoint = replace(endpoint, careful=True)
        self._graphs = graphs
        self._data = data
        self._reader = reader
        self._nothing = nothing
        self._max_rows = (limits or QueryLimits()).max_rows

    def select(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> Solutions:
        request = self._request(query, bindings)
        form, text = self._prepared(request)
        _expect(form, "SELECT", "select")
        try:
            return read_solutions(self._solutions(text, form))
        except ResultsError as fault:
            raise beyond_rdf_11() from fault

    def ask(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> bool:
        request = self._request(query, bindings)
        form, text = self._prepared(request)
        _expect(form, "ASK", "ask")
        return read_boolean(self._solutions(text, form))

    def construct(self, query: str, *, bindings: Mapping[str, Node] | None = None) -> list[Triple]:
        request = self._request(query, bindings)
        form, text = self._prepared(request)
        _expect(form, "CONSTRUCT", "construct", "describe")
        with _outward(self._endpoint):
            return self._endpoint.construct(text)

    def describe(self, iri: URIRef) -> list[Triple]:
        """… with blank nodes down to MAX_DEPTH below each other."""
        return self.construct(_description(iri))

    def graphs(self) -> tuple[URIRef, ...]:
        return tuple(sorted(URIRef(str(row[0])) for row in self.select(GRAPHS).rows))

    def answer(self, request: QueryRequest) -> Answer:
        """The whole answer, checked to its end before it is given."""
        if request.data != self._data:
            raise UsageError(
                Text(
                    de=f"Dieser Store hält {self._data.name}, gefragt ist {request.data}.",
                    en=f"this store holds {self._data.name}, asked for is {request.data}",
                )
            )
        form, text = self._prepared(request)
        if form in ("select", "ask"):
            format = request.solution_format
            assert format is not None  # noqa: S101  # or reading it had raised NotAcceptable
            data = self._solutions(text, form)
            if form == "select" and RowCounter(formats.SPARQL_JSON).feed(data) > self._max_rows:
                raise refusals.too_many_rows(self._max_rows)
            body = data if format == formats.SPARQL_JSON else written_anew(data, format)
        else:
            format = request.graph_format
            assert format is not None  # noqa: S101  # likewise
            with _outward(self._endpoint):
                triples = self._endpoint.construct(text)
            if len(triples) > self._max_rows:
                raise refusals.too_many_rows(self._max_rows)
            quads: list[Quad] = [(s, p, o, None) for s, p, o in triples]
            context = request.context if len(quads) <= COMPACT_TRIPLES else None
            body = _written(quads, format, base=request.base, context=context)
        if len(body) > self._endpoint.max_answer_bytes:
            raise refusals.answer_too_large(self._endpoint.max_answer_bytes)
        return Answer(form, format, iter((body,)), length_bytes=len(body))

    def _request(self, query: str, bindings: Mapping[str, Node] | None) -> QueryRequest:
        return QueryRequest(
            query=query,
            data=self._data,
            solution_format=formats.SPARQL_JSON,
            graph_format=formats.N_TRIPLES,
            bindings=bindings or {},
            lane="trusted",
        )

    def _prepared(self, request: QueryRequest) -> tuple[Form, str]:
        """The form of the query, and the query as it is sent. Raises QueryError and its kin."""
        # what other endpoints answered is put in last: it neither needs reading nor names graphs
        reader = EngineReader(self._reader, self._nothing, replace(request, tables={}))
        with reader.read(request.query) as read:
            form = read.form
        every_format = replace(
            reader.request, solution_format=formats.SPARQL_JSON, graph_format=formats.N_TRIPLES
        )
        text = for_store(
            request.query, self._graphs, dataset=request.dataset, reader=replace(reader, request=every_format)
        )
        bound = with_values(text, request.bindings) if request.bindings else text
        return form, filled(bound, request.tables)

    def _solutions(self, text: str, form: Form) -> bytes:
        """SPARQL JSON of our own writing: whole, with labels and truths as the standard has them."""
        with _outward(self._endpoint):
            data, _ = self._endpoint.answer(
                text, solution_format=formats.SPARQL_JSON, graph_format=None, base=self._graphs.base
            )
            try:
                data = mended(data)
                if form == "ask":
                    data = _truth(data)
                return written_anew(data, formats.SPARQL_JSON)
            except ResultsError as fault:
                raise StoreError(_NO_ANSWER, hint=_PAGES_WORK, where=str(fault)) from fault


class RemoteQueries:
    """The site's queries, answered by the store at `url`; safe to share between threads.

    Which release is asked for, `request.data` says (`…/VERSION/data.nq`), and whether the store has it, the graph
    that `publish` writes last.
    """

    def __init__(
        self, url: str, *, reader: Answerer, nothing: Path, limits: QueryLimits | None = None
    ) -> None:
        self._limits = limits or QueryLimits()
        self._endpoint = RemoteEndpoint(
            url, timeout_seconds=self._limits.deadline_seconds, max_answer_bytes=self._limits.max_answer_bytes
        )
        self._reader = reader
        self._nothing = nothing
        self._records: dict[URIRef, _Record] = {}
        self._running = threading.BoundedSemaphore(RUNNING)
        self._room = threading.BoundedSemaphore(RUNNING + WAITING)

    def answer(self, request: QueryRequest, *, has_left: Callable[[], bool] | None = None) -> Answer:
        """The whole answer. Raises Busy where too many strangers' queries wait; a reader who left while one waited
        costs the store nothing, one who leaves later no longer stops it."""
        if request.lane == "trusted":
            return self._answer(request)
        if not self._room.acquire(blocking=False):
            raise refusals.busy(
                retry_after_seconds=2
            )  # a place is free in a second or two, or the store hangs
        try:
            if not self._running.acquire(timeout=self._limits.deadline_seconds):
                raise refusals.busy(retry_after_seconds=2)
            try:
                if has_left is not None and has_left():
                    raise refusals.busy(retry_after_seconds=2)  # told to nobody
                return self._answer(request)
            finally:
                self._running.release()
        finally:
            self._room.release()

    def _answer(self, request: QueryRequest) -> Answer:
        graphs = self.graphs_of(request.data.parent.name, request.base)
        endpoint = self._endpoint
        if request.deadline_seconds is not None:
            seconds = min(request.deadline_seconds, self._limits.deadline_seconds)
            endpoint = replace(endpoint, timeout_seconds=seconds)
        store = RemoteStore(
            endpoint,
            graphs,
            request.data,
            reader=self._reader,
            nothing=self._nothing,
            limits=self._limits,
        )
        return store.answer(request)

    def graphs_of(self, version: str, base: str) -> ReleaseGraphs:
        """The graphs of a release on the store. Raises RemoteError where it does not have the release."""
        graphs = ReleaseGraphs(base, version, ())
        record = self._records.get(graphs.release)
        if record is None or time.monotonic() - record.read_at > RECORD_SECONDS:
            with _outward(self._endpoint):
                record = _Record(read_record(self._endpoint, graphs))
            self._records[graphs.release] = record
        return record.graphs


@dataclass(frozen=True, slots=True)
class _Record:
    graphs: ReleaseGraphs
    read_at: float = field(default_factory=time.monotonic)


def read_record(endpoint: RemoteEndpoint, graphs: ReleaseGraphs) -> ReleaseGraphs:
    """`graphs` with the names that the store has on record for the release. Raises RemoteError where it has none."""
    rows = endpoint.select(_RECORD.replace("RELEASE", graphs.release)).rows
    names = tuple(sorted(URIRef(str(published)) for _, published in rows))
    if not names:
        raise StoreError(
            Text(
                de=f"Das Release {graphs.version} ist noch nicht auf dem Store dieser Website.",
                en=f"release {graphs.version} is not on this site's store yet.",
            ),
            hint=Text(
                de="Die Seiten sind nicht betroffen. „slm-graph publish“ bringt es dorthin.",
                en="The pages are not affected. `slm-graph publish` brings it there.",
            ),
        )
    return replace(graphs, names=names)


def _description(iri: URIRef) -> str:
    """What is said of `iri` and of the blank nodes below it, one branch a depth.

    Each branch has variables of its own: with BIND to common ones, Virtuoso 7.2.5 breaks off with an internal error.
    """
    template: list[str] = []
    branches: list[str] = []
    for depth in range(MAX_DEPTH + 1):
        nodes = [iri.n3(), *(f"?n{depth}_{level}" for level in range(1, depth + 1))]
        template.append(f"{nodes[-1]} ?p{depth} ?o{depth} .")
        chain = [
            f"{nodes[i]} ?q{depth}_{i} {nodes[i + 1]} . FILTER(isBlank({nodes[i + 1]}))" for i in range(depth)
        ]
        branches.append(f"{{ {' '.join(chain)} {template[-1]} }}")
    return f"CONSTRUCT {{ {' '.join(template)} }} WHERE {{ {' UNION '.join(branches)} }}"


def _written(quads: list[Quad], format: Format, *, base: str, context: str | None) -> bytes:
    """The graph in `format`; JSON-LD expanded where the context does not allow otherwise. Raises NotAcceptable."""
    try:
        return syntax.write(quads, format, base=base, context=context, relabels=False)
    except DataRefused as refusal:
        if format is formats.JSON_LD:
            return syntax.expanded_json_ld(quads, base=base, relabels=False)
        raise NotAcceptable(refusal.text, hint=refusal.hint) from refusal


def _truth(data: bytes) -> bytes:
    """SPARQL JSON of an ASK in the form of the standard (3.3)."""
    try:
        return json.dumps({"head": {}, "boolean": read_boolean(data)}).encode()
    except ResultsError:
        solutions = read_solutions(data)
        if solutions.variables != (_ASK_ANSWER,):
            raise
        return json.dumps({"head": {}, "boolean": bool(solutions.rows)}).encode()


def _expect(form: Form, wanted: str, *forms: Form) -> None:
    if form not in forms:
        raise wrong_form(wanted)


@contextmanager
def _outward(endpoint: RemoteEndpoint) -> Iterator[None]:
    """Failures of the store as strangers may read them: without its address, which goes to the log and to `where`."""
    try:
        yield
    except StoreError:
        raise
    except RemoteAnswerTooLarge as fault:
        raise refusals.answer_too_large(endpoint.max_answer_bytes) from fault
    except RemoteTimeout as fault:
        log.warning("the store: %s", for_the_log(endpoint.url, fault))
        raise RemoteTimeout(
            Text(
                de="Der Store dieser Website antwortete nicht rechtzeitig.",
                en="this site's store did not answer in time.",
            ),
            hint=_PAGES_WORK,
            where=fault.message("en"),
        ) from fault
    except RemoteError as fault:
        log.warning("the store: %s", for_the_log(endpoint.url, fault))
        raise StoreError(_NO_ANSWER, hint=_PAGES_WORK, where=fault.message("en")) from fault
    except QueryError as fault:
        if isinstance(fault.__cause__, ParseError):  # a term beyond RDF 1.1
            raise
        # our engine has read the query before it was sent: theirs lacks something
        log.warning("the store: %s", for_the_log(endpoint.url, fault))
        raise StoreError(
            Text(
                de="Der Store dieser Website kann diese Abfrage nicht auswerten.",
                en="this site's store cannot evaluate this query.",
            ),
            hint=Text(
                de="Sie ist gültiges SPARQL; anders geschrieben geht sie vielleicht.",
                en="It is valid SPARQL; written in another way it may work.",
            ),
            where=fault.message("en"),
        ) from fault
