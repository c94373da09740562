"""What a client asks: the fields of a request, decoded, with their limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from slm_graph.errors import Text, quotation
from slm_graph.namespaces import prefixes
from slm_graph.search import fold
from slm_graph.web.problems import Problem
from slm_graph.web.programs import MAX_PARAMETER

BATCH_SIZE = 100
"""What the manifest asks clients to send at once: some 300 ms of one core."""

MAX_QUERIES = 250
"""Of one batch: a client that ignores the manifest is still answered, and holds a thread for a second at most."""

MAX_CANDIDATES = 50
DEFAULT_CANDIDATES = 5

MAX_TYPES = 20
MAX_CONDITIONS = 10
"""Types and property values of one query: more than a spreadsheet's columns that tell anything."""

_UNFIT = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
"""What no IRI has (RFC 3987, 2.2)."""

_NO_PROPERTY = "urn:x-none:"
"""Stands for a property or type that cannot be one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A property and the values a row of the client's table has for it, folded."""

    property: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Query:
    """One name to be found."""

    name: str
    types: tuple[str, ...]
    strictness: str
    limit: int
    conditions: tuple[Condition, ...]


def fields() -> dict[str, str]:
    """`queries` and `extend` of the address or the form."""
    if request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
        raise Problem(
            415,
            Text(
                de="Erwartet wird ein Formular (application/x-www-form-urlencoded).",
                en="A form is expected (application/x-www-form-urlencoded).",
            ),
        )
    sent = request.form if request.method == "POST" else request.args
    return {name: sent[name] for name in ("queries", "extend") if sent.get(name)}


def refused(german: str, english: str) -> Problem:
    return Problem(400, Text(de=german, en=english))


def decoded(text: str, name: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(f"{name} ist kein JSON.", f"{name} is not JSON.") from error
    try:
        text.encode() if "\\u" not in text else json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character, which no index takes
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(value, dict):
        raise refused(f"{name} ist kein JSON-Objekt.", f"{name} is not a JSON object.")
    return value


def queries(text: str, *, base: str) -> dict[str, Query]:
    """The queries of one batch, by the client's keys. Raises a Problem for what is none, or too many."""
    asked = decoded(text, "queries")
    if len(asked) > MAX_QUERIES:
        raise Problem(
            413,
            Text(
                de=f"{len(asked)} Abfragen auf einmal; erlaubt sind {MAX_QUERIES}, empfohlen {BATCH_SIZE}.",
                en=f"{len(asked)} queries at once; {MAX_QUERIES} are allowed, {BATCH_SIZE} recommended.",
            ),
        )
    return {key: _query(key, value, base=base) for key, value in asked.items()}


def _query(key: str, value: object, *, base: str) -> Query:
    if not isinstance(value, dict):
        raise refused(
            f"Abfrage {quotation(key[:40]).de} ist kein Objekt.",
            f"Query {quotation(key[:40]).en} is not an object.",
        )
    name, types, limit = _name(key, value), _type(key, value), _limit(key, value)
    strictness, conditions = _strictness(key, value), _conditions(key, value, base=base)
    if len(types) > MAX_TYPES or len(conditions) > MAX_CONDITIONS:
        raise refused(
            f"Abfrage {quotation(key[:40]).de}: höchstens {MAX_TYPES} Typen und {MAX_CONDITIONS} Eigenschaften.",
            f"Query {quotation(key[:40]).en}: {MAX_TYPES} types and {MAX_CONDITIONS} properties at most.",
        )
    expanded_types = dict.fromkeys(expanded(one, base=base) for one in types if one)
    return Query(name, tuple(expanded_types), strictness, limit, conditions)


def _name(key: str, value: Mapping[str, Any]) -> str:
    name = value.get("query", "")
    if not isinstance(name, str) or (not name.strip() and not value.get("properties", ())):
        raise refused(
            f"Abfrage {quotation(key[:40]).de} hat keinen Text (query).",
            f"Query {quotation(key[:40]).en} has no text (query).",
        )
    return name


def _type(key: str, value: Mapping[str, Any]) -> Sequence[str]:
    types = value.get("type", ())
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list | tuple) or not all(isinstance(one, str) for one in types):
        raise refused(
            f"Abfrage {quotation(key[:40]).de}: type ist kein Text.",
            f"Query {quotation(key[:40]).en}: type is no text.",
        )
    return types


def _limit(key: str, value: Mapping[str, Any]) -> int:
    limit = value.get("limit", DEFAULT_CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise refused(
            f"Abfrage {quotation(key[:40]).de}: limit ist keine Zahl ab 1.",
            f"Query {quotation(key[:40]).en}: limit is no number from 1.",
        )
    return int(min(limit, MAX_CANDIDATES))


def _strictness(key: str, value: Mapping[str, Any]) -> str:
    strictness = value.get("type_strict", "any")
    if strictness not in ("any", "should", "all"):
        raise refused(
            f"Abfrage {quotation(key[:40]).de}: type_strict ist any, should oder all.",
            f"Query {quotation(key[:40]).en}: type_strict is any, should or all.",
        )
    return str(strictness)


def _conditions(key: str, value: Mapping[str, Any], *, base: str) -> tuple[Condition, ...]:
    conditions = value.get("properties", ())
    if not isinstance(conditions, list | tuple) or not all(
        isinstance(one, dict) and isinstance(one.get("pid"), str) and "v" in one for one in conditions
    ):
        raise refused(
            f"Abfrage {quotation(key[:40]).de}: properties sind Objekte mit pid und v.",
            f"Query {quotation(key[:40]).en}: properties are objects with pid and v.",
        )
    return tuple(
        Condition(expanded(one["pid"], base=base), frozenset(_condition_values(one["v"])))
        for one in conditions
    )


def expanded(name: str, *, base: str) -> str:
    """A property or type as its IRI: prefixed names are taken too."""
    prefix, colon, local = name.partition(":")
    known = prefixes(base).get(prefix)
    iri = known + local if colon and known is not None and not local.startswith("//") else name
    return iri if len(iri) <= MAX_PARAMETER and not _UNFIT.search(iri) else _NO_PROPERTY


def _condition_values(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    said = [one.get("id") if isinstance(one, dict) else one for one in several]
    return [
        fold(str(one).lower() if isinstance(one, bool) else str(one))
        for one in said
        if one is not None and len(str(one)) <= MAX_PARAMETER
    ]
