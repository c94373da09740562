"""The metadata block of an SSSOM file, checked before the library sees it.

The library takes the last of two equal keys, ignores keys it does not know, rewrites IRIs, joins lines and
lets a YAML value be a number where a text is meant. Each of these is refused here, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from slm_graph.errors import SourceError, Text
from slm_graph.mapping.slots import ENTITY_TYPES, PROPAGATABLE, ROW_SLOTS, SET_SLOTS, Kind
from slm_graph.mapping.terms import BUILT_IN, PREFIX_NAME, CurieError, expand, is_absolute

_REQUIRED = ("mapping_set_id", "license")


@dataclass(frozen=True, slots=True)
class Block:
    """The header's values: every slot a tuple of texts, references still as CURIEs."""

    slots: ReadOnlyMapping[str, tuple[str, ...]]
    lines: ReadOnlyMapping[str, int]
    """Slot or `curie_map` → its line in the file."""
    prefixes: ReadOnlyMapping[str, str]
    """As declared, built-in ones only where the file declares them."""


def read_block(lines: list[str], *, name: str) -> Block:
    """The block in the file's leading lines, each with its `#`. Raises SourceError."""
    values, key_lines = _yaml(lines, name=name)
    if "curie_map" in values:
        prefixes = _prefixes(values.pop("curie_map"), name=name, line=key_lines["curie_map"])
    else:
        prefixes = {}
    for slot in values:
        if slot not in SET_SLOTS and slot not in PROPAGATABLE:
            raise _refused(name, key_lines[slot], *_unknown(slot))
    slots = {
        slot: _texts(
            slot, value, SET_SLOTS.get(slot) or ROW_SLOTS[slot], prefixes, name=name, line=key_lines[slot]
        )
        for slot, value in values.items()
        if value is not None
    }
    for slot in _REQUIRED:
        if slot not in slots:
            raise _refused(
                name,
                1,
                f"Im Metadatenblock fehlt {slot}",
                f"the metadata block lacks {slot}",
                hint=Text(de=f"Eine Zeile „#{slot}: …“ ergänzen.", en=f"Add a line '#{slot}: …'."),
            )
    return Block(slots, key_lines, prefixes)


def _unknown(slot: str) -> tuple[str, str]:
    if slot == "extension_definitions":
        return (
            "Erweiterungsspalten (extension_definitions) werden nicht übernommen",
            "extension slots (extension_definitions) are not carried",
        )
    if slot in ROW_SLOTS:
        return (
            f"{slot} gilt für einzelne Zeilen und darf nicht im Metadatenblock stehen",
            f"{slot} belongs to single rows and may not stand in the metadata block",
        )
    return f"Unbekannter Eintrag im Metadatenblock: {slot}", f"unknown slot in the metadata block: {slot}"


def _yaml(lines: list[str], *, name: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Key → value and key → line of the block's YAML."""
    import yaml  # comes with sssom-pydantic, without stubs

    for number, line in enumerate(lines, start=1):
        if line.startswith("##"):
            raise _refused(
                name,
                number,
                "Im Metadatenblock beginnt jede Zeile mit genau einem #",
                "each line of the metadata block begins with exactly one #",
            )
    # One line of YAML for each line of the file, so that the parser's line numbers are the file's.
    text = "".join(line[1:].rstrip() + "\n" for line in lines)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _refused(
                    name,
                    event.start_mark.line + 1,
                    "Anker und Verweise (& und *) sind im Metadatenblock nicht erlaubt",
                    "anchors and aliases (& and *) are not allowed in the metadata block",
                    hint=Text(
                        de="Einen Text, der so beginnt, in Anführungszeichen setzen.",
                        en="Quote a text that begins like that.",
                    ),
                )
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise _refused(
            name,
            mark.line + 1 if mark else None,
            f"Der Metadatenblock ist kein gültiges YAML: {reason}",
            f"the metadata block is not valid YAML: {reason}",
        ) from error
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        raise _refused(
            name,
            1,
            "Der Metadatenblock enthält keine Einträge der Form „schlüssel: wert“",
            "the metadata block has no entries of the form 'key: value'",
        )
    key_lines: dict[str, int] = {}
    for mapping in (node, *(value for _, value in node.value if isinstance(value, yaml.MappingNode))):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.tag != "tag:yaml.org,2002:str":
                raise _refused(
                    name,
                    key.start_mark.line + 1,
                    f"Kein Name eines Eintrags: {key.value}",
                    f"not the name of an entry: {key.value}",
                    hint=Text(de="In Anführungszeichen setzen.", en="Quote it."),
                )
            if key.value in seen:
                raise _refused(
                    name,
                    key.start_mark.line + 1,
                    f"{key.value} steht zweimal im Metadatenblock",
                    f"{key.value} stands twice in the metadata block",
                )
            seen.add(key.value)
            if mapping is node:
                key_lines[key.value] = key.start_mark.line + 1
    return values, key_lines


def _prefixes(value: Any, *, name: str, line: int) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _refused(
            name,
            line,
            "curie_map muss Präfixe und ihre Namensräume enthalten",
            "curie_map must hold prefixes and their namespaces",
        )
    seen: dict[str, str] = {}
    for prefix, namespace in value.items():
        if not PREFIX_NAME.fullmatch(prefix):
            raise _refused(
                name,
                line,
                f"Kein gültiges Präfix in curie_map: {prefix}",
                f"not a prefix in curie_map: {prefix}",
            )
        if not isinstance(namespace, str) or not is_absolute(namespace):
            raise _refused(
                name,
                line,
                f"Der Namensraum des Präfixes {prefix} ist keine absolute IRI: {namespace}",
                f"the namespace of prefix {prefix} is no absolute IRI: {namespace}",
            )
        if prefix in BUILT_IN and BUILT_IN[prefix] != namespace:
            raise _refused(
                name,
                line,
                f"Das Präfix {prefix} ist fest vergeben: {BUILT_IN[prefix]}",
                f"the prefix {prefix} is built in: {BUILT_IN[prefix]}",
            )
        if namespace in seen:
            raise _refused(
                name,
                line,
                f"Die Präfixe {seen[namespace]} und {prefix} haben denselben Namensraum",
                f"the prefixes {seen[namespace]} and {prefix} have the same namespace",
            )
        seen[namespace] = prefix
    return dict(value)


def _texts(
    slot: str, value: Any, kind: Kind, prefixes: ReadOnlyMapping[str, str], *, name: str, line: int
) -> tuple[str, ...]:
    """The value of a slot as texts, each of the right form."""
    plural = kind in ("references", "texts", "iris")
    if isinstance(value, list) != plural and not (plural and slot in SET_SLOTS):
        de, en = ("eine Liste", "a list") if plural else ("ein einzelner Wert", "one value")
        raise _refused(name, line, f"{slot} muss {de} sein", f"{slot} must be {en}")
    return tuple(
        _text(slot, item, kind, prefixes, name=name, line=line)
        for item in (value if isinstance(value, list) else [value])
    )


def _text(
    slot: str, value: Any, kind: Kind, prefixes: ReadOnlyMapping[str, str], *, name: str, line: int
) -> str:
    if kind == "date" and type(value) is date:
        return value.isoformat()
    if kind == "number" and type(value) in (int, float):
        value = repr(float(value))
    if not isinstance(value, str):
        raise _refused(
            name,
            line,
            f"{slot} muss ein Text sein, ist aber {value}",
            f"{slot} must be a text but is {value}",
            hint=Text(de="Den Wert in Anführungszeichen setzen.", en="Quote the value."),
        )
    if not value.strip() or value != value.strip() or "\n" in value or (kind == "texts" and "|" in value):
        # The library joins lines, and writes lists with | between their values.
        raise _refused(
            name,
            line,
            f"{slot} muss eine Zeile Text ohne Leerraum am Rand sein, in Listen ohne |",
            f"{slot} must be one line of text without space at its ends, and without | in lists",
        )
    if problem := problem_of(value, kind, prefixes, slot=slot):
        raise SourceError(problem, name=name, line=line)
    return value


_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def problem_of(value: str, kind: Kind, prefixes: ReadOnlyMapping[str, str], *, slot: str) -> Text | None:
    """What is wrong with one value of a slot, or None."""
    if kind in ("reference", "references"):
        try:
            expand(value, prefixes)
        except CurieError as error:
            return Text(de=f"{slot}: {error.text.de}", en=f"{slot}: {error.text.en}")
    elif kind in ("iri", "iris"):
        return _iri_problem(value, slot=slot)
    elif kind == "number":
        low = -1.0 if slot == "reviewer_agreement" else 0.0
        if not _DECIMAL.fullmatch(value) or not low <= float(value) <= 1.0:
            return Text(
                de=f"{slot} muss eine Zahl von {low:g} bis 1 sein (mit Dezimalpunkt), nicht „{value}“",
                en=f"{slot} must be a number from {low:g} to 1, not '{value}'",
            )
    elif kind == "date":
        try:
            valid = bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
        except ValueError:
            valid = False
        if not valid:
            return Text(
                de=f"{slot} muss ein Tag der Form JJJJ-MM-TT sein, nicht „{value}“",
                en=f"{slot} must be a day as YYYY-MM-DD, not '{value}'",
            )
    elif kind == "entity type" and value not in ENTITY_TYPES:
        return Text(de=f"{slot}: unbekannte Art „{value}“", en=f"{slot}: unknown type '{value}'")
    return None


def _iri_problem(value: str, *, slot: str) -> Text | None:
    if not is_absolute(value):
        return Text(de=f"{slot} ist keine absolute IRI: {value}", en=f"{slot} is no absolute IRI: {value}")
    from pydantic import AnyUrl

    try:
        rewritten = str(AnyUrl(value))
    except ValueError:
        return Text(de=f"{slot} ist keine absolute IRI: {value}", en=f"{slot} is no absolute IRI: {value}")
    if rewritten != value:
        # The library would publish the rewritten one: the author has to choose it.
        return Text(
            de=f"{slot} ist nicht in der üblichen Form; gemeint ist wohl {rewritten}",
            en=f"{slot} is not in its normal form; probably {rewritten} is meant",
        )
    return None


def _refused(name: str, line: int | None, de: str, en: str, *, hint: Text | None = None) -> SourceError:
    return SourceError(Text(de=de, en=en), name=name, line=line, hint=hint)
