"""Accept and Accept-Language against what there is: pure functions of a header's text (RFC 9110, 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from slm_graph.errors import LANGUAGES, Language
from slm_graph.formats import Format

MAX_HEADER_LENGTH = 8192
"""Characters of a header that are read: the whole header section of most servers; browsers send below 200."""

MAX_RANGES = 100
"""Ranges of one header that are read; the longest header of an honest client (OWL tools) names some thirty."""

_KEPT_HEADERS = 1024
"""Different headers whose outcome is kept: clients send a handful, strangers are held to this many."""

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # RFC 9110, 5.6.2
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})|\*")
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+|"[^,]*')
_PIECE = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"\d{0,9}(?:\.\d{0,9})?")
_LANGUAGE_RANGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*")

_PROFILE_PART = re.compile(r'(?:<[^<>]*>|"[^"]*"|[^,<"])+')
"""A bracket that is not closed ends at the next one: else each would cost a look at the rest of the header."""
_PROFILE = re.compile(
    r'(?:<(?P<bracketed>[^<>"\s]+)>|"(?P<quoted>[^<>"\s]+)"|(?P<bare>[^<>"\s;]+))\s*(?:;\s*[qQ]\s*=\s*(?P<weight>[\d.]+)\s*)?'
)
"""IRIs in angle brackets, as the draft has them; clients send them bare or quoted, too."""

_MAX_PARAMETERS = 20
"""Parameters of one range that are read."""

_UNMENTIONED = 0.0005
"""Weight of a language the reader does not mention: above a refused one (0), below any asked for (0.001 and more)."""

_PLAIN_PARAMETERS = frozenset({("charset", "utf-8"), ("charset", "utf8")})
"""Parameters every representation of ours fulfils."""


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header, lower case; `parameters` are those before the weight."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]
    weight: float

    def profiles(self) -> tuple[str, ...]:
        """The IRIs of its `profile` parameter (RFC 6906)."""
        return tuple(iri for name, value in self.parameters if name == "profile" for iri in value.split())


# How exactly a range means an offer: the more exact one decides the offer's weight, and breaks a tie of weights.
_ANY, _TYPE, _ALIAS, _OTHER_PARAMETERS, _EXACT = range(1, 6)


def negotiate(accept: str | None, offers: Sequence[Format]) -> Format | None:
    """The offer that suits the Accept header best; None where none is acceptable (406).

    The most exact range decides an offer's weight; the highest weight wins, among equals the offer that was named more
    exactly, then the one offered first. A missing header, an empty one and one with no readable range accept
    everything. Parameters that we do not vary by (version, level …) never make an offer unacceptable (RFC 9110, 12.5.1).

    >>> from slm_graph.formats import DOCUMENT_FORMATS
    >>> negotiate("text/turtle;q=0.9, application/*;q=0.5, text/html;q=0.1", DOCUMENT_FORMATS).name
    'turtle'
    >>> negotiate("image/png", DOCUMENT_FORMATS) is None
    True
    """
    return _negotiate(accept, tuple(offers))


@lru_cache(maxsize=_KEPT_HEADERS)
def _negotiate(accept: str | None, offers: tuple[Format, ...]) -> Format | None:
    ranges = media_ranges(accept)
    if not ranges:
        return offers[0] if offers else None
    best: tuple[float, int] = (0.0, 0)
    chosen: Format | None = None
    for offer in offers:
        standing = _standing(offer, ranges)
        if standing[0] > 0 and standing > best:
            best, chosen = standing, offer
    return chosen


def _standing(offer: Format, ranges: Sequence[MediaRange]) -> tuple[float, int]:
    """Weight of the offer and how exactly it was named; (0, 0) where no range means it."""
    exactness = 0
    weight = 0.0
    for given in ranges:
        found = _exactness(offer, given)
        # several ranges as exact as each other: the client repeats itself, and means the highest
        if found > exactness or (found == exactness and found and given.weight > weight):
            exactness, weight = found, given.weight
    return (weight, exactness) if exactness else (0.0, 0)


def _exactness(offer: Format, given: MediaRange) -> int:
    named = f"{given.type}/{given.subtype}"
    if named == offer.media_type:
        if all(_fulfilled(offer, name, value) for name, value in given.parameters):
            return _EXACT
        # "text/turtle;version=9;q=0" refuses that version, which we do not send anyway
        return _OTHER_PARAMETERS if given.weight > 0 else 0
    if named in offer.aliases:
        return _ALIAS
    if given.type == "*":
        return _ANY
    if given.subtype == "*" and offer.media_type.startswith(given.type + "/"):
        return _TYPE
    return 0


def _fulfilled(offer: Format, name: str, value: str) -> bool:
    return (name, value.lower()) in _PLAIN_PARAMETERS or (name == "profile" and offer.name == "jsonld")


def media_ranges(accept: str | None) -> tuple[MediaRange, ...]:
    """The readable ranges of an Accept header, in its order; parts that are none are passed over.

    >>> [(r.type, r.subtype, r.weight) for r in media_ranges('text/*;q=.3, nonsense, TEXT/HTML; level="1,2"')]
    [('text', '*', 0.3), ('text', 'html', 1.0)]
    """
    found = (_media_range(part) for part in _parts(accept))
    return tuple(given for given in found if given is not None)


def _parts(header: str | None) -> list[str]:
    text = (header or "")[: MAX_HEADER_LENGTH + 1]
    if len(text) > MAX_HEADER_LENGTH:
        text = text.rpartition(",")[0]  # the last part may be cut in two
    # cut short while reading: every open quote costs a look at the rest of the header
    return [part[0].strip() for part in islice(_PART.finditer(text), MAX_RANGES)]


def _media_range(part: str) -> MediaRange | None:
    name, *pieces = [piece[0].strip() for piece in islice(_PIECE.finditer(part), _MAX_PARAMETERS + 1)] or [""]
    match = _RANGE.fullmatch(name.lower())
    if match is None:
        return None
    # a lone "*" is what Java's HttpURLConnection sends for "*/*"
    type_, subtype = (match[1] or "*"), (match[2] or "*")
    if type_ == "*" and subtype != "*":
        return None
    parameters: list[tuple[str, str]] = []
    for piece in pieces:
        key, _, value = (text.strip() for text in piece.partition("="))
        value = (
            re.sub(r"\\(.)", r"\1", value[1:-1]) if len(value) > 1 and value[0] == value[-1] == '"' else value
        )
        if key.lower() == "q":
            # what follows the weight is no part of the media type (RFC 9110, 12.5.1)
            return MediaRange(type_, subtype, tuple(parameters), _weight(value))
        if key:
            parameters.append((key.lower(), value))
    return MediaRange(type_, subtype, tuple(parameters), 1.0)


def _weight(text: str) -> float:
    """The weight; one that cannot be read counts as none given, that is 1 (RFC 9110, 12.4.2)."""
    if not _WEIGHT.fullmatch(text) or not any(map(str.isdigit, text)):
        return 1.0
    return min(float(text), 1.0)


def profile_iris(accept_profile: str | None) -> tuple[str, ...]:
    """The profiles of an Accept-Profile header, the dearest first, refused ones left out.

    >>> profile_iris('<https://a.example/>;q=0.5, <urn:b>, "urn:c";q=0')
    ('urn:b', 'https://a.example/')
    """
    found: list[tuple[float, str]] = []
    parts = _PROFILE_PART.finditer((accept_profile or "")[:MAX_HEADER_LENGTH])
    for part in islice(parts, MAX_RANGES):
        match = _PROFILE.fullmatch(part[0].strip())
        weight = _weight(match["weight"] or "1") if match else 0.0
        if match and weight > 0:
            found.append((-weight, match["bracketed"] or match["quoted"] or match["bare"]))
    return tuple(dict.fromkeys(iri for _, iri in sorted(found, key=lambda one: one[0])))


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether a client would rather have gzip than nothing done to the body (RFC 9110, 12.5.3).

    >>> takes_gzip("br, gzip;q=0.8"), takes_gzip("*"), takes_gzip("gzip;q=0, *"), takes_gzip(None)
    (True, True, False, False)
    """
    return _takes_gzip(accept_encoding)


@lru_cache(maxsize=_KEPT_HEADERS)
def _takes_gzip(accept_encoding: str | None) -> bool:
    weights: dict[str, float] = {}
    for part in _parts(accept_encoding):
        coding, _, rest = (piece.strip() for piece in part.partition(";"))
        key, _, value = (piece.strip() for piece in rest.partition(";")[0].partition("="))
        weights[coding.lower()] = _weight(value) if key.lower() == "q" else 1.0
    packed = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return packed > 0 and packed >= weights.get("identity", 0.0)


def negotiate_language(accept_language: str | None) -> Language:
    """The interface's language for an Accept-Language header: look-up of RFC 4647, 3.4; German by default.

    >>> negotiate_language("fr, en-GB;q=0.8, de;q=0.5")
    'en'
    >>> negotiate_language("de-AT")
    'de'
    """
    return _negotiate_language(accept_language)


@lru_cache(maxsize=_KEPT_HEADERS)
def _negotiate_language(accept_language: str | None) -> Language:
    named: dict[str, float] = {}
    order: list[str] = []
    for part in _parts(accept_language):
        tag, _, rest = (piece.strip() for piece in part.partition(";"))
        if not _LANGUAGE_RANGE.fullmatch(tag):
            continue
        key, _, value = (piece.strip() for piece in rest.partition(";")[0].partition("="))
        weight = _weight(value) if key.lower() == "q" else 1.0
        primary = tag.lower().partition("-")[0]  # look-up truncates a range until a language of ours is left
        order.append(primary)
        named[primary] = max(weight, named.get(primary, 0.0))
    others = named.get("*", _UNMENTIONED)

    def rank(language: Language) -> tuple[float, int]:
        if language in named:
            return named[language], -order.index(language)
        return others, -len(order)

    return max(LANGUAGES, key=rank)
