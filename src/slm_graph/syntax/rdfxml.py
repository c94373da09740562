"""RDF/XML for tools that read nothing else: typed node elements, prefixes, nested descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from slm_graph.engine.canonical import iri_text, printable, term_text
from slm_graph.errors import DataRefused, Text
from slm_graph.model import Quad
from slm_graph.namespaces import prefixes
from slm_graph.syntax.outline import GraphOutline, Properties, outline

_RDF = str(RDF)
_LETTER = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
"""NameStartChar of XML 1.0 (fifth edition), 2.3, of the basic plane and without the colon."""
_LOCAL = re.compile(f"[{_LETTER}][{_LETTER}0-9.\\-\u00b7\u0300-\u036f\u203f-\u2040]*\\Z")
_NAME_CHARACTER = re.compile(f"[{_LETTER}0-9.\\-\u00b7\u0300-\u036f\u203f-\u2040]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML 1.0 document can hold, not even escaped (2.2, Char)."""
_SYNTAX_NAMES = frozenset(
    _RDF + name
    for name in (
        "RDF", "ID", "about", "bagID", "parseType", "resource", "nodeID", "datatype", "aboutEach",
        "aboutEachPrefix", "li", "Description",
    )
)  # fmt: skip
"""Names that mean something else as elements (RDF/XML Syntax, 7.2.2 to 7.2.5)."""
_CLASSES_OF_RDF = (RDF.Property, RDF.Statement, RDF.List, RDF.Seq, RDF.Bag, RDF.Alt)
"""Of RDF's own names those that are classes; the rest stays out of node elements."""
_RESERVED = "http://www.w3.org/2000/xmlns/"
"""The namespace no prefix may be bound to (Namespaces in XML, 3)."""
_INDENT = "  "


def write_rdf_xml(
    quads: Iterable[Quad], *, base: str, subject: URIRef | None = None, relabels: bool = True
) -> str:
    """The union of the graphs; `subject` first.

    Raises DataRefused for a predicate that is no XML name and for a text that XML cannot hold: leaving the
    statement out in silence would be a loss.
    """
    (graph,) = outline(quads, base=base, subject=subject, relabels=relabels, may_be_list=_is_collection)
    names = _Names(prefixes(base), graph)
    body = [
        _node(subject_, properties, _INDENT, graph, names) for subject_, properties in graph.subjects.items()
    ]
    spaces = "".join(f'\n    xmlns:{prefix}="{_attribute(space)}"' for prefix, space in names.used())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + f"<rdf:RDF{spaces}>\n" + "".join(body) + "</rdf:RDF>\n"
    )


def _is_collection(items: list[Node]) -> bool:
    """Whether `rdf:parseType="Collection"` can say the list: it has no literals (RDF/XML Syntax, 7.2.19)."""
    return not any(type(item) is Literal for item in items)


class _Names:
    """Qualified names, with prefixes made up (`ns1` …) for namespaces that have none."""

    def __init__(self, known: dict[str, str], graph: GraphOutline) -> None:
        self._known = known
        self._by_namespace = {namespace: prefix for prefix, namespace in known.items()}
        self._names: dict[str, str | None] = {}
        self._used = {"rdf"}
        self._made: dict[str, str] = {}
        everything = (*graph.subjects.values(), *graph.nested.values())
        wanted = {str(predicate) for properties in everything for predicate in properties}
        wanted |= {str(RDF.first)}  # of a list in a list
        kinds = (properties[RDF.type][0] for properties in everything if RDF.type in properties)
        wanted |= {str(kind) for kind in kinds if type(kind) is URIRef}
        for iri in sorted(wanted):
            self._names[iri] = self._name(iri)

    def _name(self, iri: str) -> str | None:
        space, local = split(iri)
        if not local or iri in _SYNTAX_NAMES or space == _RESERVED:
            return None
        prefix = self._by_namespace.get(space) or self._made.get(space)
        if prefix is None:
            iri_text(iri)
            prefix = self._made[space] = f"ns{len(self._made) + 1}"
        self._used.add(prefix)
        return f"{prefix}:{local}"

    def element(self, iri: URIRef) -> str | None:
        """The element of that name, or None where XML has none for it."""
        return self._names[str(iri)]

    def used(self) -> list[tuple[str, str]]:
        known = [(prefix, space) for prefix, space in self._known.items() if prefix in self._used]
        return known + [(prefix, space) for space, prefix in self._made.items()]


def split(iri: str) -> tuple[str, str]:
    """Namespace and the longest local name at the IRI's end; the latter is '' where there is none.

    >>> split("http://www.w3.org/2004/02/skos/core#prefLabel")
    ('http://www.w3.org/2004/02/skos/core#', 'prefLabel')
    >>> split("https://example.org/id/5")
    ('https://example.org/id/5', '')
    """
    cut = len(iri)
    for start in range(len(iri) - 1, -1, -1):
        if _LOCAL.match(iri, start):
            cut = start
        elif not _NAME_CHARACTER.match(iri, start):
            break
    return iri[:cut], iri[cut:]


def _node(
    node: Node,
    properties: Properties,
    indent: str,
    graph: GraphOutline,
    names: _Names,
    *,
    nested: bool = False,
) -> str:
    kind = properties.get(RDF.type, [None])[0]
    element = names.element(kind) if type(kind) is URIRef else None
    if element is not None and str(kind).startswith(_RDF) and kind not in _CLASSES_OF_RDF:
        element = None
    left_out = kind if element is not None else None
    start = f"{indent}<{element or 'rdf:Description'}"
    if type(node) is URIRef:
        start += f' rdf:about="{_attribute(iri_text(node)[1:-1])}"'
    elif not nested and node not in graph.anonymous:
        start += f' rdf:nodeID="{node}"'
    deeper = indent + _INDENT
    inside = "".join(
        _property(node, predicate, value, deeper, graph, names)
        for predicate, values in properties.items()
        for value in values
        if not (predicate == RDF.type and value == left_out)
    )
    if not inside:
        return f"{start}/>\n"
    return f"{start}>\n{inside}{indent}</{element or 'rdf:Description'}>\n"


def _property(
    subject: Node, predicate: URIRef, value: Node, indent: str, graph: GraphOutline, names: _Names
) -> str:
    name = names.element(predicate)
    if name is None:
        raise DataRefused(
            Text(
                de=f"RDF/XML kann das Prädikat {iri_text(predicate)} nicht ausdrücken: es endet nicht auf einen XML-Namen.",
                en=f"RDF/XML cannot express the predicate {iri_text(predicate)}: it does not end in an XML name.",
            ),
            hint=Text(
                de="Ein anderes Format wählen, etwa Turtle oder JSON-LD.",
                en="Choose another format, such as Turtle or JSON-LD.",
            ),
        )
    if type(value) is URIRef:
        return f'{indent}<{name} rdf:resource="{_attribute(iri_text(value)[1:-1])}"/>\n'
    if type(value) is Literal:
        return f"{indent}<{name}{_kind_of(value)}>{_content(subject, predicate, value)}</{name}>\n"
    if type(value) is not BNode:
        raise TypeError(f"not a term of RDF 1.1: {value!r}")
    deeper = indent + _INDENT
    if (items := graph.lists.get(value)) is not None:
        inside = "".join(_item(item, deeper, graph, names) for item in items)
        return f'{indent}<{name} rdf:parseType="Collection">\n{inside}{indent}</{name}>\n'
    if (properties := graph.nested.get(value)) is not None:
        return f"{indent}<{name}>\n{_node(value, properties, deeper, graph, names, nested=True)}{indent}</{name}>\n"
    return f'{indent}<{name} rdf:nodeID="{value}"/>\n'


def _item(item: Node, indent: str, graph: GraphOutline, names: _Names) -> str:
    if type(item) is URIRef:
        return f'{indent}<rdf:Description rdf:about="{_attribute(iri_text(item)[1:-1])}"/>\n'
    if type(item) is BNode and (properties := graph.nested.get(item)) is not None:
        return _node(item, properties, indent, graph, names, nested=True)
    if type(item) is BNode and (inner := graph.lists.get(item)) is not None:
        deeper = indent + _INDENT
        first = _property(item, RDF.first, inner[0], deeper, graph, names)
        rest = "".join(_item(part, deeper + _INDENT, graph, names) for part in inner[1:])
        return (
            f"{indent}<rdf:Description>\n{first}"
            f'{deeper}<rdf:rest rdf:parseType="Collection">\n{rest}{deeper}</rdf:rest>\n'
            f"{indent}</rdf:Description>\n"
        )
    return f'{indent}<rdf:Description rdf:nodeID="{item}"/>\n'


def _kind_of(literal: Literal) -> str:
    if literal.language:
        return f' xml:lang="{literal.language.lower()}"'
    datatype = literal.datatype
    if datatype is None or datatype == XSD.string:
        return ""
    return f' rdf:datatype="{_attribute(iri_text(datatype)[1:-1])}"'


def _content(subject: Node, predicate: URIRef, literal: Literal) -> str:
    value = str(literal)
    if found := _FORBIDDEN.search(value):
        raise DataRefused(
            Text(
                de=f"XML kann das Zeichen U+{ord(found[0]):04X} nicht enthalten: {iri_text(predicate)} von {_shown(subject)}.",
                en=f"XML cannot hold the character U+{ord(found[0]):04X}: {iri_text(predicate)} of {_shown(subject)}.",
            ),
            hint=Text(
                de="Das Steuerzeichen in der Quelle entfernen oder ein anderes Format wählen.",
                en="Remove the control character from the source, or choose another format.",
            ),
        )
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")  # a reader would make a line feed of it (XML 1.0, 2.11)


def _shown(subject: Node) -> str:
    return printable(term_text(subject))


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
