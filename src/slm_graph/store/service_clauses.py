"""The SERVICE clauses of a query, found in its tokens (SPARQL 1.1 Federated Query, 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from slm_graph.engine.tokens import Token, closing, edited, position_of, resolve_escapes, tokens
from slm_graph.errors import QueryError, QueryRefused, QueryTooLarge, Text
from slm_graph.store import refusals
from slm_graph.store.graph_names import may_be_less_than

_KEYWORDS = ("SERVICE", "SILENT")


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """`SERVICE [SILENT] target { … }`; places count characters of the query from 0."""

    start: int
    target: Token
    """An IRI or a prefixed name."""
    is_silent: bool
    pattern: int
    """Where its opening brace stands."""
    end: int
    """Behind its closing brace."""


def names_service(query: str) -> bool:
    """Whether SERVICE stands in the query as a word of its own: not in a string, a name, an IRI or a comment.

    >>> names_service("ASK { SERVICE <http://a/> {} }"), names_service("ASK { ?service ?p 'SERVICE' } # service")
    (True, False)
    """
    return "service" in query.lower() and any(_is_service(token) for token in tokens(query))


def service_clauses(query: str, *, max_clauses: int) -> list[ServiceClause]:
    """The clauses, in order. Raises QueryError with line and column for one that is not whole or whose place can be
    read in two ways, QueryRefused for a variable as target and for SERVICE in SERVICE, QueryTooLarge for too many."""
    reading = _certain(query)
    found = [index for index, token in enumerate(reading) if _is_service(token)]
    if len(found) > max_clauses:
        line, column = position_of(query, reading[found[max_clauses]].start)
        raise QueryTooLarge(
            Text(
                de=f"SERVICE kommt {len(found)}-mal vor, erlaubt ist es {max_clauses}-mal.",
                en=f"SERVICE occurs {len(found)} times, {max_clauses} are allowed",
            ),
            line=line,
            column=column,
        )
    clauses = [_clause(query, reading, index) for index in found]
    for before, clause in pairwise(clauses):
        if clause.start < before.end:
            line, column = position_of(query, clause.start)
            raise QueryRefused(
                Text(
                    de=f"SERVICE innerhalb von SERVICE ist nicht erlaubt (Zeile {line}, Spalte {column}).",
                    en=f"SERVICE within SERVICE is not allowed (line {line}, column {column})",
                ),
                hint=Text(
                    de="Die Klauseln nebeneinander schreiben.", en="Write the clauses beside each other."
                ),
                line=line,
                column=column,
            )
    _check_blank_nodes(query, reading, clauses)
    return clauses


def without_services(query: str, clauses: Sequence[ServiceClause]) -> str:
    """The query with GRAPH for each SERVICE, which may stand in the same places (SPARQL 1.1, rule 56): for a parser that
    must not see SERVICE. Every line and column stays."""
    edits: list[tuple[int, int, str]] = []
    for clause in clauses:
        silent = query[clause.start + len("SERVICE") : clause.target.start]
        blank = "".join(sign if sign in "\r\n" else " " for sign in silent)
        edits.append((clause.start, clause.target.start, "GRAPH".ljust(len("SERVICE")) + blank))
    return edited(query, edits)


def with_graphs(query: str) -> str:
    """`without_services` for whoever only wants to read the query; raises what `service_clauses` does.

    >>> with_graphs("ASK { SERVICE SILENT <http://a/> { ?s ?p ?o } }")
    'ASK { GRAPH          <http://a/> { ?s ?p ?o } }'
    """
    if not names_service(query):
        return query
    return without_services(query, service_clauses(query, max_clauses=len(query)))


def with_groups(query: str, clauses: Sequence[ServiceClause], groups: Sequence[str]) -> str:
    """The query with a group in the place of each clause."""
    return edited(
        query,
        [(clause.start, clause.end, group) for clause, group in zip(clauses, groups, strict=True)],
    )


def _is_service(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() == "SERVICE"


def _certain(query: str) -> list[Token]:
    """The tokens of the query. Raises QueryError where a parser may see others."""
    reading = list(tokens(query))
    enclosing: list[int] = []
    for index, token in enumerate(reading):
        if token.kind == "sign" and token.text in ("{", "("):
            enclosing.append(index)
        elif token.kind == "sign" and token.text in ("}", ")") and enclosing:
            enclosing.pop()
        upper = token.text.upper() if token.kind == "word" else ""
        if (
            token.text == "\\"
            or any(word in upper and word != upper for word in _KEYWORDS)
            or may_be_less_than(reading, index, enclosing)
        ):
            raise refusals.unclear(query, token, is_beside_service=True)
    resolved = resolve_escapes(query)
    if resolved != query and [_outlined(token) for token in tokens(resolved)] != [
        _outlined(token) for token in reading
    ]:
        first = next(token for token in reading if _is_service(token))
        raise refusals.unclear(query, first, is_beside_service=True)
    return reading


def _outlined(token: Token) -> str:
    """What must not change where escapes are resolved first: words, signs, and that there is one token."""
    return token.text if token.kind in ("word", "sign") else token.kind


def _clause(query: str, reading: Sequence[Token], index: int) -> ServiceClause:
    following = [*reading[index + 1 : index + 4], *[Token("other", "", len(query))] * 3]
    is_silent = following[0].kind == "word" and following[0].text.upper() == "SILENT"
    target, brace = following[1:3] if is_silent else following[:2]
    line, column = position_of(query, reading[index].start)
    if target.kind == "variable":
        raise QueryRefused(
            Text(
                de=f"SERVICE {target.text} ist nicht erlaubt (Zeile {line}, Spalte {column}): "
                "welcher Endpunkt gefragt wird, muss in der Abfrage stehen.",
                en=f"SERVICE {target.text} is not allowed (line {line}, column {column}): "
                "the query has to say which endpoint is asked",
            ),
            hint=Text(de="Den Endpunkt als IRI nennen.", en="Name the endpoint by its IRI."),
            line=line,
            column=column,
        )
    opening = index + (3 if is_silent else 2)
    last = closing(reading, opening) if brace.text == "{" and brace.kind == "sign" else None
    if target.kind not in ("iri", "name") or last is None:
        raise QueryError(
            Text(
                de=f"SERVICE steht hier nicht vollständig (Zeile {line}, Spalte {column}).",
                en=f"SERVICE is not whole here (line {line}, column {column})",
            ),
            hint=Text(de="SERVICE <IRI> { Muster }", en="SERVICE <IRI> { pattern }"),
            line=line,
            column=column,
        )
    return ServiceClause(reading[index].start, target, is_silent, brace.start, reading[last].end)


def _check_blank_nodes(query: str, reading: Sequence[Token], clauses: Sequence[ServiceClause]) -> None:
    """Raises QueryError for a label that stands in two of the texts that are evaluated apart (SPARQL 1.1, 4.1.4)."""
    places: dict[str, int | None] = {}
    for token in reading:
        if token.kind != "blank":
            continue
        place = next((c.start for c in clauses if c.start <= token.start < c.end), None)
        if places.setdefault(token.text, place) != place:
            line, column = position_of(query, token.start)
            raise QueryError(
                Text(
                    de=f"{token.text} steht innerhalb und außerhalb von SERVICE (Zeile {line}, Spalte {column}).",
                    en=f"{token.text} stands inside and outside of SERVICE (line {line}, column {column})",
                ),
                hint=Text(de="Eine Variable nehmen.", en="Use a variable."),
                line=line,
                column=column,
            )
