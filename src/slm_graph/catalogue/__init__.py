"""The resource index of a release: what there is to say of an IRI, its labels, and who points to it.

One SQLite file, written once (`write_index`) and read without locks (`Catalogue`), so that a page or a document is a
handful of look-ups by key, whatever the size of the release.
"""

from slm_graph.catalogue.crosswalk import NO_FRAMEWORK, Asked, Crosswalk, Pair, SetSummary, set_languages
from slm_graph.catalogue.reading import Catalogue, Description, Entry, Kind, Label, SchemeSummary
from slm_graph.catalogue.writing import write_index

__all__ = [
    "NO_FRAMEWORK",
    "Asked",
    "Catalogue",
    "Crosswalk",
    "Description",
    "Entry",
    "Kind",
    "Label",
    "Pair",
    "SchemeSummary",
    "SetSummary",
    "set_languages",
    "write_index",
]
