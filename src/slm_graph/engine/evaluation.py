"""Queries on one opened data file: SPARQL in, rdflib terms or bytes out.

Nothing here limits time or memory; that is the query process's part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Literal

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.places import broken_iri, token_at_fault
from slm_graph.engine.sentences import is_known, rule_broken, told
from slm_graph.engine.terms import from_rdflib, to_rdflib
from slm_graph.engine.tokens import Token, first_word, position_of, tokens
from slm_graph.errors import EnvironmentFault, NotAcceptable, QueryError, QueryRefused, QueryTooLarge, Text
from slm_graph.formats import LINE_FORMATS, Format
from slm_graph.model import Triple

ResultKind = Literal["solutions", "boolean", "graph"]

SOLUTION_SYNTAXES: dict[str, ox.QueryResultsFormat] = {
    formats.SPARQL_JSON.name: ox.QueryResultsFormat.JSON,
    formats.SPARQL_XML.name: ox.QueryResultsFormat.XML,
    formats.CSV.name: ox.QueryResultsFormat.CSV,
    formats.TSV.name: ox.QueryResultsFormat.TSV,
}
_GRAPH_SYNTAXES: dict[str, ox.RdfFormat] = {
    formats.TURTLE.name: ox.RdfFormat.TURTLE,
    formats.JSON_LD.name: ox.RdfFormat.JSON_LD,
    formats.JSON.name: ox.RdfFormat.JSON_LD,
    formats.RDF_XML.name: ox.RdfFormat.RDF_XML,
    formats.N_TRIPLES.name: ox.RdfFormat.N_TRIPLES,
    formats.TRIG.name: ox.RdfFormat.TRIG,
    formats.N_QUADS.name: ox.RdfFormat.N_QUADS,
}
_LOOKED_THROUGH = 1_000
"""Triples; a graph of so many is read by machines, which do not mind prefixes that nobody uses."""
_UNWRITTEN = frozenset(
    [str(RDF.langString), *(str(XSD[name]) for name in ("string", "integer", "decimal", "double", "boolean"))]
)
"""Datatypes that Turtle does not spell."""
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LACKING = re.compile(r"custom function <(.*)> is not supported", re.DOTALL)
_TERMS = ("variable", "iri", "name", "blank")
_UNWRITABLE = ("RDF/XML reserved syntax term", "JSON-LD does not support")
"""How the engine says that a format has no way to write a triple."""
_SHOWN = 60
"""Characters of a token in a message: enough to find it by."""


@dataclass(frozen=True, slots=True)
class Solutions:
    """The solutions of a SELECT: one row each, in the order of `variables`; None where a variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]


class Evaluator:
    """One data file, opened and never changed.

    The default graph of a query without a data set of its own is the union of all graphs.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @classmethod
    def in_memory(cls, data: bytes | Path) -> Evaluator:
        """The N-Quads `data`, or the file of that path, held in memory. Raises EnvironmentFault."""
        store = ox.Store()
        try:
            if isinstance(data, Path):
                store.load(path=data, format=ox.RdfFormat.N_QUADS)
            else:
                store.load(data, ox.RdfFormat.N_QUADS)
        except (OSError, SyntaxError, ValueError) as fault:
            raise _unreadable(fault) from fault
        return cls(store)

    @classmethod
    def on_disk(cls, directory: Path) -> Evaluator:
        """The store that `write_on_disk` left in `directory`, opened read-only. Raises EnvironmentFault."""
        try:
            return cls(ox.Store.read_only(str(directory)))
        except (OSError, ValueError) as fault:
            raise _unreadable(fault) from fault

    def evaluate(
        self,
        query: str,
        *,
        default_graphs: Sequence[URIRef] | None = None,
        named_graphs: Sequence[URIRef] | None = None,
        has_dataset_clause: bool = False,
        bindings: Mapping[str, Node] | None = None,
    ) -> Evaluation:
        """The query parsed and planned; rows are made as the answer is read.

        Given either sequence of graphs, those are the data set and FROM counts for nothing (SPARQL 1.1 Protocol,
        2.1.4); else the query's own clauses, if the caller found any; else everything. `bindings` put terms in
        the place of variables (a SELECT must project them). Raises QueryError with line and column.
        """
        given = default_graphs is not None or named_graphs is not None
        try:
            result = self._store.query(
                query,
                use_default_graph_as_union=not given and not has_dataset_clause,
                default_graph=[ox.NamedNode(str(name)) for name in default_graphs or ()] if given else None,
                named_graphs=[ox.NamedNode(str(name)) for name in named_graphs or ()] if given else None,
                substitutions={
                    ox.Variable(name): _constant(name, term) for name, term in (bindings or {}).items()
                },
            )
        except SyntaxError as fault:
            raise _syntax_error(fault, query) from fault
        except RuntimeError as fault:
            raise _planning_error(fault, query, has_bindings=bool(bindings)) from fault
        except ValueError as fault:
            raise QueryError(
                Text(de=f"Kein gültiger Name oder Wert: {fault}", en=f"not a valid name or value: {fault}")
            ) from fault
        except (OSError, MemoryError) as fault:
            raise evaluation_error(fault) from fault
        return Evaluation(result)


class Evaluation:
    """The result of one query, read once: by `write`, or by the method of its kind."""

    def __init__(self, result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> None:
        self._result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | None = result
        self._read: list[ox.Triple] = []
        self._is_whole = True
        """Nothing was read, and nothing is to be left out."""
        self._unread: Iterator[ox.Triple] = iter(result) if isinstance(result, ox.QueryTriples) else iter(())
        self.kind: ResultKind = "graph"
        if isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
            self.kind = "solutions" if isinstance(result, ox.QuerySolutions) else "boolean"

    def limit_triples(self, at_most: int, excess: Callable[[], Exception]) -> None:
        """Have whoever reads the graph meet `excess()` in the place of the triple after `at_most`."""
        self._unread = _up_to(at_most, self._unread, excess)
        self._is_whole = False

    def write(self, sink: IO[bytes], format: Format, *, prefixes: Mapping[str, str] | None = None) -> None:
        """The result in `format`, piece by piece as it is made; JSON-LD comes expanded.

        An exception of the sink's `write` comes out as it is. Raises what `evaluation_error` gives, and NotAcceptable for a
        graph that the format cannot hold.
        """
        try:
            if isinstance(self._result, ox.QueryTriples) and format in LINE_FORMATS and self._is_whole:
                # several times as fast as triples that have come out of the engine
                self._result.serialize(sink, _GRAPH_SYNTAXES[format.name])
            elif isinstance(self._result, ox.QueryTriples):
                used = self._used(prefixes or {})
                ox.serialize(
                    chain(self._read, self._unread), sink, _GRAPH_SYNTAXES[format.name], prefixes=used
                )
            elif self._result is not None:
                self._result.serialize(sink, SOLUTION_SYNTAXES[format.name])
            else:
                raise AssertionError("a result is written once")
        except OSError as fault:
            if str(fault).startswith(_UNWRITABLE):
                raise _unwritable(format) from fault
            raise evaluation_error(fault) from fault
        except (MemoryError, RuntimeError) as fault:
            raise evaluation_error(fault) from fault
        finally:
            # an error keeps this object, and the collector of another thread must not be who ends the engine's
            self._result, self._unread = None, iter(())

    def _used(self, prefixes: Mapping[str, str]) -> dict[str, str]:
        """The prefixes that a small graph uses; of one that is not looked through, all."""
        if not isinstance(self._result, ox.QueryTriples):
            raise wrong_form("CONSTRUCT")
        self._read.extend(islice(self._unread, max(0, _LOOKED_THROUGH - len(self._read))))
        if len(self._read) >= _LOOKED_THROUGH:
            return dict(prefixes)
        namespaces: set[str] = set()
        for triple in self._read:
            datatype = triple.object.datatype if isinstance(triple.object, ox.Literal) else None
            for term in (triple.subject, triple.predicate, triple.object, datatype):
                if isinstance(term, ox.NamedNode) and term.value not in _UNWRITTEN:
                    namespaces.add(term.value[: max(term.value.rfind("#"), term.value.rfind("/")) + 1])
        return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in namespaces}

    def boolean(self) -> bool:
        if not isinstance(self._result, ox.QueryBoolean):
            raise wrong_form("ASK")
        return bool(self._result)

    def solutions(self) -> Solutions:
        if not isinstance(self._result, ox.QuerySolutions):
            raise wrong_form("SELECT")
        names = tuple(variable.value for variable in self._result.variables)
        try:
            rows = tuple(tuple(_term(value) for value in solution) for solution in self._result)
        except (OSError, MemoryError, RuntimeError) as fault:
            raise evaluation_error(fault) from fault
        return Solutions(names, rows)

    def triples(self, *, at_most: int | None = None) -> list[Triple] | None:
        """All triples, in no order; None if there are more than `at_most` (`write` still gives every one)."""
        if not isinstance(self._result, ox.QueryTriples):
            raise wrong_form("CONSTRUCT")
        try:
            self._is_whole = False
            self._read.extend(self._unread if at_most is None else islice(self._unread, at_most + 1))
        except (OSError, MemoryError, RuntimeError) as fault:
            raise evaluation_error(fault) from fault
        if at_most is not None and len(self._read) > at_most:
            return None
        return [_triple(triple) for triple in self._read]


def _up_to(
    at_most: int, triples: Iterator[ox.Triple], excess: Callable[[], Exception]
) -> Iterator[ox.Triple]:
    yield from islice(triples, at_most)
    if next(triples, None) is not None:
        del triples  # the error keeps this frame, as `Evaluation.write` says
        raise excess()


def write_on_disk(data: Path, directory: Path) -> None:
    """A store in the new `directory` with the N-Quads of `data`, compacted for reading. Raises EnvironmentFault."""
    try:
        store = ox.Store(str(directory))
        store.bulk_load(path=data, format=ox.RdfFormat.N_QUADS)
        store.optimize()
        store.flush()
    except (OSError, SyntaxError, ValueError) as fault:
        raise _unreadable(fault) from fault


def evaluation_error(fault: BaseException) -> QueryError:
    """What went wrong while rows were made, as one of our errors."""
    if isinstance(fault, MemoryError):
        return QueryTooLarge(
            Text(
                de="Die Abfrage braucht mehr Speicher, als ihr zusteht.",
                en="the query needs more memory than it may have",
            )
        )
    reason = str(fault)
    if "service" in reason.lower() or "http" in reason.lower() or isinstance(fault, PermissionError):
        return QueryRefused(
            Text(
                de="Andere Server werden von hier nicht abgefragt.",
                en="other servers are not queried from here",
            )
        )
    return QueryError(
        Text(
            de=f"Die Abfrage ließ sich nicht auswerten: {reason}",
            en=f"the query could not be evaluated: {reason}",
        )
    )


def _syntax_error(fault: SyntaxError, query: str) -> QueryError:
    token = token_at_fault(query, _reach)
    said = _PLACE.match(str(fault))
    sentence = rule_broken(said[3] if said else str(fault))
    hint: Text | None = None
    if token is not None and (broken := broken_iri(token, query, _reach)) is not None:
        reason, hint, token = broken
    elif sentence is not None and (token is None or is_known(sentence)):
        reason, named = told(sentence, query, _parses)
        token = named or token
    elif token is not None:
        shown = " ".join(token.text[:_SHOWN].split())
        reason = Text(de=f"„{shown}“ steht hier falsch", en=f"“{shown}” is out of place")
    else:
        reason = Text(de="der Text endet zu früh", en="the text ends too soon")
    line, column = position_of(query, len(query) if token is None else token.start)
    return QueryError(
        Text(
            de=f"Kein gültiges SPARQL (Zeile {line}, Spalte {column}): {reason.de}",
            en=f"not valid SPARQL (line {line}, column {column}): {reason.en}",
        ),
        hint=hint,
        line=line,
        column=column,
    )


def _planning_error(fault: RuntimeError, query: str, *, has_bindings: bool) -> QueryError:
    """What the engine refuses of well-formed SPARQL: functions it lacks, and terms for what is not projected."""
    lacking = _LACKING.search(str(fault))
    if lacking is not None:
        return _no_such_function(lacking[1], query)
    if not has_bindings:
        return evaluation_error(fault)
    return QueryError(
        Text(
            de=f"Eine gebundene Variable fehlt in der Projektion: {fault}",
            en=f"a bound variable is not projected: {fault}",
        ),
        hint=Text(de="SELECT muss jede gebundene Variable nennen.", en="SELECT has to name it."),
    )


def _no_such_function(iri: str, query: str) -> QueryError:
    call = _call_of(iri, query)
    line, column = position_of(query, call.start) if call is not None else (None, None)
    de, en = (f" (Zeile {line}, Spalte {column})", f" (line {line}, column {column})") if call else ("", "")
    return QueryError(
        Text(
            de=f"Eine Funktion <{iri}> gibt es hier nicht{de}.",
            en=f"there is no function <{iri}> here{en}",
        ),
        hint=Text(
            de="Nur die Funktionen von SPARQL 1.1 verwenden.", en="Use the functions of SPARQL 1.1 only."
        ),
        line=line,
        column=column,
    )


def _call_of(iri: str, query: str) -> Token | None:
    """The name in the first call of a function; None where escapes hide it."""
    found = tokens(query)
    form = first_word(found)
    named = [
        (before.kind in _TERMS, name)  # what follows a term may be a property whose value is a list
        for before, name, after in zip(found, found[1:], found[2:], strict=False)
        if name.kind in ("iri", "name") and after.text == "("
    ]
    if form is None or not named:
        return None
    # The engine itself resolves prefixes and relative IRIs: it is asked what each of the names stands for.
    values = " ".join(name.text for _, name in named)
    try:
        rows = ox.Store().query(f"{query[: form.start]}SELECT ?name {{ VALUES ?name {{ {values} }} }}")
    except (SyntaxError, RuntimeError):
        return None
    if not isinstance(rows, ox.QuerySolutions):
        return None
    meant = [isinstance(row[0], ox.NamedNode) and row[0].value == iri for row in rows]
    calls = [call for call, is_meant in zip(named, meant, strict=True) if is_meant]
    return min(calls, key=lambda call: call[0])[1] if calls else None


def _reach(text: str) -> tuple[int, int]:
    try:
        ox.Store().query(text)
    except SyntaxError as fault:
        place = _PLACE.match(str(fault))
        if place:
            return int(place[1]), int(place[2])
    return 1, 1


def _parses(text: str) -> bool:
    try:
        ox.Store().query(text)  # a SELECT, of which no row is asked for
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


def wrong_form(wanted: str) -> QueryError:
    """For a caller who needs a query of the form `wanted`."""
    return QueryError(Text(de=f"Die Abfrage ist kein {wanted}.", en=f"the query is not a {wanted}"))


def _constant(name: str, term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    value = from_rdflib(term)
    if isinstance(value, ox.DefaultGraph):
        raise ValueError(f"?{name} = {term!r}")  # noqa: TRY004  # a value of the caller's, reported as such
    return value


def _term(value: object) -> Node | None:
    if value is None:
        return None
    try:
        return to_rdflib(value)
    except (TypeError, ValueError) as fault:
        raise beyond_rdf_11() from fault


def _triple(triple: ox.Triple) -> Triple:
    subject, predicate, object_ = (_term(part) for part in (triple.subject, triple.predicate, triple.object))
    if subject is None or object_ is None or not isinstance(predicate, URIRef):
        raise beyond_rdf_11()
    return subject, predicate, object_


class BeyondRdf11(QueryError):
    """An answer that rdflib's terms cannot hold."""


def beyond_rdf_11() -> BeyondRdf11:
    return BeyondRdf11(
        Text(
            de="Die Antwort enthält Terme, die es in RDF 1.1 nicht gibt.",
            en="the answer has terms that RDF 1.1 lacks",
        )
    )


def _unwritable(format: Format) -> NotAcceptable:
    others = ", ".join(row.media_type for row in formats.RDF_FORMATS if row.label != format.label)
    return NotAcceptable(
        Text(
            de=f"Die Antwort enthält Tripel, für die {format.label} keine Schreibweise hat.",
            en=f"the answer has triples that {format.label} has no way to write",
        ),
        hint=Text(de=f"Es gibt: {others}.", en=f"There is: {others}."),
    )


def _unreadable(fault: BaseException) -> EnvironmentFault:
    return EnvironmentFault(
        Text(de="Die Daten der Veröffentlichung sind nicht lesbar.", en="the release's data cannot be read."),
        hint=Text(de="Die Veröffentlichung neu bauen.", en="Build the release again."),
        where=str(fault),
    )
