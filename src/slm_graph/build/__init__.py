"""From shipped content and sources to one data set of named graphs."""

from slm_graph.build.assembly import assemble, read_sources, shipped

__all__ = ["assemble", "read_sources", "shipped"]
