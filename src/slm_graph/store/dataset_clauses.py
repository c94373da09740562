"""The dataset clauses of a query, as its tokens tell them (SPARQL 1.1, 13.2).

The engine wants no blank between two words: `FROMNAMED` is a clause to it, and so is `FROMx:g`, where no other name can
stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slm_graph.engine.tokens import PROLOGUE, Token

_CLAUSE = re.compile(r"(ASK|CONSTRUCT)?FROM", re.IGNORECASE)
"""At the start of a prefix, with the words that may stand right before a clause and end in a letter."""
_NAMED = "NAMED"


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """FROM or FROM NAMED; `graph` as it is spelt, None where the tokens do not tell."""

    is_named: bool
    graph: str | None


def after_prologue(reading: Sequence[Token]) -> int:
    """Where the query proper begins, among its tokens."""
    index = 0
    while index < len(reading) and reading[index].kind == "word":
        word = reading[index].text.upper()
        if word not in PROLOGUE:
            break
        index += 3 if word == "PREFIX" else 2
    return index


def dataset_clauses(reading: Sequence[Token]) -> tuple[DatasetClause, ...]:
    """In their order; for a text that is no query, whatever looks like one."""
    begin = after_prologue(reading)
    declared = {token.text.partition(":")[0] for token in reading[:begin] if token.kind == "name"}
    is_describe = begin < len(reading) and reading[begin].text.upper().startswith("DESCRIBE")
    ends_head = _start_of_pattern(reading, begin)
    found: list[DatasetClause] = []
    depth = 0
    before = ""
    for index in range(begin, len(reading)):
        kind, text, _ = reading[index]
        if kind == "sign":
            depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(text, 0)
        elif kind == "word" and "FROM" in (word := text.upper()):
            found.append(_clause(word.rpartition("FROM")[2], reading[index + 1 : index + 3], declared))
        elif kind == "name" and index < ends_head and depth == 0 and before not in ("FROM", _NAMED):
            glued = _CLAUSE.match(text)
            if glued is not None and not (is_describe and text.partition(":")[0] in declared):
                rest = text[glued.end() :]
                found.append(_clause("", [Token("name", rest, 0)], declared))
        before = text.upper() if kind == "word" else ""
        before = "FROM" if before.endswith("FROM") else before
    return tuple(found)


def _clause(rest: str, following: Sequence[Token], declared: set[str]) -> DatasetClause:
    """The clause whose FROM is followed by `rest` in its own token, and then by those tokens."""
    is_named = rest == _NAMED
    graph = following[0] if following else None
    if not rest and graph is not None and graph.kind == "word" and graph.text.upper() == _NAMED:
        is_named, graph = True, following[1] if len(following) > 1 else None
    elif rest and not is_named:
        graph = None
    if graph is None or graph.kind not in ("iri", "name"):
        return DatasetClause(is_named, None)
    if (
        not is_named
        and graph.kind == "name"
        and graph.text[: len(_NAMED)].upper() == _NAMED
        and graph.text.partition(":")[0] not in declared
    ):
        return DatasetClause(True, graph.text[len(_NAMED) :])
    return DatasetClause(is_named, graph.text)


def _start_of_pattern(reading: Sequence[Token], begin: int) -> int:
    """The brace of the outermost group, behind a template; the end of the text where there is none."""
    depth = 0
    is_template = False
    for index in range(begin, len(reading)):
        text = reading[index].text if reading[index].kind == "sign" else ""
        if text == "{":
            if depth == 0:
                is_template = index == begin + 1 and reading[begin].text.upper() == "CONSTRUCT"
                if not is_template:
                    return index
            depth += 1
        elif text == "}":
            depth -= 1
    return len(reading)
