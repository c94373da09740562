"""What is said of a request that never reaches the application: problem details (RFC 9457) in the client's language.

Where its header section was not read, nobody knows the language: then both.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from slm_graph import negotiation
from slm_graph.errors import LANGUAGES, Text
from slm_graph.web.limits import Limits
from slm_graph.web.problems import DETAILS, TITLES
from slm_graph.web.responses import NOT_KEPT

_TITLES: dict[int, Text] = TITLES | {
    408: Text(de="Anfrage nicht rechtzeitig angekommen", en="Request timeout"),
    431: Text(de="Kopfzeilen zu groß", en="Request header fields too large"),
    501: Text(de="Nicht unterstützt", en="Not implemented"),
}
_GERMAN = {
    "A header can be read": "Eine Kopfzeile lässt sich in zwei Weisen lesen.",
    "The request target is not a URI": "Das Ziel der Anfrage ist keine URI.",
    "The request target contains": "Das Ziel der Anfrage enthält Steuerzeichen.",
    "Only HTTP/1.1": "Hier wird nur HTTP/1.1 und HTTP/1.0 gesprochen.",
    "Exactly one Host": "Es braucht genau eine Kopfzeile Host.",
    "HTTP/1.0 has no": "HTTP/1.0 hat kein Transfer-Encoding.",
    "Transfer-Encoding and": "Transfer-Encoding und Content-Length schließen sich aus.",
    "Content-Length is invalid": "Content-Length ist keine Länge.",
    "Bad URI": "Das Ziel der Anfrage ist keine URI.",
    "Malformed HTTP method": "Das ist keine Methode von HTTP.",
    "Malformed header": "Eine Kopfzeile ist keine.",
    "Invalid header": "Eine Kopfzeile ist keine.",
    "Bare CR or LF": "Eine Zeile endet nicht mit CR und LF.",
    "Start line is invalid": "Die erste Zeile ist keine von HTTP.",
    "The request did not arrive": "Die Anfrage kam nicht rechtzeitig ganz an.",
}
"""How an English reason begins (ours, and those of the server's library): the German one."""
_OF_OURS = Text(de="Ein Fehler auf unserer Seite.", en="A fault on our side.")


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer: its content and its headers."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


def refused(status: int, reason: str, headers: Mapping[str, str], limits: Limits) -> Refused:
    """The refusal with `status`; `reason` in English, `headers` as far as they were read (`ACCEPT_LANGUAGE`)."""
    accepted = headers.get("ACCEPT_LANGUAGE")
    languages = LANGUAGES if accepted is None else (negotiation.negotiate_language(accepted),)
    title = _TITLES.get(status) or _TITLES[500 if status >= 500 else 400]
    detail = _detail(status, reason, limits)
    request_id = secrets.token_hex(8)
    said = {
        "type": "about:blank",
        "title": " / ".join(title.in_language(language) for language in languages),
        "status": status,
        "detail": " / ".join(detail.in_language(language) for language in languages),
        "instance": f"urn:request:{request_id}",
    }
    return Refused(
        json.dumps(said, ensure_ascii=False).encode(),
        (
            ("Content-Type", "application/problem+json"),
            ("Content-Language", ", ".join(languages)),
            ("Cache-Control", NOT_KEPT),
            ("Vary", "Accept-Language"),
            ("X-Request-Id", request_id),
        ),
    )


def _detail(status: int, reason: str, limits: Limits) -> Text:
    if status == 413:
        return Text(
            de=f"Der Inhalt einer Anfrage hat hier höchstens {limits.body_bytes} Bytes.",
            en=f"A request body has at most {limits.body_bytes} bytes here.",
        )
    if status == 431:
        return Text(
            de=f"Erste Zeile und Kopfzeilen haben hier zusammen höchstens {limits.header_bytes} Bytes.",
            en=f"Request line and headers have at most {limits.header_bytes} bytes together here.",
        )
    if status == 500:
        return _OF_OURS
    german = next((text for begin, text in _GERMAN.items() if reason.startswith(begin)), None)
    return Text(de=german or DETAILS[400].de, en=reason)
