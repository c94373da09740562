"""How the calls of SERVICE clauses end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CallOutcome = Literal["answered", "timeout", "too large", "failed", "abandoned"]
CALL_OUTCOMES: tuple[CallOutcome, ...] = ("answered", "timeout", "too large", "failed", "abandoned")
"""`abandoned`: another call of the query failed, or its reader has left."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """How one SERVICE clause went."""

    endpoint: str
    outcome: CallOutcome
    seconds: float
    rows: int = 0
    is_silenced: bool = False
    """It failed, and SILENT has it count as one solution without bindings (2.3)."""
