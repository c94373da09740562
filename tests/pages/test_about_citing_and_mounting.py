"""Whose the content is, how it is cited, and all of it below a path."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app

HTML = {"Accept": "text/html", "Accept-Language": "de"}
SLMO = "https://w3id.org/slm-graph/id/sfia/SLMO"


def test_every_scheme_stands_among_the_rights_with_its_holder(client: FlaskClient) -> None:
    text = client.get("/about", headers=HTML).text
    rows = text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    sfia = next(row for row in rows if 'href="/doc/sfia"' in row)
    assert "SFIA Foundation" in sfia
    trades = next(row for row in rows if 'href="/doc/trades"' in row)
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in trades
    assert all("nicht angegeben" not in row for row in rows)
    for target in re.findall(r'<li><a href="(/[^"]*)"><code>', text):
        if target != "/sparql":  # nobody answers queries in this test
            assert client.get(target, headers={"Accept": "*/*"}).status_code == 200, target


def test_a_citation_names_what_where_when_and_the_address(client: FlaskClient) -> None:
    text = client.get("/doc/sfia/SLMO_5", headers=HTML).text
    assert (
        "Servicelevel-Management: Ebene 5 (SLMO_5). In: Skills Framework for the Information Age (SFIA). "
        f"slm-graph, Release first, 2026-11-20. {SLMO}_5<"
    ) in text
    english = client.get("/doc/sfia/SLMO_5?lang=en", headers=HTML).text
    assert "Service level management: level 5 (SLMO_5). In:" in english


def test_a_framework_is_called_one(client: FlaskClient) -> None:
    assert 'class="kind">Rahmenwerk' in client.get("/doc/sfia", headers=HTML).text
    assert 'class="kind">Begriffssystem' in client.get("/doc/sfia/level", headers=HTML).text


@pytest.mark.parametrize(
    "path",
    [
        "/", "/about", "/search?q=service", "/doc/sfia", "/doc/sfia/SLMO_5", "/doc/trades/metal",
        "/compare?" + urlencode({"a": SLMO + "_4", "b": SLMO + "_5"}), "/tree?" + urlencode({"parent": SLMO}),
        "/index?" + urlencode({"scheme": "https://w3id.org/slm-graph/id/trades"}),
    ],
)  # fmt: skip
def test_below_a_path_every_address_is_below_it(data: Path, path: str) -> None:
    client = create_app(SiteSettings(data=data, mount="/skills"), queries=None).test_client()
    answer = client.get("/skills" + path, headers=HTML)
    assert answer.status_code == 200
    body = re.sub(r"<script type.*?</script>", "", answer.text, flags=re.DOTALL)
    addresses = re.findall(r'(?:href|src|action|data-suggest)="(/[^"]*)"', body)
    assert len(addresses) > 10
    assert not [one for one in addresses if not one.startswith("/skills/")]


def test_the_home_page_below_a_path_has_one_address(data: Path) -> None:
    client = create_app(SiteSettings(data=data, mount="/skills"), queries=None).test_client()
    for _ in range(2):
        bare = client.get("/skills?lang=en", headers=HTML)
        assert (bare.status_code, bare.headers["Location"]) == (301, "/skills/?lang=en")
        assert client.get("/skills/", headers=HTML).status_code == 200
    assert client.get("/skillsets", headers=HTML).status_code == 404


def test_addresses_in_json_are_below_the_path_too(data: Path) -> None:
    client = create_app(SiteSettings(data=data, mount="/skills"), queries=None).test_client()
    found = client.get("/skills/search.json?q=metallarbeit").get_json()
    assert found["hits"][0]["href"].startswith("/skills/doc/")
    assert found["next"].startswith("/skills/search?")
    branch = client.get(
        "/skills/tree?" + urlencode({"parent": SLMO}), headers={"Accept": "application/json"}
    ).get_json()
    assert all(item["href"].startswith("/skills/doc/") for item in branch["items"])
    assert client.get("/skills/suggest?q=metall").get_json()[3][0].startswith("/skills/doc/")
