"""The fixtures all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real input is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def slmo_page(shared: Path) -> Path:
    """The real German page."""
    page = shared / "input" / "slmo.de.txt"
    if not page.is_file():
        pytest.skip("the real page is not beside this checkout")
    return page
