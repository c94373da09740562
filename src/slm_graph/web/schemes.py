"""Pages about concepts and schemes: their place in the tree and by letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdflib.namespace import DCTERMS, SKOS

from slm_graph.web import branches
from slm_graph.web.listings import no_such_page
from slm_graph.web.related import sections
from slm_graph.web.site import Served
from slm_graph.web.steps import MAX_STEPS, steps_of
from slm_graph.web.views import Facts, Names, paging

REGISTERED = 40
"""Concepts from which a scheme has a register by letter."""


def concept_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    iri = str(facts.iri)
    related, place = sections(served, facts, names, page)
    nodes, total = branches.branch(served, names, iri, inline=True, way=str(SKOS.broader))
    more = branches.address(served, names.reader, iri, branches.SIZE) if total > len(nodes) else None
    return {
        "nodes": nodes,
        "total": total,
        "more": more,
        "related": related,
        "paging": place,
        "open_facts": not (nodes or related),
    }


def scheme_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    iri = str(facts.iri)
    nodes, total = branches.branch(served, names, iri, offset=(page - 1) * branches.SIZE, inline=True)
    place = paging(
        total,
        size=branches.SIZE,
        page=page,
        href=served.addresses.document(iri).partition("#")[0],
        reader=names.reader,
    )
    if page > place.pages:
        raise no_such_page()
    scale = 0 < total <= MAX_STEPS and all(node.link.kind == "level" for node in nodes)
    summary = next((one for one in served.catalogue.schemes() if str(one.iri) == iri), None)
    counts = summary.counts if summary else {}
    return {
        "nodes": nodes,
        "total": total,
        "first": (page - 1) * branches.SIZE + 1,
        "paging": place,
        "steps": steps_of(served, names, [node.link.iri for node in nodes]) if scale else [],
        "counts": counts,
        # a list that fits on a screen needs no register
        "letters": branches.letters(served, names.reader, iri) if sum(counts.values()) > REGISTERED else [],
        "framework": summary is not None and summary.framework,
        "description": facts.text(DCTERMS.description, names.reader.language),
        "rights": facts.text(DCTERMS.rights, names.reader.language),
    }
