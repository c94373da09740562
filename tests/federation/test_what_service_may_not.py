"""What is refused, with line and column, in both languages, before anybody is asked; and what is not SERVICE at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from slm_graph.errors import QueryError, QueryRefused, QueryTooLarge, UsageError
from slm_graph.settings import FederationSettings
from slm_graph.store.service_clauses import names_service

ELSE = "http://else.example/sparql"

REFUSED: dict[str, tuple[str, type[QueryError], tuple[int, int], str, str]] = {
    "not on the list": ("ASK {\n SERVICE <http://else.example/sparql> {} }", QueryRefused, (2, 10), "is not on the list", "nicht auf der Liste"),
    "almost on the list": ("ASK { SERVICE <URL/> {} }", QueryRefused, (1, 15), "is not on the list", "nicht auf der Liste"),
    "on the list but for its case": ("ASK { SERVICE <HTTP:REST> {} }", QueryRefused, (1, 15), "is not on the list", "nicht auf der Liste"),
    "not on the list, silently": ("ASK { SERVICE SILENT <http://else.example/> {} }", QueryRefused, (1, 22), "is not on the list", "nicht auf der Liste"),
    "by a prefix not on the list": ("PREFIX e: <http://else.example/>\nASK { SERVICE e:sparql {} }", QueryRefused, (2, 15), "is not on the list", "nicht auf der Liste"),
    "a file": ("ASK { SERVICE <file:///etc/passwd> {} }", QueryRefused, (1, 15), "is not on the list", "nicht auf der Liste"),
    "a variable": ("ASK { SERVICE ?g {} }", QueryRefused, (1, 7), "which endpoint is asked", "muss in der Abfrage stehen"),
    "a variable bound to the list": ("ASK { BIND(<URL> AS ?g) SERVICE SILENT ?g {} }", QueryRefused, (1, len("ASK { BIND(<> AS ?g) ") + 1), "which endpoint", "welcher Endpunkt"),
    "SERVICE in SERVICE": ("ASK { SERVICE <URL> {\n{ SERVICE <URL> {} } } }", QueryRefused, (2, 3), "within SERVICE", "innerhalb von SERVICE"),
    "too many": ("ASK { " + "SERVICE <URL> {}\n" * 5 + "}", QueryTooLarge, (5, 1), "occurs 5 times, 4 are allowed", "5-mal vor, erlaubt ist es 4-mal"),
    "an undeclared prefix": ("ASK { SERVICE e: {} }", QueryError, (1, 15), "names no IRI", "nennt hier keine IRI"),
    "a relative IRI": ("ASK { SERVICE <sparql> {} }", QueryError, (1, 15), "names no IRI", "nennt hier keine IRI"),
    "a string": ("ASK { SERVICE 'URL' {} }", QueryError, (1, 7), "is not whole", "nicht vollständig"),
    "no pattern": ("ASK { SERVICE <URL> }", QueryError, (1, 7), "is not whole", "nicht vollständig"),
    "no target": ("ASK { SERVICE {} }", QueryError, (1, 7), "is not whole", "nicht vollständig"),
    "nothing": ("ASK { SERVICE", QueryError, (1, 7), "is not whole", "nicht vollständig"),
    "never closed": ("ASK { SERVICE <URL> { ", QueryError, (1, 7), "is not whole", "nicht vollständig"),
    "a fault outside": ("ASK { SERVICE <URL> {} }\n oops", QueryError, (2, 2), "out of place", "steht hier falsch"),
    "a fault inside": ("ASK { SERVICE <URL> {\n ?s ?p } }", QueryError, (2, 8), "out of place", "steht hier falsch"),
    "a blank node inside and outside": ("ASK { _:a ?p ?o .\nSERVICE <URL> { _:a ?p ?o } }", QueryError, (2, None), "inside and outside", "innerhalb und außerhalb"),
    "glued to SILENT": ("ASK { SERVICE <URL> {} SERVICESILENT<URL>{} }", QueryError, (1, None), "more than one way", "mehr als eine Lesart"),
    "an escape": ("ASK { SERVICE <URL> {} \\u0053ERVICE <URL> {} }", QueryError, (1, None), "more than one way", "mehr als eine Lesart"),
    "what may be a string": ("ASK { SERVICE <URL> {} FILTER(?x<'s>') }", QueryError, (1, None), "more than one way", "mehr als eine Lesart"),
    "an update": ("INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }", QueryRefused, (1, 1), "takes no updates", "nimmt dieser Dienst nicht an"),
    "after OPTIONAL": ("ASK { OPTIONAL SERVICE <URL> {} }", QueryError, (1, 16), "out of place", "steht hier falsch"),
    "after MINUS": ("ASK { MINUS SERVICE <URL> {} }", QueryError, (1, 13), "out of place", "steht hier falsch"),
    "after EXISTS": ("ASK { FILTER EXISTS SERVICE <URL> {} }", QueryError, (1, 21), "out of place", "steht hier falsch"),
    "after UNION": ("ASK { {} UNION SERVICE <URL> {} }", QueryError, (1, 16), "out of place", "steht hier falsch"),
    "before UNION": ("ASK { SERVICE <URL> {} UNION {} }", QueryError, (1, None), "out of place", "steht hier falsch"),
    "after GRAPH": ("ASK { GRAPH <a:b> SERVICE <URL> {} }", QueryError, (1, 19), "out of place", "steht hier falsch"),
    "after WHERE": ("ASK WHERE SERVICE <URL> {}", QueryError, (1, 11), "out of place", "steht hier falsch"),
    "after the form": ("ASK SERVICE <URL> {}", QueryError, (1, 5), "out of place", "steht hier falsch"),
    "in an expression": ("ASK { FILTER(SERVICE <URL> {}) }", QueryError, (1, 14), "out of place", "steht hier falsch"),
    "in a template": ("CONSTRUCT { SERVICE <URL> {} } WHERE {}", QueryError, (1, 13), "out of place", "steht hier falsch"),
    "in a triple": ("ASK { ?s SERVICE <URL> {} }", QueryError, (1, 10), "out of place", "steht hier falsch"),
    "too deep": ("ASK { SERVICE <URL> " + "{" * 120 + "}" * 120 + " }", QueryTooLarge, (1, None), "nested brackets", "Klammern ineinander"),
    "too long a chain": ("ASK { SERVICE <URL> { FILTER(1" + "+1" * 600 + ") } }", QueryTooLarge, (None, None), "occurs 600 times", "kommt 600-mal vor"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_before_anybody_is_asked(asking: Callable[..., Any], endpoint: Any, case: str) -> None:
    text, kind, (line, column), en, de = REFUSED[case]
    endpoint.asked.clear()
    rest = endpoint.url.partition(":")[2]
    query = text.replace("URL", endpoint.url).replace("REST", rest)
    if "BIND(<" in text:
        column = (column or 0) + len(endpoint.url)
    with pytest.raises(QueryError) as caught:
        asking(endpoint.url).ask(query)
    assert type(caught.value) is kind
    assert en in caught.value.text.en
    assert de in caught.value.text.de
    assert line is None or caught.value.line == line
    assert column is None or caught.value.column == column
    assert endpoint.asked == []


def test_the_refusal_names_the_list(asking: Callable[..., Any], endpoint: Any) -> None:
    with pytest.raises(QueryRefused) as caught:
        asking(endpoint.url, "https://other.example/sparql").ask("ASK { SERVICE <http://else.example/> {} }")
    assert f"{endpoint.url}, https://other.example/sparql" in caught.value.message("en")
    assert f"{endpoint.url}, https://other.example/sparql" in caught.value.message("de")


NO_SERVICE = [
    "ASK {}",
    "ASK { ?service ?p 'SERVICE <http://a/> {}' }",
    'ASK { ?s ?p """ } SERVICE <http://a/> { """ }',
    "ASK {} # SERVICE <http://a/> {}",
    "PREFIX service: <http://a/> ASK { service:SERVICE ?p ?o }",
    "ASK { <http://a/SERVICE> ?p '\\'SERVICE' }",
    "ASK { ?s ?p 'a'@service }",
]


@pytest.mark.parametrize("query", NO_SERVICE)
def test_the_word_alone_is_no_clause(asking: Callable[..., Any], endpoint: Any, query: str) -> None:
    assert not names_service(query)
    assert not asking(endpoint.url).federation.concerns(query)
    # beside a clause, it does not confuse
    endpoint.asked.clear()
    both = query.replace("{", f"{{ SERVICE <{endpoint.url}> {{ VALUES ?z {{ 1 }} }} ", 1)
    assert asking(endpoint.url).ask(both)[1]["boolean"] in (True, False)
    assert len(endpoint.asked) == 1


def test_without_a_list_no_query_concerns_it(asking: Callable[..., Any]) -> None:
    assert not asking().federation.concerns("ASK { SERVICE <http://a/> {} }")


@pytest.mark.parametrize(
    "iri",
    [
        "sparql", "/sparql", "ftp://a.example/", "http://", "http:///sparql", "http://me@a.example/", "http://me:pw@a.example/",
        "http://a.example/#x", "http://a.example/ b", "http://ä.example/", "http://a.example:99999/", "http://a.example/<b>", "",
        "file:///etc/passwd", "http://a.example/\n",
    ],
)  # fmt: skip
def test_the_list_takes_absolute_http_iris_only(iri: str) -> None:
    with pytest.raises(UsageError) as caught:
        FederationSettings(endpoints=(iri,))
    assert "federation.endpoints" in caught.value.text.en
    assert "keine brauchbare Adresse" in caught.value.text.de


@pytest.mark.parametrize(
    "iri",
    [
        "http://a.example/",
        "https://a.example:8443/sparql?default=x",
        "http://[::1]:80/",
        "http://127.0.0.1/%20",
    ],
)
def test_the_list_takes_what_can_be_asked(iri: str) -> None:
    assert FederationSettings(endpoints=(iri,)).endpoints == (iri,)


def test_caps_that_would_endanger_the_site_are_refused() -> None:
    for wrong in (
        {"concurrency": 13},
        {"max_clauses": 9},
        {"timeout_seconds": 61.0},
        {"max_bytes": 5 * 1024 * 1024},
    ):
        with pytest.raises(UsageError, match="at most"):
            FederationSettings(**wrong)  # type: ignore[arg-type]  # each is of its field's type
