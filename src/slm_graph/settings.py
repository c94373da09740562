"""Settings of a deployment: from the environment and the command line; every default with its reason."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import platformdirs

from slm_graph.errors import Text, UsageError
from slm_graph.namespaces import DEFAULT_BASE

_ENDPOINT = re.compile(r"https?://[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]+")
"""The characters of RFC 3986 but for the fragment's #."""
_COMMA = re.compile(r",\s*https?://")
"""A list that was parted by commas, which URIs may hold."""
Network = IPv4Network | IPv6Network

_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+/")


def data_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """The directory of releases: `given`, else `SLM_GRAPH_DATA`, else the user's data directory."""
    chosen = given or os.environ.get("SLM_GRAPH_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("slm-graph")


def base_iri(given: str | None = None) -> str:
    """The base of every IRI we mint: `given`, else `SLM_GRAPH_BASE_IRI`, else the default. Raises UsageError."""
    base = given or os.environ.get("SLM_GRAPH_BASE_IRI") or DEFAULT_BASE
    if not _BASE.fullmatch(base):
        raise UsageError(
            Text(de=f"Keine brauchbare Basis-IRI: {base}", en=f"not a usable base IRI: {base}"),
            hint=Text(
                de="Sie beginnt mit http:// oder https://, endet mit / und hat weder ? noch #.",
                en="It starts with http:// or https://, ends in / and has neither ? nor #.",
            ),
        )
    return base


def mount_prefix(given: str) -> str:
    """The path below which a server stands, '' or '/…' without a final slash. Raises UsageError."""
    prefix = "/" + given.strip("/") if given.strip("/") else ""
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", prefix):
        raise UsageError(
            Text(
                de=f"Kein brauchbarer Pfad für --mount: {given}", en=f"not a usable path for --mount: {given}"
            )
        )
    return prefix


def trusted_networks(given: Sequence[str]) -> tuple[Network, ...]:
    """The proxies of `trusted_proxies`, each an address or a network. Raises UsageError with the one that is neither.

    >>> [str(network) for network in trusted_networks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])]
    ['127.0.0.1/32', '10.0.0.0/8', 'fd00::/8']
    """
    found = []
    for one in given:
        try:
            found.append(ip_network(one))
        except ValueError as error:
            raise UsageError(
                Text(
                    de=f"trusted_proxies: weder Adresse noch Netz: {one}",
                    en=f"trusted_proxies: neither an address nor a network: {one}",
                ),
                hint=Text(
                    de="Adressen wie 127.0.0.1 oder Netze wie 10.0.0.0/8, deren Rest aus Nullen besteht.",
                    en="Addresses like 127.0.0.1, or networks like 10.0.0.0/8 whose rest is zeros.",
                ),
            ) from error
    return tuple(found)


_MOST_QUERY_BYTES = 1024 * 1024
"""What the query host takes as one request is 16 MiB: JSON can make a query six times as long, and twice 4 MiB are for other
endpoints' answers."""
_LEAST_BODY_BYTES = 1024 * 1024
"""For what else is sent: a batch of names to reconcile."""
_FIELDS_BYTES = 128 * 1024
"""Of a form besides its query: the names of more graphs than any release has."""


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a stranger's query may cost; all of it is said in the service description."""

    deadline_seconds: float = 10.0
    """Long enough for every named query on a million triples, short enough that two cores stay shared."""
    max_query_bytes: int = 64 * 1024
    """Longer than any query a person writes; the crashes known begin at 4 KB of nesting, which is guarded apart."""
    max_nesting: int = 100
    """The engine's stack overflows at about 2,100 nested braces; no honest query passes 30."""
    max_operators: int = 500
    """Of one kind in one query: chains of thousands overflow the stack as nesting does."""
    max_answer_bytes: int = 64 * 1024 * 1024
    """A CONSTRUCT of the whole shipped graph is below 1 MB; dumps are for more."""
    max_rows: int = 500_000
    """Solutions, or triples of a graph, in one answer: each preferred label of ESCO's 13,900 skills in its 28 languages is
    390,000 rows, and a spreadsheet ends at a million."""
    max_memory_bytes: int = 320 * 1024 * 1024
    """Address space a query process may add to the release it has open: every statement of 660,000 sorted, and every
    definition with its labels, pass with 256 MiB."""
    max_memory_together_bytes: int = 600 * 1024 * 1024
    """What all query processes may own together, their copies of the release's pages included: at a million statements two
    honest queries that read every statement copy 470 MB, and the whole service stays below 1.5 GB. Looked at ten times a second
    (Linux)."""
    processes: int = 2
    """Queries of strangers evaluated at once: one a core on a small machine."""
    queue_length: int = 32
    """Waiting queries before the answer is 503: at ten seconds each, more would only be waited for in vain."""

    def __post_init__(self) -> None:
        if self.max_query_bytes > _MOST_QUERY_BYTES:
            raise UsageError(
                Text(
                    de=f"limits.max_query_bytes ist höchstens {_MOST_QUERY_BYTES}.",
                    en=f"limits.max_query_bytes is at most {_MOST_QUERY_BYTES}.",
                )
            )


@dataclass(frozen=True, slots=True)
class FederationSettings:
    """Which other endpoints a query may name in SERVICE, and what asking them may cost."""

    endpoints: tuple[str, ...] = ()
    """Their IRIs as queries spell them, compared character by character; none: SERVICE is refused. They are public:
    messages and the service description name them."""
    timeout_seconds: float = 5.0
    """For all of a query's calls, which are made at once: half its own deadline, as its place is held so much longer."""
    max_rows: int = 10_000
    """Of one answer: what the large public endpoints give at most."""
    max_bytes: int = 1024 * 1024
    """Of one answer, and again of all answers of a query as they stand in its text: 10,000 rows of IRI and label."""
    max_clauses: int = 4
    """SERVICE clauses in one query: more are rarely written, and each is a call."""
    concurrency: int = 8
    """Calls a worker has under way: half of the places that strangers' queries have, should each hold one."""

    def __post_init__(self) -> None:
        for iri in self.endpoints:
            if not _is_endpoint(iri):
                raise UsageError(
                    Text(
                        de=f"federation.endpoints: keine brauchbare Adresse: {iri}",
                        en=f"federation.endpoints: not a usable address: {iri}",
                    ),
                    hint=Text(
                        de="Sie beginnt mit http:// oder https:// und hat weder Benutzernamen noch # noch andere "
                        "Zeichen als die von URIs.",
                        en="It starts with http:// or https:// and has neither a user name nor # nor other characters "
                        "than those of URIs.",
                    ),
                )
        for name, most in _MOST.items():
            if getattr(self, name) > most:
                raise UsageError(
                    Text(
                        de=f"federation.{name} ist höchstens {most}.",
                        en=f"federation.{name} is at most {most}.",
                    )
                )
        if self.max_clauses > self.concurrency:
            raise UsageError(
                Text(
                    de="federation.max_clauses ist höchstens federation.concurrency.",
                    en="federation.max_clauses is at most federation.concurrency.",
                )
            )


_MOST = {
    "timeout_seconds": 60.0,  # longer, and proxies in front of the site give up first
    "max_bytes": 4
    * 1024
    * 1024,  # a quarter of what the query host takes as one request: quoting makes text longer
    "concurrency": 12,  # of the sixteen places of strangers' queries in a worker: four are left for others
}
"""What the settings of federation may be set to."""


def _is_endpoint(iri: str) -> bool:
    """True for an absolute http(s) URI without user information and fragment.

    >>> _is_endpoint("https://data.example/sparql"), _is_endpoint("http://me@data.example/"), _is_endpoint("ftp://a/")
    (True, False, False)
    """
    try:
        parts = urlsplit(iri)
        port = parts.port
    except ValueError:
        return False
    return (
        _ENDPOINT.fullmatch(iri) is not None
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and port != 0
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What the lines of the request log tell; they go to standard error as JSON."""

    requests: bool = True
    """One line a request: without it, nobody finds out what a server did."""
    clients: bool = False
    """The client's address in the line: it is personal data, and none of it is needed to run a site."""
    queries: bool = False
    """The text of a query in the line: strangers' questions are theirs; a hash tells equal ones."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a running site is told once; never derived from a request's Host."""

    data: Path
    mount: str = ""
    """'' or '/prefix', the path below which the site stands."""
    see_other: bool = True
    """`/id/x` answers 303 to `/doc/x`; False: 200 with Content-Location."""
    limits: QueryLimits = QueryLimits()
    metrics: bool = True
    """`/metrics` is answered: it tells numbers and no person; a proxy can keep it from strangers."""
    log: LogSettings = LogSettings()

    @property
    def body_bytes(self) -> int:
        """Of a request's body at most: the longest query in a form, whose escapes can make it three times as long."""
        return max(_LEAST_BODY_BYTES, 3 * self.limits.max_query_bytes + _FIELDS_BYTES)


SECTIONS: dict[str, type[Any]] = {
    "limits": QueryLimits,
    "federation": FederationSettings,
    "log": LogSettings,
}
"""The tables of a configuration file; their keys are the fields."""

SERVING = ("data", "host", "port", "workers", "mount", "direct", "store", "metrics", "trusted_proxies")
"""The keys at the top of a configuration file: options of `slm-graph serve`."""

_TOML_FAULTS = (
    ("Invalid statement", "so beginnt keine Zeile"),
    ("Expected '='", "nach dem Namen fehlt das Gleichheitszeichen"),
    ("Expected ']", "die Klammer einer Tabelle ist nicht geschlossen"),
    ("Expected newline or end of document", "nach dem Wert steht noch etwas"),
    ("Cannot declare", "eine Tabelle steht zweimal da"),
    ("Cannot overwrite a value", "ein Name steht zweimal da"),
    ("Cannot redefine namespace", "eine Tabelle steht zweimal da"),
    ("Cannot mutate immutable namespace", "eine geschlossene Tabelle wird erweitert"),
    ("Duplicate inline table key", "ein Name steht zweimal in einer Tabelle"),
    ("Invalid initial character for a key part", "so beginnt kein Name"),
    ("Invalid value", "kein Wert, den es gibt"),
    ("Invalid date or datetime", "kein Datum, das es gibt"),
    ("Invalid hex value", "eine Maskierung ist keine Hexadezimalzahl"),
    ("Escaped character is not", "eine Maskierung nennt kein Zeichen"),
    ("Unescaped '\\\\'", "die Maskierung gibt es nicht"),
    ("Unclosed array", "eine Liste ist nicht geschlossen"),
    ("Unclosed inline table", "eine Tabelle in einer Zeile ist nicht geschlossen"),
    ("Unterminated string", "ein Text ist nicht beendet"),
    ("Illegal character", "ein Zeichen darf hier nicht stehen"),
    ("Found invalid character", "ein Zeichen darf hier nicht stehen"),
    ("Exceeds the limit", "eine Zahl ist zu lang"),
)
"""How the reader's usual complaints begin, and the same in German."""

_LARGEST = 2**63 - 1
"""A number beyond is no limit of anything, and the kernel takes none."""

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")

T = TypeVar("T")


def environment_name(key: str, section: str | None = None) -> str:
    """The environment variable of a setting.

    >>> environment_name("deadline_seconds", "limits")
    'SLM_GRAPH_LIMITS_DEADLINE_SECONDS'
    """
    return "_".join(part.upper() for part in ("slm_graph", section, key) if part)


def read_configuration(path: Path) -> dict[str, Any]:
    """The settings in a TOML file, their names checked. Raises UsageError with the file's name and the place."""
    try:
        said = toml(path.read_text("utf-8"))
    except OSError as error:
        raise _unusable(
            path, f"sie lässt sich nicht lesen: {error.strerror}", f"it cannot be read: {error.strerror}"
        ) from error
    except UnicodeDecodeError as error:
        raise _unusable(
            path,
            f"kein UTF-8: das Byte 0x{error.object[error.start]:02X} an Stelle {error.start + 1}",
            f"not UTF-8: the byte 0x{error.object[error.start]:02X} at place {error.start + 1}",
        ) from error
    except NotToml as error:
        raise _unusable(path, f"kein TOML: {error.reason.de}", f"not TOML: {error.reason.en}") from error
    for key, value in said.items():
        if key in SECTIONS:
            if not isinstance(value, dict):
                raise _unusable(path, f"{key} ist eine Tabelle: [{key}]", f"{key} is a table: [{key}]")
            known = [field.name for field in fields(SECTIONS[key])]
            unknown = [f"{key}.{name}" for name in value if name not in known]
        else:
            known, unknown = [*SERVING, *SECTIONS], [] if key in SERVING else [key]
            if key == "trusted_proxies":
                _fitting(value, (), key, path)
        if unknown:
            names = ", ".join(known)
            raise _unusable(
                path,
                f"die Einstellung {unknown[0]} gibt es nicht; es gibt: {names}",
                f"there is no setting {unknown[0]}; there is: {names}",
            )
    return said


class NotToml(ValueError):
    """A text is no TOML: `reason` says why and where."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises NotToml."""
    try:
        return tomllib.loads(text)
    except RecursionError as fault:
        raise NotToml(Text(de="zu tief verschachtelt", en="nested too deeply")) from fault
    except ValueError as fault:  # also of a number of thousands of digits, which is no TOMLDecodeError
        raise NotToml(Text(de=_toml_in_german(str(fault)), en=str(fault))) from fault


def _toml_in_german(reason: str) -> str:
    """The reader's reason in German, or in its own words where it has unusual ones.

    >>> _toml_in_german("Unclosed array (at line 3, column 8)")
    'eine Liste ist nicht geschlossen (Zeile 3, Spalte 8)'
    """
    said, _, place = reason.removesuffix(")").partition(" (at ")
    german = next((de for start, de in _TOML_FAULTS if said.startswith(start)), f"Meldung des Lesers: {said}")
    where = place.replace("line", "Zeile").replace("column", "Spalte").replace("end of document", "am Ende")
    return f"{german} ({where})" if where else german


def section_of(
    name: str,
    kind: type[T],
    said: Mapping[str, Any],
    *,
    environment: Mapping[str, str],
    path: Path | None = None,
) -> T:
    """One table of settings: the environment before the file, the file before the defaults. Raises UsageError."""
    given: dict[str, Any] = {}
    defaults = kind()
    _refuse_unknown(name, [field.name for field in fields(kind)], environment)  # type: ignore[arg-type]  # a dataclass
    for field in fields(kind):  # type: ignore[arg-type]  # every section is a dataclass
        default = getattr(defaults, field.name)
        variable = environment_name(field.name, name)
        where, value = f"{name}.{field.name}", said.get(name, {}).get(field.name)
        if variable in environment:
            if isinstance(default, tuple) and _COMMA.search(environment[variable]):
                raise _unusable(
                    None,
                    f"die Einträge von {variable} trennen Leerzeichen, keine Kommas",
                    f"the entries of {variable} are parted by blanks, not by commas",
                )
            where, value = variable, _parsed(environment[variable], default)
        if value is None and variable not in environment:
            continue
        given[field.name] = _fitting(value, default, where, path)
    return kind(**given)


def _refuse_unknown(section: str, known: list[str], environment: Mapping[str, str]) -> None:
    """Raises UsageError for a variable of the section that is none. Others that begin as ours do may be anybody's."""
    variables = [environment_name(name, section) for name in known]
    prefix = environment_name(section)
    for variable in sorted(environment):
        if variable.startswith(f"{prefix}_") and variable not in variables:
            names = ", ".join(variables)
            raise _unusable(
                None,
                f"die Variable {variable} gibt es nicht; es gibt: {names}",
                f"there is no variable {variable}; there is: {names}",
            )


def _parsed(text: str, default: object) -> object:
    """The value that a variable's text means, None where it means none; a list is parted by white space."""
    if isinstance(default, tuple):
        return text.split()
    word = text.strip().lower()
    if isinstance(default, bool):
        return True if word in _TRUE else False if word in _FALSE else None
    try:
        return int(word) if isinstance(default, int) else float(word)
    except ValueError:
        return None


def _fitting(value: object, default: object, where: str, path: Path | None) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _unusable(path, f"{where} ist eine Liste von Texten", f"{where} is a list of strings")
        return tuple(value)
    if isinstance(default, bool):
        fits, de, en = isinstance(value, bool), "true oder false", "true or false"
    elif isinstance(default, int):
        fits, de, en = (
            isinstance(value, int) and is_number,
            "eine ganze Zahl über 0",
            "a whole number above 0",
        )
    else:
        fits, de, en = is_number, "eine Zahl über 0", "a number above 0"
    if not fits or (is_number and not 0 < value < float("inf")):  # type: ignore[operator]  # a number by now
        raise _unusable(path, f"{where} ist {de}", f"{where} is {en}")
    if is_number and value > _LARGEST:  # type: ignore[operator]  # likewise
        raise _unusable(path, f"{where} ist höchstens {_LARGEST}", f"{where} is at most {_LARGEST}")
    return float(value) if isinstance(default, float) else value  # type: ignore[arg-type]  # likewise


def _unusable(path: Path | None, de: str, en: str) -> UsageError:
    return UsageError(
        Text(de=f"Die Einstellungen taugen nicht: {de}.", en=f"the settings are of no use: {en}."),
        where=str(path) if path is not None else None,
    )
