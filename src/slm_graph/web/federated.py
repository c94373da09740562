"""What a request is told of the calls that its SERVICE clauses made: counters, the log, headers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from slm_graph.store.service_calls import ServiceCall
from slm_graph.web.counters import SERVICE_CALLS, Counters
from slm_graph.web.observing import SERVICES
from slm_graph.web.responses import NOT_KEPT

SILENCED = "X-Silenced-Services"
"""Names the endpoints that failed where the query said SILENT: its answer lacks what they know."""

MAX_LOGGED_LENGTH = 256
"""Of an endpoint's IRI in the log: four of them stay below what a pipe takes in one piece (4096)."""


def noted(counters: Counters) -> Callable[[ServiceCall], None]:
    """Takes each call of this request down."""
    calls: list[ServiceCall] = request.environ.setdefault(_CALLS, [])
    logged: list[dict[str, object]] = request.environ.setdefault(SERVICES, [])

    def note(call: ServiceCall) -> None:
        counters.count(SERVICE_CALLS, call.outcome)
        calls.append(call)
        logged.append(
            {
                "endpoint": call.endpoint[:MAX_LOGGED_LENGTH],
                "outcome": call.outcome,
                "seconds": round(call.seconds, 6),
                "rows": call.rows,
            }
            | ({"silenced": True} if call.is_silenced else {})
        )

    return note


def with_calls(response: Response) -> Response:
    """The response; where others were asked, never kept, and with the name of each that failed silently."""
    calls: list[ServiceCall] | None = request.environ.get(_CALLS)
    if calls is not None:
        response.headers["Cache-Control"] = NOT_KEPT
        silenced = [f'<{call.endpoint}>; outcome="{call.outcome}"' for call in calls if call.is_silenced]
        if silenced:
            response.headers[SILENCED] = ", ".join(silenced)
    return response


_CALLS = "slm_graph.service_calls"
