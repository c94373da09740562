"""What the server accepts, refuses and hands to the application."""

from __future__ import annotations

import json
from typing import Any

import pytest


def body_of(answer: bytes) -> bytes:
    return answer.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "QUERY", "DELETE"])
def test_every_method_reaches_the_application(site: Any, method: str) -> None:
    assert json.loads(body_of(site.get("/environ", method=method)))["REQUEST_METHOD"] == method


@pytest.mark.parametrize("path", ["/", "/stream"])
def test_head_is_answered_without_a_body(site: Any, path: str) -> None:
    answer = site.get(path, method="HEAD")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body_of(answer) == b""


def test_head_says_the_length_that_get_has(site: Any) -> None:
    assert b"\r\nContent-Length: 5\r\n" in site.get("/", method="HEAD")


@pytest.mark.parametrize(
    ("target", "decoded"),
    [
        ("/environ/a%2Fb%00c?q=%20+", "/environ/a/b\x00c"),
        ("//environ/x", "/environ/x"),
        ("/environ/../x", "/environ/../x"),
        ("http://elsewhere/environ/x", "/environ/x"),
        ("/environ/%C3%A4", "/environ/Ã¤"),
    ],
)
def test_the_application_sees_the_target_as_it_was_sent(site: Any, target: str, decoded: str) -> None:
    environ = json.loads(body_of(site.get(target)))
    assert environ["slm_graph.raw_path"] == target
    assert environ["PATH_INFO"] == decoded


def test_a_chunked_body_is_read(site: Any) -> None:
    head = (
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert body_of(site.say(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")) == b"abcde"


def test_two_requests_share_a_connection(site: Any) -> None:
    first = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = site.say(first + first.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/not-modified", b"304 Not Modified"),
        ("OPTIONS", "/no-content", b"204 No Content"),
        ("HEAD", "/not-modified", b"304 Not Modified"),
        ("HEAD", "/stream", b"200 OK"),  # its GET has no length
    ],
)
def test_an_answer_without_a_body_leaves_the_connection_open(
    site: Any, method: str, path: str, status: bytes
) -> None:
    request = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with site.connect() as client:
        client.sendall(request)
        head = site.read_to(client, b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 " + status)
        assert b"\r\nConnection:" not in head
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        rest = site.read_all(client)
    assert rest.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body_of(rest) == b"hello"


@pytest.mark.parametrize("path", ["/not-modified", "/no-content"])
def test_an_answer_without_a_body_still_closes_where_the_client_says_so(site: Any, path: str) -> None:
    assert b"\r\nConnection: close\r\n" in site.get(path)
    assert b"\r\nConnection: close\r\n" in site.get(path, version="1.0")


def test_a_body_of_unknown_length_in_http_1_0_still_ends_by_closing(site: Any) -> None:
    answer = site.say(b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert b"\r\nConnection: close\r\n" in answer
    assert body_of(answer) == b"first\nlast\n"


def test_a_client_that_asks_before_sending_is_told_to_continue(site: Any) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n"
    with site.connect() as client:
        client.sendall(head + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert site.read_all(client).endswith(b"abc")


@pytest.mark.parametrize("length", [b"", b"Content-Length: 0\r\n"])
def test_a_request_without_content_is_answered_though_it_expects_to_be_told_to_continue(
    site: Any, length: bytes
) -> None:
    """RFC 9110, 10.1.1: without content there is nothing to wait for."""
    with site.connect() as client:
        client.sendall(
            b"GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + length
            + b"Expect: 100-continue\r\n\r\n"
        )
        assert site.read_all(client).startswith(b"HTTP/1.1 200 ")


def test_a_body_of_exactly_the_limit_is_accepted_and_one_byte_more_is_413(site: Any) -> None:
    head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n"
    limit = 1024 * 1024
    assert len(body_of(site.say(head.format(limit).encode() + b"z" * limit))) == limit
    refused = site.say(head.format(limit + 1).encode() + b"z" * (limit + 1))
    assert refused.startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_over_the_limit_is_413_even_to_a_client_that_sends_on(site: Any) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert site.say(head + (b"10000\r\n" + b"z" * 65536 + b"\r\n") * 31).startswith(b"HTTP/1.1 413 ")


CHUNKED = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
ONE_CHUNK = b"3\r\nabc\r\n0\r\n\r\n"
NOT_HTTP = {
    "headers too long": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"z" * 40000 + b"\r\n\r\n", 431),
    "target too long": (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
    "CR in a header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
    "LF in a header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n\r\n", 400),
    "NUL in the target": (b"GET /a\x00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "tab in the target": (b"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "raw UTF-8 in the target": ("GET /ä HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400),
    "target that is no URI": (b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "unknown version": (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
    "no chunk size": (CHUNKED + b"ZZ\r\nabc\r\n0\r\n\r\n", 400),
    "chunk longer than its size": (CHUNKED + b"2\r\nabc\r\n0\r\n\r\n", 400),
    "length and chunks": (
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        + ONE_CHUNK,
        400,
    ),
    "two lengths": (
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        400,
    ),
    "negative length": (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400),
    "chunks in HTTP/1.0": (
        b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        400,
    ),
    "unknown coding": (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
}


@pytest.mark.parametrize("case", NOT_HTTP)
def test_what_is_not_http_is_refused_with_problem_details(site: Any, case: str) -> None:
    request_bytes, status = NOT_HTTP[case]
    head, body = site.say(request_bytes).split(b"\r\n\r\n", 1)
    assert int(head.split()[1]) == status
    assert b"\r\nContent-Type: application/problem+json" in head
    assert json.loads(body)["status"] == status


BAD_URI = b"GET http://[ HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "languages", "words"),
    [
        (BAD_URI + b"Accept-Language: de-AT, en;q=0.5\r\n\r\n", "de", "Das Ziel der Anfrage ist keine URI."),
        (BAD_URI + b"Accept-Language: en\r\n\r\n", "en", "The request target is not a URI."),
        (BAD_URI + b"\r\n", "de, en", "keine URI. / The request target is"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nAccept-Language: en\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
            "de, en",
            "höchstens 32768 Bytes. / Request line",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nAccept-Language: de\r\nContent-Length: 99999999\r\n\r\n",
            "de",
            "hat hier höchstens 1048576 Bytes.",
        ),
    ],
    ids=["German", "English", "nobody knows", "headers not read", "body too large"],
)
def test_a_refusal_is_in_the_clients_language_with_an_id_and_kept_by_nobody(
    site: Any, request_bytes: bytes, languages: str, words: str
) -> None:
    head, body = site.say(request_bytes).split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    problem = json.loads(body)
    assert (headers["Cache-Control"], headers["Content-Language"]) == ("no-store", languages)
    assert problem["instance"] == f"urn:request:{headers['X-Request-Id']}"
    assert words in problem["detail"]


def test_an_application_that_fails_at_once_gives_500_and_no_trace(site: Any) -> None:
    answer = site.get("/fail")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"nothing sent yet" not in answer


def test_the_first_part_of_a_streamed_answer_comes_at_once(site: Any) -> None:
    with site.connect() as client:
        client.settimeout(0.8)  # the rest is made a second later
        client.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while b"first" not in received:
            received += client.recv(1000)
        client.settimeout(5)
        assert site.read_all(client).endswith(b"last\n\r\n0\r\n\r\n")


def test_an_answer_that_fails_midway_lacks_its_last_chunk(site: Any) -> None:
    answer = site.get("/fail-midway")
    assert b"xxx" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_an_answer_that_fails_midway_is_shorter_than_the_length_it_named(site: Any) -> None:
    answer = site.get("/fail-midway-of-5000")
    assert b"\r\nContent-Length: 5000\r\n" in answer
    assert len(body_of(answer)) == 1000


def test_an_answer_that_fails_midway_ends_in_a_reset_where_closing_would_mean_the_end(site: Any) -> None:
    with pytest.raises(ConnectionResetError):
        site.get("/fail-midway", version="1.0")
