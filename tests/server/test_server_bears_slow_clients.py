"""Clients that send slowly, read slowly, do nothing, or leave."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

import pytest

MANY = 60  # far more than the server has threads


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ",
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
    ],
    ids=["headers", "body"],
)
def test_slow_senders_delay_nobody_and_are_refused_in_time(site: Any, beginning: bytes) -> None:
    with contextlib.ExitStack() as stack:
        senders: list[socket.socket] = [stack.enter_context(site.connect()) for _ in range(MANY)]
        for sender in senders:
            sender.sendall(beginning)
        deadline = time.monotonic() + 10
        first = senders[0]
        first.setblocking(False)
        answer, served_meanwhile = b"", 0
        while not answer:
            assert time.monotonic() < deadline, "a slow sender is never refused"
            for sender in senders:
                with contextlib.suppress(OSError):
                    sender.send(b"a")
            assert site.get("/").endswith(b"hello")
            try:
                answer = first.recv(1000)
            except BlockingIOError:
                served_meanwhile += 1
            time.sleep(0.2)
        assert answer.split()[1] == b"408"
        assert served_meanwhile > 0  # whoever waited for the slow ones came after the refusal


def test_a_connection_that_says_nothing_is_closed(site: Any) -> None:
    with site.connect() as client:
        began_at = time.monotonic()
        assert client.recv(1) == b""
        assert 1 < time.monotonic() - began_at < 8


def test_a_connection_that_sends_only_empty_lines_is_closed(site: Any) -> None:
    with site.connect() as client:
        client.setblocking(False)
        deadline = time.monotonic() + 8
        is_open = True
        while is_open:
            assert time.monotonic() < deadline, "empty lines keep a connection for ever"
            time.sleep(0.1)
            try:
                client.send(b"\r\n\r\n")
                is_open = client.recv(1) != b""
            except BlockingIOError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                is_open = False


def test_a_connection_in_use_is_kept_beyond_the_time_for_silent_ones(site: Any) -> None:
    with site.connect() as client:
        for _ in range(6):
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert site.read_to(client, b"hello")
            time.sleep(0.5)


def test_slow_readers_are_cut_and_their_threads_come_free(site: Any) -> None:
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(site.connect(receive_buffer_bytes=4096)) for _ in range(10)]
        for reader in readers:
            reader.sendall(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        deadline = time.monotonic() + 12
        while True:
            for reader in readers:
                with contextlib.suppress(OSError):
                    reader.recv(1024, socket.MSG_DONTWAIT)
            with contextlib.suppress(OSError), site.connect() as client:
                client.settimeout(0.3)
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if site.read_to(client, b"hello") and is_reset(readers[0]):
                    break
            assert time.monotonic() < deadline, "slow readers hold the server"
        assert site.get("/").endswith(b"hello")


def is_reset(client: socket.socket) -> bool:
    return (
        client.getsockopt(socket.SOL_TCP, socket.TCP_INFO, 1)[0] == 7
    )  # TCP_CLOSE of the kernel's tcp_states.h


def test_the_application_learns_that_its_client_left(site: Any) -> None:
    with site.connect() as client:
        client.sendall(b"GET /compute HTTP/1.1\r\nHost: localhost\r\n\r\n")
        site.wait_until((site.folder / "computing").exists, "the computation runs")
        assert not (site.folder / "left").exists()
    site.wait_until((site.folder / "left").exists, "the computation learns that nobody waits")
