"""What earlier releases had and this one has not: so that its address says "gone" and not "never heard of"."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from slm_graph.errors import EnvironmentFault, NotFound
from slm_graph.model import Quad
from slm_graph.release.opening import Release, current, history, open_release

FILE = "removed.json"
"""Its name in a release; a release from which nothing was ever removed has none."""

_COMES_AND_GOES = ("id/source/", "id/statement/")
"""Below the base: named after a file's content or a source, other with every build; nobody cites them."""


def removed_since(data: Path, quads: Iterable[Quad], *, base: str) -> dict[str, str]:
    """IRI → the last release that had it, for all that the current release of `data` has or calls removed and `quads`
    lack. It is an input of the next release, which states it: built elsewhere, without that past, a release has none.

    Where the current release is damaged the one before it counts, and so on back; empty where there is none, or where it
    has another base, whose IRIs are not ours to call gone.
    """
    for version in dict.fromkeys([current(data), *reversed(history(data))]):
        if version is None:
            continue
        try:
            release = open_release(data, version, verify=False)
            earlier = read_removed(release) | _subjects(release)
            break
        except (NotFound, EnvironmentFault, OSError):
            continue
    else:
        return {}
    if release.base != base:
        return {}
    present = {str(subject) for subject, _, _, _ in quads}
    return {iri: version for iri, version in sorted(earlier.items()) if iri not in present}


def _subjects(release: Release) -> dict[str, str]:
    start = f"<{release.base}id/"
    passed_over = tuple(f"<{release.base}{one}" for one in _COMES_AND_GOES)
    found: dict[str, str] = {}
    with release.quads_file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(start) and not line.startswith(passed_over):
                found[line[1 : line.index(">")]] = release.version
    return found


def as_json(removed: dict[str, str]) -> str:
    """The content of the file."""
    return json.dumps(removed, ensure_ascii=False, indent=1) + "\n"


def read_removed(release: Release) -> dict[str, str]:
    """IRI → the last release that had it, as the release states it."""
    if FILE not in release.manifest["files"]:
        return {}
    return {str(iri): str(version) for iri, version in json.loads((release.path / FILE).read_bytes()).items()}
