"""The addresses of the crosswalk pages and of the interfaces that other programs know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Response

from slm_graph.web.crosswalk import Mappings
from slm_graph.web.reconcile import Reconciliation
from slm_graph.web.representations import Representations
from slm_graph.web.site import Site

FORM = ("GET", "HEAD", "POST")


class Add(Protocol):
    """Adds one address: its rule, its name, its answer, its methods."""

    def __call__(
        self, rule: str, name: str, view: Callable[..., Response], methods: tuple[str, ...] = ...
    ) -> None: ...


def add_interfaces(add: Add, site: Site, kept: Representations) -> None:
    """Add all of them."""
    mappings = Mappings(site, kept)
    add("/mappings", "mappings", mappings.overview)
    add("/mappings/<name>", "mapping_set", mappings.mapping_set)
    add("/mappings/<subject>/<object_>", "mapping_pair", mappings.pair)
    names = Reconciliation(site)
    add("/reconcile", "reconcile", names.service, FORM)
    add("/reconcile/suggest/entity", "reconcile_entity", names.suggest_entity)
    add("/reconcile/suggest/type", "reconcile_type", names.suggest_type)
    add("/reconcile/suggest/property", "reconcile_property", names.suggest_property)
    add("/reconcile/properties", "reconcile_properties", names.propose_properties)
    add("/reconcile/flyout", "reconcile_flyout", names.flyout)
    add("/reconcile/preview", "reconcile_preview", names.preview)
