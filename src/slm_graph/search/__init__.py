"""The label index of a release: what a reader means by a few letters, in German and English.

One SQLite file with FTS5 tables, written once (`write_search`) and read without locks (`Search`).
"""

from slm_graph.search.folding import fold
from slm_graph.search.reading import Filters, Hit, Page, Search
from slm_graph.search.similar import Candidate, Similar
from slm_graph.search.writing import write_search

__all__ = ["Candidate", "Filters", "Hit", "Page", "Search", "Similar", "fold", "write_search"]
