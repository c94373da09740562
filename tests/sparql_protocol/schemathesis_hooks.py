"""What schemathesis does not know by itself: how a query is sent as the body of a request."""

from __future__ import annotations

import schemathesis

schemathesis.serializer.alias("application/sparql-query", "text/plain")
