"""Where a query stops being SPARQL: the engine's own place is often many characters beyond.

Its parser reports how far any attempt has looked, and an attempt at a keyword looks as many characters ahead as the
keyword has, wherever it began. But cut off before the fault and followed by blanks, the text takes the parser through
all of them; cut off behind it, never. So the first token behind which it does not get through is the one at fault.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from slm_graph.engine.tokens import Token, tokens

_BLANKS = "\n" + " " * 64
"""Longer than any word the parser knows; the end of the line ends a string that lacks its end."""
_NEVER = "\x01"
"""No SPARQL holds it: what is tried here can never be a query, and is never evaluated."""

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


def _gets_through(text: str, reach: Reach) -> bool:
    tried = text + _BLANKS + _NEVER
    line, column = reach(tried)
    starts = [0, *accumulate(len(one) + 1 for one in tried.split("\n"))]
    return starts[line - 1] + column - 1 >= len(text) + len(_BLANKS)
