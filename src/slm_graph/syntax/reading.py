"""Strict reading: the whole document as quads, or one error that says where, what, and what was expected."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, NoReturn
from xml.parsers import expat

from rdflib import URIRef

from slm_graph import formats
from slm_graph.engine.parsing import ParseError, parse
from slm_graph.errors import SourceError, Text, quotation
from slm_graph.formats import Format
from slm_graph.model import Quad
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.syntax import contexts
from slm_graph.syntax.expectations import expectation, in_german

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_MAX_JSON_NESTING = 200
"""Ten times the depth of any JSON-LD we know; the engine's stack overflows between 1,000 and 20,000."""
_NO_BASE = "https://no-base.invalid/"
"""Stands in for a missing base: JSON-LD drops a statement with a relative IRI where other syntaxes fail."""
_EXCERPT_CHARACTERS = 60
"""Enough to recognise a line by, short enough to leave the message on one or two lines of a terminal."""


def read(
    data: bytes, format: Format, *, name: str, base_iri: str | None = None, base: str = DEFAULT_BASE
) -> list[Quad]:
    """The quads of a document, as its statements come; the graph is None in a format of triples.

    `name` is the file's name for messages, `base_iri` what relative IRIs are resolved against (they are errors
    without it), `base` the deployment whose JSON-LD context may be named besides the default one.
    Blank nodes keep the document's labels. Raises SourceError.
    """
    text = _utf8(data, name=name)
    if not text.strip():
        raise SourceError(
            Text(de="Die Datei ist leer.", en="the file is empty."), name=name, hint=expectation(format)
        )
    if format == formats.RDF_XML:
        _check_xml(text, name=name)
    is_json = format in (formats.JSON_LD, formats.JSON)
    document = _json_ld(text, format, name=name, base=base) if is_json else text.encode()
    try:
        quads = list(parse(document, format, base_iri=base_iri or (_NO_BASE if is_json else None)))
    except ParseError as fault:
        raise _refusal(fault, text, format, name=name) from fault
    if is_json and base_iri is None:
        _check_no_relative(quads, name=name)
    if not quads:
        raise SourceError(
            Text(de="Die Datei enthält keine Aussage.", en="the file holds no statement."),
            name=name,
            hint=expectation(format),
        )
    return quads


def _utf8(data: bytes, *, name: str) -> str:
    """The text without its byte order mark."""
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            _refuse_encoding(encoding, name=name, line=1)
    if b"\0" in data[:4]:
        _refuse_encoding("UTF-16/UTF-32", name=name, line=1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        column = fault.start - data.rfind(b"\n", 0, fault.start)
        raise SourceError(
            Text(
                de=f"Kein gültiges UTF-8: Byte 0x{data[fault.start]:02X}.",
                en=f"not valid UTF-8: byte 0x{data[fault.start]:02X}.",
            ),
            name=name,
            line=line,
            column=column,
            hint=_SAVE_AS_UTF8,
        ) from fault


_SAVE_AS_UTF8 = Text(de="Bitte die Datei als UTF-8 speichern.", en="Save the file as UTF-8.")


def _refuse_encoding(encoding: str, *, name: str, line: int) -> NoReturn:
    raise SourceError(
        Text(de=f"Die Datei ist {encoding}, nicht UTF-8.", en=f"the file is {encoding}, not UTF-8."),
        name=name,
        line=line,
        hint=_SAVE_AS_UTF8,
    )


def _check_xml(text: str, *, name: str) -> None:
    """Refuses a document type declaration before it is read, another encoding, and XML with a fault."""
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "US-ASCII"):
            _refuse_encoding(encoding, name=name, line=parser.CurrentLineNumber)

    def doctype(*_: object) -> None:
        raise SourceError(
            Text(
                de="Eine DOCTYPE-Deklaration wird nicht angenommen: Entitäten können den Speicher sprengen.",
                en="a DOCTYPE declaration is not accepted: entities in it can exhaust the memory.",
            ),
            name=name,
            line=parser.CurrentLineNumber,
            column=parser.CurrentColumnNumber + 1,
            hint=Text(
                de="Die Deklaration entfernen und Entitäten ausschreiben (&xsd; → die volle IRI).",
                en="Remove the declaration and spell its entities out (&xsd; → the full IRI).",
            ),
        )

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as fault:
        reason = expat.ErrorString(fault.code)
        raise _refusal(
            ParseError(fault.lineno, fault.offset + 1, reason), text, formats.RDF_XML, name=name
        ) from fault


def _json_ld(text: str, format: Format, *, name: str, base: str) -> bytes:
    """The document with our context in place of references to it."""
    ours = base + contexts.CONTEXT_FILE
    try:
        document = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_distinct
        )
        _check_nesting(document)
        inlined = contexts.inlined(document, base=base)
    except json.JSONDecodeError as fault:
        raise _refusal(ParseError(fault.lineno, fault.colno, fault.msg), text, format, name=name) from fault
    except RecursionError as fault:
        raise SourceError(
            Text(
                de=f"Das JSON ist tiefer als {_MAX_JSON_NESTING} Ebenen geschachtelt.",
                en=f"the JSON is nested deeper than {_MAX_JSON_NESTING} levels.",
            ),
            name=name,
            hint=Text(
                de="Knoten nebeneinander in @graph aufführen.", en="List the nodes side by side in @graph."
            ),
        ) from fault
    except contexts.RemoteContext as fault:
        raise SourceError(
            Text(
                de=f"Der Kontext {fault.reference} müsste aus dem Netz geholt werden; das geschieht nicht.",
                en=f"the context {fault.reference} would have to be fetched, which is not done.",
            ),
            name=name,
            line=_line_of(fault.reference, text),
            hint=Text(
                de=f"Seinen Inhalt in die Datei übernehmen; ohne Netz bekannt ist nur {ours}.",
                en=f"Put its content into the file; known without the network is only {ours}.",
            ),
        ) from fault
    except ValueError as fault:
        raise _refusal(ParseError(None, None, str(fault)), text, format, name=name) from fault
    return text.encode() if inlined is document else json.dumps(inlined, allow_nan=False).encode()


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {number[:40]} is too large")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a key given twice would mean one thing here and another elsewhere."""
    made = dict(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {json.dumps(twice)} stands twice in one object")
    return made


def _check_nesting(document: Any) -> None:
    """Raises RecursionError for objects and arrays nested too deep; itself it goes level by level."""
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(_MAX_JSON_NESTING + 1):
        inside = [part.values() if isinstance(part, dict) else part for part in level]
        level = [part for parts in inside for part in parts if isinstance(part, dict | list)]
        if not level:
            return
    raise RecursionError


def _check_no_relative(quads: list[Quad], *, name: str) -> None:
    for quad in quads:
        for term in quad:
            if isinstance(term, URIRef) and term.startswith(_NO_BASE):
                shown = term.removeprefix(_NO_BASE)
                raise SourceError(
                    Text(
                        de=f"Die relative IRI „{shown}“ hat keine Basis.",
                        en=f'the relative IRI "{shown}" has no base.',
                    ),
                    name=name,
                    hint=Text(
                        de="Im Kontext @base angeben oder die IRI ausschreiben.",
                        en="Give @base in the context, or spell the IRI out.",
                    ),
                )


def _line_of(value: str, text: str) -> int | None:
    """The first line that has `value` as a JSON string."""
    found = text.find(json.dumps(value, ensure_ascii=False))
    return text.count("\n", 0, found) + 1 if found >= 0 else None


def _refusal(fault: ParseError, text: str, format: Format, *, name: str) -> SourceError:
    """The parser's fault in both languages, with the line it is about."""
    excerpt = _excerpt(text, line=fault.line, column=fault.column)
    return SourceError(
        Text(
            de=f"Kein gültiges {format.label} ({in_german(fault.reason)}){excerpt and f': {quotation(excerpt).de}'}.",
            en=f"not valid {format.label} ({fault.reason}){excerpt and f': {quotation(excerpt).en}'}.",
        ),
        name=name,
        line=fault.line,
        column=fault.column,
        hint=expectation(format),
    )


def _excerpt(text: str, *, line: int | None, column: int | None) -> str:
    """What stands at the fault, control characters made visible; '' where the line is not known or blank."""
    if line is None:
        return ""
    lines = re.split(r"\r\n|\n|\r", text)
    if line > len(lines):
        return ""
    start = max(0, (column or 1) - 1 - _EXCERPT_CHARACTERS // 2)
    whole = lines[line - 1]
    cut = "".join(sign if sign.isprintable() else "·" for sign in whole[start : start + _EXCERPT_CHARACTERS])
    return ("…" if start else "") + cut.strip() + ("…" if len(whole) > start + _EXCERPT_CHARACTERS else "")
