"""The shipped vocabulary and content as graphs."""

from __future__ import annotations

import pytest
from rdflib import Graph

from slm_graph import mapping, resources


@pytest.fixture(scope="session")
def vocabulary() -> Graph:
    return Graph().parse(data=resources.ontology_file("slm.ttl"), format="turtle")


@pytest.fixture(scope="session")
def shipped() -> Graph:
    """Vocabulary and content, every shipped file."""
    graph = Graph()
    for name in resources.ontology_files():
        graph.parse(data=resources.ontology_file(name), format="turtle")
    return graph


@pytest.fixture(scope="session")
def mapped() -> Graph:
    """The shipped mapping sets with their records."""
    graph = Graph()
    for name in resources.mapping_files():
        graph += mapping.set_graph(mapping.read_set(resources.ontology_file(name), name=name))
    return graph
