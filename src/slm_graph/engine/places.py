"""Where a query stops being SPARQL: the engine's own place is often many characters beyond.

Its parser reports how far any attempt has looked, and an attempt at a keyword looks as many characters ahead as the
keyword has, wherever it began. But cut off before the fault and followed by blanks, the text takes the parser through
all of them; cut off behind it, never. So the first token behind which it does not get through is the one at fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

from slm_graph.engine.tokens import Token, tokens
from slm_graph.errors import Text

_BLANKS = "\n" + " " * 64
"""Longer than any word the parser knows; the end of the line ends a string that lacks its end."""
_NEVER = "\x01"
"""No SPARQL holds it: what is tried here can never be a query, and is never evaluated."""

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_BASED = "BASE <http://base.example/> "
"""Before a query without a base: then relative IRIs are none of its faults."""
_NOT_IN_IRI = re.compile(r"[\x00-\x20\"{}|^`\\]")
"""SPARQL 1.1, rule 139; the engine reads on up to the next `>`, and then finds fault with the whole."""
_SHOWN = 60
"""Characters of an IRI in a message."""

Reach = Callable[[str], tuple[int, int]]
"""For a text that is no SPARQL: line and column, from 1, that the parser looked at last."""


def token_at_fault(query: str, reach: Reach) -> Token | None:
    """The token that cannot follow what stands before it; None where all are in order and something is still to come.

    Asks `reach` as often as halving the tokens takes.
    """
    found = tokens(query)
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        if _gets_through(query[: found[middle].end], reach):
            low = middle + 1
        else:
            high = middle
    return found[low] if low < len(found) else None


def broken_iri(token: Token, query: str, reach: Reach) -> tuple[Text, Text | None, Token] | None:
    """What is wrong with an IRI that ends in `token`, the one at fault, what to do, and the IRI; None where it is none."""
    if token.kind == "iri" and not _ABSOLUTE.match(token.text):
        at_fault = token_at_fault(_BASED + query, reach)
        if at_fault is not None and at_fault.start == len(_BASED) + token.start:
            return None  # nor could an absolute one stand there
        shown = token.text[:_SHOWN]
        return (
            Text(
                de=f"{shown} ist relativ, und eine BASE fehlt",
                en=f"{shown} is relative, and there is no BASE",
            ),
            Text(
                de="Oben ergänzen: BASE <…>, oder die IRI ganz schreiben.",
                en="Add at the top: BASE <…>, or write the IRI in full.",
            ),
            token,
        )
    if token.text != ">":
        return None
    start = query.rfind("<", 0, token.start)
    spelt = query[start : token.end]
    forbidden = _NOT_IN_IRI.search(spelt, 1)
    if start < 0 or forbidden is None or "\n" in spelt:
        return None
    sign = forbidden[0]
    de, en = ("keine Leerzeichen", "no blanks") if sign.isspace() else (f"kein „{sign}“", f"no “{sign}”")
    whole = Token("iri", spelt, start)
    shown = " ".join(spelt[:_SHOWN].split())
    return Text(de=f"eine IRI hat {de}: {shown}", en=f"an IRI has {en}: {shown}"), None, whole


def _gets_through(text: str, reach: Reach) -> bool:
    tried = text + _BLANKS + _NEVER
    line, column = reach(tried)
    starts = [0, *accumulate(len(one) + 1 for one in tried.split("\n"))]
    return starts[line - 1] + column - 1 >= len(text) + len(_BLANKS)
