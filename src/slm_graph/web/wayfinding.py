"""The addresses by which machines find their way: catalogue, VoID, dumps, sitemap, report, changes."""

from __future__ import annotations

from flask import Response

from slm_graph.web.changes import Changes
from slm_graph.web.datasets import Datasets
from slm_graph.web.interfaces import Add
from slm_graph.web.linkset import Linksets
from slm_graph.web.quality import Quality
from slm_graph.web.representations import Representations
from slm_graph.web.shapes import Shapes
from slm_graph.web.site import Site
from slm_graph.web.sitemap import Sitemap


def add_wayfinding(add: Add, site: Site, kept: Representations) -> None:
    """Add all of them."""
    datasets, quality = Datasets(site, kept), Quality(site, kept)
    sitemap, changes, shapes = Sitemap(site, kept), Changes(site, kept), Shapes(site, kept)

    def dump_of(version: str, file: str) -> Response:
        return datasets.dump(file, version)

    add("/catalog", "catalog", datasets.catalogue)
    add("/catalog.<suffix>", "catalog_as", datasets.catalogue)
    add("/.well-known/void", "void", datasets.void)
    add("/dumps", "dumps", datasets.dumps)
    add("/dumps/", "dumps_folder", datasets.dumps)
    add("/dumps/<file>", "dump", datasets.dump)
    add("/release/<version>/dumps/<file>", "dump_of", dump_of)
    add("/release/<version>/changes", "changes", changes.changes)
    add("/quality", "quality", quality.report)
    add("/quality.<suffix>", "quality_as", quality.report)
    add("/quality/findings.json", "findings", quality.findings)
    add("/shapes", "shapes", shapes.shapes)
    add("/shapes.<suffix>", "shapes_as", shapes.shapes)
    add("/sitemap.xml", "sitemap", sitemap.sitemap)
    add("/sitemap-<number>.xml", "sitemap_part", sitemap.part)
    add("/linkset", "linkset", Linksets(site, kept).linkset)
    add("/robots.txt", "robots", sitemap.robots)
