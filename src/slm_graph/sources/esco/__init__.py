"""The official ESCO distribution in CSV: zip archives of several versions and languages, read together."""

from slm_graph.sources.esco.reading import Reading, is_archive, read_archives

__all__ = ["Reading", "is_archive", "read_archives"]
