"""A concept's address in another case leads to the concept, where it is the only one that can be meant."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        ("/id/x/single", 301, "/id/x/Single"),
        ("/id/X/SINGLE/", 301, "/id/x/Single"),
        ("/id/x/twin", 303, "/doc/x/twin"),
        ("/id/x/TWIN", 404, None),  # two may be meant
        ("/id/x/gone", 410, None),  # what it meant before, though another is called nearly so
        ("/id/x/Gone", 301, "/id/x/GONE"),
        ("/id/y/single", 404, None),
    ],
)
def test_the_only_one_that_can_be_meant(
    twins: FlaskClient, asked: str, status: int, location: str | None
) -> None:
    answer = twins.get(asked)
    assert (answer.status_code, answer.headers.get("Location")) == (status, location)
