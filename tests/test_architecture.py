"""The architecture, as a test: rooms import only from their left, and each foreign library has one owner."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "slm_graph"

ROOMS = (
    "errors namespaces formats model negotiation resources settings engine syntax skos remote sources mapping "
    "build validation store search catalogue exports release web cli"
).split()

OWNERS = {
    "pyoxigraph": {"engine"},
    "openpyxl": {"sources"},
    "pyshacl": {"validation"},
    "SPARQLWrapper": {"remote"},
    "sssom_pydantic": {"mapping"},
    "pydantic": {"mapping"},
    "yaml": {"mapping"},
    "curies": {"mapping"},
    "flask": {"web"},
    "jinja2": {"web"},
    "werkzeug": {"web"},
    "waitress": {"web"},
    "click": {"cli"},
    "platformdirs": {"settings"},
}

NEVER = {("web", "sources"), ("web", "build"), ("web", "validation")}
"""The site never makes data."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room != "__init__":
            yield room, path


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names imported anywhere in a file, functions included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = str(node.module)
            if module == "slm_graph":
                yield from ((f"slm_graph.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield module, node.lineno


def test_every_module_is_in_a_known_room() -> None:
    assert {room for room, _ in modules()} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_its_left(room: str) -> None:
    wrong = []
    for at, path in modules():
        if at != room:
            continue
        for name, line in imports(path):
            if name.startswith("slm_graph.") and not name.startswith("slm_graph.__"):
                other = name.split(".")[1]
                if ROOMS.index(other) > ROOMS.index(room) or (room, other) in NEVER:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {other}")
    assert not wrong


def test_each_foreign_library_has_one_owner() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for room, path in modules()
        for name, line in imports(path)
        if name.split(".")[0] in OWNERS and room not in OWNERS[name.split(".")[0]]
    ]
    assert not wrong


def test_every_dependency_that_is_declared_has_an_owner_or_is_the_shared_vocabulary() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {
        entry.split(">")[0].split("=")[0].split("[")[0].strip().lower().replace("-", "_")
        for entry in declared
    }
    modules = {"pyyaml": "yaml"}  # where a distribution and its module have other names
    assert {modules.get(name, name) for name in names} - {owner.lower() for owner in OWNERS} == {"rdflib"}


def test_every_library_that_has_an_owner_is_one_we_use() -> None:
    used = {name.split(".")[0] for _, path in modules() for name, _ in imports(path)}
    assert set(OWNERS) <= used


def test_every_package_of_the_source_is_packed() -> None:
    packed = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    )
    found = {"slm_graph", "slm_graph.ontology", "slm_graph.shapes", "slm_graph.queries"} | {
        ".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in PACKAGE.rglob("__init__.py")
    }
    assert packed == found


def test_the_picture_in_the_documentation_names_the_same_rooms() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    block = text.split("errors namespaces formats", 1)[1].split("\n\n", 1)[0]
    drawn = ("errors namespaces formats" + block).replace("|", " ").split()
    assert drawn == ROOMS
