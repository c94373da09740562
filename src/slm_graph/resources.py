"""The files shipped with the package: vocabulary and content, shapes, queries, the JSON-LD context."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources as package_files
from typing import Any
from typing import Literal as Choice

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from slm_graph.errors import EnvironmentFault, Text, UsageError, quotation
from slm_graph.namespaces import DEFAULT_BASE, prefixes

ParameterType = Choice["iri", "code", "string", "language", "integer", "decimal"]


def ontology_file(name: str) -> bytes:
    """The bytes of `ontology/NAME`."""
    return (package_files.files("slm_graph.ontology") / name).read_bytes()


def ontology_files(suffix: str = ".ttl") -> tuple[str, ...]:
    """Names of the shipped vocabulary and content files ending in `suffix`, sorted."""
    return _names("slm_graph.ontology", suffix)


def mapping_files() -> tuple[str, ...]:
    """Names of the shipped mapping sets (below `mappings/`), sorted."""
    folder = package_files.files("slm_graph.ontology") / "mappings"
    return tuple(
        sorted(f"mappings/{item.name}" for item in folder.iterdir() if item.name.endswith(".sssom.tsv"))
    )


def context() -> dict[str, Any]:
    """The JSON-LD context document, `{"@context": {…}}`, written for the default base."""
    document: dict[str, Any] = json.loads(ontology_file("context.jsonld"))
    return document


def shape_files() -> dict[str, bytes]:
    """Shape set name (file name without `.ttl`) → its Turtle, in alphabetical order."""
    folder = package_files.files("slm_graph.shapes")
    return {
        name.removesuffix(".ttl"): (folder / name).read_bytes() for name in _names("slm_graph.shapes", ".ttl")
    }


def _names(package: str, suffix: str) -> tuple[str, ...]:
    return tuple(
        sorted(item.name for item in package_files.files(package).iterdir() if item.name.endswith(suffix))
    )


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query; bound to the variable of the same name, never pasted into the text."""

    name: str
    type: ParameterType
    required: bool
    default: str | None
    text: Text
    example: str | None = None
    """A value that finds something in the shipped content; every parameter without a default has one."""


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query people ask, with the header that explains it."""

    name: str
    title: Text
    description: Text
    parameters: tuple[Parameter, ...]
    text: str
    """SPARQL 1.1, header comments included; own IRIs are relative to its BASE, which is the default one."""

    def sparql(self, *, base: str) -> str:
        """The query for a deployment's base: its one BASE declaration names it, the rest is untouched."""
        return _BASE_LINE.sub(lambda _: f"BASE <{base}>", self.text, count=1)


_BASE_LINE = re.compile(rf"^BASE <{re.escape(DEFAULT_BASE)}>$", re.MULTILINE)

_TITLE = re.compile(r"#\s*(title|description)@(de|en):\s*(\S.*)$")
_PARAM = re.compile(
    r"#\s*param\s+(?P<name>[a-z][a-z0-9_]*):\s*(?P<type>iri|code|string|language|integer|decimal)"
    r"(?:\s*=\s*(?P<default>\S+))?(?:\s+e\.g\.\s+(?P<example>\S+))?\s*\|\s*(?P<de>[^|]+?)\s*\|\s*(?P<en>[^|]+?)\s*$"
)


def named_query(name: str, text: str) -> NamedQuery:
    """The named query in a `.rq` file's text.

    The header is the run of comment lines at the start: `# title@de: …`, `# title@en: …`,
    `# description@de: …`, `# description@en: …`, and one `# param NAME: TYPE [= DEFAULT] [e.g. VALUE] | German | English` line
    for each parameter (required without a default). Raises EnvironmentFault for a header that does not say all four.
    """
    said: dict[str, str] = {}
    parameters: list[Parameter] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if match := _TITLE.match(line):
            said[f"{match[1]}@{match[2]}"] = match[3].strip()
        elif match := _PARAM.match(line):
            parameters.append(
                Parameter(
                    name=match["name"],
                    type=match["type"],  # type: ignore[arg-type]  # the pattern admits only the literal's values
                    required=match["default"] is None,
                    default=match["default"],
                    text=Text(de=match["de"], en=match["en"]),
                    example=match["example"],
                )
            )
        else:
            raise EnvironmentFault(
                Text(
                    de=f"Kopfzeile der Abfrage {name} unverständlich: {line}",
                    en=f"header line of query {name} not understood: {line}",
                )
            )
    if len(_BASE_LINE.findall(text)) != 1:
        raise EnvironmentFault(
            Text(
                de=f"Die Abfrage {name} braucht genau eine Zeile „BASE <{DEFAULT_BASE}>“.",
                en=f"query {name} needs exactly one line `BASE <{DEFAULT_BASE}>`.",
            )
        )
    try:
        title, description = (
            Text(de=said[f"{key}@de"], en=said[f"{key}@en"]) for key in ("title", "description")
        )
    except KeyError as missing:
        raise EnvironmentFault(
            Text(
                de=f"Der Abfrage {name} fehlt im Kopf {missing}",
                en=f"query {name} lacks {missing} in its header",
            )
        ) from missing
    return NamedQuery(name, title, description, tuple(parameters), text)


def named_queries() -> dict[str, NamedQuery]:
    """Name → query, for every shipped `queries/NAME.rq`, in alphabetical order."""
    folder = package_files.files("slm_graph.queries")
    names = _names("slm_graph.queries", ".rq")
    return {
        name.removesuffix(".rq"): named_query(name.removesuffix(".rq"), (folder / name).read_text("utf-8"))
        for name in names
    }


_NUMBER = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")

LONGEST_VALUE = 2000
"""Characters of a parameter: longer than any label or IRI in use."""


def bindings(query: NamedQuery, given: Mapping[str, str], *, base: str) -> dict[str, Node]:
    """Variable → term for each parameter of `query`, defaults filled in.

    An `iri` may be absolute, a prefixed name of `namespaces.prefixes`, or a path below the base. Raises UsageError
    for a parameter that is missing, unknown or not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "-"
            raise UsageError(
                Text(
                    de=f"Die Abfrage {query.name} hat keinen Parameter {quotation(name).de}; sie kennt: {listed}",
                    en=f"query {query.name} has no parameter {quotation(name).en}; it knows: {listed}",
                )
            )
    bound: dict[str, Node] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None or value == "":
            raise UsageError(
                Text(
                    de=f"Der Abfrage {query.name} fehlt der Parameter {parameter.name} ({parameter.text.de}).",
                    en=f"query {query.name} lacks the parameter {parameter.name} ({parameter.text.en}).",
                )
            )
        bound[parameter.name] = _term(parameter, value, base=base)
    return bound


def _term(parameter: Parameter, value: str, *, base: str) -> Node:
    fits = len(value) <= LONGEST_VALUE
    if fits and parameter.type in ("string", "code"):
        return Literal(value)
    if fits and parameter.type == "language" and _LANGUAGE.fullmatch(value):
        return Literal(value.lower())
    if fits and parameter.type == "integer" and _NUMBER.fullmatch(value):
        return Literal(str(int(value)), datatype=XSD.integer)
    if fits and parameter.type == "decimal" and _DECIMAL.fullmatch(value):
        return Literal(value, datatype=XSD.decimal)
    if fits and parameter.type == "iri":
        prefix, colon, local = value.partition(":")
        if colon and prefix in prefixes(base) and not local.startswith("//"):
            value = prefixes(base)[prefix] + local
        elif not colon:
            value = base + value.lstrip("/")
        if _IRI.fullmatch(value):
            return URIRef(value)
    raise UsageError(
        Text(
            de=f"Der Parameter {parameter.name} erwartet den Typ {parameter.type}, bekam aber: {quotation(value[:80]).de}",
            en=f"parameter {parameter.name} takes type {parameter.type}, but was given: {quotation(value[:80]).en}",
        )
    )
