"""What is kept of answers, names and lists keeps no release open: each open one costs file handles in every thread."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.release import rollback
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web import site as sites
from slm_graph.web.app import EXTENSION
from slm_graph.web.site import Site

PATHS = ("/doc/x/kept", "/doc/x/old", "/doc/x", "/doc/sfia/SLMO", "/doc/sfia/SLMO_5")
"""A concept, a scheme with its list, a skill, a level with what stands above it."""


@pytest.fixture
def fresh(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


def _site(app: Flask) -> Site:
    found: Site = app.extensions[EXTENSION].site
    return found


def _read(client: FlaskClient, paths: tuple[str, ...]) -> None:
    for path in paths:
        for accept in ("text/html", "text/turtle"):
            for _ in range(2):  # the second one is answered with what the first was
                assert client.get(path, headers={"Accept": accept}).status_code == 200


def _look(client: FlaskClient, paths: tuple[str, ...]) -> None:
    for path in paths:
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200


def test_a_snapshot_that_gave_way_to_others_is_closed(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "OPEN_SNAPSHOTS", 1)
    client, site = fresh.test_client(), _site(fresh)
    _read(client, tuple(f"/release/1{path}" for path in PATHS))
    before = weakref.ref(site.snapshot("1").catalogue)
    assert before() is not None

    _read(client, tuple(f"/release/2{path}" for path in PATHS))

    gc.collect()
    assert before() is None
    assert client.get("/release/1/doc/x/kept").status_code == 200


def test_a_release_that_was_replaced_is_closed(
    fresh: Flask, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "LOOK_SECONDS", 0.0)
    client, site = fresh.test_client(), _site(fresh)
    _read(client, PATHS)
    _look(client, ("/", "/search?q=service", "/index?scheme=https://w3id.org/slm-graph/id/x", "/mappings"))
    before = weakref.ref(site.current().catalogue)
    assert before() is not None

    rollback(data, "1")
    try:
        _look(client, PATHS[:1])
        assert site.current().release.version == "1"
    finally:
        rollback(data, "2")

    gc.collect()
    assert before() is None
