"""RDF files as sources: read in a limited child process, with blank nodes that no other file has."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from rdflib import BNode
from rdflib.term import Node

from slm_graph import formats
from slm_graph.engine.parsing import parse
from slm_graph.errors import SourceError, Text
from slm_graph.formats import Format
from slm_graph.model import Quad, SourceFile
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources import limited
from slm_graph.sources.files import not_a_file, unknown_suffix
from slm_graph.syntax.nquads import write_n_quads
from slm_graph.syntax.reading import read

FORMATS_BY_SUFFIX: dict[str, Format] = {
    ".ttl": formats.TURTLE,
    ".jsonld": formats.JSON_LD,
    ".json": formats.JSON_LD,
    ".rdf": formats.RDF_XML,
    ".xml": formats.RDF_XML,
    ".owl": formats.RDF_XML,
    ".nt": formats.N_TRIPLES,
    ".trig": formats.TRIG,
    ".nq": formats.N_QUADS,
}
"""What a file is taken for; each may be packed (`.ttl.gz`)."""

MAX_BYTES = 512 * 1024 * 1024
"""Unpacked; ESCO's 600,000 statements are 100 MB in the wordiest syntax, and four times a file fits the child."""
_SCOPE_CHARACTERS = 16
"""Of the file's SHA-256 in its blank node labels: 64 bits tell any number of files apart."""
_CHUNK_BYTES = 1024 * 1024


def is_rdf(path: Path) -> bool:
    """Whether the file's name says that `read_file` can read it."""
    return _format(path) is not None


def read_file(
    path: Path, *, base: str = DEFAULT_BASE, limits: limited.Limits | None = None, max_bytes: int = MAX_BYTES
) -> tuple[list[Quad], SourceFile]:
    """The file's quads, in the order of their canonical lines, and where they came from.

    The syntax follows from the name's suffix; the graph is None in a format of triples. A relative IRI is an error:
    a file's meaning does not depend on where it lies. `base` is the deployment whose JSON-LD context may be named.
    Blank node labels hold a piece of the file's hash, so those of two files are never the same, and those of one
    file always are. Raises SourceError, and NotASource where there is no such file of a known kind.
    """
    name = path.name
    format = _format(path)
    if format is None:
        known = ", ".join(FORMATS_BY_SUFFIX)
        raise unknown_suffix(path, known=Text(de=f"{known}, auch mit .gz", en=f"{known}, also with .gz"))
    data = _bytes(path, max_bytes=max_bytes)
    sha256 = hashlib.sha256(data).hexdigest()
    document = _unpacked(data, name=name, max_bytes=max_bytes) if path.suffix.lower() == ".gz" else data
    lines = limited.run(
        canonical_n_quads, document, name=name, limits=limits, options={"format": format.name, "base": base}
    )
    scope = f"f{sha256[:_SCOPE_CHARACTERS]}"
    quads = [
        (_scoped(subject, scope), predicate, _scoped(object_, scope), graph)
        for subject, predicate, object_, graph in parse(lines, formats.N_QUADS)
    ]
    return quads, SourceFile(name, sha256, format.media_type)


def canonical_n_quads(data: bytes, *, name: str, format: str, base: str) -> bytes:
    """The document as canonical N-Quads; what the child process does. Raises SourceError."""
    row = next(row for row in FORMATS_BY_SUFFIX.values() if row.name == format)
    return write_n_quads(read(data, row, name=name, base=base)).encode()


def _format(path: Path) -> Format | None:
    inner = Path(path.stem) if path.suffix.lower() == ".gz" else path
    return FORMATS_BY_SUFFIX.get(inner.suffix.lower())


def _scoped(term: Node, scope: str) -> Node:
    return BNode(f"{scope}{term}") if isinstance(term, BNode) else term


def _bytes(path: Path, *, max_bytes: int) -> bytes:
    name = path.name
    try:
        if not path.is_file():
            raise not_a_file(path)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as fault:
        raise SourceError(
            Text(
                de=f"Die Datei lässt sich nicht lesen ({fault.strerror}).",
                en=f"the file cannot be read ({fault.strerror}).",
            ),
            name=name,
            hint=Text(de="Rechte und Datenträger prüfen.", en="Check its permissions and the disk."),
        ) from fault
    if len(data) > max_bytes:
        raise _too_large(max_bytes, name=name)
    return data


def _too_large(max_bytes: int, *, name: str) -> SourceError:
    size = max_bytes // (1024 * 1024)
    return SourceError(
        Text(
            de=f"Die Datei ist ausgepackt größer als {size} MiB.",
            en=f"the file is larger than {size} MiB unpacked.",
        ),
        name=name,
        hint=Text(de="In mehrere Dateien teilen.", en="Split it into several files."),
    )


def _unpacked(data: bytes, *, name: str, max_bytes: int) -> bytes:
    """A gzip file's content, never more than `max_bytes` of it in memory."""
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in _inflated(data):
            size += len(chunk)
            if size > max_bytes:
                break
            chunks.append(chunk)
    except zlib.error as fault:
        raise SourceError(
            Text(de="Kein gültiges gzip.", en="not valid gzip."),
            name=name,
            hint=Text(
                de="Neu packen, oder ohne .gz und ungepackt angeben.",
                en="Pack it again, or give it unpacked and without .gz.",
            ),
        ) from fault
    if size > max_bytes:
        raise _too_large(max_bytes, name=name)
    return b"".join(chunks)


def _inflated(data: bytes) -> Iterator[bytes]:
    """The content in pieces, one member after the other (RFC 1952, 2.2). Raises zlib.error."""
    rest = data
    while rest:
        inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        while not inflater.eof:
            chunk = inflater.decompress(rest, _CHUNK_BYTES)
            rest = inflater.unconsumed_tail
            if not chunk and not rest and not inflater.eof:
                raise zlib.error("the file ends before its content does")
            yield chunk
        rest = inflater.unused_data
