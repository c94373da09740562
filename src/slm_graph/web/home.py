"""The home page: what this is, and the frameworks in the release."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib.namespace import DCTERMS, SKOS

from slm_graph.catalogue.lists import descriptions
from slm_graph.formats import DOCUMENT_FORMATS, HTML
from slm_graph.namespaces import vocabulary
from slm_graph.web.pages import render
from slm_graph.web.site import Served
from slm_graph.web.steps import MAX_STEPS
from slm_graph.web.views import Facts, Names, Reader


def _example(served: Served, schemes: Sequence[str]) -> str | None:
    """A concept to try: a skill at a middle level if there is one."""
    slm = vocabulary(served.release.base)
    for scheme in schemes:
        tops = served.catalogue.subjects(str(SKOS.topConceptOf), scheme, limit=1)
        for top in tops:
            levels = served.catalogue.subjects(str(slm.skill), str(top), limit=MAX_STEPS)
            return str(levels[len(levels) // 2 + 1] if len(levels) > 2 else top)
    return None


def home_page(served: Served, *, reader: Reader) -> bytes:
    """What this is, and the frameworks in the release."""
    names = Names(served.catalogue, served.addresses, reader)
    schemes = served.catalogue.schemes()
    names.learn(str(scheme.iri) for scheme in schemes)
    cards = []
    said = descriptions(served.catalogue, (str(scheme.iri) for scheme in schemes))
    for scheme in schemes:
        described = said.get(str(scheme.iri))
        description = Facts(described).text(DCTERMS.description, reader.language) if described else None
        cards.append((scheme, names.link(str(scheme.iri)), description))
    # what has skills at levels first: the others are there as ends of mappings
    cards.sort(key=lambda card: -sum(card[0].counts.get(kind, 0) for kind in ("skill", "skill-level")))
    skill = _example(served, [str(scheme.iri) for scheme, _, _ in cards])
    names.learn([skill] if skill else [])
    return render(
        "home.html",
        reader=reader,
        mount=served.addresses.mount,
        href=f"{served.addresses.mount}/",
        served=served,
        frameworks=[card for card in cards if card[0].framework],
        schemes=[card for card in cards if not card[0].framework],
        example=names.link(skill) if skill else None,
        example_thing=served.addresses.thing(skill) if skill and served.addresses.owns(skill) else None,
        example_formats=[
            (row, served.addresses.document(skill, row.suffix)) for row in DOCUMENT_FORMATS if row is not HTML
        ]
        if skill
        else [],
    )
