"""Putting a data set together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV
from rdflib.term import Node

from slm_graph import mapping, resources, skos
from slm_graph.build.graphs import PROVENANCE, VOCABULARY, assign_graphs
from slm_graph.build.labels import label_parts
from slm_graph.build.wording import merge, without_wording
from slm_graph.errors import DataRefused, Text
from slm_graph.formats import TURTLE
from slm_graph.model import Dataset, Finding, Quad, SourceFile
from slm_graph.namespaces import rebase, vocabulary
from slm_graph.sources import esco
from slm_graph.sources.files import read_bytes
from slm_graph.sources.rdf import read_file
from slm_graph.sources.sfia import read_page
from slm_graph.sources.skosxl import folded
from slm_graph.syntax import read

Part = tuple[list[Quad], SourceFile]
"""One source's quads, graphs assigned, with the file they came from."""

_GRAPH_OF_FILE = {"slm.ttl": VOCABULARY, "agents.ttl": PROVENANCE}


def shipped(*, base: str) -> list[Part]:
    """What the package ships, a part a file: vocabulary and content first, then the mapping sets."""
    parts: list[Part] = []
    for name in resources.ontology_files():
        data = resources.ontology_file(name)
        quads = _moved(read(data, TURTLE, name=name), base=base, scope=name)
        fallback = URIRef(base + _GRAPH_OF_FILE.get(name, "graph/" + name.removesuffix(".ttl")))
        if name == "slm.ttl":
            quads = [(s, p, o, fallback) for s, p, o, _ in quads]
        parts.append(
            (assign_graphs(quads, fallback=fallback, base=base), _source(name, data, TURTLE.media_type))
        )
    parts.extend(
        _mapping_part(name, resources.ontology_file(name), base=base) for name in resources.mapping_files()
    )
    return parts


def assemble(
    paths: Sequence[Path],
    *,
    base: str,
    with_definitions: bool = True,
    edition: str | None = None,
    language: str | None = None,
    repair: bool = False,
    labels: Sequence[Path] = (),
    progress: Callable[[str], None] | None = None,
) -> Dataset:
    """The data set of what is shipped and the given sources: skill pages (`.txt`), mapping sets (`.sssom.tsv`), ESCO's
    archives (`.zip`, read together) and RDF files, told apart by name.

    `edition` and `language` are of the pages among them; with `repair` known faults of the sources are mended and
    recorded; `labels` are files of `labels refresh`. Raises SourceError for a source that cannot be read.
    """
    read, findings = _parts(
        paths, base=base, edition=edition, language=language, repair=repair, progress=progress
    )
    parts = shipped(base=base) + read
    parts += label_parts(labels, [quad for part, _ in parts for quad in part], base=base) if labels else []
    quads = merge([part for part, _ in parts], base=base, names=[source.name for _, source in parts])
    quads.extend(_provenance(parts, base=base))
    if not with_definitions:
        quads = without_wording(quads, base=base)
    graphs: dict[URIRef, Graph] = defaultdict(Graph)
    for s, p, o, name in quads:
        assert name is not None  # noqa: S101  # every part has its graphs assigned
        graphs[name].add((s, p, o))
    sources = tuple(dict.fromkeys(source for _, source in parts))
    return Dataset(dict(sorted(graphs.items())), sources, findings)


def read_sources(
    paths: Sequence[Path],
    *,
    base: str,
    edition: str | None = None,
    language: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Graph:
    """The union of the sources alone, as they are and without what is shipped: what `validate` judges."""
    union = Graph()
    parts, _ = _parts(paths, base=base, edition=edition, language=language, repair=False, progress=progress)
    for part, _ in parts:
        for s, p, o, _ in part:
            union.add((s, p, o))
    return union


def _parts(
    paths: Sequence[Path],
    *,
    base: str,
    edition: str | None,
    language: str | None,
    repair: bool,
    progress: Callable[[str], None] | None,
) -> tuple[list[Part], tuple[Finding, ...]]:
    """The sources in their order, ESCO's archives together in the place of the first of them."""
    said = progress or (lambda name: None)
    archives = [path for path in paths if esco.is_archive(path)]
    parts: list[Part] = []
    findings: tuple[Finding, ...] = ()
    for path in paths:
        if path not in archives:
            said(path.name)
            parts.append(_part(path, base=base, edition=edition, language=language))
        elif path == archives[0]:
            reading = esco.read_archives(archives, repair=repair, base=base, progress=said)
            parts.extend(reading.parts)
            findings += reading.findings
    return parts, findings


def _part(path: Path, *, base: str, edition: str | None, language: str | None) -> Part:
    if path.name.endswith(".sssom.tsv"):
        return _mapping_part(path.name, read_bytes(path), base=base)
    if path.suffix == ".txt":
        data = read_bytes(path)
        page = read_page(data, name=path.name, language=language, edition=edition)
        graph = skos.page_graph(page, base=base)
        quads: list[Quad] = [(s, URIRef(str(p)), o, None) for s, p, o in graph]
        return assign_graphs(quads, fallback=URIRef(base + "graph/sfia"), base=base), page.source
    read_quads, source = read_file(path)
    quads = folded(read_quads, name=path.name)
    fallback = URIRef(f"{base}graph/source/{source.sha256[:16]}")
    return assign_graphs(_moved(quads, base=base, scope=None), fallback=fallback, base=base), source


def _mapping_part(name: str, data: bytes, *, base: str) -> Part:
    mapping_set = mapping.read_set(data, name=name)
    mapping.refuse_candidates(mapping_set, name=name)
    graph_name = mapping.graph_name(mapping_set.rebased(base), base=base)
    triples = mapping.set_graph(mapping_set, base=base)
    quads: list[Quad] = [(s, URIRef(str(p)), o, graph_name) for s, p, o in triples]
    return quads, _source(name, data, "text/tab-separated-values")


def _source(name: str, data: bytes, media_type: str) -> SourceFile:
    return SourceFile(name.rsplit("/", 1)[-1], hashlib.sha256(data).hexdigest(), media_type)


def _moved(quads: Iterable[Quad], *, base: str, scope: str | None) -> list[Quad]:
    """The quads under `base`; with `scope`, blank nodes of two files never meet."""

    def moved(term: Node) -> Node:
        if scope is not None and isinstance(term, BNode):
            return BNode(f"{hashlib.sha256(scope.encode()).hexdigest()[:8]}{term}")
        return rebase(term, base=base)

    return [
        (moved(s), rebase(p, base=base), moved(o), None if g is None else rebase(g, base=base))
        for s, p, o, g in quads
    ]


def _provenance(parts: Sequence[Part], *, base: str) -> list[Quad]:
    """For each graph, the files its statements came from; for each file, its name and hash."""
    slm, graph = vocabulary(base), URIRef(base + PROVENANCE)
    agent = URIRef(base + "agent/slm-graph")
    said: list[Quad] = []
    for quads, source in parts:
        document = URIRef(f"{base}id/source/{source.sha256[:16]}")
        said += [
            (document, RDF.type, PROV.Entity, graph),
            (document, DCTERMS.title, Literal(source.name), graph),
            (document, DCTERMS.format, Literal(source.media_type), graph),
            (document, slm.sha256, Literal(source.sha256), graph),
        ]
        # a page tells its own rights: the licence of a short version beside its wording is not the wording's
        if not any(s == document and p == DCTERMS.rights for s, p, _, _ in quads):
            licences = {o for _, p, o, _ in quads if p == DCTERMS.license}
            said += [(document, DCTERMS.license, licence, graph) for licence in licences]
        if source.edition is not None:
            said.append((document, slm.edition, Literal(source.edition), graph))
        for name in sorted({quad[3] for quad in quads if quad[3] is not None}):
            said.append((name, PROV.wasDerivedFrom, document, graph))
            said.append((name, PROV.wasAttributedTo, agent, graph))
    if not said:
        raise DataRefused(Text(de="Es gibt nichts zu veröffentlichen.", en="there is nothing to publish."))
    return said
