"""The command line as people call it: a process of its own, in the language asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("validate", "x.ttl", language="de")`, in an empty folder."""

    def call(*arguments: object, language: str = "en") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "slm_graph.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ | {"SLM_GRAPH_LANG": language, "SLM_GRAPH_DATA": str(tmp_path / "data")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return call


@pytest.fixture
def lantern_page() -> Path:
    """An invented skill page in English; no German label of its skill is shipped."""
    return Path(__file__).resolve().parents[1] / "fixtures" / "pages" / "lantern-care.en.txt"
