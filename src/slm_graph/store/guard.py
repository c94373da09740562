"""What is looked at before a query reaches the engine, whose parser a long or deep text can crash.

Defence in depth: a text that slips through meets a query process without network, with little memory, and a deadline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slm_graph.engine.tokens import Token, first_word, position_of, resolve_escapes, tokens
from slm_graph.errors import QueryError, QueryRefused, QueryTooLarge, Text
from slm_graph.settings import QueryLimits
from slm_graph.store.dataset_clauses import DatasetClause, after_prologue, dataset_clauses
from slm_graph.store.face import Form

_FORMS: tuple[Form, ...] = ("select", "ask", "construct", "describe")
_UPDATE = re.compile(
    r"(?:INSERT|DELETE)(?:DATA|WHERE)?|LOAD(?:SILENT)?|(?:CLEAR|DROP)(?:SILENT)?(?:GRAPH|DEFAULT|NAMED|ALL)?"
    r"|CREATE(?:SILENT)?(?:GRAPH)?|(?:ADD|MOVE|COPY)(?:SILENT)?(?:GRAPH|(?:DEFAULT)?(?:TO(?:GRAPH|DEFAULT)?)?)|WITH"
)
"""The first word of an update, with those that the engine would read although no blank is before them."""
_OPENING = frozenset("{([")
_CLOSING = frozenset("})]")
_CHAINING_SIGNS = frozenset(
    ["+", "-", "*", "/", "|", "^", "!", "||", "&&", "=", "!=", "<", ">", "<=", ">=", "<<", "{"]
)
_CHAINING_WORDS = frozenset(
    ["UNION", "OPTIONAL", "MINUS", "GRAPH", "BIND", "VALUES", "FILTER", "EXISTS", "SELECT", "AS"]
)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the words of a query say of it before it is parsed."""

    form: Form | None
    """None: no query form in the place where one must stand; the parser will say so."""
    prologue: str
    """The text before the form."""
    dataset_clauses: tuple[DatasetClause, ...]
    undeclared: Token | None
    """The first prefixed name whose prefix is not declared."""


def inspect(query: str, limits: QueryLimits) -> Outline:
    """The outline of `query`.

    Raises QueryTooLarge past the limits on size, nesting and operators (counted over the whole text, each kind
    for itself), QueryRefused for an update and for SERVICE, in whatever escapes, with line and column.
    """
    try:
        size = len(query.encode())
    except UnicodeEncodeError as fault:
        raise QueryError(
            Text(
                de="Die Abfrage enthält Zeichen, die es nicht gibt (einzelne Surrogate).",
                en="the query has characters that are none (lone surrogates)",
            )
        ) from fault
    if size > limits.max_query_bytes:
        raise QueryTooLarge(
            Text(
                de=f"Die Abfrage hat {size} Bytes, erlaubt sind {limits.max_query_bytes}.",
                en=f"the query has {size} bytes, {limits.max_query_bytes} are allowed",
            )
        )
    reading = tokens(query)
    _check_size(reading, query, limits)
    first = first_word(reading)
    outline = _outline(query, reading, first)
    _refuse_update(first, query)
    resolved = resolve_escapes(query) if "\\" in query else query
    if resolved != query:
        _refuse_update(first_word(tokens(resolved)), resolved)
    if "SERVICE" in resolved.upper():  # else no reading finds the word
        _refuse_service(reading, query, certain=True)
        _refuse_service(tokens(query, prefer_less_than=True), query, certain=False)
        if resolved != query:
            _refuse_service(tokens(resolved), resolved, certain=False)
            _refuse_service(tokens(resolved, prefer_less_than=True), resolved, certain=False)
    return outline


def _check_size(reading: list[Token], query: str, limits: QueryLimits) -> None:
    depth = 0
    counts: dict[str, int] = {}
    for kind, text, start in reading:
        hidden = 0
        if kind == "sign":
            if text in _OPENING:
                depth += 1
            elif text in _CLOSING:
                depth -= 1
            if text in _CHAINING_SIGNS:
                counts[text] = counts.get(text, 0) + 1
        elif kind == "word":
            word = text.upper()
            if word in _CHAINING_WORDS:
                counts[word] = counts.get(word, 0) + 1
        elif kind == "iri":
            # A parser that expects an operator reads an IRI as `<` and what follows: its brackets count where they stand.
            hidden = text.count("(")
        if depth + hidden > limits.max_nesting:
            line, column = position_of(query, start)
            raise QueryTooLarge(
                Text(
                    de=f"Mehr als {limits.max_nesting} Klammern ineinander (Zeile {line}, Spalte {column}).",
                    en=f"more than {limits.max_nesting} nested brackets (line {line}, column {column})",
                ),
                line=line,
                column=column,
            )
    for operator, count in counts.items():
        if count > limits.max_operators:
            raise QueryTooLarge(
                Text(
                    de=f"„{operator}“ kommt {count}-mal vor, erlaubt ist es {limits.max_operators}-mal.",
                    en=f"“{operator}” occurs {count} times, {limits.max_operators} are allowed",
                ),
                hint=Text(
                    de="Viele Werte gehören in VALUES oder IN.", en="Many values belong in VALUES or IN."
                ),
            )


def _outline(query: str, reading: list[Token], first: Token | None) -> Outline:
    """The outline of a query whose first word after the prologue is `first`."""
    declared: set[str] = set()
    undeclared: Token | None = None
    before = ""
    for token in reading:
        kind, text, _ = token
        if kind == "name":
            prefix = text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared and undeclared is None:
                undeclared = token
        before = text.upper() if kind == "word" else ""
    word = first.text.upper() if first else ""
    begin = after_prologue(reading)
    return Outline(
        form=next((form for form in _FORMS if word.startswith(form.upper())), None),
        prologue=query[: reading[begin].start] if begin < len(reading) else query,
        dataset_clauses=dataset_clauses(reading) if "FROM" in query.upper() else (),
        undeclared=undeclared,
    )


def _refuse_update(word: Token | None, text: str) -> None:
    if word is not None and _UPDATE.fullmatch(word.text.upper()):
        line, column = position_of(text, word.start)
        raise QueryRefused(
            Text(
                de=f"Änderungen nimmt dieser Dienst nicht an ({word.text.upper()}).",
                en=f"this service takes no updates ({word.text.upper()})",
            ),
            line=line,
            column=column,
        )


def _may_be_a_name_there(reading: list[Token], index: int) -> bool:
    """True for the name before a brace if it is a graph's, or one to be described."""
    if index == 0:
        return False
    before = reading[index - 1].text.upper()
    is_described = any(token.text.upper() == "DESCRIBE" for token in reading[:index])
    return before in ("GRAPH", "FROM", "NAMED") or (
        is_described and all(token.text != "{" for token in reading[:index])
    )


def _refuse_service(reading: list[Token], text: str, *, certain: bool) -> None:
    """Raises QueryRefused where SERVICE is a keyword; in a doubtful reading only where its target follows."""
    for index, token in enumerate(reading):
        following = reading[index + 1 : index + 3]
        if token.kind == "word":
            word = token.text.upper()
            found = "SERVICE" in word
            if found and not certain:
                target = following[1:] if following and following[0].text.upper() == "SILENT" else following
                found = bool(target) and target[0].kind in ("iri", "variable", "name")
        elif token.kind == "name":
            # `SERVICEx:y {` is SERVICE x:y to a parser that wants no blank between them.
            prefix = token.text.partition(":")[0].upper()
            found = "SERVICE" in prefix and bool(following) and following[0].text == "{"
            found = found and not _may_be_a_name_there(reading, index)
        else:
            continue
        if found:
            line, column = position_of(text, token.start)
            raise QueryRefused(
                Text(
                    de=f"SERVICE ist hier nicht erlaubt (Zeile {line}, Spalte {column}).",
                    en=f"SERVICE is not allowed here (line {line}, column {column})",
                ),
                hint=Text(
                    de="Den anderen Server bitte selbst fragen.", en="Please ask the other server yourself."
                ),
                line=line,
                column=column,
            )
