"""`slm-graph query`: the shipped queries, on the current release or any endpoint."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Literal

import click
from rdflib import URIRef
from rdflib.term import Node

from slm_graph import release, resources, settings
from slm_graph.cli.console import LANGUAGE, inform, option_data, option_quiet, text, write_output
from slm_graph.errors import NotFound, Text, UsageError
from slm_graph.formats import SOLUTION_FORMATS, TURTLE, by_name
from slm_graph.namespaces import DEFAULT_BASE

Form = Literal["table", "json", "csv", "tsv", "xml", "turtle", "jsonld", "ntriples", "rdfxml"]
