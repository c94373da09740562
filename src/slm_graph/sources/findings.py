"""What is noticed in sources: the kinds, their words, and a summary for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from slm_graph.errors import Language, Text
from slm_graph.model import Finding

EXAMPLES = 3
"""Of one kind in a summary: enough to look the thing up; the report has them all."""
_LONGEST_VALUE = 60
"""Characters of a value shown in a line."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is wrong, and what a repair does about it; without `repair` it is only said."""

    text: Text
    repair: Text | None = None


KINDS: dict[str, Kind] = {
    "alternative-repeats-preferred": Kind(
        Text(
            de="alternative Bezeichnung wiederholt die bevorzugte",
            en="alternative label repeats the preferred one",
        ),
        Text(de="die alternative weggelassen", en="left the alternative out"),
    ),
    "hidden-repeats-label": Kind(
        Text(de="verborgene Bezeichnung wiederholt eine sichtbare", en="hidden label repeats a visible one"),
        Text(de="die verborgene weggelassen", en="left the hidden one out"),
    ),
    "two-preferred-labels": Kind(
        Text(de="zwei bevorzugte Bezeichnungen in einer Sprache", en="two preferred labels in one language"),
        Text(de="die ältere ist nun eine alternative", en="made the older one an alternative label"),
    ),
    "label-with-blanks": Kind(
        Text(
            de="Bezeichnung mit Leerzeichen am Rand oder Tabulator",
            en="label with blanks around it or tabs inside",
        ),
        Text(de="Leerzeichen bereinigt", en="tidied the blanks"),
    ),
    "label-not-normalized": Kind(
        Text(de="Bezeichnung nicht in Unicode-Normalform C", en="label not in Unicode normalization form C"),
        Text(de="nach NFC gebracht", en="brought into NFC"),
    ),
    "related-and-broader": Kind(
        Text(
            de="verwandt und zugleich über- oder untergeordnet", en="related and at once broader or narrower"
        ),
        Text(
            de="skos:related weggelassen, die Beziehung von ESCO bleibt",
            en="left skos:related out, ESCO's own relation stays",
        ),
    ),
    "related-to-itself": Kind(
        Text(de="mit sich selbst verwandt", en="related to itself"),
        Text(de="die Beziehung weggelassen", en="left the relation out"),
    ),
    "no-scheme": Kind(
        Text(de="Konzept ohne Konzeptschema", en="concept without a concept scheme"),
        Text(
            de="den Schemata zugeordnet, die es als oberstes Konzept nennen, und denen seiner Art",
            en="put into the schemes that name it as a top concept and those of its type",
        ),
    ),
    "no-label": Kind(
        Text(de="Konzept ohne jede Bezeichnung", en="concept without any label"),
        Text(de="mitsamt seinen Beziehungen weggelassen", en="left out together with its relations"),
    ),
    "relation-to-left-out": Kind(
        Text(
            de="Beziehung zu einem Konzept ohne Bezeichnung oder ohne Zeile",
            en="relation to a concept without a label or without a row",
        ),
        Text(de="die Beziehung weggelassen", en="left the relation out"),
    ),
    "empty-scheme": Kind(
        Text(de="Konzeptschema ohne oberstes Konzept", en="concept scheme without a top concept"),
        Text(de="das Schema weggelassen", en="left the scheme out"),
    ),
    "empty-text": Kind(
        Text(de="Text nur aus Leerraum", en="text of nothing but blanks"),
        Text(de="den Text weggelassen", en="left the text out"),
    ),
    "texts-differ": Kind(
        Text(
            de="zwei Tabellen derselben Ausgabe sagen Verschiedenes; die erste gilt",
            en="two tables of one version differ; the first counts",
        ),
    ),
    "unknown-column": Kind(Text(de="unbekannte Spalte, nicht gelesen", en="unknown column, not read")),
    "unknown-file": Kind(Text(de="unbekannte Datei, nicht gelesen", en="unknown file, not read")),
}


def place(finding: Finding) -> str:
    """`file:row`, as an editor's list of errors shows it."""
    return finding.source if finding.row is None else f"{finding.source}:{finding.row}"


def summary(findings: Sequence[Finding], *, language: Language) -> list[str]:
    """A few lines: each kind with its number, what was done or could be, and the first places."""
    lines = []
    german = language == "de"
    for kind, group in groupby(
        sorted(findings, key=lambda finding: finding.kind), key=lambda finding: finding.kind
    ):
        found = list(group)
        row = KINDS[kind]
        done = ""
        if found[0].repaired and row.repair is not None:
            done = f" – {'repariert' if german else 'repaired'}: {row.repair.in_language(language)}"
        elif row.repair is not None:
            done = " – nicht repariert" if german else " – not repaired"
        lines.append(f"{len(found)} × {row.text.in_language(language)}{done}")
        for finding in found[:EXAMPLES]:
            about = " ".join(part for part in (finding.subject, _shown(finding.value, german=german)) if part)
            lines.append(f"    {place(finding)}: {about}")
        if len(found) > EXAMPLES:
            lines.append(
                f"    … {'und' if german else 'and'} {len(found) - EXAMPLES} {'weitere' if german else 'more'}"
            )
    return lines


def _shown(value: str | None, *, german: bool) -> str | None:
    if value is None:
        return None
    flat = " ".join(value.split("\n"))
    shortened = flat if len(flat) <= _LONGEST_VALUE else flat[:_LONGEST_VALUE] + "…"
    return f"„{shortened}“" if german else f"“{shortened}”"


def as_json(findings: Sequence[Finding]) -> str:
    """All findings as one JSON document, a finding a line; the kinds' words come first, in both languages."""
    used = sorted({finding.kind for finding in findings})
    kinds = {
        name: {
            "count": sum(finding.kind == name for finding in findings),
            "de": KINDS[name].text.de,
            "en": KINDS[name].text.en,
            "repair": None if (done := KINDS[name].repair) is None else {"de": done.de, "en": done.en},
        }
        for name in used
    }
    rows = ",\n".join(json.dumps(asdict(finding), ensure_ascii=False) for finding in findings)
    return f'{{"kinds": {json.dumps(kinds, ensure_ascii=False, indent=1)},\n"findings": [\n{rows}\n]}}\n'
