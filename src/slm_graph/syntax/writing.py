"""Writing: the same bytes for the same data set, whatever order its statements come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rdflib import URIRef

from slm_graph import formats
from slm_graph.errors import DataRefused, Text
from slm_graph.formats import Format
from slm_graph.model import Quad
from slm_graph.syntax.jsonld import write_expanded, write_flattened, write_json_ld
from slm_graph.syntax.nquads import write_n_quads, write_n_triples
from slm_graph.syntax.rdfxml import write_rdf_xml
from slm_graph.syntax.turtle import write_trig, write_turtle


def write(
    quads: Iterable[Quad],
    format: Format,
    *,
    base: str,
    context: str | Mapping[str, Any] | None = None,
    subject: URIRef | None = None,
    relabels: bool = True,
) -> bytes:
    """The data set as a document of that format, in UTF-8; a format without graphs gets their union.

    Blank nodes get canonical labels, language tags lower case. Labelling hundreds of blank nodes that look alike
    takes minutes: `relabels=False` keeps the labels of data that is canonical already, or a stranger's. `base` is the deployment whose prefixes are used;
    `subject` comes first where the format is for people. `context`, for JSON-LD, is a reference to the shipped
    context, or a context to inline (None: the shipped one). Raises DataRefused for a term that the format cannot
    express, ValueError for a format that is not one of RDF.
    """
    if format == formats.TURTLE:
        text = write_turtle(quads, base=base, subject=subject, relabels=relabels)
    elif format in (formats.JSON_LD, formats.JSON):
        text = write_json_ld(quads, base=base, context=context, subject=subject, relabels=relabels)
    elif format == formats.RDF_XML:
        text = write_rdf_xml(quads, base=base, subject=subject, relabels=relabels)
    elif format == formats.N_TRIPLES:
        text = write_n_triples(quads, relabels=relabels)
    elif format == formats.TRIG:
        text = write_trig(quads, base=base, subject=subject, relabels=relabels)
    elif format == formats.N_QUADS:
        text = write_n_quads(quads, relabels=relabels)
    else:
        raise ValueError(f"not a format of RDF: {format.label}")
    return encoded(text)


def expanded_json_ld(
    quads: Iterable[Quad], *, base: str, subject: URIRef | None = None, relabels: bool = True
) -> bytes:
    """The expanded form (JSON-LD 1.1, 5.1), for `profile="http://www.w3.org/ns/json-ld#expanded"`."""
    return encoded(write_expanded(quads, base=base, subject=subject, relabels=relabels))


def flattened_json_ld(
    quads: Iterable[Quad],
    *,
    base: str,
    context: str | Mapping[str, Any] | None = None,
    subject: URIRef | None = None,
    relabels: bool = True,
) -> bytes:
    """The flattened form (JSON-LD 1.1, 5.3), for `profile="http://www.w3.org/ns/json-ld#flattened"`; compacted."""
    return encoded(write_flattened(quads, base=base, context=context, subject=subject, relabels=relabels))


def encoded(text: str) -> bytes:
    """UTF-8; raises DataRefused for half a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError as fault:
        sign = f"U+{ord(text[fault.start]):04X}"
        raise DataRefused(
            Text(
                de=f"Ein Text enthält {sign}, ein halbes Ersatzzeichenpaar und kein Zeichen",
                en=f"a text holds {sign}, half a surrogate pair and no character",
            )
        ) from fault
