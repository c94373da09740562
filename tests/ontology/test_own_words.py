"""No run of six words of the official page stands in what is shipped."""

from __future__ import annotations

import re
from pathlib import Path

SHIPPED = ("ontology", "queries", "shapes")
RUN = 6
"""Words in a row: the framework's terms of art are up to four words long, a copied phrase is longer."""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return {tuple(said[start : start + RUN]) for start in range(len(said) - RUN + 1)}


def test_no_six_words_of_the_page_are_shipped(slmo_page: Path) -> None:
    official = runs(slmo_page.read_text("utf-8"))
    root = Path(__file__).resolve().parents[2]
    files = [
        path
        for folder in SHIPPED
        for path in (root / folder).rglob("*")
        if path.suffix not in {"", ".py", ".pyc"}
    ]
    assert len(files) > 20
    found = {path.name: shared for path in files if (shared := runs(path.read_text("utf-8")) & official)}
    assert found == {}


def test_a_copied_phrase_would_be_found(slmo_page: Path) -> None:
    page = slmo_page.read_text("utf-8")
    copied = " ".join(words(page)[40 : 40 + RUN])
    assert runs(f"prefLabel {copied} .") & runs(page)
