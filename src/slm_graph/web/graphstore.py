"""`/graph`: the Graph Store Protocol, its reading half, with indirect identification of graphs (section 4.2).

A release's graphs lie there as files in every format, so nothing is evaluated: what is sent is the dump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request
from rdflib import URIRef

from slm_graph import negotiation
from slm_graph.errors import NotFound, Text
from slm_graph.exports.dumps import WHOLE, dump_names
from slm_graph.formats import RDF_FORMATS, Format
from slm_graph.web import protocol
from slm_graph.web.files import send_packed
from slm_graph.web.problems import Offer, Problem, not_acceptable
from slm_graph.web.responses import CURRENT
from slm_graph.web.site import Served, Site

FORMATS = tuple(row for row in RDF_FORMATS if not row.keeps_graphs)
"""One graph is asked for: the formats that would name it, too, say more than that."""


@dataclass(frozen=True, slots=True)
class GraphStore:
    """The answers at `/graph`."""

    site: Site

    def graph(self) -> Response:
        """The default graph (`?default`: the union of all) or a named one (`?graph=IRI`)."""
        wanted, format_name = _asked(protocol.fields_of(request.query_string))
        served = self.site.current()
        name = WHOLE if wanted is None else _file_of(served, wanted)
        files = served.release.manifest["files"]
        rows = [row for row in FORMATS if f"dumps/{name}.{row.suffix}.gz" in files]
        row = protocol.graph_format(format_name, rows)
        if row is None:
            row = negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), rows)
        if row is None:
            raise not_acceptable(
                [Offer(one, f"{served.addresses.mount}/dumps/{name}.{one.suffix}") for one in rows]
            )
        return _send(served, name, row)


def _asked(fields: Sequence[tuple[str, str]]) -> tuple[URIRef | None, str | None]:
    """The graph's name, None for the default graph, and the value of `format=`."""
    graphs = [value for name, value in fields if name == "graph"]
    default = [value for name, value in fields if name == "default"]
    if len(graphs) + len(default) != 1:
        raise Problem(
            400,
            Text(
                de="Die Adresse nennt genau einen Graphen: ?default oder ?graph=IRI.",
                en="The address names exactly one graph: ?default or ?graph=IRI.",
            ),
        )
    formats = [value for name, value in fields if name == "format" and value]
    return (protocol.graph_iri(graphs[0]) if graphs else None), (formats[0] if formats else None)


def _file_of(served: Served, graph: URIRef) -> str:
    """The name of the dump that holds this graph and no other. Raises NotFound."""
    base = served.release.base
    names = [name for name in served.release.manifest["graphs"] if name != "None"]
    if str(graph) not in names:
        raise NotFound(
            Text(de="Einen Graphen dieses Namens gibt es nicht.", en="There is no graph of that name."),
            hint=Text(
                de="Die Beschreibung unter /sparql zählt sie auf.",
                en="The description at /sparql lists them.",
            ),
        )
    file = dump_names(names, base=base)[str(graph)]
    if not any(path.startswith(f"dumps/{file}.") for path in served.release.manifest["files"]):
        # a release that an earlier version wrote, where graphs shared a name
        raise NotFound(
            Text(de="Dieser Graph hat keine eigene Datei.", en="This graph has no file of its own."),
            hint=Text(de="Eine Abfrage mit GRAPH liest ihn.", en="A query with GRAPH reads it."),
        )
    return file


def _send(served: Served, name: str, row: Format) -> Response:
    stored = f"dumps/{name}.{row.suffix}.gz"
    said = served.release.manifest["files"][stored]
    return send_packed(
        served.release.path / stored,
        sha256=str(said["sha256"]),
        size_bytes=int(said["bytes"]),
        content_type=row.content_type,
        headers=[("Cache-Control", CURRENT), ("Vary", "Accept, Accept-Encoding")],
        issued=served.release.date,
    )
