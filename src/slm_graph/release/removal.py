"""What earlier releases had and this one has not: so that its address says "gone" and not "never heard of"."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slm_graph.errors import EnvironmentFault, NotFound, Text, UsageError
from slm_graph.model import Quad
from slm_graph.release.opening import Release, current, history, open_release

FILE = "removed.json"
"""Its name in a release; a release from which nothing was ever removed has none."""

_COMES_AND_GOES = ("id/source/", "id/statement/")
"""Below the base: named after a file's content or a source, other with every build; nobody cites them."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the releases before have to say to the next one."""

    removed: dict[str, str]
    """IRI → the last release that had it, of all that is no more."""
    unasked: tuple[Text, ...]
    """Of which releases nothing could be carried over, and what that means; for whoever publishes."""


def past(data: Path, quads: Iterable[Quad], *, base: str) -> Past:
    """All that the last release of `data` under `base` has or calls removed and `quads` lack.

    It is an input of the next release, which states it: built elsewhere, without that past, a release has none. The last
    one is the current one; where that is damaged or has another base, the one before it, and so on back. Another base's
    IRIs are not ours to call gone, whatever their paths.
    """
    damaged: list[str] = []
    elsewhere: list[Release] = []
    found: Release | None = None
    earlier: dict[str, str] = {}
    now = current(data)
    for version in dict.fromkeys([*([now] if now is not None else []), *reversed(history(data))]):
        try:
            release = open_release(data, version, verify=False)
            if release.base != base:
                elsewhere.append(release)
                continue
            earlier = read_removed(release) | _subjects(release)
        except (NotFound, EnvironmentFault, UsageError, OSError, ValueError) as error:
            # an old one that is not there was taken away by somebody, who knows
            if version == now or not isinstance(error, NotFound):
                damaged.append(version)
            continue
        found = release
        break
    unasked = [*_of_damaged(damaged), *_of_elsewhere(elsewhere, base=base, found=found)]
    if found is None:
        return Past({}, tuple(unasked))
    present = {str(subject) for subject, _, _, _ in quads}
    removed = {iri: version for iri, version in sorted(earlier.items()) if iri not in present}
    return Past(removed, tuple(unasked))


def _of_damaged(versions: Sequence[str]) -> Iterator[Text]:
    if versions:
        names = ", ".join(versions)
        yield Text(
            de=f"Nicht lesbar: Release {names}. Was nur dort stand und jetzt fehlt, antwortet 404 statt 410 (entfernt).",
            en=f"cannot be read: release {names}. What stood only there and is missing now answers 404 instead of 410 (gone).",
        )


def _of_elsewhere(releases: Sequence[Release], *, base: str, found: Release | None) -> Iterator[Text]:
    if not releases:
        return
    last = releases[0]
    carried = (
        Text(
            de=f"Entferntes wird aus Release {found.version} übernommen, dem letzten mit dieser Basis.",
            en=f"What is gone is taken from release {found.version}, the last one with this base.",
        )
        if found is not None
        else Text(de="Mit dieser Basis gab es noch keines.", en="There was none with this base yet.")
    )
    yield Text(
        de=f"Release {last.version} hat die Basis {last.base}, dieses {base}: Derselbe Pfad ist dort eine andere IRI. Was jenes "
        f"hatte und dieses nicht, antwortet 404 statt 410 (entfernt). {carried.de}",
        en=f"release {last.version} has the base {last.base}, this one {base}: the same path is another IRI there. What that one "
        f"had and this one has not answers 404 instead of 410 (gone). {carried.en}",
    )


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
