"""A small data set that conforms, and its report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slm_graph import release, validation
from slm_graph.build import assemble
from slm_graph.model import Dataset
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.validation import Report


@dataclass(frozen=True, slots=True)
class Judged:
    dataset: Dataset
    report: Report
    base: str = DEFAULT_BASE

    def write(self, data: Path, **further: Any) -> release.Release:
        return release.write_release(self.dataset, self.report, data=data, base=self.base, **further)


def judge(dataset: Dataset) -> Judged:
    return Judged(dataset, validation.validate(dataset.union(), base=DEFAULT_BASE))


@pytest.fixture(scope="session")
def made(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> release.Release:
    """The release of what the package ships; nobody changes it."""
    return judged.write(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def judged() -> Judged:
    """What the package ships."""
    return judge(assemble([], base=DEFAULT_BASE))
