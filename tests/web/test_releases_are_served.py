"""A flip is seen, a damaged release is refused, an old one stays; the site stands below its mount and no Host."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.errors import NotFound
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import Release, rollback
from slm_graph.settings import SiteSettings
from slm_graph.web import create_app, site

Publish = Callable[..., Release]


@dataclass(slots=True)
class Clock:
    now: float


SENTENCE = "Ob jemand etwas kann."


@pytest.fixture
def publish(awkward: str) -> Publish:
    """Publish what is shipped and the awkward concepts; `change` is a pair of texts to replace in them."""
    from slm_graph.build import assemble
    from slm_graph.release import write_release
    from slm_graph.validation import validate

    def publish(
        data: Path, version: str, *, base: str = DEFAULT_BASE, change: tuple[str, str] = ("", "")
    ) -> Release:
        source = data.parent / f"{version}.ttl"
        source.write_text(awkward.replace(*change) if change[0] else awkward, "utf-8")
        dataset = assemble([source], base=base)
        return write_release(
            dataset, validate(dataset.union(), base=base), data=data, base=base, version=version
        )

    return publish


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The site's clock, which goes when told."""
    clock = Clock(site.monotonic())
    monkeypatch.setattr(site, "monotonic", lambda: clock.now)
    return clock


def definition(client: FlaskClient, path: str = "/doc/x/Pr%C3%BCfung") -> str:
    return str(client.get(path, headers={"Accept": "application/ld+json"}).json["definition"]["de"])


def test_a_flip_is_seen_within_a_second_and_the_old_release_stays(
    tmp_path: Path, publish: Publish, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    publish(data, "one")
    client = create_app(SiteSettings(data=data), queries=None).test_client()
    assert definition(client) == SENTENCE
    before = client.get("/doc/x/Pr%C3%BCfung.ttl")
    assert "Last-Modified" not in before.headers  # no date was given, and none is made up

    second = publish(data, "two", change=(SENTENCE, "Ob jemand etwas wirklich kann."))
    clock.now += 0.9
    assert definition(client) == SENTENCE
    clock.now += 0.2
    assert definition(client) == "Ob jemand etwas wirklich kann."
    assert client.get("/doc/x/Pr%C3%BCfung.ttl").headers["ETag"] != before.headers["ETag"]
    stale = client.get("/doc/x/Pr%C3%BCfung.ttl", headers={"If-None-Match": before.headers["ETag"]})
    assert stale.status_code == 200
    assert definition(client, "/release/one/doc/x/Pr%C3%BCfung") == SENTENCE
    assert definition(client, "/release/two/doc/x/Pr%C3%BCfung") == "Ob jemand etwas wirklich kann."
    listed = client.get("/releases", headers={"Accept": "application/json"}).json["releases"]
    assert [(row["version"], row["current"]) for row in listed] == [("two", True), ("one", False)]
    for row in listed:
        assert client.get(row["href"], headers={"Accept": "text/turtle"}).status_code == 200

    rollback(data)
    clock.now += 1.1
    assert definition(client) == SENTENCE

    # a damaged release is refused, once in the log, and the old one is served on
    (second.path / "data.nq").chmod(0o644)
    (second.path / "data.nq").write_bytes(b"")
    (data / "current").unlink()
    (data / "current").symlink_to("releases/two")
    with caplog.at_level(logging.ERROR, "slm_graph.web.site"):
        for _ in range(3):
            clock.now += site.RETRY_SECONDS + 1
            assert definition(client) == SENTENCE
    assert len([record for record in caplog.records if "two is refused" in record.getMessage()]) == 1
    (data / "current").unlink()
    clock.now += 1.1
    assert definition(client) == SENTENCE
    (data / "current").symlink_to("releases/one")
    assert definition(client) == SENTENCE


def test_another_base_and_a_mount_move_every_address(tmp_path: Path, publish: Publish) -> None:
    data, base = tmp_path / "data", "https://skills.example/kompetenz/"
    publish(data, "one", base=base)
    client = create_app(SiteSettings(data=data, mount="/m"), queries=None).test_client()
    answer = client.get("/m/id/sfia/SLMO_5", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/m/doc/sfia/SLMO_5")
    turtle = client.get("/m/doc/sfia/SLMO_5.ttl")
    assert f"@prefix sfia: <{base}id/sfia/>" in turtle.text
    assert "w3id.org/slm-graph" not in turtle.text
    assert client.get("/m/doc/sfia/SLMO_5.jsonld").json["@context"] == "/m/context.jsonld"
    assert client.get("/m/context.jsonld").json["@context"]["slm"] == base + "ontology#"
    page = client.get("/m/doc/sfia/SLMO", headers={"Accept": "text/html"}).text
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [href for href in links if href.startswith("/") and not href.startswith("/m/")]
    assert client.get("/m").location == "/m/"
    for path in ("/m/", "/m/ontology", "/m/queries/", "/m/healthz"):
        assert client.get(path).status_code == 200
    assert client.get("/m/doc/sfia/").headers["Location"] == "/m/doc/sfia"
    for outside in ("/", "/id/sfia", "/mm/id/sfia", "/healthz", "/doc/sfia"):
        assert client.get(outside).status_code == 404
    assert "/m/sparql" in client.get("/m/robots.txt").text


def test_without_a_release_there_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        create_app(SiteSettings(data=tmp_path), queries=None)


@pytest.mark.parametrize("version", ["no-such", "..", "a b", "%00", "x" * 100])
def test_a_release_that_is_not_there_is_404(client: FlaskClient, version: str) -> None:
    for rest in ("", "/doc", "/doc/sfia", "/doc.ttl", "/doc/external?iri=x"):
        assert client.get(f"/release/{version}{rest}").status_code in (400, 404)


def test_a_snapshot_links_within_its_release(client: FlaskClient) -> None:
    page = client.get("/release/first/doc/sfia/SLMO", headers={"Accept": "text/html"}).text
    assert 'href="/release/first/doc/sfia/SLMO_5"' in page
    main = page.split("<main")[1].split("</main>")[0]
    assert 'href="/doc/' not in main
    assert "Fester Stand" in page


def test_probes(app: Flask, data: Path) -> None:
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    assert client.get("/readyz").headers["Cache-Control"] == "no-store"
    assert client.get("/robots.txt").text.startswith("User-agent: *\n")
