"""XML answers that are XML, and lose nothing: the engine writes whatever the terms hold, as it stands."""

from __future__ import annotations

import re
from typing import IO

from slm_graph.errors import NotAcceptable, Text

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""Characters outside of XML 1.0's production 2 (Char), in UTF-8; the engine writes no surrogates."""
_NAMELESS = re.compile(rb"</?oxprefix:[\s/>]|<oxprefix:$")
"""The engine's element for a property whose IRI ends in no name (`http://x/123`); `<` in a text is escaped."""
_RESERVED = re.compile(rb"</?(?:xmlns:|rdf:(?:aboutEach|aboutEachPrefix|bagID)[\s/>])")
"""A prefix that cannot be bound (Namespaces in XML 1.0, 3), and names that RDF/XML keeps to itself (7.2.5); the engine refuses the
other ones."""
_OVERLAP_BYTES = 24
"""Longer than what any pattern finds: what two pieces of an answer share between them is found, too."""


class XmlSink:
    """Passes an XML answer on to `sink`, its carriage returns escaped.

    Raises NotAcceptable before the first piece that no XML parser would read.
    """

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._end = b""

    def write(self, data: bytes) -> int:
        looked_at = self._end + data
        if _NOT_XML.search(looked_at):
            raise _refusal(
                Text(
                    de="Die Antwort enthält Zeichen, die es in XML nicht gibt.",
                    en="the answer has characters that XML lacks",
                )
            )
        if _NAMELESS.search(looked_at) or _RESERVED.search(looked_at):
            raise _refusal(
                Text(
                    de="Die Antwort enthält Eigenschaften, für die XML keinen Namen hat.",
                    en="the answer has properties for which XML has no name",
                )
            )
        self._end = looked_at[-_OVERLAP_BYTES:]
        # A carriage return as it stands is a line feed to every XML parser (XML 1.0, 2.11).
        self._sink.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._sink.flush()


def _refusal(text: Text) -> NotAcceptable:
    hint = Text(de="In JSON oder Turtle ist sie zu haben.", en="It is to be had in JSON or Turtle.")
    return NotAcceptable(text, hint=hint)
