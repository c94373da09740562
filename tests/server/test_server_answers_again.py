"""What the server's own loop answers, because the application has said that the same bytes get the same answer."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

GET = b"GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def fresh(start: Callable[..., Any]) -> Any:
    """One worker alone, so that every request comes to the same one."""
    return start("--workers", "1", "--drain-seconds", "30")


def ask(client: socket.socket, request: bytes = GET) -> tuple[bytes, bytes]:
    client.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += more(client)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
    while len(body) < length and not request.startswith(b"HEAD"):
        body += more(client)
    return head, body


def more(client: socket.socket) -> bytes:
    data = client.recv(65536)
    assert data, "the server closed in the middle"
    return data


def learn(client: socket.socket, request: bytes = GET) -> bytes:
    """Ask until the server answers by itself: it learns an answer just after it has sent it. Gives the body."""
    for _ in range(100):
        head, body = ask(client, request)
        if b"X-Request-Id: again-" in head:
            return body
    raise AssertionError("the application was asked a hundred times")


def told(site: Any) -> list[list[Any]]:
    answer: list[list[Any]] = json.loads(site.get("/again/told").partition(b"\r\n\r\n")[2])
    return answer


def test_the_same_bytes_are_answered_without_the_application(fresh: Any) -> None:
    with fresh.connect() as client:
        first = ask(client)
        learn(client)
        before = len(told(fresh))
        again = [ask(client) for _ in range(2)]
    assert {body for _, body in again} <= {b"asked %d" % number for number in range(1, 100)}
    assert told(fresh)[before:] == [["127.0.0.1", len(body), None] for _, body in again]
    assert [re.search(rb"X-Request-Id: (\S+)", head)[1] for head, _ in again] == [  # type: ignore[index]
        b"again-%d" % (before + 1),
        b"again-%d" % (before + 2),
    ]
    names = [sorted(line.partition(b":")[0] for line in head.split(b"\r\n")) for head, _ in (first, *again)]
    assert names[0] == names[1] == names[2]
    assert b"Date" in names[0]


def test_other_bytes_ask_the_application(fresh: Any) -> None:
    other = GET.replace(b"localhost", b"elsewhere")
    with fresh.connect() as client:
        one, two = learn(client, GET), learn(client, other)
        assert one != two
        assert [ask(client, request)[1] for request in (GET, other)] == [one, two]


def test_what_no_longer_holds_is_asked_again(fresh: Any) -> None:
    with fresh.connect() as client:
        known = learn(client)
        (fresh.folder / "changed").touch()
        assert ask(client)[1] not in {known, b""}


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(GET.replace(b"GET", b"HEAD"), id="HEAD"),
        pytest.param(
            GET.replace(b"GET", b"POST").replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"), id="POST"
        ),
        pytest.param(GET.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 2048 + b"\r\n\r\n"), id="long"),
    ],
)
def test_only_short_requests_to_get_are_repeated(fresh: Any, request_bytes: bytes) -> None:
    with fresh.connect() as client:
        for _ in range(3):
            assert ask(client, request_bytes)[0].startswith(b"HTTP/1.1 200 OK")
    assert told(fresh) == []


def test_two_requests_in_one_piece_are_both_answered(fresh: Any) -> None:
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with fresh.connect() as client:
        learn(client)
        client.sendall(GET + last)
        rest = fresh.read_all(client)
    assert rest.count(b"HTTP/1.1 200 OK") == 2


def test_a_request_in_pieces_is_read_the_long_way(fresh: Any) -> None:
    with fresh.connect() as client:
        known = learn(client)
        client.sendall(GET[:20])
        fresh.wait_until(lambda: has_been_read(client), "the server has read the first piece")
        assert ask(client, GET[20:])[1] != known


def has_been_read(client: socket.socket) -> bool:
    """Whether the server has taken all that was sent: its end of the connection has nothing waiting (proc(5))."""
    (_, server), (_, mine) = client.getpeername(), client.getsockname()
    with open("/proc/net/tcp") as table:
        for line in table:
            _, local, remote, _, queues, *_ = line.split()
            if local.endswith(f":{server:04X}") and remote.endswith(f":{mine:04X}"):
                return int(queues.partition(":")[2], 16) == 0
    return False


def test_a_client_that_wants_the_connection_closed_sees_it_closed(fresh: Any) -> None:
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert [fresh.say(last).endswith(b"asked %d" % n) for n in (1, 2, 3)] == [True] * 3


def test_a_slow_reader_gets_a_repeated_answer_whole(fresh: Any) -> None:
    size = 200_000
    request = GET.replace(b"/again", b"/again?%d" % size)
    with fresh.connect() as quick:
        assert len(learn(quick, request)) == size
    with fresh.connect(receive_buffer_bytes=4096) as slow:
        slow.sendall(request)
        time.sleep(0.3)
        head, body = ask(slow, b"")
    assert b"X-Request-Id: again-" in head
    assert body == b"z" * size


def test_what_is_too_large_is_sent_the_long_way(fresh: Any) -> None:
    request = GET.replace(b"/again", b"/again?300000")
    with fresh.connect() as client:
        assert [len(ask(client, request)[1]) for _ in range(3)] == [300_000] * 3
    assert told(fresh) == []


def test_a_server_that_stops_closes_after_the_answer(fresh: Any) -> None:
    with fresh.connect() as client, fresh.connect() as busy:
        learn(client)
        busy.sendall(b"GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n")
        fresh.wait_until((fresh.folder / "holding").exists, "a request is being answered")
        fresh.process.terminate()
        fresh.wait_until(lambda: b"Connection: close" in ask(client)[0], "the worker has heard of the end")
        assert client.recv(1) == b""
        (fresh.folder / "let-go").touch()
        assert ask(busy, b"")[1] == b"held"


def test_many_silent_connections_and_one_that_asks(fresh: Any) -> None:
    silent = [fresh.connect() for _ in range(200)]
    try:
        with fresh.connect() as client:
            known = learn(client)
        for one in silent:  # each of them is still heard
            assert ask(one)[1] == known
    finally:
        for one in silent:
            one.close()


def alike(query: str, *, header: str = "", version: str = "1.1") -> bytes:
    return f"GET /again/double?{query} HTTP/{version}\r\nHost: localhost\r\n{header}\r\n".encode()


def test_requests_that_differ_in_their_query_alone_are_answered_by_whoever_knows(fresh: Any) -> None:
    with fresh.connect() as client:
        assert ask(client, alike("1"))[1] == b"asked 1"
        answers = []
        while len(answers) < 3:
            head, body = ask(client, alike(str(20 + len(answers))))
            if not body.startswith(b"asked"):  # until the server has learnt it, just after the first answer
                answers.append((head, body))
    assert [body for _, body in answers] == [b"40", b"42", b"44"]
    assert told(fresh) == [["127.0.0.1", 2, str(number)] for number in (20, 21, 22)]
    assert [re.search(rb"(?i)etag: (\S+)", head)[1] for head, _ in answers] == [b'"20"', b'"21"', b'"22"']  # type: ignore[index]
    assert all(head.lower().count(b"content-length:") == 1 for head, _ in answers)
    assert all(head.lower().count(b"etag:") == 1 for head, _ in answers)


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(alike("7", header="Accept: text/csv\r\n"), id="another header"),
        pytest.param(alike("7").replace(b"/double", b"/double/"), id="another path"),
        pytest.param(alike("seven"), id="a query nobody knows"),
        pytest.param(alike("7&8"), id="two fields"),
        pytest.param(alike("7#8"), id="a fragment"),
        pytest.param(alike("7").replace(b"GET", b"HEAD"), id="another method"),
        pytest.param(alike("7", version="1.0"), id="another version"),
        pytest.param(alike("7").replace(b"?7 ", b"?7  "), id="two blanks"),
        pytest.param(alike("7" * 2048), id="a long query"),
    ],
)
def test_any_other_difference_asks_the_application(fresh: Any, request_bytes: bytes) -> None:
    with fresh.connect() as client:
        while ask(client, alike("7"))[1] != b"14":
            pass
        before = len(told(fresh))
    reply = fresh.say(request_bytes.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert b"X-Request-Id: again-" not in reply
    assert b"\r\n\r\n14" not in reply
    assert len(told(fresh)) == before


def test_what_nobody_knows_any_more_is_asked_of_the_application(fresh: Any) -> None:
    with fresh.connect() as client:
        while ask(client, alike("7"))[1] != b"14":
            pass
        (fresh.folder / "changed").touch()
        assert ask(client, alike("8"))[1].startswith(b"asked")


def test_a_request_with_content_is_like_no_other(fresh: Any) -> None:
    request = alike("7", header="Content-Length: 1\r\n") + b"x"
    with fresh.connect() as client:
        assert [ask(client, request)[1] for _ in range(3)] == [b"asked 1", b"asked 2", b"asked 3"]
