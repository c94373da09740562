"""Bytes on the wire that no browser sends: smuggling, header floods, odd targets, wrong encodings."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

QUERY = b"ASK {}"
HEAD = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
CLOSE = b"Connection: close\r\n"
ANSWER = re.compile(rb"HTTP/1\.\d \d{3} ")


def get(target: bytes, headers: bytes = b"Host: a\r\n") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + headers + CLOSE + b"\r\n"


def length(value: bytes, body: bytes = QUERY) -> bytes:
    return HEAD + b"Content-Length: " + value + b"\r\n\r\n" + body


SMUGGLING: dict[str, tuple[bytes, set[int]]] = {
    "length and chunks": (HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "chunks and length": (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "two lengths": (HEAD + b"Content-Length: 6\r\nContent-Length: 60\r\n\r\n" + QUERY + SMUGGLED, {400}),
    "two equal lengths in a list": (length(b"6, 6") + SMUGGLED, {400}),
    "a length with a sign": (length(b"+6") + SMUGGLED, {400}),
    "a negative length": (length(b"-6") + SMUGGLED, {400}),
    "a hexadecimal length": (length(b"0x6") + SMUGGLED, {400}),
    "a length with an underscore": (length(b"1_0") + SMUGGLED, {400}),
    "a length in Arabic digits": (length("٦".encode()) + SMUGGLED, {400}),
    "a length beyond 64 bits": (length(b"99999999999999999999999") + SMUGGLED, {400, 413}),
    "an empty length": (length(b"") + SMUGGLED, {400}),
    "a blank before the colon": (HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "a folded header": (HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "chunked twice": (HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, {400, 501}),
    "two transfer encodings": (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + SMUGGLED, {400, 501}),
    "chunked in another spelling": (HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, {400, 501}),
    "identity and a length": (HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 6\r\n\r\n" + QUERY + SMUGGLED, {400, 501}),
    "chunks in HTTP/1.0": (CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n" + SMUGGLED, {400}),
    "a chunk size with a sign": (CHUNKED + b"+6\r\nASK {}\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "a negative chunk size": (CHUNKED + b"-1\r\nASK {}\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "a chunk size with a prefix": (CHUNKED + b"0x6\r\nASK {}\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "a chunk longer than it says": (CHUNKED + b"2\r\nASK {}\r\n0\r\n\r\n" + SMUGGLED, {400}),
    "a chunk size that ends in LF": (CHUNKED + b"6\nASK {}\n0\n\n" + SMUGGLED, {400, 408}),
    "a header without a name": (get(b"/", b"Host: a\r\n: x\r\n"), {400}),
    "a header name with a blank": (get(b"/", b"Host: a\r\nX Y: x\r\n"), {400}),
    "a header line of a bare LF": (b"GET / HTTP/1.1\nHost: a\n\n" + SMUGGLED, {400, 408}),
    "a bare CR in a header": (get(b"/", b"Host: a\r\nX: a\rSet-Cookie: b\r\n"), {400}),
    "a NUL in a header": (get(b"/", b"Host: a\r\nX: a\x00b\r\n"), {400}),
    "two Hosts": (get(b"/", b"Host: a\r\nHost: b\r\n"), {400}),
    "no Host": (get(b"/", b""), {400}),
    "HTTP/0.9": (b"GET /\r\n\r\n", {400}),
    "HTTP/2 without asking": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
}  # fmt: skip


@pytest.mark.parametrize("case", SMUGGLING)
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_ends_its_connection(
    site: Any, read_response: Any, case: str
) -> None:
    request, statuses = SMUGGLING[case]
    with site.connect() as client:
        client.sendall(request)
        received = b""
        while data := client.recv(65536):
            received += data
    assert read_response(received).status in statuses, received[:300]
    assert len(ANSWER.findall(received)) == 1, "the smuggled request was answered, too"
    assert b"smuggled" not in received


FLOODS: dict[str, tuple[bytes, set[int]]] = {
    "one header of 100 kB": (get(b"/", b"Host: a\r\nX: " + b"x" * 100_000 + b"\r\n"), {431}),
    "5,000 headers": (get(b"/", b"Host: a\r\n" + b"X: x\r\n" * 5_000), {200, 400, 431}),
    "5,000 different headers": (get(b"/", b"Host: a\r\n" + b"".join(b"X%d: x\r\n" % n for n in range(3_000))), {200, 400, 431}),
    "a target of 100 kB": (get(b"/" + b"a" * 100_000), {414, 431}),
    "a path of 30 kB": (get(b"/doc/" + b"a" * 30_000), {414}),
    "a path of 3,000 segments": (get(b"/doc/" + b"a/" * 3_000), {404, 414}),
    "10,000 fields": (get(b"/sparql?" + b"a&" * 10_000), {400}),
    "10,000 fields of a named query": (get(b"/queries/label-search?" + b"a=b&" * 7_000), {400}),
    "a form of half a million fields": (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n" + CLOSE
        + b"Content-Length: 1000000\r\n\r\n" + b"a&" * 500_000, {400},
    ),
    "a body over the limit": (HEAD + CLOSE + b"Content-Length: 1048577\r\n\r\n" + b"x" * 1_048_577, {413}),
    "a body that never comes": (HEAD + b"Content-Length: 10000000000\r\n\r\n", {413}),
    "a body of endless chunks": (CHUNKED + b"10000\r\n" * 1 + (b"x" * 65_536 + b"\r\n10000\r\n") * 30, {413}),
    "a chunk extension of 100 kB": (
        CHUNKED.replace(b"Host: a", b"Connection: close\r\nHost: a") + b"6;" + b"x" * 100_000 + b"\r\nASK {}\r\n0\r\n\r\n", {200, 400, 413},
    ),
    "trailers of two megabytes": (CHUNKED + b"6\r\nASK {}\r\n0\r\n" + b"X: x\r\n" * 300_000 + b"\r\n", {200, 400, 413, 431}),
    "3,000 media ranges": (get(b"/doc/sfia/SLMO", b"Host: a\r\nAccept: " + b"a/b;q=0.1,*/*;q=0," * 1_700 + b"\r\n"), {406, 400, 200}),
    "nested quotes in Accept": (get(b"/doc/sfia/SLMO", b'Host: a\r\nAccept: text/html;a="' + b'\\"' * 15_000 + b"\r\n"), {200, 400, 406}),
    "8,000 languages": (get(b"/doc/sfia/SLMO", b"Host: a\r\nAccept-Language: " + b"en-a;q=1," * 3_400 + b"\r\n"), {200}),
    "q values of 10,000 digits": (get(b"/doc/sfia/SLMO", b"Host: a\r\nAccept: text/html;q=0." + b"9" * 10_000 + b"\r\n"), {200, 400, 406}),
    "10,000 entity tags": (get(b"/doc/sfia/SLMO", b"Host: a\r\nIf-None-Match: " + b'W/"a",' * 5_000 + b"\r\n"), {200}),
    "an entity tag that never ends": (get(b"/doc/sfia/SLMO", b'Host: a\r\nIf-None-Match: "' + b"a" * 30_000 + b"\r\n"), {200}),
    "5,000 ranges": (get(b"/doc/sfia/SLMO", b"Host: a\r\nRange: bytes=" + b"0-0," * 7_000 + b"\r\n"), {200, 206, 416}),
    "a range beyond 64 bits": (get(b"/doc/sfia/SLMO", b"Host: a\r\nRange: bytes=99999999999999999999-\r\n"), {200, 416}),
    "a date in the year 999999": (get(b"/doc/sfia/SLMO", b"Host: a\r\nIf-Modified-Since: Sat, 01 Jan 999999 00:00:00 GMT\r\n"), {200, 304}),
    "5,000 cookies": (get(b"/", b"Host: a\r\nCookie: " + b"a=b;" * 7_000 + b"\r\n"), {200, 303}),
    "accepted codings without end": (get(b"/doc/sfia/SLMO", b"Host: a\r\nAccept-Encoding: " + b"gzip;q=0.5," * 2_900 + b"\r\n"), {200}),
    "a multipart boundary of 20 kB": (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=" + b"x" * 20_000 + b"\r\n" + CLOSE
        + b"Content-Length: 0\r\n\r\n", {415},
    ),
    "JSON of 100,000 brackets": (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + CLOSE
        + b"Content-Length: 200000\r\n\r\n" + b"[" * 100_000 + b"]" * 100_000, {415},
    ),
    "JSON of 100,000 brackets to reconcile": (
        b"POST /reconcile HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + CLOSE
        + b"Content-Length: 200000\r\n\r\n" + b"[" * 100_000 + b"]" * 100_000, {400, 404, 413, 415},
    ),
    "JSON of 100,000 brackets in an address": (
        get(b"/reconcile?queries=" + b"%5B" * 9_000 + b"%5D" * 1_000), {400, 404, 413, 414},
    ),
    "a gzip bomb": (
        HEAD + CLOSE + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(b"#" * 50_000_000))
        + gzip.compress(b"#" * 50_000_000), {415},
    ),
    "a coding of codings": (HEAD + CLOSE + b"Content-Encoding: " + b"gzip, " * 3_000 + b"gzip\r\nContent-Length: 6\r\n\r\n" + QUERY, {415}),
    "expect what nobody knows": (HEAD + CLOSE + b"Expect: 200-everything\r\nContent-Length: 6\r\n\r\n" + QUERY, {200, 417}),
    "an upgrade nobody offers": (get(b"/", b"Host: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"), {200, 303}),
}  # fmt: skip


@pytest.mark.parametrize("case", FLOODS)
def test_floods_in_one_request_are_one_quick_answer(site: Any, read_response: Any, case: str) -> None:
    request, statuses = FLOODS[case]
    answer = read_response(site.say(request))
    assert answer.status in statuses, answer
    assert answer.whole


TARGETS: dict[str, tuple[bytes, set[int]]] = {
    "dot segments": (b"/doc/../../../../etc/passwd", {400, 404}),
    "encoded dot segments": (b"/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", {400, 404}),
    "twice encoded dot segments": (b"/static/%252e%252e%252fetc%252fpasswd", {400, 404}),
    "encoded slashes": (b"/static/..%2f..%2f..%2fetc%2fpasswd", {400, 404}),
    "back slashes": (b"/static/..%5c..%5cetc%5cpasswd", {400, 404}),
    "NUL": (b"/doc/sfia/SLMO%00.html", {400, 404}),
    "CR and LF": (b"/doc/sfia/SLMO%0d%0aX-Injected:%201", {400, 404}),
    "CR and LF in a field": (b"/doc/external?iri=http://x/%0d%0aX-Injected:%201", {400, 404}),
    "CR and LF where an address moves": (b"/queries%0d%0aX-Injected:%201/", {400, 404}),
    "overlong UTF-8": (b"/static/%c0%ae%c0%ae/%c0%af", {400, 404}),
    "half a character": (b"/doc/%e2%82", {400, 404}),
    "a surrogate": (b"/doc/%ed%a0%80", {400, 404}),
    "an absolute path of the machine": (b"/static//etc/passwd", {400, 404}),
    "a file address": (b"file:///etc/passwd", {400, 404}),
    "an absolute target of another host": (b"http://evil.example/doc/sfia/SLMO", {200, 400, 421}),
    "an authority only": (b"evil.example:80", {400, 404}),
    "two slashes and a host": (b"//evil.example/doc/sfia/SLMO", {400, 404, 200}),
    "two slashes, a host and a slash": (b"//evil.example/queries/", {400, 404, 200}),
    "a back slash and a host": (b"/\\evil.example/queries/", {400, 404}),
    "a slash that moves to another host": (b"//evil.example/%2e%2e", {400, 404}),
    "a script as a language": (b"/doc/sfia/SLMO?lang=%3Cscript%3Ealert(1)%3C/script%3E", {200, 400}),
    "a script as a format": (b"/sparql?query=ASK%7B%7D&format=%3Cscript%3Ealert(1)", {400}),
    "a script as an IRI": (b"/doc/external?iri=javascript:alert(1)", {400, 404}),
    "a script as an example": (b"/sparql?example=%3Cscript%3Ealert(1)%3C/script%3E", {200, 400, 404}),
    "a page of minus one": (b"/doc/sfia?page=-1", {200, 400, 404}),
    "a page beyond 64 bits": (b"/doc/sfia?page=99999999999999999999999999", {200, 400, 404}),
    "a page in Arabic digits": ("/doc/sfia?page=٣".encode().replace("٣".encode(), b"%D9%A3"), {200, 400, 404}),
    "a page that is no number": (b"/doc/sfia?page=1e999", {200, 400, 404}),
    "percent signs of nothing": (b"/doc/%%%zz%", {400, 404}),
    "a release out of the tree": (b"/release/..%2f..%2f/doc/sfia", {400, 404}),
    "a release of dots": (b"/release/../doc", {400, 404}),
    "a template expression": (b"/doc/%7B%7B7*7%7D%7D", {404}),
    "a search of operators": (b"/search?q=%22%20OR%20NEAR(%20*%20AND%20NOT%20%22", {200, 400, 404}),
    "a search of 20 kB": (b"/search?q=" + b"a%20" * 5_000, {200, 400, 404, 414}),
    "the methods of a proxy": (b"*", {400, 404}),
}  # fmt: skip


@pytest.mark.parametrize("case", TARGETS)
def test_targets_that_reach_for_something_else_find_nothing(site: Any, read_response: Any, case: str) -> None:
    target, statuses = TARGETS[case]
    received = site.say(
        get(target, b"Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n")
    )
    answer = read_response(received)
    assert answer.status in statuses, answer
    assert answer.header("X-Injected") is None
    location = answer.header("Location") or "/"
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    for word in (b"root:", b"gopher:", b"<script>alert", b"/slm_graph/", b'href="javascript'):
        assert word not in received
    assert b"49" not in answer.body or case != "a template expression"
    assert not any(b"//evil.example" in line for line in answer.head.split(b"\r\n"))


@pytest.mark.parametrize(
    "header",
    [
        "Host",
        "X-Forwarded-Host",
        "X-Forwarded-Prefix",
        "Forwarded",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
    ],
)
def test_no_header_of_a_proxy_changes_what_is_answered(site: Any, header: str) -> None:
    plain = site.get("/doc/sfia/SLMO", Accept="text/html")
    lines = b"" if header == "Host" else b"Host: a\r\n"
    value = {"Forwarded": b"host=evil.example;proto=gopher", "X-HTTP-Method-Override": b"DELETE"}.get(
        header, b"evil.example"
    )
    received = site.say(
        get(b"/doc/sfia/SLMO", lines + header.encode() + b": " + value + b"\r\nAccept: text/html\r\n")
    )
    assert received.endswith(plain.body)
    assert b"evil.example" not in received


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "G" * 5_000, "\x7f"]
)
@pytest.mark.parametrize("target", ["/sparql", "/doc/sfia/SLMO"])
def test_methods_that_change_or_echo_are_refused(
    site: Any, read_response: Any, method: str, target: str
) -> None:
    received = site.say(
        f"{method} {target} HTTP/1.1\r\nHost: a\r\nX-Secret: 4711\r\nConnection: close\r\n\r\n".encode()
    )
    assert read_response(received).status in {400, 405, 501}
    assert b"4711" not in received


CHARSETS = [
    "utf-16",
    "utf-7",
    "utf-32",
    "idna",
    "punycode",
    "unicode_escape",
    "rot13",
    "zlib",
    "x" * 5_000,
    "../../etc",
]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_other_than_utf_8_is_refused(
    site: Any, as_post: Any, read_response: Any, charset: str
) -> None:
    for media_type in ("application/sparql-query", "application/x-www-form-urlencoded"):
        request = as_post("ASK {}", Content_Type=f"{media_type}; charset={charset}")
        assert read_response(site.say(request)).status == 415


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"ASK { ?s ?p '\x80' }", b"\xf8\x88\x80\x80\x80"]
)
def test_a_query_that_is_not_utf_8_is_refused(site: Any, body: bytes) -> None:
    assert site.sparql(body).status == 400


def test_a_thousand_requests_on_one_connection_get_a_thousand_answers(site: Any) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with site.connect() as client:
        client.sendall(one * 999 + one.replace(b"Host: a", b"Host: a\r\nConnection: close"))
        received = b""
        while data := client.recv(65536):
            received += data
    assert received.count(b"HTTP/1.1 200 OK") == 1_000


def test_problems_carry_no_path_and_no_trace(site: Any) -> None:
    for target in (
        "/doc/nothing",
        "/sparql?query=nonsense",
        "/queries/skill-levels?nonsense=%00&format=json",
        "/release/none/doc",
    ):
        answer = site.get(target, Accept="application/json")
        assert 400 <= answer.status < 500, target
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status
        assert not any(
            word in answer.body for word in (b"Traceback", b".py", b"site-packages", b"/releases/")
        )
