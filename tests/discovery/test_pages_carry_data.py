"""schema.org inside pages: a block of data that search engines read, and no browser runs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from slm_graph.web.pages import structured

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def block(client: FlaskClient, path: str, language: str) -> dict[str, Any]:
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": language}).text
    [text] = BLOCK.findall(page)
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_concept_is_a_defined_term_in_the_readers_language(client: FlaskClient) -> None:
    for language, name in (
        ("de", "Servicelevel-Management: Ebene 5"),
        ("en", "Service level management: level 5"),
    ):
        said = block(client, "/doc/sfia/SLMO_5", language)
        assert said["@context"] == "https://schema.org"
        assert said["@id"] == "https://w3id.org/slm-graph/id/sfia/SLMO_5"
        assert said["@type"] == "DefinedTerm"
        assert said["name"] == name
        assert said["termCode"] == "SLMO_5"
        assert said["inDefinedTermSet"] == {"@id": "https://w3id.org/slm-graph/id/sfia"}


def test_a_framework_is_a_set_of_terms(client: FlaskClient) -> None:
    assert block(client, "/doc/x", "en")["@type"] == "DefinedTermSet"


def test_the_catalogue_is_a_data_set_with_files(client: FlaskClient) -> None:
    said = block(client, "/catalog", "en")
    assert said["@type"] == "Dataset"
    for file in said["distribution"]:
        assert client.head(file["contentUrl"].replace("https://w3id.org/slm-graph", "")).status_code == 200


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", "]]>", "&lt;", 'a"b\\c', "\u2028"]
)
def test_no_text_leaves_the_block(text: str) -> None:
    made = structured({"name": text})
    assert not re.search("[<>&]", made)
    assert json.loads(made) == {"name": text}
