"""The addresses of the crosswalk pages and of the interfaces that other programs know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Response

from slm_graph.web.crosswalk import Mappings
from slm_graph.web.jskos import Jskos
from slm_graph.web.reconcile import Reconciliation
from slm_graph.web.representations import Representations
from slm_graph.web.site import Site
from slm_graph.web.skosmos import Skosmos

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
    _add_skosmos(add, Skosmos(site))
    _add_jskos(add, Jskos(site))


def _add_skosmos(add: Add, skosmos: Skosmos) -> None:
    add("/rest/v1/vocabularies", "skosmos_vocabularies", skosmos.vocabularies)
    for name, view in (
        ("search", skosmos.search),
        ("types", skosmos.types),
        ("label", skosmos.label),
        ("data", skosmos.data),
    ):
        add(f"/rest/v1/{name}", f"skosmos_{name}", view)
    add("/rest/v1/<vocabulary>/", "skosmos_vocabulary", skosmos.vocabulary)
    for name, of_one in (
        ("search", skosmos.search),
        ("lookup", skosmos.lookup),
        ("types", skosmos.types),
        ("label", skosmos.label),
        ("data", skosmos.data),
        ("topConcepts", skosmos.top_concepts),
        ("broader", skosmos.broader),
        ("broaderTransitive", skosmos.broader_transitive),
        ("narrower", skosmos.narrower),
        ("narrowerTransitive", skosmos.narrower_transitive),
        ("related", skosmos.related),
        ("children", skosmos.children),
        ("hierarchy", skosmos.hierarchy),
        ("mappings", skosmos.mappings),
    ):
        add(f"/rest/v1/<vocabulary>/{name}", f"skosmos_{name}_of", of_one)


def _add_jskos(add: Add, jskos: Jskos) -> None:
    for path, view in (
        ("status", jskos.status),
        ("voc", jskos.schemes),
        ("voc/top", jskos.top),
        ("voc/concepts", jskos.concepts_of_scheme),
        ("data", jskos.data),
        ("concepts", jskos.data),
        ("concepts/narrower", jskos.narrower),
        ("concepts/ancestors", jskos.ancestors),
        ("concepts/suggest", jskos.suggest),
        ("concepts/search", jskos.search),
        ("mappings", jskos.mappings),
    ):
        add(f"/jskos/{path}", f"jskos_{path}", view)
