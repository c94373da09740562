"""`/mappings`: the sets, a page for each, and a page for each pair of frameworks, with its rows as files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Response, request
from rdflib import URIRef
from rdflib.namespace import SKOS

from slm_graph import mapping, negotiation
from slm_graph.catalogue import Asked, Crosswalk, set_languages
from slm_graph.catalogue.crosswalk import Entry, SetSummary
from slm_graph.catalogue.mappings import NO_FRAMEWORK
from slm_graph.errors import Text
from slm_graph.formats import CSV, HTML, TURTLE, Format
from slm_graph.mapping import NO_TERM_FOUND
from slm_graph.mapping import Mapping as Row
from slm_graph.model import Quad
from slm_graph.namespaces import SEMAPV
from slm_graph.syntax import write
from slm_graph.web import pages
from slm_graph.web.picture import LINES, picture
from slm_graph.web.problems import Offer, Problem, not_acceptable, reader_of_request
from slm_graph.web.programs import crosswalk, nothing
from slm_graph.web.representations import Representation, Representations, representation
from slm_graph.web.responses import CURRENT, respond
from slm_graph.web.site import Served, Site
from slm_graph.web.texts import say
from slm_graph.web.views import Link, Names, Reader, numbered, paging, query_string

SSSOM_TSV = Format(
    "sssom", "SSSOM (TSV)", "text/tab-separated-values", "sssom.tsv", ("text/tsv",), charset=True
)
JSKOS = Format("jskos", "JSKOS", "application/json", "json", ("application/ld+json",))
FILES = (SSSOM_TSV, CSV, TURTLE, JSKOS)
OFFERS = (HTML, *FILES)

PAGE_ROWS = 200
"""Rows on a page unless asked otherwise: some 100 kB of HTML."""

MOST_PAGE_ROWS = 300
"""Whatever is asked: a page stays below 200 kB. The files have all rows."""

MOST_FILE_ROWS = 20_000
"""Rows of one file: SSSOM is read back after writing, which takes three seconds at this size. More: by graph or SPARQL."""

SHOWN_CHAINS = 100

MOST_PREDICATES = 20
"""In one filter: more than a set has."""

_NUMBER = re.compile(r"(0(\.\d{0,6})?|1(\.0{0,6})?|\.\d{1,6})")

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader wants to see of a table."""

    predicates: tuple[str, ...]
    least: float | None
    page: int
    rows: int
    chains: bool

    def fields(self) -> list[tuple[str, str]]:
        """As parameters of an address, without the page."""
        said = [("predicate", predicate) for predicate in self.predicates]
        return said + ([("min", f"{self.least:g}")] if self.least is not None else [])


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the table shows it."""

    subject: Link | None
    relation: Link
    object: Link | None
    """None: nothing was found there."""
    negated: bool
    confidence: str | None
    authors: tuple[Link, ...]
    date: str | None
    justification: Link | None
    comment: str | None
    comment_language: str
    """`""` where the set does not say."""
    versions: str | None
    set_name: str | None
    chain: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Mappings:
    """The answers below `/mappings`."""

    site: Site
    kept: Representations

    def overview(self) -> Response:
        """Every set and every pair of frameworks."""
        served, reader = self.site.current(), reader_of_request()
        mount = self.site.settings.mount
        if negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), (HTML,)) is None:
            raise not_acceptable([Offer(HTML, f"{mount}/mappings")])

        def make() -> Representation:
            index = crosswalk(served)
            sets, pairs, tokens = index.sets(), index.pairs(), index.tokens()
            names = Names(served.catalogue, served.addresses, reader)
            names.learn(iri for pair in pairs for iri in (pair.subject, pair.object))
            names.learn([str(one) for found in sets for one in (found.license, *found.creators)])
            names.learn(predicate for pair in pairs for predicate, _ in pair.predicates)
            body = pages.render(
                "mappings.html",
                reader=reader,
                mount=mount,
                href=f"{mount}/mappings",
                served=served,
                pairs=[
                    {
                        "subject": _framework(names, pair.subject),
                        "object": _framework(names, pair.object),
                        "href": reader.keep(f"{mount}/mappings/{tokens[pair.subject]}/{tokens[pair.object]}"),
                        "rows": pair.rows,
                        "predicates": [(names.property(iri), number) for iri, number in pair.predicates],
                    }
                    for pair in pairs
                ],
                sets=[_set_card(one, names, reader, mount) for one in sets],
            )
            return _page(body, reader)

        made = self.kept.get((served.release.version, "mappings", reader), make)
        return respond(made, cache=CURRENT, issued=served.release.date)

    def mapping_set(self, name: str) -> Response:
        """`/mappings/NAME`, or `/mappings/NAME.SUFFIX`: one set, which is its own IRI's path."""
        served = self.site.current()
        index = crosswalk(served)
        for stem, row in _stems(name):
            found = index.sets(stem)
            if found:
                return self._table(served, index, Asked(set_name=stem), f"mappings/{stem}", row, found[0])
        raise nothing()

    def pair(self, subject: str, object_: str) -> Response:
        """`/mappings/A/B`, or `/mappings/A/B.SUFFIX`: from one framework to another."""
        served = self.site.current()
        index = crosswalk(served)
        left = index.framework(subject)
        for stem, row in _stems(object_):
            right = index.framework(stem)
            if left is not None and right is not None:
                asked = Asked(subject_framework=left, object_framework=right)
                return self._table(served, index, asked, f"mappings/{subject}/{stem}", row, None)
        raise nothing()

    def _table(
        self,
        served: Served,
        index: Crosswalk,
        asked: Asked,
        path: str,
        fixed: Format | None,
        set_: SetSummary | None,
    ) -> Response:
        mount = self.site.settings.mount
        row = fixed or negotiation.negotiate(request.environ.get("HTTP_ACCEPT"), OFFERS)
        if row is None:
            raise not_acceptable([Offer(one, f"{mount}/{path}.{one.suffix}") for one in FILES])
        wanted = _filter(served)
        asked = replace(asked, relations=wanted.predicates, least=wanted.least)
        reader = reader_of_request() if row is HTML else None
        key = (served.release.version, path, row.name, wanted, reader, fixed is None)

        def make() -> Representation:
            if reader is not None:
                body = _table_page(served, index, asked, wanted, path, set_, reader)
                return _page(body, reader, links=f'<{mount}/{path}.ttl>; rel="alternate"; type="text/turtle"')
            body = _file(served, index, asked, path, row)
            name = path.removeprefix("mappings/").replace("/", "--")
            headers = [
                ("Content-Disposition", f'attachment; filename="{quote(name, safe="~.-_")}.{row.suffix}"')
            ]
            if fixed is None:
                headers.append(("Vary", "Accept"))
            return representation(body, row.content_type, tuple(headers))

        return respond(self.kept.get(key, make), cache=CURRENT, issued=served.release.date)


def _stems(name: str) -> list[tuple[str, Format | None]]:
    """What a last segment may mean: all of it a name, or a name and a suffix."""
    suffixed = [
        (name.removesuffix("." + row.suffix), row) for row in FILES if name.endswith("." + row.suffix)
    ]
    return [(name, None), *suffixed]


def _filter(served: Served) -> Filter:
    predicates = tuple(dict.fromkeys(iri for iri in request.args.getlist("predicate") if iri))
    least = request.args.get("min", "").replace(",", ".")
    page, rows = request.args.get("page", "1"), request.args.get("rows", str(PAGE_ROWS))
    if len(predicates) > MOST_PREDICATES or any(len(iri) > 500 for iri in predicates):
        raise Problem(400, Text(de="Zu viele Beziehungen.", en="Too many relations."))
    if least and not _NUMBER.fullmatch(least):
        raise Problem(
            400, Text(de="min erwartet eine Zahl von 0 bis 1.", en="min takes a number from 0 to 1.")
        )
    for text in (page, rows):
        if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text) >= 1):
            raise Problem(
                400, Text(de="page und rows erwarten Zahlen ab 1.", en="page and rows take numbers from 1.")
            )
    expanded = tuple(
        str(SKOS) + iri.removeprefix("skos:") if iri.startswith("skos:") else iri for iri in predicates
    )
    return Filter(
        expanded,
        float(least) if least else None,
        int(page),
        min(int(rows), MOST_PAGE_ROWS),
        request.args.get("chains") == "1",
    )


def _page(body: bytes, reader: Reader, *, links: str | None = None) -> Representation:
    headers = [("Vary", "Accept, Accept-Language"), ("Content-Language", reader.language)]
    return representation(
        body, HTML.content_type, tuple(headers + ([("Link", links)] if links is not None else []))
    )


def _framework(names: Names, iri: str) -> Link:
    """The link to a framework, which may be unknown."""
    if iri == NO_FRAMEWORK:
        return Link(iri, say("crosswalk.nowhere", names.reader.language), None, None)
    return names.link(iri)


def _set_card(found: SetSummary, names: Names, reader: Reader, mount: str) -> dict[str, Any]:
    return {
        "name": found.name,
        "title": found.title or found.name,
        "language": found.language,
        "href": reader.keep(f"{mount}/mappings/{found.name}"),
        "rows": found.rows,
        "license": names.link(str(found.license)) if found.license else None,
        "creators": [names.link(str(one)) for one in found.creators],
        "version": next(iter(found.slot("mapping_set_version")), None),
        "published": next(iter(found.slot("publication_date")), None),
        "description": next(iter(found.slot("mapping_set_description")), None),
    }


def _table_page(
    served: Served,
    index: Crosswalk,
    asked: Asked,
    wanted: Filter,
    path: str,
    set_: SetSummary | None,
    reader: Reader,
) -> bytes:
    mount = served.addresses.mount
    names = Names(served.catalogue, served.addresses, reader)
    bare = replace(asked, relations=(), least=None)
    everything, total = index.count(bare), index.count(asked)
    fields = wanted.fields()
    more = [("rows", str(wanted.rows))] if wanted.rows != PAGE_ROWS else []
    table = f"{mount}/{path}" + query_string([*fields, *more, *([("chains", "1")] if wanted.chains else [])])
    place = paging(total, size=wanted.rows, page=wanted.page, href=table, reader=reader)
    if wanted.page > place.pages:
        raise nothing()
    entries = index.entries(asked, limit=wanted.rows, offset=(wanted.page - 1) * wanted.rows)
    ends = [asked.subject_framework, asked.object_framework]
    view: dict[str, Any] = {"back": None, "chains": [], "chains_href": None, "ends": []}
    tokens = index.tokens()
    if set_ is None:
        subject, object_ = (end or NO_FRAMEWORK for end in ends)
        names.learn([subject, object_])
        view["ends"] = [_framework(names, subject), _framework(names, object_)]
        backwards = index.count(Asked(subject_framework=object_, object_framework=subject))
        if backwards:
            back = f"{mount}/mappings/{tokens[object_]}/{tokens[subject]}"
            view["back"] = (reader.keep(back), backwards)
        if wanted.chains or not everything:
            chained = index.chains(subject, object_, limit=SHOWN_CHAINS) if subject != object_ else ()
            _learn(names, [step for one in chained for step in (one.mapping, *one.chain)])
            view["chains"] = [
                replace(
                    _line(names, one.mapping, None, True),
                    chain=tuple(_line(names, step, None, True) for step in one.chain),
                )
                for one in chained
            ]
        else:
            view["chains_href"] = reader.keep(f"{mount}/{path}?chains=1") + "#chains"
        title = say(
            "crosswalk.heading",
            reader.language,
            subject=view["ends"][0].notation or view["ends"][0].text,
            object=view["ends"][1].notation or view["ends"][1].text,
        )
    else:
        names.learn([str(set_.license), *map(str, set_.creators)])
        names.learn(iri for pair in set_.pairs for iri in pair)
        view["ends"] = []
        title = set_.title or set_.name
    _learn(names, [entry.row for entry in entries])
    counted = index.predicates(bare)
    names.learn(iri for iri, _ in counted)
    lines = [_line(names, entry.row, entry.set_name, entry.recorded) for entry in entries]
    return pages.render(
        "crosswalk.html",
        reader=reader,
        mount=mount,
        href=numbered(table, wanted.page),
        served=served,
        heading=title,
        pair=set_ is None,
        set=_set_card(set_, names, reader, mount) if set_ is not None else None,
        set_pairs=[
            (
                _framework(names, subject),
                _framework(names, object_),
                reader.keep(f"{mount}/mappings/{tokens[subject]}/{tokens[object_]}"),
            )
            for subject, object_ in (set_.pairs if set_ is not None else ())
        ],
        lines=lines,
        total=total,
        everything=everything,
        paging=place,
        picture=picture(lines[:LINES]) if set_ is None else None,
        action=f"{mount}/{path}",
        choices=[
            (iri, names.property(iri).text, number, iri in wanted.predicates) for iri, number in counted
        ],
        least=f"{wanted.least:g}" if wanted.least is not None else "",
        filtered=bool(fields),
        files=[(row, f"{mount}/{path}.{row.suffix}" + query_string(fields)) for row in FILES],
        labels=_label_sources(served, entries, reader),
        iri=str(set_.iri) if set_ is not None else None,
        **view,
    )


def _learn(names: Names, rows: Sequence[Row]) -> None:
    names.learn(
        str(term)
        for row in rows
        for term in (row.subject, row.predicate, row.object, row.justification, *row.authors)
    )


_JUSTIFICATIONS: dict[URIRef, Text] = {
    SEMAPV.ManualMappingCuration: Text(de="von Hand", en="by hand"),
    SEMAPV.LexicalMatching: Text(de="aus Bezeichnungen", en="from labels"),
    SEMAPV.SemanticSimilarityThresholdMatching: Text(de="aus Ähnlichkeit", en="from similarity"),
    SEMAPV.MappingChaining: Text(de="durch Verkettung", en="by chaining"),
    SEMAPV.MappingReview: Text(de="nach Durchsicht", en="by review"),
    SEMAPV.MappingInversion: Text(de="durch Umkehrung", en="by inversion"),
    SEMAPV.LogicalReasoning: Text(de="durch Schließen", en="by reasoning"),
    SEMAPV.CompositeMatching: Text(de="aus mehreren Zeichen", en="from several signs"),
}


def _line(names: Names, row: Row, set_name: str | None, recorded: bool) -> Line:
    said = _JUSTIFICATIONS.get(row.justification)
    justification = names.link(str(row.justification))
    if said is not None:
        justification = replace(justification, text=said.in_language(names.reader.language), language=None)
    language = set_languages(names.catalogue).get(set_name or "", "")
    versions = " → ".join(
        f"{version}" for version in (row.subject_source_version, row.object_source_version) if version
    )
    return Line(
        subject=_end(names, row.subject, row.subject_label, language),
        relation=names.property(str(NO_TERM_FOUND if row.no_term_found else row.predicate)),
        object=_end(names, row.object, row.object_label, language),
        negated=row.negated,
        confidence=None if row.confidence is None else f"{row.confidence:.2f}",
        authors=tuple(names.link(str(author)) for author in row.authors),
        date=None if row.date is None else row.date.isoformat(),
        justification=justification if recorded else None,
        comment=row.comment,
        comment_language=language,
        versions=versions or None,
        set_name=set_name,
    )


def _end(names: Names, iri: URIRef, label: str | None, language: str = "") -> Link | None:
    """The link to an end, by the label that its row has where the release has none; `language` is the label's."""
    if iri == NO_TERM_FOUND:
        return None
    found = names.link(str(iri))
    if label is not None and str(iri) not in names.labels:
        return replace(
            found, text=label, language=language if language not in ("", names.reader.language) else None
        )
    return found


def _label_sources(served: Served, entries: Sequence[Entry], reader: Reader) -> list[str]:
    """Where labels come from that were fetched from elsewhere: source and date of each graph that is used here."""
    hosts = {
        host for entry in entries for end in (entry.row.subject, entry.row.object) if (host := _host(end))
    }
    graphs = {host: f"{served.release.base}graph/labels/{host}" for host in hosts}
    told: list[str] = []
    for host, graph in sorted(graphs.items()):
        described = served.catalogue.describe(graph)
        if described is not None:
            said = {str(p).rpartition("/")[2]: str(o) for s, p, o, _ in described.quads if s == described.iri}
            told.append(
                say("crosswalk.labels", reader.language, source=host, date=said.get("created", "?")[:10])
            )
    return told


def _host(iri: str) -> str | None:
    found = re.match(r"https?://([A-Za-z0-9.-]+)", iri)
    return found[1].lower() if found else None


def _file(served: Served, index: Crosswalk, asked: Asked, path: str, row: Format) -> bytes:
    number = index.count(asked)
    if number > MOST_FILE_ROWS:
        raise Problem(
            413,
            Text(
                de=f"{number} Zuordnungen sind mehr, als eine Datei hier fasst ({MOST_FILE_ROWS}). Die Auswahl eingrenzen, "
                "oder den benannten Graphen über SPARQL abrufen.",
                en=f"{number} mappings are more than one file holds here ({MOST_FILE_ROWS}). Narrow the filter, or fetch "
                "the named graph by SPARQL.",
            ),
        )
    base = served.release.base
    if row is CSV:
        return _csv(served, index.entries(asked, limit=MOST_FILE_ROWS))
    if row is SSSOM_TSV:
        found = index.mapping_set(asked, id=URIRef(base + path), title=path.removeprefix("mappings/"))
        return mapping.write_set(found)
    entries = index.entries(asked, limit=MOST_FILE_ROWS)
    if row is TURTLE:
        positive = {entry.row.identity()[:3]: entry.row for entry in entries if entry.row.positive}
        quads: list[Quad] = [(one.subject, one.predicate, one.object, None) for one in positive.values()]
        return write(quads, TURTLE, base=base)
    sets = {one.name: str(one.iri) for one in index.sets()}
    said = [
        mapping.jskos_mapping(entry.row)
        | ({"partOf": [{"uri": sets[entry.set_name]}]} if entry.set_name is not None else {})
        for entry in entries
        if not entry.row.negated  # JSKOS cannot say that something does not correspond
    ]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_COLUMNS = (
    "subject_id subject_notation subject_label predicate_modifier predicate_id object_id object_notation object_label "
    "confidence author_id mapping_date mapping_justification comment mapping_set"
).split()


def _csv(served: Served, entries: Sequence[Entry]) -> bytes:
    """A table for spreadsheets, with labels in German, else English."""
    names = Names(served.catalogue, served.addresses, Reader("de"))
    _learn(names, [entry.row for entry in entries])
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # RFC 4180
    writer.writerow(_COLUMNS)
    for entry in entries:
        row = entry.row
        subject, object_ = (
            _end(names, iri, label)
            for iri, label in ((row.subject, row.subject_label), (row.object, row.object_label))
        )
        cells = (
            row.subject,
            subject.notation if subject else None,
            subject.text if subject else None,
            "Not" if row.negated else None,
            row.predicate,
            row.object,
            object_.notation if object_ else None,
            object_.text if object_ else None,
            row.confidence,
            "|".join(row.authors),
            row.date.isoformat() if row.date else None,
            row.justification,
            row.comment,
            entry.set_name,
        )
        writer.writerow(["" if cell is None else _cell(str(cell)) for cell in cells])
    return out.getvalue().encode()


def _cell(text: str) -> str:
    return "'" + text if text.startswith(_RISKY) else text
