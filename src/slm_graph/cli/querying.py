"""`slm-graph query`: the shipped queries, on the current release or any endpoint."""

from __future__ import annotations

from typing import Literal

Form = Literal["table", "json", "csv", "tsv", "xml", "turtle", "jsonld", "ntriples", "rdfxml"]
