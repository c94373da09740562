"""What is kept of a release for its life and no longer: found once, and let go when nobody serves the release any more."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

from slm_graph.catalogue.reading import Catalogue

_Further = TypeVarTuple("_Further")
_Found = TypeVar("_Found")


def kept(
    *, at_most: int
) -> Callable[[Callable[[Catalogue, *_Further], _Found]], Callable[[Catalogue, *_Further], _Found]]:
    """`lru_cache(maxsize=at_most)` for a function of a catalogue, which is not kept open by it.

    What is found may not hold the catalogue; the other arguments are hashable.
    """

    def decorate(find: Callable[[Catalogue, *_Further], _Found]) -> Callable[[Catalogue, *_Further], _Found]:
        # references to one catalogue are equal as long as it is there, and to no other's afterwards
        @lru_cache(maxsize=at_most)
        def find_by_reference(reference: weakref.ref[Catalogue], *further: *_Further) -> _Found:
            catalogue = reference()
            if catalogue is None:
                raise AssertionError("the caller holds the catalogue")
            return find(catalogue, *further)

        @wraps(find)
        def found(catalogue: Catalogue, *further: *_Further) -> _Found:
            return find_by_reference(weakref.ref(catalogue), *further)

        return found

    return decorate
