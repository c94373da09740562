"""What a running site serves: the current release, looked at once a second, and snapshots of older ones."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from slm_graph.catalogue import Catalogue
from slm_graph.errors import NotFound, SlmGraphError, UsageError
from slm_graph.formats import Format
from slm_graph.release import Release, current, open_release
from slm_graph.release.removal import read_removed
from slm_graph.settings import SiteSettings
from slm_graph.web.addresses import Addresses

LOOK_SECONDS = 1.0
"""How old a glance at `current` may be: a flip is seen within a second, and a busy server looks once, not per request."""

RETRY_SECONDS = 30.0
"""After a release was refused: a fault that passes (no file handle left) heals, hashing it again is not constant work."""

OPEN_SNAPSHOTS = 8
"""Older releases kept open; each costs a few file handles."""

KNOWN_PLACES = 20_000
"""Paths remembered for one release, found or not: some 5 MB."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to: a resource, the format its suffix fixes, and the path's canonical spelling."""

    iri: str
    fixed: Format | None
    path: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Served:
    """One release as it is served; with `addresses.snapshot` when it was asked for by version."""

    release: Release
    catalogue: Catalogue
    addresses: Addresses
    removed: Mapping[str, str] = field(default_factory=dict)
    """IRI → the last release that had it, of what this one has no more."""
    _places: dict[str, Place | None] = field(default_factory=dict)

    def place(self, path: str, find: Callable[[], Place | None]) -> Place | None:
        """What `find` finds for `path`, remembered: a release never changes."""
        try:
            return self._places[path]
        except KeyError:
            if len(self._places) >= KNOWN_PLACES:
                self._places.clear()
            found = self._places[path] = find()
            return found


class Site:
    """The releases of a data directory as a server sees them; safe to share between threads."""

    def __init__(self, settings: SiteSettings) -> None:
        """Opens the current release; raises NotFound or EnvironmentFault where there is none that can be served."""
        self.settings = settings
        self.when_flipped: Callable[[], None] = lambda: None
        """Called after another release has become the one that is served."""
        self._lock = threading.Lock()
        self._refused: dict[str, float] = {}
        self._snapshots: OrderedDict[str, Served] = OrderedDict()
        self._current = self._open(None)
        self._looked = monotonic()

    def current(self) -> Served:
        """The current release; the old one as long as the new one cannot be opened."""
        if monotonic() - self._looked >= LOOK_SECONDS and self._lock.acquire(blocking=False):
            # one thread looks, the others go on with what there is
            try:
                self._looked = monotonic()
                self._look()
            finally:
                self._lock.release()
        return self._current

    def surely_current(self) -> Served | None:
        """The current release without a look at the disk; None when it is time for one."""
        return self._current if monotonic() - self._looked < LOOK_SECONDS else None

    def snapshot(self, version: str) -> Served:
        """The release `version`. Raises NotFound where there is none, EnvironmentFault for a damaged one."""
        with self._lock:
            known = self._snapshots.get(version)
            if known is not None:
                self._snapshots.move_to_end(version)
                return known
        try:
            opened = self._open(version)
        except UsageError as error:  # not even a possible name
            raise NotFound(error.text) from error
        with self._lock:
            self._snapshots[version] = opened
            while len(self._snapshots) > OPEN_SNAPSHOTS:
                self._snapshots.popitem(last=False)
        return opened

    def _look(self) -> None:
        try:
            version = current(self.settings.data)
        except SlmGraphError as error:
            self._refuse("current", error)
            return
        if version is None or version == self._current.release.version:
            return
        refused_at = self._refused.get(version)
        if refused_at is not None and monotonic() - refused_at < RETRY_SECONDS:
            return
        try:
            self._current = self._open(None)
        except SlmGraphError as error:
            self._refuse(version, error)
        else:
            self._refused.clear()
            log.info("release %s is served", self._current.release.version)
            self.when_flipped()

    def _refuse(self, name: str, error: SlmGraphError) -> None:
        if name not in self._refused:
            log.error(
                "release %s is refused, %s is served on: %s",
                name,
                self._current.release.version,
                error.message("en"),
            )
        self._refused[name] = monotonic()

    def _open(self, version: str | None) -> Served:
        release = open_release(self.settings.data, version)
        catalogue = Catalogue(release.index_file)
        addresses = Addresses(release.base, self.settings.mount, version)
        return Served(release, catalogue, addresses, read_removed(release))
