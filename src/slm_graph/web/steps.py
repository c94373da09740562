"""Pages about skills and levels: each level a rung of the ladder and a card below it, with what it asks beyond the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdflib import Literal
from rdflib.namespace import SKOS

from slm_graph.catalogue.lists import descriptions
from slm_graph.namespaces import vocabulary
from slm_graph.web import hierarchy
from slm_graph.web.comparing import Comparison, Pieces, compare
from slm_graph.web.listings import listing, only_page
from slm_graph.web.site import Served
from slm_graph.web.views import Definition, Facts, Link, Names, definitions_of

CARDS = 40
"""Cards with wording on one page: official wordings have up to 2,500 characters."""

MAX_COMPARED = 20_000
"""Characters of a wording that are compared: ten times the longest official one."""

MAX_STEPS = 40
"""Levels drawn of one skill: the longest scale known (KldB) has five, a careless import may have thousands."""


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a skill, or of a scale: a rung of the ladder and a card below it."""

    link: Link
    number: str
    level: Link | None
    observed: bool
    definition: Definition | None
    note: Literal | None
    current: bool = False
    beyond: Pieces | None = None
    """The definition with what the level below does not say; None where that tells nothing."""
    apart_from: str | None = None
    """The number of the level below, where that is told in different words altogether."""


def steps_of(served: Served, names: Names, iris: Sequence[str], *, current: str | None = None) -> list[Step]:
    """The rungs for `iris`, each described, in the order of their numbers."""
    slm = vocabulary(names.addresses.base)
    described = [Facts(found) for found in descriptions(served.catalogue, iris).values()]
    names.learn_shown(*described)
    made: list[tuple[int, Step]] = []
    for facts in described:
        number = next(iter(facts.texts(slm.levelNumber)), None)
        text = str(number) if number is not None else (names.link(str(facts.iri)).notation or "")
        levels = facts.iris(slm.level)
        definitions = definitions_of(facts, names)
        made.append(
            (
                int(text) if text.isascii() and text.isdigit() else len(made),
                Step(
                    link=names.link(str(facts.iri)),
                    number=text,
                    level=names.link(levels[0]) if levels else None,
                    observed=facts.is_true(slm.typicallyObserved) is not False,
                    definition=definitions[0] if definitions else None,
                    note=facts.text(SKOS.scopeNote, names.reader.language),
                    current=str(facts.iri) == current,
                ),
            )
        )
    return [step for _, step in sorted(made, key=lambda pair: pair[0])]


def with_differences(steps: Sequence[Step]) -> list[Step]:
    """The steps, each marked against the one below it in the same language."""
    made: list[Step] = []
    below: Step | None = None
    for step in steps:
        found = compared(below.definition, step.definition) if below is not None else None
        if found is not None and below is not None:
            made.append(
                replace(
                    step,
                    beyond=found.upper if found.marked else None,
                    apart_from=below.number if found.apart else None,
                )
            )
        else:
            made.append(step)
        below = step if step.definition is not None else below
    if not any(step.beyond is not None for step in made):
        return list(steps)  # without any mark, none is missed
    return made


def compared(lower: Definition | None, upper: Definition | None) -> Comparison | None:
    """Two wordings; None where one is missing or they are in two languages."""
    if lower is None or upper is None or lower.language != upper.language:
        return None
    return compare(lower.text[:MAX_COMPARED], upper.text[:MAX_COMPARED])


def _shared_marker(steps: Sequence[Step]) -> Definition | None:
    """A definition whose marker all of `steps` share, so that a page says it once; None where they differ."""
    marked = [step.definition for step in steps if step.definition is not None]
    return marked[0] if len({one.marker for one in marked}) == 1 and marked[0].marker else None


def skill_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    only_page(page)
    slm = vocabulary(names.addresses.base)
    levels = served.catalogue.subjects(str(slm.skill), str(facts.iri), limit=MAX_STEPS)
    below = hierarchy.all_children(served, str(facts.iri)).iris
    names.learn(below)
    return {
        "steps": (steps := with_differences(steps_of(served, names, levels))),
        "differences": any(step.beyond is not None for step in steps),
        "comparable": [step for step in steps if step.definition is not None],
        "marker": _shared_marker(steps),
        "categories": list(facts.texts(slm.category)),
        "narrower": [link for link in map(names.link, below) if link.kind != "skill-level"],
    }


def skill_level_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    only_page(page)
    slm = vocabulary(names.addresses.base)
    skills = facts.iris(slm.skill)
    siblings = served.catalogue.subjects(str(slm.skill), skills[0], limit=MAX_STEPS) if skills else ()
    steps = steps_of(served, names, siblings, current=str(facts.iri))
    here = next((place for place, step in enumerate(steps) if step.current), None)
    levels = steps_of(served, names, facts.iris(slm.level)[:1])
    own, below = (steps[here], steps[here - 1]) if here else (None, None)
    found = compared(below.definition, own.definition) if own is not None and below is not None else None
    return {
        "steps": steps,
        # two texts that say the same need no comparison
        "sides": (below, own, found) if found is not None and (found.marked or found.apart) else None,
        "previous": steps[here - 1] if here else None,
        "next": steps[here + 1] if here is not None and here + 1 < len(steps) else None,
        "skill": names.link(skills[0]) if skills else None,
        "level": levels[0] if levels else None,
        "observed": facts.is_true(slm.typicallyObserved) is not False,
    }


def level_page(served: Served, facts: Facts, names: Names, page: int) -> Mapping[str, Any]:
    slm = vocabulary(names.addresses.base)
    skills = listing(served, names, str(slm.level), facts, page, size=CARDS)
    scheme = names.scheme(str(facts.iri))
    scale = served.catalogue.subjects(str(SKOS.inScheme), scheme, limit=MAX_STEPS) if scheme else ()
    return {
        **skills,
        "cards": steps_of(served, names, [link.iri for link in skills["members"]]),
        "steps": steps_of(served, names, scale, current=str(facts.iri)),
    }
