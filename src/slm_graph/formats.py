"""Every format, declared once as one row; looked up by name, suffix or media type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One serialisation: `suffix` without its dot, `aliases` are further media types that ask for it."""

    name: str
    label: str
    media_type: str
    suffix: str
    aliases: tuple[str, ...] = ()
    keeps_graphs: bool = False
    charset: bool = False
    """The answer's Content-Type names `charset=utf-8` (the text/* types, RFC 9110 8.3.2)."""

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


HTML = Format("html", "HTML", "text/html", "html", ("application/xhtml+xml",), charset=True)
TURTLE = Format("turtle", "Turtle", "text/turtle", "ttl", ("application/x-turtle",), charset=True)
JSON_LD = Format("jsonld", "JSON-LD", "application/ld+json", "jsonld")
JSON = Format("json", "JSON (JSON-LD)", "application/json", "json")
RDF_XML = Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf")
N_TRIPLES = Format("ntriples", "N-Triples", "application/n-triples", "nt", ("text/plain",))
TRIG = Format("trig", "TriG", "application/trig", "trig", keeps_graphs=True)
N_QUADS = Format("nquads", "N-Quads", "application/n-quads", "nq", keeps_graphs=True)

RDF_FORMATS: tuple[Format, ...] = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS, JSON)
"""What a description, CONSTRUCT or DESCRIBE can be written as, in the server's order of preference."""

LINE_FORMATS: tuple[Format, ...] = (N_TRIPLES, N_QUADS)
"""A statement each line, and no prefixes."""

DOCUMENT_FORMATS: tuple[Format, ...] = (HTML, *RDF_FORMATS)
"""What a `/doc/` resource is offered in; HTML first: it answers a missing Accept."""

SPARQL_JSON = Format("json", "SPARQL JSON", "application/sparql-results+json", "srj", ("application/json",))
SPARQL_XML = Format(
    "xml", "SPARQL XML", "application/sparql-results+xml", "srx", ("application/xml", "text/xml")
)
CSV = Format("csv", "CSV", "text/csv", "csv", charset=True)
TSV = Format("tsv", "TSV", "text/tab-separated-values", "tsv", charset=True)

SOLUTION_FORMATS: tuple[Format, ...] = (SPARQL_JSON, SPARQL_XML, CSV, TSV)
"""What SELECT and ASK results can be written as, in the server's order of preference."""


def by_suffix(suffix: str) -> Format | None:
    """The document format whose file name ends in `.suffix`, or None.

    >>> by_suffix("ttl").name
    'turtle'
    >>> by_suffix("2") is None
    True
    """
    return next((row for row in DOCUMENT_FORMATS if row.suffix == suffix), None)


def by_name(name: str, rows: tuple[Format, ...] = DOCUMENT_FORMATS) -> Format | None:
    """The row of that name, suffix or media type among `rows` (as `format=` takes it), or None."""
    wanted = name.lower()
    return next((row for row in rows if wanted in (row.name, row.suffix, row.media_type, *row.aliases)), None)
