"""The data set as a whole: its descriptions (DCAT, VoID) and its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import Response, request
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph import negotiation
from slm_graph.catalogue import set_languages
from slm_graph.catalogue.lists import counts
from slm_graph.errors import Language, NotFound, Text
from slm_graph.exports.dcat import DESCRIPTION, TITLE, dcat_catalogue
from slm_graph.exports.dumps import dump_names
from slm_graph.exports.published import ASKED_OF_SUBJECTS, Part, Published, Version, dumps_of, subjects_of
from slm_graph.exports.schema_org import data_set
from slm_graph.exports.statistics import read_statistics
from slm_graph.exports.void import void_description
from slm_graph.formats import HTML, JSON, RDF_FORMATS, by_suffix
from slm_graph.model import Quad
from slm_graph.release import releases
from slm_graph.syntax import write
from slm_graph.web import pages
from slm_graph.web.files import GZIP, send_file, send_packed
from slm_graph.web.links import context_link, forms_link
from slm_graph.web.problems import Offer, not_acceptable, reader_of_request
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, FOREVER, respond_kept, see_other
from slm_graph.web.site import Served, Site
from slm_graph.web.views import Link, Names, Reader
from slm_graph.web.words import words

_DUMP = re.compile(r"(?P<name>.+)\.(?P<suffix>[a-z]+)")

Describe = Callable[[Published], tuple[URIRef, list[Quad]]]


@dataclass(frozen=True, slots=True)
class Datasets:
    """The answers about the data set."""

    site: Site
    kept: Representations

    def catalogue(self, suffix: str | None = None) -> Response:
        """`/catalog`: DCAT in every format of RDF, and a page with the files."""
        return self._description("catalog", dcat_catalogue, suffix, page=True)

    def void(self) -> Response:
        """`/.well-known/void`: VoID in every format of RDF."""
        return self._description(".well-known/void", void_description, None, page=False)

    def _description(self, path: str, describe: Describe, suffix: str | None, *, page: bool) -> Response:
        served = self.site.current()
        mount = served.addresses.mount
        fixed = by_suffix(suffix) if suffix else None
        if suffix and (fixed is None or fixed is HTML):
            raise _nothing()
        offers = (HTML, *RDF_FORMATS) if page else RDF_FORMATS
        row = fixed or negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), offers)
        if row is None:
            raise not_acceptable(
                [Offer(one, f"{mount}/{path}.{one.suffix}" if page else None) for one in offers]
            )
        versions = tuple(Version(one.version, one.date) for one in releases(self.site.settings.data))
        reader = reader_of_request() if row is HTML else None

        def make() -> Representation:
            published = published_of(served, versions)
            if reader is not None:
                view = {
                    "published": published,
                    "w": words(reader.language),
                    "sizes": _sizes(published, reader.language),
                    "parts_named": _parts_named(served, published, reader),
                    "structured": pages.structured(
                        data_set(
                            published,
                            title=TITLE.in_language(reader.language),
                            description=DESCRIPTION.in_language(reader.language),
                        )
                    ),
                    "formats": [(one.label, f"{mount}/{path}.{one.suffix}") for one in RDF_FORMATS],
                }
                body = pages.render(
                    "catalog.html", reader=reader, mount=mount, href=f"{mount}/{path}", served=served, **view
                )
                return representation(
                    body,
                    row.content_type,
                    (
                        ("Vary", "Accept, Accept-Language"),
                        ("Content-Language", reader.language),
                        ("Link", forms_link(f"{mount}/{path}")),
                    ),
                )
            subject, quads = describe(published)
            # relabels: the blank nodes have names already, each its own; telling hundreds of them apart takes long
            context = f"{mount}/context.jsonld"
            body = write(
                quads, row, base=served.release.base, context=context, subject=subject, relabels=False
            )
            headers = [] if fixed else [("Vary", "Accept")]
            if row is JSON:
                headers.append(("Link", context_link(context)))
            return representation(body, row.content_type, tuple(headers))

        # the list of releases may grow while this one is current, so the view is asked each time
        key = (served.release.version, path, row.name, fixed is None, reader, versions)
        return respond_kept(self.kept, key, make, served=served, cache=CURRENT, repeats=False)

    def dumps(self) -> Response:
        """`/dumps`, `/dumps/`: leads to the catalogue, which lists the files, for people and for programs."""
        mount = self.site.settings.mount
        query = request.query_string.decode("ascii", "replace")
        return see_other(f"{mount}/catalog" + (f"?{query}" if query else ""), cache=CURRENT)

    def dump(self, file: str, version: str | None = None) -> Response:
        """`/dumps/NAME.SUFFIX.gz` as it lies there, `/dumps/NAME.SUFFIX` packed only on its way."""
        served = self.site.current() if version is None else self.site.snapshot(version)
        files = served.release.manifest["files"]
        packed = file.endswith(".gz")
        stored = f"dumps/{file if packed else file + '.gz'}"
        match = _DUMP.fullmatch(file.removesuffix(".gz"))
        row = by_suffix(match["suffix"]) if match else None
        if stored not in files or row is None:
            raise _nothing()
        said, path, issued = files[stored], served.release.path / stored, served.release.date
        digest, size = str(said["sha256"]), int(said["bytes"])
        headers = [("Cache-Control", FOREVER if version is not None else CURRENT)]
        if packed:
            return send_file(
                path,
                size_bytes=size,
                etag=f'"{digest[:32]}"',
                content_type=GZIP,
                headers=headers,
                issued=issued,
            )
        return send_packed(
            path,
            sha256=digest,
            size_bytes=size,
            content_type=row.content_type,
            headers=[*headers, ("Vary", "Accept-Encoding")],
            issued=issued,
        )


def published_of(served: Served, versions: Sequence[Version]) -> Published:
    """The release as its descriptions see it."""
    release, catalogue = served.release, served.catalogue
    graphs = sorted(release.manifest["graphs"])
    schemes = catalogue.said_by("scheme", ASKED_OF_SUBJECTS)
    sizes = counts(catalogue, str(SKOS.inScheme), schemes)
    said = {iri: schemes[iri] for iri in sorted(schemes, key=lambda iri: (-sizes.get(iri, 0), iri))}
    subjects = subjects_of(graphs, said, base=release.base)
    for subject in {str(one) for some in subjects.values() for one in some} - said.keys():
        said[subject] = catalogue.said(subject, map(str, ASKED_OF_SUBJECTS))
    names = dump_names(graphs, base=release.base)
    parts = []
    for graph in graphs:
        about = tuple(one for one in subjects[graph] if said[str(one)])
        quads = tuple(quad for one in about for quad in said[str(one)])
        parts.append(Part(URIRef(graph), names[graph], release.manifest["graphs"][graph], about, quads))
    example = next(iter((*catalogue.iris("skill", limit=1), *catalogue.iris("concept", limit=1))), None)
    return Published(
        base=release.base,
        version=release.version,
        date=release.date,
        parts=tuple(parts),
        dumps=dumps_of(release.manifest["files"]),
        versions=tuple(versions),
        example=example,
        statistics=read_statistics(release.path),
        links=_links(served),
    )


def _links(served: Served) -> tuple[tuple[str, str, int], ...]:
    """Mappings to resources that are not ours, by predicate and namespace."""
    base = served.release.base
    pairs = served.catalogue.rows(
        "SELECT predicate, object FROM mapping WHERE negated = 0 AND subject >= ? AND subject < ? "
        "AND NOT (object >= ? AND object < ?)",
        (base, base + "\U0010ffff", base, base + "\U0010ffff"),
    )
    found = Counter((predicate, re.sub(r"[^/#]*$", "", iri)) for predicate, iri in pairs)
    return tuple((predicate, space, number) for (predicate, space), number in sorted(found.items()))


def _parts_named(served: Served, published: Published, reader: Reader) -> list[tuple[Part, tuple[Link, ...]]]:
    """The parts, each with links to what it is about, else to the graph itself."""
    names = Names(served.catalogue, served.addresses, reader)
    names.learn(str(subject) for part in published.parts for subject in _subjects(part))

    languages = set_languages(served.catalogue)

    def link(subject: str) -> Link:
        here = reader.keep(served.addresses.thing(subject))
        found = names.link(subject)
        set_name = subject.removeprefix(f"{served.release.base}mappings/")
        language = languages.get(set_name) if set_name != subject else found.language
        return replace(
            found, href=here, external=False, language=None if language == reader.language else language
        )

    return [(part, tuple(link(str(one)) for one in _subjects(part))) for part in published.parts]


def _subjects(part: Part) -> tuple[URIRef, ...]:
    return part.subjects or (part.graph,)


def _sizes(published: Published, language: Language) -> dict[str, str]:
    said = {dump.file: f"{dump.bytes / 1000:,.1f} kB" for dump in published.dumps}
    if language == "de":  # comma and point the other way round
        said = {file: size.translate(str.maketrans(",.", ".,")) for file, size in said.items()}
    return said


def _nothing() -> NotFound:
    return NotFound(Text(de="Diese Datei gibt es nicht.", en="There is no such file."))
