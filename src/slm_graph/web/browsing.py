"""The addresses for people who look for something: search, trees, lists by letter, and what this site is."""

from __future__ import annotations

from slm_graph.web.about import About
from slm_graph.web.interfaces import Add
from slm_graph.web.representations import Representations
from slm_graph.web.search import Finding
from slm_graph.web.site import Site
from slm_graph.web.tree import Trees


def add_browsing(add: Add, site: Site, kept: Representations) -> None:
    """Add all of them."""
    finding, trees, about = Finding(site), Trees(site), About(site, kept)
    add("/search", "search", finding.search)
    add("/search.<suffix>", "search_as", finding.search)
    add("/suggest", "suggest", finding.suggest)
    add("/opensearch.xml", "opensearch", finding.description)
    add("/tree", "tree", trees.tree)
    add("/index", "index", trees.index)
    add("/about", "about", about.about)
    add("/compare", "compare", about.compare)
