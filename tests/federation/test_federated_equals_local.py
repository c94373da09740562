"""Whatever a query asks of another endpoint, the answer is that of both data sets in one place (as multisets)."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from slm_graph import formats
from slm_graph.engine.evaluation import Evaluator
from slm_graph.settings import FederationSettings, QueryLimits
from slm_graph.store import EmbeddedStore, QueryRequest
from slm_graph.store.federation import Federation

EXAMPLES = int(os.environ.get("SLM_GRAPH_TEST_FEDERATED_QUERIES", "150"))
X = "http://x.example/"
HERE, THERE = f"{X}here", f"{X}there"
SUBJECTS = [f"<{X}{name}>" for name in ("a", "b", "it's", "c#d")]
PREDICATES = [f"<{X}{name}>" for name in ("p", "q")]
LITERALS = [
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"eins"@de',
    '"one"@en-gb',
    '"one"',
    r'"\\u0022 } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #"',
    r'"\" } UNION { \n\t# \\"',
    '"x"^^<http://x.example/type>',
    '""',
]
VARIABLES = ["?s", "$s", "?o", "?v", "?w"]
triples = st.tuples(
    st.sampled_from(SUBJECTS), st.sampled_from(PREDICATES), st.sampled_from(SUBJECTS + LITERALS)
)
graphs = st.lists(triples, max_size=8, unique=True)
CLAUSE = "\0"
"""Stands for SERVICE, or for GRAPH where all data is in one place."""
DATASET = "\1"
TARGETS = [f"<{THERE}>", "there:", "<there>"]
_numbers = itertools.count()


@st.composite
def a_triple(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A triple pattern and its variables."""
    subject = draw(st.sampled_from(VARIABLES + SUBJECTS[:1]))
    predicate = draw(st.sampled_from([*PREDICATES, "?p"]))
    object_ = draw(st.sampled_from(VARIABLES + LITERALS[:1]))
    terms = [subject, predicate, object_]
    return " ".join(terms), [term for term in terms if term[0] in "?$"]


@st.composite
def a_group(draw: st.DrawFn, *, depth: int, services: bool) -> str:
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kinds = ["triple", "filter", "bind", "values", "comment"]
        if depth:
            kinds += ["optional", "union", "minus", "exists", "not exists", "select", "count"]
        if services:
            kinds += ["service"] * 4
        kind = draw(st.sampled_from(kinds))

        def inner(services: bool = services) -> str:
            return draw(a_group(depth=depth - 1, services=services and depth > 0))

        text, variables = draw(a_triple())
        match kind:
            case "triple":
                parts.append(f"{text} .")
            case "filter":
                one = draw(st.sampled_from(variables or ["1"]))
                test = draw(
                    st.sampled_from([f"isLiteral({one})", f"{one} < 2", f"LANG({one}) = 'de'", "true"])
                )
                parts.append(f"{text} FILTER({test})")
            case "bind":
                one = draw(st.sampled_from(variables or ["1"]))
                parts.append(f"{text} BIND(STR({one}) AS ?n{next(_numbers)})")
            case "values":
                one = draw(st.sampled_from(VARIABLES))
                parts.append(
                    f"{text} VALUES {one} {{ {draw(st.sampled_from(SUBJECTS))} UNDEF '}} SERVICE' }}"
                )
            case "comment":
                parts.append(f"{text} . # }} SERVICE <{HERE}> {{\n")
            case "optional":
                parts.append(f"OPTIONAL {inner()}")
            case "union":
                parts.append(f"{inner()} UNION {inner()}")
            case "minus":
                parts.append(f"MINUS {inner()}")
            case "exists":
                parts.append(f"FILTER EXISTS {inner()}")
            case "not exists":
                parts.append(f"FILTER NOT EXISTS {inner()}")
            case "select":
                shown = draw(st.sampled_from(["*", "DISTINCT ?s", "?s ?v"]))
                parts.append(f"{{ SELECT {shown} WHERE {inner()} }}")
            case "count":
                parts.append(f"{{ SELECT ?s (COUNT(*) AS ?c{next(_numbers)}) WHERE {inner()} GROUP BY ?s }}")
            case "service":
                parts.append(draw(a_clause(depth=depth - 1)))
    return "{ " + " ".join(parts) + " }"


@st.composite
def a_clause(draw: st.DrawFn, *, depth: int) -> str:
    silent = draw(st.sampled_from(["", "SILENT "]))
    target = draw(st.sampled_from(TARGETS))
    return f"{CLAUSE}{silent}{target} {draw(a_group(depth=max(0, depth), services=False))}"


@st.composite
def a_query(draw: st.DrawFn) -> str:
    head = draw(
        st.sampled_from(
            ["SELECT *", "SELECT DISTINCT *", "SELECT ?s ?o", "SELECT (COUNT(*) AS ?n)", "ASK", "CONSTRUCT"]
        )
    )
    head = head.replace("CONSTRUCT", f"CONSTRUCT {{ ?s <{X}made> ?o }}")
    first, rest = draw(a_clause(depth=1)), draw(a_group(depth=2, services=True))
    group = draw(st.sampled_from([f"{{ {first} {rest} }}", f"{{ {rest} {first} }}"]))
    return f"{head} {DATASET} WHERE {group}"


def in_one_place(query: str) -> str:
    """The query where the other endpoint's data is a named graph."""
    text = query.replace(f"{CLAUSE}SILENT ", CLAUSE).replace(CLAUSE, "GRAPH ")
    return f"BASE <{X}>\nPREFIX there: <{THERE}>\n" + text.replace(
        DATASET, f"FROM <{HERE}> FROM NAMED <{THERE}>"
    )


def with_service(query: str, url: str) -> str:
    directory, _, name = url.rpartition("/")
    text = query.replace(CLAUSE, "SERVICE ").replace(DATASET, "")
    text = text.replace(f"<{THERE}>", f"<{url}>").replace("<there>", f"<{name}>")
    return f"BASE <{directory}/> # SERVICE <{HERE}> {{\nPREFIX there: <{url}>\n{text}"


def multiset(store: EmbeddedStore, request: QueryRequest) -> Any:
    """The answer without its order."""
    answer = store.answer(request)
    body = answer.read()
    if answer.form == "construct":
        return frozenset(body.splitlines())
    said = json.loads(body)
    if answer.form == "ask":
        return said["boolean"]
    rows = Counter(
        tuple(sorted((name, *sorted(term.items())) for name, term in row.items()))
        for row in said["results"]["bindings"]
    )
    return frozenset(said["head"]["vars"]), rows


def test_a_federated_query_answers_as_if_all_data_were_here(
    endpoint: Any, reading: Any, tmp_path: Path
) -> None:
    reader, nothing = reading
    allowed = FederationSettings(endpoints=(endpoint.url,), max_clauses=8)
    federation = Federation(allowed, QueryLimits(), reader=reader, nothing=nothing)
    data = tmp_path / "data.nq"
    compared = Counter[str]()

    def request(text: str) -> QueryRequest:
        return QueryRequest(
            query=text, data=data, solution_format=formats.SPARQL_JSON, graph_format=formats.N_TRIPLES
        )

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(here=graphs, there=graphs, query=a_query())
    def run(here: list[tuple[str, ...]], there: list[tuple[str, ...]], query: str) -> None:
        assume(query.count(CLAUSE) <= allowed.max_clauses)
        local = "".join(f"{' '.join(triple)} <{HERE}> .\n" for triple in here).encode()
        other = "".join(f"{' '.join(triple)} <{THERE}> .\n" for triple in there).encode()
        endpoint.evaluator = Evaluator.in_memory(other)
        both = EmbeddedStore(data, Evaluator.in_memory(local + other))
        expected = multiset(both, request(in_one_place(query)))
        federated = federation.carried_out(request(with_service(query, endpoint.url)))
        found = multiset(EmbeddedStore(data, Evaluator.in_memory(local)), federated)
        assert found == expected, f"{with_service(query, endpoint.url)}\n{federated.tables}"
        compared["clauses"] += len(federated.tables)
        compared["rows"] += sum(rows.count("(") for rows in federated.tables.values())
        compared["answers with rows"] += bool(expected[1] if isinstance(expected, tuple) else expected)

    run()
    # or it would have compared nothing with nothing
    assert min(compared[what] for what in ("clauses", "rows", "answers with rows")) > EXAMPLES // 8, compared
