"""Content negotiation by profile (W3C Working Draft): which view of a resource, before which format of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD

from slm_graph import negotiation
from slm_graph.catalogue import Description
from slm_graph.errors import Text
from slm_graph.exports.jskos import item
from slm_graph.exports.schema_org import schema_json, schema_org
from slm_graph.exports.sfia_rdf import ONTOLOGY, sfia_rdf
from slm_graph.formats import DOCUMENT_FORMATS, HTML, JSON, JSON_LD, RDF_FORMATS, TURTLE, Format
from slm_graph.model import Quad, without_graphs
from slm_graph.namespaces import SCHEMA
from slm_graph.syntax import write
from slm_graph.web.problems import Problem

ALTR = Namespace("http://www.w3.org/ns/dx/connegp/altr#")

PLAIN_JSON = Format("json", "JSON", JSON.media_type, "json")
"""JSON that is no RDF."""

MAX_PARAMETER = 200
"""Characters of `_profile` and `_mediatype`: longer than any of ours."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One view: `token` names it in an address, `iri` in a header; `formats` are what it can be had in."""

    token: str
    iri: str
    title: Text
    formats: tuple[Format, ...]
    aliases: tuple[str, ...] = ()
    """Other IRIs and tokens that mean it."""


SKOS_PROFILE = Profile(
    "skos",
    str(SKOS).rstrip("#"),
    Text(de="SKOS, mit allem, was gesagt wird", en="SKOS, with all that is said"),
    DOCUMENT_FORMATS,
    (str(SKOS),),
)
SCHEMA_PROFILE = Profile(
    "schema",
    str(SCHEMA),
    Text(de="schema.org: DefinedTerm", en="schema.org: DefinedTerm"),
    RDF_FORMATS,
    ("https://schema.org", "http://schema.org/", "http://schema.org", "schema.org"),
)
SFIA_RDF_PROFILE = Profile(
    "sfia-rdf",
    ONTOLOGY,
    Text(de="in den Worten des öffentlichen SFIA-9-RDF", en="in the words of the public SFIA 9 RDF"),
    RDF_FORMATS,
    (ONTOLOGY.rstrip("/"),),
)
JSKOS_PROFILE = Profile(
    "jskos",
    "http://gbv.github.io/jskos/jskos.html",
    Text(de="JSKOS", en="JSKOS"),
    (PLAIN_JSON,),
    ("https://gbv.github.io/jskos/", "http://gbv.github.io/jskos/", "https://gbv.github.io/jskos/jskos.html"),
)
ALTERNATES = Profile(
    "alt",
    "http://www.w3.org/ns/dx/connegp/altr",
    Text(de="Liste der Fassungen", en="List of representations"),
    (HTML, TURTLE, JSON_LD, PLAIN_JSON),
    (str(ALTR), "all"),
)

PROFILES = (SKOS_PROFILE, SCHEMA_PROFILE, SFIA_RDF_PROFILE, JSKOS_PROFILE, ALTERNATES)
"""The default first."""

NAMES: Mapping[str, Profile] = {
    name: profile for profile in PROFILES for name in (profile.token, profile.iri, *profile.aliases)
}
"""Every token and IRI that means one of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of profiles: `named` by `_profile` (it holds), `preferred` by Accept-Profile (a wish)."""

    named: Profile | None
    preferred: tuple[Profile, ...]
    media_type: str | None
    """`_mediatype`, which stands above Accept."""


NOTHING_ASKED = Asked(None, (), None)


def asked_profile() -> Asked:
    """What this request asks. Raises a Problem for a `_profile` that we do not have."""
    environ = request.environ
    header = environ.get("HTTP_ACCEPT_PROFILE")
    query = environ.get("QUERY_STRING", "")
    if header is None and "_" not in query:
        return NOTHING_ASKED
    preferred = tuple(dict.fromkeys(NAMES[iri] for iri in negotiation.profile_iris(header) if iri in NAMES))
    token, media_type = request.args.get("_profile"), request.args.get("_mediatype")
    if token is not None and token not in NAMES:
        raise Problem(
            400,
            Text(
                de=f"Dieses Profil gibt es nicht; es gibt {', '.join(one.token for one in PROFILES)}.",
                en=f"There is no such profile; there are {', '.join(one.token for one in PROFILES)}.",
            ),
        )
    if media_type is not None:
        # an unescaped "+" of a media type arrives as a space; in its parameters a space is one
        name, semicolon, parameters = media_type[:MAX_PARAMETER].partition(";")
        media_type = name.strip().replace(" ", "+") + semicolon + parameters
    if media_type and not negotiation.media_ranges(media_type):
        raise Problem(
            400,
            Text(
                de="Der Parameter _mediatype ist kein Medientyp, etwa text/turtle.",
                en="The parameter _mediatype is no media type, such as text/turtle.",
            ),
        )
    return Asked(
        NAMES[token] if token is not None else None,
        preferred,
        media_type or None,
    )


def choose(asked: Asked, accept: str | None, fixed: Format | None) -> tuple[Profile, Format | None]:
    """The view and its format: a named view as it is, of wished ones the first that has an acceptable format.

    The format is None where the view has none that is acceptable. Raises a Problem where `_mediatype` is another format
    than the address has fixed: two formats cannot both hold.
    """
    if fixed is not None and negotiation.negotiate(asked.media_type, (fixed,)) is None:
        raise Problem(
            400,
            Text(
                de=f"Die Endung der Adresse legt {fixed.media_type} fest; _mediatype nennt ein anderes Format.",
                en=f"The suffix of the address fixes {fixed.media_type}; _mediatype names another format.",
            ),
        )
    wanted = asked.media_type if asked.media_type is not None else accept
    candidates = (asked.named,) if asked.named is not None else (*asked.preferred, SKOS_PROFILE)
    for profile in candidates:
        if fixed is not None:
            row = next((one for one in profile.formats if one.media_type == fixed.media_type), None)
        else:
            row = negotiation.negotiate(wanted, profile.formats)
        if row is not None:
            return profile, row
    return candidates[-1], None


def written(
    profile: Profile, described: Description, row: Format, *, base: str, context: str, document: str
) -> bytes:
    """`described` in one of the further views; `document` is the path of the document, for the list of representations."""
    subject = described.iri
    quads = without_graphs(described.quads)
    if profile is JSKOS_PROFILE:
        return _json(item(str(subject), quads))
    if profile is ALTERNATES:
        if row is PLAIN_JSON:
            return _json({"resource": str(subject), "representations": representations(document)})
        return write(
            _alternates(subject, document), row, base=base, context=context, subject=subject, relabels=False
        )
    if profile is SCHEMA_PROFILE:
        found = schema_org(subject, quads)
        if row in (JSON_LD, JSON):
            return _json(schema_json(subject, found))
        return write(found, row, base=base, context=context, subject=subject, relabels=False)
    found = sfia_rdf(subject, quads, base=base)
    return write(found, row, base=base, context=context, subject=subject, relabels=False)


def representations(document: str) -> list[dict[str, object]]:
    """Every view in every format, each with its address."""
    mark = "&" if "?" in document else "?"
    return [
        {
            "profile": profile.iri,
            "token": profile.token,
            "mediaType": row.media_type,
            "label": row.label,
            "href": f"{document}{mark}_profile={profile.token}&_mediatype={row.media_type.replace('+', '%2B')}",
            "default": profile is SKOS_PROFILE and row is HTML,
        }
        for profile in PROFILES
        for row in profile.formats
    ]


def _alternates(subject: URIRef, document: str) -> list[Quad]:
    """The Alternate Representations Data Model of the Working Draft."""
    said: list[Quad] = []
    for number, one in enumerate(representations(document)):
        node = BNode(f"representation{number:02}")
        default = bool(one["default"])
        said += [
            (subject, ALTR.hasRepresentation, node, None),
            (node, RDF.type, ALTR.Representation, None),
            (node, DCTERMS.conformsTo, URIRef(str(one["profile"])), None),
            (node, DCTERMS["format"], Literal(str(one["mediaType"])), None),
            (node, ALTR.hasToken, Literal(str(one["token"]), datatype=XSD.token), None),
        ]
        if default:
            said.append((subject, ALTR.hasDefaultRepresentation, node, None))
    return said


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
