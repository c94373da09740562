"""The shipped vocabulary and content as graphs."""

from __future__ import annotations

import pytest
from rdflib import Graph

from slm_graph import resources


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
