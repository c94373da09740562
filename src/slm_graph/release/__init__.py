"""Releases: immutable directories, written whole or not at all; `current` flips atomically."""

from slm_graph.release.opening import Release, current, damaged, open_release, publishing, releases, rollback
from slm_graph.release.writing import write_release

__all__ = [
    "Release",
    "current",
    "damaged",
    "open_release",
    "publishing",
    "releases",
    "rollback",
    "write_release",
]
