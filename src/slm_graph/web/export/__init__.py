"""A release as files, with a configuration by which an ordinary web server negotiates as the running site does."""

from slm_graph.web.export.writing import SERVERS, Written, export_site

__all__ = ["SERVERS", "Written", "export_site"]
