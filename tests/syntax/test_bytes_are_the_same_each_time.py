"""Neither the order of statements nor the hash seed of the process moves a byte."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from slm_graph import formats

PROGRAM = """
import hashlib, random, sys
from slm_graph import formats, resources, syntax
from slm_graph.namespaces import DEFAULT_BASE
from rdflib import URIRef
quads = []
for name in resources.ontology_files():
    graph = URIRef("https://example.org/graph/" + name)
    read = syntax.read(resources.ontology_file(name), formats.TURTLE, name=name)
    quads += [(s, p, o, graph) for s, p, o, _ in read]
random.Random(int(sys.argv[1])).shuffle(quads)
for row in formats.RDF_FORMATS:
    print(row.name, hashlib.sha256(syntax.write(iter(quads), row, base=DEFAULT_BASE)).hexdigest())
"""


def digests(seed: int) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(seed)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_shipped_is_written_as_the_same_bytes(seed: int) -> None:
    first = digests(0)
    assert len(first) == len(formats.RDF_FORMATS)
    assert digests(seed) == first
