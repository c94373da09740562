"""The files pages load: style sheets and scripts of the package, under names that change with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources as package_files

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}

EDITOR = "editor.js"
"""Built from `frontend/`; a package made without that step has none, and its pages do without."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `name` is the last part of its address."""

    name: str
    content_type: str
    body: bytes


@cache
def assets() -> dict[str, Asset]:
    """Every file, by its own name: `site.css`, not the address's."""
    found = {}
    for file in (package_files.files("slm_graph.web") / "static").iterdir():
        stem, _, suffix = file.name.rpartition(".")
        if suffix in TYPES:
            body = file.read_bytes()
            name = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
            found[file.name] = Asset(name, TYPES[suffix], body)
    return found


def asset_at(name: str) -> Asset | None:
    """The file of an address's last part; None for an older one's."""
    return next((asset for asset in assets().values() if asset.name == name), None)
