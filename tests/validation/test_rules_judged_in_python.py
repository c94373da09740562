"""What is judged in Python is what an equivalent SPARQL query finds, on random small graphs."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from slm_graph.namespaces import DEFAULT_BASE, vocabulary
from slm_graph.validation.checks import CHECKS
from slm_graph.validation.cycles import cyclic_edges

SLM = vocabulary(DEFAULT_BASE)

NODES = st.sampled_from([URIRef(f"https://example.org/{name}") for name in "abcde"])
HIERARCHY = st.sampled_from([SKOS.broader, SKOS.narrower, SKOS.broaderTransitive, SKOS.narrowerTransitive])

PREFIXES = f"""
PREFIX skos: <{SKOS}>
PREFIX slm: <{SLM}>
"""

UP = "(skos:broader|skos:broaderTransitive|^skos:narrower|^skos:narrowerTransitive)"


def findings(rule_id: str, graph: Graph) -> set[tuple[Node, Node | None]]:
    return set(CHECKS[rule_id](graph, DEFAULT_BASE))


def selected(graph: Graph, where: str) -> set[tuple[Node, ...]]:
    return {
        tuple(row) for row in graph.query(f"{PREFIXES} SELECT DISTINCT ?focus ?value WHERE {{ {where} }}")
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NODES, HIERARCHY, NODES), max_size=9))
def test_cycles_are_those_of_a_transitive_path(triples: list[tuple[URIRef, URIRef, URIRef]]) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    expected = selected(graph, f"?focus {UP} ?value . ?value {UP}* ?focus .")
    assert findings("STR-013", graph) == expected


BEARERS = st.tuples(
    NODES, st.sampled_from([SKOS.inScheme, SKOS.prefLabel, SKOS.notation, RDF.type]), st.integers(0, 1),
    st.sampled_from(["de", "en"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(BEARERS, max_size=16))
def test_repetitions_in_a_scheme_are_those_of_a_join_on_scheme_and_value(
    bearers: list[tuple[URIRef, URIRef, int, str]],
) -> None:
    graph = Graph()
    for node, predicate, number, language in bearers:
        values: dict[URIRef, Node] = {
            SKOS.inScheme: URIRef(f"https://example.org/scheme{number}"),
            SKOS.prefLabel: Literal(f"L{number}", lang=language),
            SKOS.notation: Literal(str(number)),
            RDF.type: SLM.Skill if number else SKOS.Concept,
        }
        graph.add((node, predicate, values[predicate]))

    def join(predicate: str) -> str:
        return (
            f"?focus {predicate} ?value ; skos:inScheme ?scheme . ?other {predicate} ?value ; skos:inScheme ?scheme . "
            "FILTER(?focus != ?other)"
        )

    skill = "?bearer skos:prefLabel ?value ; skos:inScheme ?scheme ; a slm:Skill ."
    repeated = selected(graph, join("skos:prefLabel"))
    with_skill = selected(graph, join("skos:prefLabel") + skill)
    assert findings("STR-011", graph) == selected(graph, join("skos:notation"))
    assert findings("STR-012", graph) == with_skill
    assert findings("STR-012", graph) | findings("STR-019", graph) == repeated


LINKS = st.sampled_from([SLM.skill, SLM.level, SLM.definedAtLevel])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NODES, LINKS, NODES), max_size=12), st.dictionaries(NODES, st.booleans()))
def test_defined_levels_are_those_a_query_finds_observed(
    triples: list[tuple[URIRef, URIRef, URIRef]], observed: dict[URIRef, bool]
) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    for node, seen in observed.items():
        graph.add((node, SLM.typicallyObserved, Literal(seen)))
    is_observed = "?at slm:skill ?focus ; slm:level ?value ; slm:typicallyObserved true ."
    expected = selected(
        graph, f"?focus slm:definedAtLevel ?value . FILTER NOT EXISTS {{ {is_observed} }}"
    ) | selected(graph, f"{is_observed} FILTER NOT EXISTS {{ ?focus slm:definedAtLevel ?value }}")
    assert findings("LVL-013", graph) == expected


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(NODES, st.tuples(st.integers(1, 4), st.integers(0, 1)), max_size=5),
    st.lists(st.tuples(NODES, NODES), max_size=5),
)
def test_next_levels_are_those_with_no_number_between(
    levels: dict[URIRef, tuple[int, int]], following: list[tuple[URIRef, URIRef]]
) -> None:
    graph = Graph()
    for node, (number, scheme) in levels.items():
        graph.add((node, RDF.type, SLM.LevelOfResponsibility))
        graph.add((node, SLM.levelNumber, Literal(number)))
        graph.add((node, SKOS.inScheme, URIRef(f"https://example.org/scheme{scheme}")))
    for node, other in following:
        graph.add((node, SLM.nextLevel, other))
    right = """
        ?focus a slm:LevelOfResponsibility ; slm:levelNumber ?n ; skos:inScheme ?s .
        ?value a slm:LevelOfResponsibility ; slm:levelNumber ?m ; skos:inScheme ?s . FILTER(?m > ?n)
        FILTER NOT EXISTS { ?x a slm:LevelOfResponsibility ; slm:levelNumber ?k ; skos:inScheme ?s . FILTER(?k > ?n && ?k < ?m) }
    """
    expected = selected(graph, right) ^ selected(graph, "?focus slm:nextLevel ?value .")
    assert findings("LVL-004", graph) == expected


def test_a_chain_longer_than_the_stack_is_judged() -> None:
    edges: dict[Node, set[Node]] = {Literal(n): {Literal(n + 1)} for n in range(20_000)}
    assert list(cyclic_edges(edges)) == []
    edges[Literal(20_000)] = {Literal(0)}
    assert len(list(cyclic_edges(edges))) == 20_001


def test_a_list_that_runs_in_a_circle_is_walked_once() -> None:
    graph = Graph().parse(
        data="""
        @prefix : <https://example.org/> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix slm: <https://w3id.org/slm-graph/ontology#> .
        :c skos:memberList _:l . _:l rdf:first :a ; rdf:rest _:l . :a slm:levelNumber 1 .
        """,
        format="turtle",
    )
    assert findings("LVL-016", graph) == set()
