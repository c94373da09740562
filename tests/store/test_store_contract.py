"""What every store must do alike: one suite, run against each of them."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from pyld import jsonld
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from slm_graph import formats
from slm_graph.engine.parsing import parse
from slm_graph.errors import NotAcceptable, QueryError, QueryRefused, QueryTooLarge
from slm_graph.store import QueryDataset

EX = "https://data.example/"
TURN = URIRef(f"{EX}id/turn")
CRAFTS, LEVELS, NOTES = (URIRef(f"{EX}graph/{name}") for name in ("crafts", "levels", "notes"))
LABELS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?skill ?label { ?skill skos:prefLabel ?label } ORDER BY ?label"
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def graph_of(triples):
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def test_select_gives_terms_in_the_order_of_the_variables_and_rows(store):
    solutions = store.select(LABELS)
    assert solutions.variables == ("skill", "label")
    assert [row[1] for row in solutions.rows] == [
        Literal("Drehen", lang="de"),
        Literal("Schweißen", lang="de"),
        Literal("Turning", lang="en"),
    ]
    assert solutions.rows[0][0] == TURN


def test_an_unbound_variable_is_none(store):
    solutions = store.select(f"SELECT ?l ?none {{ <{TURN}> <{EX}level> ?l }}")
    assert solutions.rows == ((Literal(3), None),)


def test_ask_gives_both_truths(store):
    assert store.ask(f"ASK {{ <{TURN}> ?p ?o }}") is True
    assert store.ask(f"ASK {{ <{EX}id/nothing> ?p ?o }}") is False


def test_construct_over_the_union_gives_the_whole_data_set(store, data):
    flat = graph_of(quad[:3] for quad in parse(data.read_bytes(), formats.N_QUADS))
    assert isomorphic(graph_of(store.construct(EVERYTHING)), flat)


def test_describe_follows_blank_nodes(store):
    graph = graph_of(store.describe(TURN))
    assert len(graph) == 6
    assert Literal('Spindel, "Futter" und <Drehstahl>') in set(graph.objects())
    assert store.describe(URIRef(f"{EX}id/nothing")) == []


def test_graphs_lists_the_named_graphs_sorted(store):
    assert store.graphs() == (CRAFTS, LEVELS, NOTES)


@pytest.mark.parametrize(
    ("bound", "count"),
    [
        ({"skill": TURN}, 2),
        ({"label": Literal("Schweißen", lang="de")}, 1),
        ({"label": Literal("Schweißen")}, 0),
    ],
    ids=["an IRI", "a literal with a language", "the same without one"],
)
def test_bindings_take_the_place_of_variables(store, bound, count):
    assert len(store.select(LABELS, bindings=bound).rows) == count


def test_a_bound_value_is_never_read_as_sparql(store):
    hostile = Literal('" } UNION { ?skill ?p ?label } #')
    assert store.select(LABELS, bindings={"label": hostile}).rows == ()


def test_binding_a_variable_that_is_not_projected_is_a_clear_error(store):
    with pytest.raises(QueryError) as refusal:
        store.select(LABELS, bindings={"other": TURN})
    assert "other" in refusal.value.text.de
    assert refusal.value.hint is not None


# The data set of a query: SPARQL 1.1 Query 13.2, SPARQL 1.1 Protocol 2.1.4
_DEFAULT = "SELECT (COUNT(*) AS ?n) {clauses} WHERE {{ ?s ?p ?o }}"
_NAMED = "SELECT (COUNT(*) AS ?n) {clauses} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"


@pytest.mark.parametrize(
    ("pattern", "clauses", "dataset", "count"),
    [
        pytest.param(_DEFAULT, "", QueryDataset(), 8, id="13.1 without a data set: the union of all graphs"),
        pytest.param(_NAMED, "", QueryDataset(), 8, id="13.1 without a data set: every named graph"),
        pytest.param(_DEFAULT, f"FROM <{LEVELS}>", QueryDataset(), 2, id="13.2.1 FROM"),
        pytest.param(
            _DEFAULT, f"FROM <{LEVELS}> FROM <{NOTES}>", QueryDataset(), 4, id="13.2.1 two FROM: their merge"
        ),
        pytest.param(
            _DEFAULT, f"FROM <{LEVELS}> FROM <{LEVELS}>", QueryDataset(), 2, id="13.2.1 the same twice: once"
        ),
        pytest.param(
            f"BASE <{EX}> PREFIX g: <graph/> {_DEFAULT}",
            f"FROM <{LEVELS}> FROM g:levels from <graph/levels> FROM <{NOTES}>",
            QueryDataset(),
            4,
            id="13.2.1 the same, spelt in three ways: once",
        ),
        pytest.param(
            _NAMED,
            f"FROM NAMED <{LEVELS}> FROM NAMED <{LEVELS}>",
            QueryDataset(),
            2,
            id="13.2.2 the same twice: once",
        ),
        pytest.param(_NAMED, f"FROM <{LEVELS}>", QueryDataset(), 0, id="13.2 FROM alone: no named graph"),
        pytest.param(_NAMED, f"FROM NAMED <{LEVELS}>", QueryDataset(), 2, id="13.2.2 FROM NAMED"),
        pytest.param(
            _DEFAULT, f"FROM NAMED <{LEVELS}>", QueryDataset(), 0, id="13.2 FROM NAMED alone: empty default"
        ),
        pytest.param(
            _DEFAULT, f"FROM <{LEVELS}> FROM NAMED <{NOTES}>", QueryDataset(), 2, id="13.2.3 both: default"
        ),
        pytest.param(
            _NAMED, f"FROM <{LEVELS}> FROM NAMED <{NOTES}>", QueryDataset(), 2, id="13.2.3 both: named"
        ),
        pytest.param(
            _DEFAULT, f"from<{LEVELS}>", QueryDataset(), 2, id="19.8 keywords in lower case, no blank"
        ),
        pytest.param(_DEFAULT, f"FROM <{EX}graph/nothing>", QueryDataset(), 0, id="unknown graph: empty"),
        pytest.param(_DEFAULT, "", QueryDataset((LEVELS,)), 2, id="2.1.4 default-graph-uri"),
        pytest.param(
            _NAMED, "", QueryDataset((LEVELS,)), 0, id="2.1.4 default-graph-uri alone: no named graph"
        ),
        pytest.param(_NAMED, "", QueryDataset((), (LEVELS, NOTES)), 4, id="2.1.4 two named-graph-uri"),
        pytest.param(
            _DEFAULT, "", QueryDataset((), (LEVELS,)), 0, id="2.1.4 named-graph-uri alone: empty default"
        ),
        pytest.param(
            _DEFAULT, f"FROM <{CRAFTS}>", QueryDataset((LEVELS,)), 2, id="2.1.4 the protocol overrides FROM"
        ),
        pytest.param(
            _NAMED, f"FROM NAMED <{CRAFTS}>", QueryDataset((), (LEVELS,)), 2, id="2.1.4 … and FROM NAMED"
        ),
        pytest.param(
            _DEFAULT, "", QueryDataset((URIRef(f"{EX}graph/nothing"),)), 0, id="2.1.4 unknown graph: empty"
        ),
        pytest.param(_DEFAULT + " # FROM <x:y>", "", QueryDataset(), 8, id="FROM in a comment is none"),
        pytest.param(
            _DEFAULT + " VALUES ?from {{ 'FROM' }}",
            "",
            QueryDataset(),
            8,
            id="FROM in a string or a name is none",
        ),
    ],
)
def test_the_data_set_is_that_of_the_standard(store, ask, pattern, clauses, dataset, count):
    answer = store.answer(ask(pattern.format(clauses=clauses), dataset=dataset))
    assert json.loads(answer.read())["results"]["bindings"][0]["n"]["value"] == str(count)


def read_solutions(format, body):
    """The number of solutions, by a reader of another make."""
    if format == formats.SPARQL_JSON:
        return len(json.loads(body)["results"]["bindings"])
    if format == formats.SPARQL_XML:
        return len(ElementTree.fromstring(body).findall(".//{http://www.w3.org/2005/sparql-results#}result"))
    rows = list(csv.reader(io.StringIO(body.decode()), delimiter="," if format == formats.CSV else "\t"))
    return len(rows) - 1


@pytest.mark.parametrize("format", formats.SOLUTION_FORMATS, ids=lambda row: row.label)
def test_solutions_come_in_every_format(store, ask, format):
    answer = store.answer(ask(LABELS, solution_format=format))
    assert (answer.form, answer.format) == ("select", format)
    body = answer.read()
    assert answer.length_bytes == len(body)
    assert read_solutions(format, body) == 3
    assert "Schweißen".encode() in body


@pytest.mark.parametrize("format", formats.SOLUTION_FORMATS, ids=lambda row: row.label)
def test_a_truth_comes_in_every_format(store, ask, format):
    answer = store.answer(ask("ASK {}", solution_format=format))
    assert (answer.form, answer.format) == ("ask", format)
    assert b"true" in answer.read()


def read_graph(format, body):
    """The graph, by a reader of another make wherever there is one."""
    if format in (formats.JSON_LD, formats.JSON):
        quads = jsonld.to_rdf(json.loads(body), {"format": "application/n-quads"})
        return Graph().parse(data=quads, format="nt")
    if names := {"turtle": "turtle", "rdfxml": "xml", "ntriples": "nt"}.get(format.name):
        return Graph().parse(data=body, format=names)
    return graph_of(quad[:3] for quad in parse(body, format))


@pytest.mark.parametrize("format", formats.RDF_FORMATS, ids=lambda row: row.label)
@pytest.mark.parametrize("form", ["construct", "describe"])
def test_graphs_come_in_every_format(store, ask, format, form):
    query = EVERYTHING if form == "construct" else f"DESCRIBE <{TURN}>"
    answer = store.answer(ask(query, graph_format=format))
    assert (answer.form, answer.format) == (form, format)
    body = answer.read()
    assert isomorphic(read_graph(format, body), graph_of(store.construct(query)))


def test_json_ld_is_compact_with_the_context_that_was_named(store, ask):
    request = ask(f"DESCRIBE <{EX}id/weld>", graph_format=formats.JSON_LD, context="/context.jsonld")
    document = json.loads(store.answer(request).read())
    assert document["@context"] == "/context.jsonld"


def test_turtle_declares_the_prefixes_it_uses_and_no_others(store, ask):
    body = store.answer(ask(f"DESCRIBE <{TURN}>", graph_format=formats.TURTLE)).read().decode()
    assert "skos:prefLabel" in body
    assert body.count("@prefix") == 1


@pytest.mark.parametrize(
    ("query", "formats_"),
    [
        ("ASK {}", {"solution_format": None}),
        (LABELS, {"solution_format": None}),
        (EVERYTHING, {"graph_format": None}),
    ],
    ids=["ASK", "SELECT", "CONSTRUCT"],
)
def test_a_form_that_is_not_acceptable_is_refused_with_the_offers(store, ask, query, formats_):
    with pytest.raises(NotAcceptable) as refusal:
        store.answer(ask(query, **formats_))
    assert refusal.value.http_status == 406
    assert "/" in refusal.value.hint.en


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * {", 1, 11),
        ("SELECT *\nWHERE { ?s ?p }", 2, None),
        ("", 1, 1),
        ("SELECT ?s\n{ ?s ex:level ?o }", 2, 6),
        ("SELECT ?x ?x {}", 1, None),
    ],
    ids=["no end", "half a triple", "nothing", "a prefix not declared", "a variable twice"],
)
def test_bad_syntax_names_line_and_column(store, query, line, column):
    with pytest.raises(QueryError) as refusal:
        store.select(query)
    assert type(refusal.value) is QueryError
    assert refusal.value.line == line
    assert refusal.value.column is not None
    assert column is None or refusal.value.column == column
    assert f"Zeile {line}" in refusal.value.text.de


def test_a_prefix_that_is_not_declared_is_named(store):
    with pytest.raises(QueryError, match="prefix ex: is not declared"):
        store.select("SELECT ?s { ?s ex:level ?o }")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "PREFIX a: <a:> delete where {?s ?p ?o}",
        "DROP ALL",
        "LOAD <http://127.0.0.1/>",
        "WITH <a:b> DELETE {} WHERE {}",
    ],
)
def test_updates_are_refused(store, data, query):
    before = data.read_bytes()
    with pytest.raises(QueryRefused):
        store.select(query)
    assert data.read_bytes() == before
    assert len(store.construct(EVERYTHING)) == 8


def test_a_query_that_is_too_long_or_too_deep_is_refused(store):
    with pytest.raises(QueryTooLarge):
        store.ask("ASK {} #" + "x" * 70_000)
    with pytest.raises(QueryTooLarge):
        store.ask("ASK " + "{" * 3_000 + "}" * 3_000)


@pytest.mark.parametrize("method", ["select", "ask", "construct"])
def test_asking_for_the_wrong_form_is_a_clear_error(store, method):
    others = {"select": "ASK {}", "ask": LABELS, "construct": LABELS}
    with pytest.raises(QueryError, match=method.upper()):
        getattr(store, method)(others[method])


def test_a_term_beyond_rdf_11_is_a_clear_error_and_not_a_fault(store):
    with pytest.raises(QueryError, match=r"RDF 1\.1"):
        store.select("SELECT (TRIPLE(<a:s>, <a:p>, <a:o>) AS ?t) {}")
    with pytest.raises(QueryError, match=r"RDF 1\.1"):
        store.construct("CONSTRUCT { <a:s> <a:p> ?t } WHERE { BIND(TRIPLE(<a:s>, <a:p>, <a:o>) AS ?t) }")


def test_json_ld_is_expanded_where_the_context_would_change_an_iri(store, ask):
    query = "CONSTRUCT { <skos:x> <a:c> 'd' } WHERE { FILTER(true) }"
    answer = store.answer(ask(query, graph_format=formats.JSON_LD, context=f"{EX}context")).read()
    assert json.loads(answer) == [{"@id": "skos:x", "a:c": [{"@value": "d"}]}]
    with pytest.raises(NotAcceptable):
        store.answer(ask(query, graph_format=formats.JSON, context=f"{EX}context"))
