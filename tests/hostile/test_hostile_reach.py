"""Attempts to make the service call out, change its data, or take a value for a piece of a query."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

TRAP = "http://127.0.0.1:PORT/sparql"

CALLS: dict[str, str] = {
    "SERVICE": f"ASK {{ SERVICE <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE SILENT": f"ASK {{ SERVICE SILENT <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE in lower case": f"ask {{ service silent <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE by a bound variable": f"ASK {{ BIND(<{TRAP}> AS ?g) SERVICE ?g {{ ?s ?p ?o }} }}",
    "SERVICE by VALUES": f"ASK {{ VALUES ?g {{ <{TRAP}> }} SERVICE SILENT ?g {{ ?s ?p ?o }} }}",
    "SERVICE by a prefixed name": f"PREFIX t: <{TRAP}> ASK {{ SERVICE t: {{ ?s ?p ?o }} }}",
    "SERVICE by a relative IRI": f"BASE <{TRAP}> ASK {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "SERVICE without blanks": f"ASK{{SERVICE<{TRAP}>{{?s ?p ?o}}}}",
    "SERVICE and SILENT without blanks": f"ASK{{SERVICESILENT<{TRAP}>{{?s ?p ?o}}}}",
    "SERVICE with a short escape": rf"ASK {{ \u0053ERVICE <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE with long escapes": rf"ASK {{ SERV\U00000049C\U00000045 <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE with an escaped bracket": rf"ASK {{ SERVICE \u003C{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE after comments": f"ASK {{ # it\rSERVICE # is\n # here\n <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE after an escaped line end": rf"ASK {{ # it\u000ASERVICE <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE behind what looks like an IRI": f"ASK {{ VALUES ?x {{1}} FILTER(?x<'s>' ) SERVICE <{TRAP}> {{?x ?y ?z}} #'\n }}",
    "SERVICE behind what looks like a string": f'ASK {{ VALUES ?x {{""" "}} SERVICE <{TRAP}> {{?x ?y ?z}} }}',
    "SERVICE in a sub-query": f"SELECT * {{ {{ SELECT * {{ SERVICE SILENT <{TRAP}> {{ ?s ?p ?o }} }} }} }}",
    "SERVICE in OPTIONAL": f"SELECT * {{ OPTIONAL {{ SERVICE SILENT <{TRAP}> {{ ?s ?p ?o }} }} }}",
    "SERVICE in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE SILENT <{TRAP}> {{ ?s ?p ?o }} }} }}",
    "SERVICE in MINUS": f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE <{TRAP}> {{ ?s ?p ?o }} }} }}",
    "SERVICE in CONSTRUCT": f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE in DESCRIBE": f"DESCRIBE ?s {{ SERVICE <{TRAP}> {{ ?s ?p ?o }} }}",
    "SERVICE to a file": "ASK { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "SERVICE to a socket of the machine": "ASK { SERVICE <http://[::1]:PORT/> { ?s ?p ?o } }",
    "LOAD": f"LOAD <{TRAP}>",
    "LOAD SILENT INTO": f"LOAD SILENT <{TRAP}> INTO GRAPH <a:b>",
    "LOAD after a query": f"ASK {{}} ; LOAD <{TRAP}>",
}  # fmt: skip


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("case", CALLS)
def test_no_query_makes_the_service_call_out(site: Any, in_address: Any, case: str, method: str) -> None:
    query = CALLS[case].replace("PORT", str(site.trap))
    answer = site.sparql(query) if method == "POST" else site.get(in_address(query))
    assert answer.status in {400, 403}, answer
    assert json.loads(answer.body)["status"] == answer.status


GRAPHS: dict[str, str] = {
    "FROM": "/sparql?query=" + quote(f"SELECT * FROM <{TRAP}> {{ ?s ?p ?o }}"),
    "FROM NAMED": "/sparql?query=" + quote(f"SELECT * FROM NAMED <{TRAP}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
    "GRAPH": "/sparql?query=" + quote(f"SELECT * {{ GRAPH <{TRAP}> {{ ?s ?p ?o }} }}"),
    "default-graph-uri": f"/sparql?query=ASK%7B%7D&default-graph-uri={quote(TRAP)}",
    "named-graph-uri": f"/sparql?query=ASK%7B%7D&named-graph-uri={quote(TRAP)}",
    "using-graph-uri": f"/sparql?query=ASK%7B%7D&using-graph-uri={quote(TRAP)}",
    "query-uri": f"/sparql?query-uri={quote(TRAP)}",
    "a document about it": f"/doc/external?iri={quote(TRAP)}",
    "a document about it as JSON-LD": f"/doc/external.jsonld?iri={quote(TRAP)}",
    "a parameter of a named query": f"/queries/concept?concept={quote(TRAP)}&format=json",
    "a profile": f"/doc/sfia/SLMO?_profile={quote(TRAP)}&_mediatype=text/turtle",
    "a reconciliation": f"/reconcile?extend={quote(json.dumps({'ids': [TRAP], 'properties': [{'id': TRAP}]}))}",
    "a preview": f"/reconcile/preview?id={quote(TRAP)}",
    "a graph of the graph store protocol": f"/graph?graph={quote(TRAP)}",
    "a proxy": "TARGET",
}  # fmt: skip


@pytest.mark.parametrize("case", GRAPHS)
def test_no_address_makes_the_service_call_out(site: Any, case: str) -> None:
    target = (
        GRAPHS[case]
        .replace("PORT", str(site.trap))
        .replace("TARGET", f"http://127.0.0.1:{site.trap}/doc/sfia/SLMO")
    )
    answer = site.get(target, Accept=f'application/ld+json;profile="http://127.0.0.1:{site.trap}/context"')
    assert answer.status < 500, answer


BODIES: dict[str, tuple[str, bytes]] = {
    "JSON-LD with a context elsewhere": ("application/ld+json", b'{"@context": "http://127.0.0.1:PORT/context", "@id": "a:b"}'),
    "RDF/XML with an entity elsewhere": (
        "application/rdf+xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:PORT/x">]><a>&x;</a>',
    ),
    "Turtle": ("text/turtle", b"<a:s> <a:p> <a:o> ."),
    "a list of entities that explodes": (
        "application/xml", b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("target", ["/sparql", "/graph", "/doc/sfia/SLMO", "/reconcile"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_no_document_sent_is_read(site: Any, read_response: Any, case: str, target: str, method: str) -> None:
    media_type, body = BODIES[case]
    body = body.replace(b"PORT", str(site.trap).encode())
    head = f"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    assert read_response(site.say(head.encode() + body)).status in {400, 403, 404, 405, 415}


UPDATES = [
    "INSERT DATA { <a:s> <a:p> <a:o> }", "DELETE WHERE { ?s ?p ?o }", "DELETE { ?s ?p ?o } INSERT {} WHERE { ?s ?p ?o }",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "CLEAR ALL", "CLEAR SILENT DEFAULT", "DROP ALL", "CREATE GRAPH <a:g>",
    "ADD DEFAULT TO <a:g>", "MOVE DEFAULT TO <a:g>", "COPY DEFAULT TO <a:g>", r"\u0043LEAR ALL", "# ASK {}\nDROP ALL",
    "PREFIX a: <a:> BASE <b:> INSERT DATA { a:s a:p a:o }", "ASK {} ; DROP ALL",
]  # fmt: skip


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_is_refused_on_every_way_in(
    site: Any, as_post: Any, read_response: Any, update: str
) -> None:
    form = "application/x-www-form-urlencoded"
    ways = [
        as_post(update),
        as_post(update, Content_Type="application/sparql-update"),
        as_post(f"query={quote(update)}", Content_Type=form),
        as_post(f"update={quote(update)}", Content_Type=form),
        as_post(f"query=ASK%7B%7D&update={quote(update)}", Content_Type=form),
        as_post("ASK {}").replace(b"/sparql ", f"/sparql?update={quote(update)} ".encode(), 1),
        as_post(update).replace(b"POST", b"QUERY", 1),
        as_post(update, Content_Type="application/sparql-update").replace(b"POST", b"PATCH", 1),
    ]
    ways += [
        f"GET /sparql?{name}={quote(update)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        for name in ("query", "update")
    ]
    for way in ways:
        assert read_response(site.say(way)).status in {400, 403, 405}, way
    assert json.loads(site.sparql("ASK { <a:s> <a:p> <a:o> }").body)["boolean"] is False


def test_writes_of_the_graph_store_protocol_are_refused(site: Any, read_response: Any) -> None:
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        for target in (
            "/graph?default",
            "/graph?graph=a:g",
            "/sparql?default",
            "/sparql?graph=a:g",
            "/graph/definitions",
        ):
            head = f"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/turtle\r\nContent-Length: 18\r\n\r\n"
            assert read_response(site.say(head.encode() + b"<a:s> <a:p> <a:o> ")).status in {
                400,
                404,
                405,
                415,
            }


VALUES: dict[str, str] = {
    "a quote": 'x" } #',
    "an apostrophe": "x' } #",
    "a long quote": 'x""" } UNION { ?s ?p ?o } #',
    "a back slash": "x\\",
    "an escape": r"\u0022 } UNION { ?s ?p ?o } #",
    "a line end": "x\n} UNION { ?s ?p ?o } #",
    "an IRI's end": "http://x/> ?p ?o } UNION { ?s ?p <http://y/",
    "a SERVICE": "> } SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } #",
    "a variable": "?concept",
    "a comment": "# }",
    "a placeholder": "{text} %s ${text} {{text}}",
    "NUL": "\0",
    "a direction mark": "\u202edrowssap",
    "a regular expression": "(a+)+$",
    "2,001 letters": "x" * 2_001,
    "a blank node": "_:b0",
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_a_value_of_a_named_query_stays_a_value(site: Any, case: str) -> None:
    value = quote(VALUES[case].replace("PORT", str(site.trap)), safe="")
    for target in (
        f"/queries/label-search?text={value}", f"/queries/concept?concept={value}",
        f"/queries/subtree?concept={value}", f"/queries/label-search?text=a&language={value}", f"/queries/{value}?text=a",
        f"/queries/label-search?{value}=a&text=a",
    ):  # fmt: skip
        answer = site.get(target + "&format=json")
        assert answer.status in {200, 400, 404, 414}, (target, answer)
        if answer.status == 200 and "/label-search?text=" in target and "text=a" not in target:
            assert len(json.loads(answer.body)["results"]["bindings"]) <= 100
            assert not re.search(rb'"(s|p|o)"', answer.body.partition(b"}")[0])
        page = site.get(target, Accept="text/html")
        assert page.status in {200, 400, 404, 414}
        assert page.whole


def test_a_csv_of_hostile_values_keeps_its_rows(site: Any) -> None:
    rows = site.sparql(r"""SELECT ('a,"b"\r\nc' AS ?x) ('=cmd()' AS ?y) {}""", accept="text/csv").body
    assert rows == b'x,y\r\n"a,""b""\r\nc",=cmd()\r\n'
