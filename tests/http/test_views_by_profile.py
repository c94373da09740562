"""Content Negotiation by Profile (W3C Working Draft): by header, by `_profile` and `_mediatype`, and the list of all."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from slm_graph.formats import HTML, JSON, JSON_LD, RDF_XML, TURTLE, Format
from slm_graph.namespaces import DEFAULT_BASE, SCHEMA
from slm_graph.web.profiles import ALTERNATES, ALTR, JSKOS_PROFILE, PROFILES, SFIA_RDF_PROFILE

PATH = "/doc/sfia/SLMO"
THING = URIRef(DEFAULT_BASE + "id/sfia/SLMO")
SKOS_IRI = "http://www.w3.org/2004/02/skos/core"
SCHEMA_IRI = "https://schema.org/"


@pytest.mark.parametrize(
    ("wish", "accept", "profile", "media_type"),
    [
        pytest.param(None, "text/turtle", SKOS_IRI, TURTLE, id="7.1-default"),
        pytest.param(None, None, SKOS_IRI, HTML, id="7.1-default-page"),
        pytest.param(f"<{SCHEMA_IRI}>", "text/turtle", SCHEMA_IRI, TURTLE, id="7.2-named"),
        pytest.param(f"<{SCHEMA_IRI}>", "application/ld+json", SCHEMA_IRI, JSON_LD, id="7.2-named-json-ld"),
        pytest.param("<http://schema.org/>", "text/turtle", SCHEMA_IRI, TURTLE, id="7.2-alias"),
        pytest.param(SCHEMA_IRI, "text/turtle", SCHEMA_IRI, TURTLE, id="7.2-without-brackets"),
        pytest.param(f'"{SCHEMA_IRI}"', "text/turtle", SCHEMA_IRI, TURTLE, id="7.2-quoted"),
        pytest.param(f"<{SCHEMA_IRI}>;q=0", "text/turtle", SKOS_IRI, TURTLE, id="7.2-refused"),
        pytest.param(
            f"<{SCHEMA_IRI}>;q=0.3, <{SFIA_RDF_PROFILE.iri}>",
            "text/turtle",
            SFIA_RDF_PROFILE.iri,
            TURTLE,
            id="7.2-weights",
        ),
        pytest.param(
            f"<urn:none>, <{SCHEMA_IRI}>;q=0.1", "text/turtle", SCHEMA_IRI, TURTLE, id="7.2-second-best"
        ),
        pytest.param("<urn:none>", "text/turtle", SKOS_IRI, TURTLE, id="7.2-unknown-gives-default"),
        pytest.param("nonsense;;<", "text/turtle", SKOS_IRI, TURTLE, id="7.2-malformed-gives-default"),
        pytest.param(f"<{JSKOS_PROFILE.iri}>", "*/*", JSKOS_PROFILE.iri, JSON, id="7.2-jskos"),
        pytest.param(f"<{JSKOS_PROFILE.iri}>", "text/turtle", SKOS_IRI, TURTLE, id="7.2-not-in-that-format"),
        pytest.param(f"<{SCHEMA_IRI}>", "text/html", SKOS_IRI, HTML, id="7.2-no-page-of-that-view"),
        pytest.param(f"<{SCHEMA_IRI}>", None, SCHEMA_IRI, TURTLE, id="7.2-format-free"),
    ],
)
def test_accept_profile(
    client: FlaskClient, wish: str | None, accept: str | None, profile: str, media_type: Format
) -> None:
    headers = {"Accept-Profile": wish, "Accept": accept}
    answer = client.get(PATH, headers={name: value for name, value in headers.items() if value is not None})
    assert answer.status_code == 200
    assert answer.headers["Content-Profile"] == f"<{profile}>"
    assert answer.headers["Content-Type"] == media_type.content_type
    assert {"Accept", "Accept-Profile"} <= set(answer.headers["Vary"].split(", "))
    assert f'<{profile}>; rel="profile"' in answer.headers["Link"]


@pytest.mark.parametrize(
    ("query", "status", "profile", "media_type"),
    [
        pytest.param("?_profile=skos&_mediatype=text/turtle", 200, SKOS_IRI, TURTLE, id="7.3-both"),
        pytest.param("?_profile=schema", 200, SCHEMA_IRI, TURTLE, id="7.3-first-format"),
        pytest.param(
            "?_profile=schema&_mediatype=application/rdf%2Bxml", 200, SCHEMA_IRI, RDF_XML, id="7.3-escaped"
        ),
        pytest.param(
            "?_profile=schema&_mediatype=application/rdf+xml", 200, SCHEMA_IRI, RDF_XML, id="7.3-plus"
        ),
        pytest.param("?_mediatype=text/turtle", 200, SKOS_IRI, TURTLE, id="7.3-format-alone"),
        pytest.param("?_profile=jskos", 200, JSKOS_PROFILE.iri, JSON, id="7.3-jskos"),
        pytest.param(f"?_profile={SCHEMA_IRI}", 200, SCHEMA_IRI, TURTLE, id="7.3-iri"),
        pytest.param("?_profile=jskos&_mediatype=text/turtle", 406, "", None, id="7.3-not-in-that-format"),
        pytest.param("?_mediatype=image/png", 406, "", None, id="7.3-no-such-format"),
        pytest.param("?_mediatype=nonsense", 400, "", None, id="7.3-no-format-at-all"),
        pytest.param("?_mediatype=", 200, SKOS_IRI, HTML, id="7.3-format-left-empty"),
        pytest.param("?_profile=nothing", 400, "", None, id="7.3-no-such-view"),
    ],
)
def test_the_address_may_name_the_view(
    client: FlaskClient, query: str, status: int, profile: str, media_type: Format
) -> None:
    answer = client.get(PATH + query)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Profile"] == f"<{profile}>"
        assert answer.headers["Content-Type"] == media_type.content_type


def test_the_address_stands_above_the_headers(client: FlaskClient) -> None:
    headers = {"Accept-Profile": f"<{JSKOS_PROFILE.iri}>", "Accept": "text/html"}
    answer = client.get(f"{PATH}?_profile=schema&_mediatype=text/turtle", headers=headers)
    assert answer.headers["Content-Profile"] == f"<{SCHEMA_IRI}>"
    assert "Accept" not in answer.headers.get("Vary", "").split(", ")


@pytest.mark.parametrize(("query", "varies"), [("", True), ("?_profile=skos", False)])
def test_a_refusal_varies_by_profile_as_the_answer_does(
    client: FlaskClient, query: str, varies: bool
) -> None:
    given, refused = client.get(PATH + query), client.get(PATH + query, headers={"Accept": "image/png"})
    assert (given.status_code, refused.status_code) == (200, 406)
    for answer in (given, refused):
        (vary,) = answer.headers.getlist("Vary")
        assert ("Accept-Profile" in vary.split(", ")) is varies


def test_a_view_goes_with_a_suffix(client: FlaskClient) -> None:
    assert client.get(f"{PATH}.ttl?_profile=schema").headers["Content-Profile"] == f"<{SCHEMA_IRI}>"
    assert client.get(f"{PATH}.ttl?_profile=jskos").status_code == 406


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (".ttl?_mediatype=application/ld%2Bjson", 400),
        (".html?_mediatype=text/turtle", 400),
        (".ttl?_profile=schema&_mediatype=application/rdf%2Bxml", 400),
        (".ttl?_mediatype=text/turtle", 200),
        (".ttl?_profile=schema&_mediatype=text/turtle", 200),
        (".ttl?_mediatype=", 200),
    ],
)
def test_an_address_that_names_two_formats_is_refused(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(PATH + path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"] == TURTLE.content_type
    else:
        said = answer.json
        assert said is not None
        assert "_mediatype" in said["detail"]


@pytest.mark.parametrize("form", ["expanded", "flattened", "compacted"])
@pytest.mark.parametrize("suffix", ["", ".jsonld"])
def test_the_address_may_name_the_form_of_json_ld(client: FlaskClient, suffix: str, form: str) -> None:
    named = f'application/ld+json; profile="http://www.w3.org/ns/json-ld#{form}"'
    by_header = client.get(PATH, headers={"Accept": named})
    other = {"Accept": 'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"'}
    answer = client.get(PATH + suffix, query_string={"_mediatype": named}, headers=other)
    assert answer.status_code == 200
    assert answer.data == by_header.data
    assert answer.headers["Content-Type"] == by_header.headers["Content-Type"]
    assert "Accept" not in answer.headers["Vary"].split(", ")
    there = client.get(answer.headers["Content-Location"], headers=other)
    assert (there.status_code, there.data) == (200, answer.data)


def test_each_view_has_its_own_tag_and_address(client: FlaskClient) -> None:
    seen = set()
    for profile in PROFILES:
        answer = client.get(f"{PATH}?_profile={profile.token}")
        again = client.get(answer.headers["Content-Location"])
        assert again.headers["ETag"] == answer.headers["ETag"]
        seen.add(answer.headers["ETag"])
    assert len(seen) == len(PROFILES)


def graph(client: FlaskClient, query: str) -> Graph:
    return Graph().parse(data=client.get(PATH + query).data, format="turtle")


def test_schema_org_has_the_names_and_the_code(client: FlaskClient) -> None:
    found = graph(client, "?_profile=schema&_mediatype=text/turtle")
    assert (THING, RDF.type, SCHEMA.DefinedTerm) in found
    assert (THING, SCHEMA.name, Literal("Service level management", lang="en")) in found
    assert (THING, SCHEMA.termCode, Literal("SLMO")) in found
    assert found.value(THING, SCHEMA.inDefinedTermSet) == URIRef(DEFAULT_BASE + "id/sfia")
    assert all(str(p).startswith(SCHEMA_IRI) or p == RDF.type for p in found.predicates())


def test_schema_org_in_json_fetches_nothing(client: FlaskClient) -> None:
    said = client.get(f"{PATH}?_profile=schema&_mediatype=application/ld%2Bjson").json
    assert said is not None
    assert said["@context"] == {"@vocab": SCHEMA_IRI}
    assert said["@type"] == "DefinedTerm"
    assert {one["@language"] for one in said["name"]} == {"de", "en"}


def test_queries_for_the_public_sfia_rdf_work(client: FlaskClient) -> None:
    sfia = Namespace(SFIA_RDF_PROFILE.iri)
    found = graph(client, "?_profile=sfia-rdf&_mediatype=text/turtle")
    assert (THING, RDF.type, sfia.Skill) in found
    levels = set(found.objects(THING, sfia.definedAtLevel))
    assert URIRef(DEFAULT_BASE + "id/sfia/SLMO_5") in levels
    level = client.get("/doc/sfia/SLMO_5?_profile=sfia-rdf&_mediatype=text/turtle")
    assert (None, sfia.level, URIRef(DEFAULT_BASE + "id/sfia/level/5")) in Graph().parse(
        data=level.data, format="turtle"
    )


def test_jskos_names_the_concept(client: FlaskClient) -> None:
    said = client.get(f"{PATH}?_profile=jskos").json
    assert said is not None
    assert said["uri"] == str(THING)
    assert said["prefLabel"]["en"] == "Service level management"


def test_the_list_names_every_view(client: FlaskClient) -> None:
    said = client.get(f"{PATH}?_profile=alt&_mediatype=application/json").json
    assert said is not None
    assert {one["token"] for one in said["representations"]} == {one.token for one in PROFILES}
    for one in said["representations"]:
        answer = client.get(one["href"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(one["mediaType"])
        assert answer.headers["Content-Profile"] == f"<{one['profile']}>"
    turtle = graph(client, "?_profile=alt&_mediatype=text/turtle")
    assert len(set(turtle.objects(THING, ALTR.hasRepresentation))) == len(said["representations"])
    assert turtle.value(THING, ALTR.hasDefaultRepresentation) is not None
    page = client.get(f"{PATH}?_profile=alt").text
    assert all(one.token in page for one in PROFILES)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/doc/sfia/SLMO", id="skill"),
        pytest.param("/doc/sfia/SLMO.ttl", id="fixed-format"),
        pytest.param("/doc/sfia/SLMO?_profile=schema", id="another-view"),
        pytest.param("/doc/sfia/SLMO_5.jsonld", id="skill-level"),
        pytest.param("/doc/sfia/level/5", id="level"),
        pytest.param("/doc/sfia", id="scheme"),
        pytest.param("/doc/agent/slm-graph", id="agent"),
        pytest.param("/ontology", id="vocabulary"),
        pytest.param("/ontology.nt", id="vocabulary-fixed-format"),
        pytest.param("/doc/external?iri=https://rdf.sfia-online.org/9/lor/1", id="not-our-own"),
        pytest.param("/release/VERSION/doc", id="release"),
        pytest.param("/release/VERSION/doc/sfia/SLMO.ttl", id="snapshot"),
        pytest.param(
            "/release/VERSION/doc/external?iri=https://rdf.sfia-online.org/9/lor/1",
            id="snapshot-not-our-own",
        ),
    ],
)
def test_every_document_links_to_the_list_of_its_views(client: FlaskClient, path: str) -> None:
    listed = client.get("/releases", headers={"Accept": "application/json"}).json
    assert listed is not None
    answer = client.get(path.replace("VERSION", listed["releases"][0]["version"]))
    assert answer.status_code == 200
    (href,) = [
        link.partition(">")[0].lstrip("<")
        for link in answer.headers["Link"].split(", ")
        if f'profile="{ALTERNATES.iri}"' in link and 'rel="alternate"' in link
    ]
    listing = client.get(href, headers={"Accept": "application/json"})
    assert listing.headers["Content-Profile"] == f"<{ALTERNATES.iri}>"
    assert listing.json is not None
    hrefs = [one["href"] for one in listing.json["representations"]]
    assert {client.get(one).status_code for one in hrefs} == {200}
