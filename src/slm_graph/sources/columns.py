"""The column map of a spreadsheet: which column means what, in TOML or JSON, checked before any row is read."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from slm_graph.errors import SourceError, Text
from slm_graph.settings import NotToml, toml
from slm_graph.sources.decoding import decoded
from slm_graph.sources.files import read_bytes
from slm_graph.syntax.expectations import in_german

MAX_MAP_BYTES = 64 * 1024
"""A map with a thousand columns is smaller."""
ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso-8859-1")
_LABELS = ("prefLabel", "altLabel", "hiddenLabel")
_NOTES = ("definition", "scopeNote", "note", "example", "editorialNote", "changeNote", "historyNote")
_RELATIONS = ("broader", "related")
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "seeAlso")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_COLUMN_IN_IRI = re.compile(r"\{([^{}]+)\}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column's cells say: a property of SKOS by its local name, with a language for texts."""

    property: str
    language: str | None


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The whole map; `iri` is the template of the concepts' IRIs, its one column in braces."""

    scheme: str
    titles: dict[str, str]
    iri: str
    columns: dict[str, Meaning]
    ignored: tuple[str, ...] = ()
    rights: dict[str, str] = field(default_factory=dict)
    licence: str | None = None
    rights_holder: str = ""
    version: str | None = None
    separator: str = "|"
    """Between several values of one cell."""
    sheet: str | None = None
    header_row: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def key(self) -> str:
        """The column that makes the IRI."""
        found = _COLUMN_IN_IRI.search(self.iri)
        return found[1] if found else ""

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def map_from_json(text: str) -> ColumnMap:
    """The map that `as_json` wrote."""
    said = json.loads(text)
    said["columns"] = {name: Meaning(**meaning) for name, meaning in said["columns"].items()}
    said["ignored"] = tuple(said["ignored"])
    return ColumnMap(**said)


def read_map(path: Path) -> ColumnMap:
    """The map in a `.toml` or `.json` file. Raises SourceError that names the key."""
    data = read_bytes(path, max_bytes=MAX_MAP_BYTES)
    text = decoded(data, name=path.name)
    try:
        said: Any = json.loads(text) if path.suffix.lower() == ".json" else toml(text)
    except NotToml as fault:
        raise _unreadable(fault.reason, path) from fault
    except json.JSONDecodeError as fault:
        reason = Text(de=in_german(fault.msg), en=fault.msg)
        raise _unreadable(reason, path, line=fault.lineno, column=fault.colno) from fault
    except RecursionError as fault:
        raise _unreadable(Text(de="zu tief verschachtelt", en="nested too deeply"), path) from fault
    except ValueError as fault:  # a number of thousands of digits
        raise _unreadable(Text(de="eine Zahl ist zu lang", en="a number is too long"), path) from fault
    return _Checked(path.name).column_map(said)


def _unreadable(
    reason: Text, path: Path, *, line: int | None = None, column: int | None = None
) -> SourceError:
    return SourceError(
        Text(
            de=f"Die Zuordnung ist nicht lesbar: {reason.de}.",
            en=f"the column map cannot be read: {reason.en}.",
        ),
        name=path.name,
        line=line,
        column=column,
        hint=Text(
            de="In TOML stehen Spalten mit Umlauten oder Leerzeichen in Anführungszeichen.",
            en="In TOML, columns with umlauts or blanks stand in quotes.",
        ),
    )


class _Checked:
    """The map's values, each told by its key where it is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name

    def column_map(self, said: Any) -> ColumnMap:
        self._keys(said, {"scheme", "concepts", "columns", "table"}, "")
        scheme, concepts = self._table(said, "scheme"), self._table(said, "concepts")
        table = self._table(said, "table", required=False)
        self._keys(scheme, {"iri", "title", "rights", "license", "rights_holder", "version"}, "scheme.")
        self._keys(concepts, {"iri", "separator"}, "concepts.")
        self._keys(table, {"sheet", "header_row", "delimiter", "encoding", "ignore"}, "table.")
        columns = {
            column: self._meaning(column, meaning) for column, meaning in self._table(said, "columns").items()
        }
        made = ColumnMap(
            scheme=self._iri(scheme, "iri", "scheme.iri"),
            titles=self._languages(scheme, "title", required=True),
            iri=self._template(concepts),
            columns=columns,
            ignored=self._names(table),
            rights=self._languages(scheme, "rights", required=False),
            licence=self._iri(scheme, "license", "scheme.license") if "license" in scheme else None,
            rights_holder=self._text(scheme, "rights_holder", "scheme.rights_holder"),
            version=self._text(scheme, "version", "scheme.version") if "version" in scheme else None,
            separator=self._text(concepts, "separator", "concepts.separator")
            if "separator" in concepts
            else "|",
            sheet=self._text(table, "sheet", "table.sheet") if "sheet" in table else None,
            header_row=self._row(table),
            delimiter=self._one_of(table, "delimiter", (",", ";", "\t", "|"), ","),
            encoding=self._one_of(table, "encoding", ENCODINGS, "utf-8"),
        )
        if made.key not in columns and made.key not in made.ignored:
            raise self._wrong(
                "concepts.iri",
                f"Spalte {made.key} steht nicht in [columns]",
                f"column {made.key} is not in [columns]",
            )
        if not any(meaning.property == "prefLabel" for meaning in columns.values()):
            raise self._wrong("columns", "keine Spalte ist prefLabel@…", "no column is prefLabel@…")
        if made.licence is None and not made.rights:
            raise self._wrong("scheme", "license oder rights fehlt", "license or rights is missing")
        return made

    def _wrong(self, key: str, de: str, en: str) -> SourceError:
        return SourceError(
            Text(de=f"{key}: {de}.", en=f"{key}: {en}."),
            name=self._name,
            hint=Text(
                de="docs/decisions/spreadsheets.md zeigt eine Zuordnung.",
                en="docs/decisions/spreadsheets.md shows a column map.",
            ),
        )

    def _keys(self, said: Any, known: set[str], prefix: str) -> None:
        if not isinstance(said, dict):
            raise self._wrong(prefix or "–", "erwartet wird eine Tabelle", "a table is expected")
        for key in said:
            if key not in known:
                shown = ", ".join(sorted(known))
                raise self._wrong(
                    f"{prefix}{key}", f"unbekannt; bekannt sind {shown}", f"unknown; known are {shown}"
                )

    def _table(self, said: dict[str, Any], key: str, *, required: bool = True) -> dict[str, Any]:
        found = said.get(key, None if required else {})
        if not isinstance(found, dict) or (required and not found):
            raise self._wrong(key, "diese Tabelle fehlt oder ist leer", "this table is missing or empty")
        return found

    def _text(self, said: dict[str, Any], key: str, shown: str) -> str:
        found = said.get(key)
        if not isinstance(found, str) or not found.strip(" "):
            raise self._wrong(shown, "erwartet wird ein Text", "a text is expected")
        return found

    def _iri(self, said: dict[str, Any], key: str, shown: str) -> str:
        found = self._text(said, key, shown)
        if not _ABSOLUTE.fullmatch(found):
            raise self._wrong(shown, f"keine absolute IRI: {found}", f"not an absolute IRI: {found}")
        return found

    def _template(self, concepts: dict[str, Any]) -> str:
        template = self._text(concepts, "iri", "concepts.iri")
        if len(_COLUMN_IN_IRI.findall(template)) != 1 or not _ABSOLUTE.fullmatch(
            _COLUMN_IN_IRI.sub("x", template)
        ):
            raise self._wrong(
                "concepts.iri",
                "erwartet wird eine absolute IRI mit einer Spalte in geschweiften Klammern",
                "an absolute IRI with one column in braces is expected",
            )
        return template

    def _languages(self, said: dict[str, Any], key: str, *, required: bool) -> dict[str, str]:
        found = said.get(key, None if required else {})
        if not isinstance(found, dict) or (required and not found):
            raise self._wrong(
                f"scheme.{key}", "erwartet wird ein Text je Sprache", "a text for each language is expected"
            )
        for language, value in found.items():
            if not _LANGUAGE.fullmatch(language) or not isinstance(value, str) or not value.strip():
                raise self._wrong(
                    f"scheme.{key}.{language}", "keine Sprache mit Text", "not a language with a text"
                )
        return found

    def _meaning(self, column: str, said: Any) -> Meaning:
        shown = f"columns.{column}"
        if not isinstance(said, str):
            raise self._wrong(shown, "erwartet wird ein Text", "a text is expected")
        name, at, language = said.partition("@")
        if name in (*_LABELS, *_NOTES):
            if not at or not _LANGUAGE.fullmatch(language):
                raise self._wrong(
                    shown,
                    f"{name} braucht eine Sprache, etwa {name}@de",
                    f"{name} needs a language, such as {name}@en",
                )
            return Meaning(name, language.lower())
        if name in ("notation", *_RELATIONS, *_MATCHES) and not at:
            return Meaning(name, None)
        known = ", ".join(("notation", *_LABELS, *_NOTES, *_RELATIONS, *_MATCHES))
        raise self._wrong(
            shown, f"unbekannt: {said}; bekannt sind {known}", f"unknown: {said}; known are {known}"
        )

    def _names(self, table: dict[str, Any]) -> tuple[str, ...]:
        found = table.get("ignore", [])
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise self._wrong(
                "table.ignore", "erwartet wird eine Liste von Spalten", "a list of columns is expected"
            )
        return tuple(found)

    def _row(self, table: dict[str, Any]) -> int:
        found = table.get("header_row", 1)
        if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= 1000:
            raise self._wrong(
                "table.header_row", "erwartet wird eine Zahl ab 1", "a number from 1 is expected"
            )
        return found

    def _one_of(self, table: dict[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
        found = table.get(key, default)
        if found not in known:
            shown = ", ".join(repr(value) for value in known)
            raise self._wrong(f"table.{key}", f"bekannt sind {shown}", f"known are {shown}")
        return str(found)
