"""One release, served by the application and, as files, by real web servers."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from slm_graph.settings import SiteSettings
from slm_graph.web import create_app
from slm_graph.web.export import export_site

SCHEME = """
@prefix slm: <https://w3id.org/slm-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/slm-graph/id/x> a slm:Framework , skos:ConceptScheme ;
    skos:prefLabel "Sperriges"@de , "Awkward things"@en ;
    skos:notation "X" ;
    dcterms:title "Sperriges"@de , "Awkward things"@en ;
    dcterms:creator <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:rightsHolder <https://w3id.org/slm-graph/agent/slm-graph> ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language "de" , "en" ;
    skos:hasTopConcept NAMES .
"""

CONCEPT = """
<https://w3id.org/slm-graph/id/x/NAME> a skos:Concept ;
    skos:prefLabel "NAME"@de , "NAME (en)"@en ;
    skos:notation "NAME" ;
    skos:inScheme <https://w3id.org/slm-graph/id/x> ;
    skos:topConceptOf <https://w3id.org/slm-graph/id/x> .
"""


def _scheme(*names: str) -> str:
    iris = " , ".join(f"<https://w3id.org/slm-graph/id/x/{name}>" for name in names)
    return SCHEME.replace("NAMES", iris) + "".join(CONCEPT.replace("NAME", name) for name in names)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, publish_turtle: Callable[..., None]) -> Path:
    """A data directory with two releases; the second lacks a concept of the first."""
    folder = tmp_path_factory.mktemp("static") / "data"
    folder.mkdir()
    publish_turtle(folder, _scheme("Prüfung", "v1.2", "gone"), version="1", date="2026-10-01")
    publish_turtle(folder, _scheme("Prüfung", "v1.2"), version="2", date="2026-11-20")
    return folder


@pytest.fixture(scope="session")
def app(data: Path) -> Flask:
    return create_app(SiteSettings(data=data), queries=None)


@pytest.fixture
def live(app: Flask) -> FlaskClient:
    """The running site."""
    return app.test_client()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case; several of one name joined by commas."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """A web server on a copy of the site."""

    name: str
    port: int

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(
                method, path, skip_accept_encoding=True, skip_host="Host" in (headers or {})
            )
            for name, value in (headers or {}).items():
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders()
            answer = connection.getresponse()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                key = name.lower()
                found[key] = f"{found[key]}, {value}" if key in found else value
            return Answer(answer.status, found, answer.read())


NGINX = """
pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; daemon off; {user}
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include {copy}/slm-graph.http.conf;
    server {{
        listen 127.0.0.1:{port};
        root {copy}/files;
        include {copy}/slm-graph.server.conf;
    }}
}}
"""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "output").open("wb") as output, subprocess.Popen(command, stderr=output) as process:
        try:
            deadline = time.monotonic() + 30  # on a machine under load
            while process.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    yield
                    return
                time.sleep(0.05)
            pytest.fail(f"{command[0]}: {(folder / 'output').read_text('utf-8', 'replace')[-2000:]}")
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def files(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, with the configuration of each server."""
    folder = tmp_path_factory.mktemp("copy") / "site"
    export_site(data, folder, servers=("nginx", "apache", "caddy"))
    return folder


@pytest.fixture(scope="session")
def nginx(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed (Debian: nginx-light)")
    folder, port = tmp_path_factory.mktemp("nginx"), _free_port()
    user = "user root;" if os.getuid() == 0 else ""  # else its worker could not enter a temporary folder
    text = NGINX.format(folder=folder, copy=files, port=port, user=user)
    (folder / "nginx.conf").write_text(text, "utf-8")
    with _running([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], port, folder):
        yield Copy("nginx", port)


APACHE = """
ServerName localhost:{port}
ServerRoot {folder}
TypesConfig /dev/null
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
{modules}
<VirtualHost 127.0.0.1:{port}>
    ServerName localhost:{port}
    Include {copy}/slm-graph.host.conf
</VirtualHost>
"""

MODULES = ("mpm_event", "authz_core", "mime", "rewrite", "headers", "env")


@pytest.fixture(scope="session")
def apache(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    program, shelf = shutil.which("apache2"), Path("/usr/lib/apache2/modules")
    if program is None or not shelf.is_dir():
        pytest.skip("Apache is not installed (Debian: apache2)")
    folder, port = tmp_path_factory.mktemp("apache"), _free_port()
    modules = "\n".join(f"LoadModule {name}_module {shelf}/mod_{name}.so" for name in MODULES)
    for path in (folder, *files.parents[:3]):
        path.chmod(0o755)  # a server that root starts reads as somebody else
    text = APACHE.format(folder=folder, copy=files, port=port, modules=modules)
    (folder / "apache.conf").write_text(text, "utf-8")
    with _running([program, "-X", "-f", str(folder / "apache.conf")], port, folder):
        yield Copy("apache", port)


CADDY = """
{{
    admin off
    auto_https off
}}
http://:{port} {{
    bind 127.0.0.1
    root * {copy}/files
    import {copy}/slm-graph.site.caddy
}}
"""


@pytest.fixture(scope="session")
def caddy(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("Caddy is not installed (Debian: caddy)")
    folder, port = tmp_path_factory.mktemp("caddy"), _free_port()
    (folder / "Caddyfile").write_text(CADDY.format(copy=files, port=port), "utf-8")
    # where it keeps what it was last configured with
    home = [f"{name}={folder}" for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")]
    command = [
        "/usr/bin/env",
        *home,
        program,
        "run",
        "--config",
        str(folder / "Caddyfile"),
        "--adapter",
        "caddyfile",
    ]
    with _running(command, port, folder):
        yield Copy("caddy", port)


@pytest.fixture(params=["nginx", "apache", "caddy"])
def copy(request: pytest.FixtureRequest) -> Copy:
    """Each of the web servers."""
    found: Copy = request.getfixturevalue(request.param)
    return found
