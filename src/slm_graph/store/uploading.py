"""A release brought to a graph store of others, made current there, or taken away again.

Its graphs are put under the release's own names, the release's record after the last of them, and then the pointer
is moved. Whatever breaks off before, nobody sees: readers go by the record, and the pointer shows what it showed.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, VOID, XSD

from slm_graph import formats, syntax
from slm_graph.errors import DataRefused, EnvironmentFault, NotFound, RemoteError, Text, UsageError
from slm_graph.model import Quad, Triple
from slm_graph.namespaces import SCHEMA
from slm_graph.store.graph_names import ReleaseGraphs
from slm_graph.store.graph_store import RemoteGraphs

_SHA256 = URIRef(str(SCHEMA) + "sha256")
_BLANK_OBJECT = re.compile(rb"> (_:[^ ]+)$")


@dataclass(frozen=True, slots=True)
class Upload:
    """A release as it is sent."""

    graphs: ReleaseGraphs
    data: Path
    """Canonical N-Quads."""
    sha256: str
    """Of `data`: what tells a release from another one of the same name."""
    triples: Mapping[URIRef, int]
    """How many each published graph holds."""


def pointer(base: str) -> URIRef:
    """The graph that says which release is current, and the resource it says it of."""
    return URIRef(f"{base}release/current")


def current(store: RemoteGraphs, base: str) -> str | None:
    """The version that is current on the store; None before the first."""
    found = store.get(pointer(base)) or []
    versions = [str(o) for _, p, o in found if p == DCTERMS.hasVersion]
    return versions[0].rpartition("/")[2] if versions else None


def publish(
    upload: Upload,
    store: RemoteGraphs,
    *,
    count: Callable[[URIRef], int] | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> bool:
    """Put the release on the store and make it current there; False if all its graphs were there already.

    `count` says how many triples a stored graph has; given it, each graph is counted before the record is written.
    Raises DataRefused for another release of that name on the store and for a release that cannot be put graph by
    graph, RemoteError where the store fails or has not kept what it took.
    """
    if upload.graphs.version == "current":
        raise UsageError(
            Text(
                de="Auf einem Store kann kein Release „current“ heißen.",
                en="no release on a store can be called “current”",
            )
        )
    known = store.get(upload.graphs.release)
    if known is not None and not any(p == _SHA256 and str(o) == upload.sha256 for _, p, o in known):
        raise DataRefused(
            Text(
                de=f"Der Store hat schon ein anderes Release {upload.graphs.version}.",
                en=f"the store has another release {upload.graphs.version} already.",
            ),
            hint=Text(
                de="Unter einem anderen Namen bauen (--version), oder das alte dort entfernen (--drop).",
                en="Build under another name (--version), or remove the old one there (--drop).",
            ),
        )
    if known is None:
        with tempfile.TemporaryDirectory(prefix="slm-graph-") as directory:
            for name, triples in _parts(upload, Path(directory)).items():
                progress(name)
                store.put(upload.graphs.on_store(name), triples)
                if count is not None:
                    _check_count(name, upload.triples[name], count(upload.graphs.on_store(name)))
        store.put(upload.graphs.release, _n_triples(_record(upload)))
    here = pointer(upload.graphs.base)
    store.put(here, _n_triples([(here, DCTERMS.hasVersion, upload.graphs.release)]))
    return known is None


def drop(version: str, base: str, store: RemoteGraphs) -> int:
    """Take a release off the store, its record first; how many graphs that were.

    Raises NotFound where the store has no such release, DataRefused for the current one.
    """
    if current(store, base) == version:
        raise DataRefused(
            Text(
                de=f"Das Release {version} ist auf dem Store aktuell.",
                en=f"release {version} is current on the store.",
            ),
            hint=Text(de="Erst ein anderes dorthin bringen.", en="Publish another one there first."),
        )
    release = ReleaseGraphs(base, version, ()).release
    record = store.get(release)
    if record is None:
        raise NotFound(
            Text(
                de=f"Auf dem Store gibt es kein Release {version}.",
                en=f"there is no release {version} on the store",
            )
        )
    store.delete(release)
    graphs = [o for _, p, o in record if p == DCTERMS.hasPart and isinstance(o, URIRef)]
    # only below the release's own address, whatever the record says
    return sum(store.delete(graph) for graph in graphs if graph.startswith(f"{release}/"))


def _record(upload: Upload) -> list[Triple]:
    release = upload.graphs.release
    triples: list[Triple] = [
        (release, DCTERMS.identifier, Literal(upload.graphs.version)),
        (release, _SHA256, Literal(upload.sha256)),
    ]
    for name in upload.graphs.names:
        stored = upload.graphs.on_store(name)
        triples += [
            (release, DCTERMS.hasPart, stored),
            (stored, DCTERMS.isVersionOf, name),
            (stored, VOID.triples, Literal(str(upload.triples[name]), datatype=XSD.integer)),
        ]
    return triples


def _n_triples(triples: list[Triple]) -> bytes:
    quads: list[Quad] = [(s, URIRef(str(p)), o, None) for s, p, o in triples]
    return syntax.write(quads, formats.N_TRIPLES, base="")


def _parts(upload: Upload, directory: Path) -> dict[URIRef, Path]:
    """Each published graph as a file of N-Triples; canonical N-Quads are cut line by line, not parsed."""
    counts = dict.fromkeys(upload.graphs.names, 0)
    owners: dict[bytes, URIRef] = {}
    paths = {name: directory / f"{number}.nt" for number, name in enumerate(upload.graphs.names)}
    with contextlib.ExitStack() as open_files:
        files: dict[bytes, tuple[URIRef, BinaryIO]] = {
            name.encode(): (name, open_files.enter_context(path.open("wb"))) for name, path in paths.items()
        }
        with upload.data.open("rb") as lines:
            for line in lines:
                triple, _, graph = line.rstrip(b"\n").removesuffix(b" .").rpartition(b" <")
                name, file = files.get(graph.removesuffix(b">"), (None, None))
                if name is None or file is None:
                    raise _unlike_manifest(upload)
                for label in _blank_nodes(triple):
                    if owners.setdefault(label, name) != name:
                        raise _shared_blank_node(owners[label], name)
                counts[name] += 1
                file.write(triple + b" .\n")
    if counts != dict(upload.triples):
        raise _unlike_manifest(upload)
    return paths


def _blank_nodes(triple: bytes) -> list[bytes]:
    found = [triple.partition(b" ")[0]] if triple.startswith(b"_:") else []
    if match := _BLANK_OBJECT.search(triple):
        found.append(match[1])
    return found


def _check_count(name: URIRef, sent: int, kept: int) -> None:
    if sent != kept:
        raise RemoteError(
            Text(
                de=f"Der Store hat von {name} {kept} Aussagen, gesendet wurden {sent}.",
                en=f"of {name} the store has {kept} statements, {sent} were sent.",
            ),
            hint=Text(
                de="Aktuell wurde dort nichts. Die Grenzen des Stores prüfen.",
                en="Nothing became current there. Check the store's limits.",
            ),
        )


def _unlike_manifest(upload: Upload) -> EnvironmentFault:
    return EnvironmentFault(
        Text(
            de=f"Die Graphen des Releases {upload.graphs.version} sind andere, als sein Manifest sagt.",
            en=f"the graphs of release {upload.graphs.version} are others than its manifest says",
        )
    )


def _shared_blank_node(one: URIRef, other: URIRef) -> DataRefused:
    return DataRefused(
        Text(
            de=f"{one} und {other} teilen einen leeren Knoten; ein Store nimmt Graphen nur einzeln an.",
            en=f"{one} and {other} share a blank node; a store takes graphs one by one only.",
        ),
        hint=Text(de="Dem Knoten in der Quelle eine IRI geben.", en="Give the node an IRI in the source."),
    )
