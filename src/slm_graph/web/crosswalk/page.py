"""The page of a crosswalk: a set's or a pair's rows, with what surrounds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypedDict

from slm_graph.catalogue import Asked, Crosswalk
from slm_graph.catalogue.crosswalk import Entry, SetSummary
from slm_graph.catalogue.mappings import NO_FRAMEWORK
from slm_graph.web import pages
from slm_graph.web.crosswalk.files import FILES
from slm_graph.web.crosswalk.filtering import PAGE_ROWS, Filter
from slm_graph.web.crosswalk.rows import Line, learn, line
from slm_graph.web.picture import LINES, picture
from slm_graph.web.programs import nothing
from slm_graph.web.site import Served
from slm_graph.web.texts import say
from slm_graph.web.views import Link, Names, Reader, numbered, paging, query_string

SHOWN_CHAINS = 100


class _View(TypedDict):
    """What the page of a pair and the page of a set say of their own."""

    heading: str
    pair: bool
    ends: list[Link]
    back: tuple[str, int] | None
    """The other direction: its address, and how many rows it has."""
    chains: list[Line]
    chains_href: str | None
    set: dict[str, Any] | None
    set_pairs: list[tuple[Link, Link, str]]
    iri: str | None


def table_page(
    served: Served,
    index: Crosswalk,
    asked: Asked,
    wanted: Filter,
    path: str,
    set_: SetSummary | None,
    reader: Reader,
) -> bytes:
    """The page of the set `set_`, None: of the pair of frameworks that is asked for. Raises NotFound past its last page."""
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
    if set_ is None:
        view = _pair_view(index, asked, names, path, with_chains=wanted.chains or not everything)
    else:
        view = _set_view(index, set_, names)
    learn(names, [entry.row for entry in entries])
    counted = index.predicates(bare)
    names.learn(iri for iri, _ in counted)
    lines = [line(names, entry.row, entry.set_name, entry.recorded) for entry in entries]
    return pages.render(
        "crosswalk.html",
        reader=reader,
        mount=mount,
        href=numbered(table, wanted.page),
        served=served,
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
        **view,
    )


def _pair_view(index: Crosswalk, asked: Asked, names: Names, path: str, *, with_chains: bool) -> _View:
    reader, mount = names.reader, names.addresses.mount
    subject, object_ = (end or NO_FRAMEWORK for end in (asked.subject_framework, asked.object_framework))
    names.learn([subject, object_])
    ends = [framework(names, subject), framework(names, object_)]
    backwards = index.count(Asked(subject_framework=object_, object_framework=subject))
    tokens = index.tokens()
    back = reader.keep(f"{mount}/mappings/{tokens[object_]}/{tokens[subject]}")
    heading = say(
        "crosswalk.heading",
        reader.language,
        subject=ends[0].notation or ends[0].text,
        object=ends[1].notation or ends[1].text,
    )
    return {
        "heading": heading,
        "pair": True,
        "ends": ends,
        "back": (back, backwards) if backwards else None,
        "chains": _chains(index, subject, object_, names) if with_chains else [],
        "chains_href": None if with_chains else reader.keep(f"{mount}/{path}?chains=1") + "#chains",
        "set": None,
        "set_pairs": [],
        "iri": None,
    }


def _chains(index: Crosswalk, subject: str, object_: str, names: Names) -> list[Line]:
    """The ways through a third framework, each with its steps."""
    chained = index.chains(subject, object_, limit=SHOWN_CHAINS) if subject != object_ else ()
    learn(names, [step for one in chained for step in (one.mapping, *one.chain)])
    return [
        replace(
            line(names, one.mapping, None, True),
            chain=tuple(line(names, step, None, True) for step in one.chain),
        )
        for one in chained
    ]


def _set_view(index: Crosswalk, found: SetSummary, names: Names) -> _View:
    reader, mount = names.reader, names.addresses.mount
    names.learn([str(found.license), *map(str, found.creators)])
    names.learn(iri for pair in found.pairs for iri in pair)
    tokens = index.tokens()
    return {
        "heading": found.title or found.name,
        "pair": False,
        "ends": [],
        "back": None,
        "chains": [],
        "chains_href": None,
        "set": set_card(found, names),
        "set_pairs": [
            (
                framework(names, subject),
                framework(names, object_),
                reader.keep(f"{mount}/mappings/{tokens[subject]}/{tokens[object_]}"),
            )
            for subject, object_ in found.pairs
        ],
        "iri": str(found.iri),
    }


def framework(names: Names, iri: str) -> Link:
    """The link to a framework, which may be unknown."""
    if iri == NO_FRAMEWORK:
        return Link(iri, say("crosswalk.nowhere", names.reader.language), None, None)
    return names.link(iri)


def set_card(found: SetSummary, names: Names) -> dict[str, Any]:
    """What is shown of a set; the names it takes are known by now."""
    reader, mount = names.reader, names.addresses.mount
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
