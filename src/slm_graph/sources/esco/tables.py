"""The tables of the distribution: their columns, and what may stand in a cell.

Every cell is held to its column's rule, so that columns that moved are told at the first row where it shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slm_graph.errors import SourceError, Text
from slm_graph.model import Finding
from slm_graph.sources.esco.archive import Member

FIELD_CHARACTERS = 8 * 1024 * 1024
"""The longest cell read: the one with all top concepts of a scheme has 651,423 characters, ten times more than the
csv module allows by itself."""

Rule = tuple[Callable[[str], object], Text]
"""Whether a cell may be so, and what is expected, in words."""

_IRI = re.compile(r"http://data\.europa\.eu/esco/[A-Za-z0-9._~/-]+")
_IRI_LIST = re.compile(r"(?:http://data\.europa\.eu/esco/[A-Za-z0-9._~/-]+(?:,?\s+|\Z))*")
_PIPED = re.compile(r"(?:http://data\.europa\.eu/esco/[A-Za-z0-9._~/-]+(?: \| |\Z))*")
_DATE = re.compile(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9](?:T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?Z?)?|"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}|")
_LABEL_LIKE_IRI = re.compile(r"https?://\S+")


def _one_of(*values: str) -> Rule:
    shown = ", ".join(value or "–" for value in values)
    return frozenset(values).__contains__, Text(de=f"eines von: {shown}", en=f"one of: {shown}")


IRI: Rule = (_IRI.fullmatch, Text(de="eine ESCO-IRI", en="an ESCO IRI"))
IRIS: Rule = (_IRI_LIST.fullmatch, Text(de="ESCO-IRIs, eine je Zeile", en="ESCO IRIs, one a line"))
PIPED_IRIS: Rule = (_PIPED.fullmatch, Text(de="ESCO-IRIs mit | dazwischen", en="ESCO IRIs with | between"))
DATE: Rule = (_DATE.fullmatch, Text(de="ein Zeitpunkt nach ISO 8601", en="a time by ISO 8601"))
CODE: Rule = (_CODE.fullmatch, Text(de="ein Code", en="a code"))
TEXT: Rule = (
    lambda cell: not _LABEL_LIKE_IRI.fullmatch(cell),
    Text(de="ein Text, keine IRI", en="a text, no IRI"),
)
NAME: Rule = (
    lambda cell: cell.strip() != "" and not _LABEL_LIKE_IRI.fullmatch(cell) and "\n" not in cell.strip(),
    Text(de="eine Bezeichnung in einer Zeile", en="a label in one line"),
)
STATUS = _one_of("released", "draft", "obsolete", "")
SKILL_TYPE = _one_of("knowledge", "skill/competence", "attitude", "")
REUSE = _one_of("transversal", "cross-sector", "sector-specific", "occupation-specific", "")
RELATION = _one_of("essential", "optional")
MEMBER_TYPE = _one_of("Occupation", "KnowledgeSkillCompetence", "SkillGroup", "ISCOGroup")
IRI_OR_NOTHING: Rule = (
    lambda cell: not cell or _IRI.fullmatch(cell),
    Text(de="eine ESCO-IRI oder nichts", en="an ESCO IRI or nothing"),
)
ANY: Rule = (lambda cell: True, Text(de="beliebig", en="anything"))


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table; `optional` columns are in some versions only."""

    columns: dict[str, Rule]
    optional: dict[str, Rule]
    ragged: bool = False
    """Rows may end before the header does."""


def _concepts(of_type: str, **more: Rule) -> Table:
    return Table(
        {"conceptType": _one_of(of_type), "conceptUri": IRI, "preferredLabel": NAME, **more},
        {
            "altLabels": TEXT, "hiddenLabels": TEXT, "status": STATUS, "modifiedDate": DATE, "scopeNote": TEXT,
            "definition": TEXT, "inScheme": IRIS, "description": TEXT, "code": CODE, "iscoGroup": CODE,
            "regulatedProfessionNote": IRI_OR_NOTHING, "naceCode": ANY, "skillType": SKILL_TYPE, "reuseLevel": REUSE,
        },
    )  # fmt: skip


_COLLECTION = Table(
    {"conceptType": MEMBER_TYPE, "conceptUri": IRI, "preferredLabel": NAME},
    {
        "altLabels": TEXT, "status": STATUS, "skillType": SKILL_TYPE, "reuseLevel": REUSE, "description": TEXT,
        "broaderConceptUri": PIPED_IRIS, "broaderConceptPT": ANY,
    },
)  # fmt: skip
_HIERARCHY = Table(
    {"conceptType": MEMBER_TYPE, "conceptUri": IRI, "broaderType": MEMBER_TYPE, "broaderUri": IRI},
    {"conceptLabel": ANY, "broaderLabel": ANY},
)

TABLES: dict[str, Table] = {
    "conceptSchemes": Table(
        {
            "conceptType": _one_of("ConceptScheme"),
            "conceptSchemeUri": IRI,
            "preferredLabel": NAME,
            "hasTopConcept": IRIS,
        },
        {"title": TEXT, "status": STATUS, "description": TEXT},
    ),
    "ISCOGroups": _concepts("ISCOGroup", code=CODE),
    "occupations": _concepts("Occupation"),
    "skillGroups": _concepts("SkillGroup"),
    "skills": _concepts("KnowledgeSkillCompetence"),
    "broaderRelationsOccPillar": _HIERARCHY,
    "broaderRelationsSkillPillar": _HIERARCHY,
    "skillSkillRelations": Table(
        {"originalSkillUri": IRI, "relationType": RELATION, "relatedSkillUri": IRI},
        {"originalSkillType": SKILL_TYPE, "relatedSkillType": SKILL_TYPE},
    ),
    "occupationSkillRelations": Table(
        {"occupationUri": IRI, "relationType": RELATION, "skillUri": IRI},
        {"skillType": SKILL_TYPE, "occupationLabel": ANY, "skillLabel": ANY},
    ),
    "skillsHierarchy": Table(
        {
            f"Level {level} {what}": rule
            for what, rule in (("URI", IRI_OR_NOTHING), ("preferred term", TEXT), ("code", CODE))
            for level in range(4)
        },
        {"Description": ANY, "Scope note": ANY},
        ragged=True,
    ),
}
"""In the order in which they are read: what two of them say, the first decides."""

COLLECTION_SUFFIX = "Collection"


def table_of(name: str) -> Table | None:
    """The kind of the table of that name, or None."""
    if name in TABLES:
        return TABLES[name]
    return _COLLECTION if name.endswith(COLLECTION_SUFFIX) and name != COLLECTION_SUFFIX else None


def rank(name: str) -> int:
    """Where a table of that name stands in the order of reading."""
    return list(TABLES).index(name) if name in TABLES else len(TABLES)


Row = tuple[int, dict[str, str]]
"""Number (the header is row 1) and cells by column; columns that the table lacks are absent."""


def rows(member: Member, table: Table, *, found: list[Finding]) -> Iterator[Row]:
    """The table's rows, every cell held to its rule; columns nobody knows are noted in `found`.

    Raises SourceError with row and column.
    """
    known = {**table.columns, **table.optional}
    # set by the one process that reads strangers' tables: the csv module keeps it globally
    csv.field_size_limit(FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(member.text, newline=""), strict=True)
    number = 0
    plan: list[tuple[int, str, Callable[[str], object]]] = []
    header: list[str] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                header = cells
                plan = _plan(member, header, table, known, found)
                continue
            if len(cells) != len(header) and not (table.ragged and len(cells) < len(header)):
                raise SourceError(
                    Text(
                        de=f"Die Reihe hat {len(cells)} Zellen, der Kopf {len(header)}: Die Spalten sind verschoben.",
                        en=f"the row has {len(cells)} cells, the header {len(header)}: its columns have shifted.",
                    ),
                    name=member.name,
                    line=number,
                    hint=Text(
                        de="Reihen zählen wie in der Tabellenkalkulation, der Kopf ist 1. Fehlende oder zusätzliche Kommas und "
                        "Anführungszeichen richten.",
                        en="Rows count as in a spreadsheet, the header is 1. Mend missing or extra commas and quotes.",
                    ),
                )
            row = {}
            for index, column, may_be in plan:
                cell = cells[index] if index < len(cells) else ""
                if not may_be(cell):
                    raise _misplaced(member, number, index, column, cell, known[column][1])
                row[column] = cell
            yield number, row
    except csv.Error as fault:
        raise SourceError(
            Text(de=f"Kein gültiges CSV: {fault}.", en=f"not valid CSV: {fault}."),
            name=member.name,
            line=number + 1,
            hint=Text(
                de="Anführungszeichen in Zellen verdoppeln; Trennzeichen ist das Komma.",
                en="Double the quotes inside cells; cells are separated by commas.",
            ),
        ) from fault
    if number == 0:
        raise SourceError(Text(de="Die Datei ist leer.", en="the file is empty."), name=member.name)


def _plan(
    member: Member, header: list[str], table: Table, known: dict[str, Rule], found: list[Finding]
) -> list[tuple[int, str, Callable[[str], object]]]:
    missing = [column for column in table.columns if column not in header]
    if missing:
        semicolons = len(header) == 1 and ";" in header[0]
        raise SourceError(
            Text(
                de=f"Spalten fehlen: {', '.join(missing)}. Der Kopf ist: {_short(', '.join(header))}.",
                en=f"columns are missing: {', '.join(missing)}. The header is: {_short(', '.join(header))}.",
            ),
            name=member.name,
            line=1,
            hint=Text(
                de="Trennzeichen ist das Komma, nicht das Semikolon."
                if semicolons
                else "Die Datei von ESCO ungeändert angeben.",
                en="Cells are separated by commas, not semicolons."
                if semicolons
                else "Give ESCO's file as it is.",
            ),
        )
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise SourceError(
            Text(
                de=f"Spalten stehen zweimal da: {', '.join(twice)}.",
                en=f"columns stand twice: {', '.join(twice)}.",
            ),
            name=member.name,
            line=1,
        )
    for column in header:
        if column not in known:
            found.append(Finding("unknown-column", member.name, 1, column, None, column, repaired=False))
    return [(index, column, known[column][0]) for index, column in enumerate(header) if column in known]


def _misplaced(member: Member, row: int, index: int, column: str, cell: str, expected: Text) -> SourceError:
    return SourceError(
        Text(
            de=f"In der Spalte {column} wird erwartet: {expected.de}. Gefunden: „{_short(cell)}“.",
            en=f"column {column} expects {expected.en}. Found: “{_short(cell)}”.",
        ),
        name=member.name,
        line=row,
        column=index + 1,
        hint=Text(
            de="Reihen und Spalten zählen wie in der Tabellenkalkulation; sind die Spalten verschoben?",
            en="Rows and columns count as in a spreadsheet; have the columns shifted?",
        ),
    )


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:120] + "…"
