"""Look-ups: the queries that ask what one resource says of itself, read without the engine.

`SELECT ?label { <…> skos:prefLabel ?label FILTER(LANG(?label) = "de") }` joins nothing, so its answer can be taken from
the resource's own statements. What is read here is a part of the grammar of SPARQL 1.1 (section 19.8), spelt the ordinary
way; any other text is no look-up, be it another query or none at all, and whoever asks leaves it to the engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rdflib import RDF

_URI_CHARACTER = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*+(?:[\r\n]|\Z))"
_TOKENS = re.compile(
    rf"""{_SPACE}*+(?:
        <(?P<iri>[A-Za-z][A-Za-z0-9+.-]*+:(?://[A-Za-z0-9._~-]*+(?::[0-9]*+)?(?=[/?\#>])|(?!//))
            {_URI_CHARACTER}*+(?:\#{_URI_CHARACTER}*+)?)>
        |(?P<name>(?:[A-Za-z][A-Za-z0-9_-]*+)?:(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?)
            (?=[\s{{}}();,<\#]|\.(?:[\s}}\#<?$]|\Z))
        |[?$](?P<variable>[A-Za-z_][A-Za-z0-9_]*+)(?=[\s{{}}().;,=\#])
        |(?P<word>[A-Za-z]++)(?=[\s{{}}()?$\#<])
        |(?P<string>"[A-Za-z0-9*-]*+"|'[A-Za-z0-9*-]*+')
        |(?P<sign>[{{}}().;,=])
        |(?P<end>\Z)
        |(?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
"""Tokens in spellings that have one reading: no escapes, nothing beyond ASCII, words apart from one another. Only IRIs that
are ones by RFC 3986: of any other the engine has to say what is wrong with it."""

_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_JOINABLE = ("/", "#")
"""The end of a namespace that any local name makes an IRI."""

MANY_PATTERNS = 16
"""Of one look-up; what has more is written by a machine, and the engine may read it as well."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by its name, without its sign."""

    name: str


@dataclass(frozen=True, slots=True)
class TagFilter:
    """What is asked of the language tag of a variable's value: to be `tag`, or to be within it as a basic range."""

    variable: str
    tag: str
    is_range: bool

    def admits(self, tag: str) -> bool:
        """Whether a literal with this tag passes; in lower case, "" for none (SPARQL 1.1, 17.4.3.8; RFC 4647, 3.3.1)."""
        if not self.is_range:
            return tag == self.tag
        if self.tag == "*":
            return tag != ""
        return tag == self.tag or tag.startswith(self.tag + "-")


@dataclass(frozen=True, slots=True)
class LookUp:
    """A query about one resource: patterns that share their subject, and in which each variable stands once."""

    subject: str
    """The resource's IRI."""
    variables: tuple[str, ...] | None
    """Of SELECT, in their order; None: ASK."""
    is_distinct: bool
    patterns: tuple[tuple[str | Variable, str | Variable], ...]
    """Predicate and object of each: IRIs and variables."""
    filters: tuple[TagFilter, ...]


def read_look_up(query: str) -> LookUp | None:
    """The look-up that `query` is; None: it is none, or none for certain.

    >>> found = read_look_up("PREFIX x: <http://a.example/> SELECT ?o { x:s x:p ?o . FILTER(LANG(?o) = 'de') }")
    >>> found.subject, found.patterns
    ('http://a.example/s', (('http://a.example/p', Variable(name='o')),))
    >>> read_look_up("SELECT ?s { ?s ?p ?o }") is None
    True
    """
    if not query.isascii():
        return None
    try:
        return _Reading(query).query()
    except _OtherText:
        return None


class _OtherText(Exception):  # no error: it goes no further than this module
    """This is no look-up."""


class _Reading:
    """One text, read from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._matches = _TOKENS.finditer(text)
        self._kind, self._text = "", ""
        self._step()
        self._namespaces: dict[str, str] = {}
        self._subject: str | None = None
        self._patterns: list[tuple[str | Variable, str | Variable]] = []
        self._filters: list[TagFilter] = []

    def query(self) -> LookUp:
        """Query: a prologue, SELECT or ASK, and one group (rules 1, 2, 7, 12)."""
        while self._took_word("PREFIX"):
            self._namespace()
        variables: list[str] | None = None
        is_distinct = False
        if self._took_word("SELECT"):
            is_distinct = self._took_word("DISTINCT")
            variables = []
            while (name := self._took("variable")) is not None:
                variables.append(name)
        elif not self._took_word("ASK"):
            raise _OtherText
        self._took_word("WHERE")
        self._group()
        if self._took("end") is None:
            raise _OtherText
        return self._checked(variables, is_distinct=is_distinct)

    def _checked(self, variables: list[str] | None, *, is_distinct: bool) -> LookUp:
        """The look-up, where each variable stands once, and what is selected and filtered stands in a pattern."""
        if self._subject is None or variables == []:
            raise _OtherText
        places = [term.name for pattern in self._patterns for term in pattern if isinstance(term, Variable)]
        objects = {object_.name for _, object_ in self._patterns if isinstance(object_, Variable)}
        names = variables or []
        if (
            len(set(places)) < len(places)
            or len(set(names)) < len(names)
            or not set(names).issubset(places)
            or not objects.issuperset(one.variable for one in self._filters)
        ):
            raise _OtherText
        return LookUp(
            self._subject,
            None if variables is None else tuple(names),
            is_distinct,
            tuple(self._patterns),
            tuple(self._filters),
        )

    def _namespace(self) -> None:
        name, namespace = self._took("name"), self._took("iri")
        if name is None or namespace is None:
            raise _OtherText
        prefix, _, local = name.partition(":")
        if local or prefix in self._namespaces or not namespace.endswith(_JOINABLE):
            raise _OtherText
        self._namespaces[prefix] = namespace

    def _group(self) -> None:
        """Triples and filters in braces (rules 54, 55)."""
        self._need("{")
        while True:
            if self._took_word("FILTER"):
                self._filter()
                self._took_sign(".")
            elif not self._took_sign("}"):
                self._triples()
                if not self._took_sign(".") and not self._is_word("FILTER"):
                    self._need("}")
                    return
            else:
                return

    def _triples(self) -> None:
        """Of one subject (rule 75)."""
        subject = self._iri()
        if subject is None or self._subject not in (None, subject):
            raise _OtherText
        self._subject = subject
        while True:
            predicate = self._term(is_predicate=True)
            self._patterns.append((predicate, self._term()))
            while self._took_sign(","):
                self._patterns.append((predicate, self._term()))
            if len(self._patterns) > MANY_PATTERNS:
                raise _OtherText
            if not self._took_sign(";"):
                return

    def _filter(self) -> None:
        """A condition on a language tag, and nothing besides."""
        brackets = self._took_sign("(")
        if self._took_word("LANGMATCHES"):
            self._need("(")
            variable = self._language()
            self._need(",")
            tag = self._string()
            self._need(")")
            if _RANGE.fullmatch(tag) is None:
                raise _OtherText
            self._filters.append(TagFilter(variable, tag.lower(), True))
        elif brackets:
            variable = self._language()
            self._need("=")
            tag = self._string()
            if tag != tag.lower():  # compared as it is: engines differ in the case they keep tags in
                raise _OtherText
            self._filters.append(TagFilter(variable, tag, False))
        else:
            raise _OtherText
        if brackets:
            self._need(")")

    def _language(self) -> str:
        """The variable in LANG(?variable)."""
        if not self._took_word("LANG"):
            raise _OtherText
        self._need("(")
        variable = self._took("variable")
        self._need(")")
        if variable is None:
            raise _OtherText
        return variable

    def _string(self) -> str:
        text = self._took("string")
        if text is None:
            raise _OtherText
        return text[1:-1]

    def _term(self, *, is_predicate: bool = False) -> str | Variable:
        name = self._took("variable")
        if name is not None:
            return Variable(name)
        if is_predicate and (self._kind, self._text) == ("word", "a"):
            self._step()
            return str(RDF.type)
        iri = self._iri()
        if iri is None:
            raise _OtherText
        return iri

    def _iri(self) -> str | None:
        iri = self._took("iri")
        if iri is not None:
            return iri
        name = self._took("name")
        if name is None:
            return None
        prefix, _, local = name.partition(":")
        namespace = self._namespaces.get(prefix)
        if namespace is None:
            raise _OtherText
        return namespace + local

    def _step(self) -> None:
        """To the next token; the last one is the end."""
        match = next(self._matches, None)
        if match is not None and match.lastgroup is not None:
            self._kind, self._text = match.lastgroup, match[match.lastgroup]

    def _took(self, kind: str) -> str | None:
        """This token, if it is of this kind."""
        if self._kind != kind:
            return None
        text = self._text
        self._step()
        return text

    def _is_word(self, word: str) -> bool:
        return self._kind == "word" and self._text.upper() == word

    def _took_word(self, word: str) -> bool:
        if not self._is_word(word):
            return False
        self._step()
        return True

    def _took_sign(self, sign: str) -> bool:
        if self._kind != "sign" or self._text != sign:
            return False
        self._step()
        return True

    def _need(self, sign: str) -> None:
        if not self._took_sign(sign):
            raise _OtherText
