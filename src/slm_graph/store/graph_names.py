"""A release's graphs on a store that holds several releases: their names there, and queries written for them.

A query goes on naming the published graphs. What is rewritten are tokens of the query, never its text, and no answer
needs to be mapped back: a variable after GRAPH is joined with a table (VALUES) of published and stored names, so it
holds the published name wherever the query uses it. See docs/decisions/remote-store.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from rdflib import URIRef

from slm_graph.engine.tokens import Token, closing, constant, edited, first_word, position_of, tokens
from slm_graph.errors import QueryRefused, Text
from slm_graph.store import refusals
from slm_graph.store.face import QueryDataset

_EXTERNAL = "external?graph="
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_KEYWORDS = ("FROM", "GRAPH", "SELECT", "CONSTRUCT", "DESCRIBE")
"""What the rewriting looks for; glued to another word, only the engine's parser could tell them."""


class Reader(Protocol):
    """What only a parser knows of a query."""

    def variables(self, query: str) -> Sequence[str]:
        """What the SELECT `query` projects, in order."""

    def iris(self, prologue: str, spellings: Sequence[str]) -> Sequence[URIRef]:
        """The IRIs that these tokens stand for below `prologue`."""


@dataclass(frozen=True, slots=True)
class ReleaseGraphs:
    """The graphs of one release: `names` as published, `on_store` what the store calls them."""

    base: str
    version: str
    names: tuple[URIRef, ...]

    def on_store(self, name: URIRef) -> URIRef:
        """`<base>graph/x` → `<base>release/VERSION/graph/x`; a name outside the base is escaped whole.

        >>> graphs = ReleaseGraphs("https://data.example/", "2026-1", ())
        >>> str(graphs.on_store(URIRef("https://data.example/graph/sfia")))
        'https://data.example/release/2026-1/graph/sfia'
        >>> str(graphs.on_store(URIRef("urn:x")))
        'https://data.example/release/2026-1/external?graph=urn%3Ax'
        """
        rest = str(name).removeprefix(self.base)
        if name.startswith(self.base) and not rest.startswith("external?"):
            return URIRef(f"{self.release}/{rest}")
        return URIRef(f"{self.release}/{_EXTERNAL}{quote(name, safe='')}")

    @property
    def release(self) -> URIRef:
        """The release, and the graph that lists its graphs: written last, so where it is, all of them are."""
        return URIRef(f"{self.base}release/{self.version}")

    @property
    def nothing(self) -> URIRef:
        """A graph that no store has."""
        return URIRef(f"{self.release}/external?none")


def for_store(query: str, graphs: ReleaseGraphs, *, dataset: QueryDataset, reader: Reader) -> str:
    """`query`, which a parser has accepted, for a store where the release's graphs have their stored names.

    The data set is always written out: that of the protocol, else of the query's FROM clauses, else all graphs of
    the release; where it would have no default or no named graph, with one that no store has. Raises QueryError where the tokens are not certain.
    """
    reading = _certain(query)
    form = first_word(reading)
    assert form is not None  # noqa: S101  # or no parser had accepted the query
    first, prologue = reading.index(form), query[: form.start]
    clauses = [
        (i, 2 if _is(reading, i + 1, "NAMED") else 1)
        for i in range(first, len(reading))
        if _is(reading, i, "FROM")
    ]
    named_tokens = [reading[i + length] for i, length in clauses]
    uses = [reading[i + 1] for i in range(len(reading) - 1) if _is(reading, i, "GRAPH")]
    constants = [*named_tokens, *(token for token in uses if token.kind != "variable")]
    iris = dict(
        zip(
            (token.start for token in constants),
            reader.iris(prologue, [t.text for t in constants]),
            strict=True,
        )
    )

    if dataset:
        default, named = dataset.default_graphs, dataset.named_graphs
    elif clauses:
        default = tuple(iris[reading[i + n].start] for i, n in clauses if n == 1)
        named = tuple(iris[reading[i + n].start] for i, n in clauses if n == 2)
    else:
        default = named = graphs.names
    known = frozenset(graphs.names)
    named = tuple(name for name in dict.fromkeys(named) if name in known)

    edits = [(reading[i].start, reading[i + n].end, "") for i, n in clauses]
    place = reading[clauses[0][0]].start if clauses else _place_of_dataset(reading, first)
    # Where a query names another graph, that is the graph nobody has; counting in a graph that is not in the data set,
    # Virtuoso 7.2.5 counts one.
    stored = [graphs.on_store(name) for name in named]
    if not named or any(token.kind != "variable" and iris[token.start] not in named for token in uses):
        stored.append(graphs.nothing)
    froms = [graphs.on_store(name) for name in dict.fromkeys(default) if name in known] or [graphs.nothing]
    clauses_there = [f"FROM {constant(name)}" for name in froms] + [
        f"FROM NAMED {constant(name)}" for name in stored
    ]
    edits.append((place, place, f" {' '.join(clauses_there)} "))
    edits += _graph_edits(reading, uses, iris, named, graphs)
    edits += _star_edits(query, reading, first, prologue, reader)
    return edited(query, edits)


def _certain(query: str) -> list[Token]:
    """The tokens of a query that can be read in one way only."""
    reading = tokens(query)
    enclosing: list[int] = []
    for index, token in enumerate(reading):
        if token.kind == "sign" and token.text in ("{", "("):
            enclosing.append(index)
        elif token.kind == "sign" and token.text in ("}", ")") and enclosing:
            enclosing.pop()
        if _engine_function(token):
            raise _refused(query, token)
        if (
            token.text == "\\"
            or may_be_less_than(reading, index, enclosing)
            or _is_glued(reading, index, is_outside="{" not in (reading[i].text for i in enclosing))
        ):
            raise refusals.unclear(query, token)
    return reading


def may_be_less_than(reading: list[Token], index: int, enclosing: list[int]) -> bool:
    """True for `<…>` in an expression, after an operand, if it would hide something were it `<` and what follows."""
    token = reading[index]
    if token.kind != "iri" or not enclosing or not ("'" in token.text or "#" in token.text):
        return False
    opening = enclosing[-1]
    is_row = opening > 0 and reading[opening - 1].text in (
        "{",
        ")",
    )  # of VALUES, or a list: no operators there
    before = reading[index - 1]
    return (
        reading[opening].text == "("
        and not is_row
        and (before.kind not in ("sign", "other") or before.text == ")")
    )


def _is_glued(reading: list[Token], index: int, *, is_outside: bool) -> bool:
    """True where a parser that needs no blank between two words might see one of the keywords inside this token."""
    token = reading[index]
    upper = token.text.upper()
    if token.kind == "word":
        return any(word in upper and word != upper for word in _KEYWORDS)
    before = reading[index - 1].text.upper() if index else ""
    if token.kind != "name" or before == "PREFIX":
        return False
    prefix = upper.partition(":")[0]
    if "GRAPH" in prefix:
        return before != "GRAPH" and index + 1 < len(reading) and reading[index + 1].text == "{"
    return ("FROM" in prefix and is_outside) or ("NAMED" in prefix and before == "FROM")


def _engine_function(token: Token) -> bool:
    """True for the names by which Virtuoso's SQL functions are called from SPARQL, files of its server among them."""
    name = token.text.lower()
    return (token.kind == "iri" and name.startswith(("<bif:", "<sql:"))) or (
        token.kind == "name" and name.startswith(("bif:", "sql:"))
    )


def _refused(query: str, token: Token) -> QueryRefused:
    line, column = position_of(query, token.start)
    return QueryRefused(
        Text(
            de=f"Eigene Funktionen der Datenbank sind hier nicht erlaubt: {token.text} (Zeile {line}, Spalte {column}).",
            en=f"functions of the database's own are not allowed here: {token.text} (line {line}, column {column})",
        ),
        line=line,
        column=column,
    )


def _is(reading: Sequence[Token], index: int, word: str) -> bool:
    return index < len(reading) and reading[index].kind == "word" and reading[index].text.upper() == word


def _place_of_dataset(reading: list[Token], first: int) -> int:
    """Where a dataset clause may stand (SPARQL 1.1, rules 7 to 13): before WHERE or its group, or in its place."""
    index = first + 1
    if reading[first].text.upper() == "CONSTRUCT" and index < len(reading) and reading[index].text == "{":
        index = (closing(reading, index) or len(reading) - 1) + 1
    depth = 0
    for token in reading[index:]:
        if token.kind == "sign":
            if depth == 0 and token.text == "{":
                return token.start
            depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(token.text, 0)
        elif depth == 0 and token.kind == "word" and token.text.upper() in ("WHERE", *_MODIFIERS):
            return token.start
    return reading[-1].end


def _graph_edits(
    reading: list[Token],
    uses: list[Token],
    iris: dict[int, URIRef],
    named: tuple[URIRef, ...],
    graphs: ReleaseGraphs,
) -> list[tuple[int, int, str]]:
    edits: list[tuple[int, int, str]] = []
    taken = {token.text[1:] for token in reading if token.kind == "variable"}
    rows = " ".join(f"({constant(name)} {constant(graphs.on_store(name))})" for name in named)
    places = {token.start: index for index, token in enumerate(reading)}
    for token in uses:
        if token.kind == "variable":
            hidden = f"{token.text[1:]}_on_store"
            while hidden in taken:
                hidden += "_"
            word = reading[places[token.start] - 1]
            edits.append((word.start, word.start, f" VALUES (?{token.text[1:]} ?{hidden}) {{ {rows} }} "))
            edits.append((token.start, token.end, f" ?{hidden} "))
        else:
            name = iris[token.start]
            stored = graphs.on_store(name) if name in named else graphs.nothing
            edits.append((token.start, token.end, f" {constant(stored)} "))
            if name not in named:  # an empty pattern would be true of an empty graph
                inside = reading[places[token.start] + 1].end
                edits.append((inside, inside, " FILTER(false) "))
    return edits


def _star_edits(
    query: str, reading: list[Token], first: int, prologue: str, reader: Reader
) -> list[tuple[int, int, str]]:
    """`SELECT *` spelled out where a table adds a variable that nobody asked for."""
    edits: list[tuple[int, int, str]] = []
    for index in range(first, len(reading)):
        if not _is(reading, index, "SELECT"):
            continue
        star = index + 1
        while _is(reading, star, "DISTINCT") or _is(reading, star, "REDUCED"):
            star += 1
        end = len(reading) if index == first else closing(reading, index) or len(reading) - 1
        has_table = any(
            _is(reading, i, "GRAPH") and reading[i + 1].kind == "variable" for i in range(star, end - 1)
        )
        if reading[star].text != "*" or not has_table:
            continue
        text = query if index == first else prologue + query[reading[index].start : reading[end].start]
        if names := reader.variables(text):
            edits.append(
                (reading[star].start, reading[star].end, " " + " ".join(f"?{name}" for name in names) + " ")
            )
    return edits
