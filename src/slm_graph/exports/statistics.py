"""What a release holds, counted once when it is written: what VoID says of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdflib import RDF

from slm_graph.engine.lines import without_graph
from slm_graph.model import Quad

FILE = "statistics.json"
"""Its name in a release."""

_TYPE = RDF.type.n3()


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of the union of all named graphs: a statement in two graphs is one triple (VoID 4.6)."""

    triples: int = 0
    entities: int = 0
    """Subjects with an IRI."""
    distinct_subjects: int = 0
    distinct_objects: int = 0
    properties: dict[str, int] = field(default_factory=dict)
    """IRI → triples with it."""
    classes: dict[str, int] = field(default_factory=dict)
    """IRI → entities of it."""


def statistics_of(lines: Iterable[tuple[str, Quad]]) -> Statistics:
    """The counts of statements, each with its line of N-Quads: text is compared faster than terms."""
    triples = {without_graph(line, quad) for line, quad in lines}
    subjects: set[str] = set()
    objects: set[str] = set()
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for triple in triples:
        subject, predicate, object_ = triple.split(" ", 2)
        subjects.add(subject)
        objects.add(object_)
        properties[predicate[1:-1]] += 1
        if predicate == _TYPE and subject.startswith("<") and object_.startswith("<"):
            classes[object_[1:-1]] += 1
    entities = sum(subject.startswith("<") for subject in subjects)
    return Statistics(
        len(triples),
        entities,
        len(subjects),
        len(objects),
        dict(sorted(properties.items())),
        dict(sorted(classes.items())),
    )


def write_statistics(lines: Iterable[tuple[str, Quad]], folder: Path) -> None:
    """Write `statistics.json` into the folder of a release."""
    found = statistics_of(lines)
    said: dict[str, Any] = {name: getattr(found, name) for name in Statistics.__slots__}
    (folder / FILE).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_statistics(folder: Path) -> Statistics | None:
    """The statistics in the folder of a release; None in one that was written before they were counted."""
    try:
        said = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Statistics(**said)
