"""`serve`: an application on a port, with workers that start, stop and come back as they should.

The choice of waitress, with numbers: docs/decisions/wsgi-server.md.
"""

from __future__ import annotations

import errno
import http.client
import os
import resource
import socket
import time
from collections.abc import Callable, Sequence
from wsgiref.types import WSGIApplication

from slm_graph.errors import EnvironmentFault, Text, UsageError
from slm_graph.settings import Network
from slm_graph.web.admission import THREADS
from slm_graph.web.limits import Limits
from slm_graph.web.supervisor import READY, Post, Supervisor

DRAIN_SECONDS = 15.0
"""Longer than the deadline of a query (10 s), so that what was begun can be finished."""

BACKLOG = 1024
"""Connections the kernel holds for us while both workers are busy; the kernel caps it (net.core.somaxconn)."""

PROBE_SECONDS = 5.0
"""For one answer to our own question whether the site is up."""

WANTED_DESCRIPTORS = 4096
"""Of one worker: its connections, twice as many buffer files, and what the application opens."""


def default_workers() -> int:
    """One worker a core, at least two (one dies: the other serves), at most eight (each holds the catalogue)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, max(2, cores))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises EnvironmentFault when the address cannot be had."""
    if not 0 <= port <= 65535:
        raise UsageError(
            Text(de=f"Port {port} gibt es nicht (0 bis 65535).", en=f"No such port: {port} (0 to 65535).")
        )
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise EnvironmentFault(
            Text(de=f"Der Rechnername „{host}“ ist unbekannt.", en=f"The host name “{host}” is unknown."),
            hint=Text(
                de="Mit --host eine eigene Adresse nennen.", en="Name an address of this machine with --host."
            ),
        ) from error
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Or a restart would have to wait for the last connections to be forgotten (TIME_WAIT).
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _bind_fault(error, host, port) from error
    return listener


def _bind_fault(error: OSError, host: str, port: int) -> EnvironmentFault:
    where = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return EnvironmentFault(
            Text(de=f"Port {port} ist schon belegt.", en=f"Port {port} is already in use."),
            hint=Text(
                de="Den anderen Server beenden oder mit --port einen anderen Port nennen (0: ein freier).",
                en="Stop the other server, or name another port with --port (0: a free one).",
            ),
            where=where,
        )
    if error.errno == errno.EACCES:
        return EnvironmentFault(
            Text(
                de=f"Port {port} darf hier nicht geöffnet werden.", en=f"Port {port} may not be opened here."
            ),
            hint=Text(
                de="Ports unter 1024 brauchen Rechte; --port 8000.",
                en="Ports below 1024 need rights; --port 8000.",
            ),
            where=where,
        )
    return EnvironmentFault(
        Text(
            de=f"Die Adresse kann nicht geöffnet werden: {error.strerror}.",
            en=f"The address cannot be opened: {error.strerror}.",
        ),
        hint=Text(
            de="Mit --host eine eigene Adresse nennen.", en="Name an address of this machine with --host."
        ),
        where=where,
    )


def url_of(listener: socket.socket, host: str) -> str:
    """The URL to open in a browser, without a path: the real port, this machine where we listen on all addresses.

    >>> with bind("127.0.0.1", 0) as listener:
    ...     url_of(listener, "127.0.0.1") == f"http://127.0.0.1:{listener.getsockname()[1]}"
    True
    """
    port = listener.getsockname()[1]
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _reachable(host: str) -> str:
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def serve(
    app_factory: Callable[[], WSGIApplication],
    *,
    host: str,
    port: int,
    workers: int | None = None,
    threads: int = THREADS,
    on_ready: Callable[[str], None] | None = None,
    drain_seconds: float = DRAIN_SECONDS,
    probe_path: str = "/healthz",
    every_second: Callable[[], None] | None = None,
    limits: Limits | None = None,
    trusted_proxies: Sequence[Network] = (),
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code: 0, or 3 when a worker had to be killed at the end.

    `app_factory` is called in each worker after the fork. `on_ready` gets the URL once a worker has answered
    `probe_path` with less than 500. `every_second` is called in the parent: quick, and no threads, or a later
    fork is refused. A second signal while stopping stops at once.
    Raises UsageError and EnvironmentFault: no such port, address not to be had, the application cannot start.
    """
    count = default_workers() if workers is None else workers
    if count < 1 or threads < 1:
        raise UsageError(
            Text(de="Mindestens ein Arbeitsprozess und ein Thread.", en="At least one worker and one thread.")
        )
    listener = bind(host, port)
    url = url_of(listener, host)

    def work(post: Post) -> None:
        run_worker(
            app_factory,
            listener,
            post,
            threads=threads,
            drain_seconds=drain_seconds,
            limits=limits or Limits(),
            trusted_proxies=trusted_proxies,
        )

    def announce() -> None:
        if on_ready is not None:
            on_ready(url)

    try:
        return Supervisor(
            work=work,
            count=count,
            confirm=lambda: answers(_reachable(host), listener.getsockname()[1], probe_path),
            on_ready=announce,
            on_stop=listener.close,
            drain_seconds=drain_seconds,
            every_second=every_second,
        ).run()
    finally:
        listener.close()


def answers(host: str, port: int, path: str) -> bool:
    """Whether the site answers a question over HTTP with anything but a failure of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close", "User-Agent": "slm-graph"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run_worker(
    app_factory: Callable[[], WSGIApplication],
    listener: socket.socket,
    post: Post,
    *,
    threads: int,
    drain_seconds: float,
    limits: Limits,
    trusted_proxies: Sequence[Network],
) -> None:
    """One worker's life: serve until ordered to stop, then finish what was begun."""
    # Here and not above: the parent never needs the library, and each worker pays 20 ms in parallel.
    from slm_graph.web.connections import Server, quiet_logs

    quiet_logs()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(WANTED_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    server = Server(app_factory(), listener, threads=threads, limits=limits, trusted_proxies=trusted_proxies)
    post.wake_with(server.pull_trigger)
    post.say(READY)
    while not post.must_stop:
        server.turn(timeout_seconds=1)
        post.beat()
    deadline = time.monotonic() + drain_seconds
    server.drain()
    while not server.is_empty and time.monotonic() < deadline:
        server.turn(timeout_seconds=0.05)
        post.beat()
