"""The shipped release, on our own engine and on two servers of another make, an older release beside it each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import URIRef

from slm_graph import release
from slm_graph.build import assemble
from slm_graph.engine.parsing import parse
from slm_graph.formats import N_QUADS
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import Release, write_release
from slm_graph.remote import RemoteEndpoint
from slm_graph.store import EmbeddedStore, uploading
from slm_graph.store.engine_reader import Answerer
from slm_graph.store.graph_names import ReleaseGraphs
from slm_graph.store.graph_store import RemoteGraphs
from slm_graph.store.remote import RemoteQueries, RemoteStore
from slm_graph.store.uploading import Upload
from slm_graph.validation import validate


def upload_of(found: Release, *, version: str | None = None) -> Upload:
    """What `publish` makes of a release."""
    counts = {URIRef(name): int(number) for name, number in found.manifest["graphs"].items()}
    graphs = ReleaseGraphs(found.base, version or found.version, tuple(sorted(counts)))
    return Upload(graphs, found.quads_file, str(found.manifest["files"]["data.nq"]["sha256"]), counts)


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the shipped release, called «second»."""
    data = tmp_path_factory.mktemp("published") / "data"
    dataset = assemble([], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=data, base=DEFAULT_BASE, version="second", date="2026-11-20")
    return data


@pytest.fixture(scope="session")
def shipped(data_directory: Path) -> Release:
    return release.open_release(data_directory)


@pytest.fixture(scope="session")
def as_upload(shipped: Release) -> Callable[[str], Upload]:
    """The shipped release as the upload of a version."""
    return lambda version: upload_of(shipped, version=version)


@pytest.fixture(scope="session")
def embedded(shipped: Release) -> EmbeddedStore:
    """What every other store is held to."""
    return EmbeddedStore.open(shipped.quads_file)


@pytest.fixture(scope="session")
def published(
    shipped: Release, request: pytest.FixtureRequest, reading: tuple[Answerer, Path]
) -> Callable[[str], RemoteStore]:
    """The store of the release «second» on a server, by the name of its fixture; «first» holds the same below it."""
    made: dict[str, RemoteStore] = {}

    def store_of(name: str) -> RemoteStore:
        if name not in made:
            server = request.getfixturevalue(name)
            graphs = RemoteGraphs(server.graphs_url, user=server.user, password=server.password)
            for version in ("first", "second"):
                uploading.publish(upload_of(shipped, version=version), graphs)
            reader, nothing = reading
            known = RemoteQueries(server.query_url, reader=reader, nothing=nothing).graphs_of(
                "second", shipped.base
            )
            made[name] = RemoteStore(
                RemoteEndpoint(server.query_url), known, shipped.quads_file, reader=reader, nothing=nothing
            )
        return made[name]

    return store_of


@pytest.fixture(scope="session")
def two_releases(shipped: Release, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Our own engine as the store of two releases: the graphs under their stored names."""
    lines = []
    for version in ("first", "second"):
        graphs = upload_of(shipped, version=version).graphs
        for line in shipped.quads_file.read_text("utf-8").splitlines():
            triple, _, name = line.removesuffix(" .").rpartition(" <")
            lines.append(f"{triple} <{graphs.on_store(URIRef(name.removesuffix('>')))}> .\n")
    path = tmp_path_factory.mktemp("two") / "data.nq"
    path.write_text("".join(lines), "utf-8")
    assert sum(1 for _ in parse(path.read_bytes(), N_QUADS)) == len(lines)
    return EmbeddedStore.open(path)
