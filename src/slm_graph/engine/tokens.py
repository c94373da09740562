"""The tokens of a SPARQL text: enough of the grammar to know words from strings, IRIs and comments.

A reading, not a parse: whoever asks still leaves the verdict to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, cast

from rdflib import BNode
from rdflib.term import Node

from slm_graph.engine.terms import from_rdflib

Kind = Literal["iri", "string", "variable", "name", "word", "number", "language", "blank", "sign", "other"]

PROLOGUE = ("PREFIX", "BASE", "VERSION")
"""The words that begin a declaration, before the query proper."""


class Token(NamedTuple):
    """One token; `start` counts characters from 0. A `name` is a prefixed name, a `word` a keyword or function."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# Terminals of SPARQL 1.1, section 19.8. Possessive quantifiers, a longest prefix (256), strings that may lack their
# end: hostile text must not make the reading slow.
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
# Rules 164 to 167 as classes of characters; Python's \w has others, and lacks those that combine.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_JOINING = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_VARIABLE = f"[{_BASE}_0-9][{_BASE}_{_JOINING}]*+"
_NAME_PART = rf"(?:[{_BASE}_{_JOINING}:.\-]++|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_SPACE = r"(?:\s++|\#[^\r\n]*+)"
_KINDS = rf"""(?P<iri>{_IRI})
    |(?P<string>"(?:[^"\\\r\n]|\\.)*+"?|'(?:[^'\\\r\n]|\\.)*+'?)
    |(?P<variable>[?$]{_VARIABLE})
    |(?P<blank>_:[{_BASE}_0-9][{_BASE}_{_JOINING}.\-]*+)
    |(?P<name>(?:[{_BASE}][{_BASE}_{_JOINING}.\-]{{0,255}}+)?:(?:(?=[{_BASE}_:0-9%\\]){_NAME_PART}++)?+)
    |(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    |(?P<word>[{_BASE}_][{_BASE}_{_JOINING}]*+)
    |(?P<sign>\^\^|\|\||&&|!=|<=|>=|<<|>>|[{{}}()\[\].,;=<>!*/|^+?\-])
    |(?P<other>.)"""
_TOKEN = re.compile(rf"(?P<blank_space>{_SPACE})|{_KINDS}", re.VERBOSE | re.DOTALL)
_SPACED_TOKEN = re.compile(rf"{_SPACE}*+(?:{_KINDS}|\Z)", re.VERBOSE | re.DOTALL)
"""A token with the white space and the comments before it."""
_LONG_STRINGS = {
    '"""': re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*+"""', re.DOTALL),
    "'''": re.compile(r"'''(?:[^'\\]|\\.|'(?!''))*+'''", re.DOTALL),
}
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ESCAPED = re.compile(r"\\(?:\\([uU])|.)", re.DOTALL)
"""An escape of a string; with its group, an escaped backslash and the letter after it."""
_HIDING = re.compile(r"['#]")
"""Inside an IRI these two are plain; read as `<` and what follows, they open a string or a comment."""


def tokens(text: str, *, prefer_less_than: bool = False) -> list[Token]:
    """The tokens of `text`, without white space and comments.

    `?a<b'c>…` is an IRI by the longest match, and `<` to a parser that expects an operator there.
    `prefer_less_than` gives that second reading of such places, for those who must not be misled.

    >>> [(token.kind, token.text) for token in tokens("ASK { ?s ex:p 'SERVICE' } # LOAD")]
    [('word', 'ASK'), ('sign', '{'), ('variable', '?s'), ('name', 'ex:p'), ('string', "'SERVICE'"), ('sign', '}')]
    """
    if not prefer_less_than and '"""' not in text and "'''" not in text:
        # Nothing depends on what came before: one pattern reads it all.
        return [
            Token(kind, match[kind], match.start(kind))  # type: ignore[arg-type]  # the groups are the kinds
            for match in _SPACED_TOKEN.finditer(text)
            if (kind := match.lastgroup) is not None
        ]
    return list(_one_by_one(text, prefer_less_than=prefer_less_than))


def _one_by_one(text: str, *, prefer_less_than: bool) -> Iterator[Token]:
    position = 0
    after_operand = False
    long_strings = dict(_LONG_STRINGS)
    while position < len(text):
        match = None
        kind: str | None = "string"
        opening = text[position : position + 3]
        if opening in long_strings:
            match = long_strings[opening].match(text, position)
            if match is None:  # nothing closes it: nor any that opens later, and the search is not made again
                del long_strings[opening]
        if match is None:
            match = cast("re.Match[str]", _TOKEN.match(text, position))  # `other` takes any character
            kind = match.lastgroup
        found = match.group()
        position = match.end()
        if kind == "blank_space":
            continue
        if kind == "iri" and prefer_less_than and after_operand and _HIDING.search(found):
            position = match.start() + 1
            found, kind = "<", "sign"
        yield Token(cast("Kind", kind), found, match.start())
        after_operand = (
            kind in ("variable", "iri", "name", "string", "number", "language", "word") or found == ")"
        )


def first_word(reading: Iterable[Token]) -> Token | None:
    """The first word after the prologue: the query's form, or an update's."""
    return next(
        (token for token in reading if token.kind == "word" and token.text.upper() not in PROLOGUE),
        None,
    )


def closing(reading: Sequence[Token], index: int) -> int | None:
    """The index of the brace that closes the one at `index`, else the group around it; None where nothing does."""
    depth = 0 if reading[index].text == "{" else 1
    for i in range(index, len(reading)):
        if reading[i].kind == "sign":
            depth += {"{": 1, "}": -1}.get(reading[i].text, 0)
            if depth == 0:
                return i
    return None


def resolve_escapes(text: str) -> str:
    r"""`text` with its code point escapes resolved (SPARQL 1.1, 19.2); those that name no character stay.

    >>> resolve_escapes(r"\u0053ERVICE")
    'SERVICE'
    """

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else match[0]

    return _ESCAPE.sub(character, text)


def position_of(text: str, start: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `start`."""
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """`text` with a text of its own from each start up to each end, in places that do not overlap.

    >>> edited("ASK { ?s ?p ?o }", [(9, 11, "a"), (6, 8, "?x")])
    'ASK { ?x a ?o }'
    """
    pieces: list[str] = []
    written = 0
    for start, end, put in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[written:start], put]
        written = end
    return "".join([*pieces, text[written:]])


def constant(term: Node) -> str:
    """An IRI or a literal as SPARQL spells it. Raises ValueError for an IRI that is none, and for a blank node.

    >>> from rdflib import Literal
    >>> print(constant(Literal('a "b"', lang="de")))
    "a \\"b\\""@de
    """
    if isinstance(term, BNode):
        raise ValueError(f"a blank node is a variable to SPARQL: {term!r}")  # noqa: TRY004  # of the value, not its type
    return for_every_parser(str(from_rdflib(term)))


def for_every_parser(spelling: str) -> str:
    r"""A constant spelt so that a parser which resolves code point escapes before it reads strings (SPARQL 1.1, 19.2)
    finds the same value as one that resolves them inside: no escaped backslash stands before a u.

    >>> print(for_every_parser(r'"\\u0022"'))
    "\\\u00750022"
    """
    return _ESCAPED.sub(lambda found: rf"\\\u{ord(found[1]):04X}" if found[1] else found[0], spelling)
