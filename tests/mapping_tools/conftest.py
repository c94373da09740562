"""What the tests of the mapping tools share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph.cli import cli
from slm_graph.errors import SlmGraphError
from slm_graph.mapping import Concept, Label, Vocabulary

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "mappings"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call of the command line did; `code` as `slm_graph.cli.main` maps it."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Outcome]:
    """`slm-graph ARGUMENTS` with an empty data directory."""

    def call(*arguments: object) -> Outcome:
        runner = CliRunner()
        result = runner.invoke(
            cli,
            [str(one) for one in arguments],
            env={"SLM_GRAPH_DATA": str(tmp_path / "data")},
            standalone_mode=False,
        )
        fault = result.exception
        if isinstance(fault, SlmGraphError):
            return Outcome(fault.exit_code, result.stdout, fault.message("en"))
        if isinstance(fault, click.ClickException):
            return Outcome(fault.exit_code, result.stdout, fault.format_message())
        if fault is not None and not isinstance(fault, SystemExit):
            raise fault
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def vocabulary() -> Callable[..., Vocabulary]:
    """Makes a vocabulary of concepts `name: labels`; a label is `text@language`, the first one preferred. A name's
    further fields are given by keyword."""

    def make(side: str, concepts: dict[str, Iterable[str]], **further: dict[str, Any]) -> Vocabulary:
        made = []
        for name, texts in concepts.items():
            labels = []
            for number, text in enumerate(texts):
                value, _, language = text.partition("@")
                labels.append(Label(value, language, SKOS.altLabel if number else SKOS.prefLabel))
            made.append(
                Concept(URIRef(f"https://{side}.example/{name}"), tuple(labels), **further.get(name, {}))
            )
        return Vocabulary(tuple(made), URIRef(f"https://{side}.example/"))

    return make
