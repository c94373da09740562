"""Cool URIs for the Semantic Web, 4.2; RFC 9110, 15.4.4."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        pytest.param("/id/x/kept", "/doc/x/kept", id="plain"),
        pytest.param("/id/x/kept?lang=de", "/doc/x/kept?lang=de", id="language-kept"),
        pytest.param("/id/x/kept?lang=fr", "/doc/x/kept", id="language-unknown"),
        pytest.param("/id/x/kept?_profile=alt", "/doc/x/kept?_profile=alt", id="view-kept"),
        pytest.param(
            "/id/x/kept?_mediatype=application/rdf%2Bxml&lang=en&_profile=schema&x=y",
            "/doc/x/kept?lang=en&_profile=schema&_mediatype=application%2Frdf%2Bxml",
            id="view-format-and-language-kept",
        ),
        pytest.param("/id/x/kept?_profile=", "/doc/x/kept", id="view-left-empty"),
        pytest.param("/id/x/kept?utm_source=y", "/doc/x/kept", id="other-parameters-dropped"),
    ],
)
def test_the_language_and_the_view_asked_for_go_along(client: FlaskClient, asked: str, location: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert answer.headers["Link"] == '</doc/x/kept>; rel="describedby"'
