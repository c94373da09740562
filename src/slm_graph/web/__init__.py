"""The site: documents about things, pages, SPARQL. It reads releases and makes no data."""

from slm_graph.web.app import create_app

__all__ = ["create_app"]
